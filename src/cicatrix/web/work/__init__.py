"""Jobs: which kinds there are, and the parts of each.

A kind of work is a module with three functions. ``prepare`` lays out what is needed from the record. ``work`` runs in
a process of its own, with limits on memory and time and without the database: files in, files out. ``keep`` takes what
came of it into the record, in the same transaction that says that the job is done. Whatever is killed at any moment,
a result is there whole with its job done, or not at all with its job to be done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, cast

from cicatrix.errors import RecordError
from cicatrix.model.practice import Job
from cicatrix.practice import Practice, UnitOfWork
from cicatrix.progress import Progress

__all__ = ["HANDLERS", "PAGES", "READERS", "Handler", "Kept", "Task", "handler_of", "work_of"]

HANDLERS: Final[dict[str, str]] = {
    "upload": "cicatrix.web.work.upload",
    "assess": "cicatrix.web.work.assess",
    "correct": "cicatrix.web.work.correct",
    "compare": "cicatrix.web.work.compare",
    "repeatability": "cicatrix.web.work.repeatability",
}
"""Kind of job to the module that does it, imported when there is such a job."""

READERS: Final[dict[str, str]] = {"case": "cicatrix.web.work.case_file"}
"""Kind of file that a request brings to the module that parses it, also in a process of its own."""

PAGES: Final[dict[str, str]] = {
    "upload": "/captures/{id}",
    "assess": "/results/{id}",
    "correct": "/results/{id}",
    "compare": "/comparisons/{id}",
    "repeatability": "/repeatability",
}
"""Kind of job to the page that shows what came of it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A job and where it is done.

    Attributes
    ----------
    practice
        Whose job it is.
    job
        What to do.
    folder
        An empty folder for it alone, gone when the job ends.
    """

    practice: Practice
    job: Job
    folder: Path


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a job.

    Attributes
    ----------
    message
        In a sentence, for a person.
    result_id
        What the job's page links to, see ``PAGES``; None for nothing.
    """

    message: str = ""
    result_id: str | None = None


class Handler(Protocol):
    """What a module for a kind of work has."""

    def prepare(self, task: Task, unit: UnitOfWork) -> dict[str, Any]:
        """Lay out files in ``task.folder``; what is returned goes to ``work``, as JSON."""

    def work(self, folder: Path, given: dict[str, Any], tell: Progress) -> None:
        """Do it, in a process of its own, on the files in ``folder``."""

    def keep(self, task: Task, unit: UnitOfWork) -> Kept:
        """Take what came of it from ``task.folder`` into the record."""


def handler_of(kind: str) -> Handler:
    """The module that does a kind of work.

    Raises
    ------
    RecordError
        There is none.
    """
    try:
        return cast("Handler", import_module(HANDLERS[kind]))
    except (KeyError, ModuleNotFoundError) as error:
        raise RecordError(f"no work of the kind {kind!r} is known", allowed=", ".join(HANDLERS)) from error


def work_of(kind: str) -> Callable[[Path, dict[str, Any], Progress], None]:
    """The function ``work`` of a kind of job, or of a kind of file."""
    module = import_module(READERS[kind]) if kind in READERS else handler_of(kind)
    return cast("Callable[[Path, dict[str, Any], Progress], None]", module.work)
