"""Who may use a practice's pages, and who is logged in."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from functools import cache
from typing import Final, get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, select

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.model.practice import Account, Role, WebSession
from cicatrix.practice import log
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import AccountRow, SessionRow

__all__ = [
    "accounts",
    "add",
    "check",
    "close_session",
    "open_session",
    "remove",
    "set_password",
    "unlock",
    "who",
]

SHORTEST: Final = 12
LONGEST: Final = 1000
NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,100}")
MOST_FAILURES: Final = 5
LONGEST_LOCK: Final = timedelta(hours=1)
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
TOUCH: Final = timedelta(seconds=30)
"""A session's last use is noted no oftener, so that looking at pages does not write each time."""


def add(unit: UnitOfWork, name: str, role: Role, password: str) -> Account:
    """Add an account.

    Raises
    ------
    RecordError
        The name is taken or malformed, the role unknown, or the password too short.
    """
    if not NAME.fullmatch(name):
        raise RecordError(f"the name is {name!r}", allowed="1 to 100 letters, digits and . _ @ -")
    if role not in get_args(Role):
        raise RecordError(f"the role is {role!r}", allowed=", ".join(get_args(Role)))
    if _named(unit, name) is not None:
        raise RecordError(f"there is an account {name!r} already", fix="choose another name")
    row = AccountRow(
        id=unit.new_id(),
        name=name,
        role=role,
        password=_hashed(password),
        failures=0,
        locked_until=None,
        made_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    log.add(unit, "account.add", row.id, detail={"name": name, "role": role})
    return _account(row)


def accounts(unit: UnitOfWork) -> tuple[Account, ...]:
    """Accounts by name."""
    return tuple(_account(row) for row in unit.session.scalars(select(AccountRow).order_by(AccountRow.name)))


def check(unit: UnitOfWork, name: str, password: str) -> Account | None:
    """The account, if the password is right and it is not locked; None says no more than that.

    Five failures in a row lock an account for a minute, each further one for twice as long, up to an hour. A name that
    does not exist takes as long as a wrong password.
    """
    row = _named(unit, name)
    right = _matches(_nobody() if row is None else row.password, password)
    if row is None:
        log.add(unit, "login.refused")
        return None
    if row.locked_until is not None and row.locked_until > unit.now:
        log.add(unit, "login.locked", row.id)
        return None
    if not right:
        row.failures += 1
        if row.failures >= MOST_FAILURES:
            row.locked_until = unit.now + min(timedelta(minutes=2 ** (row.failures - MOST_FAILURES)), LONGEST_LOCK)
        log.add(unit, "login.refused", row.id)
        return None
    row.failures, row.locked_until = 0, None
    log.add(unit, "login", row.id)
    return _account(row)


def set_password(unit: UnitOfWork, name: str, password: str) -> Account:
    """Set a password; whoever is logged in with the old one is logged out."""
    row = _existing(unit, name)
    row.password, row.failures, row.locked_until = _hashed(password), 0, None
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
    log.add(unit, "account.remove", row.id, detail={"name": name})


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
    if row is None or row.made_at < unit.now - ABSOLUTE or row.seen_at < unit.now - IDLE:
        return None
    stale = unit.now - row.seen_at > TOUCH
    if row.account_id is None:
        return WebSession(account_id=None, name="owner", role="clinician", csrf=row.csrf), stale
    account = unit.session.get(AccountRow, row.account_id)
    if account is None:
        return None
    known = _account(account)
    return WebSession(account_id=known.id, name=known.name, role=known.role, csrf=row.csrf), stale


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


def _existing(unit: UnitOfWork, name: str) -> AccountRow:
    row = _named(unit, name)
    if row is None:
        raise NotFoundError(f"there is no account {name!r}", fix="list the accounts with `cicatrix user list`")
    return row


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise RecordError(
            f"the password has {len(password)} characters", allowed=f"at least {SHORTEST}", fix="choose a longer one"
        )
    return _hasher().hash(password)


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


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _account(row: AccountRow) -> Account:
    return Account.model_validate({name: getattr(row, name) for name in Account.model_fields})
