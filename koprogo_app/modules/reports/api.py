"""REST of the reports: the contract's shapes in decimal euros, ours in cents, and every report as PDF or Excel.

Plain functions: the server runs them in its threads, where some seconds of typesetting hold nobody up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import IO, Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from koprogo_app.api import CurrentActor, euros, example, json
from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Forbidden, Invalid, Unauthorized
from koprogo_app.core.i18n import LANGUAGE_NAMES, LOCALES, N_, translate
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger.rules import Journal

from . import rules, service, wording, xlsx
from .balances import Sheet
from .pdf import LARGEST, report_pdf
from .rules import Leaf, Rank, Report, Row, Shown, Wanted, Words, column, words

_PERIOD = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-12-31T00:00:00Z"}
router = APIRouter(tags=["reports"])
Day = Annotated[date | None, Query()]
JSON_ROWS = 10_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "application/pdf": {}, XLSX: {}}}}


class PcnBody(BaseModel):
    """PcnReportRequest of the contract; the building is that of the address. A day, or RFC 3339."""

    building_id: str | None = None
    start_date: str | None = None
    end_date: str | None = None

    model_config = example(start_date="2026-01-01", end_date="2026-12-31")


def day_of(text: str, field: str) -> date:
    """The day of `2026-01-31` or `2026-01-31T00:00:00Z`, as it is written. Invalid for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    except ValueError:
        raise Invalid("Enter a date.", field=field) from None


def _check_reader(actor: Actor) -> None:
    """Refuses before the question itself is looked at, as the gate would after."""
    if not actor.can(Permission.LEDGER_READ):
        raise Forbidden("You may not do this.")


def _section(kind: str, leaves: Sequence[Leaf]) -> dict[str, Any]:
    found = [{"code": leaf.code, "label": leaf.label, "amount": euros(leaf.amounts[0] or 0)} for leaf in leaves]
    return {"account_type": kind, "accounts": found, "total": euros(service.totals_of(leaves))}


def _now() -> str:
    return clock.now().astimezone(UTC).isoformat()


def _sheet(organization_id: UUID | None, sheet: Sheet | None, locale: str) -> dict[str, Any]:
    """BalanceSheetReport. `equity`: the result of the year and what earlier ones left unsettled."""
    assets, liabilities = sheet.totals if sheet else (0, 0)
    year, earlier = (sheet.now.year, sheet.now.earlier) if sheet else (0, 0)
    named = ((N_("Result of the year"), year), (N_("Result of earlier years, not settled yet"), earlier))
    lines = [{"code": "", "label": translate(locale, name), "amount": euros(amount)} for name, amount in named if sheet]
    return {
        "organization_id": organization_id, "report_date": _now(), "assets": _section("ASSET", sheet.assets if sheet else []),
        "liabilities": _section("LIABILITY", sheet.liabilities if sheet else []),
        "equity": {"account_type": "EQUITY", "accounts": lines, "total": euros(year + earlier)}, "total_assets": euros(assets),
        "total_liabilities": euros(liabilities), "total_equity": euros(year + earlier), "balance": euros(sheet.difference if sheet else 0),
    }  # fmt: skip


def _statement(
    organization_id: UUID | None, start: date, end: date, costs: Sequence[Leaf], income: Sequence[Leaf]
) -> dict[str, Any]:
    """IncomeStatementReport."""
    spent, earned = service.totals_of(costs), service.totals_of(income)
    return {
        "organization_id": organization_id, "report_date": _now(), "period_start": start, "period_end": end,
        "expenses": _section("EXPENSE", costs), "revenue": _section("REVENUE", income), "total_expenses": euros(spent),
        "total_revenue": euros(earned), "net_result": euros(earned - spent),
    }  # fmt: skip


def _index(actor: Actor, report: str) -> dict[str, Any]:
    """The co-ownerships, each with the address of its own report: nothing is added up across legal persons."""
    if actor.organization_id is None:
        raise Unauthorized("Choose an organisation first.")
    found = call(actor, service.list_open_books)
    links = [
        {"building_id": one, "name": name, "href": f"/api/v1/buildings/{one}/reports/{report}"} for one, name in found
    ]
    return {"buildings": links}


def _organization(actor: Actor, building_id: UUID) -> UUID:
    return actor.organization_id or call(actor, buildings.get_building, building_id).organization_id


# --- The contract ----------------------------------------------------------------------------------------------------


@router.get("/reports/balance-sheet")
def index_sheets(actor: CurrentActor) -> Response:
    """The shape of a balance sheet with nothing in it, and where that of each co-ownership is."""
    return json(_sheet(actor.organization_id, None, actor.locale) | _index(actor, "balance-sheet"))


