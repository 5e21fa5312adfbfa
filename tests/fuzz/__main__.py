"""``python -m tests.fuzz --inputs 1000000``: prints counts, and exits with 1 after an unforeseen exception."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.bench import fuzz
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Fuzz, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Give damaged inputs to every parser.")
    parser.add_argument("--inputs", type=int, default=20_000, help="how many, about (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=TARGETS, action="append", help="a parser; may be given again")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cicatrix-fuzz-"))
    found = fuzz(options.only or TARGETS, options.inputs, options.seed, folder)
    print(f"{'parser':22}{'corpus':>8}{'inputs':>9}{'accepted':>10}{'refused':>9}{'slow':>6}{'unforeseen':>12}")  # noqa: T201
    for name, one in found.items():
        print(  # noqa: T201
            f"{name:22}{one.corpus:8}{one.inputs:9}{one.accepted:10}{one.refused:9}{one.slow:6}{len(one.unforeseen):12}"
        )
    wrong = [line for one in found.values() for line in one.unforeseen]
    inputs = sum(one.inputs for one in found.values())
    print(f"{inputs} inputs with seed {options.seed}, {len(wrong)} unforeseen exceptions")  # noqa: T201
    for line in wrong[:40]:
        print(f"- {line}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
