"""From light to stored pixel values: lens blur, exposure, noise, sRGB, and the bytes of the file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import tifffile
from numba import njit
from numpy.typing import NDArray

from cicatrix.phantom.filters import Plane, gaussian
from cicatrix.phantom.options import FileFormat

__all__ = ["SUFFIX", "Camera", "develop", "encode_file", "exposure", "record"]

Stored = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]

_FULL_WELL_E: Final = 20000.0
_READ_NOISE_E: Final = 8.0
_TARGET: Final = 0.8
_TARGET_PERCENTILE: Final = 99.5

SUFFIX: Final[dict[FileFormat, str]] = {"jpeg": ".jpg", "png": ".png", "png16": ".png", "tiff": ".tif"}
"""File name ending of each format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera.

    Attributes
    ----------
    exposure
        Factor from light to the sensor's range.
    noise
        Scale of shot noise (20 000 electrons at the top of the range) and read noise (8 electrons).
    blur_px
        Standard deviation of the lens's blur.
    file_format
        What the values are stored as.
    """

    exposure: float
    noise: float = 1.0
    blur_px: float = 0.5
    file_format: FileFormat = "jpeg"


def exposure(matt: Plane) -> float:
    """Exposure that puts the brightest half per cent of the matt light just above 0.8 of the range.

    Parameters
    ----------
    matt
        ``(lights, rows, cols, 3)`` as from ``render_relief``; all pictures share one exposure.
    """
    return _TARGET / max(float(np.percentile(matt[:, ::3, ::3].max(axis=3), _TARGET_PERCENTILE)), 1e-6)


def develop(light: Plane, camera: Camera, rng: np.random.Generator) -> Stored:
    """Photograph the light.

    Parameters
    ----------
    light
        ``(rows, cols, 3)`` linear.
    camera
        Its settings.
    rng
        Where the noise comes from.

    Returns
    -------
    NDArray
        ``(rows, cols, 3)``: sRGB ``uint8`` for ``jpeg`` and ``png``, sRGB ``uint16`` for ``png16``, linear
        ``float32`` (0 to 1) for ``tiff``.
    """
    signal = light * np.float32(camera.exposure)
    if camera.blur_px > 0.0:
        signal = gaussian(signal, camera.blur_px)
    return record(signal, camera, rng)


def record(signal: Plane, camera: Camera, rng: np.random.Generator) -> Stored:
    """Add the sensor's noise and round to stored values.

    Parameters
    ----------
    signal
        ``(rows, cols, 3)`` exposed light, 1 at the top of the range.
    camera
        Its noise and file format count here.
    rng
        Where the noise comes from.

    Returns
    -------
    NDArray
        As ``develop``.
    """
    noise = camera.noise
    grain = rng.standard_normal(signal.shape if noise > 0.0 else (0,), dtype=np.float32).ravel()
    plain: Plane = signal.astype(np.float32).ravel()
    if camera.file_format in ("jpeg", "png"):
        codes = np.empty(plain.shape, dtype=np.uint8)
        _digitise(plain, grain, noise, _first_values(), codes)
        return codes.reshape(signal.shape)
    if noise > 0.0:
        variance = np.maximum(plain, 0.0) / _FULL_WELL_E + (_READ_NOISE_E / _FULL_WELL_E) ** 2
        plain += np.float32(noise) * np.sqrt(variance) * grain
    light = np.clip(plain, 0.0, 1.0).reshape(signal.shape)
    if camera.file_format == "tiff":
        return light
    return np.asarray(np.rint(_encoded(light) * 65535.0), dtype=np.uint16)


def _encoded(light: NDArray[np.floating]) -> NDArray[np.floating]:
    power = light ** light.dtype.type(1.0 / 2.4)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * power - 0.055)


@cache
def _first_values() -> NDArray[np.float32]:
    """``(257,)`` least linear light that is stored as each 8-bit code; the last is never reached."""
    level = (np.arange(256) - 0.5) / 255.0
    light = np.where(level <= 0.04045, level / 12.92, ((np.maximum(level, 0.0) + 0.055) / 1.055) ** 2.4)
    return np.append(light, np.inf).astype(np.float32)


@njit(cache=True, nogil=True)
def _digitise(signal: Plane, grain: Plane, noise: float, first: NDArray[np.float32], codes: NDArray[np.uint8]) -> None:
    """Add noise where there is grain, and round to 8-bit sRGB; ``first`` as from ``_first_values``."""
    one, zero = np.float32(1.0), np.float32(0.0)
    strength = np.float32(noise)
    full_well = np.float32(_FULL_WELL_E)
    dark = np.float32((_READ_NOISE_E / _FULL_WELL_E) ** 2)
    guess = np.empty(4097, dtype=np.uint8)
    code = 0
    for k in range(guess.size):
        while first[code + 1] <= k / 4096.0:
            code += 1
        guess[k] = code
    for k in range(signal.size):
        value = signal[k]
        if grain.size:
            value += strength * np.sqrt(max(value, zero) / full_well + dark) * grain[k]
        value = min(max(value, zero), one)
        code = int(guess[int(value * np.float32(4096.0))])
        while value >= first[code + 1]:
            code += 1
        codes[k] = code


def encode_file(stored: Stored, file_format: FileFormat, jpeg_quality: int) -> bytes:
    """Bytes of the picture's file.

    Parameters
    ----------
    stored
        ``(rows, cols, 3)`` as from ``develop``.
    file_format
        ``jpeg`` is written with 4:2:0 chroma.
    jpeg_quality
        30 to 100.
    """
    if file_format == "tiff":
        out = io.BytesIO()
        tifffile.imwrite(out, stored, photometric="rgb", compression="zlib", metadata=None)
        return out.getvalue()
    options = [cv2.IMWRITE_PNG_COMPRESSION, 4]
    if file_format == "jpeg":
        options = [
            cv2.IMWRITE_JPEG_QUALITY,
            jpeg_quality,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
        ]
    _, encoded = cv2.imencode(SUFFIX[file_format], stored[:, :, ::-1], options)
    return encoded.tobytes()
