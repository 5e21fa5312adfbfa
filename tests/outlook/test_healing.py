"""Healing after each treatment: what a reader can check, and what must hold for all of them."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.care.signs import signs_after
from cicatrix.cases.join import join
from cicatrix.errors import KnowledgeError
from cicatrix.knowledge import problems, sources, treatments, trials
from cicatrix.knowledge.healing import healing_book, healing_problems, read_healing
from cicatrix.model.case import TREATMENT_IDS, Case, TreatmentId
from cicatrix.model.evidence import STATUSES
from cicatrix.model.healing import FIGURES, FigureName, KnownSign
from cicatrix.model.outlook import SIGNS, Healing
from cicatrix.model.plan import Days
from cicatrix.outlook.healing import heal, healing, in_words

SKIN_TYPES = (None, 1, 2, 3, 4, 5, 6)
KNOWLEDGE = Path(__file__).parents[2] / "src" / "cicatrix" / "knowledge"

any_treatment = st.sampled_from(TREATMENT_IDS)
any_skin = st.sampled_from(SKIN_TYPES)


def spans(told: Healing) -> dict[str, tuple[float, float]]:
    return {sign.sign: (sign.low, sign.high) for sign in told.signs}


def own(days: Days) -> tuple[float, float]:
    return days.low, days.high


def test_every_treatment_is_told_in_the_order_of_the_ids() -> None:
    told = healing(join(Case()))
    assert tuple(item.treatment for item in told) == TREATMENT_IDS
    assert len(told) == 26


def test_the_skin_type_of_the_person_is_used() -> None:
    light, dark = (healing(join(Case.model_validate({"person": {"skin_type": kind}}))) for kind in (2, 5))
    assert light == tuple(heal(id_, 2) for id_ in TREATMENT_IDS)
    assert dark == tuple(heal(id_, 5) for id_ in TREATMENT_IDS)
    assert light != dark


def test_laser_closes_in_days_and_stays_red_for_months() -> None:
    laser = heal("laser_resurfacing", 2)
    assert 3 <= laser.closed_days.low <= laser.closed_days.high <= 10
    assert laser.redness_days.high > 60


def test_dermabrasion_keeps_away_for_three_weeks_longer_than_laser() -> None:
    laser, brush = heal("laser_resurfacing", 2), heal("dermabrasion", 2)
    assert brush.back_to_work_days.low == 21
    assert brush.back_to_work_days.low > laser.back_to_work_days.high
    assert brush.closed_days.high > laser.closed_days.high


def test_fractional_laser_is_shorter_than_both_and_like_a_sunburn() -> None:
    laser, brush, dots = (heal(id_, 2) for id_ in ("laser_resurfacing", "dermabrasion", "fractional_laser_ablative"))
    for whole in (laser, brush):
        assert dots.closed_days.high < whole.closed_days.high
        assert dots.redness_days.high < whole.redness_days.high
        assert dots.back_to_work_days.high < whole.back_to_work_days.high
    assert "sunburn" in dots.text
    assert "12 weeks" in next(sign.text for sign in dots.signs if sign.sign == "redness")


def test_needles_and_fillers_take_days() -> None:
    for id_ in ("microneedling", "rf_microneedling", "filler", "subcision"):
        told = heal(id_, 2)
        assert told.closed_days.high <= 1
        assert told.redness_days.high <= 14
        assert told.back_to_work_days.high <= 7


@given(any_treatment, any_skin)
def test_figures_of_the_treatment_are_used_with_their_status(id_: TreatmentId, skin_type: int | None) -> None:
    told, protocol = heal(id_, skin_type), treatments()[id_].protocol
    for sign, days in (
        ("closed", told.closed_days),
        ("redness", told.redness_days),
        ("work", told.back_to_work_days),
    ):
        figure = getattr(protocol, FIGURES[sign])  # type: ignore[index]
        if figure is None:
            assert days.status == "assumption"
        else:
            assert own(days) == figure.span
            assert set(figure.sources) <= set(days.sources)
            assert STATUSES.index(days.status) >= STATUSES.index(figure.status)


@given(any_treatment, any_skin)
def test_signs_stand_in_order_with_known_sources(id_: TreatmentId, skin_type: int | None) -> None:
    told = heal(id_, skin_type)
    names = [sign.sign for sign in told.signs]
    assert names == [name for name in SIGNS if name in names]
    assert {"closed", "redness", "work"} <= set(names)
    assert all(sign.low <= sign.high for sign in told.signs)
    for part in (*told.signs, *([told.pigment] if told.pigment else [])):
        assert part.text
        assert all(key in sources() for key in part.sources)
        assert part.status in ("unverified", "assumption") or part.sources
        best = [STATUSES.index(sources()[key].status) for key in part.sources]
        assert part.status in ("unverified", "assumption") or min(best) <= STATUSES.index(part.status)


@given(any_treatment, any_skin)
def test_the_status_is_the_weakest_of_the_three(id_: TreatmentId, skin_type: int | None) -> None:
    told = heal(id_, skin_type)
    three = (told.closed_days, told.redness_days, told.back_to_work_days)
    assert STATUSES.index(told.status) == max(STATUSES.index(part.status) for part in three)
    assert set(told.sources) == {key for part in three for key in part.sources}


@given(any_treatment, st.sampled_from((1, 2, 3, 4, 5, 6)))
def test_an_unknown_skin_type_never_narrows(id_: TreatmentId, skin_type: int) -> None:
    unknown, known = spans(heal(id_, None)), spans(heal(id_, skin_type))
    assert set(unknown) >= set(known)
    for name, (low, high) in known.items():
        assert unknown[name][0] <= low
        assert high <= unknown[name][1]


def test_the_skin_type_changes_what_is_to_be_expected() -> None:
    """Dark skin: sun is kept off longer, redness is seen less, and its own studies of brown marks are told."""
    light, dark = heal("fractional_laser_ablative", 2), heal("fractional_laser_ablative", 4)
    assert spans(dark)["sun"][1] == 90 > spans(light)["sun"][1] == 60
    assert "seen less" in dark.text
    assert "seen less" not in light.text
    assert light.pigment is not None
    assert dark.pigment is not None
    assert "92 % of people of skin type IV" in dark.pigment.text.partition("Studies")[2]
    assert "In other skin types: brown marks in 92 %" in light.pigment.text
    assert "manuskiatti_2010" in dark.pigment.sources


def test_only_studies_of_the_type_are_told_where_there_are_some() -> None:
    pigment = heal("laser_resurfacing", 2).pigment
    assert pigment is not None
    assert "36 %" in pigment.text
    assert "45.5 %" not in pigment.text  # skin types III to V
    pigment = heal("laser_resurfacing", None).pigment
    assert pigment is not None
    assert "45.5 %" in pigment.text


def test_what_was_not_found_on_brown_marks_is_said() -> None:
    pigment = heal("subcision", 3).pigment
    assert pigment is not None
    assert pigment.status == "assumption"
    assert "not found" in pigment.text
    assert heal("topical_retinoid", 5).pigment is None


def test_notes_on_brown_marks_are_those_of_the_trials() -> None:
    """The two notes beside the facts repeat what the trials' rows say."""
    expected: dict[TreatmentId, str] = {
        "laser_resurfacing": "3 months on average",
        "fractional_laser_ablative": "5 weeks on average",
    }
    for id_, words in expected.items():
        (note,) = healing_book().treatments[id_].marks
        assert words in note.text
        rows = [trial for trial in trials().values() if set(trial.sources) & set(note.sources)]
        assert any(words in (trial.adverse or "") for trial in rows)
        assert any(trial.n and str(trial.n) in note.text and trial.skin_types == note.skin_types for trial in rows)


