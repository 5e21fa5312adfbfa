"""The page for the person: the same result in plain words, ready to be laid out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from cicatrix.model import Assessment
from cicatrix.model.checklist import Checklist, checklist_of
from cicatrix.model.evidence import weakest
from cicatrix.model.gate import Ask, GateState
from cicatrix.model.plan import Option
from cicatrix.model.target_names import PLAIN_NAMES
from cicatrix.model.wording import NBSP, counted, upper_first
from cicatrix.report import report_text
from cicatrix.report.answer import AnswerShown, answer
from cicatrix.report.better import BetterRow, BetterShown
from cicatrix.report.fading import MarksShown
from cicatrix.report.healing import days_told
from cicatrix.report.numbers import months
from cicatrix.report.outlook import OutlookShown, SimulationShown, outlook
from cicatrix.report.plan import dollars
from cicatrix.report.references import CitedText, Note, References
from cicatrix.report.results import GradesAfter

__all__ = ["BetterLine", "HealLine", "PatientShown", "StepLine", "Way", "patient", "rounded"]

NEARLY_ALL: Final = 0.98

GATES: Final[dict[GateState, tuple[str, str]]] = {
    "controlled": ("Your acne seems calm.", "By our rule, the scars can be treated now. Your doctor decides."),
    "not_controlled": (
        "Treat the acne first.",
        "New spots can leave new scars. So the acne comes first, then the scars.",
    ),
    "unknown": ("We do not know yet if your acne is calm.", "Answer the questions below with your doctor."),
}

QUESTIONS: Final = (
    "Which of my scars would you treat first, and which would you leave alone?",
    "How often do you do these treatments, and can I see results in skin like mine?",
    "What is the risk of brown or pale marks in my skin, and how do you lower it?",
    "How many days will I need to stay at home, and whom do I call if it heals badly?",
    "What does all of it cost, and what if I need more sessions?",
    "How will we know after three and six months that it worked?",
)
ACNE_QUESTION: Final = "Is my acne calm enough to treat the scars now? If not, what do we do first?"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a way, in a line."""

    name: str
    how: str
    summary: str


@dataclass(frozen=True, slots=True)
class BetterLine:
    """How much better one kind of scar is likely to look."""

    name: str
    words: str
    half: str


@dataclass(frozen=True, slots=True)
class Way:
    """One option as a card."""

    id: str
    title: str
    home: tuple[StepLine, ...]
    visits: tuple[StepLine, ...]
    facts: tuple[tuple[str, str], ...]
    better: tuple[BetterLine, ...]
    chance: str | None
    """How many people of 100 have mild scars or less afterwards, in a sentence."""


@dataclass(frozen=True, slots=True)
class HealLine:
    """What healing after one session of a treatment is like."""

    name: str
    text: str
    closed: CitedText
    redness: CitedText
    work: CitedText


@dataclass(frozen=True, slots=True)
class PatientShown:
    """The whole page."""

    found: str
    answer: AnswerShown | None
    state: GateState | None
    gate: tuple[str, str] | None
    first: tuple[str, ...]
    """What to do first where acne is not calm."""
    checklist: Checklist | None
    ask: tuple[Ask, ...]
    """Open questions that are not on the checklist."""
    fading: MarksShown | None
    faded: tuple[CitedText, ...]
    """What each colour's curve rests on."""
    ways: tuple[Way, ...]
    basis: CitedText | None
    healing: tuple[HealLine, ...]
    healing_all: str
    """What holds for every treatment alike, said once."""
    new_scars: str | None
    simulation: SimulationShown | None
    questions: tuple[str, ...]
    limits: tuple[str, ...]
    references: tuple[Note, ...]


def patient(assessment: Assessment, *, drawn: Collection[str] = ()) -> PatientShown:
    """Lay the page out; ``drawn`` names the states of the simulation that there is a picture of."""
    made = assessment.plan
    everything = outlook(assessment.outlook, made, References(), drawn=drawn)
    references = References()
    answered = answer(assessment, references)
    control = assessment.gate
    points = None if made is None else checklist_of(made)
    fading = None if everything is None else everything.marks
    healing, common = _said_once(tuple(_healing(assessment, references)))
    return PatientShown(
        found=report_text.count_sentence(assessment),
        answer=answered,
        state=None if control is None else control.state,
        gate=None if control is None else GATES[control.state],
        first=() if control is None or control.state == "controlled" else control.reasons,
        checklist=points if points and points.number else None,
        ask=tuple(ask for ask in _asked(assessment) if points is None or ask.key not in points.keys),
        fading=fading,
        faded=() if fading is None else tuple(_faded(assessment, references)),
        ways=() if made is None else tuple(_way(option, everything) for option in made.options),
        basis=_basis(assessment, references),
        healing=healing,
        healing_all=common,
        new_scars=None if everything is None or everything.new_scars is None else everything.new_scars.text,
        simulation=None if everything is None else everything.simulation,
        questions=tuple(_questions(assessment)),
        limits=tuple(_limits(assessment)),
        references=references.listed,
    )


def _asked(assessment: Assessment) -> Iterable[Ask]:
    """What the gate and the plan would need to know, each question once."""
    known: dict[str, Ask] = {}
    if assessment.gate is not None:
        known |= {ask.key: ask for ask in assessment.gate.ask}
    if assessment.plan is not None:
        known |= {ask.key: known.get(ask.key, ask) for ask in assessment.plan.ask}
    return known.values()


