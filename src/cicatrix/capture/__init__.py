"""Capture folders become values: photographs under lights, or a height map.

Every kind of capture has one reader; ``READERS`` is the registry that ``read_capture`` looks it up in.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cicatrix.capture.card.read import read_card
from cicatrix.capture.header import MAX_PIXELS, MIN_SIDE
from cicatrix.capture.heights import read_height
from cicatrix.capture.lights import read_lights
from cicatrix.capture.manifest import MANIFEST, Manifest, load_manifest
from cicatrix.model.capture import Capture
from cicatrix.progress import Progress, silent

__all__ = ["MANIFEST", "MAX_PIXELS", "MIN_SIDE", "READERS", "Manifest", "Reader", "check_manifest", "read_capture"]

Reader = Callable[[Manifest, Progress], Capture]

READERS: Final[dict[str, Reader]] = {
    "lights": read_lights,
    "card": read_card,
    "height": read_height,
}
_PLANNED = ("scan", "photo")


def read_capture(folder: Path | str, *, progress: Progress | None = None) -> Capture:
    """Read a capture folder.

    Parameters
    ----------
    folder
        A folder with a ``capture.toml``, or the path of that file. No file outside the folder is read.
    progress
        Called, in the calling thread, while files are read.

    Returns
    -------
    Capture
        ``LightsCapture`` or ``HeightCapture``, as ``kind`` says.

    Raises
    ------
    CaptureError
        When the folder, its ``capture.toml`` or a file that it names cannot be used (``LightsError``,
        ``ImageError`` and ``HeightError`` are kinds of it).
    MissingExtraError
        When a photograph needs an optional library that is not installed.

    Examples
    --------
    >>> import cicatrix as cx
    >>> cx.read_capture("examples/cheek").site
    'phantom'
    """
    manifest = load_manifest(Path(folder))
    return _reader(manifest)(manifest, progress or silent)


def check_manifest(folder: Path) -> None:
    """Refuse a folder that is not a capture before its files are read.

    Parameters
    ----------
    folder
        As for ``read_capture``.

    Raises
    ------
    CaptureError
        There is no such folder or no ``capture.toml`` in it, or its ``kind`` cannot be read.
    """
    _reader(load_manifest(Path(folder)))


def _reader(manifest: Manifest) -> Reader:
    kinds = ", ".join(f'"{kind}"' for kind in READERS)
    kind = manifest.string("kind", example='"lights"')
    if kind in READERS:
        return READERS[kind]
    if kind in _PLANNED:
        fix = f"this version does not read captures of kind {kind!r} yet: take photographs under several lights"
    else:
        near = difflib.get_close_matches(kind, [*READERS, *_PLANNED], n=1, cutoff=0.5)
        fix = f"did you mean {near[0]!r}?" if near else "write one of these kinds"
    raise manifest.error(f"kind = {kind[:80]!r}", key="kind", allowed=kinds, fix=fix)
