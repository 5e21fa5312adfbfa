"""What a phantom is asked to be: counts, skin, lights, camera, and the ranges that each may take."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from cicatrix.errors import InputError

__all__ = ["TONES", "FileFormat", "PhantomKind", "PhantomSettings", "Tone"]

PhantomKind = Literal["lights", "card", "height"]
FileFormat = Literal["jpeg", "png", "png16", "tiff"]
Tone = Literal["very_light", "light", "intermediate", "tan", "brown", "very_dark"]

TONES: Final[tuple[Tone, ...]] = get_args(Tone)
"""The six classes of the individual typology angle, lightest first."""

_RANGES: Final[dict[str, tuple[float, float]]] = {
    "size_mm": (4.0, 200.0),
    "pixel_mm": (0.005, 0.2),
    "lights": (1, 64),
    "azimuth_jitter_deg": (0.0, 45.0),
    "light_distance_mm": (50.0, 1e5),
    "light_size_deg": (0.0, 20.0),
    "gloss": (0.0, 4.0),
    "roughness": (0.15, 0.8),
    "subsurface": (0.0, 4.0),
    "noise": (0.0, 20.0),
    "blur_px": (0.0, 5.0),
    "jpeg_quality": (30, 100),
    "icepick": (0, 200),
    "boxcar": (0, 200),
    "rolling": (0, 200),
    "raised": (0, 200),
    "linear": (0, 200),
    "red_marks": (0, 200),
    "brown_marks": (0, 200),
    "form_radius_mm": (25.0, 1e6),
    "tilt_deg": (0.0, 30.0),
    "micro_relief": (0.0, 4.0),
    "age": (0.0, 1.0),
}
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "kind": get_args(PhantomKind),
    "tone": TONES,
    "file_format": get_args(FileFormat),
}
_NONE_ALLOWED: Final = frozenset({"light_distance_mm", "form_radius_mm"})
_WHOLE: Final = frozenset(
    {
        "lights",
        "jpeg_quality",
        "icepick",
        "boxcar",
        "rolling",
        "raised",
        "linear",
        "red_marks",
        "brown_marks",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhantomSettings:
    """What to make. Every field has a default; a value out of range raises ``InputError``.

    Attributes
    ----------
    kind
        ``"lights"`` for photographs under known lights, ``"card"`` for photographs of the printed card, whose window
        is then the field, ``"height"`` for a height map.
    size_mm, pixel_mm
        Side of the square field and width of a pixel.
    lights
        Number of lights, distributed around the field.
    elevation_deg
        Lowest and highest elevation of the lights above the skin; each is drawn between them.
    azimuth_jitter_deg
        How far a light may stand from its even place around the circle.
    light_distance_mm
        Distance of the lights from the middle of the field; None for lights that are very far.
    light_size_deg
        Angular diameter of a light as the skin sees it; it makes the penumbra.
    tone
        Class of the skin's individual typology angle.
    gloss
        Strength of the oil layer's reflection; 0 none, 1 ordinary facial skin, 2 oily.
    roughness
        Roughness of the oil layer (slope of the GGX distribution).
    subsurface
        Scale of the lengths that light travels inside the skin; 0 none, 1 the published profile.
    interreflection
        Whether light bounces between the walls of a pit.
    noise
        Scale of the camera's noise; 0 none, 1 a camera that holds 20 000 electrons a pixel and reads them with 8.
    blur_px
        Standard deviation of the lens's blur.
    file_format, jpeg_quality
        ``"jpeg"`` (4:2:0), ``"png"`` (8 bit), ``"png16"`` (16 bit), ``"tiff"`` (float, linear).
    icepick, boxcar, rolling, raised, linear
        How many scars of each kind.
    off_family
        Whether about a third of the scars leaves the textbook: lopsided, stepped floors, leaning tracts,
        overlapping pits.
    red_marks, brown_marks
        How many flat marks.
    form_radius_mm
        Radius of the cheek; None for a flat form.
    tilt_deg
        Most that the field may lean away from the camera.
    micro_relief
        Strength of skin lines, pores and fine noise; 0 none, 1 ordinary facial skin.
    age
        0 young (fine, even cells) to 1 old (coarse, stretched, deeper lines).
    distractors
        Whether to scatter large pores, a shallow crease and a flat mole, which are no scars.
    """

    kind: PhantomKind = "lights"
    size_mm: float = 40.0
    pixel_mm: float = 0.04
    lights: int = 8
    elevation_deg: tuple[float, float] = (25.0, 65.0)
    azimuth_jitter_deg: float = 8.0
    light_distance_mm: float | None = None
    light_size_deg: float = 1.5
    tone: Tone = "light"
    gloss: float = 0.6
    roughness: float = 0.35
    subsurface: float = 1.0
    interreflection: bool = True
    noise: float = 1.0
    blur_px: float = 0.5
    file_format: FileFormat = "jpeg"
    jpeg_quality: int = 95
    icepick: int = 5
    boxcar: int = 5
    rolling: int = 4
    raised: int = 1
    linear: int = 0
    off_family: bool = False
    red_marks: int = 3
    brown_marks: int = 3
    form_radius_mm: float | None = 80.0
    tilt_deg: float = 5.0
    micro_relief: float = 1.0
    age: float = 0.4
    distractors: bool = True

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise InputError(
                    f"{name} is {getattr(self, name)!r}",
                    allowed=", ".join(allowed),
                    fix=f"give one of these as {name}",
                )
        for name, (low, high) in _RANGES.items():
            self._check_number(name, getattr(self, name), low, high)
        self._check_elevation()
        if self.size_mm / self.pixel_mm > 12000:
            raise InputError(
                f"{self.size_mm:g} mm at {self.pixel_mm:g} mm a pixel is {self.size_mm / self.pixel_mm:.0f} pixels",
                allowed="at most 12000 pixels a side",
                fix="choose a smaller field or larger pixels",
            )

    def _check_number(self, name: str, value: Any, low: float, high: float) -> None:
        if value is None and name in _NONE_ALLOWED:
            return
        whole = name in _WHOLE
        right_type = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not right_type or not math.isfinite(value) or not low <= value <= high:
            raise InputError(
                f"{name} is {value!r}",
                allowed=f"{'a whole number' if whole else 'a number'} from {low:g} to {high:g}",
                fix=f"give {name} inside this range",
            )

    def _check_elevation(self) -> None:
        low, high = self.elevation_deg
        if not 5.0 <= low <= high <= 89.0:
            raise InputError(
                f"elevation_deg is ({low:g}, {high:g})",
                allowed="two angles, the lower first, from 5 to 89",
                fix="give the lowest and the highest elevation of the lights in degrees",
            )

    @property
    def pixels(self) -> int:
        """Rows and columns of the square field."""
        return max(1, round(self.size_mm / self.pixel_mm))

    def as_json(self) -> dict[str, Any]:
        """Every field as plain JSON values."""
        return asdict(self) | {"elevation_deg": list(self.elevation_deg)}
