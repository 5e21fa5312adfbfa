"""The worker: jobs done in processes of their own, cancelled, crashed, and begun again."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cicatrix.errors import InputError
from cicatrix.model.practice import Job, Visit
from cicatrix.practice import Practice, captures, jobs, results
from cicatrix.practice.workspace import uploads
from cicatrix.web import work as kinds
from cicatrix.web.work import Task
from cicatrix.web.work.child import error_text
from cicatrix.web.work.process_limits import JobLimits
from cicatrix.web.work.runner import Runner
from cicatrix.web.work.worker import process_context, work
from tests.web.tiny import HEIGHT_TOML, ask_upload, height_files, zipped

# A process with threads is forked here, by Python 3.12 and later with a warning: the tests' own, to know their work.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

HOSTILE = "tests.web.hostile_work"


@pytest.fixture(scope="module")
def context() -> BaseContext:
    """Processes as the worker starts them."""
    return process_context()


def run_next(practice: Practice, context: BaseContext, **settings: Any) -> Job:
    """Do the job that waits."""
    with practice.unit_of_work("worker") as unit:
        job = jobs.claim(unit, "test")
    assert job is not None
    Runner(context, **settings).do(Task(practice, job, practice.work / "jobs" / job.id))
    with practice.unit_of_work("anna", write=False) as unit:
        return jobs.get(unit, job.id)


def ask(practice: Practice, kind: str, **payload: Any) -> Job:
    with practice.unit_of_work("anna") as unit:
        return jobs.add(unit, kind, payload)


def hostile(practice: Practice, monkeypatch: pytest.MonkeyPatch, how: str) -> Job:
    """Ask for work that misbehaves; its process is forked, so that it knows the kind."""
    monkeypatch.setitem(kinds.HANDLERS, "hostile", HOSTILE)
    return ask(practice, "hostile", how=how)


FORKED = multiprocessing.get_context("fork")


def nothing_left(practice: Practice) -> bool:
    left = [file for name in ("jobs", "uploads") for file in (practice.work / name).rglob("*")]
    return not left


def test_an_upload_becomes_a_capture_and_the_capture_a_result(
    practice: Practice, visit: Visit, context: BaseContext
) -> None:
    ask_upload(practice, visit.id, {"x.zip": zipped(height_files())}, site="chin")
    done = run_next(practice, context)
    assert (done.state, done.message) == ("done", "The capture was added.")
    assert done.result_id is not None
    with practice.unit_of_work("anna", write=False) as unit:
        capture = captures.get(unit, done.result_id)
        assert unit.files.path(capture.files[0].sha256).read_bytes() == HEIGHT_TOML
    assert (capture.site, capture.kind, capture.note["coached"]["verdict"]) == ("chin", "height", "measured")
    assert [file.name for file in capture.files] == ["capture.toml", "cicatrix-previews/0001.jpg", "heights.npy"]
    assert nothing_left(practice)
    ask(practice, "assess", capture=capture.id, case=None, start=None)
    assessed = run_next(practice, context)
    assert assessed.state == "done"
    assert assessed.result_id is not None
    with practice.unit_of_work("anna", write=False) as unit:
        assert len(results.assessment(unit, assessed.result_id)["scars"]) == 1
        assert {"report.html", "relief.npz"} <= {file.name for file in results.get(unit, assessed.result_id).files}
    assert nothing_left(practice)


@pytest.mark.parametrize(
    ("files", "about"),
    [
        ({"a.jpg": b"\xff\xd8\xff\xe0 this is no photograph"}, "What to do"),
        ({"capture.toml": HEIGHT_TOML}, "heights.npy"),
        ({"capture.toml": b"kind = ", "heights.npy": b"1"}, "capture.toml, line 1"),
        ({"capture.toml": HEIGHT_TOML.replace(b"heights.npy", b"../../practice.db"), "x": b"1"}, "outside the capture"),
        ({"x.zip": zipped({"../../evil": b"1"})}, "file name"),
        ({"x.zip": zipped(height_files())[:-30]}, "archive is damaged"),
        ({"letter.pdf": b"%PDF"}, "nothing in the upload"),
        ({"capture.toml": HEIGHT_TOML, "heights.npy": b"\x93NUMPY\x01\x00 nonsense"}, "heights.npy"),
    ],
)
def test_what_cannot_be_read_is_not_added_and_says_why(
    practice: Practice, visit: Visit, files: dict[str, bytes], about: str
) -> None:
    ask_upload(practice, visit.id, files)
    failed = run_next(practice, FORKED)
    assert failed.state == "failed"
    assert about in failed.message
    assert str(practice.folder) not in failed.message
    with practice.unit_of_work("anna", write=False) as unit:
        assert captures.of_visit(unit, visit.id) == ()
    assert nothing_left(practice)


def test_a_header_that_promises_too_many_pixels_is_refused_before_anything_is_decoded(
    practice: Practice, visit: Visit
) -> None:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000), }".ljust(117) + "\n"
    npy = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4, "big") * 2 + b"\x10\0\0\0\0" + b"\0" * 40
    for name, data in {"heights.npy": npy, "heights.png": png}.items():
        toml = HEIGHT_TOML.replace(b"heights.npy", name.encode())
        ask_upload(practice, visit.id, {"capture.toml": toml, name: data})
        failed = run_next(practice, FORKED)
        assert failed.state == "failed"
        assert "pixels" in failed.message


@pytest.mark.parametrize(
    ("how", "about"),
    [
        ("crash", "signal 11"),
        ("leave", "exit code 3"),
        ("raise", "something went wrong inside the program (ZeroDivisionError)"),
        ("lie", "ended unexpectedly"),
        ("refuse", "photo.jpg, line 7: it is green\nAllowed: red\nWhat to do: paint it"),
    ],
)
def test_a_job_that_crashes_fails_alone(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, how: str, about: str
) -> None:
    hostile(practice, monkeypatch, how)
    failed = run_next(practice, FORKED)
    assert failed.state == "failed"
    assert about in failed.message


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold processes to a limit on address space")
def test_a_job_that_wants_too_much_memory_fails_alone(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile(practice, monkeypatch, "eat")
    failed = run_next(practice, FORKED, limits=JobLimits(memory_bytes=5 << 30))
    assert failed.state == "failed"
    assert "not enough memory" in failed.message


def test_what_a_job_made_is_not_kept_once_it_was_cancelled(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    job = hostile(practice, monkeypatch, "sleep")
    polls = 0

    def stopping() -> bool:
        nonlocal polls
        polls += 1
        if polls == 2:
            with practice.unit_of_work("anna") as unit:
                jobs.cancel(unit, job.id)
        return False

    began = time.monotonic()
    assert run_next(practice, FORKED, stopping=stopping).state == "cancelled"
    assert time.monotonic() - began < 50, "its process was not waited for"
    assert nothing_left(practice)


def test_a_worker_that_is_asked_to_stop_leaves_the_job_to_the_next(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = hostile(practice, monkeypatch, "sleep")
    asked = iter([False, False, True, True])
    work(practice, context=FORKED, stopping=lambda: next(asked))
    with practice.unit_of_work("anna", write=False) as unit:
        left = jobs.get(unit, job.id)
    assert (left.state, left.tries) == ("waiting", 0)


def test_unknown_work_fails_with_a_reason(practice: Practice) -> None:
    ask(practice, "dance")
    assert "no work of the kind 'dance'" in run_next(practice, FORKED).message


def test_files_that_are_gone_fail_the_job(practice: Practice, visit: Visit) -> None:
    job = ask_upload(practice, visit.id, height_files())
    waiting = uploads(practice) / str(job.payload["upload"])
    for file in waiting.iterdir():
        file.unlink()
    waiting.rmdir()
    assert "upload them again" in run_next(practice, FORKED).message


def test_errors_name_files_and_no_folder_of_this_machine(tmp_path: Path) -> None:
    inside = InputError(f"{tmp_path}/capture/a.jpg is odd", path=tmp_path / "capture" / "a.jpg", fix="turn it")
    assert error_text(inside, tmp_path) == "a.jpg: capture/a.jpg is odd\nWhat to do: turn it"
    assert error_text(InputError("it is odd", path=tmp_path / "capture"), tmp_path) == "it is odd"


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is gone afterwards, whatever happens."""
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own program
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.slow
def test_the_program_itself_works_alone_and_stops_when_asked(practice: Practice, visit: Visit) -> None:
    command = [sys.executable, "-m", "cicatrix.web.work.worker", "--practice", str(practice.folder)]
    first = ask_upload(practice, visit.id, height_files())

    def state(job: Job) -> str:
        with practice.unit_of_work("anna", write=False) as unit:
            return jobs.get(unit, job.id).state

    with started(command) as one:
        wait_for(lambda: state(first) == "done")
        with started(command) as two:
            assert two.stderr is not None
            assert b"another worker" in two.stderr.readline()
            one.send_signal(signal.SIGTERM)
            assert one.wait(20) == 0
            second = ask_upload(practice, visit.id, height_files(0.2))
            wait_for(lambda: state(second) == "done")
            two.send_signal(signal.SIGTERM)
            assert two.wait(20) == 0


def test_previews_are_small_pictures(practice: Practice, visit: Visit) -> None:
    cheek = Path(__file__).parents[2] / "examples" / "cheek"
    files = {file.name: file.read_bytes() for file in cheek.iterdir() if file.suffix in {".jpg", ".lp", ".toml"}}
    ask_upload(practice, visit.id, files | {"letter.txt": b"dear"})
    done = run_next(practice, FORKED)
    assert done.state == "done", done.message
    import cv2  # noqa: PLC0415

    with practice.unit_of_work("anna", write=False) as unit:
        capture = captures.get(unit, done.result_id or "")
        by_name = {file.name: file for file in capture.files}
        assert "letter.txt" not in by_name
        assert capture.note["left_out"] == ["letter.txt"]
        assert len(capture.note["directions"]) == 8
        for photo in capture.note["photos"]:
            stored = by_name[f"cicatrix-previews/{photo['preview']}"]
            picture = cv2.imdecode(np.fromfile(unit.files.path(stored.sha256), np.uint8), cv2.IMREAD_COLOR)
            assert picture is not None
            assert max(picture.shape) == 320
