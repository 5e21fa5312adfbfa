"""Comparing two results, a site over time, and testing a rig: pages, jobs, and the same from the command line."""

from __future__ import annotations

import multiprocessing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app as commands
from cicatrix.model.change import Change
from cicatrix.model.practice import Job, RecordedPerson, Role, StoredResult, Visit
from cicatrix.practice import Practice, edits, jobs, people, results, visits
from cicatrix.practice import rigs as repeats
from cicatrix.web.work import Task
from cicatrix.web.work.runner import Runner
from tests.web.conftest import Client
from tests.web.looks import Look, look_again
from tests.web.made import keep_result

FORKED = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> list[Look]:
    """The same skin three times: before, unchanged on the same day, and with two thirds of its depths left."""
    return look_again(tmp_path_factory.mktemp("looks"), (1.0, 1.0, 0.65))


@pytest.fixture
def earlier(practice: Practice, person: RecordedPerson) -> Visit:
    with practice.unit_of_work("test") as unit:
        return visits.add(unit, person.id, date(2026, 8, 3))


@pytest.fixture
def kept(practice: Practice, earlier: Visit, visit: Visit, looks: list[Look], tmp_path: Path) -> list[StoredResult]:
    at = (earlier.id, earlier.id, visit.id)
    return [
        keep_result(practice, visit_id, tmp_path / f"kept{number}", look.found, look.relief)
        for number, (visit_id, look) in enumerate(zip(at, looks, strict=True))
    ]


def do(practice: Practice) -> Job:
    """Do the job that waits."""
    with practice.unit_of_work("worker") as unit:
        job = jobs.claim(unit, "test")
    assert job is not None
    Runner(FORKED).do(Task(practice, job, practice.work / "jobs" / job.id))
    with practice.unit_of_work("anna", write=False) as unit:
        return jobs.get(unit, job.id)


