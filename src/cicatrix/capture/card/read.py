"""Captures of kind ``card``: photographs of the printed card on the skin, and nothing else needed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from cicatrix.capture.card.align import follow_skin
from cicatrix.capture.card.assemble import Assembled, Lens, assemble
from cicatrix.capture.card.exif import camera_notes
from cicatrix.capture.card.find import Found, Photo, find_card
from cicatrix.capture.card.rectify import Grid, Rectified, exposures, rectify, sample
from cicatrix.capture.images import decode, probe
from cicatrix.capture.manifest import Manifest
from cicatrix.capture.paths import inside
from cicatrix.capture.quality import in_range
from cicatrix.errors import CaptureError, ImageError
from cicatrix.io.read import input_file, read_bytes
from cicatrix.model.capture import InputFile, LightsCapture
from cicatrix.model.card import MARKER_MM
from cicatrix.model.card_reading import CardPhoto, CardReading, Torch
from cicatrix.model.quantity import Measured
from cicatrix.progress import Progress

__all__ = ["Shots", "assemble_card", "read_card", "read_shots"]

_KEYS: Final = ("kind", "images", "site", "print_scale", "marker_mm", "ambient")
_EXAMPLE: Final = '"*.jpg"'
_MOST: Final = 64
_SCALES: Final = (0.8, 1.25)
"""Least and largest print scale: beyond, the page was fitted to another paper and the card is better printed again."""
_AGREE: Final = 0.005
_WORKERS: Final = 2
_READING, _FINDING = "reading photographs", "finding the card"


@dataclass(frozen=True, slots=True, eq=False)
class Shots:
    """Photographs of a capture folder, before the card is looked for.

    Attributes
    ----------
    photos
        In the order of their names.
    ambient
        The photograph without the torch; None where there is none.
    files
        The manifest and all photographs.
    print_scale
        Printed over nominal size as stated; None where it was not stated.
    site
        Where on the body.
    folder
        The capture folder.
    """

    photos: tuple[Photo, ...]
    ambient: Photo | None
    files: tuple[InputFile, ...]
    print_scale: float | None
    site: str | None
    folder: Path


def read_card(manifest: Manifest, progress: Progress) -> LightsCapture:
    """Read photographs of the card, and tell scale, lights and colour from it.

    Parameters
    ----------
    manifest
        The capture's ``capture.toml``, with ``kind = "card"``.
    progress
        Called with a stage, how much of it is done, and how much there is.

    Raises
    ------
    CaptureError
        When a value in the manifest is wrong, or the photographs cannot be measured: it says why, and what to do.
    ImageError
        When a photograph cannot be read.
    MissingExtraError
        When a photograph needs an optional library.
    """
    assembled = assemble_card(manifest, progress)
    if assembled.capture is None:
        raise _refusal(assembled.reading, manifest)
    return assembled.capture


def assemble_card(manifest: Manifest, progress: Progress) -> Assembled:
    """Read the photographs and the card: the coach's advice, and the capture unless it is refused.

    Raises
    ------
    CaptureError
        When a value in the manifest is wrong, or no photograph shows a card.
    ImageError
        When a photograph cannot be read.
    """
    shots = read_shots(manifest, progress)
    progress(_FINDING, 0, 3)
    found = find_card(shots.photos)
    if found is None:
        raise CaptureError(
            f"no card was found in any of the {len(shots.photos)} photographs",
            path=shots.folder,
            allowed="photographs that show the whole printed card from above, in focus",
            fix="print one with: cicatrix card --out card.pdf; its second page shows how to take the photographs",
        )
    progress(_FINDING, 1, 3)
    motion = follow_skin(shots.photos, found)
    progress(_FINDING, 2, 3)
    rectified = rectify(shots.photos, found, motion)
    if shots.ambient is not None:
        rectified = _without_ambient(rectified, shots, found)
    progress(_FINDING, 3, 3)
    assembled = assemble(
        rectified,
        Lens(found.cameras[0].focal_px, found.focal_from == "exif"),
        without_card=[photo.name for k, photo in enumerate(shots.photos) if k not in found.index],
        print_scale=shots.print_scale,
        scale_error=_scale_error(found, rectified),
        files=shots.files,
        site=shots.site,
    )
    return _scaled(assembled, shots.print_scale)


def read_shots(manifest: Manifest, progress: Progress) -> Shots:
    """Read and decode the photographs that a manifest names."""
    manifest.check_keys(_KEYS)
    site, scale = manifest.optional_string("site"), _print_scale(manifest)
    aside = _ambient_path(manifest)
    paths = _paths(manifest, aside)
    every = [*paths, *([] if aside is None else [aside])]
    progress(_READING, 0, len(every))
    photos: list[Photo] = []
    files = [manifest.source]
    with ThreadPoolExecutor(_WORKERS) as pool:
        jobs = [pool.submit(_read, path, manifest.folder) for path in every]
        try:
            for done, job in enumerate(jobs, start=1):
                source, photo = job.result()
                files.append(source)
                photos.append(photo)
                progress(_READING, done, len(every))
        finally:
            for job in jobs:
                job.cancel()
    ambient = None if aside is None else photos.pop()
    return Shots(tuple(photos), ambient, tuple(files), scale, site, manifest.folder)


def _print_scale(manifest: Manifest) -> float | None:
    """From a stated scale or a measured marker; both must agree."""
    low, high = _SCALES
    stated = manifest.optional_number("print_scale", low, high, example="1.0")
    side_mm = manifest.optional_number("marker_mm", low * MARKER_MM, high * MARKER_MM, example="10.0")
    if side_mm is None:
        return stated
    measured = side_mm / MARKER_MM
    if stated is not None and abs(stated / measured - 1) > _AGREE:
        raise manifest.error(
            f"print_scale = {stated:g}, but marker_mm = {side_mm:g} makes it {measured:g}",
            key="print_scale",
            allowed="one of the two, or two that agree",
            fix="measure the side of a black square again, and keep marker_mm",
        )
    return measured


def _ambient_path(manifest: Manifest) -> Path | None:
    if manifest.optional_string("ambient") is None:
        return None
    return manifest.file("ambient", example='"room.jpg"')


def _paths(manifest: Manifest, aside: Path | None) -> list[Path]:
    """Photographs that the pattern names, by name."""
    pattern = manifest.string("images", example=_EXAMPLE)
    if "/" in pattern or "\\" in pattern:
        raise manifest.error(
            f"images = {pattern[:80]!r}",
            key="images",
            allowed="a pattern of names of files in the capture folder, with * and ?",
            fix=f"put the photographs into the folder and write images = {_EXAMPLE}",
        )
    entries = sorted(entry.name for entry in manifest.folder.iterdir() if entry.is_file())
    # Cameras write .JPG as well as .jpg.
    names = [name for name in entries if fnmatch(name.lower(), pattern.lower())]
    paths = [inside(manifest.folder, name, named_in=manifest.path, error=ImageError) for name in names]
    paths = [path for path in paths if aside is None or path.resolve() != aside.resolve()]
    if not 1 <= len(paths) <= _MOST:
        there = ", ".join(sorted({Path(name).suffix.lower() for name in entries if name != manifest.path.name}))
        raise manifest.error(
            f"images = {pattern[:80]!r} names {len(paths)} photographs",
            key="images",
            allowed=f"1 to {_MOST} photographs, 6 to 12 are best",
            fix=f"the folder has files of kind {there}: change the pattern" if there else "put the photographs in",
        )
    return paths


def _read(path: Path, folder: Path) -> tuple[InputFile, Photo]:
    header = probe(path)
    data = read_bytes(path, error=ImageError)
    pixels = np.ascontiguousarray(_in_colour(decode(data, header, path), path))
    source = input_file(path, folder, data)
    notes = camera_notes(data, *pixels.shape[:2])
    return source, Photo(source.name, pixels, header.raw, notes.focal_px, notes.exposure)


def _in_colour(pixels: Any, path: Path) -> Any:
    if pixels.dtype == np.float32:
        pixels = in_range(pixels, path)
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def _without_ambient(rectified: Rectified, shots: Shots, found: Found) -> Rectified:
    """Take the photograph without the torch out of each photograph with it.

    Where the room is too dark for the card to show, it was taken from the place of the first photograph.
    """
    ambient = shots.ambient
    if ambient is None:
        return rectified
    alone = find_card([ambient])
    seen = alone is not None and alone.layout == found.layout
    camera = alone.cameras[0] if seen and alone is not None else replace(found.cameras[0])
    width, height = (-2 * rectified.x0_mm, 2 * rectified.y0_mm)
    grid = Grid.over(width - rectified.pixel_mm, height - rectified.pixel_mm, rectified.pixel_mm)
    room = np.empty((*grid.shape, 3), np.float32)
    known = np.empty(grid.shape, np.bool_)
    sample(ambient, camera, found.bend, grid, room, known)
    # Its noise must not be added to every photograph.
    room = np.asarray(cv2.GaussianBlur(room, (0, 0), 1.0), dtype=np.float32) * known[..., None]
    images = rectified.images
    images -= room * np.float32(1.0 / _ambient_exposure(shots, found))
    np.maximum(images, 0.0, out=images)
    return rectified


def _ambient_exposure(shots: Shots, found: Found) -> float:
    """Light gathered in the ambient photograph over the same mean as that of the others; 1 unless all state it."""
    stated = [shots.photos[k].exposure for k in found.index]
    own = None if shots.ambient is None else shots.ambient.exposure
    if own is None or any(value is None for value in stated):
        return 1.0
    first = stated[0]
    return 1.0 if first is None else own / first * float(exposures(shots.photos, found)[0])


def _scale_error(found: Found, rectified: Rectified) -> float:
    """95 % bound: twice what the corners are off, over half the ring of markers, in the worst photograph."""
    half_mm = float(np.mean([np.hypot(marker.x_mm, marker.y_mm) for marker in found.layout.markers]))
    worst = max(left * view.pixel_mm for left, view in zip(found.residual_px, rectified.views, strict=True))
    return round(2.0 * worst / half_mm, 6)


def _scaled(assembled: Assembled, scale: float | None) -> Assembled:
    """All lengths as printed, not as they should have been."""
    if scale is None or scale == 1.0:
        return assembled
    reading = assembled.reading
    photos = tuple(_scaled_photo(photo, scale) for photo in reading.photos)
    reading = reading.model_copy(update={"pixel_mm": reading.pixel_mm * scale, "photos": photos})
    capture = assembled.capture
    if capture is not None:
        places = None if capture.positions_mm is None else capture.positions_mm * scale
        capture = replace(capture, pixel_mm=capture.pixel_mm * scale, positions_mm=places, card=reading)
    return Assembled(capture, reading)


def _scaled_photo(photo: CardPhoto, scale: float) -> CardPhoto:
    lengths = {name: getattr(photo, name) for name in ("camera_mm", "pixel_mm", "bend_mm")}
    changed: dict[str, Any] = {name: value * scale for name, value in lengths.items() if value is not None}
    if photo.torch is not None:
        changed["torch"] = _scaled_torch(photo.torch, scale)
    return photo.model_copy(update=changed)


def _scaled_torch(torch: Torch, scale: float) -> Torch:
    changed = {}
    for name in ("x_mm", "y_mm", "z_mm", "distance_mm"):
        old: Measured = getattr(torch, name)
        changed[name] = Measured.of(old.value * scale, old.low * scale, old.high * scale, 1)
    return torch.model_copy(update=changed)


def _refusal(reading: CardReading, manifest: Manifest) -> CaptureError:
    """Why the capture is refused: what concerns all photographs first, then each that cannot be used."""
    reasons: Sequence[Any] = [advice for advice in reading.advice if advice.effect == "refused"]
    reasons = sorted(reasons, key=lambda advice: advice.photo is not None)
    said = [advice.text if advice.photo is None else f"{advice.photo}: {advice.text}" for advice in reasons[:4]]
    more = f" ({len(reasons) - 4} more)" if len(reasons) > 4 else ""
    return CaptureError(
        "the photographs of the card cannot be measured. " + " ".join(said) + more,
        path=manifest.folder,
        fix=reasons[0].fix if reasons else "take the photographs again",
    )
