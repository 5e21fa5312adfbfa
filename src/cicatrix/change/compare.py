"""Two captures of one site: registered, paired, measured again, judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix import __version__
from cicatrix.change.assessed_capture import AssessedCapture, at_pixel
from cicatrix.change.change_text import in_words, warnings_of
from cicatrix.change.depth import GAP, LEAST_GAP_MM, LEAST_RING_MM, RING, Field, fine_relief
from cicatrix.change.forecast_check import against_outlook
from cicatrix.change.grades import changed_grades
from cicatrix.change.marks import changed_marks, colours_of
from cicatrix.change.pair import Pair, Place, pair
from cicatrix.change.register import Alignment, register
from cicatrix.change.scars import changed_scars
from cicatrix.change.totals import summed
from cicatrix.change.verdict import Repeats
from cicatrix.model import Mark, Relief, Scar
from cicatrix.model.change import Change
from cicatrix.model.plan import OptionId

__all__ = ["RegisteredPair", "compare", "pair_all", "register_pair"]

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredPair:
    """Two captures on each other.

    Attributes
    ----------
    alignment
        The earlier picture on the later one.
    field
        Both reliefs on the later picture.
    scars, marks
        Pairs.
    """

    alignment: Alignment
    field: Field
    scars: tuple[Pair, ...]
    marks: tuple[Pair, ...]


def register_pair(before: AssessedCapture, after: AssessedCapture) -> RegisteredPair:
    """Register two captures and pair what was found on them.

    Raises
    ------
    ChangeError
        They do not show the same skin, or not well enough to tell.
    """
    alignment = register(before.relief, after.relief)
    scars, marks = (pair_all(before, after, alignment, what) for what in ("scars", "marks"))
    mouths = [outline for one in scars for outline in one.outlines]
    pixel = max(before.relief.pixel_mm, after.relief.pixel_mm)
    reliefs = [at_pixel(seen.relief, pixel) for seen in (before, after)]
    return RegisteredPair(alignment, Field.of(reliefs[0], reliefs[1], alignment.warp, mouths), scars, marks)


def compare(
    before: AssessedCapture,
    after: AssessedCapture,
    repeat: Repeats | None = None,
    *,
    days: int | None = None,
    done: OptionId | None = None,
    laid: RegisteredPair | None = None,
) -> Change:
    """Say for each scar and mark, and for the totals, whether it is better, worse, or not beyond noise.

    Parameters
    ----------
    before, after
        The earlier and the later capture of a site.
    repeat
        Test–retest repeatability of the rig, from which smallest detectable changes then come. None: from the
        intervals.
    days
        Between the captures; with them the earlier outlook is compared with what was observed.
    done
        The option that was carried out between them.
    laid
        As from ``register_pair``, where that was done already.

    Raises
    ------
    ChangeError
        They do not show the same skin, or not well enough to tell.
    """
    laid = laid or register_pair(before, after)
    registration = laid.alignment.registration
    known_scars = [{scar.id: scar for scar in seen.assessment.scars} for seen in (before, after)]
    known_marks = [{mark.id: mark for mark in seen.assessment.marks} for seen in (before, after)]
    texture = fine_relief(laid.field)
    lights = _lights(before.relief, after.relief)
    scars = changed_scars(
        laid.scars,
        known_scars[0],
        known_scars[1],
        laid.field,
        registration.scale,
        texture,
        repeat,
        colours_differ=lights is not None,
    )
    colours = colours_of(before, after, laid.alignment.warp, _taken(laid))
    marks = changed_marks(laid.marks, known_marks[0], known_marks[1], colours, repeat)
    sums = summed(scars, marks, (known_scars[0], known_marks[0]), (known_scars[1], known_marks[1]), repeat)
    rows, spots = tuple(row.record for row in scars), tuple(row.record for row in marks)
    outside = sum(row.fate == "outside" for row in rows) + sum(row.fate == "outside" for row in spots)
    pixels = (before.relief.pixel_mm, after.relief.pixel_mm)
    change = Change(
        cicatrix=__version__,
        site=after.assessment.capture.site or before.assessment.capture.site,
        days=days,
        before=before.assessment.provenance,
        after=after.assessment.provenance,
        registration=registration,
        fine_relief=round(texture, 3),
        scars=rows,
        marks=spots,
        sums=sums,
        grades=changed_grades(before.assessment.grades, after.assessment.grades, outside),
        done=done,
        noise_from="intervals" if repeat is None else "repeatability",
        rig=None if repeat is None else repeat.rig,
        text=in_words(rows, spots, sums),
        warnings=tuple(warnings_of(registration, texture, pixels, rows, lights)),
    )
    outlook = before.assessment.outlook
    if outlook is None or days is None:
        return change
    return change.model_copy(update={"outlook": against_outlook(change, outlook, days, done)})


def _lights(before: Relief, after: Relief) -> tuple[str, str] | None:
    """Colours of the light that the reliefs come from, where they differ; None where they do not, or have none."""
    first, second = before.channel, after.channel
    if first is None or second is None or "grey" in (first, second) or first == second:
        return None
    return first, second


def pair_all(before: AssessedCapture, after: AssessedCapture, alignment: Alignment, what: str) -> tuple[Pair, ...]:
    """Pair the ``scars`` or the ``marks`` of two captures."""
    warp = alignment.warp
    first: Sequence[Scar | Mark] = getattr(before.assessment, what)
    second: Sequence[Scar | Mark] = getattr(after.assessment, what)
    wide, high = before.relief.shape[1] * before.relief.pixel_mm, before.relief.shape[0] * before.relief.pixel_mm
    here, there = [], []
    for one in first:
        outline = warp.back(np.asarray(one.outline_mm, dtype=np.float64))
        here.append(Place.of(one.id, one.kind, outline, seen=_within(outline, warp.size_mm)))
    for one in second:
        outline = np.asarray(one.outline_mm, dtype=np.float64)
        there.append(Place.of(one.id, one.kind, outline, seen=_within(warp(outline), (wide, high))))
    return pair(here, there, alignment.registration.residual_mm.value)


def _within(outline: Points, size_mm: tuple[float, float]) -> bool:
    """Whether a picture shows an outline with the skin around it that a rim needs."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    radius = 0.25 * float((high - low).sum())
    margin = max(GAP * radius, LEAST_GAP_MM) + 0.5 * max(RING * radius, LEAST_RING_MM)
    return bool((low > -0.2 * margin).all() and (high < np.array(size_mm) + 0.2 * margin).all())


def _taken(laid: RegisteredPair) -> NDArray[np.float32]:
    """Above 0 where a mark or scar of either visit lies."""
    plane = (~laid.field.skin).astype(np.uint8)
    for one in laid.marks:
        for outline in one.outlines:
            line = np.round((outline / laid.field.pixel_mm - 0.5) * 16).astype(np.int32)
            cv2.fillPoly(plane, [line], 1, shift=4)
    return plane.astype(np.float32)
