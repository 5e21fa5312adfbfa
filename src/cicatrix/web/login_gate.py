"""Limits on password checks: few at a time, a short queue, and a rate for each address.

Hashing a password takes a tenth of a second of processor time and 64 MB, and whoever reaches the login page can ask for
it. It runs in a pool of its own, so that it never takes the threads or the database's lock from other requests.
"""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import anyio
from cachetools import LRUCache

from cicatrix.model.practice import Account
from cicatrix.practice import Practice, accounts
from cicatrix.web.refusals import Refused

__all__ = ["LoginGate"]

Value = TypeVar("Value")

AT_ONCE: Final = 1
"""Passwords that are hashed at a time."""
MOST_WAITING: Final = 8
"""Checks that wait for their turn; further ones are refused."""
QUEUE_RETRY_S: Final = 5
FAILURES: Final = 10
"""Failures of an address before it has to wait."""
RECOVERY_S: Final = 30.0
"""Seconds until an address may fail once more."""
ADDRESSES: Final = 4096
"""Addresses that are remembered."""
DELAY_S: Final = 1.0
MOST_DELAYED: Final = 64
"""Refusals that are held back for a moment, so that a client which asks again at once takes little time."""


class LoginGate:
    """Checks passwords with limits.

    Parameters
    ----------
    practice
        Whose accounts.
    clock
        Seconds that only grow.
    """

    def __init__(self, practice: Practice, clock: Callable[[], float] = time.monotonic) -> None:
        self._practice, self._clock = practice, clock
        self._pool = ThreadPoolExecutor(AT_ONCE, "login")
        self._lock = threading.Lock()
        self._pending = self._delayed = 0
        self._failures: LRUCache[str, tuple[float, float]] = LRUCache(ADDRESSES)

    async def admit(self, address: str | None) -> None:
        """Refuse an address that failed too often; call it before the request's body is read.

        Raises
        ------
        Refused
            With the status 429 and the time to wait.
        """
        failures = self._failures_now(_network(address))
        excess = failures - (FAILURES - 1)
        if excess <= 0:
            return
        if self._delayed < MOST_DELAYED:
            self._delayed += 1
            try:
                await anyio.sleep(DELAY_S)
            finally:
                self._delayed -= 1
        wait_s = int(excess * RECOVERY_S) + 1
        raise Refused(
            429,
            "There were too many failed attempts from this address.",
            fix=f"Wait {wait_s} seconds and try again.",
            retry_after_s=wait_s,
        )

    async def check(self, address: str | None, name: str, password: str) -> Account | None:
        """The account if the password is right; see ``accounts.check``.

        Raises
        ------
        Refused
            Too many checks wait already: status 429.
        """
        account = await self.run(lambda: accounts.check(self._practice, name, password))
        if account is None:
            key = _network(address)
            with self._lock:
                self._failures[key] = (self._failures_now(key) + 1, self._clock())
        return account

    async def run(self, hash_something: Callable[[], Value]) -> Value:
        """Run a function that hashes passwords in the pool.

        Raises
        ------
        Refused
            Too many wait already: status 429.
        """
        with self._lock:
            if self._pending >= AT_ONCE + MOST_WAITING:
                raise Refused(
                    429,
                    "Too many people are logging in at the moment.",
                    fix=f"Wait {QUEUE_RETRY_S} seconds and try again.",
                    retry_after_s=QUEUE_RETRY_S,
                )
            self._pending += 1
        future = self._pool.submit(hash_something)
        future.add_done_callback(self._done)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Drop the checks that wait; one that runs is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _done(self, _future: object) -> None:
        with self._lock:
            self._pending -= 1

    def _failures_now(self, key: str) -> float:
        """Failures that an address has not recovered from."""
        count, at = self._failures.get(key, (0.0, 0.0))
        return max(0.0, count - (self._clock() - at) / RECOVERY_S)


def _network(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 address, which one client gets as a whole."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(known) if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))
