"""A scar cut through: skin, rim, depth arrow and axes, laid out for one small drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Scar
from cicatrix.report.numbers import fixed, nice_step
from cicatrix.report.overlay import simplify, svg_path

__all__ = ["EXAGGERATIONS", "Drawing", "Tick", "draw"]

EXAGGERATIONS: Final = (10.0, 8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0)
"""How much steeper than life a cut may be drawn; always stated beside it."""

WIDTH: Final = 320.0
LEFT: Final = 42.0
RIGHT: Final = 12.0
TOP: Final = 14.0
BOTTOM: Final = 34.0
TALLEST: Final = 132.0
TRUE_GAP: Final = 15.0

WHISKER_ROOM: Final = 0.25
"""How far the interval's bar may reach beyond everything else, as a share of it; a longer bar is left open."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in the drawing and its number."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One cross-section in the drawing's own units (CSS pixels); y runs down.

    ``skin``, ``rim`` and ``void`` (what is missing below the rim, or stands above it) are SVG paths. ``true_y`` is
    where the level of the rim lies in the same cut at true proportions, or None where the drawing itself has them.
    """

    width: str
    height: str
    left: str
    right: str
    top: str
    bottom: str
    skin: str
    rim: str
    void: str
    arrow_x: str
    arrow_from: str
    arrow_to: str
    head: str
    whisker: str
    label_x: str
    label_y: str
    label_anchor: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    exaggeration: str
    true_y: str | None
    true_shift: str
    flatten: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """From mm to the drawing."""

    start_mm: float
    top_mm: float
    level_mm: float
    across: float
    steeper: float
    inset: float

    @property
    def up(self) -> float:
        return self.across * self.steeper

    def x(self, along_mm: float) -> float:
        return LEFT + self.inset + (along_mm - self.start_mm) * self.across

    def y(self, height_mm: float) -> float:
        return TOP + (self.top_mm - height_mm) * self.up

    def points(self, along_mm: NDArray[np.float64], height_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        x = LEFT + self.inset + (along_mm - self.start_mm) * self.across
        return np.column_stack([x, TOP + (self.top_mm - height_mm) * self.up])


def draw(scar: Scar) -> Drawing | None:
    """Lay the scar's cut out; None when it holds fewer than two points.

    Both axes are in mm, heights counted from the rim above the deepest point of the cut. The heights are drawn
    steeper than life by the largest of ``EXAGGERATIONS`` that fits. The arrow is as long as the measured depth. It
    is drawn where the cut lies deepest, and may end elsewhere than on the drawn skin when the scar's deepest place
    lies beside the cut or the depth was corrected for shadow.
    """
    along, skin, rim = (
        np.array(values, dtype=np.float64)
        for values in (scar.section.along_mm, scar.section.height_mm, scar.section.rim_mm)
    )
    if len(along) < 2 or not along[-1] > along[0]:
        return None
    sign = -1.0 if scar.depth_mm.value < 0 else 1.0
    deepest = int(np.argmax(sign * (rim - skin)))
    level = float(rim[deepest])
    tip = level - scar.depth_mm.value
    top, bottom = max(skin.max(), rim.max(), tip), min(skin.min(), rim.min(), tip)
    room = WHISKER_ROOM * (top - bottom)
    ends = [float(np.clip(level - end, bottom - room, top + room)) for end in (scar.depth_mm.low, scar.depth_mm.high)]
    top, bottom = max(top, *ends), min(bottom, *ends)
    frame = _fit(float(along[0]), float(along[-1]), float(top), float(bottom), level)
    return _laid_out(scar, frame, (along, skin, rim), deepest, float(bottom))


def _fit(start: float, end: float, top: float, bottom: float, level: float) -> _Frame:
    """Scale that fills the width, with the steepest drawing that is not too tall."""
    wide = WIDTH - LEFT - RIGHT
    tall = max(top - bottom, 1e-3)
    across = wide / (end - start)
    steeper = next((factor for factor in EXAGGERATIONS if tall * across * factor <= TALLEST), 1.0)
    across = min(across, TALLEST / (tall * steeper))
    inset = (wide - across * (end - start)) / 2
    return _Frame(start, top, level, across, steeper, inset)


def _laid_out(
    scar: Scar,
    frame: _Frame,
    cut: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    deepest: int,
    bottom_mm: float,
) -> Drawing:
    along, skin, rim = cut
    floor = frame.y(bottom_mm) + 6
    x = frame.x(float(along[deepest]))
    tip = frame.y(frame.level_mm - scar.depth_mm.value)
    true_tall = (frame.top_mm - bottom_mm) * frame.across
    level_y = frame.y(frame.level_mm)
    true_y = floor + BOTTOM + TRUE_GAP + (frame.top_mm - frame.level_mm) * frame.across
    steeper = frame.steeper
    is_true = steeper == 1.0
    on_right = x < WIDTH - RIGHT - 70
    return Drawing(
        width=_at(WIDTH),
        height=_at(floor + BOTTOM if is_true else floor + BOTTOM + TRUE_GAP + true_tall + 6),
        left=_at(LEFT),
        right=_at(WIDTH - RIGHT),
        top=_at(TOP - 6),
        bottom=_at(floor),
        skin=_path(frame.points(along, skin)),
        rim=_path(frame.points(along, rim)),
        void=_void(frame, along, skin, rim, deepest),
        arrow_x=_at(x),
        arrow_from=_at(level_y),
        arrow_to=_at(tip),
        head=_head(x, tip, level_y),
        whisker=_whisker(x - 9 if on_right else x + 9, frame, scar, bottom_mm),
        label_x=_at(x + 7 if on_right else x - 7),
        label_y=_at((level_y + tip) / 2 + 4 if abs(tip - level_y) >= 24 else min(level_y, tip) - 5),
        label_anchor="start" if on_right else "end",
        across=_across(frame, float(along[-1])),
        up=_up(frame, bottom_mm),
        exaggeration=f"{steeper:g}",
        true_y=None if is_true else _at(true_y),
        true_shift=f"{true_y - level_y / steeper:.3f}",
        flatten=f"{1 / steeper:.5f}",
    )


def _void(
    frame: _Frame,
    along: NDArray[np.float64],
    skin: NDArray[np.float64],
    rim: NDArray[np.float64],
    deepest: int,
) -> str:
    """Outline of what lies between rim and skin around the deepest point."""
    sign = 1.0 if rim[deepest] >= skin[deepest] else -1.0
    outside = np.flatnonzero(sign * (rim - skin) <= 0)
    first = int(outside[outside < deepest].max(initial=-1)) + 1
    last = int(outside[outside > deepest].min(initial=len(along)))
    part = slice(max(first - 1, 0), min(last + 1, len(along)))
    if part.stop - part.start < 2:
        return ""
    loop = np.concatenate([frame.points(along[part], skin[part]), frame.points(along[part], rim[part])[::-1]])
    return svg_path(simplify(loop, 0.25, closed=True), closed=True, places=1)


def _head(x: float, tip: float, level: float) -> str:
    """Arrow head at ``tip``, pointing away from ``level``; shortened for very short arrows."""
    size = min(6.0, abs(tip - level) * 0.6)
    back = tip - size if tip >= level else tip + size
    return f"M{x - size * 0.55:.1f},{back:.1f}L{x:.1f},{tip:.1f}L{x + size * 0.55:.1f},{back:.1f}Z"


def _whisker(x: float, frame: _Frame, scar: Scar, bottom_mm: float) -> str:
    """Bar over the depth's interval: a crossbar at an end that is shown, a tip where it reaches beyond the drawing."""
    ends = []
    for depth_mm in (scar.depth_mm.low, scar.depth_mm.high):
        height_mm = frame.level_mm - depth_mm
        y = frame.y(min(max(height_mm, bottom_mm), frame.top_mm))
        if bottom_mm - 1e-9 <= height_mm <= frame.top_mm + 1e-9:
            ends.append((y, f"M{x - 3:.1f},{y:.1f}h6"))
        else:
            back = -4 if height_mm < bottom_mm else 4
            ends.append((y, f"M{x - 3:.1f},{y + back:.1f}L{x:.1f},{y:.1f}L{x + 3:.1f},{y + back:.1f}"))
    (low, low_mark), (high, high_mark) = ends
    return f"M{x:.1f},{low:.1f}V{high:.1f}{low_mark}{high_mark}"


