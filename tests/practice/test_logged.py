"""What is done to accounts and visits is logged, each act once, and nothing is added to what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cicatrix.errors import NotFoundError
from cicatrix.practice import Practice, UnitOfWork, accounts, log, open_practice, people, visits

PASSWORD = "correct horse battery"  # noqa: S105 - of an account that lives for one test


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[UnitOfWork]:
    practice: Practice = open_practice(tmp_path)
    with practice.unit_of_work("test") as opened:
        yield opened
    practice.close()


def actions(unit: UnitOfWork, prefix: str) -> list[str]:
    """Logged actions of one kind, oldest first."""
    unit.session.flush()
    found = [entry.action for entry in log.entries(unit).items]
    return sorted(action for action in found if action.startswith(prefix))


def test_every_act_on_an_account_is_logged_once(unit: UnitOfWork) -> None:
    accounts.add(unit, "anna", "clinician", PASSWORD)
    assert actions(unit, "account.") == ["account.add"]
    accounts.unlock(unit, "anna")
    assert actions(unit, "account.") == ["account.add", "account.unlock"]
    accounts.remove(unit, "anna")
    assert actions(unit, "account.") == ["account.add", "account.remove", "account.unlock"]
    (removed,) = (entry for entry in log.entries(unit).items if entry.action == "account.remove")
    assert removed.detail == {"name": "anna"}


def test_a_visit_of_nobody_is_refused_and_not_logged(unit: UnitOfWork) -> None:
    with pytest.raises(NotFoundError, match="person"):
        visits.add(unit, "0" * 32, date(2026, 11, 2))
    assert actions(unit, "visit.") == []
    person = people.add(unit, "P-001")
    visits.add(unit, person.id, date(2026, 11, 2))
    assert actions(unit, "visit.") == ["visit.add"]
