from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from cicatrix.errors import InputError
from cicatrix.phantom.families import draw_scars, lay_out
from cicatrix.phantom.options import PhantomSettings

MANY = PhantomSettings(icepick=7, boxcar=7, rolling=5, raised=3, linear=3)


def test_twenty_five_scars_fit_without_touching() -> None:
    for seed in range(10):
        reaches = np.random.default_rng(seed).uniform(
            [0.4] * 7 + [0.8] * 7 + [2.1] * 5 + [1.0] * 6, [1.2] * 7 + [2.4] * 7 + [5.5] * 5 + [4.0] * 6
        )
        x, y = np.array(lay_out(list(reaches), 40.0, np.random.default_rng(seed))).T
        gaps = np.hypot(x - x[:, None], y - y[:, None]) - reaches - reaches[:, None] + 1e3 * np.eye(25)
        assert gaps.min() >= 0.8
        assert min((x - reaches).min(), (y - reaches).min()) >= 0.8
        assert max((x + reaches).max(), (y + reaches).max()) <= 39.2


def test_textbook_scars_of_each_kind_as_many_as_asked_for() -> None:
    placed = draw_scars(MANY, np.random.default_rng(0))
    kinds = Counter("linear" if scar.truth.linear else scar.truth.kind for scar in placed)
    assert kinds == {"icepick": 7, "boxcar": 7, "rolling": 5, "raised": 3, "linear": 3}
    assert len({scar.truth.id for scar in placed}) == 25
    assert all(scar.truth.off_family is None for scar in placed)


def test_off_family_scars_of_every_sort_are_drawn_and_one_pair_overlaps() -> None:
    settings = PhantomSettings(off_family=True, icepick=8, boxcar=8, rolling=4)
    sorts: Counter[str | None] = Counter()
    for seed in range(3):
        placed = draw_scars(settings, np.random.default_rng(seed))
        assert len(placed) == 21
        pair = [scar for scar in placed if scar.truth.off_family == "overlapping"]
        assert len(pair) == 2
        apart = np.hypot(pair[0].x_mm - pair[1].x_mm, pair[0].y_mm - pair[1].y_mm)
        assert apart < 0.5 * (pair[0].truth.width_mm + pair[1].truth.width_mm)
        sorts.update(scar.truth.off_family for scar in placed)
    assert set(sorts) == {None, "overlapping", "lopsided", "stepped floor", "leaning tract"}
    assert sorts[None] > sum(sorts.values()) / 2


def test_too_many_scars_are_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match=r"40 marks do not fit on 20 x 20 mm.*fewer marks or a larger field"):
        lay_out([3.0] * 40, 20.0, np.random.default_rng(0), what="marks")


def test_one_scar_larger_than_the_field_is_refused() -> None:
    with pytest.raises(InputError, match="do not fit"):
        lay_out([6.0], 10.0, np.random.default_rng(0))
