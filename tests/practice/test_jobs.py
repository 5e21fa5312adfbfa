"""Jobs: claimed by one, told of, never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cicatrix.practice import Practice, jobs, open_practice


def test_each_job_is_claimed_once(practice: Practice) -> None:
    with practice.unit_of_work("anna") as unit:
        asked = [jobs.add(unit, "assess", {"n": n}).id for n in range(12)]

    def claim(worker: int) -> list[str]:
        got: list[str] = []
        while True:
            with practice.unit_of_work("worker") as unit:
                job = jobs.claim(unit, f"w{worker}")
            if job is None:
                return got
            got.append(job.id)

    with ThreadPoolExecutor(4) as pool:
        claimed = [job for got in pool.map(claim, range(4)) for job in got]
    assert sorted(claimed) == sorted(asked)


def test_the_job_that_has_waited_longest_is_next(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 2, tzinfo=UTC)]
    names = iter(f"{number:032x}" for number in (5, 1, 4, 2, 3))
    practice = open_practice(tmp_path, clock=lambda: now[0], new_id=lambda: next(names))
    asked = []
    for number in range(5):
        with practice.unit_of_work("anna") as unit:
            asked.append(jobs.add(unit, "assess", {"n": number}).id)
        now[0] += timedelta(seconds=1)
    claimed = []
    for _ in range(5):
        with practice.unit_of_work("worker") as unit:
            job = jobs.claim(unit, "w")
        assert job is not None
        claimed.append(job.id)
    assert claimed == asked
    practice.close()


def test_what_was_cancelled_stays_so(practice: Practice) -> None:
    with practice.unit_of_work("anna") as unit:
        job = jobs.add(unit, "assess", {})
        jobs.claim(unit, "w")
        jobs.cancel(unit, job.id)
        assert jobs.progress(unit, job.id, "relief", 1, 2) == "cancelled"
        assert jobs.finish(unit, job.id).state == "cancelled"


def test_the_job_that_waits_longest_is_next(tmp_path: Path) -> None:
    """Whatever the identifiers are, which decide only between jobs of the same moment."""
    now, ids = [datetime(2026, 11, 2, tzinfo=UTC)], iter(["c", "b", "a"] + [f"{n:032x}" for n in range(99)])
    practice = open_practice(tmp_path, clock=lambda: now[0], new_id=lambda: next(ids))
    for n in range(3):
        with practice.unit_of_work("anna") as unit:
            jobs.add(unit, "assess", {"n": n})
        now[0] += timedelta(seconds=1)
    with practice.unit_of_work("worker") as unit:
        assert [job.payload["n"] for job in jobs.unfinished(unit)] == [0, 1, 2]
        claimed = [jobs.claim(unit, "w") for _ in range(3)]
    assert [job.payload["n"] for job in claimed if job is not None] == [0, 1, 2]
    practice.close()


@pytest.mark.parametrize("jump", [timedelta(seconds=61), timedelta(0), timedelta(hours=-2), timedelta(days=400)])
def test_lost_work_is_tried_again_once(tmp_path: Path, jump: timedelta) -> None:
    """Also where the clock was set meanwhile."""
    now = [datetime(2026, 11, 2, tzinfo=UTC)]
    practice = open_practice(tmp_path, clock=lambda: now[0])
    with practice.unit_of_work("anna") as unit:
        job = jobs.add(unit, "assess", {})
    for expected in ("waiting", "failed"):
        with practice.unit_of_work("worker") as unit:
            assert jobs.claim(unit, "w") is not None
        now[0] += jump
        with practice.unit_of_work("worker") as unit:
            (lost,) = jobs.requeue_lost(unit)
        assert lost.state == expected
    with practice.unit_of_work("anna", write=False) as unit:
        assert "ended unexpectedly" in jobs.get(unit, job.id).message
    practice.close()
