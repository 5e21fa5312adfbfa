"""``cicatrix check``: can this capture be measured, what is wrong with each photograph, and what to do next."""

from __future__ import annotations

from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from cicatrix.cli.options import CaptureArgument, JsonOption
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.model.capture import ImageQuality
from cicatrix.model.capture_check import COSTS, SAID
from cicatrix.model.card_reading import CardReading, Torch, Verdict
from cicatrix.pipeline.check import check_capture

__all__ = ["check"]

EXIT: Final[dict[Verdict, int]] = {"measured": 0, "wider": 1, "refused": 2}


def check(capture: CaptureArgument, *, as_json: JsonOption = False) -> None:
    """Say whether a capture can be measured, what is wrong with each photograph, and what to do next.

    The exit code is 0 when it can be measured, 1 when it can with wider intervals, 2 when it cannot.
    """
    with progress_bars() as tell:
        coached, _ = check_capture(capture, tell)
    if as_json:
        print_json(coached)
    else:
        console = Console(highlight=False, markup=False)
        console.print(SAID[coached.verdict])
        if coached.card is None:
            _print_images(coached.images, console)
        else:
            _print_card(coached.card, console)
    if EXIT[coached.verdict]:
        raise typer.Exit(EXIT[coached.verdict])


def _print_images(images: tuple[ImageQuality, ...], console: Console) -> None:
    if not images:
        return
    table = Table("photograph", "saturated", "black", "median brightness")
    for one in images:
        table.add_row(one.name, *(f"{100 * share:.1f} %" for share in (one.saturated, one.black, one.median)))
    console.print(table)


def _place(torch: Torch) -> str:
    hour = round(torch.clock_hour) % 12 or 12
    return f"{hour} o'clock, {torch.elevation_deg.value:.0f}°, {torch.distance_mm.value:.0f} mm"


def _print_card(reading: CardReading, console: Console) -> None:
    width, height = reading.window_mm
    console.print(
        f"Card with a window of {width} x {height} mm; a pixel is {reading.pixel_mm:.3f} mm wide; "
        f"scale within {100 * reading.scale_error:.1f} % as far as the photographs tell."
    )
    table = Table("photograph", "used", "card tilt", "torch: hour, height, distance", "room light", "moved")
    for photo in reading.photos:
        torch = photo.torch
        table.add_row(
            photo.name,
            "yes" if photo.used else "no",
            "" if photo.tilt_deg is None else f"{photo.tilt_deg:.0f}°",
            "" if torch is None else _place(torch),
            "" if torch is None else f"{100 * torch.room_light:.0f} %",
            "" if photo.rim_flow_px is None else f"{photo.rim_flow_px:.1f} px",
        )
    console.print(table)
    if reading.colour is not None:
        console.print(reading.colour.text)
    for one in reading.advice:
        about = "" if one.photo is None else f"{one.photo}: "
        console.print(f"\n{about}{one.text} [{COSTS[one.effect]}]\n  What to do: {one.fix}")
