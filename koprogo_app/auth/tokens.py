"""REST clients: a signed access token of 15 minutes and a rotating refresh token of 7 days.

The tokens of one sign-in are a family: when it ends (sign-out, new password, a used token that comes back), the access
token stops at once too.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from sqlalchemy import text
from sqlmodel import Session, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.clock import now
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import DomainError, Unauthorized
from koprogo_app.core.i18n import N_
from koprogo_app.core.ids import uuid7

from .models import Membership, RefreshToken, UserAccount
from .passwords import digest, new_token
from .sessions import actor_of_membership, own_membership, trail

ACCESS_SECONDS = 15 * 60
REFRESH = timedelta(days=7)
ALGORITHM = "HS256"


class BadToken(Unauthorized):
    """A refresh token that is unknown, expired or used already."""

    kind = "token_error"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a REST client gets when it signs in, goes on or changes role."""

    user: UserAccount
    membership: Membership
    access: str
    refresh: str


def _access(user: UserAccount, membership: Membership, family: UUID) -> str:
    issued = int(time.time())
    claims = {
        "sub": str(user.id),
        "email": user.email,
        "role": membership.role,
        "organization_id": str(membership.organization_id) if membership.organization_id else None,
        "role_id": str(membership.id),
        "family": str(family),
        "iat": issued,
        "exp": issued + ACCESS_SECONDS,
    }
    return jwt.encode(claims, settings().secret.get_secret_value(), ALGORITHM)


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a valid access token; Unauthorized otherwise."""
    try:
        claims = _signed(token, settings().secret.get_secret_value())
    except jwt.InvalidTokenError:
        raise Unauthorized("Please sign in.") from None
    if claims["exp"] <= time.time():
        raise Unauthorized("Please sign in.")
    return claims


@lru_cache(1000)
def _signed(token: str, secret: str) -> dict[str, Any]:
    """What a token of ours says, whatever its age: the same at each of its requests, so it is deciphered once."""
    needed = ["exp", "sub", "role_id", "family"]
    return jwt.decode(token, secret, [ALGORITHM], options={"require": needed, "verify_exp": False})


def actor_of_access(token: str) -> Actor:
    """The person of an access token, read anew from the database; Unauthorized when the role or the sign-in ended."""
    claims = claims_of(token)
    actor = actor_of_membership(UUID(claims["sub"]), UUID(claims["role_id"]), UUID(claims["family"]))
    if actor is None:
        raise Unauthorized("Please sign in.")
    return actor


def issue(s: Session, user: UserAccount, membership: Membership, family: UUID | None = None) -> Granted:
    """An access token and a refresh token of one family, a new one unless it is given."""
    refresh, family = new_token(), family or uuid7()
    s.add(
        RefreshToken(
            token_hash=digest(refresh), user_id=user.id, membership_id=membership.id, family=family,
            expires_at=now() + REFRESH,
        )
    )  # fmt: skip
    return Granted(user, membership, _access(user, membership, family), refresh)


def rotate(refresh: str) -> Granted:
    """Exchanges a refresh token for a new pair. One used twice was stolen: its whole family ends."""
    with everywhere() as s:
        wanted = select(RefreshToken).where(RefreshToken.token_hash == digest(refresh)).with_for_update()
        found = s.exec(wanted).one_or_none()
        user = s.get(UserAccount, found.user_id) if found else None
        if found and found.used_at is not None:
            end_family(s, found.family)
            trail(s, user, N_("stolen sign-in ended"))
        elif found and user and user.is_active and found.membership_id and found.expires_at > now():
            try:
                membership = own_membership(s, user.id, found.membership_id)
            except DomainError:
                raise BadToken("Please sign in again.") from None
            found.used_at = now()
            return issue(s, user, membership, found.family)
    raise BadToken("Please sign in again.")


def end_family(s: Session, family: UUID) -> None:
    """Signs out one REST client."""
    s.execute(text("DELETE FROM refresh_token WHERE family = :f"), {"f": family})
