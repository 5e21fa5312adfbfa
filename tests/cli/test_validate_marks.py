"""The study of marks: which mark is which, and what is counted."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from cicatrix.model import Contrast, Mark, MarkKind, Measured
from cicatrix.phantom import Distractor, MarkTruth, PhantomSettings
from cicatrix.validation import as_markdown, print_study
from cicatrix.validation.marks import MarkCase, by_skin, summarise_marks
from cicatrix.validation.run import gather


def real(x: float, y: float, width: float = 3.0, kind: MarkKind = "red") -> MarkTruth:
    area = float(np.pi * width**2 / 4)
    assert kind != "mixed"
    return MarkTruth(id="m", kind=kind, x_mm=x, y_mm=y, area_mm2=area, contrast=10.0, gain=3.0)


def seen(x: float, y: float, width: float = 3.0, kind: MarkKind = "red") -> Mark:
    def about(value: float) -> Measured:
        return Measured.of(value, 0.8 * value, 1.2 * value)

    return Mark(
        id="M01",
        kind=kind,
        kind_probability={kind: 1.0},
        x_mm=x,
        y_mm=y,
        width_mm=about(width),
        area_mm2=about(float(np.pi * width**2 / 4)),
        contrast=Contrast(melanin=about(1.0), erythema=about(5.0), delta_e=about(6.0)),
        outline_mm=(),
    )


def case(truth: list[MarkTruth], found: list[Mark], others: list[Distractor] | None = None) -> MarkCase:
    return MarkCase.compare(PhantomSettings(), truth, found, others or [])


def test_marks_pair_with_the_closest_in_place_and_size() -> None:
    one = case([real(5, 5), real(7, 5, 2.0)], [seen(7.2, 5, 2.0), seen(5.1, 5)])
    assert sorted(one.pairs) == [(0, 1), (1, 0)]


def test_a_mark_far_away_or_of_another_size_is_not_the_one() -> None:
    assert case([real(5, 5)], [seen(9, 5)]).pairs == ()
    assert case([real(5, 5, 2.0)], [seen(5, 5, 6.0)]).pairs == ()
    assert case([], [seen(5, 5)]).pairs == ()
    assert case([real(5, 5)], []).pairs == ()


def test_a_reported_mole_is_a_mistake_even_beside_a_mark() -> None:
    mole = Distractor(kind="mole", x_mm=6.0, y_mm=5.0, width_mm=2.0, depth_mm=0.0)
    one = case([real(5, 5)], [seen(6.0, 5, 2.0, "brown")], [mole])
    assert one.pairs == ()
    found = summarise_marks([one])
    assert found.precision is not None
    assert found.precision.value == 0.0


def test_rates_count_what_they_say() -> None:
    one = case(
        [real(5, 5), real(15, 5, kind="brown"), real(25, 5), real(5, 20, 1.0)],
        [seen(5, 5), seen(15, 5, kind="red"), seen(5, 20, 1.0), seen(28, 28)],
    )
    found = summarise_marks([one])
    assert (found.recall, found.coloured, found.precision) != (None, None, None)
    assert found.recall is not None
    assert (found.recall.hits, found.recall.of) == (2, 3)
    assert found.coloured is not None
    assert (found.coloured.hits, found.coloured.of) == (1, 2)
    assert found.precision is not None
    assert (found.precision.hits, found.precision.of) == (3, 4)
    assert found.area is not None
    assert found.area.median == pytest.approx(0.0)


def test_groups_and_tables_hold_every_tone() -> None:
    study = gather([], [], 10_000, [case([real(5, 5)], [seen(5, 5)])])
    assert set(by_skin([case([real(5, 5)], [])])) == {"all", "colour", "tone"}
    page = as_markdown(study)
    assert "## Red and brown marks" in page
    assert "| light | 100 %" in page
    out = io.StringIO()
    print_study(study, Console(file=out, width=100))
    assert "Red and brown marks, by skin tone" in out.getvalue()
