"""REST of the entries. The contract's routes carry euros; ours, cents."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, euros, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid, Unauthorized
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.validation import parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.api import for_building

from . import service
from .models import EntryIn, JournalEntry
from .rules import Journal, reversal_day

router = APIRouter(tags=["ledger"])
_WIRE = {Journal.OPN: "ODS"}  # the contract knows four journals


Euros = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)]


class LineBody(BaseModel):
    """JournalEntryLineRequest, in euros; `owner_id` and `supplier_id` are ours, for the accounts that ask for them."""

    account_code: str
    debit: Euros = Decimal(0)
    credit: Euros = Decimal(0)
    description: str | None = ""
    owner_id: UUID | None = None
    supplier_id: UUID | None = None


class EntryBody(BaseModel):
    """CreateJournalEntryRequest. `building_id` may be absent where one co-ownership only keeps its books here."""

    building_id: UUID | None = None
    journal_type: Literal["ACH", "VEN", "FIN", "ODS"]
    entry_date: datetime | date
    description: Annotated[str, Field(min_length=1, max_length=300)]
    document_ref: str | None = None
    lines: list[LineBody]
    key: UUID | None = None

    model_config = example(
        building_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10", journal_type="FIN", entry_date="2026-03-01T00:00:00Z",
        description="Electricity, paid", lines=[{"account_code": "612", "debit": 121.0, "credit": 0, "description": "Electricity"},
                                                {"account_code": "551", "debit": 0, "credit": 121.0, "description": ""}],
    )  # fmt: skip


class ReversalBody(BaseModel):
    entry_on: date
    reason: Annotated[str, Field(min_length=1, max_length=300)]

    model_config = example(entry_on="2026-03-15", reason="Entered twice")


_ENTRY = {
    "journal": "FIN", "entry_on": "2026-03-01", "description": "Electricity, paid",
    "lines": [{"account": "612", "debit_cents": 12100}, {"account": "551", "credit_cents": 12100}],
}  # fmt: skip


def wire(e: Any) -> dict[str, Any]:
    """JournalEntryResponse, with our number beside it."""
    return {
        "id": e.id, "organization_id": e.organization_id, "building_id": e.building_id, "journal_type": _WIRE.get(e.journal, e.journal),
        "entry_date": f"{e.entry_on}T00:00:00+00:00", "description": e.description, "document_ref": e.document_ref, "expense_id": None,
        "contribution_id": None, "created_at": e.created_at, "updated_at": e.updated_at, "journal": e.journal, "number": e.number,
        "total_cents": e.total_cents, "reverses_id": e.reverses_id,
    }  # fmt: skip


def _line(row: service.Line) -> dict[str, Any]:
    x = row.line
    return {
        "id": x.id, "journal_entry_id": x.entry_id, "account_code": row.account.code, "debit": euros(x.debit_cents),
        "credit": euros(x.credit_cents), "description": x.description, "created_at": x.created_at, "owner_id": x.owner_id,
        "supplier_id": x.supplier_id,
    }  # fmt: skip


def _building(actor: Actor, building_id: UUID | None) -> UUID:
    if building_id is not None:
        return building_id
    found = call(actor, accounts.list_books, Asked(size=2, filters={"state": "open"}))
    if found.total != 1:
        raise Invalid("Name the building: several co-ownerships keep their books here.", field="building_id")
    return found.rows[0].id


# --- The contract ----------------------------------------------------------------------------------------------------


@router.post("/journal-entries", status_code=201)
def create_entry(actor: CurrentActor, body: EntryBody) -> Response:
    if actor.organization_id is None and body.building_id is None:
        raise Unauthorized("Choose an organisation first.")
    building_id = _building(actor, body.building_id)
    lines = [
        {
            "account": x.account_code, "debit_cents": int(x.debit * 100), "credit_cents": int(x.credit * 100),
            "description": x.description or "", "owner_id": x.owner_id, "supplier_id": x.supplier_id,
        }
        for x in body.lines
    ]  # fmt: skip
    on = body.entry_date.date() if isinstance(body.entry_date, datetime) else body.entry_date
    given = {
        "journal": body.journal_type, "entry_on": on, "description": body.description, "document_ref": body.document_ref,
        "lines": lines, "key": body.key,
    }  # fmt: skip
    return json(
        wire(call(for_building(actor, building_id), service.post_entry, building_id, parse(EntryIn, given))), 201
    )


@router.get("/journal-entries")
def list_entries(
    actor: CurrentActor, page: AskedPage, building_id: UUID | None = None,
    journal_type: Annotated[str, Query(pattern="^(ACH|VEN|FIN|ODS|OPN)?$")] = "", start_date: str = "", end_date: str = "",
) -> Response:  # fmt: skip
    """The contract's own envelope, the last ones first."""
    if actor.organization_id is None and building_id is None:
        raise Unauthorized("Choose an organisation first.")
    asked = ",".join([journal_type, *(own for own, theirs in _WIRE.items() if theirs == journal_type)])
    filters = {"journal": asked, "from": start_date, "until": end_date}
    found = call(actor, service.list_entries, building_id, Asked(page.page, page.per_page, "", True, "", filters))
    return json({"data": [wire(e) for e in found.rows], "page": page.page, "per_page": page.per_page})


