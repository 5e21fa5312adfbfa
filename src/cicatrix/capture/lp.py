"""The light file (``.lp``) of reflectance transformation imaging.

The first line is the number of photographs; each further line names one and gives the vector from the subject to
its light: ``file x y z``, x right, y up, z to the camera (Cultural Heritage Imaging, "Reflectance Transformation
Imaging: Guide to Highlight Image Processing", 2011). Programs differ in the rest, so comments, blank lines, tabs,
quoted names, names with spaces and paths from other machines are read too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.paths import find_image
from cicatrix.errors import LightsError

__all__ = ["MIN_CONDITION", "MIN_LIGHTS", "Light", "parse_lp", "read_directions"]

MIN_LIGHTS = 4
MIN_CONDITION = 0.02
"""Smallest over largest singular value of the directions. At 0.02 an error of 1 % in the light becomes one of 0.5
in the slope. A ring of lights has 0.82 at 30 degrees above the skin, 0.41 at 60 and 0.025 at 88."""
_COMMENT = ("#", ";", "//")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_SHORTEST = 1e-9


@dataclass(frozen=True, slots=True)
class Light:
    """One line: the photograph as named, the unit vector to its light, and the line's number."""

    name: str
    direction: tuple[float, float, float]
    line: int


def parse_lp(text: str, path: Path) -> tuple[Light, ...]:
    """Read the lines of a light file.

    Parameters
    ----------
    text
        The file's contents.
    path
        Where they were read, for errors.

    Returns
    -------
    tuple[Light, ...]
        In the order of the file, directions of unit length.

    Raises
    ------
    LightsError
        When the number of lines is not the one in the first line or below four, a line is not
        ``file x y z`` in finite numbers, or a light lies at or below the horizon.
    """
    lines = _contents(text)
    line, first = next(lines, (1, ""))
    if re.fullmatch(r"[0-9]{1,9}", first) is None:
        raise LightsError(
            f"the first line must be the number of lights, found {first[:80]!r}",
            path=path,
            line=line,
            allowed="a whole number alone in its line",
            fix="put the number of lights in the first line",
        )
    lights = tuple(_light(content, number, path) for number, content in lines)
    if int(first) != len(lights):
        raise LightsError(
            f"the first line says {int(first)} lights, but {len(lights)} are listed",
            path=path,
            line=line,
            fix="correct the number, or add the missing lines",
        )
    if len(lights) < MIN_LIGHTS:
        raise LightsError(
            f"{len(lights)} lights cannot fix the surface where one is in shadow",
            path=path,
            allowed=f"at least {MIN_LIGHTS} lights",
            fix="take photographs under more lights",
        )
    return lights


def read_directions(text: str, path: Path, folder: Path) -> tuple[tuple[Path, ...], NDArray[np.float64]]:
    """Photographs and light directions of a light file.

    Parameters
    ----------
    text, path
        The light file's contents and where they were read.
    folder
        The capture folder that the photographs lie in.

    Returns
    -------
    tuple[tuple[Path, ...], NDArray[np.float64]]
        Paths in the folder, and ``(lights, 3)`` unit vectors.

    Raises
    ------
    LightsError
        As ``parse_lp``; also when a photograph is listed twice or lies outside the folder, or when all lights
        lie in one plane through the skin.
    ImageError
        When a photograph does not exist.
    """
    lights = parse_lp(text, path)
    directions = np.array([light.direction for light in lights], dtype=np.float64)
    _check_spread(directions, path)
    first_line: dict[Path, int] = {}
    for light in lights:
        image = find_image(folder, light.name, named_in=path, line=light.line)
        if image in first_line:
            raise LightsError(
                f"the photograph {light.name!r} is listed twice, first in line {first_line[image]}",
                path=path,
                line=light.line,
                fix="name a photograph of its own for every light",
            )
        first_line[image] = light.line
    return tuple(first_line), directions


def _contents(text: str) -> Iterator[tuple[int, str]]:
    """Lines with something in them, and their numbers."""
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = raw.strip("\ufeff \t\v\f")
        if line and not line.startswith(_COMMENT):
            yield number, line


def _light(content: str, line: int, path: Path) -> Light:
    parts = content.rsplit(maxsplit=3)
    if len(parts) != 4:
        raise LightsError(
            f"found {content[:80]!r}", path=path, line=line, allowed="file x y z", fix="give all three numbers"
        )
    name = parts[0].strip()
    if len(name) >= 2 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    vector = [_coordinate(text, axis, line, path) for text, axis in zip(parts[1:], "xyz", strict=True)]
    return Light(name, _unit(vector, name, line, path), line)


def _coordinate(text: str, axis: str, line: int, path: Path) -> float:
    value = float(text) if _NUMBER.match(text) else math.nan
    if not math.isfinite(value):
        comma = "write a decimal point instead of the comma" if "," in text else "correct the number"
        raise LightsError(
            f"{axis} = {text[:80]!r} is not a finite number",
            path=path,
            line=line,
            allowed="numbers like -0.25",
            fix=comma,
        )
    return value


def _unit(vector: list[float], name: str, line: int, path: Path) -> tuple[float, float, float]:
    largest = max(abs(value) for value in vector)
    if largest < _SHORTEST:
        raise LightsError(
            f"the light of {name!r} has a vector of zero length",
            path=path,
            line=line,
            allowed="a vector from the skin to the light",
            fix="give the light's direction",
        )
    scaled = [value / largest for value in vector]
    length = math.hypot(*scaled)
    x, y, z = (value / length for value in scaled)
    if z <= 0.0:
        raise LightsError(
            f"the light of {name!r} lies at or below the horizon (z = {vector[2]:g})",
            path=path,
            line=line,
            allowed="z above 0: x right, y up, z to the camera",
            fix="check the order and the signs of x, y and z",
        )
    return (x, y, z)


def _check_spread(directions: NDArray[np.float64], path: Path) -> None:
    values = np.linalg.svd(directions, compute_uv=False)
    condition = float(values[-1] / values[0])
    if condition < MIN_CONDITION:
        raise LightsError(
            "all lights lie in one plane through the skin, or in one spot, so they cannot fix the slope across it "
            f"(smallest to largest singular value {condition:.4f})",
            path=path,
            allowed=f"directions spread all round, a ratio of at least {MIN_CONDITION}",
            fix="place the lights around the skin, not in a row",
        )
