"""Helpers for sentences."""

from __future__ import annotations

import pytest

from cicatrix.model.wording import NBSP, counted, joined, lower_first, plural, unique, upper_first


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_joined(parts: list[str], text: str) -> None:
    assert joined(parts) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 scars"), (1, "1 scar"), (2, "2 scars")])
def test_counted(count: int, text: str) -> None:
    assert counted(count, "scar") == text
    assert counted(count, "scar", gap=NBSP) == text.replace(" ", NBSP)
    assert text.endswith(plural(count, "scar"))


@pytest.mark.parametrize(
    ("text", "upper", "lower"), [("", "", ""), ("TCA CROSS", "TCA CROSS", "tCA CROSS"), ("a b", "A b", "a b")]
)
def test_capitals(text: str, upper: str, lower: str) -> None:
    assert (upper_first(text), lower_first(text)) == (upper, lower)


def test_each_text_once_in_order() -> None:
    assert unique(["b", "a", "b"]) == ("b", "a")
