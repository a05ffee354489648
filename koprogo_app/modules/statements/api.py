"""REST of the statements of charges: ours, in cents."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, Page, acting_in, envelope, example, json
from koprogo_app.core import storage
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building
from koprogo_app.modules.documents import files
from koprogo_app.modules.invoices.models import SharingIn

from . import letter, reading, service, sharing, vouchers
from .material import Line
from .models import Statement, StatementIn
from .reading import OwnStatement
from .rules import Sort

router = APIRouter(tags=["statements"])
_STATEMENT = {"year_id": "0198c5a0-0000-7000-8000-000000000001", "until": "2026-06-30", "due_on": "2026-08-15"}
StatementBody = Annotated[StatementIn, Body(examples=[_STATEMENT])]


class SharingBody(BaseModel):
    """`line_ids`: lines of the books that are costs or income, which share the same bearers."""

    line_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]

    sharing: SharingIn

    model_config = example(
        line_ids=["0198c5a0-0000-7000-8000-000000000002"], sharing={"tenant_percent": 0, "ordinary": True}
    )


class ReasonBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=1000)]

    model_config = example(reason="A cost of another year was in it")


class WithheldBody(BaseModel):
    withheld: bool

    model_config = example(withheld=True)


def _asked(page: Page, search: str = "", **filters: str) -> Asked:
    return Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)


def _inside(actor: Actor, read: Callable[..., Any], row_id: UUID) -> Actor:
    """The actor in the office of the row that `read` finds: the platform administrator is in none."""
    return actor if actor.organization_id else acting_in(actor, call(actor, read, row_id).organization_id)


def wire(x: Statement) -> dict[str, Any]:
    names = ("id", "building_id", "year_id", "from_on", "until_on", "due_on", "status", "costs_cents", "provisions_cents", "owners",
             "entry_id", "reversal_entry_id", "reason", "published_at")  # fmt: skip
    return {name: getattr(x, name) for name in names} | {"balance_cents": x.costs_cents - x.provisions_cents}


def own_wire(found: OwnStatement, locale: str) -> dict[str, Any]:
    """One co-owner's: `groups` by account and key, `provisions` called on account, `funds` called for the funds."""
    sums = found.sums
    return {
        "statement_id": found.statement.id, "owner_id": found.owner.id, "from_on": found.statement.from_on, "until_on": found.statement.until_on,
        "due_on": found.statement.due_on, "costs_cents": sums.costs_cents, "provisions_cents": sums.provisions_cents,
        "balance_cents": sums.costs_cents - sums.provisions_cents, "before_cents": sums.before_cents, "vat_cents": sums.vat_cents,
        "tenant_cents": sums.tenant_cents, "lots": found.lots, "shares": found.shares,
        "groups": [
            {"account": g.account.code, "label": g.account.label(locale), "key": letter.key_of(g, locale), "private": g.private,
             "total_cents": g.total_cents, "weight": g.weight, "whole": g.whole, "tenant_cents": g.tenant_cents, "cents": g.cents,
             "lines": [
                 {"id": x.line_id, "entry_on": x.entry_on, "journal": x.journal, "number": x.number, "description": x.words,
                  "total_cents": x.total_cents, "cents": x.cents, "has_voucher": x.document_id is not None}
                 for x in g.items.values()
             ]}
            for g in found.groups
        ],
        "provisions": _called(found.provisions), "funds": _called(found.funds),
    }  # fmt: skip


def _noticed(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"line_id": x.id, "entry_id": x.entry_id, "description": x.words, "cents": x.cents} for x in lines]


def _called(rows: Sequence[reading.Called]) -> list[dict[str, Any]]:
    return [{"title": x.title, "called_on": x.called_on, "destination": x.destination, "cents": x.cents} for x in rows]


@router.get("/buildings/{building_id}/statements")
def list_statements(actor: CurrentActor, building_id: UUID, page: AskedPage, status: str = "") -> Response:
    """`status`: published or reversed."""
    found = call(for_building(actor, building_id), service.list_statements, building_id, _asked(page, status=status))
    names = (
        "id",
        "building_id",
        "year_id",
        "from_on",
        "until_on",
        "due_on",
        "status",
        "costs_cents",
        "provisions_cents",
        "owners",
    )
    return json(envelope([{name: getattr(x, name) for name in names} for x in found.rows], found.total, page))


@router.get("/buildings/{building_id}/statements/preview")
def preview_statement(actor: CurrentActor, building_id: UUID, year_id: UUID, until: date) -> Response:
    """What a statement would be: nothing is written. `problems`: the lines that nobody bears yet, and why.

    `waiting`: costs left for a later statement, as their days go on after it; `going_on`: those of which some days are of the next
    year; `due_later`: calls of the period that are due after it.
    """
    draft = call(for_building(actor, building_id), service.prepare, building_id, year_id, until)
    material = draft.material
    owners = [
        {"owner_id": i, "name": draft.names[i], "costs_cents": x.costs, "provisions_cents": x.provisions, "balance_cents": x.balance,
         "tenant_cents": x.tenant}
        for i, x in draft.settled.items()
    ]  # fmt: skip
    problems = [
        {"line_id": x.line.id, "entry_id": x.line.entry_id, "cents": x.line.cents,
         "why": translate(actor.locale, x.error.message, **x.error.params)}
        for x in material.problems
    ]  # fmt: skip
    sums = {
        "costs_cents": material.sum(Sort.COST),
        "provisions_cents": material.sum(Sort.PROVISION),
        "unposted_invoices": draft.unposted,
    }
    period = {"from_on": draft.from_on, "until_on": draft.until, "ready": draft.ready}
    noticed = {
        "waiting": _noticed(material.waiting),
        "going_on": _noticed(material.going_on(draft.until, draft.year.ends_on)),
        "due_later": _noticed(material.due_later(draft.until)),
    }
    return json(period | sums | noticed | {"owners": owners, "problems": problems})


