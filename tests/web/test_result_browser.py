"""The result page in Chromium: picture and tables linked, cuts, the surface, corrections, keys, and what axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cicatrix.practice import open_practice, people, visits
from tests.report.browser import axe_script, chromium
from tests.report.foreseen import judged
from tests.web.live import Browser, serving, until
from tests.web.made import assessed, keep_result

BROWSER = chromium()
AXE = axe_script()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the path"),
]

NO_WEBGL = """
const had = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : had.call(this, kind, ...more);
};"""
READY = '#viewer[data-ready="true"]'


@dataclass(frozen=True)
class Served:
    """The app with a result from photographs and one from a height map."""

    address: str
    photographs: str
    height: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("served")
    practice = open_practice(folder / "practice")
    with practice.unit_of_work("test") as unit:
        visit = visits.add(unit, people.add(unit, "P-017").id, date(2026, 11, 2))
    found, relief = assessed()
    kept = keep_result(practice, visit.id, folder / "a", judged(found), relief, pages=True)
    bare = keep_result(practice, visit.id, folder / "b", *assessed(photographs=False))
    with serving(practice) as address:
        yield Served(address, f"{address}/results/{kept.id}", f"{address}/results/{bare.id}")
    practice.close()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    opened_once = Browser(browser())
    yield opened_once
    opened_once.close()


def opened(page: Any, address: str) -> Any:
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def browser() -> str:
    assert BROWSER is not None
    return BROWSER


def stage_point(page: Any, x_mm: float, y_mm: float, across_mm: float = 20.0) -> tuple[float, float]:
    """Where a point of the skin lies on the screen while the whole square picture is shown."""
    box = page.locator("#stage").bounding_box()
    scale = min(box["width"], box["height"]) / across_mm
    left, top = box["x"] + (box["width"] - across_mm * scale) / 2, box["y"] + (box["height"] - across_mm * scale) / 2
    return left + x_mm * scale, top + y_mm * scale


def test_outlines_and_rows_choose_each_other(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.photographs)
        page.locator("#stage").scroll_into_view_if_needed()
        page.mouse.click(*stage_point(page, 8.0, 13.0))
        page.wait_for_selector("#chosen-name")
        assert page.inner_text("#chosen-name").startswith("s003: Rolling")
        assert page.get_attribute('#scars tr[data-id="s003"]', "aria-current") == "true"
        assert page.locator("#chosen .section .rim").count() == 1
        assert page.locator("#chosen .section .interval").count() == 1
        page.click('#scars tr[data-id="s001"] button')
        until(page, "document.getElementById('chosen-name')?.textContent.startsWith('s001')")
        assert page.locator('#scars tr[aria-current="true"]').count() == 1
        assert "measured" in page.inner_text("#chosen-name")
        assert page.complaints == []


def test_tables_sort_and_filter_by_keyboard(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.photographs)
        ids = "[...document.querySelectorAll('#scars tbody tr')].map((row) => row.dataset.id)"
        page.focus('#scars [data-key="depth"]')
        page.keyboard.press("Enter")
        assert page.evaluate(ids) == ["s004", "s002", "s003", "s001"]
        page.keyboard.press("Enter")
        assert page.evaluate(ids) == ["s001", "s003", "s002", "s004"]
        assert page.locator('#scars th[aria-sort="descending"]').count() == 1
        page.focus('#kinds input[value="raised"]')
        page.keyboard.press("Space")
        assert page.evaluate(ids) == ["s001", "s003", "s002"]
        page.focus("#scars tbody tr:first-child button")
        page.keyboard.press("ArrowDown")
        until(page, "document.getElementById('chosen-name')?.textContent.startsWith('s003')")
        assert page.evaluate("document.activeElement.closest('tr').dataset.id") == "s003"
        page.focus("#stage")
        before = page.inner_text("#scale-text")
        for key in ("+", "+", "+", "+", "+", "ArrowLeft", "ArrowUp"):
            page.keyboard.press(key)
        until(page, f"document.getElementById('scale-text').textContent !== {before!r}")
        page.keyboard.press("0")
        until(page, f"document.getElementById('scale-text').textContent === {before!r}")
        assert page.complaints == []


def test_every_layer_is_drawn(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.photographs)
        seen = set()
        for name in page.eval_on_selector_all("#layer option", "all => all.map((one) => one.value)"):
            with page.expect_response(lambda answer, name=name: answer.url.endswith(f"/layers/{name}.png")) as got:
                page.evaluate(
                    "name => { const s = document.getElementById('layer'); s.value = name;"
                    " s.dispatchEvent(new Event('change')); }",
                    name,
                ) if name != "colour" else page.reload()
            assert got.value.ok
            page.wait_for_timeout(250)
            seen.add(page.evaluate("document.getElementById('picture').toDataURL().slice(-4000)"))
        assert len(seen) == 8
        assert page.complaints == []


def test_a_cut_is_drawn_or_typed(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.height)
        page.click("#cut-tool")
        page.locator("#stage").scroll_into_view_if_needed()
        page.mouse.move(*stage_point(page, 2.0, 5.0))
        page.mouse.down()
        page.mouse.move(*stage_point(page, 8.0, 5.0), steps=4)
        page.mouse.up()
        page.wait_for_selector("#cutting .section")
        assert float(page.input_value('#cutting [name="x1"]')) == pytest.approx(8.0, abs=0.1)
        assert page.inner_text("#cutting figcaption").startswith("6.0")
        page.fill('#cutting [name="x0"]', "4")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('#cutting figcaption').textContent.startsWith('4.0')")
        assert page.complaints == []


def test_the_surface_turns_and_is_lit(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.photographs)
        page.click("#solid-tool")
        page.wait_for_selector('#solid[data-shown="true"]')
        assert "heights drawn 3 times" in page.inner_text("#solid-told")
        shots = [page.locator("#solid-canvas").screenshot()]
        page.click("#turn-left")
        shots.append(page.locator("#solid-canvas").screenshot())
        page.focus("#solid-canvas")
        page.keyboard.press("ArrowUp")
        shots.append(page.locator("#solid-canvas").screenshot())
        page.focus("#light-azimuth")
        page.keyboard.press("Home")
        shots.append(page.locator("#solid-canvas").screenshot())
        page.focus("#exaggeration")
        page.keyboard.press("End")
        shots.append(page.locator("#solid-canvas").screenshot())
        assert "heights drawn 10 times" in page.inner_text("#solid-told")
        assert len(set(shots)) == len(shots)
        assert page.complaints == []


def test_without_webgl_the_page_says_so(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        page.add_init_script(NO_WEBGL)
        opened(page, served.photographs)
        page.click("#solid-tool")
        page.wait_for_selector('#solid[data-shown="missing"]')
        assert "WebGL is missing" in page.inner_text("#solid")


def test_corrections_change_what_is_shown_and_can_be_undone(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.height)
        page.click('#scars tr[data-id="s002"] button')
        page.select_option("#new-kind", label="Rolling")
        page.click("text=Change the type")
        page.wait_for_selector(".how.corrected")
        assert page.inner_text("#chosen-name").startswith("s002: Rolling")
        assert "in 1 place" in page.inner_text('[data-live="answer"]')
        page.fill("#why-not", "a pore")
        page.click("text=Delete s002")
        until(page, "document.querySelectorAll('#scars tbody tr').length === 3")
        page.click('#correcting button:text-is("Undo")')
        until(page, "document.querySelectorAll('#scars tbody tr').length === 4")
        page.click('#correcting button:text-is("Undo")')
        until(page, "!document.querySelector('[data-live=answer] .notice')")
        page.click('#correcting button:text-is("Redo")')
        page.wait_for_selector("[data-live=answer] .notice")
        page.click('#correcting button:text-is("Undo")')
        until(page, "!document.querySelector('[data-live=answer] .notice')")
        assert page.complaints == []


def test_outlines_are_drawn_by_mouse_and_by_keys(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.height)
        page.click('#scars tr[data-id="s003"] button')
        page.click("text=Redraw the outline")
        corners = "document.getElementById('corners').value"
        before = page.evaluate(corners)
        page.focus("text=Grow by 0.1 mm")
        page.keyboard.press("Enter")
        assert page.evaluate(corners) != before
        page.click("text=Save the outline")
        page.wait_for_selector(".how.corrected")
        assert "with the new outline" in page.inner_text("#chosen")
        page.click("#zoom-fit")
        page.click("text=Add a missed scar")
        page.locator("#stage").scroll_into_view_if_needed()
        for x, y in ((12.5, 4.0), (15.0, 5.0), (14.5, 7.8), (11.5, 7.5)):
            page.mouse.click(*stage_point(page, x, y))
        assert "4 corners" in page.inner_text("#editing h4")
        page.keyboard.press("Backspace")
        assert "3 corners" in page.inner_text("#editing h4")
        page.click("#editing >> text=Cancel")
        assert page.locator("#editing").is_hidden()
        page.click('#correcting button:text-is("Undo")')
        until(page, "!document.querySelector('[data-live=answer] .notice')")
        assert page.complaints == []


def test_a_refused_correction_says_why(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        opened(page, served.height)
        page.click("text=Add a missed scar")
        page.click("#editing summary")
        page.fill("#corners", "1 1\n4 4\n4 1\n1 4")
        page.focus("#editing button.primary")
        page.keyboard.press("Enter")
        page.wait_for_selector("#correcting .refusal:not(:empty)")
        assert "cross" in page.inner_text("#correcting .refusal")
        assert page.locator("#scars tbody tr").count() == 4


def test_without_scripts_the_page_still_shows_the_result(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address, scripts=False) as page:
        page.goto(served.photographs)
        assert page.locator(".without-js img").is_visible()
        assert page.locator("#scars tbody tr").count() == 4
        assert page.locator("#stage").is_hidden()


def test_the_kept_report_opens_in_its_sandbox(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        page.goto(f"{served.photographs}/files/report.html")
        assert page.evaluate("self.origin") == "null"
        page.click("#h-table")
        page.click('#table th button >> text="Depth"')  # the report's own script still sorts
        assert page.locator('#table th[aria-sort="ascending"]').inner_text().startswith("Depth")


@pytest.mark.skipif(AXE is None, reason="needs axe-core (pip install axe-core-python)")
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_axe_finds_nothing_and_it_fits(chrome: Browser, served: Served, width: int, dark: bool) -> None:  # noqa: FBT001
    with chrome.page(served.address, width=width, dark=dark) as page:
        opened(page, served.photographs)
        page.click('#scars tr[data-id="s001"] button')
        page.wait_for_selector("#chosen-name")
        page.click("#cut-tool")
        page.click("#solid-tool")
        page.wait_for_selector('#solid[data-shown="true"]')
        page.click("text=Add a missed scar")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        # The policy of the page forbids other scripts; a test may add one through the browser's own protocol.
        page.evaluate(f"{AXE}; undefined")
        found = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert [(one["id"], [n["html"] for n in one["nodes"]][:3]) for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.complaints == []
