"""Whatever is asked of the app, it answers or refuses and never breaks (schemathesis, from its own OpenAPI)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings

from cicatrix.model.practice import RecordedPerson, Visit
from cicatrix.practice import Practice, jobs, open_practice
from tests.practice.conftest import database
from tests.web.conftest import Client
from tests.web.made import assessed, keep_result

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries that it brings
    import schemathesis

EXAMPLES = 12
"""Requests for each operation; half of them with identifiers that exist."""


@pytest.fixture(params=["sqlite", "postgresql"])
def practice(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Practice]:
    """An empty practice in each kind of database: what one takes the other may refuse."""
    with nullcontext(None) if request.param == "sqlite" else database() as url:
        opened = open_practice(url or tmp_path / "practice", files=tmp_path / "practice")
        yield opened
        opened.close()


def test_every_twin_and_action_is_described(app: FastAPI) -> None:
    described = app.openapi()["paths"]
    assert "requestBody" in described["/people.json"]["post"]
    for path, methods in described.items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)


@pytest.mark.slow
def test_nothing_breaks(
    app: FastAPI, clinician: Client, practice: Practice, person: RecordedPerson, visit: Visit, tmp_path: Path
) -> None:
    known = {"person_id": person.id, "visit_id": visit.id, **_kept(practice, visit, tmp_path)}
    schema: Any = schemathesis.openapi.from_dict(app.openapi())
    operations = [found.ok() for found in schema.get_all_operations()]
    asked = 0

    def ask(case: Any) -> None:
        nonlocal asked
        named = dict(case.path_parameters or {})
        if asked % 2:
            named |= {name: known[name] for name in named if name in known}
        asked += 1
        answer = clinician.http.request(
            case.method,
            case.path.format(**{name: quote(str(value), safe="") or "x" for name, value in named.items()}),
            params=case.query or None,
            content=_body(case.body),
            headers={"X-CSRF": clinician.csrf, "content-type": "application/json"},
        )
        assert answer.status_code < 500, (case.method, case.path, named, case.query, case.body, answer.text)
        if answer.status_code >= 400:
            assert set(answer.json()["error"]) == {"status", "what", "allowed", "fix"}

    for operation in operations:
        if operation.path in {"/account/password.json", "/people/{person_id}/erase.json"}:
            continue  # a lucky guess would end the session, or the person
        quick = settings(
            max_examples=EXAMPLES,
            database=None,
            suppress_health_check=list(HealthCheck),
            deadline=None,
            derandomize=True,
        )
        given_some: Any = given(operation.as_strategy())
        quick(given_some(ask))()
    assert asked >= len(operations)


def _kept(practice: Practice, visit: Visit, folder: Path) -> dict[str, str]:
    """A capture, a result and work that exist, and names that mean something to them."""
    kept = keep_result(practice, visit.id, folder / "kept", *assessed())
    with practice.unit_of_work("test") as unit:
        job = jobs.add(unit, "assess", {"capture": kept.capture_id, "case": None, "start": None})
    return {"capture_id": kept.capture_id, "result_id": kept.id, "job_id": job.id, "name": "relief"}


def _body(body: object) -> bytes | None:
    try:
        return json.dumps(body).encode()
    except TypeError:  # schemathesis says in its own way that there is none
        return None


@pytest.mark.parametrize("sign", ["\0", "\ud800", "\x1b", "\u2028"], ids=["zero", "surrogate", "escape", "line"])
def test_signs_that_databases_refuse_are_told(clinician: Client, person: RecordedPerson, sign: str) -> None:
    """Text with them is refused with a reason, or taken; it never breaks anything."""
    text = quote(sign, safe="", errors="surrogatepass")
    for address in (
        f"/people.json?text={text}",
        f"/people/{text}.json",
        f"/log.json?person={text}",
        f"/results/{text}",
    ):
        assert clinician.http.get(address).status_code < 500, address
    headers = {"X-CSRF": clinician.csrf, "content-type": "application/json"}
    for address, body in (
        ("/people.json", {"pseudonym": f"P{sign}1"}),
        ("/people.json", {"pseudonym": "P-2", "note": f"a{sign}b"}),
        (f"/people/{person.id}.json", {"pseudonym": f"P{sign}1"}),
        (f"/people/{person.id}/visits.json", {"day": "2026-11-02", "note": f"a{sign}b"}),
    ):
        answer = clinician.http.post(address, content=json.dumps(body), headers=headers)
        assert answer.status_code < 500, (address, body)
    assert clinician.http.get("/people.json").status_code == 200
    assert clinician.http.get("/log").status_code == 200
    login = clinician.http.post("/login", data={"name": f"a{sign}b".encode("utf-8", "surrogatepass"), "password": "x"})
    assert login.status_code == 403
