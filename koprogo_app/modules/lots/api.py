"""REST of lots, the contract's "units": there a quota is a lot's shares, and types are PascalCase."""

import csv
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from io import BytesIO, StringIO
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]
from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, known, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.trade import LotType
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings.api import for_building

from . import rules, service
from .models import LotIn, LotShares, PartialAssociation, PartialAssociationIn, SeriesIn, SharesReason

router = APIRouter(tags=["lots"])
Quota = Annotated[Decimal, Field(gt=0, le=100_000_000)]
Area = Annotated[Decimal, Field(ge=Decimal("0.1"), le=Decimal("99999999"))]
CENTIARE = Decimal("0.01")  # of a square metre: what the register keeps


_SERIES = {"first": "P1", "count": 10, "type": "parking", "floor": -1, "shares": 12}
_PARTIAL = {"name": "Bloc A", "kbo": "0403170701"}


class UnitType(StrEnum):
    """LotType as the contract writes it."""

    APARTMENT = "Apartment"
    PARKING = "Parking"
    CELLAR = "Cellar"
    COMMERCIAL = "Commercial"
    OTHER = "Other"


UNIT_TYPES = {kind.value: UnitType[kind.name].value for kind in LotType}


class UnitBody(BaseModel):
    """UpdateUnitDto of the contract. `decision` and `decision_on` are ours: why the quota changes, and since when."""

    unit_number: Annotated[str, Field(min_length=1, max_length=30)]
    unit_type: UnitType
    floor: int | None = None
    surface_area: Area
    quota: Quota
    decision: str | None = None
    decision_on: str | None = None

    model_config = example(
        unit_number="5.1", unit_type="Apartment", floor=5, surface_area=92.5, quota=455, decision="AG du 12 mars 2026",
        decision_on="2026-03-12",
    )  # fmt: skip


class NewUnitBody(UnitBody):
    """CreateUnitDto of the contract."""

    organization_id: str | None = None
    building_id: UUID

    model_config = example(
        building_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10", unit_number="5.1", unit_type="Apartment", floor=5,
        surface_area=92.5, quota=455,
    )  # fmt: skip


class SharesBody(SharesReason):
    shares: int = Field(ge=0, le=100_000_000)

    model_config = example(shares=455, decision="AG du 12 mars 2026", from_on="2026-03-12")  # type: ignore[assignment]


class ReasonBody(BaseModel):
    reason: str

    model_config = example(reason="Entered twice")


class PartialBody(PartialAssociationIn):
    reason: str = ""

    model_config = example(**_PARTIAL, reason="Named by the deed of 1974")  # type: ignore[assignment]


def wire(lot: Any) -> dict[str, Any]:
    """UnitResponseDto, from service.COLUMNS. An area that nobody entered is 0 there: the contract has no null."""
    return {
        "id": lot.id, "building_id": lot.building_id, "unit_number": lot.number, "unit_type": UNIT_TYPES[lot.type],
        "floor": lot.floor, "surface_area": orjson.Fragment(str(lot.area_m2 or 0)), "quota": lot.shares,
        "owner_id": getattr(lot, "owner_id", None),
    }  # fmt: skip


def _entered(body: UnitBody) -> dict[str, Any]:
    if body.quota % 1:
        raise Invalid("Enter a whole number.", field="quota")
    return {
        "number": body.unit_number, "type": LotType[body.unit_type.name], "floor": body.floor,
        "area_m2": body.surface_area.quantize(CENTIARE, ROUND_HALF_UP), "shares": int(body.quota),
    }  # fmt: skip


def _why(body: UnitBody) -> SharesReason:
    """Clients of the contract cannot say why a quota changes: it is then the correction of an entry."""
    return parse(SharesReason, {"decision": body.decision or "PUT /api/v1/units", "from_on": body.decision_on})


def _for_lot(actor: Actor, lot_id: UUID) -> Actor:
    return actor if actor.organization_id else actor.within(call(actor, service.get_lot, lot_id).organization_id)


