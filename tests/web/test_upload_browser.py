"""Uploading in Chromium: chosen and dropped files, live progress, cancelling, without scripts, and what axe finds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cicatrix.model.practice import Visit
from cicatrix.practice import Practice, open_practice, people, visits
from cicatrix.web.work.worker import process_context, work
from tests.report.browser import axe_script, chromium
from tests.web.live import Browser, serving, until
from tests.web.tiny import height_files, zipped

BROWSER = chromium()
AXE = axe_script()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the path"),
]

DROP = """(files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) {
    dataTransfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
    document.getElementById("drop").dispatchEvent(event);
  }
}"""


@dataclass(frozen=True)
class Served:
    """The app with an empty visit, its worker at work."""

    address: str
    practice: Practice
    visit: Visit


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    practice = open_practice(tmp_path_factory.mktemp("uploads") / "practice")
    with practice.unit_of_work("test") as unit:
        visit = visits.add(unit, people.add(unit, "P-018").id, date(2026, 11, 2))
    over = threading.Event()
    worker = threading.Thread(
        target=work, args=(practice,), kwargs={"context": process_context(), "stopping": over.is_set}
    )
    worker.start()
    with serving(practice) as address:
        yield Served(address, practice, visit)
    over.set()
    worker.join()
    practice.close()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    assert BROWSER is not None
    opened = Browser(BROWSER, solid=False)
    yield opened
    opened.close()


def faults(page: Any) -> list[str]:
    """What axe holds to be a serious fault."""
    if AXE is None:
        return []
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {one['help']}" for one in found if one["impact"] in {"serious", "critical"}]


def narrow(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_a_zip_is_sent_followed_and_shown(
    served: Served,
    chrome: Browser,
    tmp_path: Path,
    width: int,
    dark: bool,  # noqa: FBT001 - pytest's
) -> None:
    archive = tmp_path / "cheek.zip"
    archive.write_bytes(zipped(height_files(0.2 + width / 10_000)))
    with chrome.page(served.address, width=width, dark=dark) as page:
        page.goto(f"{served.address}/visits/{served.visit.id}/upload")
        assert narrow(page)
        assert faults(page) == []
        page.get_by_role("button", name="Upload and check").press("Enter")
        assert "No file was chosen" in page.locator("#refused").inner_text()
        page.locator('input[name="files"]').first.set_input_files(archive)
        assert "1 file chosen" in page.locator("#dropped").inner_text()
        page.get_by_label("Site: where on the body").fill("chin")
        page.get_by_role("button", name="Upload and check").press("Enter")
        page.wait_for_url("**/jobs/*")
        page.get_by_role("link", name="Show the result").click()
        page.wait_for_url("**/captures/*")
        assert page.locator(".answer").inner_text() == "This capture can be measured."
        until(page, "[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
        assert narrow(page)
        assert faults(page) == []
        page.get_by_role("button", name="Assess", exact=True).press("Enter")
        page.wait_for_url("**/jobs/*")
        assert faults(page) == []
        page.get_by_role("link", name="Show the result").wait_for()
        page.goto(f"{served.address}/jobs")
        assert narrow(page)
        assert faults(page) == []
        assert page.complaints == []


def test_dropped_files_are_sent(served: Served, chrome: Browser) -> None:
    import base64  # noqa: PLC0415

    files = [[name, base64.b64encode(data).decode()] for name, data in height_files(0.27).items()]
    with chrome.page(served.address) as page:
        page.goto(f"{served.address}/visits/{served.visit.id}/upload")
        page.evaluate(DROP, files)
        until(page, "document.getElementById('dropped').textContent.startsWith('2 files chosen')")
        page.get_by_role("button", name="Upload and check").click()
        page.get_by_role("link", name="Show the result").wait_for()
        assert page.complaints == []


def test_a_form_works_without_scripts(served: Served, chrome: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "letter.pdf"
    bad.write_bytes(b"%PDF")
    with chrome.page(served.address, scripts=False) as page:
        page.goto(f"{served.address}/visits/{served.visit.id}/upload")
        page.locator('input[name="files"]').first.set_input_files(bad)
        page.get_by_role("button", name="Upload and check").click()
        page.wait_for_url("**/jobs/*")
        page.get_by_text("Failed.").wait_for()
        assert page.get_by_text("nothing in the upload").is_visible()
        assert page.get_by_text("What to do").is_visible()
