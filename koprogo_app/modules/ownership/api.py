"""REST of the parts of lots, the contract's "unit-owners": a part is a decimal in (0, 1] there, an exact fraction here.

The contract answers 400, not 404, for a unit or an owner that it does not know.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.api import CurrentActor, example, json
from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, known, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.trade import LotType, Right
from koprogo_app.core.validation import parse
from koprogo_app.modules.lots import api as lots_api
from koprogo_app.modules.lots import rules as lots_rules
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.owners import api as owners_api
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.rules import Channel, channel_of

from . import access, rules, service
from .models import Buyer, Holding, Ownership, OwnershipIn, PartEdit, TransferIn

router = APIRouter(tags=["unit-owners"])
Percentage = Annotated[
    Decimal, Field(gt=0, le=1, max_digits=30, decimal_places=20)
]  # 1e-300000000 would fill the memory
Act = Annotated[str, Field(max_length=200)]
_LUC, _ANN = "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10", "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c11"


_SALE = {"sellers": [_LUC], "buyers": [{"owner_id": _ANN}], "on": "2026-03-12", "act": "Notaire Maes, 12.03.2026"}


class NewPart(BaseModel):
    """AddOwnerToUnitDto of the contract; `right`, `start_date` and `act` are ours."""

    owner_id: UUID
    ownership_percentage: Percentage
    is_primary_contact: bool
    right: Right = Right.FULL
    start_date: date | None = None
    act: Act | None = None

    model_config = example(owner_id=_LUC, ownership_percentage=0.5, is_primary_contact=True)


class PartChange(BaseModel):
    """UpdateOwnershipDto of the contract."""

    ownership_percentage: Percentage | None = None
    is_primary_contact: bool | None = None

    model_config = example(ownership_percentage=0.25, is_primary_contact=False)


class Handover(BaseModel):
    """TransferOwnershipDto of the contract; day and reference of the deed are ours."""

    from_owner_id: UUID
    to_owner_id: UUID
    transfer_date: date | None = None
    act: Act | None = None

    model_config = example(
        from_owner_id=_LUC, to_owner_id=_ANN, transfer_date="2026-03-12", act="Notaire Maes, 12.03.2026"
    )


class Link(BaseModel):
    """LinkOwnerUserDto of the contract; null unlinks."""

    user_id: UUID | None = None

    model_config = example(user_id=_ANN)


class Ended(BaseModel):
    on: date
    why: str = ""

    model_config = example(on="2026-03-12", why="Sold")


class Changed(BaseModel):
    numerator: int = Field(ge=1, le=rules.FINEST)
    denominator: int = Field(ge=1, le=rules.FINEST)
    right: Right
    on: date
    act: Act | None = None

    model_config = example(numerator=1, denominator=2, right="bare", on="2026-03-12", act="Notaire Maes, 12.03.2026")


class Corrected(PartEdit):
    reason: str

    model_config = example(  # type: ignore[assignment]
        numerator=1, denominator=2, right="full", started_on="2026-03-12", reason="The deed says 12 March",
    )  # fmt: skip


class Representative(BaseModel):
    named: bool = True

    model_config = example(named=True)


class MergeBody(BaseModel):
    drop_id: UUID
    dry_run: bool = False

    model_config = example(drop_id=_ANN, dry_run=True)


def wire(part: Ownership) -> dict[str, Any]:
    """UnitOwnerResponseDto; the fraction itself beside its decimal."""
    active = part.started_on <= clock.today() and (part.ended_on is None or part.ended_on > clock.today())
    return {
        "id": str(part.id), "unit_id": str(part.lot_id), "owner_id": str(part.owner_id),
        "ownership_percentage": orjson.Fragment(rules.decimal_text(part.share)),
        "start_date": _midnight(part.started_on), "end_date": _midnight(part.ended_on) if part.ended_on else None,
        "is_primary_contact": part.is_contact, "is_active": active,
        "created_at": _moment(part.created_at), "updated_at": _moment(part.updated_at),
        "numerator": part.numerator, "denominator": part.denominator, "right": part.right,
        "is_representative": part.is_representative, "act": part.act,
    }  # fmt: skip


def _midnight(on: date) -> str:
    return _moment(datetime.combine(on, time(), UTC))


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


def _fraction(value: Decimal) -> dict[str, int]:
    numerator, denominator = rules.check_share(Fraction(value), "ownership_percentage").as_integer_ratio()
    return {"numerator": numerator, "denominator": denominator}


@contextmanager
def _unknown_is_400() -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise Invalid(error.message) from None


def _in_lot(actor: Actor, lot_id: UUID) -> Actor:
    """The actor in the lot's organisation: the platform administrator is in none."""
    return actor if actor.organization_id else actor.within(call(actor, lots.get_lot, lot_id).organization_id)


