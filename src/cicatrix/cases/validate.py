"""From parsed values to a case, or to every problem that they have."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from datetime import date
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError

from cicatrix.cases.contradictions import Clash, contradictions
from cicatrix.cases.fields import Field, answer, fields, sections
from cicatrix.cases.lines import Path
from cicatrix.errors import CaseError
from cicatrix.model.case import Case
from cicatrix.model.wording import ROMAN

__all__ = ["Checker", "written"]

_UNKNOWN: Final = ("", "?", "-", "n/a", "na", "unknown", "not known", "none", "null")
_YES: Final = ("yes", "y", "true", "1")
_NO: Final = ("no", "n", "false", "0")


def written(value: object) -> str:
    """Write a value as in a case file, cut to 80 characters."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


class Checker:
    """Turns the values of one file into a case and gathers what is wrong with them."""

    def __init__(self, path: FilePath, lines: Mapping[Path, int]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[CaseError] = []

    def case(self, values: Mapping[str, Any]) -> Case:
        """Check the values.

        Raises
        ------
        CaseError
            With every problem, in the order of the file.
        """
        found = self._valid_part(_with_dates(values))
        for clash in contradictions(found):
            self._refuse_clash(found, clash)
        if self.problems:
            self.problems.sort(key=lambda problem: problem.line or 0)
            raise CaseError.of(self.problems, path=self.path)
        return found

    def refuse(self, what: str, at: Path, *, allowed: str | None = None, fix: str | None = None) -> None:
        """Note a problem, with the line of the nearest key that has one."""
        line = next((self.lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in self.lines), None)
        self.problems.append(CaseError(what, path=self.path, line=line, allowed=allowed, fix=fix))

    def _valid_part(self, values: dict[str, Any]) -> Case:
        """The case without the answers that are wrong, each of which is noted."""
        try:
            return Case.model_validate(values)
        except ValidationError as error:
            refused = {_location(each["loc"]) for each in error.errors(include_url=False, include_context=False)}
            for at in sorted(refused, key=str):
                self._refuse_value(at, _value_at(values, at))
                _drop(values, at)
        return Case.model_validate(values)

    def _refuse_value(self, at: Path, value: object) -> None:
        name = ".".join(at)
        field = next((field for field in fields() if field.loc == at), None)
        if field is not None:
            self.refuse(f"{name} = {written(value)}", at, allowed=field.allowed, fix=_fix(field, value))
        elif name in sections():
            fix = f"write [{name}] on a line of its own and the answers below it"
            self.refuse(f"{name} = {written(value)}", at, allowed=f"a table, [{name}]", fix=fix)
        else:
            self._refuse_unknown(at, value)

    def _refuse_unknown(self, at: Path, value: object) -> None:
        """Refuse a key or section that does not exist, with the likeliest one that does."""
        *parents, key = at
        section = ".".join(parents)
        if isinstance(value, Mapping):
            what = f"unknown section [{'.'.join(at)}]"
            known = [f"[{name}]" for name in sections()]
        else:
            where = f" in [{section}]" if section else " outside of every section"
            what = f"unknown key {key!r}{where} ({key} = {written(value)})"
            known = [field.key for field in fields() if field.section == section] or [f"[{n}]" for n in sections()]
        meant = _meant(key, section, value)
        # The whole list helps only where nothing is spelled alike.
        allowed = None if meant else ", ".join(known)
        self.refuse(what, at, allowed=allowed, fix=meant or "take it out, or correct its name")

    def _refuse_clash(self, case: Case, clash: Clash) -> None:
        found = {field.name: field for field in fields()}
        said = [f"{name} = {written(answer(case, found[name]))}" for name in clash.keys]
        what = f"{' and '.join(said)} contradict each other: {clash.why}"
        self.refuse(what, found[clash.keys[0]].loc, fix=clash.fix)


def _with_dates(values: Mapping[str, Any]) -> dict[str, Any]:
    """Copy the values without nulls, which mean unknown; a date written as text becomes a date."""
    copied = _without_nulls(deepcopy(dict(values)))
    wishes = copied.get("preferences")
    if isinstance(wishes, dict) and isinstance(text := wishes.get("event_date"), str):
        with suppress(ValueError):  # what is no date stays text, which is refused as such
            wishes["event_date"] = date.fromisoformat(text.strip())
    return copied


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nulls(value) if isinstance(value, dict) else value
        for key, value in values.items()
        if value is not None
    }


