"""How marks fade without treatment, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.outlook import Fading, Left, MarksOutlook
from cicatrix.model.quantity import Measured
from cicatrix.model.wording import NBSP, counted
from cicatrix.report.numbers import day_range, duration
from cicatrix.report.references import CitedText, References

__all__ = ["FadingShown", "MarkShown", "MarksShown", "Month", "marks_outlook"]

Colour = Literal["red", "brown"]

TITLES: Final[dict[Colour, str]] = {"red": "Red marks", "brown": "Brown marks"}
KINDS: Final = {"red": "red", "brown": "brown", "mixed": "red and brown"}
MOST_TICKS: Final = 6


@dataclass(frozen=True, slots=True)
class Month:
    """A month on the time axis; ``place`` is its share of the axis."""

    label: str
    place: float


@dataclass(frozen=True, slots=True)
class FadingShown:
    """The marks of one colour: the curve as it was computed, and its words."""

    colour: Colour
    title: str
    number: int | None
    text: str
    visible: tuple[Left, ...]
    remaining: tuple[Left, ...]
    days: int
    """Length of the time axis."""
    ticks: tuple[Month, ...]
    half_life: str
    faded: str
    longer: tuple[CitedText, ...]
    learned: str | None
    basis: CitedText

    @property
    def label(self) -> str:
        """What a screen reader says at the curve."""
        last = self.visible[-1]
        return (
            f"{self.title}: share that can still be seen, over {duration(self.days)}. At the end"
            f" {100 * last.value:.0f} %, between {100 * last.low:.0f} and {100 * last.high:.0f} %."
        )


@dataclass(frozen=True, slots=True)
class MarkShown:
    """One measured mark and how long it may stay."""

    id: str
    kind: str
    faded: str


@dataclass(frozen=True, slots=True)
class MarksShown:
    """Marks of both colours."""

    text: str
    colours: tuple[FadingShown, ...]
    marks: tuple[MarkShown, ...]


def marks_outlook(found: MarksOutlook, references: References) -> MarksShown | None:
    """Lay out how marks fade; None where no mark of either colour is known."""
    pairs: tuple[tuple[Colour, Fading | None], ...] = (("red", found.red), ("brown", found.brown))
    colours = tuple(_fading(colour, fading, references) for colour, fading in pairs if fading is not None)
    if not colours:
        return None
    marks = tuple(MarkShown(mark.id, KINDS[mark.kind], around(mark.faded_days)) for mark in found.marks)
    return MarksShown(found.text, colours, marks)


def _fading(colour: Colour, found: Fading, references: References) -> FadingShown:
    days = max(1, found.visible[-1].day, found.remaining[-1].day)
    return FadingShown(
        colour=colour,
        title=TITLES[colour],
        number=found.number,
        text=found.text,
        visible=found.visible,
        remaining=found.remaining,
        days=days,
        ticks=tuple(month_ticks(days)),
        half_life=around(found.half_life_days),
        faded=around(found.faded_days),
        longer=tuple(references.told(statement) for statement in found.longer),
        learned=_learned(found.learned_from),
        basis=references.of(found.basis, found.status, found.sources),
    )


def _learned(visits: int) -> str | None:
    if not visits:
        return None
    return f"The rate was learned from {counted(visits, 'later visit', gap=NBSP)} of this person."


def around(days: Measured) -> str:
    """Tell a number of days with its interval, such as ``7 months (3 to 18 months)``."""
    return f"{duration(days.value)} ({day_range(days.low, days.high)})"


def month_ticks(days: float) -> Iterable[Month]:
    """Months (weeks, on a short axis) along a time axis, from its start, at most a handful."""
    size, unit = (DAYS_PER_MONTH, "mo") if days >= 2 * DAYS_PER_MONTH else (7.0, "wk")
    count = int(days / size + 1e-9)
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if count / step <= MOST_TICKS or step == 600)
    for number in range(0, count + 1, every):
        yield Month("start" if number == 0 else f"{number}{NBSP}{unit}", number * size / days)
