"""The closing of a year: one page that says what is in order and what is left to do, and the form of an accrual."""

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
from koprogo_app.ui.form import date_field, field, fields, form, money_field, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, definitions, money, muted, paragraph, row, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .rules import KINDS
from .state import AccrualRow, AccrualState, CarriedRow, CheckRow, ClosingState

register(
    closing=Topic(
        N_("Closing a year"),
        N_(
            "A year is closed once the meeting has approved its accounts. Before that everything is settled with the co-owners by a "
            "statement, or what is left goes to a fund by a decision of the meeting. Closing locks the books up to the last day; what "
            "the association owns and owes goes over to the next year, costs and income begin at nothing.\n\nA closed year is opened "
            "again only with a reason, which stays in the audit trail: the entry of the result is undone by its mirror."
        ),
        "3.89 §5 15°", official=CODE,
    ),
    accruals=Topic(
        N_("Costs and income of another year"),
        N_(
            "An invoice paid now for the next year, or one that is still to come for this year: the amount is entered on the last day "
            "of the year and taken back on the first day of the next. Both are shared out by the same key for the same days, so that "
            "each co-owner bears it in the year that it is for."
        ),
        "3.89 §5 15°", "medium", CODE,
    ),
)  # fmt: skip


def _check_cells(x: CheckRow) -> list[Any]:
    shown: Any = rx.match(
        x.tone,
        ("passed", badge(t("In order"), "ok", "circle-check")),
        ("stops", badge(t("To put right"), "bad", "circle-alert")),
        badge(t("To look at"), "warn", "clock"),
    )
    return [x.words, shown, money(x.figure), rx.cond(x.tone != "passed", link(t("Mend it"), x.href))]


def _checks() -> rx.Component:
    s: Any = ClosingState
    return card(
        data_table(
            [
                Column("words", t("Check"), mobile="name", wide=True), Column("state", t("State"), mobile="state"),
                Column("figure", t("How much"), numeric=True, mobile="amount"), Column("act", t("Actions"), mobile="acts"),
            ],
            s.checks, _check_cells, caption=t("Before the year is closed"),
        ),
        title=t("Before the year is closed"), topic="closing", flush=True,
    )  # fmt: skip


def _accrual_cells(x: AccrualRow) -> list[Any]:
    first = link(t("Last day"), building_address() + "/entries/" + x.entry_id)
    back = link(t("First day"), building_address() + "/entries/" + x.back_id)
    undo = rx.cond(may(P.LEDGER_POST), button(t("Undo"), size="sm", on_click=ClosingState.ask(x.id)))
    state = rx.cond(x.undone != "", badge(t("Reversed"), "neutral", "undo-2"), undo)
    return [x.words, x.kind, x.account, x.period, money(x.amount), row(first, back), state]


def _accruals() -> rx.Component:
    s: Any = ClosingState
    add = button(
        t("Add an accrual"), icon_name="plus", href=building_address() + "/closing/accruals/new?year=" + s.year
    )
    table = data_table(
        [
            Column("words", t("Description"), mobile="name", wide=True), Column("kind", t("Kind"), mobile="state", wide=True),
            Column("account", t("Account")), Column("period", t("Period"), mobile="date"),
            Column("amount", t("Amount"), numeric=True, mobile="amount"), Column("entries", t("Entries")), Column("act", t("Actions"), mobile="acts"),
        ],
        s.accruals, _accrual_cells, caption=t("Costs and income of another year"),
        empty=empty_state(t("Nothing of another year is entered."), icon_name="calendar"),
    )  # fmt: skip
    shown = rx.cond(~s.closed & may(P.LEDGER_POST), row(add))
    return card(table, shown, title=t("Costs and income of another year"), topic="accruals")


def _decide() -> rx.Component:
    s: Any = ClosingState
    left = stack(
        paragraph(
            t(
                "{amount} is left that no statement settles: income less cost. By decision it goes to a fund.",
                amount=s.result,
            )
        ),
        select_field(t("Fund"), "fund", s.funds, errors=s.errors, blank=t("choose")),
    )
    return card(
        form(
            s.close,
            fields(date_field(t("Date of the decision"), "decided_on", min=s.after, max=s.today, errors=s.errors, required=True)),
            textarea(t("Decision of the meeting that approves the accounts"), "decision", errors=s.errors, required=True, rows=3),
            select_field(t("Minutes of the meeting"), "document_id", s.papers, errors=s.errors, blank=t("none attached")),
            rx.cond(s.left, left),
            submit=t("Close the year and lock it up to {day}", day=s.ends), errors=s.errors, disabled=~s.ready,
            reason=t("Put right first what stops it, above."), icon_name="lock", key=s.year,
        ),
        title=t("Close the year"),
    )  # fmt: skip


