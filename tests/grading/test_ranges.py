"""Ranges are tight: what a grade calls possible is exactly what the ways of filling in the missing answers give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.grading import ScarredSites, grade
from cicatrix.grading.acne_category import acne_category
from cicatrix.grading.ecca import ecca, ecca_facial_atrophic
from cicatrix.grading.gags import gags
from cicatrix.grading.goodman_baron_qualitative import goodman_baron_qualitative
from cicatrix.grading.goodman_baron_quantitative import goodman_baron_quantitative
from cicatrix.grading.hayashi import hayashi
from cicatrix.grading.pahpi import pahpi
from cicatrix.grading.scar_s import ScarredSite, scar_s
from cicatrix.model.grades import Grade
from tests.grading import published
from tests.grading.build import SCARS, measured, stated

EVERY_BAND = (0, 1, 4, 5, 10, 11, 20, 21, 30)
"""Counts in every band of every scale, with which an unknown one is filled in."""

count = st.none() | st.sampled_from(EVERY_BAND)
flag = st.none() | st.booleans()
area = st.none() | st.sampled_from([0.1, 4.9, 5.0, 20.0, 20.1])


def filled(known: Mapping[str, Any], choices: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every way of filling in what is None."""
    keys = list(known)
    ways = [(known[key],) if known[key] is not None else tuple(choices[key]) for key in keys]
    return (dict(zip(keys, way, strict=True)) for way in product(*ways))


def possible(grade_: Grade | None) -> set[int]:
    return set() if grade_ is None else set(grade_.possible)


@given(scars=count, marks=count, seen=st.tuples(flag, flag, flag))
def test_goodman_baron_qualitative(
    scars: int | None, marks: int | None, seen: tuple[bool | None, bool | None, bool | None]
) -> None:
    visible, hidden, flattened = seen
    rest = dict.fromkeys(SCARS, 0)
    findings = stated(
        scars={
            **rest,
            "icepick": scars,
            "visible_at_50cm": visible,
            "hidden_by_makeup": hidden,
            "flattened_by_stretching": flattened,
        },
        marks={"red": 0, "brown": marks},
    )
    known = {
        "scars": None if scars is None else scars > 0,
        "marks": None if marks is None else marks > 0,
        "visible": visible,
        "hidden": hidden,
        "flattened": flattened,
    }
    ways = filled(known, dict.fromkeys(known, (True, False)))
    expected = {published.goodman_baron_qualitative(**way) for way in ways} - {None}
    if all(value is None for value in known.values()):
        assert goodman_baron_qualitative(findings) is None
    else:
        assert possible(goodman_baron_qualitative(findings)) == expected


@settings(deadline=None, max_examples=60)
@given(
    known=st.fixed_dictionaries(
        dict.fromkeys(("marks", "boxcar_shallow", "rolling", "boxcar_deep", "icepick", "raised"), count)
    ),
    area_cm2=area,
)
def test_goodman_baron_quantitative(known: dict[str, Any], area_cm2: float | None) -> None:
    scars = {key: known[key] for key in ("boxcar_shallow", "rolling", "boxcar_deep", "icepick")}
    # An area without a count says that there are raised scars; with none counted it says nothing.
    if known["raised"] == 0:
        area_cm2 = None
    raised = {"hypertrophic": known["raised"], "keloid": 0, "raised_area_cm2": area_cm2}
    findings = stated(scars={**scars, **raised}, marks={"red": known["marks"], "brown": 0})
    choices: dict[str, Any] = dict.fromkeys(known, (0, 1, 11, 21))
    if area_cm2 is not None:
        choices["raised"] = (1,)
    choices["area_cm2"] = (1.0, 10.0, 30.0)
    expected = {published.goodman_baron_quantitative(**way) for way in filled({**known, "area_cm2": area_cm2}, choices)}
    assert possible(goodman_baron_quantitative(findings)) == expected


@settings(deadline=None, max_examples=60)
@given(known=st.fixed_dictionaries(dict.fromkeys(SCARS, count)))
def test_ecca(known: dict[str, Any]) -> None:
    findings = stated(scars=known)
    choices: dict[str, Any] = dict.fromkeys(SCARS, (0, 1, 5, 21))
    choices["hypertrophic"] = (0, 1, 2, 5, 6, 10, 21, 22, 26, 42)
    expected, sunken = set(), set()
    for way in filled(known, choices):
        item = {
            "icepick": way["icepick"],
            "boxcar": way["boxcar_shallow"] + way["boxcar_deep"],
            "rolling": way["rolling"],
        }
        sunken.add(published.ecca_facial_atrophic(**item))
        raised = {
            40 * published.extent(young) + 50 * published.extent(way["hypertrophic"] - young + way["keloid"])
            for young in range(way["hypertrophic"] + 1)
        }
        base = published.ecca_facial_atrophic(**item)
        expected |= {base + points + 30 * slack for points in raised for slack in range(4)}
    if all(value is None for value in known.values()):
        assert ecca(findings) is None
    else:
        assert possible(ecca(findings)) == expected
    if all(known[key] is None for key in SCARS[:4]):
        assert ecca_facial_atrophic(findings) is None
    else:
        assert possible(ecca_facial_atrophic(findings)) == sunken


