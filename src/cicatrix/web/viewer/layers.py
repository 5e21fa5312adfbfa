"""The layers of a result as plain pictures, and its heights, kept beside the record so that they are made once.

Everything here can be made again from ``relief.npz`` at any time; the folder may be deleted whenever it is in the way.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour import pigment_maps
from cicatrix.model import PigmentMaps, Relief, Scar
from cicatrix.model.light import encode_srgb
from cicatrix.report.encode import png
from cicatrix.report.marks import pigment_pictures
from cicatrix.report.pictures import FLAT_GREY, Picture, Pictures, paint, reduced

__all__ = ["LAYERS", "Layer", "Planes", "planes_of"]

LONGEST: Final = 4096
FORMAT: Final = 2
"""Number of this way of keeping planes; those of another are made again."""

CHANNELS: Final = ("red", "green", "blue")


@dataclass(frozen=True, slots=True)
class Layer:
    """What a layer is called, and what it shows."""

    title: str
    about: str


LAYERS: Final[dict[str, Layer]] = {
    "colour": Layer("Colour", "The skin’s own colour, without light and shade."),
    "lit": Layer(
        "Lit from the side", "The skin’s colour with the shade of its relief, drawn with light from the upper left."
    ),
    "relief": Layer("Relief", "The relief as a matt grey surface with light from the upper left, heights 1.5 times."),
    "height": Layer("Height", "Blue lies below the level of the skin, brown above it."),
    "albedo": Layer("Albedo", "How much light the skin throws back in the channel that was measured in."),
    "melanin": Layer("Melanin", "Pigment against plain skin: brown is more, blue is less, up to 15 index units."),
    "erythema": Layer("Haemoglobin", "Redness against plain skin: red is more, blue is less, up to 10 index units."),
    "confidence": Layer("Confidence", "How many lights could be trusted: pale is all of them, dark is none."),
}
"""Layers in the order in which they are offered; without photographs there are only relief and height."""

_one_at_a_time = threading.Lock()
"""A large relief fills much memory: only one is painted at a time."""


@dataclass(frozen=True, slots=True)
class Planes:
    """A folder with ``<layer>.png``, ``height.npy`` (float32, mm) and what they span."""

    folder: Path
    layers: tuple[str, ...]
    pixel_mm: float
    rows: int
    cols: int
    limit_mm: float
    """Height at which the colours of the layer ``height`` end."""
    lights: int
    """Lights of the capture, all of which the layer ``confidence`` counts; 0 without photographs."""

    def picture(self, name: str) -> Path:
        """The file of a layer that is there."""
        return self.folder / f"{name}.png"

    def height_mm(self) -> NDArray[np.float32]:
        """``(rows, cols)``, read from the disk only where it is looked at."""
        return np.asanyarray(np.load(self.folder / "height.npy", mmap_mode="r"))


def planes_of(folder: Path, read: Callable[[], tuple[Relief, Sequence[Scar]]], *, longest: int = LONGEST) -> Planes:
    """The planes in ``folder``, made now where they are not there yet.

    Parameters
    ----------
    folder
        Where the planes of this result belong. It appears whole or not at all.
    read
        Gives the relief and the scars as they were measured; only called where the planes must be made.
    longest
        Longest side of a layer in pixels; the heights are kept as they are.
    """
    found = _found(folder)
    if found is not None:
        return found
    with _one_at_a_time:
        found = _found(folder)
        if found is not None:
            return found
        relief, scars = read()
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".planes-", dir=folder.parent) as lent:
            work = Path(lent) / "planes"
            work.mkdir()
            _write(work, relief, scars, longest)
            shutil.rmtree(folder, ignore_errors=True)
            try:
                work.replace(folder)
            except OSError:
                if _found(folder) is None:  # not another process that was as fast
                    raise
    made = _found(folder)
    assert made is not None  # noqa: S101 - written just now
    return made


def _found(folder: Path) -> Planes | None:
    try:
        told = json.loads((folder / "planes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if told.pop("format", None) != FORMAT:
        return None
    return Planes(folder=folder, **(told | {"layers": tuple(told["layers"])}))


def _write(work: Path, relief: Relief, scars: Sequence[Scar], longest: int) -> None:
    pictures = paint(relief, longest)
    found = layer_pictures(relief, pictures, pigment_maps(relief, scars), longest)
    for name, picture in found.items():
        (work / f"{name}.png").write_bytes(png(picture, relief.pixel_mm * relief.shape[1] / picture.shape[1]))
    np.save(work / "height.npy", np.ascontiguousarray(relief.height_mm, dtype=np.float32))
    told = {
        "format": FORMAT,
        "layers": list(found),
        "pixel_mm": relief.pixel_mm,
        "rows": relief.shape[0],
        "cols": relief.shape[1],
        "limit_mm": pictures.limit_mm,
        "lights": len(pictures.directions),
    }
    (work / "planes.json").write_text(json.dumps(told), encoding="utf-8")


def layer_pictures(relief: Relief, pictures: Pictures, pigment: PigmentMaps | None, longest: int) -> dict[str, Picture]:
    """Every layer that there is, in the order of ``LAYERS``: grey ``(rows, cols)`` or RGB ``(rows, cols, 3)``."""
    pigments = pigment_pictures(pigment)
    found: dict[str, Picture | None] = {
        "colour": pictures.colour,
        "lit": None if pictures.colour is None else _lit(pictures.colour, pictures.relief),
        "relief": pictures.relief,
        "height": pictures.height,
        "albedo": None if relief.albedo is None else _grey(reduced(relief.albedo, longest), relief.channel),
        "melanin": pigments.get("melanin.png"),
        "erythema": pigments.get("erythema.png"),
        "confidence": pictures.trusted,
    }
    return {name: picture for name in LAYERS if (picture := found[name]) is not None}


def _lit(colour: Picture, relief: Picture) -> Picture:
    """The colour as it is on flat skin, lighter and darker where the relief is."""
    grey = cv2.merge([relief, relief, relief])
    return np.asarray(cv2.multiply(colour, grey, scale=1.0 / (FLAT_GREY * 255.0)), dtype=np.uint8)


def _grey(albedo: NDArray[np.float32], channel: str | None) -> Picture:
    """The channel that was measured in, from black to the brightest hundredth."""
    plane = albedo[:, :, CHANNELS.index(channel)] if channel in CHANNELS else albedo.mean(axis=2)
    step = max(1, int(np.sqrt(plane.size / 1e6)))
    bright = max(float(np.percentile(plane[::step, ::step], 99)), 1e-6)
    table = encode_srgb(np.linspace(0, 1, 4096, dtype=np.float32))
    return np.asarray(table[np.rint(np.clip(plane / np.float32(bright), 0, 1) * np.float32(4095)).astype(np.uint16)])
