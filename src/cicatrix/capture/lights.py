"""Captures of kind ``lights``: photographs under lights from known directions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import MAX_CAPTURE_BYTES, Header
from cicatrix.capture.images import decode, probe
from cicatrix.capture.lp import read_directions
from cicatrix.capture.manifest import Manifest
from cicatrix.capture.quality import in_range, judge
from cicatrix.errors import ImageError, LightsError
from cicatrix.io.read import input_file, read_bytes, read_text
from cicatrix.model.capture import ImageQuality, InputFile, LightsCapture
from cicatrix.progress import Progress

__all__ = ["read_lights"]

_KEYS = ("kind", "pixel_mm", "lights", "site", "linear", "light_distance_mm")
_STAGE = "reading photographs"
_WORKERS = 2
_MAX_DISTANCE_MM = 100_000.0
_MIN_DISTANCE_MM = 1.0


@dataclass(frozen=True, slots=True)
class _Stack:
    """Photographs being read: where they are, what their headers promise, and the array they go into."""

    folder: Path
    paths: tuple[Path, ...]
    headers: tuple[Header, ...]
    linear: bool
    images: NDArray[Any]

    def read(self, index: int) -> tuple[InputFile, ImageQuality]:
        path, header = self.paths[index], self.headers[index]
        data = read_bytes(path, error=ImageError)
        source = input_file(path, self.folder, data)
        image = decode(data, header, path)
        if image.dtype == np.float32:
            image = in_range(image, path)
        self.images[index] = image
        return source, judge(self.images[index], name=source.name, linear=self.linear, path=path)


def read_lights(manifest: Manifest, progress: Progress) -> LightsCapture:
    """Read photographs and their light directions.

    Parameters
    ----------
    manifest
        The capture's ``capture.toml``, with ``kind = "lights"``.
    progress
        Called with a stage, how many photographs are read, and how many there are.

    Raises
    ------
    CaptureError
        When a value in the manifest is wrong.
    LightsError
        When the light file is.
    ImageError
        When a photograph is, or does not fit the others.
    MissingExtraError
        When a photograph needs an optional library.
    """
    manifest.check_keys(_KEYS)
    pixel_mm = manifest.pixel_mm()
    distance_mm = manifest.optional_number("light_distance_mm", _MIN_DISTANCE_MM, _MAX_DISTANCE_MM, example="250")
    site, stated_linear = manifest.optional_string("site"), manifest.optional_flag("linear")
    lights_path = manifest.file("lights", example='"lights.lp"')
    text, data = read_text(lights_path, error=LightsError)
    paths, directions = read_directions(text, lights_path, manifest.folder)
    headers = _matching_headers(paths)
    linear = _linear(manifest, stated=stated_linear, raw=headers[0].raw)
    stack = _Stack(manifest.folder, paths, headers, linear, _allocate(headers, paths[0]))
    sources, quality = zip(*_read_all(stack, progress), strict=True)
    return LightsCapture(
        images=stack.images,
        directions=directions,
        linear=linear,
        pixel_mm=pixel_mm,
        files=(manifest.source, input_file(lights_path, manifest.folder, data), *sources),
        quality=quality,
        site=site,
        distance_mm=distance_mm,
    )


def _matching_headers(paths: tuple[Path, ...]) -> tuple[Header, ...]:
    headers = tuple(probe(path) for path in paths)
    for path, header in zip(paths[1:], headers[1:], strict=True):
        _check_match(paths[0], headers[0], path, header)
    # One white balance for all: the camera may have chosen another under each light.
    return tuple(replace(header, white_balance=headers[0].white_balance) for header in headers)


def _check_match(first_path: Path, first: Header, path: Path, header: Header) -> None:
    for what, here, there, fix in (
        ("source", _source(header), _source(first), "use the camera's RAW files for all photographs or for none"),
        ("size", _size(header), _size(first), "take all photographs of a capture from one place, uncropped"),
        ("type", header.dtype.name, first.dtype.name, "save all photographs with the same number of bits"),
    ):
        if here != there:
            raise ImageError(
                f"its {what} is {here}, but that of {first_path.name!r} is {there}",
                path=path,
                allowed=f"the same {what} for all photographs",
                fix=fix,
            )


def _size(header: Header) -> str:
    rows, cols = header.upright_shape
    return f"{cols} x {rows} pixels"


def _source(header: Header) -> str:
    return "camera RAW" if header.raw else "a developed picture"


def _linear(manifest: Manifest, *, stated: bool | None, raw: bool) -> bool:
    if raw and stated is False:
        raise manifest.error(
            "linear = false, but camera RAW photographs are linear in light",
            key="linear",
            allowed="linear = true, or no such line",
            fix="take the line out",
        )
    return raw or bool(stated)


def _allocate(headers: tuple[Header, ...], path: Path) -> NDArray[Any]:
    shape = (len(headers), *headers[0].upright_shape, max(header.channels for header in headers))
    decoded = math.prod(shape) * headers[0].dtype.itemsize
    if decoded > MAX_CAPTURE_BYTES:
        raise ImageError(
            f"the {len(headers)} photographs have {_size(headers[0])} each, together {decoded >> 20} MB decoded",
            path=path,
            allowed=f"at most {MAX_CAPTURE_BYTES >> 20} MB",
            fix="crop them to the skin that is measured, scale them down and correct pixel_mm, or use fewer lights",
        )
    try:
        return np.empty(shape, dtype=headers[0].dtype)
    except MemoryError as exc:
        raise ImageError(
            f"there is not enough memory for the photographs ({shape} of {headers[0].dtype.name})",
            path=path,
            fix="crop them, or use fewer lights",
        ) from exc


def _read_all(stack: _Stack, progress: Progress) -> Iterator[tuple[InputFile, ImageQuality]]:
    """Read in parallel, hand out in order: the first bad photograph of the list is the one that is named."""
    count = len(stack.paths)
    progress(_STAGE, 0, count)
    with ThreadPoolExecutor(_WORKERS) as pool:
        jobs: list[Future[tuple[InputFile, ImageQuality]]] = [pool.submit(stack.read, i) for i in range(count)]
        try:
            for done, job in enumerate(jobs, start=1):
                yield job.result()
                progress(_STAGE, done, count)
        finally:
            for job in jobs:
                job.cancel()
