"""Organisations, their plans and their suspension: the platform administrator's work, across all of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, column, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, or_, select

from koprogo_app.auth.accounts import clean_email
from koprogo_app.auth.models import LIMITS, Membership, Organization, Plan
from koprogo_app.core.actor import OFFICE_ROLES, PLATFORM, Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.service import requires

from . import rules
from .models import OrganizationIn

BUILDING = table("building", column("organization_id", Uuid()))  # of a module above this one, by name


def _buildings() -> Any:
    here = BUILDING.c.organization_id == Organization.id
    return select(func.count()).select_from(BUILDING).where(here).scalar_subquery()


def _users() -> Any:
    """People of the office, as its plan counts them."""
    here = (Membership.organization_id == Organization.id, col(Membership.role).in_(OFFICE_ROLES))
    return select(func.count(func.distinct(Membership.user_id))).where(*here).scalar_subquery()


COLUMNS = (
    Organization.id, Organization.name, Organization.slug, Organization.contact_email, Organization.contact_phone,
    Organization.plan, Organization.max_buildings, Organization.max_users, Organization.is_active, Organization.is_demo,
    Organization.created_at,
)  # fmt: skip
SORTABLE = {
    "name": unaccented(Organization.name),
    "plan": col(Organization.plan),
    "created_at": col(Organization.created_at),
    "buildings": _buildings(),
    "users": _users(),
}


def visible(*columns: Any) -> Any:
    """Every organisation but the platform itself, whose row stands for what belongs to nobody's office."""
    return select(*columns).where(Organization.id != PLATFORM)


@requires(Permission.ORGANIZATIONS_ADMIN, everywhere=True)
def list_organizations(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of COLUMNS with `buildings` and `users` counted.

    Filters: plan, state=active|suspended; search in name, slug and e-mail.
    """
    counts = (_buildings().label("buildings"), _users().label("users"))
    wanted = visible(*COLUMNS, *counts)
    if asked.search:
        words = Organization.name + " " + Organization.slug + " " + Organization.contact_email
        wanted = wanted.where(contains(words, asked.search))
    if plan := asked.filters.get("plan"):
        wanted = wanted.where(Organization.plan == plan)
    if state := asked.filters.get("state"):
        wanted = wanted.where(col(Organization.is_active) == (state == "active"))
    return page_of(s, wanted, asked, SORTABLE, "name")


@requires(Permission.ORGANIZATIONS_ADMIN, everywhere=True)
def get_organization(s: Session, actor: Actor, organization_id: UUID) -> Organization:
    """One organisation; NotFound for none, and for the platform itself."""
    found = s.get(Organization, organization_id)
    if found is None or found.id == PLATFORM:
        raise NotFound("This organisation does not exist.")
    return found


@requires(Permission.ORGANIZATIONS_ADMIN, audit=N_("organisation created"), everywhere=True)
def create_organization(s: Session, actor: Actor, data: OrganizationIn) -> Organization:
    """A new office or self-managed co-ownership. Invalid for a known slug or a wrong e-mail address."""
    organization = Organization(**_checked(s, data, None))
    s.add(organization)
    s.flush()
    return organization


@requires(Permission.ORGANIZATIONS_ADMIN, audit=N_("organisation changed"), everywhere=True)
def update_organization(s: Session, actor: Actor, organization_id: UUID, data: OrganizationIn) -> Organization:
    """Changes name, contact and plan. A smaller plan stops additions; nothing that exists is taken away."""
    organization = get_organization(s, actor, organization_id)
    for name, value in _checked(s, data, organization).items():
        setattr(organization, name, value)
    s.flush()
    return organization


@requires(Permission.ORGANIZATIONS_ADMIN, audit=N_("organisation suspended"), everywhere=True)
def suspend_organization(s: Session, actor: Actor, organization_id: UUID) -> Organization:
    """From the next click on nobody of it signs in or acts. Nothing is deleted."""
    organization = get_organization(s, actor, organization_id)
    organization.is_active = False
    s.flush()
    return organization


@requires(Permission.ORGANIZATIONS_ADMIN, audit=N_("organisation reactivated"), everywhere=True)
def activate_organization(s: Session, actor: Actor, organization_id: UUID) -> Organization:
    """Ends a suspension."""
    organization = get_organization(s, actor, organization_id)
    organization.is_active = True
    s.flush()
    return organization


@requires(Permission.ORGANIZATIONS_ADMIN, audit=N_("organisation deleted"), everywhere=True)
def delete_organization(s: Session, actor: Actor, organization_id: UUID) -> None:
    """Removes an organisation that has nothing. Conflict as soon as anything or anybody belongs to it."""
    s.delete(get_organization(s, actor, organization_id))
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This organisation still has buildings, people or mails. Suspend it instead.") from None


def _checked(s: Session, data: OrganizationIn, kept: Organization | None) -> dict[str, Any]:
    """The values to write: e-mail in lower case, a free slug, the limits of the plan."""
    buildings, users = LIMITS[Plan(data.plan)]
    slug = rules.check_slug(data.slug) if data.slug else kept.slug if kept else _free_slug(s, rules.slug_of(data.name))
    others = select(Organization.id).where(Organization.slug == slug)
    if s.exec(others.where(Organization.id != kept.id) if kept else others).first():
        raise Invalid("Another organisation has this short name.", field="slug")
    return {
        "name": data.name.strip(), "slug": slug, "contact_email": clean_email(data.contact_email, "contact_email"),
        "contact_phone": data.contact_phone or None, "plan": Plan(data.plan), "max_buildings": buildings,
        "max_users": users,
    }  # fmt: skip


def _free_slug(s: Session, wanted: str) -> str:
    like = or_(Organization.slug == wanted, col(Organization.slug).startswith(f"{wanted}-", autoescape=True))
    taken = set(s.exec(select(Organization.slug).where(like)))
    return next(slug for n in range(1, len(taken) + 2) if (slug := wanted if n == 1 else f"{wanted}-{n}") not in taken)
