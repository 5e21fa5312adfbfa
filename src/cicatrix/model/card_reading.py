"""Reading of the printed card in a capture: scale, where each light stood, colour, and what to do better."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cicatrix.model.quantity import Finite, Measured, Record, Share

__all__ = ["Advice", "AdviceCode", "CardPhoto", "CardReading", "ColourCorrection", "Torch", "Verdict"]

Verdict = Literal["measured", "wider", "refused"]
"""``measured``: fit to measure. ``wider``: measured with wider intervals. ``refused``: cannot be measured."""

AdviceCode = Literal[
    "no_card",
    "card_cut_off",
    "card_bent",
    "card_tilted",
    "out_of_focus",
    "moved",
    "too_dark",
    "burnt_out",
    "torch_too_low",
    "torch_too_high",
    "torch_too_near",
    "side_missing",
    "too_few",
    "gloss",
    "room_light",
    "different_camera",
    "coarse",
    "scale_unchecked",
]


class Advice(Record):
    """One thing that is wrong, and what to do next time."""

    code: AdviceCode
    photo: str | None = Field(description="File name; None where it is about all photographs together.")
    effect: Verdict = Field(
        description=(
            "``measured``: only a hint. ``wider``: the intervals grow. ``refused``: the photograph (or, without one, "
            "the\ncapture) is not used."
        )
    )
    text: str = Field(description="What is wrong, in plain words, with its number.")
    fix: str = Field(description="What to do, in plain words.")


class Torch(Record):
    """Where the light stood in one photograph, from the middle of the window: x to the right, y up, z to the camera."""

    x_mm: Measured
    y_mm: Measured
    z_mm: Measured
    distance_mm: Measured
    elevation_deg: Measured = Field(description="Above the card's plane.")
    clock_hour: Finite = Field(description="Hour of the dial that it stood at, 12 is up.")
    direction_error_deg: Finite = Field(description="95 % bound on the error of its direction.")
    strength: Finite = Field(description="Relative to the mean of all photographs.")
    room_light: Share = Field(description="Share of the light on the window that was not the torch's.")


class CardPhoto(Record):
    """One photograph."""

    name: str
    used: bool
    markers: Annotated[int, Field(ge=0)] = Field(description="Number of markers that were found.")
    tilt_deg: Finite | None = Field(
        default=None, description="Between the camera's axis and the card's upright; None where no card was found."
    )
    camera_mm: Finite | None = Field(default=None, description="Distance of the camera from the middle of the window.")
    pixel_mm: Finite | None = Field(
        default=None, description="Width of a pixel of the photograph on the card, at the window."
    )
    rim_flow_px: Finite | None = Field(
        default=None,
        description=(
            "Residual motion at the window's rim against the other photographs, in pixels of the common picture."
        ),
    )
    bend_mm: Finite | None = Field(default=None, description="How far the card leaves a plane.")
    sharpness: Finite | None = Field(default=None, description="Width of a printed edge, in pixels.")
    torch: Torch | None = None


class ColourCorrection(Record):
    """From the printed patches to linear sRGB."""

    corrected: bool = Field(
        description=(
            "False where the patches do not allow it: colours are then as the camera gave them. True also where they "
            "were\nright before."
        )
    )
    before: Finite = Field(description="Median CIEDE2000 difference of the patches from their nominal colours, before.")
    after: Finite = Field(description="The same afterwards, of patches that were left out of the fit in turn.")
    worst: Finite
    text: str


class CardReading(Record):
    """The whole reading of the card."""

    verdict: Verdict
    window_mm: tuple[int, int]
    print_scale: Finite = Field(description="Printed size over nominal size; 1 unless it was stated.")
    scale_error: Share = Field(
        description=("95 % bound on the error of the scale, as a fraction; without the error of the printer.")
    )
    pixel_mm: Finite
    photos: tuple[CardPhoto, ...]
    advice: tuple[Advice, ...]
    colour: ColourCorrection | None
    focal_px: Finite = Field(description="Focal length in pixels, and where it comes from.")
    focal_from: Literal["exif", "estimated"]