def _in_part(actor: Actor, part_id: UUID) -> Actor:
    return actor if actor.organization_id else actor.within(call(actor, service.get_part, part_id).organization_id)


# --- The contract ----------------------------------------------------------------------------------------------------


@router.post("/units/{lot_id}/owners", status_code=201)
def add_part(actor: CurrentActor, lot_id: UUID, body: NewPart) -> Response:
    entered = {
        "lot_id": lot_id, "owner_id": body.owner_id, "right": body.right, "act": body.act,
        "started_on": body.start_date or clock.today(), "is_contact": body.is_primary_contact,
    }  # fmt: skip
    data = parse(OwnershipIn, entered | _fraction(body.ownership_percentage))
    with _unknown_is_400():
        return json(wire(call(_in_lot(actor, lot_id), service.add_part, data)), 201)


@router.delete("/units/{lot_id}/owners/{owner_id}")
def end_parts(actor: CurrentActor, lot_id: UUID, owner_id: UUID) -> Response:
    """Ends today all that the person holds of the lot; answers with the (first) ended part."""
    with _unknown_is_400():
        return json(wire(call(_in_lot(actor, lot_id), service.end_parts, lot_id, owner_id, clock.today())[0]))


@router.put("/unit-owners/{part_id}")
def adjust_part(actor: CurrentActor, part_id: UUID, body: PartChange) -> Response:
    share = None if body.ownership_percentage is None else Fraction(body.ownership_percentage)
    inside = _in_part(actor, part_id)
    return json(wire(call(inside, service.adjust_part, part_id, share, body.is_primary_contact)))


@router.get("/units/{lot_id}/owners")
def list_holders(actor: CurrentActor, lot_id: UUID, on: Annotated[date | None, Query()] = None) -> Response:
    """Who holds the lot today, or on a day."""
    with _unknown_is_400():
        return json([wire(h.part) for h in call(actor, service.holders_on, lot_id, on)])


@router.get("/units/{lot_id}/owners/history")
def lot_history(actor: CurrentActor, lot_id: UUID) -> Response:
    with _unknown_is_400():
        return json([wire(h.part) for h in call(actor, service.lot_history, lot_id)])


@router.get("/units/{lot_id}/owners/total-percentage")
def lot_total(actor: CurrentActor, lot_id: UUID) -> Response:
    with _unknown_is_400():
        total = call(actor, service.lot_total, lot_id)
    return json(
        {
            "unit_id": str(lot_id),
            "total_ownership_percentage": orjson.Fragment(rules.decimal_text(total)),
            "percentage_display": rules.percent_display(total),
        }
    )


@router.get("/owners/{owner_id}/units")
def owner_parts(actor: CurrentActor, owner_id: UUID) -> Response:
    with _unknown_is_400():
        return json([wire(h.part) for h in call(actor, service.owner_parts, owner_id)])


@router.get("/owners/{owner_id}/units/history")
def owner_history(actor: CurrentActor, owner_id: UUID) -> Response:
    with _unknown_is_400():
        return json([wire(h.part) for h in call(actor, service.owner_parts, owner_id, ended=True)])


@router.post("/units/{lot_id}/owners/transfer")
def hand_over(actor: CurrentActor, lot_id: UUID, body: Handover) -> Response:
    """From one owner to another, the same part; refused when the buyer holds one already. See /transfers for more."""
    on = body.transfer_date or clock.today()
    data = TransferIn(sellers=[body.from_owner_id], buyers=[Buyer(owner_id=body.to_owner_id)], on=on, act=body.act)
    with _unknown_is_400():
        done = call(_in_lot(actor, lot_id), service.transfer, lot_id, data, new_buyers=True)
    return json({"ended_relationship": wire(done.ended[0]), "new_relationship": wire(done.begun[0])})


