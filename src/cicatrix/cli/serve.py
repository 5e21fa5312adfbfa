"""``cicatrix serve``: the local web app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cicatrix.errors import InputError

if TYPE_CHECKING:
    from cicatrix.practice import Practice
    from cicatrix.web.settings import Settings

__all__ = ["serve"]

LOCAL = "127.0.0.1"
TRIED_PORTS = 20


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
        bool, typer.Option("--behind-proxy", help="A proxy in front of it speaks HTTPS with browsers.")
    ] = False,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Ask for name and password on this machine, too.")
    ] = False,
) -> None:
    """Open the local app: people, visits, captures, results, plans and comparisons in the browser.

    It listens on this machine only and prints a link with a key. Nothing leaves the machine.
    """
    from cicatrix.practice import open_practice  # noqa: PLC0415
    from cicatrix.web.settings import Settings  # noqa: PLC0415

    local = host == LOCAL
    where: Path | str = folder if database is None else database
    practice = open_practice(where, files=folder)
    with_accounts = accounts or not local
    _check(practice, host, with_accounts=with_accounts, names=tuple(name or ()))
    import secrets  # noqa: PLC0415

    settings = Settings(
        practice=where,
        files=None if database is None else folder,
        mode="accounts" if with_accounts else "token",
        token="" if with_accounts else secrets.token_urlsafe(32),
        host=host,
        port=_free(host, port),
        names=tuple(name or ()),
        secure=behind_proxy,
    )
    _run(settings, practice)


def _check(practice: Practice, host: str, *, with_accounts: bool, names: tuple[str, ...]) -> None:
    from cicatrix.practice import accounts  # noqa: PLC0415

    if with_accounts:
        with practice.unit_of_work("cicatrix", write=False) as unit:
            known = accounts.accounts(unit)
        if not known:
            raise InputError(
                "there is no account yet, and without one nobody could log in",
                path=practice.folder,
                fix=f"add one with `cicatrix user add {practice.folder} NAME --role clinician`",
            )
    if host in {"0.0.0.0", "::"} and not names:  # noqa: S104 - compared only
        raise InputError(
            f"the app listens on every address ({host}) and does not know by which name it is reached",
            fix="name it with --name, such as --name clinic.example",
        )


def _free(host: str, port: int) -> int:
    """The port, or the next one that is free."""
    import socket  # noqa: PLC0415

    for tried in range(port, min(port + TRIED_PORTS, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((host, tried))
            except PermissionError as error:
                raise InputError(f"port {tried} may not be used", fix="choose a port above 1023") from error
            except OSError as error:
                if error.errno is not None and "assign" in str(error):
                    raise InputError(f"{host} is no address of this machine", allowed=LOCAL) from error
                continue
            return tried
    raise InputError(f"ports {port} to {port + TRIED_PORTS - 1} are taken", fix="choose another --port")


def _run(settings: Settings, practice: Practice) -> None:
    import uvicorn  # noqa: PLC0415

    from cicatrix.web.app import create_app  # noqa: PLC0415
    from cicatrix.web.work.supervise import Supervisor, worker_command, worker_environment  # noqa: PLC0415

    app = create_app(settings, practice)
    address = f"http://{'127.0.0.1' if settings.host == LOCAL else settings.host}:{settings.port}/"
    typer.echo(f"Practice: {practice.folder.resolve()}")
    if settings.mode == "token":
        typer.echo(f"Open this link; it is the key, so keep it to yourself:\n{address}?token={settings.token}")
    else:
        typer.echo(f"Open {address} and log in.")
    if settings.host != LOCAL and not settings.secure:
        typer.echo(
            "Passwords and pictures travel unencrypted. Put a proxy with HTTPS in front, and say --behind-proxy."
        )
    typer.echo("Stop with Ctrl-C.")
    worker = Supervisor(worker_command(settings), worker_environment(settings))
    worker.start()
    try:
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,  # addresses hold identifiers of people
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    finally:
        worker.stop()
