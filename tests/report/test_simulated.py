"""Simulated pictures as files: under the names that the outlook gives them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cicatrix.model import Assessment, Relief
from cicatrix.report import write_report
from tests.report.foreseen import judged, simulated


def renamed(assessment: Assessment, name: str) -> Assessment:
    outlook = assessment.outlook
    assert outlook is not None
    assert outlook.simulation is not None
    first, *others = outlook.simulation.states
    states = (first.model_copy(update={"picture": name}), *others)
    simulation = outlook.simulation.model_copy(update={"states": states})
    return assessment.model_copy(update={"outlook": outlook.model_copy(update={"simulation": simulation})})


def test_pictures_are_written_under_their_names(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    pictures = simulated()
    names = [path.name for path in write_report(judged(assessment), relief, tmp_path, simulated=pictures)]
    assert names[-4:] == [f"simulated_{state}.png" for state in pictures]
    for state, picture in pictures.items():
        with Image.open(tmp_path / f"simulated_{state}.png") as image:
            assert np.array_equal(np.asarray(image), picture)


def test_a_picture_named_jpg_is_one(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    write_report(renamed(judged(assessment), "today.jpg"), relief, tmp_path, simulated=simulated())
    with Image.open(tmp_path / "today.jpg") as image:
        assert image.format == "JPEG"
        assert image.size == (80, 60)


def test_a_state_without_a_picture_has_no_file(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    pictures = simulated()
    del pictures["worse"]
    names = {path.name for path in write_report(judged(assessment), relief, tmp_path, simulated=pictures)}
    assert "simulated_better.png" in names
    assert "simulated_worse.png" not in names


def test_pictures_of_no_simulation_are_left_alone(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    names = {path.name for path in write_report(assessment, relief, tmp_path, simulated=simulated())}
    assert not [name for name in names if "simulated" in name]


@pytest.mark.parametrize("name", ["../over.png", "/over.png", ".hidden.png", "", "a/b.png"])
def test_a_name_that_leads_elsewhere_is_refused(
    name: str, assessment: Assessment, relief: Relief, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        write_report(renamed(judged(assessment), name), relief, tmp_path / "out", simulated=simulated())
    assert not (tmp_path / "out").exists()
