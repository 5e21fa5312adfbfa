"""Hostile and unlucky uploads, before anything in them is decoded."""

from __future__ import annotations

import io
import stat
import struct
import tomllib
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.errors import CaptureError
from cicatrix.io.file_names import check_names, clean_name, without_top
from cicatrix.web.upload.assemble_upload import gather
from cicatrix.web.upload.guess_manifest import manifest_text
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.unzip import unzip
from cicatrix.web.upload.upload_form import UploadForm
from tests.web.tiny import HEIGHT_TOML, height_files, height_map, send, zipped

LIMITS = UploadLimits()
SMALL = UploadLimits(files=5, file_bytes=1 << 20, bytes=1 << 21, ratio=50)


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def unpack(data: bytes, folder: Path, limits: UploadLimits = LIMITS) -> tuple[str, ...]:
    (folder / "sent.zip").write_bytes(data)
    return unzip(folder / "sent.zip", folder / "out", limits, silent)


def entry(name: str, data: bytes = b"x", *, mode: int = 0o100644, flags: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, data)
    raw = bytearray(out.getvalue())
    if flags:
        where = raw.index(b"PK\x01\x02")
        raw[where + 8 : where + 10] = struct.pack("<H", flags)
    return bytes(raw)


def test_a_plain_archive_is_unpacked_to_the_same_bytes(tmp_path: Path) -> None:
    files = {"cheek/capture.toml": b"kind", "cheek/a b.jpg": b"\xff\xd8" * 3000, "cheek/größe.png": b"2"}
    assert set(unpack(zipped(files), tmp_path)) == set(files)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files} == files


@pytest.mark.parametrize(
    "name",
    [
        "../evil.toml",
        "a/../../evil.toml",
        "/etc/passwd",
        "a//b",
        "./a",
        "C:/evil",
        "C:evil",
        "..\\evil",
        "a\\b",
        "nul",
        "com1.jpg",
        "a/aux.png",
        "a.",
        " a",
        "a /b",
        "a\u202egpj.exe",
        "a\nb",
        "a?.jpg",
        'a".jpg',
        "x" * 300,
        "a/" * 9 + "b",
    ],
)
def test_a_name_that_leads_out_or_fits_no_system_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="file name"):
        clean_name(name)
    with pytest.raises(CaptureError):
        unpack(entry(name), tmp_path)
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["sent.zip"]
    assert not (tmp_path.parent / "evil.toml").exists()


def test_a_name_cut_off_by_a_zero_is_refused(tmp_path: Path) -> None:
    raw = entry("goodXname.jpg").replace(b"goodXname", b"good\0name")
    with pytest.raises(CaptureError):
        unpack(raw, tmp_path)


@pytest.mark.parametrize("name", ["__MACOSX/._a.jpg", ".DS_Store", "a/.hidden", "Thumbs.db", "a/desktop.ini"])
def test_what_systems_leave_lying_about_is_passed_over(name: str, tmp_path: Path) -> None:
    assert clean_name(name) is None
    assert unpack(zipped({name: b"1", "a.jpg": b"2"}), tmp_path) == ("a.jpg",)


@given(st.text(max_size=40))
def test_whatever_name_is_accepted_stays_inside(name: str) -> None:
    try:
        clean = clean_name(name)
    except CaptureError:
        return
    if clean is not None:
        root = Path("/root/capture")
        assert (root / clean).resolve().is_relative_to(root)
        assert (root / clean) != root


@pytest.mark.parametrize(
    "names", [("a.jpg", "A.JPG"), ("e\u0301.png", "\u00e9.png"), ("straße", "STRASSE"), ("a", "a/b"), ("A", "a/b/c")]
)
def test_names_that_some_system_takes_for_one_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(CaptureError):
        check_names(names)


