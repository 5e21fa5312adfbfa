"""``cicatrix card``: print the card that tells scale, light and colour."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.options import JsonOption
from cicatrix.cli.output import print_json
from cicatrix.errors import InputError
from cicatrix.io.write import write_file
from cicatrix.model.card import MAX_WINDOW_MM, MIN_WINDOW_MM, card_layout
from cicatrix.report.card import Paper, card_pdf, card_summary

__all__ = ["card"]


def card(
    *,
    out: Annotated[Path | None, typer.Option(metavar="PATH", help="The PDF to write.")] = None,
    window: Annotated[
        str, typer.Option(metavar="WIDTHxHEIGHT", help="Window in mm, each side 20 to 70 whole mm.")
    ] = "40x40",
    paper: Annotated[Paper, typer.Option(help="Size of the page.")] = "a4",
    as_json: JsonOption = False,
) -> None:
    """Write the card to print: placed on the skin, it gives scale, light and colour.

    Page 1 is the card, to be printed at 100 %; page 2 shows how to take the photographs. --json prints the position of
    everything on the card, in mm.
    """
    window_mm = _window(window)
    if out is None and not as_json:
        raise InputError("--out is missing", fix="name the PDF to write, as in: cicatrix card --out card.pdf")
    if out is not None:
        if out.suffix.lower() != ".pdf":
            raise InputError(f"--out {out}", allowed="a name that ends in .pdf", fix="write --out card.pdf")
        write_file(out, card_pdf(window_mm, paper), replace=True)
    if as_json:
        print_json(card_summary(card_layout(window_mm)))
    else:
        typer.echo(out)


def _window(text: str) -> tuple[int, int]:
    """Width and height in mm of a text such as ``40x40``."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*[xX×]\s*(\d{1,4})\s*", text)
    sides = (0, 0) if found is None else (int(found[1]), int(found[2]))
    if not all(MIN_WINDOW_MM <= side <= MAX_WINDOW_MM for side in sides):
        raise InputError(
            f"--window {text[:40]!r}",
            allowed=f"WIDTHxHEIGHT, whole mm from {MIN_WINDOW_MM} to {MAX_WINDOW_MM}",
            fix="write it as in --window 40x40",
        )
    return sides
