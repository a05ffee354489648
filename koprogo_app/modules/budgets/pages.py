"""The budgets of a building, and from which part of a line on it is warned."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge, status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import money, muted, paragraph, row
from koprogo_app.ui.page import may, page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import STATUSES, Status
from .state import BudgetRow, BudgetsState

register(
    budgets=Topic(
        N_("The yearly budget"),
        N_(
            "Every year the syndic draws up what the co-ownership will cost: the running costs, paid from the working fund, and the "
            "foreseeable extraordinary costs. Both stand on the agenda of the ordinary meeting, which approves them by the absolute "
            "majority of the votes.\n\nA budget is a draft until it is submitted; the meeting’s decision is then noted with its day "
            "and words. A rejected budget can be changed and submitted again. When a meeting revises an approved budget, archive it "
            "and make another."
        ),
        "3.89 §5", official=CODE,
    ),
    budget_lines=Topic(
        N_("The lines of a budget"),
        N_(
            "A line is for an account and a key: it is compared with what the books hold on that account, or below it, by that key. "
            "A line without an account stands for every cost of its kind that no other line names.\n\nCosts that belong to no line "
            "are shown apart: the lines and they always add up to the cost accounts of the books."
        ),
    ),
    reserve_minimum=Topic(
        N_("The minimum of the reserve fund"),
        N_(
            "From five years after the provisional acceptance of the common parts on, the co-ownership sets aside every year at least "
            "5 % of the ordinary common charges of the year before. Extraordinary charges do not count.\n\nThe meeting may waive it by "
            "four fifths of the votes; the decision is noted with the funds."
        ),
        "3.86 §3", official=CODE,
    ),
)  # fmt: skip
LOOKS = {  # how a state of ours is drawn
    Status.DRAFT: "draft",
    Status.SUBMITTED: "sent",
    Status.APPROVED: "approved",
    Status.REJECTED: "rejected",
    Status.ARCHIVED: "closed",
}


def budget_badge(status: Any) -> Any:
    """The badge of a state, by a Var that holds its key."""
    drawn = [(s.value, status_badge(look, t(STATUSES[s]))) for s, look in LOOKS.items()]
    return rx.match(status, *drawn, badge(status))


def budgets_address() -> Any:
    """The budgets of the building in the address."""
    return building_address() + "/budgets"


def _cells(b: BudgetRow) -> list[Any]:
    decided = rx.cond(b.decided != "", b.decided, muted("–"))
    sums = [money(x) for x in (b.ordinary, b.extraordinary, b.reserve, b.total)]
    return [b.year, *sums, decided, budget_badge(b.status)]


def _threshold() -> rx.Component:
    s = BudgetsState
    dialog = form_dialog(
        button(t("Change the threshold"), icon_name="bell", size="sm"), t("Warn from"),
        field(t("Part of a line that is spent"), "warn_percent", value=s.percent, errors=s.errors, inputmode="numeric", unit="%"),
        on_submit=s.save_setting, submit=t("Save"), open=s.setting, on_open_change=s.show_setting, errors=s.errors, key=s.percent,
    )  # fmt: skip
    said = t("A line is marked once {percent} % of it is spent.", percent=s.percent)
    return row(paragraph(said, small=True, muted=True), rx.cond(may(P.BUDGETS_WRITE), dialog))


@page(
    "/buildings/[building_id]/budgets", N_("Budgets"), permission=P.LEDGER_READ, on_load=[BuildingState.load, BudgetsState.load],
    crumbs=building_crumbs, here=lambda: t("Budgets"),
)  # fmt: skip
def budgets() -> rx.Component:
    s, here = BudgetsState, budgets_address()
    add = button(t("Make a budget"), icon_name="plus", kind="solid", href=here + "/new", shortcut="N")
    none = empty_state(
        t("No budget yet."), t("Make one from what last year cost, from last year’s budget, or line by line."), icon_name="calculator"
    )  # fmt: skip
    table = data_table(
        [
            Column("fiscal_year", t("Year"), sortable=True, mobile="name"), Column("ordinary", t("Running costs"), numeric=True),
            Column("extraordinary", t("Extraordinary costs"), numeric=True), Column("reserve", t("Reserve fund"), numeric=True),
            Column("total", t("Total (€)"), numeric=True, sortable=True, mobile="amount"), Column("decided", t("Decided on"), mobile="date"),
            Column("status", t("Status"), sortable=True, mobile="state"),
        ],
        s.rows, _cells, caption=t("Budgets"), state=s, href=lambda b: here + "/" + b.id,
        filters=[Filter("status", t("Status"), [(status.value, t(words)) for status, words in STATUSES.items()])],
        empty=rx.cond(s.open, none, not_open()),
    )  # fmt: skip
    return charges_frame("budgets", table, _threshold(), actions=[rx.cond(s.open & may(P.BUDGETS_WRITE), add)])
