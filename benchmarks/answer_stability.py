"""How much the answer moves when one scar in twenty changes its type.

Prints the median and the 95th percentile of the change of ``answer.better.value`` over random people with twenty scars
or more: ``python benchmarks/answer_stability.py --people 1000``.
"""

from __future__ import annotations

import argparse

import numpy as np

from cicatrix.validation.answer_stability import SCARS_PER_MOVE, moves


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = moves(given.people, given.seed)
    print(
        f"{given.people} people, one scar in {SCARS_PER_MOVE} of another type: answer.better.value moves by "
        f"{np.median(found):.4f} (median), {np.quantile(found, 0.95):.4f} (95th percentile), {max(found):.4f} (most)"
    )


if __name__ == "__main__":
    main()
