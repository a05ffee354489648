"""The books of a building: their state, years, lock and chart; and the list of every co-ownership's books."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.modules.buildings.pages import CODE, building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fields, fieldset, form, radio_group, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.tabs import Tab, tabs
from koprogo_app.ui.text import LOCALE, t

from .rules import KINDS, REGIMES
from .state import AccountFormState, AccountRow, BookRow, BooksState, BookState, ChartState, YearRow

register(
    books=Topic(
        N_("The books of a co-ownership"),
        N_(
            "From twenty lots on the accounts are kept by double entry, on the chart of accounts of co-ownerships. Below twenty "
            "they may be simplified: receipts and expenses, what is in cash and at the bank, both funds, what the co-owners owe "
            "and are owed. Cellars, garages and parking spaces are not counted.\n\nHere every entry is double; the simplified "
            "form shows the same entries in another way, so that one can change without entering anything again."
        ),
        "3.89 §5 15°", official=CODE,
    ),
    chart_of_accounts=Topic(
        N_("The chart of accounts"),
        N_(
            "The Royal Decree of 12 July 2012 gives co-ownerships a chart of their own, in seven classes. You may add "
            "sub-accounts and leave out what you do not use; an account on which something is entered stays.\n\nOur sources "
            "differ on the codes of both funds: no calculation depends on them."
        ),
        "3.89 §5 15°", "medium", CODE,
    ),
    period_lock=Topic(
        N_("Locking a period"),
        N_(
            "Up to the locked day nothing can be entered or reversed, by anybody. Lock a month once it is checked, a year once the "
            "meeting has approved the accounts. Opening it again needs a reason, which stays in the audit trail."
        ),
    ),
    financial_year=Topic(
        N_("Financial years"),
        N_(
            "The statutes or the meeting fix the closing day. A year may be shorter or longer once, when that day changes. Years "
            "follow each other without a gap: what the co-ownership owns and owes goes over from one to the next, costs and income "
            "begin at nothing."
        ),
    ),
)  # fmt: skip

SECTIONS = (  # a section is a page; those of other modules are named here by their address only
    ("books", N_("State of the books"), "/books"),
    ("invoices", N_("Invoices"), "/invoices"),
    ("entries", N_("Entries"), "/entries"),
    ("balances", N_("Balances"), "/balances"),
    ("owners", N_("Co-owners' balances"), "/owner-balances"),
    ("accounts", N_("Chart of accounts"), "/accounts"),
    ("opening", N_("Take-over"), "/opening"),
    ("reports", N_("Reports"), "/reports"),
    ("checks", N_("Checks"), "/checks"),
    ("verification", N_("Verification"), "/verification"),
    ("closing", N_("Closing"), "/closing"),
)
ASKED_SECTIONS = (  # what is asked of the co-owners, and what becomes of it
    ("calls", N_("Calls for funds"), "/calls"),
    ("payments", N_("Payments"), "/payments"),
    ("statements", N_("Statements"), "/statements"),
    ("budgets", N_("Budgets"), "/budgets"),
    ("funds", N_("Funds"), "/funds"),
    ("meters", N_("Meters"), "/meters"),
)


def books_frame(section: str, *content: Any, actions: Sequence[Any] = ()) -> rx.Component:
    """The sections of a building's books around one of them. Its page loads BuildingState.load first."""
    bar = tabs(
        [Tab(key, t(label), building_address() + path) for key, label, path in SECTIONS],
        section,
        t("Parts of the books"),
    )
    return building_frame("books", bar, *content, actions=actions)


def charges_frame(section: str, *content: Any, actions: Sequence[Any] = ()) -> rx.Component:
    """The sections of what is asked of the co-owners around one of them. Its page loads BuildingState.load first."""
    bar = tabs(
        [Tab(key, t(label), building_address() + path) for key, label, path in ASKED_SECTIONS],
        section,
        t("Parts of the charges"),
    )
    return building_frame("charges", bar, *content, actions=actions)


