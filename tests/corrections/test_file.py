"""Files of corrections: written the same way always, read with errors that name the event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cicatrix.corrections import as_json, check_fit, fingerprint, log_of, parse_corrections, read_corrections
from cicatrix.corrections.file import EXAMPLE
from cicatrix.errors import CorrectionError
from cicatrix.model import Assessment
from tests.corrections.skin import heights, log, photographs, ring

WHO = {"actor": "anna", "at": "2026-11-02T11:15:00+01:00"}


def test_a_file_written_by_hand_needs_little() -> None:
    found = parse_corrections(EXAMPLE)
    assert (found.measured, found.events[0].number, found.events[0].event) == (None, 1, "set_kind")


def test_files_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = log_of(
        photographs()[0],
        log(
            ("add_scar", {"outline_mm": ring(4.0, 4.0, 1.0), "kind": None, "note": "ein Grübchen"}),
            ("answer", {"key": "person.age", "value": 31}),
            ("answer", {"key": "scars.raised_area_cm2", "value": 1.0}),
            ("answer", {"key": "person.smoker", "value": True}),
            ("answer", {"key": "preferences.avoid", "value": ("prp", "filler")}),
            ("undo", {}),
        ),
    )
    path = tmp_path / "corrections.json"
    path.write_bytes(as_json(file))
    again = read_corrections(path)
    assert again == file
    assert as_json(again) == as_json(file)
    assert [type(getattr(each, "value", None)) for each in again.events[1:4]] == [int, float, bool]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"event": "set_kind", "scar": "S01", "kind": "box"}, r'event 1, kind = "box": .*\'boxcar\''),
        ({"event": "set_kind", "scar": "S01"}, r"event 1, kind = .*Field required"),
        ({"event": "set_kind", "scar": "S01", "kind": "rolling", "depth_class": "deep"}, r"only a boxcar has a depth"),
        ({"event": "paint"}, r"event 1 = .*'paint'"),
        ({"event": "undo", "colour": "red"}, r'event 1, colour = "red": Extra inputs'),
        ({"event": "undo", "at": "2026-11-02T10:15:00"}, r"event 1, at = .*timezone"),
        ({"event": "undo", "number": 4}, r"event 1 has the number 4; events are numbered from 1"),
        ({"event": "undo", "actor": ""}, r'event 1, actor = "": '),
        ({"event": "add_scar", "outline_mm": [[1, "x"]]}, r'event 1, outline_mm\.0\.1 = "x"'),
        ({"event": "add_scar", "outline_mm": [[1, 1e999]]}, r"event 1, outline_mm\.0\.1"),
        (7, r"event 1 = 7"),
    ],
)
def test_events_that_are_none_are_refused_by_place_and_field(event: Any, message: str) -> None:
    values = {**WHO, **event} if isinstance(event, dict) else event
    with pytest.raises(CorrectionError, match=message):
        parse_corrections(json.dumps({"events": [values]}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"x\.json, line 1: this is not valid JSON"),
        ("[]", r"x\.json: there is no list of events"),
        ('{"events": 3}', r"there is no list of events"),
        ('{"schema": "cicatrix/corrections/9"}', r"schema = "),
        ('{"measured": "abc"}', r'measured = "abc"'),
    ],
)
def test_other_files_are_refused(text: str, message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        parse_corrections(text, Path("x.json"))


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "corrections.json"
    with pytest.raises(CorrectionError, match="cannot be found"):
        read_corrections(path)
    path.write_bytes(b'{"events": "\xff"}')
    with pytest.raises(CorrectionError, match="byte 0xff is not UTF-8"):
        read_corrections(path)


def test_a_log_is_for_its_own_scars_and_marks() -> None:
    one, other = photographs()[0], heights()[0]
    check_fit(log_of(one), one)
    check_fit(log_of(one).model_copy(update={"measured": None}), other)
    with pytest.raises(CorrectionError, match=r"with the fingerprint [0-9a-f]{12}…, but here it is [0-9a-f]{12}…"):
        check_fit(log_of(one), other)


def test_the_fingerprint_is_of_what_was_measured_alone() -> None:
    one = photographs()[0]
    assert fingerprint(one.model_copy(update={"plan": None, "limits": ()})) == fingerprint(one)
    assert fingerprint(one.model_copy(update={"marks": ()})) != fingerprint(one)


def _moved(by_mm: float) -> Assessment:
    """A result as another processor measures it: other last digits, or another place."""
    one = photographs()[0]
    scars = tuple(scar.model_copy(update={"x_mm": scar.x_mm + by_mm}) for scar in one.scars)
    return one.model_copy(update={"scars": scars})


def test_a_log_fits_the_same_result_of_another_processor() -> None:
    file = log_of(photographs()[0])
    other = _moved(1e-9)
    assert fingerprint(other) != file.measured
    check_fit(file, other)
    check_fit(parse_corrections(as_json(file).decode()), other)
    with pytest.raises(CorrectionError, match="with the fingerprint"):
        check_fit(file.model_copy(update={"places": ()}), other)


@pytest.mark.parametrize("change", ["elsewhere", "one less", "other ids"])
def test_a_log_fits_no_result_with_scars_elsewhere(change: str) -> None:
    file = log_of(photographs()[0])
    other = _moved(0.2 if change == "elsewhere" else 1e-9)
    if change == "one less":
        other = other.model_copy(update={"scars": other.scars[1:]})
    elif change == "other ids":
        renamed = tuple(scar.model_copy(update={"id": f"S9{n}"}) for n, scar in enumerate(other.scars))
        other = other.model_copy(update={"scars": renamed})
    with pytest.raises(CorrectionError, match="with the fingerprint"):
        check_fit(file, other)
