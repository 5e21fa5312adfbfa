"""Read a case file: TOML, or JSON where the name ends in ``.json``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NoReturn

from cicatrix.cases.lines import json_lines, toml_lines
from cicatrix.cases.validate import Checker
from cicatrix.errors import CaseError
from cicatrix.io.nesting import excess_in_json, excess_in_length
from cicatrix.io.read import read_text
from cicatrix.io.signature import described
from cicatrix.io.toml import parse_toml
from cicatrix.model.capture import InputFile
from cicatrix.model.case import Case

__all__ = ["load_case", "parse_case", "read_case"]


def read_case(path: Path | str) -> Case:
    """Read a case file.

    Parameters
    ----------
    path
        A TOML file, or a JSON file whose name ends in ``.json``. Every section and every key may be missing, which
        means that the answer is unknown; so does ``null`` in JSON.

    Raises
    ------
    CaseError
        The file cannot be read, is neither TOML nor JSON, or answers what no case can answer: a wrong type, an unknown
        key, an impossible number, a contradiction. All problems of the file are told at once.

    Examples
    --------
    >>> import cicatrix as cx
    >>> cx.read_case("examples/case.toml").scars.rolling
    7
    """
    return load_case(Path(path))[0]


def load_case(path: Path) -> tuple[Case, InputFile]:
    """Read a case file, see ``read_case``; also tell its name, length and hash, for the record of a result."""
    what = "a folder" if path.is_dir() else described(path)
    if what is not None:
        raise CaseError(
            f"this is {what}",
            path=path,
            allowed="a case file, which is TOML or JSON",
            fix="name the case file, or write one with: cicatrix case new",
        )
    text, data = read_text(path, error=CaseError)
    source = InputFile(name=path.name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    return parse_case(text, path), source


def parse_case(text: str, path: Path) -> Case:
    """Turn the text of a case file into a case; ``path`` tells TOML from JSON and is named in errors.

    Raises
    ------
    CaseError
        As ``read_case``.
    """
    if not text.strip():
        raise CaseError("the file holds nothing but blanks", path=path, fix="write [person] and what is known below it")
    if path.suffix.lower() == ".json":
        return _from_json(text, path)
    if text.lstrip().startswith("{"):
        raise CaseError("this looks like JSON, not TOML", path=path, line=1, fix="let the file's name end in .json")
    values = parse_toml(text, path, error=CaseError, example="age = 34")
    return Checker(path, toml_lines(text)).case(values)


def _from_json(text: str, path: Path) -> Case:
    values = _parse_json(text, path)
    if not isinstance(values, dict):
        raise CaseError(
            "the file is not a JSON object",
            path=path,
            line=1,
            allowed='an object with the sections in it, such as {"person": {"age": 34}}',
            fix="put the sections into braces",
        )
    lines, twice = json_lines(text)
    checker = Checker(path, lines)
    for key, line in twice:
        what = f"{'.'.join(key)} stands in the file twice"
        checker.problems.append(CaseError(what, path=path, line=line, fix="take one of the two out"))
    return checker.case(values)


def _parse_json(text: str, path: Path) -> Any:
    excess = excess_in_json(text) or excess_in_length(text)
    if excess is not None:
        raise CaseError(excess[0], path=path, allowed=excess[1], fix='write it as in {"person": {"age": 34}}')
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        line = exc.lineno if isinstance(exc, json.JSONDecodeError) else None
        what = exc.msg if isinstance(exc, json.JSONDecodeError) else str(exc)
        raise CaseError(
            f"this is not valid JSON: {what}",
            path=path,
            line=line,
            fix='write it as in {"person": {"age": 34}}, with commas between answers and none after the last',
        ) from exc


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")  # becomes a CaseError's message