@router.get("/reports/income-statement")
def index_statements(actor: CurrentActor, period_start: str, period_end: str) -> Response:
    """The shape of a result with nothing in it, and where that of each co-ownership is."""
    _check_reader(actor)
    start, end = day_of(period_start, "period_start"), day_of(period_end, "period_end")
    return json(_statement(actor.organization_id, start, end, [], []) | _index(actor, "income-statement"))


@router.get("/buildings/{building_id}/reports/balance-sheet")
def get_sheet(actor: CurrentActor, building_id: UUID) -> Response:
    """The balance sheet of today, in euros; empty while the books are not open."""
    sheet = call(actor, service.sheet_today, building_id)
    return json(_sheet(_organization(actor, building_id), sheet, actor.locale))


@router.get("/buildings/{building_id}/reports/income-statement")
def get_statement(actor: CurrentActor, building_id: UUID, period_start: str, period_end: str) -> Response:
    """Costs and income of a period, in euros; empty while the books are not open."""
    _check_reader(actor)
    organization_id = _organization(actor, building_id)
    start, end = day_of(period_start, "period_start"), day_of(period_end, "period_end")
    costs, income = call(actor, service.result_between, building_id, start, end)
    return json(_statement(organization_id, start, end, costs, income))


@router.post("/pcn/report/{building_id}")
def make_pcn(
    actor: CurrentActor, building_id: UUID, body: Annotated[PcnBody | None, Body(examples=[_PERIOD])] = None
) -> Response:
    """Costs by group of the building's chart, in euros, labels in four languages. `entry_count`: lines of entries."""
    start, end = _ends(body.start_date, body.end_date) if body else (None, None)
    found = call(actor, service.costs_by_group, building_id, start, end)
    lines = [
        {"account_code": one.code, **{f"account_label_{locale}": one.labels[locale] for locale in ("nl", "fr", "de", "en")},
         "total_amount": euros(one.amount), "entry_count": one.lines}
        for one in found
    ]  # fmt: skip
    return json(
        {
            "building_id": building_id,
            "generated_at": _now(),
            "period_start": _stamp(start),
            "period_end": _stamp(end),
            "lines": lines,
            "total_amount": euros(sum(one.amount for one in found)),
            "total_entries": sum(one.lines for one in found),
        }
    )


@router.get("/pcn/export/pdf/{building_id}", responses={200: {"content": {"application/pdf": {}}}})
def export_pcn_pdf(
    actor: CurrentActor,
    building_id: UUID,
    start_date: str | None = None,
    end_date: str | None = None,
    language: str = "",
) -> Response:
    """Costs by group of the chart, labels in four languages."""
    building = call(actor, buildings.get_building, building_id)
    report = _pcn(actor, building_id, start_date, end_date)
    locale = _language(language, building.language)
    sender = call(actor, service.find_sender, building_id)
    return _pdf(report_pdf(report, sender, clock.today(), locale), report, "attachment")


@router.get("/pcn/export/excel/{building_id}", responses={200: {"content": {XLSX: {}}}})
def export_pcn_excel(
    actor: CurrentActor,
    building_id: UUID,
    start_date: str | None = None,
    end_date: str | None = None,
    language: str = "",
) -> Response:
    """The same as an Excel file."""
    building = call(actor, buildings.get_building, building_id)
    report = _pcn(actor, building_id, start_date, end_date)
    return _excel(xlsx.report_xlsx(report, building.name, _language(language, building.language)), report)


def _ends(start_date: str | None, end_date: str | None) -> tuple[date | None, date | None]:
    start = day_of(start_date, "start_date") if start_date else None
    end = day_of(end_date, "end_date") if end_date else None
    if start and end and start > end:
        raise Invalid("The period ends before it begins.", field="end_date")
    return start, end


def _stamp(on: date | None) -> str | None:
    return f"{on.isoformat()}T00:00:00Z" if on else None


