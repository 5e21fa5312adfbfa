"""A comparison in words and numbers that are ready to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from cicatrix.model.change import AgainstOutlook, Change, GradeChange, MarkChange, ScarChange
from cicatrix.model.wording import upper_first
from cicatrix.report.change import FATES, VERDICTS, ChangedShown, changed_shown
from cicatrix.report.numbers import fixed

__all__ = ["Forecast", "GradeRow", "SumRow", "Thing", "Verdict", "verdict_of"]


Row = TypeVar("Row", ScarChange, MarkChange)


class Thing(BaseModel):
    """One scar or mark."""

    before_id: str | None
    after_id: str | None
    kind: str
    fate: str
    main: ChangedShown | None
    """Depth of a scar, contrast of a mark."""
    second: ChangedShown | None
    """Volume of a scar, area of a mark."""
    verdict: str
    code: str
    """The verdict as part of a name."""
    notes: tuple[str, ...]


class SumRow(BaseModel):
    """One quantity over all scars or marks that both pictures show."""

    name: str
    unit: str
    of: int
    cell: ChangedShown


class GradeRow(BaseModel):
    """One published scale."""

    name: str
    before: str
    after: str
    change: str
    noise: str
    verdict: str
    code: str
    """The verdict as part of a name."""


class Forecast(BaseModel):
    """A forecast, and what came."""

    what: str
    scar_id: str | None
    forecast: str
    came: str
    verdict: str


class Verdict(BaseModel):
    """A comparison, ready to read."""

    sums: tuple[SumRow, ...]
    scars: tuple[Thing, ...]
    marks: tuple[Thing, ...]
    grades: tuple[GradeRow, ...]
    outlook: tuple[Forecast, ...]
    registration: str
    noise: str


def verdict_of(change: Change) -> Verdict:
    """Put a comparison into words."""
    return Verdict(
        sums=tuple(
            SumRow(name=upper_first(one.name), unit=one.unit, of=one.of, cell=cell)
            for one in change.sums
            if (cell := changed_shown(one.changed)) is not None
        ),
        scars=tuple(_scar(one) for one in _shared_first(change.scars)),
        marks=tuple(_mark(one) for one in _shared_first(change.marks)),
        grades=tuple(_grade(one) for one in change.grades),
        outlook=tuple(_forecast(one) for one in change.outlook),
        registration=_registration(change),
        noise=(
            f"Smallest detectable changes come from repeated captures with the rig “{change.rig}” where it was tested, "
            "and from the intervals of the measurement elsewhere."
            if change.noise_from == "repeatability"
            else "Smallest detectable changes come from the intervals of the measurement."
        ),
    )


def _shared_first(rows: Sequence[Row]) -> list[Row]:
    """What only one picture shows comes last."""
    return sorted(rows, key=lambda row: row.fate == "outside")


def _scar(one: ScarChange) -> Thing:
    kinds = [kind for kind in (one.kind_before, one.kind_after) if kind is not None]
    return Thing(
        before_id=one.before_id,
        after_id=one.after_id,
        kind=" → ".join(dict.fromkeys(kinds)),
        fate=FATES[one.fate],
        main=changed_shown(one.depth),
        second=changed_shown(one.volume),
        verdict=VERDICTS[one.verdict],
        code=one.verdict.replace(" ", "-"),
        notes=one.notes,
    )


def _mark(one: MarkChange) -> Thing:
    return Thing(
        before_id=one.before_id,
        after_id=one.after_id,
        kind=one.kind,
        fate=FATES[one.fate],
        main=changed_shown(one.contrast),
        second=changed_shown(one.area),
        verdict=VERDICTS[one.verdict],
        code=one.verdict.replace(" ", "-"),
        notes=one.notes,
    )


def _grade(one: GradeChange) -> GradeRow:
    return GradeRow(
        name=one.name,
        before=_range(one.before),
        after=_range(one.after),
        change=_range(one.change),
        noise=one.noise_text,
        verdict=VERDICTS[one.verdict],
        code=one.verdict.replace(" ", "-"),
    )


def _range(ends: tuple[int, int] | None) -> str:
    if ends is None:
        return "–"
    low, high = (fixed(end, 0) for end in ends)
    return low if low == high else f"{low} to {high}"


def _forecast(one: AgainstOutlook) -> Forecast:
    return Forecast(
        what=one.what,
        scar_id=one.scar_id,
        forecast=_shares(one.forecast.value, one.forecast.low, one.forecast.high),
        came=_shares(one.came.value, one.came.low, one.came.high),
        verdict=upper_first(one.verdict),
    )


def _shares(value: float, low: float, high: float) -> str:
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"


def _registration(change: Change) -> str:
    found = change.registration
    return (
        f"The earlier picture lies on the later one to {fixed(found.residual_mm.value, 3)} mm (median, 95 % interval "
        f"{fixed(found.residual_mm.low, 3)} to {fixed(found.residual_mm.high, 3)} mm), turned by "
        f"{fixed(found.turn_deg, 1)}°; it shows {100 * found.overlap:.0f} % of the later one."
    )
