"""One step of a plan: figures of the knowledge base, for this person and for all sessions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cicatrix.care.plan import plan
from cicatrix.care.steps import days_of
from cicatrix.care.targets import benefit
from cicatrix.knowledge import treatments, trials
from cicatrix.knowledge.planning import planning
from cicatrix.model.evidence import STATUSES
from cicatrix.model.plan import Option, Step
from tests.care.people import case_of, found, strangers

SERIOUS = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}


@cache
def options() -> tuple[Option, ...]:
    people = [*strangers(80, seed=41), *(case_of({"skin_type": skin}, scars=SERIOUS) for skin in range(1, 7))]
    return tuple(option for case in people for option in plan(*found(case)).options)


def steps() -> Iterator[Step]:
    for option in options():
        yield from option.steps


def test_days_are_those_of_the_figure_and_none_stays_none() -> None:
    assert days_of(None) is None
    for step in steps():
        protocol = treatments()[step.treatment].protocol
        for days, figure in (
            (step.downtime_days, protocol.downtime_days),
            (step.closed_days, protocol.closed_days),
            (step.redness_days, protocol.redness_days),
            (step.result_days, protocol.result_days),
            (step.minutes, protocol.minutes),
        ):
            assert (days is None) == (figure is None)
            if days is not None and figure is not None:
                assert (days.low, days.high) == figure.span
                assert (days.status, days.sources) == (figure.status, figure.sources)


def test_a_fee_is_of_all_sessions_and_unknown_where_none_was_found() -> None:
    priced = 0
    for step in steps():
        figure = treatments()[step.treatment].protocol.price_usd
        if step.price_usd is not None and figure is None:
            assert (step.price_usd.status, step.price_usd.sources) == ("assumption", ())
            low, high = planning().fees_usd[step.treatment]
            assert (step.price_usd.low, step.price_usd.high) == (low * step.sessions, high * step.sessions)
        if step.price_usd is None:
            assert treatments()[step.treatment].home
        elif figure is not None:
            assert step.price_usd.low == figure.span[0] * step.sessions
            assert step.price_usd.high == figure.span[1] * step.sessions
            priced += 1
    assert priced > 10


def test_fees_of_an_option_are_the_sum_of_its_steps_and_the_rest_is_named() -> None:
    for option in options():
        parts = [step.price_usd for step in option.steps if step.price_usd is not None]
        assert (option.price_usd is None) == (not parts)
        if option.price_usd is not None:
            assert option.price_usd.low == sum(part.low for part in parts)
            assert option.price_usd.high == sum(part.high for part in parts)
        assert set(option.unpriced) == {step.treatment for step in option.steps if step.price_usd is None}


def test_sessions_lie_in_their_range() -> None:
    for step in steps():
        if step.treatment in planning().most_a_session:
            assert 1 <= step.sessions <= planning().most_sessions
        elif step.sessions_range is not None and step.visits:
            assert step.sessions_range[0] <= step.sessions <= step.sessions_range[1]


def test_targets_come_with_most_benefit_first() -> None:
    for step in steps():
        points = [benefit(step.treatment, target) for target in step.targets]
        assert points == sorted(points, reverse=True)
        assert all(value > 0.0 for value in points)


def test_conditions_that_are_sure_come_first() -> None:
    for step in steps():
        sure = [condition.sure for condition in step.conditions]
        assert sure == sorted(sure, reverse=True)


def test_risks_are_those_of_the_skin_type_or_of_all_where_it_is_unknown() -> None:
    def risks(skin_type: int | None) -> dict[str, set[str]]:
        made = plan(*found(case_of({"skin_type": skin_type}, scars={"rolling": 15})))
        return {step.treatment: {risk.text for risk in step.risks} for o in made.options for step in o.steps}

    for skin in (1, 4, 6):
        for treatment, texts in risks(skin).items():
            facts = treatments()[treatment].about("adverse")  # type: ignore[index]
            fits = [f for f in facts if f.skin_types is None or f.skin_types[0] <= skin <= f.skin_types[1]]
            assert texts == {fact.text for fact in fits}
    for treatment, texts in risks(None).items():
        assert texts == {fact.text for fact in treatments()[treatment].about("adverse")}  # type: ignore[index]


def test_expected_results_are_of_trials_on_a_target_of_the_step_with_their_people() -> None:
    seen = 0
    for step in steps():
        for expected in step.expected:
            trial = trials()[expected.trial]
            assert expected.target in step.targets
            assert (expected.text, expected.scale, expected.status) == (trial.findings, trial.scale, trial.status)
            assert expected.people == expected.people.strip() != ""
            if trial.n_text is None:
                assert expected.people == (f"{trial.n} people" if trial.n else "number of people not reported")
            seen += 1
    assert seen > 20


def test_the_status_of_a_step_is_its_weakest_and_its_sources_are_listed_once() -> None:
    for step in steps():
        own = treatments()[step.treatment]
        figures = (own.protocol.sessions, own.protocol.interval_days, own.protocol.downtime_days)
        effects = [own.effect_on(target) for target in step.targets]
        statuses = [part.status for part in (*figures, *effects) if part is not None]
        assert step.status == max(statuses, key=STATUSES.index, default="assumption")
        assert len(set(step.sources)) == len(step.sources)
        for part in (*figures, *effects, *step.expected):
            assert part is None or set(part.sources) <= set(step.sources)


def test_alternatives_are_of_the_same_stage_for_one_of_the_same_targets_and_not_in_the_option() -> None:
    seen = 0
    for option in options():
        chosen = {step.treatment for step in option.steps}
        for step in option.steps:
            for other in step.alternatives:
                assert treatments()[other].stage == step.stage
                assert other not in chosen
                assert any(benefit(other, target) > 0.0 for target in step.targets)
                seen += 1
    assert seen > 20
