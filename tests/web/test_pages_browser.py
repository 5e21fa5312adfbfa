"""Every page in Chromium, light and dark: what axe finds, what does not fit a telephone; lists by keyboard."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cicatrix.practice import open_practice, people, visits
from tests.report.browser import axe_script, chromium
from tests.report.foreseen import judged
from tests.web.live import Browser, serving
from tests.web.made import assessed, keep_result

BROWSER = chromium()
AXE = axe_script()
LONG = "A-pseudonym-that-somebody-made-much-longer-than-any-line-of-a-telephone-and-without-a-single-space"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the path"),
]


@dataclass(frozen=True)
class Served:
    """The app with many people, one of whom has visits."""

    address: str
    person: str
    visit: str
    capture: str
    result: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on a practice that is in use."""
    folder: Path = tmp_path_factory.mktemp("served")
    practice = open_practice(folder / "practice")
    with practice.unit_of_work("test") as unit:
        person = people.add(unit, LONG, "came with an old scar " * 20)
        for number in range(60):
            people.add(unit, f"P-{number:03}")
        visit = visits.add(unit, person.id, date(2026, 11, 2), "first look")
    found, relief = assessed()
    kept = keep_result(practice, visit.id, folder / "kept", judged(found), relief, pages=True)
    with serving(practice) as address:
        yield Served(address, person.id, visit.id, kept.capture_id, kept.id)
    practice.close()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """One Chromium for all."""
    assert BROWSER is not None
    opened = Browser(BROWSER, solid=False)
    yield opened
    opened.close()


def addresses(served: Served) -> dict[str, str]:
    """Each page by a short name."""
    return {
        "people": "/people",
        "found": "/people?text=P-01",
        "nobody": "/people?text=nobody",
        "person": f"/people/{served.person}",
        "visit": f"/visits/{served.visit}",
        "case": f"/visits/{served.visit}/case",
        "topic": f"/visits/{served.visit}/case/the-person",
        "upload": f"/visits/{served.visit}/upload",
        "rig": f"/visits/{served.visit}/repeatability",
        "capture": f"/captures/{served.capture}",
        "result": f"/results/{served.result}",
        "corrections": f"/results/{served.result}/corrections",
        "plan": f"/results/{served.result}/plan",
        "outlook": f"/results/{served.result}/outlook",
        "patient": f"/results/{served.result}/patient",
        "compare": f"/people/{served.person}/compare",
        "trend": f"/people/{served.person}/trend",
        "jobs": "/jobs",
        "rigs": "/repeatability",
        "log": "/log",
        "account": "/account",
        "docs": "/docs",
        "login": "/login",
        "lost": "/nowhere",
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_everything_fits(chrome: Browser, served: Served, *, dark: bool) -> None:
    """Both at once, as opening a page is what takes long; ``CICATRIX_SCREENSHOTS`` names a folder for pictures."""
    wrong: list[tuple[object, ...]] = []
    pictures = os.environ.get("CICATRIX_SCREENSHOTS")
    with chrome.page(served.address, dark=dark) as page:
        for name, address in addresses(served).items():
            answer = page.goto(served.address + address)
            if answer.status != (404 if name == "lost" else 200):
                wrong.append((name, answer.status))
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wrong.append((name, width, "wider than the screen"))
                if pictures:
                    mode = "dark" if dark else "light"
                    page.screenshot(path=f"{pictures}/{name}-{width}-{mode}.png", full_page=True)
            wrong += [(name, *found) for found in violations(page, colours_only=dark)]
        complaints = [told for told in page.complaints if "status of 404" not in told]  # of the page that is not there
    assert wrong == []
    assert complaints == []


def test_a_person_is_added_by_keyboard_alone_and_without_scripts(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address, scripts=False) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # skip to the content
        for _ in range(100):
            page.keyboard.press("Tab")
            if page.locator("input[name=pseudonym]:focus").count():
                break
        page.keyboard.type("P-by-keys")
        page.keyboard.press("Enter")
        page.wait_for_url("**/people/*")
        assert page.locator("h1").inner_text() == "P-by-keys"


def test_pages_of_the_list_lead_on_and_back(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        page.goto(f"{served.address}/people?text=P-0")
        assert page.locator(".cards li").count() == 50
        page.click("a[rel=next]")
        assert page.locator(".cards li").count() == 10
        page.click("a[rel=prev]")
        assert page.locator(".cards li").count() == 50


def violations(page: Any, *, colours_only: bool) -> list[tuple[object, ...]]:
    """What axe finds; it runs in a world of its own, as the pages' policy forbids scripts from elsewhere."""
    if AXE is None:
        return []
    devtools = page.context.new_cdp_session(page)
    frame = devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = devtools.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    devtools.send("Runtime.evaluate", {"expression": AXE, "contextId": world})
    rules = ", runOnly: ['color-contrast']" if colours_only else ""  # the dark differs in nothing else
    run = (
        "axe.run(document, {resultTypes: ['violations']"
        + rules
        + "}).then(found => JSON.stringify(found.violations.map("
        "one => [one.id, one.impact, one.nodes.slice(0, 2).map(node => node.html)])))"
    )
    told = devtools.send(
        "Runtime.evaluate", {"expression": run, "contextId": world, "awaitPromise": True, "returnByValue": True}
    )
    devtools.detach()
    return [tuple(one) for one in json.loads(told["result"]["value"])]
