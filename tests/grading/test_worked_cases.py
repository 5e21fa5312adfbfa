"""Grades computed by hand, at every threshold and one to either side. The source of each table stands above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cicatrix.grading import ScarredSite, ScarredSites
from cicatrix.grading.acne_category import acne_category
from cicatrix.grading.ecca import ecca, ecca_facial_atrophic
from cicatrix.grading.gags import gags
from cicatrix.grading.goodman_baron_qualitative import goodman_baron_qualitative
from cicatrix.grading.goodman_baron_quantitative import goodman_baron_quantitative
from cicatrix.grading.hayashi import hayashi
from cicatrix.grading.pahpi import pahpi
from cicatrix.grading.scar_s import scar_s
from cicatrix.model.findings import Count, FoundMarks, Number
from cicatrix.model.grades import Grade
from tests.grading.build import NO_MARKS, NO_SCARS, measured, stated


def ends(grade: Grade | None) -> tuple[int, int] | None:
    return None if grade is None else (grade.low, grade.high)


def value(grade: Grade | None) -> int | None:
    assert grade is not None
    return grade.value


# Goodman & Baron, Dermatol Surg 2006;32:1458 (read second-hand).
@pytest.mark.parametrize(
    ("scars", "expected"),
    [
        ({"rolling": 3, "visible_at_50cm": False}, (2, 2)),
        ({"rolling": 3, "hidden_by_makeup": True}, (2, 2)),
        ({"rolling": 3, "visible_at_50cm": True, "hidden_by_makeup": False, "flattened_by_stretching": True}, (3, 3)),
        ({"rolling": 3, "visible_at_50cm": True, "hidden_by_makeup": False, "flattened_by_stretching": False}, (4, 4)),
        ({"rolling": 3, "visible_at_50cm": True, "hidden_by_makeup": False}, (3, 4)),
        ({"rolling": 3, "visible_at_50cm": True, "flattened_by_stretching": True}, (2, 3)),
        ({"rolling": 3}, (2, 4)),
        ({"visible_at_50cm": True, "hidden_by_makeup": False, "flattened_by_stretching": False}, (4, 4)),
        ({"raised_area_cm2": 0.5, "hidden_by_makeup": True}, (2, 2)),
        (NO_SCARS, None),
    ],
)
def test_qualitative_grade_of_scars(scars: Mapping[str, Any], expected: tuple[int, int] | None) -> None:
    assert ends(goodman_baron_qualitative(stated(scars=scars, marks=NO_MARKS))) == expected


def test_a_grade_that_rests_on_scars_nobody_counted_says_so() -> None:
    grade = goodman_baron_qualitative(stated(scars={"visible_at_50cm": False}, marks=NO_MARKS))
    assert grade is not None
    assert grade.value == 2
    assert "Without scars and marks no grade applies." in grade.text


def test_marks_without_scars_are_grade_1() -> None:
    assert value(goodman_baron_qualitative(stated(scars=NO_SCARS, marks={"brown": 1}))) == 1


def test_grades_2_and_4_without_3_are_told_as_such() -> None:
    grade = goodman_baron_qualitative(
        stated(scars={"icepick": 1, "hidden_by_makeup": False, "flattened_by_stretching": False})
    )
    assert grade is not None
    assert grade.possible == (2, 4)
    assert grade.missing == ("scars.visible_at_50cm",)
    assert grade.text.startswith("2 or 4")


def test_only_answers_that_could_narrow_the_grade_down_are_missing() -> None:
    grade = goodman_baron_qualitative(stated(scars={"icepick": 1, "visible_at_50cm": True}))
    assert grade is not None
    assert grade.missing == ("scars.hidden_by_makeup", "scars.flattened_by_stretching")


# Goodman & Baron, J Cosmet Dermatol 2006;5:48 (table unverified): 1-10, 11-20, >20.
@pytest.mark.parametrize(
    ("count", "band"), [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (12, 2), (20, 2), (21, 3), (22, 3)]
)
@pytest.mark.parametrize(
    ("section", "key", "weight"),
    [
        ("marks", "red", 1),
        ("marks", "brown", 1),
        ("scars", "boxcar_shallow", 2),
        ("scars", "rolling", 2),
        ("scars", "boxcar_deep", 3),
        ("scars", "icepick", 3),
    ],
)
def test_quantitative_points_by_number(section: str, key: str, weight: int, count: int, band: int) -> None:
    sections = {"scars": {**NO_SCARS}, "marks": {**NO_MARKS}}
    sections[section][key] = count
    assert value(goodman_baron_quantitative(stated(**sections))) == weight * band


def test_red_and_brown_marks_count_together() -> None:
    assert value(goodman_baron_quantitative(stated(scars=NO_SCARS, marks={"red": 6, "brown": 5}))) == 2


@pytest.mark.parametrize(
    ("area_cm2", "points"), [(0.1, 6), (4.9, 6), (5.0, 12), (5.1, 12), (19.9, 12), (20.0, 12), (20.1, 18)]
)
@pytest.mark.parametrize("kind", ["hypertrophic", "keloid"])
def test_quantitative_points_by_area(kind: str, area_cm2: float, points: int) -> None:
    scars = {**NO_SCARS, kind: 1, "raised_area_cm2": area_cm2}
    assert value(goodman_baron_quantitative(stated(scars=scars, marks=NO_MARKS))) == points


def test_raised_scars_without_an_area_are_6_12_or_18() -> None:
    grade = goodman_baron_quantitative(stated(scars={**NO_SCARS, "keloid": 2}, marks=NO_MARKS))
    assert grade is not None
    assert grade.possible == (6, 12, 18)
    assert grade.missing == ("scars.raised_area_cm2",)


def test_a_face_with_everything_scores_by_hand() -> None:
    # Marks 14: 2. Shallow boxcar 5: 2. Rolling 7: 2. Deep boxcar 2: 3. Icepick 6: 3. Raised, 0.1 cm2: 6. Sum 18.
    scars = {
        "icepick": 6,
        "boxcar_shallow": 5,
        "boxcar_deep": 2,
        "rolling": 7,
        "hypertrophic": 1,
        "keloid": 0,
        "raised_area_cm2": 0.1,
    }
    findings = stated(scars=scars, marks={"red": 4, "brown": 10})
    assert value(goodman_baron_quantitative(findings)) == 18
    # Icepick 6: 2 x 15. Boxcar 7: 2 x 20. Rolling 7: 2 x 25.
    assert value(ecca_facial_atrophic(findings)) == 120
    # One hypertrophic scar, young 40 or old 50; slack skin 0, 30, 60 or 90.
    grade = ecca(findings)
    assert grade is not None
    assert grade.possible == (160, 170, 190, 200, 220, 230, 250, 260)


# Dreno et al., Dermatology 2007;214:46 (table unverified): <5, 5-20, >20.
@pytest.mark.parametrize(
    ("count", "extent"), [(0, 0), (1, 1), (3, 1), (4, 1), (5, 2), (6, 2), (20, 2), (21, 3), (22, 3)]
)
@pytest.mark.parametrize(
    ("key", "weight"), [("icepick", 15), ("boxcar_shallow", 20), ("boxcar_deep", 20), ("rolling", 25)]
)
def test_ecca_of_sunken_scars(key: str, weight: int, count: int, extent: int) -> None:
    findings = stated(scars={**NO_SCARS, key: count})
    assert value(ecca_facial_atrophic(findings)) == weight * extent
    assert ends(ecca(findings)) == (weight * extent, weight * extent + 90)


@pytest.mark.parametrize(("count", "extent"), [(1, 1), (4, 1), (5, 2), (20, 2), (21, 3)])
def test_ecca_of_keloids(count: int, extent: int) -> None:
    assert ends(ecca(stated(scars={**NO_SCARS, "keloid": count}))) == (50 * extent, 50 * extent + 90)


def test_boxcars_of_both_depths_are_one_item_of_ecca() -> None:
    assert value(ecca_facial_atrophic(stated(scars={**NO_SCARS, "boxcar_shallow": 3, "boxcar_deep": 2}))) == 40


def test_the_largest_ecca_is_540() -> None:
    many = {**dict.fromkeys(NO_SCARS, 42), "hypertrophic": 42}
    grade = ecca(stated(scars=many))
    assert grade is not None
    assert grade.high == 540


# Hayashi et al., J Dermatol 2008;35:255: half a face, 0-5, 6-20, 21-50, >50. The case counts the whole face.
@pytest.mark.parametrize(
    ("lesions", "expected"),
    [
        (0, (1, 1)),
        (5, (1, 1)),
        (6, (1, 2)),
        (10, (1, 2)),
        (11, (2, 2)),
        (20, (2, 2)),
        (21, (2, 3)),
        (40, (2, 3)),
        (41, (3, 3)),
        (50, (3, 3)),
        (51, (3, 4)),
        (100, (3, 4)),
        (101, (4, 4)),
    ],
)
@pytest.mark.parametrize("pustules", [0, 3])
def test_hayashi(lesions: int, pustules: int, expected: tuple[int, int]) -> None:
    pustules = min(pustules, lesions)
    assert ends(hayashi(stated(acne={"papules": lesions - pustules, "pustules": pustules}))) == expected


def test_hayashi_with_half_of_the_answer() -> None:
    assert ends(hayashi(stated(acne={"papules": 11}))) == (2, 4)
    assert ends(hayashi(stated(acne={"pustules": 2}))) == (1, 4)
    assert hayashi(stated(acne={"nodules": 3})) is None


# Doshi et al. 1997 (read second-hand): factors 2, 2, 2, 1, 1, 3; lesions 0 to 4; bands 1-18, 19-30, 31-38, >38.
REGIONS = ("forehead", "right_cheek", "left_cheek", "nose", "chin", "chest_and_upper_back")
NO_LESIONS: Mapping[str, str] = dict.fromkeys(REGIONS, "none")


@pytest.mark.parametrize(("region", "factor"), list(zip(REGIONS, (2, 2, 2, 1, 1, 3), strict=True)))
@pytest.mark.parametrize(
    ("lesion", "grade"), [("none", 0), ("comedone", 1), ("papule", 2), ("pustule", 3), ("nodule", 4)]
)
def test_gags_by_region(region: str, factor: int, lesion: str, grade: int) -> None:
    assert value(gags(stated(acne={"regions": {**NO_LESIONS, region: lesion}}))) == factor * grade


@pytest.mark.parametrize(
    ("lesions", "total", "word"),
    [
        (("none",) * 6, 0, "none"),
        (("none", "none", "none", "comedone", "none", "none"), 1, "mild"),
        (("pustule", "pustule", "pustule", "none", "none", "none"), 18, "mild"),
        (("pustule", "pustule", "pustule", "comedone", "none", "none"), 19, "moderate"),
        (("nodule", "nodule", "nodule", "none", "none", "papule"), 30, "moderate"),
        (("nodule", "nodule", "nodule", "comedone", "none", "papule"), 31, "severe"),
        (("nodule", "nodule", "nodule", "comedone", "comedone", "nodule"), 38, "severe"),
        (("nodule", "nodule", "nodule", "papule", "comedone", "nodule"), 39, "very severe"),
        (("nodule",) * 6, 44, "very severe"),
    ],
)
def test_gags_by_band(lesions: tuple[str, ...], total: int, word: str) -> None:
    grade = gags(stated(acne={"regions": dict(zip(REGIONS, lesions, strict=True))}))
    assert grade is not None
    assert grade.value == total
    assert f"({word})" in grade.text


def test_gags_without_the_trunk() -> None:
    face = dict.fromkeys(REGIONS[:-1], "nodule")
    grade = gags(stated(acne={"regions": face}))
    assert grade is not None
    assert grade.possible == (32, 35, 38, 41, 44)
    assert grade.missing == ("acne.regions.chest_and_upper_back",)


# IGA in words (traceshq.com/glossary/iga-grade), numbers of Bernardis et al. 2020: ours, an assumption.
@pytest.mark.parametrize(
    ("comedones", "inflamed", "nodules", "expected"),
    [
        (0, 0, 0, (0, 0)),
        (1, 0, 0, (1, 1)),
        (3, 0, 0, (1, 1)),
        (4, 0, 0, (2, 2)),
        (12, 0, 0, (2, 2)),
        (13, 0, 0, (3, 3)),
        (0, 1, 0, (1, 1)),
        (0, 2, 0, (2, 2)),
        (0, 3, 0, (2, 2)),
        (0, 4, 0, (3, 3)),
        (3, 1, 0, (1, 1)),
        (40, 40, 0, (3, 3)),
        (0, 0, 1, (3, 3)),
        (0, 0, 2, (3, 4)),
        (0, 0, 3, (3, 4)),
        (0, 0, 4, (4, 4)),
    ],
)
def test_acne_category(comedones: int, inflamed: int, nodules: int, expected: tuple[int, int]) -> None:
    acne = {
        "open_comedones": comedones // 2,
        "closed_comedones": comedones - comedones // 2,
        "papules": inflamed // 2,
        "pustules": inflamed - inflamed // 2,
        "nodules": nodules,
    }
    assert ends(acne_category(stated(acne=acne))) == expected


def test_the_disagreement_over_nodules_is_told() -> None:
    acne = {"open_comedones": 0, "closed_comedones": 0, "papules": 0, "pustules": 0, "nodules": 2}
    grade = acne_category(stated(acne=acne))
    assert grade is not None
    assert "disagree" in grade.text
    assert grade.missing == ()


# Savory et al., J Am Acad Dermatol 2014;70:108 (points unverified).
@pytest.mark.parametrize(
    ("size_mm", "points"),
    [
        (2.0, (2, 2)),
        (2.9, (2, 2)),
        (3.0, (4, 4)),
        (6.0, (4, 4)),
        (6.5, (4, 6)),
        (7.0, (6, 6)),
        (10.0, (6, 6)),
        (10.1, (8, 8)),
        (11.0, (8, 8)),
    ],
)
def test_pahpi_by_size(size_mm: float, points: tuple[int, int]) -> None:
    grade = pahpi(stated(marks={"brown": 1, "median_size_mm": size_mm, "intensity": "slight"}))
    assert ends(grade) == (points[0] + 3 + 1, points[1] + 3 + 1)


@pytest.mark.parametrize(
    ("count", "points"), [(1, 1), (15, 1), (16, 2), (30, 2), (31, 3), (45, 3), (46, 4), (60, 4), (61, 5), (400, 5)]
)
def test_pahpi_by_number(count: int, points: int) -> None:
    assert value(pahpi(stated(marks={"brown": count, "median_size_mm": 2, "intensity": "moderate"}))) == 2 + 6 + points


@pytest.mark.parametrize(("intensity", "points"), [("slight", 3), ("moderate", 6), ("marked", 9)])
def test_pahpi_by_darkness(intensity: str, points: int) -> None:
    assert value(pahpi(stated(marks={"brown": 1, "median_size_mm": 2, "intensity": intensity}))) == 2 + points + 1


def test_pahpi_of_the_extremes_and_of_nothing() -> None:
    assert value(pahpi(stated(marks={"brown": 1, "median_size_mm": 1, "intensity": "slight"}))) == 6
    assert value(pahpi(stated(marks={"brown": 99, "median_size_mm": 12, "intensity": "marked"}))) == 22
    assert ends(pahpi(stated(marks={"brown": 1}))) == (6, 18)
    assert pahpi(stated(marks={"brown": 0, "median_size_mm": 3})) is None
    assert pahpi(stated(marks={"red": 9})) is None


def test_marks_that_are_brown_and_red_count_as_brown() -> None:
    marks = FoundMarks(
        red=Count(value=3, source="measured", covers="face", measured=3),
        brown=Count(value=14, source="measured", covers="face", measured=14),
        mixed=2,
        median_size_mm=Number(value=2.0, source="measured"),
    )
    assert ends(pahpi(measured(marks=marks))) == (2 + 3 + 2, 2 + 9 + 2)


# Tan et al., J Cutan Med Surg 2010;14:156 (wording unverified).
@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (ScarredSite(visible=False), (0, 0)),
        (ScarredSite(visible=True, easily_recognised=False), (1, 1)),
        (ScarredSite(visible=True, easily_recognised=True, share=0.49), (2, 2)),
        (ScarredSite(visible=True, easily_recognised=True, share=0.5), (2, 3)),
        (ScarredSite(visible=True, easily_recognised=True, share=0.51), (3, 3)),
        (ScarredSite(visible=True, easily_recognised=True, share=0.99), (3, 3)),
        (ScarredSite(visible=True, easily_recognised=True, share=1.0, prominent=False), (4, 4)),
        (ScarredSite(visible=True, easily_recognised=True, share=1.0, prominent=True), (5, 5)),
        (ScarredSite(visible=True, easily_recognised=True, share=1.0), (4, 5)),
        (ScarredSite(visible=True, easily_recognised=True), (2, 5)),
        (ScarredSite(visible=True), (1, 5)),
        (ScarredSite(easily_recognised=False), (0, 1)),
    ],
)
def test_scar_s_of_one_site(site: ScarredSite, expected: tuple[int, int]) -> None:
    clear = ScarredSite(visible=False)
    assert ends(scar_s(ScarredSites(face=site, chest=clear, back=clear))) == expected
    assert ends(scar_s(ScarredSites(face=clear, chest=clear, back=site))) == expected


def test_scar_s_adds_its_three_sites() -> None:
    worst = ScarredSite(visible=True, easily_recognised=True, share=1.0, prominent=True)
    assert value(scar_s(ScarredSites(worst, worst, worst))) == 15
    assert ends(scar_s(ScarredSites(face=worst))) == (5, 15)
    assert scar_s(None) is None
    assert scar_s(ScarredSites()) is None


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_scar_s_refuses_a_share_that_is_none(share: float) -> None:
    with pytest.raises(ValueError, match="share must be above 0"):
        ScarredSite(share=share)


@pytest.mark.parametrize("scale", [goodman_baron_qualitative, goodman_baron_quantitative, ecca, ecca_facial_atrophic])
def test_a_grade_of_a_capture_says_what_it_covers(scale: Any) -> None:
    grade = scale(measured(icepick=2, covers="field"))
    assert grade is not None
    assert grade.covers == "field"
    assert "Only one field of skin was counted (30 × 20 mm, left cheek)" in grade.text
    assert "the low end is what was seen there" in grade.text


@pytest.mark.parametrize(
    ("scale", "highest"), [(goodman_baron_quantitative, 51), (ecca, 540), (ecca_facial_atrophic, 180)]
)
def test_a_field_gives_the_low_end_and_the_rest_of_the_face_may_add_to_it(scale: Any, highest: int) -> None:
    seen = scale(measured(icepick=6, rolling=2, covers="field"))
    whole = scale(measured(icepick=6, rolling=2, covers="face"))
    assert (seen.low, seen.value) == (whole.low, None)
    assert seen.high == highest
    assert {"scars.icepick", "scars.rolling"} <= set(seen.missing)


def test_a_grade_of_stated_counts_covers_the_whole_face() -> None:
    grade = goodman_baron_quantitative(stated(scars=NO_SCARS, marks=NO_MARKS))
    assert grade is not None
    assert grade.covers == "face"
    assert "field" not in grade.text
