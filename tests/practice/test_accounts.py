"""Accounts: passwords, lockout, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.practice import Practice, accounts, open_practice
from cicatrix.practice.tables import AccountRow, SessionRow

PASSWORD = "correct horse battery"  # noqa: S105 - of an account that lives for one test


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def practice(tmp_path: Path, clock: Clock) -> Iterator[Practice]:
    opened = open_practice(tmp_path, clock=clock)
    with opened.unit_of_work("test") as unit:
        accounts.add(unit, "anna", "clinician", PASSWORD)
    yield opened
    opened.close()


def _check(practice: Practice, password: str) -> bool:
    with practice.unit_of_work("test") as unit:
        return accounts.check(unit, "anna", password) is not None


def test_only_the_right_password_opens(practice: Practice) -> None:
    assert _check(practice, PASSWORD)
    assert not _check(practice, PASSWORD + " ")
    with practice.unit_of_work("test") as unit:
        assert accounts.check(unit, "nobody", PASSWORD) is None


def test_no_password_and_no_token_is_kept(practice: Practice) -> None:
    with practice.unit_of_work("test") as unit:
        token = accounts.open_session(unit, accounts.accounts(unit)[0].id)
    with practice.unit_of_work("test", write=False) as unit:
        assert str(unit.session.scalar(select(AccountRow.password))).startswith("$argon2id$")
        assert unit.session.scalar(select(SessionRow.token_sha256)) != token


def test_five_failures_lock_for_growing_times(practice: Practice, clock: Clock) -> None:
    for _ in range(5):
        assert not _check(practice, "wrong")
    assert not _check(practice, PASSWORD)
    clock.now += timedelta(seconds=61)
    assert not _check(practice, "wrong")
    clock.now += timedelta(seconds=61)
    assert not _check(practice, PASSWORD)
    clock.now += timedelta(seconds=61)
    assert _check(practice, PASSWORD)
    assert not _check(practice, "wrong")
    assert _check(practice, PASSWORD)


def test_sessions_end_when_idle_and_after_half_a_day(practice: Practice, clock: Clock) -> None:
    with practice.unit_of_work("test") as unit:
        account = accounts.accounts(unit)[0]
        token = accounts.open_session(unit, account.id)

    def known() -> bool:
        with practice.unit_of_work("test") as unit:
            found = accounts.who(unit, token)
            if found is not None:
                accounts.touch(unit, token)
        return found is not None

    for _ in range(24):
        assert known()
        clock.now += timedelta(minutes=29)
    assert known()
    clock.now += timedelta(minutes=31)
    assert not known()
    with practice.unit_of_work("test") as unit:
        token = accounts.open_session(unit, account.id)
    for _ in range(25):
        known()
        clock.now += timedelta(minutes=29)
    assert not known()


def test_a_new_password_ends_every_session(practice: Practice) -> None:
    with practice.unit_of_work("test") as unit:
        token = accounts.open_session(unit, accounts.accounts(unit)[0].id)
        accounts.set_password(unit, "anna", "another long password")
        assert accounts.who(unit, token) is None
    assert not _check(practice, PASSWORD)


@pytest.mark.parametrize(
    ("name", "role", "password", "said"),
    [
        ("anna", "reader", PASSWORD, "already"),
        ("an na", "reader", PASSWORD, "the name is"),
        ("ben", "king", PASSWORD, "the role is 'king'"),
        ("ben", "reader", "short", "5 characters"),
    ],
)
def test_accounts_are_checked(practice: Practice, name: str, role: str, password: str, said: str) -> None:
    with pytest.raises(RecordError, match=said), practice.unit_of_work("test") as unit:
        accounts.add(unit, name, role, password)  # type: ignore[arg-type]


def test_an_account_that_is_removed_is_logged_out(practice: Practice) -> None:
    with practice.unit_of_work("test") as unit:
        token = accounts.open_session(unit, accounts.accounts(unit)[0].id)
        accounts.remove(unit, "anna")
        assert accounts.who(unit, token) is None
        with pytest.raises(NotFoundError, match="anna"):
            accounts.unlock(unit, "anna")