@router.get("/journal-entries/{journal_entry_id}")
def get_entry(actor: CurrentActor, journal_entry_id: UUID) -> Response:
    whole = call(actor, service.get_entry, journal_entry_id)
    entry = wire(whole.entry) | {"reversed_by": whole.reversed_by}
    return json({"entry": entry, "lines": [_line(row) for row in whole.lines]})


@router.delete("/journal-entries/{journal_entry_id}", status_code=204)
def delete_entry(actor: CurrentActor, journal_entry_id: UUID) -> Response:
    """A posted entry is never deleted: its mirror is posted on the same day, or on the first day that is not locked."""
    entry = call(actor, service.get_entry, journal_entry_id).entry
    inside = acting_in(actor, entry.organization_id)
    book = call(inside, accounts.find_book, entry.building_id)
    on = reversal_day(entry.entry_on, book and book.locked_until)
    call(inside, service.reverse_entry, journal_entry_id, on, "DELETE /api/v1/journal-entries")
    return Response(status_code=204)


# --- Ours ------------------------------------------------------------------------------------------------------------


@router.get("/buildings/{building_id}/entries")
def list_of_building(
    actor: CurrentActor, building_id: UUID, page: AskedPage, search: str = "", journal: str = "", year_id: str = "",
) -> Response:  # fmt: skip
    asked = Asked(
        page.page,
        page.per_page,
        page.sort_by or "",
        page.order == "desc",
        search,
        {"journal": journal, "year": year_id},
    )
    found = call(actor, service.list_entries, building_id, asked)
    return json(envelope([wire(e) for e in found.rows], found.total, page))


@router.post("/buildings/{building_id}/entries", status_code=201)
def post_entry(actor: CurrentActor, building_id: UUID, body: Annotated[EntryIn, Body(examples=[_ENTRY])]) -> Response:
    """With a `key` of the client's making, the same entry sent twice is written once."""
    return json(wire(call(for_building(actor, building_id), service.post_entry, building_id, body)), 201)


@router.post("/entries/{journal_entry_id}/reverse", status_code=201)
def reverse_entry(actor: CurrentActor, journal_entry_id: UUID, body: ReversalBody) -> Response:
    entry: JournalEntry = call(actor, service.get_entry, journal_entry_id).entry
    made = call(
        acting_in(actor, entry.organization_id), service.reverse_entry, journal_entry_id, body.entry_on, body.reason
    )
    return json(wire(made), 201)


@router.get("/buildings/{building_id}/balances")
def list_balances(actor: CurrentActor, building_id: UUID, year_id: UUID, until: date | None = None) -> Response:
    """Debit less credit: before the year, in it, after it. Accounts that never moved are left out."""
    found = call(for_building(actor, building_id), service.balances, building_id, year_id, until)
    return json([
        {"account_id": b.account.id, "code": b.account.code, "label": b.account.label(actor.locale), "kind": b.account.kind,
         "before_cents": b.moved.before, "debit_cents": b.moved.debit, "credit_cents": b.moved.credit, "after_cents": b.moved.after}
        for b in found
    ])  # fmt: skip


@router.get("/accounts/{account_id}/lines")
def list_account_lines(actor: CurrentActor, account_id: UUID, year_id: UUID, page: AskedPage) -> Response:
    """A page of an account, oldest first; `before_cents` is its balance above the first line."""
    account = call(actor, accounts.get_account, account_id)
    inside = acting_in(actor, account.organization_id)
    found = call(inside, service.account_lines, account_id, year_id, Asked(page.page, page.per_page))
    rows = [
        {"id": x.id, "entry_id": x.entry_id, "entry_on": x.entry_on, "journal": x.journal, "number": x.number, "description": x.words,
         "document_ref": x.document_ref, "document_id": x.document_id, "debit_cents": x.debit_cents, "credit_cents": x.credit_cents}
        for x in found.rows
    ]  # fmt: skip
    return json(envelope(rows, found.total, page) | {"before_cents": found.before})
