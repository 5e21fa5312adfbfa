from __future__ import annotations

import re
import shutil
from importlib import resources
from pathlib import Path

import pytest

from cicatrix.errors import KnowledgeError
from cicatrix.knowledge import sources, trials
from cicatrix.knowledge.outcomes import outcomes, read_outcomes
from cicatrix.model.knowledge import Trial
from cicatrix.model.outcome import Outcome, Transition

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def printed(trial: Trial) -> set[float]:
    """Every number that is printed of a trial."""
    words = " ".join((trial.findings, trial.scale, trial.protocol, trial.n_text or "", trial.note or ""))
    numbers = {float(number) for number in NUMBER.findall(words)}
    return numbers | {abs(result.value) for result in trial.results if result.value is not None}


def test_every_row_names_a_study_and_sources_that_exist() -> None:
    known = outcomes()
    rows: list[Outcome | Transition] = [*known.outcomes, *known.transitions]
    for row in rows:
        assert set(row.sources) <= set(sources())
        assert row.study in trials() or row.study in row.sources
    assert set(known.new_scars.sources) <= set(sources())


@pytest.mark.parametrize("row", [row for row in outcomes().outcomes if row.study in trials()], ids=lambda row: row.arm)
def test_every_effect_is_printed_or_computed_from_what_is(row: Outcome) -> None:
    numbers = printed(trials()[row.study])
    if row.before is not None and row.after is not None:
        assert {row.before, row.after} <= numbers
    elif not row.computed:
        shown = {round(100 * abs(row.effect), 2), abs(row.effect)}
        assert shown & numbers or row.effect == 0.0
    else:
        assert row.note


def test_computed_shares_and_means_are_the_sums_that_they_say() -> None:
    by = {(row.study, row.arm): row.effect for row in outcomes().outcomes if row.computed}
    assert by["al_waiz_2002_peel", "Jessner's solution and TCA 35 %"] == pytest.approx((6.6 + 53.3) / 100)
    assert by["yu_2001_er_yag", "Er:YAG laser"] == pytest.approx((20 + 50) / 100)
    assert by["arora_2014_microdermabrasion", "microdermabrasion"] == pytest.approx((84 + 4) / 100)
    assert by["er_yag_korea_2014", "Er:YAG laser"] == pytest.approx((3.41 - 0.5) / 4, abs=5e-4)
    assert by["you_2016_lasers", "non-ablative fractional laser"] == pytest.approx(2.2 / 10)


def test_the_anchors_of_the_assumptions_are_the_arithmetic_that_they_say() -> None:
    from math import log, sqrt  # noqa: PLC0415

    depth, ecca_laser, ecca_pico, volume = (log(1 - x) for x in (0.194, 0.4373, 0.3911, 0.243))
    reasons = outcomes().forecasting.reasons
    text = reasons["depth_power"]
    assert f"{depth / ecca_laser:.2f}" == "0.38"
    assert f"{volume / ecca_pico:.2f}" == "0.56"
    assert f"{volume / 1.3 / ecca_pico:.2f}" == "0.43"
    assert all(number in text for number in ("0.38", "0.56", "0.43"))
    assert (f"{depth / log(0.30):.2f}", f"{depth / log(0.57):.2f}") == ("0.18", "0.38")
    assert "0.18 to 0.38" in text
    # score and volume in the same people, with 120 and 160 points before
    paired = [
        log(1 - fell) / log(1 - points / before)
        for before in (120, 160)
        for points, fell in ((60.25, 0.3317), (43.25, 0.1969))
    ]
    assert (f"{min(paired):.2f}", f"{max(paired):.2f}") == ("0.49", "0.85")
    assert (f"{min(paired) / 1.3:.2f}", f"{max(paired) / 1.3:.2f}") == ("0.38", "0.66")
    assert "0.49 to 0.85 for volume, 0.38 to 0.66 for depth" in text
    low, likely, high = outcomes().forecasting.depth_power
    assert low < 0.38 < likely < 0.66 < high
    assert f"{log(0.453 / 0.57) / log(0.667):.2f}" == "0.57"
    assert "0.57" in reasons["overlap"]
    assert f"{(depth + 2 * log(2.35 / 2.43)) / depth:.1f}" == "1.3"
    assert "1.3" in reasons["volume_power"]
    gained = sqrt(-log(1 - 2.3 / 5)) - sqrt(-log(1 - 1.4 / 5))
    assert f"{gained / log(3):.2f}" == "0.19"
    assert "0.19" in outcomes().pooling.reasons["sessions"]
    further = sqrt(-log(1 - 0.547)) - sqrt(-log(1 - 0.43))
    assert f"{further:.2f}" == "0.14"
    assert "0.14" in outcomes().pooling.reasons["further"]


def test_shares_of_grades_are_whole_people() -> None:
    for row in outcomes().transitions:
        for share in row.gained.values():
            assert share * row.n == pytest.approx(round(share * row.n), abs=0.06)


def test_meta_analyses_are_not_pooled_with_their_own_trials() -> None:
    reviews = {trial.id for trial in trials().values() if "meta" in trial.design or trial.design == "review"}
    assert not reviews & {row.study for row in outcomes().outcomes}


def broken(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "knowledge"
    with resources.as_file(resources.files("cicatrix") / "knowledge") as shipped:
        shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (folder / "outcomes.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "outcomes.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('study = "alster_1996_co2"', 'study = "nobody_1999"', "neither in trials.toml"),
        ('sources = ["alster_west_1996"]', 'sources = ["nobody_1999"]', "not in sources.toml"),
        ('arm = "pulsed CO2 laser"\ntreatments = ["laser_resurfacing"]', 'arm = "x"\ntreatments = ["filler"]', "about"),
        ("after = 0.29", "after = 0.25", "computed"),
        ('sources = ["brauer_2015"]\nstatus = "secondary"', 'sources = ["brauer_2015"]\nstatus = "seen"', "is called"),
        ("gained = { 1 = 0.375, 2 = 0.625 }", "gained = { 1 = 0.375, 2 = 0.525 }", "sum to 1"),
        ("gained = { 1 = 1.0 }", "gained = { 2 = 1.0 }", "at most 1"),
        ('overlap = "Subcision', 'overlapping = "Subcision', "reasons must be given"),
        ("threshold = 0.25\n", "", "has a threshold"),
    ],
)
def test_what_cannot_be_trusted_is_an_error(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        read_outcomes(broken(tmp_path, old, new))
