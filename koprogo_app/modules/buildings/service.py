"""What one can do with a co-ownership: one function, one action, one permission."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from koprogo_app.auth.models import Organization
from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Hit, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.service import requires

from . import rules
from .models import Building, BuildingIn

COLUMNS = (
    Building.id, Building.organization_id, Building.name, Building.address, Building.city, Building.postal_code, Building.country,
    Building.total_units, Building.total_shares, Building.construction_year, Building.kbo, Building.created_at, Building.updated_at,
)  # fmt: skip
SORTABLE = {
    "name": unaccented(Building.name),
    "created_at": col(Building.created_at),
    "total_units": col(Building.total_units),
    "total_shares": col(Building.total_shares),
    "city": unaccented(Building.city),
    "construction_year": col(Building.construction_year),
}


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's buildings (by row-level security), or the ones a role is limited to."""
    rows: Any = selected(*columns) if columns else select(Building)
    return rows if actor.building_ids is None else rows.where(col(Building.id).in_(actor.building_ids))


@requires(Permission.BUILDINGS_READ)
def list_buildings(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of COLUMNS. Filters: city, construction_year; search in name, address, city."""
    wanted = visible(actor, *COLUMNS)
    if asked.search:
        wanted = wanted.where(contains(Building.name + " " + Building.address + " " + Building.city, asked.search))
    if city := asked.filters.get("city"):
        wanted = wanted.where(contains(Building.city, city))
    if (year := asked.filters.get("construction_year", "")).isdigit():
        wanted = wanted.where(Building.construction_year == int(year))
    return page_of(s, wanted, asked, SORTABLE, "created_at")


@requires(Permission.BUILDINGS_READ)
def get_building(s: Session, actor: Actor, building_id: UUID) -> Building:
    """The co-ownership; NotFound when the reader cannot see it."""
    found = s.exec(visible(actor).where(Building.id == building_id)).one_or_none()
    if found is None:
        raise NotFound("This building does not exist.")
    return found


@requires(Permission.BUILDINGS_READ)
def find(s: Session, actor: Actor, words: str) -> list[Hit]:
    """At most five buildings for the command palette."""
    wanted = visible(actor, Building.id, Building.name, Building.city).where(
        contains(Building.name + " " + Building.city, words)
    )
    found = s.execute(wanted.order_by(unaccented(Building.name)).limit(5))
    return [Hit(N_("Buildings"), name, city, f"/buildings/{building_id}") for building_id, name, city in found]


@requires(Permission.BUILDINGS_WRITE, audit=N_("building created"))
def create_building(s: Session, actor: Actor, data: BuildingIn) -> Building:
    """Enters a co-ownership. Invalid for wrong numbers or dates, or when the plan is full; Forbidden to a limited role."""
    refuse_limited(actor)
    check_room(s, actor.organization_id, new=1)
    checked = _checked(s, data, None)
    building = Building(**checked, organization_id=cast(UUID, actor.organization_id))  # check_room() has seen it
    _publish(building)
    s.add(building)
    s.flush()
    return building


@requires(Permission.BUILDINGS_WRITE, audit=N_("building changed"))
def update_building(s: Session, actor: Actor, building_id: UUID, data: BuildingIn) -> Building:
    """Corrects the identity of a co-ownership."""
    building = get_building(s, actor, building_id)
    for name, value in _checked(s, data, building_id).items():
        setattr(building, name, value)
    _publish(building)
    s.flush()
    return building


@requires(Permission.BUILDINGS_WRITE, audit=N_("building deleted"))
def delete_building(s: Session, actor: Actor, building_id: UUID) -> None:
    """Removes a co-ownership that has nothing yet. Conflict as soon as anything belongs to it: export or transfer it instead."""
    s.delete(get_building(s, actor, building_id))
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This building still has lots, documents or people with a role. Remove them first.") from None


@requires(Permission.BUILDINGS_READ)
def get_noticeboard(s: Session, actor: Actor, slug: str) -> Building:
    """The public page's building (art. 3.89 §2), asked by the system for anybody. NotFound unless the syndic made it public."""
    found = s.exec(select(Building).where(Building.slug == slug, col(Building.noticeboard_public))).one_or_none()
    if found is None:
        raise NotFound("This page does not exist.")
    return found


def _checked(s: Session, data: BuildingIn, building_id: UUID | None) -> dict[str, Any]:
    """The entered values with numbers normalised and rules applied."""
    rules.check_day(data.meeting_month, data.meeting_day, "meeting_day")
    rules.check_day(data.fiscal_month, data.fiscal_day, "fiscal_day")
    rules.check_years(data.construction_year, data.deed_on, data.provisional_acceptance_on, clock.today())
    values = data.model_dump()
    values["kbo"] = belgium.kbo(data.kbo)
    values["syndic_kbo"] = belgium.kbo(data.syndic_kbo, "syndic_kbo")
    values["iban_working"] = belgium.iban(data.iban_working, "iban_working")
    values["iban_reserve"] = belgium.iban(data.iban_reserve, "iban_reserve")
    rules.check_accounts(values["iban_working"], values["iban_reserve"])
    if data.language not in rules.LANGUAGES:
        raise Invalid("Choose one from the list.", field="language")
    if data.region is not None and data.region not in belgium.REGIONS:
        raise Invalid("Choose one from the list.", field="region")
    values["region"] = data.region or belgium.region_of(data.postal_code, data.country)
    same = select(Building.id).where(Building.kbo == values["kbo"], Building.id != building_id)
    if values["kbo"] and s.exec(same).first():
        raise Invalid("Another building of this organisation has this enterprise number.", field="kbo")
    return values


def refuse_limited(actor: Actor) -> None:
    """Forbidden for a role limited to buildings: a new one would be beyond its reach, and so is the office as a whole."""
    if actor.building_ids is not None:
        raise Forbidden("You may not do this.")


def check_room(s: Session, organization_id: UUID | None, new: int = 0) -> None:
    """Invalid when the organisation is suspended, or its plan has no room for what it has and `new` more."""
    row = s.execute(
        select(
            Organization.max_buildings, Organization.is_active, select(func.count(col(Building.id))).scalar_subquery()
        ).where(Organization.id == organization_id)
    ).one_or_none()
    if row is None:
        raise Invalid("Give a valid organization_id.", field="organization_id")
    if not row[1]:
        raise Invalid("This organisation is suspended.")
    if row[2] + new > row[0]:
        raise Invalid("The plan of this organisation allows {count} buildings.", count=row[0])


def _publish(building: Building) -> None:
    """Gives a building its public address the first time its noticeboard is shown; it never changes afterwards.

    Addresses are unique on the platform: the end of the key tells two buildings of one name apart.
    """
    if building.noticeboard_public and not building.slug:
        building.slug = f"{rules.slug_of(building.name, building.city)}-{building.id.hex[-6:]}"
