"""How far a comparison of two visits can be trusted: the same simulated skin, captured again, unchanged and changed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix import __version__
from cicatrix.capture import read_capture
from cicatrix.change import AssessedCapture, RegisteredPair, register_pair
from cicatrix.change.compare import compare
from cicatrix.change.register import register
from cicatrix.errors import ChangeError, InputError
from cicatrix.model.change import Change
from cicatrix.phantom import TONES, PhantomSettings, ScarTruth, write_capture
from cicatrix.phantom.revisit import Pose, Skin, look, make_skin
from cicatrix.pipeline.assess import assess
from cicatrix.progress import Progress
from cicatrix.validation.change_records import ChangeStudy, Spread
from cicatrix.validation.change_tally import tally
from cicatrix.validation.match import match
from cicatrix.validation.records import Rate
from cicatrix.validation.run import FIRST_SEED, LIGHTS

__all__ = ["plan", "run_change_study"]

SKIN_MM: Final = 40.0
VIEW_MM: Final = 28.0
MOVED_MM: Final = 3.0
TURNED_DEG: Final = 7.5
"""Each capture lies up to this far from the skin's middle and is turned up to this much; two up to twice it."""

STRETCHED_MM: Final = (0.0, 0.1, 0.2)
LESS: Final = 0.8
FADED: Final = 0.5
"""What is left of the depths, and of the marks, at the visit after a treatment."""

COARSE: Final = 4
COARSE_MM: Final = 0.05
"""At every fourth skin the later captures come from a camera with wider pixels."""

