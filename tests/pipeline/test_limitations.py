"""What is said about the limits is what applies to the capture at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cicatrix.model import Relief, Scar
from cicatrix.model.note import Note
from cicatrix.pipeline.limitations import limits
from tests.report.synthetic import FOUR, assessment_of, relief_of

DARK = Note(code="never_lit", text="any words")
HIDDEN = Note(code="hidden_walls", text="any words")


@pytest.fixture(scope="module")
def relief() -> Relief:
    return relief_of(FOUR, pixel_mm=0.2)


@pytest.fixture(scope="module")
def scar(relief: Relief) -> Scar:
    """A scar whose depth comes from shading alone."""
    return assessment_of(FOUR, relief).scars[0].model_copy(update={"depth_from": "shading", "notes": ()})


def said(relief: Relief, *scars: Scar) -> str:
    return "\n".join(limits(scars, photographs=True, light=relief.light))


def like(scar: Scar, **update: Any) -> Scar:
    return scar.model_copy(update=update)


def test_nothing_is_said_of_fits_that_were_not_made(relief: Relief, scar: Scar) -> None:
    text = said(relief, scar)
    assert "shadow" not in text
    assert "shading" not in text
    assert "edge" not in text
    assert "form of the face" in text


def test_heights_have_no_shadows(scar: Scar) -> None:
    text = "\n".join(limits([like(scar, depth_from="height", at_edge=True)], photographs=False))
    assert "shad" not in text
    assert text.endswith("Scars at the edge of the picture are measured in their visible part only.")


def test_fitted_scars_are_counted_and_dark_floors_among_them(relief: Relief, scar: Scar) -> None:
    fitted, dark = like(scar, depth_from="shadows"), like(scar, depth_from="shadows", notes=(DARK,))
    assert "One scar was fitted to shading and cast shadows" in said(relief, fitted, scar)
    assert "No light reached" not in said(relief, fitted, scar)
    assert "3 scars were fitted" in said(relief, fitted, dark, dark, scar)
    assert "No light reached the floors of 2 scars." in said(relief, fitted, dark, dark)
    assert "No light reached the floor of one scar." in said(relief, dark)


def test_steep_scars_are_too_shallow_only_where_they_were_not_fitted(relief: Relief, scar: Scar) -> None:
    assert "often too small" not in said(relief, like(scar, depth_from="shadows"), scar)
    text = said(relief, like(scar, notes=(HIDDEN,)), scar)
    assert "One scar was measured from shading alone although the walls are steep." in text
    assert "fitted" not in text


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"at_edge": True}, "Scars cut by the edge of the picture were not fitted"),
        ({"linear": True}, "Troughs were not fitted"),
        ({"at_edge": True, "linear": True}, "Scars cut by the edge of the picture and troughs were not fitted"),
    ],
)
def test_what_is_never_fitted_is_named_where_there_is_any(
    relief: Relief, scar: Scar, flags: dict[str, bool], words: str
) -> None:
    assert words in said(relief, like(scar, **flags))
    assert "not fitted" not in said(relief, like(scar, depth_from="shadows", **flags))


def test_uneven_light_is_named(relief: Relief, scar: Scar) -> None:
    assert "evened out" not in said(relief, scar)
    assert "evened out" in said(replace(relief, light="flat-fielded"), scar)
