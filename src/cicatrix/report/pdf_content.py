"""What the PDF says about today: the answer, what must be settled first, key figures, grades, options and scars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cicatrix.model import Assessment, Scar
from cicatrix.model.gate import Ask, Gate
from cicatrix.model.grades import Grade, Grades
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Excluded, Option, Plan, Step
from cicatrix.report import words
from cicatrix.report.grades import STATES
from cicatrix.report.numbers import fixed, flipped, shown
from cicatrix.report.palette import MARK_STYLES, STYLES
from cicatrix.report.pdf_text import Cited, cited, clipped, days_range, dollars, duration, stated
from cicatrix.report.plan import TARGETS
from cicatrix.report.references import References

__all__ = [
    "Extent",
    "Fact",
    "GradeLine",
    "LeftOut",
    "OptionColumn",
    "Question",
    "ScarLine",
    "ScarTable",
    "Settle",
    "StepLine",
    "answer",
    "facts",
    "grade_lines",
    "left_out",
    "listed",
    "option_columns",
    "provenance",
    "scar_table",
    "settle",
    "short_title",
]

MINUS: Final = "\N{MINUS SIGN}"
NBSP: Final = "\N{NO-BREAK SPACE}"

TITLES: Final = {"gentlest": "Gentlest", "balanced": "In between", "strongest": "Strongest"}


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of the long lists is shown."""

    scars: int
    asks: int
    left_out: int
    inputs: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A key figure: its name, the figure, and a word on it."""

    name: str
    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and why it matters."""

    question: str
    why: str


@dataclass(frozen=True, slots=True)
class Settle:
    """What must be settled before scars are treated."""

    state: str
    answer: str
    reasons: tuple[str, ...]
    meanwhile: tuple[Cited, ...]
    asks: tuple[Question, ...]
    more: int


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One grade on its scale; ``start`` and ``end`` are fractions of it."""

    name: str
    number: str
    word: str
    ends: tuple[str, str]
    start: float
    end: float
    reading: Cited


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of an option."""

    name: str
    how: str
    when: str
    aims: str
    conditions: int
    note: str


