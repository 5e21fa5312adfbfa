"""From rectified photographs of the card to a capture under known lights, and the reading of the card."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.cells import cells_of
from cicatrix.capture.card.coach import LEAST_PHOTOS, Observed, advise, usable, verdict
from cicatrix.capture.card.colour import correct_colour
from cicatrix.capture.card.light import Cells, Torches, locate
from cicatrix.capture.card.rectify import Rectified
from cicatrix.model.capture import ImageQuality, InputFile, LightsCapture
from cicatrix.model.card_reading import Advice, CardPhoto, CardReading, Torch
from cicatrix.model.quantity import Z_95, Measured

__all__ = ["Assembled", "Lens", "assemble"]

INSET_MM: Final = 0.6
"""Skin at the window's rim that is left out: the card's edge, its shadow, and skin that it presses."""

CHI2_95: Final = 5.99
"""95 % of two degrees of freedom."""

TOP: Final = 0.9
"""Where the brightest unsaturated skin is put, of the range from 0 to 1."""

SHINES: Final = 2.2
"""Times the skin's own brightness in that light from which a pixel shines."""

WHITISH: Final = 0.55
"""How far a shining pixel's colour has gone from the skin's to white."""

ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Lens:
    """The camera's focal length in pixels, and where it comes from."""

    focal_px: float
    exif: bool


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """What the photographs of a card amount to.

    Attributes
    ----------
    capture
        None where the coach refuses.
    reading
        The reading, refused or not.
    """

    capture: LightsCapture | None
    reading: CardReading


def assemble(
    rectified: Rectified,
    lens: Lens,
    *,
    without_card: Sequence[str] = (),
    print_scale: float | None = None,
    scale_error: float = 0.0,
    files: tuple[InputFile, ...] = (),
    site: str | None = None,
) -> Assembled:
    """Tell lights, colour and quality from the card, and cut the window out.

    Parameters
    ----------
    rectified
        Photographs in which the card was found.
    lens
        The camera's.
    without_card
        Names of photographs in which it was not found.
    print_scale
        Printed over nominal size as stated; None where it was not stated.
    scale_error
        95 % bound of the scale's error as the photographs tell it.
    files, site
        For the record.
    """
    use = np.ones(len(rectified.names), dtype=bool)
    cells = cells_of(rectified)
    torches: Torches | None = None
    lost = [Observed(name=name, markers=0) for name in without_card]
    advice: tuple[Advice, ...] = ()
    for _ in range(ROUNDS):
        torches = _torches(cells, use)
        observed = [_seen(rectified, cells, k, _of(torches, use, k)) for k in range(len(use))]
        advice = advise([*observed, *lost], pixel_mm=rectified.pixel_mm, scale_stated=print_scale is not None)
        left = np.array(usable(observed, advice)) & use
        if (left == use).all() or left.sum() < LEAST_PHOTOS:
            use = left
            break
        use = left
    matrix, colour = correct_colour(rectified)
    reading = CardReading(
        verdict=verdict(advice),
        window_mm=rectified.layout.window_mm,
        print_scale=1.0 if print_scale is None else print_scale,
        scale_error=min(scale_error, 1.0),
        pixel_mm=rectified.pixel_mm,
        photos=(
            *(_photo(rectified, k, _of(torches, use, k), used=bool(use[k])) for k in range(len(use))),
            *(CardPhoto(name=name, used=False, markers=0) for name in without_card),
        ),
        advice=advice,
        colour=colour,
        focal_px=round(lens.focal_px, 1),
        focal_from="exif" if lens.exif else "estimated",
    )
    if reading.verdict == "refused" or torches is None or use.sum() < LEAST_PHOTOS:
        return Assembled(None, reading)
    capture = _capture(rectified, use, torches)
    return Assembled(replace(capture, card=reading, to_srgb=matrix, files=files, site=site), reading)


def _torches(cells: Cells, use: NDArray[np.bool_]) -> Torches | None:
    """Lights of the photographs in use; None where they cannot be estimated."""
    try:
        return locate(replace(cells, signal=cells.signal[use]))
    except ValueError:
        return None


def _of(torches: Torches | None, use: NDArray[np.bool_], k: int) -> tuple[Torches, int] | None:
    """The lights and this photograph's place among them."""
    return None if torches is None or not use[k] else (torches, int(use[:k].sum()))


def _seen(rectified: Rectified, cells: Cells, k: int, light: tuple[Torches, int] | None) -> Observed:
    """What the coach judges a photograph by."""
    view = rectified.views[k]
    rect = rectified.window_rect(INSET_MM)
    skin, valid = rectified.cut(rect)[k], rectified.cut_valid(rect)[k]
    white = cells.signal[k][~cells.grey]
    known = bool(np.isfinite(white).any())
    place = None if light is None else light[0].position_mm[light[1]]
    return Observed(
        name=rectified.names[k],
        markers=view.markers,
        covered=1.0 - min(view.markers / len(rectified.layout.markers), 1.0),
        tilt_deg=view.tilt_deg,
        bend_mm=view.bend_mm,
        blur_px=view.sharpness_px,
        flow_px=view.rim_flow_px,
        shift_mm=view.window_shift_px * rectified.pixel_mm,
        burnt=float(1.0 - valid.mean()),
        white=float(np.nanmedian(white)) * view.exposure if known else 0.0,
        gloss=_shining(skin, valid),
        azimuth_deg=None if place is None else math.degrees(math.atan2(place[1], place[0])),
        elevation_deg=None if place is None else math.degrees(math.asin(place[2] / np.linalg.norm(place))),
        distance_mm=None if place is None else float(np.linalg.norm(place)),
        room=None if light is None else float(light[0].room[light[1]]),
    )


