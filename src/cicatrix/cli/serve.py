"""``cicatrix serve``: the local web app."""

from __future__ import annotations

import errno
import os
import secrets
import socket
from pathlib import Path
from typing import Annotated, Final

import typer

from cicatrix.errors import InputError
from cicatrix.practice import Practice, accounts, open_practice
from cicatrix.web.app import create_app
from cicatrix.web.server import run_server
from cicatrix.web.settings import Settings
from cicatrix.web.work.supervise import Supervisor, worker_command, worker_environment

__all__ = ["first_free_port", "serve"]

LOCAL: Final = "127.0.0.1"
TRIED_PORTS: Final = 20


def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="Folder of the practice; made if it does not exist.")
    ] = Path("cicatrix-practice"),
    host: Annotated[str, typer.Option(help="Address to listen on. Any but 127.0.0.1 needs accounts.")] = LOCAL,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port; the next free one if it is taken.")] = 8765,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", envvar="CICATRIX_DATABASE", help="PostgreSQL instead of the folder's own database."
        ),
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Name by which browsers reach it; may be repeated.")
    ] = None,
    *,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy in front of the app handles HTTPS.")
    ] = False,
    with_accounts: Annotated[
        bool, typer.Option("--accounts", help="Ask for name and password on this machine as well.")
    ] = False,
) -> None:
    """Open the local app: people, visits, captures, results, plans and comparisons in the browser.

    It listens on this machine only and prints a link with a key. Nothing leaves the machine.
    """
    names = tuple(name or ())
    _check_names(host, names)
    free = first_free_port(host, port)
    where: Path | str = folder if database is None else database
    practice = open_practice(where, files=folder)
    with_accounts = with_accounts or host != LOCAL
    if with_accounts:
        _check_accounts(practice)
    settings = Settings(
        practice=where,
        files=None if database is None else folder,
        mode="accounts" if with_accounts else "token",
        token="" if with_accounts else secrets.token_urlsafe(32),
        host=host,
        port=free,
        names=names,
        secure=behind_proxy,
    )
    _run(settings, practice)


def _check_names(host: str, names: tuple[str, ...]) -> None:
    if host in {"0.0.0.0", "::"} and not names:  # noqa: S104 - compared only
        raise InputError(
            f"the app would listen on every address ({host}), and the name by which browsers reach it is missing",
            allowed="one --name or several",
            fix="name it with --name, such as --name clinic.example",
        )


def _check_accounts(practice: Practice) -> None:
    with practice.unit_of_work("cicatrix", write=False) as unit:
        known = accounts.accounts(unit)
    if not known:
        raise InputError(
            "there is no account yet, and without one nobody could log in",
            path=practice.folder,
            allowed="a practice with one account or more",
            fix=f"add one with `cicatrix user add {practice.folder} NAME --role clinician`",
        )


def first_free_port(host: str, port: int) -> int:
    """The port, or the next one that is free.

    Raises
    ------
    InputError
        The address is not of this machine, or 20 ports in a row are taken or forbidden.
    """
    for tried in range(port, min(port + TRIED_PORTS, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((host, tried))
            except PermissionError as error:
                raise InputError(
                    f"port {tried} may not be used", allowed="ports above 1023", fix="choose another --port"
                ) from error
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                raise InputError(
                    f"the app cannot listen on {host}: {error.strerror or error}",
                    allowed=f"an address of this machine, such as {LOCAL}",
                    fix="correct --host",
                ) from error
            return tried
    raise InputError(
        f"ports {port} to {port + TRIED_PORTS - 1} are taken", allowed="a free port", fix="choose another --port"
    )


def _run(settings: Settings, practice: Practice) -> None:
    app = create_app(settings, practice)
    address = f"http://{'127.0.0.1' if settings.host == LOCAL else settings.host}:{settings.port}/"
    typer.echo(f"Practice: {practice.folder.resolve()}")
    if settings.mode == "token":
        typer.echo(f"Open this link; it is the key, so keep it to yourself:\n{address}?token={settings.token}")
    else:
        typer.echo(f"Open {address} and log in.")
    if settings.host != LOCAL and not settings.secure:
        typer.echo(
            "Passwords and pictures travel unencrypted: put a proxy with HTTPS in front and give --behind-proxy."
        )
    typer.echo("Stop with Ctrl-C.")
    os.umask(0o077)  # uploads and pictures are for this user alone
    worker = Supervisor(worker_command(settings), worker_environment(settings))
    worker.start()
    try:
        run_server(app, settings)
    finally:
        worker.stop()
