"""Values that requests share, kept in memory: least recently used, thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

__all__ = ["RecentCache"]

Value = TypeVar("Value")


class RecentCache(Generic[Value]):
    """An LRU cache behind a lock; a key names everything that its value depends on, so nothing goes stale.

    Parameters
    ----------
    most
        Values kept at most.
    """

    def __init__(self, most: int) -> None:
        self._kept: LRUCache[Hashable, Value] = LRUCache(most)
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key; ``make`` computes a missing one, outside the lock: twice if two threads ask at once."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
        return made
