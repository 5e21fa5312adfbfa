"""Measurements that would change the plan within their uncertainty."""

from __future__ import annotations

import pytest

from cicatrix.care.gate import gate
from cicatrix.care.plan import plan
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.model import Measured, Scar
from cicatrix.model.plan import Change
from tests.care.people import case_of
from tests.model.build import assessment, scar

SUMMARY = assessment().capture


def boxcar(number: int, depth: Measured) -> Scar:
    deep = depth.value >= 0.5
    return scar(id=f"b{number}", kind="boxcar", depth_class="deep" if deep else "shallow", depth_mm=depth)


def measured(scars: list[Scar]) -> list[Change]:
    findings = join(case_of(), scars, None, SUMMARY)
    made = plan(findings, gate(findings, grade(findings)), None, scars)
    return [change for change in made.would_change if change.key == "measurement" and "Then " in change.text]


def test_a_depth_that_may_be_deep_would_change_the_plan() -> None:
    unsure = [boxcar(k, Measured(value=0.42, low=0.3, high=0.6)) for k in range(6)]
    (change,) = measured(unsure)
    assert change.text.startswith("6 boxcar scars counted as shallow may")
    assert "punch_excision" in change.treatments or "tca_cross" in change.treatments


def test_a_depth_that_is_sure_changes_nothing() -> None:
    assert measured([boxcar(k, Measured(value=0.3, low=0.25, high=0.35)) for k in range(6)]) == []


def test_undecided_scars_are_tried_as_each_type_that_they_may_be() -> None:
    shallow = [boxcar(k, Measured(value=0.3, low=0.25, high=0.35)) for k in range(6)]
    unsure = scar(
        id="u", kind="undecided", depth_class=None, kind_probability={"boxcar": 0.0, "icepick": 0.6, "rolling": 0.4}
    )
    told = [change.text for change in measured([*shallow, unsure])]
    assert any("may be icepick scars" in text for text in told)
    assert not any("may be deep boxcar scars" in text for text in told)


@pytest.mark.parametrize("count", [1, 3])
def test_deep_scars_may_be_shallow(count: int) -> None:
    unsure = [boxcar(k, Measured(value=0.55, low=0.4, high=0.7)) for k in range(count)]
    (change,) = measured(unsure)
    assert "counted as deep" in change.text
    assert ("1 boxcar scar " if count == 1 else "3 boxcar scars ") in change.text
