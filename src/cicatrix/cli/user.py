"""``cicatrix user``: who may use a practice's pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cicatrix.errors import InputError

if TYPE_CHECKING:
    from cicatrix.practice import Practice

__all__ = ["user_app"]

user_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may use a practice's pages.")

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the practice.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(metavar="URL", envvar="CICATRIX_DATABASE", help="The practice's PostgreSQL, if it has one."),
]


@user_app.command()
def add(
    folder: FolderArgument,
    name: NameArgument,
    role: Annotated[str, typer.Option(help="reader (looks), assistant (adds) or clinician (everything).")],
    *,
    password_stdin: StdinOption = False,
    database: DatabaseOption = None,
) -> None:
    """Add an account; its password is asked for."""
    from typing import cast  # noqa: PLC0415

    from cicatrix.model.practice import Role  # noqa: PLC0415
    from cicatrix.practice import accounts  # noqa: PLC0415

    practice = _open(folder, database)
    password = _password(from_stdin=password_stdin)
    with practice.unit_of_work("cicatrix user") as unit:
        account = accounts.add(unit, name, cast("Role", role), password)
    typer.echo(f"{account.name} may log in as {account.role}")


@user_app.command("list")
def list_accounts(folder: FolderArgument, database: DatabaseOption = None) -> None:
    """List the accounts."""
    from cicatrix.practice import accounts  # noqa: PLC0415

    practice = _open(folder, database)
    with practice.unit_of_work("cicatrix user", write=False) as unit:
        for account in accounts.accounts(unit):
            locked = account.locked_until is not None and account.locked_until > unit.now
            typer.echo("\t".join([account.name, account.role, *(["locked"] if locked else [])]))


@user_app.command()
def password(
    folder: FolderArgument, name: NameArgument, *, password_stdin: StdinOption = False, database: DatabaseOption = None
) -> None:
    """Set a new password; whoever is logged in with the old one is logged out."""
    from cicatrix.practice import accounts  # noqa: PLC0415

    practice = _open(folder, database)
    new = _password(from_stdin=password_stdin)
    with practice.unit_of_work("cicatrix user") as unit:
        accounts.set_password(unit, name, new)
    typer.echo(f"{name} has a new password")


@user_app.command()
def unlock(folder: FolderArgument, name: NameArgument, database: DatabaseOption = None) -> None:
    """Unlock an account that failed to log in too often."""
    from cicatrix.practice import accounts  # noqa: PLC0415

    with _open(folder, database).unit_of_work("cicatrix user") as unit:
        accounts.unlock(unit, name)
    typer.echo(f"{name} may log in again")


@user_app.command()
def remove(folder: FolderArgument, name: NameArgument, database: DatabaseOption = None) -> None:
    """Remove an account; what it did stays in the log."""
    from cicatrix.practice import accounts  # noqa: PLC0415

    with _open(folder, database).unit_of_work("cicatrix user") as unit:
        accounts.remove(unit, name)
    typer.echo(f"{name} is removed")


def _open(folder: Path, database: str | None) -> Practice:
    from cicatrix.practice import open_practice  # noqa: PLC0415

    return open_practice(folder if database is None else database, files=folder)


def _password(*, from_stdin: bool) -> str:
    """Ask twice for a password, or read one line; never from the command line, where others could see it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("the password cannot be asked for here", fix="give --password-stdin and send it as one line")
    return str(typer.prompt("Password, at least 12 characters", hide_input=True, confirmation_prompt=True))
