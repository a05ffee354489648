"""Accounts: who gets in, by which link, with which role."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from pydantic import EmailStr, TypeAdapter, ValidationError
from sqlmodel import Session, col, func, select

from koprogo_app.core import audit, mail
from koprogo_app.core.actor import OFFICE_ROLES, PLATFORM, ROLE_LABELS, Actor, Role
from koprogo_app.core.clock import now
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, known, translate

from . import rules
from .models import Membership, OneTimeLink, Organization, Purpose, UserAccount
from .passwords import check_strength, digest, hash_password, new_token
from .sessions import authenticate, end_sessions

INVITATION_LIFE, RESET_LIFE = timedelta(days=14), timedelta(hours=2)
_email = TypeAdapter(EmailStr)
GiveRole = Callable[[Session, UserAccount, OneTimeLink], None]

INVITATION = N_(
    "Hello {name},\n\n{organization} invites you to KoproGo as: {role}.\n\nOpen this link to choose your password:\n{link}\n\n"
    "The link works once, until {until}. If you do not know {organization}, ignore this message.\n"
)
RESET = N_(
    "Hello {name},\n\nOpen this link to choose a new password:\n{link}\n\nThe link works once, for two hours. "
    "If you did not ask for it, ignore this message: your password has not changed.\n"
)


def clean_email(email: str, field: str = "email") -> str:
    """The address in lower case; Invalid when it is not one."""
    try:
        return str(_email.validate_python(email.strip())).lower()
    except ValidationError:
        raise Invalid("“{email}” is not an e-mail address.", field=field, email=email) from None


def user_by_email(s: Session, email: str) -> UserAccount | None:
    return s.exec(select(UserAccount).where(UserAccount.email == email.strip().lower())).one_or_none()


def create_user(s: Session, email: str, password: str, first_name: str, last_name: str, locale: str = "fr") -> UserAccount:
    """A new account, without any role. Conflict when the address is known. The password's strength is the caller's to check."""
    email = clean_email(email)
    if user_by_email(s, email):
        raise Conflict("An account with this e-mail address exists already.", field="email")
    user = UserAccount(
        email=email, password_hash=hash_password(password), first_name=first_name.strip(), last_name=last_name.strip(), locale=known(locale)
    )
    s.add(user)
    s.flush()
    return user


def grant(
    s: Session, user_id: UUID, role: Role, organization_id: UUID | None, *,
    building_id: UUID | None = None, owner_id: UUID | None = None, primary: bool = False,
) -> Membership:  # fmt: skip
    """Gives a role; the same role twice is one membership. Invalid when the law or the plan forbids it."""
    mine = s.exec(select(Membership).where(Membership.user_id == user_id)).all()
    here = [m for m in mine if m.organization_id == organization_id]
    for found in here:
        if (found.role, found.building_id) == (role, building_id):
            found.owner_id = owner_id or found.owner_id
            return found
    rules.check_scope(role, building_id)
    rules.check_compatible([(Role(m.role), m.building_id) for m in here], role, building_id)
    if role in OFFICE_ROLES and organization_id:
        _check_room(s, organization_id, user_id)
    membership = Membership(
        user_id=user_id, organization_id=organization_id, role=role, building_id=building_id, owner_id=owner_id,
        is_primary=primary or not mine,
    )  # fmt: skip
    s.add(membership)
    s.flush()
    return membership


def _check_room(s: Session, organization_id: UUID, user_id: UUID) -> None:
    organization = s.get_one(Organization, organization_id)
    if not organization.is_active:
        raise Invalid("This organisation is suspended.")
    others = select(func.count(func.distinct(Membership.user_id))).where(
        Membership.organization_id == organization_id, col(Membership.role).in_(OFFICE_ROLES), Membership.user_id != user_id
    )
    if s.exec(others).one() >= organization.max_users:
        raise Invalid("The plan of this organisation allows {count} users.", count=organization.max_users)


def send_invitation(s: Session, inviter: Actor, link: OneTimeLink) -> str:
    """Records an invitation and puts its mail in the outbox, in the guest's language. Returns the token (for tests and demo)."""
    token = new_token()
    link.purpose, link.token_hash, link.expires_at = Purpose.INVITATION, digest(token), now() + INVITATION_LIFE
    link.email, link.locale = clean_email(link.email), known(link.locale)
    s.add(link)
    organization = s.get_one(Organization, link.organization_id)
    locale = link.locale
    body = translate(
        locale, INVITATION, name=f"{link.first_name} {link.last_name}".strip(), organization=organization.name,
        role=translate(locale, ROLE_LABELS[Role(str(link.role))]), link=f"{settings().deploy_url}/invitation?token={token}",
        until=f"{link.expires_at:%d/%m/%Y}",
    )  # fmt: skip
    subject = translate(locale, N_("Your access to {organization}"), organization=organization.name)
    mail.post(s, link.email, subject, body, locale, organization.id)
    return token


