"""How good the capture is: trusted lights, saturation, coverage, and where the lights stood."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from cicatrix.model import CaptureSummary, ImageQuality
from cicatrix.report.numbers import fixed, percent
from cicatrix.report.palette import TRUST_ANCHORS, colour_map

__all__ = ["Bar", "Fact", "Lamp", "Photo", "bars", "dome", "facts", "photos"]

SATURATED_WARNING: Final = 0.01
BLACK_WARNING: Final = 0.05
"""Shares of a photograph above which its row says so. They only draw the eye; nothing is computed with them."""

TOO_FEW: Final = 3
"""Three unknowns a pixel (two slopes and an albedo) leave nothing to check with this many lights or fewer."""

TIMES: Final = " \N{MULTIPLICATION SIGN} "

DOME_RADIUS: Final = 70.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A named number with a word on what it means."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Share of the picture with this many trusted lights."""

    lights: int
    share: str
    length: str
    colour: str
    few: bool


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph's row."""

    name: str
    elevation: str
    saturated: str
    black: str
    median: str
    remark: str


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light on the dome seen from above, and its number."""

    number: int
    x: str
    y: str
    elevation: str


def facts(capture: CaptureSummary) -> tuple[Fact, ...]:
    """Sum the capture up in a few numbers."""
    pixels = f"{capture.cols}{TIMES}{capture.rows} pixels of {fixed(capture.pixel_mm * 1000, 1)} µm"
    found = [
        Fact("Field", f"{fixed(capture.width_mm, 1)}{TIMES}{fixed(capture.height_mm, 1)} mm", pixels),
        Fact("Coverage", percent(capture.coverage), "of the picture has a surface that can be trusted"),
        Fact(
            "Relief noise",
            f"{fixed(capture.relief_noise_mm * 1000, 0)} µm",
            "skin lines, pores and noise together, outside scars (root mean square)",
        ),
    ]
    if capture.kind != "height":
        low, high = min(capture.elevations_deg, default=0.0), max(capture.elevations_deg, default=0.0)
        found.append(
            Fact("Lights", str(capture.lights), f"{fixed(low, 0)}° to {fixed(high, 0)}° above the skin"),
        )
        if capture.channel:
            found.append(Fact("Channel", capture.channel, "the colour that the shape was taken from"))
    return tuple(found)


def bars(capture: CaptureSummary) -> tuple[Bar, ...]:
    """One bar for each number of trusted lights, from none to all; empty without photographs."""
    if capture.trusted_lights is None:
        return ()
    shares = {int(lights): share for lights, share in capture.trusted_lights.items()}
    top = max(shares.values(), default=0.0) or 1.0
    count = max(capture.lights, *shares)
    colours = colour_map(TRUST_ANCHORS, count + 1).tolist()
    return tuple(
        Bar(
            lights=lights,
            share=percent(shares.get(lights, 0.0)),
            length=f"{shares.get(lights, 0.0) / top * 100:.1f}",
            colour="#{:02x}{:02x}{:02x}".format(*colours[lights]),
            few=lights <= TOO_FEW,
        )
        for lights in range(count + 1)
    )


def photos(capture: CaptureSummary) -> tuple[Photo, ...]:
    """One row for each photograph."""
    elevations = [f"{fixed(angle, 0)}°" for angle in capture.elevations_deg]
    elevations += ["\N{EN DASH}"] * (len(capture.images) - len(elevations))
    return tuple(
        Photo(
            name=image.name,
            elevation=elevation,
            saturated=percent(image.saturated),
            black=percent(image.black),
            median=percent(image.median),
            remark=_remark(image),
        )
        for image, elevation in zip(capture.images, elevations, strict=False)
    )


def _remark(image: ImageQuality) -> str:
    if image.saturated > SATURATED_WARNING:
        return "overexposed or glossy in places"
    if image.black > BLACK_WARNING:
        return "black in places"
    return ""


def dome(directions: tuple[tuple[float, float, float], ...]) -> tuple[Lamp, ...]:
    """Each light where it stands over the skin: the middle is straight above, the rim is the horizon.

    The distance from the middle is proportional to the angle from straight above, so the horizontal part of the
    direction is stretched by ``angle / sin(angle)`` (azimuthal equidistant).
    """
    lamps = []
    for number, (x, y, z) in enumerate(directions, 1):
        flat = (x * x + y * y) ** 0.5
        angle = math.degrees(math.atan2(flat, z))
        reach = DOME_RADIUS * angle / 90
        ux, uy = (x / flat, y / flat) if flat > 0 else (0.0, 0.0)
        lamps.append(Lamp(number, f"{ux * reach:.1f}", f"{-uy * reach:.1f}", f"{fixed(90 - angle, 0)}°"))
    return tuple(lamps)
