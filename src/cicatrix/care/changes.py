"""What would change the plan: an answer, a wish, time, or a measurement within its uncertainty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cicatrix.care.plan_text import names
from cicatrix.care.targets import Aims
from cicatrix.knowledge import rules
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TreatmentId
from cicatrix.model.condition import keys_of
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.plan import Assumption, Change, Excluded, Option

__all__ = ["changes"]

WISHES: Final = {
    "avoid": ("preferences.avoid", "Were it not ruled out by wish"),
    "downtime": ("preferences.max_downtime_days", "With more days away from work and company"),
    "budget": ("preferences.budget_usd", "With a larger budget"),
    "no_acne_control": ("preferences.avoid", "With acne treatment in the plan"),
}


def changes(
    findings: Findings,
    gate: Gate,
    aims: Aims,
    excluded: Sequence[Excluded],
    options: Sequence[Option],
    *,
    event_known: bool,
) -> tuple[Change, ...]:
    """Everything that would change the plan, what matters most first.

    Parameters
    ----------
    findings, gate, aims
        What was found, whether acne is under control, and what there is to treat.
    excluded
        Treatments left out, with their reasons.
    options
        With what they assume.
    event_known
        True when the plan keeps the day of an event free.
    """
    return (
        *_gate(gate),
        *_open(options),
        *_waits(excluded),
        *_wishes(excluded),
        *_event(findings, known=event_known),
        *_measured(findings, aims),
    )


def _gate(gate: Gate) -> Iterable[Change]:
    if gate.state == "not_controlled":
        yield Change(
            key="acne.months_clear",
            text="When acne comes under control sooner or later than planned, the steps after it move with it.",
        )
    if gate.state == "unknown":
        yield Change(
            key="acne.months_clear",
            text="Once acne is known to be under control, treatments that wait for it can come in; "
            "if it is not, its treatment comes first.",
        )


def _open(options: Sequence[Option]) -> Iterable[Change]:
    """What another answer than the assumed one would change, over all options."""
    by_key: dict[str, list[Assumption]] = {}
    for option in options:
        for item in option.assumes:
            by_key.setdefault(item.key, []).append(item)
    for key, items in by_key.items():
        widest = max(items, key=lambda item: len(item.treatments))
        text = f"{widest.question} Taken as: {widest.taken_as}. {widest.changes}"
        yield Change(key=key, text=text, treatments=widest.treatments)


def _waits(excluded: Sequence[Excluded]) -> Iterable[Change]:
    """What only has to wait: one change for each rule, where nothing else speaks against the treatment for good."""
    book = {rule.id: rule for rule in rules().rules}
    seen: dict[tuple[str, str], list[TreatmentId]] = {}
    for item in excluded:
        lasting = [reason for reason in item.reasons if reason.effect in ("forbid", "no_use", "preference")]
        for reason in item.reasons:
            if reason.effect == "defer" and not lasting:
                place = (keys_of(book[reason.rule].parsed)[0], reason.until or "")
                seen.setdefault(place, []).append(item.treatment)
    for (key, until), ids in seen.items():
        yield Change(key=key, text=f"{until} Then this can be considered: {names(ids)}.", treatments=tuple(ids))


def _wishes(excluded: Sequence[Excluded]) -> Iterable[Change]:
    for rule, (key, text) in WISHES.items():
        ids = tuple(item.treatment for item in excluded if [reason.rule for reason in item.reasons] == [rule])
        if ids:
            yield Change(key=key, text=f"{text}, this could be considered: {names(ids)}.", treatments=ids)


def _event(findings: Findings, *, known: bool) -> Iterable[Change]:
    if findings.case.preferences.event_date is not None and not known:
        yield Change(
            key="preferences.event_date",
            text="The day of the event is past, or the first day of the plan is not known; "
            "the steps do not allow for it.",
        )


def _measured(findings: Findings, aims: Aims) -> Iterable[Change]:
    if aims.undecided:
        yield Change(
            key="measurement",
            text=f"{aims.undecided} measured scars are of undecided type; the plan counts none of them. "
            "Once a doctor has seen them, they may add treatment of pits, hollows or steep walls.",
        )
    limit = planning().mild_up_to
    if aims.pitted and aims.mild:
        yield Change(
            key="measurement" if findings.area else "scars.boxcar_deep",
            text=f"More than {limit} pitted scars, or one that is narrow and deep, would no longer be mild; "
            "stronger treatments would come in.",
            treatments=planning().too_much_for_mild,
        )
    if findings.area is not None:
        yield Change(key="measurement", text="The capture shows one area; scars elsewhere on the face may add steps.")
