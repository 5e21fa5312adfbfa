"""Uploading by form and by program, following the work, and looking at what came of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient

from cicatrix.model.practice import Role, Visit
from cicatrix.practice import Practice, captures, jobs
from cicatrix.practice.workspace import uploads
from cicatrix.web.upload import receive as intake
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.receive import Intake
from tests.web.conftest import Client
from tests.web.made import work_off
from tests.web.tiny import height_files, zipped

FILES = [("files", (f"left/{name}", data)) for name, data in height_files().items()]


def post(client: Client, visit: Visit, files: Any = FILES, *, data: Any = None, token: bool = True) -> Any:
    headers = {"x-csrf": client.csrf} if token else {}
    return client.http.post(f"/visits/{visit.id}/upload.json", files=files, data=data, headers=headers)


def waiting(practice: Practice) -> list[str]:
    folder = uploads(practice)
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_a_form_sends_files_and_shows_the_work_and_the_capture(
    practice: Practice, visit: Visit, clinician: Client
) -> None:
    page = clinician.http.get(f"/visits/{visit.id}/upload")
    assert page.status_code == 200
    assert "Add a capture" in page.text
    empty = ("files", ("", b"", "application/octet-stream"))
    sent = clinician.http.post(
        f"/visits/{visit.id}/upload",
        data={"csrf": clinician.csrf, "site": "chin", "kind": "", "pixel_mm": ""},
        files=[*FILES, empty],
    )
    assert sent.status_code == 303, sent.text
    where = sent.headers["location"]
    shown = clinician.http.get(where)
    assert "Waiting." in shown.text
    assert 'http-equiv="refresh"' in shown.text
    work_off(practice)
    done = clinician.http.get(f"{where}.json").json()
    assert done["job"]["state"] == "done", done
    capture = clinician.http.get(done["shown_at"])
    assert "This capture can be measured." in capture.text
    assert "chin" in capture.text
    assert waiting(practice) == []
    seen = clinician.http.get(f"{done['shown_at']}.json").json()
    preview = clinician.http.get(f"{done['shown_at']}/previews/{seen['photos'][0]['preview']}")
    assert preview.headers["content-type"] == "image/jpeg"
    assert preview.content.startswith(b"\xff\xd8")
    file = clinician.http.get(f"{done['shown_at']}/files/heights.npy")
    assert file.content == height_files()["heights.npy"]
    assert file.headers["content-disposition"].startswith("attachment")
    assert clinician.http.get(f"{done['shown_at']}/files/../../practice.db").status_code == 404
    assert "Adding a capture" in clinician.http.get("/jobs").text


def test_a_refused_capture_says_why_and_what_to_do(practice: Practice, visit: Visit, clinician: Client) -> None:
    job = post(clinician, visit, [("files", ("heights.npy", b"1"))]).json()
    work_off(practice)
    page = clinician.http.get(f"/jobs/{job['id']}").text
    assert "Failed." in page
    assert "What to do" in page
    with practice.unit_of_work("test", write=False) as unit:
        assert captures.of_visit(unit, visit.id) == ()


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_an_upload_without_the_forms_token_is_refused_before_a_byte_is_kept(
    practice: Practice, visit: Visit, clinician: Client, token: str | None
) -> None:
    data = {} if token is None else {"csrf": token}
    for address in (f"/visits/{visit.id}/upload", f"/visits/{visit.id}/upload.json"):
        sent = clinician.http.post(address, data=data, files=FILES)
        assert sent.status_code == 403
    assert waiting(practice) == []


def test_a_token_after_the_files_comes_too_late(practice: Practice, visit: Visit, clinician: Client) -> None:
    parts: list[Any] = [*FILES, ("csrf", (None, clinician.csrf))]
    assert clinician.http.post(f"/visits/{visit.id}/upload", files=parts).status_code == 403
    assert waiting(practice) == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-type": "multipart/form-data"}, b"x", 415),
        ({"content-type": "multipart/form-data; boundary=b"}, b"nonsense", 400),
        ({"content-type": "multipart/form-data; boundary=b"}, b"--b\r\n", 400),
        ({"content-type": "multipart/form-data; boundary=b"}, b"--b--\r\n", 422),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="site"\r\n\r\n' + b"x" * 40000 + b"\r\n--b--\r\n",
            400,
        ),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="site"\r\n\r\nchin\r\n--b--\r\n',
            422,
        ),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhalf',
            400,
        ),
    ],
)
def test_what_is_no_upload_is_refused(
    practice: Practice, visit: Visit, clinician: Client, headers: dict[str, str], body: bytes, status: int
) -> None:
    sent = clinician.http.post(
        f"/visits/{visit.id}/upload.json", content=body, headers=headers | {"x-csrf": clinician.csrf}
    )
    assert sent.status_code == status
    assert sent.json()["error"]["status"] == status
    assert waiting(practice) == []


@pytest.mark.parametrize(
    "data", [{"pixel_mm": "wide"}, {"pixel_mm": "-1"}, {"kind": "scan"}, {"site": "x" * 101}, {"site": "a\nb"}]
)
def test_a_form_that_makes_no_sense_is_refused_with_its_files(
    practice: Practice, visit: Visit, clinician: Client, data: dict[str, str]
) -> None:
    sent = post(clinician, visit, data=data)
    assert sent.status_code == 422
    assert next(iter(data)) in sent.json()["error"]["what"].lower()
    assert waiting(practice) == []


def test_a_decimal_comma_is_understood(practice: Practice, visit: Visit, clinician: Client) -> None:
    post(clinician, visit, data={"pixel_mm": "0,04"})
    with practice.unit_of_work("test", write=False) as unit:
        assert jobs.recent(unit)[0].payload["form"]["pixel_mm"] == 0.04


@pytest.mark.parametrize(
    ("limits", "about"),
    [(UploadLimits(files=1), "more than 1 files"), (UploadLimits(file_bytes=500), "more than 500 bytes")],
)
def test_too_many_and_too_long_files_are_refused_as_they_come(
    practice: Practice,
    visit: Visit,
    clinician: Client,
    limits: UploadLimits,
    about: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cicatrix.web.pages.uploads.UploadLimits", lambda: limits)
    sent = post(clinician, visit)
    assert sent.status_code == 413
    assert about in sent.json()["error"]["what"]
    assert waiting(practice) == []


@pytest.mark.parametrize("step", [1, 7, 64, 100_000])
def test_a_body_is_the_same_in_pieces_of_any_length(tmp_path: Path, step: int) -> None:
    request = TestClient(Starlette()).build_request("POST", "http://x/", data={"site": "chin"}, files=FILES)
    body, boundary = request.read(), request.headers["content-type"].rsplit("=", 1)[1].encode()
    folder = tmp_path / "in"
    folder.mkdir()
    taken = Intake(folder, boundary, UploadLimits(), lambda _: None)
    for start in range(0, len(body), step):
        taken.write(body[start : start + step])
    taken.finish()
    assert taken.fields == {"site": "chin"}
    names = json.loads((folder / "names.json").read_text())
    assert {names[k]: (folder / f"{k:05d}").read_bytes() for k in range(2)} == {name: data for _, (name, data) in FILES}


def test_an_unknown_visit_is_told_before_anything_is_taken(clinician: Client, visit: Visit) -> None:
    assert post(clinician, visit.model_copy(update={"id": "0" * 32})).status_code == 404


def test_a_reader_looks_and_does_nothing(practice: Practice, visit: Visit, logged_in: dict[Role, Client]) -> None:
    reader, assistant = logged_in["reader"], logged_in["assistant"]
    assert post(reader, visit).status_code == 403
    assert reader.http.get(f"/visits/{visit.id}/upload").status_code == 403
    job = post(assistant, visit).json()
    assert reader.http.get(f"/jobs/{job['id']}").status_code == 200
    assert "Cancel" not in reader.http.get(f"/jobs/{job['id']}").text
    cancel = f"/jobs/{job['id']}/cancel"
    assert reader.http.post(cancel, data={"csrf": reader.csrf}).status_code == 403
    assert assistant.http.post(cancel, data={"csrf": assistant.csrf}).status_code == 303
    assert waiting(practice) == []
    assert assistant.http.get(f"/jobs/{job['id']}.json").json()["job"]["state"] == "cancelled"


def test_events_tell_of_a_job_until_it_has_ended(practice: Practice, visit: Visit, clinician: Client) -> None:
    job = post(clinician, visit).json()
    work_off(practice)
    told = clinician.http.get(f"/jobs/{job['id']}/events")
    assert told.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in told.text.splitlines() if line]
    assert len(lines) == 1
    assert json.loads(lines[0].removeprefix("data: "))["job"]["state"] == "done"
    assert clinician.http.get("/jobs/unknown/events").status_code == 404


def test_events_follow_a_job(
    practice: Practice, visit: Visit, clinician: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = post(clinician, visit).json()
    steps = iter(["running", "failed"])

    async def step(_seconds: float) -> None:
        with practice.unit_of_work("test") as unit:
            jobs.claim(unit, "test") if next(steps) == "running" else jobs.fail(unit, job["id"], "no\nlight")

    monkeypatch.setattr("cicatrix.web.pages.jobs.asyncio.sleep", step)
    told = clinician.http.get(f"/jobs/{job['id']}/events").text
    states = [json.loads(line[6:])["job"]["state"] for line in told.splitlines() if line.startswith("data: ")]
    assert states == ["waiting", "running", "failed"]
    assert json.loads(told.splitlines()[-2][6:])["lines"] == ["No.", "Light."]


def test_a_client_that_hangs_up_leaves_nothing(tmp_path: Path) -> None:
    half = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nha'
    messages = iter([{"type": "http.request", "body": half, "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"content-type", b"multipart/form-data; boundary=b")],
    }
    with pytest.raises(ClientDisconnect):
        asyncio.run(intake.take(Request(scope, receive), tmp_path / "in", UploadLimits(), lambda _: None))
    assert not (tmp_path / "in").exists()


def test_zips_are_not_looked_into_while_they_come(practice: Practice, visit: Visit, clinician: Client) -> None:
    sent = post(clinician, visit, [("files", ("evil.zip", zipped({"../x": b"1"})))])
    assert sent.status_code == 201
    work_off(practice)
    assert "file name" in clinician.http.get(f"/jobs/{sent.json()['id']}.json").json()["job"]["message"]
