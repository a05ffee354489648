"""REST of the trail, in the contract's envelope of logs."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from koprogo_app.api import AskedPage, CurrentActor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call

from . import service

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
def list_entries(
    actor: CurrentActor, page: AskedPage, action: str = "", user_id: str = "", building_id: str = "", row_id: str = "",
    start_date: str = "", end_date: str = "", search: str = "", organization_id: str = "",
) -> dict[str, Any]:  # fmt: skip
    filters = {
        "action": action, "user_id": user_id, "building_id": building_id, "row_id": row_id, "start": start_date,
        "end": end_date, "organization_id": organization_id,
    }  # fmt: skip
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_entries, asked)
    logs = [{"id": str(row.id), "seq": row.seq, **service.payload_of(actor, row)} for row in found.rows]
    pages = -(-found.total // page.per_page)
    return {"logs": logs, "total": found.total, "page": page.page, "per_page": page.per_page, "total_pages": pages}


@router.get("/check")
def check_chain(actor: CurrentActor, organization_id: str = "") -> dict[str, Any]:
    done = call(actor, service.check_chain, organization_id)
    return {"entries": done.entries, "whole": done.broken_at is None, "broken_at": done.broken_at}


@router.get("/{entry_id}")
def get_entry(actor: CurrentActor, entry_id: UUID) -> dict[str, Any]:
    return service.payload_of(actor, call(actor, service.get_entry, entry_id))
