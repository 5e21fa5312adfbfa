"""Corrections in the app: stored as events, refused whole, the same result as from the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cicatrix.corrections import as_json, log_of, parse_corrections
from cicatrix.errors import NotFoundError
from cicatrix.io.relief_archive import RELIEF_FILE, pack
from cicatrix.model import Assessment
from cicatrix.model.practice import Role, Visit
from cicatrix.pipeline.assess import corrected, simulated
from cicatrix.pipeline.result import write_assessment
from cicatrix.practice import Practice, captures, cases, edits, jobs, results
from cicatrix.web.corrected import corrected_assessment, correction_file, events_of, measured_assessment
from cicatrix.web.work import Task, correct
from tests.corrections.skin import SETTINGS, case, photographs, ring, skin
from tests.web.conftest import Client


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A capture, and the files of its result."""
    capture, out = tmp_path_factory.mktemp("capture"), tmp_path_factory.mktemp("out")
    np.save(capture / "cheek.npy", skin().height_mm.astype(np.float32))
    manifest = f'kind = "height"\npixel_mm = {SETTINGS.pixel_mm}\nfile = "cheek.npy"\nheight_unit = "mm"\n'
    (capture / "capture.toml").write_text(manifest, encoding="utf-8")
    assessment, relief = photographs()
    assessment, pictures = simulated(assessment, relief)
    write_assessment(assessment, relief, out, pictures)
    (out / RELIEF_FILE).write_bytes(pack(relief))
    return capture, out


@pytest.fixture
def result(practice: Practice, visit: Visit, files: tuple[Path, Path]) -> str:
    """Id of a stored result."""
    with practice.unit_of_work("test") as unit:
        stored = cases.save(unit, visit.id, case())
        taken = captures.add(unit, visit.id, files[0], site="left cheek", kind="height")
        return results.add(unit, taken.id, stored.id, files[1]).id


def send(client: Client, result: str, path: str = "", **body: Any) -> Any:
    return client.http.post(f"/results/{result}/corrections{path}.json", json=body, headers={"X-CSRF": client.csrf})


def history(client: Client, result: str) -> dict[str, Any]:
    answer = client.http.get(f"/results/{result}/corrections.json")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def now(practice: Practice, result: str) -> Assessment:
    with practice.unit_of_work("test", write=False) as unit:
        return corrected_assessment(unit, result)


def test_without_corrections_a_result_is_as_it_was_stored(
    practice: Practice, result: str, files: tuple[Path, Path]
) -> None:
    stored = (files[1] / "assessment.json").read_text(encoding="utf-8")
    assert now(practice, result).model_dump_json(indent=1, by_alias=True) + "\n" == stored


def test_corrections_are_stored_and_can_be_taken_back(clinician: Client, practice: Practice, result: str) -> None:
    before = now(practice, result)
    done = send(clinician, result, event="set_kind", scar="S02", kind="boxcar", note="felt it").json()
    assert done == {"number": 1, "added": None, "can_undo": True, "can_redo": False}
    assert send(clinician, result, event="add_scar", outline_mm=ring(11.4, 3.3, 1.4)).json()["added"] == "C02"
    assert [scar.id for scar in now(practice, result).scars][-1] == "C02"
    told = history(clinician, result)
    assert [entry["text"] for entry in told["entries"]] == ["a scar was added, C02", "S02 is boxcar"]
    assert {entry["by"] for entry in told["entries"]} == {"the-clinician"}
    assert [row["name"] for row in told["rows"]] == ["Scar 2 (S02)", "Scar 6 (C02)"]
    assert send(clinician, result, "/undo").json()["can_redo"]
    assert [scar.id for scar in now(practice, result).scars] == [scar.id for scar in before.scars]
    assert send(clinician, result, "/undo").status_code == 200
    assert now(practice, result) == before
    assert not history(clinician, result)["can_undo"]
    assert send(clinician, result, "/redo").status_code == 200
    assert now(practice, result).scars[1].kind == "boxcar"
    assert len(history(clinician, result)["entries"]) == 5


def test_the_result_is_that_of_the_library(clinician: Client, practice: Practice, result: str, tmp_path: Path) -> None:
    mark = photographs()[0].marks[0]
    send(clinician, result, event="set_kind", scar="S02", kind="boxcar")
    send(clinician, result, event="delete", target=mark.id, reason="a freckle")
    send(clinician, result, event="add_mark", outline_mm=mark.outline_mm)
    send(clinician, result, event="answer", key="person.age", value=31)
    send(clinician, result, "/undo")
    found = now(practice, result)
    with practice.unit_of_work("test", write=False) as unit:
        log = correction_file(unit, result)
    made = run_job(clinician, practice, result, tmp_path / "job")
    with practice.unit_of_work("test", write=False) as unit:
        stored = {file.name: results.path(unit, made, file.name) for file in results.get(unit, made).files}
    assessment, relief = photographs()
    mine = corrected(assessment, relief, log.events, case())
    assert found.model_dump_json() == mine.model_dump_json()
    whole, pictures = simulated(mine, relief)
    write_assessment(whole, relief, tmp_path / "mine", pictures, log=log_of(assessment, log.events))
    for file in sorted((tmp_path / "mine").iterdir()):
        assert file.read_bytes() == stored[file.name].read_bytes(), file.name
    answer = clinician.http.get(f"/results/{result}/corrections/file")
    assert answer.content == as_json(log) == stored["corrections.json"].read_bytes()
    assert parse_corrections(answer.text) == log


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"event": "set_kind", "scar": "S77", "kind": "boxcar"}, "no such scar"),
    ({"event": "set_kind", "scar": "S02"}, "event 1, kind: field required"),
    ({"event": "set_mark_kind", "mark": "M01", "kind": "boxcar"}, "event 1, kind: input should be 'red'"),
    ({"event": "paint"}, "event: input should be"),
    ({"event": "add_scar", "outline_mm": [[1, 1], [2, 2], [2, 1], [1, 2]]}, "crosses itself"),
    ({"event": "add_scar", "corners": "1 1\n2 x\n3 3"}, "event 1, outline_mm.1.1: "),
    ({"event": "add_scar", "corners": "1\n2 2 2\n3 3"}, "event 1, outline_mm.0.1: "),
    ({"event": "answer", "key": "person.skin_type", "value": 9}, "do not fit the case"),
    ({"event": "answer", "value": 9}, "event 1, key: field required"),
)


