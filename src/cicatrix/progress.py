"""The one progress protocol: long work reports its stages through a callback."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

Progress = Callable[[str, int, int], None]
"""Progress callback ``(stage, done, total)``."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing: the default where no progress is asked for."""
