"""View models as pages."""

from __future__ import annotations

import shlex
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cicatrix import __version__
from cicatrix.model.practice import WebSession
from cicatrix.web.refusals import Refusal

__all__ = ["render", "render_refusal"]


def render(request: Request, template: str, view: Any, *, status: int = 200) -> Response:
    """A page of a view model.

    Templates see ``view``, ``who`` (None before the login), ``csrf``, ``path`` and ``twin``, the address of the page's
    JSON.
    """
    who: WebSession | None = getattr(request.state, "who", None)
    path = request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    html = (
        _environment()
        .get_template(template)
        .render(
            view=view,
            who=who,
            csrf="" if who is None else who.csrf,
            path=path,
            twin=f"{path}.json{query}",
            version=__version__,
        )
    )
    return HTMLResponse(html, status_code=status)


def render_refusal(request: Request, refusal: Refusal) -> Response:
    """A page that says why a request was refused."""
    return render(request, "refusal.html.j2", refusal, status=refusal.status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cicatrix.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    environment.filters["shell"] = shlex.quote
    environment.filters["literal"] = repr
    environment.filters["kilobytes"] = lambda count: f"{count / 1024:,.0f} kB"
    return environment


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
