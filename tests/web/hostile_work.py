"""Work that misbehaves, for the tests of what watches over it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from cicatrix.errors import ImageError
from cicatrix.practice import UnitOfWork
from cicatrix.progress import Progress
from cicatrix.web.work import Kept, Task

__all__ = ["keep", "prepare", "work"]


def prepare(task: Task, unit: UnitOfWork) -> dict[str, Any]:
    """Hand on how to misbehave."""
    del unit
    return dict(task.job.payload)


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Misbehave."""
    tell("misbehaving", 0, 1)
    match given["how"]:
        case "crash":
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGSEGV)
        case "leave":
            os._exit(3)
        case "raise":
            raise ZeroDivisionError
        case "lie":
            tell("x" * 100_000, 0, 1)
        case "refuse":
            raise ImageError("it is green", path=folder / "photo.jpg", line=7, allowed="red", fix="paint it")
        case "eat":
            np.empty(6 << 30, np.uint8)
        case "sleep":
            time.sleep(60)


def keep(task: Task, unit: UnitOfWork) -> Kept:
    """Fail the test: none of this may come so far."""
    del task, unit
    raise AssertionError