def open_link(token: str, purpose: Purpose) -> OneTimeLink:
    """The link behind a token, if it still works. NotFound says no more than that."""
    with everywhere() as s:
        return _usable(s, token, purpose)


def _usable(s: Session, token: str, purpose: Purpose, *, lock: bool = False) -> OneTimeLink:
    wanted = select(OneTimeLink).where(OneTimeLink.token_hash == digest(token), OneTimeLink.purpose == purpose)
    link = s.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if link is None or link.used_at is not None or link.expires_at < now():
        raise NotFound("This link no longer works. Ask for a new one.")
    return link


def has_account(email: str) -> bool:
    """True when the guest of an invitation signs in with an account he has already."""
    with everywhere() as s:
        return user_by_email(s, email) is not None


def accept_invitation(
    token: str, password: str, first_name: str, last_name: str, locale: str, address: str, *, give: GiveRole | None = None
) -> UserAccount:
    """Makes the account (or, for a known address, checks its password) and gives the role the invitation names.

    `give` is told the link in the same transaction: a co-owner's role depends on what he owns, which auth does not know.
    """
    link = open_link(token, Purpose.INVITATION)
    known_user = authenticate(link.email, password, address) if has_account(link.email) else None
    if known_user is None:
        check_strength(password, link.email)
        if not first_name.strip() or not last_name.strip():
            raise Invalid("Give your first and last name.", field="first_name")
    with everywhere() as s:
        link = _usable(s, token, Purpose.INVITATION, lock=True)
        user = s.get_one(UserAccount, known_user.id) if known_user else create_user(s, link.email, password, first_name, last_name, locale)
        (give or give_role)(s, user, link)
        link.used_at = now()
        _trail(s, user, "invitation accepted", link.organization_id)
    return user


def give_role(s: Session, user: UserAccount, link: OneTimeLink) -> None:
    """The role an invitation names."""
    grant(s, user.id, Role(str(link.role)), link.organization_id, building_id=link.building_id, owner_id=link.owner_id)


def ask_reset(email: str) -> None:
    """Sends a reset link if the address is known; says nothing either way."""
    with everywhere() as s:
        user = user_by_email(s, email)
        if user is None or not user.is_active:
            return
        token = new_token()
        s.add(OneTimeLink(token_hash=digest(token), purpose=Purpose.RESET, email=user.email, expires_at=now() + RESET_LIFE, locale=user.locale))
        body = translate(user.locale, RESET, name=user.name, link=f"{settings().deploy_url}/reset?token={token}")
        mail.post(s, user.email, translate(user.locale, N_("Choose a new password")), body, user.locale, _office_of(s, user.id))
        _trail(s, user, "password reset asked")


def _office_of(s: Session, user_id: UUID) -> UUID:
    found = s.exec(
        select(Membership.organization_id).where(Membership.user_id == user_id, col(Membership.organization_id).is_not(None)).limit(1)
    ).first()
    return found or PLATFORM


def reset_password(token: str, password: str) -> None:
    """Sets a new password and ends every session of the person. NotFound when the link no longer works."""
    with everywhere() as s:
        link = _usable(s, token, Purpose.RESET, lock=True)
        check_strength(password, link.email)
        user = user_by_email(s, link.email)
        if user is None:
            raise NotFound("This link no longer works. Ask for a new one.")
        user.password_hash, link.used_at = hash_password(password), now()
        end_sessions(s, user.id)
        _trail(s, user, "password reset")


def create_superadmin(email: str, password: str, first_name: str, last_name: str, *, strong: bool = True) -> UserAccount:
    """The platform's administrator, from the command line."""
    if strong:
        check_strength(password, email)
    with everywhere() as s:
        user = create_user(s, email, password, first_name, last_name)
        grant(s, user.id, Role.SUPERADMIN, None, primary=True)
        _trail(s, user, "platform administrator created")
    return user


def _trail(s: Session, user: UserAccount, action: str, organization_id: UUID | None = None) -> None:
    audit.append(s, Actor(user.id, None, Role.SYSTEM, name=user.name), action, organization_id)
