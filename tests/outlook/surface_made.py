"""Skin with known scars, as a relief with exact records, and forecasts for them; light cast by another kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Kind, Measured, Relief, Scar, Section
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import AfterSession, Result, ScarResult
from cicatrix.model.plan import Measures, Option, Step
from cicatrix.model.shots import Shots
from cicatrix.phantom.shadow import seen_share

Plane = NDArray[np.float32]

KINDS: tuple[Kind, ...] = ("icepick", "boxcar", "rolling", "raised")
EVEN = 0.1
"""Share of the light that comes from everywhere in the synthetic photographs."""


@dataclass(frozen=True)
class Dent:
    """A scar to be made; raised ones have a negative depth."""

    kind: Kind
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float
    long: float = 1.0
    """Length over breadth."""


FOUR = (
    Dent("icepick", 3.0, 3.0, 1.4, 1.0),
    Dent("boxcar", 8.5, 3.5, 3.0, 0.6),
    Dent("rolling", 4.0, 9.0, 4.5, 0.35),
    Dent("raised", 9.5, 9.0, 3.0, -0.3),
)


def dug(dents: Sequence[Dent], shape: tuple[int, int], pixel_mm: float) -> list[NDArray[np.float64]]:
    """How far each dent lies below flat skin, one plane a dent."""
    y, x = np.meshgrid(*((np.arange(n) + 0.5) * pixel_mm for n in shape), indexing="ij")
    planes = []
    for dent in dents:
        r = np.hypot((x - dent.x_mm) / dent.long, y - dent.y_mm) / (0.5 * dent.width_mm)
        t = np.clip(1.0 - r, 0.0, 1.0)
        shapes = {
            "icepick": t * (2.0 - t),
            "boxcar": np.clip(t / 0.3, 0.0, 1.0) ** 2 * (3.0 - 2.0 * np.clip(t / 0.3, 0.0, 1.0)),
        }
        planes.append(dent.depth_mm * shapes.get(dent.kind, t * t * (3.0 - 2.0 * t)))
    return planes


def skin(
    dents: Sequence[Dent] = FOUR,
    *,
    size_mm: tuple[float, float] = (12.0, 12.5),
    pixel_mm: float = 0.05,
    texture_mm: float = 0.01,
    seed: int = 0,
    lights: NDArray[np.float64] | None = None,
) -> tuple[Relief, tuple[Scar, ...]]:
    """Relief and records; photographs when there are ``lights``, ``(lights, 3)`` unit vectors."""
    shape = (round(size_mm[0] / pixel_mm), round(size_mm[1] / pixel_mm))
    planes = dug(dents, shape, pixel_mm)
    rough = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal(shape), (0, 0), 0.1 / pixel_mm)
    height = (texture_mm * rough / max(float(rough.std()), 1e-9) - sum(planes)).astype(np.float32)
    scars = tuple(
        record(f"S{i:02d}", dent, plane, pixel_mm) for i, (dent, plane) in enumerate(zip(dents, planes, strict=True))
    )
    form = np.zeros(shape, np.float32)
    if lights is None:
        return Relief(height, form, pixel_mm, "height"), scars
    albedo = np.empty((*shape, 3), np.float32)
    albedo[:] = (0.8, 0.6, 0.45)
    images = np.stack([photograph(height, albedo, light, pixel_mm) for light in lights])
    shots = Shots(images, True, np.ones((len(lights), 4, 4), np.float32), lights, 2, 0.0, 0.3)
    trusted = np.full(shape, len(lights), np.uint8)
    relief = Relief(
        height, form, pixel_mm, "photometric", albedo=albedo, trusted=trusted, directions=lights, channel="blue",
        light="consistent", gloss=0.0, shots=shots,
    )  # fmt: skip
    return relief, scars


def photograph(height: Plane, albedo: Plane, light: NDArray[np.float64], pixel_mm: float) -> NDArray[np.uint16]:
    """Matt skin without scattering under one far light, shadows by rays from every pixel, as linear 16-bit values."""
    down, across = np.gradient(height.astype(np.float64), pixel_mm)
    facing = (light[2] - light[0] * across + light[1] * down) / np.sqrt(1.0 + across**2 + down**2)
    lit = np.maximum(facing, 0.0) * seen_share(height, pixel_mm, light, far=True, size_deg=3.0)
    values = np.rint(np.clip(0.9 * albedo * (lit + EVEN)[..., None], 0.0, 1.0) * 65535.0)
    return np.asarray(values, dtype=np.uint16)


def record(name: str, dent: Dent, plane: NDArray[np.float64], pixel_mm: float) -> Scar:
    """What a perfect measurement would say."""
    angle = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)
    high, wide = plane.shape[0] * pixel_mm, plane.shape[1] * pixel_mm
    x = np.clip(dent.x_mm + 0.5 * dent.width_mm * dent.long * np.cos(angle), 0.0, wide)
    y = np.clip(dent.y_mm + 0.5 * dent.width_mm * np.sin(angle), 0.0, high)
    sure = dict.fromkeys(KINDS, 0.0) | {dent.kind: 1.0}
    if dent.kind == "undecided":
        sure = {"boxcar": 0.4, "rolling": 0.6}
    flat = Section(along_mm=(0.0, 1.0), height_mm=(0.0, 0.0), rim_mm=(0.0, 0.0), from_mm=(0, 0), to_mm=(1, 0))
    deep = "deep" if dent.depth_mm >= 0.5 else "shallow"
    return Scar(
        id=name, kind=dent.kind, depth_class=deep if dent.kind == "boxcar" else None, kind_probability=sure,
        x_mm=dent.x_mm, y_mm=dent.y_mm, linear=dent.long > 3.0, at_edge=bool(x.min() <= 0 or y.min() <= 0),
        width_mm=sharp(dent.width_mm), longest_mm=sharp(dent.width_mm * dent.long), shortest_mm=sharp(dent.width_mm),
        depth_mm=sharp(dent.depth_mm), depth_from="height", area_mm2=sharp(0.25 * np.pi * dent.width_mm**2 * dent.long),
        volume_mm3=sharp(float(plane.sum()) * pixel_mm**2), wall_angle_deg=sharp(45.0), floor_flatness=sharp(0.5),
        shadowed=None, outline_mm=tuple(zip(x.tolist(), y.tolist(), strict=True)), section=flat,
    )  # fmt: skip


def sharp(value: float) -> Measured:
    return Measured(value=value, low=value, high=value)


def left(value: float, low: float | None = None, high: float | None = None) -> Measured:
    return Measured(value=value, low=value if low is None else low, high=value if high is None else high)


TREATED: dict[Target, tuple[TreatmentId, ...]] = {
    "icepick": ("tca_cross",),
    "boxcar_shallow": ("fractional_laser_ablative",),
    "boxcar_deep": ("punch_elevation", "laser_resurfacing"),
    "rolling": ("subcision",),
    "hypertrophic": ("intralesional_steroid",),
}


def result(
    target: Target,
    treatments: Sequence[TreatmentId],
    remaining: Measured,
    volume: Measured | None = None,
    **changes: Any,
) -> Result:
    powered = Measured(**{end: getattr(remaining, end) ** 1.3 for end in ("value", "low", "high")})
    fields: dict[str, Any] = {
        "option": "balanced", "target": target, "treatments": tuple(treatments), "remaining": remaining,
        "remaining_volume": volume or powered,
        "untreated": sharp(1.0), "sessions": (), "basis": "made up", "scale": None, "trials": 0, "people": 0,
        "sources": (), "status": "assumption",
    }  # fmt: skip
    return Result(**(fields | changes))


def results(
    remaining: Measured, treated: Mapping[Target, Sequence[TreatmentId]] = TREATED, volume: Measured | None = None
) -> list[Result]:
    """The same forecast for every kind of scar that is treated."""
    return [result(target, names, remaining, volume) for target, names in treated.items()]


def after(treatment: TreatmentId, depth: float, day: int) -> AfterSession:
    return AfterSession(treatment=treatment, session=1, day=day, depth=sharp(depth), volume=sharp(depth))


def own(scar: Scar, depth: float, volume: float) -> ScarResult:
    """Forecast of one scar, as fractions of today."""
    return ScarResult(
        id=scar.id, option="balanced", depth_mm=sharp(depth * scar.depth_mm.value),
        volume_mm3=sharp(volume * scar.volume_mm3.value),
    )  # fmt: skip


def option(*steps: tuple[TreatmentId, tuple[Target, ...]]) -> Option:
    return Option(
        id="balanced", title="x", days=0, visits=0, downtime_days=None, price_usd=None, review_days=(),
        steps=tuple(
            Step(
                treatment=name, name=name, summary="x", stage="field", targets=targets, sessions=1, interval_days=0.0,
                start_day=0, end_day=0, visits=(0,), downtime_days=None, sources=(), status="assumption",
            )
            for name, targets in steps
        ),
        measures=Measures(gain=0, downtime_days=0, burden=0, pigment=0, cost_usd=0, days=0, treated=0),
    )  # fmt: skip
