"""What is stated at a visit, when two people state it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from cicatrix.model.case import Case
from cicatrix.practice import Practice, UnitOfWork, cases, people, visits


def _with(
    unit: UnitOfWork, visit_id: str, section: str, key: str, value: int, between: Callable[[], object] = lambda: None
) -> None:
    """One answer more; ``between`` happens after the case was read and before it is saved."""
    stored = cases.to_change(unit, visit_id)
    between()
    values = (Case() if stored is None else stored.case).model_dump()
    values[section][key] = value
    cases.save(unit, visit_id, Case.model_validate(values))


def test_two_who_save_at_the_same_moment_lose_nothing(practice: Practice) -> None:
    """The second waits for the first and adds to what it said, in every database."""
    with practice.unit_of_work("test") as unit:
        visit = visits.add(unit, people.add(unit, pseudonym="P-1").id, day=date(2026, 11, 2))
    begun = threading.Event()

    def hold_on() -> None:
        begun.set()
        threading.Event().wait(0.5)  # the other tab is at the door by now

    def first() -> None:
        with practice.unit_of_work("first") as unit:
            _with(unit, visit.id, "person", "age", 29, hold_on)

    def second() -> None:
        begun.wait(10)
        with practice.unit_of_work("second") as unit:
            _with(unit, visit.id, "marks", "red", 4)

    with ThreadPoolExecutor(2) as tabs:
        for done in [tabs.submit(first), tabs.submit(second)]:
            done.result()
    with practice.unit_of_work("test", write=False) as unit:
        stored = cases.latest(unit, visit.id)
    assert stored is not None
    assert (stored.case.person.age, stored.case.marks.red) == (29, 4)
