"""Every format comes back as it was written, upright, in its own depth."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from cicatrix.capture.header import exif_orientation
from cicatrix.capture.images import decode, format_of, probe
from cicatrix.capture.raw import RAW_SUFFIXES
from cicatrix.errors import CaptureError, ImageError, MissingExtraError
from tests.capture.build import (
    COLS,
    ORIENTATION_TAG,
    ROWS,
    STORED,
    jpeg_bytes,
    lp_text,
    photo,
    png_bytes,
    read_lights,
    refusal,
    smooth_photo,
    tiff_bytes,
    write_dng,
    write_lights,
)


def _read(folder: Path, name: str, data: bytes) -> NDArray[Any]:
    path = folder / name
    path.write_bytes(data)
    return decode(data, probe(path), path)


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return exif.tobytes()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_png(tmp_path: Path, dtype: Any, channels: int) -> None:
    image = photo(dtype=dtype, channels=channels)
    read = _read(tmp_path, "a.png", png_bytes(image))
    assert read.dtype == dtype
    assert (read == image).all()


def test_16_bit_colour_png_keeps_all_16_bits(tmp_path: Path) -> None:
    image = photo(dtype=np.uint16)
    low_bits = _read(tmp_path, "a.png", png_bytes(image)) & 0xFF
    assert (low_bits == image & 0xFF).all()
    assert len(np.unique(low_bits)) == 256


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_png_transparency_is_dropped(tmp_path: Path, dtype: Any) -> None:
    image = photo(dtype=dtype, channels=4)
    assert (_read(tmp_path, "a.png", png_bytes(image)) == image[:, :, :3]).all()


def test_grey_png_with_transparency_stays_grey(tmp_path: Path) -> None:
    grey, alpha = photo(0, channels=1)[:, :, 0], photo(1, channels=1)[:, :, 0]
    file = io.BytesIO()
    Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)]).save(file, "PNG")
    assert (_read(tmp_path, "a.png", file.getvalue())[:, :, 0] == grey).all()


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_png_palette_becomes_rgb(tmp_path: Path, bits: int) -> None:
    picture = Image.fromarray(photo()).quantize(2**bits)
    file = io.BytesIO()
    picture.save(file, "PNG", bits=bits)
    assert (_read(tmp_path, "a.png", file.getvalue()) == np.array(picture.convert("RGB"))).all()


def test_png_stored_gamma_does_not_change_the_values(tmp_path: Path) -> None:
    image, file, chunks = photo(), io.BytesIO(), PngImagePlugin.PngInfo()
    chunks.add(b"gAMA", (100_000).to_bytes(4, "big"))
    Image.fromarray(image).save(file, "PNG", pnginfo=chunks)
    assert (_read(tmp_path, "a.png", file.getvalue()) == image).all()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg(tmp_path: Path, channels: int, *, progressive: bool) -> None:
    image = smooth_photo()[:, :, :channels]
    read = _read(tmp_path, "a.jpg", jpeg_bytes(image, progressive=progressive))
    assert read.shape == image.shape
    assert np.abs(read.astype(int) - image).max() <= 4


TIFF_OPTIONS: list[dict[str, Any]] = [
    {},
    {"compression": "zlib"},
    {"compression": "zlib", "predictor": True},
    {"compression": "lzw", "predictor": True},
    {"compression": "packbits"},
    {"compression": "lzw", "tile": (16, 16)},
    {"byteorder": ">"},
    {"bigtiff": True},
    {"rowsperstrip": 7, "compression": "zlib"},
]


@pytest.mark.parametrize("options", TIFF_OPTIONS, ids=str)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiff(tmp_path: Path, dtype: Any, channels: int, options: dict[str, Any]) -> None:
    image = photo(dtype=dtype, channels=channels)
    read = _read(tmp_path, "a.tif", tiff_bytes(image, **options))
    assert read.dtype == dtype
    assert (read == image).all()


def test_tiff_as_opencv_writes_it(tmp_path: Path) -> None:
    image = photo(dtype=np.uint16)
    cv2.imwrite(str(tmp_path / "a.tif"), image[:, :, ::-1])
    assert (decode((tmp_path / "a.tif").read_bytes(), probe(tmp_path / "a.tif"), tmp_path / "a.tif") == image).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_tiff_with_separate_planes(tmp_path: Path, dtype: Any) -> None:
    image = photo(dtype=dtype)
    data = tiff_bytes(np.moveaxis(image, 2, 0), photometric="rgb", planarconfig="separate")
    assert (_read(tmp_path, "a.tif", data) == image).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_transparency_is_dropped_and_not_multiplied_in(tmp_path: Path, dtype: Any) -> None:
    image = photo(dtype=dtype, channels=4)
    data = tiff_bytes(image, extrasamples=["unassalpha"], compression="lzw")
    assert (_read(tmp_path, "a.tif", data) == image[:, :, :3]).all()


@pytest.mark.parametrize(("dtype", "top"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1)])
def test_tiff_where_white_is_zero_is_turned_round(tmp_path: Path, dtype: Any, top: int) -> None:
    image = photo(dtype=dtype, channels=1)
    assert (_read(tmp_path, "a.tif", tiff_bytes(image, photometric="miniswhite")) == top - image).all()


def test_tiff_palette_becomes_rgb(tmp_path: Path) -> None:
    indices = photo(channels=1)
    table = np.random.default_rng(1).integers(0, 256, (3, 256)).astype(np.uint16)
    data = tiff_bytes(indices, photometric="palette", colormap=table * 257)
    assert (_read(tmp_path, "a.tif", data) == table.T[indices[:, :, 0]]).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_floating_point_becomes_single_precision(tmp_path: Path, dtype: Any) -> None:
    image = photo(dtype=np.float32, channels=1).astype(dtype)
    read = _read(tmp_path, "a.tif", tiff_bytes(image))
    assert read.dtype == np.float32
    assert (read == image.astype(np.float32)).all()


def test_a_thumbnail_behind_the_picture_is_passed_over(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as tiff:
        tiff.write(photo(0), photometric="rgb")
        tiff.write(photo(1)[::2, ::2], photometric="rgb", subfiletype=1)
    assert (_read(tmp_path, "a.tif", file.getvalue()) == photo(0)).all()


@pytest.mark.parametrize("orientation", STORED)
def test_tiff_orientation(tmp_path: Path, orientation: int) -> None:
    data = tiff_bytes(np.ascontiguousarray(STORED[orientation](photo())), orientation=orientation)
    assert (_read(tmp_path, "a.tif", data) == photo()).all()


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("behind", [False, True])
def test_png_orientation(tmp_path: Path, orientation: int, *, behind: bool) -> None:
    file = io.BytesIO()
    Image.fromarray(STORED[orientation](photo())).save(file, "PNG", exif=_exif(orientation))
    data = file.getvalue()
    if behind:
        # The standard lets the chunk stand behind the pixels too.
        start = data.index(b"eXIf") - 4
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        data = data[:start] + data[end:-12] + data[start:end] + data[-12:]
    assert (_read(tmp_path, "a.png", data) == photo()).all()


@pytest.mark.parametrize("orientation", STORED)
def test_jpeg_orientation(tmp_path: Path, orientation: int) -> None:
    stored = np.ascontiguousarray(STORED[orientation](smooth_photo()))
    read = _read(tmp_path, "a.jpg", jpeg_bytes(stored, orientation=orientation))
    assert read.shape == (ROWS, COLS, 3)
    assert np.abs(read.astype(int) - smooth_photo()).max() <= 4


def test_orientation_applies_to_the_whole_capture(tmp_path: Path) -> None:
    files = {f"{i}.tif": tiff_bytes(np.ascontiguousarray(STORED[i](photo(i))), orientation=i) for i in (1, 3, 6, 8)}
    assert (read_lights(write_lights(tmp_path, files)).images == np.stack([photo(i) for i in (1, 3, 6, 8)])).all()


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_means_upright(tmp_path: Path, value: int) -> None:
    assert (_read(tmp_path, "a.tif", tiff_bytes(photo(), orientation=value)) == photo()).all()
    assert probe_jpeg_orientation(tmp_path, jpeg_bytes(smooth_photo(), orientation=value)) == 1


def probe_jpeg_orientation(folder: Path, data: bytes) -> int:
    (folder / "a.jpg").write_bytes(data)
    return probe(folder / "a.jpg").orientation


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize(("kind", "size"), [(3, 2), (4, 4)])
def test_orientation_in_both_byte_orders_and_widths(order: str, kind: int, size: int) -> None:
    def number(value: int, length: int) -> bytes:
        return value.to_bytes(length, "little" if order == "little" else "big")

    start = (b"II" if order == "little" else b"MM") + number(42, 2) + number(8, 4)
    entry = number(ORIENTATION_TAG, 2) + number(kind, 2) + number(1, 4) + number(6, size) + bytes(4 - size)
    block = start + number(1, 2) + entry + bytes(4)
    assert exif_orientation(block) == 6
    for length in range(len(block) - 4):
        assert exif_orientation(block[:length]) == 1


def test_grey_among_colour_is_spread_over_three_channels(tmp_path: Path) -> None:
    files = {"0.png": png_bytes(photo(0)), **{f"{i}.png": png_bytes(photo(i, channels=1)) for i in (1, 2, 3)}}
    images = read_lights(write_lights(tmp_path, files)).images
    assert images.shape == (4, ROWS, COLS, 3)
    assert (images[0] == photo(0)).all()
    assert all((images[1, :, :, channel] == photo(1, channels=1)[:, :, 0]).all() for channel in range(3))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_capture_keeps_type_and_channels(tmp_path: Path, dtype: Any, channels: int) -> None:
    files = {f"{i}.tif": tiff_bytes(photo(i, dtype=dtype, channels=channels)) for i in range(4)}
    images = read_lights(write_lights(tmp_path, files)).images
    assert (images.dtype, images.shape) == (dtype, (4, ROWS, COLS, channels))
    assert (images == np.stack([photo(i, dtype=dtype, channels=channels) for i in range(4)])).all()


def test_the_first_bytes_decide_and_not_the_suffix(tmp_path: Path) -> None:
    assert (_read(tmp_path, "a.jpg", png_bytes(photo())) == photo()).all()
    assert (_read(tmp_path, "noname", tiff_bytes(photo())) == photo()).all()


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"\x00\x00\x00\x18ftypmif1", "HEIC"),
        (b"\x00\x00\x00\x18ftypcrx ", "RAW"),
        (b"FUJIFILMCCD-RAW 0201", "RAW"),
        (b"IIU\0\x08\0\0\0", "RAW"),
        (b"IIRO\x08\0\0\0", "RAW"),
        (b"MM\0+\0\x08\0\0", "TIFF"),
    ],
)
def test_first_bytes(tmp_path: Path, start: bytes, name: str) -> None:
    (tmp_path / "a").write_bytes(start + bytes(32))
    assert format_of(tmp_path / "a") == name


@pytest.mark.parametrize("suffix", [*sorted(RAW_SUFFIXES), ".DNG", ".Nef"])
def test_camera_raw_that_looks_like_tiff_is_known_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(tiff_bytes(photo()))
    assert format_of(tmp_path / f"a{suffix}") == "RAW"


def _heic(image: NDArray[Any], **options: Any) -> bytes:
    library = pytest.importorskip("pillow_heif", reason="the extra 'heic' is not installed")
    file = io.BytesIO()
    mode = {1: "L", 3: "RGB"}[image.shape[2]] + (";16" if image.dtype == np.uint16 else "")
    if library.libheif_info()["HEIF"] == "":
        pytest.skip("pillow-heif was built without an encoder")
    library.from_bytes(mode, (image.shape[1], image.shape[0]), image.tobytes()).save(file, quality=95, **options)
    return file.getvalue()


def test_heic(tmp_path: Path) -> None:
    read = _read(tmp_path, "a.heic", _heic(smooth_photo(), chroma=444))
    assert read.dtype == np.uint8
    assert read.shape == (ROWS, COLS, 3)
    assert np.abs(read.astype(int) - smooth_photo()).mean() < 2


def test_heic_of_more_than_8_bits_fills_the_range_of_16(tmp_path: Path) -> None:
    wide = smooth_photo().astype(np.uint16) * 257
    wide[:16, :16] = 65535
    read = _read(tmp_path, "a.heic", _heic(wide, chroma=444))
    assert read.dtype == np.uint16
    assert np.abs(read.astype(int) - wide).mean() < 2 * 257
    assert read.max() == 65535


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_heic_orientation(tmp_path: Path, orientation: int) -> None:
    stored = np.ascontiguousarray(STORED[orientation](smooth_photo()))
    read = _read(tmp_path, "a.heic", _heic(stored, chroma=444, exif=_exif(orientation)))
    assert read.shape == (ROWS, COLS, 3)
    assert np.abs(read.astype(int) - smooth_photo()).mean() < 2


def _cfa(scene: NDArray[np.float64], neutral: tuple[float, float, float]) -> NDArray[np.uint16]:
    """What a sensor with red, green, green, blue filters sees of a grey scene."""
    red, green, blue = neutral
    filters = np.tile([[red, green], [green, blue]], (scene.shape[0] // 2, scene.shape[1] // 2))
    sensor: NDArray[np.uint16] = np.rint(scene * filters * 65535).astype(np.uint16)
    return sensor


def _halves() -> NDArray[np.float64]:
    scene = np.full((64, 96), 0.2)
    scene[:, 48:] = 0.4
    return scene


def test_raw_is_linear_balanced_and_16_bit(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    neutral = (0.5, 1.0, 0.625)
    files = {f"{i}.dng": write_dng(_cfa(_halves(), neutral), neutral) for i in range(4)}
    capture = read_lights(write_lights(tmp_path, files))
    assert capture.linear
    assert capture.images.dtype == np.uint16
    assert capture.images.shape == (4, 64, 96, 3)
    # Twice the light is twice the value, and grey is grey; columns near the edge are left to the demosaicing.
    dark, bright = capture.images[0, 8:-8, 8:40] / 65535, capture.images[0, 8:-8, 56:-8] / 65535
    assert bright.mean(axis=(0, 1)) == pytest.approx(2.0 * dark.mean(axis=(0, 1)), rel=1e-3)
    assert dark.mean(axis=(0, 1)) == pytest.approx(np.full(3, dark.mean()), rel=2e-3)


def test_raw_brightness_does_not_adapt_to_the_photograph(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    neutral = (0.5, 1.0, 0.625)
    scenes = [0.5 * _halves(), _halves(), 1.5 * _halves(), 2.0 * _halves()]
    files = {f"{i}.dng": write_dng(_cfa(scene, neutral), neutral) for i, scene in enumerate(scenes)}
    means = read_lights(write_lights(tmp_path, files)).images.mean(axis=(1, 2, 3))
    assert means / means[0] == pytest.approx(np.array([1.0, 2.0, 3.0, 4.0]), rel=1e-3)


def test_raw_takes_the_white_balance_of_the_first_photograph(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    neutral = (0.5, 1.0, 0.625)
    stated = [neutral, (0.8, 1.0, 0.3), neutral, neutral]
    files = {f"{i}.dng": write_dng(_cfa(_halves(), neutral), balance) for i, balance in enumerate(stated)}
    images = read_lights(write_lights(tmp_path, files)).images
    assert (images[1] == images[0]).all()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_raw_orientation(tmp_path: Path, orientation: int) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    data = write_dng(_cfa(STORED[orientation](_halves()), (1.0, 1.0, 1.0)), (1.0, 1.0, 1.0), orientation)
    read = _read(tmp_path, "a.dng", data)
    assert read.shape == (64, 96, 3)
    assert read[:, 60:].mean() == pytest.approx(2.0 * read[:, :36].mean(), rel=0.01)


def test_raw_stated_as_encoded_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    files = {f"{i}.dng": write_dng(_cfa(_halves(), (1.0, 1.0, 1.0)), (1.0, 1.0, 1.0)) for i in range(4)}
    folder = write_lights(tmp_path, files, extra="linear = false")
    refusal(folder, CaptureError, "linear = false", "RAW photographs are linear", "take the line out", line=4)


def test_raw_among_others_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    files = {"0.dng": write_dng(_cfa(_halves(), (1.0, 1.0, 1.0)), (1.0, 1.0, 1.0))}
    files |= {f"{i}.png": png_bytes(photo(i, dtype=np.uint16, rows=64, cols=96)) for i in (1, 2, 3)}
    refusal(
        write_lights(tmp_path, files),
        ImageError,
        "1.png",
        "a developed picture",
        "that of '0.dng' is camera RAW",
        "for all photographs or for none",
    )


def test_raw_without_pixels(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    files = {f"{i}.nef": b"II*\0" + bytes(500) for i in range(4)}
    refusal(write_lights(tmp_path, files), ImageError, "0.nef", "camera RAW file cannot be read", "copy it again")


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_truncated_raw(tmp_path: Path, share: float) -> None:
    pytest.importorskip("rawpy", reason="the extra 'raw' is not installed")
    data = write_dng(_cfa(_halves(), (1.0, 1.0, 1.0)), (1.0, 1.0, 1.0))
    files = {f"{i}.dng": data if i else data[: int(share * len(data))] for i in range(4)}
    refusal(write_lights(tmp_path, files), ImageError, "0.dng", "camera RAW file cannot be read")


def test_raw_under_the_name_of_a_tiff(tmp_path: Path) -> None:
    files = {f"{i}.tif": write_dng(_cfa(_halves(), (1.0, 1.0, 1.0)), (1.0, 1.0, 1.0)) for i in range(4)}
    refusal(write_lights(tmp_path, files), ImageError, "0.tif", "camera RAW", "the suffix .dng")


@pytest.mark.parametrize(
    ("name", "module", "data", "command"),
    [
        ("0.heic", "pillow_heif", b"\x00\x00\x00\x18ftypheic" + bytes(64), "pip install 'cicatrix[heic]'"),
        ("0.HEIC", "pillow_heif", b"\x00\x00\x00\x18ftypheix" + bytes(64), "pip install 'cicatrix[heic]'"),
        ("0.dng", "rawpy", b"II*\0" + bytes(64), "pip install 'cicatrix[raw]'"),
        ("0.CR3", "rawpy", b"\x00\x00\x00\x18ftypcrx " + bytes(64), "pip install 'cicatrix[raw]'"),
    ],
)
def test_missing_library_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, data: bytes, command: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    names = [name, "1.png", "2.png", "3.png"]
    files = {name: data, **{other: png_bytes(photo()) for other in names[1:]}}
    refusal(write_lights(tmp_path, files, lp=lp_text(names)), MissingExtraError, name, "not installed", command)
