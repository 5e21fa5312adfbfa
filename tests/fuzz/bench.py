"""Run damaged inputs through the parsers, and count what was not foreseen."""

from __future__ import annotations

import logging
import random
import shutil
import time
import traceback
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cicatrix.errors import CicatrixError
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS

__all__ = ["Tally", "fuzz"]

SLOW_S = 5.0
"""Processor time; a machine that is busy with other work counts for nothing."""


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one parser."""

    corpus: int = 0
    accepted: int = 0
    refused: int = 0
    slow: int = 0
    unforeseen: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """How many there were."""
        return self.accepted + self.refused + len(self.unforeseen)


def fuzz(names: Iterable[str], count: int, seed: int, folder: Path) -> dict[str, Tally]:
    """Give ``count`` inputs to the parsers, more to the fast ones.

    Parameters
    ----------
    names
        Which parsers.
    count
        Inputs in all, about.
    seed
        The same seed gives the same inputs.
    folder
        An empty folder to work in; inputs that were not foreseen are kept there.
    """
    logging.disable(logging.ERROR)  # libraries log each damaged input
    chosen = {name: TARGETS[name] for name in names}
    share = sum(target.speed for target in chosen.values())
    found: dict[str, Tally] = {}
    for name, target in chosen.items():
        # By text: the seed of one parser does not depend on which others run.
        chance = random.Random(f"{seed} {name}")  # noqa: S311 - no secret
        corpus = target.corpus()
        found[name] = tally = Tally(corpus=len(corpus))
        for good in corpus:
            _one(name, good, tally, folder)
        for _ in range(max(1, count * target.speed // share - len(corpus))):
            _one(name, mutated(chance, chance.choice(corpus), corpus), tally, folder)
    logging.disable(logging.NOTSET)
    return found


def _one(name: str, data: bytes, tally: Tally, folder: Path) -> None:
    work, began = folder / "work", time.process_time()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # decoders warn of damage; that is not what is looked for
            TARGETS[name].run(data, work)
        tally.accepted += 1
    except CicatrixError as error:
        tally.refused += 1
        if len(str(error)) > 10_000:
            tally.unforeseen.append(f"a message of {len(str(error))} characters")
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        kept = folder / f"unforeseen-{len(list(folder.glob('unforeseen-*')))}.bin"
        kept.write_bytes(data)
        where = traceback.extract_tb(error.__traceback__)[-1]
        tally.unforeseen.append(
            f"{type(error).__name__}: {str(error)[:200]} ({where.filename}:{where.lineno}); input in {kept}"
        )
    tally.slow += time.process_time() - began > SLOW_S
