"""Pages with a JSON twin, and actions that take a form or JSON: declared once, registered twice.

A handler is a plain function with FastAPI's own parameters: those of ``cicatrix.web.dependencies`` (unit of work,
session, practice, settings), the path's and the query's; a parameter named ``body`` is the form, or the JSON. Page and
twin are two endpoints that depend on the same handler.
"""

# No "from __future__ import annotations" here: endpoints name their handler in an annotation (Depends(handler)), which
# is evaluated where it stands.
import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cicatrix.model.practice import Role
from cicatrix.web.access import GuardedRoute, guarded
from cicatrix.web.refusals import RefusalBody
from cicatrix.web.render import render

__all__ = ["Done", "Pages", "Ready"]

View = TypeVar("View", bound=BaseModel)
Handler = TypeVar("Handler", bound=Callable[..., Any])
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"model": RefusalBody, "description": "Refused: what is wrong and what to do."}
}


@dataclass(frozen=True, slots=True)
class Done:
    """Outcome of an action.

    Attributes
    ----------
    location
        Page to show next, for a form.
    view
        The answer to JSON.
    """

    location: str
    view: BaseModel


@dataclass(frozen=True, slots=True)
class Ready(Generic[View]):
    """A page whose twin holds more than the page shows; ``View`` is the twin's model.

    Attributes
    ----------
    page
        What the template gets.
    twin
        Writes the twin as JSON.
    """

    page: BaseModel
    twin: Callable[[], bytes]


class Pages(APIRouter):
    """A router of pages and actions."""

    def __init__(self) -> None:
        super().__init__(route_class=GuardedRoute, responses=REFUSALS)

    def page(self, path: str, *, template: str, role: Role = "reader") -> Callable[[Handler], Handler]:
        """Declare a page at ``path`` and its twin at ``path`` + ``.json``."""

        def register(handler: Handler) -> Handler:
            def show_twin(view: Annotated[Any, Depends(handler)]) -> Response:
                return _json(view.twin() if isinstance(view, Ready) else view)

            def show_page(request: Request, view: Annotated[Any, Depends(handler)]) -> Response:
                return render(request, template, view.page if isinstance(view, Ready) else view)

            # The twin comes first: an identifier in the page's path would match ".json" as a part of itself.
            self._add(f"{path}.json", show_twin, handler, guarded(role), responses=_answer(handler))
            self._add(path, show_page, handler, guarded(role), in_schema=False)
            return handler

        return register

    def action(self, path: str, *, role: Role) -> Callable[[Handler], Handler]:
        """Declare an action that takes a form at ``path``, and JSON at ``path`` + ``.json``."""

        def register(handler: Handler) -> Handler:
            def answer_json(done: Annotated[Done, Depends(handler)]) -> Response:
                return _json(done.view)

            def show_next(done: Annotated[Done, Depends(handler)]) -> Response:
                return RedirectResponse(done.location, status_code=303)

            body: type[BaseModel] | None = typing.get_type_hints(handler).get("body")
            self._add(f"{path}.json", answer_json, handler, guarded(role), method="POST")
            self._add(path, show_next, handler, guarded(role, form=body), method="POST", in_schema=False)
            return handler

        return register

    def raw(
        self, path: str, *, role: Role = "reader", method: str = "GET", schema: bool = True, streamed: bool = False
    ) -> Callable[[Handler], Handler]:
        """Declare a route whose handler answers with a response of its own (files, streams); it may be a coroutine.

        A ``streamed`` handler reads the body itself; see ``GuardedRoute``.
        """

        def register(handler: Handler) -> Handler:
            self._add(path, handler, handler, guarded(role, streamed=streamed), method=method, in_schema=schema)
            return handler

        return register

    def _add(
        self,
        path: str,
        endpoint: Callable[..., Any],
        handler: Callable[..., Any],
        route: type[GuardedRoute],
        *,
        method: str = "GET",
        in_schema: bool = True,
        responses: dict[int | str, dict[str, Any]] | None = None,
    ) -> None:
        """Register an endpoint under the name and with the description of its handler."""
        self.add_api_route(
            path,
            endpoint,
            methods=[method],
            name=handler.__name__,
            description=inspect.getdoc(handler) or "",
            response_model=None,
            responses=responses or {},
            include_in_schema=in_schema,
            route_class_override=route,
        )


def _json(view: BaseModel | bytes) -> Response:
    content = view if isinstance(view, bytes) else view.model_dump_json(by_alias=True)
    return Response(content, media_type="application/json")


def _answer(handler: Callable[..., Any]) -> dict[int | str, dict[str, Any]]:
    """The model of a page's twin, for OpenAPI."""
    view = typing.get_type_hints(handler).get("return")
    view = typing.get_args(view)[0] if typing.get_origin(view) is Ready else view
    return {200: {"model": view}} if isinstance(view, type) and issubclass(view, BaseModel) else {}
