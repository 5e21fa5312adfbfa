"""Errors have one shape: what is wrong, where, what is allowed, and what to do."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from cicatrix import errors
from cicatrix.errors import CicatrixError, InputError, KnowledgeError, ReliefError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, CicatrixError)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not KnowledgeError])
def test_every_error_has_the_same_parts_in_the_same_order(kind: type[CicatrixError]) -> None:
    error = kind("it is 3", path="a.toml", line=7, allowed="1 or 2", fix="write 2")
    assert (error.what, error.path, error.line, error.allowed, error.fix) == (
        "it is 3",
        Path("a.toml"),
        7,
        "1 or 2",
        "write 2",
    )
    assert str(error) == "a.toml, line 7: it is 3. Allowed: 1 or 2. What to do: write 2."


def test_every_name_is_exported_and_in_one_tree() -> None:
    assert sorted(kind.__name__ for kind in KINDS) == errors.__all__
    assert issubclass(InputError, ValueError)
    assert not issubclass(ReliefError, ValueError), "photographs that determine nothing are no wrong argument"


def test_an_error_of_the_knowledge_base_lists_its_problems_and_what_to_do() -> None:
    error = KnowledgeError(["a.toml: one", "b.toml: two"])
    assert error.problems == ("a.toml: one", "b.toml: two")
    assert str(error) == "a.toml: one\nb.toml: two\nWhat to do: correct what is named, then check it again."
    assert error.what == "a.toml: one\nb.toml: two"
    assert error.fix is not None
