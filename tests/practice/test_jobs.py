"""Jobs: claimed by one, told of, never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


def test_lost_work_is_tried_again_once(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 2, tzinfo=UTC)]
    practice = open_practice(tmp_path, clock=lambda: now[0])
    with practice.unit_of_work("anna") as unit:
        job = jobs.add(unit, "assess", {})
    for expected in ("waiting", "failed"):
        with practice.unit_of_work("worker") as unit:
            assert jobs.claim(unit, "w") is not None
        with practice.unit_of_work("worker") as unit:
            assert jobs.requeue_lost(unit, silent_s=60) == ()
        now[0] += timedelta(seconds=61)
        with practice.unit_of_work("worker") as unit:
            (lost,) = jobs.requeue_lost(unit, silent_s=60)
        assert lost.state == expected
    with practice.unit_of_work("anna", write=False) as unit:
        assert "stopped without a word" in jobs.get(unit, job.id).message
    practice.close()
