"""Forgets what no longer opens anything."""

from datetime import timedelta

from sqlmodel import col, delete

from koprogo_app.core.clock import now
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere

from .models import ApiToken, AuthSession, OneTimeLink, RefreshToken, SignInFailure

KEEP_LINKS = timedelta(days=60)  # an expired invitation stays in the list of members, to be sent again
KEEP_API_TOKENS = timedelta(days=30)  # an expired one stays in the person's list: it says why his client is refused


def sweep() -> int:
    """Deletes expired sessions, tokens, links and failures; returns how many rows. May run twice."""
    at = now()
    window = timedelta(seconds=settings().login_window)
    ended = col(AuthSession.membership_id).is_(None)  # its role is over
    with everywhere() as s:
        gone = [
            s.exec(delete(AuthSession).where((col(AuthSession.expires_at) < at) | ended)),
            s.exec(delete(RefreshToken).where(col(RefreshToken.expires_at) < at)),
            s.exec(delete(ApiToken).where(col(ApiToken.expires_at) < at - KEEP_API_TOKENS)),
            s.exec(delete(OneTimeLink).where(col(OneTimeLink.expires_at) < at - KEEP_LINKS)),
            s.exec(delete(SignInFailure).where(col(SignInFailure.created_at) < at - window)),
        ]
    return sum(result.rowcount for result in gone)
