"""``cicatrix check``: can this capture be measured, what is wrong with each photograph, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cicatrix.console import progress_bars

if TYPE_CHECKING:
    from rich.console import Console

    from cicatrix.model.card_reading import CardReading, Torch, Verdict

__all__ = ["check"]

EXIT: Final[dict[Verdict, int]] = {"measured": 0, "wider": 1, "refused": 2}

SAID: Final[dict[Verdict, str]] = {
    "measured": "This capture can be measured.",
    "wider": "This capture can be measured, with wider intervals.",
    "refused": "This capture cannot be measured.",
}

COSTS: Final[dict[Verdict, str]] = {"measured": "hint", "wider": "widens intervals", "refused": "not used"}


def check(
    capture: Annotated[Path, typer.Argument(metavar="CAPTURE", help="Folder with a capture.toml.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say whether a capture can be measured, what is wrong with each photograph, and what to do next.

    The exit code is 0 when it can be measured, 1 when it can with wider intervals, 2 when it cannot.
    """
    kind, reading, images = _look(capture)
    verdict: Verdict = "measured" if reading is None else reading.verdict
    if as_json:
        import json  # noqa: PLC0415

        card = None if reading is None else reading.model_dump(mode="json")
        typer.echo(json.dumps({"kind": kind, "verdict": verdict, "card": card, "images": images}, indent=1))
    else:
        from rich.console import Console  # noqa: PLC0415

        console = Console(highlight=False, markup=False)
        console.print(SAID[verdict])
        if reading is None:
            _print_images(images, console)
        else:
            _print_card(reading, console)
    if EXIT[verdict]:
        raise typer.Exit(EXIT[verdict])


def _look(folder: Path) -> tuple[str, CardReading | None, list[dict[str, Any]]]:
    """Kind of a capture, what its card told, and how its photographs are exposed."""
    from cicatrix.capture import read_capture  # noqa: PLC0415
    from cicatrix.capture.card.read import assemble_card  # noqa: PLC0415
    from cicatrix.capture.manifest import load_manifest  # noqa: PLC0415
    from cicatrix.model.capture import LightsCapture  # noqa: PLC0415

    manifest = load_manifest(folder)
    with progress_bars() as tell:
        if manifest.values.get("kind") == "card":
            made = assemble_card(manifest, tell)
            quality = () if made.capture is None else made.capture.quality
            return "card", made.reading, [one.model_dump(mode="json") for one in quality]
        capture = read_capture(folder, progress=tell)
    quality = capture.quality if isinstance(capture, LightsCapture) else ()
    return capture.kind, None, [one.model_dump(mode="json") for one in quality]


def _print_images(images: list[dict[str, Any]], console: Console) -> None:
    from rich.table import Table  # noqa: PLC0415

    if not images:
        return
    table = Table("photograph", "saturated", "black", "median brightness")
    for one in images:
        table.add_row(one["name"], *(f"{100 * one[name]:.1f} %" for name in ("saturated", "black", "median")))
    console.print(table)


def _place(torch: Torch) -> str:
    hour = round(torch.clock_hour) % 12 or 12
    return f"{hour} o'clock, {torch.elevation_deg.value:.0f}°, {torch.distance_mm.value:.0f} mm"


def _print_card(reading: CardReading, console: Console) -> None:
    from rich.table import Table  # noqa: PLC0415

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
