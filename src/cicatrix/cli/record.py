"""``cicatrix record``: look after a practice's folder."""

from __future__ import annotations

import re
import shutil
import unicodedata
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from cicatrix.cli.options import DatabaseOption, FolderArgument, JsonOption, PersonArgument, day
from cicatrix.cli.output import print_json
from cicatrix.cli.practice_folder import open_existing
from cicatrix.errors import InputError
from cicatrix.practice import Practice, archive, open_practice
from cicatrix.practice import captures as practice_captures
from cicatrix.practice import erase as erasing
from cicatrix.practice import log as practice_log
from cicatrix.practice import people as practice_people
from cicatrix.practice import results as practice_results
from cicatrix.practice import visits as practice_visits
from cicatrix.practice.backup import back_up
from cicatrix.practice.backup import restore as restore_backup
from cicatrix.practice.integrity import Health, LogHead, examine

__all__ = ["backup", "check", "erase", "export", "import_", "log", "people", "restore", "visits"]

ACTOR: Final = "cicatrix record"
UNSOUND: Final = 1


def check(
    folder: FolderArgument,
    *,
    tidy: Annotated[bool, typer.Option("--tidy", help="Remove files that nothing refers to.")] = False,
    expect: Annotated[
        str | None, typer.Option(metavar="NUMBER:HASH", help="A log entry that an earlier check printed.")
    ] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify stored files, rows and log; the exit code is 1 if anything is missing or was changed.

    The line "log:" names the log's last entry with its hash. Keep it outside the practice, and give it to --expect
    later: that shows whether the end of the log was cut off since.
    """
    expected = None if expect is None else _log_head(expect)
    practice = open_existing(folder, database, read_only_allowed=True)
    health = examine(practice, remove_orphans=tidy and not practice.read_only, expected=expected)
    if as_json:
        print_json({**health.model_dump(mode="json"), "sound": health.sound})
    else:
        typer.echo(f"{health.files} files, {len(health.orphans)} that nothing refers to")
        for line in _problems(health):
            typer.echo(line)
        typer.echo(f"log: {health.head.number}:{health.head.chain}")
        if health.sound:
            typer.echo("sound")
    if not health.sound:
        raise typer.Exit(UNSOUND)


def _log_head(text: str) -> LogHead:
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
    if found is None:
        raise InputError(f"--expect is {text[:100]!r}", allowed="NUMBER:HASH, as record check prints it after log:")
    return LogHead(number=int(found[1]), chain=found[2])


def _problems(found: Health) -> list[str]:
    """What is wrong with a practice, a line each."""
    lines = [f"database: {line}" for line in found.broken_database]
    lines += [f"missing: {sha256}" for sha256 in found.missing]
    lines += [f"damaged: {sha256}" for sha256 in found.damaged]
    lines += [f"log: entry {number} was changed, or entries before it are missing" for number in found.broken_log]
    lines += [f"changed or unknown to the log: {row}" for row in found.changed_rows]
    lines += [f"missing, known to the log: {key}" for key in found.missing_rows]
    lines += [
        f"older than it should be: the log has no entry {head.number} with the hash {head.chain[:12]}…, which was "
        "written. The database is an earlier copy, was copied without practice.db-wal, or the log's end was cut off. "
        "If this copy is the one to keep, remove log-head.json."
        for head in found.older
    ]
    if found.torn:
        lines.append("torn: files are stored, and the database names none of them; restore both from one backup")
    if found.pending:
        lines.append(f"erasing: {found.pending} things are still to be removed; close the app and check again")
    return lines


def export(
    folder: FolderArgument,
    out: Annotated[Path, typer.Option("--out", help="The archive to write.")],
    *,
    person: Annotated[str | None, typer.Option(metavar="PSEUDONYM", help="One person; else everybody.")] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one person, or everybody, to one archive with checksums."""
    practice = open_existing(folder, database, read_only_allowed=True)
    if practice.read_only:
        typer.echo("the folder cannot be written: this export is not in its log", err=True)
    if person is None:
        archive.export_practice(practice, ACTOR, out)
    else:
        archive.export_person(practice, ACTOR, _id_of(practice, person), out)
    if as_json:
        print_json({"archive": str(out), "bytes": out.stat().st_size})
    else:
        typer.echo(out)


def import_(
    folder: FolderArgument,
    source: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="An archive that export wrote.")],
    *,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the people of an archive, all of them or none; the practice is made if there is none."""
    made = not folder.exists()
    practice = open_practice(folder if database is None else database, files=folder)
    try:
        imported = archive.import_archive(practice, ACTOR, source)
    except BaseException:
        if made:
            practice.close()
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if as_json:
        print_json(imported)
    else:
        typer.echo(f"new: {len(imported.people)}, here already: {len(imported.already)}, files: {imported.files}")


def backup(
    folder: FolderArgument,
    out: Annotated[Path, typer.Option("--out", help="The folder to make; it has to be new, or empty.")],
    *,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a practice to a new folder, consistently, also while the app runs."""
    copied = back_up(open_existing(folder, database), ACTOR, out)
    if as_json:
        print_json(copied)
    else:
        typer.echo(f"{out}: {copied.files} files ({copied.bytes} bytes), log up to entry {copied.number}")


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A folder that backup wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make; it has to be new, or empty.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Copy a backup to a new practice, if every file, row and log entry in it is sound."""
    health = restore_backup(source, folder)
    if as_json:
        print_json(health)
    else:
        typer.echo(f"{folder}: {health.files} files, log up to entry {health.head.number}, sound")


def erase(
    folder: FolderArgument,
    person: PersonArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a person with everything that is kept of them, and list what was erased."""
    practice = open_existing(folder, database)
    person_id = _id_of(practice, person)
    if not yes:
        typer.confirm(f"Erase {person} for good?", abort=True, err=as_json)
    erased = erasing.person(practice, ACTOR, person_id)
    if as_json:
        print_json(erased)
    else:
        typer.echo(
            f"erased: {erased.visits} visits, {erased.captures} captures, {erased.results} results, "
            f"{erased.files} files ({erased.bytes} bytes)"
        )