@router.post("/units", status_code=201)
def create_unit(actor: CurrentActor, body: NewUnitBody) -> Response:
    data = parse(LotIn, _entered(body))
    try:
        made = call(acting_in(actor, body.organization_id), service.create_lot, body.building_id, data)
    except NotFound as error:  # the contract answers 400 for what a body names
        raise Invalid(error.message, field="building_id") from None
    return json(wire(made), 201)


@router.get("/units")
def list_units(actor: CurrentActor, page: AskedPage, search: str = "", building_id: str = "") -> Response:
    filters = {"building_id": building_id}
    asked = Asked(page.page, page.per_page, page.sort_by or "unit_number", page.order == "desc", search, filters)
    found = call(actor, service.list_lots, asked)
    return json(envelope([wire(row) for row in found.rows], found.total, page))


@router.get("/units/{lot_id}")
def get_unit(actor: CurrentActor, lot_id: UUID) -> Response:
    return json(wire(call(actor, service.get_lot_row, lot_id)))


@router.put("/units/{lot_id}")
def update_unit(actor: CurrentActor, lot_id: UUID, body: UnitBody) -> Response:
    kept = call(actor, service.get_lot, lot_id)
    data = parse(LotIn, kept.model_dump() | _entered(body))
    call(actor.within(kept.organization_id), service.update_lot, lot_id, data, _why(body))
    return json(wire(call(actor, service.get_lot_row, lot_id)))


@router.delete("/units/{lot_id}")
def delete_unit(actor: CurrentActor, lot_id: UUID) -> dict[str, str]:
    call(_for_lot(actor, lot_id), service.delete_lot, lot_id)
    return {"message": translate(actor.locale, N_("The lot is deleted."))}


@router.get("/buildings/{building_id}/units")
def list_building_units(actor: CurrentActor, building_id: UUID) -> Response:
    return json([wire(row) for row in call(actor, service.list_building_lots, building_id)])


@router.post("/buildings/{building_id}/units/series", status_code=201)
def create_series(
    actor: CurrentActor, building_id: UUID, body: Annotated[SeriesIn, Body(examples=[_SERIES])]
) -> Response:
    """Lots alike whose numbers follow each other: P1 to P10."""
    made = call(for_building(actor, building_id), service.create_series, building_id, body)
    return json([wire(lot) for lot in made], 201)


HEADS = (
    N_("Lot"), N_("Type"), N_("Floor"), N_("Area (m²)"), N_("Shares"), N_("Partial association"), N_("Cadastre"),
    N_("Remark"),
)  # fmt: skip


@router.get("/buildings/{building_id}/units/export")
def export_units(
    actor: CurrentActor, request: Request, building_id: UUID, format: Literal["csv", "xlsx"] = "csv"
) -> Response:
    """The lots of a building as a spreadsheet, in the reader's language."""
    locale = known(request.cookies.get("locale") or actor.locale)
    words = {kind: translate(locale, word) for kind, word in rules.LOT_TYPES.items()}
    lines = [
        (lot.number, words[LotType(lot.type)], lot.floor, lot.area_m2, lot.shares, partial, lot.cadastre, lot.remark)
        for lot, partial in call(actor, service.export_lots, building_id)
    ]
    return spreadsheet("lots", [translate(locale, head) for head in HEADS], lines, format)


@router.get("/buildings/{building_id}/shares")
def get_gate(actor: CurrentActor, building_id: UUID) -> dict[str, Any]:
    """Whether the lots add up to the deed, and what their number entails (art. 3.89 §5 15°, 3.90 §1)."""
    gate = call(actor, service.shares_gate, building_id)
    return {
        "total": gate.total, "expected": gate.expected, "missing": gate.missing, "passed": gate.passed,
        "by_type": gate.by_type, "lots": gate.lots, "lots_without_shares": gate.blank, "lots_counted": gate.counted,
        "council_required": gate.council, "double_entry_required": gate.double_entry,
    }  # fmt: skip


