"""The parsers, each with a small corpus of good inputs that is made here, not stored."""

from __future__ import annotations

import functools
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import Image

from cicatrix.capture import read_capture
from cicatrix.capture.images import decode, guarded, probe
from cicatrix.capture.lp import parse_lp
from cicatrix.capture.manifest import load_manifest
from cicatrix.cases.read import read_case
from cicatrix.corrections import read_corrections
from cicatrix.errors import CaptureError, RecordError
from cicatrix.io.relief_archive import pack, unpack
from cicatrix.model import Relief
from cicatrix.model.case import Case, Person, StatedScars
from cicatrix.practice import Practice, archive, open_practice, people
from cicatrix.progress import silent
from cicatrix.web.refusals import Refused
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.receive import Intake
from cicatrix.web.upload.unzip import unzip
from tests.practice.forge import members_of, with_text, write
from tests.web.tiny import HEIGHT_TOML, height_map, zipped

__all__ = ["TARGETS", "Target"]

CHEEK = Path("examples/cheek")
KEPT = Path(__file__).parent.parent / "practice" / "data" / "archive-0002.zip"
BOUNDARY = b"fuzz"


@dataclass(frozen=True, slots=True)
class Target:
    """A parser.

    Attributes
    ----------
    corpus
        Makes good inputs.
    run
        Parses an input in a folder of its own; every ``CicatrixError`` is foreseen.
    speed
        Share of the inputs that it gets.
    """

    corpus: Callable[[], list[bytes]]
    run: Callable[[bytes, Path], object]
    speed: int = 1


def _file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    def run(data: bytes, folder: Path) -> object:
        (folder / name).write_bytes(data)
        return read(folder / name)

    return run


def _manifests() -> list[bytes]:
    return [
        (CHEEK / "capture.toml").read_bytes(),
        HEIGHT_TOML,
        b'kind = "card"\nimages = "*.jpg"\nmarker_mm = 6.0\n[card]\nnotes = ["a", "b"]\n',
    ]


def _pictures(form: str, **options: Any) -> list[bytes]:
    chance = np.random.default_rng(1)
    out = []
    for shape in ((40, 50, 3), (33, 64)):
        written = io.BytesIO()
        picture = Image.fromarray(chance.integers(0, 255, shape, dtype=np.uint8))
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "a camera"
        picture.save(written, form, exif=exif, **options)
        out.append(written.getvalue())
    return out


def _tiffs() -> list[bytes]:
    chance = np.random.default_rng(2)
    out = []
    for kind, options in (("uint16", {}), ("uint8", {"compression": "zlib"}), ("float32", {"tile": (32, 32)})):
        written = io.BytesIO()
        values = (chance.random((48, 48)) * 200).astype(kind)
        tifffile.imwrite(written, values, **options)
        out.append(written.getvalue())
    return [*out, *_pictures("TIFF")]


def _height_tiffs() -> list[bytes]:
    written = io.BytesIO()
    tifffile.imwrite(written, np.random.default_rng(5).random((48, 48)).astype(np.float32))
    return [written.getvalue()]


def _heics() -> list[bytes]:
    import pillow_heif  # noqa: PLC0415

    pillow_heif.register_heif_opener()
    return _pictures("HEIF", quality=50)


def _picture(path: Path) -> object:
    with guarded(path):
        header = probe(path)
        return decode(path.read_bytes(), header, path)


def _capture(manifest: bytes, name: str) -> Callable[[bytes, Path], object]:
    def run(data: bytes, folder: Path) -> object:
        (folder / "capture.toml").write_bytes(manifest)
        (folder / name).write_bytes(data)
        return read_capture(folder)

    return run


def _heights() -> list[bytes]:
    double = io.BytesIO()
    np.save(double, np.asfortranarray(np.random.default_rng(3).random((40, 40))))
    return [height_map(side=40), double.getvalue()]


def _reliefs() -> list[bytes]:
    height = np.random.default_rng(4).normal(size=(20, 30)).astype(np.float32)
    relief = Relief(height_mm=height, form_mm=height * 0, pixel_mm=0.04, method="height", trusted=None)
    return [pack(relief)]


def _corrections() -> list[bytes]:
    stamp = {"actor": "anna", "at": "2026-11-02T10:15:00Z"}
    line = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]]
    events: list[Mapping[str, Any]] = [
        {"event": "set_kind", "scar": "S03", "kind": "boxcar", "depth_class": "deep"},
        {"event": "set_outline", "scar": "S01", "outline_mm": line},
        {"event": "answer", "key": "person.skin_type", "value": 4},
        {"event": "undo"},
    ]
    return [json.dumps({"measured": "ab" * 32, "events": [{**event, **stamp} for event in events]}).encode()]


