"""``cicatrix repeatability`` on three looks at the same skin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.phantom.options import PhantomSettings
from cicatrix.phantom.revisit import Pose, look, make_skin
from cicatrix.phantom.write import write_capture
from cicatrix.repeatability import read_repeatability

POSES = (Pose(), Pose(0.5, -0.4, 3.0), Pose(-0.4, 0.5, -4.0))


def looks(folder: Path) -> list[str]:
    settings = PhantomSettings(
        kind="height", size_mm=26.0, pixel_mm=0.1, icepick=4, boxcar=6, rolling=2, raised=0, form_radius_mm=200.0
    )
    skin = make_skin(41, settings)
    for at, pose in enumerate(POSES):
        phantom, _ = look(skin, 500 + at, replace(settings, size_mm=22.0), pose)
        write_capture(phantom, folder / f"look{at}")
    return [str(folder / f"look{at}") for at in range(len(POSES))]


@pytest.mark.slow
def test_looks_at_the_same_skin_repeat(tmp_path: Path) -> None:
    given = looks(tmp_path)
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["repeatability", *given, "--rig", "scanner", "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert sorted(file.name for file in out.iterdir()) == ["repeatability.html", "repeatability.json"]
    found = read_repeatability(out / "repeatability.json")
    assert found.rig == "scanner"
    assert len(found.captures) == 3
    assert all(one.value < 0.1 for one in found.residual_mm)
    depth = found.agreement("depth_mm", "alone")
    assert depth is not None
    assert depth.subjects >= 4
    assert 0.0 < depth.within_sd.value < 0.05
    assert depth.icc is not None
    assert depth.icc.value > 0.95
    # The same captures give the same bytes.
    again = CliRunner().invoke(app, ["repeatability", *given, "--rig", "scanner", "--out", str(tmp_path / "again")])
    assert again.exit_code == 0
    for name in ("repeatability.html", "repeatability.json"):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_one_capture_is_not_enough(tmp_path: Path) -> None:
    given = looks(tmp_path)[:1]
    ran = CliRunner().invoke(app, ["repeatability", *given, "--out", str(tmp_path / "out")])
    assert ran.exit_code == 2
    assert "two or more captures" in ran.output
    assert not (tmp_path / "out").exists()
