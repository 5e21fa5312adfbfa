"""The published tables once more, written down plainly and on their own: what the scales are tested against.

Each function scores one person about whom everything is known. The tables are those of the evidence notes; where a
table was not seen in its paper, its maximum equals the published one.
"""

from __future__ import annotations


def goodman_baron_qualitative(*, scars: bool, marks: bool, visible: bool, hidden: bool, flattened: bool) -> int | None:
    """Goodman & Baron, Dermatol Surg 2006;32:1458."""
    if scars and visible and not hidden:
        return 3 if flattened else 4
    if scars:
        return 2
    return 1 if marks else None


def band(count: int) -> int:
    """1 to 10, 11 to 20, more than 20."""
    if count == 0:
        return 0
    if count <= 10:
        return 1
    return 2 if count <= 20 else 3


def goodman_baron_quantitative(
    *, marks: int, boxcar_shallow: int, rolling: int, boxcar_deep: int, icepick: int, raised: int, area_cm2: float
) -> int:
    """Goodman & Baron, J Cosmet Dermatol 2006;5:48, with the mapping that the scale states."""
    area = 6 if area_cm2 < 5 else 12 if area_cm2 <= 20 else 18
    return (
        band(marks)
        + 2 * band(boxcar_shallow)
        + 2 * band(rolling)
        + 3 * band(boxcar_deep)
        + 3 * band(icepick)
        + (area if raised else 0)
    )


def extent(count: int) -> int:
    """ECCA: none, few (less than 5), limited (5 to 20), many (more than 20)."""
    if count == 0:
        return 0
    if count < 5:
        return 1
    return 2 if count <= 20 else 3


def ecca_facial_atrophic(*, icepick: int, boxcar: int, rolling: int) -> int:
    """Dreno et al., Dermatology 2007;214:46."""
    return 15 * extent(icepick) + 20 * extent(boxcar) + 25 * extent(rolling)


def ecca(*, icepick: int, boxcar: int, rolling: int, elastolysis: int, young: int, old: int) -> int:
    """Dreno et al.; ``elastolysis`` is its extent, 0 to 3."""
    sunken = ecca_facial_atrophic(icepick=icepick, boxcar=boxcar, rolling=rolling)
    return sunken + 30 * elastolysis + 40 * extent(young) + 50 * extent(old)


def hayashi(half: int) -> int:
    """Hayashi et al., J Dermatol 2008;35:255."""
    if half <= 5:
        return 1
    if half <= 20:
        return 2
    return 3 if half <= 50 else 4


GAGS_FACTORS = (2, 2, 2, 1, 1, 3)
"""Forehead, right cheek, left cheek, nose, chin, chest and upper back (Doshi et al. 1997)."""


def pahpi(*, size_mm: float, intensity: int, count: int) -> int:
    """Savory et al., J Am Acad Dermatol 2014;70:108, for whole millimetres."""
    size = 2 if size_mm < 3 else 4 if size_mm <= 6 else 6 if size_mm <= 10 else 8
    number = 1 + (count > 15) + (count > 30) + (count > 45) + (count > 60)
    return size + (3, 6, 9)[intensity] + number
