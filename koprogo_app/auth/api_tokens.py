"""Tokens for a person's own AI client: made in one role, shown once, for the MCP endpoint alone.

REST and the pages know nothing of them. Who is behind one is looked up anew at each request, as for sessions.
"""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.clock import now
from koprogo_app.core.db import at_once
from koprogo_app.core.errors import Forbidden, Invalid, NotFound

from .models import ApiToken, Membership, Organization, UserAccount
from .passwords import digest, new_token
from .sessions import ACTOR, TOUCH, actor_in

MARK = "koprogo_"  # how every token begins: people and scanners of leaked secrets know it at sight
SHOWN = len(MARK) + 4  # letters that are kept in clear
MOST = 10  # tokens of one person at a time
SHORTEST, USUAL, LONGEST = 30, 90, 365  # life, in days

_BY_TOKEN = ACTOR.format(
    extra="NULL::uuid AS session_id, a.id AS token_id, a.last_used_at,",
    source="api_token a",
    user="a.user_id",
    membership="a.membership_id",
    where="a.token_hash = %(token)s AND a.expires_at > %(now)s AND m.organization_id IS NOT NULL",
)
_USED = "UPDATE api_token SET last_used_at = %(now)s WHERE id = %(id)s"


class Made(NamedTuple):
    """A new token and, this once, its secret."""

    token: ApiToken
    secret: str


def create(s: Session, actor: Actor, name: str, days: int) -> Made:
    """A token in the role the person acts in, for so many days. Invalid when he has MOST already.

    Forbidden for the platform's administrator, who is in no office: his client would read those of all.
    """
    if actor.organization_id is None or actor.user_id is None or actor.membership_id is None:
        raise Forbidden("An access token belongs to a role in an office.")
    s.exec(select(UserAccount.id).where(UserAccount.id == actor.user_id).with_for_update())  # two at once count as two
    held = select(func.count()).select_from(ApiToken).where(ApiToken.user_id == actor.user_id)
    if s.exec(held.where(col(ApiToken.expires_at) > now())).one() >= MOST:
        raise Invalid("You have {count} access tokens already: revoke one first.", field="name", count=MOST)
    secret = MARK + new_token()
    token = ApiToken(
        token_hash=digest(secret), user_id=actor.user_id, membership_id=actor.membership_id, name=name,
        prefix=secret[:SHOWN], expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    s.add(token)
    return Made(token, secret)


def of_person(s: Session, user_id: UUID | None) -> list[Any]:
    """A person's tokens in all his roles, the newest first; those that expired lately too.

    Rows of id, name, prefix, role, office, created_at, expires_at, last_used_at.
    """
    columns: tuple[Any, ...] = (
        ApiToken.id, ApiToken.name, ApiToken.prefix, Membership.role, col(Organization.name).label("office"),
        ApiToken.created_at, ApiToken.expires_at, ApiToken.last_used_at,
    )  # fmt: skip
    mine = select(*columns).select_from(ApiToken).join(Membership).join(Organization)
    return list(s.exec(mine.where(ApiToken.user_id == user_id).order_by(col(ApiToken.created_at).desc())))


def revoke(s: Session, user_id: UUID | None, token_id: UUID) -> None:
    """Ends one of the person's tokens at once. NotFound for anyone else's."""
    found = s.exec(select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user_id)).one_or_none()
    if found is None:
        raise NotFound("This access token has been revoked already.")
    s.delete(found)


def actor_of_api_token(token: str) -> Actor | None:
    """The person behind a token; None when it is unknown, revoked or expired, or when his role has ended."""
    if not token.startswith(MARK):
        return None
    with at_once() as c:
        row = c.exec_driver_sql(_BY_TOKEN, {"token": digest(token), "now": now()}).one_or_none()
        if row is None:
            return None
        if row.last_used_at is None or row.last_used_at < now() - TOUCH:
            c.exec_driver_sql(_USED, {"now": now(), "id": row.token_id})
        return actor_in(row)
