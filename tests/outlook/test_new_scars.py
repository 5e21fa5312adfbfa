from __future__ import annotations

from typing import Any

import pytest

from cicatrix.knowledge import sources
from cicatrix.model.outlook import NewScars
from cicatrix.outlook.result.new_scars import new_scars
from tests.care.people import ACTIVE, CALM, case_of, found


def of(acne: dict[str, Any]) -> NewScars | None:
    return new_scars(*found(case_of(acne=acne)))


def many(papules: int, **more: Any) -> NewScars:
    said = of({"papules": papules, "pustules": 0, "nodules": 0, "months_clear": 0.0, **more})
    assert said is not None
    return said


def test_controlled_acne_and_unknown_acne_add_none() -> None:
    assert of(CALM) is None
    assert of({}) is None


def test_the_middle_is_lesions_times_turnover_times_share() -> None:
    # 40 lesions, 13 a year each, 5.7 % of which scar, of which 66 to 100 % stay
    assert many(40).per_year.value == pytest.approx(40 * 365.25 / 28 * 0.057 * 0.83, rel=0.05)


def test_the_interval_holds_what_is_not_known() -> None:
    said = many(40).per_year
    assert said.low < said.value / 2
    assert said.high > said.value * 2


def test_more_lesions_more_scars() -> None:
    rates = [many(number).per_year for number in (0, 5, 20, 80)]
    assert [rate.value for rate in rates] == sorted(rate.value for rate in rates)
    assert [rate.high for rate in rates] == sorted(rate.high for rate in rates)
    assert rates[0].high < rates[1].high


def test_few_lesions_are_less_sure() -> None:
    few, most = many(3).per_year, many(60).per_year
    assert few.high / max(few.value, 0.1) > most.high / most.value


def test_kinds_that_nobody_counted_are_named() -> None:
    said = of({"papules": 10, "months_clear": 0.0})
    assert said is not None
    assert "pustules and nodules" in said.text
    assert "more" in said.text
    assert "Not counted" not in many(10).text


def test_it_says_what_it_rests_on_and_promises_nothing() -> None:
    said = of(ACTIVE)
    assert said is not None
    assert said.status == "assumption"
    assert set(said.sources) <= set(sources())
    assert "5.7 %" in said.basis
    assert "assumptions of ours" in said.basis
    assert "42 inflamed spots" in said.text
    assert "may" in said.text


def test_one_spot_is_one_spot() -> None:
    assert "1 inflamed spot as today" in many(1).text
    assert "0 inflamed" not in many(0).text
