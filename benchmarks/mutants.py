"""Mutation score: how many small faults, put into the code one at a time, make a test fail.

    python benchmarks/mutants.py [--count 60] [--seed 1] [--rooms care change] [--jobs 2] [--least 85] [--list]

A seeded sample of mutants (``benchmarks/mutate.py``) is drawn from the rooms below, from each in proportion to its
mutants and at least ``LEAST_A_ROOM``. The fast tests of each room run once under ``coverage``, which notes the tests
that reach each line. Each mutant is then put into a copy of the tree. The tests that reach its line run first, then the
rest of their files (what a test computed may be kept for the next), until one fails. A mutant that no test reaches, or
that all of them pass, has survived. A run that takes much longer than the tests take without a fault counts as killed:
the fault made the code hang.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mutate import Mutant, mutants_of
from run_tests import HEAVY, run_tests

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = Path("src") / "cicatrix"

ROOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "care": ("tests/care",),
    "grading": ("tests/grading",),
    "outlook": ("tests/outlook",),
    "change": ("tests/change",),
    "practice": ("tests/practice",),
    "scars/widen.py": ("tests/scars/test_widen.py",),
    "web/guard.py": ("tests/web/test_security.py", "tests/web/test_access.py"),
}
"""Where faults are made, and the tests that should notice."""

LEAST_A_ROOM: Final = 4
LONGEST_S: Final = 1200.0
COPIED: Final = ("src", "tests", "benchmarks", "docs", "examples")

Fate = Literal["killed", "timeout", "survived", "not reached", "error"]
Reached = Mapping[tuple[str, int], Sequence[str]]
"""Tests by file and line."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The tests of a room without a fault: which tests reach which line, and how long all take."""

    reached: Reached
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    fate: Fate
    seconds: float

    @property
    def killed(self) -> bool:
        """True when a test noticed."""
        return self.fate in ("killed", "timeout")


def sample(mutants: Mapping[str, Sequence[Mutant]], count: int, seed: int) -> dict[str, list[Mutant]]:
    """Draw mutants by room, in proportion to their numbers and at least a few of each."""
    chance = random.Random(seed)  # noqa: S311 - a sample is no secret
    total = sum(len(found) for found in mutants.values())
    drawn = {}
    for room, found in mutants.items():
        share = max(LEAST_A_ROOM, round(count * len(found) / total))
        drawn[room] = sorted(chance.sample(found, min(share, len(found))), key=lambda one: (one.path, one.start))
    return drawn


