"""A worker that is killed at any moment loses no job, and leaves no half of a capture or result."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from cicatrix.model.practice import Job, Visit
from cicatrix.practice import Practice, jobs
from cicatrix.practice.integrity import examine
from cicatrix.practice.tables import CaptureRow, FileUseRow, JobRow, ResultRow
from cicatrix.practice.workspace import uploads
from tests.web.made import work_off
from tests.web.tiny import ask_upload, height_files, zipped

WORKERS = Path(__file__).with_name("dying_worker.py")
KILLS = 64
LONGEST_LIFE_S = 0.7


class Workers:
    """The process that forks workers."""

    def __init__(self, practice: Path) -> None:
        command = [sys.executable, str(WORKERS), str(practice)]
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def run_and_kill(self, after_s: float) -> None:
        """Let one work for so long."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        time.sleep(after_s)
        os.kill(pid, signal.SIGKILL)
        assert self.process.stdout.readline() == b"dead\n"

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()


def ask(practice: Practice, visit: Visit, number: int, captured: list[str]) -> None:
    """Ask for what a practice asks for: an upload, as files or as a zip, or an assessment of what came of one."""
    if captured and number % 2:
        with practice.unit_of_work("anna") as unit:
            capture = captured[number % len(captured)]
            jobs.add(unit, "assess", {"capture": capture, "case": None, "start": None})
        return
    files = height_files(0.1 + 0.01 * (number % 30))
    ask_upload(practice, visit.id, {"x.zip": zipped(files)} if number % 4 else files, site=f"site {number}")


def look(practice: Practice) -> list[Job]:
    """What is visible in one moment is whole: as many captures and results as jobs that made one, no half of any."""
    with practice.unit_of_work("test", write=False) as unit:
        every = list(jobs.recent(unit, limit=10_000))
        made = {kind: {job.result_id for job in every if job.kind == kind and job.state == "done"} for kind in KINDS}
        assert set(unit.session.scalars(select(CaptureRow.id))) == made["upload"]
        assert set(unit.session.scalars(select(ResultRow.id))) == made["assess"]
        for kind, needed in KINDS.items():
            for owner in made[kind]:
                names = set(unit.session.scalars(select(FileUseRow.name).where(FileUseRow.owner_id == owner)))
                assert needed <= names
    return every


KINDS = {
    "upload": {"capture.toml", "heights.npy", "cicatrix-previews/0001.jpg"},
    "assess": {"assessment.json", "report.html", "relief.npz"},
}


@pytest.mark.slow
def test_sixty_kills_lose_no_job_and_leave_nothing_by_half(practice: Practice, visit: Visit) -> None:
    chance = random.Random(5)  # noqa: S311 - moments of dying are no secret
    workers = Workers(practice.folder)
    asked = 0
    at_work = dict.fromkeys(KINDS, 0)
    try:
        for _ in range(KILLS):
            every = look(practice)
            captured = [job.result_id for job in every if job.kind == "upload" and job.result_id]
            while sum(job.ended_at is None for job in every) < 3:
                ask(practice, visit, asked, captured)
                asked += 1
                every = look(practice)
            workers.run_and_kill(chance.uniform(0.0, LONGEST_LIFE_S))
            for job in look(practice):
                at_work[job.kind] += job.state == "running"
    finally:
        workers.close()
    work_off(practice)
    every = look(practice)
    assert len(every) == asked
    assert {job.state for job in every} <= {"done", "failed"}
    failed = [job for job in every if job.state == "failed"]
    assert all("ended unexpectedly" in job.message or "the system stopped the job" in job.message for job in failed)
    assert sum(job.state == "done" for job in every) > 10
    assert min(at_work.values()) > 3, f"too few were killed at work: {at_work}"
    assert examine(practice).sound
    print(KILLS, "kills,", asked, "jobs,", at_work, "killed at work,", len(failed), "failed")  # noqa: T201 - for -s
    with practice.unit_of_work("test", write=False) as unit:
        assert unit.session.scalars(select(JobRow.worker).where(JobRow.state == "running")).all() == []
    assert list((practice.work / "jobs").iterdir()) == []
    failed_uploads = {job.payload["upload"] for job in every if job.kind == "upload" and job.state == "failed"}
    assert not failed_uploads & {folder.name for folder in uploads(practice).iterdir()}
