"""What was made lately, kept in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from cicatrix.web.cache import RecentCache


def test_what_was_made_is_not_made_again() -> None:
    made: list[str] = []

    def note(made: list[str]) -> str:
        made.append("one")
        return "first"

    kept: RecentCache[str] = RecentCache(4)
    for _ in range(3):
        assert kept.get("one", lambda: note(made)) == "first"
    assert made == ["one"]


def test_what_was_used_longest_ago_goes_first() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    kept: RecentCache[int] = RecentCache(2)
    for number in (1, 2, 1, 3, 1, 2):
        kept.get(number, lambda number=number: make(number))  # type: ignore[misc]
    assert made == [1, 2, 3, 2]


def test_a_failure_is_not_kept() -> None:
    kept: RecentCache[int] = RecentCache(2)

    def fail() -> int:
        raise OSError

    for _ in range(2):
        try:
            kept.get("one", fail)
        except OSError:
            continue
        raise AssertionError
    assert kept.get("one", lambda: 1) == 1


def test_many_at_once_get_their_own() -> None:
    kept: RecentCache[int] = RecentCache(8)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: kept.get(number % 20, lambda: number % 20), range(2000)))
    assert found == [number % 20 for number in range(2000)]
