"""Killed at any moment, a practice opens again with all that was committed and nothing half-written."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cicatrix.practice import open_practice, people, visits
from cicatrix.practice.integrity import examine
from cicatrix.practice.tables import FileRow, FileUseRow, PersonRow, ResultRow, VisitRow

WRITER = Path(__file__).with_name("writer.py")


class Child:
    """A writer that tells of each commit and is killed while it works."""

    def __init__(self, practice: Path, seed: int) -> None:
        command = [sys.executable, str(WRITER), str(practice), str(seed)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603

    def run_and_kill(self, after_s: float, word: str = "go") -> list[str]:
        """Let a fork of it work for so long; returns what it said was committed."""
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{word}\n".encode())
        process.stdin.flush()
        pid = int(process.stdout.readline())
        time.sleep(after_s)
        os.kill(pid, signal.SIGKILL)
        said = b""
        while not said.endswith(b"dead\n"):
            ready, _, _ = select.select([process.stdout], [], [], 30)
            assert ready, "the writer does not answer"
            said += os.read(process.stdout.fileno(), 65536)
        # What was cut off in the middle of a line was not said.
        return [line for line in said.decode().splitlines() if line.endswith(";")]

    def close(self) -> None:
        """End the parent of the forks."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - moments of dying are no secret
    folder = tmp_path / "practice"
    open_practice(folder).close()
    child = Child(folder, 7)
    committed: set[str] = set()
    erasing: set[str] = set()
    """Of those it was not said that they are gone; they may be or not, but not by half."""
    erased: set[str] = set()
    died_at_work, longest_s = 0, 0.3
    try:
        for _ in range(200):
            said = child.run_and_kill(chance.uniform(0.0, longest_s))
            died_at_work += bool(said)
            # A machine that is busy gets longer, so that the writer dies at work and not before it.
            longest_s = max(0.3, 0.9 * longest_s) if said else min(3.0, 1.2 * longest_s)
            for line in said:
                what, person, *_ = line.rstrip(";").split()
                {"erasing": erasing, "erased": erased}.get(what, committed).add(person)
            _look(folder, committed - erasing, erased)
    finally:
        child.close()
    assert died_at_work > 60
    assert len(committed) > 60
    assert erased
    _whole(folder)


def _look(folder: Path, there: set[str], gone: set[str]) -> None:
    """What was said to be committed is there, what was erased is gone; read past Alembic and files, which take long."""
    with sqlite3.connect(f"file:{folder / 'practice.db'}?mode=ro", uri=True) as database:
        found = {row[0] for row in database.execute("SELECT id FROM person")}
        assert there <= found
        assert not gone & found
        half = database.execute(
            "SELECT count(*) FROM person LEFT JOIN visit ON visit.person_id = person.id "
            "LEFT JOIN capture ON capture.visit_id = visit.id LEFT JOIN result ON result.capture_id = capture.id "
            "WHERE result.id IS NULL"
        ).fetchone()[0]
        assert half == 0
        files = [row[0] for row in database.execute("SELECT sha256 FROM file")]
    database.close()
    missing = [sha256 for sha256 in files if not (folder / "files" / sha256[:2] / sha256).is_file()]
    assert missing == []


def _whole(folder: Path) -> None:
    practice = open_practice(folder)
    health = examine(practice, remove_orphans=True)
    assert health.sound
    with practice.unit_of_work("test", write=False) as unit:
        assert unit.session.query(ResultRow).count() == unit.session.query(PersonRow).count()
        assert unit.session.query(VisitRow).count() == unit.session.query(PersonRow).count()
        named = {row.sha256 for row in unit.session.query(FileUseRow)}
        assert named == {row.sha256 for row in unit.session.query(FileRow)}
        someone = people.find(unit).items[0]
        assert visits.of_person(unit, someone.id)
    practice.close()


@pytest.mark.slow
def test_a_migration_that_is_killed_begins_again(tmp_path: Path) -> None:
    """An old database, killed while it is brought up to date, is either as it was or done."""
    old = tmp_path / "old"
    made = subprocess.run([sys.executable, str(WRITER), str(old), "old"], check=True, capture_output=True)  # noqa: S603
    person = made.stdout.decode().rstrip(";\n").split()[-1]
    chance = random.Random(8)  # noqa: S311 - moments of dying are no secret
    child = Child(tmp_path / "unused", 8)
    seen = set()
    try:
        for n in range(40):
            folder = tmp_path / f"practice-{n}"
            shutil.copytree(old, folder)
            child.run_and_kill(chance.uniform(0.0, 0.05 * (n + 1)), f"migrate {folder}")  # slow machines need longer
            with sqlite3.connect(folder / "practice.db") as database:
                seen.add(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            database.close()
            practice = open_practice(folder)
            with practice.unit_of_work("test", write=False) as unit:
                assert people.get(unit, person).pseudonym == "old"
            assert examine(practice).sound
            practice.close()
            shutil.rmtree(folder)
    finally:
        child.close()
    assert seen == {"0001", "0003"}
