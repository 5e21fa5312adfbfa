"""``cicatrix case``: ask for a case in the terminal, and check a case file."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cases import read_case
from cicatrix.cases.case_overview import overview
from cicatrix.cases.dialogue import HELP, Dialogue
from cicatrix.cases.parse_answer import AnswerError
from cicatrix.cases.write import write_case
from cicatrix.cli.options import JsonOption
from cicatrix.cli.output import print_json
from cicatrix.errors import CaseError, OutputError

__all__ = ["check", "new"]

LEFT = 130
WIDEST = 88


def new(
    out: Annotated[Path, typer.Option(help="File to write: TOML, or JSON where its name ends in .json.")] = Path(
        "case.toml"
    ),
) -> None:
    """Ask the questions of a case one after the other, and write the case file.

    Every question can be left open. Answers can be piped in, one a line; where they end, the rest is unknown.
    """
    watched = sys.stdin.isatty()
    replace = _may_replace(out, watched=watched)
    dialogue = Dialogue()
    typer.echo("The questions of a case. Nothing is written before you say so.")
    _tell(HELP)
    try:
        save = _converse(dialogue, watched=watched)
    except (EOFError, KeyboardInterrupt):
        typer.echo("\nNothing was written.")
        raise typer.Exit(LEFT) from None
    if not save:
        typer.echo("Nothing was written.")
        return
    write_case(dialogue.case, out, replace=replace)
    typer.echo(out)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A case file, TOML or JSON.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Check a case file; list what is known, what is unknown, and what is worth a second look."""
    seen = overview(read_case(file))
    if as_json:
        print_json(seen.as_dict())
        return
    typer.echo(f"{file}: {len(seen.known)} of {seen.questions} questions are answered.")
    for title, lines in seen.listed():
        typer.echo(f"\n{title}")
        for line in lines:
            typer.echo(textwrap.fill(line, _width(), initial_indent="  ", subsequent_indent="    "))


def _may_replace(out: Path, *, watched: bool) -> bool:
    """Ask before a file is overwritten; without anyone to ask it is not.

    Raises
    ------
    OutputError
        ``out`` is there already and may not be replaced, or its folder is missing.
    """
    if out.is_dir() or not out.parent.is_dir():
        what = "this is a folder" if out.is_dir() else f"there is no folder {out.parent}"
        raise OutputError(what, path=out, allowed="the name of a file", fix="give another --out")
    if not out.exists():
        return False
    if not watched:
        raise OutputError("the file exists already", path=out, fix="give another --out, or move the file away")
    if not typer.confirm(f"{out} exists already. Replace it at the end?"):
        raise OutputError("the file exists already and stays as it is", path=out, fix="give another --out")
    return True


def _converse(dialogue: Dialogue, *, watched: bool) -> bool:
    """Ask until every question is asked or the person stops; tell whether to save.

    Raises
    ------
    EOFError
        The terminal was closed before the end; piped answers end where they end.
    CaseError
        A piped answer was not taken, or there was none.
    """
    while True:
        try:
            _ask_all(dialogue, watched=watched)
            save = _ask_save(dialogue, watched=watched)
        except EOFError:
            if watched:
                raise
            if dialogue.answered == 0 and not dialogue.done:
                fix = "pipe in one answer a line, or run this in a terminal"
                raise CaseError("no question was answered", fix=fix) from None
            return True
        if save is not None:
            return save


def _ask_all(dialogue: Dialogue, *, watched: bool) -> None:
    """Ask from the open question on, to the last one or until the person stops."""
    heading = ""
    while not dialogue.done:
        if dialogue.heading() != heading:
            heading = dialogue.heading()
            typer.echo(f"\n{heading}")
        said = _line(dialogue.question(), watched=watched)
        if said.lower() == "quit":
            return
        _hand_over(dialogue, said, watched=watched)


def _hand_over(dialogue: Dialogue, said: str, *, watched: bool) -> None:
    """Give the answer to the dialogue; without anyone to ask again, one that is not taken ends everything."""
    asked = dialogue.field.name
    try:
        told = dialogue.reply(said)
    except AnswerError as error:
        if not watched:
            # The next line would be taken for another answer to the same question.
            raise CaseError(f"{asked}: {error}", fix="correct this answer; nothing was written") from error
        told = str(error)
    if told:
        _tell(told)


def _ask_save(dialogue: Dialogue, *, watched: bool) -> bool | None:
    """Ask whether to save; None to go back to the questions."""
    if dialogue.answered == 0 and not dialogue.done:
        return False
    what = f"Save {dialogue.answered} answers" if dialogue.answered else "Save a form without answers, to be filled in"
    said = _line(f"{what}? [yes, no, or back; Enter is yes]", watched=watched).lower()
    if said in ("", "y", "yes"):
        return True
    if said in ("n", "no"):
        return False
    if said == "back" and dialogue.done:
        dialogue.back()
    return None


def _line(question: str, *, watched: bool) -> str:
    typer.echo(textwrap.fill(question, _width(), subsequent_indent="  ", break_on_hyphens=False))
    try:
        said = input("> ")
    except UnicodeDecodeError as error:
        raise CaseError("an answer is not UTF-8 text", fix="type it again, or save the answers as UTF-8") from error
    if not watched:  # nobody's Enter ends the line
        typer.echo(said)
    return said.strip()


def _tell(sentence: str) -> None:
    typer.echo(textwrap.fill(sentence, _width(), initial_indent="  ", subsequent_indent="  "))


def _width() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST)
