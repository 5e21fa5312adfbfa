"""From captures to the test–retest repeatability of a rig."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cicatrix.change import AssessedCapture
from cicatrix.errors import InputError
from cicatrix.model.repeat import Repeatability
from cicatrix.repeatability import as_json, dump_schema, read_repeatability, repeatability
from cicatrix.repeatability.conclude import conclude
from cicatrix.report.repeat import bland_altman, render_repeatability
from tests.repeatability.made import captures, change_of
from tests.report.synthetic import FOUR, relief_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> Repeatability:
    seen = captures(6, 0.05)
    return conclude(seen, {at: change_of(seen[0], seen[at]) for at in range(1, 6)}, 0, "rig A")


def test_depths_are_read_alone_and_compared(found: Repeatability) -> None:
    alone, compared = (found.agreement("depth_mm", way) for way in ("alone", "compared"))
    assert alone is not None
    assert compared is not None
    assert (alone.subjects, alone.complete, alone.readings) == (4, 4, 24)
    assert alone.within_sd.value == pytest.approx(compared.within_sd.value, abs=1e-3)
    assert alone.within_sd.low < alone.within_sd.value < alone.within_sd.high
    assert alone.smallest.value == pytest.approx(1.96 * 2**0.5 * alone.within_sd.value, rel=1e-3)
    assert alone.icc is not None
    assert alone.icc.value > 0.95
    assert len(alone.drift) == 5
    assert alone.limits is not None
    assert len(alone.limits.points) == 12
    assert found.sdc_for("depth_mm", 0.4) == compared.smallest.value
    assert found.judging("depth_mm") is compared
    assert found.sdc_for("the moon", 0.4) is None
    assert "rig A" in found.text
    assert any("Only 4 scars were read" in warning for warning in found.warnings)
    assert "depth of a scar" in found.text


def test_too_few_readings_judge_nothing() -> None:
    seen = captures(2, 0.05)
    few = conclude(seen, {1: change_of(seen[0], seen[1])}, 0)
    agreement = few.agreement("depth_mm", "alone")
    assert agreement is not None
    assert agreement.freedom < 5
    assert few.sdc_for("depth_mm", 0.4) is None
    assert any("Two captures cannot show" in warning for warning in few.warnings)
    assert "too few" in few.text


def test_noise_that_grows_is_a_share_of_the_size(found: Repeatability) -> None:
    depth = found.agreement("depth_mm", "compared")
    assert depth is not None
    assert depth.cv_percent is not None
    growing = depth.model_copy(update={"proportional": True})
    assert growing.sdc_at(2.0) == pytest.approx(2.0 * growing.sdc_at(1.0))
    assert growing.sdc_at(-1.0) == pytest.approx(1.96 * 2**0.5 * depth.cv_percent.value / 100.0)


def test_a_scar_that_is_missed_is_told_of_and_counts_where_it_was_read() -> None:
    seen = captures(4, 0.05)
    names = [scar.id for scar in seen[0].scars]
    changes = {
        1: change_of(seen[0], seen[1], {names[0]: "gone"}),
        2: change_of(seen[0], seen[2], {names[1]: "outside"}),
        3: change_of(seen[0], seen[3], {names[3]: "new"}),
    }
    found = conclude(seen, changes, 0)
    scars = found.found[0]
    # One was missed once, one shown by three captures only is left out, one was replaced by a new one once.
    assert scars.found_in == (0, 0, 2, 1)
    assert scars.elsewhere == (0, 0, 0, 1)
    depth = found.agreement("depth_mm", "alone")
    assert depth is not None
    assert (depth.subjects, depth.complete, depth.readings) == (4, 1, 13)
    assert any("found in every capture" in warning for warning in found.warnings)


def test_copies_and_single_captures_are_refused() -> None:
    first = captures(1, 0.0)[0]
    relief = relief_of(FOUR, size_mm=20.0, pixel_mm=0.2, photographs=False)
    with pytest.raises(InputError, match="two or more"):
        repeatability([AssessedCapture(first, relief)])
    with pytest.raises(InputError, match="captures 1 and 2 hold the same photograph"):
        repeatability([AssessedCapture(first, relief), AssessedCapture(first, relief)])


def test_the_file_is_read_again(found: Repeatability, tmp_path: Path) -> None:
    file = tmp_path / "repeatability.json"
    file.write_bytes(as_json(found))
    assert read_repeatability(file) == found
    jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), json.loads(dump_schema()))
    file.write_text('{"schema": "cicatrix/change/1"}', encoding="utf-8")
    with pytest.raises(InputError, match="not a repeatability file: schema") as refused:
        read_repeatability(file)
    assert refused.value.fix


def test_the_shipped_schema_is_the_generated_one() -> None:
    shipped = ROOT / "src" / "cicatrix" / "schemas" / "repeatability-1.json"
    assert shipped.read_text(encoding="utf-8") == dump_schema()


def test_the_page_shows_every_quantity_and_loads_nothing(found: Repeatability) -> None:
    hostile = found.model_copy(update={"rig": "<script>alert(1)</script>"})
    page = render_repeatability(hostile)
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    for one in found.agreements:
        assert one.name[1:] in page
    assert page.count('class="point"') == sum(len(one.limits.points) for one in found.agreements if one.limits)
    assert page == render_repeatability(hostile)


def test_the_picture_holds_every_point_and_limit(found: Repeatability) -> None:
    depth = found.agreement("depth_mm", "alone")
    assert depth is not None
    plot = bland_altman(depth)
    for x, y in plot.points:
        assert 74 <= float(x) <= 626
        assert 12 <= float(y) <= 308
    tops = [float(line.y) for line in plot.lines]
    assert tops == sorted(tops)
    assert all(float(line.top) >= 12 and float(line.top) + float(line.height) <= 308.1 for line in plot.lines)
    assert 3 <= len(plot.x) <= 8
    assert 3 <= len(plot.y) <= 8