def test_what_does_not_fit_is_refused_and_nothing_is_stored(clinician: Client, practice: Practice, result: str) -> None:
    for body, what in REFUSED:
        answer = send(clinician, result, **body)
        assert answer.status_code == 422
        assert what in answer.json()["error"]["what"].lower()
    for way in ("/undo", "/redo"):
        answer = send(clinician, result, way)
        assert answer.status_code == 422
        assert "there is nothing to" in answer.json()["error"]["what"]
    with practice.unit_of_work("test", write=False) as unit:
        assert events_of(unit, result) == ()


def test_forms_do_the_same(clinician: Client, practice: Practice, result: str) -> None:
    def fill(path: str = "", **fields: str) -> Any:
        return clinician.http.post(f"/results/{result}/corrections{path}", data={"csrf": clinician.csrf, **fields})

    done = fill(event="add_scar", corners="10 2.2\n12.6 2.2\n12.6, 4.6\n10 4.6")
    assert (done.status_code, done.headers["location"]) == (303, f"/results/{result}/corrections")
    assert fill(event="answer", key="person.smoker", value="yes").status_code == 303
    assert fill(event="answer", key="person.age", value="").status_code == 303
    assert fill(event="answer", key="preferences.event_date", value="2027-06-30").status_code == 303
    assert fill("/undo").status_code == 303
    found = now(practice, result)
    assert found.scars[-1].id == "C01"
    assert found.findings.case.person.smoker is True
    assert found.findings.case.person.age is None
    assert found.findings.case.preferences.event_date is None
    page = clinician.http.get(f"/results/{result}/corrections")
    assert page.status_code == 200
    assert "a scar was added, C01" in page.text
    assert "cicatrix correct CAPTURE" in page.text


def test_only_clinicians_correct(logged_in: dict[Role, Client], practice: Practice, result: str) -> None:
    for role in ("reader", "assistant"):
        client = logged_in[role]
        assert send(client, result, event="delete", target="S01").status_code == 403
        assert send(client, result, "/undo").status_code == 403
        page = client.http.get(f"/results/{result}/corrections")
        assert page.status_code == 200
        assert "Correct something" not in page.text
    assert now(practice, result).corrections == ()


def test_results_that_are_not_there_are_not_found(clinician: Client, practice: Practice) -> None:
    assert clinician.http.get("/results/none/corrections.json").status_code == 404
    assert send(clinician, "none", event="delete", target="S01").status_code == 404
    assert send(clinician, "none", "/undo").status_code == 404
    with practice.unit_of_work("test", write=False) as unit, pytest.raises(NotFoundError):
        corrected_assessment(unit, "none")


def delete_and_fail(practice: Practice, result: str) -> None:
    with practice.unit_of_work("test") as unit:
        edits.append(unit, result, {"event": "delete", "target": "S01"})
        assert len(corrected_assessment(unit, result).scars) == 4
        raise ZeroDivisionError


def test_a_change_that_was_rolled_back_is_not_remembered(clinician: Client, practice: Practice, result: str) -> None:
    with pytest.raises(ZeroDivisionError):
        delete_and_fail(practice, result)
    send(clinician, result, event="delete", target="S02")
    assert [scar.id for scar in now(practice, result).scars] == ["S01", "S03", "S04", "S05"]


def run_job(client: Client, practice: Practice, result: str, folder: Path) -> str:
    """Store the corrected result as the worker does; returns its id."""
    started = client.http.post(f"/results/{result}/corrections/keep.json", headers={"X-CSRF": client.csrf})
    assert started.status_code == 200, started.text
    folder.mkdir()
    with practice.unit_of_work("test") as unit:
        task = Task(practice, jobs.get(unit, started.json()["job_id"]), folder)
        given = correct.prepare(task, unit)
    correct.work(folder, given, lambda *_: None)
    with practice.unit_of_work("test") as unit:
        made = correct.keep(task, unit).result_id
    assert made is not None
    return made


def test_a_corrected_result_is_stored_beside_the_measured_one_and_not_corrected_again(
    clinician: Client, practice: Practice, result: str, tmp_path: Path
) -> None:
    refused = send(clinician, result, "/keep")
    assert refused.status_code == 422
    assert refused.json()["error"]["what"] == "No correction is in force."
    send(clinician, result, event="delete", target="S01")
    made = run_job(clinician, practice, result, tmp_path / "job")
    with practice.unit_of_work("test", write=False) as unit:
        assert measured_assessment(unit, made).corrections == corrected_assessment(unit, result).corrections
        assert not measured_assessment(unit, result).corrections
    answer = send(clinician, made, event="delete", target="S02")
    assert answer.status_code == 422
    assert "corrected before it was stored" in answer.json()["error"]["what"].lower()
