"""What corrections by hand cost and how exact they are: ``python -m benchmarks.corrections [COUNT]``.

Phantoms are assessed; then every true scar is outlined as a person would, off by up to a tenth of its size at each
corner, and measured inside that line. Seeds from 10000, as for ``cicatrix validate``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from cicatrix.errors import CorrectionError
from cicatrix.model import Assessment, Case, LightsCapture, Relief
from cicatrix.model.correction import Outline, SetKind
from cicatrix.phantom import Phantom, PhantomSettings, make_phantom
from cicatrix.phantom.truth import ScarTruth
from cicatrix.pipeline.assess import assess, corrected, simulated
from cicatrix.scars.user_outline import measure_given

FIRST_SEED = 10_000
SETTINGS = PhantomSettings(
    size_mm=24.0,
    pixel_mm=0.05,
    lights=8,
    icepick=2,
    boxcar=3,
    rolling=1,
    raised=1,
    red_marks=1,
    brown_marks=1,
    file_format="tiff",
)
JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """One scar inside a sloppy line: errors as shares, and whether the interval held the truth."""

    kind: str
    fitted: bool
    depth: float
    width: float
    held: bool
    type_right: bool


def main() -> None:
    """Print the tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    found: list[Answer] = []
    refused, seconds = 0, []
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        skin = make_phantom(seed, SETTINGS)
        assessment, relief = assess(_capture(skin), Case())
        relief = replace(relief, shots=None)
        rng = np.random.default_rng(seed)
        lines = [_sloppy(real, rng) for real in skin.scars]
        for k, real in enumerate(skin.scars):
            try:
                found.append(_answer(real, relief, lines, k, assessment))
            except CorrectionError as error:
                refused += 1
                print(f"seed {seed}: {error}")
        seconds.append(_seconds(assessment, relief))
    _print(found, refused)
    replay, simulate = np.median(np.array(seconds), axis=0)
    print(f"one correction and all that follows: {replay:.2f} s; simulated surfaces anew: {simulate:.2f} s (medians)")


def _capture(skin: Phantom) -> LightsCapture:
    if skin.images is None or skin.directions is None:
        msg = "the phantom has no photographs"
        raise ValueError(msg)
    images = np.ascontiguousarray(skin.images, dtype=np.float32)
    return LightsCapture(
        images=images, directions=skin.directions, linear=True, pixel_mm=SETTINGS.pixel_mm, files=(), quality=()
    )


def _sloppy(real: ScarTruth, rng: np.random.Generator) -> Outline:
    """The true mouth, drawn with 16 corners that are off by up to a tenth of the scar's size."""
    line = np.asarray(real.outline_mm)[:: max(len(real.outline_mm) // 16, 1)]
    middle = np.array([real.x_mm, real.y_mm])
    off = 1.0 + rng.uniform(-JITTER, JITTER, (len(line), 1))
    limit = SETTINGS.size_mm
    corners = np.round(np.clip(middle + off * (line - middle), 0.0, limit), 3)
    return tuple((float(x), float(y)) for x, y in corners)


def _answer(real: ScarTruth, relief: Relief, lines: list[Outline], k: int, assessment: Assessment) -> Answer:
    others = lines[:k] + lines[k + 1 :]
    scar = measure_given(relief, lines[k], f"C{k + 1:02d}", others=others, measured=assessment.scars)
    return Answer(
        kind=real.kind,
        fitted=scar.depth_from == "shadows",
        depth=scar.depth_mm.value / real.depth_mm - 1.0,
        width=scar.width_mm.value / real.width_mm - 1.0,
        held=scar.depth_mm.low <= real.depth_mm <= scar.depth_mm.high,
        type_right=scar.kind == real.kind,
    )


def _seconds(assessment: Assessment, relief: Relief) -> tuple[float, float]:
    """Time for one change of type and all that follows, and for the simulation."""
    event = SetKind(
        number=1, actor="bench", at=datetime(2026, 1, 1, tzinfo=UTC), scar=assessment.scars[0].id, kind="undecided"
    )
    start = time.perf_counter()
    after = corrected(assessment, relief, (event,), Case())
    middle = time.perf_counter()
    simulated(after, relief)
    return middle - start, time.perf_counter() - middle


def _print(found: list[Answer], refused: int) -> None:
    print(
        f"{'scars':10} {'number':>6} {'depth error':>12} {'width error':>12} {'interval holds':>15} {'type right':>11}"
    )
    for name, some in _groups(found):
        if some:
            depth, width = (np.median([abs(getattr(one, key)) for one in some]) for key in ("depth", "width"))
            held, right = (np.mean([getattr(one, key) for one in some]) for key in ("held", "type_right"))
            print(f"{name:10} {len(some):6} {depth:12.1%} {width:12.1%} {held:15.0%} {right:11.0%}")
    print(f"refused: {refused}")


def _groups(found: list[Answer]) -> Iterator[tuple[str, list[Answer]]]:
    for kind in ("icepick", "boxcar", "rolling", "raised"):
        yield kind, [one for one in found if one.kind == kind]
    yield "fitted", [one for one in found if one.fitted]
    yield "not fitted", [one for one in found if not one.fitted]
    yield "all", found


if __name__ == "__main__":
    main()