def test_folders_around_everything_are_taken_off() -> None:
    assert without_top(["a/b/x", "a/b/y"]) == {"a/b/x": "x", "a/b/y": "y"}
    assert without_top(["a/x", "b/x"]) == {"a/x": "a/x", "b/x": "b/x"}
    assert without_top(["a/x", "a/b/y"]) == {"a/x": "x", "a/b/y": "b/y"}
    assert without_top(["x"]) == {"x": "x"}


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o600, stat.S_IFIFO | 0o600])
def test_links_and_devices_in_an_archive_are_refused(mode: int, tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="link or a device"):
        unpack(entry("a.jpg", b"/etc/passwd", mode=mode), tmp_path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="encrypted"):
        unpack(entry("a.jpg", flags=1), tmp_path)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="archive inside"):
        unpack(zipped({"photos.jpg": zipped({"a.jpg": b"1"})}), tmp_path)


def test_a_method_that_few_systems_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="packed by method"):
        unpack(zipped({"a.jpg": b"1" * 100}, zipfile.ZIP_LZMA), tmp_path)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.jpg", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.jpg", b"2")
    with pytest.raises(CaptureError, match="twice"):
        unpack(out.getvalue(), tmp_path)


@pytest.mark.parametrize(
    ("files", "about"),
    [
        ({f"{k}.jpg": b"1" for k in range(6)}, "6 files"),
        ({f"{k}.jpg": b"1" for k in range(60)}, "60 entries"),
        ({"a.jpg": bytes(1 << 21)}, "2097152 bytes"),
        ({f"{k}.jpg": bytes(700_000) for k in range(4)}, "2800000 bytes"),
    ],
)
def test_an_archive_that_holds_too_much_is_refused_before_anything_is_written(
    files: dict[str, bytes], about: str, tmp_path: Path
) -> None:
    with pytest.raises(CaptureError, match=about):
        unpack(zipped(files), tmp_path, SMALL)
    assert not (tmp_path / "out").exists()


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="in an archive of"):
        unpack(zipped({f"{k}.tif": bytes(8 << 20) for k in range(4)}), tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_directory_that_lies_about_a_length_writes_no_more_than_it_says(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.tif": bytes(8 << 20)}))
    for magic, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        where = raw.index(magic) + at
        raw[where : where + 4] = struct.pack("<I", 100)
    with pytest.raises(CaptureError, match="damaged"):
        unpack(bytes(raw), tmp_path)
    assert sum(file.stat().st_size for file in (tmp_path / "out").rglob("*")) <= 100


@given(data=st.data())
def test_a_damaged_archive_is_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(zipped({"cheek/capture.toml": HEIGHT_TOML, "cheek/heights.npy": bytes(500)}))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    del raw[data.draw(st.integers(4, len(raw))) :]
    folder = tmp_path_factory.mktemp("damaged")
    with suppress(CaptureError):
        unpack(bytes(raw), folder)
    assert {file.relative_to(folder).parts[0] for file in folder.rglob("*")} <= {"sent.zip", "out"}


def take(files: dict[str, bytes], tmp_path: Path, **form: Any) -> tuple[Path, tuple[str, ...]]:
    incoming = send(tmp_path / "incoming", files)
    folder = tmp_path / "job"
    folder.mkdir()
    left = gather(incoming, folder / "capture", UploadForm(**form), LIMITS, silent)
    return folder / "capture", left


@pytest.mark.parametrize("packed", [False, True])
def test_files_and_archives_give_the_same_capture(packed: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest's
    files = {f"visit/left cheek/{name}": data for name, data in height_files().items()}
    folder, left = take({"x.zip": zipped(files)} if packed else files, tmp_path)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == height_files()
    assert left == ()
    assert sorted(file.name for file in (tmp_path / "job").iterdir()) == ["capture"]


def test_what_lies_beside_the_capture_is_left_behind(tmp_path: Path) -> None:
    files = {f"visit/cheek/{name}": data for name, data in height_files().items()} | {"visit/letter.pdf": b"%PDF"}
    folder, left = take(files, tmp_path)
    assert sorted(file.name for file in folder.iterdir()) == ["capture.toml", "heights.npy"]
    assert left == ("letter.pdf",)


def test_two_captures_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="2 captures"):
        take({"a/capture.toml": b"", "b/capture.toml": b""}, tmp_path)


def test_an_archive_among_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="archive among other files"):
        take({"a.jpg": b"1", "b.zip": zipped({"c.jpg": b"1"})}, tmp_path)


@pytest.mark.parametrize(
    ("names", "form", "expected"),
    [
        (["a.JPG", "b.JPG"], {"site": 'cheek "left"'}, {"kind": "card", "images": "*.jpg", "site": 'cheek "left"'}),
        (["a.jpg", "b.jpeg"], {"marker_mm": 9.8}, {"kind": "card", "images": "*.jp*g", "marker_mm": 9.8}),
        (
            ["a.png", "b.png", "dome.lp"],
            {"pixel_mm": 0.04, "linear": True},
            {"kind": "lights", "pixel_mm": 0.04, "lights": "dome.lp", "linear": True},
        ),
        (
            ["skin.npy"],
            {"pixel_mm": 0.02, "height_unit": "um"},
            {"kind": "height", "pixel_mm": 0.02, "file": "skin.npy", "height_unit": "um"},
        ),
        (
            ["skin.tif", "other.tif"],
            {"pixel_mm": 0.02, "height_unit": "counts", "mm_per_count": 1e-4, "file": "skin.tif"},
            {"kind": "height", "pixel_mm": 0.02, "file": "skin.tif", "height_unit": {"mm_per_count": 0.0001}},
        ),
    ],
)
def test_the_form_becomes_a_capture_toml(names: list[str], form: dict[str, Any], expected: dict[str, Any]) -> None:
    assert tomllib.loads(manifest_text(UploadForm(**form), names)) == expected


@pytest.mark.parametrize(
    ("names", "form", "about"),
    [
        ([], {}, "nothing in the upload"),
        (["letter.pdf"], {}, "nothing in the upload"),
        (["a.jpg", "b.png"], {}, "2 kinds"),
        (["x/a.jpg", "y/b.jpg"], {}, "several folders"),
        (["a.png", "d.lp"], {}, "how wide a pixel"),
        (["a.png", "d.lp", "e.lp"], {"pixel_mm": 0.1}, "2 files"),
        (["h.npy"], {"pixel_mm": 0.1}, "which unit"),
        (["h.npy"], {"pixel_mm": 0.1, "height_unit": "counts"}, "which unit"),
    ],
)
def test_what_is_missing_is_named_with_what_to_do(names: list[str], form: dict[str, Any], about: str) -> None:
    with pytest.raises(CaptureError, match=about) as caught:
        manifest_text(UploadForm(**form), names)
    assert caught.value.fix


@given(st.text(max_size=60))
def test_any_site_survives_the_way_through_toml(site: str) -> None:
    try:
        form = UploadForm(site=site)
    except ValueError:
        return
    assert tomllib.loads(manifest_text(form, ["a.jpg"])).get("site", "") == form.site


def test_a_capture_from_the_form_can_be_read(tmp_path: Path) -> None:
    from cicatrix.pipeline.check import check_capture  # noqa: PLC0415

    folder, _ = take({"heights.npy": height_map()}, tmp_path, pixel_mm=0.1, height_unit="mm", site="chin")
    coached, seen = check_capture(folder)
    assert (coached.kind, coached.verdict) == ("height", "measured")
    assert seen is not None
    assert seen.site == "chin"


def test_an_archive_with_an_empty_name_is_called_damaged(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jpg": b"x" * 50}))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<HHH", data, entry + 28, 0, 0, 5)  # the name becomes a comment
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(CaptureError, match="damaged"):
        unzip(tmp_path / "a.zip", tmp_path / "out", UploadLimits(), lambda *_: None)
