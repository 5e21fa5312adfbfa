"""After erasing, no byte of the person is left in the practice's folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cicatrix.practice import Practice, captures, edits, erase, jobs, log, open_practice, people, visits
from cicatrix.practice import compact as compacting
from cicatrix.practice.integrity import examine
from cicatrix.practice.migrate import copy_database
from cicatrix.practice.workspace import uploads
from tests.practice.made import Kept, keep

TRACES = {
    "pseudonym": b"ZQ-traceable-pseudonym",
    "note": b"ZQ-traceable-note",
    "picture": b"ZQ-traceable-picture" * 3,
    "upload": b"ZQ-traceable-upload" * 3,
    "reason": b"ZQ-traceable-reason",
}


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    opened = open_practice(tmp_path / "practice")
    yield opened
    opened.close()


def fill(practice: Practice, folder: Path) -> Kept:
    """A person whose every text can be found again, changed and edited, with an upload that waits."""
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, folder, TRACES["pseudonym"].decode(), TRACES["picture"])
        visit = visits.get(unit, kept.visit)
        visits.change(unit, kept.visit, day=visit.day, note=TRACES["note"].decode())
        for n in range(50):  # more than fits on a page of the database, so that pages are freed
            reason = f"{TRACES['reason'].decode()} {n}"
            edits.append(unit, kept.result, {"event": "delete", "target": "S01", "reason": reason})
        token = "ab" * 16
        waiting = uploads(practice) / token
        waiting.mkdir(parents=True)
        (waiting / "0000").write_bytes(TRACES["upload"])
        jobs.add(unit, "upload", {"upload": token, "visit": kept.visit}, person_id=kept.person)
        running = jobs.add(unit, "assess", {"capture": kept.capture}, person_id=kept.person)
        captures.lay_out(unit, kept.capture, practice.work / "jobs" / f"{running.id}-1")
    return kept


def traces(folder: Path) -> dict[str, list[str]]:
    """Files in which something of the person can be found, by what it is."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    found = {what: [file.name for file in files if text in file.read_bytes()] for what, text in TRACES.items()}
    return {what: names for what, names in found.items() if names}


def test_the_search_finds_what_is_there(practice: Practice, tmp_path: Path) -> None:
    fill(practice, tmp_path / "source")
    assert set(traces(practice.folder)) == set(TRACES)


def test_no_byte_of_an_erased_person_is_left(practice: Practice, tmp_path: Path) -> None:
    """With an upload and a job waiting, the connections of the app open, and others still there."""
    with practice.unit_of_work("anna") as unit:
        other = keep(unit, tmp_path / "other", "P-002", b"another picture")
    kept = fill(practice, tmp_path / "source")
    with practice.unit_of_work("reader", write=False) as unit:
        assert people.get(unit, kept.person)
    erase.person(practice, "anna", kept.person)
    assert traces(practice.folder) == {}
    assert not any(uploads(practice).iterdir())
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.get(unit, other.person).pseudonym == "P-002"
        assert erase.pending(unit) == 0
    assert examine(practice).sound


def test_copies_from_before_a_migration_go_too(practice: Practice, tmp_path: Path) -> None:
    kept = fill(practice, tmp_path / "source")
    copy_database(practice.folder / "practice.db", practice.folder / "practice.db.before-0003")
    erase.person(practice, "anna", kept.person)
    assert traces(practice.folder) == {}


def test_a_reader_who_stays_delays_the_last_bytes_and_no_more(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacting, "WAIT_S", 0.2)
    kept = fill(practice, tmp_path / "source")
    with practice.unit_of_work("reader", write=False) as reader:
        people.get(reader, kept.person)
        erase.person(practice, "anna", kept.person)
        assert traces(practice.folder), "the reader still needs the old pages"
        with practice.unit_of_work("anna", write=False) as unit:
            assert erase.pending(unit) == 1
        assert examine(practice).pending == 1
    erase.finish(practice)
    assert traces(practice.folder) == {}
    assert examine(practice).pending == 0


def test_an_erasure_that_is_interrupted_is_finished_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = open_practice(tmp_path / "practice")
    kept = fill(practice, tmp_path / "source")
    with monkeypatch.context() as cut:
        cut.setattr(erase, "finish", lambda *_: 0)
        erase.person(practice, "anna", kept.person)
    practice.close()
    assert traces(tmp_path / "practice")
    open_practice(tmp_path / "practice").close()
    assert traces(tmp_path / "practice") == {}


def test_uploads_whose_request_died_are_removed(practice: Practice, tmp_path: Path) -> None:
    kept = fill(practice, tmp_path / "source")
    for name, age_s in (("cd" * 16, 3600), ("ef" * 16, 1)):
        folder = uploads(practice) / name
        folder.mkdir()
        (folder / "0000").write_bytes(b"x")
        for path in (folder / "0000", folder):
            now = path.stat().st_mtime
            os.utime(path, (now - age_s, now - age_s))
    erase.person(practice, "anna", kept.person)
    assert [folder.name for folder in uploads(practice).iterdir()] == ["ef" * 16], "one of them is being sent now"


def test_the_log_says_which_entries_were_emptied(practice: Practice, tmp_path: Path) -> None:
    kept = fill(practice, tmp_path / "source")
    erase.person(practice, "anna", kept.person)
    with practice.unit_of_work("anna", write=False) as unit:
        assert log.verify(unit).broken == []
        assert log.scrubbed(unit)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_practice_is_for_its_owner_alone_whatever_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "practice"
    for part in (folder, folder / "work" / "uploads", folder / "files"):
        part.mkdir(parents=True, exist_ok=True)
        part.chmod(0o755)
    (folder / "work" / "picture.png").write_bytes(b"a face")
    (folder / "letter.txt").write_text("not ours")
    (folder / "letter.txt").chmod(0o644)
    practice = open_practice(folder)
    with practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path / "source")
    open_to_others = {
        path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077 and path.name != "letter.txt"
    }
    practice.close()
    assert open_to_others == set()
    assert (folder / "letter.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.slow
def test_no_byte_is_left_while_the_server_runs(tmp_path: Path) -> None:
    """Erased by another process, while the app and its worker have the practice open and an upload waits."""
    practice = open_practice(tmp_path / "practice")
    kept = fill(practice, tmp_path / "source")
    with practice.unit_of_work("anna") as unit:
        for job in jobs.unfinished(unit):  # or the worker would do them
            jobs.cancel(unit, job.id)
    command = [sys.executable, "-m", "cicatrix", "serve", str(practice.folder), "--port", "8791"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as server:
        try:
            assert server.stdout is not None
            while "Stop with" not in (line := server.stdout.readline()):
                assert line, "the server ended"
            assert set(traces(practice.folder)) == set(TRACES)
            erase.person(practice, "anna", kept.person)
            erase.finish(practice)
            assert traces(practice.folder) == {}
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    practice.close()
    assert traces(practice.folder) == {}
