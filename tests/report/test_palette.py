"""The colours of types and marks are those of the palette in every style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cicatrix
from cicatrix.report.palette import MARK_STYLES, STYLES

PACKAGE = Path(cicatrix.__file__).parent
COLOURS: dict[str, str] = {name: style.colour for name, style in STYLES.items()} | {
    name: style.colour for name, style in MARK_STYLES.items()
}


@pytest.mark.parametrize("sheet", ["report/templates/style.css", "web/static/css/base.css"])
def test_variables_of_a_style_sheet(sheet: str) -> None:
    light = (PACKAGE / sheet).read_text(encoding="utf-8").split("@media", 1)[0]
    stated = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", light))
    names = [*STYLES, "red", "brown"]
    assert {name: stated.get(name) for name in names} == {name: COLOURS[name] for name in names}


def test_classes_of_the_viewer() -> None:
    sheet = (PACKAGE / "web/static/css/viewer.css").read_text(encoding="utf-8")
    assert dict(re.findall(r"\.k-([a-z]+) \{ --k: (#[0-9a-f]{6}); \}", sheet)) == COLOURS
