"""The options of ``cicatrix phantom``: one for each field of ``PhantomSettings`` and ``CardShots``, and the visits."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cicatrix.phantom.options import FileFormat, PhantomKind, Tone

__all__ = [
    "Age",
    "AzimuthJitterDeg",
    "BlurPx",
    "Boxcar",
    "BrownMarks",
    "CardAutoExposure",
    "CardBeam",
    "CardCameraMm",
    "CardEquivalentMm",
    "CardFaults",
    "CardGapDeg",
    "CardGapHour",
    "CardNotes",
    "CardPixels",
    "CardRoom",
    "CardShakeDeg",
    "CardShakeMm",
    "CardTiltDeg",
    "CardTorchMm",
    "CardWindowMm",
    "DepthLeft",
    "Distractors",
    "ElevationDeg",
    "FormRadiusMm",
    "FormatChoice",
    "Gloss",
    "Icepick",
    "Interreflection",
    "JpegQuality",
    "Kind",
    "LightDistanceMm",
    "LightSizeDeg",
    "Lights",
    "Linear",
    "MarksLeft",
    "MicroRelief",
    "Noise",
    "OffFamily",
    "PixelMm",
    "Raised",
    "RedMarks",
    "Rolling",
    "Roughness",
    "SizeMm",
    "Subsurface",
    "TiltDeg",
    "ToneChoice",
    "Visit",
]

FAULT_HELP: Final = (
    "With --kind card: what goes wrong, as NAME=NUMBER for all photographs, or as in 3:NAME=NUMBER for the third; may "
    "be repeated. NAME is one of cut_off, bend_mm, tilt_deg, defocus_px, skin_shift_mm, exposure, torch_elevation_deg, "
    "torch_mm, gloss, room."
)


def number_or_none(text: str | float) -> float | None:
    """A number, or None for ``none``; Typer passes the default, a number, through it as well.

    Raises
    ------
    ValueError
        It is neither.
    """
    return None if str(text).strip().lower() == "none" else float(text)


Kind = Annotated[
    PhantomKind,
    typer.Option(
        help="lights: photographs under known lights; card: photographs of the printed card; height: a height map."
    ),
]
SizeMm = Annotated[float, typer.Option(help="Side of the square field.")]
PixelMm = Annotated[float, typer.Option(help="Width of a pixel.")]
Lights = Annotated[int, typer.Option(help="Number of lights, spread around the field.")]
ElevationDeg = Annotated[
    tuple[float, float],
    typer.Option(help="Lowest and highest elevation of the lights above the skin; each is drawn between them."),
]
AzimuthJitterDeg = Annotated[
    float, typer.Option(help="Largest deviation of a light from its even spacing around the circle.")
]
LightDistanceMm = Annotated[
    float | None,
    typer.Option(
        parser=number_or_none,
        metavar="NUMBER|none",
        help="Distance of the lights from the middle of the field; none for very distant lights.",
    ),
]
LightSizeDeg = Annotated[
    float, typer.Option(help="Angular diameter of a light as the skin sees it; it makes the penumbra.")
]
ToneChoice = Annotated[Tone, typer.Option(help="Class of the skin's individual typology angle.")]
Gloss = Annotated[
    float, typer.Option(help="Strength of the oil layer's reflection; 0 none, 1 ordinary facial skin, 2 oily.")
]
Roughness = Annotated[float, typer.Option(help="Roughness of the oil layer (slope of the GGX distribution).")]
Subsurface = Annotated[
    float,
    typer.Option(help="Scale of the lengths that light travels inside the skin; 0 none, 1 the published profile."),
]
Interreflection = Annotated[bool, typer.Option(help="Light bounces between the walls of a pit.")]
Noise = Annotated[
    float,
    typer.Option(help="Scale of the camera's noise; 0 none, 1 a full well of 20 000 electrons and a read noise of 8."),
]
BlurPx = Annotated[float, typer.Option(help="Standard deviation of the lens's blur.")]
FormatChoice = Annotated[
    FileFormat, typer.Option(help="jpeg (4:2:0), png (8 bit), png16 (16 bit) or tiff (float, linear).")
]
JpegQuality = Annotated[int, typer.Option(help="JPEG quality.")]
Icepick = Annotated[int, typer.Option(help="Number of icepick scars.")]
Boxcar = Annotated[int, typer.Option(help="Number of boxcar scars.")]
Rolling = Annotated[int, typer.Option(help="Number of rolling scars.")]
Raised = Annotated[int, typer.Option(help="Number of raised scars.")]
Linear = Annotated[int, typer.Option(help="Number of linear scars.")]
OffFamily = Annotated[
    bool,
    typer.Option(
        help="About a third of the scars is not textbook: lopsided, stepped floors, leaning tracts, overlapping pits."
    ),
]
RedMarks = Annotated[int, typer.Option(help="Number of red marks.")]
BrownMarks = Annotated[int, typer.Option(help="Number of brown marks.")]
FormRadiusMm = Annotated[
    float | None,
    typer.Option(parser=number_or_none, metavar="NUMBER|none", help="Radius of the cheek; none for a flat form."),
]
TiltDeg = Annotated[float, typer.Option(help="Largest tilt of the field away from the camera.")]
MicroRelief = Annotated[
    float, typer.Option(help="Strength of skin lines, pores and fine noise; 0 none, 1 ordinary facial skin.")
]
Age = Annotated[float, typer.Option(help="0 young (fine, even cells) to 1 old (coarse, stretched, deeper lines).")]
Distractors = Annotated[
    bool, typer.Option(help="Scatter large pores, a shallow crease and a flat mole, which are not scars.")
]
CardWindowMm = Annotated[int, typer.Option(help="With --kind card: side of the card's square window, whole mm.")]
CardTorchMm = Annotated[
    tuple[float, float],
    typer.Option(help="With --kind card: nearest and farthest distance of the torch from the middle of the window."),
]
CardGapHour = Annotated[int, typer.Option(help="With --kind card: hour of the dial around which no torch is held.")]
CardGapDeg = Annotated[float, typer.Option(help="With --kind card: width of that gap; 0 for none.")]
CardBeam = Annotated[
    float,
    typer.Option(help="With --kind card: power of the cosine by which the torch's beam falls off from its axis."),
]
CardRoom = Annotated[
    float, typer.Option(help="With --kind card: light of the room on the window, as a share of the torch's.")
]
CardCameraMm = Annotated[
    float, typer.Option(help="With --kind card: approximate distance of the camera from the middle of the window.")
]
CardEquivalentMm = Annotated[float, typer.Option(help="With --kind card: focal length, 35 mm equivalent.")]
CardPixels = Annotated[tuple[int, int], typer.Option(help="With --kind card: width and height of a photograph.")]
CardTiltDeg = Annotated[float, typer.Option(help="With --kind card: tilt of the camera's axis from upright.")]
CardShakeMm = Annotated[
    float, typer.Option(help="With --kind card: standard deviation of the camera's position between photographs.")
]
CardShakeDeg = Annotated[
    float, typer.Option(help="With --kind card: standard deviation of the camera's angles between photographs.")
]
CardAutoExposure = Annotated[
    bool,
    typer.Option(
        help="With --kind card: the camera exposes each photograph by itself, and records it, instead of all alike."
    ),
]
CardNotes = Annotated[bool, typer.Option(help="With --kind card: the files record focal length and exposure (EXIF).")]
CardFaults = Annotated[list[str] | None, typer.Option("--card-fault", metavar="FAULT", help=FAULT_HELP)]
Visit = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Number of the visit: with one seed, --visit 1, 2 and so on capture the same skin again, moved, turned "
        "and under newly drawn lights. Scars and marks are then counted on a skin somewhat larger than the picture.",
    ),
]
DepthLeft = Annotated[float, typer.Option(help="With --visit: factor on the depth of every scar, from 0 to 2.")]
MarksLeft = Annotated[
    float, typer.Option(help="With --visit: factor on the pigment and blood of every mark, from 0 to 2.")
]
