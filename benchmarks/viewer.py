"""Frame times of the result page with ten thousand outlined scars, in Chromium.

    python benchmarks/viewer.py [--scars 10000] [--json]

A made-up result is kept in a practice in a temporary folder and served by the app. A headless Chromium of 1280 by 900
pixels draws it without a graphics card, on the processor. While the pointer drags the picture, and while its wheel
zooms into it and out again, the time between one frame and the next is noted (requestAnimationFrame). A screen that
shows 60 frames a second leaves 16.7 ms for each. The data are synthetic: pits on a jittered grid of 100 by 100 mm.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.report.browser import chromium
from tests.report.synthetic import many
from tests.web.live import Browser, serving
from tests.web.made import assessed, keep_result

from cicatrix.practice import open_practice, people, visits

WATCH = """() => {
  window.frames_ = [];
  const note = (now) => { window.frames_.push(now); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
FIELD_MM = 100.0


def measured(page: Any, act: Callable[[], None]) -> dict[str, float]:
    """Times between the frames while something is done, in ms."""
    page.evaluate("window.frames_.length = 0")
    act()
    gaps = np.diff(page.evaluate("window.frames_"))
    return {
        "frames": len(gaps),
        "median_ms": round(float(np.median(gaps)), 1),
        "p95_ms": round(float(np.percentile(gaps, 95)), 1),
        "longest_ms": round(float(gaps.max()), 1),
    }


def pan(page: Any, x: float, y: float) -> None:
    """Drag the picture in circles."""
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(150):
        page.mouse.move(x + 150 * math.sin(step / 12), y + 100 * math.cos(step / 9))
        page.wait_for_timeout(8)
    page.mouse.up()


def zoom(page: Any, x: float, y: float, way: int) -> None:
    """Turn the wheel: up (1) goes closer."""
    page.mouse.move(x, y)
    for _ in range(40):
        page.mouse.wheel(0, -40 * way)
        page.wait_for_timeout(25)


def run(address: str, browser: str) -> dict[str, dict[str, float]]:
    """Every measurement on one page."""
    chrome = Browser(browser, solid=False)
    try:
        with chrome.page(address.partition("/results")[0]) as page:
            page.goto(address)
            page.wait_for_selector('#viewer[data-ready="true"]', timeout=60_000)
            page.wait_for_timeout(3000)
            page.locator("#stage").scroll_into_view_if_needed()
            box = page.locator("#stage").bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.evaluate(WATCH)
            return {
                "nothing moves": measured(page, lambda: page.wait_for_timeout(1500)),
                "pan, all in view": measured(page, lambda: pan(page, x, y)),
                "zoom in": measured(page, lambda: zoom(page, x, y, 1)),
                "pan, close": measured(page, lambda: pan(page, x, y)),
                "zoom out": measured(page, lambda: zoom(page, x, y, -1)),
            }
    finally:
        chrome.close()


def main() -> int:
    """Make a result, look at it, and print what the frames took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scars", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    browser = chromium()
    if browser is None:
        print("Chromium or Chrome is needed on the path", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as lent:
        practice = open_practice(Path(lent) / "practice")
        with practice.unit_of_work("benchmark") as unit:
            visit = visits.add(unit, people.add(unit, "P-1").id, date(2026, 11, 2))
        found, relief = assessed(many(chosen.scars, FIELD_MM), size_mm=FIELD_MM, pixel_mm=0.05)
        kept = keep_result(practice, visit.id, Path(lent) / "made", found, relief)
        with serving(practice) as address:
            times = run(f"{address}/results/{kept.id}", browser)
        practice.close()
    if chosen.json:
        print(json.dumps({"scars": chosen.scars, "cores": os.cpu_count(), "times": times}, indent=1))
        return 0
    print(f"{chosen.scars} outlined scars, {os.cpu_count()} cores, no graphics card")
    print(f"{'':18}{'frames':>8}{'median':>10}{'95 %':>10}{'longest':>10}")
    for name, one in times.items():
        row = f"{one['median_ms']:>7.1f} ms{one['p95_ms']:>7.1f} ms{one['longest_ms']:>7.1f} ms"
        print(f"{name:18}{one['frames']:>8.0f}{row}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
