"""Logs of corrections as files: JSON, the same bytes for the same log."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from cicatrix.errors import CorrectionError
from cicatrix.io.read import read_bytes
from cicatrix.model import Assessment, Mark, Scar
from cicatrix.model.correction import CorrectionFile, Event, Place

__all__ = ["EXAMPLE", "as_json", "check_fit", "fingerprint", "log_of", "parse_corrections", "read_corrections"]

LARGEST_BYTES: Final = 64 * 2**20
"""Thousands of outlines of a thousand corners."""

MOST_TOLD: Final = 5

SAME_PLACE_MM: Final = 0.05
"""A pixel or two: far more than last digits, far less than the distance of two scars."""

EXAMPLE: Final = (
    '{"events": [{"event": "set_kind", "scar": "S03", "kind": "boxcar", "actor": "anna", '
    '"at": "2026-11-02T10:15:00Z"}]}'
)


def fingerprint(assessment: Assessment) -> str:
    """SHA-256 of the scars and marks of a result as they were measured: ids of events mean these only.

    What was stated, the day, versions and names of files have no part in it.
    """
    digest = hashlib.sha256()
    for one in (*assessment.scars, *assessment.marks):
        digest.update(one.model_dump_json().encode("utf-8") + b"\n")
    return digest.hexdigest()


def log_of(assessment: Assessment, events: Sequence[Event] = ()) -> CorrectionFile:
    """A log for a measured result."""
    return CorrectionFile(measured=fingerprint(assessment), places=_places(assessment), events=tuple(events))


def as_json(file: CorrectionFile) -> bytes:
    """A log as the bytes of its file: UTF-8, one value a line."""
    return (file.model_dump_json(indent=1, by_alias=True) + "\n").encode("utf-8")


def read_corrections(path: Path) -> CorrectionFile:
    """Read a file of corrections.

    Parameters
    ----------
    path
        JSON with ``events``, as ``as_json`` writes it. Where a person writes it, ``schema``, ``measured`` and the
        numbers of the events may be left out; events are then numbered in their order.

    Raises
    ------
    CorrectionError
        The file cannot be read, or an event in it is none; the problem names the event and its field.
    """
    data = read_bytes(path, error=CorrectionError, limit=LARGEST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorrectionError(
            f"byte 0x{data[error.start]:02x} is not UTF-8 text", path=path, fix="save the file as UTF-8"
        ) from error
    return parse_corrections(text, path)


def parse_corrections(text: str, path: Path | None = None) -> CorrectionFile:
    """Turn the text of a file of corrections into a log; ``path`` is named in errors.

    Raises
    ------
    CorrectionError
        As ``read_corrections``.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise CorrectionError(
            f"this is not valid JSON: {what}", path=path, line=line, fix=f"write it as in {EXAMPLE}"
        ) from error
    if not isinstance(values, dict) or not isinstance(values.get("events", []), list):
        raise CorrectionError("there is no list of events", path=path, allowed="an object with events", fix=EXAMPLE)
    numbered = [
        {"number": place, **event} if isinstance(event, dict) else event
        for place, event in enumerate(values.get("events", []), 1)
    ]
    try:
        return CorrectionFile.model_validate_json(json.dumps({**values, "events": numbered}))
    except ValidationError as error:
        raise _refused(error, path) from error


def check_fit(file: CorrectionFile, assessment: Assessment, path: Path | None = None) -> None:
    """Refuse a log that was made for other scars and marks; one without a fingerprint is taken as it is.

    Another processor measures the same photographs with other last digits, and so with another fingerprint. The log
    still fits if every scar and mark has the same id at the same place, within ``SAME_PLACE_MM``.

    Raises
    ------
    CorrectionError
        The fingerprints differ, and so do the places.
    """
    found = fingerprint(assessment)
    if file.measured not in {None, found} and not _same_places(file.places, _places(assessment)):
        raise CorrectionError(
            f"the corrections are for scars and marks with the fingerprint {str(file.measured)[:12]}…, but here it is "
            f"{found[:12]}…: another capture, or another version of Cicatrix measured it",
            path=path,
            fix="take the right capture; or check every id against the new report, then take out measured",
        )


def _places(assessment: Assessment) -> tuple[Place, ...]:
    found: list[Scar | Mark] = [*assessment.scars, *assessment.marks]
    return tuple(Place(id=one.id, x_mm=round(one.x_mm, 2), y_mm=round(one.y_mm, 2)) for one in found)


def _same_places(stated: Sequence[Place], found: Sequence[Place]) -> bool:
    there = {place.id: place for place in found}
    return (
        len(stated) == len(found) > 0
        and {place.id for place in stated} == set(there)
        and all(
            math.hypot(place.x_mm - there[place.id].x_mm, place.y_mm - there[place.id].y_mm) <= SAME_PLACE_MM
            for place in stated
        )
    )


def _refused(error: ValidationError, path: Path | None) -> CorrectionError:
    problems = error.errors(include_url=False, include_context=False)
    told = [_told(problem) for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        told.append(f"and {len(problems) - MOST_TOLD} more problems")
    return CorrectionError("; ".join(told), path=path, fix=f"write it as in {EXAMPLE}")


def _told(problem: Any) -> str:
    """One problem: which event, which field, what was given, and what is wrong with it."""
    loc = list(problem["loc"])
    where = ""
    if len(loc) > 1 and loc[0] == "events" and isinstance(loc[1], int):
        where = f"event {loc[1] + 1}"
        loc = loc[3:] if len(loc) > 2 else []  # the name of the event stands between
    name = ".".join(str(part) for part in loc)
    given = json.dumps(problem["input"], default=str, ensure_ascii=False)
    given = given if len(given) <= 80 else given[:77] + "..."
    place = ", ".join(part for part in (where, name) if part) or "the file"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{place} = {given}: {message}"
