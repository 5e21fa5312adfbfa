"""The one shape of every error that the app answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from cicatrix.errors import CicatrixError, NotFoundError, StorageError

__all__ = ["Refusal", "RefusalBody", "Refused", "refusal_of"]


class Refusal(BaseModel):
    """Why a request was refused: what is wrong, what would have been accepted, and what to do."""

    status: int
    what: str
    allowed: str | None = None
    fix: str | None = None


class RefusalBody(BaseModel):
    """A refusal as JSON."""

    error: Refusal


class Refused(Exception):  # noqa: N818 - it is raised to refuse, like HTTPException
    """Raised to refuse a request.

    Parameters
    ----------
    status
        HTTP status.
    what, allowed, fix
        As in ``Refusal``.
    retry_after_s
        When to try again, for the header ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        what: str,
        *,
        allowed: str | None = None,
        fix: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        self.refusal = Refusal(status=status, what=what, allowed=allowed, fix=fix)
        self.retry_after_s = retry_after_s
        super().__init__(what)


STATUSES: Mapping[int, tuple[str, str]] = {
    401: ("you are not logged in", "log in, or open the link that `cicatrix serve` printed"),
    403: ("you may not do this", "ask somebody whose role allows it"),
    404: ("there is no such page", "go back, or start from the list of people"),
    405: ("this page does not take that kind of request", "go back and use the page's own buttons"),
    408: ("the request did not arrive in time", "try again, or send less at once"),
    413: ("the request was cut off, or is longer than allowed", "send less at once"),
}


def refusal_of(error: Exception) -> Refusal:
    """What to tell of an error; nothing of how the program is made."""
    if isinstance(error, Refused):
        return error.refusal
    if isinstance(error, CicatrixError):
        status = 404 if isinstance(error, NotFoundError) else 507 if isinstance(error, StorageError) else 422
        return Refusal(status=status, what=_sentence(error.what), allowed=error.allowed, fix=_sentence(error.fix))
    if isinstance(error, RequestValidationError):
        return Refusal(status=422, what=" ".join(_problem(problem) for problem in error.errors()))
    if isinstance(error, ClientDisconnect):
        error = HTTPException(413)
    if isinstance(error, HTTPException):
        what, fix = STATUSES.get(error.status_code, (str(error.detail), ""))
        return Refusal(status=error.status_code, what=_sentence(what), fix=_sentence(fix) or None)
    return Refusal(
        status=500,
        what="Something went wrong inside the program.",
        fix="Try again. If it happens again, report it with the last lines of the terminal in which the program runs.",
    )


def _problem(problem: ErrorDetails | dict[str, Any]) -> str:
    place = ".".join(str(part) for part in problem["loc"] if part not in {"body", "query", "path"})
    given = problem.get("input")
    value = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return _sentence(f"{place}: {problem['msg']}{value}" if place else f"{problem['msg']}{value}")


def _sentence(text: str | None) -> str:
    text = (text or "").strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
