"""Fields of skin as one face: how many scars and marks different fields show together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from cicatrix.model.assessment import CaptureSummary
from cicatrix.model.findings import Covers, VisibleArea
from cicatrix.model.mark import Mark
from cicatrix.model.scar import Scar

__all__ = ["MARK_KINDS", "SCAR_KINDS", "Fields", "MeasuredField", "site_key"]

SCAR_KINDS: Final = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "raised", "undecided")
MARK_KINDS: Final = ("red", "brown", "mixed")


@dataclass(frozen=True, slots=True)
class MeasuredField:
    """What one capture shows.

    Attributes
    ----------
    scars
        Every scar found; None where scars were not measured.
    marks
        Every mark found; None where marks were not measured (without colour they cannot be).
    capture
        Site, size and coverage of the picture; None where that is not known.
    """

    scars: Sequence[Scar] | None
    marks: Sequence[Mark] | None
    capture: CaptureSummary | None = None

    @property
    def key(self) -> str:
        """Name of the field; captures of one name show the same skin."""
        return site_key(None if self.capture is None else self.capture.site)


def site_key(site: str | None) -> str:
    """A site's name with case, spaces and underscores evened out; empty where none was given."""
    return "_".join((site or "").casefold().replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Fields:
    """Several captures, sorted into different fields of skin.

    Two captures of one site show the same skin, and so may two without a site: of them the larger number counts.
    Numbers of different sites are added.
    """

    by_site: Mapping[str, tuple[MeasuredField, ...]]

    @classmethod
    def of(cls, fields: Iterable[MeasuredField]) -> Fields:
        """Sort captures by their site, in the order in which sites first come."""
        sorted_: dict[str, tuple[MeasuredField, ...]] = {}
        for field in fields:
            sorted_[field.key] = (*sorted_.get(field.key, ()), field)
        return cls(sorted_)

    @property
    def covers(self) -> Covers:
        """One field or several."""
        return "fields" if len(self.by_site) > 1 else "field"

    @property
    def areas(self) -> tuple[VisibleArea, ...]:
        """The skin that each field shows, the largest of its captures."""
        shown = [[_area(one.capture) for one in same if one.capture is not None] for same in self.by_site.values()]
        return tuple(max(areas, key=lambda area: area.measured_mm2) for areas in shown if areas)

    def scars(self) -> dict[str, int] | None:
        """Number of scars of each of ``SCAR_KINDS``; None where no capture measured any."""
        measured = [[scar_counts(one.scars) for one in same if one.scars is not None] for same in self.by_site.values()]
        return _added(measured, SCAR_KINDS)

    def marks(self) -> dict[str, int] | None:
        """Number of marks of each of ``MARK_KINDS``; None where no capture measured any."""
        measured = [[mark_counts(one.marks) for one in same if one.marks is not None] for same in self.by_site.values()]
        return _added(measured, MARK_KINDS)

    def raised_area_cm2(self) -> float:
        """Area of the raised scars, in square centimetres."""
        areas = [
            max((_raised_mm2(one.scars) for one in same if one.scars is not None), default=0.0)
            for same in self.by_site.values()
        ]
        return round(sum(areas) / 100.0, 4)

    def median_size_mm(self) -> float | None:
        """Diameter of the circle with the area of a typical mark; None without any mark.

        Of several captures of one site the first that measured marks is taken, so that no mark is in it twice.
        """
        firsts = [next((one.marks for one in same if one.marks is not None), ()) for same in self.by_site.values()]
        across = [2.0 * math.sqrt(max(mark.area_mm2.value, 0.0) / math.pi) for marks in firsts for mark in marks]
        return round(median(across), 2) if across else None


def scar_counts(scars: Sequence[Scar]) -> dict[str, int]:
    """Number of scars of each of ``SCAR_KINDS``."""
    kinds = [f"{scar.kind}_{scar.depth_class}" if scar.kind == "boxcar" else scar.kind for scar in scars]
    return {kind: kinds.count(kind) for kind in SCAR_KINDS}


def mark_counts(marks: Sequence[Mark]) -> dict[str, int]:
    """Number of marks of each of ``MARK_KINDS``."""
    kinds = [mark.kind for mark in marks]
    return {kind: kinds.count(kind) for kind in MARK_KINDS}


def _added(measured: list[list[dict[str, int]]], kinds: tuple[str, ...]) -> dict[str, int] | None:
    if not any(measured):
        return None
    return {kind: sum(max((counts[kind] for counts in same), default=0) for same in measured) for kind in kinds}


def _raised_mm2(scars: Sequence[Scar]) -> float:
    return sum(scar.area_mm2.value for scar in scars if scar.kind == "raised")


def _area(capture: CaptureSummary) -> VisibleArea:
    return VisibleArea(
        site=capture.site,
        width_mm=capture.width_mm,
        height_mm=capture.height_mm,
        measured_mm2=round(capture.width_mm * capture.height_mm * capture.coverage, 1),
    )
