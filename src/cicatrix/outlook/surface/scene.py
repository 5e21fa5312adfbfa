"""The photograph under one light, taken apart so that it can be put together again over a changed surface.

    photograph = skin × light on the surface × what is left over

The skin's own colour is the measured albedo. The light on the surface is computed: a cosine with cast shadows,
scattered in the skin, and an even part for all that comes from elsewhere. What is left over (gloss, pores, what the
model does not know) is kept as it is, so that the picture stays the photograph; only where a scar goes, its coarse part
goes with it: there it is the model's error about the very walls and shadows that are no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.light import encode_srgb, linear_lut
from cicatrix.model.relief import Relief
from cicatrix.outlook.surface.light import irradiance, lit_skin

__all__ = ["LONGEST", "Scene", "light_of", "reduced", "scene_of"]

Plane = NDArray[np.float32]
Picture = NDArray[np.uint8]

LONGEST: Final = 800
"""Longest side of a simulated picture in pixels."""

RAKING: Final = (-0.62, 0.62, 0.75)
"""Light for a height map: from the upper left, 40° above the skin, as in the report's shaded relief."""

BEST_DEG: Final = 30.0
"""Scars show best under a light about so high; lower ones drown them in shadow."""

SUNNY: Final = 10.0
"""Degrees that a light from the upper side may stand off the best height to be preferred to one from the lower side:
pits lit from below are easily seen as bumps."""

GREY: Final = 0.4
"""Linear reflectance of the surface of a height map."""

EVEN: Final = 0.12
"""Even light on a height map, as a share of the lamp's."""

BRIGHT: Final = 0.02
"""Smallest reflectance and light that is divided by."""

FINE: Final = 0.25
"""Fine leftovers above this (logarithm) are no skin texture."""

FINE_MM: Final = 0.15
"""Coarser leftovers are not skin texture."""

BROAD_MM: Final = 4.0
"""Leftovers as broad as this are of the lamp, not of a scar."""

UNSURE_MM: Final = 0.25
"""About so far from a pixel whose albedo is not believed that of others is not either."""

REDRAWN: Final = 0.25
"""Change of the light (logarithm) at which two thirds of the coarse leftovers are left out."""

SURE: Final = 0.6
"""Share of the lights that must agree on a pixel before its albedo is believed."""

FEW: Final = 40
"""Fewer pixels in shadow than this tell nothing of its colour."""

MOST: Final = 2.5
"""Largest leftover (logarithm) that is taken out."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A surface under one light, at the size of the picture.

    Attributes
    ----------
    form_mm
        ``(rows, cols)`` the form under the relief.
    lights
        ``(3, rows, cols)`` unit vectors to the light.
    pixel_mm
        Width of a pixel of the picture.
    skin
        ``(rows, cols, channels)`` linear signal of the skin under light of strength 1.
    even, dark
        ``(channels,)`` even light, in the open and in full shadow.
    coarse
        ``(rows, cols, channels)`` logarithm of what a scar's walls leave over; None without photographs.
    before
        ``(rows, cols, channels)`` light on today's surface.
    photo
        ``(rows, cols, channels)`` linear photograph, or what stands for it.
    today
        ``(rows, cols, 3)`` the same as sRGB.
    light
        Index of the photograph; None for a height map.
    """

    form_mm: Plane
    lights: Plane
    pixel_mm: float
    skin: Plane
    even: Plane
    dark: Plane
    before: Plane
    photo: Plane
    today: Picture
    coarse: Plane | None = None
    light: int | None = None

    def picture(self, height_mm: Plane, gone: Plane) -> Picture:
        """The surface with other heights, as sRGB.

        Parameters
        ----------
        height_mm
            ``(rows, cols)`` relief at the size of the picture.
        gone
            ``(rows, cols)`` share of each scar's depth that has gone, 0 outside.
        """
        light, open_sky = self._light_on(height_mm)
        changed = gone > 0
        for channel in range(light.shape[2]):
            changed |= light[..., channel] != self.before[..., channel]
        where = np.flatnonzero(changed)
        factor = _at(light, where) / _at(self.before, where)
        if self.coarse is not None:
            # Where the light changes much the skin is drawn anew, also beside a scar, where it threw its shadow.
            by_channel = [factor[:, channel] for channel in range(factor.shape[1])]
            most = np.log(np.maximum(reduce(np.maximum, by_channel), 1.0 / reduce(np.minimum, by_channel)))
            moved = np.maximum(gone.ravel()[where], np.float32(1) - np.exp(most * np.float32(-1.0 / REDRAWN)))
            # What stays in shadow keeps the shadow's own colour.
            moved *= open_sky.ravel()[where]
            factor *= np.exp(-moved[:, None] * _at(self.coarse, where))
        picture = self.today.copy()
        picture.reshape(-1, 3)[where] = _encoded(_at(self.photo, where) * factor)
        return picture

    def _light_on(self, height_mm: Plane) -> tuple[Plane, Plane]:
        direct, open_sky = _direct(height_mm + self.form_mm, self.lights, self.pixel_mm, self.skin.shape[2])
        return _whole(direct, open_sky, self.even, self.dark), open_sky


