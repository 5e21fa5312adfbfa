"""``cicatrix phantom``: make a capture of skin with known scars."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cicatrix.cli import phantom_options as options
from cicatrix.cli.options import JsonOption
from cicatrix.cli.output import print_json
from cicatrix.errors import InputError
from cicatrix.io.write import check_new
from cicatrix.phantom import (
    CardPhantom,
    CardShots,
    Fault,
    Phantom,
    PhantomSettings,
    make_card_phantom,
    make_phantom,
    truth_of,
    write_capture,
)
from cicatrix.phantom.revisit import make_visit

__all__ = ["phantom"]

SKIN: Final = PhantomSettings()
SHOTS: Final = CardShots()

_PREFIX: Final = "card_"
"""Before the options of ``CardShots``, which are for photographs of the card alone."""

_NOT_OF_CARD: Final = ("size_mm", "tilt_deg", "light_distance_mm")
"""Determined by the card's window, the card and the torch."""


def phantom(
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to; it must not exist yet, or be empty.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed and options make the same bytes.")] = 0,
    visit: options.Visit = None,
    depth_left: options.DepthLeft = 1.0,
    marks_left: options.MarksLeft = 1.0,
    kind: options.Kind = SKIN.kind,
    size_mm: options.SizeMm = SKIN.size_mm,
    pixel_mm: options.PixelMm = SKIN.pixel_mm,
    lights: options.Lights = SKIN.lights,
    elevation_deg: options.ElevationDeg = SKIN.elevation_deg,
    azimuth_jitter_deg: options.AzimuthJitterDeg = SKIN.azimuth_jitter_deg,
    light_distance_mm: options.LightDistanceMm = SKIN.light_distance_mm,
    light_size_deg: options.LightSizeDeg = SKIN.light_size_deg,
    tone: options.ToneChoice = SKIN.tone,
    gloss: options.Gloss = SKIN.gloss,
    roughness: options.Roughness = SKIN.roughness,
    subsurface: options.Subsurface = SKIN.subsurface,
    interreflection: options.Interreflection = SKIN.interreflection,
    noise: options.Noise = SKIN.noise,
    blur_px: options.BlurPx = SKIN.blur_px,
    file_format: options.FormatChoice = SKIN.file_format,
    jpeg_quality: options.JpegQuality = SKIN.jpeg_quality,
    icepick: options.Icepick = SKIN.icepick,
    boxcar: options.Boxcar = SKIN.boxcar,
    rolling: options.Rolling = SKIN.rolling,
    raised: options.Raised = SKIN.raised,
    linear: options.Linear = SKIN.linear,
    off_family: options.OffFamily = SKIN.off_family,
    red_marks: options.RedMarks = SKIN.red_marks,
    brown_marks: options.BrownMarks = SKIN.brown_marks,
    form_radius_mm: options.FormRadiusMm = SKIN.form_radius_mm,
    tilt_deg: options.TiltDeg = SKIN.tilt_deg,
    micro_relief: options.MicroRelief = SKIN.micro_relief,
    age: options.Age = SKIN.age,
    distractors: options.Distractors = SKIN.distractors,
    card_window_mm: options.CardWindowMm = SHOTS.window_mm,
    card_torch_mm: options.CardTorchMm = SHOTS.torch_mm,
    card_gap_hour: options.CardGapHour = SHOTS.gap_hour,
    card_gap_deg: options.CardGapDeg = SHOTS.gap_deg,
    card_beam: options.CardBeam = SHOTS.beam,
    card_room: options.CardRoom = SHOTS.room,
    card_camera_mm: options.CardCameraMm = SHOTS.camera_mm,
    card_equivalent_mm: options.CardEquivalentMm = SHOTS.equivalent_mm,
    card_pixels: options.CardPixels = SHOTS.pixels,
    card_tilt_deg: options.CardTiltDeg = SHOTS.tilt_deg,
    card_shake_mm: options.CardShakeMm = SHOTS.shake_mm,
    card_shake_deg: options.CardShakeDeg = SHOTS.shake_deg,
    card_auto_exposure: options.CardAutoExposure = SHOTS.auto_exposure,
    card_notes: options.CardNotes = SHOTS.notes,
    card_faults: options.CardFaults = None,
    as_json: JsonOption = False,
) -> None:
    """Make a capture of skin with known scars, and their truth, to check a rig or a setting.

    To try a comparison, make two visits of one seed, the later one with --depth-left 0.6.
    """
    given = locals()  # every option by its name
    settings = PhantomSettings(**{field.name: given[field.name] for field in fields(PhantomSettings)})
    of_card = {field.name: given[_PREFIX + field.name] for field in fields(CardShots)}
    shots = CardShots(**{**of_card, "faults": tuple(Fault.parse(text) for text in card_faults or ())})
    check_new(out)
    if settings.kind == "card":
        _refuse(settings, SKIN, _NOT_OF_CARD, "another kind than card")
    else:
        _refuse(shots, SHOTS, [field.name for field in fields(shots)], "--kind card", _PREFIX)
    made: Phantom | CardPhantom
    if visit is not None:
        made = make_visit(seed, settings, visit, depth_left=depth_left, marks_left=marks_left)
    elif (depth_left, marks_left) != (1.0, 1.0):
        raise InputError("--depth-left or --marks-left is given", allowed="it with --visit", fix="add --visit 2")
    elif settings.kind == "card":
        made = make_card_phantom(seed, settings, shots)
    else:
        made = make_phantom(seed, settings)
    write_capture(made, out)
    if as_json:
        print_json(truth_of(made))
    typer.echo(out / "capture.toml", err=as_json)


def _refuse(given: Any, default: Any, names: Collection[str], only_with: str, prefix: str = "") -> None:
    """Refuse options that would be ignored."""
    for name in names:
        if getattr(given, name) != getattr(default, name):
            option = f"--{prefix}{name}".replace("_", "-").replace("faults", "fault")
            raise InputError(f"{option} is given", allowed=f"it with {only_with}", fix="take it out, or change --kind")