@router.get("/units/{lot_id}/shares")
def get_history(actor: CurrentActor, lot_id: UUID) -> list[dict[str, Any]]:
    """Every version of the lot's shares, oldest first; `from_on` is null for those of the deed."""
    versions = call(actor, service.shares_history, lot_id)
    now = call(actor, service.get_lot, lot_id).shares
    return [_version(v) for v in versions] or [{"shares": now, "from_on": None, "decision": ""}]


def _version(v: LotShares) -> dict[str, Any]:
    from_on = None if v.from_on == rules.SINCE_THE_DEED else v.from_on.isoformat()
    return {"shares": v.shares, "from_on": from_on, "decision": v.decision}


@router.put("/units/{lot_id}/shares")
def change_shares(actor: CurrentActor, lot_id: UUID, body: SharesBody) -> Response:
    """Records a decision (with `from_on`), or corrects a wrong entry (without)."""
    call(_for_lot(actor, lot_id), service.change_shares, lot_id, body.shares, body)
    return json(wire(call(actor, service.get_lot_row, lot_id)))


@router.post("/units/{lot_id}/shares/withdraw")
def withdraw_shares(actor: CurrentActor, lot_id: UUID, body: ReasonBody) -> Response:
    """Takes the last recorded change back."""
    call(_for_lot(actor, lot_id), service.withdraw_shares, lot_id, body.reason)
    return json(wire(call(actor, service.get_lot_row, lot_id)))


@router.get("/buildings/{building_id}/partial-associations")
def list_partials(actor: CurrentActor, building_id: UUID) -> list[dict[str, Any]]:
    return [_partial(found) | {"lots": lots} for found, lots in call(actor, service.list_partials, building_id)]


@router.post("/buildings/{building_id}/partial-associations", status_code=201)
def create_partial(actor: CurrentActor, building_id: UUID, body: PartialBody) -> dict[str, Any]:
    """Below twenty lots `reason` must say why it exists all the same (art. 3.84 al. 4)."""
    return _partial(call(for_building(actor, building_id), service.create_partial, building_id, body, body.reason))


@router.put("/buildings/{building_id}/partial-associations/{partial_id}")
def update_partial(
    actor: CurrentActor,
    building_id: UUID,
    partial_id: UUID,
    body: Annotated[PartialAssociationIn, Body(examples=[_PARTIAL])],
) -> dict[str, Any]:
    return _partial(call(for_building(actor, building_id), service.update_partial, partial_id, body))


@router.delete("/buildings/{building_id}/partial-associations/{partial_id}", status_code=204)
def delete_partial(actor: CurrentActor, building_id: UUID, partial_id: UUID) -> Response:
    call(for_building(actor, building_id), service.delete_partial, partial_id)
    return Response(status_code=204)


def _partial(found: PartialAssociation) -> dict[str, Any]:
    return {"id": str(found.id), "building_id": str(found.building_id), "name": found.name, "kbo": found.kbo}


_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def spreadsheet(
    name: str, heads: Sequence[str], lines: Iterable[Sequence[Any]], format: Literal["csv", "xlsx"]
) -> Response:
    """A table to download: Excel, or CSV as Excel reads it in Belgium (UTF-8 with its mark, semicolon, comma)."""
    content = _csv([heads, *lines]) if format == "csv" else _xlsx([heads, *lines])
    disposition = f'attachment; filename="{name}.{format}"'
    return Response(content, media_type=_MEDIA[format], headers={"Content-Disposition": disposition})


def _csv(lines: Iterable[Sequence[Any]]) -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([_cell(value) for value in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value  # a spreadsheet would run it as a formula
    return value


def _xlsx(lines: Iterable[Sequence[Any]]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet: Any = book.add_worksheet()  # pyright: ignore[reportUnknownMemberType]
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, line)
        sheet.freeze_panes(1, 1)
        sheet.autofit()
    return out.getvalue()
