"""Requests to the app without a client in between, so that a test decides what arrives when."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive

__all__ = ["status_of"]


async def status_of(app: ASGIApp, path: str, headers: Mapping[str, str], receive: Receive, method: str = "POST") -> int:
    """Send a request whose body comes from ``receive``; returns the status of the answer."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "scheme": "http",
        "server": ("127.0.0.1", 8765),
        "client": ("127.0.0.1", 50000),
    }
    await app(scope, receive, send)
    return statuses[0]
