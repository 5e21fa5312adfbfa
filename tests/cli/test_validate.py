"""The phantom study: which scar is which, what is counted, and how it is written down."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from cicatrix.errors import InputError, OutputError
from cicatrix.model import Measured, Scar, Section
from cicatrix.phantom import TONES, PhantomSettings, ScarTruth
from cicatrix.validation import (
    FIRST_SEED,
    Case,
    Errors,
    Rate,
    as_markdown,
    as_summary,
    check_block,
    plan,
    print_study,
    run_study,
    summarise,
    write_block,
)
from cicatrix.validation.aims import aims_of, in_words
from cicatrix.validation.fitting import before_and_after
from cicatrix.validation.markdown_file import BEGIN, END
from cicatrix.validation.match import match, overlap
from cicatrix.validation.run import LIGHTS, gather

Outline = tuple[tuple[float, float], ...]


def circle(x: float, y: float, diameter: float) -> Outline:
    angle = np.linspace(0.0, 2.0 * np.pi, 90, endpoint=False)
    points = np.column_stack([x + diameter / 2.0 * np.cos(angle), y + diameter / 2.0 * np.sin(angle)])
    return tuple((float(a), float(b)) for a, b in points)


def real(x: float = 5.0, y: float = 5.0, width: float = 3.0, depth: float = 0.4, kind: str = "boxcar") -> ScarTruth:
    values: dict[str, Any] = {
        "id": "T",
        "kind": kind,
        "depth_class": "shallow" if kind == "boxcar" else None,
        "linear": False,
        "profile": "made by hand",
        "off_family": None,
        "x_mm": x,
        "y_mm": y,
        "width_mm": width,
        "longest_mm": width,
        "shortest_mm": width,
        "depth_mm": depth,
        "area_mm2": width**2,
        "volume_mm3": width**2 * depth,
        "wall_angle_deg": 40.0,
        "outline_mm": circle(x, y, width),
    }
    return ScarTruth(**values)


def seen(x: float = 5.0, y: float = 5.0, width: float = 3.0, depth: float = 0.4, kind: str = "boxcar") -> Scar:
    def about(value: float) -> Measured:
        return Measured.of(value, min(0.9 * value, 1.1 * value), max(0.9 * value, 1.1 * value))

    named: dict[str, float] = {"icepick": 0.0, "boxcar": 0.0, "rolling": 0.0, "raised": 0.0}
    named["boxcar" if kind == "undecided" else kind] = 1.0
    values: dict[str, Any] = {
        "id": "S01",
        "kind": kind,
        "depth_class": "shallow" if kind == "boxcar" else None,
        "kind_probability": named,
        "x_mm": x,
        "y_mm": y,
        "linear": False,
        "depth_from": "shading",
        "at_edge": False,
        "shadowed": None,
        "outline_mm": circle(x, y, width),
        "section": Section(along_mm=(0.0,), height_mm=(0.0,), rim_mm=(0.0,), from_mm=(0.0, 0.0), to_mm=(1.0, 0.0)),
    }
    measures = {"width_mm": width, "longest_mm": width, "shortest_mm": width, "depth_mm": depth, "area_mm2": width**2}
    more = {"volume_mm3": width**2 * depth, "wall_angle_deg": 40.0, "floor_flatness": 0.5}
    return Scar(**values, **{name: about(value) for name, value in (measures | more).items()})


def case(truth: Sequence[ScarTruth], found: Sequence[Scar]) -> Case:
    return Case.compare(PhantomSettings(), truth, found)


def test_overlap_of_circles() -> None:
    assert overlap(circle(5, 5, 3), circle(5, 5, 3)) == 1.0
    assert overlap(circle(5, 5, 2), circle(5, 5, 4)) == pytest.approx(0.25, abs=0.02)
    assert overlap(circle(5, 5, 2), circle(9, 5, 2)) == 0.0
    # Two circles whose middles lie a radius apart share 2/3 - sqrt(3) / (2 pi) of each one's area.
    shared = 2.0 / 3.0 - np.sqrt(3.0) / (2.0 * np.pi)
    assert overlap(circle(5, 5, 4), circle(7, 5, 4)) == pytest.approx(shared / (2.0 - shared), abs=0.02)


def test_each_scar_is_matched_once() -> None:
    truth = [real(5, 5, 3), real(12, 5, 3)]
    found = [seen(5.2, 5, 3), seen(4.7, 5.1, 2.2), seen(12, 5.3, 3), seen(20, 20, 3)]
    pairs = match(truth, found)
    assert [(pair.truth, pair.found) for pair in pairs] == [(truth[0], found[0]), (truth[1], found[2])]


def test_a_scar_found_far_too_small_is_not_found() -> None:
    assert match([real(width=4.0)], [seen(width=1.5)]) == ()
    assert match([], [seen()]) == match([real()], []) == ()


def test_recall_and_precision() -> None:
    summary = summarise([case([real(5, 5), real(12, 5), real(20, 5)], [seen(5, 5), seen(12, 5), seen(5, 20)])])
    assert summary.recall is not None
    assert summary.precision is not None
    assert (summary.recall.hits, summary.recall.of) == (2, 3)
    assert (summary.precision.hits, summary.precision.of) == (2, 3)


@pytest.mark.parametrize("small", [real(depth=0.14), real(depth=-0.14, kind="raised"), real(width=0.7)])
def test_small_scars_are_not_asked_for_but_real(small: ScarTruth) -> None:
    summary = summarise([case([small], [seen(width=small.width_mm, depth=small.depth_mm)])])
    assert summary.recall is None
    assert summary.depth is None
    assert summary.precision is not None
    assert summary.precision.value == 1.0


def test_undecided_counts_half() -> None:
    cases = [case([real()], [seen(kind=kind)]) for kind in ("boxcar", "undecided", "rolling")]
    typed = summarise(cases).typed
    assert typed is not None
    assert (typed.hits, typed.of) == (1.5, 3)


def test_errors_and_coverage() -> None:
    cases = [case([real()], [seen(depth=0.4 * share)]) for share in (0.5, 0.95, 1.0, 1.2)]
    summary = summarise(cases)
    assert summary.depth is not None
    assert summary.depth_coverage is not None
    assert summary.depth.median == pytest.approx(0.125)  # of 50, 5, 0 and 20 %
    assert summary.depth.bias == pytest.approx(-0.025)
    # Intervals reach 10 % to both sides: the second and third hold the true value.
    assert (summary.depth_coverage.hits, summary.depth_coverage.of) == (2, 4)


def test_depths_before_and_after_the_fit() -> None:
    truth = [real(5, 5, 3, 0.5, kind="boxcar"), real(15, 5, 3, 0.5, kind="boxcar")]
    kept = seen(15, 5, 3, 0.4, kind="boxcar")
    fitted = seen(5, 5, 3, 0.5, kind="boxcar").model_copy(
        update={"depth_from": "shadows", "unfitted_depth_mm": Measured(value=0.25, low=0.2, high=0.3)}
    )
    group = before_and_after([case(truth, [fitted, kept])])["type"]["boxcar"]
    assert (group.scars, group.fitted) == (2, 1)
    assert group.before.error is not None
    assert group.after.error is not None
    # Before: 0.25 and 0.4 of 0.5; after: 0.5 and 0.4.
    assert group.before.error.median == pytest.approx(0.35)
    assert group.after.error.median == pytest.approx(0.1)
    assert group.before.coverage is not None
    assert group.after.coverage is not None
    assert (group.before.coverage.hits, group.after.coverage.hits) == (0, 1)
    assert (group.before.interval, group.after.interval) == pytest.approx((0.18, 0.18))


def test_other_shapes_are_told_from_textbook_ones_of_their_type() -> None:
    leaning = real(5, 5, 3, 0.5, kind="icepick").model_copy(update={"off_family": "leaning tract"})
    truth = [leaning, real(15, 5, 3, 0.5, kind="icepick"), real(25, 5, 3, -0.5, kind="raised")]
    found = [
        seen(5, 5, 3, 0.4, kind="icepick"),
        seen(15, 5, 3, 0.45, kind="icepick"),
        seen(25, 5, 3, -0.5, kind="raised"),
    ]
    groups = before_and_after([case(truth, found)])
    assert groups["shape"].keys() == {"textbook icepick", "other icepick"}
    assert groups["departure"].keys() == {"leaning tract"}
    assert groups["type"].keys() == {"icepick", "raised"}
    for name, error in (("textbook icepick", 0.1), ("other icepick", 0.2)):
        group = groups["shape"][name].after.error
        assert group is not None
        assert group.median == pytest.approx(error)


def test_aims_are_compared_with_what_was_measured() -> None:
    shares = {"boxcar": (1.04, 1.08), "icepick": (0.6, 0.92), "rolling": (1.05, 1.05), "raised": (0.95, 1.0)}
    truth, found = [], []
    for row, (kind, (textbook, other)) in enumerate(shares.items()):
        high = -0.4 if kind == "raised" else 0.4
        y = 5.0 + 6.0 * row
        leaves = None if kind == "raised" else "overlapping"
        truth += [real(5, y, 3, high, kind), real(15, y, 3, high, kind).model_copy(update={"off_family": leaves})]
        found += [seen(5, y, 3, high * textbook, kind), seen(15, y, 3, high * other, kind)]
    many = [case(truth, found)] * 10
    study = gather(many, many[:1], FIRST_SEED)
    aims = {aim.what: aim for aim in aims_of(study)}
    assert aims["boxcar, median depth error"].met is True
    assert aims["boxcar, median depth error"].measured == "6.0 %"
    assert aims["icepick, median depth error"].met is False
    assert aims["icepick, depth in interval"].measured == "50.0 %"
    ratio = aims["other shapes, median depth error over that of textbook shapes of the type"]
    assert (ratio.measured, ratio.met) == ("icepick 0.20, boxcar 2.00, rolling 1.00", True)
    words = in_words(study)
    assert "Missed: icepick, median depth error (24.0 %, meant ≤ 20 %)" in words
    assert "holds less often than 90 % for" in words
    assert "icepick (50.0 % of 20)" in words


def test_aims_without_cases_are_neither_met_nor_missed() -> None:
    study = gather([case([real()], [seen()])], [], FIRST_SEED)
    asked = [aim.what for aim in aims_of(study) if aim.met is not None]
    assert "boxcar, median depth error" in asked
    assert "icepick, median depth error" not in asked
    assert "raised, median height error" not in asked


def test_rates_have_wilsons_interval() -> None:
    rate = Rate.count(9, 10)
    assert rate is not None
    # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, gives the formula; 9 of 10
    # by hand: (0.9 + 0.19208 -+ 1.96 sqrt(0.009 + 0.009604)) / 1.38416.
    assert (rate.low, rate.high) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert Rate.count(0, 0) is None
    assert Errors.of([]) is None


def test_seeds_of_tuning_are_refused() -> None:
    with pytest.raises(InputError, match=r"the seed is 9999.*10000 or more"):
        run_study(1, FIRST_SEED - 1)


def test_the_plan_meets_every_tone_with_every_number_of_lights() -> None:
    made = [plan(FIRST_SEED + place, place) for place in range(24)]
    assert {(one.tone, one.lights) for one in made} == {(tone, lights) for tone in TONES for lights in LIGHTS}
    assert sum(one.light_distance_mm is not None for one in made) == 8
    assert made == [plan(FIRST_SEED + place, place) for place in range(24)]


def hand_made() -> Any:
    cases = [Case.compare(plan(FIRST_SEED, place), [real()], [seen(depth=0.42)]) for place in range(4)]
    return gather(cases, cases[:1], FIRST_SEED)


def test_a_study_as_text() -> None:
    study = hand_made()
    page = as_markdown(study)
    assert "`cicatrix validate --count 4 --seed 10000 --write docs/accuracy.md`" in page
    assert "| boxcar | 100 % (51–100), n = 4 | 100 % (51–100), n = 4 |" in page
    assert "| 5 % (+5), ≤ 5 % |" in page
    assert "| very light |" in page
    assert "| boxcar, median depth error | ≤ 6 % | 5.0 % | yes |" in page
    assert "| textbook boxcar | 4 | 0 |" in page
    assert "| boxcar | 100 % | 100 % | 100 % | 5 % | 0 % | 100 % |" in as_summary(study)
    printed = io.StringIO()
    print_study(study, Console(file=printed, width=80))
    assert max(map(len, printed.getvalue().splitlines())) <= 80
    assert "…" not in printed.getvalue()
    assert json.loads(study.model_dump_json(by_alias=True))["schema"] == "cicatrix/validation/1"


def test_the_summary_is_renewed_in_place(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_block(page, "new")
        assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    page.write_text("no markers", encoding="utf-8")
    with pytest.raises(OutputError, match="no place for the summary"):
        check_block(page)
    assert [file.name for file in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.slow
def test_a_study_of_one_capture() -> None:
    told: list[tuple[str, int, int]] = []
    study = run_study(1, 70_000, progress=lambda *what: told.append(what))
    assert told == [("captures", 0, 1), ("captures", 1, 1)]
    for surface in (study.photographs, study.heights):
        everything = surface["all"]["all"]
        assert everything.recall is not None
        assert everything.precision is not None
        assert everything.recall.of >= 10
        assert everything.recall.value >= 0.8
        assert everything.precision.value >= 0.8
    heights = study.heights["all"]["all"]
    assert heights.depth is not None
    assert heights.depth.median < 0.05