def _cases() -> list[bytes]:
    return [Path("examples/case.toml").read_bytes()]


def _json_cases() -> list[bytes]:
    values = Case(person=Person(age=29, skin_type=4), scars=StatedScars(icepick=3)).model_dump(mode="json")
    return [json.dumps(values).encode()]


def _zips() -> list[bytes]:
    files = {"cheek/capture.toml": HEIGHT_TOML, "cheek/a b.npy": height_map(side=8)}
    return [zipped(files), zipped(files, zipfile.ZIP_STORED)]


def _unzip(data: bytes, folder: Path) -> object:
    (folder / "sent.zip").write_bytes(data)
    names = unzip(folder / "sent.zip", folder / "out", UploadLimits(), silent)
    inside = (folder / "out").resolve()
    assert all((inside / name).resolve().is_relative_to(inside) for name in names)
    return names


def _forms() -> list[bytes]:
    part = b'--fuzz\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    return [
        part % (b"csrf", b"", b"token")
        + part % (b"site", b"", b"left cheek")
        + part % (b"files", b'; filename="a.jpg"', b"\xff\xd8\xff" * 40)
        + b"--fuzz--\r\n"
    ]


def _form(data: bytes, folder: Path) -> object:
    intake = Intake(folder, BOUNDARY, UploadLimits(), lambda _: None)
    try:
        for start in range(0, len(data), 50):
            intake.write(data[start : start + 50])
        intake.finish()
    except Refused as error:  # the web's own kind of refusal
        raise CaptureError(str(error)) from error
    finally:
        intake.abandon()
    return intake.names


@functools.cache
def _practice(folder: Path) -> Practice:
    shutil.rmtree(folder, ignore_errors=True)
    return open_practice(folder)


def _import(path: Path) -> object:
    """Into one practice for all inputs: whatever is refused has to leave it empty."""
    practice = _practice(path.parent.parent / "practice-of-archives")
    try:
        return archive.import_archive(practice, "fuzz", path)
    except RecordError:
        with practice.unit_of_work("fuzz", write=False) as unit:
            assert people.find(unit).total == 0, "a refused archive left somebody"
        assert not list(practice.files.stored()), "a refused archive left a file"
        raise
    finally:
        _emptied(practice, path.parent.parent / "practice-of-archives")


def _emptied(practice: Practice, folder: Path) -> None:
    with practice.unit_of_work("fuzz", write=False) as unit:
        if not people.find(unit).total:
            return
    practice.close()
    _practice.cache_clear()
    shutil.rmtree(folder, ignore_errors=True)


def _rows() -> list[bytes]:
    return [members_of(KEPT)["rows.json"]]


def _import_rows(data: bytes, folder: Path) -> object:
    return _import(write(folder / "rows.zip", with_text(members_of(KEPT), data)))


def _lp(path: Path) -> object:
    return parse_lp(path.read_bytes().decode("latin-1"), path)


TARGETS: dict[str, Target] = {
    "capture.toml": Target(_manifests, _file("capture.toml", lambda path: load_manifest(path.parent)), 8),
    "lights (.lp)": Target(lambda: [(CHEEK / "lights.lp").read_bytes()], _file("lights.lp", _lp), 8),
    "JPEG": Target(lambda: _pictures("JPEG"), _file("a.jpg", _picture), 4),
    "PNG": Target(lambda: _pictures("PNG"), _file("a.png", _picture), 4),
    "TIFF": Target(_tiffs, _file("a.tif", _picture), 4),
    "HEIC": Target(_heics, _file("a.heic", _picture)),
    "height map (NPY)": Target(_heights, _capture(HEIGHT_TOML, "heights.npy"), 4),
    "height map (TIFF)": Target(_height_tiffs, _capture(HEIGHT_TOML.replace(b"heights.npy", b"h.tif"), "h.tif"), 2),
    "case (TOML)": Target(_cases, _file("case.toml", read_case), 8),
    "case (JSON)": Target(_json_cases, _file("case.json", read_case), 8),
    "corrections": Target(_corrections, _file("corrections.json", read_corrections), 8),
    "relief": Target(_reliefs, _file("relief.npz", unpack), 4),
    "uploaded zip": Target(_zips, _unzip, 4),
    "uploaded form": Target(_forms, _form, 8),
    "archive": Target(lambda: [KEPT.read_bytes()], _file("archive.zip", _import)),
    "rows of an archive": Target(_rows, _import_rows),
}
