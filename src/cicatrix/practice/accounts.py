"""Who may use a practice's pages, and who is logged in."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NewType, get_args
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, func, select

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.model.practice import Account, Role, WebSession
from cicatrix.practice import log
from cicatrix.practice.passwords import check_password
from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import AccountRow, SessionRow

__all__ = [
    "PasswordHash",
    "accounts",
    "add",
    "check",
    "close_session",
    "hash_password",
    "open_session",
    "remove",
    "set_password",
    "unlock",
    "who",
]

PasswordHash = NewType("PasswordHash", str)
LOGIN: Final = "login"
"""Actor of login attempts, in the log."""
NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,100}")
MOST_FAILURES: Final = 5
LONGEST_LOCK: Final = timedelta(hours=1)
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
SKEW: Final = timedelta(minutes=5)
"""Clocks of two machines that serve one practice may differ by so much."""
LOG_EVERY: Final = timedelta(minutes=10)
TOUCH: Final = timedelta(seconds=30)
"""A session's last use is noted no oftener, so that looking at pages does not write each time."""


def add(unit: UnitOfWork, name: str, role: Role, password: str) -> Account:
    """Add an account.

    Raises
    ------
    RecordError
        The name is taken (upper and lower case are the same) or malformed, the role unknown, or the password too weak.
    """
    if not NAME.fullmatch(name):
        raise RecordError(f"the name is {name!r}", allowed="1 to 100 letters, digits and . _ @ -")
    if role not in get_args(Role):
        raise RecordError(f"the role is {role!r}", allowed=", ".join(get_args(Role)))
    taken = unit.session.scalar(select(AccountRow.name).where(func.lower(AccountRow.name) == name.lower()))
    if taken is not None:
        raise RecordError(f"there is an account {taken!r} already", fix="choose another name")
    row = AccountRow(
        id=unit.new_id(),
        name=name,
        role=role,
        password=hash_password(password, name),
        failures=0,
        locked_until=None,
        made_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    log.add(unit, "account.add", row.id, detail={"name": name, "role": role}, rows=[row])
    return _account(row)


def accounts(unit: UnitOfWork) -> tuple[Account, ...]:
    """Accounts by name."""
    return tuple(_account(row) for row in unit.session.scalars(select(AccountRow).order_by(AccountRow.name)))


def check(practice: Practice, name: str, password: str) -> Account | None:
    """The account, if the password is right and the account is not locked; None says no more than that.

    Hashing takes long on purpose, so it is done between two short transactions and never holds the database's lock.
    Five failures in a row lock an account for a minute, each further one for twice as long, up to an hour. A name that
    does not exist takes as long as a wrong password.

    Attempts on unknown names and on locked accounts are counted and logged at most once in ten minutes each, so that
    guessing cannot fill the log.
    """
    with practice.unit_of_work(LOGIN, write=False) as unit:
        row, now = _named(unit, name), unit.now
        stored = None if row is None else row.password
        closed = row is None or _is_locked(row, now)
    right = _matches(_nobody() if stored is None else stored, password)
    if closed:
        count = _refused(practice).add(now)
        if count:
            with practice.unit_of_work(LOGIN) as unit:
                log.add(unit, "login.refused", detail={"attempts": count})
        return None
    with practice.unit_of_work(LOGIN) as unit:
        return _noted(unit, name, stored, right=right)


def _noted(unit: UnitOfWork, name: str, stored: str | None, *, right: bool) -> Account | None:
    """Note an attempt on an account; what changed while the password was hashed counts as a wrong password."""
    row = _named(unit, name)
    if row is None or _is_locked(row, unit.now):
        return None
    if not right or row.password != stored:
        row.failures += 1
        if row.failures >= MOST_FAILURES:
            row.locked_until = unit.now + min(timedelta(minutes=2 ** (row.failures - MOST_FAILURES)), LONGEST_LOCK)
        log.add(unit, "login.refused", row.id)
        return None
    row.failures, row.locked_until = 0, None
    log.add(unit, "login", row.id)
    return _account(row)


def hash_password(password: str, name: str) -> PasswordHash:
    """Hash a password (Argon2id); takes about a tenth of a second and 64 MB, so do it outside of transactions.

    Raises
    ------
    RecordError
        The password is too short, too long, or easy to guess.
    """
    check_password(password, name)
    return PasswordHash(_hasher().hash(password))


def set_password(unit: UnitOfWork, name: str, hashed: PasswordHash) -> Account:
    """Set a password; whoever is logged in with the old one is logged out."""
    row = _existing(unit, name)
    row.password, row.failures, row.locked_until = hashed, 0, None
    unit.session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
    log.add(unit, "account.password", row.id)
    return _account(row)


def unlock(unit: UnitOfWork, name: str) -> Account:
    """Unlock an account."""
    row = _existing(unit, name)
    row.failures, row.locked_until = 0, None
    log.add(unit, "account.unlock", row.id)
    return _account(row)


def remove(unit: UnitOfWork, name: str) -> None:
    """Remove an account; what it did stays in the log."""
    row = _existing(unit, name)
    unit.session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
    unit.session.delete(row)
    log.add(unit, "account.remove", row.id, detail={"name": name}, removed=[row.id])


def open_session(unit: UnitOfWork, account_id: str | None) -> str:
    """Log an account in, or the holder of the link's token (None); returns the session's token, which is not kept."""
    old = unit.now - ABSOLUTE
    unit.session.execute(delete(SessionRow).where((SessionRow.made_at < old) | (SessionRow.seen_at < unit.now - IDLE)))
    token = secrets.token_urlsafe(32)
    unit.session.add(
        SessionRow(
            token_sha256=_sha256(token),
            account_id=account_id,
            csrf=secrets.token_urlsafe(24),
            made_at=unit.now,
            seen_at=unit.now,
        )
    )
    return token


def who(unit: UnitOfWork, token: str) -> tuple[WebSession, bool] | None:
    """Who is logged in with a token, and whether its last use should be noted (``touch``); None for nobody."""
    row = unit.session.get(SessionRow, _sha256(token))
    if row is None or row.made_at < unit.now - ABSOLUTE or row.seen_at < unit.now - IDLE or _from_future(unit, row):
        return None
    stale = unit.now - row.seen_at > TOUCH
    if row.account_id is None:
        return WebSession(account_id=None, name="owner", role="clinician", csrf=row.csrf), stale
    account = unit.session.get(AccountRow, row.account_id)
    if account is None:
        return None
    known = _account(account)
    return WebSession(account_id=known.id, name=known.name, role=known.role, csrf=row.csrf), stale


def _from_future(unit: UnitOfWork, row: SessionRow) -> bool:
    """Whether the clock was set back since: the session would outlive its time by as much."""
    return max(row.made_at, row.seen_at) > unit.now + SKEW


def touch(unit: UnitOfWork, token: str) -> None:
    """Note that a session is in use."""
    row = unit.session.get(SessionRow, _sha256(token))
    if row is not None:
        row.seen_at = unit.now


def close_session(unit: UnitOfWork, token: str) -> None:
    """Log out."""
    unit.session.execute(delete(SessionRow).where(SessionRow.token_sha256 == _sha256(token)))


def _named(unit: UnitOfWork, name: str) -> AccountRow | None:
    return unit.session.scalar(select(AccountRow).where(AccountRow.name == name))


def _is_locked(row: AccountRow, now: datetime) -> bool:
    # A lock that ends later than any does was set before the clock was set back.
    return row.locked_until is not None and now < row.locked_until <= now + LONGEST_LOCK


def _existing(unit: UnitOfWork, name: str) -> AccountRow:
    row = _named(unit, name)
    if row is None:
        raise NotFoundError(f"there is no account {name!r}", fix="list the accounts with `cicatrix user list`")
    return row


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A password that nobody has."""
    return _hasher().hash(secrets.token_hex(16))


class _Refusals:
    """Refused attempts since the last entry in the log."""

    def __init__(self) -> None:
        self._count, self._logged_at = 0, datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def add(self, now: datetime) -> int:
        """Count an attempt; returns how many to log now, 0 while the last entry is recent."""
        with self._lock:
            self._count += 1
            if abs(now - self._logged_at) < LOG_EVERY:
                return 0
            count, self._count, self._logged_at = self._count, 0, now
            return count


_refusals: WeakKeyDictionary[Practice, _Refusals] = WeakKeyDictionary()


def _refused(practice: Practice) -> _Refusals:
    return _refusals.setdefault(practice, _Refusals())


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _account(row: AccountRow) -> Account:
    return Account.model_validate({name: getattr(row, name) for name in Account.model_fields})