def copy_tree(folder: Path) -> None:
    """Copy what tests need; with times kept, so that compiled kernels stay valid."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy2(file, folder / file.name)


def start_server() -> None:
    """Let every run begin with the libraries loaded: loading them takes longer than most tests."""
    multiprocessing.get_context("forkserver").set_forkserver_preload([*HEAVY])


def run(folder: Path, words: Sequence[str], timeout_s: float, note: Path | None = None) -> int | None:
    """Exit code of pytest in a copy of the tree; None when it took too long and was ended."""
    process = multiprocessing.get_context("forkserver").Process(target=run_tests, args=(folder, [*words], note))
    process.start()
    process.join(timeout_s)
    if process.exitcode is None and process.pid is not None:
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return None
    return process.exitcode


def pytest_words(tests: Sequence[str]) -> list[str]:
    """What pytest is told."""
    return ["-q", "-x", "--assert=plain", "-m", "not slow", "-p", "no:cacheprovider", *tests]


def baseline(folder: Path, room: str) -> Baseline:
    """Run the tests of a room without a fault, once under coverage."""
    note = folder / f"reached-{room.replace('/', '-')}.json"
    start = time.monotonic()
    code = run(folder, pytest_words(ROOMS[room]), LONGEST_S, note)
    if code != 0:
        words = " ".join(ROOMS[room])
        msg = f"the fast tests of {room} fail without any fault (exit code {code}): pytest -m 'not slow' {words}"
        raise SystemExit(msg)
    noted: dict[str, dict[str, list[str]]] = json.loads(note.read_text(encoding="utf-8"))
    reached = {(path, int(line)): tests for path, lines in noted.items() for line, tests in lines.items()}
    return Baseline(reached, time.monotonic() - start)


def tests_for(mutant: Mutant, room: str, reached: Reached) -> list[str] | None:
    """Tests to run, in this order; None when none reaches the lines.

    A line that runs while its module is imported, or for all tests of a room, may matter to every test of the room.
    """
    contexts = dict.fromkeys(test for line in mutant.lines for test in reached.get((mutant.path, line), ()))
    if not contexts:
        return None
    named = [context for context in contexts if context]
    files = dict.fromkeys(context.partition("::")[0] for context in named)
    return [*named, *(ROOMS[room] if "" in contexts else files)]


def fate_of(mutant: Mutant, room: str, base: Baseline, folder: Path) -> Outcome:
    """Put a mutant into a copy of the tree, run the tests that reach it, and take it out again."""
    tests = tests_for(mutant, room, base.reached)
    if tests is None:
        return Outcome(mutant, "not reached", 0.0)
    file = folder / mutant.path
    before, times = file.read_bytes(), file.stat()
    start = time.monotonic()
    try:
        file.write_bytes(mutant.applied(before))
        code = run(folder, pytest_words(tests), 60.0 + 3.0 * base.seconds)
    finally:
        file.write_bytes(before)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    fates: dict[int | None, Fate] = {None: "timeout", 0: "survived", 5: "error"}
    return Outcome(mutant, fates.get(code, "killed"), time.monotonic() - start)


def outcomes(drawn: Mapping[str, Sequence[Mutant]], jobs: int) -> Iterator[tuple[str, Outcome]]:
    """Every mutant's fate, some at a time, each process in a copy of its own."""
    with tempfile.TemporaryDirectory(prefix="cicatrix-mutants-") as name:
        folders: queue.Queue[Path] = queue.Queue()
        for number in range(jobs):
            folder = Path(name) / str(number)
            copy_tree(folder)
            folders.put(folder)

        def measured(room: str) -> Baseline:
            folder = folders.get()
            try:
                return baseline(folder, room)
            finally:
                folders.put(folder)

        def tried(room: str, mutant: Mutant, base: Baseline) -> tuple[str, Outcome]:
            folder = folders.get()
            try:
                return room, fate_of(mutant, room, base, folder)
            finally:
                folders.put(folder)

        with ThreadPoolExecutor(jobs) as pool:
            bases = dict(zip(drawn, pool.map(measured, drawn), strict=True))
            waiting = [pool.submit(tried, room, one, bases[room]) for room, found in drawn.items() for one in found]
            for done in waiting:
                yield done.result()


def main() -> None:
    """Print the fate of every mutant, and the score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=60, help="mutants to draw, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms", nargs="+", choices=list(ROOMS), default=list(ROOMS), metavar="ROOM")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--least", type=float, default=0.0, help="fail below this score, in per cent")
    parser.add_argument("--list", action="store_true", help="print the sample and run nothing")
    chosen = parser.parse_args()
    everything = {room: mutants_of(ROOT, PACKAGE / room) for room in chosen.rooms}
    drawn = sample(everything, chosen.count, chosen.seed)
    count = sum(len(found) for found in drawn.values())
    print(f"{count} of {sum(map(len, everything.values()))} mutants, seed {chosen.seed}")
    if chosen.list:
        for room in drawn:
            for mutant in drawn[room]:
                print(f"  {mutant}")
        return
    start_server()
    fates: dict[str, list[Outcome]] = {}
    for room, outcome in outcomes(drawn, chosen.jobs):
        fates.setdefault(room, []).append(outcome)
        print(f"  {outcome.fate:11} {outcome.seconds:6.1f} s  {outcome.mutant}", flush=True)
    if score(fates) < chosen.least:
        raise SystemExit(1)


def score(fates: Mapping[str, Sequence[Outcome]]) -> float:
    """Print the survivors and the killed of each room; return the share that was killed, in per cent."""
    print("survivors:")
    for one in (one for made in fates.values() for one in made if not one.killed):
        print(f"  {one.fate:11} {one.mutant}")
    for room, made in fates.items():
        print(f"{room:16} {sum(one.killed for one in made):3} of {len(made):3}")
    every = [one.killed for made in fates.values() for one in made]
    share = 100.0 * sum(every) / len(every)
    print(f"score: {sum(every)} of {len(every)} killed, {share:.1f} %")
    return share


if __name__ == "__main__":
    main()
