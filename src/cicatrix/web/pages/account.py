"""Login, logout and account."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cicatrix.errors import RecordError
from cicatrix.model.practice import Role
from cicatrix.practice import Practice, accounts
from cicatrix.web.dependencies import CurrentGate, CurrentPractice, CurrentSession, CurrentSettings
from cicatrix.web.link import is_token
from cicatrix.web.refusals import Refused
from cicatrix.web.render import render
from cicatrix.web.router import Done, Pages
from cicatrix.web.settings import Settings

__all__ = ["router"]

router = Pages()

MOST_CHARACTERS: Final = 2000
"""Of a field of the login form; what is beyond is ignored."""


class Login(BaseModel):
    """The login page."""

    mode: str
    next: str
    refused: bool = False


class AccountView(BaseModel):
    """Who is logged in."""

    name: str
    role: Role
    has_password: bool


class NewPassword(BaseModel):
    """A change of the password."""

    old: str
    new: str
    again: str


@router.get("/", include_in_schema=False)
def enter(request: Request, practice: CurrentPractice, settings: CurrentSettings, token: str | None = None) -> Response:
    """Start page; the link with the token opens a session."""
    answer: Response = RedirectResponse("/people", status_code=303)
    if getattr(request.state, "who", None) is None and is_token(settings, token):
        with practice.unit_of_work("owner") as unit:
            _set_cookie(answer, settings, accounts.open_session(unit, None))
    return answer


@router.get("/login", include_in_schema=False)
def login_page(request: Request, settings: CurrentSettings, next: str = "/people") -> Response:  # noqa: A002 - the name in the address
    """Ask for name and password, or for the link."""
    return render(request, "login.html.j2", Login(mode=settings.mode, next=_local(next)))


@router.post("/login", include_in_schema=False)
async def login(request: Request, practice: CurrentPractice, settings: CurrentSettings, gate: CurrentGate) -> Response:
    """Log in with name and password."""
    if settings.mode != "accounts":
        raise Refused(403, "There are no passwords here.", fix="Open the link that `cicatrix serve` printed.")
    address = None if request.client is None else request.client.host
    await gate.admit(address)  # before the form is read
    form = await request.form(max_files=0, max_fields=10)
    name, password, wanted = (_text(form, field) for field in ("name", "password", "next"))
    account = await gate.check(address, name, password)
    if account is None:
        view = Login(mode="accounts", next=_local(wanted), refused=True)
        return render(request, "login.html.j2", view, status=403)
    answer = RedirectResponse(_local(wanted), status_code=303)
    _set_cookie(answer, settings, await run_in_threadpool(_open_session, practice, account.id))
    return answer


@router.raw("/logout", method="POST", schema=False)
def logout(request: Request, practice: CurrentPractice, settings: CurrentSettings) -> Response:
    """Log out."""
    with practice.unit_of_work("logout") as unit:
        accounts.close_session(unit, request.cookies.get(settings.cookie, ""))
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(settings.cookie, **_cookie_options(settings))
    return answer


@router.page("/account", template="account.html.j2")
def account(session: CurrentSession) -> AccountView:
    """Who is logged in."""
    return AccountView(name=session.name, role=session.role, has_password=session.account_id is not None)


@router.action("/account/password", role="reader")
async def change_password(
    request: Request, practice: CurrentPractice, session: CurrentSession, gate: CurrentGate, body: NewPassword
) -> Done:
    """Change your own password; every session ends."""
    if session.account_id is None:
        raise RecordError("the link's holder has no password", fix="add an account with `cicatrix user add`")
    if body.new != body.again:
        raise RecordError("the new passwords differ", fix="type the new one twice")
    address = None if request.client is None else request.client.host
    # In a transaction of its own: a failure has to be counted although the request is refused.
    if await gate.check(address, session.name, body.old) is None:
        raise Refused(403, "The old password is wrong.", fix="Type it again; after five failures wait a while.")
    hashed = await gate.run(lambda: accounts.hash_password(body.new, session.name))
    await run_in_threadpool(_set_password, practice, session.name, hashed)
    return Done("/login", AccountView(name=session.name, role=session.role, has_password=True))


@router.get("/healthz", include_in_schema=False)
def health() -> Response:
    """Say that the app lives."""
    return JSONResponse({"status": "ok"})


def _text(form: FormData, field: str) -> str:
    value = form.get(field, "")
    return value[:MOST_CHARACTERS] if isinstance(value, str) else ""


def _open_session(practice: Practice, account_id: str) -> str:
    with practice.unit_of_work("login") as unit:
        return accounts.open_session(unit, account_id)


def _set_password(practice: Practice, name: str, hashed: accounts.PasswordHash) -> None:
    with practice.unit_of_work(name) as unit:
        accounts.set_password(unit, name, hashed)


def _set_cookie(answer: Response, settings: Settings, token: str) -> None:
    answer.set_cookie(settings.cookie, token, **_cookie_options(settings))


def _cookie_options(settings: Settings) -> dict[str, Any]:
    return {"httponly": True, "samesite": "strict", "path": "/", "secure": settings.secure}


def _local(address: str) -> str:
    """An address within the app; anything else becomes the start page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/people"
    safe = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if safe and not address.startswith("//") else "/people"
