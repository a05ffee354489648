"""REST of meters, in our own conventions: readings and consumption are decimals of the meter's unit, written as text."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, envelope, example, file_of, json, multipart, text_of, uploaded
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import filing, periods, readings, rules, service
from .columns import MOST_BYTES, Meaning
from .filing import Filed
from .models import MeterIn, NewMeterIn, PeriodIn, ReadingIn, ReplaceIn
from .periods import Outcome
from .rules import Counted, Finding, Kind, LotUse, Reading
from .words import said

router = APIRouter(tags=["meters"])
FIELDS = (*MeterIn.model_fields,)
_METER = {
    "lot_id": "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10",
    "kind": "cold_water",
    "serial": "12345678",
    "unit": "m3",
    "dial_digits": 5,
}
_PERIOD = {
    "kind": "cold_water", "name": "Cold water 2026", "first_on": "2026-01-01", "last_on": "2026-12-31", "fixed_percent": 30,
    "fixed_metered": False,
}  # fmt: skip
_REPLACE = {"on": "2026-05-04", "last_value": "512.345", "serial": "87654321", "first_value": "0"}


class ReadingsBody(BaseModel):
    """What several meters showed on a day."""

    on: date
    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=1000)]

    model_config = example(
        on="2026-12-31", readings=[{"meter_id": "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10", "value": "123.456"}]
    )


class ColumnsBody(BaseModel):
    """How the file that waits is read: its line of headings (from 1, 0 for none), the meaning of a column (from 0)."""

    header: int | None = None
    column: int | None = None
    meaning: Meaning | None = None
    kind: Kind | None = None

    model_config = example(column=2, meaning="value")


def wire(m: Any) -> dict[str, Any]:
    """A meter, from service.COLUMNS or a Meter; the last reading only in the list."""
    more = {name: getattr(m, name) for name in ("lot", "last_on", "last_value") if hasattr(m, name)}
    return {"id": m.id, "building_id": m.building_id, **{name: getattr(m, name) for name in FIELDS}, **more}


def _reading(r: Any) -> dict[str, Any]:
    names = ("id", "meter_id", "read_on", "value", "estimated", "source", "note")
    return {name: getattr(r, name) for name in names} | {
        name: getattr(r, name) for name in ("serial", "kind", "unit", "lot") if hasattr(r, name)
    }


def _finding(finding: Finding, locale: str) -> dict[str, Any]:
    return {"code": finding.code, "message": said(finding, locale), "blocking": finding.blocking}


def _amount(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else rules.plain(thousandths)


def _counted(one: Counted, found: Outcome, locale: str) -> dict[str, Any]:
    def at(reading: Reading | None) -> dict[str, Any] | None:
        return {"on": reading.on, "value": _amount(reading.value)} if reading else None

    return {
        "meter_id": one.meter.id, "serial": found.serials[one.meter.id], "begin": at(one.begin), "end": at(one.end),
        "consumption": _amount(one.used), "findings": [_finding(f, locale) for f in one.findings],
    }  # fmt: skip


def _lot(use: LotUse, found: Outcome, locale: str) -> dict[str, Any]:
    return {
        "lot_id": use.lot_id, "number": found.numbers[use.lot_id], "consumption": _amount(use.used),
        "meters": [_counted(one, found, locale) for one in use.meters], "findings": [_finding(f, locale) for f in use.findings],
    }  # fmt: skip


def period_wire(p: Any) -> dict[str, Any]:
    names = (*PeriodIn.model_fields, "status", "key_id")
    return {"id": p.id, "building_id": p.building_id, **{name: getattr(p, name) for name in names}}


def _outcome(found: Outcome, locale: str) -> dict[str, Any]:
    """A period with the consumption of each lot; `difference`: what the main meters counted beyond all the others."""
    return period_wire(found.period) | {
        "unit": found.unit, "total": _amount(found.total), "main": _amount(found.main), "difference": _signed(found.difference),
        "lots": [_lot(use, found, locale) for use in found.lots], "common": [_counted(one, found, locale) for one in found.common],
        "mains": [_counted(one, found, locale) for one in found.mains], "stops": [_finding(f, locale) for f in found.stops],
        "key_used": found.used,
    }  # fmt: skip


def _signed(value: int | None) -> Decimal | None:
    return None if value is None else rules.plain(value) if value >= 0 else -rules.plain(-value)


def _filed(found: Filed | None, locale: str) -> dict[str, Any] | None:
    """The file that waits: the meaning of each column, and what entering each row would do."""
    if found is None:
        return None
    lines = [
        {
            "row": line.row.row, "serial": line.row.serial, "lot": line.row.lot, "meter_id": line.meter.counter.id if line.meter else None,
            "on": line.row.day.value, "value": _amount(line.row.value.value), "action": line.action,
            "findings": [_finding(f, locale) for f in line.findings],
        }
        for line in found.lines
    ]  # fmt: skip
    return {
        "filename": found.mapping.filename, "kind": found.mapping.kind or None, "header": found.file.header + 1,
        "columns": found.file.columns, "complete": found.file.complete, "wanted": found.wanted, "lines": lines,
    }  # fmt: skip


def _for_meter(actor: Actor, meter_id: UUID) -> Actor:
    return actor if actor.organization_id else for_building(actor, call(actor, service.get_meter, meter_id).building_id)


def _for_period(actor: Actor, period_id: UUID) -> Actor:
    return (
        actor if actor.organization_id else for_building(actor, call(actor, periods.get_period, period_id).building_id)
    )


# --- Meters ----------------------------------------------------------------------------------------------------------


@router.get("/buildings/{building_id}/meters")
def list_meters(
    actor: CurrentActor, building_id: UUID, page: AskedPage, kind: str = "", state: str = "", lot: str = "", search: str = ""
) -> Response:  # fmt: skip
    """`state`: active or removed; `lot`: an id, or common."""
    filters = {"kind": kind, "state": state, "lot": lot}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_meters, building_id, asked)
    return json(envelope([wire(m) for m in found.rows], found.total, page))


@router.post("/buildings/{building_id}/meters", status_code=201)
def create_meter(
    actor: CurrentActor, building_id: UUID, body: Annotated[NewMeterIn, Body(examples=[_METER])]
) -> Response:
    return json(wire(call(for_building(actor, building_id), service.create_meter, building_id, body)), 201)


@router.get("/meters/{meter_id}")
def get_meter(actor: CurrentActor, meter_id: UUID) -> Response:
    return json(wire(call(actor, service.get_meter, meter_id)))


@router.put("/meters/{meter_id}")
def update_meter(actor: CurrentActor, meter_id: UUID, body: Annotated[MeterIn, Body(examples=[_METER])]) -> Response:
    return json(wire(call(_for_meter(actor, meter_id), service.update_meter, meter_id, body)))


@router.post("/meters/{meter_id}/replace", status_code=201)
def replace_meter(
    actor: CurrentActor, meter_id: UUID, body: Annotated[ReplaceIn, Body(examples=[_REPLACE])]
) -> Response:
    """Ends the meter and begins another in its place; the answer is the new one."""
    return json(wire(call(_for_meter(actor, meter_id), service.replace_meter, meter_id, body)), 201)


@router.delete("/meters/{meter_id}", status_code=204)
def delete_meter(actor: CurrentActor, meter_id: UUID) -> Response:
    call(_for_meter(actor, meter_id), service.delete_meter, meter_id)
    return Response(status_code=204)


# --- Readings --------------------------------------------------------------------------------------------------------


@router.get("/buildings/{building_id}/meter-readings")
def list_readings(
    actor: CurrentActor, building_id: UUID, page: AskedPage, kind: str = "", meter_id: str = "", search: str = ""
) -> Response:
    filters = {"kind": kind, "meter_id": meter_id}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, readings.list_readings, building_id, asked)
    return json(envelope([_reading(r) for r in found.rows], found.total, page))


@router.put("/buildings/{building_id}/meter-readings")
def record_readings(actor: CurrentActor, building_id: UUID, body: ReadingsBody) -> Response:
    """Enters what meters showed on a day, in the place of what was entered for it; the same again changes nothing."""
    acting = for_building(actor, building_id)
    return json({"written": call(acting, readings.record_readings, building_id, body.on, body.readings)})


@router.delete("/meter-readings/{meter_reading_id}", status_code=204)
def delete_reading(actor: CurrentActor, meter_reading_id: UUID) -> Response:
    acting = actor
    if actor.organization_id is None:
        acting = for_building(actor, call(actor, readings.get_reading, meter_reading_id).building_id)
    call(acting, readings.delete_reading, meter_reading_id)
    return Response(status_code=204)


@router.get("/my-meters")
def my_meters(actor: CurrentActor) -> Response:
    """The meters of one's own lots, with the readings since one holds something of each."""
    own = call(actor, readings.my_readings)
    return json([wire(one.meter) | {"lot": one.lot, "readings": [_reading(r) for r in one.readings]} for one in own])


