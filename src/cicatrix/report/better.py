"""How much better scars look after each option, by kind of scar, ready to be laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cicatrix.model.knowledge import TARGETS, Target
from cicatrix.model.outlook import Better, BetterByTarget, Outlook, PeopleResult
from cicatrix.model.plan import Option, OptionId
from cicatrix.model.quantity import Measured
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.model.wording import NBSP, upper_first
from cicatrix.report.references import CitedText, References

__all__ = ["BetterRow", "BetterShown", "better"]

ALL_SCARS: Final = "All scars"


@dataclass(frozen=True, slots=True)
class BetterShown:
    """How much better one kind of scar, or all of them, looks after one option; fractions of today's appearance."""

    title: str
    value: float
    low: float
    high: float
    half_low: float
    half_high: float
    treated: bool
    told: CitedText
    """In words, with what it rests on."""
    trials: int
    people: int

    @property
    def text(self) -> str:
        """Such as ``65 %``."""
        return f"{100 * self.value:.0f}{NBSP}%"

    @property
    def half(self) -> str:
        """Such as ``47 to 86 %``."""
        return f"{100 * self.half_low:.0f} to {100 * self.half_high:.0f}{NBSP}%"

    @property
    def interval(self) -> str:
        """Such as ``44 to 86 %``."""
        return f"{100 * self.low:.0f} to {100 * self.high:.0f}{NBSP}%"


@dataclass(frozen=True, slots=True)
class BetterRow:
    """One kind of scar across the options; None where an option says nothing about it."""

    target: Target | None
    """None for all scars together."""
    name: str
    cells: tuple[BetterShown | None, ...]
    low: float
    """Where the drawings of the rows begin: 0, or less where something may get worse."""

    def label(self, cell: BetterShown) -> str:
        """What a screen reader says at the drawing."""
        return (
            f"{self.name}, {cell.title}: about {cell.text} better; middle half of people {cell.half}, "
            f"95 % interval of the typical person {cell.interval}"
        )


def better(found: Outlook, options: Sequence[Option], references: References) -> tuple[BetterRow, ...]:
    """All scars first, then one row a kind of scar; one cell an option, in the order of the plan."""
    known: dict[OptionId, PeopleResult] = {one.option: one for one in found.people}
    if not known or not options:
        return ()
    targets = [target for target in TARGETS if any(_of(one, target) for one in known.values())]
    rows: list[tuple[Target | None, list[BetterShown | None]]] = [
        (None, [_all(known.get(option.id), option.title, references) for option in options])
    ]
    if len(targets) > 1:
        rows += [
            (target, [_one(known.get(option.id), target, option.title, references) for option in options])
            for target in targets
        ]
    least = min((min(cell.low, cell.half_low) for _, cells in rows for cell in cells if cell), default=0.0)
    start = min(0.0, -(-least // -0.1) * 0.1 if least < 0 else 0.0)
    return tuple(
        BetterRow(target, ALL_SCARS if target is None else upper_first(FIELD_NAMES[target]), tuple(cells), start)
        for target, cells in rows
    )


def _of(one: PeopleResult, target: Target) -> BetterByTarget | None:
    return next((part for part in one.by_target if part.target == target), None)


def _all(one: PeopleResult | None, title: str, references: References) -> BetterShown | None:
    if one is None:
        return None
    told = references.of(one.basis, one.status, one.sources)
    return _shown(title, one.better, told, treated=any(part.treatments for part in one.by_target))


def _one(one: PeopleResult | None, target: Target, title: str, references: References) -> BetterShown | None:
    part = None if one is None else _of(one, target)
    if part is None:
        return None
    told = references.of(part.basis, part.status, part.sources)
    return _shown(title, part.better, told, treated=bool(part.treatments), trials=part.trials, people=part.people)


def _shown(
    title: str, found: Better, told: CitedText, *, treated: bool, trials: int = 0, people: int = 0
) -> BetterShown:
    typical: Measured = found
    return BetterShown(
        title=title,
        value=typical.value,
        low=typical.low,
        high=typical.high,
        half_low=found.middle_half.low,
        half_high=found.middle_half.high,
        treated=treated,
        told=told,
        trials=trials,
        people=people,
    )