@router.put("/units/{lot_id}/assign-owner/{owner_id}")
def assign_lot(actor: CurrentActor, lot_id: UUID, owner_id: UUID) -> Response:
    """The whole lot to one person from today; whoever held it before holds it no more."""
    with _unknown_is_400():
        call(_in_lot(actor, lot_id), service.assign_lot, lot_id, owner_id)
    return json(lots_api.wire(call(actor, lots.get_lot_row, lot_id)))


@router.put("/owners/{owner_id}/link-user")
def link_user(actor: CurrentActor, owner_id: UUID, body: Link) -> Response:
    """409 when the user is another person of this register: the one conflict the contract tells apart."""
    try:
        call(owners_api.within(actor, owner_id), access.link_user, owner_id, body.user_id)
    except Conflict as error:
        return json({"error": translate(actor.locale, error.message, **error.params)}, 409)
    message = N_("The person is linked to the account.") if body.user_id else N_("The person is no longer linked.")
    return json({"message": translate(actor.locale, message), "owner_id": owner_id, "user_id": body.user_id})


# --- Ours ------------------------------------------------------------------------------------------------------------


@router.get("/owners/export")
def export_owners(
    actor: CurrentActor, request: Request, format: Literal["csv", "xlsx"] = "csv", search: str = ""
) -> Response:
    """The people of the list as a spreadsheet, in the reader's language; the filters are those of the page."""
    locale = known(request.cookies.get("locale") or actor.locale)
    filters = {k: v for k, v in request.query_params.items() if k not in ("format", "search")}
    rows, known_channel = (
        call(actor, owners.export_owners, Asked(search=search, filters=filters)),
        owners.sees_contacts(actor),
    )
    lines = [
        (
            o.last_name, o.first_name, o.kbo, o.representative, o.address, o.postal_code, o.city, o.country, o.language,
            o.email, o.phone, translate(locale, CHANNELS[channel_of(o.email, o.email_consent_on)]) if known_channel else "",
            day(o.email_consent_on, locale), o.iban,
        )
        for o in rows
    ]  # fmt: skip
    return lots_api.spreadsheet("owners", [translate(locale, head) for head in PEOPLE_HEADS], lines, format)


CHANNELS = {Channel.REGISTERED: N_("Registered letter"), Channel.EMAIL: N_("E-mail")}
PEOPLE_HEADS = (
    N_("Name"), N_("First name"), N_("Enterprise number"), N_("Representative"), N_("Address"), N_("Postcode"),
    N_("City"), N_("Country"), N_("Language"), N_("E-mail"), N_("Telephone"), N_("Convened by"), N_("Consent of"),
    N_("Account (IBAN)"),
)  # fmt: skip
HOLDERS_HEADS = (
    N_("Lot"), N_("Type"), N_("Shares"), N_("Name"), N_("Right"), N_("Part of the lot"), N_("Since"), N_("Contact"),
    N_("Representative"),
)  # fmt: skip


@router.get("/buildings/{building_id}/holders")
def who_owned(actor: CurrentActor, building_id: UUID, on: Annotated[date | None, Query()] = None) -> Response:
    """Who held what in the building on a day: exact fractions (art. 3.89 §5 14°)."""
    return json([_holder(h) for h in call(actor, service.who_owned, building_id, on or clock.today())])


def _holder(h: Holding) -> dict[str, Any]:
    return {
        "part_id": h.part.id, "lot_id": h.part.lot_id, "lot": h.lot, "owner_id": h.part.owner_id, "name": h.name,
        "numerator": h.part.numerator, "denominator": h.part.denominator, "right": h.part.right,
        "started_on": h.part.started_on, "ended_on": h.part.ended_on, "is_contact": h.part.is_contact,
        "is_representative": h.part.is_representative,
    }  # fmt: skip