def _faded(assessment: Assessment, references: References) -> Iterable[CitedText]:
    if assessment.outlook is None:
        return
    for one in (assessment.outlook.marks.red, assessment.outlook.marks.brown):
        if one is not None:
            yield references.of("", one.status, one.sources)


def _way(option: Option, everything: OutlookShown | None) -> Way:
    grades = None if everything is None else next((one for one in everything.grades if one.option == option.id), None)
    rows = () if everything is None else everything.better
    cells = [(row, cell) for row in rows for cell in row.cells if cell is not None and cell.title == option.title]
    treated = any(cell.treated for _, cell in cells)
    return Way(
        id=option.id,
        title=option.title,
        home=tuple(StepLine(step.name, "at home", step.summary) for step in option.steps if not step.visits),
        visits=tuple(
            StepLine(step.name, counted(step.sessions, "session", gap=NBSP), step.summary)
            for step in option.steps
            if step.visits
        ),
        facts=tuple(_facts(option)),
        better=tuple(_better(row, cell) for row, cell in cells) if treated else (),
        chance=_chance(grades) if grades is not None and treated else None,
    )


def _unpriced_visits(option: Option) -> bool:
    """Whether no fee is known for some step at the doctor's."""
    return any(step.visits and step.treatment in option.unpriced for step in option.steps)


def _facts(option: Option) -> Iterable[tuple[str, str]]:
    yield "Time", f"about {months(option.days)}" if option.days else "no set time"
    yield "Visits", str(option.visits) if option.visits else "none, all at home"
    away = option.downtime_days
    if away is None:
        yield "Days off", "not known for some step"
    else:
        span = f"{away.high:g}" if away.low == away.high else f"{away.low:g} to {away.high:g}"
        yield "Days off", f"{span} in all"
    fees = "not known" if option.price_usd is None else f"about {dollars(option.price_usd)} US dollars"
    yield "Cost", fees + (", a part not known" if option.price_usd is not None and _unpriced_visits(option) else "")


def _better(row: BetterRow, cell: BetterShown) -> BetterLine:
    name = row.name if row.target is None else upper_first(PLAIN_NAMES[row.target])
    if not cell.treated:
        return BetterLine(name, "not treated", "")
    return BetterLine(
        name, f"about {rounded(cell.value)}{NBSP}%", f"{rounded(cell.half_low)} to {rounded(cell.half_high)}{NBSP}%"
    )


def rounded(share: float) -> int:
    """Per cent to the nearest 5, as the figure is no surer."""
    return 5 * round(20 * share)


def _chance(grades: GradesAfter) -> str | None:
    """None where nearly everybody has mild scars or less, as that says nothing."""
    share = sum(chance.share for chance in grades.chances if chance.grade in ("1", "2"))
    if share > NEARLY_ALL:
        return None
    return f"About {100 * share:.0f} of 100 people have mild scars or less afterwards."


def _basis(assessment: Assessment, references: References) -> CitedText | None:
    """What the figures of all options rest on, in one: every source, and the weakest status."""
    found = () if assessment.outlook is None else assessment.outlook.people
    if not found:
        return None
    keys = dict.fromkeys(key for one in found for key in one.sources)
    return references.of("", weakest(tuple(one.status for one in found)), keys)


def _healing(assessment: Assessment, references: References) -> Iterable[HealLine]:
    """Healing after each treatment of the ways that is done in a session, in their order."""
    if assessment.outlook is None or assessment.plan is None:
        return
    known = {one.treatment: one for one in assessment.outlook.healing}
    steps = (step for option in assessment.plan.options for step in option.steps if step.visits)
    for id_ in dict.fromkeys(step.treatment for step in steps):
        if id_ in known:
            one = known[id_]
            ranges = (one.closed_days, one.redness_days, one.back_to_work_days)
            closed, redness, work = (days_told(each, references) for each in ranges)
            yield HealLine(one.name, one.text, closed, redness, work)


def _said_once(lines: tuple[HealLine, ...]) -> tuple[tuple[HealLine, ...], str]:
    """Take the sentences that every treatment ends with out of each."""
    split = [_sentences(line.text) for line in lines]
    shared = 0
    while (
        len(lines) > 1 and all(len(one) > shared + 1 for one in split) and len({one[-1 - shared] for one in split}) == 1
    ):
        shared += 1
    if not shared:
        return lines, ""
    short = tuple(replace(line, text=" ".join(one[:-shared])) for line, one in zip(lines, split, strict=True))
    return short, " ".join(split[0][-shared:])


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)


def _questions(assessment: Assessment) -> Iterable[str]:
    if assessment.gate is not None and assessment.gate.state != "controlled":
        yield ACNE_QUESTION
    yield from QUESTIONS


def _limits(assessment: Assessment) -> Iterable[str]:
    yield "This page looks at the skin that was measured, on one day. It does not know the rest of you."
    if assessment.outlook is not None:
        yield "The forecast comes from studies of other people and from what we assume. You may do better or worse."
    yield "A depth in millimetres does not say how much a scar is seen, or how much it matters to you."
    if assessment.plan is not None:
        yield "The plans are ideas to talk over. Please do not treat yourself with acids, needles or lasers."
