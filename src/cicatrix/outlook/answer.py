"""The answer: what a person reads first, made from the figures of one option of their own plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cicatrix.care.targets import MARKS, PITTED, RAISED, aims_of
from cicatrix.knowledge.planning import planning
from cicatrix.model.answer import Answer, AnswerPart, Chances, Cost, PartName, Removable, Span
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.evidence import SourceKey, Status, weakest
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.outlook import Outlook, PeopleResult
from cicatrix.model.plan import Option, Plan
from cicatrix.outlook import answer_text as text

__all__ = ["NO_PERSON_IN_100", "RARELY_UP_TO", "answer_of", "main_option"]

NO_PERSON_IN_100: Final = 0.005
"""Fraction of people with marks at most, below which scars are not removed."""

RARELY_UP_TO: Final = 0.2
"""The same, below which they are rarely removed."""


def answer_of(findings: Findings, grades: Grades, gate: Gate, plan: Plan, outlook: Outlook) -> Answer:
    """Make the answer from the figures of the plan's middle option.

    Parameters
    ----------
    findings, grades, gate
        What was found, today's grades, and whether acne is under control.
    plan, outlook
        The options and what is expected of each.

    Returns
    -------
    Answer
        The same for the same input. Figures that do not apply or are not known are None.
    """
    aims = aims_of(findings, gate)
    option = main_option(plan)
    scarred = any(target in aims.counts for target in (*PITTED, *RAISED))
    marked = any(target in aims.counts for target in MARKS)
    people = None if option is None else next((one for one in outlook.people if one.option == option.id), None)
    grade = grades.goodman_baron_qualitative
    today = None if grade is None else grade.value
    chance = _chances(people, most=None if grade is None else grade.high)
    figures = Answer(
        text="",
        removable=_removable(chance, scarred=scarred, marked=marked, unknown=bool(aims.unknown)),
        chance=chance,
        better=None if people is None else people.better,
        by_target={} if people is None else {one.target: one.better for one in people.by_target if one.treatments},
        months=None if option is None else _months(option),
        visits=None if option is None else Span(low=option.visits, high=option.visits),
        days_off=_days_off(option),
        risk=None,
        cost_usd=_cost(option),
        first=_first(gate, plan),
        option=None if option is None else option.id,
        parts=(),
    )
    parts = tuple(_parts(figures, option, people, outlook, today, marks_only=marked and not scarred))
    return figures.model_copy(update={"text": " ".join(part.text for part in parts), "parts": parts})


def main_option(plan: Plan) -> Option | None:
    """The option that the answer is of: the middle one, of two the stronger; None where no option treats anything."""
    useful = [option for option in plan.options if any(step.targets and step.stage != "acne" for step in option.steps)]
    return useful[len(useful) // 2] if useful else None


def _removable(chance: Chances, *, scarred: bool, marked: bool, unknown: bool) -> Removable | None:
    if scarred:
        flat = 0.0 if chance.marks_at_most is None else chance.marks_at_most.value
        return "no" if flat < NO_PERSON_IN_100 else "rarely" if flat < RARELY_UP_TO else "partly"
    if marked:
        return "partly"
    return None if unknown else "nothing_to_treat"


def _chances(people: PeopleResult | None, *, most: int | None) -> Chances:
    """Chances of the option; none of more grades than the highest that today's may be can fall."""
    if people is None:
        return Chances()
    return Chances(
        one_grade=people.one_grade if most is not None and most > 1 else None,
        two_grades=people.two_grades if most is not None and most > 2 else None,
        marks_at_most=people.marks_at_most,
    )


def _months(option: Option) -> Span:
    """To the last visit, and until the result of the last session of each step can be judged."""
    treated = [step for step in option.steps if step.visits] or list(option.steps)
    last = max(step.end_day for step in treated)
    judged = max(
        step.end_day + (planning().volume_after_days if step.result_days is None else step.result_days.high)
        for step in treated
    )
    return Span(low=round(last / DAYS_PER_MONTH, 1), high=round(max(last, judged) / DAYS_PER_MONTH, 1))


def _days_off(option: Option | None) -> Span | None:
    if option is None or option.downtime_days is None:
        return None
    return Span(low=option.downtime_days.low, high=option.downtime_days.high)


def _cost(option: Option | None) -> Cost | None:
    if option is None or option.price_usd is None:
        return None
    visited = {step.treatment for step in option.steps if step.visits}
    return Cost(low=option.price_usd.low, high=option.price_usd.high, complete=not visited & set(option.unpriced))


def _first(gate: Gate, plan: Plan) -> str:
    """What must come first, in one sentence."""
    if gate.state == "not_controlled":
        return "get the acne under control, because new spots make new scars."
    if plan.ask:
        return "answer the open questions, with a doctor where you can."
    if not plan.options:
        return "nothing needs to be done."
    return "talk these options over with a doctor."


def _parts(
    figures: Answer,
    option: Option | None,
    people: PeopleResult | None,
    outlook: Outlook,
    today: int | None,
    *,
    marks_only: bool,
) -> Iterable[AnswerPart]:
    """The sentences in their order, each with what its figures rest on."""
    grades = _rests_on([(outlook.grade_basis.status, outlook.grade_basis.sources)] if outlook.grade_basis else [])
    better = _rests_on([] if people is None else [(people.status, people.sources)])
    steps = _rests_on([] if option is None else [(step.status, step.sources) for step in option.steps])
    fees = None if option is None else option.price_usd
    names = [] if option is None else [s.name for s in option.steps if s.visits and s.treatment in option.unpriced]
    said: tuple[tuple[PartName, str | None, tuple[Status, tuple[SourceKey, ...]]], ...] = (
        (
            "removable",
            text.removable_text(figures.removable, today, figures.chance, figures.better, marks_only=marks_only),
            grades,
        ),
        ("chance", text.chance_text(figures.option, today, figures.chance), grades),
        ("better", text.better_text(figures.better), better),
        ("by_target", text.by_target_text(figures.by_target), better),
        ("time", text.time_text(figures.months, figures.visits, figures.days_off), steps),
        ("risk", text.risk_text(figures.risk), steps),
        ("cost", text.cost_text(figures.cost_usd, names), _rests_on([(fees.status, fees.sources)] if fees else [])),
        ("first", f"First: {figures.first}", ("assumption", ())),
    )
    for part, sentence, (status, sources) in said:
        if sentence:
            yield AnswerPart(part=part, text=sentence, status=status, sources=sources)


def _rests_on(parts: Sequence[tuple[Status, tuple[SourceKey, ...]]]) -> tuple[Status, tuple[SourceKey, ...]]:
    """Weakest status, and every source once."""
    if not parts:
        return "assumption", ()
    return weakest(tuple(status for status, _ in parts)), tuple(dict.fromkeys(key for _, keys in parts for key in keys))
