"""Simulated people with brown marks, followed over visits, and how the forecast does on them.

``python -m tests.outlook.follow`` prints the table of ``docs/decisions/0014-fading-of-marks.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cicatrix.cases.join import join
from cicatrix.knowledge.fading import fading_rules
from cicatrix.model import Case, Findings
from cicatrix.model.fading import Visit
from cicatrix.outlook.fading.simulated_people import SimulatedMarks, ages_about, draw_marks, draw_person
from cicatrix.outlook.fading.state import answers, state_of

DAYS = (60, 120, 240)
MARKS = 12
Told = Literal["counts", "contrasts"]
INTENSITIES = ("slight", "moderate", "marked")


@dataclass(frozen=True)
class World:
    """How truth differs from the rules."""

    name: str
    times: float = 1.0
    stretch: float = 1.0


WORLDS = (
    World("as assumed"),
    World("half-lives 1.5 times longer", times=1.5),
    World("half-lives 1.5 times shorter", times=1.0 / 1.5),
    World("fading slows down (stretch 0.7)", stretch=0.7),
)


@dataclass(frozen=True)
class Followed:
    """A person: the truth, and the interval after each visit, from none to all."""

    truth: float
    low: tuple[float, ...]
    high: tuple[float, ...]


def someone(rng: np.random.Generator) -> Findings:
    """Answers of a person with brown marks."""
    case = {
        "person": {"skin_type": int(rng.integers(1, 7))},
        "acne": {"picking": str(rng.choice(["never", "sometimes", "often"])), "months_clear": int(rng.integers(0, 9))},
        "marks": {
            "brown": MARKS,
            "intensity": str(rng.choice(INTENSITIES)),
            "median_age_months": float(rng.choice([0.5, 2, 5, 10])),
            "sun_protection": str(rng.choice(["never", "sometimes", "daily"])),
        },
    }
    return join(Case.model_validate(case))


def marks_of(rng: np.random.Generator, findings: Findings, world: World) -> tuple[SimulatedMarks, float]:
    """Marks of a person who was met because such a mark was seen, and the true half-life: the median of such marks."""
    rules = fading_rules()
    stated = findings.case.marks
    assert stated.intensity is not None
    assert stated.median_age_months is not None
    middle = np.log(rules.intensity[stated.intensity])

    def called(contrast: np.ndarray) -> np.ndarray:
        off = (np.log(np.maximum(contrast, 1e-9)) - middle) / rules.intensity_spread.value
        return np.asarray(np.exp(-0.5 * off**2))

    while True:
        person = draw_person(rng, rules.brown, answers(findings.case, rules)) + np.log(world.times)
        off = np.exp(rules.age_doubt.value * rng.normal())
        ages = ages_about(max(stated.median_age_months * 30.4375, 7.0) * off, rules.age_spread.value)
        one = draw_marks(rng, rules.brown, person, 1, ages, called=called, stretch=world.stretch, most_tries=1)
        if one is None:
            continue
        many = draw_marks(rng, rules.brown, person, 400, ages, called=called, stretch=world.stretch)
        if many is not None:
            return many, float(np.median(many.halving_days()))


def visits_of(rng: np.random.Generator, marks: SimulatedMarks, told: Told) -> list[Visit]:
    own = SimulatedMarks(
        marks.half_life_days[:MARKS], marks.contrast[:MARKS], marks.age_days[:MARKS], marks.slow[:MARKS], marks.stretch
    )
    visits = []
    for day in DAYS:
        left = own.after(float(day))
        if told == "counts":
            visits.append(Visit(day=day, brown=int((left > 1.0).sum())))
        else:
            ratio = float(left.sum() / own.after(0.0).sum()) * float(np.exp(0.08 * rng.normal()))
            visits.append(Visit(day=day, brown_contrast=ratio, brown_contrast_error=0.08 * ratio))
    return visits


def follow(rng: np.random.Generator, world: World, told: Told) -> Followed:
    findings = someone(rng)
    marks, truth = marks_of(rng, findings, world)
    visits = visits_of(rng, marks, told)
    states = [state_of("brown", findings, (), visits[:count], fading_rules()) for count in range(len(visits) + 1)]
    return Followed(
        truth,
        tuple(state.half_life(0.025) for state in states),
        tuple(state.half_life(0.975) for state in states),
    )


def coverage(people: list[Followed]) -> list[float]:
    """Share of people whose truth the interval holds, after each number of visits."""
    return [float(np.mean([one.low[at] <= one.truth <= one.high[at] for one in people])) for at in range(len(DAYS) + 1)]


def width(people: list[Followed]) -> list[float]:
    """Median of high over low, after each number of visits."""
    return [float(np.median([one.high[at] / one.low[at] for one in people])) for at in range(len(DAYS) + 1)]


def many(seed: int, count: int, world: World, told: Told) -> list[Followed]:
    rng = np.random.default_rng(seed)
    return [follow(rng, world, told) for _ in range(count)]


def table(seed: int, count: int) -> str:
    lines = ["| truth | learned from | held after 0, 1, 2, 3 visits (%) | high over low |", "| --- | --- | --- | --- |"]
    for world in WORLDS:
        for told in ("counts", "contrasts"):
            people = many(seed, count, world, told)
            held = ", ".join(f"{100 * share:.0f}" for share in coverage(people))
            wide = ", ".join(f"{ratio:.1f}" for ratio in width(people))
            lines.append(f"| {world.name} | {told} | {held} | {wide} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(seed=11, count=300))  # noqa: T201
