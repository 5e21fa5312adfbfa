"""Works in a practice until it is killed: forks at each word from standard input, so that starting costs nothing.

The fork tells its number, then each commit in a line that ends with a semicolon; its parent says when it is dead.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import sys
import tempfile
from datetime import date
from pathlib import Path

from cicatrix.model.case import Case
from cicatrix.model.case import Person as StatedPerson
from cicatrix.practice import captures, cases, edits, erase, jobs, open_practice, people, results, visits
from cicatrix.practice.migrate import migrate
from cicatrix.practice.practice import Practice

DAY = date(2026, 11, 2)


def say(*words: object) -> None:
    """Tell at once, in one piece."""
    os.write(1, (" ".join(str(word) for word in words) + ";\n").encode())


def tell_who() -> None:
    """Tell which process is about to work."""
    os.write(1, f"{os.getpid()}\n".encode())


def work(folder: Path, seed: int) -> None:
    """Add people with all that belongs to them, and erase some, for ever."""
    practice = open_practice(folder)
    tell_who()
    chance = random.Random(seed)  # noqa: S311 - what is written is no secret
    mine: list[str] = []
    for n in itertools.count():
        if mine and chance.random() < 0.25:
            person = mine.pop(0)
            say("erasing", person)
            erase.person(practice, "writer", person)
            say("erased", person)
            continue
        mine.append(add(practice, f"{os.getpid()}-{n}", chance.randbytes(chance.randrange(1, 200_000))))
        say("added", mine[-1])
        with practice.unit_of_work("writer") as unit:
            result = results.of_person(unit, mine[-1])[-1]
            edits.append(unit, result.id, {"n": n})
        say("edited", mine[-1])


def add(practice: Practice, pseudonym: str, content: bytes) -> str:
    """A person with a visit, a capture, a case and a result, in one transaction."""
    with tempfile.TemporaryDirectory() as lent:
        source, made = Path(lent) / "capture", Path(lent) / "result"
        source.mkdir()
        made.mkdir()
        (source / "capture.toml").write_text('kind = "height"\n')
        (source / "height.bin").write_bytes(content)
        (made / "assessment.json").write_text(f'{{"of": "{pseudonym}"}}')
        with practice.unit_of_work("writer") as unit:
            person = people.add(unit, pseudonym)
            visit = visits.add(unit, person.id, DAY)
            capture = captures.add(unit, visit.id, source, site="left cheek", kind="height")
            case = cases.save(unit, visit.id, Case(person=StatedPerson(age=30)))
            results.add(unit, capture.id, case.id, made)
            jobs.add(unit, "assess", {"capture": capture.id}, person_id=person.id)
    return person.id


def make_old(folder: Path) -> None:
    """A practice of the first revision with somebody in it."""
    folder.mkdir()
    practice = Practice(None, folder)
    migrate(practice.engine, folder / "practice.db", to="0001")
    say("old", add(practice, "old", b"old"))
    practice.close()


def main(folder: Path, what: str) -> None:
    """Fork at each word until the input ends."""
    if what == "old":
        make_old(folder)
        return
    for n, line in enumerate(sys.stdin):
        pid = os.fork()
        if pid == 0:
            if line.startswith("migrate "):
                tell_who()
                open_practice(Path(line.split(maxsplit=1)[1].strip())).close()
                say("migrated")
                signal.pause()
            else:
                work(folder, int(what) * 1000 + n)
            os._exit(0)
        os.waitpid(pid, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
