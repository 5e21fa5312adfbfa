"""From a capture to its relief."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import ReliefError
from cicatrix.model import Capture, HeightCapture, LightsCapture, Relief
from cicatrix.model.light import linear_lut
from cicatrix.model.relief import Channel
from cicatrix.model.shots import Shots
from cicatrix.relief.form import fit_form
from cicatrix.relief.gloss import Gloss
from cicatrix.relief.illumination import estimate
from cicatrix.relief.integrate import integrate
from cicatrix.relief.photometric import Shading, solve

__all__ = ["reconstruct", "without_form"]

CHANNELS: tuple[Channel, ...] = ("red", "green", "blue")

RED, GREEN, BLUE = 0, 1, 2

AGREEING = 0.05
MANY_LIGHTS = 6

GLOSSY = 0.39
"""Above this share of gloss at its peak in the blue signal, green, in which skin gives back more, is safer. On
independent renderings blue was as good or better up to 0.38, and read dark skin a tenth too deep from 0.4 on."""

DIM = 0.06
"""A channel whose median linear signal is below this is too noisy to take geometry from."""


def reconstruct(capture: Capture) -> Relief:
    """Relief of the skin from photographs under several lights, or from a height map.

    Raises
    ------
    ReliefError
        The lights agree on a surface almost nowhere.
    """
    if isinstance(capture, HeightCapture):
        form = fit_form(capture.height_mm, capture.pixel_mm)
        return Relief(height_mm=capture.height_mm - form, form_mm=form, pixel_mm=capture.pixel_mm, method="height")
    channel = geometry_channel(capture)
    light = estimate(capture, channel)
    if channel == BLUE and _glossy(capture, light.gloss):
        channel = GREEN
    shading = solve(
        capture.images,
        light.directions,
        light.gain,
        channel=channel,
        linear=capture.linear,
        gloss=light.gloss,
        view=capture.view,
    )
    _check_agreement(shading, len(capture.directions))
    surface = integrate(shading.p, shading.q, capture.pixel_mm, confidence(shading, len(capture.directions)))
    form = fit_form(surface, capture.pixel_mm)
    return Relief(
        height_mm=surface - form,
        form_mm=form,
        pixel_mm=capture.pixel_mm,
        method="photometric",
        albedo=_scaled(_in_srgb(shading.albedo, capture)),
        trusted=shading.trusted,
        directions=capture.directions,
        channel=CHANNELS[channel] if capture.images.shape[3] == 3 else "grey",
        light="flat-fielded" if light.flat_fielded else "consistent",
        gloss=round(light.gloss.strength, 5),
        light_distance_mm=None if light.distance_mm is None else round(light.distance_mm, 1),
        shots=Shots(
            images=capture.images,
            linear=capture.linear,
            gain=light.gain,
            directions=light.directions,
            channel=channel,
            gloss_strength=light.gloss.strength,
            gloss_roughness=light.gloss.roughness,
            view=capture.view,
        ),
    )


def _check_agreement(shading: Shading, lights: int) -> None:
    """Three lights always agree on some surface, so that more of them do is what tells a surface from chance."""
    needed = lights if lights < MANY_LIGHTS else lights // 2 + 2
    share = float((shading.trusted >= needed).mean())
    if share < AGREEING:
        raise ReliefError(
            f"{needed} of the {lights} lights agree on a surface at only {100 * share:.1f} % of the pixels",
            allowed=f"{100 * AGREEING:.0f} % or more",
            fix=(
                "check that lights.lp names each photograph's own light, that camera and skin kept still, and that "
                "linear in capture.toml is right"
            ),
        )


def without_form(relief: Relief, skip: NDArray[np.bool_]) -> Relief:
    """The same relief with its form fitted again to the skin outside ``skip`` (the scars)."""
    whole = relief.height_mm + relief.form_mm
    form = fit_form(whole, relief.pixel_mm, skip)
    return replace(relief, height_mm=whole - form, form_mm=form)


def geometry_channel(capture: LightsCapture) -> int:
    """The channel with the least light scattered inside the skin that is bright enough to trust.

    Blue light travels 0.1–0.2 mm in skin, red about a millimetre (Jacques 2013, doi:10.1088/0031-9155/58/11/R37).
    """
    if capture.images.shape[3] == 1:
        return RED
    for channel in (BLUE, GREEN):
        if _median_signal(capture, channel) >= DIM:
            return channel
    return RED


def _glossy(capture: LightsCapture, gloss: Gloss) -> bool:
    peak = gloss.strength / (np.pi * gloss.roughness**2)
    return bool(peak > GLOSSY * _median_signal(capture, BLUE))


def _median_signal(capture: LightsCapture, channel: int) -> float:
    sample = capture.images[:, ::16, ::16, channel]
    if sample.dtype == np.float32:
        return float(np.median(sample))
    return float(np.median(linear_lut(sample.dtype, linear=capture.linear)[sample]))


def confidence(shading: Shading, lights: int) -> NDArray[np.float32] | None:
    """Weight of each pixel's slope in the integration, 1 where enough lights agree; None where all do."""
    table = np.full(lights + 1, 1.0, np.float32)
    table[:3] = (0.02, 0.02, 0.05)
    table[3] = 0.4
    if (shading.trusted >= 4).all():
        return None
    return table[shading.trusted]


def _in_srgb(albedo: NDArray[np.float32], capture: LightsCapture) -> NDArray[np.float32]:
    """Colours corrected by the reading of the printed card; as the camera gave them where there is none."""
    if capture.to_srgb is None:
        return albedo
    return np.asarray(np.maximum(albedo @ capture.to_srgb.T.astype(np.float32), 0.0))


def _scaled(albedo: NDArray[np.float32]) -> NDArray[np.float32]:
    """Albedo relative to its 99.5th percentile, so that it fits 0 to 1 whatever the exposure was."""
    top = max(float(np.percentile(albedo[::4, ::4], 99.5)), 1e-6)
    return np.asarray(np.clip(albedo / np.float32(top), 0.0, 1.0))
