"""Height maps: heights in are heights out, and what cannot be heights is refused."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.errors import CaptureError, HeightError
from tests.capture.build import STORED, jpeg_bytes, photo, png_bytes, read_height, refusal, tiff_bytes, write_height

ROWS, COLS = 40, 56


def _relief_mm() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(0.0, 0.1, (ROWS, COLS)).astype(np.float32)


def _npy(values: NDArray[Any], **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values, **options)
    return file.getvalue()


FLOAT_WRITERS: dict[str, Callable[[NDArray[Any]], bytes]] = {
    "h.npy": _npy,
    "h.tif": tiff_bytes,
    "deflate.tif": lambda values: tiff_bytes(values, compression="zlib", predictor=True),
    "lzw.tif": lambda values: tiff_bytes(values, compression="lzw"),
    "big-endian.tif": lambda values: tiff_bytes(values, byteorder=">"),
}


@pytest.mark.parametrize("name", FLOAT_WRITERS)
def test_heights_in_are_heights_out(tmp_path: Path, name: str) -> None:
    capture = read_height(write_height(tmp_path, name, FLOAT_WRITERS[name](_relief_mm()), extra='site = "chin"'))
    assert capture.height_mm.dtype == np.float32
    assert (capture.height_mm == _relief_mm()).all()
    assert (capture.pixel_mm, capture.site, capture.shape) == (0.02, "chin", (ROWS, COLS))


@pytest.mark.parametrize("dtype", ["<f8", ">f4", ">f8", "<f2"])
def test_other_floating_point_arrays(tmp_path: Path, dtype: str) -> None:
    capture = read_height(write_height(tmp_path, "h.npy", _npy(_relief_mm().astype(dtype))))
    assert capture.height_mm == pytest.approx(_relief_mm(), abs=3e-4)


def test_array_in_column_order(tmp_path: Path) -> None:
    capture = read_height(write_height(tmp_path, "h.npy", _npy(np.asfortranarray(_relief_mm()))))
    assert (capture.height_mm == _relief_mm()).all()
    assert capture.height_mm.flags.c_contiguous


@pytest.mark.parametrize(
    ("unit", "mm"), [('"um"', 0.001), ("{mm_per_count = 0.0005}", 0.0005), ("{mm_per_count = 2}", 2)]
)
@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.uint8, np.int32, np.float32])
def test_units(tmp_path: Path, unit: str, mm: float, dtype: Any) -> None:
    counts = np.random.default_rng(0).integers(0, 50, (ROWS, COLS)).astype(dtype)
    write = tiff_bytes if np.dtype(dtype).itemsize <= 2 else _npy
    capture = read_height(write_height(tmp_path, "h", write(counts), unit=unit))
    assert capture.height_mm == pytest.approx(counts * mm, rel=1e-6)


def test_16_bit_png(tmp_path: Path) -> None:
    counts = photo(channels=1, dtype=np.uint16)
    capture = read_height(write_height(tmp_path, "h.png", png_bytes(counts), unit="{mm_per_count = 1e-4}"))
    assert capture.height_mm == pytest.approx(counts[:, :, 0] * 1e-4, rel=1e-6)


def test_white_is_zero_does_not_turn_heights_round(tmp_path: Path) -> None:
    data = tiff_bytes(_relief_mm(), photometric="miniswhite")
    assert (read_height(write_height(tmp_path, "h.tif", data)).height_mm == _relief_mm()).all()


@pytest.mark.parametrize("orientation", STORED)
def test_orientation(tmp_path: Path, orientation: int) -> None:
    data = tiff_bytes(np.ascontiguousarray(STORED[orientation](_relief_mm())), orientation=orientation)
    assert (read_height(write_height(tmp_path, "h.tif", data)).height_mm == _relief_mm()).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["h.npy", "h.tif"])
def test_heights_that_are_not_finite(tmp_path: Path, bad: float, name: str) -> None:
    relief = _relief_mm()
    relief[7, 30], relief[9, 2] = bad, bad
    folder = write_height(tmp_path, name, FLOAT_WRITERS[name](relief))
    refusal(folder, HeightError, name, "2 heights are not finite", "first in row 7, column 30", "fill the gaps")


def test_whole_numbers_are_no_millimetres(tmp_path: Path) -> None:
    folder = write_height(tmp_path, "h.png", png_bytes(photo(channels=1, dtype=np.uint16)))
    refusal(folder, HeightError, "h.png", "height_unit = 'mm'", "uint16", "{mm_per_count", "what one count is")


@pytest.mark.parametrize(
    ("scale", "unit", "range_text", "remedy"),
    [
        (1000.0, '"mm"', "mm in all", "perhaps height_unit = 'um'"),
        (0.001, '"um"', "mm in all", "perhaps height_unit = 'mm'"),
        (0.0, '"mm"', "0 mm in all", "perhaps height_unit = 'mm'"),
        (1e300, '"mm"', "mm in all", "perhaps height_unit = 'um'"),
    ],
)
def test_a_range_that_no_patch_of_skin_has(
    tmp_path: Path, scale: float, unit: str, range_text: str, remedy: str
) -> None:
    folder = write_height(tmp_path, "h.npy", _npy(_relief_mm().astype(np.float64) * scale), unit=unit)
    refusal(folder, HeightError, "h.npy", range_text, "a range of 0.001 to 100 mm", remedy)


def test_an_offset_that_single_precision_would_round(tmp_path: Path) -> None:
    folder = write_height(tmp_path, "h.npy", _npy(_relief_mm().astype(np.float64) + 5000.0))
    refusal(folder, HeightError, "h.npy", "-1000 to 1000 mm", "subtract the common offset")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("h.tif", tiff_bytes(photo())),
        ("h.png", png_bytes(photo())),
        ("h16.png", png_bytes(photo(dtype=np.uint16))),
        ("palette.tif", tiff_bytes(photo(channels=1), photometric="palette", colormap=np.zeros((3, 256), np.uint16))),
    ],
)
def test_colour(tmp_path: Path, name: str, data: bytes) -> None:
    folder = write_height(tmp_path, name, data, unit='"um"')
    refusal(folder, HeightError, name, "colour picture (3 channels)", "one channel", "not a picture coloured by height")


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        (np.zeros((ROWS, COLS, 3), np.float32), ("the shape (40, 56, 3)", "a plane (rows, columns)")),
        (np.zeros(ROWS, np.float32), ("the shape (40,)", "a plane")),
        (np.float32(1), ("the shape ()", "a plane")),
        (np.zeros((ROWS, COLS), np.complex64), ("complex64 values", "real numbers")),
        (np.zeros((ROWS, COLS), bool), ("bool values", "real numbers")),
        (np.zeros((ROWS, COLS), "U3"), ("<U3 values", "real numbers")),
        (np.zeros((ROWS, COLS), "f4,f4"), ("real numbers",)),
        (np.zeros((1, 1), np.float32), ("1 x 1 pixels", "at least 32 x 32")),
        (np.zeros((ROWS, 31), np.float32), ("31 x 40 pixels", "at least 32 x 32")),
        (np.zeros((0, 5), np.float32), ("5 x 0 pixels", "at least 32 x 32")),
    ],
)
def test_arrays_that_are_no_height_map(tmp_path: Path, values: NDArray[Any], parts: tuple[str, ...]) -> None:
    refusal(write_height(tmp_path, "h.npy", _npy(values)), HeightError, "h.npy", *parts)


def test_pickled_objects_are_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    values = np.full((ROWS, COLS), None, dtype=object)
    values[0, 0] = Trap()
    folder = write_height(tmp_path, "h.npy", _npy(values, allow_pickle=True))
    refusal(folder, HeightError, "object values", "real numbers", "float32")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("shape", ["(100000, 100000)", "(12000, 12000)"])
def test_an_array_that_is_a_bomb(tmp_path: Path, shape: str) -> None:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(100)
    refusal(write_height(tmp_path, "h.npy", data), HeightError, "h.npy", "at most 120000000 pixels")


@pytest.mark.parametrize("name", FLOAT_WRITERS)
@pytest.mark.parametrize("share", [0.001, 0.2, 0.9])
def test_truncated_height_map(tmp_path: Path, name: str, share: float) -> None:
    data = FLOAT_WRITERS[name](_relief_mm())
    refusal(write_height(tmp_path, name, data[: max(1, int(share * len(data)))]), HeightError, name)


@pytest.mark.parametrize(
    ("name", "data", "parts"),
    [
        ("h.jpg", jpeg_bytes(photo(channels=1)), ("this is a JPEG file", "float or 16-bit TIFF, 16-bit PNG, NPY")),
        ("h.csv", b"1,2,3\n", ("not a picture of a known format", "save it as")),
        ("h.npz", b"PK\x03\x04" + bytes(60), ("not a picture of a known format",)),
        ("h.tif", b"", ("empty (0 bytes)",)),
    ],
)
def test_other_files(tmp_path: Path, name: str, data: bytes, parts: tuple[str, ...]) -> None:
    refusal(write_height(tmp_path, name, data), HeightError, name, *parts)


def test_complex_tiff(tmp_path: Path) -> None:
    folder = write_height(tmp_path, "h.tif", tiff_bytes(_relief_mm().astype(np.complex64)))
    refusal(folder, HeightError, "h.tif", "complex64", "real numbers")


def test_missing_height_map(tmp_path: Path) -> None:
    folder = write_height(tmp_path, "h.npy", _npy(_relief_mm()))
    (folder / "h.npy").unlink()
    refusal(folder, HeightError, "h.npy", "cannot be found", "check its name")


def test_a_folder_in_place_of_the_height_map(tmp_path: Path) -> None:
    folder = write_height(tmp_path, "h.npy", _npy(_relief_mm()))
    (folder / "h.npy").unlink()
    (folder / "h.npy").mkdir()
    refusal(folder, HeightError, "h.npy", "this is a folder")


def test_the_folder_itself_is_no_height_map(tmp_path: Path) -> None:
    folder = write_height(tmp_path, "h.npy", _npy(_relief_mm()))
    text = (folder / "capture.toml").read_text(encoding="utf-8").replace("h.npy", "./")
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    refusal(folder, CaptureError, "outside the capture folder", line=3)


def test_heights_that_are_compressed_as_a_photograph_are_still_refused_for_colour(tmp_path: Path) -> None:
    data = tiff_bytes(photo(), compression="jpeg")
    refusal(write_height(tmp_path, "h.tif", data, unit='"um"'), HeightError, "colour picture")


def test_an_npy_that_promises_more_than_it_holds_is_refused_unread(tmp_path: Path) -> None:
    data = _npy(_relief_mm()).replace(b"(40, 56)", b"(10000, 10000)").replace(b"      \n", b"\n")
    folder = write_height(tmp_path, "h.npy", data)
    tracemalloc.start()
    try:
        refusal(folder, HeightError, "cut short", "(10000, 10000)")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
