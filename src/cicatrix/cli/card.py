"""``cicatrix card``: print the card that tells scale, light and colour."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.errors import InputError

__all__ = ["card"]


class _Paper(StrEnum):
    """Sizes of a page."""

    A4 = "a4"
    LETTER = "letter"


def card(
    *,
    out: Annotated[Path | None, typer.Option(metavar="PATH", help="The PDF to write.")] = None,
    window: Annotated[
        str, typer.Option(metavar="WIDTHxHEIGHT", help="Window in mm, each side 20 to 70 whole mm.")
    ] = "40x40",
    paper: Annotated[_Paper, typer.Option(help="Size of the page.")] = _Paper.A4,
    as_json: Annotated[bool, typer.Option("--json", help="Print where everything lies on the card, in mm.")] = False,
) -> None:
    """Write the card to print: laid on the skin, it tells scale, light and colour.

    Page 1 is the card, to be printed at 100 %; page 2 shows how to take the photographs.
    """
    window_mm = _window(window)
    if out is None and not as_json:
        raise InputError("--out is missing", fix="name the PDF to write, as in: cicatrix card --out card.pdf")
    if out is not None:
        from cicatrix.io.write import write_file  # noqa: PLC0415
        from cicatrix.report.card import card_pdf  # noqa: PLC0415

        if out.suffix.lower() != ".pdf":
            raise InputError(f"--out {out}", allowed="a name that ends in .pdf", fix="write --out card.pdf")
        write_file(out, card_pdf(window_mm, paper.value), replace=True)
    if as_json:
        import json  # noqa: PLC0415

        from cicatrix.model.card import card_layout  # noqa: PLC0415
        from cicatrix.report.card import card_summary  # noqa: PLC0415

        typer.echo(json.dumps(card_summary(card_layout(window_mm)), indent=1))
    else:
        typer.echo(out)


def _window(text: str) -> tuple[int, int]:
    """Width and height in mm of a text such as ``40x40``."""
    from cicatrix.model.card import MAX_WINDOW_MM, MIN_WINDOW_MM  # noqa: PLC0415

    found = re.fullmatch(r"\s*(\d{1,4})\s*[xX×]\s*(\d{1,4})\s*", text)
    sides = (0, 0) if found is None else (int(found[1]), int(found[2]))
    if not all(MIN_WINDOW_MM <= side <= MAX_WINDOW_MM for side in sides):
        raise InputError(
            f"--window {text[:40]!r}",
            allowed=f"WIDTHxHEIGHT, whole mm from {MIN_WINDOW_MM} to {MAX_WINDOW_MM}",
            fix="write it as in --window 40x40",
        )
    return sides
