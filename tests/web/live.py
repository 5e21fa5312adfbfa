"""The app on a port of this machine, and a browser that is logged in to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from cicatrix.practice import Practice
from cicatrix.web.app import create_app
from cicatrix.web.settings import Settings

__all__ = ["TOKEN", "WAIT_S", "Browser", "serving", "until"]

TOKEN = "a-token-for-one-test"  # noqa: S105 - of an app that lives for one test
WAIT_S = 60.0
PLAIN = ("--no-sandbox", "--disable-background-networking", "--hide-scrollbars")
SOLID = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
FLAT = ("--disable-gpu",)


@contextmanager
def serving(practice: Practice) -> Iterator[str]:
    """Serve a practice; gives the address, in the mode where a link is enough."""
    listener = socket.socket()  # handed to the server, so that no other process can take its port in between
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = create_app(Settings(practice=practice.folder, mode="token", token=TOKEN, port=port), practice)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    end = time.monotonic() + WAIT_S
    while not server.started:
        assert time.monotonic() < end, "the app did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        listener.close()


class Browser:
    """A Chromium that stays open for many pages, on a machine without a graphics card.

    With ``solid`` it draws in three dimensions, by a graphics card that is only imitated; without, flat pictures are
    drawn by the processor itself, which is much faster.
    """

    def __init__(self, chromium: str, *, solid: bool = True) -> None:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the tests with a browser need it

        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=chromium, args=[*PLAIN, *(SOLID if solid else FLAT)]
        )

    @contextmanager
    def page(self, address: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Iterator[Any]:
        """A page that followed the link; complaints of its scripts are kept in ``page.complaints``."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        page: Any = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda told: page.complaints.append(told.text) if told.type == "error" else None)
        page.set_default_timeout(WAIT_S * 1000)
        page.goto(f"{address}/?token={TOKEN}")
        yield page
        context.close()

    def close(self) -> None:
        """Close every page."""
        self._browser.close()
        self._playwright.stop()


def until(page: Any, expression: str) -> None:
    """Wait until an expression holds; Playwright's own way evaluates text in the page, which its policy forbids."""
    end = time.monotonic() + WAIT_S
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(30)