# --- Periods ---------------------------------------------------------------------------------------------------------


@router.get("/buildings/{building_id}/meter-periods")
def list_periods(actor: CurrentActor, building_id: UUID) -> Response:
    return json([period_wire(p) for p in call(actor, periods.list_periods, building_id)])


@router.post("/buildings/{building_id}/meter-periods", status_code=201)
def create_period(
    actor: CurrentActor, building_id: UUID, body: Annotated[PeriodIn, Body(examples=[_PERIOD])]
) -> Response:
    return json(period_wire(call(for_building(actor, building_id), periods.create_period, building_id, body)), 201)


@router.get("/meter-periods/{meter_period_id}")
def get_period(actor: CurrentActor, meter_period_id: UUID) -> Response:
    """With the consumption of each lot and what stops the closing."""
    return json(_outcome(call(actor, periods.outcome, meter_period_id), actor.locale))


@router.put("/meter-periods/{meter_period_id}")
def update_period(
    actor: CurrentActor, meter_period_id: UUID, body: Annotated[PeriodIn, Body(examples=[_PERIOD])]
) -> Response:
    return json(period_wire(call(_for_period(actor, meter_period_id), periods.update_period, meter_period_id, body)))


@router.post("/meter-periods/{meter_period_id}/estimate")
def estimate(actor: CurrentActor, meter_period_id: UUID) -> Response:
    """Fills in the missing readings that the others tell, marked as estimated."""
    return json({"written": call(_for_period(actor, meter_period_id), periods.estimate_missing, meter_period_id)})