def light_of(directions: NDArray[np.float64]) -> int:
    """The light of ``(lights, 3)`` that shows scars best: low but not too low, from the upper side if there is one."""
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    elevation = np.degrees(np.arcsin(unit[:, 2]))
    return int(np.argmin(np.abs(elevation - BEST_DEG) + SUNNY * (1.0 - unit[:, 1]) / 2.0))


def reduced(plane: Plane, shape: tuple[int, int]) -> Plane:
    """Average a plane down to ``(rows, cols)``."""
    if plane.shape[:2] == shape:
        return plane
    return np.asarray(cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.float32)


def scene_of(relief: Relief, spared: NDArray[np.bool_], buried: NDArray[np.bool_]) -> Scene:
    """Take a capture's photograph under one light apart.

    Parameters
    ----------
    relief
        The measured relief, with its photographs where there are some.
    spared
        ``(rows, cols)`` True where no treated scar is.
    buried
        ``(rows, cols)`` True where the skin's colour is to be taken from around.
    """
    scale = min(1.0, LONGEST / max(relief.shape))
    shape = (max(round(relief.shape[0] * scale), 1), max(round(relief.shape[1] * scale), 1))
    pixel_mm = relief.pixel_mm * relief.shape[1] / shape[1]
    form, height = reduced(relief.form_mm, shape), reduced(relief.height_mm, shape)
    if relief.shots is None or relief.albedo is None or relief.directions is None:
        return _plain(relief, height, form, pixel_mm)
    index = light_of(relief.directions)
    lights = _lights(relief.shots.directions, index, shape)
    photo = _photo(relief.shots.images[index], shape, linear=relief.shots.linear)
    gain = _field(relief.shots.gain[index], shape)
    albedo = np.maximum(_sure_albedo(relief, shape, buried), np.float32(BRIGHT))
    direct, open_sky = _direct(height + form, lights, pixel_mm, photo.shape[2])
    seen: Plane = np.asarray(photo * gain[..., None] / albedo, dtype=np.float32)
    strength, even = _even_light(seen, direct)
    dark = _dark_light(np.asarray(seen / strength - direct), open_sky, even)
    before = _whole(direct, open_sky, even, dark)
    left = np.log(np.maximum(seen, 1e-4) / (strength * before))
    coarse = _coarse(left, reduced(spared.astype(np.float32), shape), open_sky, pixel_mm)
    return Scene(form, lights, pixel_mm, albedo, even, dark, before, photo, _encoded(photo), coarse, index)


def _plain(relief: Relief, height: Plane, form: Plane, pixel_mm: float) -> Scene:
    """Grey, or the skin's own colour, under a light from the upper left."""
    towards = np.asarray(RAKING) / np.linalg.norm(RAKING)
    lights = np.broadcast_to(towards.astype(np.float32)[:, None, None], (3, *height.shape))
    flat = np.zeros_like(form)  # a height map's form would hide the scars in shade
    skin = np.full((*height.shape, 1), GREY, np.float32)
    if relief.albedo is not None:
        skin = reduced(relief.albedo, (height.shape[0], height.shape[1]))
    even = np.full(skin.shape[2], EVEN, np.float32)
    before = _whole(*_direct(height, lights, pixel_mm, skin.shape[2]), even, even)
    return Scene(flat, lights, pixel_mm, skin, even, even, before, skin * before, _encoded(skin * before))


