"""Corrections replayed on a result: what changes, what stays, and that everything can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.colour.publish import note_in_scar
from cicatrix.corrections import as_json, log_of, parse_corrections
from cicatrix.corrections.replay import replay
from cicatrix.errors import CorrectionError
from cicatrix.model import Assessment, Scar
from cicatrix.model.correction import KIND_BY_HAND, OUTLINED_BY_HAND, Corrected, Event
from cicatrix.pipeline.assess import Measurement, conclude, corrected
from tests.corrections.skin import AT, case, event, heights, log, photographs, ring

Step = tuple[str, dict[str, Any]]


def result(*steps: Step) -> Assessment:
    assessment, relief = photographs()
    return corrected(assessment, relief, log(*steps), case())


def scar(assessment: Assessment, name: str) -> Scar:
    return next(each for each in assessment.scars if each.id == name)


def rows(assessment: Assessment, name: str) -> dict[str, Corrected]:
    return {row.field: row for row in assessment.corrections if row.id == name}


def test_without_events_the_result_stays() -> None:
    assessment, relief = photographs()
    assert corrected(assessment, relief, (), case()) is assessment


def test_a_type_is_set_and_the_measured_one_is_kept() -> None:
    before, _ = photographs()
    after = result(("set_kind", {"scar": "S02", "kind": "boxcar", "note": "felt it"}))
    new = scar(after, "S02")
    assert (new.kind, new.depth_class, new.kind_probability["boxcar"]) == ("boxcar", "shallow", 1.0)
    assert new.notes[-1] == KIND_BY_HAND
    assert new.depth_mm == scar(before, "S02").depth_mm
    row = rows(after, "S02")["kind"]
    assert (row.measured, row.corrected, row.by, row.at, row.note) == ("rolling", "boxcar", "anna", AT, "felt it")
    assert rows(after, "S02")["kind_probability"].measured == scar(before, "S02").kind_probability
    assert [each for each in after.scars if each.id != "S02"] == [each for each in before.scars if each.id != "S02"]


def test_what_follows_is_concluded_again() -> None:
    before, _ = photographs()
    after = result(("set_kind", {"scar": "S02", "kind": "boxcar"}), ("delete", {"target": "S04"}))
    assert before.findings.scars.rolling.value == 1
    assert after.findings.scars.rolling.value == 0
    assert after.findings.scars.icepick.value == 0
    assert after.findings.scars.boxcar_shallow.value == (before.findings.scars.boxcar_shallow.value or 0) + 1
    assert after.grades != before.grades
    assert after.plan != before.plan
    assert after.outlook is not None
    assert "S04" not in {each.id for each in after.outlook.scars}


def test_concluding_from_a_results_own_parts_gives_the_result_again_to_the_byte() -> None:
    before, _ = photographs()
    measured = Measurement(
        before.provenance, before.capture, before.scars, before.marks, before.dark_spots, before.skin_tone
    )
    assert conclude(measured, case()).model_dump_json() == before.model_dump_json()


def test_an_outline_is_measured_again() -> None:
    before, _ = photographs()
    old = scar(before, "S04")
    after = result(("set_outline", {"scar": "S04", "outline_mm": ring(old.x_mm, old.y_mm, 0.9)}))
    new = scar(after, "S04")
    assert new.width_mm.value == pytest.approx(1.8, rel=0.02)
    assert new.depth_mm.low < old.depth_mm.value < new.depth_mm.high
    assert OUTLINED_BY_HAND in new.notes
    found = rows(after, "S04")
    assert found["width_mm"].measured == old.width_mm
    assert found["width_mm"].corrected == new.width_mm
    assert found["outline_mm"].measured == old.outline_mm
    assert "present" not in found


def test_a_false_scar_goes_and_its_record_stays() -> None:
    before, _ = photographs()
    after = result(("delete", {"target": "S01", "reason": "a pore", "note": "seen in the mirror"}))
    assert [each.id for each in after.scars] == [each.id for each in before.scars if each.id != "S01"]
    row = rows(after, "S01")["present"]
    assert (row.measured, row.corrected, row.note) == (True, False, "a pore: seen in the mirror")
    assert row.scar == scar(before, "S01")


def test_a_missed_scar_is_measured_and_named_after_its_event() -> None:
    before, _ = photographs()
    gone = scar(before, "S05")
    after = result(
        ("delete", {"target": "S05"}),
        ("add_scar", {"outline_mm": ring(gone.x_mm, gone.y_mm, 0.5 * gone.width_mm.value)}),
    )
    assert after.scars[-1].id == "C02"
    assert after.scars[-1].kind == gone.kind
    assert after.scars[-1].depth_mm.value == pytest.approx(gone.depth_mm.value, rel=0.1)
    assert rows(after, "C02")["present"].measured is False


def test_what_was_added_can_be_changed_and_deleted() -> None:
    before, _ = photographs()
    old = scar(before, "S05")
    line = ring(old.x_mm, old.y_mm, 0.9)
    changed = result(
        ("delete", {"target": "S05"}),
        ("add_scar", {"outline_mm": line, "kind": "icepick"}),
        ("set_kind", {"scar": "C02", "kind": "boxcar", "depth_class": "deep"}),
    )
    assert (scar(changed, "C02").kind, scar(changed, "C02").depth_class) == ("boxcar", "deep")
    none = result(("add_scar", {"outline_mm": line}), ("delete", {"target": "C01"}))
    assert none == before


def test_marks_are_coloured_deleted_and_added() -> None:
    before, _ = photographs()
    mark = before.marks[0]
    after = result(("set_mark_kind", {"mark": mark.id, "kind": "mixed"}))
    assert (after.marks[0].kind, after.marks[0].kind_probability["mixed"]) == ("mixed", 1.0)
    assert after.findings.marks.mixed == 1
    again = result(("delete", {"target": mark.id}), ("add_mark", {"outline_mm": mark.outline_mm, "kind": "brown"}))
    assert [(each.id, each.kind) for each in again.marks] == [("C02", "brown")]
    assert again.marks[0].contrast.erythema.value == pytest.approx(mark.contrast.erythema.value, abs=0.3)
    assert rows(again, mark.id)["present"].mark == mark
    none = result(("delete", {"target": mark.id}))
    assert none.marks == ()
    assert none.findings.marks.red.value == 0
    assert "marks" not in none.not_assessed


def test_a_mark_leaves_a_scar_that_is_gone() -> None:
    assessment, relief = photographs()
    inside = assessment.marks[0].model_copy(update={"in_scar": "S02", "notes": (note_in_scar("S02"),)})
    given_ = assessment.model_copy(update={"marks": (inside,)})
    after = replay(given_, relief, log(("delete", {"target": "S02"})), case())
    assert after.marks is not None
    assert after.marks[0].in_scar is None
    assert not after.marks[0].notes


def test_answers_change_the_case() -> None:
    after = result(
        ("answer", {"key": "person.skin_type", "value": 6}), ("answer", {"key": "person.age", "value": None})
    )
    assert after.findings.case.person.skin_type == 6
    assert after.findings.case.person.age is None
    assert rows(after, "person.skin_type")["answer"].measured == case().person.skin_type
    dated = result(("answer", {"key": "preferences.event_date", "value": "2027-06-30"}))
    assert dated.findings.case.preferences.event_date == date(2027, 6, 30)
    listed = result(("answer", {"key": "preferences.avoid", "value": ["tca_cross"]}))
    assert listed.findings.case.preferences.avoid == ("tca_cross",)


def test_an_answer_without_a_case_makes_one() -> None:
    assessment, relief = heights()
    bare = assessment.model_copy(update={"plan": None})
    after = corrected(bare, relief, log(("answer", {"key": "person.skin_type", "value": 2})), None)
    assert after.plan is not None
    unknown = corrected(bare, relief, log(("answer", {"key": "person.skin_type", "value": None})), None)
    assert unknown.plan is None


def test_heights_have_no_marks_to_add() -> None:
    assessment, relief = heights()
    with pytest.raises(CorrectionError, match="no colour"):
        corrected(assessment, relief, log(("add_mark", {"outline_mm": ring(8.0, 8.0, 1.0)})), case())
    after = corrected(assessment, relief, log(("delete", {"target": "S01"})), case())
    assert "marks" in after.not_assessed


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (("set_kind", {"scar": "S09", "kind": "rolling"}), r"event 1 \(set_kind\) is about 'S09'.*Allowed: S01, S02"),
        (("set_kind", {"scar": "M01", "kind": "rolling"}), r"no such scar"),
        (("delete", {"target": "D01"}), r"no such scar or mark"),
        (("set_kind", {"scar": "S03", "kind": "boxcar"}), r"makes S03 boxcar, but it lies 0\.\d\d mm above.*raised"),
        (("set_kind", {"scar": "S01", "kind": "raised"}), r"makes S01 raised, but it lies 0\.\d\d mm below"),
        (("add_scar", {"outline_mm": ((1.0, 1.0), (2.0, 2.0))}), r"C01: the outline has 2 different corners"),
        (
            ("answer", {"key": "person.skintype", "value": 2}),
            r"answers 'person\.skintype'.*did you mean person\.skin_type",
        ),
        (
            ("answer", {"key": "person.skin_type", "value": 9}),
            r"person\.skin_type = 9.*Allowed: a whole number from 1 to 6",
        ),
        (("answer", {"key": "person.age", "value": "old"}), r'person\.age = "old"'),
    ],
)
def test_what_does_not_fit_is_refused(step: Step, message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        result(step)


def test_answers_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(CorrectionError, match=r"events 1, 2 do not fit.*contradict"):
        result(
            ("answer", {"key": "person.sex", "value": "male"}), ("answer", {"key": "person.pregnant", "value": True})
        )


def test_a_corrected_result_is_not_corrected_again() -> None:
    _, relief = photographs()
    after = result(("delete", {"target": "S01"}))
    with pytest.raises(ValueError, match="corrected already"):
        corrected(after, relief, log(("delete", {"target": "S02"})), case())


def test_results_come_back_from_their_file() -> None:
    line = ring(scar(photographs()[0], "S04").x_mm, scar(photographs()[0], "S04").y_mm, 0.9)
    after = result(
        ("set_kind", {"scar": "S02", "kind": "boxcar"}),
        ("set_outline", {"scar": "S04", "outline_mm": line}),
        ("delete", {"target": "S01"}),
        ("delete", {"target": "M01"}),
        ("answer", {"key": "preferences.avoid", "value": ["tca_cross"]}),
        ("answer", {"key": "person.smoker", "value": True}),
        ("answer", {"key": "scars.raised_area_cm2", "value": 1.5}),
    )
    text = after.model_dump_json(by_alias=True)
    assert Assessment.model_validate_json(text).corrections == after.corrections
    assert Assessment.model_validate_json(text).model_dump_json(by_alias=True) == text


def steps_() -> dict[str, Step]:
    """Events about different things, by what they are about."""
    found = {each.id: each for each in photographs()[0].scars}
    wide = ring(found["S04"].x_mm, found["S04"].y_mm, 0.9)
    small = ring(found["S02"].x_mm, found["S02"].y_mm, 2.8)
    return {
        "kind": ("set_kind", {"scar": "S05", "kind": "icepick"}),
        "line": ("set_outline", {"scar": "S04", "outline_mm": wide}),
        "other line": ("set_outline", {"scar": "S02", "outline_mm": small}),
        "gone": ("delete", {"target": "S01"}),
        "mark": ("set_mark_kind", {"mark": "M01", "kind": "brown"}),
        "answer": ("answer", {"key": "person.age", "value": 31}),
        "added": ("add_scar", {"outline_mm": ring(found["S01"].x_mm, found["S01"].y_mm, 1.5)}),
    }


def bytes_of(events: tuple[Event, ...]) -> str:
    assessment, relief = photographs()
    return corrected(assessment, relief, events, case()).model_dump_json()


@settings(max_examples=8)
@given(st.data())
def test_everything_can_be_taken_back_and_put_back(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(steps_())), min_size=1, max_size=5, unique=True))
    events = log(*(steps_()[name] for name in names))
    count = len(events)
    back = data.draw(st.integers(1, count))
    undone = (*events, *(event("undo", count + k) for k in range(1, back + 1)))
    assert bytes_of(undone) == bytes_of(events[: count - back])
    redone = (*undone, *(event("redo", len(undone) + k) for k in range(1, back + 1)))
    assert bytes_of(redone) == bytes_of(events)
    file = as_json(log_of(photographs()[0], redone))
    again = parse_corrections(file.decode("utf-8"))
    assert as_json(again) == file
    assert bytes_of(again.events) == bytes_of(events)


def nameless(events: tuple[Event, ...]) -> list[str]:
    """The scars in the end, without the names that events gave them."""
    assessment, relief = photographs()
    found = replay(assessment, relief, events, case())
    return sorted(each.model_copy(update={"id": each.id[:1]}).model_dump_json() for each in found.scars)


@settings(max_examples=15)
@given(st.permutations(sorted(steps_())))
def test_the_order_of_events_about_different_things_does_not_matter(names: list[str]) -> None:
    assert nameless(log(*(steps_()[name] for name in names))) == nameless(log(*steps_().values()))
