"""Progress on the terminal: bars on standard error when someone watches, silence otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Tell", "progress_bars"]

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@contextmanager
def progress_bars() -> Iterator[Tell]:
    """A bar for each stage, in the order in which they are first told of."""
    if not sys.stderr.isatty():
        yield _silent
        return
    # Rich takes a tenth of a second to import: only where it is used.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        known: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in known:
                known[stage] = bars.add_task(stage, total=None)
            # A stage of one step has no middle: its bar pulses until it is done.
            bars.update(known[stage], completed=done, total=total if total > 1 or done else None)

        yield tell


def _silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""
