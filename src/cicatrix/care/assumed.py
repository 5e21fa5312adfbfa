"""What an option takes as answered, and which questions are open: for one person, from what the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cicatrix.care.plan_text import names, question
from cicatrix.care.rules import Ruling
from cicatrix.knowledge.assumptions import assumptions
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.findings import Count, Findings
from cicatrix.model.gate import Ask
from cicatrix.model.knowledge import Rule, Target
from cicatrix.model.plan import Assumption
from cicatrix.model.target_names import SHORT_NAMES
from cicatrix.model.wording import joined

__all__ = ["assumptions_of", "open_questions", "supposed_counts"]

Rulings = Mapping[TreatmentId, Ruling]

EFFECTS: Final = (
    ("forbid", "not offered: {}"),
    ("defer", "has to wait: {}"),
    ("condition", "only with a condition: {}"),
)
"""What a rule would do to treatments, strongest first."""


def assumptions_of(treated: Sequence[TreatmentId], rulings: Rulings) -> tuple[Assumption, ...]:
    """Questions that nobody answered and that the treatments of an option depend on.

    Parameters
    ----------
    treated
        Treatments of the option.
    rulings
        What the rules say about each treatment.

    Returns
    -------
    tuple[Assumption, ...]
        In the order of ``knowledge/assumptions.toml``: one for each question.
    """
    found: dict[str, dict[TreatmentId, list[Rule]]] = {}
    for id_ in treated:
        for key, rule in rulings[id_].assumes:
            found.setdefault(key, {}).setdefault(id_, []).append(rule)
    book = assumptions()
    rows = [(row.key, row.topic, row.taken_as) for row in book.first]
    rows += [(row.key, row.topic, row.taken_as) for row in book.assume]
    return tuple(
        Assumption(
            key=key,
            question=question(key),
            topic=topic,
            taken_as=taken_as or "",
            changes=_changes(found[key]),
            treatments=tuple(id_ for id_ in TREATMENT_IDS if id_ in found[key]),
        )
        for key, topic, taken_as in rows
        if key in found
    )


def supposed_counts(findings: Findings) -> tuple[Assumption, ...]:
    """The assumption that stands in for counts: usual numbers for the severity that was stated."""
    scars = findings.scars
    if scars.rolling.source != "supposed":
        return ()
    kinds: dict[Target, Count] = {
        "icepick": scars.icepick,
        "boxcar_shallow": scars.boxcar_shallow,
        "boxcar_deep": scars.boxcar_deep,
        "rolling": scars.rolling,
    }
    told = [f"{count.value} {SHORT_NAMES[kind]}" for kind, count in kinds.items() if count.value]
    stated = findings.case.scars
    key = "scars.shape" if stated.shape is None else "scars.rolling"
    return (
        Assumption(
            key=key,
            question=question(key),
            topic="Scars",
            taken_as=joined(told),
            changes="Wide dips ask for subcision, narrow pits for acid in each; counts change how much and how long.",
            treatments=(),
        ),
    )


def _changes(told: Mapping[TreatmentId, Sequence[Rule]]) -> str:
    """What another answer would do to the treatments, each named once under the strongest effect."""
    parts, done = [], set()
    for effect, text in EFFECTS:
        ids = [
            id_
            for id_ in TREATMENT_IDS
            if id_ in told and id_ not in done and any(r.effect == effect for r in told[id_])
        ]
        done.update(ids)
        if ids:
            parts.append(text.format(names(ids)))
    return f"Otherwise {'; '.join(parts)}."


def open_questions(wanted: Iterable[TreatmentId], rulings: Rulings) -> tuple[Ask, ...]:
    """Unanswered questions of the rules: first those that are never assumed, then those that most treatments rest on.

    Parameters
    ----------
    wanted
        Treatments that would be useful and that no known answer takes away.
    rulings
        What the rules say about each treatment.
    """
    first, rest = _waiting(wanted, rulings, never=True), _waiting(wanted, rulings, never=False)
    asks = [_ask(key, ids, first=True) for key, ids in first.items()]
    ranked = sorted(rest.items(), key=lambda item: -len(item[1]))
    return (*asks, *(_ask(key, ids, first=False) for key, ids in ranked if key not in first))


def _waiting(wanted: Iterable[TreatmentId], rulings: Rulings, *, never: bool) -> dict[str, list[TreatmentId]]:
    found: dict[str, list[TreatmentId]] = {}
    for id_ in wanted:
        for key in dict.fromkeys(key for key, _ in (rulings[id_].ask if never else rulings[id_].assumes)):
            found.setdefault(key, []).append(id_)
    order = [row.key for row in assumptions().first]
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]))) if never else found


def _ask(key: str, ids: Sequence[TreatmentId], *, first: bool) -> Ask:
    return Ask(
        key=key,
        question=question(key),
        why=f"It decides whether, or how, these can be offered: {names(ids)}.",
        first=first,
    )