def test_days_of_sun_are_those_of_the_fact() -> None:
    facts = treatments()["sun_protection"].about("prevention")
    fact = next(fact for fact in facts if "post_treatment_chapter" in fact.sources)
    assert (fact.low, fact.high, fact.unit) == (1, 2, "month")
    for id_ in ("fractional_laser_ablative", "fractional_laser_nonablative"):
        sun = next(sign for sign in heal(id_, 1).signs if sign.sign == "sun")
        assert (sun.low, sun.high, sun.status) == (30, 60, fact.status)
    assert (healing_book().rules["sun"].low, healing_book().rules["sun"].high) == (30, 60)


def test_a_rule_waits_for_its_parts() -> None:
    for id_ in TREATMENT_IDS:
        told = signs_after(id_)
        for name in ("makeup", "sport", "swelling", "sun"):
            rule, known = healing_book().rules[name], healing_book().treatments[id_].signs.get(name)
            if known is None or known.rule is None:
                continue
            sign = told[name]
            assert sign.status == "assumption"
            assert sign.high >= max([rule.high, *(told[part].high for part in rule.high_of if part in told)])
            assert sign.low >= max([rule.low, *(told[part].low for part in rule.low_of if part in told)])


def test_likeness_is_as_wide_as_what_it_is_like() -> None:
    ids: tuple[TreatmentId, ...] = ("tca_cross", "chemical_peel_medium", "punch_excision")
    crosses, peel, punch = (heal(id_, 2).redness_days for id_ in ids)
    assert crosses.low == min(peel.low, punch.low)
    assert crosses.high == max(peel.high, punch.high)
    assert crosses.status == "assumption"
    assert set(crosses.sources) >= {*peel.sources, *punch.sources}


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 0, "the same day"),
        (0, 1, "hours to a day"),
        (0, 14, "up to 2 weeks"),
        (5.5, 9, "5.5 to 9 days"),
        (3, 14, "3 to 14 days"),
        (7, 14, "1 to 2 weeks"),
        (42, 84, "6 to 12 weeks"),
        (30, 90, "1 to 3 months"),
        (14, 135, "2 weeks to 4.5 months"),
        (21, 21, "about 3 weeks"),
        (0, 30, "up to 1 month"),
    ],
)
def test_ranges_in_words(low: float, high: float, words: str) -> None:
    assert in_words(low, high) == words


