"""REST of the change of syndic: the platform's administration alone."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from koprogo_app.api import CurrentActor, example
from koprogo_app.core.service import call

from . import service

router = APIRouter(tags=["buildings"])


class TransferBody(BaseModel):
    to_organization: UUID
    decision: str = Field(min_length=1)
    decided_on: date
    reason: str = ""

    model_config = example(
        to_organization="46705175-5e03-4fd4-b0a3-7aac10a7a663", decision="AG du 12 mars 2026", decided_on="2026-03-12",
    )  # fmt: skip


@router.get("/buildings/{building_id}/transfer-checks")
def list_checks(actor: CurrentActor, building_id: UUID) -> list[dict[str, Any]]:
    return [asdict(check) for check in call(actor, service.list_checks, building_id)]


@router.post("/buildings/{building_id}/transfer")
def transfer_building(actor: CurrentActor, building_id: UUID, body: TransferBody) -> dict[str, Any]:
    done = call(
        actor, service.transfer_building, building_id, body.to_organization,
        decision=body.decision, decided_on=body.decided_on, reason=body.reason,
    )  # fmt: skip
    return asdict(done)
