"""Progress on the terminal: bars on standard error when someone watches, silence otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cicatrix.progress import Progress, silent

__all__ = ["progress_bars"]


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """A bar for each stage, in the order in which they are first told of."""
    if not sys.stderr.isatty():
        yield silent
        return
    # Rich takes a tenth of a second to import: only where it is used.
    from rich import progress as bar  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    columns = (
        bar.TextColumn("{task.description:<24}"),
        bar.BarColumn(),
        bar.MofNCompleteColumn(),
        bar.TimeElapsedColumn(),
    )
    with bar.Progress(*columns, console=Console(stderr=True)) as bars:
        known: dict[str, bar.TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in known:
                known[stage] = bars.add_task(stage, total=None)
            # A stage of one step has no middle: its bar pulses until it is done.
            bars.update(known[stage], completed=done, total=total if total > 1 or done else None)

        yield tell
