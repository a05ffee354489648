"""What the pages of the reports show: which there are, and one of them, worded for its reader."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import LOCALES, amount, translate
from koprogo_app.core.validation import chosen_id, day_of
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.state import year_words
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.ledger.rules import JOURNALS, Journal
from koprogo_app.ui import address
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session
from koprogo_app.ui.share_bar import Share

from . import rules, service, wording
from .rules import Bar, Name, Report, Row, Wanted

ASKED = ("year", "from", "until", "journal", "first", "last")


@dataclass
class AboutRow:
    name: str
    title: str
    answers: str


class ReportsState(Session, rx.State):
    """The reports of a building, the one that fits its regime first."""

    rows: list[AboutRow] = []
    ready: bool = False

    @event(P.LEDGER_READ)
    async def load(self):
        locale = await self._locale()
        found = await self._run(service.list_reports, id_of(self.building_id))
        abouts = [(name, rules.REPORTS[name]) for name in found]
        self.rows = [
            AboutRow(name.value, translate(locale, about.title), translate(locale, about.answers))
            for name, about in abouts
        ]
        self.ready = True


@dataclass
class ReportRow:
    """A row of a report; `rank` as in rules.Rank, `href`: where the figure comes from."""

    cells: list[str]
    rank: str
    href: str
    name: str  # its first words: what readers hear where the first cell is empty


@dataclass
class RemarkRow:
    tone: str
    said: str


@dataclass
class BarRow:
    """Costs of a group beside those of a year earlier; the parts are as wide as the largest figure allows."""

    label: str
    now: str
    before: str
    said: str
    bar: Share
    earlier: Share


@listed(P.LEDGER_READ)
class ReportState(Listing, rx.State):
    """One report of a building: the year and days chosen, its rows page by page, its files."""

    title: str = ""
    period: str = ""
    shape: str = ""  # how many columns hold words and how many figures: "2+4"
    heads: list[str] = []
    rows: list[ReportRow] = []
    remarks: list[RemarkRow] = []
    bars: list[BarRow] = []
    years: list[Choice] = []
    journals: list[Choice] = []
    values: dict[str, str] = {}
    asks: list[str] = []
    language: str = ""
    pdf: str = ""
    xlsx: str = ""
    pdf_reason: str = ""
    missing: bool = False
    open: bool = False
    ready: bool = False
    errors: dict[str, str] = {}
    size: int = 100

    @event(P.LEDGER_READ)
    async def load(self):
        locale = await self._locale()
        self.errors, self.ready, self.missing = {}, False, False
        building = await self._run(buildings.get_building, id_of(self.building_id))
        try:
            name = rules.report_named(self.report)  # type: ignore[attr-defined]  (of the page's address)
        except Invalid:
            self.missing, self.ready = True, True
            return
        self._narrow(*ASKED)
        found = await self._run(accounts.list_years, building.id)
        self.years = [Choice(str(year.id), year_words(year, locale)) for year in found]
        self.journals = [Choice(journal.value, translate(locale, word)) for journal, word in JOURNALS.items()]
        self.title, self.asks = translate(locale, rules.REPORTS[name].title), rules.REPORTS[name].asks.split()
        self.language = self.language or building.language
        self.rows, self.open, self.ready = [], bool(found), True
        try:
            await self._run(service.find_sender, building.id)
            self.pdf_reason = ""
        except DomainError as error:
            self.pdf_reason = translate(locale, error.message, **error.params)
        if self.open:
            await self._read()

    @event(P.LEDGER_READ)
    async def show(self, form: dict[str, Any]):
        """Reads the report for what is chosen, which the address keeps."""
        self.errors = {}
        language = str(form.get("language", ""))
        self.language = language if language in LOCALES else self.language
        chosen = {name: str(form.get(name, "")).strip()[:100] for name in ASKED}
        if chosen["year"] != self.values.get("year"):  # the days of another year are not of this one
            chosen |= {"from": "", "until": ""}
        self.page, self.filters = 1, {name: value for name, value in chosen.items() if value}
        await self._read()
        return [address.kept(name, chosen[name]) for name in ASKED]

    async def _read(self) -> None:
        locale, building_id = await self._locale(), id_of(self.building_id)
        wanted = wanted_of(rules.report_named(self.report), self.filters)  # type: ignore[attr-defined]
        report, self.total, scope = await self._run(service.show_report, building_id, wanted, locale, self._asked())
        self.values = {
            "year": str(scope.year.id), "from": scope.from_on.isoformat(), "until": scope.until.isoformat(),
            "journal": wanted.journal or "", "first": wanted.first, "last": wanted.last,
        }  # fmt: skip
        self._show(report, building_id, locale)

    def _show(self, report: Report, building_id: UUID, locale: str) -> None:
        self.period, self.heads = wording.said(report.period, locale), wording.heads(report, locale)
        figures = sum(one.shown in (rules.Shown.MONEY, rules.Shown.WHOLE) for one in report.columns)
        self.shape = f"{len(report.columns) - figures}+{figures}"
        year = self.values["year"]
        self.rows = [_row(row, report, f"/buildings/{building_id}", year, locale) for row in report.rows]
        self.remarks = [RemarkRow(one.tone, wording.said(one.words, locale)) for one in report.remarks]
        self.bars = _bars(report.bars, locale)
        asked = {name: self.values[name] for name in ("from", "until", "journal", "first", "last") if self.values[name]}
        query = {"year_id": year, **asked, "language": self.language}
        base = f"/api/v1/buildings/{building_id}/reports/{report.name}?{urlencode(query)}&format="
        self.pdf, self.xlsx = base + "pdf", base + "xlsx"


def wanted_of(name: Name, asked: dict[str, str]) -> Wanted:
    """What the form or the address asks for. Invalid beside its field."""
    journal = asked.get("journal", "")
    if journal and journal not in set(Journal):
        raise Invalid("Choose one from the list.", field="journal")
    year = chosen_id(asked["year"], "year") if asked.get("year") else None
    return Wanted(
        name, year, _day(asked, "from"), _day(asked, "until"), Journal(journal) if journal else None,
        asked.get("first", ""), asked.get("last", ""),
    )  # fmt: skip


def _day(asked: dict[str, str], name: str) -> date | None:
    return day_of(asked[name], name) if asked.get(name) else None


def _row(row: Row, report: Report, building: str, year: str, locale: str) -> ReportRow:
    cells = [wording.cell(value, one.shown, locale) for value, one in zip(row.cells, report.columns, strict=True)]
    cells[0] = "\u2003" * row.level + cells[0]
    if row.entry_id:
        href = f"{building}/entries/{row.entry_id}"
    else:
        href = f"{building}/accounts/{row.account_id}?year={year}" if row.account_id else ""
    return ReportRow(cells, row.rank.value, href, next((text for text in cells if text), "–"))


def _bars(bars: tuple[Bar, ...], locale: str) -> list[BarRow]:
    """Widths in percent of the largest figure; what is below zero has no width."""
    most = max((figure for bar in bars for figure in (bar.now, bar.before)), default=0)

    def part(figure: int, kind: str) -> Share:
        tenths = max(0, figure) * 1000 // most if most > 0 else 0
        return Share("", "", f"{tenths // 10}.{tenths % 10}", kind)

    rows: list[BarRow] = []
    for bar in bars:
        now, before = amount(bar.now, locale), amount(bar.before, locale)
        said = translate(locale, "{group}: {now} €, a year earlier {before} €", group=bar.label, now=now, before=before)
        rows.append(BarRow(bar.label, now, before, said, part(bar.now, "k1"), part(bar.before, "k4")))
    return rows
