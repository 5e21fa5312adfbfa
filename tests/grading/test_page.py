"""The page on the scales is the one that the modules write."""

from __future__ import annotations

from pathlib import Path

from cicatrix.grading import SCALES
from cicatrix.grading.markdown import as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "grades.md"


def test_the_page_is_current() -> None:
    # CONTRIBUTING.md says how to write it again.
    assert PAGE.read_text(encoding="utf-8") == as_markdown()


def test_the_page_holds_every_rule_and_resolves_every_source() -> None:
    page = as_markdown()
    for scale in SCALES:
        assert f"| [{scale.name}](#{scale.key}) |" in page
        for rule in scale.statements:
            assert f"| {rule.text} | {rule.status} |" in page
            for key in rule.sources:
                assert f'<a id="source-{key}"></a>' in page
