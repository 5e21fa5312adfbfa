"""The plan: vignettes, and what must hold for everybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cicatrix.care.condition_values import answers_of
from cicatrix.care.plan import plan
from cicatrix.care.rules import ONLY_AFTER, verdicts
from cicatrix.knowledge import rules, sources, treatments, trials
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, Case
from cicatrix.model.plan import Measures, Option, Plan
from tests.care.people import ACTIVE, case_of, found, strangers
from tests.reading import reading_grade

TODAY = date(2026, 11, 22)

MILD = {"icepick": 0, "boxcar_shallow": 6, "boxcar_deep": 0, "rolling": 0}
SERIOUS = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}
WOUNDING = {"laser_resurfacing", "dermabrasion", "fractional_laser_ablative", "chemical_peel_medium",
            "chemical_peel_deep", "microneedling", "rf_microneedling", "tca_cross", "punch_excision",
            "punch_elevation", "subcision", "filler"}  # fmt: skip


def planned(case: Case, today: date = TODAY) -> Plan:
    return plan(*found(case), today)


def used(made: Plan) -> set[str]:
    return {step.treatment for option in made.options for step in option.steps}


def why(made: Plan, treatment: str) -> list[str]:
    return [reason.rule for item in made.excluded if item.treatment == treatment for reason in item.reasons]


def better(one: Measures, other: Measures) -> bool:
    """True when one is at least as good in every respect and better in some."""
    ups = [(one.gain, other.gain), (one.treated, other.treated)]
    names = ("downtime_days", "burden", "pigment", "cost_usd", "days")
    downs = [(-getattr(one, name), -getattr(other, name)) for name in names]
    pairs = [*ups, *downs]
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def test_mild_scars_get_a_peel_or_polishing_and_no_operation() -> None:
    made = planned(case_of(scars=MILD))
    gentle = {step.treatment for step in made.options[0].steps}
    assert gentle & {"chemical_peel_superficial", "microdermabrasion"}
    assert used(made).isdisjoint({"laser_resurfacing", "dermabrasion", "chemical_peel_deep", "punch_excision"})
    assert why(made, "laser_resurfacing") == ["too_much"]


def test_serious_scars_in_light_skin_get_three_plans_up_to_laser() -> None:
    made = planned(case_of(scars=SERIOUS))
    assert [option.id for option in made.options] == ["gentlest", "balanced", "strongest"]
    strongest = made.options[-1]
    assert {"subcision", "laser_resurfacing"} <= {step.treatment for step in strongest.steps}
    field = next(step for step in strongest.steps if step.treatment == "laser_resurfacing")
    assert {"dermabrasion", "fractional_laser_ablative"} <= set(field.alternatives)


@pytest.mark.parametrize(
    ("treatment", "case"),
    [
        ("chemical_peel_superficial", case_of(scars=MILD, wishes={"avoid": ["microdermabrasion"]})),
        ("microdermabrasion", case_of({"skin_type": 4}, scars=MILD, wishes={"max_downtime_days": 0})),
        ("laser_resurfacing", case_of(scars=SERIOUS)),
        ("dermabrasion", case_of(
            {"photosensitising_drug": True}, scars=SERIOUS, wishes={"avoid": ["rf_microneedling", "microneedling"]}
        )),
        ("fractional_laser_ablative", case_of(
            scars=SERIOUS, wishes={"avoid": ["laser_resurfacing", "dermabrasion", "chemical_peel_deep"]}
        )),
    ],
)  # fmt: skip
def test_each_of_the_five_appears_where_it_belongs(treatment: str, case: Case) -> None:
    made = planned(case)
    steps = [step for option in made.options for step in option.steps if step.treatment == treatment]
    assert steps
    facts = treatments()[steps[0].treatment]
    assert facts.about("minutes")
    assert facts.about("closed")
    assert steps[0].closed_days is not None
    assert steps[0].sources


def test_dark_skin_gets_no_full_field_laser_and_no_deep_peel() -> None:
    made = planned(case_of({"skin_type": 5}, scars=SERIOUS))
    assert used(made).isdisjoint({"laser_resurfacing", "chemical_peel_deep"})
    assert "dark_full_field" in why(made, "laser_resurfacing")
    assert "dark_deep_peel" in why(made, "chemical_peel_deep")


def test_marks_alone_are_never_resurfaced() -> None:
    made = planned(case_of(marks={"red": 20, "brown": 30}))
    assert used(made) <= {"sun_protection", "topical_retinoid", "azelaic_acid", "hydroquinone", "vascular_laser", "ipl",
                          "chemical_peel_superficial", "fractional_laser_nonablative"}  # fmt: skip
    assert why(made, "laser_resurfacing") == ["marks_alone"]
    assert why(made, "fractional_laser_ablative") == ["marks_alone"]


def test_active_acne_comes_first_and_nothing_wounds_before_it_is_calm() -> None:
    made = planned(case_of(acne=ACTIVE, scars=SERIOUS, marks={"red": 10}))
    assert made.options
    for option in made.options:
        assert option.steps[0].treatment == "acne_control"
        calm = option.steps[0].end_day
        assert all(step.start_day >= calm for step in option.steps if step.visits)
        wounds = [step for step in option.steps if step.treatment in WOUNDING]
        assert all("acne" in " ".join(item.rule for item in step.conditions) for step in wounds)


def test_without_acne_treatment_nothing_that_waits_for_it_is_planned() -> None:
    made = planned(case_of(acne=ACTIVE, scars=SERIOUS, wishes={"avoid": ["acne_control"]}))
    assert used(made).isdisjoint(WOUNDING)
    assert "no_acne_control" in why(made, "microneedling")


def test_icepicks_get_focal_treatment_rolling_scars_subcision() -> None:
    picks = planned(case_of(scars={"icepick": 12}))
    assert used(picks) & {"tca_cross", "punch_excision"}
    assert "subcision" not in used(picks)
    waves = planned(case_of(scars={"rolling": 15}))
    assert "subcision" in used(waves)
    assert used(waves).isdisjoint({"tca_cross", "punch_excision"})


def test_keloids_are_not_cut_and_wounds_to_the_dermis_stay_away() -> None:
    made = planned(case_of({"keloid_history": True}, scars={"keloid": 2, "rolling": 5}))
    assert {"silicone", "intralesional_steroid"} <= used(made)
    assert all(rules().injury.get(id_, 0) <= 3 for id_ in used(made))  # type: ignore[call-overload]
    for step in (step for option in made.options for step in option.steps if step.treatment == "microneedling"):
        assert "keloid_needling" in [item.rule for item in step.conditions if item.sure]


def test_isotretinoin_puts_off_only_what_it_must() -> None:
    recent = {"isotretinoin": "stopped", "isotretinoin_months_since": 3.0}
    made = planned(case_of(recent, scars=SERIOUS))
    assert used(made).isdisjoint({"laser_resurfacing", "dermabrasion", "chemical_peel_medium", "chemical_peel_deep"})
    assert used(made) & {"rf_microneedling", "fractional_laser_ablative", "microneedling"}
    later = [change for change in made.would_change if change.key == "person.isotretinoin"]
    assert any("laser_resurfacing" in change.treatments for change in later)


def test_unknown_answers_are_asked_and_assumed_where_a_step_rests_on_them() -> None:
    made = planned(case_of({"pacemaker": None}, scars=SERIOUS))
    assert "person.pacemaker" in [item.key for item in made.ask]
    for option in made.options:
        keys = [item.key for item in option.assumes]
        affected = {"rf_microneedling", "laser_resurfacing", "fractional_laser_ablative"}
        assert keys == (["person.pacemaker"] if affected & {s.treatment for s in option.steps} else [])
    assert all(not option.assumes for option in planned(case_of(scars=SERIOUS)).options)


def test_counts_alone_are_enough_for_options() -> None:
    scars = {"rolling": 30, "icepick": 20}
    made = planned(Case.model_validate({"scars": scars}))
    assert made.options
    for option in made.options:
        treated = {target for step in option.steps if step.visits for target in step.targets}
        assert set(scars) <= treated
        assert option.assumes
        assert all(item.question and item.changes.startswith("Otherwise ") for item in option.assumes)
        wounds = [step for step in option.steps if step.treatment in WOUNDING]
        for step in wounds:
            keys = {item.key for item in step.conditions if item.kind == "only_after"}
            assert {"acne.months_clear", "person.active_herpes", "person.skin_infection"} <= keys
    first = [item.key for item in made.ask if item.first]
    assert first == [item.key for item in made.ask][: len(first)]
    assert {"person.pregnant", "person.isotretinoin", "person.skin_type"} <= set(first)


def test_nothing_known_is_no_plan_but_questions() -> None:
    made = planned(Case())
    assert made.options == ()
    assert {"scars.rolling", "acne.nodules"} <= {item.key for item in made.ask}


def test_wishes_are_kept() -> None:
    wishes = {"max_downtime_days": 3, "budget_usd": 2000.0, "avoid": ["filler"], "event_date": date(2027, 2, 1)}
    made = planned(case_of(scars=SERIOUS, wishes=wishes))
    assert made.event_day == (date(2027, 2, 1) - TODAY).days
    assert "avoid" in why(made, "filler")
    for option in made.options:
        assert option.price_usd is None or option.price_usd.high <= 2000.0
        for step in option.steps:
            assert step.downtime_days is None or step.downtime_days.high <= 3


@pytest.mark.parametrize("days", [1, 30, 90, 200, 400])
def test_nothing_shows_on_the_day_of_an_event(days: int) -> None:
    wishes = {"event_date": TODAY + timedelta(days=days)}
    made = planned(case_of(scars=SERIOUS | {"hypertrophic": 1}, marks={"red": 5}, wishes=wishes))
    for option in made.options:
        for step in option.steps:
            if step.visits:
                shown = [step.downtime_days, step.closed_days, step.redness_days]
                last = step.end_day + max((part.high for part in shown if part), default=0)
                assert not step.start_day <= days <= last, step.treatment


def test_steps_follow_the_order_of_the_stages() -> None:
    made = planned(case_of(acne=ACTIVE, scars=SERIOUS, marks={"red": 20, "brown": 20}))
    order = ["acne", "colour", "tether", "focal", "field", "volume"]
    for option in made.options:
        first = {stage: [s.start_day for s in option.steps if s.stage == stage and s.visits] for stage in order}
        starts = [days[0] for stage in order if (days := first[stage])]
        assert starts == sorted(starts)
        assert option.review_days == (option.days + 90, option.days + 180)


def test_every_treatment_is_in_an_option_or_says_why_not() -> None:
    for case in (case_of(scars=SERIOUS), case_of(marks={"red": 3}), Case(), case_of({"pregnant": True}, scars=MILD)):
        made = planned(case)
        left = {item.treatment for item in made.excluded}
        assert left.isdisjoint(used(made))
        assert left | used(made) == set(TREATMENT_IDS)
        assert all(reason.text and reason.source for item in made.excluded for reason in item.reasons)


def test_every_statement_of_a_step_has_a_status_and_known_sources() -> None:
    for option in planned(case_of(scars=SERIOUS, marks={"red": 5, "brown": 5})).options:
        for step in option.steps:
            for told in (*step.conditions, *step.risks, *step.expected, *step.prepare):
                assert told.status in ("unverified", "assumption") or told.sources
                assert all(key in sources() for key in told.sources)
            assert all(key in sources() for key in step.sources)


def test_the_same_case_makes_the_same_bytes() -> None:
    case = case_of(scars=SERIOUS, marks={"red": 5})
    assert planned(case).model_dump_json() == planned(case).model_dump_json()


@pytest.mark.parametrize(
    "texts",
    [
        [treatment.summary for treatment in treatments().values()],
        [" ".join(filter(None, (rule.text, rule.condition, rule.until))) for rule in rules().rules],
        [f"In short, {trial.plain}." for trial in trials().values() if trial.plain],
    ],
    ids=["summaries", "rules", "findings"],
)
def test_texts_for_patients_are_plain(texts: list[str]) -> None:
    assert len(texts) > 20
    assert reading_grade(" ".join(texts)) <= 9.0


def _holds_for(case: Case, option: Option, made: Plan) -> None:
    findings, gate = found(case)
    said = verdicts(answers_of(findings, gate.state))
    wishes = case.preferences
    for step in option.steps:
        level = int(said[step.treatment].max())
        assert level <= ONLY_AFTER, step.treatment
        assert (level == ONLY_AFTER) == any(item.kind == "only_after" for item in step.conditions)
        assert step.treatment not in (wishes.avoid or ())
        assert all(int(said[other].max()) <= ONLY_AFTER for other in step.alternatives)
        if wishes.max_downtime_days is not None and step.downtime_days is not None:
            assert step.downtime_days.high <= wishes.max_downtime_days
        if gate.state == "not_controlled" and step.treatment in WOUNDING:
            assert option.steps[0].treatment == "acne_control"
            assert step.start_day >= option.steps[0].end_day
        if gate.state == "unknown" and step.treatment in WOUNDING:
            assert "acne_unknown" in [item.rule for item in step.conditions]
    if wishes.budget_usd is not None and option.price_usd is not None:
        assert option.price_usd.high <= wishes.budget_usd
    if not any(getattr(findings.scars, kind).value for kind in ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")):
        assert {s.stage for s in option.steps if s.treatment not in planning().marks_field} <= {
            "acne", "protect", "colour", "raised"
        }  # fmt: skip
    assert not {item.treatment for item in made.excluded} & {step.treatment for step in option.steps}


def test_safety_and_choice_hold_for_strangers(capsys: pytest.CaptureFixture[str]) -> None:
    people = plans = 0
    for case in strangers(500, seed=5):
        made = planned(case)
        people, plans = people + 1, plans + len(made.options)
        for option in made.options:
            _holds_for(case, option, made)
        sets = [frozenset(step.treatment for step in option.steps) for option in made.options]
        assert len(set(sets)) == len(sets)
        for one in made.options:
            assert not any(better(other.measures, one.measures) for other in made.options if other is not one)
    assert plans > people / 2
    with capsys.disabled():
        print(f"\n  {people} strangers, {plans} plans, 0 violations")  # noqa: T201 - the numbers are the point


def test_an_answer_that_takes_away_never_gives_back() -> None:
    """A danger more may remove treatments from what is admissible, never add one."""
    base = planned(case_of(scars=SERIOUS))
    free = {t for t in TREATMENT_IDS if t in used(base) or why(base, t) == ["not_chosen"]}
    for key in ("pregnant", "keloid_history", "active_herpes", "skin_infection", "immunosuppressed", "recent_tan",
                "photosensitising_drug", "bleeding_disorder", "pacemaker", "radiotherapy_to_area"):  # fmt: skip
        made = planned(case_of({key: True}, scars=SERIOUS))
        assert {t for t in TREATMENT_IDS if t in used(made) or why(made, t) == ["not_chosen"]} <= free, key
