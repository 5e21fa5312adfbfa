"""The app: its routes, its guard and its errors."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from cicatrix import __version__
from cicatrix.errors import CicatrixError
from cicatrix.practice import Practice, open_practice
from cicatrix.web.guard import Guard
from cicatrix.web.login_gate import LoginGate
from cicatrix.web.pages import ROUTERS
from cicatrix.web.refusals import Refused, refusal_of
from cicatrix.web.render import render_refusal
from cicatrix.web.settings import Settings

__all__ = ["create_app"]

THREADS = 8
COLLECT_AFTER = (50_000, 20, 20)
"""Objects made between collections of garbage; reading one result back makes tens of thousands that stay."""

LOG = logging.getLogger("cicatrix.web")


def create_app(settings: Settings, practice: Practice | None = None) -> FastAPI:
    """The app of a practice.

    Parameters
    ----------
    settings
        What it is told.
    practice
        The practice if it is open already.
    """
    kept = practice or open_practice(settings.practice, files=settings.files)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # More threads than this only wait for each other: Python runs one at a time.
        current_default_thread_limiter().total_tokens = THREADS
        gc.collect()
        gc.freeze()  # what was loaded by now stays: nobody need look at it again
        gc.set_threshold(*COLLECT_AFTER)
        yield
        app.state.login_gate.close()
        kept.close()

    app = FastAPI(
        title="Cicatrix",
        version=__version__,
        description="Acne scars and marks, measured, graded, planned for and followed. Not a medical device.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
    )
    app.state.practice, app.state.settings, app.state.login_gate = kept, settings, LoginGate(kept)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    for error in (CicatrixError, Refused, RequestValidationError, ClientDisconnect, HTTPException, Exception):
        app.add_exception_handler(error, _refuse)
    app.add_middleware(Guard, practice=kept, settings=settings)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    refusal = refusal_of(error)
    if refusal.status >= 500:
        LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    wants_json = request.url.path.endswith(".json") or "text/html" not in request.headers.get("accept", "text/html")
    answer: Response = (
        JSONResponse({"error": refusal.model_dump()}, status_code=refusal.status)
        if wants_json
        else render_refusal(request, refusal)
    )
    if isinstance(error, Refused) and error.retry_after_s is not None:
        answer.headers["retry-after"] = str(error.retry_after_s)
    return answer