def _direct(height: Plane, lights: Plane, pixel_mm: float, channels: int) -> tuple[Plane, Plane]:
    """Light of the lamp as it comes out of the skin, and how open to it each place is."""
    light, seen = irradiance(height, lights, pixel_mm)
    if channels == 1:
        return light[..., None], seen
    return lit_skin(light, pixel_mm, channels), lit_skin(seen, pixel_mm, 1)[..., 0]


def _whole(direct: Plane, open_sky: Plane, even: Plane, dark: Plane) -> Plane:
    """All light: the lamp's and the even one, which in shadow is another."""
    whole = open_sky[..., None] * (even - dark)
    whole += direct
    whole += dark
    return np.asarray(np.maximum(whole, np.float32(BRIGHT), out=whole))


def _lights(directions: NDArray[np.float64], index: int, shape: tuple[int, int]) -> Plane:
    """Unit vectors to one light at every pixel, ``(3, rows, cols)``."""
    if directions.ndim == 2:
        return np.broadcast_to(directions[index].astype(np.float32)[:, None, None], (3, *shape))
    field = np.stack([_field(directions[index, ..., axis], shape) for axis in range(3)])
    return np.asarray(field / np.linalg.norm(field, axis=0), dtype=np.float32)


def _field(grid: NDArray[np.floating], shape: tuple[int, int]) -> Plane:
    """A coarse grid that spans the picture, at its pixels."""
    rows = (np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0] * grid.shape[0] - 0.5
    cols = (np.arange(shape[1], dtype=np.float32) + 0.5) / shape[1] * grid.shape[1] - 0.5
    across, down = np.meshgrid(cols, rows)
    return np.asarray(
        cv2.remap(
            grid.astype(np.float32),
            across.astype(np.float32),
            down.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def _photo(codes: NDArray[np.generic], shape: tuple[int, int], *, linear: bool) -> Plane:
    """Linear light of one photograph, averaged down strip by strip."""
    block = max(codes.shape[0] // shape[0], 1)
    table = None if codes.dtype == np.float32 else linear_lut(codes.dtype, linear=linear)
    strips = []
    width = codes.shape[1] // block
    for top in range(0, codes.shape[0] // block * block, 64 * block):
        strip = codes[top : min(top + 64 * block, codes.shape[0] // block * block)]
        light: Plane = np.asarray(strip if table is None else table[strip], dtype=np.float32)
        if block > 1:
            light = reduced(light, (strip.shape[0] // block, width)).reshape(strip.shape[0] // block, width, -1)
        strips.append(light)
    whole = np.concatenate(strips)
    return reduced(np.asarray(whole, dtype=np.float32), shape).reshape(*shape, -1)


def _sure_albedo(relief: Relief, shape: tuple[int, int], buried: NDArray[np.bool_]) -> Plane:
    """Albedo; where too few lights tell it, or walls colour it, taken from around."""
    if relief.albedo is None or relief.trusted is None or relief.directions is None or relief.shots is None:
        return np.ones((*shape, 3), np.float32)
    albedo = np.ascontiguousarray(reduced(relief.albedo, shape)[..., : relief.shots.images.shape[3]])
    enough = max(3, round(SURE * len(relief.directions)))
    sure = reduced(((relief.trusted >= enough) & ~buried).astype(np.float32), shape)
    sigma = UNSURE_MM / (relief.pixel_mm * relief.shape[1] / shape[1])
    # Beside such places light that the skin scatters colours what is told.
    sure = np.clip(3.0 * cv2.GaussianBlur(sure, (0, 0), sigma) - 2.0, 0.0, 1.0).astype(np.float32)
    return np.asarray(albedo + (1.0 - sure[..., None]) * (_around(albedo, sure, 1.5 * sigma) - albedo))


def _around(plane: Plane, weight: Plane, sigma: float) -> Plane:
    """Weighted mean of the pixels around each, of as few as have any weight; worked out on a coarse grid."""
    shrink = max(1, int(sigma / 2.0))
    size = (max(plane.shape[1] // shrink, 1), max(plane.shape[0] // shrink, 1))
    told = cv2.resize(np.dstack([plane * weight[..., None], weight]), size, interpolation=cv2.INTER_AREA)
    found, known = np.zeros((*told.shape[:2], plane.shape[2]), np.float32), np.zeros(told.shape[:2], np.float32)
    for widen in (1.0, 2.0, 4.0, 8.0):
        both = cv2.GaussianBlur(told, (0, 0), widen * sigma / shrink, borderType=cv2.BORDER_REPLICATE)
        total = both[..., -1]
        share = (1.0 - known) * np.clip(total * np.float32(20) - np.float32(1), 0, 1)
        found += share[..., None] * both[..., :-1] / np.maximum(total, np.float32(0.05))[..., None]
        known += share
    whole = cv2.resize(np.dstack([found, known]), plane.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[..., :-1] + (1.0 - whole[..., -1:]) * plane, dtype=np.float32)


def _even_light(seen: Plane, direct: Plane) -> tuple[Plane, Plane]:
    """Strength of the lamp and of the even light, by channel: a line through the medians of ten levels of light."""
    strength, even = np.ones(seen.shape[2], np.float32), np.zeros(seen.shape[2], np.float32)
    for channel in range(seen.shape[2]):
        x, y = direct[::3, ::3, channel].ravel(), seen[::3, ::3, channel].ravel()
        edges = np.quantile(x, np.linspace(0.02, 0.98, 11))
        place = np.clip(np.searchsorted(edges, x) - 1, 0, 9)
        levels = [(np.median(x[place == k]), np.median(y[place == k])) for k in range(10) if (place == k).any()]
        at, value = np.array(levels).T
        slope = float(np.polyfit(at, value, 1)[0]) if np.ptp(at) > 0.02 else 0.0
        middle, level = float(np.median(at)), float(np.median(value))
        # The even part stays between nothing and three tenths of the lamp's on level skin.
        slope = min(max(slope, level / (1.3 * middle)), level / middle) if middle > 0 else 1.0
        strength[channel], even[channel] = slope, level / slope - middle
    return strength, even


def _dark_light(rest: Plane, open_sky: Plane, even: Plane) -> Plane:
    """Light by channel that is left in full shadow; the even light where there is hardly any shadow."""
    shadow = open_sky < 0.05
    if int(shadow.sum()) < FEW:
        return even
    level = np.array([np.median(rest[..., channel][shadow]) for channel in range(rest.shape[2])])
    return np.asarray(np.clip(level, 0.0, 0.3), dtype=np.float32)


def _coarse(left: Plane, spared: Plane, open_sky: Plane, pixel_mm: float) -> Plane:
    """Leftovers of a scar's size: without the skin's texture, and without what is broad and belongs to the lamp.

    Texture has no colour of its own (the albedo has that), and is only told where no shadow is near: the edge of a
    shadow that the model misses by a little is fine as well, and goes with its scar.
    """
    left = np.clip(left, -MOST, MOST)
    weight = spared + np.float32(1e-3)
    broad = _wide(left * weight[..., None], BROAD_MM / pixel_mm) / _wide(weight[..., None], BROAD_MM / pixel_mm)
    rest = left - broad
    sigma = FINE_MM / pixel_mm
    grey = sum((rest[..., channel] for channel in range(rest.shape[2])), np.zeros(rest.shape[:2], np.float32))
    grey /= np.float32(rest.shape[2])
    fine = np.clip(grey - cv2.GaussianBlur(grey, (0, 0), max(sigma, 0.5)), -FINE, FINE)
    near = np.ones((2 * round(2.0 * sigma) + 1,) * 2, np.uint8)
    sunny = cv2.GaussianBlur(cv2.erode(open_sky, near), (0, 0), max(sigma, 0.5))
    return np.asarray(rest - (fine * np.clip(2.5 * sunny - 1.25, 0, 1))[..., None], dtype=np.float32)


def _at(plane: Plane, where: NDArray[np.intp]) -> Plane:
    """Channels of some pixels, ``(pixels, channels)``."""
    return plane.reshape(-1, plane.shape[2]).take(where, axis=0)


def _wide(plane: Plane, sigma: float) -> Plane:
    shrink = max(1, int(sigma / 4.0))
    size = (max(plane.shape[1] // shrink, 1), max(plane.shape[0] // shrink, 1))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REPLICATE)
    whole = cv2.resize(small, plane.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole, dtype=np.float32).reshape(plane.shape)


def _encoded(light: Plane) -> Picture:
    return encode_srgb(light if light.shape[-1] == 3 else np.repeat(light[..., :1], 3, axis=-1))
