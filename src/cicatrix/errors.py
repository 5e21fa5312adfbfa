"""The one exception tree.

CicatrixError
├── InputError (ValueError)      what the user gave cannot be used; the command line exits with 2
│   ├── CaptureError             a capture folder or its capture.toml
│   │   ├── LightsError          the .lp file or the directions in it
│   │   ├── ImageError           a photograph
│   │   └── HeightError          a height map
│   ├── CaseError                a case file; every problem found in it
│   ├── ChangeError              two captures that cannot be compared
│   ├── CorrectionError          a correction by hand, or a file of them
│   ├── MissingExtraError        a file needs an optional library that is not installed
│   ├── OutputError              the output folder cannot be written
│   ├── RecordError              a practice's record cannot be opened, or what it is given cannot be stored
│   │   └── StorageError         the disk under a practice is full, read-only or failing
│   └── NotFoundError            nothing in the record has that identifier
├── KnowledgeError               the knowledge base contradicts itself or misses a source
└── ReliefError                  the light does not determine the surface
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "CaptureError",
    "CaseError",
    "ChangeError",
    "CicatrixError",
    "CorrectionError",
    "HeightError",
    "ImageError",
    "InputError",
    "KnowledgeError",
    "LightsError",
    "MissingExtraError",
    "NotFoundError",
    "OutputError",
    "RecordError",
    "ReliefError",
    "StorageError",
]


class CicatrixError(Exception):
    """Base of every error that Cicatrix raises on purpose: what is wrong, where, what is allowed, and what to do.

    Parameters
    ----------
    what
        One sentence on what is wrong, with the offending value in it.
    path
        The file (or folder) that is wrong.
    line
        The line in that file, counted from 1.
    allowed
        What would have been accepted.
    fix
        What to do next.

    Examples
    --------
    >>> import cicatrix as cx
    >>> try:
    ...     cx.read_capture("examples/nowhere")
    ... except cx.CicatrixError as error:
    ...     print(type(error).__name__)
    CaptureError
    """

    def __init__(
        self,
        what: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        allowed: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.what = what
        self.path = None if path is None else Path(path)
        self.line = line
        self.allowed = allowed
        self.fix = fix
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        where = "" if self.path is None else str(self.path)
        if self.line is not None:
            where += f", line {self.line}"
        what = _ended(self.what)
        parts = [f"{where}: {what}" if where else what]
        if self.allowed:
            parts.append(_ended(f"Allowed: {self.allowed}"))
        if self.fix:
            parts.append(_ended(f"What to do: {self.fix}"))
        return " ".join(parts)


class InputError(CicatrixError, ValueError):
    """What the user gave cannot be used.

    Examples
    --------
    >>> import cicatrix as cx
    >>> try:
    ...     cx.read_case("examples/nowhere.toml")
    ... except cx.InputError as error:
    ...     print(error)
    examples/nowhere.toml: the file cannot be found (No such file or directory). What to do: check its name.
    """


def _ended(sentence: str) -> str:
    """The sentence with a full stop, unless it ends with a mark of its own."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


class CaptureError(InputError):
    """A capture folder or its ``capture.toml`` cannot be used."""


class LightsError(CaptureError):
    """The light file is malformed, or its directions cannot determine a surface."""


class ImageError(CaptureError):
    """A photograph is missing, unreadable or unusable."""


class HeightError(CaptureError):
    """A height map is missing, unreadable or unusable."""


class CaseError(InputError):
    """A case file cannot be used.

    ``problems`` holds every problem that was found in it, in the order of the file; without any, the error is the
    problem itself.
    """

    problems: tuple[CaseError, ...] = ()

    @classmethod
    def of(cls, problems: Sequence[CaseError], *, path: Path) -> CaseError:
        """One error for all problems of a file; a single one as it is."""
        if len(problems) == 1:
            return problems[0]
        lines = [str(problem).removeprefix(f"{path}, ").removeprefix(f"{path}: ") for problem in problems]
        error = cls(f"{len(problems)} problems:\n" + "\n".join(f"- {line}" for line in lines), path=path)
        error.problems = tuple(problems)
        return error


class ChangeError(InputError):
    """Two captures cannot be compared: they do not show the same skin, or not well enough to tell."""


class CorrectionError(InputError):
    """A correction by hand does not fit the result that it is for, or a file of corrections cannot be used."""


class MissingExtraError(InputError):
    """Something needs an optional library that is not installed."""

    @classmethod
    def of(
        cls, needs: str, library: str, extra: str, *, path: Path | None = None, otherwise: str | None = None
    ) -> MissingExtraError:
        """The error for one library.

        Parameters
        ----------
        needs
            Start of the sentence, such as ``"HEIC photographs need"``.
        library, extra
            What is missing, and the extra of this package that installs it.
        path
            The file that cannot be used without it.
        otherwise
            What to do instead of installing it.
        """
        fix = f"pip install 'cicatrix[{extra}]'" + (f", or {otherwise}" if otherwise else "")
        return cls(f"{needs} the library {library}, which is not installed", path=path, fix=fix)


class OutputError(InputError):
    """The output folder cannot be written."""


class RecordError(InputError):
    """A practice's record cannot be opened, or what it is given cannot be stored."""


class StorageError(RecordError):
    """The disk under a practice is full, read-only or failing; nothing was changed."""


class NotFoundError(InputError):
    """Nothing in the record has that identifier."""


class ReliefError(CicatrixError):
    """The photographs do not determine the surface anywhere."""


class KnowledgeError(CicatrixError):
    """The knowledge base cannot be trusted.

    Parameters
    ----------
    problems
        One sentence for each thing that is wrong, with the file and the place in it.
    fix
        What to do next.
    """

    def __init__(self, problems: Sequence[str], *, fix: str = "correct what is named, then check it again") -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems), fix=fix)

    def _sentence(self) -> str:
        """The problems line by line, and below them what to do."""
        return f"{self.what}\n{_ended(f'What to do: {self.fix}')}"
