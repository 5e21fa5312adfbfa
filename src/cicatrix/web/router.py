"""Pages with a JSON twin, and actions that take a form or JSON: declared once, registered twice.

A handler is a plain function. What it asks for by type is handed to it: ``UnitOfWork`` (one transaction, committed
the answer is sent), ``WebSession`` (who asks), ``Practice``, ``Settings``, ``Request``. Its other parameters come from
the path and the query, as with FastAPI; one named ``body`` is the form, or the JSON.
"""

from __future__ import annotations

import inspect
import secrets
import typing
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cicatrix.model.practice import Role, WebSession
from cicatrix.practice import Practice, UnitOfWork
from cicatrix.web.refusals import RefusalBody, Refused
from cicatrix.web.render import render
from cicatrix.web.settings import Settings

__all__ = ["Done", "Pages", "Ready", "check_token", "role_of"]

View = TypeVar("View", bound=BaseModel)
Handler = Callable[..., Any]
Decorator = Callable[[Handler], Handler]
Renderer = Callable[[Request, Any], Response]
RANK: Final[Mapping[Role, int]] = {"reader": 0, "assistant": 1, "clinician": 2}
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"model": RefusalBody, "description": "Refused: what is wrong and what to do."}
}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action.

    Attributes
    ----------
    location
        Page to show next.
    view
        What a program is told.
    """

    location: str
    view: BaseModel


@dataclass(frozen=True, slots=True)
class Ready(Generic[View]):
    """A page whose twin says more than the page shows; ``View`` is the twin's model.

    Attributes
    ----------
    page
        What the template sees.
    twin
        Writes the twin.
    """

    page: BaseModel
    twin: Callable[[], bytes]


def role_of(route: object) -> Role | None:
    """Who may use a route; None where the app itself decides (login, static files)."""
    role: Role | None = getattr(getattr(route, "endpoint", None), "role", None)
    return role


class GuardedRoute(APIRoute):
    """A route that is looked at for role and CSRF token before anything of the request is read into values."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the checks."""
        inner = super().get_route_handler()
        role = role_of(self)

        async def handle(request: Request) -> Response:
            if role is not None:
                await _allowed(request, role, streamed=getattr(self.endpoint, "streamed", False))
            return await inner(request)

        return handle


class Pages(APIRouter):
    """A router of pages and actions."""

    def __init__(self) -> None:
        super().__init__(route_class=GuardedRoute, responses=REFUSALS)

    def page(self, path: str, *, template: str, role: Role = "reader") -> Decorator:
        """Declare a page at ``path`` and its twin at ``path`` + ``.json``."""

        def register(handler: Handler) -> Handler:
            # The twin comes first: an identifier in the page's path would take ".json" for a part of itself.
            json = self.get(f"{path}.json", response_model=None, responses=_told(handler), name=handler.__name__)
            json(_endpoint(handler, role, _as_json))
            self.get(path, include_in_schema=False)(_endpoint(handler, role, _as_page(template)))
            return handler

        return register

    def action(self, path: str, *, role: Role) -> Decorator:
        """Declare an action that takes a form at ``path``, and JSON at ``path`` + ``.json``."""

        def register(handler: Handler) -> Handler:
            json = self.post(f"{path}.json", response_model=None, name=handler.__name__)
            json(_endpoint(handler, role, _as_json, write=True))
            self.post(path, include_in_schema=False)(_form_endpoint(handler, role))
            return handler

        return register

    def raw(
        self, path: str, *, role: Role = "reader", method: str = "GET", schema: bool = True, streamed: bool = False
    ) -> Decorator:
        """Declare a route whose handler answers itself (files, streams); it may be a coroutine.

        ``streamed`` says that it reads the body itself, as it comes, and calls ``check_token`` with what stands in it
        where the header has none.
        """

        def register(handler: Handler) -> Handler:
            write = method not in {"GET", "HEAD"}
            endpoint = _endpoint(handler, role, _as_it_is, write=write)
            endpoint.streamed = streamed  # type: ignore[attr-defined]
            self.add_api_route(path, endpoint, methods=[method], response_model=None, include_in_schema=schema)
            return handler

        return register


def check_token(who: WebSession, given: str | None) -> None:
    """Refuse what was not sent from a page of this session."""
    if given is None or not secrets.compare_digest(given.encode(), who.csrf.encode()):
        raise Refused(
            403, "The form is not one of this session.", fix="Load the page again and send the form once more."
        )


