"""The reports of a building's books: the list of them, and one at a time, with its figures leading to their accounts."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.modules.accounts.pages import books_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fields, form, select_field
from koprogo_app.ui.help import Topic, help_button, register
from koprogo_app.ui.layout import card, heading, muted, paragraph, row, rows, stack, strong, unseen
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.share_bar import share_bar
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .rules import Name
from .state import AboutRow, BarRow, RemarkRow, ReportRow, ReportsState, ReportState

register(
    simplified_report=Topic(
        N_("Simplified books"),
        N_(
            "Under twenty lots, without cellars, garages and parking spaces, the law is content with this: receipts and expenses, "
            "what is in cash and at the bank and how it moved, the amount of both funds, what the co-owners owe and are owed.\n\n"
            "Here it is one page of the same entries: from twenty lots on it explains the accounts but does not replace them."
        ),
        "3.89 §5 15°", official=CODE,
    ),
    aged_debts=Topic(
        N_("Debts by age"),
        N_(
            "The syndic may take every step, in court or out of it, to recover the charges. The older a debt, the more it puts "
            "the cash of the association at risk.\n\nAges count from the day it was due. What a co-owner pays counts for what it "
            "settles, else for his oldest amounts; an amount that was entered by mistake and reversed is left out "
            "together with its reversal."
        ),
        "3.86 §3", "medium", CODE,
    ),
)  # fmt: skip

SHAPES = ("2+4", "2+3", "5+2", "1+4", "1+6", "3+2")  # words and figures a row


def _about(one: AboutRow) -> rx.Component:
    return stack(link(strong(one.title), building_address() + "/reports/" + one.name), muted(one.answers), gap=1)


@page(
    "/buildings/[building_id]/reports", N_("Reports"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, ReportsState.load], crumbs=building_crumbs, here=lambda: t("Reports"),
)  # fmt: skip
def reports() -> rx.Component:
    lead = row(
        paragraph(t("Each report opens on this year; every account in it leads to its entries."), muted=True),
        article("3.89 §5 15°", "simplified_report"),
    )
    listed = card(rows(ReportsState.rows, _about), title=t("Reports"), flush=True)
    shown = rx.cond(ReportsState.rows.length() > 0, stack(lead, listed), not_open())  # type: ignore[attr-defined]
    return books_frame("reports", rx.cond(ReportsState.ready, shown))


def _cell(r: Any, n: int) -> rx.Component:
    text = r.cells[n]
    return rx.cond(r.rank == "line", text, strong(text))


def _cells(r: ReportRow, width: int) -> list[Any]:
    named = rx.cond(r.cells[0] != "", _cell(r, 0), unseen(r.name))
    first = rx.cond(r.href != "", link(named, r.href), named)
    return [first, *(_cell(r, n) for n in range(1, width))]


def _table(shape: str) -> rx.Component:
    """The rows of a report whose columns are so many words and figures; their heads come with the rows."""
    texts, figures = map(int, shape.split("+"))
    s: Any = ReportState
    wide = {2: 1, 5: 4}.get(texts, 0)
    columns = [
        Column(str(n), s.heads[n], numeric=n >= texts, wide=n == wide) for n in range(texts + figures)
    ]  # fmt: skip
    return data_table(
        columns, s.rows, lambda r: _cells(r, texts + figures), caption=s.title, state=s,
        empty=empty_state(t("Nothing was entered in this period."), icon_name="book-open"),
    )  # fmt: skip


def _form() -> rx.Component:
    s: Any = ReportState
    v, e = s.values, s.errors
    languages = [(code, name) for code, name in LANGUAGE_NAMES.items()]
    year = select_field(t("Year"), "year", s.years, value=v.get("year", ""), errors=e, required=True)
    start = date_field(t("From"), "from", value=v.get("from", ""), errors=e)
    until = date_field(t("Until"), "until", value=v.get("until", ""), errors=e)
    journal = select_field(
        t("Journal"), "journal", s.journals, value=v.get("journal", ""), errors=e, blank=t("All journals")
    )
    ends = [
        field(label, name, value=v.get(name, ""), errors=e, inputmode="numeric", hint=t("Code, or how it begins"))
        for label, name in ((t("From account"), "first"), (t("Up to account"), "last"))
    ]
    language = select_field(t("Language of the files"), "language", languages, value=s.language, required=True)
    asked = fields(
        year, rx.cond(s.asks.contains("from"), start), until, rx.cond(s.asks.contains("journal"), journal),
        rx.cond(s.asks.contains("range"), ends[0]), rx.cond(s.asks.contains("range"), ends[1]), language,
    )  # fmt: skip
    return form(s.show, asked, submit=t("Show the report"), errors=e, icon_name="eye")


def _remark(one: RemarkRow) -> rx.Component:
    return rx.match(
        one.tone, ("ok", note(one.said, tone="ok")), ("warn", note(one.said, tone="warn")), ("bad", note(one.said, tone="bad")),
        note(one.said, tone="info"),
    )  # type: ignore[return-value]  # fmt: skip


def _bar(b: BarRow) -> rx.Component:
    figures = row(b.label, row(strong(b.now), muted(b.before)), between=True)
    drawn = stack(share_bar([b.bar], b.said, legend=False), share_bar([b.earlier], b.said, legend=False), gap=1)
    return stack(figures, drawn, gap=1)


def _costs() -> rx.Component:
    lead = paragraph(t("In euros: this period in bold, the year before in grey."), small=True, muted=True)
    return card(lead, rows(ReportState.bars, _bar), title=t("Costs by group"))


def _topics() -> rx.Component:
    """Help of the report shown, where the law speaks of it."""
    topics = {
        Name.SIMPLIFIED: "simplified_report",
        Name.DEBTORS: "aged_debts",
        Name.FUNDS: "two_funds",
        Name.TRIAL: "books",
    }
    report: Any = rx.State.report  # type: ignore[attr-defined]
    return rx.match(report, *[(name.value, help_button(topic)) for name, topic in topics.items()], rx.fragment())  # type: ignore[return-value]


def _report_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Reports"), building_address() + "/reports")]


@page(
    "/buildings/[building_id]/reports/[report]", N_("Report"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, ReportState.load], crumbs=_report_crumbs, here=lambda: ReportState.title,
)  # fmt: skip
def report() -> rx.Component:
    s: Any = ReportState
    back = button(t("See the reports"), href=building_address() + "/reports")
    gone = empty_state(t("There is no such report."), None, back, icon_name="search-x")
    tables = rx.match(s.shape, *[(shape, _table(shape)) for shape in SHAPES], rx.fragment())
    found = stack(
        row(heading(s.title), _topics(), muted(s.period)), card(_form(), label=t("What is shown")),
        rx.cond(s.pdf_reason != "", note(s.pdf_reason, tone="warn")),
        stack(rx.foreach(s.remarks, _remark), gap=2), tables, rx.cond(s.bars.length() > 0, _costs()),
    )  # fmt: skip
    shown = rx.cond(s.missing, gone, rx.cond(s.open, found, not_open()))
    files = [
        rx.cond(s.pdf_reason == "", button("PDF", icon_name="file-text", href=s.pdf, download=True)),
        button("Excel", icon_name="file-spreadsheet", href=s.xlsx, download=True),
    ]
    return books_frame("reports", rx.cond(s.ready, shown), actions=[rx.cond(s.open & ~s.missing, row(*files))])
