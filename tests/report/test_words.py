"""Sentences agree with the numbers."""

from __future__ import annotations

from cicatrix.model import Assessment
from cicatrix.model.note import Note
from cicatrix.report import report_text
from tests.report.synthetic import FOUR, Dent, assessment_of, relief_of

NBSP = "\N{NO-BREAK SPACE}"


def sentence(dents: tuple[Dent, ...], site: str | None = None) -> str:
    relief = relief_of(dents)
    return report_text.count_sentence(assessment_of(dents, relief, site=site)).replace(NBSP, " ")


def test_counts_by_kind_with_the_depth_classes(assessment: Assessment) -> None:
    text = report_text.count_sentence(assessment).replace(NBSP, " ")
    assert text == (
        "7 scars were found in a field of 20 × 20 mm (left cheek): 1 icepick, 2 boxcar (1 shallow and 1 deep),"
        " 2 rolling, 1 raised and 1 undecided."
    )


def test_one_class_of_boxcars_is_named_in_front() -> None:
    dents = (Dent("boxcar", 5, 5, 3, 0.2), Dent("boxcar", 12, 5, 3, 0.3), Dent("rolling", 10, 14, 5, 0.3))
    assert sentence(dents).endswith(": 2 shallow boxcar and 1 rolling.")


def test_deepest_is_the_deepest_and_raised_scars_are_counted_apart() -> None:
    scars = assessment_of(FOUR, relief_of(FOUR)).scars
    text = report_text.deepest_sentence(scars).replace(NBSP, " ")
    assert text == (
        "The deepest, scar 1, lies 0.90 mm (0.80–1.00) below the skin around it."
        " The highest raised scar, number 4, stands 0.30 mm (0.27–0.33) above the skin around it."
    )
    assert report_text.deepest_sentence(()) == ""


def test_remarks_are_the_notes_and_the_flags_that_they_leave_out(assessment: Assessment) -> None:
    own = Note(code="other", text="at the edge, whatever its breadth")
    scar = assessment.scars[0].model_copy(update={"at_edge": True, "linear": True, "notes": (own,)})
    assert [(note.code, note.text) for note in report_text.remarks(scar)] == [
        ("other", own.text),
        ("at_edge", "cut off by the edge of the picture: only a part was seen"),
        ("linear", "a trough: the width is its breadth"),
        ("light_missing", "a light was missing over more than a fifth of it"),
    ]
    notes = Note(code="at_edge", text="in any words"), Note(code="linear", text="or language")
    noted = scar.model_copy(update={"notes": notes, "shadowed": 0.1})
    assert report_text.remarks(noted) == notes
    assert report_text.remarks(assessment.scars[1]) == ()


def test_remarks_made_often_become_footnotes_in_order() -> None:
    assert report_text.footnotes([("b", "x"), ("a",), ("b", "a"), ("a", "b")]) == {"b": "a", "a": "b"}
    assert report_text.footnotes([("b",), ("b",)]) == {}
    many = report_text.footnotes([tuple(str(n) for n in range(28))] * 3)
    assert len(set(many.values())) == 28
    assert many["27"] == "bb"


def test_no_type_is_certain(assessment: Assessment) -> None:
    certain = assessment.scars[0].model_copy(update={"kind_probability": {"icepick": 0.9999, "boxcar": 0.0001}})
    assert report_text.likely(certain).replace(NBSP, " ") == "icepick > 99 %"
    assert report_text.probability(1.0).replace(NBSP, " ") == "> 99 %"


def test_every_section_that_is_not_assessed_has_plain_words() -> None:
    assert set(Assessment.model_fields["not_assessed"].default) == set(report_text.SECTIONS)