def send(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.http.post(f"{address}.json", json=body, headers={"X-CSRF": client.csrf})


def test_two_visits_are_compared_as_the_command_line_does(
    practice: Practice,
    clinician: Client,
    person: RecordedPerson,
    kept: list[StoredResult],
    looks: list[Look],
    tmp_path: Path,
) -> None:
    address = f"/people/{person.id}/compare"
    choice = clinician.http.get(f"{address}.json").json()
    assert len(choice["choices"]) == 3
    assert (choice["before"], choice["after"]) == (choice["choices"][0]["id"], kept[2].id)
    form = {"before": kept[0].id, "after": kept[2].id, "csrf": clinician.csrf}
    asked = clinician.http.post(address, data=form)
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/jobs/")
    done = do(practice)
    assert (done.state, done.message[:1]) == ("done", done.message[:1].upper()), done.message
    assert clinician.http.get(f"/jobs/{done.id}.json").json()["shown_at"] == f"/comparisons/{done.result_id}"

    twin = clinician.http.get(f"/comparisons/{done.result_id}.json").json()
    change = Change.model_validate(twin["change"])
    assert change.days == 91
    assert change.registration.residual_mm.value < 0.1
    assert [row.verdict for row in change.scars if row.fate == "same"].count("better") >= 3
    page = clinician.http.get(f"/comparisons/{done.result_id}")
    assert page.status_code == 200
    assert page.text.index(change.text[:40]) < page.text.index('id="h-pictures"') < page.text.index('id="h-scars"')
    assert "style=" not in page.text
    for name in ("comparison.json", "comparison.html", "change.png", "before_registered.png", "after.png"):
        file = clinician.http.get(f"/comparisons/{done.result_id}/files/{name}")
        assert file.status_code == 200
        assert "sandbox" in file.headers["content-security-policy"]
    assert clinician.http.get(f"/comparisons/{done.result_id}/files/nothing.png").status_code == 404

    # Who looks again finds it, and the command line writes the same bytes.
    again = clinician.http.get(f"{address}.json?before={kept[0].id}&after={kept[2].id}").json()
    assert again["known"] == done.result_id
    given = [str(looks[0].folder), str(looks[2].folder), "--days", "91", "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(commands, ["compare", *given]).exit_code == 0
    with practice.unit_of_work("anna", write=False) as unit:
        assert done.result_id is not None
        for name in ("comparison.json", "comparison.html", "change.png"):
            stored = results.comparison_path(unit, done.result_id, name).read_bytes()
            assert stored == (tmp_path / "out" / name).read_bytes(), name


def test_what_cannot_be_compared_is_refused_with_a_reason(
    practice: Practice, clinician: Client, person: RecordedPerson, kept: list[StoredResult], tmp_path: Path
) -> None:
    with practice.unit_of_work("test") as unit:
        other = people.add(unit, "P-002")
        elsewhere = visits.add(unit, other.id, date(2026, 8, 3))
    stranger = keep_result(practice, elsewhere.id, tmp_path / "stranger", *_of(kept, practice))
    address = f"/people/{person.id}/compare"
    for body, what in (
        ({"before": kept[0].id, "after": kept[0].id}, "the same one"),
        ({"before": kept[2].id, "after": kept[0].id}, "the later one of 2026-08-03"),
        ({"before": stranger.id, "after": kept[0].id}, "another person"),
        ({"before": "nothing", "after": kept[0].id}, "nothing"),
        ({"before": kept[0].id, "after": kept[2].id, "rig": "moon"}, "rig 'moon' was tested"),
    ):
        refused = send(clinician, address, body)
        assert refused.status_code in {404, 422}, body
        assert what in refused.json()["error"]["what"]
        assert refused.json()["error"]["fix"]
    with practice.unit_of_work("test", write=False) as unit:
        assert jobs.recent(unit) == ()


def _of(kept: list[StoredResult], practice: Practice) -> Any:
    from cicatrix.io.relief_archive import RELIEF_FILE, unpack  # noqa: PLC0415
    from cicatrix.web.corrected import measured_assessment  # noqa: PLC0415

    with practice.unit_of_work("test", write=False) as unit:
        return measured_assessment(unit, kept[0].id), unpack(results.path(unit, kept[0].id, RELIEF_FILE))


def test_pictures_of_other_skin_end_as_a_failed_job_with_a_reason(
    practice: Practice,
    clinician: Client,
    person: RecordedPerson,
    earlier: Visit,
    kept: list[StoredResult],
    tmp_path: Path,
) -> None:
    from tests.web.made import assessed  # noqa: PLC0415

    found, relief = assessed(photographs=False)
    found = found.model_copy(update={"capture": found.capture.model_copy(update={"site": "phantom"})})
    strange = keep_result(practice, earlier.id, tmp_path / "strange", found, relief)
    assert (
        send(clinician, f"/people/{person.id}/compare", {"before": strange.id, "after": kept[2].id}).status_code == 200
    )
    failed = do(practice)
    assert failed.state == "failed"
    assert "What to do" in failed.message
    with practice.unit_of_work("test", write=False) as unit:
        assert results.comparisons_of(unit, person.id) == ()


def test_a_site_over_time(
    practice: Practice, clinician: Client, person: RecordedPerson, kept: list[StoredResult]
) -> None:
    address = f"/people/{person.id}/trend"
    twin = clinician.http.get(f"{address}.json").json()
    (site,) = twin["sites"]
    charts = {chart["key"]: chart for chart in site["charts"]}
    assert {"volume", "depth"} <= set(charts)
    assert "marks" not in charts  # a height map shows no colour
    depth = charts["depth"]
    assert [spot["result_id"] for spot in depth["spots"]][-1] == kept[2].id
    assert depth["spots"][-1]["value"] < depth["spots"][0]["value"]
    for spot in depth["spots"]:
        assert spot["low"] <= spot["value"] <= spot["high"]
        assert 12 <= float(spot["y_high"]) <= float(spot["y"]) <= float(spot["y_low"]) <= 206
    page = clinician.http.get(address).text
    assert "style=" not in page
    assert page.count('class="dot"') == sum(len(chart["spots"]) for chart in site["charts"])
    # A scar that was deleted by hand is gone from the curve.
    with practice.unit_of_work("anna") as unit:
        name = results.assessment(unit, kept[2].id)["scars"][0]["id"]
        edits.append(unit, kept[2].id, {"event": "delete", "target": name})
    corrected = clinician.http.get(f"{address}.json").json()["sites"][0]["charts"]
    volume = next(chart for chart in corrected if chart["key"] == "volume")
    assert volume["spots"][-1]["value"] < charts["volume"]["spots"][-1]["value"]
    assert clinician.http.get(f"{address}.json?rig=moon").status_code == 404


def test_a_rig_is_tested_and_kept(
    practice: Practice, clinician: Client, person: RecordedPerson, earlier: Visit, kept: list[StoredResult]
) -> None:
    address = f"/visits/{earlier.id}/repeatability"
    shown = clinician.http.get(f"{address}.json").json()
    assert [one["result_id"] for one in shown["candidates"]] == [kept[0].id, kept[1].id]
    assert "No rig has been tested yet" in clinician.http.get("/repeatability").text
    refused = send(clinician, address, {"rig": "scanner", "results": [kept[0].id]})
    assert "1 captures were chosen" in refused.json()["error"]["what"]
    refused = send(clinician, address, {"rig": "scanner", "results": [kept[0].id, kept[2].id]})
    assert "another visit" in refused.json()["error"]["what"]
    form = {"rig": "scanner", "results": [kept[0].id, kept[1].id], "csrf": clinician.csrf}
    assert clinician.http.post(address, data=form).status_code == 303
    done = do(practice)
    assert done.state == "done", done.message
    (rig,) = clinician.http.get("/repeatability.json").json()["rigs"]
    assert (rig["rig"], rig["captures"]) == ("scanner", 2)
    page = clinician.http.get("/repeatability").text
    assert "/repeatability/report?rig=scanner" in page
    report = clinician.http.get("/repeatability/report?rig=scanner")
    assert "<h1>How well a rig repeats itself</h1>" in report.text
    assert "sandbox" in report.headers["content-security-policy"]
    with practice.unit_of_work("anna", write=False) as unit:
        stored = repeats.latest(unit, "scanner")
    assert stored is not None
    assert all(capture["inputs"] == [] for capture in stored.repeat["captures"]), (
        "files of a person stay with the person"
    )
    # Now changes can be judged by it.
    body = {"before": kept[0].id, "after": kept[2].id, "rig": "scanner"}
    assert send(clinician, f"/people/{person.id}/compare", body).status_code == 200
    compared = do(practice)
    assert compared.state == "done", compared.message
    twin = clinician.http.get(f"/comparisons/{compared.result_id}.json").json()
    assert (twin["change"]["noise_from"], twin["change"]["rig"]) == ("repeatability", "scanner")


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("assistant", 403), ("clinician", 422)])
def test_only_clinicians_test_rigs(logged_in: dict[Role, Client], visit: Visit, role: Role, status: int) -> None:
    answer = send(logged_in[role], f"/visits/{visit.id}/repeatability", {"rig": "x", "results": []})
    assert answer.status_code == status


@pytest.mark.parametrize("role", ["reader", "assistant"])
def test_readers_look_and_do_not_start(logged_in: dict[Role, Client], person: RecordedPerson, role: Role) -> None:
    page = logged_in[role].http.get(f"/people/{person.id}/compare")
    assert page.status_code == 200
    assert "There are not yet two assessed captures" in page.text
