"""What REST clients do at the door: sign in, register, change role, sign out."""

from uuid import UUID

from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid, NotFound, Unauthorized
from koprogo_app.core.i18n import N_

from .accounts import create_user, grant, user_by_email
from .models import Organization, UserAccount
from .sessions import authenticate, entering_membership, own_membership, trail
from .tokens import Granted, end_family, issue


def sign_in(email: str, password: str, address: str) -> Granted:
    """Tokens on the person's primary role. Raises what authenticate() raises, and Forbidden when no role is left."""
    user = authenticate(email, password, address)
    with everywhere() as s:
        granted = issue(s, user, entering_membership(s, user.id))
        trail(s, user, N_("signed in"))
    return granted


def register(
    email: str, password: str, first_name: str, last_name: str, role: str, organization_id: UUID | None
) -> Granted:
    """A new account with one role, for trials and load runs: never in production, never the platform's administrator.

    A role that belongs to a building sees nothing until a building is linked to it.
    """
    if not settings().registration_open:
        raise Forbidden("Accounts are opened by invitation: ask your syndic.")
    if role not in {r.value for r in Role} - {Role.SUPERADMIN, Role.SYSTEM}:
        raise Invalid("Choose one from the list.", field="role")
    with everywhere() as s:
        organization = s.get(Organization, organization_id) if organization_id else None
        if organization is None or not organization.is_active:
            raise Invalid("Give a valid organization_id.", field="organization_id")
        if user_by_email(s, email):
            raise Invalid("An account with this e-mail address exists already.", field="email")
        user = create_user(s, email, password, first_name, last_name)
        membership = grant(s, user.id, Role(role), organization.id, unlinked=True)
        granted = issue(s, user, membership)
        trail(s, user, N_("account registered"), organization.id)
    return granted


def change_role(user_id: UUID, membership_id: UUID, family: UUID | None) -> Granted:
    """New tokens for another of the person's roles. Invalid for one that is not theirs.

    Unauthorized without a family of tokens: a cookie gives none, they would outlive its session.
    """
    with everywhere() as s:
        user = s.get_one(UserAccount, user_id)
        try:
            membership = own_membership(s, user_id, membership_id)
        except NotFound as error:
            raise Invalid(error.message, field="role_id") from None
        if family is None:
            raise Unauthorized("Please sign in.")
        granted = issue(s, user, membership, family)
        trail(s, user, N_("role switched"), membership.organization_id)
    return granted


def sign_out(user_id: UUID, family: UUID) -> None:
    """Ends the tokens of one sign-in."""
    with everywhere() as s:
        end_family(s, family)
        trail(s, s.get(UserAccount, user_id), N_("signed out"))