def not_open() -> rx.Component:
    """Shown by every section while the books are not open."""
    return empty_state(
        t("The books of this building are not open yet."), t("Choose the first year and how they are kept."),
        button(t("Open the books"), kind="solid", icon_name="book-open", href=building_address() + "/books"), icon_name="book-open",
    )  # fmt: skip


# --- Every co-ownership ----------------------------------------------------------------------------------------------


def _book_cells(b: BookRow) -> list[Any]:
    state = rx.cond(b.open, badge(t("Opened"), "ok", "book-open"), badge(t("Not opened"), "neutral", "circle-minus"))
    return [b.name, b.city, state, b.regime, b.ends, rx.cond(b.locked != "", b.locked, muted("–"))]


@page(
    "/books", N_("Books"), permission=P.LEDGER_READ, on_load=BooksState.load, nav=Nav("money", "book-open", 10, key="k")
)
def all_books() -> rx.Component:
    return body(
        page_head(t("Books"), t("The accounts of each co-ownership."), topic="books"),
        data_table(
            [
                Column("name", t("Building"), sortable=True, mobile="name"), Column("city", t("City")),
                Column("state", t("Books"), mobile="state"), Column("regime", t("Regime")),
                Column("ends", t("Last year ends")), Column("locked_until", t("Locked up to"), sortable=True, mobile="date"),
            ],
            BooksState.rows, _book_cells, caption=t("Books"), state=BooksState, href=lambda b: "/buildings/" + b.id + "/books",
            search=t("Search a building"),
            filters=[Filter("state", t("Books"), [("open", t("Opened")), ("closed", t("Not opened"))])],
            empty=empty_state(t("No building yet."), icon_name="building-2"),
        ),
    )  # fmt: skip


# --- One building ----------------------------------------------------------------------------------------------------


def _regime_field() -> rx.Component:
    few = t("Here {count} lots count: you may choose.", count=BookState.lots)
    many = t("Here {count} lots count: the law wants double entry.", count=BookState.lots)
    return radio_group(
        t("How the books are kept"), "regime", [(regime.value, t(words)) for regime, words in REGIMES.items()],
        value=BookState.regime, errors=BookState.errors, hint=rx.cond(BookState.may_simplify, few, many),
    )  # fmt: skip


def _year_fields(values: Any = None) -> rx.Component:
    v, e = BookState.values if values is None else values, BookState.errors
    return fields(
        date_field(t("First day"), "starts_on", value=v.get("starts_on", ""), errors=e, required=True),
        date_field(t("Last day"), "ends_on", value=v.get("ends_on", ""), errors=e, required=True),
    )


def _begin() -> rx.Component:
    entry = form(
        BookState.begin, fieldset(t("First financial year"), _year_fields()), _regime_field(),
        submit=t("Open the books"), icon_name="book-open", errors=BookState.errors,
    )  # fmt: skip
    why = stack(
        paragraph(t("The chart of accounts of co-ownerships comes with them, in four languages; you can add to it.")),
        paragraph(t("If you take the building over, choose the year in which you begin: the balances of the day before are entered next."), muted=True),
        row(article("3.89 §5 15°", "books")),
        gap=2,
    )  # fmt: skip
    told = note(t("The books of this building are not open yet. The syndic or the accountant opens them."), tone="info")
    return rx.cond(
        may(P.LEDGER_SETUP),
        columns(card(entry, title=t("Open the books"), topic="books"), aside(card(why, title=t("What this does")), label=t("Details")), shape="form"),
        told,
    )  # fmt: skip


def _year_cells(y: YearRow) -> list[Any]:
    correct = form_dialog(
        button(t("Correct"), icon_name="pencil", size="sm"), t("Correct the last year"), _year_fields(BookState.latest),
        on_submit=BookState.change_year, submit=t("Save the year"), open=BookState.correcting,
        on_open_change=BookState.show_correcting, errors=BookState.errors, key=BookState.latest.to_string(),
    )  # fmt: skip
    remove = confirm_dialog(
        button(t("Remove"), icon_name="trash-2", size="sm", kind="danger"), t("Remove the year {year}?", year=y.words),
        t("It goes only if nothing is entered in it."), t("Remove the year"), BookState.remove_year, danger=True,
    )  # fmt: skip
    see = link(t("Balances"), building_address() + "/balances?year=" + y.id)
    return [y.words, y.first, y.last, row(see, rx.cond(y.latest & may(P.LEDGER_SETUP), row(correct, remove)))]


