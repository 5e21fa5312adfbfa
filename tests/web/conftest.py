"""A practice, and somebody of each role who is logged in to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from cicatrix.model.practice import RecordedPerson, Role, Visit
from cicatrix.practice import Practice, accounts, open_practice, people, visits
from cicatrix.web.app import create_app
from cicatrix.web.settings import Settings

PASSWORD = "a long enough password"  # noqa: S105 - of accounts that live for one test
ROLES: tuple[Role, ...] = ("reader", "assistant", "clinician")
BASE = "http://127.0.0.1:8765"


@dataclass(frozen=True)
class Client:
    """A browser with a session; ``csrf`` is what its forms send back."""

    http: TestClient
    csrf: str


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little work: these passwords guard nothing."""
    monkeypatch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """An empty practice."""
    opened = open_practice(tmp_path / "practice")
    yield opened
    opened.close()


@pytest.fixture
def settings(practice: Practice) -> Settings:
    """The app with accounts."""
    return Settings(practice=practice.folder, mode="accounts")


@pytest.fixture
def app(practice: Practice, settings: Settings) -> FastAPI:
    """The app."""
    return create_app(settings, practice)


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    """Nobody."""
    return TestClient(app, base_url=BASE, follow_redirects=False)


@pytest.fixture
def logged_in(app: FastAPI, practice: Practice, settings: Settings) -> dict[Role, Client]:
    """Somebody of each role."""
    return {role: _log_in(app, practice, settings, role) for role in ROLES}


@pytest.fixture
def clinician(logged_in: dict[Role, Client]) -> Client:
    """Somebody who may do everything."""
    return logged_in["clinician"]


@pytest.fixture
def person(practice: Practice) -> RecordedPerson:
    """A person."""
    with practice.unit_of_work("test") as unit:
        return people.add(unit, "P-001")


@pytest.fixture
def visit(practice: Practice, person: RecordedPerson) -> Visit:
    """A visit of that person."""
    with practice.unit_of_work("test") as unit:
        return visits.add(unit, person.id, date(2026, 11, 2))


def _log_in(app: FastAPI, practice: Practice, settings: Settings, role: Role) -> Client:
    with practice.unit_of_work("test") as unit:
        account = accounts.add(unit, f"the-{role}", role, PASSWORD)
        token = accounts.open_session(unit, account.id)
        found = accounts.who(unit, token)
    assert found is not None
    http = TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    http.cookies.set(settings.cookie, token)
    return Client(http, found[0].csrf)
