"""``cicatrix record``: look after a practice's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cicatrix.practice import Practice

__all__ = ["record_app"]

record_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after a practice's folder.")

ACTOR = "cicatrix record"
UNSOUND = 1

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the practice.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(metavar="URL", envvar="CICATRIX_DATABASE", help="The practice's PostgreSQL, if it has one."),
]
PersonArgument = Annotated[str, typer.Argument(metavar="PSEUDONYM", help="Whom it is about.")]


@record_app.command()
def check(
    folder: FolderArgument,
    *,
    tidy: Annotated[bool, typer.Option("--tidy", help="Remove files that nothing refers to.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Read every stored file and the whole log; the exit code is 1 when something is missing or was changed."""
    from cicatrix.practice.integrity import examine  # noqa: PLC0415

    found = examine(_open(folder, database), remove_orphans=tidy)
    typer.echo(f"{found.files} files, {len(found.orphans)} that nothing refers to")
    for what, which in (("missing", found.missing), ("damaged", found.damaged)):
        for sha256 in which:
            typer.echo(f"{what}: {sha256}")
    for number in found.broken_log:
        typer.echo(f"log: entry {number} was changed, or entries before it are missing")
    if not found.sound:
        raise typer.Exit(UNSOUND)
    typer.echo("sound")


@record_app.command("export")
def export_(
    folder: FolderArgument,
    out: Annotated[Path, typer.Option(help="The archive to write.")],
    *,
    person: Annotated[str | None, typer.Option(metavar="PSEUDONYM", help="One person; else everybody.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Write one person, or everybody, to one archive with checksums."""
    from cicatrix.practice import archive  # noqa: PLC0415

    practice = _open(folder, database)
    if person is None:
        archive.export_practice(practice, ACTOR, out)
    else:
        archive.export_person(practice, ACTOR, _id_of(practice, person), out)
    typer.echo(out)


@record_app.command("import")
def import_(
    folder: FolderArgument,
    source: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="What export wrote.")],
    *,
    database: DatabaseOption = None,
) -> None:
    """Add the people of an archive, all of them or none; the practice is made if there is none."""
    from cicatrix.practice import archive, open_practice  # noqa: PLC0415

    practice = open_practice(folder if database is None else database, files=folder)
    told = archive.import_archive(practice, ACTOR, source)
    typer.echo(f"new: {len(told.people)}, here already: {len(told.already)}, files: {told.files}")


@record_app.command()
def erase(
    folder: FolderArgument,
    person: PersonArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Erase a person with everything that is kept of them, and say what went."""
    from cicatrix.practice import erase as erasing  # noqa: PLC0415

    practice = _open(folder, database)
    person_id = _id_of(practice, person)
    if not yes:
        typer.confirm(f"Erase {person} for good?", abort=True)
    told = erasing.person(practice, ACTOR, person_id)
    typer.echo(
        f"erased: {told.visits} visits, {told.captures} captures, {told.results} results, "
        f"{told.files} files ({told.bytes} bytes)"
    )


@record_app.command("log")
def log_(
    folder: FolderArgument,
    *,
    person: Annotated[str | None, typer.Option(metavar="PSEUDONYM", help="Entries about one person.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many entries, the newest first.")] = 100,
    database: DatabaseOption = None,
) -> None:
    """Print who did what when."""
    from cicatrix.practice import log  # noqa: PLC0415

    practice = _open(folder, database)
    person_id = None if person is None else _id_of(practice, person)
    with practice.unit_of_work(ACTOR, write=False) as unit:
        for entry in log.entries(unit, person_id=person_id, limit=limit).items:
            what = " ".join(f"{key}={value}" for key, value in (entry.detail or {}).items())
            typer.echo(f"{entry.number}\t{entry.at:%Y-%m-%d %H:%M:%S}\t{entry.actor}\t{entry.action}\t{what}")


@record_app.command("people")
def people_(
    folder: FolderArgument,
    *,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Those whose pseudonym holds this.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, by their pseudonyms.")] = 1000,
    database: DatabaseOption = None,
) -> None:
    """Print pseudonyms and notes."""
    from cicatrix.practice import people  # noqa: PLC0415

    with _open(folder, database).unit_of_work(ACTOR, write=False) as unit:
        for person in people.find(unit, find, limit=limit).items:
            typer.echo(f"{person.pseudonym}\t{_line(person.note)}")


@record_app.command("visits")
def visits_(
    folder: FolderArgument,
    person: PersonArgument,
    *,
    day: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Only the visits of that day.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Print a person's visits, the latest first: day, site, kind of capture, latest result."""
    from cicatrix.practice import captures, people, results, visits  # noqa: PLC0415

    with _open(folder, database).unit_of_work(ACTOR, write=False) as unit:
        for visit in visits.of_person(unit, people.by_pseudonym(unit, person).id):
            if day is not None and visit.day.isoformat() != day:
                continue
            found = captures.of_visit(unit, visit.id)
            for capture in found:
                result = results.latest(unit, capture.id)
                typer.echo(f"{visit.day}\t{_line(capture.site)}\t{capture.kind}\t{result.id if result else '-'}")
            if not found:
                typer.echo(f"{visit.day}\t-\t-\t-")


def _line(text: str) -> str:
    """Text as part of one line."""
    return " ".join(text.split())


def _open(folder: Path, database: str | None) -> Practice:
    from cicatrix.errors import RecordError  # noqa: PLC0415
    from cicatrix.practice import open_practice  # noqa: PLC0415
    from cicatrix.practice.practice import DATABASE  # noqa: PLC0415

    if database is None and not (folder / DATABASE).is_file():
        raise RecordError("there is no practice here", path=folder, allowed=f"a folder with a {DATABASE}")
    return open_practice(folder if database is None else database, files=folder)


def _id_of(practice: Practice, pseudonym: str) -> str:
    from cicatrix.practice import people  # noqa: PLC0415

    with practice.unit_of_work(ACTOR, write=False) as unit:
        return people.by_pseudonym(unit, pseudonym).id
