"""The names in the glossary exist, and its rows are in order."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = re.findall(
    r"^\| ([^|`]+) \| `([^`]+)` \| ([^|]+) \|$",
    (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def exists(name: str) -> bool:
    """True for a file of the repository, a module, or a name in one; fields of records count."""
    if "/" in name:
        return (ROOT / name).is_file()
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            fields = {**getattr(found, "model_fields", {}), **getattr(found, "__dataclass_fields__", {})}
            if part in fields:
                return True
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize(("term", "name"), [(term, name) for term, name, _ in ROWS])
def test_a_name_in_the_glossary_exists(term: str, name: str) -> None:
    assert exists(name), term


def test_a_name_that_is_gone_is_noticed() -> None:
    assert not exists("cicatrix.care.targets.GONE")
    assert not exists("cicatrix.model.scar.Scar.gone")
    assert not exists("benchmarks/gone.py")


def test_terms_are_in_order_and_explained() -> None:
    terms = [term.lower() for term, _, _ in ROWS]
    assert len(terms) > 20
    assert [term[0] for term in terms] == sorted(term[0] for term in terms)
    assert all(len(meaning.split()) >= 3 for _, _, meaning in ROWS)
