"""Accounts: who gets in, by which link, with which role."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from pydantic import EmailStr, TypeAdapter, ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from koprogo_app.core import audit, mail
from koprogo_app.core.actor import OFFICE_ROLES, PLATFORM, ROLE_LABELS, Actor, Role
from koprogo_app.core.clock import BELGIUM, now
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, known, translate

from . import rules
from .models import Membership, OneTimeLink, Organization, Purpose, UserAccount
from .passwords import check_strength, digest, hash_password, matches, new_token
from .sessions import WrongCredentials, authenticate, end_sessions, forget_failures

INVITATION_LIFE, RESET_LIFE = timedelta(days=14), timedelta(hours=2)
RESETS_AT_ONCE = 3  # working reset links of one person: more is someone filling a mailbox
_email = TypeAdapter(EmailStr)
GiveRole = Callable[[Session, UserAccount, OneTimeLink], None]

INVITATION = N_(
    "Hello {name},\n\n{inviter} ({organization}) invites you to KoproGo as: {role}.\n\n"
    "Open this link to accept:\n{link}\n\n"
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


def create_user(
    s: Session, email: str, password: str, first_name: str, last_name: str, locale: str = "fr"
) -> UserAccount:
    """A new account, without any role. Conflict when the address is known.

    The password's strength is the caller's to check.
    """
    email = clean_email(email)
    if user_by_email(s, email):
        raise Conflict("An account with this e-mail address exists already.", field="email")
    user = UserAccount(
        email=email, password_hash=hash_password(password), first_name=first_name.strip(), last_name=last_name.strip(),
        locale=known(locale),
    )  # fmt: skip
    s.add(user)
    s.flush()
    return user


def grant(
    s: Session, user_id: UUID, role: Role, organization_id: UUID | None, *,
    building_id: UUID | None = None, owner_id: UUID | None = None, primary: bool = False, unlinked: bool = False,
) -> Membership:  # fmt: skip
    """Gives a role; the same role twice is one membership. Invalid when the law or the plan forbids it.

    `unlinked` allows a role of one building without its building: it sees nothing until one is given, which fills it.
    """
    mine = s.exec(select(Membership).where(Membership.user_id == user_id)).all()
    here = [m for m in mine if m.organization_id == organization_id]
    for found in here:
        if (found.role, found.building_id) == (role, building_id):
            found.owner_id = owner_id or found.owner_id
            return found
    if not unlinked:
        rules.check_scope(role, building_id)
    rules.check_compatible([(Role(m.role), m.building_id) for m in here], role, building_id)
    if role in OFFICE_ROLES and organization_id:
        check_room(s, organization_id, user_id)
    empty = next((m for m in here if m.role == role and m.building_id is None and role not in OFFICE_ROLES), None)
    membership = empty or Membership(user_id=user_id, organization_id=organization_id, role=role)
    membership.building_id, membership.owner_id = building_id, owner_id
    membership.is_primary = membership.is_primary or primary or not mine
    s.add(membership)
    s.flush()
    return membership


def check_room(s: Session, organization_id: UUID, user_id: UUID | None) -> None:
    """Invalid when the plan has no room for one more person of the office; `user_id` is not counted twice."""
    organization = s.get_one(Organization, organization_id)
    if not organization.is_active:
        raise Invalid("This organisation is suspended.")
    others = select(func.count(func.distinct(Membership.user_id))).where(
        Membership.organization_id == organization_id, col(Membership.role).in_(OFFICE_ROLES)
    )
    if user_id:
        others = others.where(Membership.user_id != user_id)
    if s.exec(others).one() >= organization.max_users:
        raise Invalid("The plan of this organisation allows {count} users.", count=organization.max_users)


def make_primary(s: Session, user_id: UUID, membership_id: UUID | None = None) -> None:
    """Leaves the person exactly one primary role: the one given, else the present one, else the oldest."""
    mine = s.exec(select(Membership).where(Membership.user_id == user_id).order_by(col(Membership.created_at))).all()
    wanted = next((m for m in mine if m.id == membership_id), None) or next((m for m in mine if m.is_primary), None)
    for m in mine:
        m.is_primary = m is (wanted or mine[0])


def send_invitation(s: Session, inviter: Actor, link: OneTimeLink) -> str:
    """Records an invitation and puts its mail in the outbox, in the guest's language.

    Sent again, the same invitation gets a new link and the old one stops. Returns the token (for tests and the demo).
    """
    token = new_token()
    link.purpose, link.token_hash, link.expires_at = Purpose.INVITATION, digest(token), now() + INVITATION_LIFE
    link.email, link.locale = clean_email(link.email), known(link.locale)
    s.add(link)
    organization = s.get_one(Organization, link.organization_id)
    locale = link.locale
    body = translate(
        locale, INVITATION, name=f"{link.first_name} {link.last_name}".strip(), inviter=inviter.name,
        organization=organization.name,
        role=translate(locale, ROLE_LABELS[Role(str(link.role))]),
        link=f"{settings().deploy_url}/invitation?token={token}",
        until=day(link.expires_at.astimezone(BELGIUM).date(), locale),
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


def organization_name(organization_id: UUID) -> str:
    """Who invites."""
    with everywhere() as s:
        return s.get_one(Organization, organization_id).name


def accept_invitation(
    token: str,
    password: str,
    first_name: str,
    last_name: str,
    locale: str,
    address: str,
    *,
    give: GiveRole | None = None,
) -> UserAccount:
    """Makes the account (or, for a known address, checks its password) and gives the role the invitation names.

    `give` is told the link in the same transaction: a co-owner's role depends on what he owns, unknown to auth.
    """
    link = open_link(token, Purpose.INVITATION)
    known_user = authenticate(link.email, password, address) if has_account(link.email) else None
    if known_user is None:
        check_strength(password, link.email)
        if not first_name.strip() or not last_name.strip():
            raise Invalid("Give your first and last name.", field="first_name")
    with everywhere(link.organization_id) as s:
        link = _usable(s, token, Purpose.INVITATION, lock=True)
        if known_user:
            user = s.get_one(UserAccount, known_user.id)
        else:
            user = create_user(s, link.email, password, first_name, last_name, locale)
        (give or give_role)(s, user, link)
        link.used_at = now()
        _trail(s, user, N_("invitation accepted"), link.organization_id)
    return user


def give_role(s: Session, user: UserAccount, link: OneTimeLink) -> None:
    """The role an invitation names."""
    building, owner = link.building_id, link.owner_id
    try:
        grant(s, user.id, Role(str(link.role)), link.organization_id, building_id=building, owner_id=owner)
    except IntegrityError:  # the building is gone since
        raise NotFound("This link no longer works. Ask for a new one.") from None


def ask_reset(email: str) -> None:
    """Sends a reset link if the address is known; says nothing either way.

    The mail is the platform's, never an office's: whoever reads it gets the person's roles in every office.
    """
    with everywhere() as s:
        user = user_by_email(s, email)
        if user is None or not user.is_active:
            return
        working = (
            OneTimeLink.email == user.email,
            OneTimeLink.purpose == Purpose.RESET,
            col(OneTimeLink.used_at).is_(None),
        )
        if s.exec(select(func.count()).where(*working, col(OneTimeLink.expires_at) > now())).one() >= RESETS_AT_ONCE:
            return
        token, until = new_token(), now() + RESET_LIFE
        s.add(
            OneTimeLink(
                token_hash=digest(token), purpose=Purpose.RESET, email=user.email, expires_at=until, locale=user.locale
            )
        )
        body = translate(user.locale, RESET, name=user.name, link=f"{settings().deploy_url}/reset?token={token}")
        mail.post(s, user.email, translate(user.locale, N_("Choose a new password")), body, user.locale, PLATFORM)
        _trail(s, user, N_("password reset asked"))


def reset_password(token: str, password: str) -> None:
    """Sets a new password, ends every session of the person and lifts a lock-out. NotFound when the link is over."""
    with everywhere() as s:
        link = _usable(s, token, Purpose.RESET, lock=True)
        check_strength(password, link.email)
        user = user_by_email(s, link.email)
        if user is None:
            raise NotFound("This link no longer works. Ask for a new one.")
        set_password(s, user, password)
        forget_failures(s, user.email)
        _trail(s, user, N_("password reset"))


def set_password(s: Session, user: UserAccount, password: str, *, keep: UUID | None = None) -> None:
    """A new password ends what the old one gave: reset links on their way, and every session but `keep`."""
    user.password_hash = hash_password(password)
    sent = (col(OneTimeLink.email) == user.email, col(OneTimeLink.purpose) == Purpose.RESET)
    s.exec(update(OneTimeLink).where(*sent, col(OneTimeLink.used_at).is_(None)).values(used_at=now()))
    end_sessions(s, user.id, keep=keep)


def confirm(user_id: UUID, password: str) -> None:
    """Somebody signed in gives his password again, and guesses count as failed sign-ins: Invalid, TooMany at the limit."""
    with everywhere() as s:
        email = s.get_one(UserAccount, user_id).email
    try:
        authenticate(email, password, str(user_id))
    except WrongCredentials:
        raise Invalid("This is not your present password.", field="current") from None


def change_password(s: Session, user: UserAccount, current: str, new: str, keep: UUID | None) -> None:
    """Replaces the password and ends the person's other sessions. Invalid when the present one is wrong."""
    if not matches(user.password_hash, current):
        raise Invalid("This is not your present password.", field="current")
    check_strength(new, user.email, "password")
    set_password(s, user, new, keep=keep)


def create_superadmin(
    email: str, password: str, first_name: str, last_name: str, *, strong: bool = True
) -> UserAccount:
    """The platform's administrator, from the command line."""
    if strong:
        check_strength(password, email)
    with everywhere() as s:
        user = create_user(s, email, password, first_name, last_name)
        grant(s, user.id, Role.SUPERADMIN, None, primary=True)
        _trail(s, user, N_("platform administrator created"))
    return user


def _trail(s: Session, user: UserAccount, action: str, organization_id: UUID | None = None) -> None:
    s.flush()
    audit.append(s, Actor(user.id, None, Role.SYSTEM, name=user.name), action, organization_id)
