"""The same simulated skin at several visits, as surfaces without photographs: quick, and with a known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cicatrix.change import AssessedCapture
from cicatrix.model import HeightCapture
from cicatrix.phantom import PhantomSettings
from cicatrix.phantom.revisit import Pose, Skin, look, make_skin
from cicatrix.pipeline.assess import assess

SKIN = PhantomSettings(
    kind="height",
    size_mm=26.0,
    pixel_mm=0.05,
    icepick=1,
    boxcar=2,
    rolling=1,
    raised=0,
    red_marks=0,
    brown_marks=0,
    distractors=False,
)
VIEW_MM = 20.0

Points = NDArray[np.float64]


def skin(seed: int, **changed: object) -> Skin:
    return make_skin(seed, replace(SKIN, **changed))  # type: ignore[arg-type]


def visit(
    of: Skin,
    number: int,
    pose: Pose,
    *,
    factor: float = 1.0,
    pixel_mm: float = 0.05,
    noise_mm: float = 0.003,
    view_mm: float = VIEW_MM,
) -> tuple[AssessedCapture, dict[str, Points]]:
    """One capture by an instrument with a little noise, and the outlines of the skin's scars in it."""
    settings = replace(of.settings, size_mm=view_mm, pixel_mm=pixel_mm)
    depth = {one.truth.id: factor for one in of.placed}
    phantom, where = look(of, number, settings, pose, depth=depth)
    noise = np.random.default_rng([of.seed, number]).normal(0.0, noise_mm, phantom.height_mm.shape)
    heights = (phantom.height_mm + noise).astype(np.float32)
    assessment, relief = assess(HeightCapture(height_mm=heights, pixel_mm=pixel_mm, files=()))
    return AssessedCapture(assessment, relief), where