async def _allowed(request: Request, role: Role, *, streamed: bool) -> None:
    who: WebSession | None = getattr(request.state, "who", None)
    if who is None:
        raise Refused(401, "You are not logged in.", fix="Log in.")
    if RANK[who.role] < RANK[role]:
        raise Refused(
            403,
            f"Your role is {who.role}; this needs {role}.",
            fix=f"Ask somebody with the role {role}, or the person who runs the program.",
        )
    if request.method in {"GET", "HEAD"}:
        return
    given = request.headers.get("x-csrf")
    if given is None and streamed and request.headers.get("content-type", "").startswith("multipart/form-data"):
        return
    if given is None and "application/json" not in request.headers.get("content-type", ""):
        field = (await request.form(max_files=5000, max_fields=5000)).get("csrf")
        given = field if isinstance(field, str) else None
    check_token(who, given)


def _as_page(template: str) -> Renderer:
    return lambda request, view: render(request, template, view.page if isinstance(view, Ready) else view)


def _as_json(request: Request, view: Any) -> Response:
    del request
    if isinstance(view, Ready):
        return Response(view.twin(), media_type="application/json")
    told = view.view if isinstance(view, Done) else view
    return Response(told.model_dump_json(by_alias=True), media_type="application/json")


def _as_it_is(request: Request, view: Any) -> Response:
    del request
    if not isinstance(view, Response):
        msg = f"a raw handler must answer with a Response, got {type(view).__name__}"
        raise TypeError(msg)
    return view


def _told(handler: Handler) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a page's answer."""
    view = typing.get_type_hints(handler).get("return")
    view = typing.get_args(view)[0] if typing.get_origin(view) is Ready else view
    return {200: {"model": view}} if isinstance(view, type) and issubclass(view, BaseModel) else {}


def _endpoint(handler: Handler, role: Role, answer: Renderer, *, write: bool = False) -> Handler:
    """A FastAPI endpoint that hands a handler what it asks for."""
    call = _caller(handler, write=write)

    if inspect.iscoroutinefunction(handler):

        async def endpoint_async(request: Request, **given: Any) -> Response:
            return _checked(await call(request, given), request, answer)

        return _dressed(endpoint_async, handler, role)

    def endpoint(request: Request, **given: Any) -> Response:
        return _checked(call(request, given), request, answer)

    return _dressed(endpoint, handler, role)


def _checked(view: Any, request: Request, answer: Renderer) -> Response:
    return view if isinstance(view, Response) else answer(request, view)


def _form_endpoint(handler: Handler, role: Role) -> Handler:
    """An endpoint that reads the body from a form and shows the next page."""
    call = _caller(handler, write=True)
    body = typing.get_type_hints(handler).get("body")

    async def endpoint(request: Request, **given: Any) -> Response:
        if body is not None:
            given["body"] = _from_form(body, await request.form(max_files=0, max_fields=5000))
        done = await run_in_threadpool(call, request, given)
        return done if isinstance(done, Response) else RedirectResponse(done.location, status_code=303)

    return _dressed(endpoint, handler, role, without={"body"})


def _from_form(body: type[BaseModel], form: FormData) -> BaseModel:
    """The form's fields as the action's values: what was left empty is left out, unless it is text."""
    values: dict[str, Any] = {}
    for name, field in body.model_fields.items():
        sent = [value for value in form.getlist(name) if isinstance(value, str)]
        if typing.get_origin(field.annotation) in {list, tuple, set, frozenset}:
            values[name] = [value for value in sent if value]
        elif sent and (sent[-1] or field.annotation is str):
            values[name] = sent[-1]
    try:
        return body.model_validate(values)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _caller(handler: Handler, *, write: bool) -> Callable[[Request, dict[str, Any]], Any]:
    """Calls a handler with what it asks for by type; where it asks for a unit of work, inside one transaction."""
    wanted = {name: kind for name, kind in typing.get_type_hints(handler).items() if kind in _HANDED}
    asks_desk = UnitOfWork in wanted.values()

    def call(request: Request, given: dict[str, Any]) -> Any:
        practice: Practice = request.app.state.practice
        who: WebSession = request.state.who
        with practice.unit_of_work(who.name, write=write) if asks_desk else nullcontext() as unit:
            here = {UnitOfWork: unit, WebSession: who, Practice: practice, Request: request}
            here[Settings] = request.app.state.settings
            return handler(**given, **{name: here[kind] for name, kind in wanted.items()})

    return call


_HANDED: Final[frozenset[Any]] = frozenset({UnitOfWork, WebSession, Practice, Settings, Request})


def _dressed(endpoint: Handler, handler: Handler, role: Role, without: Collection[str] = ()) -> Handler:
    """Give the endpoint the handler's name, words and parameters, so that FastAPI reads them."""
    hints = typing.get_type_hints(handler, include_extras=True)
    parameters = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(handler).parameters.items()
        if hints[name] not in _HANDED and name not in without
    ]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    endpoint.__signature__ = inspect.Signature([request, *parameters])  # type: ignore[attr-defined]
    endpoint.__name__, endpoint.__doc__ = handler.__name__, handler.__doc__
    endpoint.role = role  # type: ignore[attr-defined]
    return endpoint
