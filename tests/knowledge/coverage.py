"""Which figures of the evidence notes stand in the knowledge base, in an entry with the same source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from cicatrix.knowledge import general, rules, sources, treatments, trials

TAG = re.compile(r"\[([A-Za-z0-9-]+)(?: in [A-Z0-9]+)?\]")


@dataclass(frozen=True)
class Row:
    """One row of a table of the notes."""

    text: str
    sources: frozenset[str]
    numbers: frozenset[str]


def numbers(text: str) -> frozenset[str]:
    """Numbers in a text, without tags, statuses, years and signs; 3.20 is 3.2."""
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"\bS2\b|\b(?:19|20)\d\d\b", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text).replace("CO2", "CO").replace("I²", "").replace("cm²", "cm")
    found = re.findall(r"\d+(?:\.\d+)?", text)
    return frozenset(number.rstrip("0").rstrip(".") if "." in number else number for number in found)


def rows_of(notes: str) -> list[Row]:
    """Rows of the tables on treatments, with the sources that they name."""
    by_tag = {source.tag: key for key, source in sources().items() if source.tag}
    body = notes[notes.index("## 1. Treat") : notes.index("## 9. Source")]
    rows = []
    for line in body.splitlines():
        if not line.startswith("|") or re.fullmatch(r"\|[-| ]+\|", line):
            continue
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        cells = cells[1:] if cells[0].isdigit() else cells
        keys = frozenset(by_tag[tag] for tag in TAG.findall(line) if tag in by_tag)
        rows.append(Row(" | ".join(cells)[:80], keys, numbers(" ".join(cells))))
    return rows


def entries() -> list[Row]:
    """Every entry of the knowledge base that names sources, with every number in it."""
    return [Row(record.__class__.__name__, frozenset(keys), numbers(text)) for record, keys, text in _texts()]


def _texts() -> Iterator[tuple[BaseModel, tuple[str, ...], str]]:
    records: list[BaseModel] = [*trials().values(), *rules().rules, *general()]
    for treatment in treatments().values():
        records += [*treatment.effects, *treatment.facts]
        records += [
            figure for name in type(treatment.protocol).model_fields if (figure := getattr(treatment.protocol, name))
        ]
    for record in records:
        yield (
            record,
            getattr(record, "sources", ()),
            " ".join(_strings(record.model_dump(exclude={"sources", "row", "id"}))),
        )


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
    elif value is not None and not isinstance(value, bool):
        yield f"{value:g}" if isinstance(value, float) else str(value)


def covered(row: Row, known: list[Row]) -> frozenset[str]:
    """Numbers of a row that stand in an entry with one of its sources."""
    return row.numbers & frozenset().union(*(entry.numbers for entry in known if entry.sources & row.sources))