@router.get("/buildings/{building_id}/holders/export")
def export_holders(
    actor: CurrentActor, request: Request, building_id: UUID, format: Literal["csv", "xlsx"] = "csv"
) -> Response:
    """The holders of today as a spreadsheet, in the reader's language."""
    locale = known(request.cookies.get("locale") or actor.locale)
    shares = {row.id: row for row in call(actor, lots.list_building_lots, building_id)}
    yes, no = translate(locale, N_("yes")), translate(locale, N_("no"))
    lines = [
        (
            h.lot, translate(locale, lots_rules.LOT_TYPES[LotType(shares[h.part.lot_id].type)]),
            shares[h.part.lot_id].shares, h.name, translate(locale, rules.RIGHTS[Right(h.part.right)]),
            rules.fraction_text(h.part.share), day(h.part.started_on, locale), yes if h.part.is_contact else no,
            yes if h.part.is_representative else no,
        )
        for h in call(actor, service.export_holders, building_id, clock.today())
    ]  # fmt: skip
    return lots_api.spreadsheet("holders", [translate(locale, head) for head in HOLDERS_HEADS], lines, format)


@router.get("/buildings/{building_id}/ownership")
def get_gate(actor: CurrentActor, building_id: UUID) -> dict[str, Any]:
    """Lots without owner, below the whole, or whose vote is suspended (art. 3.87 §1)."""
    gate = call(actor, service.ownership_gate, building_id)
    groups = {"empty": gate.empty, "incomplete": gate.incomplete, "vote_suspended": gate.suspended}
    return {"passed": gate.passed} | {
        name: [{"id": str(lot_id), "unit_number": number} for lot_id, number in group] for name, group in groups.items()
    }


@router.post("/units/{lot_id}/transfers")
def transfer(actor: CurrentActor, lot_id: UUID, body: Annotated[TransferIn, Body(examples=[_SALE])]) -> Response:
    """A sale, gift or inheritance: several sellers and buyers, a part only, a co-owner who buys the rest."""
    done = call(_in_lot(actor, lot_id), service.transfer, lot_id, body)
    todo = [{"code": todo.value, "text": translate(actor.locale, rules.TODO[todo])} for todo in done.todo]
    return json({"ended": [wire(p) for p in done.ended], "begun": [wire(p) for p in done.begun], "to_do": todo})


@router.post("/unit-owners/{part_id}/end")
def end_part(actor: CurrentActor, part_id: UUID, body: Ended) -> Response:
    return json(wire(call(_in_part(actor, part_id), service.end_part, part_id, body.on, body.why)))


@router.post("/unit-owners/{part_id}/change")
def change_part(actor: CurrentActor, part_id: UUID, body: Changed) -> Response:
    """Another fraction or right from a day on: the part ends and a new one begins."""
    share = Fraction(body.numerator, body.denominator)
    inside = _in_part(actor, part_id)
    return json(wire(call(inside, service.change_part, part_id, share, body.right, body.on, body.act)))


@router.put("/unit-owners/{part_id}/correction")
def correct_part(actor: CurrentActor, part_id: UUID, body: Corrected) -> Response:
    """What should have been entered, and why it was not."""
    data = PartEdit.model_validate(body.model_dump(exclude={"reason"}))
    return json(wire(call(_in_part(actor, part_id), service.correct_part, part_id, data, body.reason)))


@router.put("/unit-owners/{part_id}/representative")
def name_representative(actor: CurrentActor, part_id: UUID, body: Representative) -> Response:
    """The holder whom all holders named in writing to vote for the lot (art. 3.87 §1)."""
    return json(wire(call(_in_part(actor, part_id), service.name_representative, part_id, body.named)))


@router.post("/owners/{owner_id}/merge")
def merge_owners(actor: CurrentActor, owner_id: UUID, body: MergeBody) -> dict[str, Any]:
    """Makes one person of two entries of the same one; with `dry_run` only says what would move."""
    inside = owners_api.within(actor, owner_id)
    done = call(inside, access.merge_preview if body.dry_run else access.merge_owners, owner_id, body.drop_id)
    return {"moved": done.moved, "filled": sorted(done.filled)}
