"""REST of the door and of one's own account; and whether KoproGo answers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, EmailStr, Field, StringConstraints

from koprogo_app.api import OPEN, CurrentActor, address_of, example, json
from koprogo_app.auth import directory, entrance, tokens
from koprogo_app.auth.directory import Hat
from koprogo_app.auth.models import UserAccount
from koprogo_app.auth.sessions import COOKIE, close_session
from koprogo_app.auth.tokens import Granted
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Unauthorized
from koprogo_app.core.health import report
from koprogo_app.core.service import call

from . import service
from .models import ProfileIn, ProfileOut, TokenIn

router = APIRouter()
Password = Annotated[str, Field(min_length=6, max_length=1000)]  # the contract's floor; our own forms ask for more
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


_PROFILE = {
    "first_name": "Ann",
    "last_name": "Peeters",
    "locale": "nl",
    "single_keys": True,
    "mail_notifications": True,
}


_TOKEN = {"name": "Laptop", "days": 90}


class Credentials(BaseModel):
    email: EmailStr
    password: Password

    model_config = example(email="syndic@demo.koprogo.be", password="demo-koprogo")  # noqa: S106


class Registration(Credentials):
    first_name: Name
    last_name: Name
    role: str
    organization_id: UUID | None = None

    model_config = example(
        email="ann@example.be", password="une-phrase-longue", first_name="Ann", last_name="Peeters", role="syndic",  # noqa: S106
        organization_id="46705175-5e03-4fd4-b0a3-7aac10a7a663",
    )  # fmt: skip


class Refresh(BaseModel):
    refresh_token: str

    model_config = example(refresh_token="the one of the last answer")  # noqa: S106


class RoleChoice(BaseModel):
    role_id: UUID

    model_config = example(role_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10")


class PasswordChange(BaseModel):
    current: str
    password: str

    model_config = example(current="une-phrase-longue", password="une-autre-phrase-longue")  # noqa: S106


def _role(hat: Hat) -> dict[str, Any]:
    organization = str(hat.organization_id) if hat.organization_id else None
    return {
        "id": str(hat.membership_id),
        "role": hat.role.value,
        "organization_id": organization,
        "is_primary": hat.is_primary,
    }


def user_wire(user: UserAccount, role: str, organization_id: UUID | None) -> dict[str, Any]:
    """UserResponse of the contract: the person, in the role acted in."""
    hats = directory.roles_of(user.id)
    active = next((h for h in hats if (h.role, h.organization_id) == (role, organization_id)), None)
    return {
        "id": str(user.id), "email": user.email, "first_name": user.first_name, "last_name": user.last_name,
        "role": role, "organization_id": str(organization_id) if organization_id else None,
        "is_active": user.is_active, "roles": [_role(h) for h in hats],
        "active_role": _role(active) if active else None,
    }  # fmt: skip


def _granted(granted: Granted, status: int = 200) -> Response:
    m = granted.membership
    user = user_wire(granted.user, m.role, m.organization_id)
    return json({"token": granted.access, "refresh_token": granted.refresh, "user": user}, status)


@router.get("/health", tags=["health"], openapi_extra=OPEN)
def health() -> dict[str, Any]:
    """That we answer, and how each part that can be less than whole is; the parts are read at most every 30 seconds."""
    return {"status": "ok", "service": "koprogo-api", **report()}


@router.post("/auth/login", tags=["auth"], openapi_extra=OPEN)
def login(request: Request, body: Credentials) -> Response:
    return _granted(entrance.sign_in(body.email, body.password, address_of(request)))


@router.post("/auth/register", status_code=201, tags=["auth"], openapi_extra=OPEN)
def register(body: Registration) -> Response:
    """Demonstration and load runs only: in production people come by invitation (403)."""
    made = entrance.register(
        body.email, body.password, body.first_name, body.last_name, body.role, body.organization_id
    )
    return _granted(made, 201)


@router.post("/auth/refresh", tags=["auth"], openapi_extra=OPEN)
def refresh(body: Refresh) -> Response:
    return _granted(tokens.rotate(body.refresh_token))


@router.get("/auth/me", tags=["auth"])
def me(actor: CurrentActor) -> Response:
    return json(user_wire(directory.person(_user_id(actor)), actor.role.value, actor.organization_id))


@router.post("/auth/switch-role", tags=["auth"])
def switch_role(request: Request, actor: CurrentActor, body: RoleChoice) -> Response:
    return _granted(entrance.change_role(_user_id(actor), body.role_id, _family(request)))


@router.post("/auth/logout", status_code=204, tags=["auth"])
def logout(request: Request, actor: CurrentActor) -> Response:
    """Ends the tokens of this sign-in, or the session of the cookie."""
    if family := _family(request):
        entrance.sign_out(_user_id(actor), family)
    else:
        close_session(request.cookies.get(COOKIE, ""))
    return Response(status_code=204)


def _family(request: Request) -> UUID | None:
    """The family of the bearer token, whose signature was checked already; None with a cookie."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return UUID(tokens.claims_of(bearer)["family"]) if scheme.lower() == "bearer" else None


def _user_id(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Unauthorized("Please sign in.")
    return actor.user_id


@router.get("/account/profile", response_model=ProfileOut, tags=["account"])
def get_profile(actor: CurrentActor) -> UserAccount:
    return call(actor, service.get_profile)


@router.put("/account/profile", response_model=ProfileOut, tags=["account"])
def update_profile(actor: CurrentActor, body: Annotated[ProfileIn, Body(examples=[_PROFILE])]) -> UserAccount:
    return call(actor, service.update_profile, body)


@router.put("/account/password", status_code=204, tags=["account"])
def change_password(actor: CurrentActor, body: PasswordChange) -> Response:
    """Ends every other session and every token."""
    service.renew_password(actor, body.current, body.password)
    return Response(status_code=204)


@router.get("/account/sessions", tags=["account"])
def list_sessions(actor: CurrentActor) -> Response:
    rows = call(actor, service.list_sessions)
    return json([{**row._asdict(), "current": row.id == actor.session_id} for row in rows])


@router.delete("/account/sessions/{session_id}", status_code=204, tags=["account"])
def end_session(actor: CurrentActor, session_id: UUID) -> Response:
    call(actor, service.end_session, session_id)
    return Response(status_code=204)


@router.delete("/account/sessions", status_code=204, tags=["account"])
def end_other_sessions(actor: CurrentActor) -> Response:
    call(actor, service.end_other_sessions)
    return Response(status_code=204)


@router.get("/account/tokens", tags=["account"])
def list_tokens(actor: CurrentActor) -> Response:
    """Of one's own AI clients (docs/dev/mcp.md), in every role; without the secrets, which nobody keeps."""
    return json([row._asdict() for row in call(actor, service.list_tokens)])


@router.post("/account/tokens", status_code=201, tags=["account"])
def create_token(actor: CurrentActor, body: Annotated[TokenIn, Body(examples=[_TOKEN])]) -> Response:
    """A token in the role of the request. `token` is shown this once; it opens `/api/v1/mcp` and nothing else."""
    made, secret = call(actor, service.create_token, body)
    said = {"id": made.id, "name": made.name, "prefix": made.prefix, "expires_at": made.expires_at, "token": secret}
    return json(said, 201)


@router.delete("/account/tokens/{token_id}", status_code=204, tags=["account"])
def revoke_token(actor: CurrentActor, token_id: UUID) -> Response:
    call(actor, service.revoke_token, token_id)
    return Response(status_code=204)
