"""What the PDF says about today: the answer, what must be settled first, key figures, grades, options and scars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cicatrix.model import Assessment, Scar
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import OPTION_NAMES, Days, Excluded, Option, OptionId, Plan, Step
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.report import report_text
from cicatrix.report.answer import AnswerShown, IconArray
from cicatrix.report.corrections import DAGGER, by_hand, kind_by_hand
from cicatrix.report.grades import PARTS, GateShown, GradeShown, GradesShown
from cicatrix.report.numbers import day_range, fixed, flipped, months, shown
from cicatrix.report.palette import STYLES
from cicatrix.report.pdf.text import Cited, Cites, clipped
from cicatrix.report.plan import PlanShown, dollars

__all__ = [
    "Extent",
    "GradeLine",
    "LeftOut",
    "OptionColumn",
    "Question",
    "ScarLine",
    "ScarTable",
    "Settle",
    "StepLine",
    "answer",
    "grade_lines",
    "left_out",
    "listed",
    "option_columns",
    "provenance",
    "scar_table",
    "settle",
    "short_title",
]

TITLES: Final[dict[OptionId, str]] = {id_: name.capitalize() for id_, name in OPTION_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of the long lists is shown."""

    scars: int
    asks: int
    left_out: int
    inputs: int
    longer: int
    brief: bool
    """Whether sources are listed without their titles, in small type."""
    tight: bool = False
    """Whether margins and drawings are made smaller."""


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """The block that the letter begins with."""

    verdict: Cited | None
    lines: tuple[tuple[str, Cited], ...]
    people: IconArray | None
    option: str
    found: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and why it matters."""

    question: str
    why: str


@dataclass(frozen=True, slots=True)
class Settle:
    """What must be settled before scars are treated."""

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
    unpriced: int
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


def answer(assessment: Assessment, shown: AnswerShown | None, cites: Cites) -> AnswerSet:
    """The answer: its verdict, its figures one a line, and what was measured."""
    found = " ".join(
        part
        for part in (report_text.count_sentence(assessment), report_text.deepest_sentence(assessment.scars))
        if part
    )
    return AnswerSet(
        verdict=None if shown is None else cites.told(shown.verdict),
        lines=() if shown is None else tuple((line.label, cites.told(line.told)) for line in shown.lines),
        people=None if shown is None or shown.people is None else shown.people,
        option="" if shown is None or shown.option is None else shown.option,
        found=clipped(found, 1200),
    )


def checklist(plan: PlanShown | None) -> dict[str, Any] | None:
    """What comes before some steps, and what is taken as usual, by topic; None where everything was answered."""
    if plan is None or not plan.checklist.number:
        return None
    return {
        "first": [(item.text, ", ".join(item.steps)) for item in plan.checklist.first],
        "topics": [
            (topic, [f"{clipped(item.text, 240)} (taken as: {item.taken_as})" for item in items])
            for topic, items in plan.checklist.topics
        ],
    }


def settle(gate: GateShown | None, plan: PlanShown | None, cites: Cites, most: int) -> Settle | None:
    """What must be settled first; None when nothing was judged and nothing is to be asked."""
    every = (*(() if gate is None else gate.ask), *(() if plan is None else plan.ask))
    asks = list({ask.key: ask for ask in reversed(every)}.values())[::-1]
    if gate is None and not asks:
        return None
    controlled = gate is None or gate.state == "controlled"
    return Settle(
        answer="" if gate is None else gate.answer if controlled else f"{gate.answer} {gate.meaning}",
        reasons=() if gate is None else gate.reasons[:3],
        meanwhile=() if gate is None or controlled else _meanwhile(gate, cites),
        asks=tuple(Question(clipped(ask.question, 240), clipped(ask.why, 240)) for ask in asks[:most]),
        more=max(0, len(asks) - most),
    )


def _meanwhile(gate: GateShown, cites: Cites) -> tuple[Cited, ...]:
    """The first sentences on what to do meanwhile, and not those on why."""
    titles = {PARTS[part] for part in ("first", "parallel", "until_known")}
    wanted = [part.sentences[:2] for part in gate.parts if part.title in titles]
    return tuple(cites.told(told) for sentences in wanted for told in sentences)[:4]


def grade_lines(found: GradesShown | None, cites: Cites) -> tuple[GradeLine, ...]:
    """Every grade that could be given."""
    return () if found is None else tuple(_grade(one, cites) for one in found.graded)


def _grade(one: GradeShown, cites: Cites) -> GradeLine:
    start, length = float(one.start) / 100, float(one.length) / 100
    reading = cites.told(replace(one.status, text=one.reading))
    return GradeLine(one.name, one.number, one.word or "", one.ends, start, start + length, reading)


def option_columns(plan: Plan | None, cites: Cites) -> tuple[OptionColumn, ...]:
    """The options side by side."""
    return () if plan is None else tuple(_option(option, cites) for option in plan.options)


def _option(option: Option, cites: Cites) -> OptionColumn:
    return OptionColumn(
        id=option.id,
        title=option.title,
        length=f"{months(option.days)} ({option.days} days)",
        visits=str(option.visits) if option.visits else "none; all is done at home",
        away=_away(option.downtime_days, cites),
        fees=_fees(option, cites),
        unpriced=0 if option.price_usd is None else len(option.unpriced),
        home=tuple(_step(step, cites) for step in option.steps if not step.visits),
        steps=tuple(_step(step, cites) for step in option.steps if step.visits),
    )


def _away(days: Days | None, cites: Cites) -> Cited:
    if days is None:
        return Cited("no figure was found for some step")
    return cites.of(day_range(days.low, days.high), days.status, days.sources)


def _fees(option: Option, cites: Cites) -> Cited:
    fees = option.price_usd
    if fees is None:
        return Cited("no public price was found")
    return cites.of(f"about {dollars(fees)} US dollars", fees.status, fees.sources)


def _step(step: Step, cites: Cites) -> StepLine:
    return StepLine(
        name=step.name,
        how=_how(step),
        when=f"day {step.start_day}" if step.start_day == step.end_day else f"days {step.start_day}–{step.end_day}",
        aims=", ".join(FIELD_NAMES[target] for target in step.targets),
        conditions=len(step.conditions),
        note=cites.of("", step.status).note,
    )


def _how(step: Step) -> str:
    if not step.visits:
        return "daily, at home"
    return "1 session" if step.sessions == 1 else f"{step.sessions} sessions, {step.interval_days:g} days apart"


def short_title(option: OptionId) -> str:
    """Name an option in a word."""
    return TITLES[option]


WEIGHT: Final = ("forbid", "defer", "unknown", "preference", "no_use", "not_chosen")


def left_out(plan: Plan | None, cites: Cites, most: int) -> tuple[tuple[LeftOut, ...], int]:
    """Treatments in no option, those that safety forbids first, and how many are not listed."""
    every = [] if plan is None else sorted(plan.excluded, key=lambda item: WEIGHT.index(_weightiest(item)))
    shown_ones = [item for item in every if _weightiest(item) != "not_chosen"][:most]
    return tuple(_left_out(item, cites) for item in shown_ones), len(every) - len(shown_ones)


def _weightiest(item: Excluded) -> str:
    return min((reason.effect for reason in item.reasons), key=WEIGHT.index)


def _left_out(item: Excluded, cites: Cites) -> LeftOut:
    reason = min(item.reasons, key=lambda one: WEIGHT.index(one.effect))
    until = f" Waits until: {reason.until[0].lower()}{reason.until[1:]}" if reason.until else ""
    return LeftOut(item.name, cites.of(reason.text + until, reason.status, reason.sources), len(item.reasons) - 1)


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
    touched, said = by_hand(assessment), kind_by_hand(assessment)
    rows = tuple(
        _by_hand(_scar(at + 1, scars[at], after.get(scars[at].id, "")), scars[at].id, touched, said)
        for at in listed(scars, most)
    )
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


def _by_hand(line: ScarLine, name: str, touched: Collection[str], said: Collection[str]) -> ScarLine:
    """The row with a dagger where the scar was corrected by hand."""
    if name not in touched:
        return line
    return replace(line, kind=f"{line.kind}{DAGGER}", sure="by hand" if name in said else line.sure)


def _scar(number: int, scar: Scar, after: str) -> ScarLine:
    depth, width = report_text.depth(scar), shown(scar.width_mm)
    volume = shown(flipped(scar.volume_mm3) if scar.kind == "raised" else scar.volume_mm3)
    side = " above" if scar.kind == "raised" else ""
    return ScarLine(
        number=number,
        sign=STYLES[scar.kind].sign,
        kind=report_text.name(scar),
        sure=report_text.probability(scar.kind_probability.get(scar.kind, max(scar.kind_probability.values()))),
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
    changed = len({(row.what, row.id) for row in assessment.corrections})
    by_hand_ = f"Corrected by hand ({DAGGER}): {changed}, each listed on the page. " if changed else ""
    return (
        f"{by_hand_}Cicatrix {made.cicatrix}, Python {made.python}, {libraries}. One pixel is {scale} µm."
        f" Inputs, with the first eight digits of their SHA-256: {', '.join(inputs) or 'none'}."
        " Every figure, setting and full hash is in assessment.json beside this file."
    )
