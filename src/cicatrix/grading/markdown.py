"""``docs/grades.md``: every scale with its rules, written from the modules."""

from __future__ import annotations

from collections.abc import Iterable

from cicatrix.grading import SCALES, Scale
from cicatrix.knowledge import sources
from cicatrix.model.evidence import STATUS_TEXT, Statement

__all__ = ["as_markdown"]

HEAD = """# Grades

This page is written from the modules in `src/cicatrix/grading`; a test holds the two equal. `cicatrix grade CASE`
computes all of these scales, and `cicatrix assess` shows them in its report. A grade is a range while answers are
missing: every grade that some answer would give is in `possible`, and no other is. With a capture, scars are counted on
the area that it shows, and the grade says so. [Why](decisions/0008-grades-are-ranges.md).

How far each rule was read:
"""


def as_markdown() -> str:
    """The page as Markdown."""
    lines = [HEAD, *(f"- **{status}**: {text}." for status, text in STATUS_TEXT.items()), ""]
    lines += ["The status of a scale is the weakest among its published rules. What is ours stands apart from it.", ""]
    lines += ["| scale | key | range | what it grades | status |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(scale) for scale in SCALES]
    for scale in SCALES:
        lines += ["", *_section(scale)]
    return "\n".join([*lines, "", "## Sources", "", *_sources(), ""])


def _row(scale: Scale) -> str:
    span = f"{scale.lowest}–{scale.highest}"
    return f"| [{scale.name}](#{scale.key}) | `{scale.key}` | {span} | {scale.measures} | {scale.status} |"


def _section(scale: Scale) -> Iterable[str]:
    yield f'## <a id="{scale.key}"></a>{scale.name}'
    yield ""
    yield f"{scale.reading}"
    yield ""
    asked = ", ".join(f"`{key}`" for key in scale.inputs) or "areas that are handed in from Python, see `ScarredSites`"
    yield f"Computed from: {asked}."
    yield ""
    yield "| rule | status | sources |"
    yield "| --- | --- | --- |"
    for rule in scale.statements:
        yield f"| {rule.text} | {rule.status} | {_keys(rule)} |"


def _keys(rule: Statement) -> str:
    return ", ".join(f"[{key}](#source-{key})" for key in rule.sources) or "–"


def _sources() -> Iterable[str]:
    named = {key for scale in SCALES for rule in scale.statements for key in rule.sources}
    for key in sorted(named):
        source = sources()[key]
        yield f'- <a id="source-{key}"></a>`{key}` ({source.status}): {source.citation}'
