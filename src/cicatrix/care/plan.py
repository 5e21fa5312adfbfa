"""The plan: options for what was found, why everything else is left out, and what to ask.

Options are generated from what is useful; rules and wishes can only take away; nothing later puts anything back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cicatrix.care.assumed import assumptions_of, open_questions
from cicatrix.care.before import again_of, first_of
from cicatrix.care.changes import changes
from cicatrix.care.condition_values import Answers, answers_of
from cicatrix.care.options import Choice, choose, useful
from cicatrix.care.plan_text import names, question
from cicatrix.care.risks import risks_of
from cicatrix.care.rules import Ruling, cited, ruling
from cicatrix.care.schedule import schedule
from cicatrix.care.sensitivity import flips
from cicatrix.care.steps import step_of, targets_of
from cicatrix.care.targets import PITTED, Aims, aims_of, wish_against
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.evidence import Statement, weakest
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Ask, Gate
from cicatrix.model.knowledge import Treatment
from cicatrix.model.plan import Days, Excluded, Measures, Money, Option, OptionId, Plan, Reason, Step
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
    """

    findings: Findings
    gate: Gate
    answers: Answers
    aims: Aims
    rulings: Mapping[TreatmentId, Ruling]
    against: Mapping[TreatmentId, tuple[Reason, ...]]
    base: tuple[TreatmentId, ...]

    @property
    def skin_type(self) -> int | None:
        """Fitzpatrick type, None when unknown."""
        return self.findings.case.person.skin_type

    @property
    def admissible(self) -> tuple[TreatmentId, ...]:
        """Treatments that are useful and that nothing speaks against."""
        return tuple(
            id_ for id_ in TREATMENT_IDS if id_ not in BASE and not self.against[id_] and self.rulings[id_].offered
        )


BASE: tuple[TreatmentId, ...] = ("acne_control", "sun_protection")


