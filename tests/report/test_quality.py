"""The capture's quality is shown as it was summarised."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cicatrix.model import Assessment
from cicatrix.report import quality
from tests.report.synthetic import ring


def test_bars_cover_none_to_all_and_scale_to_the_longest(assessment: Assessment) -> None:
    shares = {"3": 0.1, "7": 0.3, "8": 0.6}
    bars = quality.bars(assessment.capture.model_copy(update={"trusted_lights": shares}))
    assert [bar.lights for bar in bars] == list(range(9))
    assert [bar.length for bar in bars] == ["0.0", "0.0", "0.0", "16.7", "0.0", "0.0", "0.0", "50.0", "100.0"]
    assert [bar.few for bar in bars] == [True] * 4 + [False] * 5


def test_bars_are_left_out_without_photographs(assessment: Assessment) -> None:
    assert quality.bars(assessment.capture.model_copy(update={"trusted_lights": None})) == ()


def test_overexposed_photograph_says_so(assessment: Assessment) -> None:
    rows = quality.photos(assessment.capture)
    assert [row.name for row in rows if row.remark] == ["light_3.jpg"]
    assert [row.elevation for row in rows[:2]] == ["35°", "55°"]


def test_dome_puts_each_light_where_it_stands() -> None:
    directions = tuple((x, y, z) for x, y, z in ring().tolist())
    lamps = quality.dome(directions)
    for lamp, (x, y, z) in zip(lamps, directions, strict=True):
        reach = math.hypot(float(lamp.x), float(lamp.y))
        assert reach == pytest.approx(70 * (90 - math.degrees(math.asin(z))) / 90, abs=0.1)
        # Up is negative in the drawing.
        assert np.sign(round(x, 6)) == np.sign(float(lamp.x))
        assert np.sign(round(y, 6)) == -np.sign(float(lamp.y))


def test_light_straight_above_stands_in_the_middle() -> None:
    (lamp,) = quality.dome(((0.0, 0.0, 1.0),))
    assert (float(lamp.x), float(lamp.y), lamp.elevation) == (0.0, 0.0, "90°")


def test_facts_without_photographs_speak_of_no_lights(assessment: Assessment) -> None:
    height = assessment.capture.model_copy(update={"kind": "height", "channel": None, "elevations_deg": ()})
    assert [fact.name for fact in quality.facts(height)] == ["Field", "Coverage", "Relief noise"]
    assert [fact.name for fact in quality.facts(assessment.capture)][-2:] == ["Lights", "Channel"]
