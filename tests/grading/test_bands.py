"""The arithmetic of what remains possible, against trying everything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.grading.bands import Bands, Option, banded, reachable, reachable_totals, shared

BANDS = Bands((0, 1, 3, 6), (0, 2, 5, 11))
PLENTY = 14
"""More lesions than any of these bands tells apart."""


def points(count: int) -> int:
    return 0 if count == 0 else 2 if count < 3 else 5 if count < 6 else 11


@pytest.mark.parametrize("count", range(9))
def test_a_count_has_the_points_of_its_band(count: int) -> None:
    assert BANDS.of(count) == points(count)
    assert reachable([banded(BANDS, count)]) == (points(count),)


@given(counted=st.integers(0, 8))
def test_an_unknown_count_reaches_its_band_and_all_above(counted: int) -> None:
    expected = sorted({points(counted + more) for more in range(PLENTY)})
    assert list(reachable([banded(BANDS, counted, unknown=True)])) == expected


@given(counts=st.lists(st.integers(0, 7), min_size=1, max_size=3), undecided=st.integers(0, 4))
def test_undecided_scars_are_dealt_out_in_every_way(counts: list[int], undecided: int) -> None:
    expected = {
        sum(points(count + more) for count, more in zip(counts, dealt, strict=True))
        for dealt in product(range(undecided + 1), repeat=len(counts))
        if sum(dealt) == undecided
    }
    assert set(reachable([banded(BANDS, count) for count in counts], undecided)) == expected


@given(base=st.integers(0, 6), pool=st.integers(0, 7), undecided=st.integers(0, 3), unknown=st.booleans())
def test_two_items_share_their_lesions_in_every_way(base: int, pool: int, undecided: int, unknown: bool) -> None:  # noqa: FBT001
    free = range(PLENTY) if unknown else (0,)
    expected = {
        points(first) + points(base + pool + more + extra - first)
        for extra in free
        for more in [undecided]
        for first in range(pool + more + 1)
    }
    both = shared(banded(BANDS, 0), banded(BANDS, base, unknown=unknown), pool)
    assert set(reachable([both], undecided)) == expected


def test_an_item_that_takes_no_undecided_scar_leaves_them_to_the_others() -> None:
    assert reachable([(Option(7, 0, 0),), banded(BANDS, 2)], 1) == (12,)


@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=3))
def test_totals_stand_for_every_band_that_can_be_reached(counts: list[int | None]) -> None:
    totals = reachable_totals(counts, (1, 3, 6))
    tried = {sum(filled) for filled in product(*(range(PLENTY) if count is None else (count,) for count in counts))}
    assert {points(total) for total in totals} == {points(total) for total in tried}
