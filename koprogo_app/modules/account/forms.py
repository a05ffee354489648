"""The native forms of the door, outside /api/v1: each answers 303, so that the page loads anew with its cookie.

CSRF: the cookie is SameSite=Lax and the outermost layer refuses another site's Origin.
"""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse, Response

from koprogo_app.api import address_of
from koprogo_app.auth import accounts
from koprogo_app.auth.models import Purpose
from koprogo_app.auth.rules import safe_next
from koprogo_app.auth.sessions import COOKIE, SignedIn, authenticate, close_session, open_session, switch
from koprogo_app.core.config import settings
from koprogo_app.core.errors import DomainError
from koprogo_app.core.jobs import kick

from . import rules, service

forms = APIRouter(prefix="/auth", include_in_schema=False)
Text = Annotated[str, Form(max_length=1000)]


def _go(path: str, **query: object) -> RedirectResponse:
    kept = urlencode({name: value for name, value in query.items() if value not in ("", 0)})
    return RedirectResponse(f"{path}?{kept}" if kept else path, 303)


def _refused(path: str, error: DomainError, **query: object) -> RedirectResponse:
    code, figure = rules.problem_of(error)
    return _go(path, error=code, n=figure, **query)


def _enter(request: Request, signed_in: SignedIn, path: str, *, remember: bool) -> RedirectResponse:
    """Goes on with the new cookie; the session that this browser had before ends."""
    if before := request.cookies.get(COOKIE):
        close_session(before)
    answer = _go(path)
    answer.set_cookie(
        COOKIE, signed_in.token, path="/", httponly=True, samesite="lax", secure=settings().secure_cookies,
        max_age=int(signed_in.lifetime.total_seconds()) if remember else None,
    )  # fmt: skip
    return answer


@forms.post("/login")
def sign_in(
    request: Request, email: Text = "", password: Text = "", remember: Text = "", next: Text = "/"
) -> RedirectResponse:
    address, agent, onward = address_of(request), request.headers.get("user-agent", ""), safe_next(next)
    try:
        user = authenticate(email, password, address)
        signed_in = open_session(user, remember=remember == "on", address=address, agent=agent)
    except DomainError as error:
        return _refused("/login", error, email=email.strip()[:200], next=onward.removesuffix("/"))
    return _enter(request, signed_in, onward, remember=remember == "on")


@forms.post("/logout")
def sign_out(request: Request) -> Response:
    if token := request.cookies.get(COOKIE):
        close_session(token)
    answer = _go("/login")
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=settings().secure_cookies)
    return answer


@forms.post("/switch")
def switch_role(request: Request, membership_id: Annotated[UUID, Form()]) -> RedirectResponse:
    try:
        switch(request.cookies.get(COOKIE, ""), membership_id)
    except DomainError:
        return _go("/login")
    return _go("/")


@forms.post("/forgot")
def ask_reset(work: BackgroundTasks, email: Text = "") -> RedirectResponse:
    """The same answer, as fast, for a known and an unknown address: the work begins when it is sent."""
    work.add_task(_send_reset, email)
    answer = _go("/forgot", sent="yes")
    answer.background = work
    return answer


def _send_reset(email: str) -> None:
    accounts.ask_reset(email)
    kick("send_mails")


@forms.post("/reset")
def reset(token: Text = "", password: Text = "") -> RedirectResponse:
    try:
        accounts.reset_password(token, password)
    except DomainError as error:
        return _refused("/reset", error, token=token)
    return _go("/login", done="reset")


@forms.post("/accept")
def accept(
    request: Request, token: Text = "", password: Text = "", first_name: Text = "", last_name: Text = ""
) -> RedirectResponse:
    address, agent = address_of(request), request.headers.get("user-agent", "")
    locale = request.cookies.get("locale", "")
    try:
        office = accounts.open_link(token, Purpose.INVITATION).organization_id
        user = service.accept_invitation(token, password, first_name, last_name, locale, address)
        signed_in = open_session(user, remember=False, address=address, agent=agent, office=office)
    except DomainError as error:
        return _refused("/invitation", error, token=token, first_name=first_name, last_name=last_name)
    return _enter(request, signed_in, "/", remember=False)
