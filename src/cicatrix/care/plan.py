"""The plan: options for what was found, why everything else is left out, and what to ask.

Options are generated from what is useful; rules and wishes can only take away; nothing later puts anything back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cicatrix.care.assumed import assumptions_of, open_questions, supposed_counts
from cicatrix.care.before import again_of, first_of
from cicatrix.care.changes import changes
from cicatrix.care.condition_values import Answers, answers_of
from cicatrix.care.left_out import BASE, Needs, left_out, reasons_against
from cicatrix.care.options import Choice, Wanted, choose, useful
from cicatrix.care.plan_text import question
from cicatrix.care.risks import risks_of
from cicatrix.care.rules import Ruling, ruling
from cicatrix.care.schedule import schedule
from cicatrix.care.sensitivity import flips
from cicatrix.care.steps import step_of, targets_of
from cicatrix.care.targets import Aims, Prices, aims_of, sessions_for
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.evidence import Statement, weakest
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Ask, Gate
from cicatrix.model.plan import Days, Measures, Money, Option, OptionId, Plan, Reason, Step
from cicatrix.model.scar import Scar

__all__ = ["plan"]

TITLES: dict[OptionId, str] = {
    "gentlest": "Gentle plan",
    "balanced": "Balanced plan",
    "strongest": "Strong plan",
}

COUNTS = ("scars.icepick", "scars.boxcar_shallow", "scars.boxcar_deep", "scars.rolling", "marks.red", "marks.brown")

NOTHING = Measures(gain=0.0, downtime_days=0.0, burden=0.0, pigment=0.0, cost_usd=0.0, days=0.0, treated=0)


@dataclass(frozen=True, slots=True)
class _Considered:
    """Everything about one person that the parts below need.

    Attributes
    ----------
    findings, gate
        What was found, and whether acne is under control.
    answers
        As numbers, for the rules.
    aims
        What there is to treat.
    rulings
        What the rules say about every treatment.
    against
        Reasons of use and of wishes against a treatment.
    base
        What every option starts with: acne treatment and sun protection.
    wanted
        What every option must keep to.
    """

    findings: Findings
    gate: Gate
    answers: Answers
    aims: Aims
    rulings: Mapping[TreatmentId, Ruling]
    against: Mapping[TreatmentId, tuple[Reason, ...]]
    base: tuple[TreatmentId, ...]
    wanted: Wanted

    @property
    def admissible(self) -> tuple[TreatmentId, ...]:
        """Treatments that are useful and that nothing speaks against."""
        return tuple(
            id_ for id_ in TREATMENT_IDS if id_ not in BASE and not self.against[id_] and self.rulings[id_].offered
        )


def plan(
    findings: Findings,
    gate: Gate,
    today: date | None = None,
    scars: Sequence[Scar] = (),
    *,
    include: Sequence[TreatmentId] = (),
    prices: Prices | None = None,
) -> Plan:
    """Make the plan.

    Parameters
    ----------
    findings
        What was stated, joined with what was measured.
    gate
        Whether acne is under control.
    today
        First day of the plan; needed to keep the day of an event free. Without it an event is named among what would
        change the plan.
    scars
        The measured scars behind the findings, to say which of them would change the plan within their uncertainty.
    include
        Treatments that every option must hold, where nothing speaks against them; ``excluded`` says why not otherwise.
    prices
        A clinic's own fees for one session, in place of those that were found or assumed.

    Returns
    -------
    Plan
        Up to three options, gentlest first, of which none is better than another in every respect.
    """
    person = _consider(findings, gate, tuple(include), prices)
    event_day = _event_day(findings, today)
    chosen, searched = choose(person.admissible, person.aims, person.wanted)
    if not chosen and person.base:
        chosen = (Choice("gentlest", (), NOTHING),)
    options = tuple(_option(choice, person, event_day) for choice in chosen)
    excluded = left_out(person.against, person.rulings, options)
    ask = _ask(person)
    return Plan(
        options=options,
        excluded=excluded,
        ask=ask,
        first=first_of(person.answers),
        again=again_of(person.answers),
        would_change=(
            *changes(findings, gate, person.aims, excluded, options, event_known=event_day is not None),
            *flips(findings, scars, lambda other: _all_chosen(other, gate, person.wanted)),
        ),
        searched=searched,
        weights=Statement(text=planning().text, status=planning().status, sources=planning().sources),
        event_day=event_day,
    )


def _all_chosen(findings: Findings, gate: Gate, wanted: Wanted) -> frozenset[TreatmentId]:
    """Treatments of all options that findings lead to."""
    person = _consider(findings, gate, wanted.treatments, wanted.prices)
    chosen, _ = choose(person.admissible, person.aims, person.wanted)
    return frozenset(id_ for choice in chosen for id_ in choice.treatments)


def _consider(findings: Findings, gate: Gate, include: tuple[TreatmentId, ...], prices: Prices | None) -> _Considered:
    answers = answers_of(findings, gate.state)
    aims = aims_of(findings, gate)
    rulings = ruling(answers)
    avoid = findings.case.preferences.avoid or ()
    needed = {"acne_control": gate.state == "not_controlled", "sun_protection": bool(aims.counts)}
    base = tuple(id_ for id_ in BASE if needed[id_] and id_ not in avoid and rulings[id_].offered)
    cross = "icepick" in aims.counts and rulings["tca_cross"].offered and "tca_cross" not in avoid
    needs = Needs(aims, findings.case.preferences, gate.state, base, cross=cross, prices=prices)
    against = {id_: reasons_against(id_, rulings[id_], needs) for id_ in TREATMENT_IDS}
    case = findings.case
    wanted = Wanted(
        skin_type=case.person.skin_type,
        budget_usd=case.preferences.budget_usd,
        treatments=include,
        tethered=case.scars.flattened_by_stretching is True and "rolling" in aims.counts,
        prices=prices,
    )
    return _Considered(findings, gate, answers, aims, rulings, against, base, wanted)


def _event_day(findings: Findings, today: date | None) -> int | None:
    event = findings.case.preferences.event_date
    if event is None or today is None or event < today:
        return None
    return (event - today).days


def _option(choice: Choice, person: _Considered, event_day: int | None) -> Option:
    treated = (*person.base, *choice.treatments)
    sessions = {id_: sessions_for(treatments()[id_], person.aims) for id_ in treated}
    slots = schedule(treated, {id_: person.rulings[id_].after for id_ in treated}, event_day, sessions)
    steps = tuple(
        step_of(
            slot,
            person.aims,
            person.rulings[slot.treatment],
            person.wanted.skin_type,
            _alternatives(slot.treatment, choice, person),
            person.wanted.prices,
        )
        for slot in slots
    )
    visits = {day for step in steps for day in step.visits}
    last = max((step.end_day for step in steps), default=0)
    priced = [step.price_usd for step in steps if step.price_usd]
    return Option(
        id=choice.id,
        title=TITLES[choice.id],
        steps=steps,
        days=last,
        visits=len(visits),
        downtime_days=_downtime(steps),
        price_usd=_fees(priced),
        unpriced=tuple(step.treatment for step in steps if step.price_usd is None),
        forgoes=_forgoes(treated, person),
        review_days=tuple(last + days for days in planning().review_after_days),
        measures=choice.measures,
        assumes=(*supposed_counts(person.findings), *assumptions_of(treated, person.rulings)),
        risk=risks_of(steps, person.wanted.skin_type),
    )


def _forgoes(treated: Sequence[TreatmentId], person: _Considered) -> tuple[Statement, ...]:
    """What an option leaves out although the scars ask for it: release of the tethers of wide hollows."""
    stretch = person.findings.case.scars.flattened_by_stretching
    if "rolling" not in person.aims.counts or "subcision" in treated or stretch is False or person.aims.mild:
        return ()
    if not any(treatments()[id_].effect_on("rolling") for id_ in treated):
        return ()
    effect = treatments()["subcision"].effect_on("rolling")
    sources, status = (effect.sources, effect.status) if effect else ((), "assumption")
    text = (
        "This option does not cut the strands that pull wide hollows down (subcision). "
        "Where such strands are there, work on the surface alone does less."
    )
    return (Statement(text=text, status=status, sources=sources),)


def _alternatives(id_: TreatmentId, choice: Choice, person: _Considered) -> tuple[TreatmentId, ...]:
    if id_ in person.base:
        return ()
    own = treatments()[id_]
    aimed = set(targets_of(own, person.aims))
    return tuple(
        other
        for other in person.admissible
        if other not in choice.treatments
        and treatments()[other].stage == own.stage
        and aimed & set(targets_of(treatments()[other], person.aims))
    )


def _downtime(steps: Sequence[Step]) -> Days | None:
    """Of all sessions; sessions on one day count once, with the longer downtime."""
    by_day: dict[int, Days] = {}
    for step in steps:
        if step.visits and step.downtime_days is None:
            return None
        for day in step.visits:
            own, other = step.downtime_days, by_day.get(day)
            if own and (other is None or own.high > other.high):
                by_day[day] = own
    if not by_day:
        return Days(low=0, high=0, status="assumption")
    parts = list(by_day.values())
    return Days(
        low=sum(part.low for part in parts),
        high=sum(part.high for part in parts),
        status=weakest(tuple(part.status for part in parts)),
        sources=tuple(dict.fromkeys(key for part in parts for key in part.sources)),
    )


def _fees(parts: Sequence[Money]) -> Money | None:
    if not parts:
        return None
    return Money(
        low=sum(part.low for part in parts),
        high=sum(part.high for part in parts),
        status=weakest(tuple(part.status for part in parts)),
        sources=tuple(dict.fromkeys(key for part in parts for key in part.sources)),
    )


def _ask(person: _Considered) -> tuple[Ask, ...]:
    """Open questions: what there is to treat, whether acne is calm, then what decides on a useful treatment."""
    wanted = [id_ for id_ in TREATMENT_IDS if person.rulings[id_].offered and not person.against[id_]]
    asks = open_questions(wanted, person.rulings)
    gate = list(person.gate.ask) if person.gate.state == "unknown" and _waits_for_gate(person) else []
    gate = [item.model_copy(update={"first": True}) for item in gate]
    counts = [] if person.aims.counts else [
        Ask(key=key, question=question(key), why="Without it there is nothing to plan for.", first=True)
        for key in COUNTS if key.partition(".")[2] in person.aims.unknown
    ]  # fmt: skip
    return tuple({item.key: item for item in (*counts, *gate, *asks)}.values())


def _waits_for_gate(person: _Considered) -> bool:
    waiting = (
        condition.rule == "acne_unknown"
        for id_ in TREATMENT_IDS
        if useful(id_, person.aims)
        for condition in person.rulings[id_].conditions
    )
    return any(waiting) or not person.aims.counts
