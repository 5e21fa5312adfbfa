"""Reliefs with known pits and bumps, and the assessments that a perfect pipeline would give for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import (
    Assessment,
    CaptureSummary,
    ImageQuality,
    InputFile,
    Kind,
    Measured,
    Provenance,
    Relief,
    Scar,
    Section,
)

LIGHTS = 8


@dataclass(frozen=True)
class Dent:
    """A scar to be made: ``depth_mm`` is negative for a raised one."""

    kind: Kind
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float
    at_edge: bool = False
    linear: bool = False


FOUR = (
    Dent("icepick", 5.0, 5.0, 1.4, 0.9),
    Dent("boxcar", 13.0, 6.0, 3.0, 0.34),
    Dent("rolling", 8.0, 13.0, 6.0, 0.42),
    Dent("raised", 16.0, 15.0, 3.4, -0.3),
)


def relief_of(
    dents: Sequence[Dent], *, size_mm: float = 20.0, pixel_mm: float = 0.1, photographs: bool = True
) -> Relief:
    """Fine texture with the dents in it."""
    count = round(size_mm / pixel_mm)
    axis = np.asarray((np.arange(count, dtype=np.float64) + 0.5) * pixel_mm, dtype=np.float64)
    random = np.random.default_rng(7)
    dug = texture(random, count, pixel_mm)
    for dent in dents:
        here = around_it(dent, axis)
        dug[here] -= profile(dent, axis[None, here[1]], axis[here[0], None])
    height = dug.astype(np.float32)
    if not photographs:
        return Relief(height, np.zeros_like(height), pixel_mm, "height")
    albedo = np.empty((count, count, 3), np.float32)
    albedo[:] = (0.62, 0.42, 0.33)
    albedo *= (1 + 0.05 * texture(random, count, pixel_mm)[:, :, None] / 0.02).astype(np.float32)
    for dent in dents:
        here = around_it(dent, axis)
        dip = profile(dent, axis[None, here[1]], axis[here[0], None])
        redness = np.clip(np.abs(dip), 0, 0.3)[:, :, None]
        albedo[here] *= (1 - np.array([0.1, 0.7, 0.6]) * redness).astype(np.float32)
    trusted = np.clip(LIGHTS - np.rint(np.abs(np.gradient(height, pixel_mm)[1]) * 4), 0, LIGHTS).astype(np.uint8)
    return Relief(
        height_mm=height,
        form_mm=np.zeros_like(height),
        pixel_mm=pixel_mm,
        method="photometric",
        albedo=np.clip(albedo, 0, 1),
        trusted=trusted,
        directions=ring(),
        channel="blue",
    )


def around_it(dent: Dent, axis: NDArray[np.float64]) -> tuple[slice, slice]:
    """Rows and columns that the dent can reach."""
    reach = dent.width_mm
    y = np.searchsorted(axis, (dent.y_mm - reach, dent.y_mm + reach))
    wide = reach * (3 if dent.linear else 1)
    x = np.searchsorted(axis, (dent.x_mm - wide, dent.x_mm + wide))
    return slice(int(y[0]), int(y[1])), slice(int(x[0]), int(x[1]))


def texture(random: np.random.Generator, count: int, pixel_mm: float) -> NDArray[np.float64]:
    """Smooth noise of 20 µm, rough like skin."""
    white = random.standard_normal((2, count, count))
    fine = cv2.GaussianBlur(white[0], (0, 0), 0.15 / pixel_mm)
    coarse = cv2.GaussianBlur(white[1], (0, 0), 0.6 / pixel_mm)
    return np.asarray(0.01 * fine / fine.std() + 0.017 * coarse / coarse.std())


def ring() -> NDArray[np.float64]:
    """Eight lights around, at two elevations."""
    azimuth = np.arange(LIGHTS) * 2 * np.pi / LIGHTS
    elevation = np.radians(np.where(np.arange(LIGHTS) % 2 == 0, 35.0, 55.0))
    return np.stack(
        [np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)], axis=1
    )


def profile(dent: Dent, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the dent lies below the skin at each point."""
    dx, dy = x - dent.x_mm, y - dent.y_mm
    wobble = 1 + 0.12 * np.sin(3 * np.arctan2(dy, dx) + dent.x_mm)
    r = np.hypot(dx / (3.0 if dent.linear else 1.0), dy) / (dent.width_mm / 2 * wobble)
    shapes = {
        "icepick": np.clip(1 - r, 0, None) ** 1.2,
        "boxcar": 1 / (1 + np.exp(np.clip((r - 0.85) * 18, -50, 50))),
    }
    return np.asarray(dent.depth_mm * shapes.get(dent.kind, np.cos(np.clip(r, 0, 1) * np.pi / 2) ** 2))


