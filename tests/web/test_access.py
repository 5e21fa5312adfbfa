"""Who may do what: a table over every route of the app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from cicatrix.model.practice import Role
from cicatrix.web import dependencies
from cicatrix.web.access import RANK
from cicatrix.web.pages import ROUTERS
from tests.web.conftest import Client

ANYBODY = "anybody"
READER, ASSISTANT, CLINICIAN = "reader", "assistant", "clinician"

TABLE: dict[tuple[str, str], str] = {
    ("GET", "/"): READER,  # and the link with the token
    ("GET", "/login"): ANYBODY,
    ("POST", "/login"): ANYBODY,
    ("GET", "/healthz"): ANYBODY,
    ("POST", "/logout"): READER,
    ("GET", "/account"): READER,
    ("POST", "/account/password"): READER,
    ("GET", "/people"): READER,
    ("POST", "/people"): ASSISTANT,
    ("GET", "/people/{person_id}"): READER,
    ("POST", "/people/{person_id}"): ASSISTANT,
    ("POST", "/people/{person_id}/visits"): ASSISTANT,
    ("POST", "/people/{person_id}/erase"): CLINICIAN,
    ("GET", "/people/{person_id}/export"): CLINICIAN,
    ("GET", "/visits/{visit_id}"): READER,
    ("POST", "/visits/{visit_id}"): ASSISTANT,
    ("GET", "/visits/{visit_id}/upload"): ASSISTANT,
    ("POST", "/visits/{visit_id}/upload"): ASSISTANT,
    ("GET", "/captures/{capture_id}"): READER,
    ("POST", "/captures/{capture_id}/assess"): ASSISTANT,
    ("GET", "/captures/{capture_id}/files/{name:path}"): READER,
    ("GET", "/captures/{capture_id}/previews/{name}"): READER,
    ("GET", "/jobs"): READER,
    ("GET", "/jobs/{job_id}"): READER,
    ("GET", "/jobs/{job_id}/events"): READER,
    ("POST", "/jobs/{job_id}/cancel"): ASSISTANT,
    ("GET", "/visits/{visit_id}/case"): READER,
    ("POST", "/visits/{visit_id}/case"): ASSISTANT,
    ("POST", "/visits/{visit_id}/case/take-over"): ASSISTANT,
    ("GET", "/visits/{visit_id}/case.toml"): READER,
    ("GET", "/visits/{visit_id}/case/{topic}"): READER,
    ("POST", "/visits/{visit_id}/case/{topic}"): ASSISTANT,
    ("GET", "/results/{result_id}"): READER,
    ("GET", "/results/{result_id}/plan"): READER,
    ("GET", "/results/{result_id}/plan/{option}.ics"): READER,
    ("GET", "/results/{result_id}/outlook"): READER,
    ("GET", "/results/{result_id}/patient"): READER,
    ("GET", "/report.css"): READER,
    ("GET", "/results/{result_id}/shapes"): READER,
    ("GET", "/results/{result_id}/objects/{name}"): READER,
    ("GET", "/results/{result_id}/files/{name}"): READER,
    ("GET", "/results/{result_id}/layers/{name}.png"): READER,
    ("GET", "/results/{result_id}/ramps"): READER,
    ("GET", "/results/{result_id}/profile"): READER,
    ("GET", "/results/{result_id}/surface.bin"): READER,
    ("GET", "/results/{result_id}/corrections"): READER,
    ("GET", "/results/{result_id}/corrections/file"): READER,
    ("POST", "/results/{result_id}/corrections"): CLINICIAN,
    ("POST", "/results/{result_id}/corrections/undo"): CLINICIAN,
    ("POST", "/results/{result_id}/corrections/redo"): CLINICIAN,
    ("POST", "/results/{result_id}/corrections/keep"): CLINICIAN,
    ("GET", "/people/{person_id}/compare"): READER,
    ("POST", "/people/{person_id}/compare"): ASSISTANT,
    ("GET", "/people/{person_id}/trend"): READER,
    ("GET", "/comparisons/{comparison_id}"): READER,
    ("GET", "/comparisons/{comparison_id}/files/{name}"): READER,
    ("GET", "/repeatability"): READER,
    ("GET", "/repeatability/report"): READER,
    ("GET", "/visits/{visit_id}/repeatability"): READER,
    ("POST", "/visits/{visit_id}/repeatability"): CLINICIAN,
    ("GET", "/log"): CLINICIAN,
    ("GET", "/docs"): READER,
    ("GET", "/openapi.json"): READER,
}
"""Method and path, the twin without its ``.json``, to the least role that may use it."""


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of each route."""
    own = [route for route in app.routes if hasattr(route, "methods") or isinstance(route, Mount)]
    for route in [*own, *(route for router in ROUTERS for route in router.routes)]:
        if isinstance(route, Mount):
            assert route.path == "/static", "what else is mounted belongs into the table"
            continue
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path