def _years() -> rx.Component:
    add = form_dialog(
        button(t("Add a year"), icon_name="plus", size="sm"), t("Add a financial year"), _year_fields(),
        on_submit=BookState.add_year, submit=t("Add the year"), open=BookState.adding, on_open_change=BookState.show_adding,
        errors=BookState.errors, description=t("The meeting may change the closing day: the year is then shorter or longer."),
    )  # fmt: skip
    table = data_table(
        [Column("words", t("Year"), mobile="name"), Column("first", t("From"), mobile="state"), Column("last", t("Until"), mobile="date"),
         Column("see", t("Actions"), mobile="acts")],
        BookState.years, _year_cells, caption=t("Financial years"),
    )  # fmt: skip
    return card(
        table,
        title=t("Financial years"),
        topic="financial_year",
        flush=True,
        actions=[rx.cond(may(P.LEDGER_SETUP), add)],
    )


def _lock() -> rx.Component:
    change = form_dialog(
        button(t("Change the lock"), icon_name="lock", size="sm"), t("Lock the books up to a day"),
        date_field(t("Locked up to"), "locked_until", value=BookState.locked_until, errors=BookState.errors,
            hint=t("Leave it empty to lock nothing.")),
        textarea(t("Reason"), "reason", errors=BookState.errors, rows=2, hint=t("Needed to open a period again; the audit trail keeps it.")),
        on_submit=BookState.lock, submit=t("Lock"), open=BookState.locking, on_open_change=BookState.show_locking,
        errors=BookState.errors, key=BookState.locked_until,
    )  # fmt: skip
    said = rx.cond(
        BookState.locked != "",
        t("Nothing is entered any more up to and including {day}.", day=BookState.locked),
        t("No period is locked."),
    )
    return card(paragraph(said), rx.cond(may(P.LEDGER_CLOSE), change), title=t("Locked period"), topic="period_lock")


def _regime() -> rx.Component:
    change = form_dialog(
        button(t("Change the regime"), icon_name="pencil", size="sm"), t("How the books are kept"), _regime_field(),
        on_submit=BookState.change_regime, submit=t("Save"), open=BookState.changing, on_open_change=BookState.show_changing,
        errors=BookState.errors,
    )  # fmt: skip
    facts = definitions([(t("Regime"), BookState.regime_words), (t("Lots that count"), BookState.lots)])
    return card(facts, rx.cond(may(P.LEDGER_SETUP), change), title=t("Regime"), topic="books")


@page(
    "/buildings/[building_id]/books", N_("State of the books"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, BookState.load], crumbs=building_crumbs, here=lambda: t("Books"),
)  # fmt: skip
def book() -> rx.Component:
    open_ = columns(_years(), aside(_regime(), _lock(), label=t("Details")))
    enter = button(
        t("New entry"), icon_name="plus", kind="solid", href=building_address() + "/entries/new", shortcut="N"
    )
    shown = rx.cond(BookState.ready, rx.cond(BookState.open, open_, _begin()))
    return books_frame("books", shown, actions=[rx.cond(BookState.open & may(P.LEDGER_POST), enter)])


# --- Chart -----------------------------------------------------------------------------------------------------------


def _account_cells(a: AccountRow) -> list[Any]:
    party = rx.match(a.party, ("owner", t("Co-owners")), ("supplier", t("Suppliers")), "")
    use = rx.cond(a.postable, party, badge(t("Group"), "neutral", "folder"))
    edit = link(t("Change"), building_address() + "/accounts/" + a.id + "/edit")
    return [a.code, a.label, a.kind, use, rx.cond(may(P.LEDGER_SETUP), edit)]


