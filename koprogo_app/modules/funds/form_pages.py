"""The forms of the funds."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame, not_open
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, file_link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import (
    checkbox,
    date_field,
    field,
    fields,
    fieldset,
    form,
    money_field,
    select_field,
    textarea,
)
from koprogo_app.ui.layout import aside, card, columns, muted, paragraph, row, rows, stack
from koprogo_app.ui.page import may, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .form_state import AllocationState, TransferState, WaiverRow, WaiverState, WithdrawalState
from .pages import funds_address, funds_crumbs
from .rules import FUNDS, Fund

_FUNDS = [(fund.value, t(words)) for fund, words in FUNDS.items()]


def _back() -> list[rx.Component]:
    return [button(t("Go back"), href=funds_address())]


def _document(s: Any) -> rx.Component:
    return picker(
        t("Document"), "document_id", s.documents, errors=s.errors, hint=t("The minutes or the bank statement.")
    )


def _held(s: Any) -> rx.Component:
    said = rows(s.held, lambda one: paragraph(one.label, small=True))
    kept = paragraph(t("Once entered it is never changed: it is reversed, with a reason."), small=True, muted=True)
    return stack(card(said, title=t("What the funds hold"), topic="funds", flush=True), kept)


def _framed(s: Any, entry: rx.Component, title: Any, topic: str, *beside: Any) -> rx.Component:
    side = aside(_held(s), *beside, label=t("Details"))
    return charges_frame(
        "funds", rx.cond(s.books, columns(card(entry, title=title, topic=topic), side, shape="form"), not_open())
    )


@page(
    "/buildings/[building_id]/funds/withdrawal", N_("Pay a cost from a fund"), permission=P.FUNDS_WRITE,
    on_load=[BuildingState.load, WithdrawalState.load], crumbs=funds_crumbs, here=lambda: t("Pay a cost from a fund"),
)  # fmt: skip
def withdrawal() -> rx.Component:
    s: Any = WithdrawalState
    e = s.errors
    by_hand = fieldset(
        t("Without a cost of the books"),
        select_field(t("Shared out by"), "key_id", s.keys, errors=e),
        checkbox(t("It is a recurring cost"), "ordinary", errors=e, hint=t("Then who has the enjoyment of a lot gets it back.")),
    )  # fmt: skip
    entry = form(
        s.save,
        select_field(t("Fund"), "fund", _FUNDS, value=Fund.RESERVE.value, errors=e, required=True),
        picker(
            t("Cost"), "cost_line_id", s.costs, value=s.cost, errors=e, on_change=s.choose_cost, on_search=s.search_costs,
            hint=t("The withdrawal is shared out as this cost is."),
        ),
        rx.cond(s.cost == "", by_hand),
        fields(
            money_field(t("Amount"), "cents", value=s.amount, errors=e, required=True),
            date_field(t("Date"), "moved_on", value=s.today, errors=e, required=True),
        ),
        field(t("Description"), "words", errors=e, required=True),
        field(t("Decision"), "decision", errors=e, hint=t("The meeting and the point that decided it.")),
        _document(s), submit=t("Take it from the fund"), errors=e, secondary=_back(),
    )  # fmt: skip
    return _framed(s, entry, t("Pay a cost from a fund"), "fund_withdrawal")


@page(
    "/buildings/[building_id]/funds/transfer", N_("Transfer money"), permission=P.FUNDS_WRITE,
    on_load=[BuildingState.load, TransferState.load], crumbs=funds_crumbs, here=lambda: t("Transfer money"),
)  # fmt: skip
def transfer() -> rx.Component:
    s: Any = TransferState
    e = s.errors
    entry = form(
        s.save,
        fields(
            select_field(t("From the account"), "from_code", s.places, errors=e, required=True, blank=t("Choose an account")),
            select_field(t("To the account"), "to_code", s.places, errors=e, required=True, blank=t("Choose an account")),
        ),
        fields(
            money_field(t("Amount"), "cents", errors=e, required=True),
            date_field(t("Date"), "moved_on", value=s.today, errors=e, required=True),
        ),
        field(t("Description"), "words", errors=e), _document(s), submit=t("Enter the transfer"), errors=e, secondary=_back(),
    )  # fmt: skip
    note = paragraph(
        t("This enters in the books what the bank has done: it sends no order to the bank."), small=True, muted=True
    )
    return _framed(s, entry, t("Transfer money"), "funds", note)


@page(
    "/buildings/[building_id]/funds/allocation", N_("Add to a fund"), permission=P.FUNDS_WRITE,
    on_load=[BuildingState.load, AllocationState.load], crumbs=funds_crumbs, here=lambda: t("Add to a fund"),
)  # fmt: skip
def allocation() -> rx.Component:
    s: Any = AllocationState
    e = s.errors
    kinds = [("decision", t("By a decision of the meeting")), ("interest", t("Interest received"))]
    left = paragraph(t("Interest of this year that is not added to a fund yet: {amount}.", amount=s.left), muted=True)
    decision = field(
        t("Decision"), "decision", errors=e, required=True, hint=t("The meeting and the point that decided it.")
    )
    entry = form(
        s.save,
        select_field(t("What is added"), "kind", kinds, value="decision", errors=e, required=True, on_change=s.choose_kind),
        select_field(t("Fund"), "fund", _FUNDS, value=Fund.RESERVE.value, errors=e, required=True),
        fields(
            money_field(t("Amount"), "cents", errors=e, required=True),
            date_field(t("Date"), "moved_on", value=s.today, errors=e, required=True),
        ),
        field(t("Description"), "words", errors=e, required=True),
        rx.cond(s.interest, left, decision), _document(s), submit=t("Add to the fund"), errors=e, secondary=_back(),
    )  # fmt: skip
    note = paragraph(
        t("It stands in the statement of each co-owner as a cost, by the shares of the deed."), small=True, muted=True
    )
    return _framed(s, entry, t("Add to a fund"), "funds", note)


def _waiver_cells(x: WaiverRow) -> list[Any]:
    taken_back = rx.cond(x.withdrawn != "", t("{day}: {reason}", day=x.withdrawn, reason=x.reason), "")
    paper = rx.cond(
        x.document_id != "",
        file_link(t("Document"), "/api/v1/documents/" + x.document_id + "/download", icon_name="paperclip"),
        muted("–"),
    )
    return [x.year, x.words, taken_back, paper]


@page(
    "/buildings/[building_id]/funds/waiver", N_("Waivers of the contribution"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, WaiverState.load], crumbs=funds_crumbs, here=lambda: t("Waivers of the contribution"),
)  # fmt: skip
def waiver() -> rx.Component:
    s: Any = WaiverState
    e = s.errors
    entry = form(
        s.save,
        fields(
            select_field(t("Year without a contribution"), "year_id", s.years, value=s.year, errors=e, required=True),
            date_field(t("Decided on"), "decided_on", errors=e, required=True),
        ),
        fields(
            field(t("Shares for"), "votes_for", errors=e, inputmode="numeric"),
            field(t("Shares cast"), "votes_cast", errors=e, inputmode="numeric", hint=t("For and against; abstentions are not counted.")),
        ),
        textarea(t("Words of the minutes"), "words", errors=e, rows=3, hint=t("Needed where the votes are not known.")),
        _document(s), submit=t("Record the waiver"), errors=e, secondary=_back(),
    )  # fmt: skip
    table = data_table(
        [
            Column("year", t("Year"), mobile="state"), Column("words", t("Decision"), mobile="name", wide=True),
            Column("withdrawn", t("Withdrawn"), mobile="date", wide=True), Column("document", t("Document"), mobile="acts"),
        ],
        s.rows, _waiver_cells, caption=t("Waivers of the contribution"),
        empty=empty_state(t("The meeting has waived no contribution."), icon_name="gavel"),
    )  # fmt: skip
    why = card(
        paragraph(t("Four fifths of the votes cast waive the contribution of a year.")),
        row(article("3.86 §3", "reserve_contribution")),
        title=t("What the law says"),
    )
    record = card(entry, title=t("Record a waiver"), topic="reserve_contribution")
    known = stack(rx.cond(may(P.FUNDS_WRITE), columns(record, aside(why, label=t("Details")), shape="form")), table)
    return charges_frame("funds", rx.cond(s.books, known, not_open()))
