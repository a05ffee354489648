"""REST of the contract's calls for funds and owner contributions, in euros. Ours, in cents, is in api.py."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, DecimalException, InvalidOperation
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from koprogo_app.api import CurrentActor, euros, example, json
from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid, NotFound, Unauthorized
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call as run
from koprogo_app.modules.buildings.api import for_building

from . import contributions, issuing, rules, service
from .api import inside
from .contributions import Contribution
from .rules import Kind, State

router = APIRouter(tags=["calls for funds"])
MOST = 10_000  # the contract's lists are bare arrays
_BUILDING = "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10"
Text = Annotated[str, Field(min_length=1, max_length=200)]


class CallForFundsBody(BaseModel):
    """CreateCallForFundsRequest. `account_code`: what the money is for; else the type says it."""

    building_id: UUID
    title: Text
    description: Annotated[str, Field(max_length=2000)]
    total_amount: Decimal
    contribution_type: Kind
    call_date: AwareDatetime
    due_date: AwareDatetime
    account_code: Annotated[str, Field(max_length=40)] | None = None

    model_config = example(
        building_id=_BUILDING, title="4th quarter 2026", description="Running costs", total_amount=22500.0,
        contribution_type="regular", call_date="2026-09-30T00:00:00Z", due_date="2026-10-31T00:00:00Z",
    )  # fmt: skip


class ContributionBody(BaseModel):
    """CreateOwnerContributionRequest."""

    owner_id: UUID
    unit_id: UUID | None = None
    description: Text
    amount: Decimal
    contribution_type: Kind
    contribution_date: AwareDatetime
    account_code: Annotated[str, Field(max_length=40)] | None = None

    model_config = example(
        owner_id=_BUILDING, description="Lost badge", amount=35.0, contribution_type="adjustment",
        contribution_date="2026-03-01T00:00:00Z",
    )  # fmt: skip


class PaymentBody(BaseModel):
    """RecordPaymentRequest."""

    payment_date: AwareDatetime
    payment_method: Literal["bank_transfer", "cash", "check", "domiciliation"]
    payment_reference: Annotated[str, Field(max_length=140)] | None = None

    model_config = example(payment_date="2026-10-05T00:00:00Z", payment_method="bank_transfer")


def cents_of(amount: Decimal, field: str) -> int:
    """Euros of the contract in cents. Invalid beside the field when it has more than two decimals or is no amount."""
    try:
        cents = amount * 100
        if cents != cents.to_integral_value() or abs(cents) > 10**13:
            raise InvalidOperation
    except DecimalException:  # Overflow too
        raise Invalid("“{amount}” is not an amount.", field=field, amount=amount) from None
    return int(cents)


def _ts(at: datetime | date | None) -> str | None:
    """RFC 3339 in UTC, as the contract's `ts`."""
    if at is None:
        return None
    if isinstance(at, datetime):
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{at}T00:00:00Z"


def _status(status: str, total: int, open_cents: int) -> str:
    """The contract's word for where a call stands."""
    if status != rules.Status.ISSUED:
        return {"draft": "draft", "reversed": "cancelled"}[status]
    return "completed" if open_cents <= 0 else "partial" if open_cents < total else "sent"


def call_wire(x: Any, open_cents: int, account_code: str | None) -> dict[str, Any]:
    """CallForFundsResponse, of a call or of a row of the list."""
    state = rules.state_of(x.status, x.total_cents, open_cents, x.due_on, clock.today())
    return {
        "id": x.id, "organization_id": x.organization_id, "building_id": x.building_id, "title": x.title,
        "description": x.description, "total_amount": euros(x.total_cents), "contribution_type": x.kind,
        "call_date": _ts(x.called_on), "due_date": _ts(x.due_on), "sent_date": _ts(x.issued_at),
        "status": _status(x.status, x.total_cents, open_cents), "account_code": account_code, "notes": None,
        "is_overdue": state is State.OVERDUE, "created_at": _ts(x.created_at), "updated_at": _ts(x.updated_at),
        "created_by": x.created_by,
    }  # fmt: skip


def contribution_wire(x: Contribution) -> dict[str, Any]:
    """OwnerContributionResponse."""
    status = {
        "draft": "pending",
        "sent": "pending",
        "partial": "partial",
        "completed": "paid",
        "cancelled": "cancelled",
    }
    return {
        "id": x.id, "organization_id": x.call.organization_id, "owner_id": x.owner_id, "unit_id": x.lot_id,
        "description": x.call.title, "amount": euros(x.cents), "account_code": x.account_code, "contribution_type": x.call.kind,
        "contribution_date": _ts(x.call.called_on), "payment_date": _ts(x.paid.on) if x.paid else None,
        "payment_method": x.paid.method if x.paid else None, "payment_reference": x.paid.reference or None if x.paid else None,
        "payment_status": status[_status(x.call.status, x.cents, x.open_cents)], "notes": None,
        "created_at": _ts(x.call.created_at), "updated_at": _ts(x.call.updated_at),
    }  # fmt: skip