@page(
    "/buildings/[building_id]/accounts", N_("Chart of accounts"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, ChartState.load], crumbs=building_crumbs, here=lambda: t("Chart of accounts"),
)  # fmt: skip
def chart() -> rx.Component:
    add = button(
        t("Add an account"), icon_name="plus", kind="solid", href=building_address() + "/accounts/new", shortcut="N"
    )
    table = data_table(
        [
            Column("code", t("Code"), sortable=True, mobile="state"), Column("label", t("Account"), mobile="name", wide=True),
            Column("kind", t("Kind"), mobile="date"), Column("use", t("Each line names")), Column("act", t("Actions"), mobile="acts"),
        ],
        ChartState.rows, _account_cells, caption=t("Chart of accounts"), state=ChartState,
        href=lambda a: building_address() + "/accounts/" + a.id, search=t("Code or words"),
        filters=[
            Filter("class", t("Class"), [(str(n), str(n)) for n in range(1, 8)]),
            Filter("kind", t("Kind"), [(kind.value, t(word)) for kind, word in KINDS.items()]),
            Filter("postable", t("Use"), [("1", t("Takes entries"))]),
        ],
        empty=not_open(),
    )  # fmt: skip
    return books_frame("accounts", table, actions=[rx.cond((ChartState.total > 0) & may(P.LEDGER_SETUP), add)])


def _account_form(on_submit: Any, submit: Any, known: bool) -> rx.Component:
    v, e = AccountFormState.values, AccountFormState.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=v.get(name, ""), errors=e, **more)

    others = [rx.cond(locale != LOCALE, text(word, f"label_{locale}")) for locale, word in LANGUAGE_NAMES.items()]
    return form(
        on_submit,
        text(t("Code"), "code", required=True, inputmode="numeric", disabled=known,
            hint=t("Begin with the code of the account that it belongs to: 610100 belongs to 610.")),
        text(t("Name"), "label", required=True),
        select_field(t("Kind"), "kind", [(kind.value, t(word)) for kind, word in KINDS.items()], value=v.get("kind", ""), errors=e,
            blank=t("As the class of the code"), hint=t("Class 4 holds what is owed on both sides: say which.")),
        checkbox(t("Amounts are entered on it"), "postable", checked=v.get("postable", "") == "on", errors=e,
            hint=t("Not for an account that only groups others.")),
        fieldset(t("In the other languages"), fields(*others), hint=t("Where nothing is entered, the name above is shown.")),
        submit=submit, errors=e, key=AccountFormState.title,
        secondary=[button(t("Go back"), href=building_address() + "/accounts")],
    )  # fmt: skip


def _chart_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Chart of accounts"), building_address() + "/accounts")]


@page(
    "/buildings/[building_id]/accounts/new", N_("Add an account"), permission=P.LEDGER_SETUP,
    on_load=[BuildingState.load, AccountFormState.start], crumbs=_chart_crumbs, here=lambda: t("Add an account"),
)  # fmt: skip
def new_account() -> rx.Component:
    return books_frame("accounts", card(_account_form(AccountFormState.create, t("Add the account"), False), title=t("Add an account"), topic="chart_of_accounts"))  # fmt: skip


@page(
    "/buildings/[building_id]/accounts/[account_id]/edit", N_("Change an account"), permission=P.LEDGER_SETUP,
    on_load=[BuildingState.load, AccountFormState.edit], crumbs=_chart_crumbs, here=lambda: AccountFormState.title,
)  # fmt: skip
def edit_account() -> rx.Component:
    delete = confirm_dialog(
        button(t("Delete the account"), icon_name="trash-2", kind="danger"), t("Delete the account {name}?", name=AccountFormState.title),
        t("It goes only if nothing was ever entered on it."), t("Delete the account"), AccountFormState.delete, danger=True,
    )  # fmt: skip
    known = card(
        _account_form(AccountFormState.save, t("Save the account"), True),
        title=AccountFormState.title,
        topic="chart_of_accounts",
    )
    gone = empty_state(
        t("This account does not exist."),
        None,
        button(t("See the chart"), href=building_address() + "/accounts"),
        icon_name="search-x",
    )
    shown = rx.cond(AccountFormState.missing, gone, known)
    return books_frame("accounts", shown, actions=[rx.cond(AccountFormState.own & ~AccountFormState.missing, delete)])
