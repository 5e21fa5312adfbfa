"""The language of the rules."""

from __future__ import annotations

import pytest

from cicatrix.model.condition import All, AnyOf, Compare, Known, Not, case_keys, keys_of, parse


def test_a_condition_becomes_a_tree() -> None:
    told = "person.isotretinoin == 'now' or (not person.smoker and known(person.age))"
    assert parse(told) == AnyOf(
        (
            Compare("person.isotretinoin", "==", "now"),
            All((Not(Compare("person.smoker", "==", value=True)), Known("person.age"))),
        )
    )
    assert keys_of(parse(told)) == ("person.isotretinoin", "person.smoker", "person.age")
    assert parse("always") == All(())


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("person.height > 3", "not a key of a case"),
        ("person.pregnant == 1 or", "cannot read"),
        ("person.pregnant > True", "can never be answered"),
        ("person.isotretinoin == 'soon'", "can never be answered"),
        ("person.isotretinoin < 'now'", "can never be answered"),
        ("person.skin_type >= '4'", "can never be answered"),
        ("person.skin_type", "not a yes-or-no question"),
        ("1 < person.skin_type", "not a key of a case"),
        ("person.age > person.skin_type", "must compare a key with a plain value"),
        ("1 < person.age < 3", "not a key of a case"),
        ("person.age + 1", "not a key of a case"),
        ("gate.state == 'open'", "can never be answered"),
        ("__import__('os')", "not a key of a case"),
        ("known()", "known"),
    ],
)
def test_what_is_no_condition_is_refused(told: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(told)


def test_every_answer_of_a_case_is_a_key() -> None:
    assert case_keys()["person.pregnant"] == (bool,)
    assert case_keys()["person.isotretinoin"] == ("never", "now", "stopped")
    assert case_keys()["acne.regions.nose"][0] == "none"
    assert "gate.state" in case_keys()
