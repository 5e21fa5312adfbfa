"""What the PDF says about what is to come: fading, healing, days across, what is left, grades, simulated pictures.

Places and lengths are fractions of their drawing, from its left or from its foot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import (
    SIGNS,
    Fading,
    Left,
    NewScars,
    Outlook,
    Result,
    SignName,
    SimulatedState,
    Span,
    Timeline,
)
from cicatrix.model.plan import Option, Plan, Step
from cicatrix.model.quantity import Measured
from cicatrix.report.pdf_content import short_title
from cicatrix.report.pdf_text import MONTH_DAYS, Cited, about, cited, days_range, duration, share_text, stated
from cicatrix.report.plan import TARGETS
from cicatrix.report.references import References

__all__ = [
    "COMPARED",
    "Bar",
    "Curve",
    "GradeStrip",
    "Group",
    "HealingLine",
    "Lane",
    "Stretch",
    "Tick",
    "TimelineShown",
    "fading_curves",
    "grade_strips",
    "healing_lines",
    "new_scars",
    "remaining",
    "simulation",
    "states",
    "timelines",
]

COMPARED: Final = (
    "laser_resurfacing",
    "dermabrasion",
    "fractional_laser_ablative",
    "chemical_peel_medium",
    "microneedling",
)
"""Treatments whose healing is always shown, so that options can be seen against them."""

SIGN_NAMES: Final[dict[SignName, str]] = {
    "closed": "Skin open",
    "redness": "Redness",
    "swelling": "Swelling",
    "bruise": "Bruise",
    "crust": "Crusts",
    "makeup": "No make-up",
    "work": "Off work, company",
    "sport": "No sport",
    "sun": "Keep sun off",
}

STATES: Final[tuple[tuple[str, str], ...]] = (
    ("before", "Today, as measured"),
    ("expected", "Expected"),
    ("better", "Better end of the interval"),
    ("worse", "Worse end of the interval"),
)

CURVE_POINTS: Final = 60
TOP_MOST: Final = 1.5
"""Bars end at one and a half of today; what reaches beyond is drawn as reaching beyond."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which something shows: sure from ``start`` to ``sure``, possible on to ``end``."""

    start: float
    sure: float
    end: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of a timeline: a treatment with its visits, or a sign with its days."""

    name: str
    stretches: tuple[Stretch, ...]
    visits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineShown:
    """Day by day through one option."""

    title: str
    steps: tuple[Lane, ...]
    signs: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    event: float | None
    event_word: str
    text: str
    alt: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What is left of one kind of scar with one option, as fractions of the axis."""

    name: str
    value: float
    low: float
    high: float
    beyond: bool
    text: str
    untreated: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Bars of one kind of scar."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    basis: tuple[Cited, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class GradeStrip:
    """Probability of each grade after an option."""

    name: str
    parts: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """How the marks of one colour fade."""

    title: str
    text: str
    line: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float], ...]
    visible: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    facts: tuple[tuple[str, str], ...]
    longer: tuple[Cited, ...]
    basis: Cited
    alt: str


@dataclass(frozen=True, slots=True)
class HealingLine:
    """Healing after one session of a treatment."""

    name: str
    closed: Cited
    redness: Cited
    back: Cited
    planned: str
    text: str


def timelines(plan: Plan | None, outlook: Outlook | None) -> tuple[TimelineShown, ...]:
    """One drawing an option, all on the same scale of days; without an outlook the treatments alone."""
    options = () if plan is None else plan.options
    known = {} if outlook is None else {line.option: line for line in outlook.timelines}
    ends = [(option.days, known[option.id].days if option.id in known else 0) for option in options]
    span = float(max((max(pair) for pair in ends), default=0)) or 1.0
    event = None if plan is None else plan.event_day
    return tuple(_timeline(option, known.get(option.id), span, event) for option in options)


def _timeline(option: Option, line: Timeline | None, span: float, event_day: int | None) -> TimelineShown:
    event = event_day if line is None or line.event_day is None else line.event_day
    clear = None if line is None else line.event_clear
    text = "" if line is None else line.text
    return TimelineShown(
        title=option.title,
        steps=tuple(_step_lane(step, span) for step in option.steps),
        signs=() if line is None else tuple(_sign_lanes(line.spans, span)),
        ticks=month_ticks(span),
        event=None if event is None or event > span else event / span,
        event_word={True: "event: clear", False: "event: not clear", None: "event"}[clear],
        text=text,
        alt=f"Days of {short_title(option.id).lower()} plan from day 0 to {span:g}. {text}".strip(),
    )


