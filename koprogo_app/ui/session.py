"""What a page knows of its reader, and the mixin by which every page state reaches the gate."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import reflex as rx

from koprogo_app.auth import directory
from koprogo_app.auth.sessions import actor_of, cookie_of
from koprogo_app.core.actor import GRANTS, Actor
from koprogo_app.core.errors import Unauthorized
from koprogo_app.core.service import in_thread, run

from .event import SIGNED_IN, event
from .text import LocaleState


@dataclass
class MembershipRow:
    id: str
    organization: str
    role: str
    current: bool


class AuthState(rx.State):
    """For display only: filled by the middleware, never read to decide."""

    signed_in: bool = False
    name: str = ""
    initials: str = ""
    organization: str = ""
    role: str = ""
    single_keys: bool = True
    permissions: list[str] = []
    memberships: list[MembershipRow] = []
    _here: str = ""  # backend-only: the page shown, and the one before it
    _before: str = ""
    _sid: str = ""  # backend-only: the session and membership this tab's state was filled for

    @event(SIGNED_IN)
    async def enter(self) -> None:
        """on_load of private pages without data: the middleware does the work (fill, or send to the sign-in page)."""

    def _fill(self, actor: Actor, memberships: list[directory.Hat]) -> None:
        self.signed_in, self.name, self.role = True, actor.name, actor.role.value
        self.initials = "".join(part[0] for part in actor.name.split()[:2]).upper()
        self.permissions = sorted(p.value for p in GRANTS[actor.role])
        self.memberships = [
            MembershipRow(str(m.membership_id), m.organization, m.role.value, m.membership_id == actor.membership_id)
            for m in memberships
        ]
        self.organization = next((m.organization for m in self.memberships if m.current), "")


async def reader(state: rx.State) -> Actor | None:
    """The person behind a tab's socket, looked up anew: the handshake's cookie, which scripts cannot read or forge."""
    return await in_thread(partial(actor_of, cookie_of(state.router.headers.cookie)))


class Session(rx.State, mixin=True):
    """The base of every page state: `class LotsState(Session, rx.State)`."""

    async def _actor(self) -> Actor:
        actor = await reader(self)  # type: ignore[arg-type]
        if actor is None:
            raise Unauthorized("Please sign in.")
        return actor

    async def _locale(self) -> str:
        return (await self.get_state(LocaleState)).locale

    async def _run(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """One action through the gate, off the event loop."""
        return await run(await self._actor(), fn, *args, **kwargs)
