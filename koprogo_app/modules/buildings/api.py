"""REST of buildings. `total_tantiemes` is the contract's name for the deed's total shares."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from koprogo_app.api import OPEN, AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor, system_actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.validation import parse

from . import service
from .models import Building, BuildingIn, BuildingOut

router = APIRouter(tags=["buildings"])
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


_IDENTITY = {
    "name": "Résidence Les Tilleuls", "address": "Avenue des Tilleuls 14", "postal_code": "1180", "city": "Uccle",
    "total_units": 26, "total_shares": 10000, "kbo": "0403170701", "meeting_month": 3, "language": "fr",
}  # fmt: skip


class BuildingBody(BaseModel):
    """CreateBuildingDto and UpdateBuildingDto of the contract."""

    organization_id: str | None = None
    name: Text
    address: Text
    city: Text
    postal_code: Text
    country: Text
    total_units: Annotated[int, Field(ge=1)]
    total_tantiemes: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    construction_year: int | None = None

    model_config = example(
        name="Résidence Les Tilleuls", address="Avenue des Tilleuls 14", city="Uccle", postal_code="1180", country="BE",
        total_units=26, total_tantiemes=10000, construction_year=1974,
    )  # fmt: skip


def wire(b: Any) -> dict[str, Any]:
    """BuildingResponseDto, from a row of service.COLUMNS or a Building."""
    return {
        "id": b.id, "organization_id": b.organization_id, "name": b.name, "address": b.address, "city": b.city,
        "postal_code": b.postal_code, "country": b.country, "total_units": b.total_units,
        "total_tantiemes": b.total_shares, "construction_year": b.construction_year, "kbo": b.kbo,
        "created_at": b.created_at, "updated_at": b.updated_at,
    }  # fmt: skip


def for_building(actor: Actor, building_id: UUID) -> Actor:
    """The actor in the building's office: the platform administrator is in none. NotFound when it cannot be seen."""
    if actor.organization_id:
        return actor
    return actor.within(call(actor, service.get_building, building_id).organization_id)


def _fields(body: BuildingBody) -> dict[str, Any]:
    given = body.model_dump(exclude={"organization_id", "total_tantiemes"}, exclude_none=True)
    return given | ({"total_shares": body.total_tantiemes} if body.total_tantiemes else {})


@router.get("/buildings")
def list_buildings(
    actor: CurrentActor,
    page: AskedPage,
    city: str | None = None,
    construction_year: Annotated[int | None, Query()] = None,
    search: str = "",
) -> Response:
    filters = {"city": city or "", "construction_year": str(construction_year or "")}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_buildings, asked)
    return json(envelope([wire(row) for row in found.rows], found.total, page))


@router.post("/buildings", status_code=201)
def create_building(actor: CurrentActor, body: BuildingBody) -> Response:
    inside = acting_in(actor, body.organization_id)
    return json(wire(call(inside, service.create_building, parse(BuildingIn, _fields(body)))), 201)


@router.get("/buildings/{building_id}")
def get_building(actor: CurrentActor, building_id: UUID) -> Response:
    return json(wire(call(actor, service.get_building, building_id)))


@router.put("/buildings/{building_id}")
def update_building(actor: CurrentActor, building_id: UUID, body: BuildingBody) -> Response:
    kept = call(actor, service.get_building, building_id)
    data = parse(BuildingIn, kept.model_dump() | _fields(body))
    return json(wire(call(acting_in(actor, kept.organization_id), service.update_building, building_id, data)))


@router.delete("/buildings/{building_id}", status_code=204)
def delete_building(actor: CurrentActor, building_id: UUID) -> Response:
    call(actor, service.delete_building, building_id)
    return Response(status_code=204)


@router.get("/buildings/{building_id}/identity", response_model=BuildingOut)
def get_identity(actor: CurrentActor, building_id: UUID) -> Building:
    """Everything entered about the co-ownership, beyond the contract's core."""
    return call(actor, service.get_building, building_id)


@router.put("/buildings/{building_id}/identity", response_model=BuildingOut)
def update_identity(
    actor: CurrentActor, building_id: UUID, body: Annotated[BuildingIn, Body(examples=[_IDENTITY])]
) -> Building:
    return call(actor, service.update_building, building_id, body)


@router.get("/public/buildings/{slug}/syndic", openapi_extra=OPEN)
def public_noticeboard(slug: Annotated[str, Path(pattern=r"^[\w-]+$")]) -> dict[str, Any]:
    """The noticeboard's data (art. 3.89 §2): open to anybody when the syndic made it public."""
    b = call(system_actor(), service.get_noticeboard, slug)
    syndic = {
        "name": b.syndic_name, "email": b.syndic_email, "phone": b.syndic_phone, "address": b.syndic_address,
        "office_hours": b.syndic_office_hours, "emergency_contact": b.syndic_emergency,
    }  # fmt: skip
    address = f"{b.address}, {b.postal_code} {b.city}"
    return {
        "building_name": b.name,
        "address": address,
        "syndic": syndic,
        "has_syndic_info": bool(b.syndic_name or b.syndic_email or b.syndic_phone),
    }
