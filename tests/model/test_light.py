"""The sRGB transfer function against the standard's own numbers."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.model.light import decode_srgb, encode_srgb, linear_lut


def test_decoding_agrees_with_the_standard_in_both_of_its_branches() -> None:
    # IEC 61966-2-1: C/12.92 up to 0.04045, ((C + 0.055)/1.055)^2.4 above; 0.5 worked out by hand.
    encoded = np.array([0.0, 0.04045, 0.5, 1.0])
    assert decode_srgb(encoded) == pytest.approx([0.0, 0.04045 / 12.92, 0.21404114, 1.0], abs=1e-7)


@pytest.mark.parametrize(("dtype", "entries"), [(np.uint8, 256), (np.uint16, 65536)])
def test_table_has_an_entry_for_every_value_and_rises(dtype: type[np.integer], entries: int) -> None:
    for linear in (True, False):
        lut = linear_lut(np.dtype(dtype), linear=linear)
        assert lut.shape == (entries,)
        assert lut.dtype == np.float32
        assert (lut[0], lut[-1]) == (0.0, 1.0)
        assert (np.diff(lut) > 0).all()


def test_linear_table_is_a_straight_line() -> None:
    assert linear_lut(np.dtype(np.uint8), linear=True)[51] == pytest.approx(0.2)


def test_every_8_bit_value_survives_decoding_and_encoding() -> None:
    assert (encode_srgb(linear_lut(np.dtype(np.uint8), linear=False)) == np.arange(256)).all()


def test_encoding_clips_to_black_and_white() -> None:
    assert encode_srgb(np.array([-1.0, 0.0, 1.0, 7.0], np.float32)).tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.uint32])
def test_a_type_without_a_table_is_refused(dtype: type[np.generic]) -> None:
    with pytest.raises(ValueError, match=np.dtype(dtype).name):
        linear_lut(np.dtype(dtype), linear=False)


def test_not_a_number_has_no_colour() -> None:
    with pytest.raises(ValueError, match="NaN"):
        encode_srgb(np.array([0.1, np.nan], np.float32))
