"""Why treatments are left out: reasons of use and of wishes, and what no option holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cicatrix.care.options import useful
from cicatrix.care.rules import Ruling, cited
from cicatrix.care.targets import PITTED, Aims, Prices, benefit, downtime_of, sessions_of, wish_against
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, Preferences, TreatmentId
from cicatrix.model.evidence import weakest
from cicatrix.model.gate import GateState
from cicatrix.model.knowledge import Treatment
from cicatrix.model.plan import Excluded, Option, Reason

__all__ = ["BASE", "Needs", "left_out", "reasons_against"]

BASE: Final[tuple[TreatmentId, ...]] = ("acne_control", "sun_protection")
"""What every option starts with, where it is needed."""

PART_OF_ACNE_CONTROL: Final[tuple[TreatmentId, ...]] = ("topical_retinoid", "azelaic_acid")
"""Creams that are part of the treatment of active acne: they are not planned beside it again."""

TOO_MANY: Final = "There are too many pits to cut out or lift one by one; acid in each comes first."
AFTER_CROSS: Final = (
    "Acid in each narrow pit comes first. Cutting is for single pits wider than 3 mm, and for those that are left "
    "after it."
)

Against = Mapping[TreatmentId, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class Needs:
    """What there is to treat, and what the person wants.

    Attributes
    ----------
    aims
        What there is to treat.
    wishes
        What the person wants of a plan.
    state
        Whether acne is under control.
    base
        What every option starts with.
    cross
        True where narrow pits can have acid in each (TCA CROSS).
    prices
        A clinic's own fees for one session.
    """

    aims: Aims
    wishes: Preferences
    state: GateState
    base: Sequence[TreatmentId]
    cross: bool = False
    prices: Prices | None = None


def reasons_against(id_: TreatmentId, said: Ruling, needs: Needs) -> tuple[Reason, ...]:
    """Reasons of use and of wishes against a treatment; the rules speak for themselves.

    Parameters
    ----------
    id_
        The treatment.
    said
        What the rules say about it.
    needs
        What there is to treat, and what the person wants.
    """
    own = treatments()[id_]
    wish = wish_against(own, needs.wishes, needs.prices)
    reasons = [wish] if wish else []
    if id_ in BASE:
        if id_ not in needs.base and not wish:
            need = "Acne is not known to be active." if id_ == "acne_control" else "Nothing was found that needs it."
            reasons.append(_ours("not_useful", need))
        return tuple(reasons)
    if not useful(id_, needs.aims):
        reasons.append(_no_use(id_, needs.aims))
    elif own.stage == "adjunct":
        reasons.append(_disputed(own))
    elif needs.aims.mild and id_ in planning().too_much_for_mild and "papular" not in needs.aims.counts:
        reasons.append(_ours("too_much", "Mild scars do not need a treatment as strong as this one."))
    elif _too_many(own, needs.aims):
        reasons.append(_ours("too_many", TOO_MANY))
    elif id_ == "punch_excision" and needs.cross and "icepick" in needs.aims.counts:
        reasons.append(_ours("after_cross", AFTER_CROSS))
    elif needs.state == "not_controlled" and id_ in PART_OF_ACNE_CONTROL and "acne_control" in needs.base:
        reasons.append(_ours("part_of_acne_control", "It belongs to the treatment of the acne, which comes first."))
    if any(first not in needs.base for first in said.after):
        text = "It may start only when the acne is under control, and the plan holds no acne treatment."
        reasons.append(_ours("no_acne_control", text))
    return tuple(reasons)


def _too_many(own: Treatment, aims: Aims) -> bool:
    limit = planning().most_a_session.get(own.id)
    if limit is None:
        return False
    scars = sum(aims.counts.get(target, 0) for target in planning().focal_for[own.id])
    return scars > limit * planning().most_sessions


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


def left_out(
    against: Against, rulings: Mapping[TreatmentId, Ruling], options: Sequence[Option]
) -> tuple[Excluded, ...]:
    """Every treatment that is in no option, with its reasons.

    Parameters
    ----------
    against
        Reasons of use and of wishes against each treatment.
    rulings
        What the rules say about each treatment.
    options
        The options of the plan.
    """
    used = {step.treatment for option in options for step in option.steps}
    return tuple(
        Excluded(treatment=id_, name=treatments()[id_].name, reasons=_reasons(id_, against[id_], rulings[id_], options))
        for id_ in TREATMENT_IDS
        if id_ not in used
    )


def _reasons(
    id_: TreatmentId, against: tuple[Reason, ...], said: Ruling, options: Sequence[Option]
) -> tuple[Reason, ...]:
    """What the rules say first."""
    if said.reasons or against:
        return (*said.reasons, *against)
    rivals = [step.treatment for option in options for step in option.steps if id_ in step.alternatives]
    reason = _ours("not_chosen", f"Nothing speaks against it. {_compared(id_, rivals)}")
    return (reason.model_copy(update={"effect": "not_chosen"}),)


def _compared(id_: TreatmentId, rivals: Sequence[TreatmentId]) -> str:
    """What the treatments that were chosen in its place have over it, with the figures that decided."""
    if not rivals:
        return "By expected gain and burden other treatments fit better."
    rival = rivals[-1]
    targets = [target for target in PITTED if benefit(id_, target) > 0.0 and benefit(rival, target) > 0.0]
    gains = [f"{100 * max(benefit(other, target) for target in targets):.0f}" for other in (id_, rival) if targets]
    text = f"{treatments()[rival].name} was chosen in its place"
    if gains:
        text += f": the best expected gain is {gains[1]} against {gains[0]} of 100"
    days = [downtime_of(treatments()[other]) * sessions_of(treatments()[other]) for other in (id_, rival)]
    if days[1] < days[0]:
        text += f", with up to {days[1]:g} against {days[0]:g} days away"
    pigment = [planning().pigment.get(other, 0.0) for other in (id_, rival)]
    return f"{text}{', and fewer brown marks' if pigment[1] < pigment[0] else ''}."
