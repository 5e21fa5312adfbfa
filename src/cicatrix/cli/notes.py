"""Notes on standard error about what a command could not do here."""

from __future__ import annotations

import typer

from cicatrix.report.typeset import can_typeset

__all__ = ["note_missing_pdf"]


def note_missing_pdf() -> None:
    """Say that there is no report.pdf, and what to install for it, where the typesetter is missing."""
    if not can_typeset():
        typer.echo("note: report.pdf was not written; for it, pip install 'cicatrix[pdf]'", err=True)
