"""The process beside the app: started, started again when it dies, stopped with the app."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cicatrix.web.settings import Settings
from cicatrix.web.work import supervise
from cicatrix.web.work.supervise import DATABASE, Supervisor, worker_command, worker_environment
from cicatrix.web.work.worker import main

PATIENCE_S = 60.0
NOTES_ITS_NUMBER = """
import os, signal, sys, time
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1], "a") as out:
    print(os.getpid(), time.monotonic(), file=out, flush=True)
if "short" not in sys.argv:
    time.sleep(600)
"""


def program(folder: Path, *words: str) -> list[str]:
    """A program that writes down the number of its process and the time, and waits."""
    return [sys.executable, "-I", "-S", "-c", NOTES_ITS_NUMBER, str(folder / "numbers"), *words]


def starts(folder: Path) -> list[tuple[int, float]]:
    """Number and start time, in seconds of the system's clock, of each process that was started so far."""
    try:
        whole, _, _ = (folder / "numbers").read_text().rpartition("\n")
    except FileNotFoundError:
        return []
    rows = [line.split() for line in whole.splitlines()]
    return [(int(number), float(at_s)) for number, at_s in rows]


def numbers(folder: Path) -> list[int]:
    """Processes that were started so far."""
    return [number for number, _ in starts(folder)]


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(number: int) -> bool:
    """Whether a process still runs."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "PAUSE_S", 0.05)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 0.2)
    monkeypatch.setattr(supervise, "PATIENCE_S", 1.0)


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    kept = Supervisor(program(tmp_path))
    kept.start()
    try:
        wait_for(lambda: len(numbers(tmp_path)) == 1)
        os.kill(numbers(tmp_path)[0], signal.SIGKILL)
        wait_for(lambda: len(numbers(tmp_path)) == 2)
    finally:
        kept.stop()
    assert not any(alive(number) for number in numbers(tmp_path))


def test_one_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    kept = Supervisor(program(tmp_path, "deaf"))
    kept.start()
    wait_for(lambda: len(numbers(tmp_path)) == 1)
    kept.stop()
    assert not alive(numbers(tmp_path)[0])


def test_one_that_dies_at_once_is_started_ever_more_slowly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 60.0)
    monkeypatch.setattr(supervise, "PAUSE_S", 0.4)  # then 0.8 and 1.6
    kept = Supervisor(program(tmp_path, "short"))
    kept.start()
    wait_for(lambda: len(numbers(tmp_path)) == 3)
    kept.stop()
    first, second, third = (at_s for _, at_s in starts(tmp_path))
    assert second - first >= 0.7
    assert third - second >= 1.5


def test_nothing_is_started_after_the_stop(tmp_path: Path) -> None:
    kept = Supervisor(program(tmp_path, "short"))
    kept.start()
    wait_for(lambda: len(numbers(tmp_path)) >= 1)
    kept.stop()
    had = len(numbers(tmp_path))
    time.sleep(0.5)
    assert len(numbers(tmp_path)) == had


def test_the_workers_command_tells_nothing_secret(tmp_path: Path) -> None:
    """Every user of a machine can read the command lines of all processes."""
    settings = Settings(practice=tmp_path, token="the-secret-of-the-link")  # noqa: S106 - of an app that never runs
    assert not any("secret" in word for word in worker_command(settings))
    at_a_server = Settings(practice="postgresql+pg8000://anna:secret@db/clinic", files=tmp_path)
    assert not any("secret" in word for word in worker_command(at_a_server))
    assert worker_environment(at_a_server) == {DATABASE: at_a_server.practice}
    assert worker_environment(settings) == {}


def test_the_environment_reaches_the_process(tmp_path: Path) -> None:
    told = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(os.environ['CICATRIX_DATABASE'])"
    kept = Supervisor([sys.executable, "-c", told, str(tmp_path / "told")], {DATABASE: "an address"})
    kept.start()
    wait_for(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text() == "an address")
    kept.stop()


def test_a_worker_without_a_practice_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(DATABASE, raising=False)
    with pytest.raises(SystemExit):
        main([])
    assert "--practice" in capsys.readouterr().err