def _shining(skin: NDArray[np.float32], valid: NDArray[np.bool_]) -> float:
    """Share of the skin that is far brighter, and far whiter, than the rest of it."""
    if not valid.any():
        return 0.0
    usual = np.median(skin[valid], axis=0)
    bright = skin.mean(axis=2) > SHINES * usual.mean()
    blueness = skin[..., 2] / np.maximum(skin[..., 0], 1e-6)
    own = float(usual[2] / max(usual[0], 1e-6))
    white = blueness > own + WHITISH * (1.0 - own) * 0.5
    return float((bright & white & valid).mean())


def _photo(rectified: Rectified, k: int, light: tuple[Torches, int] | None, *, used: bool) -> CardPhoto:
    view = rectified.views[k]
    return CardPhoto(
        name=rectified.names[k],
        used=used,
        markers=view.markers,
        tilt_deg=round(view.tilt_deg, 2),
        camera_mm=round(float(np.linalg.norm(view.camera_mm)), 1),
        pixel_mm=round(view.pixel_mm, 4),
        rim_flow_px=None if view.rim_flow_px is None else round(view.rim_flow_px, 3),
        bend_mm=round(view.bend_mm, 3),
        sharpness=round(view.sharpness_px, 2),
        torch=None if light is None else _torch(*light),
    )


def _torch(torches: Torches, k: int) -> Torch:
    place, covariance = torches.position_mm[k], torches.covariance_mm2[k]
    far = float(np.linalg.norm(place))
    ray = place / far
    elevation = math.degrees(math.asin(float(ray[2])))
    upward = np.array([-ray[2] * ray[0], -ray[2] * ray[1], 1.0 - ray[2] ** 2])
    upward /= max(float(np.linalg.norm(upward)), 1e-9)
    across = covariance - np.outer(ray, ray) * float(ray @ covariance @ ray)
    widest = max(float(np.linalg.eigvalsh(0.5 * (across + across.T))[-1]), 0.0)
    spread = Z_95 * np.sqrt(np.diag(covariance))
    axes = [Measured.of(v, v - s, v + s, 1) for v, s in zip(place, spread, strict=True)]
    reach = Z_95 * math.sqrt(float(ray @ covariance @ ray))
    lift = math.degrees(Z_95 * math.sqrt(float(upward @ covariance @ upward)) / far)
    return Torch(
        x_mm=axes[0],
        y_mm=axes[1],
        z_mm=axes[2],
        distance_mm=Measured.of(far, far - reach, far + reach, 1),
        elevation_deg=Measured.of(elevation, elevation - lift, elevation + lift, 1),
        clock_hour=round((90.0 - math.degrees(math.atan2(place[1], place[0]))) / 30.0 % 12.0, 2),
        direction_error_deg=round(math.degrees(math.sqrt(CHI2_95 * widest) / far), 2),
        strength=round(float(torches.strength[k]), 4),
        room_light=round(float(torches.room[k]), 4),
    )


def _capture(rectified: Rectified, use: NDArray[np.bool_], torches: Torches) -> LightsCapture:
    rect = rectified.window_rect(INSET_MM)
    rows, cols = rectified.where(rect)
    light = rectified.images[use, rows, cols]
    valid = rectified.valid[use, rows, cols]
    light = _without_room(light, valid, torches)
    peak = float(np.percentile(light[valid], 99.9)) if valid.any() else 1.0
    images = np.clip(light * np.float32(TOP / max(peak, 1e-6)), 0.0, 0.99)
    images[~valid] = 1.0  # counts as saturated
    names = [name for name, used in zip(rectified.names, use, strict=True) if used]
    places = torches.position_mm
    return LightsCapture(
        images=np.ascontiguousarray(images, dtype=np.float32),
        directions=places / np.linalg.norm(places, axis=1, keepdims=True),
        linear=True,
        pixel_mm=rectified.pixel_mm,
        files=(),
        quality=tuple(_quality(name, image, ok) for name, image, ok in zip(names, images, valid, strict=True)),
        positions_mm=places,
        strengths=torches.strength,
        view=_view(rectified, use),
    )


def _view(rectified: Rectified, use: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Direction to the camera, in the middle of the photographs."""
    places = [view.camera_mm for view, used in zip(rectified.views, use, strict=True) if used]
    x, y, z = np.median(places, axis=0) / np.linalg.norm(np.median(places, axis=0))
    return (float(x), float(y), float(z))


def _without_room(light: NDArray[np.float32], valid: NDArray[np.bool_], torches: Torches) -> NDArray[np.float32]:
    """Take out what the room's light adds.

    The room lights skin of any albedo by the same share of what the torches together give it: that share is known
    from the paper, and the skin's brightness under all torches from the photographs.
    """
    room = torches.room / (1.0 - torches.room)  # over each torch's own light
    share = 1.0 / float(np.mean(1.0 / room + 1.0)) if (room > 0).all() else 0.0
    seen = np.maximum(valid.sum(axis=0), 1)[..., None]
    together = np.where(valid[..., None], light, 0.0).sum(axis=0) / seen
    return np.asarray(np.maximum(light - np.float32(share) * together, 0.0), dtype=np.float32)


def _quality(name: str, image: NDArray[np.float32], valid: NDArray[np.bool_]) -> ImageQuality:
    return ImageQuality(
        name=name,
        saturated=round(float(1.0 - valid.mean()), 6),
        black=round(float((image.max(axis=2) < 0.004).mean()), 6),
        median=round(float(np.median(image)), 6),
    )
