"""A stored result as it stands now: what was measured, with every correction in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cicatrix.corrections import active, log_of
from cicatrix.errors import CorrectionError
from cicatrix.io.relief_archive import RELIEF_FILE, unpack
from cicatrix.model import Assessment, Case
from cicatrix.model.correction import CorrectionFile, Event
from cicatrix.model.practice import Edit, StoredResult
from cicatrix.pipeline.assess import corrected
from cicatrix.practice import cases, edits, results
from cicatrix.practice.session import UnitOfWork
from cicatrix.web.cache import RecentCache

__all__ = [
    "corrected_assessment",
    "correction_file",
    "event_of",
    "events_of",
    "in_force",
    "measured_assessment",
    "try_event",
]

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_kept: RecentCache[Assessment] = RecentCache(16)


def measured_assessment(unit: UnitOfWork, result_id: str) -> Assessment:
    """A result as it was measured.

    Raises
    ------
    NotFoundError
        There is no such result.
    """
    return _remembered(unit, result_id, ())


def corrected_assessment(unit: UnitOfWork, result_id: str) -> Assessment:
    """A result with every correction in force.

    After a correction ``outlook.simulation`` is empty: the stored pictures show the surface as it was measured.
    The job ``correct`` simulates it again.

    Raises
    ------
    NotFoundError
        There is no such result, or its relief was not kept.
    CorrectionError
        The corrections do not fit the result.
    """
    return _remembered(unit, result_id, events_of(unit, result_id))


def in_force(unit: UnitOfWork, result_id: str) -> bytes:
    """The content of the corrections in force: with the result's identifier it says what the result is now."""
    return _written(events_of(unit, result_id))


def events_of(unit: UnitOfWork, result_id: str) -> tuple[Event, ...]:
    """The log of a result's corrections, oldest first."""
    return tuple(_event(edit) for edit in edits.events(unit, result_id))


def correction_file(unit: UnitOfWork, result_id: str) -> CorrectionFile:
    """The log as a file that ``cicatrix correct`` takes."""
    return log_of(measured_assessment(unit, result_id), events_of(unit, result_id))


def event_of(values: Mapping[str, Any], number: int, unit: UnitOfWork) -> Event:
    """An event that whoever works does now.

    Raises
    ------
    CorrectionError
        The values are no event; names the field.
    """
    stamped = {key: value for key, value in values.items() if key not in {"number", "actor", "at"}}
    try:
        return _EVENT.validate_python({**stamped, "number": number, "actor": unit.actor, "at": unit.now})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        field = "".join(f", {part}" if not at else f".{part}" for at, part in enumerate(problem["loc"][1:]))
        raise CorrectionError(
            f"event {number}{field}: {str(problem['msg']).removeprefix('Value error, ')}",
            allowed="an event of a file of corrections",
            fix="see the example of cicatrix correct in the README",
        ) from error


def try_event(unit: UnitOfWork, result_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Try one event more on a result; nothing is stored.

    Returns
    -------
    dict
        The event as it is to be stored, without its number, actor and time, which the record gives.

    Raises
    ------
    NotFoundError
        There is no such result.
    CorrectionError
        The event is none, or does not fit the result.
    """
    log = events_of(unit, result_id)
    event = event_of(values, len(log) + 1, unit)
    _remembered(unit, result_id, (*log, event))
    return event.model_dump(mode="json", exclude={"number", "actor", "at"})


def _remembered(unit: UnitOfWork, result_id: str, log: tuple[Event, ...]) -> Assessment:
    stored = results.get(unit, result_id)  # what is erased is not to be had from memory either
    state = _written(log)
    return _kept.get((result_id, state), lambda: _replayed(unit, stored, log) if state else _stored(unit, result_id))


def _written(log: tuple[Event, ...]) -> bytes:
    return b"".join(_EVENT.dump_json(event) for event in active(log))


def _stored(unit: UnitOfWork, result_id: str) -> Assessment:
    return Assessment.model_validate_json(results.path(unit, result_id, "assessment.json").read_bytes())


def _replayed(unit: UnitOfWork, stored: StoredResult, events: tuple[Event, ...]) -> Assessment:
    measured = measured_assessment(unit, stored.id)
    if measured.corrections:
        raise CorrectionError(
            "this result was corrected before it was stored", fix="correct the result that it was made from"
        )
    relief = unpack(results.path(unit, stored.id, RELIEF_FILE))
    return corrected(measured, relief, events, _case(unit, stored.case_id), today=stored.start)


def _case(unit: UnitOfWork, case_id: str | None) -> Case | None:
    return None if case_id is None else cases.get(unit, case_id).case


def _event(edit: Edit) -> Event:
    return _EVENT.validate_python({**edit.event, "number": edit.number, "actor": edit.actor, "at": edit.made_at})