def plan(findings: Findings, gate: Gate, today: date | None = None, scars: Sequence[Scar] = ()) -> Plan:
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

    Returns
    -------
    Plan
        Up to three options, gentlest first, of which none is better than another in every respect.
    """
    person = _consider(findings, gate)
    event_day = _event_day(findings, today)
    chosen, searched = choose(person.admissible, person.aims, person.skin_type, findings.case.preferences.budget_usd)
    if not chosen and person.base:
        chosen = (Choice("gentlest", (), NOTHING),)
    options = tuple(_option(choice, person, event_day) for choice in chosen)
    excluded = _excluded(person, options)
    ask = _ask(person)
    return Plan(
        options=options,
        excluded=excluded,
        ask=ask,
        first=first_of(person.answers),
        again=again_of(person.answers),
        would_change=(
            *changes(findings, gate, person.aims, excluded, options, event_known=event_day is not None),
            *flips(findings, scars, lambda other: _all_chosen(other, gate)),
        ),
        searched=searched,
        weights=Statement(text=planning().text, status=planning().status, sources=planning().sources),
        event_day=event_day,
    )


def _all_chosen(findings: Findings, gate: Gate) -> frozenset[TreatmentId]:
    """Treatments of all options that findings lead to."""
    person = _consider(findings, gate)
    chosen, _ = choose(person.admissible, person.aims, person.skin_type, findings.case.preferences.budget_usd)
    return frozenset(id_ for choice in chosen for id_ in choice.treatments)


def _consider(findings: Findings, gate: Gate) -> _Considered:
    answers = answers_of(findings, gate.state)
    aims = aims_of(findings, gate)
    rulings = ruling(answers)
    avoid = findings.case.preferences.avoid or ()
    wanted = {"acne_control": gate.state == "not_controlled", "sun_protection": bool(aims.counts)}
    base = tuple(id_ for id_ in BASE if wanted[id_] and id_ not in avoid and rulings[id_].offered)
    against = {id_: _against(id_, findings, aims, rulings[id_], base) for id_ in TREATMENT_IDS}
    return _Considered(findings, gate, answers, aims, rulings, against, base)


def _against(
    id_: TreatmentId, findings: Findings, aims: Aims, said: Ruling, base: Sequence[TreatmentId]
) -> tuple[Reason, ...]:
    """Reasons of use and of wishes; the rules speak for themselves."""
    own = treatments()[id_]
    wish = wish_against(own, findings.case.preferences)
    reasons = [wish] if wish else []
    if id_ in BASE:
        if id_ not in base and not wish:
            need = "Acne is not known to be active." if id_ == "acne_control" else "Nothing was found that needs it."
            reasons.append(_ours("not_useful", need))
        return tuple(reasons)
    if not useful(id_, aims):
        reasons.append(_no_use(id_, aims))
    elif own.stage == "adjunct":
        reasons.append(_disputed(own))
    elif aims.mild and id_ in planning().too_much_for_mild:
        reasons.append(_ours("too_much", "Mild scars do not need a treatment as strong as this one."))
    if any(first not in base for first in said.after):
        text = "It may start only when the acne is under control, and the plan holds no acne treatment."
        reasons.append(_ours("no_acne_control", text))
    return tuple(reasons)


def _no_use(id_: TreatmentId, aims: Aims) -> Reason:
    own = treatments()[id_]
    if not aims.counts:
        return _ours("not_useful", "No scars or marks are known that it could treat.")
    if not any(target in aims.counts for target in PITTED) and own.stage in ("field", "tether", "focal", "volume"):
        return _ours(
            "marks_alone",
            "Without pitted scars the skin is not resurfaced or cut: time, sun protection and creams come first.",
        )
    effect = next((effect for effect in own.effects if effect.target in aims.counts), None)
    if effect is None:
        return _ours("not_useful", "It does nothing for what was found.")
    text = f"It is not useful for what was found. {effect.text}."
    return Reason(
        rule="not_useful", text=text, source=cited(effect.sources, effect.status), sources=effect.sources,
        status=effect.status, effect="no_use",
    )  # fmt: skip


def _disputed(own: Treatment) -> Reason:
    """Studies contradict each other on what an adjunct adds: it is named, and not planned."""
    facts = [fact for fact in own.facts if fact.disagrees and fact.topic == "works_on"]
    keys = tuple(dict.fromkeys(key for fact in facts for key in fact.sources))
    status = weakest(tuple(fact.status for fact in facts))
    text = "Studies contradict each other on whether it adds anything; a doctor may add it to needling or laser."
    return Reason(rule="disputed", text=text, source=cited(keys, status), sources=keys, status=status, effect="no_use")


def _ours(rule: str, text: str) -> Reason:
    return Reason(rule=rule, text=text, source=cited((), "assumption"), status="assumption", effect="no_use")


def _event_day(findings: Findings, today: date | None) -> int | None:
    event = findings.case.preferences.event_date
    if event is None or today is None or event < today:
        return None
    return (event - today).days


def _option(choice: Choice, person: _Considered, event_day: int | None) -> Option:
    treated = (*person.base, *choice.treatments)
    slots = schedule(treated, {id_: person.rulings[id_].after for id_ in treated}, event_day)
    steps = tuple(
        step_of(
            slot,
            person.aims,
            person.rulings[slot.treatment],
            person.skin_type,
            _alternatives(slot.treatment, choice, person),
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
        review_days=tuple(last + days for days in planning().review_after_days),
        measures=choice.measures,
        assumes=assumptions_of(treated, person.rulings),
        risk=risks_of(steps, person.skin_type),
    )


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


def _excluded(person: _Considered, options: Sequence[Option]) -> tuple[Excluded, ...]:
    used = {step.treatment for option in options for step in option.steps}
    return tuple(
        Excluded(treatment=id_, name=treatments()[id_].name, reasons=_reasons(id_, person, options))
        for id_ in TREATMENT_IDS
        if id_ not in used
    )


def _reasons(id_: TreatmentId, person: _Considered, options: Sequence[Option]) -> tuple[Reason, ...]:
    """What the rules say first."""
    against, said = person.against[id_], person.rulings[id_].reasons
    if said or against:
        return (*said, *against)
    rivals = [step.treatment for option in options for step in option.steps if id_ in step.alternatives]
    instead = f": {names(tuple(dict.fromkeys(rivals)))}" if rivals else ""
    reason = _ours("not_chosen", f"Nothing speaks against it; by our points other treatments fit better{instead}.")
    return (reason.model_copy(update={"effect": "not_chosen"}),)


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
