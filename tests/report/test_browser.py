"""Both pages in a browser: axe finds nothing, and nothing reaches beyond a narrow or a wide screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from cicatrix.model import Assessment
from cicatrix.report import Pictures, render_html, render_patient
from tests.report.browser import axe_script, chromium, look
from tests.report.foreseen import judged, simulated

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the path"),
    pytest.mark.skipif(axe_script() is None, reason="needs axe-core (pip install axe-core-python)"),
]


def check(page: str, folder: Path) -> list[int]:
    axe = axe_script()
    assert axe is not None
    answers = look(page, axe, (390, 1280), folder)
    for answer in answers:
        assert answer["violations"] == [], answer["width"]
        assert answer["wide"] == [], answer["width"]
        assert answer["scroll"] <= answer["width"]
    return [answer["height"] for answer in answers]


def test_the_whole_page_for_the_clinician(assessment: Assessment, pictures: Pictures, tmp_path: Path) -> None:
    check(render_html(judged(assessment), pictures, simulated()), tmp_path)


def test_a_page_without_a_case(page: str, tmp_path: Path) -> None:
    check(page, tmp_path)


def test_the_page_for_the_person(assessment: Assessment, tmp_path: Path) -> None:
    check(render_patient(judged(assessment), simulated()), tmp_path)
