"""REST of distribution keys, in our own conventions: integer weights over their sum, never a percentage."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import CurrentActor, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import service
from .models import KeyIn
from .rules import LARGEST, Key, Start

router = APIRouter(tags=["keys"])


_KEY = {"name": "Lift", "kind": "weights", "clause": "Deed of 1974, art. 12", "total": 100}


class NewKeyBody(KeyIn):
    """A key and how its weights are filled in; `lot_ids` are those of `start: chosen`."""

    start: Start = Start.BLANK
    lot_ids: list[UUID] = Field(default_factory=list[UUID])

    model_config = example(**_KEY, start="blank")  # type: ignore[assignment]


class PartBody(BaseModel):
    lot_id: UUID
    weight: Annotated[int, Field(ge=0, le=LARGEST)]


class PartsBody(BaseModel):
    parts: list[PartBody]

    model_config = example(parts=[{"lot_id": "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10", "weight": 3}])


def wire(key: Key, locale: str) -> dict[str, Any]:
    """A key with its sums; `total` is what the deed names, null when it names nothing."""
    return {
        "id": str(key.id), "building_id": str(key.building_id),
        "name": key.name if key.own else translate(locale, key.name),
        "kind": "weights" if key.own else "shares", "clause": key.clause, "total": key.expected, "sum": key.sum,
        "missing": key.missing, "passed": key.passed, "lots": key.lots,
    }  # fmt: skip


def _for_key(actor: Actor, key_id: UUID) -> Actor:
    return actor if actor.organization_id else for_building(actor, call(actor, service.get_key, key_id).building_id)


@router.get("/buildings/{building_id}/keys")
def list_keys(actor: CurrentActor, building_id: UUID) -> Response:
    """The shares of the deed first: its id is the building's own."""
    return json([wire(key, actor.locale) for key in call(actor, service.list_keys, building_id)])


@router.post("/buildings/{building_id}/keys", status_code=201)
def create_key(actor: CurrentActor, building_id: UUID, body: NewKeyBody) -> Response:
    acting = for_building(actor, building_id)
    made = call(acting, service.create_key, building_id, body, body.start, body.lot_ids)
    return json(wire(call(acting, service.get_key, made.id), actor.locale), 201)


@router.get("/keys/{key_id}")
def get_key(actor: CurrentActor, key_id: UUID) -> Response:
    return json(wire(call(actor, service.get_key, key_id), actor.locale))


@router.put("/keys/{key_id}")
def update_key(actor: CurrentActor, key_id: UUID, body: Annotated[KeyIn, Body(examples=[_KEY])]) -> Response:
    call(_for_key(actor, key_id), service.update_key, key_id, body)
    return json(wire(call(actor, service.get_key, key_id), actor.locale))


@router.delete("/keys/{key_id}", status_code=204)
def delete_key(actor: CurrentActor, key_id: UUID) -> Response:
    call(_for_key(actor, key_id), service.delete_key, key_id)
    return Response(status_code=204)


@router.get("/keys/{key_id}/parts")
def get_parts(actor: CurrentActor, key_id: UUID) -> Response:
    """The weight of each lot that takes part, in the order of the lots."""
    weights = call(actor, service.weights, key_id)
    return json([{"lot_id": str(lot_id), "weight": weight} for lot_id, weight in weights.items()])


@router.put("/keys/{key_id}/parts")
def set_parts(actor: CurrentActor, key_id: UUID, body: PartsBody) -> Response:
    """Replaces every weight; a lot that is absent takes no part."""
    given = {part.lot_id: part.weight for part in body.parts}
    return json(wire(call(_for_key(actor, key_id), service.set_weights, key_id, given), actor.locale))
