"""What people do with their own account. Rows of sign-in are the system role's: every action filters by the actor."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select

from koprogo_app.auth import accounts, api_tokens
from koprogo_app.auth.api_tokens import Made
from koprogo_app.auth.models import AuthSession, OneTimeLink, UserAccount
from koprogo_app.auth.sessions import end_sessions
from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission, Role
from koprogo_app.core.errors import Invalid, NotFound, Unauthorized
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.service import call, requires
from koprogo_app.modules.ownership import access

from .models import ProfileIn, TokenIn

SESSION: tuple[Any, ...] = (
    AuthSession.id, AuthSession.agent, AuthSession.address, AuthSession.created_at, AuthSession.last_seen_at,
    AuthSession.expires_at,
)  # fmt: skip


@requires(Permission.PROFILE, everywhere=True)
def get_profile(s: Session, actor: Actor) -> UserAccount:
    """One's own account."""
    found = s.get(UserAccount, actor.user_id) if actor.user_id else None
    if found is None:
        raise Unauthorized("Please sign in.")
    return found


@requires(Permission.PROFILE, audit=N_("profile changed"), everywhere=True)
def update_profile(s: Session, actor: Actor, data: ProfileIn) -> UserAccount:
    """Changes name, language of mails, shortcuts and notifications."""
    user = get_profile(s, actor)
    if data.locale not in LOCALES:
        raise Invalid("Choose one from the list.", field="locale")
    for name, value in data.model_dump().items():
        setattr(user, name, value)
    s.flush()
    return user


@requires(Permission.PROFILE, audit=N_("password changed"), everywhere=True)
def change_password(s: Session, actor: Actor, current: str, new: str) -> None:
    """Replaces one's password; every other session ends. Invalid for a wrong present password or a weak new one."""
    accounts.change_password(s, get_profile(s, actor), current, new, keep=actor.session_id)


@requires(Permission.PROFILE, everywhere=True)
def list_sessions(s: Session, actor: Actor) -> list[Any]:
    """One's open sessions as rows of SESSION, the last seen first."""
    opens = (col(AuthSession.expires_at) > clock.now(), col(AuthSession.membership_id).is_not(None))
    mine = select(*SESSION).where(AuthSession.user_id == actor.user_id, *opens)
    return list(s.exec(mine.order_by(col(AuthSession.last_seen_at).desc())))


@requires(Permission.PROFILE, audit=N_("session ended"), everywhere=True)
def end_session(s: Session, actor: Actor, session_id: UUID) -> None:
    """Signs out one of one's devices. NotFound for anyone else's."""
    mine = delete(AuthSession).where(col(AuthSession.id) == session_id, col(AuthSession.user_id) == actor.user_id)
    if not s.exec(mine).rowcount:
        raise NotFound("This session has ended already.")
    audit.note(s, "auth_session", session_id)


@requires(Permission.PROFILE, audit=N_("other sessions ended"), everywhere=True)
def end_other_sessions(s: Session, actor: Actor) -> None:
    """Signs out every device but this one, REST and AI clients included."""
    user = get_profile(s, actor)
    end_sessions(s, user.id, keep=actor.session_id)
    audit.note(s, "user_account", user.id)


@requires(Permission.PROFILE, everywhere=True)
def list_tokens(s: Session, actor: Actor) -> list[Any]:
    """One's access tokens for AI clients, as rows of api_tokens.of_person()."""
    return api_tokens.of_person(s, actor.user_id)


@requires(Permission.PROFILE, audit=N_("access token created"), everywhere=True)
def create_token(s: Session, actor: Actor, data: TokenIn) -> Made:
    """A token for one's own AI client, in the role acted in; its secret is not seen again. See auth.api_tokens."""
    return api_tokens.create(s, actor, data.name, data.days)


@requires(Permission.PROFILE, audit=N_("access token revoked"), everywhere=True)
def revoke_token(s: Session, actor: Actor, token_id: UUID) -> None:
    """Ends one of one's tokens at once. NotFound for anyone else's."""
    api_tokens.revoke(s, actor.user_id, token_id)


def renew_password(actor: Actor, current: str, new: str) -> None:
    """change_password(), where guesses at the present one count as failed sign-ins: TooMany at the limit."""
    if actor.user_id:
        accounts.confirm(actor.user_id, current)
    call(actor, change_password, current, new)


def accept_invitation(
    token: str, password: str, first_name: str, last_name: str, locale: str, address: str
) -> UserAccount:
    """Accepts an invitation, with a new account or the one the guest has. See auth.accounts."""
    return accounts.accept_invitation(token, password, first_name, last_name, locale, address, give=_give_role)


def _give_role(s: Session, user: UserAccount, link: OneTimeLink) -> None:
    """A co-owner's role follows what he owns; the others are what the invitation says."""
    give = access.give_owner_role if link.role == Role.OWNER else accounts.give_role
    give(s, user, link)
