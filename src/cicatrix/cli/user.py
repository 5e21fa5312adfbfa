"""``cicatrix user``: who may log in to a practice."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from cicatrix.cli.options import DatabaseOption, FolderArgument, JsonOption
from cicatrix.cli.output import print_json
from cicatrix.cli.practice_folder import open_existing
from cicatrix.errors import InputError
from cicatrix.model.practice import Role
from cicatrix.practice import accounts

__all__ = ["add", "list_", "password", "remove", "unlock"]

ACTOR: Final = "cicatrix user"

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def add(
    folder: FolderArgument,
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="reader (looks), assistant (adds) or clinician (everything).")],
    *,
    password_stdin: StdinOption = False,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add an account; its password is asked for."""
    practice = open_existing(folder, database)
    new = _password(from_stdin=password_stdin)
    with practice.unit_of_work(ACTOR) as unit:
        account = accounts.add(unit, name, role, new)
    if as_json:
        print_json(account)
    else:
        typer.echo(f"{account.name} may log in as {account.role}")


def list_(folder: FolderArgument, *, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List the accounts."""
    practice = open_existing(folder, database)
    with practice.unit_of_work(ACTOR, write=False) as unit:
        known = accounts.accounts(unit)
        now = unit.now
    if as_json:
        print_json([account.model_dump(mode="json") for account in known])
        return
    for account in known:
        locked = account.locked_until is not None and account.locked_until > now
        typer.echo("\t".join([account.name, account.role, *(["locked"] if locked else [])]))


def password(
    folder: FolderArgument, name: NameArgument, *, password_stdin: StdinOption = False, database: DatabaseOption = None
) -> None:
    """Set a new password; sessions that were opened with the old one end."""
    practice = open_existing(folder, database)
    new = _password(from_stdin=password_stdin)
    hashed = accounts.hash_password(new, name)
    with practice.unit_of_work(ACTOR) as unit:
        accounts.set_password(unit, name, hashed)
    typer.echo(f"{name} has a new password")


def unlock(folder: FolderArgument, name: NameArgument, *, database: DatabaseOption = None) -> None:
    """Unlock an account that failed to log in too often."""
    with open_existing(folder, database).unit_of_work(ACTOR) as unit:
        accounts.unlock(unit, name)
    typer.echo(f"{name} may log in again")


def remove(folder: FolderArgument, name: NameArgument, *, database: DatabaseOption = None) -> None:
    """Remove an account; what it did stays in the log."""
    with open_existing(folder, database).unit_of_work(ACTOR) as unit:
        accounts.remove(unit, name)
    typer.echo(f"{name} is removed")


def _password(*, from_stdin: bool) -> str:
    """Ask twice for a password, or read one line; never from the command line, where others could see it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError(
            "the password cannot be asked for here",
            allowed="a terminal, or --password-stdin",
            fix="give --password-stdin and send the password as one line",
        )
    return str(typer.prompt("Password, at least 12 characters", hide_input=True, confirmation_prompt=True))
