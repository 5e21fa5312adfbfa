"""What is expected to be left of each kind of scar, and the grade afterwards, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import TARGETS, Target
from cicatrix.model.outlook import AfterSession, Outlook, Result
from cicatrix.model.plan import Option, OptionId
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.model.wording import upper_first
from cicatrix.report.numbers import Band, band, percent
from cicatrix.report.references import CitedText, References

__all__ = [
    "GRADE_WORDS",
    "Chance",
    "GradeKey",
    "GradesAfter",
    "ResultShown",
    "SessionShown",
    "TargetRow",
    "grades_after",
    "results",
]

GradeKey = Literal["1", "2", "3", "4"]

GRADE_WORDS: Final[dict[GradeKey, str]] = {
    "1": "flat marks only",
    "2": "mild scars",
    "3": "moderate scars",
    "4": "severe scars",
}
"""Goodman and Baron's qualitative grades in a word or two."""

WIDEST: Final = 1.5
"""Where drawings of what is left end at the latest; numbers are written in full beside them."""


@dataclass(frozen=True, slots=True)
class SessionShown:
    """What is expected to be left after one session."""

    number: int
    name: str
    day: int
    depth: Band
    volume: Band


@dataclass(frozen=True, slots=True)
class ResultShown:
    """How far one option gets with one kind of scar."""

    option: OptionId
    title: str
    target: Target
    name: str
    treatments: tuple[str, ...]
    depth: Band
    volume: Band
    untreated: Band
    sessions: tuple[SessionShown, ...]
    scale: str | None
    trials: int
    people: int
    basis: CitedText
    categories: tuple[CitedText, ...]

    @property
    def measure(self) -> str:
        """What is left of what."""
        return "height" if self.target in ("hypertrophic", "keloid") else "depth"

    @property
    def label(self) -> str:
        """What a screen reader says at the drawing."""
        return f"{self.name}, {self.title}: {self.depth.text} of today’s {self.measure} left, {self.depth.interval}"


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One kind of scar across the options; None where an option says nothing about it."""

    target: Target
    name: str
    cells: tuple[ResultShown | None, ...]
    top: float
    """Where the drawings of this row end: 1, or more where something may get worse."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely one grade is."""

    grade: GradeKey
    word: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class GradesAfter:
    """Probability of each Goodman-Baron grade after one option."""

    option: OptionId
    title: str
    chances: tuple[Chance, ...]

    @property
    def label(self) -> str:
        """What a screen reader says at the strip."""
        return "; ".join(f"grade {chance.grade} ({chance.word}) {chance.text}" for chance in self.chances)


def results(found: Outlook, options: Sequence[Option], references: References) -> tuple[TargetRow, ...]:
    """One row a kind of scar, one cell an option, in the order of the plan."""
    names = {step.treatment: step.name for option in options for step in option.steps}
    shown = {
        (result.option, result.target): _result(result, option.title, names, references)
        for option in options
        for result in found.result
        if result.option == option.id
    }
    present = [target for target in TARGETS if any(key[1] == target for key in shown)]
    return tuple(_row(target, [shown.get((option.id, target)) for option in options]) for target in present)


def _row(target: Target, cells: Sequence[ResultShown | None]) -> TargetRow:
    name = FIELD_NAMES[target]
    return TargetRow(target, upper_first(name), tuple(cells), _top(cell for cell in cells if cell))


def _top(cells: Iterable[ResultShown]) -> float:
    """The end of the axis, in quarters."""
    highest = max(
        (one.high for cell in cells for one in (cell.depth, cell.untreated, *(each.depth for each in cell.sessions))),
        default=1.0,
    )
    return min(WIDEST, max(1.0, -(-highest // 0.25) * 0.25))


def _result(found: Result, title: str, names: Mapping[TreatmentId, str], references: References) -> ResultShown:
    name = FIELD_NAMES[found.target]
    return ResultShown(
        option=found.option,
        title=title,
        target=found.target,
        name=upper_first(name),
        treatments=tuple(names.get(id_, id_.replace("_", " ")) for id_ in found.treatments),
        depth=band(found.remaining),
        volume=band(found.remaining_volume),
        untreated=band(found.untreated),
        sessions=tuple(_session(each, names) for each in found.sessions),
        scale=found.scale,
        trials=found.trials,
        people=found.people,
        basis=references.of(found.basis, found.status, found.sources),
        categories=tuple(references.told(statement) for statement in found.categories),
    )


def _session(found: AfterSession, names: Mapping[TreatmentId, str]) -> SessionShown:
    name = names.get(found.treatment, found.treatment.replace("_", " "))
    return SessionShown(found.session, name, found.day, band(found.depth), band(found.volume))


def grades_after(found: Outlook, options: Sequence[Option]) -> tuple[GradesAfter, ...]:
    """Each option's grades, in the order of the plan; options without any are left out."""
    return tuple(
        GradesAfter(option.id, option.title, tuple(_chances(found.grade_probability[option.id])))
        for option in options
        if found.grade_probability.get(option.id)
    )


def _chances(shares: Mapping[GradeKey, float]) -> Iterable[Chance]:
    for grade, word in GRADE_WORDS.items():
        share = shares.get(grade, 0.0)
        yield Chance(grade, word, share, percent(share))
