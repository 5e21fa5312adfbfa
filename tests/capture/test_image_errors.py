"""Photographs that cannot be used: each is named with what is wrong, what is allowed, and a remedy."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from cicatrix.capture import MAX_PIXELS
from cicatrix.capture.jpeg import jpeg_is_complete
from cicatrix.errors import ImageError
from tests.capture.build import (
    jpeg_bytes,
    photo,
    png_bytes,
    read_lights,
    refusal,
    smooth_photo,
    tiff_bytes,
    write_lights,
)


def _refused(folder: Path, name: str, data: bytes, *parts: str) -> None:
    """The second of four photographs is bad; it alone must be named."""
    good = {f"{i}.png": png_bytes(photo(i)) for i in (0, 2, 3)}
    files = {"0.png": good["0.png"], name: data, "2.png": good["2.png"], "3.png": good["3.png"]}
    error = refusal(write_lights(folder, files), ImageError, name, *parts)
    assert error.path == folder / name


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("progressive", [False, True])
def test_truncated_jpeg(tmp_path: Path, share: float, *, progressive: bool) -> None:
    data = jpeg_bytes(photo(), progressive=progressive)
    _refused(tmp_path, "1.jpg", data[: int(share * len(data))], "truncated or damaged", "copy it again")


def test_jpeg_without_its_last_bytes(tmp_path: Path) -> None:
    _refused(tmp_path, "1.jpg", jpeg_bytes(photo())[:-2], "truncated or damaged")


def test_jpeg_whose_end_was_never_written(tmp_path: Path) -> None:
    data = jpeg_bytes(photo())
    _refused(tmp_path, "1.jpg", data[: len(data) // 2] + bytes(len(data) // 2), "truncated or damaged")


def test_the_end_of_the_thumbnail_is_not_the_end_of_the_picture() -> None:
    data, thumbnail = jpeg_bytes(photo()), jpeg_bytes(photo(1))
    segment = b"\xff\xe2" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    with_thumbnail = data[:2] + segment + data[2:]
    assert jpeg_is_complete(with_thumbnail)
    assert not jpeg_is_complete(with_thumbnail[:-2])


def test_what_a_camera_appends_to_a_jpeg_does_no_harm(tmp_path: Path) -> None:
    files = {f"{i}.jpg": jpeg_bytes(smooth_photo(i)) + b"\0\0MotionPhoto_Data" + bytes(999) for i in range(4)}
    assert read_lights(write_lights(tmp_path, files)).images.shape[0] == 4


def test_a_complete_jpeg_is_complete_at_no_shorter_length() -> None:
    data = jpeg_bytes(photo(), progressive=True)
    assert jpeg_is_complete(data)
    assert not any(jpeg_is_complete(data[:length]) for length in range(len(data)))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_truncated_png(tmp_path: Path, share: float) -> None:
    data = png_bytes(photo())
    _refused(tmp_path, "1.png", data[: max(12, int(share * len(data)))], "PNG is truncated or damaged", "copy it again")


def test_png_with_a_flipped_bit(tmp_path: Path) -> None:
    data = bytearray(png_bytes(photo()))
    data[len(data) // 2] ^= 1
    _refused(tmp_path, "1.png", bytes(data), "PNG is truncated or damaged", "check sum", "copy it again")


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"compression": "lzw"}, {"rowsperstrip": 8}], ids=str)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_truncated_tiff(tmp_path: Path, options: dict[str, Any], share: float) -> None:
    data = tiff_bytes(photo(), **options)
    _refused(tmp_path, "1.tif", data[: int(share * len(data))], "What to do")


def test_tiff_with_missing_strips(tmp_path: Path) -> None:
    data = bytearray(tiff_bytes(photo(), rowsperstrip=8, compression="zlib"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
        tag = tiff.pages.first.tags["StripByteCounts"]
        data[tag.valueoffset : tag.valueoffset + 2] = b"\0\0"
    _refused(tmp_path, "1.tif", bytes(data), "5 of 5 strips or tiles", "copy it again")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("1.jpg", b"<!doctype html><title>404</title>"),
        ("1.png", b"\x89PNH\r\n\x1a\n" + bytes(40)),
        ("1.gif", b"GIF89a" + bytes(40)),
        ("1.bmp", b"BM" + bytes(100)),
        ("1.txt", b"x"),
        ("1.avif", b"\0\0\0\x20ftypavif" + bytes(40)),
    ],
)
def test_no_known_picture(tmp_path: Path, name: str, data: bytes) -> None:
    _refused(tmp_path, name, data, "not a picture of a known format", data[:8].hex(" "), "JPEG, PNG, TIFF, HEIC")


def test_empty_file(tmp_path: Path) -> None:
    _refused(tmp_path, "1.png", b"", "empty (0 bytes)", "copy it again")


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\x00\x02", b"\xff\xd8\xff" + bytes(60)]
)
def test_jpeg_without_a_frame(tmp_path: Path, data: bytes) -> None:
    _refused(tmp_path, "1.jpg", data, "truncated or damaged")


def test_jpeg_for_printing(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(photo()).convert("CMYK").save(file, "JPEG")
    _refused(tmp_path, "1.jpg", file.getvalue(), "4 channels of 8 bits", "grey or RGB, 8 bits", "ordinary RGB JPEG")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"photometric": "cielab"}, "CIELAB values"),
        ({"photometric": "separated"}, "SEPARATED values"),
    ],
)
def test_tiff_of_other_colours(tmp_path: Path, options: dict[str, Any], part: str) -> None:
    channels = 4 if options["photometric"] == "separated" else 3
    _refused(tmp_path, "1.tif", tiff_bytes(photo(channels=channels), **options), part, "grey, RGB or palette")


@pytest.mark.parametrize("dtype", ["int16", "int8", "uint32", "int32", "complex64"])
def test_tiff_of_other_numbers(tmp_path: Path, dtype: str) -> None:
    image = photo(channels=1).astype(dtype)
    _refused(
        tmp_path, "1.tif", tiff_bytes(image), f"the pixels are {dtype}", "8 or 16 bits without sign", "16-bit TIFF"
    )


def test_tiff_with_many_values_a_pixel(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(50, 200, (40, 56, 9), dtype=np.uint8)
    data = tiff_bytes(image, photometric="minisblack", planarconfig="contig")
    _refused(tmp_path, "1.tif", data, "9 values a pixel", "1, or 2 with transparency")


@pytest.mark.parametrize("options", [{}, {"imagej": True}], ids=["pages", "imagej"])
def test_tiff_with_several_pictures(tmp_path: Path, options: dict[str, Any]) -> None:
    file = io.BytesIO()
    tifffile.imwrite(
        file, photo(channels=3, dtype=np.uint16).transpose(2, 0, 1).copy(), photometric="minisblack", **options
    )
    _refused(tmp_path, "1.tif", file.getvalue(), "several pictures", "one picture a file", "save each on its own")


@pytest.mark.parametrize(
    ("low", "high", "part"),
    [
        (0.2, 1.5, "from 0.2 to 1.5"),
        (-0.1, 0.8, "from -0.1 to 0.8"),
        (0.0, 255.0, "to 255"),
        (0.2, np.nan, "nan"),
        (0.2, np.inf, "inf"),
    ],
)
def test_floating_point_outside_0_to_1(tmp_path: Path, low: float, high: float, part: str) -> None:
    files = {f"{i}.tif": tiff_bytes(photo(i, dtype=np.float32)) for i in range(4)}
    bad = photo(1, dtype=np.float32)
    bad[3, 4, 0], bad[5, 6, 1] = low, high
    files["1.tif"] = tiff_bytes(bad)
    refusal(write_lights(tmp_path, files), ImageError, "1.tif", part, "from 0 (black) to 1 (white)", "white level")


def test_floating_point_within_rounding_is_clipped(tmp_path: Path) -> None:
    files = {f"{i}.tif": tiff_bytes(photo(i, dtype=np.float32)) for i in range(4)}
    rounded = photo(1, dtype=np.float32)
    rounded[0, 0], rounded[0, 1] = np.nextafter(np.float32(1), np.float32(2)), -1e-8
    files["1.tif"] = tiff_bytes(rounded)
    images = read_lights(write_lights(tmp_path, files)).images
    assert (images.min(), images.max()) == (0.0, 1.0)


@pytest.mark.parametrize(("rows", "cols"), [(31, 56), (40, 1), (1, 1)])
def test_too_small(tmp_path: Path, rows: int, cols: int) -> None:
    _refused(tmp_path, "1.png", png_bytes(photo(rows=rows, cols=cols)), f"{cols} x {rows} pixels", "at least 32 x 32")


def test_the_smallest_size_is_read(tmp_path: Path) -> None:
    files = {f"{i}.png": png_bytes(photo(i, rows=32, cols=32)) for i in range(4)}
    assert read_lights(write_lights(tmp_path, files)).shape == (32, 32)


def _bomb_png(cols: int, rows: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", cols, rows, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def _bomb_jpeg(cols: int, rows: int) -> bytes:
    data = bytearray(jpeg_bytes(photo()))
    frame = data.index(b"\xff\xc0") + 5
    data[frame : frame + 4] = struct.pack(">HH", rows, cols)
    return bytes(data)


def _bomb_tiff(cols: int, rows: int) -> bytes:
    data = bytearray(tiff_bytes(photo(), compression="zlib"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
        tags = tiff.pages.first.tags
        for name, value in (("ImageWidth", cols), ("ImageLength", rows)):
            tag = tags[name]
            size = {3: "H", 4: "I"}[tag.dtype]
            struct.pack_into("<" + size, data, tag.valueoffset, value)
    return bytes(data)


@pytest.mark.parametrize(("name", "write"), [("1.png", _bomb_png), ("1.jpg", _bomb_jpeg), ("1.tif", _bomb_tiff)])
def test_a_decompression_bomb_is_refused_by_its_header(tmp_path: Path, name: str, write: Any) -> None:
    cols, rows = 12_000, MAX_PIXELS // 12_000 + 1
    tracemalloc.start()
    try:
        _refused(
            tmp_path,
            name,
            write(cols, rows),
            f"{cols} x {rows} = {cols * rows} pixels",
            f"at most {MAX_PIXELS} pixels",
            "crop",
        )
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_png_of_the_largest_number_of_pixels(tmp_path: Path) -> None:
    _refused(tmp_path, "1.png", _bomb_png(2**31 - 1, 2**31 - 1), str((2**31 - 1) ** 2))


def test_tiff_tiles_that_are_a_bomb(tmp_path: Path) -> None:
    data = bytearray(tiff_bytes(photo(), tile=(16, 16), compression="zlib"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
        for name in ("TileWidth", "TileLength"):
            tag = tiff.pages.first.tags[name]
            struct.pack_into("<" + {3: "H", 4: "I"}[tag.dtype], data, tag.valueoffset, 65520)
    _refused(tmp_path, "1.tif", bytes(data), "tiles of 65520 x 65520 pixels", f"at most {MAX_PIXELS}")


def test_a_file_of_gigabytes(tmp_path: Path) -> None:
    folder = write_lights(tmp_path)
    with (folder / "1.png").open("ab") as file:
        file.truncate(2**31 + 1)
    refusal(folder, ImageError, "1.png", f"{2**31 + 1} bytes", f"at most {2**31} bytes")


def test_sizes_that_differ(tmp_path: Path) -> None:
    _refused(
        tmp_path,
        "1.png",
        png_bytes(photo(rows=41)),
        "its size is 56 x 41 pixels, but that of '0.png' is 56 x 40 pixels",
        "the same size for all photographs",
        "uncropped",
    )


def test_sizes_that_differ_only_as_stored_do_not_differ(tmp_path: Path) -> None:
    upright = {f"{i}.tif": tiff_bytes(photo(i)) for i in (0, 2, 3)}
    turned = {"1.tif": tiff_bytes(np.ascontiguousarray(photo(1).swapaxes(0, 1)), orientation=5)}
    images = read_lights(write_lights(tmp_path, {**upright, **turned})).images
    assert (images[3] == photo(1)).all()


def test_depths_that_differ(tmp_path: Path) -> None:
    data = png_bytes(photo(dtype=np.uint16))
    _refused(tmp_path, "1.png", data, "its type is uint16, but that of '0.png' is uint8", "same number of bits")


def test_the_first_of_several_bad_photographs_is_named(tmp_path: Path) -> None:
    files = {f"{i}.jpg": jpeg_bytes(photo(i)) for i in range(6)}
    files |= {f"{i}.jpg": files[f"{i}.jpg"][:-40] for i in (2, 3, 5)}
    for _ in range(5):
        refusal(write_lights(tmp_path, files), ImageError, "2.jpg", "truncated or damaged")


def test_a_photograph_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_open = Path.open

    def refuse(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "1.png":
            raise PermissionError(13, "Permission denied")
        return plain_open(path, *args, **options)

    folder = write_lights(tmp_path)
    monkeypatch.setattr(Path, "open", refuse)
    refusal(folder, ImageError, "1.png", "Permission denied", "permissions")


def test_a_photograph_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, plain_read = write_lights(tmp_path), Path.read_bytes

    def other(path: Path) -> bytes:
        return png_bytes(photo(rows=50)) if path.name == "1.png" else plain_read(path)

    monkeypatch.setattr(Path, "read_bytes", other)
    refusal(folder, ImageError, "1.png", "(50, 56, 3), but its header says (40, 56, 3)")


def test_no_memory_for_the_photographs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise MemoryError

    folder = write_lights(tmp_path)
    monkeypatch.setattr("cicatrix.capture.lights.np.empty", refuse)
    refusal(folder, ImageError, "not enough memory", "(4, 40, 56, 3) of uint8", "fewer lights")


def _with_strip(strip: bytes, *, method: int, stated: tuple[int, int] = (40, 56)) -> bytes:
    """A TIFF of 56 x 40 grey pixels whose only strip is another picture."""
    tags = [(256, 4, stated[1]), (257, 4, stated[0]), (258, 3, 8), (259, 3, method), (262, 3, 1)]
    tags += [(273, 4, 8), (277, 3, 1), (278, 4, stated[0]), (279, 4, len(strip))]
    packed = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + struct.pack("<H", len(tags)) + packed + bytes(4)


def test_a_small_tiff_may_not_hold_a_huge_jpeg(tmp_path: Path) -> None:
    huge = jpeg_bytes(np.zeros((4000, 4000, 1), np.uint8))
    data = _with_strip(huge, method=7)
    tracemalloc.start()
    try:
        _refused(tmp_path, "1.tif", data, "4000 x 4000 pixels", "56 x 40 pixels")
        assert tracemalloc.get_traced_memory()[1] < 15_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("method", "name"), [(34712, "JPEG2000"), (34933, "PNG"), (50001, "WEBP")])
def test_a_tiff_of_pictures_with_sizes_of_their_own_is_refused(tmp_path: Path, method: int, name: str) -> None:
    _refused(tmp_path, "1.tif", _with_strip(png_bytes(photo()), method=method), name, "Deflate")


def test_a_tiff_of_64_bits_and_four_channels_is_counted_in_bytes(tmp_path: Path) -> None:
    data = bytearray(tiff_bytes(np.zeros((64, 64, 4), np.float64), extrasamples=["unassalpha"], compression="zlib"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
        for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
            tag = tiff.pages.first.tags[name]
            struct.pack_into("<" + {3: "H", 4: "I"}[tag.dtype], data, tag.valueoffset, 10_000)
    _refused(tmp_path, "1.tif", bytes(data), "32 bytes", "1024 MB")


def test_the_pixels_of_a_capture_are_counted_together(tmp_path: Path) -> None:
    """Each picture is allowed; eight of them are not, and none is decoded."""
    files = {f"{number}.png": _bomb_png(10_000, 10_000) for number in range(8)}
    tracemalloc.start()
    try:
        refusal(write_lights(tmp_path, files), ImageError, "8 photographs", "together", "800 MB")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
