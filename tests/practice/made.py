"""Something to keep: a person with a visit, a capture, a case, a result and an edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cicatrix.model.case import Case, Person
from cicatrix.practice import UnitOfWork, captures, cases, edits, people, results, visits

DAY = date(2026, 11, 2)


@dataclass(frozen=True)
class Kept:
    """Identifiers of what was kept."""

    person: str
    visit: str
    capture: str
    case: str
    result: str


def a_capture(folder: Path, content: bytes = b"a photograph") -> Path:
    """A folder that looks like a capture."""
    (folder / "raw").mkdir(parents=True)
    (folder / "capture.toml").write_text('kind = "lights"\n', encoding="utf-8")
    (folder / "raw" / "north.jpg").write_bytes(content)
    return folder


def a_result(folder: Path, content: str = "{}") -> Path:
    """A folder that looks like a result."""
    folder.mkdir(parents=True)
    (folder / "assessment.json").write_text(content, encoding="utf-8")
    return folder


def keep(unit: UnitOfWork, folder: Path, pseudonym: str = "P-001", content: bytes = b"a photograph") -> Kept:
    """Keep one of everything."""
    person = people.add(unit, pseudonym, "a note")
    visit = visits.add(unit, person.id, DAY)
    source = a_capture(folder / f"{pseudonym}-capture", content)
    capture = captures.add(unit, visit.id, source, site="left cheek", kind="lights")
    case = cases.save(unit, visit.id, Case(person=Person(age=29, skin_type=4)))
    made = a_result(folder / f"{pseudonym}-result", f'{{"of": "{pseudonym}"}}')
    result = results.add(unit, capture.id, case.id, made, start=DAY)
    edits.append(unit, result.id, {"event": "delete", "target": "S01"})
    return Kept(person.id, visit.id, capture.id, case.id, result.id)