def dealt(scars: int, items: int) -> Iterator[tuple[int, ...]]:
    """Every way of giving scars to items."""
    return (way for way in product(range(scars + 1), repeat=items) if sum(way) == scars)


near = st.sampled_from([0, 3, 4, 5, 9, 10, 19, 20, 21])


@settings(deadline=None, max_examples=60)
@given(
    counted=st.tuples(near, near, near, near),
    raised=st.integers(0, 5),
    undecided=st.integers(0, 3),
    area_cm2=st.sampled_from([0.5, 5.0, 21.0]),
)
def test_undecided_scars_may_be_of_any_type(
    counted: tuple[int, int, int, int], raised: int, undecided: int, area_cm2: float
) -> None:
    names = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")
    known: dict[str, Any] = dict(zip(names, counted, strict=True))
    area_cm2 = area_cm2 if raised else 0.0
    findings = measured(**known, raised=raised, undecided=undecided, area_cm2=area_cm2)
    quantitative, whole, sunken = set(), set(), set()
    for way in dealt(undecided, 5):
        scars = {name: known[name] + more for name, more in zip(names, way[:4], strict=True)}
        standing = raised + way[4]
        # What an undecided raised scar adds to the area is not known.
        areas = (area_cm2, *(each for each in (1.0, 10.0, 30.0) if way[4] and each > area_cm2))
        quantitative |= {
            published.goodman_baron_quantitative(marks=0, **scars, raised=standing, area_cm2=each) for each in areas
        }
        item = {
            "icepick": scars["icepick"],
            "boxcar": scars["boxcar_shallow"] + scars["boxcar_deep"],
            "rolling": scars["rolling"],
        }
        sunken.add(published.ecca_facial_atrophic(**item))
        whole |= {
            published.ecca(**item, elastolysis=slack, young=young, old=standing - young)
            for slack in range(4)
            for young in range(standing + 1)
        }
    assert possible(goodman_baron_quantitative(findings)) == quantitative
    assert possible(ecca(findings)) == whole
    assert possible(ecca_facial_atrophic(findings)) == sunken


@given(papules=st.none() | st.integers(0, 120), pustules=st.none() | st.integers(0, 120))
def test_hayashi(papules: int | None, pustules: int | None) -> None:
    findings = stated(acne={"papules": papules, "pustules": pustules})
    if papules is None and pustules is None:
        assert hayashi(findings) is None
        return
    more = (0, *range(1, 122, 5)) if papules is None or pustules is None else (0,)
    totals = [(papules or 0) + (pustules or 0) + extra for extra in more]
    expected = {published.hayashi(max(left, total - left)) for total in totals for left in range(total + 1)}
    assert possible(hayashi(findings)) == expected


LESIONS = ("none", "comedone", "papule", "pustule", "nodule")
REGIONS = ("forehead", "right_cheek", "left_cheek", "nose", "chin", "chest_and_upper_back")


@settings(deadline=None)
@given(worst=st.tuples(*[st.none() | st.integers(0, 4)] * 6))
def test_gags(worst: tuple[int | None, ...]) -> None:
    regions = {name: None if grade_ is None else LESIONS[grade_] for name, grade_ in zip(REGIONS, worst, strict=True)}
    reached = {0}
    for grade_, factor in zip(worst, published.GAGS_FACTORS, strict=True):
        reached = {one + factor * each for one in reached for each in (range(5) if grade_ is None else (grade_,))}
    findings = stated(acne={"regions": regions})
    assert possible(gags(findings)) == (set() if all(one is None for one in worst) else reached)


@given(
    known=st.fixed_dictionaries(
        {
            "open_comedones": st.none() | st.integers(0, 14),
            "closed_comedones": st.none() | st.integers(0, 14),
            "papules": st.none() | st.integers(0, 5),
            "pustules": st.none() | st.integers(0, 5),
            "nodules": st.none() | st.integers(0, 5),
        }
    )
)
def test_acne_category(known: dict[str, Any]) -> None:
    choices = {
        "open_comedones": (0, 1, 4, 13),
        "closed_comedones": (0, 1, 4, 13),
        "papules": (0, 1, 2, 4),
        "pustules": (0, 1, 2, 4),
        "nodules": (0, 1, 2, 4),
    }
    expected: set[int] = set()
    for way in filled(known, choices):
        expected |= possible(acne_category(stated(acne=way)))
    whole = acne_category(stated(acne=known))
    assert possible(whole) == (set() if all(value is None for value in known.values()) else expected)


