"""Signing in and out, and who is behind a cookie. Looked up anew each time: a revoked role or session stops at once."""

from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import audit
from koprogo_app.core.actor import OFFICE_ROLES, Actor, Role
from koprogo_app.core.clock import now
from koprogo_app.core.config import settings
from koprogo_app.core.db import at_once, everywhere
from koprogo_app.core.errors import DomainError, Forbidden, NotFound, TooMany
from koprogo_app.core.i18n import N_

from .models import ApiToken, AuthSession, Membership, Organization, SignInFailure, UserAccount
from .passwords import digest, matches, new_token

COOKIE = "koprogo_session"
TOUCH = timedelta(minutes=5)  # when somebody was last seen is written no oftener
_PER_ADDRESS = 4  # an office shares one address: lock it after four people's worth of failures

# A membership that is gone, or one of a suspended organisation, is nobody: its session no longer opens anything.
ACTOR = """
SELECT u.id AS user_id, u.first_name, u.last_name, u.locale, m.id AS membership_id, m.organization_id, m.role, m.owner_id, {extra}
  (SELECT array_agg(x.building_id) FROM membership x
    WHERE x.user_id = m.user_id AND x.organization_id = m.organization_id AND x.role = m.role) AS building_ids
FROM {source}
JOIN user_account u ON u.id = {user} AND u.is_active
JOIN membership m ON m.id = {membership} AND m.user_id = u.id
LEFT JOIN organization o ON o.id = m.organization_id
WHERE {where} AND (o.id IS NULL OR o.is_active)
"""
_BY_SESSION = ACTOR.format(
    extra="a.id AS session_id, a.last_seen_at,",
    source="auth_session a",
    user="a.user_id",
    membership="a.membership_id",
    where="a.token_hash = %(token)s AND a.expires_at > %(now)s",
)
_BY_MEMBERSHIP = ACTOR.format(
    extra="NULL::uuid AS session_id,",
    source="(SELECT 1) one",
    user="%(user)s",
    membership="%(membership)s",
    where="EXISTS (SELECT 1 FROM refresh_token r WHERE r.family = %(family)s)",
)
_SEEN = "UPDATE auth_session SET last_seen_at = %(now)s WHERE id = %(session)s"


class WrongCredentials(DomainError):
    """The same for an unknown person and a wrong password; `left` is how many attempts remain before the lock-out."""

    status = 401
    kind = "invalid_credentials"

    def __init__(self, left: int) -> None:
        super().__init__("Wrong e-mail address or password.", field="password")
        self.left = left


class Deactivated(Forbidden):
    kind = "account_deactivated"


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    user_id: UUID
    lifetime: timedelta


def actor_in(row: Any) -> Actor:
    """The person of a row of ACTOR."""
    role = Role(row.role)
    ids: list[UUID | None] = row.building_ids or []
    everything = row.organization_id is None or (role in OFFICE_ROLES and None in ids)
    return Actor(
        user_id=row.user_id,
        organization_id=row.organization_id,
        role=role,
        membership_id=row.membership_id,
        owner_id=row.owner_id,
        building_ids=None if everything else frozenset(i for i in ids if i),
        name=f"{row.first_name} {row.last_name}".strip(),
        locale=row.locale,
        session_id=row.session_id,
    )


def actor_of(token: str | None) -> Actor | None:
    """The person behind a session token, or None."""
    if not token:
        return None
    with at_once() as c:
        row = c.exec_driver_sql(_BY_SESSION, {"token": digest(token), "now": now()}).one_or_none()
        if row is None:
            return None
        if row.last_seen_at < now() - TOUCH:
            c.exec_driver_sql(_SEEN, {"now": now(), "session": row.session_id})
        return actor_in(row)


def actor_of_membership(user_id: UUID, membership_id: UUID, family: UUID) -> Actor | None:
    """The person of an access token, if the membership still stands and its family of tokens was not ended."""
    with at_once() as c:
        named = {"user": user_id, "membership": membership_id, "family": family}
        row = c.exec_driver_sql(_BY_MEMBERSHIP, named).one_or_none()
        return actor_in(row) if row else None