@router.post("/buildings/{building_id}/statements", status_code=201)
def publish_statement(actor: CurrentActor, building_id: UUID, body: StatementBody) -> Response:
    """Settles the period with every co-owner. With the same `key` again, the statement there is."""
    return json(wire(call(for_building(actor, building_id), service.publish, building_id, body)), 201)


@router.post("/buildings/{building_id}/cost-bearers", status_code=201)
def share_costs(actor: CurrentActor, building_id: UUID, body: SharingBody) -> Response:
    """Says who bears costs that were entered without it: by a key, else one co-owner, else the shares of the deed."""
    made = call(for_building(actor, building_id), sharing.share, building_id, body.line_ids, body.sharing)
    return json([{"line_id": a.journal_line_id, "key_id": a.key_id, "owner_id": a.owner_id} for a in made], 201)


@router.get("/statements/{statement_id}")
def get_statement(actor: CurrentActor, statement_id: UUID) -> Response:
    return json(wire(call(actor, service.get_statement, statement_id)))


@router.get("/statements/{statement_id}/owners")
def list_owners(actor: CurrentActor, statement_id: UUID, page: AskedPage, search: str = "") -> Response:
    found = call(actor, service.list_owners, statement_id, _asked(page, search))
    rows = [
        {"owner_id": x.owner_id, "name": x.name, "costs_cents": x.costs_cents, "provisions_cents": x.provisions_cents,
         "balance_cents": x.balance_cents, "tenant_cents": x.tenant_cents, "open_cents": x.open_cents}
        for x in found.rows
    ]  # fmt: skip
    return json(envelope(rows, found.total, page))


@router.get("/statements/{statement_id}/lines")
def list_lines(actor: CurrentActor, statement_id: UUID, page: AskedPage, sort: str = "") -> Response:
    """`sort`: cost or provision."""
    found = call(actor, service.list_lines, statement_id, _asked(page, sort=sort))
    names = (
        "id",
        "sort",
        "key_id",
        "owner_id",
        "cents",
        "withheld",
        "entry_id",
        "entry_on",
        "words",
        "journal",
        "number",
        "document_id",
        "code",
    )
    return json(envelope([{name: getattr(x, name) for name in names} for x in found.rows], found.total, page))


@router.get("/statements/{statement_id}/owners/{owner_id}")
def get_owner_statement(actor: CurrentActor, statement_id: UUID, owner_id: UUID) -> Response:
    return json(own_wire(call(actor, reading.owner_statement, statement_id, owner_id), actor.locale))


@router.get("/statements/{statement_id}/owners/{owner_id}/letter")
def get_letter(actor: CurrentActor, statement_id: UUID, owner_id: UUID) -> Response:
    """The letter as it is, or would be, sent: a PDF in the language of the co-owner."""
    return _pdf(call(actor, letter.pdf, statement_id, owner_id))


@router.post("/statements/{statement_id}/reverse")
def reverse_statement(actor: CurrentActor, statement_id: UUID, body: ReasonBody) -> Response:
    return json(
        wire(call(_inside(actor, service.get_statement, statement_id), service.reverse, statement_id, body.reason))
    )


@router.put("/statement-lines/{statement_line_id}/withheld")
def withhold(actor: CurrentActor, statement_line_id: UUID, body: WithheldBody) -> Response:
    """Keeps the voucher of a line from the co-owners, or shows it, with every other line of the same paper."""
    inside = _inside(actor, vouchers.get_line, statement_line_id)
    line = call(inside, vouchers.withhold, statement_line_id, body.withheld)
    return json({"id": line.id, "withheld": line.withheld})


@router.get("/my-statements")
def my_statements(actor: CurrentActor) -> Response:
    found = call(actor, reading.my_statements)
    names = ("id", "building_id", "building", "from_on", "until_on", "due_on", "costs_cents", "provisions_cents")
    return json([{name: getattr(x, name) for name in names} for x in found])


@router.get("/my-statements/{statement_id}")
def my_statement(actor: CurrentActor, statement_id: UUID) -> Response:
    return json(own_wire(call(actor, reading.my_statement, statement_id), actor.locale))


@router.get("/my-statements/lines/{statement_line_id}/voucher")
def my_voucher(actor: CurrentActor, statement_line_id: UUID) -> Response:
    """The paper behind a line of one's own statement, unless the syndic withholds it."""
    found = call(actor, vouchers.my_voucher, statement_line_id)
    try:
        pieces = b"".join(storage.stream(found.key))
    except FileNotFoundError:
        raise NotFound("The file of this document is missing from the storage. Tell the syndic.") from None
    headers = {"Content-Disposition": files.disposition(found.filename)}
    return Response(pieces, media_type=found.mime, headers=headers)


def _pdf(content: bytes) -> Response:
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": files.disposition("statement.pdf", inline=True)},
    )
