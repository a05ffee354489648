"""Authorization of every Reflex event, deny by default: the outer wall. The gate in the services remains the law."""

from functools import cache, partial

import reflex as rx
from reflex.middleware import Middleware
from reflex.state import StateUpdate
from reflex.utils.format import format_event_handler
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext

from koprogo_app.auth import directory
from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.service import in_thread

from .event import PUBLIC, SIGNED_IN, Policy
from .session import AuthState, reader
from .text import LocaleState

ROOT = "reflex___state____state"
FRAMEWORK = frozenset(
    {  # the handlers of Reflex 0.10.1 that a browser needs, and no other: no `setvar`
        f"{ROOT}.hydrate",
        f"{ROOT}.hydrate_and_load",
        f"{ROOT}.set_is_hydrated",
        f"{ROOT}.reflex___state____on_load_internal_state.on_load_internal",
        f"{ROOT}.reflex___state____on_load_internal_state.set_is_hydrated",
        f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal",  # writes Cookie/LocalStorage vars only
        f"{ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception",
    }
)
_REFUSED = N_("You may not do this.")


def policy_of(name: str) -> Policy | None:
    """None for the framework, the policy of a handler, an exception for anything else (`setvar`, unmarked, unknown)."""
    if name in FRAMEWORK:
        return None
    if name.rpartition(".")[2] == "setvar":
        raise PermissionError(name)  # would call any set_* method, whatever its mark
    return RegistrationContext.get().event_handlers[name].handler.fn.__policy__


@cache
def _loads() -> frozenset[str]:
    """The events that open a page: refused without a word, as the page says so itself (ui.empty.no_right)."""
    found: set[str] = set()
    for _, options in RegistrationContext.get().decorated_pages:
        opened = options.get("on_load") or []
        found |= {format_event_handler(one) for one in (opened if isinstance(opened, list) else [opened])}
    return frozenset(found)


class Authorize(Middleware):
    """Runs before every event: from the client, on_load, chained, background."""

    async def preprocess(self, app: rx.App, state: rx.State, event: Event) -> StateUpdate | None:
        try:
            policy = policy_of(event.name)
        except (PermissionError, AttributeError, KeyError):
            return StateUpdate()  # refused without a word
        actor = await reader(state)
        auth = await state.get_state(AuthState)
        sid = f"{actor.session_id}/{actor.membership_id}" if actor else ""
        if (
            sid != auth._sid
        ):  # signed in or out, another user or role in this tab, someone else's client token: nothing survives
            locale = (await state.get_state(LocaleState)).locale
            state._get_root_state().reset()
            (await state.get_state(LocaleState)).locale = locale
            auth._sid = sid
            if actor and actor.user_id:
                auth._fill(actor, await in_thread(partial(directory.roles_of, actor.user_id)))
        path = state.router.url.path
        if path != auth._here:
            auth._before, auth._here = auth._here, path
        if policy is None or policy == PUBLIC:
            return None
        if actor is None:
            return StateUpdate(events=Event.from_event_type(rx.redirect("/login")))
        if policy == SIGNED_IN or (isinstance(policy, Permission) and actor.can(policy)):
            return None
        if event.name in _loads():
            return StateUpdate()
        locale = (await state.get_state(LocaleState)).locale
        return StateUpdate(events=Event.from_event_type(rx.toast.error(translate(locale, _REFUSED))))