def cookie_of(header: str | None) -> str | None:
    """The session token in a Cookie header."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(header or "")
    except CookieError:
        return None
    return cookies[COOKIE].value if COOKIE in cookies else None


def authenticate(email: str, password: str, address: str) -> UserAccount:
    """The person, after the lock-out rules. Raises WrongCredentials, Deactivated or TooMany.

    The attempt is written down before the password is looked at, so that many at once cannot pass the limit together,
    and no database connection waits while the hash is computed.
    """
    email = email.strip().lower()
    with everywhere() as s:
        failures = _reserve_attempt(s, email, address)
        user = s.exec(select(UserAccount).where(UserAccount.email == email)).one_or_none()
    good = matches(user.password_hash if user else None, password)
    with everywhere() as s:
        if good:
            forget_failures(s, email)
        if not (good and user and user.is_active):
            trail(s, user, N_("sign-in refused"), email=email)
    if not good or user is None:
        raise WrongCredentials(max(settings().login_max - failures - 1, 0))
    if not user.is_active:
        raise Deactivated("This account is deactivated. Ask your syndic.")
    return user


def _reserve_attempt(s: Session, email: str, address: str) -> int:
    """Notes one attempt and returns how many failed before it; TooMany at the limit."""
    config = settings()
    s.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:email, 0))"), {"email": email})
    recent = col(SignInFailure.created_at) > now() - timedelta(seconds=config.login_window)
    of_email, of_address = recent & (SignInFailure.email == email), recent & (SignInFailure.address == address)
    counted = select(func.count(), func.min(SignInFailure.created_at))
    (by_email, first), (by_address, oldest) = (
        s.exec(counted.where(of_email)).one(),
        s.exec(counted.where(of_address)).one(),
    )
    began = first if by_email >= config.login_max else oldest if by_address >= config.login_max * _PER_ADDRESS else None
    if began:
        wait = max(1, int((began + timedelta(seconds=config.login_window) - now()).total_seconds()))
        raise TooMany(
            "Too many failed attempts. Try again in {minutes} minutes, or reset your password.",
            seconds=wait,
            minutes=-(-wait // 60),
        )
    s.add(SignInFailure(email=email, address=address, created_at=now()))
    return by_email


def forget_failures(s: Session, email: str) -> None:
    """Lifts the lock-out of an address: after a success, or a new password."""
    s.exec(delete(SignInFailure).where(col(SignInFailure.email) == email))


def open_session(
    user: UserAccount, *, remember: bool, address: str, agent: str, office: UUID | None = None
) -> SignedIn:
    """A new session on the person's primary role, or on one in `office`. Forbidden when no role is left."""
    config = settings()
    lifetime = timedelta(days=config.remember_days) if remember else timedelta(hours=config.session_hours)
    token = new_token()
    with everywhere() as s:
        membership = entering_membership(s, user.id, office)
        s.add(
            AuthSession(
                token_hash=digest(token), user_id=user.id, membership_id=membership.id, expires_at=now() + lifetime,
                last_seen_at=now(), address=address, agent=agent[:200],
            )
        )  # fmt: skip
        trail(s, user, N_("signed in"))
    return SignedIn(token, user.id, lifetime)


def entering_membership(s: Session, user_id: UUID, office: UUID | None = None) -> Membership:
    """The role a person signs in with: one in `office` if asked, else the primary one, else the oldest.

    Only roles in active organisations count; Forbidden when none is left.
    """
    order = (col(Membership.is_primary).desc(), col(Membership.created_at))
    if office:
        order = ((col(Membership.organization_id) == office).desc().nulls_last(), *order)
    found = s.exec(_open_memberships(user_id).order_by(*order).limit(1)).first()
    if found is None:
        raise Forbidden("You have no role in an active organisation any more. Ask your syndic.")
    return found


def own_membership(s: Session, user_id: UUID, membership_id: UUID) -> Membership:
    """One of the person's roles in an active organisation; NotFound for anyone else's."""
    found = s.exec(_open_memberships(user_id).where(Membership.id == membership_id)).one_or_none()
    if found is None:
        raise NotFound("This role is not one of yours.")
    return found


def _open_memberships(user_id: UUID) -> SelectOfScalar[Membership]:
    office = col(Organization.id) == Membership.organization_id
    mine = select(Membership).outerjoin(Organization, office).where(Membership.user_id == user_id)
    return mine.where(col(Organization.is_active).is_not(False))


def close_session(token: str) -> None:
    """Signs out one browser; silent when it was already."""
    with everywhere() as s:
        found = s.exec(select(AuthSession).where(AuthSession.token_hash == digest(token))).one_or_none()
        if found:
            user = s.get(UserAccount, found.user_id)
            s.delete(found)
            trail(s, user, N_("signed out"))


def switch(token: str, membership_id: UUID) -> None:
    """Goes on in another of the person's roles. Raises NotFound for anyone else's."""
    with everywhere() as s:
        found = s.exec(select(AuthSession).where(AuthSession.token_hash == digest(token))).one_or_none()
        if found is None:
            raise NotFound("This role is not one of yours.")
        membership = own_membership(s, found.user_id, membership_id)
        found.membership_id = membership.id
        trail(s, s.get(UserAccount, found.user_id), N_("role switched"), membership.organization_id)


def end_sessions(s: Session, user_id: UUID, *, keep: UUID | None = None) -> None:
    """Ends every session and token of a person, but for the session `keep`."""
    sessions = delete(AuthSession).where(col(AuthSession.user_id) == user_id)
    s.exec(sessions.where(col(AuthSession.id) != keep) if keep else sessions)
    s.execute(text("DELETE FROM refresh_token WHERE user_id = :u"), {"u": user_id})
    s.exec(delete(ApiToken).where(col(ApiToken.user_id) == user_id))


def trail(
    s: Session, user: UserAccount | None, action: str, organization_id: UUID | None = None, *, email: str = ""
) -> None:
    """Adds a sign-in event to the chain of the platform, or of an organisation; the session row is not copied there."""
    s.flush()
    audit.changes_of(s).clear()
    if email:
        audit.note(s, "user_account", user.id if user else None, email=email)
    else:
        audit.note(s, "user_account", user.id if user else None)
    who = Actor(user.id if user else None, None, Role.SYSTEM, name=user.name if user else "")
    audit.append(s, who, action, organization_id)
