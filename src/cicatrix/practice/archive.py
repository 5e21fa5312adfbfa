"""Archives: a person, or a whole practice, in one zip with checksums; written, and taken over again."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from cicatrix.errors import RecordError
from cicatrix.io.write import private_file
from cicatrix.model.quantity import Record
from cicatrix.practice import log
from cicatrix.practice.archive_container import (
    FILES,
    Container,
    Rows,
    check_directory,
    read_container,
    write_container,
)
from cicatrix.practice.archive_rows import OWNERS, TABLES, check_rows, from_json, rows_of, rows_of_table
from cicatrix.practice.archive_scratch import migrated
from cicatrix.practice.digests import stored_digests
from cicatrix.practice.lookup import row_of
from cicatrix.practice.migrate import head, revisions
from cicatrix.practice.owners import people_of_rows
from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import FileRow, FileUseRow, PersonRow, RepeatabilityRow

__all__ = ["Imported", "export_person", "export_practice", "import_archive"]

_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,  # a member that asks for a password
    UnicodeError,
    OverflowError,
)
"""What Python's zip reader raises for a damaged file."""
_PIECE: Final = 500


class Imported(Record):
    """What an import added."""

    people: tuple[str, ...]
    """Pseudonyms of those who are new."""
    already: tuple[str, ...]
    """Pseudonyms of those who were here already, with the same content."""
    files: int
    """Files that came with those who are new."""


def export_person(
    practice: Practice, actor: str, person_id: str, out: Path | IO[bytes], *, replace: bool = False
) -> None:
    """Write everything that is stored of a person to one archive; the same content gives the same bytes.

    Parameters
    ----------
    practice, actor
        Whose archive, and who asks for it.
    person_id
        The person.
    out
        A new file, for its owner alone; or an open one that can be sought in.
    replace
        Whether a file that exists is replaced.

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
        rows = rows_of(unit, [person_id])
        log.add(unit, "person.export", person_id, person_id=person_id)
        _write(unit, rows, out, replace=replace)


def export_practice(practice: Practice, actor: str, path: Path, *, replace: bool = False) -> None:
    """Write every person and the repeatability of the rigs to one archive; accounts, jobs and log are not in it.

    Raises
    ------
    RecordError
        A stored file is missing or damaged.
    OutputError
        The archive cannot be written.
    """
    with practice.unit_of_work(actor) as unit:
        rows = rows_of(unit, unit.session.scalars(select(PersonRow.id)))
        rows[RepeatabilityRow.__tablename__] = rows_of_table(unit, RepeatabilityRow)
        log.add(unit, "practice.export")
        _write(unit, rows, path, replace=replace)


def import_archive(practice: Practice, actor: str, path: Path) -> Imported:
    """Add the people of an archive: all of them, or none.

    Every row, hash and name is checked before anything is written. Rows go in first, in one transaction; then the
    files, each compared with its hash; then the transaction is committed. People who are here already with the same
    content stay as they are.

    Raises
    ------
    RecordError
        The file is not an archive, is damaged, was made by a later version, holds rows that Cicatrix would not have
        written, or holds somebody who is here already and differs.
    """
    placed: list[str] = []
    try:
        with path.open("rb") as stream:
            check_directory(stream, path)
            with zipfile.ZipFile(stream) as archive:
                container = read_container(archive, path)
                with practice.unit_of_work(actor) as unit:
                    rows = _checked(unit, container, path)
                    return _add(unit, archive, rows, path, placed)
    except _DAMAGE as error:
        _take_back(practice, placed)
        raise RecordError(
            f"this is not an archive that can be read ({error})", path=path, fix="copy it again, or export it again"
        ) from error
    except SQLAlchemyError as error:
        _take_back(practice, placed)
        raise RecordError(
            f"the archive's rows contradict each other or this practice ({type(error).__name__})",
            path=path,
            fix="export them again",
        ) from error
    except BaseException:
        _take_back(practice, placed)
        raise


def _write(unit: UnitOfWork, rows: Rows, out: Path | IO[bytes], *, replace: bool) -> None:
    if isinstance(out, Path):
        with private_file(out, replace=replace) as opened:
            write_container(opened, unit.files, rows, head())
    else:
        write_container(out, unit.files, rows, head())


def _checked(unit: UnitOfWork, container: Container, path: Path) -> Rows:
    """The rows of an archive, of today's revision, each of them as this program writes it."""
    if container.revision not in revisions():
        raise RecordError(
            f"the archive has the revision {container.revision!r}, from a later version of Cicatrix",
            path=path,
            allowed=f"revisions up to {head()!r}",
            fix="import it with the newest Cicatrix",
        )
    try:
        rows = migrated(container.rows, container.revision, unit)
        check_rows(rows, container.files, today=unit.now.date())
    except (ValueError, RecursionError) as error:
        raise RecordError(
            f"the archive's rows are not valid: {error}", path=path, fix="export them again from the practice"
        ) from error
    return rows


