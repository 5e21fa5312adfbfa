"""Marks inside outlines that a person drew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cicatrix.colour.publish import note_covers_scar, note_in_scar
from cicatrix.colour.user_outline import measure_given, related
from cicatrix.errors import CorrectionError
from cicatrix.model.note import Note
from tests.corrections.skin import heights, photographs, ring


def test_a_marks_own_outline_gives_the_mark_again() -> None:
    assessment, relief = photographs()
    assert assessment.marks
    found = measure_given(relief, assessment.scars, [(mark.id, mark.outline_mm) for mark in assessment.marks])
    for mark, new in zip(assessment.marks, found, strict=True):
        assert (new.id, new.kind, new.in_scar, new.outline_mm) == (mark.id, mark.kind, mark.in_scar, mark.outline_mm)
        assert new.width_mm.value == pytest.approx(mark.width_mm.value, rel=0.02)
        assert (new.x_mm, new.y_mm) == pytest.approx((mark.x_mm, mark.y_mm), abs=0.05)
        assert new.contrast.erythema.value == pytest.approx(mark.contrast.erythema.value, abs=0.3)
        assert new.contrast.melanin.value == pytest.approx(mark.contrast.melanin.value, abs=0.6)


def test_skin_of_one_colour_is_no_mark() -> None:
    assessment, relief = photographs()
    mark = assessment.marks[0]
    level = replace(relief, albedo=np.full_like(relief.albedo, (0.5, 0.3, 0.2)))
    with pytest.raises(CorrectionError, match=r"C01: the skin inside.*0\.0 index units.*Allowed: 0\.3 or more"):
        measure_given(level, assessment.scars, [("C01", ring(mark.x_mm, mark.y_mm, 0.9))])
    assert measure_given(relief, assessment.scars, [("C01", ring(mark.x_mm, mark.y_mm, 0.9))])[0].kind == mark.kind


def test_without_colour_there_are_no_marks() -> None:
    assessment, relief = heights()
    assert measure_given(relief, assessment.scars, []) == ()
    with pytest.raises(CorrectionError, match="C01: the capture has no colour"):
        measure_given(relief, assessment.scars, [("C01", ring(8.0, 8.0, 1.0))])


def test_a_mark_follows_the_scars_that_changed() -> None:
    assessment, _ = photographs()
    scar = assessment.scars[1]
    plain = Note(code="other", text="a note")
    mark = assessment.marks[0].model_copy(
        update={"in_scar": None, "notes": (plain,), "outline_mm": ring(scar.x_mm, scar.y_mm, 1.0)}
    )
    inside = related(mark, assessment.scars, {scar.id})
    assert (inside.in_scar, inside.notes) == (scar.id, (note_in_scar(scar.id), plain))
    left = tuple(each for each in assessment.scars if each.id != scar.id)
    assert related(inside, left, {scar.id}) == mark
    assert related(inside, left, set()) == inside
    small = tuple(each.model_copy(update={"outline_mm": ring(scar.x_mm, scar.y_mm, 0.6)}) for each in (scar,))
    assert related(mark, small, {scar.id}).notes[0] == note_covers_scar(scar.id)