@given(
    brown=st.none() | st.integers(0, 90),
    size_mm=st.none() | st.sampled_from([1.0, 2.9, 3.0, 6.0, 7.0, 10.0, 10.5]),
    darkness=st.none() | st.integers(0, 2),
)
def test_pahpi(brown: int | None, size_mm: float | None, darkness: int | None) -> None:
    words = ("slight", "moderate", "marked")
    findings = stated(
        marks={
            "brown": brown,
            "median_size_mm": size_mm,
            "intensity": None if darkness is None else words[darkness],
        }
    )
    if brown == 0 or (brown is None and size_mm is None and darkness is None):
        assert pahpi(findings) is None
        return
    known = {"size_mm": size_mm, "intensity": darkness, "count": brown}
    ways = filled(known, {"size_mm": (2.0, 4.0, 8.0, 12.0), "intensity": range(3), "count": (1, 16, 31, 46, 61)})
    assert possible(pahpi(findings)) == {published.pahpi(**way) for way in ways}


@given(flags=st.tuples(flag, flag, flag), share=st.none() | st.sampled_from([0.1, 0.5, 0.7, 1.0]))
def test_scar_s(flags: tuple[bool | None, bool | None, bool | None], share: float | None) -> None:
    known: dict[str, Any] = {"share": share}
    known |= dict(zip(("visible", "easily_recognised", "prominent"), flags, strict=True))
    whole = scar_s(ScarredSites(face=ScarredSite(**known)))
    clear = ScarredSite(visible=False)
    expected: set[int] = set()
    for way in filled(known, {**dict.fromkeys(known, (True, False)), "share": (0.3, 0.7, 1.0)}):
        expected |= possible(scar_s(ScarredSites(ScarredSite(**way), clear, clear)))
    if all(value is None for value in known.values()):
        assert whole is None
    else:
        assert possible(whole) == {one + more for one in expected for more in range(11)}


@settings(deadline=None, max_examples=80)
@given(
    scars=st.fixed_dictionaries({key: st.integers(0, 25) for key in SCARS}),
    acne=st.fixed_dictionaries(
        {key: st.integers(0, 60) for key in ("papules", "pustules", "nodules", "open_comedones")}
    ),
    brown=st.integers(1, 70),
    where=st.sampled_from(
        [*(("scars", key) for key in SCARS), ("acne", "papules"), ("acne", "nodules"), ("marks", "brown")]
    ),
    more=st.integers(1, 30),
)
def test_more_lesions_never_lower_a_grade(
    scars: dict[str, int], acne: dict[str, int], brown: int, where: tuple[str, str], more: int
) -> None:
    scars_known: dict[str, Any] = {**scars, "visible_at_50cm": True, "hidden_by_makeup": False}
    marks: dict[str, Any] = {"red": 0, "brown": brown, "median_size_mm": 4}
    before = {"scars": scars_known, "acne": {**acne, "closed_comedones": 0}, "marks": marks}
    section, key = where
    after = {**before, section: {**before[section], key: before[section][key] + more}}
    less, greater = grade(stated(**before)), grade(stated(**after))
    for name in type(less).model_fields:
        one, other = getattr(less, name), getattr(greater, name)
        if one is not None:
            assert other is not None
            assert (one.low, one.high) <= (other.low, other.high)
            assert one.high <= other.high


@settings(deadline=None, max_examples=80)
@given(
    known=st.fixed_dictionaries({key: st.integers(0, 25) for key in SCARS}),
    papules=st.integers(0, 60),
    nodules=st.integers(0, 6),
    hide=st.sets(st.sampled_from([*SCARS, "papules", "nodules"])),
)
def test_an_answer_only_ever_narrows_a_grade(known: dict[str, int], papules: int, nodules: int, hide: set[str]) -> None:
    acne = {"papules": papules, "nodules": nodules, "pustules": 1}
    whole = grade(stated(scars=known, acne=acne))
    part = grade(
        stated(
            scars={key: value for key, value in known.items() if key not in hide},
            acne={key: value for key, value in acne.items() if key not in hide},
        )
    )
    for name in type(whole).model_fields:
        if getattr(part, name) is not None:
            assert possible(getattr(whole, name)) <= possible(getattr(part, name))


def test_nothing_known_is_no_grade() -> None:
    assert all(one is None for _, one in grade(stated()))
