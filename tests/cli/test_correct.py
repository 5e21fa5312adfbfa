"""``cicatrix correct``: the result as corrected, the log beside it, the same bytes from the same log."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.corrections import read_corrections
from cicatrix.model import Assessment
from cicatrix.pipeline.assess import corrected
from tests.corrections.skin import SETTINGS, heights, skin

EVENTS = {
    "events": [
        {"event": "set_kind", "scar": "S02", "kind": "boxcar", "actor": "anna", "at": "2026-11-02T10:15:00Z"},
        {"event": "delete", "target": "S01", "actor": "anna", "at": "2026-11-02T10:16:00Z"},
        {"event": "undo", "actor": "anna", "at": "2026-11-02T10:17:00Z"},
    ]
}


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("capture")
    np.save(folder / "cheek.npy", skin().height_mm.astype(np.float32))
    manifest = f'kind = "height"\npixel_mm = {SETTINGS.pixel_mm}\nfile = "cheek.npy"\nheight_unit = "mm"\n'
    (folder / "capture.toml").write_text(manifest, encoding="utf-8")
    return folder


def run(capture: Path, events: Path, out: Path) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["correct", str(capture), "--events", str(events), "--out", str(out)])
    return found.exit_code, found.output


def test_the_same_log_gives_the_same_files(capture: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps(EVENTS), encoding="utf-8")
    code, told = run(capture, events, tmp_path / "one")
    assert code == 0
    assert "corrected: 1 scar, 0 marks, 0 answers\nscars: 5\n" in told
    assert run(capture, tmp_path / "one" / "corrections.json", tmp_path / "two")[0] == 0
    names = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert {"assessment.json", "corrections.json", "report.html", "report.pdf"} <= set(names)
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    written = Assessment.model_validate_json((tmp_path / "one" / "assessment.json").read_text(encoding="utf-8"))
    # The library says the same.
    assessment, relief = heights()
    log = read_corrections(tmp_path / "one" / "corrections.json")
    assert written.scars == corrected(assessment, relief, log.events, None).scars
    assert {row.field for row in written.corrections} == {"kind", "kind_probability", "depth_class"}


def test_a_wrong_event_leaves_nothing_behind(capture: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps({"events": [{**EVENTS["events"][0], "scar": "S77"}]}), encoding="utf-8")
    code, told = run(capture, events, tmp_path / "out")
    assert code == 2
    assert "event 1 (set_kind) is about 'S77'" in told
    assert not (tmp_path / "out").exists()


def test_a_broken_file_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text('{"events": [{"event": "paint"}]}', encoding="utf-8")
    code, told = run(tmp_path / "no capture", events, tmp_path / "out")
    assert code == 2
    assert "events.json: event 1" in told
