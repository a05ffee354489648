"""Makes and removes the demonstration: one organisation is one transaction, so a stop half-way is taken up again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, delete, select

from koprogo_app.auth import accounts
from koprogo_app.auth.demo_accounts import DEMO_ACCOUNTS as DEMO_ACCOUNTS  # shown by the command line
from koprogo_app.auth.demo_accounts import PASSWORD
from koprogo_app.auth.models import LIMITS, AuthSession, Membership, Organization, Plan, RefreshToken, UserAccount
from koprogo_app.auth.passwords import matches
from koprogo_app.core import audit, storage
from koprogo_app.core.actor import PLATFORM, Actor, Permission, system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Forbidden
from koprogo_app.core.i18n import N_
from koprogo_app.core.service import after_commit, call, requires
from koprogo_app.core.trade import LotType
from koprogo_app.modules.buildings import rules as buildings
from koprogo_app.modules.buildings.models import Building, BuildingIn
from koprogo_app.modules.documents.models import DocumentVersion
from koprogo_app.modules.keys.models import DistributionKey, KeyKind, KeyPart
from koprogo_app.modules.lots.models import Lot, LotShares
from koprogo_app.modules.lots.rules import SINCE_THE_DEED
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

from .data.offices import offices
from .rules import Change, House, Key, Member, Office
from .story import tell
from .vault import Here, add_paper

ADMINISTRATORS = (  # the last one is the contract's; once all are there, the demonstration has been loaded
    ("admin@demo.koprogo.be", PASSWORD, "Sacha", "Peeters"),
    ("admin@koprogo.com", "admin123", "Admin", "KoproGo"),
)
KEPT = frozenset({"audit_entry", "audit_head"})  # the trail of a removed organisation stays, as any trail


# --- Load ------------------------------------------------------------------------------------------------------------


def ensure_demo(progress: Callable[[str], object]) -> bool:
    """Fills an empty database with the demonstration, once; True when something was to do. `progress` is told the name of
    each organisation.

    Goes on where an earlier run was stopped. What was removed since stays away. RuntimeError in production, and when
    the database serves organisations of its own.
    """
    if not settings().demo:
        raise RuntimeError("Demonstration data is refused in production (KOPROGO_MODE).")
    if all(accounts.has_account(email) for email, *_ in ADMINISTRATORS):
        return False
    if call(system_actor(), has_own_organizations):
        raise RuntimeError(
            "This database serves organisations of its own: demonstration data is only loaded into an empty one. "
            "Set KOPROGO_MODE=production, or choose another database."
        )
    for office in call(system_actor(), missing):
        progress(office.name)
        call(system_actor(office.id), create_office, office)
    create_administrators()
    return True


def seed(actor: Actor, wanted: Iterable[Office]) -> list[Office]:
    """Makes the organisations that are missing, on the platform administrator's demand; returns them."""
    refuse_in_production()
    absent = call(actor, missing)
    made = [office for office in wanted if office in absent]
    for office in made:
        call(actor.within(office.id), create_office, office)
    create_administrators()
    return made


def clear(actor: Actor, wanted: Iterable[UUID] | None = None) -> int:
    """Removes demonstration organisations (all of them, or these) and all that people put there; returns how many."""
    refuse_in_production()
    found = call(actor, demo_organizations)
    gone = [one for one in found if wanted is None or one in wanted]
    for organization_id in gone:
        call(actor, clear_office, organization_id)
    return len(gone)


def refuse_loaded() -> None:
    """RuntimeError when the database holds the demonstration: production never starts with passwords everybody knows."""
    if call(system_actor(), is_loaded):
        raise RuntimeError(
            "This database holds the demonstration and its accounts, whose passwords everybody knows: "
            "choose another database for production (KOPROGO_DATA_DIR or DATABASE_URL)."
        )


def create_administrators() -> None:
    """The platform's administrators of the demonstration, if they are not there."""
    for email, password, first_name, last_name in ADMINISTRATORS:
        if not accounts.has_account(email):
            accounts.create_superadmin(email, password, first_name, last_name, strong=False)


def refuse_in_production() -> None:
    """Forbidden unless this is a demonstration."""
    if not settings().demo:
        raise Forbidden("Demonstration data exists in demo mode only.")


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def missing(s: Session, actor: Actor) -> list[Office]:
    """The organisations of the demonstration that are not in the database."""
    there = set(s.exec(select(Organization.id)))
    return [office for office in offices() if office.id not in there]


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def has_own_organizations(s: Session, actor: Actor) -> bool:
    """True when an organisation is neither the platform's nor the demonstration's."""
    own = select(Organization.id).where(~col(Organization.is_demo), Organization.id != PLATFORM)
    return s.exec(own.limit(1)).first() is not None


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def is_loaded(s: Session, actor: Actor) -> bool:
    """True when an organisation of the demonstration is there, or one of its people with the password of then."""
    known = {email: password for email, password, *_ in ADMINISTRATORS}
    known |= {member.email: office.password for office in offices() for member in office.members}
    people = s.exec(select(UserAccount).where(col(UserAccount.email).in_(known), col(UserAccount.is_active)))
    return bool(demo_organizations(s, actor)) or any(matches(p.password_hash, known[p.email]) for p in people)


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def demo_organizations(s: Session, actor: Actor) -> list[UUID]:
    """The demonstration's organisations that are there."""
    return list(s.exec(select(Organization.id).where(col(Organization.is_demo))))


# --- Write one organisation ------------------------------------------------------------------------------------------