def needed(path: str, method: str) -> str:
    """Who may use a route, by the table."""
    return TABLE.get((method, path)) or TABLE[method, path.removesuffix(".json")]


def _address(path: str) -> str:
    """An address on a route; what it names does not exist."""
    return path.replace("{name:path}", "x").replace("{", "").replace("}", "")


def test_every_route_is_in_the_table_and_the_table_names_no_other(app: FastAPI) -> None:
    found = {(method, path if (method, path) in TABLE else path.removesuffix(".json")) for method, path in routes(app)}
    assert found == set(TABLE)


def _dependencies(dependant: Dependant) -> Iterator[object]:
    """Everything that a handler asks for, also through others."""
    for one in dependant.dependencies:
        yield one.call
        yield from _dependencies(one)


def test_what_only_looks_never_takes_the_lock_of_a_writer() -> None:
    every = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    asked = {
        (route.path, method): set(_dependencies(route.dependant)) for route in every for method in route.methods or ()
    }
    reads = {key for key, calls in asked.items() if dependencies._read_unit in calls}
    writes = {key for key, calls in asked.items() if dependencies._write_unit in calls}
    assert len(reads) > 20
    assert len(writes) > 20
    assert {method for _, method in reads} == {"GET"}
    assert {method for _, method in writes} == {"POST"}


def test_nobody_gets_more_than_the_login(app: FastAPI, anonymous: TestClient) -> None:
    open_to_all = set()
    for method, path in routes(app):
        answer = anonymous.request(method, _address(path), headers={"accept": "text/html"}, json={})
        refused = answer.status_code == 401 or answer.headers.get("location", "").startswith("/login?next=")
        if not refused:
            open_to_all.add((method, path))
    assert open_to_all == {key for key, role in TABLE.items() if role == ANYBODY}


@pytest.mark.parametrize("role", [READER, ASSISTANT, CLINICIAN])
def test_each_role_does_its_own_work_and_no_other(app: FastAPI, logged_in: dict[Role, Client], role: Role) -> None:
    client = logged_in[role]
    wrong = []
    for method, path in routes(app):
        if path in {"/logout", "/"} or needed(path, method) == ANYBODY:
            continue
        headers = {"X-CSRF": client.csrf}
        answer = client.http.request(method, _address(path), headers=headers, json={})
        may = RANK[role] >= RANK[cast("Role", needed(path, method))]
        # Whoever may is told what is wrong with the request, or that there is no such thing; who may not, only that.
        if (answer.status_code == 403) == may or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_without_the_token_of_the_session_nothing_changes(app: FastAPI, clinician: Client) -> None:
    for method, path in routes(app):
        if method == "GET" or path == "/login":
            continue
        for headers in ({}, {"X-CSRF": "guessed"}):
            assert clinician.http.request(method, _address(path), headers=headers, json={}).status_code == 403, path


def test_pages_from_elsewhere_cannot_send_forms(clinician: Client) -> None:
    for elsewhere in (
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
        {"origin": "http://["},
    ):
        headers = {"X-CSRF": clinician.csrf, **elsewhere}
        answer = clinician.http.post("/people.json", json={"pseudonym": "P-1"}, headers=headers)
        assert answer.status_code == 403, elsewhere
