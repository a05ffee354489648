"""Signing in and out, and who is behind a cookie. Every answer is looked up anew: a revoked role or session stops at once."""

from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, delete, func, select

from koprogo_app.core import audit
from koprogo_app.core.actor import PERSONAL_ROLES, Actor, Role
from koprogo_app.core.clock import now
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid, NotFound, TooMany

from .models import AuthSession, Membership, Organization, SignInFailure, UserAccount
from .passwords import digest, matches, new_token

COOKIE = "koprogo_session"
_TOUCH = timedelta(minutes=5)
_PER_ADDRESS = 4  # an office shares one address: lock it after four people's worth of failures

_ACTOR = """
SELECT u.id AS user_id, u.first_name, u.last_name, u.locale, m.id AS membership_id, m.organization_id, m.role, m.owner_id, {extra}
  (SELECT array_agg(x.building_id) FROM membership x
    WHERE x.user_id = m.user_id AND x.organization_id = m.organization_id AND x.role = m.role) AS building_ids
FROM {source}
JOIN user_account u ON u.id = {user} AND u.is_active
LEFT JOIN membership m ON m.id = {membership} AND m.user_id = u.id
LEFT JOIN organization o ON o.id = m.organization_id
WHERE {where} AND (o.id IS NULL OR o.is_active)
"""
_BY_SESSION = text(
    _ACTOR.format(
        extra="a.id AS session_id, a.last_seen_at,", source="auth_session a", user="a.user_id", membership="a.membership_id",
        where="a.token_hash = :token AND a.expires_at > now()",
    )
)  # fmt: skip
_BY_MEMBERSHIP = text(
    _ACTOR.format(
        extra="NULL::uuid AS session_id, NULL AS last_seen_at,", source="(SELECT 1) one", user=":user", membership=":membership",
        where="m.id IS NOT NULL",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    user_id: UUID
    lifetime: timedelta


def _actor(row: Any) -> Actor:
    if row.membership_id is None:
        role, buildings = Role.CONTRACTOR, frozenset[UUID]()  # signed in, but in no organisation any more: sees nothing
    else:
        role = Role(row.role)
        ids = row.building_ids or []
        limited = role in PERSONAL_ROLES or None not in ids
        buildings = frozenset(i for i in ids if i) if limited and row.organization_id else None
    return Actor(
        row.user_id, row.organization_id, role, row.membership_id, row.owner_id, buildings,
        f"{row.first_name} {row.last_name}".strip(), row.locale, row.session_id,
    )  # fmt: skip


def actor_of(token: str | None) -> Actor | None:
    """The person behind a session token, or None."""
    if not token:
        return None
    with everywhere() as s:
        row = s.execute(_BY_SESSION, {"token": digest(token)}).one_or_none()
        if row is None:
            return None
        if row.last_seen_at < now() - _TOUCH:
            s.execute(text("UPDATE auth_session SET last_seen_at = now() WHERE id = :i"), {"i": row.session_id})
        return _actor(row)


def actor_of_membership(user_id: UUID, membership_id: UUID) -> Actor | None:
    """The person of an access token, if the membership still stands."""
    with everywhere() as s:
        row = s.execute(_BY_MEMBERSHIP, {"user": user_id, "membership": membership_id}).one_or_none()
        return _actor(row) if row else None


def cookie_of(header: str | None) -> str | None:
    """The session token in a Cookie header."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(header or "")
    except CookieError:
        return None
    return cookies[COOKIE].value if COOKIE in cookies else None


def authenticate(email: str, password: str, address: str) -> UserAccount:
    """The person, after the lock-out rules. Raises Invalid (one sentence for unknown and wrong), Forbidden, TooMany."""
    email = email.strip().lower()
    with everywhere() as s:
        failures = _refuse_when_locked(s, email, address)
        user = s.exec(select(UserAccount).where(UserAccount.email == email)).one_or_none()
        good = matches(user.password_hash if user else None, password)
        if not good or user is None:
            s.add(SignInFailure(email=email, address=address))
            _trail(s, user, "sign-in refused", email=email)
        elif not user.is_active:
            _trail(s, user, "sign-in refused", email=email)
        else:
            s.exec(delete(SignInFailure).where(col(SignInFailure.email) == email))  # type: ignore[call-overload]
    if not good or user is None:
        left = max(settings().login_max - failures - 1, 0)
        raise Invalid("Wrong e-mail address or password. {count} attempts left.", count=left, field="password")
    if not user.is_active:
        raise Forbidden("This account is deactivated. Ask your syndic.")
    return user


def _refuse_when_locked(s: Session, email: str, address: str) -> int:
    config = settings()
    since = now() - timedelta(seconds=config.login_window)
    recent = col(SignInFailure.created_at) > since
    by_email, first = s.exec(
        select(func.count(), func.min(SignInFailure.created_at)).where(recent, SignInFailure.email == email)
    ).one()
    by_address = s.exec(select(func.count()).select_from(SignInFailure).where(recent, SignInFailure.address == address)).one()
    if by_email >= config.login_max or by_address >= config.login_max * _PER_ADDRESS:
        until = (first or now()) + timedelta(seconds=config.login_window)
        wait = max(60, int((until - now()).total_seconds()))
        raise TooMany(
            "Too many failed attempts. Try again in {minutes} minutes, or reset your password.", seconds=wait, minutes=-(-wait // 60)
        )
    return by_email


def open_session(user: UserAccount, *, remember: bool, address: str, agent: str) -> SignedIn:
    """A new session on the person's primary membership."""
    config = settings()
    lifetime = timedelta(days=config.remember_days) if remember else timedelta(hours=config.session_hours)
    token = new_token()
    with everywhere() as s:
        s.add(
            AuthSession(
                token_hash=digest(token), user_id=user.id, membership_id=primary_membership(s, user.id), expires_at=now() + lifetime,
                last_seen_at=now(), address=address, agent=agent[:200],
            )
        )  # fmt: skip
        _trail(s, user, "signed in")
    return SignedIn(token, user.id, lifetime)


def primary_membership(s: Session, user_id: UUID) -> UUID | None:
    """The membership a person signs in with: the primary one in an active organisation, else the oldest."""
    return s.exec(
        select(Membership.id)
        .outerjoin(Organization, col(Organization.id) == Membership.organization_id)
        .where(Membership.user_id == user_id, col(Organization.is_active).is_not(False))
        .order_by(col(Membership.is_primary).desc(), col(Membership.created_at))
        .limit(1)
    ).first()


def close_session(token: str) -> None:
    """Signs out one browser; silent when it was already."""
    with everywhere() as s:
        found = s.exec(select(AuthSession).where(AuthSession.token_hash == digest(token))).one_or_none()
        if found:
            user = s.get(UserAccount, found.user_id)
            s.delete(found)
            _trail(s, user, "signed out")


def switch(token: str, membership_id: UUID) -> None:
    """Goes on in another of the person's memberships. Raises NotFound for anyone else's."""
    with everywhere() as s:
        found = s.exec(select(AuthSession).where(AuthSession.token_hash == digest(token))).one_or_none()
        mine = found and s.exec(
            select(Membership).where(Membership.id == membership_id, Membership.user_id == found.user_id)
        ).one_or_none()
        if not found or not mine:
            raise NotFound("This role is not one of yours.")
        found.membership_id = membership_id
        _trail(s, s.get(UserAccount, found.user_id), "role switched", mine.organization_id)


def end_sessions(s: Session, user_id: UUID, *, keep: UUID | None = None) -> None:
    """Ends every session and token of a person, but for the session `keep`."""
    sessions = delete(AuthSession).where(col(AuthSession.user_id) == user_id)
    s.exec(sessions.where(col(AuthSession.id) != keep) if keep else sessions)  # type: ignore[call-overload]
    s.execute(text("DELETE FROM refresh_token WHERE user_id = :u"), {"u": user_id})


def _trail(s: Session, user: UserAccount | None, action: str, organization_id: UUID | None = None, **facts: object) -> None:
    """Sign-in events belong to the platform's chain; the session row itself is not copied there."""
    s.flush()
    audit.changes_of(s).clear()
    audit.note(s, "user_account", user.id if user else None, **facts)
    audit.append(s, Actor(user.id if user else None, None, Role.SYSTEM, name=user.name if user else ""), action, organization_id)
