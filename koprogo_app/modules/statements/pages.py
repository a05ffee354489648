"""The office's pages of statements: the list, what one would be, and one that is published."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import bullets_of, card, money, muted, page_head, paragraph, row, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import STATUSES, Status
from .state import (
    OwnerRow,
    PrepareState,
    ProblemRow,
    StatementRow,
    StatementsState,
)

register(
    statements=Topic(
        N_("Statements of charges"),
        N_(
            "A statement settles a period: each cost falls on the lots by its key, within a lot on who held it, day by day; what was "
            "called on account is taken off. What is left is asked or given back. Calls for the funds are shown but not settled: "
            "that money is the association's.\n\nLook at it as often as you wish: nothing is written before you publish. Then one "
            "entry posts every balance, and the letters are made. Undo it in one step: the mirror is posted, and the same period "
            "can be settled anew."
        ),
        "3.86 §3", official=CODE,
    ),
    withheld_vouchers=Topic(
        N_("Vouchers that co-owners see"),
        N_(
            "Each co-owner opens the voucher behind each amount of his statement. Withhold one that holds private data of somebody "
            "else: the amount stays, the paper opens to nobody, from no line that has it.\n\nA voucher with a cost that one co-owner bears "
            "alone, beside costs of others, is withheld from the start. Show it when nothing in it is private."
        ),
        "3.89 §5 9°", official=CODE,
    ),
)  # fmt: skip


def statements_address() -> Any:
    """The statements of the building of the address."""
    return building_address() + "/statements"


def balance_badge(tone: Any) -> rx.Component:
    """What a balance means to the co-owner."""
    shown: Any = rx.match(
        tone,
        ("owes", badge(t("To pay"), "warn", "clock")),
        ("credit", badge(t("In credit"), "info", "hand-coins")),
        badge(t("Settled"), "ok", "circle-check"),
    )
    return shown


def status_badge(status: Any) -> rx.Component:
    """Published or reversed."""
    words = {key: t(word) for key, word in STATUSES.items()}
    shown: Any = rx.cond(
        status == Status.REVERSED.value,
        badge(words[Status.REVERSED], "neutral", "undo-2"),
        badge(words[Status.PUBLISHED], "accent", "send"),
    )
    return shown


# --- Lists -----------------------------------------------------------------------------------------------------------


def _columns(*first: Column) -> list[Column]:
    return [
        *first, Column("until_on", t("Period"), sortable=True, mobile="date" if first else "name"), Column("status", t("State"), mobile="state"),
        Column("costs_cents", t("Costs"), numeric=True, sortable=True, mobile="amount"), Column("provisions", t("Called on account"), numeric=True),
        Column("owners", t("Co-owners"), numeric=True), Column("due", t("Due on")),
    ]  # fmt: skip


def _cells(x: StatementRow) -> list[Any]:
    return [x.period, status_badge(x.status), money(x.costs), money(x.provisions), x.owners, x.due]


def _filters() -> list[Filter]:
    return [Filter("status", t("State"), [(key.value, t(word)) for key, word in STATUSES.items()])]


@page(
    "/buildings/[building_id]/statements", N_("Statements"), permission=P.LEDGER_READ, on_load=[BuildingState.load, StatementsState.load],
    crumbs=building_crumbs, here=lambda: t("Statements"),
)  # fmt: skip
def statements() -> rx.Component:
    s: Any = StatementsState
    prepare = button(
        t("Prepare a statement"), icon_name="file-text", kind="solid", href=statements_address() + "/new", shortcut="N"
    )
    none = empty_state(
        t("No statement yet."), t("Look at what the next one would be: nothing is written before you publish it."), prepare,
        icon_name="file-text",
    )  # fmt: skip
    table = data_table(
        _columns(), s.rows, _cells, caption=t("Statements"), state=s, href=lambda x: statements_address() + "/" + x.id,
        filters=_filters(), empty=rx.cond(s.books, none, not_open()),
    )  # fmt: skip
    return charges_frame("statements", table, actions=[rx.cond(s.books, prepare)])


@page(
    "/statements", N_("Statements"), permission=P.LEDGER_READ, on_load=StatementsState.load, nav=Nav("money", "file-text", 35),
    crumbs=lambda: [(t("Home"), "/")],
)  # fmt: skip
def all_statements() -> rx.Component:
    s: Any = StatementsState
    return body(
        page_head(t("Statements"), t("Of every co-ownership, the last first."), topic="statements"),
        data_table(
            _columns(Column("building", t("Building"), sortable=True, mobile="name")), s.rows, lambda x: [x.building, *_cells(x)],
            caption=t("Statements"), state=s, href=lambda x: "/buildings/" + x.building_id + "/statements/" + x.id,
            search=t("Search a building"), filters=_filters(),
            empty=empty_state(t("No statement yet."), t("Each building prepares its own."), icon_name="file-text"),
        ),
    )  # fmt: skip


# --- Before ----------------------------------------------------------------------------------------------------------


def _period_form() -> rx.Component:
    s: Any = PrepareState
    return form(
        s.look,
        fields(
            select_field(t("Financial year"), "year", s.years, value=s.year, errors=s.errors, required=True),
            date_field(t("Up to and including"), "until", value=s.until, max=s.today, errors=s.errors, required=True),
        ),
        submit=t("Look"), errors=s.errors, icon_name="eye", key=s.year + s.until,
    )  # fmt: skip


def _problem_cells(x: ProblemRow) -> list[Any]:
    entry = link(x.number, building_address() + "/entries/" + x.entry_id)
    say = button(t("Say who bears it"), size="sm", on_click=PrepareState.ask(x.id))
    mend = rx.cond(x.href != "", link(t("Mend it"), x.href), rx.cond(may(P.STATEMENTS_WRITE), say))
    return [entry, x.on, x.account, stack(x.words, muted(x.why), gap=1), money(x.amount), mend]


def _problems() -> rx.Component:
    s: Any = PrepareState
    table = data_table(
        [
            Column("number", t("Number"), mobile="state"), Column("on", t("Date"), mobile="date"), Column("account", t("Account")),
            Column("words", t("Description"), mobile="name", wide=True), Column("amount", t("Amount"), numeric=True, mobile="amount"),
            Column("act", t("Actions"), mobile="acts"),
        ],
        s.problems, _problem_cells, caption=t("Costs that nobody bears yet"),
    )  # fmt: skip
    rest = button(t("Share the rest by the shares of the deed"), icon_name="split", on_click=s.share_rest)
    return card(
        paragraph(t("A statement waits until each of these has its bearers: {count}.", count=s.problems.length())),
        table, row(rx.cond((s.unshared > 0) & may(P.STATEMENTS_WRITE), rest)), title=t("Costs that nobody bears yet"), topic="cost_bearers",
    )  # fmt: skip


def _ask() -> rx.Component:
    s: Any = PrepareState
    return form_dialog(
        None, t("Who bears this cost?"),
        select_field(t("Key"), "key_id", s.keys, errors=s.errors, blank=t("Shares of the deed")),
        select_field(t("Or one co-owner alone"), "owner_id", s.people, errors=s.errors, blank=t("all by the key")),
        fields(
            date_field(t("For the days from"), "period_from", errors=s.errors, hint=t("Empty: the day of the entry.")),
            date_field(t("until"), "period_until", errors=s.errors),
        ),
        field(t("Tenant’s part (%)"), "tenant_percent", errors=s.errors, value="0", inputmode="numeric"),
        checkbox(t("It recurs, or is upkeep"), "ordinary", checked=True, errors=s.errors, hint=t("What a usufructuary bears.")),
        on_submit=s.share, submit=t("Keep"), open=s.asked_of != "", on_open_change=s.show_asking, errors=s.errors, key=s.asked_of,
    )  # fmt: skip


def owner_cells(x: OwnerRow) -> list[Any]:
    """Of a co-owner in a statement."""
    return [x.name, money(x.costs), money(x.provisions), money(x.balance), balance_badge(x.tone)]


def owner_columns(*, sortable: bool) -> list[Column]:
    """The columns of owner_cells()."""
    return [
        Column("name", t("Co-owner"), mobile="name", wide=True, sortable=sortable),
        Column("costs_cents", t("His part"), numeric=True, sortable=sortable), Column("provisions", t("Called on account"), numeric=True),
        Column("balance_cents", t("Balance"), numeric=True, mobile="amount", sortable=sortable), Column("state", t("State"), mobile="state"),
    ]  # fmt: skip


def _publish() -> rx.Component:
    s: Any = PrepareState
    opened = rx.cond(s.ready, button(t("Publish"), icon_name="send", kind="solid", on_click=s.show_publishing(True)))
    dialog = form_dialog(
        None, t("Publish {count} statements?", count=s.count),
        date_field(t("To pay by"), "due_on", value=s.due, min=s.today, errors=s.errors, required=True),
        on_submit=s.publish, submit=t("Publish {count} statements", count=s.count), open=s.publishing,
        on_open_change=s.show_publishing, errors=s.errors,
        description=t("One entry posts every balance, and a letter is made for each co-owner. It can be reversed as a whole."),
    )  # fmt: skip
    return rx.fragment(opened, dialog)


def _notices() -> list[rx.Component]:
    """What waits, and what is taken that one would look for in another period."""
    s: Any = PrepareState
    accrual = link(t("Add an accrual"), building_address() + "/closing/accruals/new?year=" + s.year)
    return [
        rx.cond(s.waiting.length() > 0, note(
            t("The days of these costs go on after {day}: they are shared out once it is known who owns the lots on all of them.", day=s.last_day),
            bullets_of(s.waiting), title=t("For a later statement: {sum}", sum=s.waits), tone="info",
        )),
        rx.cond(s.going_on.length() > 0, note(
            t("Enter an accrual for that part first; else it is settled now, on who owns the lots as known today."), " ",
            rx.cond(may(P.LEDGER_POST), accrual), bullets_of(s.going_on),
            title=t("The days of these costs go on into the next year."), tone="warn",
        )),
        rx.cond(s.due_later.length() > 0, note(
            t("They count as called on account of this period, because they are booked in it."), bullets_of(s.due_later),
            title=t("These calls are due after {day}.", day=s.last_day), tone="info",
        )),
    ]  # fmt: skip


def _draft() -> rx.Component:
    s: Any = PrepareState
    figures = stats(
        stat(s.costs, t("Costs of the period"), href=building_address() + "/reports"),
        stat(s.provisions, t("Called on account"), href=building_address() + "/calls"),
        stat(s.balance, t("To settle"), href=building_address() + "/owner-balances"),
    )
    whole = rx.cond(
        s.waits != "",
        note(t("All statements together: {sum}, as in the books but for {waits} that wait", sum=s.together, waits=s.waits), tone="ok"),
        note(t("All statements together: {sum}, as in the books", sum=s.together), tone="ok"),
    )  # fmt: skip
    proof = rx.cond(
        s.even,
        whole,
        note(t("Shared out so far: {sum} of {costs}", sum=s.together, costs=s.costs), tone="warn"),
    )
    waiting = note(
        t("{count} invoices of this period are not in the books yet.", count=s.unposted), " ",
        link(t("See them"), building_address() + "/invoices?status=waiting"), tone="warn",
    )  # fmt: skip
    nothing = empty_state(t("There is nothing to settle up to this day."), icon_name="file-text")
    table = data_table(
        owner_columns(sortable=False), s.owners, owner_cells, caption=t("What falls on each co-owner"),
        footer=[t("Total"), money(s.together), money(s.provisions), money(s.balance), ""],
    )  # fmt: skip
    found = stack(
        card(strong(s.period), figures, proof, title=t("What it would be"), topic="statements"),
        rx.cond(s.unposted > 0, waiting), *_notices(), rx.cond(s.problems.length() > 0, _problems()),
        card(table, title=t("What falls on each co-owner"), flush=True),
    )  # fmt: skip
    return rx.cond(s.lines > 0, found, stack(card(nothing), *_notices()))


def crumbs() -> list[tuple[Any, Any]]:
    """The way back from a statement."""
    return [*building_crumbs(), (t("Statements"), statements_address())]


@page(
    "/buildings/[building_id]/statements/new", N_("Prepare a statement"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, PrepareState.load], crumbs=crumbs, here=lambda: t("Prepare a statement"),
)  # fmt: skip
def prepare() -> rx.Component:
    s: Any = PrepareState
    shown = stack(card(_period_form(), title=t("Period")), rx.cond(s.looked, _draft()), _ask())
    return charges_frame(
        "statements",
        rx.cond(s.books, rx.cond(s.years.length() > 0, shown), not_open()),
        actions=[rx.cond(may(P.STATEMENTS_PUBLISH), _publish())],
    )
