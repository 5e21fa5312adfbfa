"""Write a case: as TOML with every question beside its answer, or as JSON."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Final

from cicatrix.cases.fields import Field, answer, fields, sections
from cicatrix.io.toml_write import toml_value
from cicatrix.io.write import write_file
from cicatrix.model.case import Case

__all__ = ["as_json", "as_toml", "dump_schema", "write_case"]

WIDTH: Final = 100
_HEAD: Final = (
    "A case for Cicatrix: what a clinician or a person states. Every answer is optional. A line that begins with # "
    "is not read; what is not answered is unknown, which is not the same as no. To answer, take the # away and write "
    "the answer behind the equals sign."
)
_TITLES: Final = {
    "person": "The person, and what in their history matters for a treatment.",
    "acne": "Acne now, and how it has been. Counts are of the whole face.",
    "acne.regions": "The worst lesion present in each region.",
    "marks": "Flat marks that acne left.",
    "scars": "Scars as counted by eye, on the whole face.",
    "preferences": "What the person wants of a plan.",
}


def write_case(case: Case, path: Path, *, replace: bool = False) -> None:
    """Write a case file, whole or not at all: JSON where the name ends in ``.json``, TOML otherwise.

    Raises
    ------
    OutputError
        The file cannot be written, or is there already and ``replace`` is false.
    """
    text = as_json(case) if path.suffix.lower() == ".json" else as_toml(case)
    write_file(path, text.encode("utf-8"), replace=replace)


def as_json(case: Case) -> str:
    """Write a case as JSON, with ``null`` for what is unknown."""
    return case.model_dump_json(indent=1) + "\n"


def as_toml(case: Case) -> str:
    """Write a case as TOML: each question as a comment, then its answer, or its key as a comment where it has none."""
    blocks = [_comment(_HEAD)]
    for section in sections():
        blocks.append(f"{_comment(_TITLES[section])}\n[{section}]")
        blocks += [_entry(case, field) for field in fields() if field.section == section]
    return "\n\n".join(blocks) + "\n"


def dump_schema() -> str:
    """JSON Schema of a case, as shipped in the package."""
    return json.dumps(Case.model_json_schema(), indent=1, sort_keys=True) + "\n"


def _entry(case: Case, field: Field) -> str:
    value = answer(case, field)
    line = f"# {field.key} =" if value is None else f"{field.key} = {_toml(value)}"
    return f"{_comment(field.question)}\n{_comment(field.allowed, indent='  ')}\n{line}"


def _toml(value: object) -> str:
    """A value as TOML; a number without a fraction as a whole one."""
    return toml_value(int(value) if isinstance(value, float) and value.is_integer() else value)


def _comment(text: str, *, indent: str = "") -> str:
    lead = f"# {indent}"
    return textwrap.fill(
        text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False
    )
