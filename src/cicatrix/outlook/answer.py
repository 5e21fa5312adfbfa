"""The answer: what a person reads first, made from the figures of one option of their own plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cicatrix.care.targets import MARKS, PITTED, RAISED, aims_of
from cicatrix.knowledge.planning import planning
from cicatrix.model.answer import Answer, AnswerPart, Chances, Cost, MainRisk, PartName, Removable, Span
from cicatrix.model.checklist import checklist_of
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.evidence import SourceKey, Statement, Status, weakest
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.outlook import Outlook, PeopleResult
from cicatrix.model.plan import Money, Option, Plan, Step
from cicatrix.model.wording import lower_first, unique
from cicatrix.outlook import answer_text as text
from cicatrix.outlook.result.grades import todays_grade

__all__ = ["NO_PERSON_IN_100", "RARELY_UP_TO", "answer_of", "main_option"]

NO_PERSON_IN_100: Final = 0.005
"""Fraction of people with marks at most, below which scars are not removed."""

RARELY_UP_TO: Final = 0.2
"""The same, below which they are rarely removed."""


_RestsOn = tuple[Status, tuple[SourceKey, ...]]


SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=[A-Z])")
STUDY: Final = re.compile(r"\b\d+ people\b|\bof 100\b")
"""How a sentence quotes people of a study."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the sentences need beyond the figures."""

    plan: Plan
    outlook: Outlook
    option: Option | None
    people: PeopleResult | None
    today: int | None
    marks_only: bool
    skin_known: bool

    @property
    def held_back(self) -> bool:
        """Whether something must pass before the usual treatments are open."""
        return any(one.kind in ("wait", "refer") for one in self.plan.first)


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
    grade = todays_grade(grades, findings)
    known = _Known(
        plan=plan,
        outlook=outlook,
        option=option,
        people=None if option is None else next((one for one in outlook.people if one.option == option.id), None),
        today=None if grade is None else grade.value,
        marks_only=marked and not scarred,
        skin_known=findings.case.person.skin_type is not None,
    )
    people = known.people
    chance = _chances(people, most=None if grade is None else grade.high)
    treated = {} if people is None else {one.target: one.better for one in people.by_target if one.treatments}
    figures = Answer(
        text="",
        removable=_removable(
            chance, scarred=scarred, marked=marked, unknown=bool(aims.unknown), graded=known.today is not None
        ),
        chance=chance,
        better=people.better if people is not None and treated else None,
        by_target=treated,
        months=None if option is None else _months(option),
        visits=None if option is None else Span(low=option.visits, high=option.visits),
        days_off=_days_off(option),
        risk=_risk(option),
        cost_usd=_cost(option),
        first=_first(gate, plan, nothing=not aims.counts and not aims.unknown),
        option=None if option is None else option.id,
        parts=(),
    )
    parts = tuple(_parts(figures, known))
    return figures.model_copy(update={"text": " ".join(part.text for part in parts), "parts": parts})


def main_option(plan: Plan) -> Option | None:
    """The option that the answer is of: the middle one, of two the stronger; None where no option treats anything."""
    useful = [option for option in plan.options if any(step.targets and step.stage != "acne" for step in option.steps)]
    return useful[len(useful) // 2] if useful else None


def _removable(chance: Chances, *, scarred: bool, marked: bool, unknown: bool, graded: bool) -> Removable | None:
    if scarred:
        # Without today's grade nothing better than "rarely" is said: the average holds people with milder scars.
        if chance.marks_at_most is None or (not graded and chance.marks_at_most.value >= NO_PERSON_IN_100):
            return "rarely"
        flat = chance.marks_at_most.value
        return "no" if flat < NO_PERSON_IN_100 else "rarely" if flat < RARELY_UP_TO else "partly"
    if marked:
        return "partly"
    return None if unknown else "nothing_to_treat"


def _chances(people: PeopleResult | None, *, most: int | None) -> Chances:
    """Chances of the option; none of more grades than the highest that today's may be can fall."""
    if people is None or not any(one.treatments for one in people.by_target):
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


def _risk(option: Option | None) -> MainRisk | None:
    """The most frequent change of colour after the option's visits; None where no figure was found."""
    found = () if option is None else tuple(risk for risk in option.risk if risk.event in text.RISKS)
    if not found:
        return None
    main = max(found, key=lambda risk: risk.value or 0.0)
    return MainRisk(text=text.RISKS[main.event], value=main.value, low=main.low, high=main.high)


def _without_trials(told: str) -> str:
    """The text without sentences that quote a study; those stand in the plan."""
    return " ".join(part for part in SENTENCE.split(told) if not STUDY.search(part))


def _first(gate: Gate, plan: Plan, *, nothing: bool) -> str:
    """What must come first, in a few sentences."""
    said = [_without_trials(one.text) for one in plan.first]
    if not said and gate.state == "not_controlled":
        said.append("Get the acne under control, because new spots make new scars.")
    points = checklist_of(plan)
    if points.first:
        said.append("Some steps may start only after a few questions are answered; the checklist begins with them.")
    if points.topics:
        said.append("These options hold only if nothing in the checklist applies to you.")
    if nothing:
        return "Nothing needs to be done."
    if not said:
        told = (
            "Talk these options over with a doctor." if plan.options else "Count the scars and marks, or measure them."
        )
        said.append(told)
    return " ".join(said)


def _parts(figures: Answer, known: _Known) -> Iterable[AnswerPart]:
    """The sentences in their order, each with what its figures rest on."""
    option, basis = known.option, known.outlook.grade_basis
    grades = _rests_on([] if basis is None else [basis])
    better = _rests_on([] if known.people is None else [known.people])
    steps = () if option is None else option.steps
    fees = None if option is None else option.price_usd
    unpriced = [step.name for step in steps if option and step.visits and step.treatment in option.unpriced]
    untreated = [one.target for one in (known.people.by_target if known.people else ()) if not one.treatments]
    verdict = text.removable_text(figures, known.today, marks_only=known.marks_only, held_back=known.held_back)
    said: tuple[tuple[PartName, str | None, _RestsOn], ...] = (
        ("removable", verdict, grades),
        ("chance", text.chance_text(figures, known.today), grades),
        ("better", text.better_text(figures.better), better),
        ("by_target", text.by_target_text(figures.by_target, untreated), better),
        ("time", text.time_text(figures) if figures.better is not None or known.marks_only else None, _rests_on(steps)),
        ("risk", text.risk_text(figures.risk, skin_known=known.skin_known), _rests_on(option.risk if option else ())),
        ("cost", text.cost_text(figures.cost_usd, unpriced), _rests_on([fees] if fees else [])),
        ("first", f"First: {lower_first(figures.first)}", _rests_on(known.plan.first)),
    )
    for part, sentence, (status, sources) in said:
        if sentence:
            yield AnswerPart(part=part, text=sentence, status=status, sources=sources)


def _rests_on(parts: Sequence[Statement | PeopleResult | Step | Money]) -> _RestsOn:
    """Weakest status, and every source once."""
    if not parts:
        return "assumption", ()
    return weakest(tuple(part.status for part in parts)), unique(key for part in parts for key in part.sources)
