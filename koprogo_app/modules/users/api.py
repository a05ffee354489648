"""REST of people who sign in: the contract's six routes for the platform's administrator, and the office's members."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, EmailStr, Field, StringConstraints

from koprogo_app.api import AskedPage, CurrentActor, envelope, example, json
from koprogo_app.auth.models import UNLIMITED
from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call

from . import service
from .models import InviteIn, RoleIn, UserIn
from .queries import Held, Person

router = APIRouter()
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


_INVITED = {
    "email": "ann@example.be",
    "first_name": "Ann",
    "last_name": "Peeters",
    "role": "accountant",
    "locale": "nl",
}


class RoleBody(BaseModel):
    role: Role
    organization_id: UUID | None = None
    is_primary: bool = False


class UserBody(BaseModel):
    """CreateUserRequest and UpdateUserRequest of the contract: `roles`, or one `role` with its organisation."""

    email: Annotated[EmailStr, Field(max_length=200)]
    first_name: Name
    last_name: Name
    password: Annotated[str, Field(min_length=6, max_length=1000)] | None = None
    roles: list[RoleBody] | None = None
    role: Role | None = None
    organization_id: UUID | None = None

    model_config = example(
        email="ann@example.be", first_name="Ann", last_name="Peeters", password="une-phrase-longue",  # noqa: S106
        roles=[{"role": "syndic", "organization_id": "46705175-5e03-4fd4-b0a3-7aac10a7a663", "is_primary": True}],
    )  # fmt: skip

    def entered(self) -> UserIn:
        roles = self.roles
        if roles is None and self.role:
            roles = [RoleBody(role=self.role, organization_id=self.organization_id, is_primary=True)]
        given = [RoleIn(**r.model_dump()) for r in roles] if roles is not None else None
        return UserIn(**self.model_dump(include={"email", "first_name", "last_name", "password"}), roles=given)


def _role(held: Held) -> dict[str, Any]:
    organization = str(held.organization_id) if held.organization_id else None
    return {"id": str(held.id), "role": held.role.value, "organization_id": organization, "is_primary": held.is_primary}


def wire(person: Person) -> dict[str, Any]:
    """A user of the contract, with the main role as the active one."""
    user, roles = person.user, [_role(held) for held in person.roles]
    main = roles[0] if roles else None
    at: datetime = user.created_at
    return {
        "id": str(user.id), "email": user.email, "first_name": user.first_name, "last_name": user.last_name,
        "role": main["role"] if main else "", "organization_id": main["organization_id"] if main else None,
        "is_active": user.is_active, "created_at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "roles": roles, "active_role": main,
    }  # fmt: skip


@router.get("/users", tags=["users"])
def list_users(actor: CurrentActor) -> Response:
    """All of them: this list of the contract has no pages."""
    found = call(actor, service.list_users, Asked(size=UNLIMITED))
    return json({"data": [wire(person) for person in found.rows]})


@router.post("/users", status_code=201, tags=["users"])
def create_user(actor: CurrentActor, body: UserBody) -> Response:
    return json(wire(call(actor, service.create_user, body.entered())), 201)


@router.put("/users/{user_id}", tags=["users"])
def update_user(actor: CurrentActor, user_id: UUID, body: UserBody) -> Response:
    return json(wire(call(actor, service.update_user, user_id, body.entered())))


@router.put("/users/{user_id}/activate", tags=["users"])
def activate_user(actor: CurrentActor, user_id: UUID) -> Response:
    return json(wire(call(actor, service.activate_user, user_id)))


@router.put("/users/{user_id}/deactivate", tags=["users"])
def deactivate_user(actor: CurrentActor, user_id: UUID) -> Response:
    """Ends the person's sessions and tokens at once."""
    return json(wire(call(actor, service.deactivate_user, user_id)))


@router.delete("/users/{user_id}", tags=["users"])
def delete_user(actor: CurrentActor, user_id: UUID) -> dict[str, str]:
    call(actor, service.delete_user, user_id)
    return {"message": translate(actor.locale, N_("The user is deleted."))}


@router.get("/members", tags=["members"])
def list_members(
    actor: CurrentActor, page: AskedPage, search: str = "", role: str = "", state: str = "", building_id: str = ""
) -> Response:
    """The office's roles and open invitations."""
    filters = {"role": role, "state": state, "building": building_id}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_members, asked)
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.post("/members", status_code=201, tags=["members"])
def invite(actor: CurrentActor, body: Annotated[InviteIn, Body(examples=[_INVITED])]) -> dict[str, str]:
    """Sends an invitation by mail: the link is in the mail alone."""
    call(actor, service.invite, body)
    return {"message": translate(actor.locale, N_("The invitation is sent."))}


@router.delete("/members/{membership_id}", status_code=204, tags=["members"])
def end_role(actor: CurrentActor, membership_id: UUID) -> Response:
    call(actor, service.end_role, membership_id)
    return Response(status_code=204)


@router.post("/members/invitations/{invitation_id}/resend", tags=["members"])
def resend_invitation(actor: CurrentActor, invitation_id: UUID) -> dict[str, str]:
    call(actor, service.resend_invitation, invitation_id)
    return {"message": translate(actor.locale, N_("The invitation is sent."))}


@router.delete("/members/invitations/{invitation_id}", status_code=204, tags=["members"])
def withdraw_invitation(actor: CurrentActor, invitation_id: UUID) -> Response:
    call(actor, service.withdraw_invitation, invitation_id)
    return Response(status_code=204)
