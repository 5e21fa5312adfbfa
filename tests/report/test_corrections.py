"""What was corrected by hand stands in the report, beside what had been measured."""

from __future__ import annotations

import re

import pytest

from cicatrix.model import Assessment
from cicatrix.pipeline.assess import corrected
from cicatrix.report.corrections import by_hand, corrections, kind_by_hand
from cicatrix.report.page import render_html
from cicatrix.report.pdf.today import provenance, scar_table
from cicatrix.report.pictures import paint
from tests.corrections.skin import case, log, photographs, ring


@pytest.fixture(scope="module")
def after() -> Assessment:
    before, relief = photographs()
    wide = next(scar for scar in before.scars if scar.id == "S04")
    events = log(
        ("set_kind", {"scar": "S02", "kind": "boxcar", "note": "felt a step"}),
        ("delete", {"target": "S01", "reason": "a pore"}),
        ("set_outline", {"scar": "S04", "outline_mm": ring(wide.x_mm, wide.y_mm, 0.9)}),
        ("add_scar", {"outline_mm": ring(11.4, 3.3, 1.6)}),
        ("set_mark_kind", {"mark": "M01", "kind": "red"}),
        ("delete", {"target": "M01"}),
        ("undo", {}),
        ("answer", {"key": "person.smoker", "value": True}),
    )
    return corrected(before, relief, events, case())


def test_every_correction_is_told_with_what_was_before(after: Assessment) -> None:
    told = {each.name: each for each in corrections(after)}
    assert list(told) == ["Scar S01", "Scar 1 (S02)", "Scar 3 (S04)", "Scar 5 (C04)", "Mark M01", "Smoker"]
    assert told["Scar 1 (S02)"].changes[0] == "boxcar, measured as rolling"
    assert told["Scar 1 (S02)"].by == ("anna, 2026-11-02 10:15 UTC",)
    assert told["Scar 1 (S02)"].notes == ("felt a step",)
    assert re.fullmatch(r"deleted, measured as boxcar, 3\.\d mm wide and 0\.\d\d mm deep", told["Scar S01"].changes[0])
    assert told["Scar 3 (S04)"].changes[0] == "outlined again"
    assert re.match(r"width 1\.[78]\S*\smm \(.*\), before: 1\.5\S*\smm", told["Scar 3 (S04)"].changes[1])
    assert told["Scar 5 (C04)"].changes == ("added, it had not been found",)
    assert told["Mark M01"].changes == ("red, as it was measured",)
    assert told["Smoker"].changes == ("yes, before: no",)
    assert by_hand(after) == {"S01", "S02", "S04", "C04", "M01"}
    assert kind_by_hand(after) == {"S02", "M01"}


def test_the_page_and_the_letter_mark_what_was_corrected(after: Assessment) -> None:
    before, relief = photographs()
    page = render_html(after, paint(relief))
    assert "Corrected by hand</h2>" in page
    assert page.count('href="#corrected" aria-label="corrected by hand">†') == 3
    assert page.count("set by hand</span>") >= 1
    table = scar_table(after, None, 10)
    assert table is not None
    assert [row.kind.endswith("†") for row in table.rows] == [True, False, True, False, True]
    assert table.rows[0].sure == "by hand"
    assert provenance(after, 3).startswith("Corrected by hand (†): 6, each listed on the page.")
    untouched = render_html(before, paint(relief))
    assert "†" not in untouched
    assert "Corrected by hand" not in untouched
    assert "†" not in provenance(before, 3)