STRANGERS: Final = 10
"""With how many other skins each is compared, to see whether it is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class _Visit:
    """One capture of a skin, with its truth."""

    seen: AssessedCapture
    truth: tuple[ScarTruth, ...]
    outlines: dict[str, NDArray[np.float64]]
    factor: float

    def names(self) -> dict[str, ScarTruth]:
        """Real scars by the id of the reported one."""
        return {pair.found.id: pair.truth for pair in match(self.truth, self.seen.assessment.scars)}


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    before: _Visit
    after: _Visit
    change: Change
    error_mm: float

    @property
    def factor(self) -> float:
        """What is left of every depth."""
        return self.after.factor / self.before.factor


def plan(seed: int, place: int) -> tuple[PhantomSettings, np.random.Generator]:
    """Choose a skin, and the stream that its captures are drawn from."""
    rng = np.random.default_rng([seed, 8])
    settings = PhantomSettings(
        size_mm=SKIN_MM,
        tone=TONES[place % len(TONES)],
        lights=LIGHTS[(place + place // len(TONES)) % len(LIGHTS)],
        gloss=round(rng.uniform(0.2, 1.4), 2),
        blur_px=round(rng.uniform(0.3, 0.9), 2),
        age=round(rng.uniform(0.1, 0.9), 2),
        off_family=bool(place % 2),
        icepick=4,
        boxcar=8,
        rolling=6,
        raised=1,
        linear=1,
        red_marks=4,
        brown_marks=4,
    )
    return settings, rng


def run_change_study(count: int, first_seed: int = FIRST_SEED, *, progress: Progress | None = None) -> ChangeStudy:
    """Capture ``count`` skins three times each, twice unchanged and once changed, and compare.

    Parameters
    ----------
    count
        How many skins.
    first_seed
        Seed of the first; the others follow. At least ``FIRST_SEED``.
    progress
        Called before and after each skin.

    Raises
    ------
    InputError
        When ``count`` or ``first_seed`` is out of range.
    """
    if count < 1:
        raise InputError(f"count is {count}", allowed="1 or more", fix="give the number of skins to make")
    if first_seed < FIRST_SEED:
        raise InputError(
            f"the seed is {first_seed}",
            allowed=f"{FIRST_SEED} or more",
            fix="smaller seeds were used for tuning: give a larger one",
        )
    compared: list[_Compared] = []
    refused = tried = 0
    kept: list[tuple[AssessedCapture, AssessedCapture]] = []
    for place in range(count):
        if progress is not None:
            progress("skins", place, count)
        visits = _visits(first_seed + place, place)
        kept.append((visits[0].seen, visits[1].seen))
        for before, after in ((visits[0], visits[1]), (visits[0], visits[2]), (visits[1], visits[2])):
            tried += 1
            try:
                compared.append(_compared(before, after))
            except ChangeError:
                refused += 1
    if progress is not None:
        progress("skins", count, count)
    return _gather(compared, Rate.count(refused, tried), _strangers(kept), count, first_seed)


def _visits(seed: int, place: int) -> list[_Visit]:
    settings, rng = plan(seed, place)
    skin = make_skin(seed, settings)
    found = []
    for visit, (factor, left) in enumerate(((1.0, 1.0), (1.0, 1.0), (LESS, FADED))):
        wide = COARSE_MM if place % COARSE == COARSE - 1 and visit > 0 else settings.pixel_mm
        found.append(_visit(skin, visit, rng, factor=factor, left=left, pixel_mm=wide))
    return found


def _visit(skin: Skin, visit: int, rng: np.random.Generator, *, factor: float, left: float, pixel_mm: float) -> _Visit:
    """Capture a skin from its own place under its own lights, compressed as a camera would."""
    settings = replace(
        skin.settings,
        size_mm=VIEW_MM,
        pixel_mm=pixel_mm,
        elevation_deg=(round(rng.uniform(22.0, 38.0), 1), round(rng.uniform(48.0, 65.0), 1)),
        noise=round(rng.uniform(0.5, 2.0), 2),
        jpeg_quality=int(rng.integers(85, 98)),
    )
    x, y = rng.uniform(-MOVED_MM, MOVED_MM, 2)
    pose = Pose(float(x), float(y), float(rng.uniform(-TURNED_DEG, TURNED_DEG)), 1.0, float(rng.choice(STRETCHED_MM)))
    depth = {one.truth.id: factor for one in skin.placed}
    phantom, outlines = look(skin, visit, settings, pose, depth=depth, marks_left=left)
    with tempfile.TemporaryDirectory(prefix="cicatrix-study-") as folder:
        path = Path(folder) / "capture"
        write_capture(phantom, path)
        assessment, relief = assess(read_capture(path))
    return _Visit(AssessedCapture(assessment, replace(relief, shots=None)), phantom.scars, outlines, factor)


def _compared(before: _Visit, after: _Visit) -> _Compared:
    laid = register_pair(before.seen, after.seen)
    return _Compared(before, after, compare(before.seen, after.seen, laid=laid), _error_mm(laid, before, after))


def _error_mm(laid: RegisteredPair, before: _Visit, after: _Visit) -> float:
    """Median error at the outlines of the scars that both pictures show."""
    misses = []
    for name, there in after.outlines.items():
        here = before.outlines[name]
        if min(there.min(), here.min()) > 0.0 and max(there.max(), here.max()) < VIEW_MM:
            misses.append(np.hypot(*(laid.alignment.warp(there) - here).T))
    return float(np.median(np.concatenate(misses))) if misses else 0.0


def _strangers(kept: Sequence[tuple[AssessedCapture, AssessedCapture]]) -> Rate | None:
    """Lay each skin on others; every one that is not refused is a mistake."""
    accepted = tried = 0
    for place, (one, _) in enumerate(kept):
        for other in range(1, min(STRANGERS, len(kept) - 1) + 1):
            tried += 1
            try:
                register(one.relief, kept[(place + other) % len(kept)][1].relief)
            except ChangeError:
                continue
            accepted += 1
    return Rate.count(accepted, tried)


def _gather(
    compared: Sequence[_Compared], refused: Rate | None, strangers: Rate | None, count: int, first_seed: int
) -> ChangeStudy:
    return ChangeStudy(
        cicatrix=__version__,
        count=count,
        first_seed=first_seed,
        registration_mm=Spread.of([one.error_mm for one in compared]),
        refused=refused,
        strangers_accepted=strangers,
        **tally([(one.change, one.factor, one.before.names(), one.after.names()) for one in compared]),
    )