def _location(loc: tuple[int | str, ...]) -> Path:
    """Path of the key that an error is about: without the place in a list, or the type of several that was tried."""
    named = tuple(part for part in loc if isinstance(part, str))
    return next((field.loc for field in fields() if field.loc == named[: len(field.loc)]), named)


def _value_at(values: Mapping[str, Any], at: Path) -> Any:
    found: Any = values
    for name in at:
        found = found[name] if isinstance(found, Mapping) and name in found else None
    return found


def _drop(values: dict[str, Any], at: Path) -> None:
    for name in at[:-1]:
        values = values[name]
    values.pop(at[-1], None)


def _fix(field: Field, value: object) -> str:
    """What to write in place of a value that is not accepted."""
    text = str(value).strip().lower() if isinstance(value, str | int | float) else None
    if isinstance(value, str) and text in _UNKNOWN and text not in field.choices:
        return "take the line out: an answer that is not given is unknown"
    if field.shape == "choice" and text is not None and text not in field.choices:
        near = difflib.get_close_matches(text, field.choices, n=1, cutoff=0.6)
        return f'did you mean "{near[0]}"?' if near else f"write it as in {field.key} = {field.example}"
    if text is not None and (meant := _meant_value(field, text)) is not None:
        return f"write {field.key} = {meant}"
    if field.shape == "list":
        return _fix_list(field, value)
    if field.shape in ("whole", "number") and isinstance(value, int | float) and not isinstance(value, bool):
        return "correct the number, or take the line out if it is not known"
    return f"write it as in {field.key} = {field.example}, or take the line out if it is not known"


def _meant_value(field: Field, text: str) -> str | None:
    """The accepted value that a wrong one stands for, if it is plain which."""
    if field.shape == "flag" and text in (*_YES, *_NO):
        return "true" if text in _YES else "false"
    if field.shape in ("choice", "number") and text in field.choices:
        return f'"{text}"'
    if field.key == "skin_type" and text.upper() in ROMAN:
        return str(ROMAN.index(text.upper()) + 1)
    if field.shape in ("whole", "number"):
        return _number(field, text)
    return None


def _number(field: Field, text: str) -> str | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    fits = field.low <= number <= field.high and not (field.above and number <= field.low)
    if not fits or (field.shape == "whole" and not number.is_integer()):
        return None
    return f"{number:g}"


def _fix_list(field: Field, value: object) -> str:
    if isinstance(value, str):
        return f'write {field.key} = ["{value}"]' if value in field.choices else f"write {field.key} = {field.example}"
    strange = [item for item in value if item not in field.choices] if isinstance(value, list) else []
    named = [f"{written(item)}{_near(str(item), field.choices)}" for item in strange]
    return f"correct {', '.join(named)}" if named else f"write it as in {field.key} = {field.example}"


def _near(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _meant(key: str, section: str, value: object) -> str | None:
    """Ask whether a key or section that exists is meant; None where none is spelled alike."""
    here = [field.key for field in fields() if field.section == section]
    elsewhere = {field.key: field.section for field in fields() if field.section != section}
    if isinstance(value, Mapping):
        here = [name.rpartition(".")[2] for name in sections() if name.rpartition(".")[0] == section]
    if near := difflib.get_close_matches(key.lower(), here, n=1, cutoff=0.6):
        return f"did you mean {near[0]!r}?"
    if near := difflib.get_close_matches(key.lower(), list(elsewhere), n=1, cutoff=0.75):
        return f"did you mean {near[0]!r} in [{elsewhere[near[0]]}]?"
    if near := difflib.get_close_matches(key.lower(), here, n=1, cutoff=0.45):
        return f"did you mean {near[0]!r}?"
    return None
