"""A new user's way through the app in Chromium, from an empty folder to the comparison of a second visit."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cicatrix.practice import open_practice
from cicatrix.web.settings import Settings
from cicatrix.web.work.supervise import worker_command
from tests.report.browser import axe_script, chromium
from tests.web.live import Browser, serving
from tests.web.looks import capture_again

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the path"),
]

PATIENCE_MS = 40_000


@contextmanager
def working(folder: Path) -> Iterator[str]:
    """The app on an empty folder, with its worker."""
    practice = open_practice(folder)
    worker = subprocess.Popen(worker_command(Settings(practice=folder)))  # noqa: S603 - our own program
    try:
        with serving(practice) as address:
            yield address
    finally:
        worker.terminate()
        worker.wait(20)
        practice.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all."""
    path = chromium()
    assert path is not None
    opened = Browser(path, solid=False)
    yield opened
    opened.close()


class Walker:
    """Somebody who goes through the app: with the pointer, or with the keyboard alone."""

    def __init__(self, page: Any, *, by_keys: bool) -> None:
        self.page, self.by_keys = page, by_keys
        self.seen: dict[str, str] = {}

    def press(self, name: str, *, role: str = "button") -> None:
        """Use a button or a link by the name that is read out for it, and wait for the next page."""
        found = self.page.get_by_role(role, name=re.compile(name)).first
        with self.page.expect_navigation(timeout=PATIENCE_MS):
            if self.by_keys:
                self._reach(found)
                self.page.keyboard.press("Enter")
            else:
                found.click()
        self.look()

    def write(self, label: str, text: str) -> None:
        """Fill a field by its label."""
        found = self.page.get_by_label(re.compile(f"^{label}")).first
        if self.by_keys:
            self._reach(found)
            self.page.keyboard.type(text)
        else:
            found.fill(text)

    def write_day(self, label: str, day: date) -> None:
        """Fill a field that takes a day: typed as Chromium shows days in English."""
        found = self.page.get_by_label(re.compile(f"^{label}")).first
        if self.by_keys:
            self._reach(found)
            self.page.keyboard.type(f"{day:%m%d%Y}")
        else:
            found.fill(day.isoformat())
        assert found.input_value() == day.isoformat()

    def wait_for_work(self) -> None:
        """Wait until the work on this page has ended well, and go on to what came of it."""
        self.page.get_by_role("link", name="Show the result").wait_for(timeout=PATIENCE_MS)
        self.press("Show the result", role="link")

    def look(self) -> None:
        """What a person would see: no refusal, nothing beyond the screen, no complaint, nothing that axe finds."""
        page = self.page
        page.wait_for_load_state()
        assert page.locator(".refusal:visible, [role=alert]:visible").count() == 0, page.inner_text("main")
        assert page.complaints == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
        kind = re.sub(r"[0-9a-f]{32}", "ID", page.url)
        if kind not in self.seen:
            self.seen[kind] = page.title()
            assert serious(page) == [], page.url

    def _reach(self, found: Any) -> None:
        """Tab until an element has the focus, and can be seen to have it."""
        wanted = found.element_handle()
        for _ in range(300):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("one => document.activeElement === one", wanted):
                outline = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", "the focus cannot be seen"
                return
        pytest.fail(f"the keyboard does not reach {wanted}")


def serious(page: Any) -> list[str]:
    """Serious faults that axe-core finds on a page."""
    script = axe_script()
    if script is None:
        return []
    # As a script of the page it would be forbidden by the policy.
    found = page.context.new_cdp_session(page)
    found.send("Page.enable")
    frame = found.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    context = found.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    found.send("Runtime.evaluate", {"expression": script, "contextId": context})
    told = found.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run(document, {resultTypes: ['violations']})"
            ".then(r => JSON.stringify(r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map("
            "v => [v.id, v.impact, v.nodes.slice(0, 2).map(n => n.html)])))",
            "contextId": context,
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    value = told["result"].get("value", "[]")
    return [] if value == "[]" else [value]


def first_visit(walker: Walker, capture: Path) -> None:
    """Add a person and a visit, answer some questions, add a capture and have it assessed."""
    walker.look()
    walker.write("Pseudonym", "P-001")
    walker.press("^Add$")
    walker.write_day("Day", date(2026, 8, 3))
    walker.press("Add the visit")
    walker.press("Start the questionnaire", role="link")
    walker.press("1. The person", role="link")
    walker.write("How old", "29")
    walker.write("How does the skin answer to sun", "3")
    walker.press("Save and go on")
    walker.press("^Skip$", role="link")
    walker.press("^Back$", role="link")
    walker.press("^Visit of", role="link")
    assert "2 questions answered" in walker.page.inner_text("main")
    upload(walker, capture)


def upload(walker: Walker, capture: Path) -> None:
    """From a visit's page to the result of a capture."""
    walker.press("Add a capture", role="link")
    walker.page.set_input_files("input[webkitdirectory]", str(capture))
    walker.write("Site", "left cheek")
    walker.press("Upload and check")
    walker.wait_for_work()
    walker.press("^Assess$")
    walker.wait_for_work()


@pytest.mark.parametrize("by_keys", [False, True], ids=["pointer", "keys"])
def test_from_an_empty_folder_to_a_second_visit(browser: Browser, tmp_path: Path, *, by_keys: bool) -> None:
    first, second = capture_again(tmp_path, (1.0, 0.5))
    with working(tmp_path / "practice") as address, browser.page(address) as page:
        walker = Walker(page, by_keys=by_keys)
        first_visit(walker, first)
        assert "scars were found" in page.inner_text("main")
        walker.press("^Plan$", role="link")
        assert "Options side by side" in page.inner_text("main")
        walker.press("^Outlook$", role="link")
        walker.press("^For the person$", role="link")
        printed = tmp_path / "printed.pdf"
        page.pdf(path=str(printed))
        assert printed.read_bytes().startswith(b"%PDF")
        walker.press("^P-001$", role="link")
        walker.write_day("Day", date(2026, 11, 2))
        walker.press("Add the visit")
        upload(walker, second)
        walker.press("^P-001$", role="link")
        walker.press("Compare two visits", role="link")
        walker.press("^Compare$")
        walker.wait_for_work()
        assert "better" in page.inner_text("main")
