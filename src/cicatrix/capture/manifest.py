"""``capture.toml``: what a capture folder says about itself.

Every reader asks the manifest for the keys of its kind; the manifest answers with checked values, or with an
error that names the file, the line, the value and what would have been accepted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cicatrix.capture.paths import inside, nearest_file
from cicatrix.errors import CaptureError
from cicatrix.io.read import input_file, read_text
from cicatrix.io.toml import parse_toml, shown
from cicatrix.model.capture import InputFile

__all__ = ["MANIFEST", "MAX_PIXEL_MM", "MIN_PIXEL_MM", "Manifest", "load_manifest"]

MANIFEST = "capture.toml"
MIN_PIXEL_MM = 0.001
MAX_PIXEL_MM = 1.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """The table in ``capture.toml``.

    Attributes
    ----------
    path
        Where it was read.
    values
        Its keys and values, not yet checked.
    source
        Its length and hash.
    """

    path: Path
    values: dict[str, Any]
    source: InputFile
    text: str = field(repr=False, default="")

    @property
    def folder(self) -> Path:
        """The capture folder."""
        return self.path.parent

    def error(
        self, what: str, *, key: str | None = None, allowed: str | None = None, fix: str | None = None
    ) -> CaptureError:
        """Make an error that points at the line of a key of the manifest."""
        return CaptureError(
            what, path=self.path, line=None if key is None else self._line_of(key), allowed=allowed, fix=fix
        )

    def check_keys(self, allowed: Collection[str]) -> None:
        """Refuse a key that this kind does not have: a misspelled one must not be passed over."""
        for key in self.values:
            if key not in allowed:
                near = difflib.get_close_matches(key, list(allowed), n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else "take the line out"
                raise self.error(f"unknown key {key!r}", key=key, allowed=", ".join(sorted(allowed)), fix=hint)

    def string(self, key: str, *, example: str) -> str:
        """Text that must be there."""
        value = self._required(key, example)
        if not isinstance(value, str) or not value.strip():
            raise self.error(
                f"{key} = {shown(value)}", key=key, allowed="text in quotes", fix=f"write {key} = {example}"
            )
        return value.strip()

    def optional_string(self, key: str) -> str | None:
        """Text that may be missing or empty."""
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.error(f"{key} = {shown(value)}", key=key, allowed="text in quotes", fix="put it in quotes")
        return value.strip() or None

    def optional_flag(self, key: str) -> bool | None:
        """Return ``true`` or ``false``, or None when the key is missing."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.error(
                f"{key} = {shown(value)}",
                key=key,
                allowed="true or false, without quotes",
                fix="write one of them",
            )
        return value

    def pixel_mm(self) -> float:
        """Width of a pixel on the skin."""
        return self.number("pixel_mm", MIN_PIXEL_MM, MAX_PIXEL_MM, example="0.04")

    def number(self, key: str, low: float, high: float, *, example: str) -> float:
        """Check and return a number from ``low`` to ``high`` that must be there."""
        return self.check_number(key, self._required(key, example), low, high, example=example)

    def optional_number(self, key: str, low: float, high: float, *, example: str) -> float | None:
        """Check and return a number from ``low`` to ``high``, or None when the key is missing."""
        if key not in self.values:
            return None
        return self.number(key, low, high, example=example)

    def check_number(self, key: str, value: object, low: float, high: float, *, example: str) -> float:
        """Return ``value`` as a float where it is a number from ``low`` to ``high``."""
        # Not a number and infinity fail the comparison too.
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.error(
                f"{key} = {shown(value)}",
                key=key,
                allowed=f"a number from {low:g} to {high:g}, without quotes",
                fix=f"write it as in {key} = {example}",
            )
        return float(value)

    def file(self, key: str, *, example: str) -> Path:
        """Path of a file in the folder that the manifest names."""
        name = self.string(key, example=example)
        return inside(self.folder, name, named_in=self.path, line=self._line_of(key))

    def _required(self, key: str, example: str) -> object:
        if key not in self.values:
            raise self.error(f"{key} is missing", fix=f"add a line such as {key} = {example}")
        return self.values[key]

    def _line_of(self, key: str) -> int | None:
        pattern = re.compile(rf"""(?<![\w.-])["']?{re.escape(key)}["']?\s*[]=.]""")
        lines = enumerate(self.text.split("\n"), start=1)
        return next((number for number, line in lines if pattern.search(line.split("#")[0])), None)


def load_manifest(location: Path) -> Manifest:
    """Read the manifest of a capture.

    Parameters
    ----------
    location
        A capture folder, or the path of its ``capture.toml``.

    Raises
    ------
    CaptureError
        When there is none, or it is not TOML.
    """
    try:
        path = _manifest_path(location)
    except OSError as exc:
        raise CaptureError(
            f"the folder cannot be read ({exc.strerror})", path=location, fix="check its permissions"
        ) from exc
    inside(path.parent, path.name, named_in=path)
    text, data = read_text(path, error=CaptureError)
    return Manifest(
        path=path,
        values=parse_toml(text, path, error=CaptureError, example='kind = "lights"'),
        source=input_file(path, path.parent, data),
        text=text,
    )


def _manifest_path(location: Path) -> Path:
    if location.is_file():
        if location.suffix.lower() == ".toml":
            return location
        raise CaptureError(
            "this is a file", path=location, allowed=f"a folder with a {MANIFEST}", fix="name the capture folder"
        )
    if not location.is_dir():
        raise CaptureError("there is no such folder", path=location, fix="check the path of the capture folder")
    if not any(location.iterdir()):
        raise CaptureError("the capture folder is empty", path=location, fix=f"put the photographs and a {MANIFEST} in")
    path = location / MANIFEST
    if not path.exists():
        near = nearest_file(location, MANIFEST)
        hint = f"rename {near!r} to {MANIFEST!r}" if near else f"write a {MANIFEST} with kind and pixel_mm"
        raise CaptureError(f"there is no {MANIFEST} in the folder", path=location, fix=hint)
    return path