def assessment_of(dents: Sequence[Dent], relief: Relief, *, site: str | None = "left cheek") -> Assessment:
    """The assessment of a relief made by ``relief_of`` from the same dents."""
    rows, cols = relief.shape
    photographs = relief.method == "photometric"
    return Assessment(
        provenance=Provenance(
            cicatrix="0.1.0",
            python="3.12.1",
            libraries={"numpy": "2.1.0", "opencv": "4.11.0"},
            inputs=(InputFile(name="capture.toml", bytes=213, sha256="ab" * 32),),
            settings={"detect": {"smallest_mm": 0.6, "largest_mm": 10.0}, "seed": None},
        ),
        capture=CaptureSummary(
            kind="lights" if photographs else "height",
            site=site,
            pixel_mm=relief.pixel_mm,
            rows=rows,
            cols=cols,
            width_mm=cols * relief.pixel_mm,
            height_mm=rows * relief.pixel_mm,
            lights=LIGHTS if photographs else 0,
            channel=relief.channel,
            light=relief.light,
            images=images() if photographs else (),
            trusted_lights=shares(relief.trusted),
            coverage=0.973 if photographs else 1.0,
            relief_noise_mm=0.0213,
            elevations_deg=(35.0, 55.0) * (LIGHTS // 2) if photographs else (),
        ),
        scars=tuple(scar_of(number, dent, relief) for number, dent in enumerate(dents, 1)),
        limits=(
            "Scars shallower than about three times the relief noise are not told from normal skin.",
            "The floor of a narrow, deep scar may lie in shadow under every light.",
        ),
    )


def images() -> tuple[ImageQuality, ...]:
    return tuple(
        ImageQuality(name=f"light_{n}.jpg", saturated=0.021 if n == 3 else 0.0004 * n, black=0.001, median=0.31)
        for n in range(LIGHTS)
    )


def shares(trusted: NDArray[np.uint8] | None) -> dict[str, float] | None:
    if trusted is None:
        return None
    counts = np.bincount(trusted.ravel(), minlength=LIGHTS + 1)
    return {str(lights): float(count / trusted.size) for lights, count in enumerate(counts)}


def scar_of(number: int, dent: Dent, relief: Relief) -> Scar:
    area = np.pi * (dent.width_mm / 2) ** 2
    volume = area * dent.depth_mm * 0.5
    others: list[Kind] = [kind for kind in ("icepick", "boxcar", "rolling", "raised") if kind != dent.kind]
    sure = 0.41 if dent.kind == "undecided" else 0.87
    if dent.kind == "undecided":
        shares: dict[str, float] = {"boxcar": 0.41, "rolling": 0.38, "icepick": 0.21}
    else:
        shares = {dent.kind: sure, others[0]: (1 - sure) * 0.8, others[1]: (1 - sure) * 0.2}
    return Scar(
        id=f"s{number:03d}",
        kind=dent.kind,
        depth_class=("deep" if dent.depth_mm >= 0.5 else "shallow") if dent.kind == "boxcar" else None,
        kind_probability=shares,
        x_mm=dent.x_mm,
        y_mm=dent.y_mm,
        linear=dent.linear,
        at_edge=dent.at_edge,
        width_mm=around(dent.width_mm, 0.06),
        longest_mm=around(dent.width_mm * (3.1 if dent.linear else 1.1), 0.06),
        shortest_mm=around(dent.width_mm * 0.9, 0.06),
        depth_from="shading",
        depth_mm=around(dent.depth_mm, 0.11),
        area_mm2=around(area, 0.12),
        volume_mm3=around(volume, 0.18),
        wall_angle_deg=around(min(80.0, np.degrees(np.arctan(abs(dent.depth_mm) / dent.width_mm * 4))), 0.1),
        floor_flatness=around(0.7 if dent.kind == "boxcar" else 0.25, 0.2),
        shadowed=None if relief.trusted is None else (0.43 if dent.kind == "icepick" else 0.04),
        outline_mm=outline(dent),
        section=section(dent, relief),
    )


def around(value: float, share: float) -> Measured:
    return Measured.of(value, value - abs(value) * share, value + abs(value) * share)


def outline(dent: Dent) -> tuple[tuple[float, float], ...]:
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    reach = dent.width_mm / 2 * (1 + 0.12 * np.sin(3 * angle + dent.x_mm))
    x = dent.x_mm + reach * np.cos(angle) * (3.0 if dent.linear else 1.0)
    y = dent.y_mm + reach * np.sin(angle)
    return tuple((round(a, 4), round(b, 4)) for a, b in zip(x.tolist(), y.tolist(), strict=True))


def section(dent: Dent, relief: Relief) -> Section:
    """The cut from top to bottom through the scar's middle, one width of skin on both sides."""
    rows, _ = relief.shape
    column = min(max(int(dent.x_mm / relief.pixel_mm), 0), relief.shape[1] - 1)
    first = max(int((dent.y_mm - dent.width_mm) / relief.pixel_mm), 0)
    last = min(int((dent.y_mm + dent.width_mm) / relief.pixel_mm), rows - 1)
    height = relief.height_mm[first : last + 1, column].astype(float)
    along = np.arange(len(height)) * relief.pixel_mm
    rim = np.linspace(height[:3].mean(), height[-3:].mean(), len(height))
    x = (column + 0.5) * relief.pixel_mm
    return Section(
        along_mm=tuple(np.round(along, 4).tolist()),
        height_mm=tuple(np.round(height, 5).tolist()),
        rim_mm=tuple(np.round(rim, 5).tolist()),
        from_mm=(x, (first + 0.5) * relief.pixel_mm),
        to_mm=(x, (last + 0.5) * relief.pixel_mm),
    )


def many(count: int, size_mm: float) -> tuple[Dent, ...]:
    """``count`` dents of all kinds on a jittered grid."""
    random = np.random.default_rng(3)
    side = int(np.ceil(np.sqrt(count)))
    pitch = size_mm / side
    kinds: tuple[Kind, ...] = ("icepick", "boxcar", "rolling", "raised", "undecided")
    widths = {"icepick": 1.2, "boxcar": 2.2, "rolling": 4.4, "raised": 2.4, "undecided": 1.9}
    dents = []
    for at in range(count):
        kind = kinds[int(random.choice(5, p=[0.25, 0.3, 0.25, 0.08, 0.12]))]
        width = min(widths[kind] * float(random.uniform(0.7, 1.3)), pitch * 0.9)
        depth = float(random.uniform(0.12, 0.7)) * (-1 if kind == "raised" else 1)
        x = (at % side + 0.5 + float(random.uniform(-0.2, 0.2))) * pitch
        y = (at // side + 0.5 + float(random.uniform(-0.2, 0.2))) * pitch
        dents.append(Dent(kind, x, y, width, depth))
    return tuple(dents)
