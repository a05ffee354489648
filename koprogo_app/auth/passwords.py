"""Passwords: argon2id, a length that resists, the same time for known and unknown people."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from koprogo_app.core.errors import Invalid

MINIMUM = 10
_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)  # OWASP's first choice for argon2id
_COMMON = {
    "motdepasse",
    "wachtwoord",
    "passwort",
    "password",
    "azerty",
    "qwertz",
    "qwerty",
    "koprogo",
    "syndic",
    "123456",
    "welkom",
}


def hash_password(password: str) -> str:
    """The argon2id hash kept in the database."""
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex())


def matches(hashed: str | None, password: str) -> bool:
    """True for the right password; takes as long when there is no such person (`hashed` None)."""
    try:
        return _hasher.verify(hashed or _nobody(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def check_strength(password: str, email: str = "", field: str = "password") -> None:
    """Raises Invalid when a password is too short or among those tried first.

    Length counts, composition does not (NIST SP 800-63B, 5.1.1).
    """
    if len(password) < MINIMUM:
        raise Invalid("Choose a password of at least {count} characters.", field=field, count=MINIMUM)
    bare = password.lower().strip("0123456789!?.*-_ ")
    if bare in _COMMON or (email and bare == email.split("@")[0].lower()) or len(set(password)) < 4:
        raise Invalid("This password is too easy to guess.", field=field)


def new_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