def _in_office(actor: Actor) -> Actor:
    """The contract: 401 for the platform administrator, who is in no office."""
    if actor.organization_id is None:
        raise Unauthorized("Choose an organisation first.")
    return actor


def _wire(actor: Actor, call_id: UUID) -> dict[str, Any]:
    whole = run(actor, service.get_call, call_id)
    return call_wire(whole.call, whole.open_cents, run(actor, contributions.account_codes, [whole.call]).get(call_id))


def _do(actor: Actor, fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """The contract's habit: what is not found by an action is 400."""
    try:
        return run(actor, fn, *args, **more)
    except NotFound as error:
        raise Invalid(error.message, **dict[str, Any](error.params)) from None


def _acting(actor: Actor, call_id: UUID) -> Actor:
    try:
        return inside(actor, call_id)
    except NotFound as error:
        raise Invalid(error.message) from None


# --- Calls -----------------------------------------------------------------------------------------------------------


@router.post("/call-for-funds", status_code=201)
def create_call_for_funds(actor: CurrentActor, body: CallForFundsBody) -> Response:
    """A draft with one line, shared out by the shares of the deed."""
    made = _do(
        for_building(actor, body.building_id), contributions.create_simple, body.building_id, body.title, body.description,
        body.contribution_type, cents_of(body.total_amount, "total_amount"), body.call_date.date(), body.due_date.date(),
        body.account_code,
    )  # fmt: skip
    return json(_wire(actor, made.id), 201)


def _listed(actor: Actor, building_id: UUID | None, state: str = "") -> Response:
    asked = Asked(size=MOST, sort="called_on", descending=True, filters={"state": state})
    rows = run(_in_office(actor), service.list_calls, building_id, asked).rows
    codes = run(actor, contributions.account_codes, rows)
    return json([call_wire(row, row.open_cents, codes.get(row.id)) for row in rows])


@router.get("/call-for-funds")
def list_call_for_funds(actor: CurrentActor, building_id: UUID | None = None) -> Response:
    return _listed(actor, building_id)


@router.get("/call-for-funds/overdue")
def list_overdue(actor: CurrentActor) -> Response:
    return _listed(actor, None, State.OVERDUE)


@router.get("/call-for-funds/{call_id}")
def get_call_for_funds(actor: CurrentActor, call_id: UUID) -> Response:
    return json(_wire(actor, call_id))


@router.post("/call-for-funds/{call_id}/send")
def send_call_for_funds(actor: CurrentActor, call_id: UUID) -> Response:
    """Issues the call: owners owe it, the books and the letters follow. Sent again, nothing changes."""
    here = _acting(actor, call_id)
    _do(here, issuing.issue_call, call_id)
    due = run(here, service.get_call, call_id).owners
    return json({"call_for_funds": _wire(here, call_id), "contributions_generated": len(due)})


@router.put("/call-for-funds/{call_id}/cancel")
def cancel_call_for_funds(actor: CurrentActor, call_id: UUID) -> Response:
    """Puts a draft aside, reverses what is sent; refused once some of it is paid."""
    here = _acting(actor, call_id)
    _do(here, issuing.cancel_call, call_id)
    return json(_wire(here, call_id))


@router.delete("/call-for-funds/{call_id}", status_code=204)
def delete_call_for_funds(actor: CurrentActor, call_id: UUID) -> Response:
    run(inside(actor, call_id), service.delete_call, call_id)
    return Response(status_code=204)


# --- Contributions ---------------------------------------------------------------------------------------------------


@router.post("/owner-contributions", status_code=201)
def create_contribution(actor: CurrentActor, body: ContributionBody) -> Response:
    """A call to one owner, issued at once and due a month later."""
    made = _do(
        _in_office(actor), contributions.create_contribution, body.owner_id, body.unit_id, body.contribution_type,
        body.description, cents_of(body.amount, "amount"), body.contribution_date.date(), body.account_code,
    )  # fmt: skip
    return json(contribution_wire(made), 201)


@router.get("/owner-contributions")
def list_contributions(actor: CurrentActor, owner_id: Annotated[UUID, Query()]) -> Response:
    return json([contribution_wire(x) for x in run(actor, contributions.list_contributions, owner_id)])


@router.get("/owner-contributions/outstanding")
def list_outstanding(actor: CurrentActor, owner_id: Annotated[UUID, Query()]) -> Response:
    found = run(actor, contributions.list_contributions, owner_id, outstanding=True)
    return json([contribution_wire(x) for x in found])


@router.get("/owner-contributions/{contribution_id}")
def get_contribution(actor: CurrentActor, contribution_id: UUID) -> Response:
    return json(contribution_wire(run(actor, contributions.get_contribution, contribution_id)))


@router.put("/owner-contributions/{contribution_id}/mark-paid")
def mark_paid(actor: CurrentActor, contribution_id: UUID, body: PaymentBody) -> Response:
    """Enters the receipt of what is open of it."""
    found = _do(
        _in_office(actor), contributions.pay_contribution, contribution_id, body.payment_date.date(), body.payment_method,
        body.payment_reference or "",
    )  # fmt: skip
    return json(contribution_wire(found))