@router.post("/meter-periods/{meter_period_id}/close")
def close(actor: CurrentActor, meter_period_id: UUID) -> Response:
    """Makes the distribution key, or gives it its weights anew; once closed, the same again."""
    return json(period_wire(call(_for_period(actor, meter_period_id), periods.close_period, meter_period_id)))


@router.post("/meter-periods/{meter_period_id}/reopen")
def reopen(actor: CurrentActor, meter_period_id: UUID) -> Response:
    """Not once a posted cost is shared out by the key (409)."""
    return json(period_wire(call(_for_period(actor, meter_period_id), periods.reopen_period, meter_period_id)))


@router.delete("/meter-periods/{meter_period_id}", status_code=204)
def delete_period(actor: CurrentActor, meter_period_id: UUID) -> Response:
    call(_for_period(actor, meter_period_id), periods.delete_period, meter_period_id)
    return Response(status_code=204)


# --- The file of readings --------------------------------------------------------------------------------------------


@router.get("/meter-files/{building_id}")
def find_file(actor: CurrentActor, building_id: UUID) -> Response:
    """The file that waits, with what entering it would do; null when none does."""
    return json(_filed(call(actor, filing.find_file, building_id), actor.locale))


@router.post(
    "/meter-files/{building_id}",
    openapi_extra=multipart(kind="of the meters that the file names by their lot"),
)
async def add_file(request: Request, actor: CurrentActor, building_id: UUID) -> dict[str, Any]:
    """A file of readings (XLSX, XLS, ODS, CSV). Nothing is entered: the answer says what each row would do."""
    async with uploaded(request, actor, Permission.METERS_WRITE) as form:
        return await run_in_threadpool(_add_file, actor, building_id, text_of(form, "kind"), *file_of(form))


def _add_file(actor: Actor, building_id: UUID, kind: str, filename: str, file: BinaryIO) -> dict[str, Any]:
    data = file.read(MOST_BYTES + 1)
    if kind and kind not in set(Kind):
        raise Invalid("Choose one from the list.", field="kind")
    chosen = Kind(kind) if kind else None
    found = call(for_building(actor, building_id), filing.add_file, building_id, filename, data, chosen)
    return {
        "id": str(building_id),
        "filename": found.mapping.filename,
        "wanted": found.wanted,
        "rows": len(found.lines),
    }


@router.put("/meter-files/{building_id}/columns")
def remap(actor: CurrentActor, building_id: UUID, body: ColumnsBody) -> Response:
    header = None if body.header is None else body.header - 1
    acting = for_building(actor, building_id)
    found = call(
        acting, filing.remap, building_id, header=header, column=body.column, meaning=body.meaning, kind=body.kind
    )
    return json(_filed(found, actor.locale))


@router.post("/meter-files/{building_id}/enter")
def enter_file(actor: CurrentActor, building_id: UUID) -> Response:
    """Enters every reading that nothing stops, and remembers the columns."""
    return json({"written": call(for_building(actor, building_id), filing.enter_file, building_id)})


@router.delete("/meter-files/{building_id}", status_code=204)
def drop_file(actor: CurrentActor, building_id: UUID) -> Response:
    call(for_building(actor, building_id), filing.drop_file, building_id)
    return Response(status_code=204)
