"""Time of what is concluded from counts and answers: the plan, the outlook, and how measured marks fade.

    python benchmarks/conclude.py [--json]

One person with pitted scars of every type and red and brown marks, and 200 measured marks. Each is the fastest of five
runs in one process, after a first run that reads the knowledge base.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from cicatrix.care.gate import gate
from cicatrix.care.plan import plan
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.model import Case, Contrast, Mark, MarkKind, Measured
from cicatrix.outlook.fading.forecast import fade_marks
from cicatrix.outlook.forecast_all import outlook

CASE = Case.model_validate(
    {
        "person": {"age": 30, "sex": "male", "skin_type": 3, "keloid_history": False, "isotretinoin": "never"},
        "acne": {"papules": 0, "pustules": 0, "nodules": 0, "months_clear": 12},
        "scars": {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15},
        "marks": {"red": 20, "brown": 20},
    }
)
KINDS: tuple[MarkKind, ...] = ("red", "brown", "mixed")


def marks(count: int) -> list[Mark]:
    """Marks of every colour, from faint to strong."""

    def about(value: float) -> Measured:
        return Measured.of(value, 0.8 * value, 1.2 * value)

    return [
        Mark(
            id=f"M{k:03d}",
            kind=KINDS[k % 3],
            kind_probability={KINDS[k % 3]: 1.0},
            x_mm=1.0,
            y_mm=1.0,
            width_mm=about(3.0),
            area_mm2=about(7.0),
            contrast=Contrast(melanin=about(3.0 + 0.05 * k), erythema=about(2.0 + 0.03 * k), delta_e=about(5.0)),
            outline_mm=(),
        )
        for k in range(count)
    ]


def fastest_s(work: Callable[[], object], runs: int = 5) -> float:
    """Seconds of the fastest of some runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def main() -> None:
    """Print the milliseconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    findings = join(CASE)
    grades = grade(findings)
    state = gate(findings, grades)
    planned = plan(findings, state)
    many = marks(200)
    measured = join(CASE, marks=many)
    found = {
        "plan_ms": 1000 * fastest_s(lambda: plan(findings, state)),
        "outlook_ms": 1000 * fastest_s(lambda: outlook(findings, grades, state, planned)),
        "fading_200_marks_ms": 1000 * fastest_s(lambda: fade_marks(measured, many)),
    }
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:22} {value:8.1f}")


if __name__ == "__main__":
    main()