def _step_lane(step: Step, span: float) -> Lane:
    end = step.end_day / span
    whole = () if step.visits else (Stretch(step.start_day / span, end, end),)
    return Lane(step.name, whole, tuple(day / span for day in step.visits))


def _sign_lanes(spans: Sequence[Span], span: float) -> Iterable[Lane]:
    for sign in SIGNS:
        found = sorted((one for one in spans if one.sign == sign), key=lambda one: one.first_day)
        stretches = tuple(
            Stretch(_share(one.first_day, span), _share(one.likely_last_day, span), _share(one.last_day, span))
            for one in found
            if one.last_day > one.first_day
        )
        if stretches:
            yield Lane(SIGN_NAMES[sign], stretches)


def _share(day: float, span: float) -> float:
    return min(max(day / span, 0.0), 1.0)


def month_ticks(span: float, most: int = 12) -> tuple[Tick, ...]:
    """Months along ``span`` days; weeks where it is shorter than three months."""
    step, unit = (7.0, "wk") if span < 3 * MONTH_DAYS else (MONTH_DAYS, "mo")
    count = int(span / step)
    every = max(1, -(-count // most))
    return tuple(Tick(at * step / span, f"{at} {unit}" if at else "start") for at in range(0, count + 1, every))


def remaining(outlook: Outlook | None, plan: Plan | None, references: References) -> tuple[Group, ...]:
    """Depth that is left of each kind of scar: untreated first, then with each option."""
    if outlook is None or not outlook.result:
        return ()
    kinds = list(dict.fromkeys(one.target for one in outlook.result))
    highest = max(max(one.remaining.high, one.untreated.high) for one in outlook.result)
    top = min(max(1.0, highest), TOP_MOST)
    days: dict[str, int] = {} if plan is None else {option.id: option.days for option in plan.options}
    return tuple(
        _group(kind, [one for one in outlook.result if one.target == kind], top, days, references) for kind in kinds
    )


def _group(
    kind: Target, results: Sequence[Result], top: float, days: Mapping[str, int], references: References
) -> Group:
    longest = max(results, key=lambda one: days.get(one.option, 0))
    bars = [_bar("Untreated", longest.untreated, top, untreated=True)]
    bars += [_bar(short_title(one.option), one.remaining, top) for one in results]
    title = TARGETS[kind].capitalize()
    return Group(
        title=title,
        bars=tuple(bars),
        ticks=_share_ticks(top),
        basis=_bases(results, references),
        alt=f"{title}, depth left as a share of today: " + "; ".join(f"{bar.name} {bar.text}" for bar in bars),
    )


def _bar(name: str, share: Measured, top: float, *, untreated: bool = False) -> Bar:
    def on_axis(value: float) -> float:
        return min(max(value / top, 0.0), 1.0)

    return Bar(
        name=name,
        value=on_axis(share.value),
        low=on_axis(share.low),
        high=on_axis(share.high),
        beyond=share.high > top,
        text=share_text(share),
        untreated=untreated,
    )


def _share_ticks(top: float) -> tuple[Tick, ...]:
    count = int(top / 0.25 + 1e-9)
    return tuple(Tick(at * 0.25 / top, f"{at * 25} %" if at % 2 == 0 else "") for at in range(count + 1))


def _bases(results: Sequence[Result], references: References) -> tuple[Cited, ...]:
    """What the bars rest on, options that rest on the same together."""
    options: dict[Cited, list[str]] = {}
    for one in results:
        basis = cited(references.of(one.basis, one.status, one.sources))
        options.setdefault(basis, []).append(short_title(one.option))
    if len(options) == 1:
        return tuple(options)
    return tuple(Cited(f"{', '.join(names)}: {each.text}", each.note, each.refs) for each, names in options.items())


def grade_strips(outlook: Outlook | None) -> tuple[GradeStrip, ...]:
    """Probability of each Goodman-Baron grade after each option."""
    found = {} if outlook is None else outlook.grade_probability
    return tuple(GradeStrip(short_title(option), tuple(_parts(shares))) for option, shares in found.items())


def _parts(shares: Mapping[Literal["1", "2", "3", "4"], float]) -> Iterable[tuple[str, float, str]]:
    whole = sum(shares.values()) or 1.0
    for name, part in sorted(shares.items()):
        share = part / whole
        yield name, share, f"{round(100 * share)} %"


def fading_curves(outlook: Outlook | None, references: References) -> tuple[Curve, ...]:
    """Fading of red and of brown marks without treatment."""
    if outlook is None:
        return ()
    named = (("Red marks", outlook.marks.red), ("Brown marks", outlook.marks.brown))
    return tuple(_curve(title, fading, references) for title, fading in named if fading is not None)


def _curve(title: str, fading: Fading, references: References) -> Curve:
    last = float(max(left.day for left in (*fading.remaining, *fading.visible))) or 1.0
    along = _thinned(fading.remaining)
    low, high = _line(along, last, lambda left: left.low), _line(along, last, lambda left: left.high)
    return Curve(
        title=title if fading.number is None else f"{title} ({fading.number})",
        text=fading.text,
        line=_line(along, last, lambda left: left.value),
        band=(*high, *low[::-1]),
        visible=_line(_thinned(fading.visible), last, lambda left: left.value),
        ticks=month_ticks(last, 8),
        facts=tuple(_fading_facts(fading)),
        longer=tuple(stated(references, statement) for statement in fading.longer[:3]),
        basis=cited(references.of(fading.basis, fading.status, fading.sources)),
        alt=f"{title} without treatment over {duration(last)}: colour left, its 95 % interval, and marks still seen.",
    )


def _fading_facts(fading: Fading) -> Iterable[tuple[str, str]]:
    yield "Half of the colour is gone after", about(fading.half_life_days)
    yield "Can hardly be seen after", about(fading.faded_days)
    if fading.learned_from:
        yield "Learned from later visits", str(fading.learned_from)


def _thinned(course: Sequence[Left]) -> list[Left]:
    """At most ``CURVE_POINTS`` days, the first and the last among them."""
    step = max(1, -(-len(course) // CURVE_POINTS))
    kept = list(course[::step])
    return kept if kept[-1] is course[-1] else [*kept, course[-1]]


def _line(course: Sequence[Left], last: float, of: Callable[[Left], float]) -> tuple[tuple[float, float], ...]:
    return tuple((round(left.day / last, 5), round(of(left), 5)) for left in course)


def healing_lines(plan: Plan | None, outlook: Outlook | None, references: References) -> tuple[HealingLine, ...]:
    """Healing after the treatments of the plan and after those it is compared with; none without a plan."""
    if plan is None or outlook is None or not plan.options:
        return ()
    visited = {step.treatment: option for option in reversed(plan.options) for step in option.steps if step.visits}
    wanted = [one for one in outlook.healing if one.treatment in visited or one.treatment in COMPARED]
    wanted.sort(key=lambda one: one.treatment not in visited)
    return tuple(
        HealingLine(
            name=one.name,
            closed=days_range(one.closed_days, references),
            redness=days_range(one.redness_days, references),
            back=days_range(one.back_to_work_days, references),
            planned=_planned(one.treatment, plan),
            text=one.text,
        )
        for one in wanted
    )


def _planned(treatment: str, plan: Plan) -> str:
    found = [
        short_title(option.id) for option in plan.options if treatment in {step.treatment for step in option.steps}
    ]
    return "all options" if len(found) == len(plan.options) > 1 else ", ".join(found).lower() or "not chosen"


def new_scars(found: NewScars | None, references: References) -> Cited | None:
    """What acne would add."""
    if found is None:
        return None
    return cited(references.of(f"{found.text} {found.basis}", found.status, found.sources))


def states(outlook: Outlook | None, pictures: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """State, title and word of each simulated picture that there is."""
    if outlook is None or outlook.simulation is None:
        return ()
    given = set(pictures)
    known = {state.state: state for state in outlook.simulation.states}
    return tuple((name, title, _gone(known[name])) for name, title in STATES if name in known and name in given)


def _gone(state: SimulatedState) -> str:
    return "" if state.state == "before" else f"{state.removed_mm3:.2g} mm³ of scars gone"


def simulation(outlook: Outlook | None) -> dict[str, Any] | None:
    """What the simulated pictures show."""
    if outlook is None or outlook.simulation is None:
        return None
    shown = outlook.simulation
    return {"title": short_title(shown.option).lower(), "text": shown.text, "notes": shown.notes}
