"""What the door and the pages of one's own account show, already worded for their reader."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.auth import accounts
from koprogo_app.auth.demo_accounts import DEMO_ACCOUNTS
from koprogo_app.auth.models import Purpose
from koprogo_app.auth.passwords import MINIMUM
from koprogo_app.auth.rules import safe_next
from koprogo_app.core.actor import ROLE_LABELS, Role
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.clock import BELGIUM, now
from koprogo_app.core.config import settings
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LOCALES, N_, day, moment, translate
from koprogo_app.core.service import in_thread
from koprogo_app.core.validation import parse
from koprogo_app.ui.event import PUBLIC, event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import AuthState, Session, reader
from koprogo_app.ui.text import LocaleState, choose_locale

from . import rules, service
from .models import ProfileIn, TokenIn

DONE = {"reset": N_("Your password is changed. Sign in with the new one.")}


class Door(rx.State, mixin=True):
    """What every page of the door does: word the code of a refusal, beside its field or above the form."""

    async def _language(self) -> str:
        return (await self.get_state(LocaleState)).locale

    def _asked(self, name: str) -> str:
        return self.router.url.query_parameters.get(name, "")[:1000]

    async def _refusal(self) -> tuple[str, dict[str, str]]:
        """The sentence without a field, and those with one."""
        code, figure = self._asked("error"), self._asked("n")
        if not code:
            return "", {}
        n = int(figure) if figure.isdecimal() else 0
        sentence = translate(await self._language(), rules.sentence_of(code, n), count=n, minutes=n)
        field = rules.FIELDS.get(code)
        return ("", {field: sentence}) if field else (sentence, {})


class DoorState(Door, rx.State):
    """Signing in."""

    email: str = ""
    password: str = ""  # of a demonstration account that was chosen, never a typed one
    next: str = ""
    days: str = "30"
    problem: str = ""
    done: str = ""
    errors: dict[str, str] = {}
    accounts: list[Choice] = []
    _route: str = ""

    @event(PUBLIC)
    async def arrive(self):
        onward = safe_next(self._asked("next"))
        if await reader(self):
            return rx.redirect(onward)
        move = await self._follow_language()
        locale, config = await self._language(), settings()
        self.problem, self.errors = await self._refusal()
        done = DONE.get(self._asked("done"), "")
        self.done = translate(locale, done) if done else ""
        self.email, self.password, self.next, self.days = self._asked("email"), "", onward, str(config.remember_days)
        shown = DEMO_ACCOUNTS if config.demo else ()
        self.accounts = [Choice(a.email, translate(locale, a.who)) for a in shown]
        return move

    async def _follow_language(self) -> Any:
        """A page in one language (/nl) sets it; somebody who then chooses another goes to the page of that one."""
        state, route = await self.get_state(LocaleState), self.router.url.path.strip("/")
        if route not in LOCALES:
            self._route = ""
            return None
        if self._route == route and state.locale != route:
            self._route = ""
            return rx.redirect(f"/{state.locale}")
        self._route, state.locale = route, route
        return rx.run_script(f"window.__setLocale('{route}')")

    @event(PUBLIC)
    async def fill(self, email: str):
        """Fills the form with a demonstration account."""
        account = next((a for a in DEMO_ACCOUNTS if a.email == email and settings().demo), None)
        if account:
            self.email, self.password, self.errors, self.problem = account.email, account.password, {}, ""


class ForgotState(Door, rx.State):
    """Asking for a new password: the answer is the same for everybody."""

    sent: bool = False

    @event(PUBLIC)
    async def arrive(self):
        self.sent = self._asked("sent") != ""


class LinkState(Door, rx.State):
    """A one-time link: a new password, or an invitation. Whatever is wrong with it, it no longer works."""

    token: str = ""
    works: bool = True
    problem: str = ""
    errors: dict[str, str] = {}
    minimum: str = str(MINIMUM)
    email: str = ""
    office: str = ""
    role: str = ""
    known: bool = False
    first_name: str = ""
    last_name: str = ""

    async def _open(self, purpose: Purpose) -> Any:
        self.token = self._asked("token")
        self.problem, self.errors = await self._refusal()
        try:
            link = await in_thread(partial(accounts.open_link, self.token, purpose))
        except NotFound:
            self.works = False
            return None
        self.works, self.email = True, link.email
        return link

    @event(PUBLIC)
    async def reset_arrive(self):
        await self._open(Purpose.RESET)

    @event(PUBLIC)
    async def invitation_arrive(self):
        link = await self._open(Purpose.INVITATION)
        if link is None:
            return
        self.office = await in_thread(partial(accounts.organization_name, link.organization_id))
        self.known = await in_thread(partial(accounts.has_account, link.email))
        self.role = translate(await self._language(), ROLE_LABELS[Role(link.role)])
        self.first_name = self._asked("first_name") or link.first_name
        self.last_name = self._asked("last_name") or link.last_name


class ProfileState(Session, rx.State):
    email: str = ""
    values: dict[str, str] = {}
    single_keys: bool = True
    mail_notifications: bool = True
    errors: dict[str, str] = {}

    @event(P.PROFILE)
    async def load(self):
        user = await self._run(service.get_profile)
        self.email, self.errors = user.email, {}
        self.values = {"first_name": user.first_name, "last_name": user.last_name, "locale": user.locale}
        self.single_keys, self.mail_notifications = user.single_keys, user.mail_notifications

    @event(P.PROFILE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        ticked = {name: form.get(name) == "on" for name in ("single_keys", "mail_notifications")}
        user = await self._run(service.update_profile, parse(ProfileIn, form | ticked))
        (await self.get_state(AuthState)).single_keys = user.single_keys
        said = rx.toast.success(translate(user.locale, N_("The profile is saved.")))
        return [said, *choose_locale(user.locale)]


class PasswordState(Session, rx.State):
    errors: dict[str, str] = {}
    changes: int = 0  # the form is made anew after each, so that no password stays in it

    @event(P.PROFILE)
    async def change(self, form: dict[str, Any]):
        self.errors = {}
        given = str(form.get("current", "")), str(form.get("password", ""))
        await in_thread(partial(service.renew_password, await self._actor(), *given))
        self.changes += 1
        locale = await self._locale()
        return rx.toast.success(translate(locale, N_("The password is changed. Your other devices are signed out.")))


@dataclass
class SessionRow:
    id: str
    device: str
    address: str
    since: str
    seen: str
    current: bool


class SessionsState(Session, rx.State):
    rows: list[SessionRow] = []

    @event(P.PROFILE)
    async def load(self):
        locale, actor = await self._locale(), await self._actor()
        found = await self._run(service.list_sessions)
        self.rows = [_session(row, locale, current=row.id == actor.session_id) for row in found]

    @event(P.PROFILE)
    async def end(self, session_id: str):
        await self._run(service.end_session, UUID(session_id))
        return [SessionsState.load, rx.toast.success(translate(await self._locale(), N_("This device is signed out.")))]

    @event(P.PROFILE)
    async def end_others(self):
        await self._run(service.end_other_sessions)
        said = translate(await self._locale(), N_("Your other devices are signed out."))
        return [SessionsState.load, rx.toast.success(said)]


def _session(row: Any, locale: str, *, current: bool) -> SessionRow:
    browser, system = rules.device_of(row.agent)
    device = N_("{browser} on {system}") if browser and system else N_("Unknown device")
    return SessionRow(
        str(row.id),
        translate(locale, device, browser=browser, system=system),
        row.address,
        moment(row.created_at, locale),
        moment(row.last_seen_at, locale),
        current,
    )


@dataclass
class TokenRow:
    id: str
    name: str
    prefix: str
    role: str  # and its office
    until: str
    used: str
    expired: bool


class TokensState(Session, rx.State):
    """The access tokens of one's own AI clients."""

    rows: list[TokenRow] = []
    errors: dict[str, str] = {}
    adding: bool = False
    secret: str = ""  # of the token just made, until the page is opened again or the reader has done with it
    address: str = ""

    @event(P.PROFILE)
    async def load(self):
        self.errors, self.adding, self.secret = {}, False, ""
        self.address = f"{settings().deploy_url}/api/v1/mcp"
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        self.rows = [_token(row, locale) for row in await self._run(service.list_tokens)]

    @event(P.PROFILE)
    async def show_adding(self, value: bool):
        self.adding, self.errors = value, {}

    @event(P.PROFILE)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        made = await self._run(service.create_token, parse(TokenIn, form))
        self.adding, self.secret = False, made.secret
        await self._read()

    @event(P.PROFILE)
    async def forget(self):
        """The reader has copied the token."""
        self.secret = ""

    @event(P.PROFILE)
    async def revoke(self, token_id: str):
        await self._run(service.revoke_token, UUID(token_id))
        self.secret = ""
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The access token is revoked.")))


def _token(row: Any, locale: str) -> TokenRow:
    return TokenRow(
        str(row.id),
        row.name,
        f"{row.prefix}…",
        f"{translate(locale, ROLE_LABELS[Role(row.role)])} · {row.office}",
        day(row.expires_at.astimezone(BELGIUM).date(), locale),
        moment(row.last_used_at, locale) if row.last_used_at else translate(locale, N_("Never used")),
        row.expires_at <= now(),
    )
