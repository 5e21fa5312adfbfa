"""An ordinary assessment with its relief, made once."""

from __future__ import annotations

import pytest

from cicatrix.model import Assessment, Relief
from cicatrix.report import Pictures, paint, render_html
from tests.report.synthetic import FOUR, Dent, assessment_of, relief_of

MIXED = (
    *FOUR,
    Dent("undecided", 3.0, 16.0, 2.0, 0.25),
    Dent("boxcar", 19.5, 9.0, 2.4, 0.62, at_edge=True),
    Dent("rolling", 11.0, 18.5, 1.2, 0.2, linear=True),
)


@pytest.fixture(scope="session")
def relief() -> Relief:
    return relief_of(MIXED)


@pytest.fixture(scope="session")
def assessment(relief: Relief) -> Assessment:
    return assessment_of(MIXED, relief)


@pytest.fixture(scope="session")
def pictures(relief: Relief) -> Pictures:
    return paint(relief)


@pytest.fixture(scope="session")
def page(assessment: Assessment, pictures: Pictures) -> str:
    return render_html(assessment, pictures)
