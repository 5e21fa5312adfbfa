"""What there is to treat, and which treatments can do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from cicatrix.care.gain import gain_of
from cicatrix.care.rules import cited
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import Preferences, TreatmentId
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.knowledge import Target, Treatment
from cicatrix.model.plan import Money, Reason

__all__ = [
    "MARKS",
    "PITTED",
    "RAISED",
    "Aims",
    "Prices",
    "aims_of",
    "benefit",
    "downtime_of",
    "fee_of",
    "sessions_for",
    "sessions_of",
    "wish_against",
]

PITTED: Final[tuple[Target, ...]] = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")
RAISED: Final[tuple[Target, ...]] = ("hypertrophic", "keloid")
PAPULAR: Final[tuple[Target, ...]] = ("papular",)
MARKS: Final[tuple[Target, ...]] = ("red", "brown")

Prices = Mapping[TreatmentId, Money]
"""A clinic's own fees for one session."""


@dataclass(frozen=True, slots=True)
class Aims:
    """What there is to treat.

    Attributes
    ----------
    counts
        Number by target, without those that are not there or not known.
    unknown
        Targets of which nobody said how many there are.
    undecided
        Measured scars of undecided type.
    """

    counts: dict[Target, int]
    unknown: tuple[Target, ...]
    undecided: int

    @property
    def pitted(self) -> int:
        """Number of pitted scars of known type."""
        return sum(self.counts.get(target, 0) for target in PITTED)

    @property
    def scars(self) -> int:
        """Number of scars of known type."""
        return self.pitted + sum(self.counts.get(target, 0) for target in (*RAISED, *PAPULAR))

    @property
    def mild(self) -> bool:
        """Few pitted scars, and none that goes deep."""
        deep = self.counts.get("icepick", 0) + self.counts.get("boxcar_deep", 0)
        return self.pitted <= planning().mild_up_to and deep == 0

    def share(self, target: Target) -> float:
        """How much a target weighs among all, 0 to 1."""
        weight = {t: n * (planning().mark_counts if t in MARKS else 1.0) for t, n in self.counts.items()}
        return weight.get(target, 0.0) / sum(weight.values())

    def enough(self, target: Target) -> float:
        """Least benefit that counts as treating a target."""
        mild = planning().enough_mild if self.mild else {}
        return mild.get(target, planning().enough[target])


def aims_of(findings: Findings, gate: Gate) -> Aims:
    """What there is to treat: scars and marks by number, and acne when it is not under control.

    Raised scars that were measured and not told apart count as hypertrophic: what is done for them, silicone and
    injections, is right for keloids too.
    """
    scars, marks = findings.scars, findings.marks
    found = {
        "icepick": scars.icepick.value,
        "boxcar_shallow": scars.boxcar_shallow.value,
        "boxcar_deep": scars.boxcar_deep.value,
        "rolling": scars.rolling.value,
        "hypertrophic": scars.hypertrophic.value,
        "keloid": scars.keloid.value,
        "papular": scars.papular.value,
        "red": marks.red.value,
        "brown": marks.brown.value,
    }
    if found["hypertrophic"] is None and found["keloid"] is None and scars.raised.value:
        found["hypertrophic"] = scars.raised.value
    if marks.mixed:
        found["red"], found["brown"] = (found["red"] or 0) + marks.mixed, (found["brown"] or 0) + marks.mixed
    counts: dict[Target, int] = {
        target: found[target] or 0 for target in (*PITTED, *RAISED, *PAPULAR, *MARKS) if found[target]
    }
    if gate.state == "not_controlled":
        counts["acne"] = 1
    unknown = tuple(target for target in (*PITTED, *RAISED, *MARKS) if found[target] is None)
    return Aims(counts, unknown, scars.undecided)


def sessions_of(treatment: Treatment) -> int:
    """Usual number of sessions: the figure given, else the middle of the range; 1 for what is done daily."""
    figure = treatment.protocol.sessions
    if figure is None or treatment.home:
        return 1
    low, high = figure.span
    return round(figure.value) if figure.value is not None and low == high else round((low + high) / 2)


def sessions_for(treatment: Treatment, aims: Aims) -> int:
    """Sessions for what there is to treat: the usual number, more where only so many scars are done in one session."""
    limit = planning().most_a_session.get(treatment.id)
    if limit is None:
        return sessions_of(treatment)
    scars = sum(aims.counts.get(target, 0) for target in planning().focal_for[treatment.id])
    return max(sessions_of(treatment), min(planning().most_sessions, ceil(scars / limit)))


def downtime_of(treatment: Treatment) -> float:
    """Days of one session for choosing: at most, and where no figure was found the assumed ones."""
    if treatment.home:
        return 0.0
    figure = treatment.protocol.downtime_days
    return planning().assumed_downtime_days.get(treatment.id, 0.0) if figure is None else figure.span[1]


def fee_of(treatment: Treatment, prices: Prices | None = None) -> Money | None:
    """Fee of one session: the clinic's own, the figure that was found, or a rough one of ours; None for home care."""
    own = (prices or {}).get(treatment.id)
    if own is not None:
        return own
    figure = treatment.protocol.price_usd
    if figure is not None:
        low, high = figure.span
        return Money(low=low, high=high, status=figure.status, sources=figure.sources)
    rough = planning().fees_usd.get(treatment.id)
    return None if rough is None else Money(low=rough[0], high=rough[1], status="assumption")


def wish_against(treatment: Treatment, wishes: Preferences, prices: Prices | None = None) -> Reason | None:
    """Why the person's wishes speak against a treatment; None when they do not. Unknown downtime is not too long."""
    downtime, price = treatment.protocol.downtime_days, fee_of(treatment, prices)
    if wishes.avoid and treatment.id in wishes.avoid:
        return _wish("avoid", "You asked not to have this treatment.")
    longest = 0.0 if downtime is None or treatment.home else downtime.span[1]
    if wishes.max_downtime_days is not None and longest > wishes.max_downtime_days:
        days = f"{longest:g} days" if longest != 1 else "1 day"
        text = f"It can take up to {days} away from work and company; {wishes.max_downtime_days} was the limit."
        return _wish("downtime", text)
    if wishes.budget_usd is not None and price is not None:
        most = price.high * sessions_of(treatment)
        if most > wishes.budget_usd:
            text = f"Its fees can come to {most:,.0f} US dollars, above the budget of {wishes.budget_usd:,.0f}."
            return _wish("budget", f"{text} Source: {cited(price.sources, price.status)}.")
    return None


def _wish(rule: str, text: str) -> Reason:
    return Reason(rule=rule, text=text, source="what was stated", status="assumption", effect="preference")


def benefit(treatment: TreatmentId, target: Target) -> float:
    """Expected gain of one usual course, 0 to 1, by which treatments are chosen."""
    return gain_of(treatment, target)
