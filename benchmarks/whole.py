"""Time of the whole journey, from files to the last report, as a user meets it.

    python benchmarks/whole.py [--quick] [--json]

Two runs of the command in a process of its own, kernels compiled and files cached beforehand; the best of the
repetitions counts, processor time is that of all threads:

- the shipped example with its case: relief, scars, marks, grades, plan, outlook, simulation, pages and PDF;
- eight photographs of 12 MP of the printed card, made as a phantom in a temporary folder (left out with ``--quick``).

The reference is the time to read and decode the same photographs with OpenCV on two threads, in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cicatrix.phantom import PhantomSettings, make_card_phantom, write_capture

ROOT = Path(__file__).parents[1]
SEED = 27_182
REPETITIONS = 3
TARGETS = {"example with its case": 10.0, "card, 8 x 12 MP": 15.0}


def timed(arguments: list[str]) -> dict[str, float]:
    """Seconds of one run: by the clock, and of all threads."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-m", "cicatrix", *arguments], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, os.times()
    return {"wall": wall, "cpu": sum(after[2:4]) - sum(before[2:4])}


def best_of(arguments: list[str]) -> dict[str, float]:
    """Best of the repetitions, after one that does not count."""
    timed(arguments)
    return min((timed(arguments) for _ in range(REPETITIONS)), key=lambda run: run["wall"])


def floor(folder: Path) -> float:
    """Seconds to read and decode the photographs, the best of two."""

    def decode(path: Path) -> int:
        image = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
        return 0 if image is None else image.size

    def every() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(decode, sorted(folder.glob("*.jpg"))))

    return min(_seconds(every) for _ in range(2))


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(*, quick: bool) -> dict[str, Any]:
    """Run everything; what ``--json`` prints."""
    found: dict[str, Any] = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "runs": {}}
    with tempfile.TemporaryDirectory(prefix="cicatrix-bench-") as folder:
        example = ROOT / "examples" / "cheek"
        case = ["--case", str(ROOT / "examples" / "case.toml")]
        jobs = {"example with its case": (example, case)}
        if not quick:
            card = Path(folder) / "card"
            write_capture(make_card_phantom(SEED, PhantomSettings(kind="card", pixel_mm=0.06)), card)
            jobs["card, 8 x 12 MP"] = (card, case)
        for name, (capture, more) in jobs.items():
            run = best_of(["assess", str(capture), "--out", str(Path(folder) / "out"), *more])
            found["runs"][name] = run | {"floor": floor(capture), "target": TARGETS[name]}
    return found


def show(found: dict[str, Any]) -> None:
    """Print a table."""
    print(f"{found['cores']} cores, load {found['load']:.1f} at the start; best of {REPETITIONS}")
    for name, run in found["runs"].items():
        met = "within" if run["wall"] <= run["target"] else "above"
        print(
            f"{name:24} {run['wall']:6.1f} s ({run['cpu']:.1f} s of processor), {met} {run['target']:g} s; "
            f"{run['wall'] / run['floor']:.0f} times reading the photographs ({run['floor']:.2f} s)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Time of the whole journey.")
    parser.add_argument("--quick", action="store_true", help="leave the photographs of the card out")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    result = measure(quick=chosen.quick)
    if chosen.json:
        print(json.dumps(result, indent=1))
    else:
        show(result)
