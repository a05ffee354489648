"""People who sign in: all of them for the platform's administrator, those of one office for its syndic.

Accounts and names are the system role's, across organisations: every action for the office filters by the actor's own.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from koprogo_app.auth import accounts
from koprogo_app.auth import rules as incompatible
from koprogo_app.auth.models import Membership, OneTimeLink, Organization, Purpose, UserAccount
from koprogo_app.auth.sessions import end_sessions
from koprogo_app.core import audit
from koprogo_app.core.actor import OFFICE_ROLES, PLATFORM, Actor, Permission, Role
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id

from . import rules
from .models import InviteIn, RoleIn, UserIn
from .queries import BUILDING, COLUMNS, NAME, OPEN, OWNER, SORTABLE, Person, members_of, roles_of

# --- The platform's administrator -------------------------------------------------------------------------------------


@requires(Permission.USERS_ADMIN, everywhere=True)
def list_users(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of Person. Filters: state=active|inactive, role, organization; search in name and e-mail."""
    wanted: Any = select(*COLUMNS)  # type: ignore[call-overload]
    if asked.search:
        wanted = wanted.where(contains(NAME + " " + UserAccount.email, asked.search))
    if state := asked.filters.get("state"):
        wanted = wanted.where(col(UserAccount.is_active) == (state == "active"))
    holds: Any = select(Membership.user_id)
    if role := asked.filters.get("role"):
        wanted = wanted.where(col(UserAccount.id).in_(holds.where(Membership.role == role)))
    if organization := asked.filters.get("organization"):
        wanted = wanted.where(
            col(UserAccount.id).in_(holds.where(Membership.organization_id == chosen_id(organization, "organization")))
        )
    found = page_of(s, wanted, asked, SORTABLE, "name")
    roles = roles_of(s, [row.id for row in found.rows])
    return Listed([Person(row, roles.get(row.id, [])) for row in found.rows], found.total)


@requires(Permission.USERS_ADMIN, everywhere=True)
def get_user(s: Session, actor: Actor, user_id: UUID) -> Person:
    """One account with its roles."""
    return Person(_user(s, user_id), roles_of(s, [user_id]).get(user_id, []))


