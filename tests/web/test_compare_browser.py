"""Comparisons, curves and rigs in Chromium: the slider by keys and pointer, without scripts, and what axe finds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cicatrix.practice import Practice, jobs, open_practice, people, visits
from cicatrix.web.work import Task
from cicatrix.web.work.runner import Runner
from tests.report.browser import axe_script, chromium
from tests.web.live import Browser, serving
from tests.web.looks import look_again
from tests.web.made import keep_result

BROWSER = chromium()
AXE = axe_script()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the path"),
]


@dataclass(frozen=True)
class Served:
    """The app with the same skin at three visits."""

    address: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("served")
    practice = open_practice(folder / "practice")
    with practice.unit_of_work("test") as unit:
        person = people.add(unit, "P-017").id
        at = [visits.add(unit, person, day).id for day in (date(2026, 3, 2), date(2026, 10, 5))]
    looks = look_again(folder, (1.0, 1.0, 0.65))
    kept = [
        keep_result(practice, visit, folder / f"kept{number}", look.found, look.relief).id
        for number, (visit, look) in enumerate(zip((at[0], at[0], at[1]), looks, strict=True))
    ]
    done(practice, "repeatability", {"results": kept[:2], "rig": "scanner"}, person)
    made = done(practice, "compare", {"before": kept[0], "after": kept[2], "rig": None, "done": None}, person)
    pages = {
        "comparison": f"/comparisons/{made}",
        "compare": f"/people/{person}/compare",
        "trend": f"/people/{person}/trend",
        "rigs": "/repeatability",
        "choose": f"/visits/{at[0]}/repeatability",
    }
    with serving(practice) as address:
        yield Served(address, pages)
    practice.close()


def done(practice: Practice, kind: str, payload: dict[str, Any], person: str) -> str:
    """Do a job, and say what came of it."""
    with practice.unit_of_work("anna") as unit:
        jobs.add(unit, kind, payload, person_id=person)
        job = jobs.claim(unit, "test")
    assert job is not None
    Runner(multiprocessing.get_context("fork")).do(Task(practice, job, practice.work / "jobs" / job.id))
    with practice.unit_of_work("anna", write=False) as unit:
        ended = jobs.get(unit, job.id)
    assert ended.state == "done", ended.message
    assert ended.result_id is not None
    return ended.result_id


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    assert BROWSER is not None
    opened = Browser(BROWSER)
    yield opened
    opened.close()


def edge(page: Any) -> str:
    """Where the line between both pictures lies."""
    return str(page.evaluate("getComputedStyle(document.querySelector('.slider .over')).clipPath"))


def test_the_slider_follows_keys_and_pointer(served: Served, chrome: Browser) -> None:
    with chrome.page(served.address) as page:
        page.goto(served.address + served.pages["comparison"])
        page.wait_for_selector(".slider.live")
        assert edge(page) == "inset(0px 0px 0px 50%)"
        page.locator("#slide-relief").focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        assert edge(page) == "inset(0px 0px 0px 55%)"
        assert page.locator("#slide-relief").get_attribute("aria-valuetext") == "55 % before, 45 % after"
        page.keyboard.press("Home")
        assert edge(page) in {"inset(0px 0px 0px 0%)", "inset(0px)"}
        page.locator(".stack-of-two").scroll_into_view_if_needed()
        box = page.locator(".stack-of-two").bounding_box()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 30)
        page.mouse.down()
        page.mouse.up()
        assert edge(page) == "inset(0px 0px 0px 80%)"
        both = page.evaluate(
            "[...document.querySelectorAll('.slider img')].map(i => i.getBoundingClientRect().toJSON())"
        )
        for side in ("left", "top", "width", "height"):
            assert both[0][side] == pytest.approx(both[1][side], abs=1.0), side
        assert page.complaints == []


def test_without_scripts_both_pictures_stand_side_by_side(served: Served, chrome: Browser) -> None:
    with chrome.page(served.address, scripts=False) as page:
        page.goto(served.address + served.pages["comparison"])
        boxes = [page.locator(f".slider .{name}").bounding_box() for name in ("under", "over")]
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
        assert not page.locator("#slide-relief").is_visible()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_and_axe_finds_nothing_serious(served: Served, chrome: Browser, width: int, dark: bool) -> None:  # noqa: FBT001
    with chrome.page(served.address, width=width, dark=dark) as page:
        for name, path in served.pages.items():
            page.goto(served.address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.complaints == [], name
            if AXE is None:
                continue
            # The page's own policy lets no foreign script in; the debugger may evaluate all the same.
            session = page.context.new_cdp_session(page)
            session.send("Runtime.evaluate", {"expression": AXE})
            told = session.send(
                "Runtime.evaluate",
                {"expression": "axe.run()", "awaitPromise": True, "returnByValue": True},
            )
            faults = told["result"]["value"]["violations"]
            serious = [fault for fault in faults if fault["impact"] in {"serious", "critical"}]
            assert serious == [], (name, [(fault["id"], fault["nodes"][0]["html"]) for fault in serious])
