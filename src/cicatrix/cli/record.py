"""``cicatrix record``: look after a practice's folder."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from cicatrix.cli.options import DatabaseOption, FolderArgument, JsonOption, PersonArgument, day
from cicatrix.cli.output import print_json
from cicatrix.cli.practice_folder import open_existing
from cicatrix.practice import Practice, archive, open_practice
from cicatrix.practice import captures as practice_captures
from cicatrix.practice import erase as erasing
from cicatrix.practice import log as practice_log
from cicatrix.practice import people as practice_people
from cicatrix.practice import results as practice_results
from cicatrix.practice import visits as practice_visits
from cicatrix.practice.integrity import examine

__all__ = ["check", "erase", "export", "import_", "log", "people", "visits"]

ACTOR: Final = "cicatrix record"
UNSOUND: Final = 1


def check(
    folder: FolderArgument,
    *,
    tidy: Annotated[bool, typer.Option("--tidy", help="Remove files that nothing refers to.")] = False,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify every stored file and the whole log; the exit code is 1 if anything is missing or was changed."""
    health = examine(open_existing(folder, database), remove_orphans=tidy)
    if as_json:
        print_json({**health.model_dump(mode="json"), "sound": health.sound})
    else:
        typer.echo(f"{health.files} files, {len(health.orphans)} that nothing refers to")
        for what, which in (("missing", health.missing), ("damaged", health.damaged)):
            for sha256 in which:
                typer.echo(f"{what}: {sha256}")
        for number in health.broken_log:
            typer.echo(f"log: entry {number} was changed, or entries before it are missing")
        if health.sound:
            typer.echo("sound")
    if not health.sound:
        raise typer.Exit(UNSOUND)


def export(
    folder: FolderArgument,
    out: Annotated[Path, typer.Option("--out", help="The archive to write.")],
    *,
    person: Annotated[str | None, typer.Option(metavar="PSEUDONYM", help="One person; else everybody.")] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one person, or everybody, to one archive with checksums."""
    practice = open_existing(folder, database)
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
    practice = open_existing(folder, database)
    person_id = None if person is None else _id_of(practice, person)
    with practice.unit_of_work(ACTOR, write=False) as unit:
        entries = practice_log.entries(unit, person_id=person_id, limit=limit).items
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in entries])
        return
    for entry in entries:
        what = " ".join(f"{key}={value}" for key, value in (entry.detail or {}).items())
        typer.echo(f"{entry.number}\t{entry.at:%Y-%m-%d %H:%M:%S}\t{entry.actor}\t{entry.action}\t{what}")


def people(
    folder: FolderArgument,
    *,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only pseudonyms that contain this.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Number of people, in the order of their pseudonyms.")] = 1000,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print pseudonyms and notes."""
    with open_existing(folder, database).unit_of_work(ACTOR, write=False) as unit:
        found = practice_people.find(unit, find, limit=limit).items
    if as_json:
        print_json([person.model_dump(mode="json") for person in found])
        return
    for person in found:
        typer.echo(f"{person.pseudonym}\t{_line(person.note)}")


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
    with open_existing(folder, database).unit_of_work(ACTOR, write=False) as unit:
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
    """Text as part of one line."""
    return " ".join(text.split())


def _id_of(practice: Practice, pseudonym: str) -> str:
    with practice.unit_of_work(ACTOR, write=False) as unit:
        return practice_people.by_pseudonym(unit, pseudonym).id
