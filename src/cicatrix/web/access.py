"""Routes that check role and CSRF token before the request's body is parsed, and read forms as JSON."""

from __future__ import annotations

import json
import secrets
import typing
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar, Final

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from cicatrix.io.nesting import excess_in_json
from cicatrix.model.practice import Role, WebSession
from cicatrix.web.refusals import Refused

__all__ = ["RANK", "GuardedRoute", "check_token", "guarded"]

RANK: Final[Mapping[Role, int]] = {"reader": 0, "assistant": 1, "clinician": 2}
MOST_FIELDS: Final = 5000
"""Fields of a form."""
JSON: Final = b"application/json"


class GuardedRoute(APIRoute):
    """A route with access control.

    Attributes
    ----------
    role
        Least role that may use it; None where the app decides itself (login, health).
    form
        Model of the body where the route takes a form.
    streamed
        Whether the handler reads the body itself, as a stream, and calls ``check_token`` with the token in it.
    """

    role: ClassVar[Role | None] = None
    form: ClassVar[type[BaseModel] | None] = None
    streamed: ClassVar[bool] = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the checks."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if self.role is not None:
                await _check_access(request, self.role, streamed=self.streamed)
            if self.body_field is not None and JSON.decode() in request.headers.get("content-type", ""):
                await _check_depth(request)
            if self.form is not None:
                form = await request.form(max_files=0, max_fields=MOST_FIELDS)
                request = _FormRequest(request, _values(self.form, form))
            return await inner(request)

        return handle


def guarded(role: Role, *, form: type[BaseModel] | None = None, streamed: bool = False) -> type[GuardedRoute]:
    """The route class for a role; see ``GuardedRoute``."""
    return type("GuardedRoute", (GuardedRoute,), {"role": role, "form": form, "streamed": streamed})


def check_token(session: WebSession, given: str | None) -> None:
    """Refuse a request without the CSRF token of its session.

    Raises
    ------
    Refused
        The token is missing or that of another session.
    """
    if given is None or not secrets.compare_digest(given.encode(), session.csrf.encode()):
        raise Refused(
            403, "The form does not belong to this session.", fix="Load the page again and send the form once more."
        )


async def _check_access(request: Request, role: Role, *, streamed: bool) -> None:
    session: WebSession | None = getattr(request.state, "who", None)
    if session is None:
        raise Refused(401, "You are not logged in.", fix="Log in.")
    if RANK[session.role] < RANK[role]:
        raise Refused(
            403,
            f"Your role is {session.role}; this needs {role}.",
            fix=f"Ask somebody with the role {role}, or the person who runs the program.",
        )
    if request.method in {"GET", "HEAD"}:
        return
    given = request.headers.get("x-csrf")
    kind = request.headers.get("content-type", "")
    if given is None and streamed and kind.startswith("multipart/form-data"):
        return
    if given is None and JSON.decode() not in kind:
        field = (await request.form(max_files=MOST_FIELDS, max_fields=MOST_FIELDS)).get("csrf")
        given = field if isinstance(field, str) else None
    check_token(session, given)


async def _check_depth(request: Request) -> None:
    """Refuse JSON that is nested more deeply than any body here: parsing and checking it would end in recursion."""
    excess = excess_in_json((await request.body()).decode("utf-8", "replace"))
    if excess is not None:
        raise Refused(422, f"In the request {excess[0]}.", allowed=excess[1], fix="Send flat values.")


class _FormRequest(Request):
    """A request with a form, read as the equivalent JSON: FastAPI then validates both in the same way."""

    def __init__(self, request: Request, values: Mapping[str, Any]) -> None:
        headers = [(name, value) for name, value in request.scope["headers"] if name != b"content-type"]
        super().__init__({**request.scope, "headers": [*headers, (b"content-type", JSON)]}, request.receive)
        self._values = values

    async def body(self) -> bytes:
        """The values as JSON."""
        return json.dumps(self._values).encode()


def _values(model: type[BaseModel], form: FormData) -> dict[str, Any]:
    """The fields of a form as values for a model; an empty field is left out unless the model expects text."""
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        sent = [value for value in form.getlist(name) if isinstance(value, str)]
        if typing.get_origin(field.annotation) in {list, tuple, set, frozenset}:
            values[name] = [value for value in sent if value]
        elif sent and (sent[-1] or field.annotation is str):
            values[name] = sent[-1]
    return values
