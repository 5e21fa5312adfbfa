"""What every request passes first: host, size, origin, and who is asking."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import URL, Headers, MutableHeaders, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cicatrix.model.practice import WebSession
from cicatrix.practice import Practice, accounts
from cicatrix.web.link import is_token
from cicatrix.web.refusals import Refusal
from cicatrix.web.render import render_refusal
from cicatrix.web.settings import Settings, host_name

__all__ = ["POLICY", "Guard"]

POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Not "no-referrer": browsers then hide the origin of forms, too, and it is looked at here.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
OPEN: Final = ("/static/css/", "/healthz")
"""What anybody may have: the login page looks like something, and a supervisor can see that the app lives."""
LOGIN: Final = "/login"
SAFE: Final = frozenset({"GET", "HEAD"})
MOST_HEADERS: Final = 100
MOST_HEADER_BYTES: Final = 32 * 1024


class Guard:
    """Middleware that lets nothing past but what a known person asked for from the app's own pages."""

    def __init__(self, app: ASGIApp, practice: Practice, settings: Settings) -> None:
        self.app, self.practice, self.settings = app, practice, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # there are no web sockets
        request = _Request(scope, self.settings)
        refusal = request.refusal()
        if refusal is None:
            refusal = await self._known(scope, request)
        send = _with_headers(send, request)
        if refusal is not None:
            await _refuse(refusal, request, receive, send)
            return
        await self.app(scope, _limited(receive, request.limit, request.body_s), send)

    async def _known(self, scope: Scope, request: _Request) -> Refusal | None:
        """Note down who asks; a refusal where nobody does and the page is not open to all."""
        from starlette.concurrency import run_in_threadpool  # noqa: PLC0415

        state = scope.setdefault("state", {})
        state["who"] = await run_in_threadpool(self._who, request.session) if request.session else None
        if state["who"] is not None or request.path == LOGIN or _is_open(request.path):
            return None
        if request.path == "/" and is_token(self.settings, QueryParams(scope["query_string"]).get("token")):
            return None
        return Refusal(
            status=401,
            what="You are not logged in.",
            fix="Log in, or open the link that `cicatrix serve` printed.",
        )

    def _who(self, token: str) -> WebSession | None:
        with self.practice.unit_of_work("cicatrix", write=False) as unit:
            found = accounts.who(unit, token)
        if found is None:
            return None
        who, stale = found
        if who.account_id is None and self.settings.mode != "token":
            return None  # the link's holder, from a time when the link was enough
        if stale:
            with self.practice.unit_of_work("cicatrix") as unit:
                accounts.touch(unit, token)
        return who


class _Request:
    """The part of a request that is looked at before it is read."""

    def __init__(self, scope: Scope, settings: Settings) -> None:
        self.settings, self.scope = settings, scope
        self.headers = Headers(scope=scope)
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.session = cookie_parser(self.headers.get("cookie", "")).get(settings.cookie, "")
        upload = self.path.endswith(("/upload", "/upload.json"))
        self.limit = settings.upload_bytes if upload else settings.small_bytes
        self.body_s = settings.upload_s if upload else settings.small_s

    @property
    def wants_json(self) -> bool:
        """Whether the answer is read by a program."""
        return self.path.endswith(".json") or "text/html" not in self.headers.get("accept", "text/html")

    def refusal(self) -> Refusal | None:
        """What is wrong with the request itself."""
        headers = self.scope["headers"]
        if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
            return Refusal(
                status=431,
                what="The request has too many headers, or they are too long.",
                allowed=f"at most {MOST_HEADERS} headers with {MOST_HEADER_BYTES} bytes together",
                fix="Remove the cookies of this machine's other programs from the browser.",
            )
        if host_name(self.headers.get("host", "")) not in self.settings.hosts:
            return Refusal(
                status=421,
                what="The app is not addressed by a name of its own.",
                fix="Use the address that `cicatrix serve` printed, or name this one with --name.",
            )
        length = self.headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > self.limit:
            return Refusal(
                status=413,
                what=f"The request has {length} bytes.",
                allowed=f"at most {self.limit} bytes",
                fix="Send less at once.",
            )
        if self.method not in SAFE and not self._from_here():
            return Refusal(
                status=403,
                what="The request does not come from one of the app's own pages.",
                fix="Open the app's page and send the form from there.",
            )
        return None

    def _from_here(self) -> bool:
        """Whether a request that changes something comes from the app itself; programs send no origin."""
        site = self.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        origin = self.headers.get("origin")
        return origin is None or _netloc(origin) == self.headers.get("host", "")


def _is_open(path: str) -> bool:
    """Whether anybody may have what lies there; a path may not climb out of what is open."""
    return path.startswith(OPEN) and ".." not in path


def _netloc(origin: str) -> str | None:
    """Host and port of an origin; None for a malformed one."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _limited(receive: Receive, limit: int, body_s: float) -> Receive:
    """The request's body, refused when it is longer than the limit or late, whatever length was announced."""
    had, whole = 0, False
    since = anyio.current_time()

    async def read() -> Message:
        nonlocal had, whole
        if whole:  # what comes next is the end of the connection
            return await receive()
        try:
            with anyio.fail_after(max(0.0, since + body_s - anyio.current_time())):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408) from error
        had += len(message.get("body", b""))
        if had > limit:
            raise HTTPException(413)
        whole = not message.get("more_body", False)
        return message

    return read


def _with_headers(send: Send, request: _Request) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                if name not in headers:
                    headers[name] = value
            if request.settings.secure:
                headers["strict-transport-security"] = "max-age=31536000"
        await send(message)

    return answer


async def _refuse(refusal: Refusal, request: _Request, receive: Receive, send: Send) -> None:
    """Answer before the app has seen the request; a person without a session is sent to the login."""
    if refusal.status == 421 or request.wants_json:  # with a wrong host there is no address to draw a page for
        answer: Response = JSONResponse({"error": refusal.model_dump()}, status_code=refusal.status)
    elif refusal.status == 401 and request.method in SAFE:
        location = URL(LOGIN).include_query_params(next=request.path)
        answer = RedirectResponse(str(location), status_code=303)
    else:
        answer = render_refusal(Request(request.scope), refusal)
    await answer(request.scope, receive, send)