def _pcn(actor: Actor, building_id: UUID, start_date: str | None, end_date: str | None) -> Report:
    start, end = _ends(start_date, end_date)
    found = call(actor, service.costs_by_group, building_id, start, end)
    texts = [column(name, Shown.TEXT) for name in ("Français", "Nederlands", "Deutsch", "English")]
    rows = [
        Row(Rank.LINE, (one.code, *(one.labels[locale] for locale in LANGUAGE_NAMES), one.lines, one.amount))
        for one in found
    ]
    total = Row(
        Rank.TOTAL,
        (
            "",
            words(N_("Total of the costs")),
            "",
            "",
            "",
            sum(one.lines for one in found),
            sum(one.amount for one in found),
        ),
    )
    period = (
        words(N_("From {start} to {end}"), start=start or "…", end=end or "…")
        if start or end
        else words(N_("All financial years"))
    )
    columns = (column(N_("Code"), Shown.CODE), *texts, column(N_("Lines"), Shown.WHOLE), column(N_("Amount (€)")))
    return Report(
        "costs-by-group", words(N_("Costs by group of the chart of accounts")), period, columns, [*rows, total]
    )


# --- Ours ------------------------------------------------------------------------------------------------------------


@router.get("/buildings/{building_id}/reports")
def list_reports(actor: CurrentActor, building_id: UUID) -> list[dict[str, str]]:
    """The reports, the one that fits the regime first; none while the books are not open."""
    found = call(actor, service.list_reports, building_id)
    return [{"report": name.value, "title": rules.REPORTS[name].title} for name in found]


@router.get("/buildings/{building_id}/reports/{report}", responses=FILES)
def get_report(
    actor: CurrentActor, building_id: UUID, report: str, year_id: UUID | None = None, until: Day = None,
    from_on: Annotated[date | None, Query(alias="from")] = None, journal: Journal | None = None, first: str = "", last: str = "",
    format: Literal["json", "pdf", "xlsx"] = "json", language: str = "",
    disposition: Annotated[Literal["inline", "attachment"], Query()] = "attachment",
) -> Response:  # fmt: skip
    """A report of the books. Amounts of the JSON are integer cents; the files are in `language`, the building's by default.

    report: trial-balance, sheet, result, keys, budget, general-ledger, journals, owners, debtors, suppliers, funds, simplified.
    """
    _check_reader(actor)
    building = call(actor, buildings.get_building, building_id)
    locale = _language(language, building.language)
    wanted = Wanted(rules.report_named(report), year_id, from_on, until, journal, first.strip(), last.strip())
    if format == "xlsx":
        made: tuple[Report, IO[bytes]] = call(
            actor,
            service.read_report,
            building_id,
            wanted,
            locale,
            lambda r: (r, xlsx.report_xlsx(r, building.name, locale)),
        )
        return _excel(made[1], made[0])
    sender = call(actor, service.find_sender, building_id) if format == "pdf" else None
    limit = LARGEST if sender else JSON_ROWS
    whole = call(
        actor,
        service.read_report,
        building_id,
        wanted,
        locale,
        lambda r: replace(r, rows=list(rules.at_most(r.rows, limit))),
    )
    if sender is None:
        return json(wire(whole, locale))
    return _pdf(report_pdf(whole, sender, clock.today(), locale), whole, disposition)


_KINDS = {Shown.MONEY: "cents", Shown.CODE: "text", Shown.PAPER: "text"}


def wire(report: Report, locale: str) -> dict[str, Any]:
    """A report as JSON: sentences in the language, figures as they are (cents), days as ISO texts."""

    def value(cell: rules.Cell) -> Any:
        return wording.said(cell, locale) if isinstance(cell, Words) else cell

    return {
        "report": report.name, "title": wording.said(report.title, locale), "period": wording.said(report.period, locale),
        "columns": [
            {"label": head, "kind": _KINDS.get(one.shown, one.shown.value)}
            for head, one in zip(wording.heads(report, locale), report.columns, strict=True)
        ],
        "rows": [
            {"rank": row.rank.value, "level": row.level, "account_id": row.account_id, "entry_id": row.entry_id,
             "cells": [value(one) for one in row.cells]}
            for row in report.rows
        ],
        "remarks": [{"tone": one.tone, "text": wording.said(one.words, locale)} for one in report.remarks],
    }  # fmt: skip


def _language(asked: str, default: str) -> str:
    if asked and asked not in LOCALES:
        raise Invalid("Choose one from the list.", field="language")
    return asked or default


def _pdf(content: bytes, report: Report, disposition: str) -> Response:
    headers = {"Content-Disposition": f'{disposition}; filename="{_file(report)}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _excel(file: IO[bytes], report: Report) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{_file(report)}.xlsx"'}
    return StreamingResponse(_chunks(file), media_type=XLSX, headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(64 * 1024):
            yield chunk


def _file(report: Report) -> str:
    """trial-balance-2026-12-31: the report and the last day of its period."""
    days = [value for value in report.period.params.values() if isinstance(value, date)]
    return f"{report.name}-{max(days)}" if days else report.name