@requires(Permission.PLATFORM_ADMIN, audit=N_("demo data created"), everywhere=True)
def create_office(s: Session, actor: Actor, office: Office) -> None:
    """An organisation with its buildings, people, papers and accounts.

    Rows are written many at once, not by one service call each: the tests of the data check the services' rules.
    """
    max_buildings, max_users = LIMITS[Plan(office.plan)]
    organization = Organization(
        id=office.id, name=office.name, slug=f"demo-{office.slug}", contact_email=office.email, plan=office.plan,
        contact_phone=office.phone, max_buildings=max_buildings, max_users=max_users, is_demo=True,
    )  # fmt: skip
    _add(s, [organization])
    owners = {p.key: Owner(**_columns(p, "key"), organization_id=office.id) for p in office.people}
    _add(s, owners.values())
    for place, house in enumerate(office.houses):
        _add_house(s, house, office.house_id(place), office.id, owners)
    for member in office.members:
        _add_member(s, office, member, owners)


def _add(s: Session, rows: Iterable[SQLModel]) -> None:
    s.add_all(rows)
    s.flush()


def _columns(value: Any, *without: str) -> dict[str, Any]:
    return {name: one for name, one in asdict(value).items() if name not in without}


def _add_house(s: Session, house: House, building_id: UUID, office_id: UUID, owners: Mapping[str, Owner]) -> None:
    identity = BuildingIn.model_validate(house.identity)
    slug = buildings.slug_of(identity.name, identity.city) if identity.noticeboard_public else None
    _add(s, [Building(**identity.model_dump(), id=building_id, organization_id=office_id, slug=slug)])
    here = Here(organization_id=office_id, building_id=building_id)
    lots = {unit.number: Lot(**asdict(unit), **here) for unit in house.units}
    _add(s, lots.values())
    parts = [
        Ownership(**_columns(p, "lot", "person"), **here, lot_id=lots[p.lot].id, owner_id=owners[p.person].id)
        for p in house.parts
    ]
    changes = [version for change in house.changes for version in _versions(change, lots[change.lot], here)]
    _add(s, [*parts, *changes])
    for key in house.keys:
        _add_key(s, key, lots, here)
    for paper in house.papers:
        add_paper(s, paper, identity.language, here)
    if house.books:
        people = {name: owner.id for name, owner in owners.items()}
        homes = {u.number: lots[u.number].id for u in house.units if u.type in (LotType.APARTMENT, LotType.COMMERCIAL)}
        tell(s, system_actor(office_id), house.books, people, homes, identity.language, here)


def _versions(change: Change, lot: Lot, here: Here) -> list[LotShares]:
    before = LotShares(**here, lot_id=lot.id, shares=change.before, from_on=SINCE_THE_DEED, decision="")
    return [before, LotShares(**here, lot_id=lot.id, shares=lot.shares, from_on=change.on, decision=change.decision)]


def _add_key(s: Session, key: Key, lots: Mapping[str, Lot], here: Here) -> None:
    made = DistributionKey(**here, name=key.name, clause=key.clause, kind=KeyKind.WEIGHTS)
    _add(s, [made])
    _add(s, [KeyPart(**here, key_id=made.id, lot_id=lots[lot].id, weight=w) for lot, w in key.weights.items()])


def _add_member(s: Session, office: Office, member: Member, owners: Mapping[str, Owner]) -> None:
    user = accounts.user_by_email(s, member.email) or accounts.create_user(
        s, member.email, office.password, member.first_name, member.last_name, member.locale
    )
    owner = owners[member.person] if member.person else None
    accounts.grant(
        s, user.id, member.role, office.id, owner_id=owner.id if owner else None,
        building_id=None if member.house is None else office.house_id(member.house),
    )  # fmt: skip
    if owner:
        owner.user_id = user.id


# --- Remove ----------------------------------------------------------------------------------------------------------


@requires(Permission.PLATFORM_ADMIN, audit=N_("demo data removed"), everywhere=True)
def clear_office(s: Session, actor: Actor, organization_id: UUID) -> None:
    """Removes a demonstration organisation, whatever is in it by now, and the accounts that belong nowhere else."""
    organization = s.get_one(Organization, organization_id)
    if not organization.is_demo:
        raise Forbidden("Only an organisation of the demonstration is removed with all its data.")
    users = set(s.exec(select(Membership.user_id).where(Membership.organization_id == organization_id)))
    version = (DocumentVersion.building_id, DocumentVersion.sha256)
    files = s.exec(select(*version).where(DocumentVersion.organization_id == organization_id).distinct()).all()
    removed: dict[str, int] = {}
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "organization_id" in table.c and table.name not in KEPT:
            gone = s.connection().execute(delete(table).where(table.c.organization_id == organization_id))
            removed[str(table.name)] = gone.rowcount
    audit.note(s, "organization", organization_id, None, name=organization.name, **removed)
    s.delete(organization)
    s.flush()
    _forget_users(s, users - set(s.exec(select(Membership.user_id).where(col(Membership.user_id).in_(users)))))
    for building_id, sha256 in files:
        after_commit(s, partial(storage.remove, storage.key_of(building_id, sha256)))


def _forget_users(s: Session, users: set[UUID]) -> None:
    for table, column in ((AuthSession, AuthSession.user_id), (RefreshToken, RefreshToken.user_id)):
        s.connection().execute(delete(table).where(col(column).in_(users)))
    s.connection().execute(delete(UserAccount).where(col(UserAccount.id).in_(users)))
