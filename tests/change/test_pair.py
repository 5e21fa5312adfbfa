"""Pairing: which outline is which, and what was split, merged, new, gone, or not shown."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.change.pair import Place, first_known, pair


def disc(name: str, x: float, y: float, radius: float, *, kind: str = "boxcar", seen: bool = True) -> Place:
    angle = np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)
    return Place.of(name, kind, np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]), seen=seen)


def ids(rows: object) -> list[tuple[str | None, str | None, str]]:
    return [
        (row.before.id if row.before else None, row.after.id if row.after else None, row.fate)
        for row in rows  # type: ignore[attr-defined]
    ]


def test_a_place_knows_its_middle_and_its_size() -> None:
    place = disc("a", 3.0, 4.0, 1.5)
    assert (place.x_mm, place.y_mm) == pytest.approx((3.0, 4.0))
    assert place.radius_mm == pytest.approx(1.5, rel=0.01)


def test_near_ones_of_like_size_are_paired_whatever_their_order() -> None:
    before = [disc("a", 2, 2, 1), disc("b", 8, 2, 1), disc("c", 2, 8, 2)]
    after = [disc("x", 2.1, 8.1, 1.9), disc("y", 8.1, 2.0, 1.1), disc("z", 2.0, 2.1, 1.0)]
    assert ids(pair(before, after, 0.02)) == [("a", "z", "same"), ("b", "y", "same"), ("c", "x", "same")]


def test_far_ones_are_gone_and_new_and_do_not_push_others_apart() -> None:
    before = [disc("a", 2, 2, 1), disc("far", 15, 15, 1)]
    after = [disc("x", 2.05, 2.0, 1), disc("other", 4.0, 2.0, 0.9)]
    assert ids(pair(before, after, 0.02)) == [("a", "x", "same"), ("far", None, "gone"), (None, "other", "new")]


def test_a_pit_in_the_middle_of_a_wide_scar_is_not_that_scar() -> None:
    assert ids(pair([disc("a", 5, 5, 3)], [disc("x", 5, 5, 0.6)], 0.02)) == [("a", None, "gone"), (None, "x", "new")]


def test_a_raised_scar_is_not_a_pit() -> None:
    rows = pair([disc("a", 5, 5, 1, kind="raised")], [disc("x", 5, 5, 1)], 0.02)
    assert [row.fate for row in rows] == ["gone", "new"]


def test_a_scar_in_two_parts_is_split_and_the_other_way_round_merged() -> None:
    whole, parts = disc("a", 5, 5, 2), [disc("x", 4.3, 5, 1.3), disc("y", 6.3, 5, 0.9)]
    (split,) = pair([whole], parts, 0.02)
    assert (split.fate, split.others[0].id) == ("split", "y")
    (merged,) = pair(parts, [whole], 0.02)
    assert (merged.fate, merged.others[0].id) == ("merged", "y")
    assert len(merged.outlines) == 3


def test_what_the_other_picture_does_not_show_is_outside_not_gone() -> None:
    rows = pair([disc("a", 5, 5, 1, seen=False)], [disc("x", 15, 5, 1, seen=False)], 0.02)
    assert [row.fate for row in rows] == ["outside", "outside"]


def test_the_same_id_on_both_sides_is_told_apart() -> None:
    before = [disc("S01", 5, 5, 2), disc("S02", 15, 5, 1)]
    after = [disc("S01", 4.3, 5, 1.3), disc("S02", 6.3, 5, 0.9)]
    assert ids(pair(before, after, 0.02)) == [("S01", "S01", "split"), ("S02", None, "gone")]


def test_nothing_pairs_with_nothing() -> None:
    assert pair([], [], 0.02) == ()
    assert ids(pair([], [disc("x", 1, 1, 1)], 0.02)) == [(None, "x", "new")]


def test_a_row_needs_a_side() -> None:
    assert first_known(None, 3) == 3
    with pytest.raises(ValueError, match="two sides"):
        first_known(None, None)
