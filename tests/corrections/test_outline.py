"""Lines that can be measured, and those that cannot."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cicatrix.corrections.outline import check_outline
from cicatrix.errors import CorrectionError
from cicatrix.model import CaptureSummary
from cicatrix.model.correction import Outline
from tests.corrections.skin import heights, ring


@pytest.fixture(scope="module")
def capture() -> CaptureSummary:
    """16 mm by 16 mm, 0.05 mm a pixel."""
    return heights()[0].capture


SQUARE: Outline = ((4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0))


def test_a_simple_line_is_taken_as_it_is(capture: CaptureSummary) -> None:
    assert check_outline(SQUARE, capture, "S01") == SQUARE
    assert check_outline(SQUARE[::-1], capture, "S01") == SQUARE[::-1]


def test_corners_that_repeat_are_left_out(capture: CaptureSummary) -> None:
    closed = (*SQUARE[:2], SQUARE[1], *SQUARE[2:], SQUARE[0])
    assert set(check_outline(closed, capture, "S01")) == set(SQUARE)
    assert len(check_outline(closed, capture, "S01")) == 4


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ((), r"S01: the outline has 0 different corners\. Allowed: 3 to 1000"),
        (((1.0, 1.0), (2.0, 1.0)), r"has 2 different corners"),
        (((1.0, 1.0),) * 9, r"has 0 different corners"),
        (((4.0, 4.0), (17.5, 4.0), (6.0, 6.0)), r"corner \(17\.5, 4\) mm lies outside.*x from 0 to 16 mm"),
        (((4.0, 4.0), (6.0, -0.001), (6.0, 6.0)), r"corner \(6, -0\.001\) mm lies outside"),
        (((4.0, 4.0), (6.0, 6.0), (6.0, 4.0), (4.0, 6.0)), r"crosses itself: side 1.*meets side 3"),
        (((4.0, 4.0), (8.0, 4.0), (8.0, 8.0), (6.0, 4.0), (4.0, 8.0)), r"crosses itself"),
        (((4.0, 4.0), (4.1, 4.0), (4.1, 4.1)), r"holds 0\.005 mm².*Allowed: as much as a circle 0\.3 to 9\.6 mm wide"),
        (((0.5, 0.5), (15.5, 0.5), (15.5, 15.5), (0.5, 15.5)), r"holds 225\.000 mm².*16\.93 mm wide"),
        (((4.0, 4.0), (6.0, 4.0), (8.0, 4.0)), r"holds 0\.000 mm²"),
    ],
)
def test_other_lines_are_refused_with_what_is_allowed(capture: CaptureSummary, line: Outline, message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        check_outline(line, capture, "S01")


def test_too_many_corners_are_refused(capture: CaptureSummary) -> None:
    assert len(check_outline(ring(8.0, 8.0, 4.0, 1000), capture, "S01")) == 1000
    with pytest.raises(CorrectionError, match=r"has 1001 different corners"):
        check_outline(ring(8.0, 8.0, 4.0, 1001), capture, "S01")


def test_marks_are_wider_than_pits(capture: CaptureSummary) -> None:
    small = ring(8.0, 8.0, 0.2)
    check_outline(small, capture, "C01")
    with pytest.raises(CorrectionError, match=r"a circle 0\.5 to 9\.6 mm wide"):
        check_outline(small, capture, "C01", mark=True)


def crosses(line: list[tuple[float, float]]) -> bool:
    """The plain definition, pair by pair, on lines in general position."""
    sides = list(pairwise([*line, line[0]]))

    def turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    for i, (a, b) in enumerate(sides):
        for j, (c, d) in enumerate(sides):
            if j <= i + 1 or (i == 0 and j == len(sides) - 1):
                continue
            if turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0:
                return True
    return False


def any_three_in_line(line: list[tuple[float, float]]) -> bool:
    """True where a corner lies on the line through two others: the outline may then touch itself without crossing."""
    corners = [(round(1000 * x), round(1000 * y)) for x, y in line]  # whole micrometres, so that products are exact
    return any((b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0]) for a, b, c in combinations(corners, 3))


@given(st.lists(st.tuples(st.integers(0, 160), st.integers(0, 160)), min_size=4, max_size=8, unique=True))
def test_a_line_is_refused_where_it_crosses_itself(places: list[tuple[int, int]]) -> None:
    # Off any grid, so that three corners seldom lie on a line.
    line = [(x / 10.0 + 0.0007 * i * i, y / 10.0 + 0.0013 * i) for i, (x, y) in enumerate(places)]
    line = [(round(min(x, 16.0), 3), round(min(y, 16.0), 3)) for x, y in line]
    area = 0.5 * abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise([*line, line[0]])))
    assume(0.3 < 2.0 * math.sqrt(area / math.pi) < 9.6)
    corners = np.array(line)
    sides = corners - np.roll(corners, 1, axis=0)
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    assume(bool((np.abs(turns) > 1e-4).all()))
    assume(not any_three_in_line(line))
    capture = heights()[0].capture
    if crosses(line):
        with pytest.raises(CorrectionError, match="crosses itself"):
            check_outline(tuple(line), capture, "S01")
    else:
        assert check_outline(tuple(line), capture, "S01") == tuple(line)
