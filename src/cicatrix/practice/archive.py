"""One archive of a person or of a practice: rows as JSON, files by their hash, each with its checksum."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Date, select

from cicatrix.errors import OutputError, RecordError
from cicatrix.model.quantity import Record
from cicatrix.practice import log
from cicatrix.practice.lookup import row_of
from cicatrix.practice.migrate import head
from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import (
    Base,
    CaptureRow,
    CaseRow,
    ComparisonRow,
    CorrectionRow,
    FileRow,
    FileUseRow,
    Moment,
    PersonRow,
    RepeatabilityRow,
    ResultRow,
    SiteRow,
    VisitRow,
)

__all__ = ["Imported", "export_person", "export_practice", "import_archive"]

FORMAT: Final = "cicatrix/archive/1"
MANIFEST: Final = "manifest.json"
ROWS: Final = "rows.json"
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
MOST_ROWS_BYTES: Final = 1 << 30
MOST_FILE_BYTES: Final = 1 << 32
CHUNK: Final = 1 << 20

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
"""In the order in which rows can be added: each after those that it names."""


class Imported(Record):
    """What an import brought."""

    people: tuple[str, ...]
    """Pseudonyms of those who are new."""
    already: tuple[str, ...]
    """Pseudonyms of those who were here, just the same."""
    files: int


def export_person(practice: Practice, actor: str, person_id: str, path: Path, *, replace: bool = False) -> None:
    """Write everything that is kept of a person to one archive; the same content gives the same bytes.

    Raises
    ------
    NotFoundError
        There is no such person.
    RecordError
        A stored file is missing or damaged.
    OutputError
        The archive cannot be written.
    """
    with practice.unit_of_work(actor) as unit:
        row_of(unit, PersonRow, person_id, "person")
        rows = _rows(unit, [person_id])
        log.add(unit, "person.export", person_id, person_id=person_id)
        _write(unit, rows, path, replace=replace)


def export_practice(practice: Practice, actor: str, path: Path, *, replace: bool = False) -> None:
    """Write everybody, and what is known of the rigs, to one archive; accounts, jobs and log stay."""
    with practice.unit_of_work(actor) as unit:
        rows = _rows(unit, list(unit.session.scalars(select(PersonRow.id))))
        rows["repeatability"] = _all(unit, RepeatabilityRow, unit.session.scalars(select(RepeatabilityRow)))
        log.add(unit, "practice.export")
        _write(unit, rows, path, replace=replace)


def import_archive(practice: Practice, actor: str, path: Path) -> Imported:
    """Take over an archive: all of it, or nothing.

    Whoever is here already, just as in the archive, stays as they are.

    Raises
    ------
    RecordError
        The file is no archive, is damaged, was made by a later version, or holds somebody who is here already and
        differs.
    """
    try:
        with zipfile.ZipFile(path) as archive, practice.unit_of_work(actor) as unit:
            rows = _checked(archive, path)
            return _take(unit, archive, rows, path)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise RecordError(
            f"this is no archive that can be read ({error})", path=path, fix="export it again and copy it once more"
        ) from error


Rows = dict[str, list[dict[str, Any]]]


def _rows(unit: UnitOfWork, people: list[str]) -> Rows:
    """Every row of these people, ordered, as JSON."""
    session = unit.session
    found: dict[type[Base], list[Any]] = {}

    def of(table: type[Base], column: Any, keys: Iterable[str]) -> list[str]:
        wanted = set(keys)
        # In pieces: databases limit how many values a statement may hold.
        ordered = sorted(wanted)
        pieces = [ordered[k : k + 500] for k in range(0, len(ordered), 500)]
        found[table] = [row for piece in pieces for row in session.scalars(select(table).where(column.in_(piece)))]
        return [row.id for row in found[table]] if hasattr(table, "id") else []

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
    return {table.__tablename__: _all(unit, table, rows) for table, rows in found.items()}


def _all(unit: UnitOfWork, table: type[Base], rows: Iterable[Any]) -> list[dict[str, Any]]:
    del unit
    keys = [column.name for column in table.__table__.primary_key]
    told = [{column.name: _told(getattr(row, column.name)) for column in table.__table__.columns} for row in rows]
    return sorted(told, key=lambda row: tuple(row[key] for key in keys))


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _write(unit: UnitOfWork, rows: Rows, path: Path, *, replace: bool) -> None:
    """Write the archive beside its place first."""
    if not path.parent.is_dir() or path.is_dir() or (path.exists() and not replace):
        raise OutputError(
            "the archive cannot be written here", path=path, allowed="the name of a new file in a folder that exists"
        )
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, indent=1).encode()
    members = {ROWS: {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}}
    members |= {f"files/{row['sha256']}": {"sha256": row["sha256"], "bytes": row["bytes"]} for row in rows["file"]}
    manifest = {"format": FORMAT, "revision": head(), "members": members}
    with TemporaryDirectory(prefix=".cicatrix-", dir=path.parent) as lent:
        beside = Path(lent) / "archive.zip"
        with zipfile.ZipFile(beside, "w", allowZip64=True) as archive:
            _add(archive, MANIFEST, json.dumps(manifest, sort_keys=True, indent=1).encode())
            _add(archive, ROWS, text)
            for row in rows["file"]:
                _add_file(unit, archive, row["sha256"])
        beside.replace(path)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), data)


def _add_file(unit: UnitOfWork, archive: zipfile.ZipFile, sha256: str) -> None:
    """Copy a stored file and look at its content on the way."""
    digest = hashlib.sha256()
    try:
        # Photographs are packed already.
        with (
            unit.files.path(sha256).open("rb") as source,
            archive.open(_entry(f"files/{sha256}", zipfile.ZIP_STORED), "w", force_zip64=True) as out,
        ):
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
    except FileNotFoundError as error:
        raise RecordError("a stored file is missing", path=unit.files.path(sha256), fix=REPAIR) from error
    if digest.hexdigest() != sha256:
        raise RecordError("a stored file is damaged", path=unit.files.path(sha256), fix=REPAIR)


REPAIR: Final = "see what else is wrong with `cicatrix record check`, and restore the folder from a backup"


def _entry(name: str, how: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = how
    entry.external_attr = 0o600 << 16
    return entry


def _checked(archive: zipfile.ZipFile, path: Path) -> Rows:
    """Rows of an archive whose every member is listed, of the stated length, and of the stated content."""
    manifest = _json(archive, MANIFEST, path)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise RecordError(f"this is no archive of the format {FORMAT}", path=path, fix="export it with this version")
    if manifest.get("revision") != head():
        raise RecordError(
            f"the archive has the revision {manifest.get('revision')!r}",
            path=path,
            allowed=repr(head()),
            fix="export and import with the same version of Cicatrix",
        )
    members: Mapping[str, Any] = manifest.get("members", {})
    names = archive.namelist()
    if len(set(names)) != len(names) or set(names) != {MANIFEST, *members}:
        raise RecordError("the archive does not hold what its list says", path=path, fix="copy it once more")
    for name, stated in members.items():
        if name != ROWS and name != f"files/{stated.get('sha256')}":
            raise RecordError(f"the archive lists {name!r}", path=path, allowed=f"{ROWS} and files by their hash")
        _check_member(archive, name, stated, path)
    rows = _json(archive, ROWS, path)
    known = {table.__tablename__ for table in TABLES}
    if not isinstance(rows, dict) or not set(rows) <= known:
        raise RecordError("the archive holds tables that are not known", path=path, allowed=", ".join(sorted(known)))
    return rows


def _check_member(archive: zipfile.ZipFile, name: str, stated: Mapping[str, Any], path: Path) -> None:
    info = archive.getinfo(name)
    if info.file_size != stated.get("bytes") or info.file_size > MOST_FILE_BYTES:
        raise RecordError(f"{name} has {info.file_size} bytes", path=path, allowed=f"{stated.get('bytes')} bytes")
    digest = hashlib.sha256()
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != stated.get("sha256"):
        raise RecordError(f"{name} is damaged: its checksum differs", path=path, fix="copy the archive once more")


def _json(archive: zipfile.ZipFile, name: str, path: Path) -> Any:
    try:
        if archive.getinfo(name).file_size > MOST_ROWS_BYTES:
            raise RecordError(f"{name} is larger than anything that was exported", path=path)
        return json.loads(archive.read(name))
    except (KeyError, ValueError) as error:
        raise RecordError(f"this is no archive of Cicatrix: {name} cannot be read", path=path) from error


def _take(unit: UnitOfWork, archive: zipfile.ZipFile, rows: Rows, path: Path) -> Imported:
    known = [row for row in rows.get("person", ()) if unit.session.get(PersonRow, row.get("id")) is not None]
    same = _rows(unit, [row["id"] for row in known])
    already = {row["id"] for row in known}
    new = _without(rows, same, path)
    for row in new.get("file", ()):
        if unit.files.check(row["sha256"]) is not None:
            unit.files.remove(row["sha256"])
            unit.files.put_bytes(archive.read(f"files/{row['sha256']}"), row["sha256"])
    try:
        _insert(unit, new)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise RecordError(f"the archive's rows do not fit ({error})", path=path) from error
    people = [row for row in rows.get("person", ()) if row["id"] not in already]
    for row in people:
        log.add(unit, "person.import", row["id"], person_id=row["id"], detail={"pseudonym": row["pseudonym"]})
    return Imported(
        people=tuple(row["pseudonym"] for row in people),
        already=tuple(row["pseudonym"] for row in known),
        files=len(new.get("file", ())),
    )


def _without(rows: Rows, same: Rows, path: Path) -> Rows:
    """What is new in an archive; whoever is here already has to be here just the same."""
    here = {name: {json.dumps(row, sort_keys=True) for row in kept} for name, kept in same.items()}
    people = {row["id"] for row in same.get("person", ())}
    new: Rows = {}
    for name, told in rows.items():
        new[name] = [row for row in told if json.dumps(row, sort_keys=True) not in here.get(name, set())]
    changed = [row for row in new.get("person", ()) if row["id"] in people]
    missing = sum(len(kept) for kept in here.values()) - sum(
        len(rows.get(name, [])) - len(new.get(name, [])) for name in here
    )
    of_known = [row for name in ("visit", "site") for row in new.get(name, ()) if row.get("person_id") in people]
    if changed or missing or of_known:
        raise RecordError(
            "somebody in the archive is here already and differs",
            path=path,
            fix="erase the person here first if the archive is the one to keep",
        )
    return new


def _insert(unit: UnitOfWork, rows: Rows) -> None:
    for table in TABLES:
        columns = {column.name: column.type for column in table.__table__.columns}
        for row in rows.get(table.__tablename__, ()):
            if set(row) != set(columns):
                msg = f"{table.__tablename__} has the columns {sorted(row)}"
                raise ValueError(msg)
            if table is FileRow and unit.session.get(FileRow, row["sha256"]) is not None:
                continue
            if table is PersonRow and _taken(unit, row["pseudonym"]):
                raise RecordError(
                    f"somebody else is called {row['pseudonym']!r} here",
                    fix="change that pseudonym, then import again",
                )
            unit.session.add(table(**{name: _value(kind, row[name]) for name, kind in columns.items()}))
        unit.session.flush()


def _taken(unit: UnitOfWork, pseudonym: str) -> bool:
    return unit.session.scalar(select(PersonRow.id).where(PersonRow.pseudonym == pseudonym)) is not None


def _value(kind: Any, told: Any) -> Any:
    if told is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(told)
    return date.fromisoformat(told) if isinstance(kind, Date) else told
