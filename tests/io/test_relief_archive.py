"""Reliefs as files: back as they were, and hostile ones refused before they are unpacked."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from cicatrix.errors import RecordError
from cicatrix.io.relief_archive import pack, unpack
from cicatrix.model import Relief


@pytest.fixture
def relief() -> Relief:
    """A small relief with every kind of plane."""
    height = np.random.default_rng(1).normal(size=(40, 50)).astype(np.float32)
    return Relief(
        height_mm=height,
        form_mm=height * 0,
        albedo=None,
        trusted=(height > 0).astype(np.uint8),
        fitted=None,
        directions=None,
        pixel_mm=0.04,
        method="height",
        channel=None,
        light=None,
    )


def test_a_relief_comes_back(relief: Relief, tmp_path: Path) -> None:
    (tmp_path / "relief.npz").write_bytes(pack(relief))
    again = unpack(tmp_path / "relief.npz")
    np.testing.assert_array_equal(again.height_mm, relief.height_mm)
    np.testing.assert_array_equal(again.trusted, relief.trusted)
    assert again.pixel_mm == relief.pixel_mm


def _npy(header_shape: tuple[int, ...], data: bytes) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": "<f8", "fortran_order": False, "shape": header_shape})
    return out.getvalue() + data


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "relief.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("height_mm.npy", _npy((4000, 4000), bytes(4000 * 4000 * 8)))
    assert (tmp_path / "relief.npz").stat().st_size < 200_000
    with pytest.raises(RecordError, match="would unpack to"):
        unpack(tmp_path / "relief.npz")


def test_an_array_shorter_than_its_header_says_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "relief.npz", "w") as archive:
        archive.writestr("height_mm.npy", _npy((10**6, 10**6), b"12345678"))
    with pytest.raises(RecordError, match="not as long as its header says"):
        unpack(tmp_path / "relief.npz")


def test_damaged_reliefs_are_refused_in_a_sentence(relief: Relief, tmp_path: Path) -> None:
    good, chance = pack(relief), random.Random(1)  # noqa: S311 - no secret
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        (tmp_path / "relief.npz").write_bytes(bad[: chance.choice([len(bad), chance.randrange(len(bad))])])
        with suppress(RecordError):
            unpack(tmp_path / "relief.npz")