def log(
    folder: FolderArgument,
    *,
    person: Annotated[str | None, typer.Option(metavar="PSEUDONYM", help="Entries about one person.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Number of entries, the newest first.")] = 100,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print who did what, and when."""
    practice = open_existing(folder, database, read_only_allowed=True)
    person_id = None if person is None else _id_of(practice, person)
    with practice.unit_of_work(ACTOR, write=False) as unit:
        entries = practice_log.entries(unit, person_id=person_id, limit=limit).items
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in entries])
        return
    for entry in entries:
        what = " ".join(f"{key}={value}" for key, value in (entry.detail or {}).items())
        typer.echo(f"{entry.number}\t{entry.at:%Y-%m-%d %H:%M:%S}\t{_line(entry.actor)}\t{entry.action}\t{_line(what)}")


def people(
    folder: FolderArgument,
    *,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only pseudonyms that contain this.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Number of people, in the order of their pseudonyms.")] = 1000,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print pseudonyms and notes."""
    with open_existing(folder, database, read_only_allowed=True).unit_of_work(ACTOR, write=False) as unit:
        found = practice_people.find(unit, find, limit=limit).items
    if as_json:
        print_json([person.model_dump(mode="json") for person in found])
        return
    for person in found:
        typer.echo(f"{_line(person.pseudonym)}\t{_line(person.note)}")


def visits(
    folder: FolderArgument,
    person: PersonArgument,
    *,
    on: Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Only the visits of that day.")] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a person's visits, the latest first: day, site, kind of capture, latest result."""
    rows: list[dict[str, str | None]] = []
    wanted = day(on, "--day")
    with open_existing(folder, database, read_only_allowed=True).unit_of_work(ACTOR, write=False) as unit:
        for visit in practice_visits.of_person(unit, practice_people.by_pseudonym(unit, person).id):
            if wanted not in (None, visit.day):
                continue
            captures = practice_captures.of_visit(unit, visit.id)
            for capture in captures:
                result = practice_results.latest(unit, capture.id)
                rows.append(_row(visit.day, capture.site, capture.kind, result.id if result else None))
            if not captures:
                rows.append(_row(visit.day, None, None, None))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo("\t".join("-" if value is None else _line(value) for value in row.values()))


def _row(at: date, site: str | None, kind: str | None, result: str | None) -> dict[str, str | None]:
    return {"day": at.isoformat(), "site": site, "kind": kind, "result": result}


def _line(text: str) -> str:
    """Text as part of one line, with characters that a terminal would obey written as escapes."""
    return "".join(
        letter if not unicodedata.category(letter).startswith("C") else letter.encode("unicode_escape").decode()
        for letter in " ".join(text.split())
    )


def _id_of(practice: Practice, pseudonym: str) -> str:
    with practice.unit_of_work(ACTOR, write=False) as unit:
        return practice_people.by_pseudonym(unit, pseudonym).id
