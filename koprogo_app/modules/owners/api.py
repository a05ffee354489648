"""REST of the people of the register. `/owners/me` and the like stand before `/owners/{id}`."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, StringConstraints

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.validation import parse

from . import service
from .models import OwnContact, OwnerIn
from .rules import channel_of

router = APIRouter(tags=["owners"])
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


_CONTACT = {
    "phone": "+32 475 12 34 56", "address": "Avenue des Tilleuls 14", "postal_code": "1180", "city": "Uccle",
    "country": "BE", "language": "fr",
}  # fmt: skip
_IDENTITY = _CONTACT | {"first_name": "Luc", "last_name": "De Smet", "email": "luc.desmet@example.be"}


class OwnerChange(BaseModel):
    """UpdateOwnerDto of the contract."""

    first_name: Text
    last_name: Text
    email: Text
    phone: str | None = None

    model_config = example(
        first_name="Luc", last_name="De Smet", email="luc.desmet@example.be", phone="+32 475 12 34 56"
    )


class NewOwner(OwnerChange):
    """CreateOwnerDto of the contract."""

    organization_id: str | None = None
    address: Text
    city: Text
    postal_code: Text
    country: Text
    user_id: UUID | None = None

    model_config = example(
        first_name="Luc", last_name="De Smet", email="luc.desmet@example.be", phone="+32 475 12 34 56",
        address="Avenue des Tilleuls 14", city="Uccle", postal_code="1180", country="BE",
    )  # fmt: skip


class Consent(BaseModel):
    on: date
    proof: Text

    model_config = example(on="2026-03-12", proof="Form signed at the general meeting")


class Proposal(BaseModel):
    email: Text

    model_config = example(email="luc.desmet@example.be")


class Invitation(BaseModel):
    email: str = ""

    model_config = example(email="luc.desmet@example.be")


def wire(o: Any) -> dict[str, Any]:
    """OwnerResponseDto, from service.COLUMNS or an Owner. An e-mail nobody entered is "": there is no null."""
    return {
        "id": o.id, "organization_id": o.organization_id, "user_id": o.user_id,
        "first_name": o.first_name, "last_name": o.last_name, "email": o.email or "", "phone": o.phone,
        "address": o.address, "city": o.city, "postal_code": o.postal_code, "country": o.country,
    }  # fmt: skip


def within(actor: Actor, owner_id: UUID) -> Actor:
    """The actor in the person's organisation: the platform administrator is in none."""
    return actor if actor.organization_id else actor.within(call(actor, service.get_owner, owner_id).organization_id)


@router.get("/owners")
def list_owners(actor: CurrentActor, page: AskedPage, search: str = "", building_id: str = "") -> Response:
    filters = {"building": building_id}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_owners, asked)
    return json(envelope([wire(row) for row in found.rows], found.total, page))


@router.get("/owners/me")
def my_owner(actor: CurrentActor) -> Response:
    return json(wire(call(actor, service.my_owner)))


@router.put("/owners/me")
def update_own(actor: CurrentActor, body: Annotated[OwnContact, Body(examples=[_CONTACT])]) -> Response:
    """A co-owner corrects how to be reached; the e-mail address by /owners/me/email."""
    return json(wire(call(actor, service.update_own, body)))


@router.post("/owners/me/email", status_code=202)
def propose_email(actor: CurrentActor, body: Proposal) -> dict[str, str]:
    """Asks the office for another e-mail address."""
    call(actor, service.propose_email, body.email)
    return {"email": body.email}


@router.get("/owners/duplicates")
def duplicates(actor: CurrentActor) -> list[dict[str, str]]:
    """Entries that may be one person."""
    pairs = [pair for pair, _, _ in call(actor, service.duplicates)]
    return [{"first": str(p.first), "second": str(p.second), "likeness": p.likeness.value} for p in pairs]


@router.get("/owners/{owner_id}")
def get_owner(actor: CurrentActor, owner_id: UUID) -> Response:
    return json(wire(call(actor, service.read_owner, owner_id)))


@router.put("/owners/{owner_id}")
def update_owner(actor: CurrentActor, owner_id: UUID, body: OwnerChange) -> Response:
    kept = call(actor, service.get_owner, owner_id)
    data = parse(OwnerIn, kept.model_dump() | body.model_dump(exclude_unset=True))
    return json(wire(call(within(actor, owner_id), service.update_owner, owner_id, data)))


@router.get("/owners/{owner_id}/identity")
def get_identity(actor: CurrentActor, owner_id: UUID) -> dict[str, Any]:
    """Everything entered about the person, beyond the contract's core, and how he is convened (art. 3.87 §3)."""
    found = call(actor, service.read_owner, owner_id)
    entered = {name: getattr(found, name) for name in OwnerIn.model_fields}
    known = service.sees_contacts(actor)
    return entered | {"id": found.id, "channel": channel_of(found.email, found.email_consent_on) if known else None}


@router.put("/owners/{owner_id}/identity")
def update_identity(
    actor: CurrentActor, owner_id: UUID, body: Annotated[OwnerIn, Body(examples=[_IDENTITY])]
) -> dict[str, Any]:
    call(within(actor, owner_id), service.update_owner, owner_id, body, shared_email=True)
    return get_identity(actor, owner_id)


@router.put("/owners/{owner_id}/email-consent")
def record_consent(actor: CurrentActor, owner_id: UUID, body: Consent) -> dict[str, Any]:
    """The individual, explicit and written consent to e-mail."""
    call(within(actor, owner_id), service.record_consent, owner_id, body.on, body.proof)
    return get_identity(actor, owner_id)


@router.delete("/owners/{owner_id}/email-consent")
def withdraw_consent(actor: CurrentActor, owner_id: UUID) -> dict[str, Any]:
    call(within(actor, owner_id), service.withdraw_consent, owner_id)
    return get_identity(actor, owner_id)


@router.post("/owners/{owner_id}/invitation", status_code=202)
def invite_owner(actor: CurrentActor, owner_id: UUID, body: Invitation) -> dict[str, str]:
    """Sends an invitation, in the person's language, to the address given or else to that of the register."""
    call(within(actor, owner_id), service.invite_owner, owner_id, body.email)
    return {"owner_id": str(owner_id)}


@router.delete("/owners/{owner_id}", status_code=204)
def delete_owner(actor: CurrentActor, owner_id: UUID) -> Response:
    call(within(actor, owner_id), service.delete_owner, owner_id)
    return Response(status_code=204)


@router.post("/owners", status_code=201)
def create_owner(actor: CurrentActor, body: NewOwner) -> Response:
    data = parse(OwnerIn, body.model_dump(exclude={"organization_id", "user_id"}))
    inside = acting_in(actor, body.organization_id)
    return json(wire(call(inside, service.create_owner, data, user_id=body.user_id)), 201)
