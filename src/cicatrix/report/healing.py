"""Healing day by day, and five treatments side by side, ready to be laid out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cicatrix.knowledge import treatments
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Figure
from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import SIGNS, Healing, Outlook, SignName, Span, Timeline
from cicatrix.model.plan import Days, Option, Plan
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.model.wording import NBSP
from cicatrix.report.fading import Month, month_ticks
from cicatrix.report.numbers import day_range
from cicatrix.report.references import CitedText, References

__all__ = [
    "COMPARED",
    "SIGN_NAMES",
    "BarShown",
    "ComparedShown",
    "HealingShown",
    "LaneShown",
    "TimelineShown",
    "comparison",
    "days_told",
    "healing",
    "timelines",
]

COMPARED: Final[tuple[TreatmentId, ...]] = (
    "laser_resurfacing",
    "dermabrasion",
    "fractional_laser_ablative",
    "chemical_peel_medium",
    "microneedling",
)
"""Treatments that are set side by side in every report, whether an option holds them or not."""

SIGN_NAMES: Final[dict[SignName, str]] = {
    "closed": "Skin not yet closed",
    "redness": "Redness",
    "swelling": "Swelling",
    "bruise": "Bruises",
    "crust": "Crusts or peeling",
    "makeup": "No make-up",
    "work": "Away from work and company",
    "sport": "No sport",
    "sun": "Sun kept off",
}

STRENGTHS: Final = {
    "strong": "Strong",
    "some": "Some",
    "adjunct": "Only beside others",
    "none": "None",
    "avoid": "Avoid",
}
"""How much a treatment does for a kind of scar, in a word or two."""

OWN_ORDER: Final[tuple[Target, ...]] = ("rolling", "boxcar_shallow", "boxcar_deep", "icepick")


@dataclass(frozen=True, slots=True)
class BarShown:
    """A stretch of days: sure until ``likely_last_day``, possible until ``last_day``."""

    first_day: int
    likely_last_day: int
    last_day: int
    treatments: tuple[str, ...]

    @property
    def text(self) -> str:
        """Days in words."""
        if self.last_day <= self.first_day:
            return f"day {self.first_day}"
        if self.likely_last_day >= self.last_day:
            return f"days {self.first_day} to {self.last_day}"
        likely = max(self.likely_last_day, self.first_day)
        return f"day {self.first_day} to day {likely}, up to day {self.last_day}"


@dataclass(frozen=True, slots=True)
class LaneShown:
    """One sign across an option's days."""

    sign: SignName
    name: str
    bars: tuple[BarShown, ...]

    @property
    def label(self) -> str:
        """What a screen reader says at the lane."""
        return f"{self.name}: " + "; ".join(f"{bar.text} ({', '.join(bar.treatments)})" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class TimelineShown:
    """Healing through one option."""

    option: str
    title: str
    text: str
    days: int
    """Length of the axis."""
    ticks: tuple[Month, ...]
    lanes: tuple[LaneShown, ...]
    event_day: int | None
    event: str | None
    """Whether the event stays clear, in words."""


@dataclass(frozen=True, slots=True)
class HealingShown:
    """Healing after one session of one treatment."""

    treatment: TreatmentId
    name: str
    closed: CitedText
    redness: CitedText
    work: CitedText
    closed_days: Days
    redness_days: Days
    back_to_work_days: Days
    signs: tuple[tuple[str, CitedText], ...]
    text: str
    pigment: CitedText | None
    credit: CitedText


@dataclass(frozen=True, slots=True)
class ComparedShown:
    """One of the treatments that are set side by side."""

    treatment: TreatmentId
    name: str
    closed: CitedText | None
    redness: CitedText | None
    work: CitedText | None
    sessions: CitedText | None
    result: CitedText | None
    """When the result shows, counted from the last session."""
    effects: tuple[tuple[str, str], ...]
    """Strength and the kinds of scar that it holds for."""
    pigment: CitedText | None
    options: tuple[str, ...]
    """Options that hold it."""
    left_out: CitedText | None
    """Why no option holds it."""

    @property
    def risk(self) -> tuple[str, str]:
        """The text on brown and pale marks: what fits into a cell, and the rest."""
        return ("", "") if self.pigment is None else _cut(self.pigment.text)


def healing(found: Outlook, options: Sequence[Option], references: References) -> tuple[HealingShown, ...]:
    """Healing after each treatment that some option holds and that is done in a session, in the order of the plan."""
    order = list(dict.fromkeys(step.treatment for option in options for step in option.steps if step.visits))
    known = {one.treatment: one for one in found.healing}
    return tuple(_healing(known[id_], references) for id_ in order if id_ in known)


def _healing(found: Healing, references: References) -> HealingShown:
    return HealingShown(
        treatment=found.treatment,
        name=found.name,
        closed=days_told(found.closed_days, references),
        redness=days_told(found.redness_days, references),
        work=days_told(found.back_to_work_days, references),
        closed_days=found.closed_days,
        redness_days=found.redness_days,
        back_to_work_days=found.back_to_work_days,
        signs=tuple(
            (SIGN_NAMES[sign.sign], references.of(day_range(sign.low, sign.high), sign.status, sign.sources))
            for sign in found.signs
        ),
        text=found.text,
        pigment=None if found.pigment is None else references.told(found.pigment),
        credit=references.of("", found.status, found.sources),
    )


def _cut(text: str, enough: int = 150) -> tuple[str, str]:
    """A text's beginning up to the end of a statement, and its rest; empty where all of it is short enough."""
    ends = [match.end() for match in re.finditer(r"[;.] ", text) if 40 <= match.end() <= enough]
    if len(text) <= enough or not ends:
        return text, ""
    return text[: ends[-1]].rstrip("; "), text[ends[-1] :]


def days_told(days: Days, references: References) -> CitedText:
    """Make a range of days ready to read."""
    return references.of(day_range(days.low, days.high), days.status, days.sources)


def timelines(found: Outlook, options: Sequence[Option]) -> tuple[TimelineShown, ...]:
    """The days of each option, in the order of the plan; an option without anything to show is left out."""
    known = {one.option: one for one in found.timelines}
    return tuple(_timeline(known[option.id], option) for option in options if option.id in known)


def _timeline(found: Timeline, option: Option) -> TimelineShown:
    names = {step.treatment: step.name for step in option.steps}
    ends = [span.last_day for span in found.spans]
    days = 1 + max(1, found.days, *ends, found.event_day or 0)
    return TimelineShown(
        option=option.id,
        title=option.title,
        text=found.text,
        days=days,
        ticks=tuple(month_ticks(days)),
        lanes=tuple(_lanes(found.spans, names)),
        event_day=found.event_day,
        event=_event(found),
    )


def _event(found: Timeline) -> str | None:
    if found.event_day is None:
        return None
    clear = {True: "nothing that shows reaches it", False: "something still shows then", None: "not known"}
    return f"Event on day{NBSP}{found.event_day}: {clear[found.event_clear]}"


def _lanes(spans: Sequence[Span], names: Mapping[TreatmentId, str]) -> Iterable[LaneShown]:
    for sign in SIGNS:
        bars = tuple(_bar(span, names) for span in spans if span.sign == sign)
        if bars:
            yield LaneShown(sign, SIGN_NAMES[sign], bars)


def _bar(span: Span, names: Mapping[TreatmentId, str]) -> BarShown:
    told = tuple(names.get(id_, id_.replace("_", " ")) for id_ in span.treatments)
    return BarShown(span.first_day, span.likely_last_day, span.last_day, told)


def comparison(found: Outlook | None, made: Plan | None, references: References) -> tuple[ComparedShown, ...]:
    """Set ``COMPARED`` side by side; empty without an outlook or a plan."""
    if found is None or made is None:
        return ()
    known = {one.treatment: one for one in found.healing}
    return tuple(_compared(id_, known.get(id_), made, references) for id_ in COMPARED)


def _compared(id_: TreatmentId, found: Healing | None, made: Plan, references: References) -> ComparedShown:
    treatment = treatments()[id_]
    protocol = treatment.protocol
    holding = tuple(option.title for option in made.options if any(step.treatment == id_ for step in option.steps))
    return ComparedShown(
        treatment=id_,
        name=treatment.name,
        closed=None if found is None else days_told(found.closed_days, references),
        redness=None if found is None else days_told(found.redness_days, references),
        work=None if found is None else days_told(found.back_to_work_days, references),
        sessions=None if protocol.sessions is None else references.told(protocol.sessions),
        result=_after(protocol.result_days, references),
        effects=tuple(_effects(id_)),
        pigment=None if found is None or found.pigment is None else references.told(found.pigment),
        options=holding,
        left_out=None if holding else _why_not(id_, made, references),
    )


def _after(figure: Figure | None, references: References) -> CitedText | None:
    """When the result shows."""
    if figure is None:
        return None
    return references.of(f"result after {day_range(*figure.span)}", figure.status, figure.sources)


def _effects(id_: TreatmentId) -> Iterable[tuple[str, str]]:
    """Kinds of sunken scars by what the treatment does for them, the most first."""
    known = {target: treatments()[id_].effect_on(target) for target in OWN_ORDER}
    for strength, word in STRENGTHS.items():
        kinds = [
            FIELD_NAMES[target].removesuffix(" scars")
            for target, effect in known.items()
            if effect and effect.strength == strength
        ]
        if kinds:
            yield word, ", ".join(kinds)


def _why_not(id_: TreatmentId, made: Plan, references: References) -> CitedText | None:
    item = next((item for item in made.excluded if item.treatment == id_), None)
    if item is None:
        return None
    reason = item.reasons[0]
    return references.of(reason.text, reason.status, reason.sources)
