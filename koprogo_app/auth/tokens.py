"""REST clients: a signed access token of 15 minutes and a rotating refresh token of 7 days."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from sqlalchemy import text
from sqlmodel import Session, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.clock import now
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere, uuid7
from koprogo_app.core.errors import Unauthorized

from .models import Membership, RefreshToken, UserAccount
from .passwords import digest, new_token
from .sessions import actor_of_membership

ACCESS_SECONDS = 15 * 60
REFRESH = timedelta(days=7)
ALGORITHM = "HS256"


def _access(user: UserAccount, membership: Membership | None) -> str:
    issued = int(time.time())
    claims = {
        "sub": str(user.id),
        "email": user.email,
        "role": membership.role if membership else "",
        "organization_id": str(membership.organization_id) if membership and membership.organization_id else None,
        "role_id": str(membership.id) if membership else None,
        "iat": issued,
        "exp": issued + ACCESS_SECONDS,
    }
    return jwt.encode(claims, settings().secret.get_secret_value(), ALGORITHM)


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a valid access token; Unauthorized otherwise."""
    try:
        return jwt.decode(token, settings().secret.get_secret_value(), [ALGORITHM], options={"require": ["exp", "sub"]})
    except jwt.InvalidTokenError:
        raise Unauthorized("Please sign in.") from None


def actor_of_access(token: str) -> Actor:
    """The person of an access token, read anew from the database; Unauthorized when the membership is gone."""
    claims = claims_of(token)
    actor = actor_of_membership(UUID(claims["sub"]), UUID(claims["role_id"])) if claims.get("role_id") else None
    if actor is None:
        raise Unauthorized("Please sign in.")
    return actor


def issue(s: Session, user: UserAccount, membership: Membership | None, family: UUID | None = None) -> tuple[str, str]:
    """An access token and a refresh token of one family."""
    refresh = new_token()
    s.add(
        RefreshToken(
            token_hash=digest(refresh), user_id=user.id, membership_id=membership.id if membership else None,
            family=family or uuid7(), expires_at=now() + REFRESH,
        )
    )  # fmt: skip
    return _access(user, membership), refresh


def rotate(refresh: str) -> tuple[UserAccount, Membership | None, str, str]:
    """Exchanges a refresh token for a new pair. One used twice was stolen: its whole family ends."""
    with everywhere() as s:
        found = s.exec(select(RefreshToken).where(RefreshToken.token_hash == digest(refresh)).with_for_update()).one_or_none()
        stolen = found is not None and found.used_at is not None
        if stolen:
            s.execute(text("DELETE FROM refresh_token WHERE family = :f"), {"f": found.family})
        elif found and found.expires_at > now():
            user = s.get_one(UserAccount, found.user_id)
            if user.is_active:
                found.used_at = now()
                membership = s.get(Membership, found.membership_id) if found.membership_id else None
                return user, membership, *issue(s, user, membership, found.family)
    raise Unauthorized("Please sign in again.")
