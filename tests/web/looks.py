"""The same made-up skin at several visits, as captures and as results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cicatrix.capture import read_capture
from cicatrix.model import Assessment, Relief
from cicatrix.phantom.options import PhantomSettings
from cicatrix.phantom.revisit import Pose, look, make_skin
from cicatrix.phantom.write import write_capture
from cicatrix.pipeline.assess import assess

__all__ = ["Look", "capture_again", "look_again"]

SETTINGS = PhantomSettings(
    kind="height", size_mm=24.0, pixel_mm=0.1, icepick=3, boxcar=5, rolling=1, raised=0, form_radius_mm=200.0
)
POSES = (Pose(), Pose(0.4, -0.3, 3.0), Pose(-0.3, 0.4, -4.0))


@dataclass(frozen=True)
class Look:
    """One visit: its capture's folder, and what was found."""

    folder: Path
    found: Assessment
    relief: Relief


def capture_again(folder: Path, left: tuple[float, ...]) -> list[Path]:
    """Capture one skin once for each share of the scars' depth that is left."""
    skin = make_skin(41, SETTINGS)
    places = []
    for at, share in enumerate(left):
        depth = {item.truth.id: share for item in skin.placed}
        phantom, _ = look(skin, 700 + at, replace(SETTINGS, size_mm=20.0), POSES[at], depth=depth)
        places.append(folder / f"look{at}")
        write_capture(phantom, places[-1])
    return places


def look_again(folder: Path, left: tuple[float, ...]) -> list[Look]:
    """Capture one skin as ``capture_again`` does, and assess it each time."""
    return [Look(place, *assess(read_capture(place))) for place in capture_again(folder, left)]