def _across(frame: _Frame, end_mm: float) -> tuple[Tick, ...]:
    span = end_mm - frame.start_mm
    step = nice_step(span, 6)
    places = _places(step)
    count = int(np.floor(span / step + 1e-9))
    return tuple(
        Tick(_at(frame.x(frame.start_mm + number * step)), fixed(number * step, places)) for number in range(count + 1)
    )


def _up(frame: _Frame, bottom_mm: float) -> tuple[Tick, ...]:
    """Heights from the rim, at most five of them, at least 16 pixels apart."""
    room = max((frame.top_mm - bottom_mm) * frame.up / 20, 1)
    step = nice_step(max(frame.top_mm - bottom_mm, 1e-3), int(min(room, 5)))
    first = int(np.ceil((bottom_mm - frame.level_mm) / step - 1e-9))
    last = int(np.floor((frame.top_mm - frame.level_mm) / step + 1e-9))
    places = _places(step)
    return tuple(
        Tick(_at(frame.y(frame.level_mm + number * step)), fixed(number * step, places))
        for number in range(first, last + 1)
    )


def _places(step: float) -> int:
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))


def _path(points: NDArray[np.float64]) -> str:
    return svg_path(simplify(points, 0.25, closed=False), places=1)


def _at(value: float) -> str:
    return f"{value:.1f}"
