"""The calls for funds of a building, and of every building."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge, status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import money, page_head, paragraph
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import KINDS, STATES, State
from .state import AllCallsState, CallRow, CallsState

register(
    calls=Topic(
        N_("From the call to its payment"),
        N_(
            "A call asks the co-owners for money: provisions for running costs or works, or contributions to one of the funds. Its "
            "lines are shared out by the shares of the deed or another key. It is a draft until the syndic issues it: then each "
            "owner owes his part in the books, and a letter with its payment slip is prepared for him.\n\nWho owns the lot on the "
            "due date pays. What stands in an owner’s favour on the account of the same fund settles the call at once.\n\nNothing in "
            "the books is changed or deleted: a call issued by mistake is reversed, with a reason."
        ),
        "3.94", official=CODE,
    ),
    call_destinations=Topic(
        N_("What the money is for"),
        N_(
            "The working capital meets the expenses that recur: heating, lighting, the caretaker. The reserve fund meets those that "
            "do not: a new boiler, the roof. Each has its own account at the bank, and every call says what goes to the reserve.\n\n"
            "Where a lot has a usufructuary, he pays what recurs; the bare owner pays the works and the reserve."
        ),
        "3.86 §3", official=CODE,
    ),
    call_series=Topic(
        N_("A year of calls"),
        N_(
            "The approved budget is spread over the months, quarters or half-years of its year. Each line is divided exactly: the calls "
            "together ask what the meeting voted, to the cent. The calls are drafts, to be issued one by one when their day comes."
        ),
    ),
)  # fmt: skip
LOOKS = {  # how a state of ours is drawn
    State.DRAFT: ("draft", None),
    State.ISSUED: ("sent", STATES[State.ISSUED]),
    State.PARTLY: ("partly_paid", None),
    State.PAID: ("paid", None),
    State.OVERDUE: ("late", STATES[State.OVERDUE]),
    State.REVERSED: ("reversed", None),
}


def call_badge(state: Any) -> Any:
    """The badge of a state, by a Var that holds its key."""
    drawn = [(s.value, status_badge(look, t(words) if words else None)) for s, (look, words) in LOOKS.items()]
    return rx.match(state, *drawn, badge(state))


def calls_address() -> Any:
    """The calls of the building in the address."""
    return building_address() + "/calls"


def _filters() -> list[Filter]:
    states = [("open", t("Not paid in full")), *[(state.value, t(words)) for state, words in STATES.items()]]
    return [
        Filter("state", t("Status"), states),
        Filter("kind", t("Kind"), [(kind.value, t(words)) for kind, words in KINDS.items()]),
    ]


def _columns(*first: Column) -> list[Column]:
    return [
        *first,
        Column("title", t("Title"), sortable=True, mobile="name", wide=True),
        Column("kind", t("Kind")),
        Column("called_on", t("Called on"), sortable=True),
        Column("due_on", t("Due on"), sortable=True, mobile="date"),
        Column("total_cents", t("Called (€)"), numeric=True, sortable=True, mobile="amount"),
        Column("open_cents", t("Open (€)"), numeric=True, sortable=True),
        Column("state", t("Status"), mobile="state"),
    ]


def _cells(c: CallRow) -> list[Any]:
    return [c.title, c.kind, c.called, c.due, money(c.total), money(c.open), call_badge(c.state)]


def _figures(s: Any, address: Any) -> rx.Component:
    return stats(
        stat(s.sums.called, t("Called"), href=address),
        stat(s.sums.open, t("Still open"), href=address + "?state=open"),
        stat(s.sums.overdue, t("Overdue"), href=address + "?state=overdue"),
    )


def _drafts(s: Any) -> rx.Component:
    return rx.cond(s.sums.drafts != "", paragraph(s.sums.drafts, small=True, muted=True))


@page(
    "/buildings/[building_id]/calls", N_("Calls for funds"), permission=P.LEDGER_READ, on_load=[BuildingState.load, CallsState.load],
    crumbs=building_crumbs, here=lambda: t("Calls for funds"),
)  # fmt: skip
def calls() -> rx.Component:
    s, here = CallsState, calls_address()

    def write(act: rx.Component) -> rx.Component:
        return rx.cond(may(P.CALLS_WRITE), act)

    add = write(button(t("Draft a call"), icon_name="plus", kind="solid", href=here + "/new", shortcut="N"))
    year = write(button(t("A year of calls"), icon_name="repeat", href=here + "/series"))
    first = write(button(t("A year of calls"), icon_name="repeat", href=here + "/series"))
    table = data_table(
        _columns(), s.rows, _cells, caption=t("Calls for funds"), state=s, href=lambda c: here + "/" + c.id,
        search=t("Title or words"), filters=_filters(),
        empty=empty_state(t("No calls yet."), t("Draft one, or a year of them from the budget."), first, icon_name="hand-coins"),
    )  # fmt: skip
    return charges_frame("calls", _figures(s, here), _drafts(s), table, actions=[year, add])


@page(
    "/calls", N_("Calls for funds"), permission=P.LEDGER_READ, on_load=AllCallsState.load,
    nav=Nav("money", "hand-coins", 30, key="c"),
)  # fmt: skip
def all_calls() -> rx.Component:
    s = AllCallsState
    table = data_table(
        _columns(Column("building", t("Building"), sortable=True)), s.rows, lambda c: [c.building, *_cells(c)],
        caption=t("Calls for funds"), state=s, href=lambda c: c.href, search=t("Title or words"), filters=_filters(),
        empty=empty_state(t("No calls yet."), t("They are drafted in a building, under Charges."), icon_name="hand-coins"),
    )  # fmt: skip
    head = page_head(t("Calls for funds"), t("What the co-ownerships ask of their co-owners."), topic="calls")
    return body(head, _figures(s, "/calls"), _drafts(s), table)
