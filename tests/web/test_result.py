"""The result page, its twin, and what its scripts fetch."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from cicatrix.model import Assessment, DarkSpot
from cicatrix.model.practice import Role, StoredResult, Visit
from cicatrix.practice import Practice, edits, erase, people
from cicatrix.web.viewer.result_view import ResultView
from tests.report.foreseen import judged
from tests.report.marks_made import CONTRAST, HOSTILE, SQUARE, about, mark, tone
from tests.web.conftest import Client
from tests.web.made import assessed, keep_result


@pytest.fixture
def found() -> Assessment:
    return assessed()[0]


@pytest.fixture
def kept(practice: Practice, visit: Visit, tmp_path: Path) -> StoredResult:
    found, relief = assessed()
    return keep_result(practice, visit.id, tmp_path / "made", judged(found), relief, pages=True)


@pytest.fixture
def bare(practice: Practice, visit: Visit, tmp_path: Path) -> StoredResult:
    """From a height map, and nothing was stated."""
    return keep_result(practice, visit.id, tmp_path / "made", *assessed(photographs=False))


def told(client: Client, address: str) -> Any:
    answer = client.http.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_answer_comes_first(clinician: Client, kept: StoredResult) -> None:
    page = clinician.http.get(f"/results/{kept.id}").text
    twin = told(clinician, f"/results/{kept.id}.json")
    places = [page.index(text) for text in (twin["answer"], twin["found"], 'id="viewer"')]
    assert places == sorted(places)
    assert twin["answer"] == twin["assessment"]["answer"]["text"]
    for part in ("plan", "outlook", "patient", "files/report.html", "files/assessment.json"):
        assert f'href="/results/{kept.id}/{part}"' in page
    assert "cicatrix assess left-cheek" in page
    assert "style=" not in page


def test_the_twin_holds_the_assessment_and_where_it_belongs(
    clinician: Client, kept: StoredResult, visit: Visit, practice: Practice
) -> None:
    twin = told(clinician, f"/results/{kept.id}.json")
    assert (twin["id"], twin["visit_id"], twin["person_id"]) == (kept.id, visit.id, visit.person_id)
    ResultView.model_validate(twin)
    kept_file = practice.files.path(next(f.sha256 for f in kept.files if f.name == "assessment.json"))
    assert Assessment.model_validate(twin["assessment"]) == Assessment.model_validate_json(kept_file.read_bytes())


def test_a_result_looked_at_before_shows_what_has_changed_since(
    clinician: Client, practice: Practice, kept: StoredResult, visit: Visit
) -> None:
    address = f"/results/{kept.id}.json"
    before = told(clinician, address)
    with practice.unit_of_work("test") as unit:
        people.change(unit, visit.person_id, pseudonym="P-renamed", note="")
    after = told(clinician, address)
    assert before["pseudonym"] != "P-renamed"
    assert after == {**before, "pseudonym": "P-renamed"}


def test_without_scripts_there_are_a_picture_and_the_tables(clinician: Client, kept: StoredResult) -> None:
    page = clinician.http.get(f"/results/{kept.id}").text
    assert f'src="/results/{kept.id}/files/scars.png"' in page
    for text in ("s001", "Boxcar, shallow", "0.34", "0.30–0.38"):
        assert text in page


def test_a_height_map_without_a_case(clinician: Client, bare: StoredResult) -> None:
    twin = told(clinician, f"/results/{bare.id}.json")
    assert [layer["name"] for layer in twin["layers"]] == ["relief", "height"]
    assert twin["grades"] == []
    assert not twin["has_plan"]
    assert "nothing was stated" in twin["answer"]
    page = clinician.http.get(f"/results/{bare.id}").text
    assert f"/results/{bare.id}/plan" not in page
    assert clinician.http.get(f"/results/{bare.id}/layers/height.png").headers["content-type"] == "image/png"
    refused = clinician.http.get(f"/results/{bare.id}/layers/colour.png")
    assert refused.status_code == 404


@pytest.mark.parametrize("role", ["reader", "assistant", "clinician"])
def test_only_clinicians_are_offered_corrections(logged_in: dict[Role, Client], kept: StoredResult, role: Role) -> None:
    page = logged_in[role].http.get(f"/results/{kept.id}").text
    assert ('data-corrects="true"' in page) == (role == "clinician")


def test_outlines_come_with_their_numbers(clinician: Client, kept: StoredResult) -> None:
    shapes = told(clinician, f"/results/{kept.id}/shapes.json")
    assert [shape["id"] for shape in shapes["shapes"]] == ["s001", "s002", "s003", "s004"]
    boxcar = shapes["shapes"][1]
    assert boxcar["numbers"]["depth"] == {"value": "0.34", "interval": "0.30–0.38", "raw": 0.34}
    assert boxcar["kind"] in shapes["styles"]
    assert 8 <= len(boxcar["outline_mm"]) <= 90
    raised = shapes["shapes"][3]["numbers"]["depth"]
    assert raised["value"] == "0.30 above"
    assert raised["raw"] == -0.3


def test_one_scar_in_full(clinician: Client, kept: StoredResult, found: Assessment) -> None:
    scar = told(clinician, f"/results/{kept.id}/objects/s001.json")
    assert scar["name"] == "Icepick"
    assert scar["depth"] == found.scars[0].depth_mm.model_dump()
    assert scar["section"] == found.scars[0].section.model_dump(mode="json")
    assert [each["kind"] for each in scar["probabilities"]] == ["icepick", "boxcar", "rolling"]
    assert not scar["corrected"]
    refused = clinician.http.get(f"/results/{kept.id}/objects/s999.json")
    assert refused.status_code == 404
    assert "s999" in refused.json()["error"]["what"]


def test_a_corrected_scar_says_what_was_measured(clinician: Client, kept: StoredResult, practice: Practice) -> None:
    with practice.unit_of_work("anna") as unit:
        edits.append(unit, kept.id, {"event": "set_kind", "scar": "s001", "kind": "rolling", "note": "seen by hand"})
    scar = told(clinician, f"/results/{kept.id}/objects/s001.json")
    assert scar["kind"] == "rolling"
    assert scar["corrected"]
    assert any("icepick" in text and "rolling" in text and "anna" in text for text in scar["corrections"])
    shapes = told(clinician, f"/results/{kept.id}/shapes.json")["shapes"]
    assert [shape["corrected"] for shape in shapes] == [True, False, False, False]
    page = clinician.http.get(f"/results/{kept.id}").text
    assert "s001†" in page
    assert "corrected by hand in 1 place," in page
    assert "cicatrix correct --events corrections.json left-cheek" in page


def test_a_cut_and_a_surface(clinician: Client, kept: StoredResult) -> None:
    cut = told(clinician, f"/results/{kept.id}/profile.json?x0=2&y0=5&x1=8&y1=5")
    assert cut["length_mm"] == 6
    assert cut["below_mm"] > 0.6
    refused = clinician.http.get(f"/results/{kept.id}/profile.json?x0=2&y0=5&x1=80&y1=5")
    assert refused.status_code == 422
    assert "(80, 5)" in refused.json()["error"]["what"]
    assert refused.json()["error"]["allowed"]
    assert clinician.http.get(f"/results/{kept.id}/profile.json?x0=nan&y0=5&x1=8&y1=5").status_code == 422
    data = clinician.http.get(f"/results/{kept.id}/surface.bin?x0=0&y0=0&x1=20&y1=20").content
    assert struct.unpack("<4sII", data[:12]) == (b"CSF1", 200, 200)
    assert len(data) == 32 + 4 * 200 * 200


def test_kept_files_cannot_act_on_the_app(clinician: Client, kept: StoredResult) -> None:
    report = clinician.http.get(f"/results/{kept.id}/files/report.html")
    assert report.status_code == 200
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert report.headers["x-content-type-options"] == "nosniff"
    relief = clinician.http.get(f"/results/{kept.id}/files/relief.npz")
    assert relief.headers["content-disposition"].startswith("attachment")
    for name in ("..%2F..%2Fpractice.db", "../../practice.db", "absent.html"):
        assert clinician.http.get(f"/results/{kept.id}/files/{name}").status_code == 404


def test_an_unknown_result_is_told_so(clinician: Client) -> None:
    for part in ("", ".json", "/shapes.json", "/layers/relief.png", "/surface.bin?x0=0&y0=0&x1=1&y1=1"):
        answer = clinician.http.get(f"/results/none{part}", headers={"accept": "application/json"})
        assert answer.status_code == 404, part
        assert answer.json()["error"]["what"]


def test_layers_are_kept_under_the_hash_of_the_relief(
    clinician: Client, kept: StoredResult, practice: Practice
) -> None:
    assert clinician.http.get(f"/results/{kept.id}/layers/lit.png").status_code == 200
    sha256 = next(file.sha256 for file in kept.files if file.name == "relief.npz")
    assert [one.name for one in (practice.work / "cache").iterdir()] == [sha256]


def test_layers_go_when_the_person_is_erased(
    clinician: Client, kept: StoredResult, practice: Practice, visit: Visit
) -> None:
    assert clinician.http.get(f"/results/{kept.id}/layers/relief.png").status_code == 200
    erase.person(practice, "test", visit.person_id)
    assert list((practice.work / "cache").iterdir()) == []
    assert clinician.http.get(f"/results/{kept.id}/layers/relief.png").status_code == 404


def test_marks_and_spots_are_listed_outlined_and_told(
    clinician: Client, practice: Practice, visit: Visit, tmp_path: Path
) -> None:
    found, relief = assessed()
    spot = DarkSpot(
        id="D01", x_mm=12.0, y_mm=3.0, width_mm=about(2.0), area_mm2=about(3.0), contrast=CONTRAST, outline_mm=SQUARE
    )
    seen = {"marks": (mark("M01", "red"), mark("M02", "brown", HOSTILE)), "dark_spots": (spot,)}
    both = found.model_copy(update={**seen, "skin_tone": tone(calibrated=False)})
    kept = keep_result(practice, visit.id, tmp_path / "made", both, relief)
    page = clinician.http.get(f"/results/{kept.id}").text
    twin = told(clinician, f"/results/{kept.id}.json")
    assert [row["id"] for row in twin["mark_rows"]] == ["M01", "M02", "D01"]
    assert [row["what"] for row in twin["mark_rows"]] == ["mark", "mark", "spot"]
    assert {"M01", "M02", "D01"} <= set(page.replace("<", " ").replace(">", " ").split())
    assert HOSTILE not in page
    one = told(clinician, f"/results/{kept.id}/objects/M02.json")
    assert one["name"] == "Brown"
    assert one["notes"] == [HOSTILE]
    assert one["section"] is None
    assert told(clinician, f"/results/{kept.id}/objects/D01.json")["probabilities"] == []


def test_the_colours_of_layers_are_named(clinician: Client, kept: StoredResult) -> None:
    found = {ramp["layer"]: ramp for ramp in told(clinician, f"/results/{kept.id}/ramps.json")["ramps"]}
    assert list(found) == ["height", "melanin", "erythema", "confidence"]
    assert found["confidence"]["high"] == "all 8 lights"
    assert found["height"]["low"] == "\N{MINUS SIGN}0.6 mm, deep"
    assert found["height"]["colours"][0] == "#0b1f4b"
