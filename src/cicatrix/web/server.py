"""The HTTP server: uvicorn with a time limit for request headers and a limit on connections.

Uvicorn waits for ever for the headers of a request and takes any number of connections. A client that opens many and
sends nothing would use up the descriptors of the process, and then nobody could connect.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from cicatrix.web.settings import Settings

__all__ = ["HEADER_S", "MOST_CONNECTIONS", "LimitedHttp", "run_server", "server_of"]

LOG = logging.getLogger("cicatrix.web")
HEADER_S: Final = 10.0
"""Seconds in which the headers of a request have to arrive."""
MOST_CONNECTIONS: Final = 512
RESERVED: Final = 160
"""Descriptors that are kept for files and the database."""
WANTED_DESCRIPTORS: Final = 4096
BACKLOG: Final = 64
"""Connections that are accepted in one go; together they stay below ``RESERVED``."""
LOG_EVERY_S: Final = 60.0


class LimitedHttp(H11Protocol):
    """HTTP/1.1 on one connection, closed when its headers are late.

    Where there are too many connections, the one that has waited longest without a request makes room.
    """

    most = MOST_CONNECTIONS
    header_s = HEADER_S
    _timer: asyncio.TimerHandle | None = None
    _since = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or close the idle one that is oldest."""
        super().connection_made(transport)
        self._expect_headers()
        there = [one for one in self.connections if isinstance(one, LimitedHttp) and not one.transport.is_closing()]
        if len(there) > self.most:
            waiting = (one for one in there if one.is_waiting)
            min(waiting, key=lambda one: one._since).transport.abort()  # noqa: SLF001 - of the same class

    def data_received(self, data: bytes) -> None:
        """Take bytes; the headers they belong to have to be complete soon."""
        was_idle = self._timer is None
        super().data_received(data)
        if not self.is_waiting:
            self._expect_no_headers()
        elif was_idle:
            self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._expect_no_headers()
        super().connection_lost(exc)

    def _expect_headers(self) -> None:
        self._since = self.loop.time()
        self._timer = self.loop.call_later(self.header_s, self._late)

    def _expect_no_headers(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if self.is_waiting:
            self.transport.abort()


class _Server(uvicorn.Server):
    """A server that says once a minute, not once a connection, that descriptors have run out."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        asyncio.get_running_loop().set_exception_handler(_quiet(time.monotonic))
        await super().startup(sockets)


def server_of(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """The server of an app, not yet running."""
    most = min(MOST_CONNECTIONS, max(BACKLOG, _descriptors() - RESERVED))
    return _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="asyncio",
            http=type("LimitedHttp", (LimitedHttp,), {"most": most}),
            ws="none",
            backlog=BACKLOG,
            # Only a proxy that was announced may say for whom it asks: addresses are limited by it.
            proxy_headers=settings.secure,
            log_level="error",  # a warning for each malformed request would fill the terminal
            access_log=False,  # addresses of pages hold identifiers of people
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )


def run_server(app: ASGIApp, settings: Settings) -> None:
    """Serve an app until the process is asked to stop."""
    server_of(app, settings).run()


def _descriptors() -> int:
    """Descriptors that this process may have; raised as far as the system allows."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return WANTED_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(WANTED_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return WANTED_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


def _quiet(clock: Callable[[], float]) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """An exception handler that reports a lack of descriptors at most once a minute."""
    told_at = [-LOG_EVERY_S]

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}):
            loop.default_exception_handler(context)
            return
        if clock() - told_at[0] >= LOG_EVERY_S:
            told_at[0] = clock()
            LOG.error("no descriptors are left for further connections (%s)", error.strerror)

    return handle
