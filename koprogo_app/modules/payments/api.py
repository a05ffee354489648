"""REST of what co-owners pay and of what is open on their accounts: ours, in cents."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import matching, rules, service
from .items import Item
from .matching import Settled
from .models import PaymentIn, Settlement
from .service import Whole

router = APIRouter(tags=["payments of co-owners"])
_PAYMENT = {
    "owner_id": "01890a5d-ac96-774b-bcce-b302099a8057", "kind": "receipt", "paid_on": "2026-01-01", "cents": 12500, "fund": "working",
    "communication": "+++090/9337/55493+++",
}  # fmt: skip
PaymentBody = Annotated[PaymentIn, Body(examples=[_PAYMENT])]


class ReasonBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=300)]

    model_config = example(reason="Another co-owner's money")


class OldestBody(BaseModel):
    """`owner_ids`: of these co-owners only; of all when it is absent."""

    owner_ids: Annotated[list[UUID] | None, Field(max_length=2000)] = None

    model_config = example(owner_ids=["0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10"])


class PairBody(BaseModel):
    """`cents`: as much as is open of both when it is absent."""

    debit_line_id: UUID
    credit_line_id: UUID
    cents: int | None = None

    model_config = example(
        debit_line_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10",
        credit_line_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c11",
        cents=12500,
    )


def _settled(x: Settled) -> dict[str, Any]:
    return {"id": x.id, "cents": x.cents, "line_id": x.line_id, "entry_id": x.entry_id, "account": x.account_code,
            "entry_on": x.entry_on, "due_on": x.due_on, "description": x.words}  # fmt: skip


def wire(whole: Whole) -> dict[str, Any]:
    """A payment with what it settled. `open_cents`: what of it settles nothing yet."""
    names = ("id", "building_id", "owner_id", "kind", "paid_on", "cents", "fund", "communication", "note", "entry_id",
             "reversal_entry_id", "created_at")  # fmt: skip
    shown = {name: getattr(whole.payment, name) for name in names}
    return shown | {
        "owner": whole.name, "open_cents": whole.open_cents, "reversal_reason": whole.reason or None,
        "settled": [_settled(x) for x in whole.settled],
    }  # fmt: skip


def _item(x: Item | Any) -> dict[str, Any]:
    late = rules.days_late(x.due_on, clock.today()) if x.debit_cents else 0
    return {"line_id": x.line_id, "entry_id": x.entry_id, "building_id": x.building_id, "owner_id": x.owner_id,
            "account": x.account_code, "entry_on": x.entry_on, "due_on": x.due_on, "description": x.words,
            "debit_cents": x.debit_cents, "credit_cents": x.credit_cents, "open_cents": x.open_cents, "days_late": late}  # fmt: skip


def _pair(x: Settlement) -> dict[str, Any]:
    return {name: getattr(x, name) for name in ("id", "building_id", "debit_line_id", "credit_line_id", "cents")}


def _inside(actor: Actor, payment_id: UUID) -> Actor:
    """The actor in the office of the payment: the platform administrator is in none."""
    if actor.organization_id:
        return actor
    return acting_in(actor, call(actor, service.get_payment, payment_id).payment.organization_id)


@router.get("/buildings/{building_id}/owner-payments")
def list_payments(
    actor: CurrentActor, building_id: UUID, page: AskedPage, search: str = "", kind: str = "", fund: str = "", state: str = "",
    owner_id: UUID | None = None, from_on: date | None = None, until: date | None = None,
) -> Response:  # fmt: skip
    """`kind`: receipt or refund; `fund`: working, reserve or cash; `state`: booked or reversed."""
    filters = {
        "kind": kind,
        "fund": fund,
        "state": state,
        "owner": str(owner_id or ""),
        "from": str(from_on or ""),
        "until": str(until or ""),
    }
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_payments, building_id, asked)
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.post("/buildings/{building_id}/owner-payments", status_code=201)
def record_payment(actor: CurrentActor, building_id: UUID, body: PaymentBody) -> Response:
    """Enters a receipt or a refund, posts it and settles open items: `items` as chosen, else the oldest due first.

    Without `owner_id` the structured communication says who paid. With `key`, a payment sent twice is entered once.
    """
    inside = for_building(actor, building_id)
    made = call(inside, service.record_payment, building_id, body)
    return json(wire(call(inside, service.get_payment, made.id)), 201)


@router.get("/owner-payments/{payment_id}")
def get_payment(actor: CurrentActor, payment_id: UUID) -> Response:
    return json(wire(call(actor, service.get_payment, payment_id)))


@router.post("/owner-payments/{payment_id}/reverse")
def reverse_payment(actor: CurrentActor, payment_id: UUID, body: ReasonBody) -> Response:
    """Undoes the payment by the mirror of its entry; what it settled is open again. Twice is once."""
    inside = _inside(actor, payment_id)
    call(inside, service.reverse_payment, payment_id, body.reason)
    return json(wire(call(inside, service.get_payment, payment_id)))


@router.get("/buildings/{building_id}/open-items")
def list_open_items(
    actor: CurrentActor, building_id: UUID, page: AskedPage, search: str = "", due: str = "", account: str = "",
    owner_id: UUID | None = None,
) -> Response:  # fmt: skip
    """`due`: to_pay, late or credit; `account`: its code. The sums are of the list asked for."""
    filters = {"due": due, "account": account, "owner": str(owner_id or "")}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_open_items, building_id, asked)
    rows = [_item(x) | {"last_name": x.last_name, "first_name": x.first_name} for x in found.rows]
    return json(envelope(rows, found.total, page) | {"owed_cents": found.owed, "owed_back_cents": found.owed_back})


@router.post("/buildings/{building_id}/settle-oldest")
def settle_oldest(actor: CurrentActor, building_id: UUID, body: OldestBody) -> Response:
    """Settles what is open on both sides of a co-owner's account, the oldest due first; gives what was settled now."""
    found = call(for_building(actor, building_id), service.settle_oldest, building_id, body.owner_ids)
    return json([_pair(x) for x in found])


@router.post("/buildings/{building_id}/settlements", status_code=201)
def settle(actor: CurrentActor, building_id: UUID, body: PairBody) -> Response:
    """Lets two open lines of one co-owner on one account settle each other."""
    inside = for_building(actor, building_id)
    return json(
        _pair(call(inside, service.settle, building_id, body.debit_line_id, body.credit_line_id, body.cents)), 201
    )


@router.delete("/settlements/{settlement_id}", status_code=204)
def unsettle(actor: CurrentActor, settlement_id: UUID) -> None:
    """Opens both lines again for what they settled."""
    inside = actor
    if not actor.organization_id:
        inside = acting_in(actor, call(actor, matching.get_settlement, settlement_id).organization_id)
    call(inside, service.unsettle, settlement_id)


@router.get("/my-account/items")
def my_open_items(actor: CurrentActor, building_id: UUID | None = None) -> Response:
    """One's own open items, with one association or with every one; the oldest due first."""
    found = call(actor, service.my_open_items, building_id)
    sums = {
        "owed_cents": sum(x.open_cents for x in found if x.debit_cents),
        "owed_back_cents": sum(x.open_cents for x in found if x.credit_cents),
    }
    return json({"data": [_item(x) for x in found]} | sums)
