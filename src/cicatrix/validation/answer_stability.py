"""How much the answer moves when one scar in twenty changes its type, over random people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from cicatrix.cases.join import join
from cicatrix.model.case import Case
from cicatrix.pipeline.advise import advise

__all__ = ["SCARS_PER_MOVE", "moves", "people"]

KINDS: Final = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")
SCARS_PER_MOVE: Final = 20


def people(count: int, seed: int) -> Iterator[tuple[Case, Case]]:
    """People with 20 to 60 pitted scars, before and after one scar in twenty became of another type."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        total = draw.randint(SCARS_PER_MOVE, 3 * SCARS_PER_MOVE)
        counts = dict.fromkeys(KINDS, 0)
        for _ in range(total):
            counts[draw.choice(KINDS)] += 1
        moved = dict(counts)
        for _ in range(total // SCARS_PER_MOVE):
            source = draw.choice([kind for kind in KINDS if moved[kind]])
            target = draw.choice([kind for kind in KINDS if kind != source])
            moved[source] -= 1
            moved[target] += 1
        person = {"skin_type": draw.randint(1, 6)}
        yield (
            Case.model_validate({"person": person, "scars": counts}),
            Case.model_validate({"person": person, "scars": moved}),
        )


def moves(count: int, seed: int) -> list[float]:
    """Absolute changes of ``answer.better.value``, one a person."""
    found = []
    for before, after in people(count, seed):
        values = []
        for case in (before, after):
            answer = advise(join(case)).answer
            if answer is None or answer.better is None:
                msg = f"there is no improvement in the answer for {case}"
                raise ValueError(msg)
            values.append(answer.better.value)
        found.append(abs(values[1] - values[0]))
    return found
