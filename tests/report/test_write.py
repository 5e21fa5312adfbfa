"""The files are complete, repeatable, to scale, and fail with a clear message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cicatrix.errors import OutputError
from cicatrix.model import Assessment, Relief
from cicatrix.report import paint, write_report
from cicatrix.report.palette import STYLES, hex_rgb
from tests.report.foreseen import judged, simulated
from tests.report.synthetic import Dent, assessment_of, relief_of

PAGES = ["report.html", "patient.html", "report.pdf"]
MAPS = ["scars.png", "relief.png", "height.png", "colour.png", "confidence.png"]


def test_photographs_give_the_page_and_five_maps(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    written = write_report(assessment, relief, tmp_path / "new" / "folder")
    assert [path.name for path in written] == [*PAGES, *MAPS]
    assert sorted(path.name for path in written[0].parent.iterdir()) == sorted(path.name for path in written)


def test_height_map_gives_no_colour_and_no_confidence(tmp_path: Path) -> None:
    relief = relief_of((), photographs=False)
    written = write_report(assessment_of((), relief), relief, tmp_path)
    assert [path.name for path in written] == [*PAGES, *MAPS[:3]]


def test_two_runs_write_the_same_bytes_over_each_other(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    first = {path: path.read_bytes() for path in write_report(assessment, relief, tmp_path)}
    second = {path: path.read_bytes() for path in write_report(assessment, relief, tmp_path)}
    assert first == second


def test_maps_keep_size_and_scale(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    rows, cols = relief.shape
    for path in write_report(assessment, relief, tmp_path)[len(PAGES) :]:
        with Image.open(path) as image:
            assert image.width == cols
            assert image.height == rows if path.name != "height.png" else image.height > rows
            assert image.info["dpi"] == pytest.approx((254.0, 254.0), rel=1e-3)  # 0.1 mm per pixel


def test_simulated_pictures_say_so_inside_their_files(assessment: Assessment, relief: Relief, tmp_path: Path) -> None:
    write_report(judged(assessment), relief, tmp_path, simulated=simulated())
    for state in ("before", "expected", "better", "worse"):
        with Image.open(tmp_path / f"simulated_{state}.png") as picture:
            assert picture.info["Description"].startswith("Part of a simulation")
    with Image.open(tmp_path / "relief.png") as picture:
        assert "Description" not in picture.info


def test_outlines_are_burnt_into_the_scars_map_in_place(tmp_path: Path) -> None:
    dents = (Dent("rolling", 9.0, 11.0, 6.0, 0.2),)
    relief = relief_of(dents)
    assessment = assessment_of(dents, relief)
    write_report(assessment, relief, tmp_path)
    with Image.open(tmp_path / "scars.png") as image:
        picture = np.asarray(image).astype(np.int64)
    line = np.array(assessment.scars[0].outline_mm) / relief.pixel_mm - 0.5
    on_line, *beside = (
        colour_distance(picture, line + np.array(shift), STYLES["rolling"].colour)
        for shift in ((0, 0), (4, 0), (-4, 0), (0, 4), (0, -4))
    )
    assert on_line < 130
    assert on_line + 60 < min(beside)


def colour_distance(picture: NDArray[np.int64], points: NDArray[np.float64], colour: str) -> float:
    """Median over the points of how near the picture comes to the colour, one pixel around."""
    rows, cols = picture.shape[:2]
    return float(
        np.median(
            [
                np.abs(picture[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2] - hex_rgb(colour))
                .sum(axis=2)
                .min()
                for x, y in points
                if 3 < x < cols - 4 and 3 < y < rows - 4
            ]
        )
    )


def test_height_map_names_both_ends_of_its_colours_with_glyphs_that_the_font_has(
    assessment: Assessment, relief: Relief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda _pen, _at, text, **_: written.append(text))
    write_report(assessment, relief, tmp_path)
    ends = [text for text in written if "." in text]
    limit_mm = paint(relief).limit_mm
    assert [ends[0], ends[-1]] == [f"-{limit_mm:.2f}", f"{limit_mm:.2f} mm"]
    font = ImageFont.load_default(20)
    missing = bytes(font.getmask("\uffff"))
    assert not [one for text in written for one in text if one != " " and bytes(font.getmask(one)) == missing]


def test_folder_that_cannot_be_made_is_an_error_that_names_it(
    assessment: Assessment, relief: Relief, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="taken"):
        write_report(assessment, relief, tmp_path / "taken")
