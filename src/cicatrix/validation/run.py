"""Makes phantoms, assesses them as a user would, and gathers the results."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from cicatrix import __version__
from cicatrix.capture import read_capture
from cicatrix.errors import InputError
from cicatrix.model import HeightCapture
from cicatrix.phantom import TONES, Phantom, PhantomSettings, make_phantom, write_capture
from cicatrix.pipeline.assess import assess
from cicatrix.progress import Progress
from cicatrix.validation.fitting import before_and_after
from cicatrix.validation.marks import MarkCase, by_skin
from cicatrix.validation.records import Study
from cicatrix.validation.tally import MIN_DEPTH_MM, MIN_WIDTH_MM, Case, by_capture, by_type, summarise

__all__ = ["FIRST_SEED", "LIGHTS", "plan", "run_study"]

FIRST_SEED: Final = 10_000
"""Smaller seeds were used while thresholds were set; a study must not see the same skin again."""

LIGHTS: Final = (6, 8, 12, 4)
"""Numbers of lights, in turn."""

SIZE_MM: Final = 32.0
NEAR_MM: Final = 300.0
"""Distance of the lights in every third capture; in the others they are very far."""


def plan(seed: int, place: int) -> PhantomSettings:
    """Choose what the capture at a ``place`` of the study is made of.

    Tones, numbers of lights and distances come in turn, so that every combination of tone and number of lights comes
    once in 24 captures; elevations, gloss, noise, compression, age and lens are drawn from the seed.
    """
    rng = np.random.default_rng([seed, 1])
    return PhantomSettings(
        size_mm=SIZE_MM,
        tone=TONES[place % len(TONES)],
        lights=LIGHTS[(place + place // len(TONES)) % len(LIGHTS)],
        elevation_deg=(round(rng.uniform(22.0, 38.0), 1), round(rng.uniform(48.0, 65.0), 1)),
        light_distance_mm=NEAR_MM if place % 3 == 2 else None,
        gloss=round(rng.uniform(0.2, 1.4), 2),
        noise=round(rng.uniform(0.5, 2.0), 2),
        blur_px=round(rng.uniform(0.3, 0.9), 2),
        jpeg_quality=int(rng.integers(85, 98)),
        age=round(rng.uniform(0.1, 0.9), 2),
        off_family=bool(place % 2),
        icepick=4,
        boxcar=4,
        rolling=3,
        raised=1,
        linear=1,
    )


def run_study(count: int, first_seed: int = FIRST_SEED, *, progress: Progress | None = None) -> Study:
    """Assess ``count`` phantoms from photographs and from their height maps.

    Parameters
    ----------
    count
        How many; 24 cover every combination of tone and number of lights.
    first_seed
        Seed of the first phantom; the others follow. At least ``FIRST_SEED``.
    progress
        Called before and after each capture.

    Raises
    ------
    InputError
        When ``count`` or ``first_seed`` is out of range.
    """
    if count < 1:
        raise InputError(f"count is {count}", allowed="1 or more", fix="give the number of captures to make")
    if first_seed < FIRST_SEED:
        raise InputError(
            f"the seed is {first_seed}",
            allowed=f"{FIRST_SEED} or more",
            fix="smaller seeds were used for tuning: give a larger one",
        )
    lights, heights, marks = [], [], []
    for place in range(count):
        if progress is not None:
            progress("captures", place, count)
        phantom = make_phantom(first_seed + place, plan(first_seed + place, place))
        scars, coloured = _from_photographs(phantom)
        lights.append(scars)
        marks.append(coloured)
        heights.append(_from_height_map(phantom))
    if progress is not None:
        progress("captures", count, count)
    return gather(lights, heights, first_seed, marks)


def gather(lights: list[Case], heights: list[Case], first_seed: int, marks: Sequence[MarkCase] = ()) -> Study:
    """Rates and errors of all captures, and of the groups."""
    return Study(
        cicatrix=__version__,
        count=len(lights),
        first_seed=first_seed,
        min_depth_mm=MIN_DEPTH_MM,
        min_width_mm=MIN_WIDTH_MM,
        photographs={
            "all": {"all": summarise(lights)},
            "type": by_type(lights),
            "tone": by_capture(lights, lambda made: made.tone),
            "lights": dict(sorted(by_capture(lights, lambda made: f"{made.lights:2d}").items())),
            "distance": by_capture(lights, _distance),
        },
        heights={"all": {"all": summarise(heights)}, "type": by_type(heights)},
        fit=before_and_after(lights),
        marks=by_skin(marks) if marks else {},
    )


def _distance(made: PhantomSettings) -> str:
    return "very far" if made.light_distance_mm is None else f"{made.light_distance_mm:g} mm"


def _from_photographs(phantom: Phantom) -> tuple[Case, MarkCase]:
    """Write the photographs, compressed as a camera would, read them back and assess them."""
    with tempfile.TemporaryDirectory(prefix="cicatrix-study-") as folder:
        path = Path(folder) / "capture"
        write_capture(phantom, path)
        assessment, _ = assess(read_capture(path))
    settings = phantom.settings
    marks = MarkCase.compare(settings, phantom.marks, assessment.marks, phantom.distractors)
    return Case.compare(settings, phantom.scars, assessment.scars), marks


def _from_height_map(phantom: Phantom) -> Case:
    """Assess the surface itself, as an instrument without error would have measured it."""
    heights = HeightCapture(height_mm=phantom.height_mm, pixel_mm=phantom.settings.pixel_mm, files=())
    assessment, _ = assess(heights)
    return Case.compare(phantom.settings, phantom.scars, assessment.scars)
