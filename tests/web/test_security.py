"""What stands between a practice and those who have no business in it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Message

from cicatrix.model.practice import Account, Visit
from cicatrix.practice import Practice, accounts, open_practice
from cicatrix.web import login_gate
from cicatrix.web.app import create_app
from cicatrix.web.refusals import Refused
from cicatrix.web.settings import Settings
from tests.web.asgi import status_of
from tests.web.conftest import BASE, PASSWORD, Client
from tests.web.made import assessed, keep_result

UPLOAD_START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
TOKEN = "the-secret-of-the-link"  # noqa: S105 - of an app that lives for one test


def test_every_answer_carries_the_headers(clinician: Client, anonymous: TestClient) -> None:
    answers = [
        clinician.http.get("/people"),
        clinician.http.get("/people.json"),
        clinician.http.get("/nowhere"),
        anonymous.get("/login"),
        anonymous.get("/people"),
        clinician.http.get("/static/css/base.css"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_pages_hold_no_script_or_style_of_their_own(clinician: Client) -> None:
    for address in ("/people", "/account", "/log", "/docs", "/nowhere"):
        page = clinician.http.get(address, headers={"accept": "text/html"}).text
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page
        assert "http://" not in page
        assert "https://" not in page


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "[::1"])
def test_other_names_for_this_machine_are_refused(clinician: Client, host: str) -> None:
    """A page of another site whose name was turned to this machine gets nothing (DNS rebinding)."""
    assert clinician.http.get("/people.json", headers={"host": host}).status_code == 421


def test_large_requests_are_refused_before_they_are_read(clinician: Client) -> None:
    answer = clinician.http.post("/people.json", content=b"x" * (1 << 20) + b"y", headers={"X-CSRF": clinician.csrf})
    assert answer.status_code == 413
    assert "1048577" in answer.json()["error"]["what"]


@pytest.mark.parametrize(
    ("path", "kind", "start"),
    [
        ("/people.json", "application/json", b'{"pseudonym": "P-1", "note": "'),
        ("/people", "application/x-www-form-urlencoded", b"pseudonym=P-1&note="),
        ("/people", "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'),
        ("/visits/{visit}/upload.json", "multipart/form-data; boundary=x", UPLOAD_START),
        ("/visits/{visit}/case", "multipart/form-data; boundary=x", UPLOAD_START),
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_a_body_longer_than_the_limit_is_cut_off(
    practice: Practice, clinician: Client, visit: Visit, path: str, kind: str, start: bytes, *, header: bool
) -> None:
    """A body without an announced length is read up to the limit, and no further."""
    limits = Settings(practice=practice.folder, mode="accounts", small_bytes=1 << 18, upload_bytes=1 << 18)
    chunk = 1 << 15
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        body = start if sent == 0 else b"x" * chunk
        sent += len(body)
        return {"type": "http.request", "body": body, "more_body": sent < 1 << 24}

    headers = {"host": "127.0.0.1:8765", "content-type": kind, "accept": "application/json"}
    headers["cookie"] = f"{limits.cookie}={clinician.http.cookies[limits.cookie]}"
    if header:
        headers["x-csrf"] = clinician.csrf
    status = anyio.run(status_of, create_app(limits, practice), path.format(visit=visit.id), headers, receive)
    # Without the token in the header JSON is refused unread, an upload at its first file; a form may hold the token.
    early = not header and ("json" in kind or "/upload" in path)
    assert status == (403 if early else 413)
    assert sent <= (1 << 18) + chunk
    assert clinician.http.get("/people.json").json()["people"]["total"] == 1


@pytest.mark.parametrize("count", [150, 4])
def test_too_many_or_too_long_headers_are_refused(clinician: Client, count: int) -> None:
    headers = {f"x-{number}": "y" * (10 if count > 100 else 9000) for number in range(count)}
    told = clinician.http.get("/people.json", headers=headers)
    assert told.status_code == 431
    assert set(told.json()["error"]) == {"status", "what", "allowed", "fix"}


def test_what_is_refused_early_is_a_page_for_people(clinician: Client) -> None:
    headers = {"accept": "text/html", "origin": "http://evil.example"}
    page = clinician.http.post("/people", data={"pseudonym": "P-1"}, headers=headers)
    assert page.status_code == 403
    assert "own pages" in page.text
    assert 'href="/people"' in page.text


def test_the_links_session_is_none_where_people_log_in(app: FastAPI, practice: Practice, settings: Settings) -> None:
    """Somebody opened the app by its link; then it is started for the network, with accounts."""
    with practice.unit_of_work("owner") as unit:
        token = accounts.open_session(unit, None)
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    client.cookies.set(settings.cookie, token)
    assert client.get("/people.json").status_code == 401


def test_guessing_the_old_password_locks_the_account(clinician: Client) -> None:
    """Somebody at a computer that was left unlocked tries to take the account over."""
    guess = {"old": "not the password", "new": "another long password", "again": "another long password"}
    for _ in range(5):
        told = clinician.http.post("/account/password.json", json=guess, headers={"X-CSRF": clinician.csrf})
        assert told.status_code == 403
    right = {**guess, "old": PASSWORD}
    told = clinician.http.post("/account/password.json", json=right, headers={"X-CSRF": clinician.csrf})
    assert told.status_code == 403


def test_the_open_folder_does_not_open_others(anonymous: TestClient) -> None:
    for path in ("/static/css/..%2fjs/upload.js", "/static/css/%2e%2e/js/upload.js"):
        assert anonymous.get(path).status_code == 401
    assert anonymous.get("/static/css/base.css").status_code == 200


def test_the_link_opens_a_session_and_leaves_the_address(tmp_path: Path) -> None:
    practice = open_practice(tmp_path)
    settings = Settings(practice=tmp_path, token=TOKEN)
    client = TestClient(create_app(settings, practice), base_url=BASE, follow_redirects=False)
    assert client.get("/?token=wrong", headers={"accept": "text/html"}).headers["location"].startswith("/login")
    assert client.get("/people.json").status_code == 401
    entered = client.get(f"/?token={TOKEN}")
    assert entered.headers["location"] == "/people"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/people.json").status_code == 200
    assert client.post("/login", data={"name": "x", "password": "y"}).status_code == 403
    practice.close()


def test_behind_https_the_cookie_is_for_https_alone(tmp_path: Path) -> None:
    practice = open_practice(tmp_path)
    settings = Settings(practice=tmp_path, token=TOKEN, secure=True)
    client = TestClient(create_app(settings, practice), base_url="https://127.0.0.1:8765", follow_redirects=False)
    entered = client.get(f"/?token={TOKEN}")
    assert "secure" in entered.headers["set-cookie"].lower()
    page = client.get("/account").text
    left = client.post("/logout", data={"csrf": page.split('name="csrf" content="')[1].split('"')[0]})
    assert "secure" in left.headers["set-cookie"].lower()  # else browsers keep the cookie
    assert entered.headers["set-cookie"].startswith("__Host-")
    assert "max-age" in entered.headers["strict-transport-security"]
    practice.close()


def test_logging_in_and_out(app: FastAPI, practice: Practice) -> None:
    with practice.unit_of_work("test") as unit:
        accounts.add(unit, "anna", "reader", PASSWORD)
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    refused = client.post("/login", data={"name": "anna", "password": "wrong"})
    nobody = client.post("/login", data={"name": "nobody", "password": "wrong"})
    assert refused.status_code == nobody.status_code == 403
    assert refused.text == nobody.text  # does not tell whether the account exists
    entered = client.post("/login", data={"name": "anna", "password": PASSWORD, "next": "/account"})
    assert entered.headers["location"] == "/account"
    page = client.get("/account").text
    csrf = page.split('name="csrf" content="')[1].split('"')[0]
    assert client.post("/logout", data={"csrf": csrf}).status_code == 303
    assert client.get("/account.json").status_code == 401


def test_an_address_that_fails_often_has_to_wait(
    app: FastAPI, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever names it tries, and before any password is hashed."""
    checked: list[str] = []
    check = accounts.check

    def count(practice: Practice, name: str, password: str) -> Account | None:
        checked.append(name)
        return check(practice, name, password)

    monkeypatch.setattr(login_gate, "DELAY_S", 0.0)
    monkeypatch.setattr(accounts, "check", count)
    with practice.unit_of_work("test") as unit:
        accounts.add(unit, "anna", "reader", PASSWORD)
    client = TestClient(app, base_url=BASE, follow_redirects=False, client=("192.0.2.1", 50000))
    for number in range(10):
        assert client.post("/login", data={"name": f"name-{number}", "password": "wrong"}).status_code == 403
    refused = client.post("/login", data={"name": "anna", "password": PASSWORD})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 31
    assert len(checked) == 10
    elsewhere = TestClient(app, base_url=BASE, follow_redirects=False, client=("192.0.2.2", 50000))
    assert elsewhere.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 303


