"""The half-life of brown marks agrees with what is known, and is where it agrees best."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.colour.judge import MIN_ERYTHEMA, MIN_MELANIN
from cicatrix.colour.optics import INDEX, MELANIN_RGB
from cicatrix.knowledge import problems, shipped
from cicatrix.knowledge.fading import fading_rules
from cicatrix.model.cielab import LUMINANCE, lab
from cicatrix.outlook.fading.anchors import TOLD, anchors, lives, misfit, steady_number


def test_every_published_figure_lies_within_the_forecast() -> None:
    found = anchors(seed=4, draws=40)
    assert {each.name: (each.low, each.published, each.high) for each in found if not each.inside} == {}
    assert len(found) == 3


def test_ranges_that_are_told_hold_most_marks() -> None:
    stays = lives(seed=4, people=400)
    for told in TOLD:
        assert told.low_days < np.median(stays) < told.high_days
        assert told.share(stays) > 0.5, told


def test_a_half_life_far_from_it_is_told_by_the_anchors() -> None:
    slow = anchors(seed=4, draws=25, median_days=300.0)
    assert not slow[0].inside
    assert TOLD[0].share(lives(4, 200, 300.0)) < 0.25


@pytest.mark.slow
def test_the_half_life_is_where_the_anchors_agree_best() -> None:
    own = fading_rules().brown.half_life_days.value
    apart = {days: misfit(days, seed=2, draws=40) for days in (0.5 * own, own, 2.0 * own)}
    assert min(apart, key=lambda days: apart[days]) == own, apart


def test_marks_never_run_out_while_acne_goes_on() -> None:
    # So the years that clinics report for "the marks" say nothing of how long one mark stays.
    numbers = [steady_number(3, days, months=12.0) for days in (25.0, 50.0, 100.0)]
    assert min(numbers) > 5
    assert numbers == sorted(numbers)


def test_the_least_contrast_is_that_of_captures() -> None:
    rules = fading_rules()
    assert rules.brown.seen_from.value == MIN_MELANIN
    assert rules.red.seen_from.value == MIN_ERYTHEMA


def test_the_least_brown_contrast_is_one_to_two_and_a_half_units_of_colour() -> None:
    ratio = np.exp(-np.array(MELANIN_RGB) / MELANIN_RGB[0] * rules_brown() / INDEX)
    found = []
    for luminance in (0.05, 0.2, 0.55):
        skin = np.array([1.6, 1.0, 0.75])
        skin *= luminance / float(skin @ LUMINANCE)
        found.append(float(np.linalg.norm(lab(skin * ratio) - lab(skin))))
    assert 0.9 < min(found) < 1.3, found
    assert 2.1 < max(found) < 2.6, found


def rules_brown() -> float:
    return fading_rules().brown.seen_from.value


def test_the_knowledge_base_has_every_source() -> None:
    assert problems(shipped()) == []


def test_every_guess_says_that_it_is_one() -> None:
    rules = fading_rules()
    for own in (rules.red, rules.brown):
        guesses = [getattr(own, name) for name in type(own).model_fields if name not in {"factors", "text"}]
        for guess in (*guesses, *own.factors.values()):
            assert guess.status == "assumption"
            assert len(guess.text) > 20
