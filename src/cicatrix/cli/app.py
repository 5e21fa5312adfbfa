"""The ``cicatrix`` command: its group, its version and how its errors are shown. ``commands`` lists the commands."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Final

import typer

from cicatrix import __version__
from cicatrix.cli.commands import SECTIONS
from cicatrix.cli.lazy import LazyGroup
from cicatrix.errors import CicatrixError

__all__ = ["app", "main"]

BAD_INPUT: Final = 2
INTERRUPTED: Final = 130

HELP: Final = """Measure acne scars from photographs under several lights, or from a height map.

Measurement for a clinician's review. Not a medical device.
"""


class _Cicatrix(LazyGroup):
    """The commands, with one way to report errors."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(sections=SECTIONS, **attrs)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an error that Cicatrix raises on purpose is one message, any other keeps its traceback."""
        try:
            return super().invoke(ctx)
        except CicatrixError as error:
            typer.echo(f"cicatrix: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from error
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(INTERRUPTED) from interrupt


app = typer.Typer(
    cls=_Cicatrix,
    add_completion=False,
    no_args_is_help=True,
    # Rich's help and tracebacks take longer to import than the help itself takes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer passes the flag by position
    if wanted:
        typer.echo(f"cicatrix {__version__}")
        raise typer.Exit


@app.callback(help=HELP)
def _cicatrix(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the ``cicatrix`` command."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