def test_few_logins_wait_for_their_turn(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exceeds the queue is refused at once; nothing of it takes the threads of other requests."""
    refused_some, running, most = threading.Event(), [0], [0]

    def slow(*_: object) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        assert refused_some.wait(20)
        running[0] -= 1

    monkeypatch.setattr(accounts, "check", slow)
    gate = login_gate.LoginGate(practice)
    statuses: list[tuple[int, int | None]] = []

    async def ask(number: int) -> None:
        try:
            await gate.check(f"192.0.2.{number}", "anna", "wrong")
        except Refused as refused:
            statuses.append((refused.refusal.status, refused.retry_after_s))
            refused_some.set()

    async def ask_all() -> None:
        async with anyio.create_task_group() as group:
            for number in range(30):
                group.start_soon(ask, number)

    anyio.run(ask_all)
    assert statuses == [(429, login_gate.QUEUE_RETRY_S)] * (30 - login_gate.AT_ONCE - login_gate.MOST_WAITING)
    assert most == [login_gate.AT_ONCE]


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://["]
)
def test_the_login_leads_nowhere_else(app: FastAPI, practice: Practice, address: str) -> None:
    with practice.unit_of_work("test") as unit:
        accounts.add(unit, "anna", "reader", PASSWORD)
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    entered = client.post("/login", data={"name": "anna", "password": PASSWORD, "next": address})
    assert entered.headers["location"] == "/people"


def test_after_five_failures_the_right_password_does_not_help(app: FastAPI, practice: Practice) -> None:
    with practice.unit_of_work("test") as unit:
        accounts.add(unit, "anna", "reader", PASSWORD)
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    for _ in range(5):
        client.post("/login", data={"name": "anna", "password": "wrong"})
    assert client.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 403


def test_every_guess_costs_the_same_work(app: FastAPI, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody has, a wrong password and a locked account cannot be told apart by how long they take."""
    hashed: list[str] = []
    matches = accounts._matches  # what takes long

    def count(stored: str, password: str) -> bool:
        hashed.append(stored.rsplit("$", 2)[0])  # method and work factors
        return matches(stored, password)

    with practice.unit_of_work("test") as unit:
        accounts.add(unit, "anna", "reader", PASSWORD)
    monkeypatch.setattr(accounts, "_matches", count)
    accounts._nobody.cache_clear()  # made with the quick passwords of this test
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    for name in ("nobody", *["anna"] * 6):
        assert client.post("/login", data={"name": name, "password": "wrong"}).status_code == 403
    assert len(hashed) == 7
    assert len(set(hashed)) == 1


@pytest.mark.parametrize(
    "name",
    ["..%2f..%2fpractice.db", "%2e%2e/%2e%2e/practice.db", "..\\practice.db", "%2fetc%2fpasswd", "capture.toml%00"],
)
def test_names_in_addresses_are_no_paths(
    clinician: Client, practice: Practice, visit: Visit, tmp_path: Path, name: str
) -> None:
    kept = keep_result(practice, visit.id, tmp_path / "kept", *assessed())
    for base in (
        f"/results/{kept.id}/files/",
        f"/results/{kept.id}/objects/",
        f"/captures/{kept.capture_id}/files/",
        f"/captures/{kept.capture_id}/previews/",
    ):
        assert clinician.http.get(base + name).status_code in {404, 422}, base


def test_a_session_ends_when_nobody_uses_it(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 2, tzinfo=UTC)]
    practice = open_practice(tmp_path, clock=lambda: now[0])
    client = TestClient(create_app(Settings(practice=tmp_path, token=TOKEN), practice), base_url=BASE)
    assert client.get(f"/?token={TOKEN}").status_code == 200
    now[0] += timedelta(minutes=29)
    assert client.get("/people.json").status_code == 200
    now[0] += timedelta(minutes=29)
    assert client.get("/people.json").status_code == 200
    now[0] += timedelta(minutes=31)
    assert client.get("/people.json").status_code == 401
    practice.close()


def test_a_changed_password_logs_out(clinician: Client, logged_in: dict[str, Client]) -> None:
    body = {"old": PASSWORD, "new": "another long password", "again": "another long password"}
    answer = clinician.http.post("/account/password.json", json=body, headers={"X-CSRF": clinician.csrf})
    assert answer.status_code == 200
    assert clinician.http.get("/people.json").status_code == 401
    assert logged_in["reader"].http.get("/people.json").status_code == 200


@pytest.mark.parametrize("path", ["../practice.db", "..%2fpractice.db", "%2e%2e/settings.py", "css/../../app.py"])
def test_static_files_stay_in_their_folder(clinician: Client, path: str) -> None:
    assert clinician.http.get(f"/static/{path}").status_code == 404


def test_an_error_inside_tells_nothing_of_the_program(
    clinician: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        msg = "secret inside"
        raise RuntimeError(msg)

    monkeypatch.setattr("cicatrix.web.pages.people.people.find", fail)
    answer = clinician.http.get("/people.json")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret inside" in caplog.text
