"""The rows of an archive: which belong to a person, and the rules that rows from outside have to meet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, Date, DateTime, Integer, String, TypeDecorator, select

from cicatrix.errors import CaptureError, RecordError
from cicatrix.io.file_names import check_names, clean_name
from cicatrix.model.case import Case
from cicatrix.model.correction import Event
from cicatrix.practice.archive_container import Rows
from cicatrix.practice.characters import REFUSED, check_visible
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import (
    Base,
    CaptureRow,
    CaseRow,
    ComparisonRow,
    CorrectionRow,
    FileRow,
    FileUseRow,
    PersonRow,
    RepeatabilityRow,
    ResultRow,
    SiteRow,
    VisitRow,
)

__all__ = ["OWNERS", "TABLES", "check_rows", "from_json", "rows_of", "rows_of_table"]

TABLES: Final[tuple[type[Base], ...]] = (
    PersonRow,
    SiteRow,
    VisitRow,
    CaptureRow,
    CaseRow,
    ResultRow,
    ComparisonRow,
    CorrectionRow,
    RepeatabilityRow,
    FileRow,
    FileUseRow,
)
"""In an order in which rows can be added: each after those that it refers to."""

OWNERS: Final = ("capture", "result", "comparison")
"""Tables whose rows have files."""

_PIECE: Final = 500
"""Databases limit how many values one statement may hold."""
_ID: Final = re.compile(r"[0-9a-f]{32}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WORD: Final = re.compile(r"[a-z][a-z0-9_-]*")
_VERSION: Final = re.compile(r"[0-9A-Za-z.+!-]{1,40}")
_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Event)
_YEARS: Final = range(1990, 2200)


def rows_of(unit: UnitOfWork, people: Iterable[str]) -> Rows:
    """Every row of these people, ordered by their keys, as JSON values."""
    found: dict[type[Base], list[Any]] = {}

    def of(table: type[Base], column: Any, keys: Iterable[str]) -> list[str]:
        ordered = sorted(set(keys))
        pieces = [ordered[k : k + _PIECE] for k in range(0, len(ordered), _PIECE)]
        found[table] = [row for piece in pieces for row in unit.session.scalars(select(table).where(column.in_(piece)))]
        return [row.id for row in found[table]] if hasattr(table, "id") else []

    people = list(people)
    of(PersonRow, PersonRow.id, people)
    of(SiteRow, SiteRow.person_id, people)
    visits = of(VisitRow, VisitRow.person_id, people)
    captures = of(CaptureRow, CaptureRow.visit_id, visits)
    of(CaseRow, CaseRow.visit_id, visits)
    results = of(ResultRow, ResultRow.capture_id, captures)
    comparisons = of(ComparisonRow, ComparisonRow.person_id, people)
    of(CorrectionRow, CorrectionRow.result_id, results)
    of(FileUseRow, FileUseRow.owner_id, [*captures, *results, *comparisons])
    of(FileRow, FileRow.sha256, {row.sha256 for row in found[FileUseRow]})
    return {table.__tablename__: _as_json(table, rows) for table, rows in found.items()}


def rows_of_table(unit: UnitOfWork, table: type[Base]) -> list[dict[str, Any]]:
    """Every row of a table, ordered by its key, as JSON values."""
    return _as_json(table, unit.session.scalars(select(table)))


def from_json(column: Any, value: Any) -> Any:
    """The value of a column (of SQLAlchemy) that was written as JSON.

    Raises
    ------
    ValueError
        The value is not one that the column can hold.
    """
    if value is None:
        if not column.nullable:
            raise ValueError(_not(column, value, "a value"))
        return None
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    for sql, read in _READERS:
        if isinstance(kind, sql):
            return read(column, value)
    raise ValueError(_not(column, value, "a known type"))


def check_rows(rows: Rows, files: Mapping[str, int], *, today: date) -> None:
    """Refuse rows that this program would not have written.

    Parameters
    ----------
    rows
        Rows with the columns of today's tables, of the right types, that refer to each other (see ``archive_scratch``).
    files
        SHA-256 to length of the archive's files.
    today
        No visit is later than a day after it.

    Raises
    ------
    ValueError
        Says which row, and what is wrong with it.
    """
    for table, check in _CHECKS.items():
        for row in rows.get(table, ()):
            try:
                check(row)
            except (ValidationError, RecordError, CaptureError) as error:
                msg = f"{table} {str(row.get('id', ''))[:40]!r}: {_first_line(error)}"
                raise ValueError(msg) from error
    if any(date.fromisoformat(row["day"]).toordinal() > today.toordinal() + 1 for row in rows.get("visit", ())):
        raise ValueError("a visit lies in the future")
    if {row["sha256"]: row["bytes"] for row in rows.get("file", ())} != dict(files):
        raise ValueError("the rows name other files than the archive holds")
    _check_owners(rows)
    _check_relations(rows)


def _check_owners(rows: Rows) -> None:
    owners = {row["id"] for table in OWNERS for row in rows.get(table, ())}
    ids = [row["id"] for table in rows.values() for row in table if "id" in row]
    if len(set(ids)) != len(ids):
        raise ValueError("two rows have the same identifier")
    names: dict[str, list[str]] = {}
    for row in rows.get("holding", ()):
        if row["owner_id"] not in owners:
            raise ValueError(f"the file {row['name'][:80]!r} belongs to nothing in the archive")
        names.setdefault(row["owner_id"], []).append(row["name"])
    used = {row["sha256"] for row in rows.get("holding", ())}
    if used != {row["sha256"] for row in rows.get("file", ())}:
        raise ValueError("a file belongs to nothing in the archive")
    for owned in names.values():
        try:
            check_names(owned)
        except CaptureError as error:
            raise ValueError(error.what) from error


def _check_relations(rows: Rows) -> None:
    """Refuse what mixes two people: foreign keys alone would let it pass."""
    visits = {row["id"]: row["person_id"] for row in rows.get("visit", ())}
    sites = {row["id"]: row["person_id"] for row in rows.get("site", ())}
    captures = {row["id"]: visits[row["visit_id"]] for row in rows.get("capture", ())}
    cases = {row["id"]: visits[row["visit_id"]] for row in rows.get("stated_case", ())}
    results = {row["id"]: captures[row["capture_id"]] for row in rows.get("result", ())}
    mixed = (
        any(sites[row["site_id"]] != captures[row["id"]] for row in rows.get("capture", ()))
        or any(row["case_id"] is not None and cases[row["case_id"]] != results[row["id"]] for row in rows["result"])
        or any(
            {results[row["before_id"]], results[row["after_id"]]} != {row["person_id"]}
            for row in rows.get("comparison", ())
        )
    )
    if mixed:
        raise ValueError("a row belongs to two people")


def _as_json(table: type[Base], rows: Iterable[Any]) -> list[dict[str, Any]]:
    keys = [column.name for column in table.__table__.primary_key]
    columns = [column.name for column in table.__table__.columns]
    written = [{name: _json_value(getattr(row, name)) for name in columns} for row in rows]
    return sorted(written, key=lambda row: tuple(row[key] for key in keys))


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _not(column: Any, value: Any, allowed: str) -> str:
    shown = repr(value)
    return f"{column.table.name}.{column.name} is {shown if len(shown) <= 60 else shown[:57] + '...'}, not {allowed}"


def _text(column: Any, value: Any) -> str:
    longest = getattr(column.type, "length", None)
    if not isinstance(value, str) or REFUSED.search(value) or (longest is not None and len(value) > longest):
        raise ValueError(_not(column, value, f"text of at most {longest} characters"))
    return value


def _integer(column: Any, value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(_not(column, value, "a whole number from 0"))
    return value


def _object(column: Any, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(_not(column, value, "an object"))  # noqa: TRY004 - the file is wrong, not the program
    if REFUSED.search(json.dumps(value, ensure_ascii=False, allow_nan=False)):
        raise ValueError(_not(column, value, "an object of whole Unicode characters"))
    return value


def _moment(column: Any, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        if moment.astimezone(UTC).isoformat() == value and moment.year in _YEARS:
            return moment
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(_not(column, value, "a time in UTC such as 2026-11-02T10:15:00+00:00"))


def _day(column: Any, value: Any) -> date:
    try:
        day = date.fromisoformat(value)
        if day.isoformat() == value and day.year in _YEARS:
            return day
    except (TypeError, ValueError):
        pass
    raise ValueError(_not(column, value, f"a day such as 2026-11-02, from {_YEARS.start}"))


_READERS: Final[tuple[tuple[type[Any], Callable[[Any, Any], Any]], ...]] = (
    (JSON, _object),
    (DateTime, _moment),
    (Date, _day),
    (Integer, _integer),
    (String, _text),
)


def _matches(row: dict[str, Any], pattern: re.Pattern[str], *names: str) -> None:
    for name in names:
        if row[name] is not None and not pattern.fullmatch(row[name]):
            raise RecordError(f"{name} is {row[name][:80]!r}")


def _check_line(row: dict[str, Any], name: str, longest: int = 100) -> None:
    """One line of visible text, as the app takes it for a pseudonym, a site or a rig."""
    text = row[name]
    if text != text.strip() or not 0 < len(text) <= longest:
        raise RecordError(f"{name} is {text[:80]!r}", allowed=f"1 to {longest} characters without spaces around them")
    check_visible(text, name)


def _check_person(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id")
    _check_line(row, "pseudonym")


def _check_site(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id", "person_id")
    _check_line(row, "name")


def _check_capture(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id", "visit_id", "site_id")
    _matches(row, _WORD, "kind")


def _check_case(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id", "visit_id")
    if row["number"] < 1:
        raise RecordError("number is 0")
    Case.model_validate_json(json.dumps(row["case"]))


def _check_result(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id", "capture_id", "case_id")
    _matches(row, _VERSION, "cicatrix")


def _check_event(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id", "result_id")
    stamped = {**row["event"], "number": row["number"], "actor": row["actor"], "at": row["made_at"]}
    _EVENT.validate_json(json.dumps(stamped))


def _check_rig(row: dict[str, Any]) -> None:
    _matches(row, _ID, "id")
    _check_line(row, "rig")


def _check_use(row: dict[str, Any]) -> None:
    _matches(row, _ID, "owner_id")
    _matches(row, _SHA256, "sha256")
    if clean_name(row["name"]) != row["name"]:
        raise RecordError(f"the file name {row['name'][:80]!r} is that of a hidden file")


_CHECKS: Final[dict[str, Callable[[dict[str, Any]], None]]] = {
    "person": _check_person,
    "site": _check_site,
    "visit": lambda row: _matches(row, _ID, "id", "person_id"),
    "capture": _check_capture,
    "stated_case": _check_case,
    "result": _check_result,
    "comparison": lambda row: _matches(row, _ID, "id", "person_id", "before_id", "after_id"),
    "edit": _check_event,
    "repeatability": _check_rig,
    "file": lambda row: _matches(row, _SHA256, "sha256"),
    "holding": _check_use,
}


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
    return getattr(error, "what", str(error))
