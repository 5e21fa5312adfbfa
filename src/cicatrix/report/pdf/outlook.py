"""What the PDF says about what is to come: fading, healing, days across, what is left, grades, simulated pictures.

The words come from the parts that the page shows; here their drawings are laid out. Places and lengths are fractions
of a drawing, from its left or from its foot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cicatrix.model.outlook import Left
from cicatrix.model.plan import Plan, Step
from cicatrix.report.better import BetterRow, BetterShown
from cicatrix.report.fading import FadingShown, MarksShown, Month, month_ticks
from cicatrix.report.healing import BarShown, ComparedShown, HealingShown, TimelineShown
from cicatrix.report.outlook import OutlookShown, SimulationShown
from cicatrix.report.pdf.text import Cited, Cites
from cicatrix.report.pdf.today import short_title

__all__ = [
    "Bar",
    "Curve",
    "Days",
    "Group",
    "HealingLine",
    "Lane",
    "Stretch",
    "Strip",
    "curves",
    "days",
    "healing_lines",
    "improvements",
    "simulation",
    "strips",
]

CURVE_POINTS: Final = 60
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which something shows: sure from ``start`` to ``sure``, possible on to ``end``."""

    start: float
    sure: float
    end: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of a drawing of days: a treatment with its visits, or a sign with its days."""

    name: str
    stretches: tuple[Stretch, ...]
    visits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Days:
    """Day by day through one option."""

    title: str
    steps: tuple[Lane, ...]
    signs: tuple[Lane, ...]
    ticks: tuple[Month, ...]
    event: float | None
    text: str
    alt: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How much better one kind of scar looks with one option; ``low`` and ``high`` hold the middle half of people."""

    name: str
    value: float
    low: float
    high: float
    text: str
    untreated: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Bars of one kind of scar."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Month, ...]
    basis: tuple[Cited, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Probability of each grade after an option: grade, share and text."""

    name: str
    parts: tuple[tuple[str, float, str], ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Curve:
    """How the marks of one colour fade."""

    title: str
    text: str
    line: tuple[Point, ...]
    band: tuple[Point, ...]
    second: tuple[Point, ...]
    ticks: tuple[Month, ...]
    facts: tuple[tuple[str, str], ...]
    learned: str
    longer: tuple[Cited, ...]
    basis: Cited
    alt: str


@dataclass(frozen=True, slots=True)
class HealingLine:
    """Healing after one session of a treatment."""

    name: str
    closed: Cited
    redness: Cited
    work: Cited
    planned: str


def days(plan: Plan | None, found: OutlookShown | None) -> tuple[Days, ...]:
    """One drawing an option, all on the same scale of days; without an outlook the treatments alone."""
    options = () if plan is None else plan.options
    lines = {} if found is None else {line.option: line for line in found.timelines}
    span = float(max((max(option.days, _length(lines.get(option.id))) for option in options), default=0)) or 1.0
    ticks = tuple(month_ticks(span))
    return tuple(_days(option.title, option.steps, lines.get(option.id), span, ticks) for option in options)


def _length(line: TimelineShown | None) -> int:
    return 0 if line is None else line.days


def _days(title: str, steps: Sequence[Step], line: TimelineShown | None, span: float, ticks: tuple[Month, ...]) -> Days:
    event = None if line is None else line.event_day
    text = "" if line is None else " ".join(part for part in (line.text, _ended(line.event)) if part)
    return Days(
        title=title,
        steps=tuple(_step_lane(step, span) for step in steps),
        signs=() if line is None else tuple(Lane(lane.name, _stretches(lane.bars, span)) for lane in line.lanes),
        ticks=ticks,
        event=None if event is None else _share(event, span),
        text=text,
        alt=f"{title} over {span:g} days: visits, treatment at home and what shows. {text}".strip(),
    )


def _ended(sentence: str | None) -> str:
    return "" if not sentence else f"{sentence}."


def _step_lane(step: Step, span: float) -> Lane:
    end = step.end_day / span
    whole = () if step.visits else (Stretch(step.start_day / span, end, end),)
    return Lane(step.name.partition(" (")[0], whole, tuple(day / span for day in step.visits))


def _stretches(bars: Sequence[BarShown], span: float) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(_share(bar.first_day, span), _share(bar.likely_last_day, span), _share(bar.last_day, span))
        for bar in bars
    )


def _share(value: float, whole: float) -> float:
    return min(max(value / whole, 0.0), 1.0)


def improvements(found: OutlookShown | None, cites: Cites) -> tuple[Group, ...]:
    """How much better each kind of scar looks with each option: the typical person and the middle half of people."""
    return () if found is None else tuple(_group(row, cites) for row in found.better)


def _group(row: BetterRow, cites: Cites) -> Group:
    cells = [cell for cell in row.cells if cell is not None]
    bars = tuple(_bar(cell) for cell in cells)
    return Group(
        title=row.name,
        bars=bars,
        ticks=tuple(Month("" if at % 2 else f"{25 * at} %", 0.25 * at) for at in range(5)),
        basis=_bases(cells, cites),
        alt=f"{row.name}, better by: " + "; ".join(f"{bar.name} {bar.text}" for bar in bars),
    )


def _bar(cell: BetterShown) -> Bar:
    half = f"{100 * cell.half_low:.0f}–{100 * cell.half_high:.0f}"
    return Bar(
        name=cell.title.removesuffix(" plan"),
        value=_share(cell.value, 1.0),
        low=_share(cell.half_low, 1.0),
        high=_share(cell.half_high, 1.0),
        text=f"{cell.text} ({half})" if cell.treated else "not treated",
        untreated=not cell.treated,
    )


def _bases(cells: Sequence[BetterShown], cites: Cites) -> tuple[Cited, ...]:
    """What the bars rest on in a few words; options that rest on the same are told together."""
    options: dict[Cited, list[str]] = {}
    for cell in cells:
        if cell.trials:
            basis = cites.told(replace(cell.told, text=f"{cell.trials} trials, {cell.people} people"))
            options.setdefault(basis, []).append(cell.title.removesuffix(" plan"))
    if len(options) == 1:
        return tuple(options)
    return tuple(
        Cited(f"{', '.join(names).capitalize()}: {each.text}", each.note, each.refs) for each, names in options.items()
    )


def strips(found: OutlookShown | None) -> tuple[Strip, ...]:
    """Probability of each Goodman-Baron grade after each option."""
    return tuple(
        Strip(
            name=short_title(after.option),
            parts=tuple((chance.grade, chance.share, chance.text) for chance in after.chances),
            alt=f"{after.title}: {after.label}",
        )
        for after in (() if found is None else found.grades)
    )


def curves(found: MarksShown | None, cites: Cites, longer: int) -> tuple[Curve, ...]:
    """Fading of red and of brown marks without treatment, with at most ``longer`` reasons why some stay longer."""
    return () if found is None else tuple(_curve(colour, cites, longer) for colour in found.colours)


def _curve(shown: FadingShown, cites: Cites, longer: int) -> Curve:
    seen = _thinned(shown.visible)
    low, high = (_line(seen, shown.days, end) for end in (lambda left: left.low, lambda left: left.high))
    return Curve(
        title=shown.title if shown.number is None else f"{shown.title} ({shown.number})",
        text=shown.text,
        line=_line(seen, shown.days, lambda left: left.value),
        band=(*high, *low[::-1]),
        second=_line(_thinned(shown.remaining), shown.days, lambda left: left.value),
        ticks=shown.ticks,
        facts=(("Half of the colour is gone after", shown.half_life), ("Can hardly be seen after", shown.faded)),
        learned=shown.learned or "",
        longer=tuple(cites.told(told) for told in shown.longer[:longer]),
        basis=cites.told(shown.basis),
        alt=shown.label,
    )


def _thinned(course: Sequence[Left]) -> list[Left]:
    """At most ``CURVE_POINTS`` days or one more, the first and the last among them."""
    step = max(1, -(-len(course) // CURVE_POINTS))
    kept = list(course[::step])
    return kept if kept[-1] is course[-1] else [*kept, course[-1]]


def _line(course: Sequence[Left], last: float, of: Callable[[Left], float]) -> tuple[Point, ...]:
    return tuple((round(left.day / last, 5), round(of(left), 5)) for left in course)


def healing_lines(
    found: OutlookShown | None, compared: Sequence[ComparedShown], plan: Plan | None, cites: Cites
) -> tuple[HealingLine, ...]:
    """Healing after the treatments of the plan, then after those that every plan is compared with."""
    if found is None or plan is None:
        return ()
    own = {one.treatment for one in found.healing}
    lines = [_healed(one, _planned(one.treatment, plan), cites) for one in found.healing]
    lines += [_healed(one, "not chosen", cites) for one in compared if one.treatment not in own]
    return tuple(lines)


def _healed(one: HealingShown | ComparedShown, planned: str, cites: Cites) -> HealingLine:
    closed, redness, work = (
        Cited("no figure was found") if told is None else cites.told(told)
        for told in (one.closed, one.redness, one.work)
    )
    return HealingLine(one.name, closed, redness, work, planned)


def _planned(treatment: str, plan: Plan) -> str:
    found = [short_title(one.id).lower() for one in plan.options if treatment in {step.treatment for step in one.steps}]
    return "every option" if len(found) == len(plan.options) > 1 else ", ".join(found)


def simulation(found: SimulationShown | None) -> dict[str, Any] | None:
    """What the simulated pictures show; None without a picture."""
    drawn = [] if found is None else [each for each in found.states if each.drawn]
    if found is None or not drawn:
        return None
    return {
        "option": found.title,
        "text": found.text,
        "notes": found.notes,
        "states": [(each.state, each.title, _said(each.figures[:1])) for each in drawn],
    }


def _said(figures: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{name.lower()} {value}" for name, value in figures)
