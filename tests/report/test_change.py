"""The page of a comparison, and its pictures."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cicatrix.model.change import Change
from cicatrix.model.change_maps import ChangeMaps
from cicatrix.report.change import change_view, changed_shown, render_change, write_change
from cicatrix.report.change_pictures import UNSEEN, ChangePictures, draw_change
from tests.change.comparisons import changed, comparison


@pytest.fixture(scope="module")
def change() -> Change:
    made = comparison(changed(0.4, 0.7, 0.05), changed(10.0, 0.6, 1.0))
    return made.model_copy(update={"site": "<b>left</b> cheek", "days": 90, "text": "One scar is better & deeper <i>"})


def maps(*, colour: bool = True) -> ChangeMaps:
    """A pit that was filled by 0.2 mm, one that became deeper, one within noise, and a strip that was not seen."""
    after = np.zeros((80, 120), np.float32)
    difference = np.zeros_like(after)
    difference[20:40, 20:40] = 0.2
    difference[20:40, 60:80] = -0.2
    difference[50:70, 20:40] = 0.2
    noise = np.full_like(after, 0.02)
    noise[50:70, 20:40] = np.inf
    before = after - difference
    before[:, 110:] = np.nan
    difference[:, 110:] = np.nan
    albedo = np.full((80, 120, 3), 0.4, np.float32) if colour else None
    return ChangeMaps(before, after, difference, noise, 0.1, albedo, albedo)


@pytest.fixture(scope="module")
def pictures() -> ChangePictures:
    return draw_change(maps())


def test_filled_and_deeper_places_are_coloured_apart_and_noise_stays_grey(pictures: ChangePictures) -> None:
    picture = pictures.change.astype(int)
    red_over_blue = picture[:, :, 0] - picture[:, :, 2]
    assert (red_over_blue[25:35, 25:35] > 30).all(), "higher is brown"
    assert (red_over_blue[25:35, 65:75] < -30).all(), "lower is blue"
    assert (red_over_blue[50:70, 20:40] == 0).all()
    assert (red_over_blue[5:15, 5:15] == 0).all()
    assert (picture[:, 112:] == UNSEEN).all()
    assert pictures.limit_mm >= 0.2


def test_large_pictures_are_reduced_and_keep_their_scale() -> None:
    small = draw_change(maps(), longest=60)
    assert small.change.shape == (40, 60, 3)
    assert small.pixel_mm == pytest.approx(0.2)


def test_the_page_holds_everything_and_fetches_nothing(change: Change, pictures: ChangePictures) -> None:
    page = render_change(change, pictures)
    assert render_change(change, pictures) == page
    assert "<i>" not in page.split("<main")[1].split("</main>")[0]
    assert "&lt;b&gt;left&lt;/b&gt; cheek" in page
    assert "90 days apart" in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert page.count('type="range"') == 2
    assert "S01 → S01" in page
    assert "better" in page


def test_without_colour_there_is_one_slider(change: Change) -> None:
    assert render_change(change, draw_change(maps(colour=False))).count('type="range"') == 1


def test_numbers_carry_their_sign_and_no_more_digits_than_they_deserve() -> None:
    shown = changed_shown(changed(0.4, 0.7, 0.05))
    assert shown is not None
    assert (shown.change, shown.before, shown.after, shown.smallest) == ("−0.12", "0.40", "0.28", "0.05")
    assert shown.interval == "−0.17 to −0.07"
    assert changed_shown(None) is None


def test_the_view_says_what_the_noise_rests_on(change: Change) -> None:
    assert "simulated skin" in str(change_view(change)["noise"])
    rig = change.model_copy(update={"noise_from": "repeatability", "rig": "bench"})
    assert "“bench”" in str(change_view(rig)["noise"])


def test_files_are_written_with_their_scale(change: Change, pictures: ChangePictures, tmp_path: Path) -> None:
    written = write_change(change, pictures, tmp_path)
    assert {path.name for path in written} == {
        "comparison.json",
        "comparison.html",
        "change.png",
        "before_registered.png",
        "after.png",
        "before_colour.png",
        "after_colour.png",
    }
    assert Change.model_validate_json((tmp_path / "comparison.json").read_text()) == change
    with Image.open(tmp_path / "after.png") as picture:
        assert picture.size == (120, 80)
        assert picture.info["dpi"][0] == pytest.approx(254, abs=1)


def test_planes_must_have_one_shape() -> None:
    plane = np.zeros((4, 5), np.float32)
    with pytest.raises(ValueError, match="shape"):
        ChangeMaps(plane, plane, plane, np.zeros((5, 4), np.float32), 0.1)
