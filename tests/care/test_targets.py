"""What there is to treat, and what a person's wishes say against a treatment."""

from __future__ import annotations

from typing import Any

import pytest

from cicatrix.care.targets import Aims, aims_of, benefit, sessions_of, wish_against
from cicatrix.cases.join import join
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, Preferences, TreatmentId
from cicatrix.model.knowledge import TARGETS
from tests.care.people import ACTIVE, case_of, found, strangers
from tests.model.build import assessment, scar


def aims(**changes: Any) -> Aims:
    return aims_of(*found(case_of(**changes)))


def test_counts_are_those_stated_and_what_nobody_counted_is_unknown() -> None:
    made = aims(scars={"icepick": 3, "boxcar_deep": 0, "keloid": 2}, marks={"brown": 4})
    assert made.counts == {"icepick": 3, "keloid": 2, "brown": 4}
    assert set(made.unknown) >= {"boxcar_shallow", "rolling", "hypertrophic", "red"}
    assert not set(made.unknown) & {"icepick", "boxcar_deep", "keloid", "brown"}
    assert (made.pitted, made.scars) == (3, 5)


def test_acne_that_is_not_under_control_is_a_target() -> None:
    assert aims(acne=ACTIVE).counts == {"acne": 1}
    assert "acne" not in aims(scars={"icepick": 1}).counts


def test_measured_raised_scars_count_as_hypertrophic_unless_somebody_told_them_apart() -> None:
    raised = [scar(id=f"r{k}", kind="raised", depth_class=None) for k in range(2)]
    measured = join(case_of(), raised, None, assessment().capture)
    _, gate = found(case_of())
    assert aims_of(measured, gate).counts == {"hypertrophic": 2}
    told = join(case_of(scars={"keloid": 1, "hypertrophic": 0}), raised, None, assessment().capture)
    assert aims_of(told, gate).counts == {"keloid": 1}


def test_mixed_marks_count_as_red_and_as_brown() -> None:
    findings, gate = found(case_of(marks={"red": 1}))
    mixed = findings.model_copy(update={"marks": findings.marks.model_copy(update={"mixed": 3})})
    assert {key: aims_of(mixed, gate).counts[key] for key in ("red", "brown")} == {"red": 4, "brown": 3}


def test_shares_of_all_targets_sum_to_one_and_a_mark_weighs_half_a_scar() -> None:
    for case in strangers(100, seed=3):
        made = aims_of(*found(case))
        if made.counts:
            assert sum(made.share(target) for target in TARGETS) == pytest.approx(1.0)
    both = aims(scars={"icepick": 4}, marks={"red": 4})
    assert both.share("icepick") == pytest.approx(2 * both.share("red"))
    assert both.share("rolling") == 0.0


@pytest.mark.parametrize(
    ("scars", "mild"),
    [
        ({"boxcar_shallow": 10}, True),
        ({"boxcar_shallow": 11}, False),
        ({"boxcar_shallow": 6, "rolling": 5}, False),
        ({"boxcar_shallow": 5, "rolling": 5}, True),
        ({"icepick": 1}, False),
        ({"boxcar_deep": 1}, False),
        ({"keloid": 12}, True),
    ],
)
def test_scars_are_mild_up_to_ten_and_none_of_them_deep(scars: dict[str, int], mild: bool) -> None:  # noqa: FBT001
    assert aims(scars=scars).mild is mild


def test_sessions_are_the_figure_or_the_middle_of_its_range() -> None:
    for id_, sessions in {"fractional_laser_ablative": 3, "subcision": 2, "tca_cross": 4, "sun_protection": 1}.items():
        assert sessions_of(treatments()[id_]) == sessions, id_  # type: ignore[index]
    for treatment in treatments().values():
        figure = treatment.protocol.sessions
        if figure is not None and not treatment.home:
            assert figure.span[0] <= sessions_of(treatment) <= figure.span[1]


def wish(treatment: TreatmentId, **wishes: Any) -> str | None:
    reason = wish_against(treatments()[treatment], Preferences(**wishes))
    return None if reason is None else reason.rule


def test_a_treatment_that_is_not_wanted_is_left_out_by_name() -> None:
    assert wish("filler", avoid=["filler"]) == "avoid"
    assert wish("filler", avoid=["prp"]) is None
    assert wish("filler") is None


@pytest.mark.parametrize(("limit", "left_out"), [(9, True), (10, False), (11, False)])
def test_downtime_may_be_as_long_as_stated_and_not_a_day_longer(limit: int, left_out: bool) -> None:  # noqa: FBT001
    assert treatments()["fractional_laser_ablative"].protocol.downtime_days is not None
    assert (wish("fractional_laser_ablative", max_downtime_days=limit) == "downtime") is left_out


def test_the_reason_names_the_days_and_the_limit() -> None:
    reason = wish_against(treatments()["laser_resurfacing"], Preferences(max_downtime_days=3))
    assert reason is not None
    assert "14 days" in reason.text
    assert "3" in reason.text
    assert reason.effect == "preference"


def test_the_budget_covers_all_sessions() -> None:
    fee = treatments()["microdermabrasion"].protocol.price_usd
    assert fee is not None
    whole = fee.span[1] * 10
    assert wish("microdermabrasion", budget_usd=whole) is None
    assert wish("microdermabrasion", budget_usd=whole - 1) == "budget"


def test_what_can_cause_marks_does_nothing_against_them() -> None:
    for id_ in TREATMENT_IDS:
        for target in TARGETS:
            effect = treatments()[id_].effect_on(target)
            points = benefit(id_, target)
            assert 0.0 <= points <= 1.0
            if effect is None or effect.risk or effect.strength in ("none", "avoid"):
                assert points == 0.0, (id_, target)
            else:
                assert points > 0.0, (id_, target)


def test_what_counts_as_enough_is_less_for_mild_scars() -> None:
    mild, severe = aims(scars={"rolling": 5}), aims(scars={"rolling": 15})
    assert mild.enough("rolling") == planning().enough_mild["rolling"] < severe.enough("rolling")
    assert mild.enough("red") == severe.enough("red") == planning().enough["red"]
