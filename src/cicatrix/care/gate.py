"""The gate, which asks whether acne is under control.

Resurfacing skin on which acne goes on makes little sense: new lesions make new scars. No published threshold was found,
so the rule is ours; it is kept as data in ``knowledge/gate.toml``, is called an assumption wherever it is shown, and
``docs/decisions`` says why it is as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cicatrix.knowledge.acne import gate_rule
from cicatrix.model.case import Acne, Person
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Advice, Ask, Gate, GateRule, GateState, Said
from cicatrix.model.grades import Grade, Grades

__all__ = ["gate"]

INFLAMED: Final = ("papule", "pustule", "nodule")

QUESTIONS: Final = {
    "acne.nodules": (
        "How many deep or large inflamed lumps, 5 mm or more (nodules)?",
        "A single nodule means that acne is not under control.",
    ),
    "acne.papules": (
        "How many red bumps without pus, smaller than 5 mm (papules)?",
        "With the pustules they tell how severe acne is now.",
    ),
    "acne.pustules": (
        "How many bumps with pus, smaller than 5 mm (pustules)?",
        "With the papules they tell how severe acne is now.",
    ),
    "acne.months_clear": (
        "For how many months has no new inflamed spot come?",
        "Inflamed spots in the last {months:g} months mean that acne is not under control.",
    ),
}

HALVES: Final = Ask(
    key="acne.papules",
    question="Are more than 5 of the papules and pustules on the same half of the face?",
    why="Up to 5 on half a face is mild; more is moderate, and then acne is not under control. A clinician can tell.",
)


def gate(findings: Findings, grades: Grades) -> Gate:
    """Decide whether acne is under control, say why, and what to ask or to do.

    Parameters
    ----------
    findings
        What was stated; nothing of it comes from a capture.
    grades
        The grades of the same findings; Hayashi's is used.

    Returns
    -------
    Gate
        ``not_controlled`` as soon as one known answer says so, whatever else is unknown. ``controlled`` only on known
        answers. Otherwise ``unknown``, with the questions that would settle it.
    """
    rule = gate_rule()
    acne = findings.case.acne
    against = tuple(_against(acne, grades.hayashi, rule))
    if against:
        return _gate(rule, "not_controlled", against, facts=_for_person(rule.facts, findings.case.person))
    calm = _calm(acne, grades.hayashi, rule)
    ask = tuple(_ask(acne, grades.hayashi, rule))
    if calm:
        return _gate(rule, "controlled", (calm,), ask=ask)
    picking = tuple(fact for fact in rule.facts if fact.part == "picking")
    why = "What was answered does not tell whether acne is under control."
    return _gate(rule, "unknown", (why,), ask=ask, facts=(rule.until_known, *picking))


def _gate(
    rule: GateRule,
    state: GateState,
    reasons: tuple[str, ...],
    *,
    ask: tuple[Ask, ...] = (),
    facts: Iterable[Advice] = (),
) -> Gate:
    told = tuple(
        Advice(part=fact.part, text=fact.text, status=fact.status, sources=fact.sources, computed=fact.computed)
        for fact in facts
    )
    cited = [source for statement in (rule.rule, *told, *rule.about) for source in statement.sources]
    return Gate(
        state=state,
        reasons=reasons,
        ask=ask,
        meanwhile=tuple(fact.text for fact in told if fact.part != "why"),
        sources=tuple(dict.fromkeys(cited)),
        rule=rule.rule,
        facts=told,
        about=rule.about,
    )


def _against(acne: Acne, hayashi: Grade | None, rule: GateRule) -> Iterable[str]:
    """Known answers that say that acne is not under control."""
    if acne.nodules:
        yield f"There {'is 1 nodule' if acne.nodules == 1 else f'are {acne.nodules} nodules'}."
    elif "nodule" in _regions(acne):
        yield "There is at least one nodule."
    if hayashi is not None and hayashi.low >= rule.not_controlled_from:
        yield "There are so many papules and pustules that acne is moderate or worse on Hayashi's scale."
    if acne.months_clear is not None and acne.months_clear < rule.calm_months:
        yield f"New inflamed spots came in the last {rule.calm_months:g} months."


def _calm(acne: Acne, hayashi: Grade | None, rule: GateRule) -> str | None:
    """Why acne is under control, when known answers say so and none speaks against it."""
    if (acne.papules, acne.pustules, acne.nodules) == (0, 0, 0) and not _inflamed_region(acne):
        return "There is no inflamed spot."
    mild = hayashi is not None and hayashi.high < rule.not_controlled_from
    if mild and acne.nodules == 0 and acne.months_clear is not None:
        return f"Acne is mild (Hayashi), and no new inflamed spot has come for {acne.months_clear:g} months."
    return None


def _ask(acne: Acne, hayashi: Grade | None, rule: GateRule) -> Iterable[Ask]:
    """Questions that nobody answered and whose answers could change the state."""
    for key, (question, why) in QUESTIONS.items():
        if getattr(acne, key.partition(".")[2]) is None:
            yield Ask(key=key, question=question, why=why.format(months=rule.calm_months))
    if hayashi is not None and not hayashi.missing and hayashi.low < rule.not_controlled_from <= hayashi.high:
        yield HALVES


def _regions(acne: Acne) -> tuple[str | None, ...]:
    return tuple(getattr(acne.regions, name) for name in type(acne.regions).model_fields)


def _inflamed_region(acne: Acne) -> bool:
    return any(worst in INFLAMED for worst in _regions(acne))


def _for_person(facts: Iterable[Said], person: Person) -> tuple[Said, ...]:
    """What may be said to this person: in pregnancy no medicine is listed that must then not be taken."""
    expecting = bool(person.pregnant) or bool(person.breastfeeding)
    ruled_out = person.sex == "male" or (person.pregnant is False and not expecting)
    return tuple(
        fact for fact in facts if fact.in_pregnancy is None or (not ruled_out if fact.in_pregnancy else not expecting)
    )
