"""Accounts: passwords, lockout, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.model.practice import RecordedPerson
from cicatrix.practice import Practice, accounts, log, open_practice, people
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
    return accounts.check(practice, "anna", password) is not None


def test_only_the_right_password_opens(practice: Practice) -> None:
    assert _check(practice, PASSWORD)
    assert not _check(practice, PASSWORD + " ")
    assert accounts.check(practice, "nobody", PASSWORD) is None


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
        accounts.set_password(unit, "anna", accounts.hash_password("another long password", "anna"))
        assert accounts.who(unit, token) is None
    assert not _check(practice, PASSWORD)


@pytest.mark.parametrize(
    ("name", "role", "password", "said"),
    [
        ("anna", "reader", PASSWORD, "already"),
        ("ANNA", "reader", PASSWORD, "'anna' already"),
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


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "            ",
        "aaaaaaaaaaaaaa",
        "Password1234",
        "passwordPASSWORD!",
        "qwertyuiop12",
        "Cicatrix2026!",
        "benbenbenben",
        "abcdefghijkl",
        "098765432109",
        "iloveyou2024",
    ],
)
def test_passwords_that_everybody_tries_are_refused(password: str) -> None:
    with pytest.raises(RecordError, match="common words") as refused:
        accounts.hash_password(password, "ben")
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", [PASSWORD, "483920174625", "plum tractor eleven", "Xk7#pQ2!vL9m", "vergessener Apfelbaum"]
)
def test_other_passwords_are_accepted(password: str) -> None:
    assert accounts.hash_password(password, "ben").startswith("$argon2id$")


def test_guessing_cannot_fill_the_log(practice: Practice, clock: Clock) -> None:
    def entries() -> int:
        with practice.unit_of_work("test", write=False) as unit:
            return log.entries(unit).total

    before = entries()
    for number in range(20):
        assert accounts.check(practice, f"nobody-{number}", "wrong") is None
        assert not _check(practice, "wrong")
    assert entries() - before == 5 + 1  # the failures of the account until it is locked, and one for all others
    clock.now += timedelta(minutes=11)
    accounts.check(practice, "nobody", "wrong")
    with practice.unit_of_work("test", write=False) as unit:
        assert log.entries(unit).items[0].detail == {"attempts": 20 + 15 + 1 - 1}


def test_a_password_is_hashed_outside_of_transactions(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is checked, everybody else can write."""
    written: list[RecordedPerson] = []

    def slow(stored: str, password: str) -> bool:
        del stored, password
        with practice.unit_of_work("somebody else") as unit:
            written.append(people.add(unit, f"P-{len(written)}"))
        return False

    monkeypatch.setattr(accounts, "_matches", slow)
    for name in ("anna", "nobody"):
        accounts.check(practice, name, "wrong")
    assert len(written) == 2


def test_a_clock_that_is_set_back_keeps_nobody_in_and_nobody_out(practice: Practice, clock: Clock) -> None:
    with practice.unit_of_work("test") as unit:
        token = accounts.open_session(unit, accounts.accounts(unit)[0].id)
    for _ in range(5):
        assert not _check(practice, "wrong")
    clock.now -= timedelta(days=30)
    with practice.unit_of_work("test") as unit:
        assert accounts.who(unit, token) is None
    assert _check(practice, PASSWORD)
