"""REST of organisations: the contract's six routes, for the platform administrator; and the counters of demo data."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, StringConstraints

from koprogo_app.api import CurrentActor, example, json
from koprogo_app.auth.models import UNLIMITED, Plan
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call

from . import service
from .models import OrganizationIn

router = APIRouter(tags=["organizations"])
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class OrganizationBody(BaseModel):
    """CreateOrganizationRequest and UpdateOrganizationRequest of the contract."""

    name: Text
    slug: Text
    contact_email: Text
    contact_phone: Annotated[str, StringConstraints(max_length=50)] | None = None
    subscription_plan: Plan

    model_config = example(
        name="Cabinet Sonnet", slug="cabinet-sonnet", contact_email="bureau@example.be", contact_phone="+32 2 123 45 67",
        subscription_plan="professional",
    )  # fmt: skip

    def entered(self) -> OrganizationIn:
        return OrganizationIn(**self.model_dump(exclude={"subscription_plan"}), plan=self.subscription_plan)


def wire(o: Any) -> dict[str, Any]:
    """OrganizationResponse, from a row of service.COLUMNS or an Organization."""
    at: datetime = o.created_at
    return {
        "id": str(o.id), "name": o.name, "slug": o.slug, "contact_email": o.contact_email,
        "contact_phone": o.contact_phone, "subscription_plan": o.plan, "max_buildings": o.max_buildings,
        "max_users": o.max_users, "is_active": o.is_active,
        "created_at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


@router.get("/organizations")
def list_organizations(actor: CurrentActor) -> Response:
    """All of them: this list of the contract has no pages."""
    found = call(actor, service.list_organizations, Asked(size=UNLIMITED))
    return json({"data": [wire(row) for row in found.rows]})


@router.post("/organizations", status_code=201)
def create_organization(actor: CurrentActor, body: OrganizationBody) -> Response:
    return json(wire(call(actor, service.create_organization, body.entered())), 201)


@router.put("/organizations/{organization_id}")
def update_organization(actor: CurrentActor, organization_id: UUID, body: OrganizationBody) -> Response:
    return json(wire(call(actor, service.update_organization, organization_id, body.entered())))


@router.put("/organizations/{organization_id}/activate")
def activate_organization(actor: CurrentActor, organization_id: UUID) -> Response:
    return json(wire(call(actor, service.activate_organization, organization_id)))


@router.put("/organizations/{organization_id}/suspend")
def suspend_organization(actor: CurrentActor, organization_id: UUID) -> Response:
    return json(wire(call(actor, service.suspend_organization, organization_id)))


@router.delete("/organizations/{organization_id}")
def delete_organization(actor: CurrentActor, organization_id: UUID) -> dict[str, str]:
    call(actor, service.delete_organization, organization_id)
    return {"message": translate(actor.locale, N_("The organisation is deleted."))}