@dataclass(frozen=True, slots=True)
class OptionColumn:
    """One option, laid out beside the others: what is done at home, and in visits."""

    id: str
    title: str
    length: str
    visits: str
    away: Cited
    fees: Cited
    unpriced: str
    home: tuple[StepLine, ...]
    steps: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A treatment in no option, with its weightiest reason."""

    name: str
    reason: Cited
    more: int


@dataclass(frozen=True, slots=True)
class ScarLine:
    """One row of the table of scars."""

    number: int
    sign: str
    kind: str
    sure: str
    width: str
    depth: str
    volume: str
    after: str


@dataclass(frozen=True, slots=True)
class ScarTable:
    """The table of scars; ``more`` are left to the page."""

    rows: tuple[ScarLine, ...]
    more: int
    total: int
    after: str
    """Title of the option behind the last column; empty without one."""


def answer(assessment: Assessment, outlook: Outlook | None) -> tuple[str, ...]:
    """The answer in one to three short paragraphs."""
    said = [] if assessment.plan is None else [assessment.plan.answer]
    if outlook is not None:
        said.append(outlook.text)
    found = " ".join(
        part for part in (words.count_sentence(assessment), words.deepest_sentence(assessment.scars)) if part
    )
    return tuple(clipped(part, 1200) for part in (*said, found))


def settle(gate: Gate | None, plan: Plan | None, references: References, most: int) -> Settle | None:
    """What must be settled first; None when nothing was judged and nothing is to be asked."""
    asks = _asks(gate, plan)
    if gate is None and not asks:
        return None
    said, meaning = ("", "") if gate is None else STATES[gate.state]
    controlled = gate is None or gate.state == "controlled"
    return Settle(
        state="unjudged" if gate is None else gate.state,
        answer=said if controlled else f"{said} {meaning}",
        reasons=() if gate is None else gate.reasons[:3],
        meanwhile=() if gate is None or controlled else _meanwhile(gate, references),
        asks=tuple(Question(clipped(ask.question, 240), clipped(ask.why, 240)) for ask in asks[:most]),
        more=max(0, len(asks) - most),
    )


def _asks(gate: Gate | None, plan: Plan | None) -> list[Ask]:
    """Questions of gate and plan, each key once."""
    every = (*(() if gate is None else gate.ask), *(() if plan is None else plan.ask))
    return list({ask.key: ask for ask in reversed(every)}.values())[::-1]


def _meanwhile(gate: Gate, references: References) -> tuple[Cited, ...]:
    wanted = [fact for fact in gate.facts if fact.part in ("first", "until_known", "parallel")]
    return tuple(stated(references, fact) for fact in wanted[:4])


def facts(assessment: Assessment) -> tuple[Fact, ...]:
    """Key figures, five at most."""
    return tuple(_facts(assessment))


def _facts(assessment: Assessment) -> Iterable[Fact]:
    scars = assessment.scars
    if scars:
        yield Fact("Scars in the picture", str(len(scars)), _kinds(scars))
        yield from _extreme(scars)
    if assessment.marks:
        counts = Counter[str](mark.kind for mark in assessment.marks)
        said = ", ".join(f"{counts[kind]} {MARK_STYLES[kind].name.lower()}" for kind in MARK_STYLES if counts[kind])
        yield Fact("Marks in the picture", str(len(assessment.marks)), said)
    severity = None if assessment.grades is None else assessment.grades.goodman_baron_qualitative
    if severity is not None:
        yield Fact("Goodman and Baron, 1 to 4", _grade_number(severity), severity.word or "")
    options = () if assessment.plan is None else assessment.plan.options
    if options:
        visits = sorted(option.visits for option in options)
        days = sorted(option.days for option in options)
        spread = f"{visits[0]}" if visits[0] == visits[-1] else f"{visits[0]}–{visits[-1]}"
        yield Fact("Visits", spread, f"over {duration(days[0], days[-1])}")


def _kinds(scars: Sequence[Scar]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in words.kind_counts(scars).items())


def _extreme(scars: Sequence[Scar]) -> Iterable[Fact]:
    """The deepest scar; the highest only where none is sunken."""
    sunken = [scar for scar in scars if scar.kind != "raised"]
    scar = max(sunken or scars, key=lambda one: abs(one.depth_mm.value))
    size = words.depth(scar)
    name = "Deepest" if sunken else "Highest"
    yield Fact(name, f"{size.value}{NBSP}mm", f"{size.interval} mm, scar {scars.index(scar) + 1}")


def _grade_number(one: Grade) -> str:
    return str(one.low) if one.value is not None else f"{one.low}–{one.high}"


def grade_lines(found: Grades | None, references: References) -> tuple[GradeLine, ...]:
    """Every grade that could be given."""
    if found is None:
        return ()
    named = (getattr(found, key) for key in type(found).model_fields)
    return tuple(_grade(one, references) for one in named if one is not None)


def _grade(one: Grade, references: References) -> GradeLine:
    span = one.highest - one.lowest
    return GradeLine(
        name=one.name,
        number=_grade_number(one),
        word=one.word or "",
        ends=(str(one.lowest), str(one.highest)),
        start=(one.low - one.lowest) / span,
        end=(one.high - one.lowest) / span,
        reading=cited(references.of(one.reading, one.status, (one.source,))),
    )


def option_columns(plan: Plan | None, references: References) -> tuple[OptionColumn, ...]:
    """The options side by side."""
    return () if plan is None else tuple(_option(option, references) for option in plan.options)


def _option(option: Option, references: References) -> OptionColumn:
    names: dict[str, str] = {step.treatment: step.name for step in option.steps}
    unknown = Cited("no figure was found for some step")
    return OptionColumn(
        id=option.id,
        title=option.title,
        length=f"{duration(option.days)} ({option.days} days)",
        visits=str(option.visits) if option.visits else "none; all is done at home",
        away=unknown if option.downtime_days is None else days_range(option.downtime_days, references),
        fees=Cited("no public price was found") if option.price_usd is None else dollars(option.price_usd, references),
        unpriced="" if option.price_usd is None else ", ".join(names.get(id_, id_) for id_ in option.unpriced),
        home=tuple(_step(step, references) for step in option.steps if not step.visits),
        steps=tuple(_step(step, references) for step in option.steps if step.visits),
    )


def _step(step: Step, references: References) -> StepLine:
    told = cited(references.of("", step.status, ()))
    return StepLine(
        name=step.name,
        how=_how(step),
        when=f"day {step.start_day}" if step.start_day == step.end_day else f"days {step.start_day}–{step.end_day}",
        aims=", ".join(TARGETS[target] for target in step.targets),
        conditions=len(step.conditions),
        note=told.note,
    )


def _how(step: Step) -> str:
    if not step.visits:
        return "daily, at home"
    return "1 session" if step.sessions == 1 else f"{step.sessions} sessions, {step.interval_days:g} days apart"


def short_title(option: str) -> str:
    """Name an option in a word or two."""
    return TITLES.get(option, option)


WEIGHT: Final = ("forbid", "defer", "unknown", "preference", "no_use", "not_chosen")


def left_out(plan: Plan | None, references: References, most: int) -> tuple[tuple[LeftOut, ...], int]:
    """Treatments in no option, those that safety forbids first, and how many are not listed."""
    every = [] if plan is None else sorted(plan.excluded, key=lambda item: WEIGHT.index(_weightiest(item)))
    shown_ones = [item for item in every if _weightiest(item) != "not_chosen"][:most]
    return tuple(_left_out(item, references) for item in shown_ones), len(every) - len(shown_ones)


def _weightiest(item: Excluded) -> str:
    return min((reason.effect for reason in item.reasons), key=WEIGHT.index)


def _left_out(item: Excluded, references: References) -> LeftOut:
    reason = min(item.reasons, key=lambda one: WEIGHT.index(one.effect))
    until = f" Waits until: {reason.until[0].lower()}{reason.until[1:]}" if reason.until else ""
    return LeftOut(
        item.name, cited(references.of(reason.text + until, reason.status, reason.sources)), len(item.reasons) - 1
    )


def listed(scars: Sequence[Scar], most: int) -> tuple[int, ...]:
    """Places of the scars that the table shows: the largest by volume, in the order of their numbers."""
    ranked = sorted(range(len(scars)), key=lambda at: (-abs(scars[at].volume_mm3.value), at))
    return tuple(sorted(ranked[:most]))


def scar_table(assessment: Assessment, outlook: Outlook | None, most: int) -> ScarTable | None:
    """The table of scars, cut after ``most`` rows; None without scars."""
    scars = assessment.scars
    if not scars:
        return None
    option, after = _afterwards(outlook)
    rows = tuple(_scar(at + 1, scars[at], after.get(scars[at].id, "")) for at in listed(scars, most))
    return ScarTable(rows=rows, more=len(scars) - len(rows), total=len(scars), after=option if after else "")


def _afterwards(outlook: Outlook | None) -> tuple[str, dict[str, str]]:
    """Expected depth of each scar after the last option that has any."""
    if outlook is None or not outlook.scars:
        return "", {}
    option = outlook.scars[-1].option
    wanted = (scar for scar in outlook.scars if scar.option == option)
    return TITLES[option].lower(), {
        scar.id: f"{size.value} ({size.interval})"
        for scar in wanted
        for size in [shown(flipped(scar.depth_mm) if scar.depth_mm.value < 0 else scar.depth_mm)]
    }


def _scar(number: int, scar: Scar, after: str) -> ScarLine:
    depth, width = words.depth(scar), shown(scar.width_mm)
    volume = shown(flipped(scar.volume_mm3) if scar.kind == "raised" else scar.volume_mm3)
    side = " above" if scar.kind == "raised" else ""
    return ScarLine(
        number=number,
        sign=STYLES[scar.kind].sign,
        kind=words.name(scar),
        sure=words.probability(scar.kind_probability.get(scar.kind, max(scar.kind_probability.values()))),
        width=f"{width.value} ({width.interval})",
        depth=f"{depth.value} ({depth.interval}){side}",
        volume=f"{volume.value} ({volume.interval})",
        after=after,
    )


def provenance(assessment: Assessment, most: int) -> str:
    """One paragraph on what made this result."""
    made = assessment.provenance
    inputs = [f"{clipped(each.name, 40)} {each.sha256[:8]}" for each in made.inputs[:most]]
    if len(made.inputs) > most:
        inputs.append(f"and {len(made.inputs) - most} more in assessment.json")
    libraries = ", ".join(f"{name} {number}" for name, number in sorted(made.libraries.items()))
    scale = fixed(assessment.capture.pixel_mm * 1000, 1)
    return (
        f"Cicatrix {made.cicatrix}, Python {made.python}, {libraries}. One pixel is {scale} µm."
        f" Inputs, with the first eight digits of their SHA-256: {', '.join(inputs) or 'none'}."
        " Every figure, setting and full hash is in assessment.json beside this file."
    )
