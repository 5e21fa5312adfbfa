"""What handlers ask for by type: the unit of work, the session, the practice, the settings (FastAPI dependencies)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from cicatrix.model.practice import WebSession
from cicatrix.practice import Practice, UnitOfWork
from cicatrix.web.login_gate import LoginGate
from cicatrix.web.settings import Settings

__all__ = ["CurrentGate", "CurrentPractice", "CurrentSession", "CurrentSettings", "ReadUnit", "WriteUnit"]


async def _practice(request: Request) -> Practice:
    practice: Practice = request.app.state.practice
    return practice


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _session(request: Request) -> WebSession:
    session: WebSession = request.state.who
    return session


async def _login_gate(request: Request) -> LoginGate:
    gate: LoginGate = request.app.state.login_gate
    return gate


CurrentGate = Annotated[LoginGate, Depends(_login_gate)]
"""The limits on password checks."""
CurrentPractice = Annotated[Practice, Depends(_practice)]
"""The open practice, for handlers that need several transactions or none."""
CurrentSettings = Annotated[Settings, Depends(_settings)]
"""The app's settings."""
CurrentSession = Annotated[WebSession, Depends(_session)]
"""The session of whoever sent the request; only for routes that state a role."""


def _read_unit(practice: CurrentPractice, session: CurrentSession) -> Iterator[UnitOfWork]:
    with practice.unit_of_work(session.name, write=False) as unit:
        yield unit


def _write_unit(practice: CurrentPractice, session: CurrentSession) -> Iterator[UnitOfWork]:
    with practice.unit_of_work(session.name) as unit:
        yield unit


# The scope "function" ends the transaction before the answer is sent: nobody reads "done" of what is then rolled back.
ReadUnit = Annotated[UnitOfWork, Depends(_read_unit, scope="function")]
"""One transaction that only reads; it never waits for a writer."""
WriteUnit = Annotated[UnitOfWork, Depends(_write_unit, scope="function")]
"""One transaction that writes: committed before the answer is sent, rolled back after an error."""
