"""The server keeps answering while clients hold connections and send nothing."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import anyio
import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import Message

from cicatrix.practice import Practice
from cicatrix.web import server
from cicatrix.web.app import create_app
from cicatrix.web.settings import Settings
from tests.web.asgi import status_of

MOST = 8
HEADER_S = 1.5


@pytest.fixture
def address(app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """The app on a port of this machine, with small limits."""
    monkeypatch.setattr(server, "MOST_CONNECTIONS", MOST)
    monkeypatch.setattr(server.LimitedHttp, "header_s", HEADER_S)
    running = server.server_of(app, settings)
    running.config.lifespan = "off"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.02)
        yield listening.getsockname()
        running.should_exit = True
        thread.join(20)


def _healthy(address: tuple[str, int]) -> bool:
    headers = {"host": "127.0.0.1:8765"}
    return httpx2.get(f"http://{address[0]}:{address[1]}/healthz", headers=headers, timeout=10).status_code == 200


def test_connections_that_send_nothing_do_not_keep_others_out(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(address)) for _ in range(3 * MOST)]
        for one in held[::2]:
            one.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n")
        assert _healthy(address)
        open_still = 0
        for one in held:
            one.settimeout(0.05)
            try:
                open_still += one.recv(1) != b""
            except TimeoutError:
                open_still += 1
            except ConnectionResetError:
                pass
        assert open_still <= MOST


def test_late_headers_close_the_connection(address: tuple[str, int]) -> None:
    """Also where a byte comes every now and then, and after a first request."""
    with socket.create_connection(address) as one:
        one.settimeout(10)
        one.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:8765\r\n\r\n")
        assert b"200 OK" in one.recv(4096)
        began = time.monotonic()
        closed = False
        while not closed and time.monotonic() - began < 8 * HEADER_S:
            try:
                one.sendall(b"G")
            except (BrokenPipeError, ConnectionResetError):
                closed = True
            time.sleep(0.2)
        assert closed
        assert time.monotonic() - began > HEADER_S / 2


def test_a_body_that_does_not_come_is_not_waited_for(practice: Practice) -> None:
    app = create_app(Settings(practice=practice.folder, mode="accounts", small_s=0.3), practice)
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        sent += 1
        await anyio.sleep(0.2)  # never late, and never at an end
        return {"type": "http.request", "body": b"name=", "more_body": True}

    headers = {"host": "127.0.0.1", "content-type": "application/x-www-form-urlencoded"}
    assert anyio.run(status_of, app, "/login", headers, receive) == 408
    assert sent == 2


def test_a_lack_of_descriptors_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    handle = server._quiet(lambda: now[0])
    loop = asyncio.new_event_loop()
    with caplog.at_level(logging.ERROR):
        for _ in range(1000):
            handle(loop, {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "x")})
        now[0] += 61
        handle(loop, {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "x")})
    loop.close()
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("Clinic.Example", "clinic.example"),
        ("clinic.example:443", "clinic.example"),
        ("clinic.example", "CLINIC.example.:443"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("::1", "[::1]:8765"),
    ],
)
def test_names_are_compared_as_browsers_send_them(practice: Practice, name: str, host: str) -> None:
    app = create_app(Settings(practice=practice.folder, names=(name,)), practice)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    assert anyio.run(status_of, app, "/healthz", {"host": host}, receive, "GET") == 200
