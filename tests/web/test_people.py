"""People and visits through the pages."""

from __future__ import annotations

import io
import json
import re
import shlex
import zipfile
from html import unescape

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from cicatrix.cli.app import app as cli
from cicatrix.model.practice import RecordedPerson, Visit
from cicatrix.practice import Practice
from tests.web.conftest import Client


def test_nobody_gets_past_the_login(anonymous: TestClient) -> None:
    page = anonymous.get("/people", headers={"accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=%2Fpeople"
    assert anonymous.get("/people.json").status_code == 401


def test_a_person_is_added_by_form_and_by_json(clinician: Client) -> None:
    form = clinician.http.post("/people", data={"pseudonym": "P-1", "csrf": clinician.csrf})
    assert form.status_code == 303
    told = clinician.http.post("/people.json", json={"pseudonym": "P-2"}, headers={"X-CSRF": clinician.csrf})
    assert told.json()["pseudonym"] == "P-2"
    listed = clinician.http.get("/people.json").json()
    assert [person["pseudonym"] for person in listed["people"]["items"]] == ["P-1", "P-2"]
    assert "P-1" in clinician.http.get(form.headers["location"]).text


def test_a_page_and_its_twin_say_the_same(clinician: Client, person: RecordedPerson, visit: Visit) -> None:
    for address in (f"/people/{person.id}", f"/visits/{visit.id}"):
        page, twin = clinician.http.get(address), clinician.http.get(f"{address}.json")
        assert page.status_code == twin.status_code == 200
        assert person.pseudonym in page.text
        assert twin.json()["person"]["pseudonym"] == person.pseudonym


@pytest.mark.parametrize("address", ["/people/unknown", "/visits/unknown", "/nowhere"])
def test_what_is_not_there_is_said_in_one_shape(clinician: Client, address: str) -> None:
    told = clinician.http.get(f"{address}.json")
    assert told.status_code == 404
    assert set(told.json()["error"]) == {"status", "what", "allowed", "fix"}
    page = clinician.http.get(address, headers={"accept": "text/html"})
    assert page.status_code == 404
    assert told.json()["error"]["what"] in unescape(page.text)


def test_a_form_without_its_token_is_refused(clinician: Client) -> None:
    assert clinician.http.post("/people", data={"pseudonym": "P-1"}).status_code == 403
    assert clinician.http.post("/people.json", json={"pseudonym": "P-1"}).status_code == 403
    assert clinician.http.get("/people.json").json()["people"]["total"] == 0


def test_erasing_needs_the_pseudonym(clinician: Client, person: RecordedPerson) -> None:
    wrong = {"pseudonym": "P-002", "csrf": clinician.csrf}
    assert clinician.http.post(f"/people/{person.id}/erase", data=wrong).status_code == 422
    right = {"pseudonym": person.pseudonym, "csrf": clinician.csrf}
    assert clinician.http.post(f"/people/{person.id}/erase", data=right).status_code == 303
    assert clinician.http.get(f"/people/{person.id}.json").status_code == 404


def test_a_wrong_day_is_named(clinician: Client, person: RecordedPerson) -> None:
    told = clinician.http.post(
        f"/people/{person.id}/visits.json", json={"day": "1900-01-01"}, headers={"X-CSRF": clinician.csrf}
    )
    assert told.status_code == 422
    assert "1900-01-01" in told.json()["error"]["what"]


def test_pages_show_lines_that_give_the_same(
    clinician: Client, practice: Practice, person: RecordedPerson, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a page says can be run as it stands, with the practice's folder in place of FOLDER."""
    addresses = ("/people?text=P-", f"/people/{person.id}", f"/visits/{visit.id}", "/log", f"/log?person={person.id}")
    for address in addresses:
        page = unescape(clinician.http.get(address).text)
        command, python = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
        program, *words = shlex.split(command.replace("FOLDER", str(practice.folder)))
        assert program == "cicatrix"
        told = CliRunner().invoke(cli, words)
        assert told.exit_code == 0, address
        assert told.output, address
        exec(python.replace("FOLDER", str(practice.folder)), {})  # noqa: S102 - our own lines
        assert capsys.readouterr().out.strip(), address


def test_a_pseudonym_cannot_break_out_of_the_lines(clinician: Client, person: RecordedPerson) -> None:
    nasty = "'; rm -rf / \"<script>"
    body = {"pseudonym": nasty}
    clinician.http.post(f"/people/{person.id}.json", json=body, headers={"X-CSRF": clinician.csrf})
    page = clinician.http.get(f"/people/{person.id}").text
    assert "<script>" not in page
    command, python = re.findall(r"<pre><code>(.*?)</code></pre>", unescape(page), re.DOTALL)
    assert shlex.split(command) == ["cicatrix", "record", "visits", "FOLDER", nasty]
    assert repr(nasty) in python


def test_a_person_goes_out_as_an_archive_and_leaves_nothing_behind(
    clinician: Client, practice: Practice, person: RecordedPerson
) -> None:
    answer = clinician.http.get(f"/people/{person.id}/export")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("rows.json"))["person"][0]["pseudonym"] == person.pseudonym
    assert list(practice.work.glob("export-*")) == []
