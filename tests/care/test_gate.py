"""The gate, on every combination of known and unknown answers, against rules written down on their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

import pytest

from cicatrix.care.gate import gate
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.knowledge import sources
from cicatrix.knowledge.acne import gate_rule
from cicatrix.model.case import Case
from cicatrix.model.gate import Gate

PAPULES = (None, 0, 1, 3, 5, 6, 10, 11, 30)
PUSTULES = (None, 0, 2, 6)
NODULES = (None, 0, 1, 4)
MONTHS = (None, 0, 1, 2.9, 3, 6, 24)
REGION = (None, "none", "comedone", "papule", "pustule", "nodule")

Answers = tuple[int | None, int | None, int | None, float | None, str | None]

EVERYBODY: tuple[Answers, ...] = tuple(product(PAPULES, PUSTULES, NODULES, MONTHS, REGION))
ORDER = {"controlled": 0, "unknown": 1, "not_controlled": 2}
KEYS = ("acne.papules", "acne.pustules", "acne.nodules", "acne.months_clear")


def decided(person: Mapping[str, Any] | None = None, **acne: Any) -> Gate:
    findings = join(Case.model_validate({"acne": acne, "person": person or {}}))
    return gate(findings, grade(findings))


@cache
def of(answers: Answers) -> Gate:
    papules, pustules, nodules, months, cheek = answers
    return decided(
        papules=papules, pustules=pustules, nodules=nodules, months_clear=months, regions={"left_cheek": cheek}
    )


def test_everybody_is_many() -> None:
    assert len(EVERYBODY) == 6048


def test_the_rule_holds_for_everybody() -> None:
    """The rule as a clinician would say it, in both directions."""
    for answers in EVERYBODY:
        papules, pustules, nodules, months, cheek = answers
        counted = (papules or 0) + (pustules or 0)
        surely_moderate = counted > 10  # then more than 5 are on one half of the face
        against = bool(nodules) or cheek == "nodule" or surely_moderate or (months is not None and months < 3)
        all_known = None not in (papules, pustules, nodules)
        inflamed_cheek = cheek in {"papule", "pustule", "nodule"}
        none_inflamed = all_known and counted == 0 and nodules == 0 and not inflamed_cheek
        calm = all_known and counted <= 5 and nodules == 0 and months is not None and months >= 3
        if against:
            expected = "not_controlled"
        elif none_inflamed or calm:
            expected = "controlled"
        else:
            expected = "unknown"
        assert of(answers).state == expected, answers


def test_worse_answers_never_make_a_better_state() -> None:
    for answers in EVERYBODY:
        for at, ladder in enumerate((PAPULES, PUSTULES, NODULES, MONTHS[:0:-1])):
            mine = answers[at]
            if mine is None:
                continue
            rungs = [one for one in ladder if one is not None]
            for worse in rungs[rungs.index(mine) + 1 :]:  # type: ignore[arg-type]
                other: Any = (*answers[:at], worse, *answers[at + 1 :])
                assert ORDER[of(other).state] >= ORDER[of(answers).state], (answers, other)


def test_an_answer_never_overturns_what_is_settled() -> None:
    """But for one: months since the last spot, which is asked for as long as it could."""
    for answers in EVERYBODY:
        before = of(answers)
        if before.state == "unknown":
            continue
        for at, values in enumerate((PAPULES, PUSTULES, NODULES, MONTHS, REGION)):
            if answers[at] is not None:
                continue
            for value in values[1:]:
                other: Any = (*answers[:at], value, *answers[at + 1 :])
                if of(other).state != before.state:
                    asked = {one.key for one in before.ask}
                    contradiction = at == 4  # no inflamed spot was counted, yet a region has one
                    assert before.state == "controlled"
                    assert contradiction or (KEYS[at] == "acne.months_clear" and KEYS[at] in asked)


def test_unknown_never_counts_as_no() -> None:
    for answers in EVERYBODY:
        if of(answers).state == "controlled":
            assert None not in answers[:3], answers


def test_every_state_says_why_and_unknown_asks() -> None:
    for answers in EVERYBODY:
        seen = of(answers)
        assert seen.reasons
        assert bool(seen.meanwhile) == (seen.state != "controlled")
        if seen.state == "not_controlled":
            assert seen.ask == ()
        if seen.state == "unknown":
            assert seen.ask, answers


def test_only_what_is_not_known_is_asked() -> None:
    for answers in EVERYBODY:
        halves = sum(one or 0 for one in answers[:2])
        for question in of(answers).ask:
            if question.question.startswith("Are more than 5"):
                assert 6 <= halves <= 10
                assert None not in answers[:2]
            else:
                assert answers[KEYS.index(question.key)] is None


def test_every_question_can_change_the_state() -> None:
    """For each question there are answers to the others with which this one decides."""
    for answers in EVERYBODY:
        for question in of(answers).ask:
            if question.question.startswith("Are more than 5"):
                continue
            at = KEYS.index(question.key)
            rest = [
                values[1:] if answers[other] is None and other < 4 else (answers[other],)
                for other, values in enumerate((PAPULES, PUSTULES, NODULES, MONTHS, REGION))
            ]
            ladder = (PAPULES, PUSTULES, NODULES, MONTHS)[at][1:]
            rest[at] = (None,)
            assert any(
                len({of((*way[:at], value, *way[at + 1 :])).state for value in ladder}) > 1 for way in product(*rest)
            ), (answers, question.key)


@pytest.mark.parametrize(
    ("acne", "state"),
    [
        ({}, "unknown"),
        ({"papules": 0, "pustules": 0, "nodules": 0}, "controlled"),
        ({"papules": 0, "pustules": 0, "nodules": 0, "months_clear": 1}, "not_controlled"),
        ({"papules": 3, "pustules": 2, "nodules": 0, "months_clear": 3}, "controlled"),
        ({"papules": 3, "pustules": 2, "nodules": 0, "months_clear": 2.9}, "not_controlled"),
        ({"papules": 3, "pustules": 2, "nodules": 0}, "unknown"),
        ({"nodules": 0, "months_clear": 6}, "unknown"),
        ({"months_clear": 12}, "unknown"),
        ({"nodules": 1}, "not_controlled"),
        ({"papules": 11}, "not_controlled"),
        ({"papules": 6, "pustules": 0, "nodules": 0, "months_clear": 6}, "unknown"),
        ({"regions": {"chest_and_upper_back": "nodule"}}, "not_controlled"),
        ({"regions": {"forehead": "none"}, "open_comedones": 0}, "unknown"),
    ],
)
def test_by_hand(acne: dict[str, Any], state: str) -> None:
    assert decided(**acne).state == state


def test_all_reasons_are_told() -> None:
    seen = decided(nodules=2, papules=40, months_clear=0)
    assert len(seen.reasons) == 3
    assert seen.reasons[0] == "There are 2 nodules."


def test_what_to_do_keeps_its_figures_sources_and_status() -> None:
    seen = decided(nodules=1)
    parts = {fact.part for fact in seen.facts}
    assert parts == {"first", "why", "parallel", "picking"}
    why = " ".join(fact.text for fact in seen.facts if fact.part == "why")
    # Tan et al., J Drugs Dermatol 2017;16:566.
    assert "5.7 %" in why
    assert "83 %" in why
    for fact in seen.facts:
        assert bool(fact.sources) == (fact.status != "assumption")
        assert set(fact.sources) <= set(seen.sources)
    assert set(seen.sources) <= set(sources())
    assert seen.rule.status == "assumption"


def test_the_panel_of_2022_is_second_hand() -> None:
    panel = [fact for fact in decided(nodules=1).facts if "2022" in fact.text]
    assert [fact.status for fact in panel] == ["secondary"]


@pytest.mark.parametrize("key", ["pregnant", "breastfeeding"])
def test_no_medicine_is_listed_in_pregnancy(key: str) -> None:
    told = " ".join(decided({key: True}, nodules=1).meanwhile)
    for medicine in ("doxycycline", "spironolactone", "strongly recommends"):
        assert medicine not in told
    assert "In pregnancy topical retinoids and isotretinoin are to be avoided" in told


@pytest.mark.parametrize(
    ("person", "warned"),
    [({}, True), ({"sex": "male"}, False), ({"pregnant": False}, False), ({"sex": "female"}, True)],
)
def test_pregnancy_is_mentioned_where_it_is_not_ruled_out(person: dict[str, Any], warned: bool) -> None:  # noqa: FBT001
    told = " ".join(decided(person, nodules=1).meanwhile)
    assert ("In pregnancy" in told) is warned
    assert "isotretinoin" in told


def test_the_rule_is_ours_and_says_the_numbers_that_are_used() -> None:
    rule = gate_rule()
    assert rule.rule.status == "assumption"
    assert f"{rule.calm_months:g} months" in rule.rule.text
    assert rule.not_controlled_from == 2
    assert all(set(row.sources) <= set(sources()) for row in (rule.rule, rule.until_known, *rule.about, *rule.facts))