@requires(Permission.USERS_ADMIN, everywhere=True)
def list_offices(s: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Every organisation a role may be given in: id and name."""
    offices = select(Organization.id, Organization.name).where(Organization.id != PLATFORM)
    return [(office, name) for office, name in s.exec(offices.order_by(unaccented(Organization.name)))]


@requires(Permission.USERS_ADMIN, audit=N_("user created"), everywhere=True)
def create_user(s: Session, actor: Actor, data: UserIn) -> Person:
    """A new account with its roles and a first password. Conflict for a known address, Invalid for wrong roles."""
    if not data.password:
        raise Invalid("This field is required.", field="password")
    _check(s, data.roles or [])
    user = accounts.create_user(s, data.email, data.password, data.first_name, data.last_name)
    _give(s, user.id, data.roles or [])
    return get_user(s, actor, user.id)


@requires(Permission.USERS_ADMIN, audit=N_("user changed"), everywhere=True)
def update_user(s: Session, actor: Actor, user_id: UUID, data: UserIn) -> Person:
    """Corrects an account and, when they are given, its roles. A new password ends the person's sessions."""
    user, email = _user(s, user_id), accounts.clean_email(data.email)
    other = accounts.user_by_email(s, email)
    if other and other.id != user.id:
        raise Conflict("An account with this e-mail address exists already.", field="email")
    user.email, user.first_name, user.last_name = email, data.first_name.strip(), data.last_name.strip()
    if data.password:
        accounts.set_password(s, user, data.password)
        audit.note(s, "user_account", user.id, password="replaced")  # noqa: S106
    if data.roles is not None:
        _check(s, data.roles)
        if actor.user_id == user.id and Role.SUPERADMIN not in {r.role for r in data.roles}:
            raise Conflict("You cannot take your own rights away.")
        _replace(s, user.id, data.roles)
    s.flush()
    return get_user(s, actor, user.id)


@requires(Permission.USERS_ADMIN, audit=N_("user activated"), everywhere=True)
def activate_user(s: Session, actor: Actor, user_id: UUID) -> Person:
    """Lets a person sign in again."""
    _user(s, user_id).is_active = True
    s.flush()
    return get_user(s, actor, user_id)


@requires(Permission.USERS_ADMIN, audit=N_("user deactivated"), everywhere=True)
def deactivate_user(s: Session, actor: Actor, user_id: UUID) -> Person:
    """Ends a person's sessions at once and refuses new ones. Conflict for one's own account."""
    if actor.user_id == user_id:
        raise Conflict("You cannot take your own rights away.")
    _user(s, user_id).is_active = False
    end_sessions(s, user_id)
    s.flush()
    return get_user(s, actor, user_id)


@requires(Permission.USERS_ADMIN, audit=N_("user deleted"), everywhere=True)
def delete_user(s: Session, actor: Actor, user_id: UUID) -> None:
    """Removes an account and its roles; register and trail keep what they know. Conflict for one's own account."""
    if actor.user_id == user_id:
        raise Conflict("You cannot take your own rights away.")
    user = _user(s, user_id)
    end_sessions(s, user.id)
    resets = (col(OneTimeLink.email) == user.email, col(OneTimeLink.purpose) == Purpose.RESET)
    s.exec(delete(OneTimeLink).where(*resets))
    s.exec(update(OWNER).where(OWNER.c.user_id == user.id).values(user_id=None))
    for membership in _memberships(s, user.id):
        s.delete(membership)
    s.flush()
    s.delete(user)
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This account is still named by other data. Deactivate it instead.") from None


def _user(s: Session, user_id: UUID) -> UserAccount:
    user = s.get(UserAccount, user_id)
    if user is None:
        raise NotFound("This user does not exist.")
    return user


def _memberships(s: Session, user_id: UUID) -> Sequence[Membership]:
    return s.exec(select(Membership).where(Membership.user_id == user_id)).all()


def _check(s: Session, roles: Sequence[RoleIn]) -> None:
    rules.check_roles([(r.role, r.organization_id, r.is_primary) for r in roles])
    named = {r.organization_id for r in roles} - {None}
    known = set(s.exec(select(Organization.id).where(col(Organization.id).in_(named), Organization.id != PLATFORM)))
    if named - known:
        raise Invalid("Give a valid organization_id.", field="organization_id")


def _give(s: Session, user_id: UUID, roles: Sequence[RoleIn]) -> None:
    given = [(r, accounts.grant(s, user_id, r.role, r.organization_id, unlinked=True)) for r in roles]
    main = next((membership.id for r, membership in given if r.is_primary), None)
    accounts.make_primary(s, user_id, main)


def _replace(s: Session, user_id: UUID, roles: Sequence[RoleIn]) -> None:
    """Ends the roles that are not named; those that are keep their buildings."""
    wanted = {(r.role.value, r.organization_id) for r in roles}
    held = _memberships(s, user_id)
    for membership in held:
        if (membership.role, membership.organization_id) not in wanted:
            s.delete(membership)
    s.flush()
    kept = {(m.role, m.organization_id): m.id for m in held}
    _give(s, user_id, [r for r in roles if (r.role.value, r.organization_id) not in kept])
    main = next((kept.get((r.role.value, r.organization_id)) for r in roles if r.is_primary), None)
    if main:
        accounts.make_primary(s, user_id, main)


# --- The people of one office -----------------------------------------------------------------------------------------


@requires(Permission.MEMBERS_READ, everywhere=True)
def list_members(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of the office's roles and open invitations.

    Rows: id, kind=member|invitation, name, email, role, building_id, building, state=active|inactive|invited|expired,
    since. Filters: role, building, state; search in name and e-mail.
    """
    every = members_of(_office(actor))
    wanted: Any = select(every, BUILDING.c.name.label("building"))
    wanted = wanted.select_from(every.outerjoin(BUILDING, BUILDING.c.id == every.c.building_id))
    if actor.building_ids is not None:
        here = every.c.building_id.in_(actor.building_ids)
        wanted = wanted.where(here | (every.c.building_id.is_(None) & every.c.role.in_(OFFICE_ROLES)))
    if asked.search:
        wanted = wanted.where(contains(every.c.name + " " + every.c.email, asked.search))
    for name, where in (("role", every.c.role), ("state", every.c.state), ("building", every.c.building_id)):
        if value := asked.filters.get(name):
            wanted = wanted.where(where == (chosen_id(value, name) if name == "building" else value))
    sortable = {
        "name": unaccented(every.c.name),
        "role": every.c.role,
        "building": unaccented(BUILDING.c.name),
        "state": every.c.state,
        "since": every.c.since,
    }
    return page_of(s, wanted, asked, sortable, "name")


@requires(Permission.MEMBERS_READ, everywhere=True)
def list_places(s: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """The buildings of the office a role may be limited to: id and name."""
    wanted = select(BUILDING.c.id, BUILDING.c.name).where(BUILDING.c.organization_id == _office(actor))
    if actor.building_ids is not None:
        wanted = wanted.where(BUILDING.c.id.in_(actor.building_ids))
    return [(place, name) for place, name in s.exec(wanted.order_by(unaccented(BUILDING.c.name)))]


@requires(Permission.MEMBERS_WRITE, audit=N_("member invited"), everywhere=True)
def invite(s: Session, actor: Actor, data: InviteIn) -> str:
    """Invites somebody by mail and returns the token (for tests and the demo).

    Invalid for a building of another office, for two roles the law keeps apart, or when the plan is full; Conflict when
    the person has this role, or an invitation to it.
    """
    office = _office(actor, data.organization_id)
    role, email = Role(data.role), accounts.clean_email(data.email)
    if role not in rules.INVITED:
        raise Invalid("Choose one from the list.", field="role")
    incompatible.check_scope(role, data.building_id)
    _check_place(s, actor, office, data.building_id)
    user = accounts.user_by_email(s, email)
    _check_free(s, office, role, data.building_id, email, user)
    if role in OFFICE_ROLES:
        accounts.check_room(s, office, user.id if user else None)
    given = data.model_dump(exclude={"email", "role", "organization_id"})
    return accounts.send_invitation(s, actor, OneTimeLink(**given, email=email, role=role, organization_id=office))


@requires(Permission.MEMBERS_WRITE, audit=N_("invitation sent again"), everywhere=True)
def resend_invitation(s: Session, actor: Actor, link_id: UUID) -> str:
    """Sends an invitation again with a new link; the one before stops. NotFound once it is accepted."""
    return accounts.send_invitation(s, actor, _invitation(s, actor, link_id))


@requires(Permission.MEMBERS_WRITE, audit=N_("invitation withdrawn"), everywhere=True)
def withdraw_invitation(s: Session, actor: Actor, link_id: UUID) -> None:
    """Ends an invitation nobody accepted."""
    s.delete(_invitation(s, actor, link_id))


@requires(Permission.MEMBERS_WRITE, audit=N_("role ended"), everywhere=True)
def end_role(s: Session, actor: Actor, membership_id: UUID) -> None:
    """Ends a role, and with it what its sessions opened.

    Conflict for the last syndic of the office, and for a co-owner, whose access follows the register.
    """
    mine = select(Membership).where(Membership.id == membership_id, Membership.organization_id == _office(actor))
    membership = s.exec(mine).one_or_none()
    if membership is None or not _reaches(actor, membership.building_id):
        raise NotFound("This role does not exist.")
    if membership.role == Role.OWNER:
        raise Conflict("The access of a co-owner follows the register: end it on the person's page.")
    if membership.role == Role.SYNDIC:
        _keep_one_syndic(s, membership)
    s.delete(membership)
    s.flush()
    if _memberships(s, membership.user_id):
        accounts.make_primary(s, membership.user_id)


def _office(actor: Actor, named: UUID | None = None) -> UUID:
    """The organisation these people belong to: the actor's own, always; the platform's administrator names one."""
    office = actor.organization_id or (named if actor.role == Role.SUPERADMIN else None)
    if office is None:
        raise Invalid("Choose an organisation first.", field="organization_id")
    return office


def _reaches(actor: Actor, building_id: UUID | None) -> bool:
    """A syndic limited to some buildings touches the roles of these buildings only."""
    return actor.building_ids is None or building_id in actor.building_ids


def _invitation(s: Session, actor: Actor, link_id: UUID) -> OneTimeLink:
    mine = select(OneTimeLink).where(OneTimeLink.id == link_id, OneTimeLink.organization_id == _office(actor), *OPEN)
    link = s.exec(mine).one_or_none()
    if link is None or not _reaches(actor, link.building_id):
        raise NotFound("This invitation does not exist any more.")
    return link


def _check_place(s: Session, actor: Actor, office: UUID, building_id: UUID | None) -> None:
    here = select(BUILDING.c.id).where(BUILDING.c.id == building_id, BUILDING.c.organization_id == office)
    known = building_id is None or s.exec(here).first() is not None
    if not known or not _reaches(actor, building_id):
        raise Invalid("Choose one from the list.", field="building_id")


def _check_free(
    s: Session, office: UUID, role: Role, building_id: UUID | None, email: str, user: UserAccount | None
) -> None:
    """Neither held nor offered already, nor forbidden beside a role that is (art. 3.89 §9)."""
    held: list[tuple[Role, UUID | None]] = []
    if user:
        mine = _memberships(s, user.id)
        held = [(Role(m.role), m.building_id) for m in mine if m.organization_id == office]
    open_links = select(OneTimeLink).where(OneTimeLink.organization_id == office, OneTimeLink.email == email, *OPEN)
    offered = [(Role(str(link.role)), link.building_id) for link in s.exec(open_links)]
    if (role, building_id) in held:
        raise Conflict("This person has this role already.", field="email")
    if (role, building_id) in offered:
        raise Conflict("This person is invited already: send the invitation again instead.", field="email")
    incompatible.check_compatible([*held, *offered], role, building_id)


def _keep_one_syndic(s: Session, leaving: Membership) -> None:
    """The rows are locked, so that two syndics cannot end each other at the same moment."""
    syndics = (
        select(Membership)
        .join(UserAccount, col(UserAccount.id) == Membership.user_id)
        .where(Membership.organization_id == leaving.organization_id, Membership.role == Role.SYNDIC)
        .where(col(UserAccount.is_active))
        .with_for_update(of=Membership)
    )
    others = [m for m in s.exec(syndics) if m.id != leaving.id]
    if not any(m.building_id is None or leaving.building_id is not None for m in others):
        raise Conflict("An office keeps at least one syndic: invite another one first.")
