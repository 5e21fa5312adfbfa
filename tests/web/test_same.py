"""Library, command line and web app give the same result, byte for byte."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from cicatrix.cases.write import write_case
from cicatrix.io.relief_archive import RELIEF_FILE
from cicatrix.model.case import Case, Person, Preferences
from cicatrix.model.practice import Visit
from cicatrix.pipeline.assess import assess_folder
from cicatrix.practice import Practice, captures, cases, results
from tests.web.conftest import Client
from tests.web.made import work_off
from tests.web.tiny import zipped

CHEEK = Path(__file__).parents[2] / "examples" / "cheek"
START = date(2026, 11, 2)
CASE = Case(
    person=Person(age=31, sex="female", skin_type=3, pregnant=False, isotretinoin="never"),
    preferences=Preferences(max_downtime_days=7, event_date=date(2027, 6, 1)),
)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The middle of the example capture."""
    folder = tmp_path / "cheek"
    folder.mkdir()
    for file in CHEEK.glob("*.jpg"):
        with Image.open(file) as photo:
            photo.crop((190, 190, 510, 510)).save(folder / file.name, quality=95)
    for name in ("capture.toml", "lights.lp"):
        (folder / name).write_bytes((CHEEK / name).read_bytes())
    return folder


@pytest.mark.slow
def test_library_command_line_and_web_app_give_the_same_bytes(
    practice: Practice, visit: Visit, clinician: Client, example: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case.toml"
    write_case(CASE, case)
    library, command = tmp_path / "library", tmp_path / "command"
    assess_folder(example, library, case_file=case, today=START)
    arguments = ["assess", str(example), "--case", str(case), "--start", START.isoformat(), "--out", str(command)]
    subprocess.run([sys.executable, "-m", "cicatrix", *arguments], check=True, capture_output=True)  # noqa: S603

    with practice.unit_of_work("anna") as unit:
        cases.save(unit, visit.id, CASE)
    archive = zipped({f"cheek/{file.name}": file.read_bytes() for file in example.iterdir()})
    headers = {"x-csrf": clinician.csrf, "accept": "application/json"}
    sent = clinician.http.post(
        f"/visits/{visit.id}/upload.json", files={"files": ("cheek.zip", archive)}, headers=headers
    )
    assert sent.status_code == 201, sent.text
    work_off(practice)
    job = clinician.http.get(f"/jobs/{sent.json()['id']}.json").json()
    assert job["job"]["state"] == "done", job
    asked = clinician.http.post(f"{job['shown_at']}/assess.json", json={"start": START.isoformat()}, headers=headers)
    work_off(practice)
    done = clinician.http.get(f"/jobs/{asked.json()['job']['id']}.json").json()
    assert done["job"]["state"] == "done", done

    with practice.unit_of_work("anna", write=False) as unit:
        stored = results.get(unit, done["job"]["result_id"])
        capture = captures.get(unit, stored.capture_id)
        kept = {file.name: unit.files.path(file.sha256).read_bytes() for file in stored.files}
        sent_back = {file.name: unit.files.path(file.sha256).read_bytes() for file in capture.files}
    assert kept.pop(RELIEF_FILE)
    assert b'"kind": "' in kept["assessment.json"]
    by_library = {file.name: file.read_bytes() for file in library.iterdir()}
    by_command = {file.name: file.read_bytes() for file in command.iterdir()}
    assert set(by_library) == set(by_command) == set(kept)
    assert [name for name in kept if not by_library[name] == by_command[name] == kept[name]] == []
    assert {file.name: file.read_bytes() for file in example.iterdir()}.items() <= sent_back.items()
    assert stored.start == START
