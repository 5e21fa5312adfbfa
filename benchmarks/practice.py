"""A large practice, made quickly: many people with visits, each with a capture and a result that share their files."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert

from cicatrix.cases import load_case
from cicatrix.io.relief_archive import RELIEF_FILE, pack
from cicatrix.pipeline.assess import assess_and_save
from cicatrix.practice import Practice, captures, cases, open_practice, people, results, visits
from cicatrix.practice.files import of_owner
from cicatrix.practice.tables import CaptureRow, CaseRow, FileUseRow, PersonRow, ResultRow, SiteRow, VisitRow

__all__ = ["large_practice"]

FIRST_DAY = date(2020, 1, 6)


def large_practice(folder: Path, capture: Path, case_file: Path, *, people_count: int, visits_each: int) -> Practice:
    """Make a practice.

    Parameters
    ----------
    folder
        Where; must not exist.
    capture, case_file
        What everybody's visits hold.
    people_count, visits_each
        How many.
    """
    out = folder.with_name(f"{folder.name}-result")
    assessed = assess_and_save(capture, out, case_file=case_file)
    (out / RELIEF_FILE).write_bytes(pack(assessed.relief))
    practice = open_practice(folder)
    with practice.unit_of_work("benchmark") as unit:
        person = people.add(unit, "P-00000")
        visit = visits.add(unit, person.id, FIRST_DAY)
        kept = captures.add(unit, visit.id, capture, site="left cheek", kind="lights")
        stated = cases.save(unit, visit.id, load_case(case_file)[0])
        result = results.add(unit, kept.id, stated.id, out)
    _multiply(practice, kept.id, stated.id, result.id, people_count, visits_each)
    return practice


def _multiply(
    practice: Practice, capture_id: str, case_id: str, result_id: str, people_count: int, visits_each: int
) -> None:
    """Add the others as rows, in pieces; what they say is the first one's."""
    with practice.unit_of_work("benchmark", write=False) as unit:
        held = {owner: of_owner(unit, owner) for owner in (capture_id, result_id)}
        stated = cases.get(unit, case_id).case.model_dump(mode="json")
        now = unit.now
    for start in range(1, people_count, 100):
        rows: dict[type, list[dict[str, object]]] = {
            table: [] for table in (PersonRow, SiteRow, VisitRow, CaptureRow, CaseRow, ResultRow, FileUseRow)
        }
        for n in range(start, min(start + 100, people_count)):
            person, site = _id(), _id()
            rows[PersonRow].append({"id": person, "pseudonym": f"P-{n:05d}", "note": "", "made_at": now})
            rows[SiteRow].append({"id": site, "person_id": person, "name": "left cheek"})
            for k in range(visits_each):
                visit, capture, case, result = _id(), _id(), _id(), _id()
                day = FIRST_DAY + timedelta(days=n % 1000 + 60 * k)
                rows[VisitRow].append({"id": visit, "person_id": person, "day": day, "note": "", "made_at": now})
                rows[CaptureRow].append(
                    {"id": capture, "visit_id": visit, "site_id": site, "kind": "lights", "note": {}, "made_at": now}
                )
                rows[CaseRow].append({"id": case, "visit_id": visit, "number": 1, "case": stated, "made_at": now})
                rows[ResultRow].append(
                    {
                        "id": result,
                        "capture_id": capture,
                        "case_id": case,
                        "start": None,
                        "cicatrix": "0",
                        "made_at": now,
                    }
                )
                for owner, like in ((capture, capture_id), (result, result_id)):
                    rows[FileUseRow] += [
                        {"owner_id": owner, "name": file.name, "sha256": file.sha256} for file in held[like]
                    ]
        with practice.unit_of_work("benchmark") as unit:
            for table, some in rows.items():
                unit.session.execute(insert(table), some)


def _id() -> str:
    return uuid.uuid4().hex
