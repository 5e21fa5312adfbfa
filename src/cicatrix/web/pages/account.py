"""Coming in and going out: the link, the login, the account."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Form
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cicatrix.errors import RecordError
from cicatrix.model.practice import Role
from cicatrix.practice import Practice, accounts
from cicatrix.web.dependencies import CurrentPractice, CurrentSession, CurrentSettings
from cicatrix.web.link import is_token
from cicatrix.web.refusals import Refused
from cicatrix.web.render import render
from cicatrix.web.router import Done, Pages
from cicatrix.web.settings import Settings

__all__ = ["router"]

router = Pages()


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
def enter(request: Request, token: str | None = None) -> Response:
    """Start page; the link with the token logs in."""
    practice, settings = _practice(request), _settings(request)
    answer: Response = RedirectResponse("/people", status_code=303)
    if getattr(request.state, "who", None) is None and is_token(settings, token):
        with practice.unit_of_work("owner") as unit:
            _log_in(answer, settings, accounts.open_session(unit, None))
    return answer


@router.get("/login", include_in_schema=False)
def login_page(request: Request, next: str = "/people") -> Response:  # noqa: A002 - the name in the address
    """Ask for name and password, or for the link."""
    return render(request, "login.html.j2", Login(mode=_settings(request).mode, next=_local(next)))


@router.post("/login", include_in_schema=False)
def login(
    request: Request,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/people",  # noqa: A002 - the name in the form
) -> Response:
    """Log in with name and password."""
    practice, settings = _practice(request), _settings(request)
    if settings.mode != "accounts":
        raise Refused(403, "There are no passwords here.", fix="Open the link that `cicatrix serve` printed.")
    with practice.unit_of_work("login") as unit:
        account = accounts.check(unit, name, password)
        token = None if account is None else accounts.open_session(unit, account.id)
    if token is None:
        return render(request, "login.html.j2", Login(mode="accounts", next=_local(next), refused=True), status=403)
    answer = RedirectResponse(_local(next), status_code=303)
    _log_in(answer, settings, token)
    return answer


@router.raw("/logout", method="POST", schema=False)
def logout(request: Request, practice: CurrentPractice, settings: CurrentSettings) -> Response:
    """Log out."""
    with practice.unit_of_work("logout") as unit:
        accounts.close_session(unit, request.cookies.get(settings.cookie, ""))
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(settings.cookie)
    return answer


@router.page("/account", template="account.html.j2")
def account(session: CurrentSession) -> AccountView:
    """Who is logged in."""
    return AccountView(name=session.name, role=session.role, has_password=session.account_id is not None)


@router.action("/account/password", role="reader")
def change_password(practice: CurrentPractice, session: CurrentSession, body: NewPassword) -> Done:
    """Change the own password; every session ends."""
    if session.account_id is None:
        raise RecordError("the link's holder has no password", fix="add an account with `cicatrix user add`")
    if body.new != body.again:
        raise RecordError("the new passwords differ", fix="type the new one twice")
    # In a transaction of its own: a failure has to be counted although the request is refused.
    with practice.unit_of_work(session.name) as unit:
        right = accounts.check(unit, session.name, body.old) is not None
    if not right:
        raise Refused(403, "The old password is wrong.", fix="Type it again; after five failures wait a while.")
    with practice.unit_of_work(session.name) as unit:
        accounts.set_password(unit, session.name, body.new)
    return Done("/login", AccountView(name=session.name, role=session.role, has_password=True))


@router.get("/healthz", include_in_schema=False)
def health() -> Response:
    """Say that the app lives."""
    return JSONResponse({"status": "ok"})


def _practice(request: Request) -> Practice:
    practice: Practice = request.app.state.practice
    return practice


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _log_in(answer: Response, settings: Settings, token: str) -> None:
    options: dict[str, Any] = {"httponly": True, "samesite": "strict", "path": "/", "secure": settings.secure}
    answer.set_cookie(settings.cookie, token, **options)


def _local(address: str) -> str:
    """An address within the app; anything else becomes the start page."""
    parts = urlsplit(address)
    safe = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if safe and not address.startswith("//") else "/people"