def _add(unit: UnitOfWork, archive: zipfile.ZipFile, rows: Rows, path: Path, placed: list[str]) -> Imported:
    here = {row["id"] for row in rows["person"] if unit.session.get(PersonRow, row["id"]) is not None}
    new = _without(unit, rows, here, path)
    _check_free(unit, new, path)
    for table in TABLES:
        columns = list(table.__table__.columns)
        for row in new[table.__tablename__]:
            if table is FileRow and unit.session.get(FileRow, row["sha256"]) is not None:
                continue
            unit.session.add(table(**{column.name: from_json(column, row[column.name]) for column in columns}))
        unit.session.flush()
    _log(unit, new)
    for row in new["file"]:
        _put(unit, archive, row["sha256"], row["bytes"], placed)
    return Imported(
        people=tuple(row["pseudonym"] for row in new["person"]),
        already=tuple(row["pseudonym"] for row in rows["person"] if row["id"] in here),
        files=len(new["file"]),
    )


def _log(unit: UnitOfWork, new: Rows) -> None:
    """An entry for each person with the digests of their rows, and one for the rigs."""
    ids = {row["id"] for table in new.values() for row in table if "id" in row}
    person_of = people_of_rows(unit)
    digests: dict[str, dict[str, str]] = {}
    for _, key, sha256 in stored_digests(unit):
        if key in ids:
            digests.setdefault(person_of.get(key, ""), {})[key] = sha256
    for row in new["person"]:
        detail = {"pseudonym": row["pseudonym"], log.ROWS: digests[row["id"]]}
        log.add(unit, "person.import", row["id"], person_id=row["id"], detail=detail)
    if "" in digests:
        log.add(unit, "repeatability.import", detail={log.ROWS: digests[""]})


def _without(unit: UnitOfWork, rows: Rows, here: set[str], path: Path) -> Rows:
    """The rows of those who are not here yet; the rows of those who are have to be the same here and there."""
    known = rows_of(unit, here)
    theirs = _those_of(rows, here)
    if any(known[name] != theirs[name] for name in theirs):
        raise RecordError(
            "somebody in the archive is here already and differs",
            path=path,
            fix="erase the person here first if the archive is the one to keep",
        )
    same = {id(row) for table in theirs.values() for row in table}
    new = {name: [row for row in table if id(row) not in same] for name, table in rows.items()}
    rigs = {row["id"]: row for row in rows_of_table(unit, RepeatabilityRow)}
    new["repeatability"] = [row for row in rows["repeatability"] if row["id"] not in rigs]
    if any(rigs.get(row["id"], row) != row for row in rows["repeatability"]):
        raise RecordError("a test of a rig in the archive is here already and differs", path=path)
    used = {row["sha256"] for row in new["holding"]}
    new["file"] = [row for row in rows["file"] if row["sha256"] in used]
    return new


def _those_of(rows: Rows, people: set[str]) -> Rows:
    """The rows of an archive that belong to these people, as ``rows_of`` gives those of the practice."""
    found: Rows = {}

    def of(table: str, column: str, keys: Iterable[str]) -> list[Any]:
        wanted = set(keys)
        found[table] = [row for row in rows[table] if row[column] in wanted]
        return [row["id"] for row in found[table] if "id" in row]

    of("person", "id", people)
    of("site", "person_id", people)
    visits = of("visit", "person_id", people)
    captures = of("capture", "visit_id", visits)
    of("stated_case", "visit_id", visits)
    results = of("result", "capture_id", captures)
    comparisons = of("comparison", "person_id", people)
    of("edit", "result_id", results)
    of("holding", "owner_id", [*captures, *results, *comparisons])
    of("file", "sha256", [row["sha256"] for row in found["holding"]])
    return found


def _check_free(unit: UnitOfWork, new: Rows, path: Path) -> None:
    """Refuse new rows whose identifiers or pseudonyms are taken: their files would go to somebody else."""
    for row in new["person"]:
        if unit.session.scalar(select(PersonRow.id).where(PersonRow.pseudonym == row["pseudonym"])) is not None:
            raise RecordError(
                f"somebody else has the pseudonym {row['pseudonym']!r} here",
                path=path,
                fix="change that pseudonym, then import again",
            )
    ids = sorted(row["id"] for name, table in new.items() if name in OWNERS for row in table)
    for k in range(0, len(ids), _PIECE):
        taken = select(FileUseRow.owner_id).where(FileUseRow.owner_id.in_(ids[k : k + _PIECE])).limit(1)
        if unit.session.scalar(taken) is not None:
            raise RecordError("an identifier in the archive is taken here", path=path, fix="export it again")


def _put(unit: UnitOfWork, archive: zipfile.ZipFile, sha256: str, size: int, placed: list[str]) -> None:
    """Take a file into the store unless it is there; what is damaged there is replaced."""
    if unit.files.check(sha256) is None:
        return
    placed.append(sha256)
    with archive.open(FILES + sha256) as source:
        unit.files.put_expected(source, sha256, size)


def _take_back(practice: Practice, placed: list[str]) -> None:
    """Remove files that an import placed before it failed, unless somebody has them by now."""
    if not placed:
        return
    with practice.unit_of_work("cicatrix") as unit:
        for sha256 in placed:
            if unit.session.get(FileRow, sha256) is None:
                practice.files.remove(sha256)
