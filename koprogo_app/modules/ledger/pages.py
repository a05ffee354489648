"""The journals of a building, an entry, its form, the balances and each account line by line."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fields, fieldset, form, money_field, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, money, muted, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .form_state import LINES, EntryFormState
from .rules import JOURNALS, Journal
from .state import (
    AccountLineRow,
    AccountLinesState,
    BalanceRow,
    BalancesState,
    EntriesState,
    EntryRow,
    EntryState,
    LineRow,
)

register(
    entries=Topic(
        N_("Entries"),
        N_(
            "An entry has two sides that are equal to the cent. It gets the next number of its journal and year, without a gap, and "
            "is never changed or deleted: a mistake is undone by its mirror, with the reason, and entered anew.\n\nVouchers are "
            "dated and numbered, and kept for seven years when they may serve as evidence against others, three years when they "
            "are only internal."
        ),
        "3.89 §5 15°", official=CODE,
    ),
    debit_credit=Topic(
        N_("Debit and credit"),
        N_(
            "Debit: what comes in or is used up – money on the bank, a co-owner who owes, a cost. Credit: where it comes from – a "
            "supplier to be paid, a fund, an income.\n\nA lift invoice: debit lift maintenance, credit the supplier. Its payment: "
            "debit the supplier, credit the bank."
        ),
    ),
)  # fmt: skip

_JOURNALS = [(journal.value, t(words)) for journal, words in JOURNALS.items()]


def _address(entry_id: Any) -> Any:
    return building_address() + "/entries/" + entry_id


def _enter() -> rx.Component:
    return button(
        t("New entry"), icon_name="plus", kind="solid", href=building_address() + "/entries/new", shortcut="N"
    )


# --- Journals --------------------------------------------------------------------------------------------------------


def _entry_cells(e: EntryRow) -> list[Any]:
    words = row(e.words, rx.cond(e.reversal, badge(t("Reversal"), "neutral", "undo-2")))
    return [e.number, e.on, words, e.reference, money(e.total)]


@page(
    "/buildings/[building_id]/entries", N_("Entries"), permission=P.LEDGER_READ, on_load=[BuildingState.load, EntriesState.load],
    crumbs=building_crumbs, here=lambda: t("Entries"),
)  # fmt: skip
def entries() -> rx.Component:
    none = empty_state(
        t("Nothing is entered yet."),
        t("Enter the first amount, or take the balances over from your books."),
        icon_name="book-open",
    )
    table = data_table(
        [
            Column("number", t("Number"), mobile="state"), Column("entry_on", t("Date"), sortable=True, mobile="date"),
            Column("description", t("Description"), sortable=True, mobile="name", wide=True), Column("reference", t("Voucher number")),
            Column("total_cents", t("Amount"), numeric=True, sortable=True, mobile="amount"),
        ],
        EntriesState.rows, _entry_cells, caption=t("Entries"), state=EntriesState, href=lambda e: _address(e.id),
        search=t("Number, description or voucher"),
        filters=[Filter("journal", t("Journal"), _JOURNALS), Filter("year", t("Year"), EntriesState.years)],
        empty=rx.cond(EntriesState.books, none, not_open()),
    )  # fmt: skip
    return books_frame("entries", table, actions=[rx.cond(EntriesState.books & may(P.LEDGER_POST), _enter())])


# --- One entry -------------------------------------------------------------------------------------------------------


def _line_cells(x: LineRow) -> list[Any]:
    account = link(x.account, building_address() + "/accounts/" + x.account_id + "?year=" + EntryState.year_id)
    return [account, x.party, x.words, money(x.debit), money(x.credit)]


def _reverse() -> rx.Component:
    return form_dialog(
        button(t("Reverse"), icon_name="undo-2"), t("Reverse {number}?", number=EntryState.number),
        date_field(t("Date of the reversal"), "entry_on", value=EntryState.today, errors=EntryState.errors, required=True),
        textarea(t("Reason"), "reason", errors=EntryState.errors, required=True, rows=2),
        on_submit=EntryState.reverse, submit=t("Reverse the entry"), open=EntryState.reversing, on_open_change=EntryState.show_reversing,
        errors=EntryState.errors, key=EntryState.number,
        description=t("The mirror of this entry is posted; both stay in the books. This cannot be undone."),
    )  # fmt: skip


def _entry_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Entries"), building_address() + "/entries")]


@page(
    "/buildings/[building_id]/entries/[entry_id]", N_("Journal entry"), permission=P.LEDGER_READ, on_load=[BuildingState.load, EntryState.load],
    crumbs=_entry_crumbs, here=lambda: EntryState.number,
)  # fmt: skip
def entry() -> rx.Component:
    s = EntryState
    table = data_table(
        [
            Column("account", t("Account"), mobile="name", wide=True), Column("party", t("Co-owner or supplier"), mobile="state"),
            Column("words", t("Description"), wide=True), Column("debit", t("Debit"), numeric=True, mobile="amount"),
            Column("credit", t("Credit"), numeric=True, mobile="date"),
        ],
        s.rows, _line_cells, caption=t("Lines of the entry"), footer=[t("Total"), "", "", money(s.total), money(s.total)],
    )  # fmt: skip
    voucher = rx.cond(
        s.document_id != "",
        file_link(t("Open the voucher"), "/api/v1/documents/" + s.document_id + "/download"),
        muted(t("No voucher attached.")),
    )
    facts = definitions([
        (t("Number"), s.number), (t("Journal"), s.journal), (t("Date"), s.on), (t("Description"), s.words),
        (t("Voucher number"), rx.cond(s.reference != "", s.reference, "–")), (t("Voucher"), voucher),
    ])  # fmt: skip
    undone = rx.cond(
        s.reversed_by != "",
        note(t("This entry is reversed."), " ", link(t("See the reversal"), _address(s.reversed_by)), tone="warn"),
    )
    undoes = rx.cond(
        s.reverses != "",
        note(t("This entry reverses another."), " ", link(t("See the entry"), _address(s.reverses)), tone="info"),
    )
    known = stack(
        undone,
        undoes,
        columns(table, aside(card(facts, title=t("Journal entry"), topic="entries"), label=t("Details"))),
    )
    gone = empty_state(
        t("This journal entry does not exist."),
        None,
        button(t("See the entries"), href=building_address() + "/entries"),
        icon_name="search-x",
    )
    act = rx.cond(s.reversible & may(P.LEDGER_POST), _reverse())
    return books_frame("entries", rx.cond(s.missing, gone, known), actions=[rx.cond(s.missing, rx.fragment(), act)])


def _line_fields(n: int) -> rx.Component:
    s, e = EntryFormState, EntryFormState.errors
    party = rx.match(
        s.parties[n],
        ("owner", picker(t("Co-owner"), f"owner-{n}", s.owners, errors=e, required=True)),
        ("supplier", picker(t("Supplier"), f"supplier-{n}", s.suppliers, errors=e, required=True)),
        rx.fragment(),
    )

    def side(label: Any, name: str) -> rx.Component:
        return money_field(label, name, errors=e, on_blur=lambda text: s.typed(name, text))

    account = picker(
        t("Account"), f"account-{n}", s.accounts, errors=e, required=True, on_change=lambda code: s.choose(n, code)
    )
    words = field(t("Description of the line"), f"words-{n}", errors=e)
    line = fieldset(
        t("Line {n}", n=n + 1), account, words, side(t("Debit"), f"debit-{n}"), side(t("Credit"), f"credit-{n}"), party
    )
    return line if n < 2 else rx.cond(s.count > n, line)


def _sums() -> rx.Component:
    s = EntryFormState
    wanting = badge(t("Still missing: {amount}", amount=s.missing), "warn", "triangle-alert")
    balance = rx.cond(
        s.missing != "", wanting, rx.cond(s.equal, badge(t("Both sides are equal"), "ok", "circle-check"))
    )
    sums = definitions([(t("Debit"), money(s.debit)), (t("Credit"), money(s.credit))])
    return card(sums, row(balance), title=t("Sums"), topic="debit_credit")


@page(
    "/buildings/[building_id]/entries/new", N_("New entry"), permission=P.LEDGER_POST,
    on_load=[BuildingState.load, EntryFormState.load], crumbs=_entry_crumbs, here=lambda: t("New entry"),
)  # fmt: skip
def new_entry() -> rx.Component:
    s, e = EntryFormState, EntryFormState.errors
    more = rx.cond(s.count < LINES, button(t("Add a line"), icon_name="plus", size="sm", on_click=s.more))
    entered = form(
        s.post,
        fields(
            date_field(t("Date"), "entry_on", value=s.today, errors=e, required=True),
            select_field(t("Journal"), "journal", _JOURNALS, value=Journal.ODS.value, errors=e, required=True),
        ),
        field(t("Description"), "description", errors=e, required=True),
        fields(
            field(t("Voucher number"), "document_ref", errors=e, hint=t("As it stands on the invoice or receipt.")),
            picker(t("Voucher"), "document_id", s.documents, errors=e, hint=t("A document of this building.")),
        ),
        *[_line_fields(n) for n in range(LINES)], row(more),
        submit=t("Post the entry"), errors=e, secondary=[button(t("Go back"), href=building_address() + "/entries")],
    )  # fmt: skip
    kept = paragraph(t("Once posted an entry is never changed: it is reversed."), small=True, muted=True)
    shown = columns(
        card(entered, title=t("New entry"), topic="entries"), aside(_sums(), kept, label=t("Sums")), shape="form"
    )
    return books_frame("entries", rx.cond(s.books, shown, not_open()))


# --- Balances --------------------------------------------------------------------------------------------------------


def _balance_cells(b: BalanceRow) -> list[Any]:
    return [b.code, b.label, money(b.before), money(b.debit), money(b.credit), money(b.after)]


@page(
    "/buildings/[building_id]/balances", N_("Balances"), permission=P.LEDGER_READ, on_load=[BuildingState.load, BalancesState.load],
    crumbs=building_crumbs, here=lambda: t("Balances"),
)  # fmt: skip
def balances() -> rx.Component:
    s = BalancesState
    none = empty_state(t("Nothing is entered in this year."), icon_name="book-open")
    table = data_table(
        [
            Column("code", t("Code"), mobile="state"), Column("label", t("Account"), mobile="name", wide=True),
            Column("before", t("Before"), numeric=True), Column("debit", t("Debit"), numeric=True), Column("credit", t("Credit"), numeric=True),
            Column("after", t("Balance"), numeric=True, mobile="amount"),
        ],
        s.rows, _balance_cells, caption=t("Balances"), state=s,
        href=lambda b: building_address() + "/accounts/" + b.id + "?year=" + s.filters.get("year", ""),
        search=t("Code or words"), filters=[Filter("year", t("Year"), s.years, every=t("This year"))],
        empty=rx.cond(s.books, none, not_open()), footer=[t("Total"), "", "", money(s.debit), money(s.credit), ""],
    )  # fmt: skip
    lead = paragraph(
        t("A balance is debit less credit: what is owed to others and the funds stand below zero."),
        small=True,
        muted=True,
    )
    return books_frame("balances", table, lead)


def _account_cells(x: AccountLineRow) -> list[Any]:
    words = row(
        x.words,
        rx.cond(
            x.document_id != "",
            file_link(t("Voucher"), "/api/v1/documents/" + x.document_id + "/download", icon_name="paperclip"),
        ),
    )
    return [x.number, x.on, words, x.party, money(x.debit), money(x.credit), money(x.balance)]


def _account_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Balances"), building_address() + "/balances")]


@page(
    "/buildings/[building_id]/accounts/[account_id]", N_("Account"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, AccountLinesState.load], crumbs=_account_crumbs, here=lambda: AccountLinesState.title,
)  # fmt: skip
def account() -> rx.Component:
    s = AccountLinesState
    table = data_table(
        [
            Column("number", t("Number"), mobile="state"), Column("on", t("Date"), mobile="date"),
            Column("words", t("Description"), mobile="name", wide=True), Column("party", t("Co-owner or supplier")),
            Column("debit", t("Debit"), numeric=True), Column("credit", t("Credit"), numeric=True),
            Column("balance", t("Balance"), numeric=True, mobile="amount"),
        ],
        s.rows, _account_cells, caption=t("Entries"), state=s, href=lambda x: _address(x.entry_id),
        filters=[Filter("year", t("Year"), s.years, every=t("This year"))],
        empty=empty_state(t("Nothing is entered on this account in this year."), icon_name="book-open"),
        footer=[t("Balance"), "", "", "", "", "", money(s.after)],
    )  # fmt: skip
    lead = row(paragraph(t("Before the first line: {amount}.", amount=s.before), muted=True))
    gone = empty_state(
        t("This account does not exist."),
        None,
        button(t("See the chart"), href=building_address() + "/accounts"),
        icon_name="search-x",
    )
    return books_frame("balances", rx.cond(s.missing, gone, stack(card(lead, title=s.title), table)))