def test_texts_are_whole() -> None:
    for skin_type in SKIN_TYPES:
        for id_ in TREATMENT_IDS:
            told = heal(id_, skin_type)
            assert "{" not in told.text
            assert told.text.endswith(".")
            assert "within up to" not in told.text
            assert not re.search(r"\b(guarantee|safe|painless)", told.text)


# The data


def test_nothing_is_wrong_with_the_shipped_file() -> None:
    assert healing_problems(healing_book(), treatments()) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('bruise = { figure = "downtime_days" }', 'work = { rule = "swelling" }', "a rule is for the sign"),
        ('bruise = { figure = "downtime_days" }', 'bruise = { figure = "downtime_days", same = "redness" }', "exactly"),
        ('bruise = { figure = "downtime_days" }', "bruise = { low = 3, high = 4 }", "need low, high, text and status"),
        ("[treatments.prp]", "[treatments.magic]", "magic"),
        ('sport = "No sport"\n', "", "words misses sport"),
        ('high_of = ["work"]', 'high_of = ["sun"]', "must come before"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (KNOWLEDGE / "healing.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "healing.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        read_healing(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('bruise = { figure = "downtime_days" }', "redness = { low = 1, high = 2, text = 'x', status = 'assumption' }",
         "which is to be used"),
        ('closed = { like = ["filler", "microneedling"] }\n', "", "must be told"),
        ('work = { like = ["vascular_laser"] }', 'work = { like = ["picosecond_laser"] }', "not told by a figure"),
        ('crust = { same = "closed" }', 'crust = { same = "sport" }', "told by no days"),
        ('sources = ["post_treatment_chapter"', 'sources = ["nobody_1900"', "nobody_1900"),
    ],
)  # fmt: skip
def test_what_contradicts_the_treatments_is_found(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "knowledge"
    copytree(KNOWLEDGE, folder)
    assert problems(folder) == []
    path = folder / "healing.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(message in problem for problem in problems(folder))


def test_a_tail_goes_beyond_its_figure() -> None:
    for id_, known in healing_book().treatments.items():
        for name, sign in known.signs.items():
            if sign.tail is not None and sign.tail.days is not None:
                assert sign.tail.days > signs_after(id_)[name].high
    with pytest.raises(ValueError, match="beyond a figure"):
        KnownSign.model_validate({"same": "redness", "tail": {"text": "x", "status": "assumption"}})


def test_every_sign_has_a_word() -> None:
    assert set(healing_book().words) == set(SIGNS)
    assert set(FIGURES.values()) == set(get_args(FigureName))
