"""The funds of a co-ownership: how they stand, the duty to contribute, what the books say of them, what was done with them."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import (
    aside,
    card,
    columns,
    definitions,
    money,
    muted,
    paragraph,
    row,
    rows,
    stack,
    strong,
)
from koprogo_app.ui.menu import menu, menu_link
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.share_bar import share_bar
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import FUNDS, KINDS, VERDICTS, Verdict
from .state import FundsState, LineRow, MovementRow, MovementsState, MovementState, StandingRow, YearBar

register(
    funds=Topic(
        N_("The two funds"),
        N_(
            "The working capital fund is made of the advances that the co-owners pay for periodic costs: heating and light of the "
            "common parts, the caretaker, the syndic. The reserve fund is made of periodic contributions to costs that do not "
            "come back each year: a boiler, a lift, a roof.\n\nEach of them has at least one bank account of its own, and all of them "
            "are in the name of the association.\n\nWhen a lot is sold, the seller gets back his part of the working capital fund for "
            "the time that is left; his part of the reserve fund stays with the association."
        ),
        "3.86 §3", official=CODE,
    ),
    reserve_contribution=Topic(
        N_("The yearly contribution to the reserve fund"),
        N_(
            "Five years after the provisional acceptance of the common parts at the latest there is a reserve fund. What is "
            "contributed to it each year is at least 5 % of the ordinary common charges of the year before; extraordinary ones are "
            "not counted. The meeting may waive it by four fifths of the votes.\n\nA cost is ordinary when that is said where it is shared "
            "out. Where nothing is said, its account decides: exceptional works (611) and exceptional costs (66) are left out. Private costs "
            "and movements of the funds never count. Calls for the reserve fund and amounts allocated to it by a decision are "
            "contributions; interest is none, and the special reserve fund is not counted."
        ),
        "3.86 §3", official=CODE,
    ),
    fund_withdrawal=Topic(
        N_("Paying a cost from a fund"),
        N_(
            "The cost stays in the books as it is. The withdrawal stands beside it with the same sharing, so that together they are "
            "nothing in the statement of each co-owner: the cost was paid with what they had put aside.\n\nThe money itself moves "
            "separately: pay the supplier from the reserve account, or transfer the amount to the working account."
        ),
        "3.86 §3", official=CODE,
    ),
)  # fmt: skip

_FUNDS = [(fund.value, t(words)) for fund, words in FUNDS.items()]
_TONES = {
    Verdict.UNKNOWN: ("warn", "triangle-alert"),
    Verdict.NOT_DUE: ("neutral", "calendar"),
    Verdict.NO_BASE: ("warn", "triangle-alert"),
    Verdict.WAIVED: ("info", "gavel"),
    Verdict.MET: ("ok", "circle-check"),
    Verdict.PLANNED: ("info", "clock"),
    Verdict.SHORT: ("bad", "circle-alert"),
}


def funds_address() -> Any:
    return building_address() + "/funds"


def funds_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Funds"), funds_address())]


def verdict_badge(verdict: Any) -> rx.Component:
    """How a year stands to the duty to contribute."""
    shown: Any = rx.match(
        verdict,
        *[(key.value, badge(t(VERDICTS[key]), tone, icon_name)) for key, (tone, icon_name) in _TONES.items()],
        rx.fragment(),
    )
    return shown


def _account(account_id: Any) -> Any:
    return building_address() + "/accounts/" + account_id + "?year=" + FundsState.filters.get("year", "")


# --- Overview --------------------------------------------------------------------------------------------------------


def _figures() -> rx.Component:
    s: Any = FundsState
    return stats(
        stat(s.working.fund, t("Working capital fund"), href=_account(s.working.fund_id)),
        stat(s.reserve.fund, t("Reserve funds"), href=_account(s.reserve.fund_id)),
        stat(s.reserve.money, t("On the reserve accounts"), href=_account(s.reserve.money_id)),
        stat(s.reserve.owed, t("Still owed by co-owners"), href=_account(s.reserve.owed_id)),
    )


def _standing_cells(x: StandingRow) -> list[Any]:
    name = link(x.label, _account(x.account_id))
    return [
        name,
        *[money(v) for v in (x.opening, x.contributed, x.allocated, x.interest, x.withdrawn, x.other, x.balance)],
    ]


def _standings() -> rx.Component:
    table = data_table(
        [
            Column("label", t("Fund"), mobile="name"), Column("opening", t("Opening"), numeric=True, mobile="state"),
            Column("contributed", t("Contributed"), numeric=True), Column("allocated", t("Allocated"), numeric=True),
            Column("interest", t("Interest"), numeric=True), Column("withdrawn", t("Taken out"), numeric=True),
            Column("other", t("Other entries"), numeric=True), Column("balance", t("Balance"), numeric=True, mobile="amount"),
        ],
        FundsState.standings, _standing_cells, caption=t("Funds"),
    )  # fmt: skip
    return card(table, title=t("State of the funds"), topic="funds", flush=True)


def _cover() -> rx.Component:
    s: Any = FundsState
    facts = definitions([
        (t("Reserve funds"), money(s.reserve.fund)), (t("Reserve and deposit accounts"), money(s.reserve.money)),
        (t("Difference"), money(s.reserve.difference)), (t("of which owed by co-owners"), money(s.reserve.owed)),
        (t("of which elsewhere"), money(s.reserve.elsewhere)),
    ])  # fmt: skip
    move = button(t("Transfer money"), icon_name="arrow-left-right", size="sm", href=funds_address() + "/transfer")
    said = rx.cond(
        s.reserve.right,
        row(badge(t("Right to the cent"), "ok", "circle-check")),
        stack(note(s.reserve.sentence, tone="warn"), rx.cond(may(P.FUNDS_WRITE), row(move)), gap=2),
    )
    other = paragraph(s.working.sentence, small=True, muted=True)
    return card(facts, said, other, row(article("3.86 §3", "funds")), title=t("Funds and bank accounts"), topic="funds")


def _waiver() -> rx.Component:
    s: Any = FundsState
    withdraw = form_dialog(
        button(t("Withdraw the waiver"), icon_name="undo-2", size="sm"), t("Withdraw the waiver of this year?"),
        textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=2),
        on_submit=s.withdraw_waiver, submit=t("Withdraw the waiver"), open=s.withdrawing, on_open_change=s.show_withdrawing,
        errors=s.errors, key=s.duty.waiver_id, description=t("The decision stays in the list, marked as withdrawn."),
    )  # fmt: skip
    record = link(t("Waivers of the meeting"), funds_address() + "/waiver")
    return rx.cond(
        s.duty.waiver_id != "",
        stack(paragraph(s.duty.waiver), row(rx.cond(may(P.FUNDS_WRITE), withdraw), record), gap=2),
        row(record),
    )


def _duty() -> rx.Component:
    s: Any = FundsState
    planned = rx.cond(s.duty.planned != "", money(s.duty.planned), muted(t("No approved budget.")))
    facts = definitions([
        (t("Compulsory from"), rx.cond(s.duty.due_from != "", s.duty.due_from, "–")),
        (t("Ordinary common charges of the year before"), rx.cond(s.duty.base != "", money(s.duty.base), "–")),
        (t("Minimum, 5 %"), rx.cond(s.duty.minimum != "", money(s.duty.minimum), "–")),
        (t("Contributed"), money(s.duty.contributed)), (t("Planned in the budget"), planned),
    ])  # fmt: skip
    return card(
        row(verdict_badge(s.duty.verdict), article("3.86 §3", "reserve_contribution")), paragraph(s.duty.sentence), facts,
        paragraph(s.duty.parts, small=True, muted=True), _waiver(),
        title=t("Contribution to the reserve fund"), topic="reserve_contribution",
    )  # fmt: skip


def _bar(b: YearBar) -> rx.Component:
    figures = row(*[muted(share.label, " ", strong(share.value)) for share in (b.reserve, b.special, b.working)], gap=3)
    return stack(strong(b.words), share_bar([b.reserve, b.special, b.working], b.said, legend=False), figures, gap=1)


def _line_cells(x: LineRow) -> list[Any]:
    done = rx.cond(x.movement_id != "", link(t("Movement"), funds_address() + "/" + x.movement_id))
    return [x.number, x.on, x.words, x.fund, money(x.added), money(x.taken), done]


def _lines() -> rx.Component:
    s: Any = FundsState
    return data_table(
        [
            Column("number", t("Number"), mobile="state"), Column("entry_on", t("Date"), sortable=True, mobile="date"),
            Column("words", t("Description"), mobile="name", wide=True), Column("fund", t("Fund")),
            Column("added", t("Added"), numeric=True, mobile="amount"), Column("taken", t("Taken out"), numeric=True),
            Column("done", t("Actions"), mobile="acts"),
        ],
        s.rows, _line_cells, caption=t("Entries of the funds"), state=s, href=lambda x: building_address() + "/entries/" + x.entry_id,
        search=t("Description"), filters=[Filter("year", t("Year"), s.years, every=t("This year")), Filter("fund", t("Fund"), _FUNDS)],
        empty=empty_state(t("Nothing befell the funds in this year."), icon_name="piggy-bank"),
    )  # fmt: skip


def _acts() -> list[Any]:
    more = menu(
        button(t("More"), icon_name="chevron-down"),
        menu_link(t("Transfer money"), funds_address() + "/transfer"),
        menu_link(t("Add to a fund"), funds_address() + "/allocation"),
        menu_link(t("Record a waiver"), funds_address() + "/waiver"),
    )
    pay = button(
        t("Pay a cost from a fund"),
        icon_name="hand-coins",
        kind="solid",
        href=funds_address() + "/withdrawal",
        shortcut="N",
    )
    done = button(t("Movements"), icon_name="list", href=funds_address() + "/movements")
    return [done, rx.cond(FundsState.books & may(P.FUNDS_WRITE), rx.fragment(more, pay))]


@page(
    "/buildings/[building_id]/funds", N_("Funds"), permission=P.LEDGER_READ, on_load=[BuildingState.load, FundsState.load],
    crumbs=building_crumbs, here=lambda: t("Funds"),
)  # fmt: skip
def funds() -> rx.Component:
    s: Any = FundsState
    chart = card(rows(s.bars, _bar), title=t("Year by year"), flush=True)
    shown = stack(_figures(), _standings(), columns(chart, aside(_duty(), _cover(), label=t("Details"))), _lines())
    return charges_frame("funds", rx.cond(s.books, shown, not_open()), actions=_acts())


# --- What was done ---------------------------------------------------------------------------------------------------


def _movement_cells(x: MovementRow) -> list[Any]:
    words = row(x.words, rx.cond(x.reversed, badge(t("Reversed"), "neutral", "undo-2")))
    return [x.on, x.kind, words, x.place, money(x.amount)]


@page(
    "/buildings/[building_id]/funds/movements", N_("Movements of the funds"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, MovementsState.load], crumbs=funds_crumbs, here=lambda: t("Movements"),
)  # fmt: skip
def movements() -> rx.Component:
    s: Any = MovementsState
    table = data_table(
        [
            Column("moved_on", t("Date"), sortable=True, mobile="date"), Column("kind", t("Kind"), mobile="state"),
            Column("words", t("Description"), mobile="name", wide=True), Column("place", t("Fund or accounts")),
            Column("cents", t("Amount"), numeric=True, sortable=True, mobile="amount"),
        ],
        s.rows, _movement_cells, caption=t("Movements of the funds"), state=s, href=lambda x: funds_address() + "/" + x.id,
        search=t("Description"),
        filters=[
            Filter("kind", t("Kind"), [(kind.value, t(words)) for kind, words in KINDS.items()]), Filter("fund", t("Fund"), _FUNDS),
            Filter("state", t("State"), [("standing", t("Standing")), ("reversed", t("Reversed"))]),
        ],
        empty=empty_state(
            t("Nothing was done with the funds yet."), t("Pay a cost from a fund, move money, or add an amount."), icon_name="piggy-bank"
        ),
    )  # fmt: skip
    return charges_frame("funds", table)


def _reverse() -> rx.Component:
    s: Any = MovementState
    return form_dialog(
        button(t("Reverse"), icon_name="undo-2"), t("Reverse this movement?"),
        textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=2),
        on_submit=s.reverse, submit=t("Reverse the movement"), open=s.reversing, on_open_change=s.show_reversing, errors=s.errors,
        key=s.entry_id, description=t("The mirror of its entry is posted; both stay in the books. This cannot be undone."),
    )  # fmt: skip


@page(
    "/buildings/[building_id]/funds/[movement_id]", N_("Movement of a fund"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, MovementState.load], crumbs=funds_crumbs, here=lambda: MovementState.words,
)  # fmt: skip
def movement() -> rx.Component:
    s: Any = MovementState
    paper = rx.cond(
        s.document_id != "",
        file_link(t("Open the document"), "/api/v1/documents/" + s.document_id + "/download"),
        muted(t("No document attached.")),
    )
    facts = definitions([
        (t("Kind"), s.kind), (t("Fund or accounts"), s.place), (t("Amount"), money(s.amount)), (t("Date"), s.on),
        (t("Description"), s.words), (t("Decision"), rx.cond(s.decision != "", s.decision, "–")),
        (t("Entry"), link(s.number, building_address() + "/entries/" + s.entry_id)), (t("Document"), paper),
    ])  # fmt: skip
    undone = note(
        s.reason, " ", link(t("See the reversal"), building_address() + "/entries/" + s.reversal_id),
        tone="warn", title=t("This movement is reversed."),
    )  # fmt: skip
    gone = empty_state(
        t("This movement does not exist."),
        None,
        button(t("See the movements"), href=funds_address() + "/movements"),
        icon_name="search-x",
    )
    known = stack(rx.cond(s.reversal_id != "", undone), card(facts, title=s.kind, topic="fund_withdrawal"))
    act = rx.cond(~s.missing & (s.reversal_id == "") & may(P.FUNDS_WRITE), _reverse())
    return charges_frame("funds", rx.cond(s.missing, gone, known), actions=[act])