def _closed() -> rx.Component:
    s: Any = ClosingState
    entry = rx.cond(
        s.entry_id != "",
        link(t("See the entry"), building_address() + "/entries/" + s.entry_id),
        muted(t("nothing was left")),
    )
    paper = rx.cond(
        s.document_id != "",
        file_link(t("Minutes"), "/api/v1/documents/" + s.document_id + "/download", icon_name="paperclip"),
        muted("–"),
    )
    open_again = button(t("Open the year again"), icon_name="lock-open", on_click=s.ask("year"))
    return card(
        row(strong(t("Closed and locked up to {day}.", day=s.ends)), badge(t("Closed"), "neutral", "lock")),
        definitions([(t("Date of the decision"), s.decided), (t("Decision"), s.decision), (t("Result"), entry), (t("Minutes"), paper)]),
        row(rx.cond(may(P.LEDGER_CLOSE), open_again)), title=t("The year is closed"), topic="closing",
    )  # fmt: skip


def _reason(title: Any, text: Any, shown: Any, on_submit: Any) -> rx.Component:
    s: Any = ClosingState
    return form_dialog(
        None, title, textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=3), on_submit=on_submit, submit=title,
        open=shown, on_open_change=s.show_asking, errors=s.errors, description=text,
    )  # fmt: skip


def _carried_cells(x: CarriedRow) -> list[Any]:
    return [x.account, money(x.balance)]


@page(
    "/buildings/[building_id]/closing", N_("Closing"), permission=P.LEDGER_READ, on_load=[BuildingState.load, ClosingState.load],
    crumbs=building_crumbs, here=lambda: t("Closing"),
)  # fmt: skip
def closing() -> rx.Component:
    s: Any = ClosingState
    carried = card(
        data_table(
            [Column("account", t("Account"), mobile="name", wide=True), Column("balance", t("Balance"), numeric=True, mobile="amount")],
            s.carried, _carried_cells, caption=t("What goes over to the next year"),
            href=lambda x: building_address() + "/accounts/" + x.account_id,
            empty=empty_state(t("Nothing goes over."), icon_name="wallet"),
        ),
        title=t("What goes over to the next year"), flush=True,
    )  # fmt: skip
    again = note(s.reason, tone="warn", title=t("This year was opened again."))
    shown = stack(
        card(select_field(t("Financial year"), "year", s.years, value=s.year, required=True, on_change=s.choose)),
        rx.cond(s.reopened, again), rx.cond(s.closed, _closed(), _checks()), _accruals(),
        rx.cond(~s.closed & may(P.LEDGER_CLOSE), _decide()), carried,
        _reason(
            t("Open the year again"), t("Entries can be made again from {day} on; the entry of the result is undone.", day=s.opens),
            s.asking == "year", s.reopen,
        ),
        _reason(
            t("Undo the accrual"), t("The mirrors of both entries are posted."), (s.asking != "") & (s.asking != "year"), s.undo,
        ),
    )  # fmt: skip
    return books_frame("closing", rx.cond(s.books, rx.cond(s.years.length() > 0, shown), not_open()))


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Closing"), building_address() + "/closing")]


@page(
    "/buildings/[building_id]/closing/accruals/new", N_("New accrual"), permission=P.LEDGER_POST,
    on_load=[BuildingState.load, AccrualState.load], crumbs=_crumbs, here=lambda: t("New accrual"),
)  # fmt: skip
def new_accrual() -> rx.Component:
    s: Any = AccrualState
    entered = form(
        s.save,
        select_field(t("What it is"), "kind", [(k.value, t(w)) for k, w in KINDS.items()], errors=s.errors, required=True, blank=t("choose")),
        select_field(t("Account"), "account", s.accounts, errors=s.errors, required=True, blank=t("choose")),
        money_field(t("Amount"), "cents", errors=s.errors, required=True),
        field(t("Description"), "words", errors=s.errors, required=True),
        fields(
            date_field(t("For the days from"), "period_from", value=s.first, errors=s.errors, required=True),
            date_field(t("until"), "period_until", value=s.last, errors=s.errors, required=True),
        ),
        select_field(t("Key"), "key_id", s.keys, errors=s.errors, blank=t("Shares of the deed")),
        select_field(
            t("Recurring or decided once"), "ordinary", [("true", t("It recurs, or is upkeep")), ("false", t("Decided once, not recurring"))],
            errors=s.errors, blank=t("as its account says"),
            hint=t("As on the invoice: a usufructuary bears what recurs, and only that counts for the 5 % of the reserve fund."),
        ),
        field(t("Tenant’s part (%)"), "tenant_percent", errors=s.errors, value="0", inputmode="numeric"),
        submit=t("Enter on {day} and on the day after", day=s.ends), errors=s.errors, key=s.key,
        secondary=[button(t("Go back"), href=building_address() + "/closing?year=" + s.year)],
    )  # fmt: skip
    return books_frame("closing", card(entered, title=t("New accrual"), topic="accruals"))
