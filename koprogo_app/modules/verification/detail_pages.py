"""The remarks and the conclusion of a verification, and one entry beside its voucher."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.ledger.state import LineRow
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import form, radio_group, textarea
from koprogo_app.ui.layout import card, columns, definitions, heading, money, muted, paragraph, row, rows, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.preview import paper
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .detail_state import RemarkRow, VerificationEntryState, VerificationRemarksState
from .pages import (
    entry_address,
    gone,
    may_write,
    seen_of,
    verification_address,
    verification_crumbs,
    verification_frame,
)
from .rules import CONCLUSIONS

_CONCLUSIONS = [(one.value, t(words)) for one, words in CONCLUSIONS.items()]


def _state(r: Any) -> Any:
    return rx.match(
        r.status, ("open", badge(r.state, "warn", "clock")), ("answered", badge(r.state, "info", "message-square")),
        badge(r.state, "neutral", "circle-check"),
    )  # fmt: skip


def _words(r: Any) -> rx.Component:
    """What was asked and what was answered."""
    answer = stack(muted(t("Answer of {who}", who=r.answered)), paragraph(r.answer, keep_lines=True), gap=1)
    asked = stack(paragraph(r.text, keep_lines=True), muted(r.by), gap=1)
    return stack(asked, rx.cond(r.answer != "", answer, muted(t("No answer yet."))), gap=2)


# --- Remarks and conclusion ------------------------------------------------------------------------------------------


def _remark(one: RemarkRow) -> rx.Component:
    r: Any = one
    s: Any = VerificationRemarksState
    about = rx.cond(r.entry_id != "", link(strong(r.about), entry_address(s.head, r.entry_id)), strong(r.about))
    open_ = (s.head.status == "open") & (r.status != "closed")
    answer = button(
        rx.cond(r.answer != "", t("Change the answer"), t("Answer")), icon_name="reply", size="sm", on_click=s.show_answering(r.id),
        aria_label=t("Answer the remark on {what}", what=r.about),
    )  # fmt: skip
    settle = button(
        t("Mark as settled"), icon_name="check", size="sm", on_click=s.settle(r.id), aria_label=t("The remark on {what} is settled", what=r.about)
    )  # fmt: skip
    acts = row(rx.cond(open_ & may(P.VERIFICATION_ANSWER), answer), rx.cond(open_ & may(P.VERIFICATION_WRITE), settle))
    return stack(row(about, _state(r), between=True), _words(r), acts, gap=2)


def _answer() -> rx.Component:
    s: Any = VerificationRemarksState
    return form_dialog(
        None, t("Answer"), textarea(t("Answer"), "answer", value=s.given, errors=s.errors, required=True, rows=5), on_submit=s.reply,
        submit=t("Send the answer"), open=s.answering != "", on_open_change=s.hide_answering, errors=s.errors, key=s.answering,
        description=t("The report of the meeting holds your answer under the remark."),
    )  # fmt: skip


def write_form(s: Any, hint: Any) -> rx.Component:
    return form(
        s.write, textarea(t("Remark"), "text", errors=s.errors, required=True, rows=3, hint=hint), submit=t("Write the remark"),
        errors=s.errors, key=s.sent.to_string(),
    )  # fmt: skip


def _conclude() -> rx.Component:
    s: Any = VerificationRemarksState
    asked = form(
        s.sign,
        radio_group(t("Conclusion"), "conclusion", _CONCLUSIONS, errors=s.errors),
        textarea(t("Words for the meeting"), "conclusion_words", errors=s.errors, rows=4),
        submit=t("Sign the report"), errors=s.errors, icon_name="pen-line",
    )  # fmt: skip
    kept = paragraph(
        t("After the signature nothing changes: no tick, no remark, no answer. What is posted later is shown as not verified."),
        small=True, muted=True,
    )  # fmt: skip
    return card(asked, kept, title=t("Conclusion"), topic="verification")


def _signed() -> rx.Component:
    s: Any = VerificationRemarksState
    withdraw = form_dialog(
        button(t("Withdraw the signature"), icon_name="undo-2", kind="danger"), t("Withdraw the signature?"),
        textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=2), on_submit=s.withdraw,
        submit=t("Withdraw the signature"), open=s.withdrawing, on_open_change=s.show_withdrawing, errors=s.errors, key=s.head.signed,
        description=t("The auditor, or whoever signed, may do so. Ticks and remarks stay; the audit trail keeps what was signed."),
    )  # fmt: skip
    facts = definitions([(t("Conclusion"), s.head.conclusion), (t("Signed by"), s.head.signed)])
    words = rx.cond(s.head.words != "", paragraph(s.head.words, keep_lines=True))
    return card(facts, words, rx.cond(may(P.VERIFICATION_WRITE), row(withdraw)), title=t("Conclusion"))


@page(
    "/buildings/[building_id]/verification/[verification_id]/remarks", N_("Remarks and conclusion"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, VerificationRemarksState.load], crumbs=verification_crumbs, here=lambda: t("Remarks and conclusion"),
)  # fmt: skip
def remarks() -> rx.Component:
    s: Any = VerificationRemarksState
    none = empty_state(
        t("There is no remark."), t("Remarks on an entry are written beside it; those on the accounts as a whole, here."),
        icon_name="message-square",
    )  # fmt: skip
    listed = card(rx.cond(s.rows.length() > 0, rows(s.rows, _remark), none), title=t("Remarks and answers"), flush=True)
    writing = card(write_form(s, t("On the accounts as a whole.")), title=t("New remark"))
    open_ = rx.cond(may_write(s.head), stack(writing, _conclude()))
    withdrawn = rx.cond(
        s.head.withdrawn != "",
        note(t("A signature was withdrawn ({who}): {reason}", who=s.head.withdrawn, reason=s.head.reason), tone="info"),
    )
    side = stack(rx.cond(s.head.status == "signed", _signed(), open_))
    return verification_frame("remarks", s, withdrawn, columns(listed, side, shape="form"), _answer())


# --- One entry beside its voucher ------------------------------------------------------------------------------------


def _line_cells(x: LineRow) -> list[Any]:
    named = stack(x.account, rx.cond(x.words != "", muted(x.words)), gap=1)
    return [named, x.party, money(x.debit), money(x.credit)]


def _entry() -> rx.Component:
    s: Any = VerificationEntryState
    lines = data_table(
        [
            Column("account", t("Account"), mobile="name", wide=True), Column("party", t("Co-owner or supplier"), mobile="state", wide=True),
            Column("debit", t("Debit"), numeric=True, mobile="amount"), Column("credit", t("Credit"), numeric=True, mobile="date"),
        ],
        s.lines, _line_cells, caption=t("Lines of the entry"), footer=[t("Total"), "", money(s.row.amount), money(s.row.amount)],
    )  # fmt: skip
    facts = definitions([
        (t("Date"), s.row.on), (t("Description"), s.row.words), (t("Voucher number"), rx.cond(s.row.reference != "", s.row.reference, "–")),
        (t("Amount"), money(s.row.amount)), (t("Seen"), row(seen_of(s.row), muted(s.seen_on))),
    ])  # fmt: skip
    open_ = link(t("Open the entry in the books"), building_address() + "/entries/" + s.row.id)
    return stack(card(facts, row(open_), title=s.row.number), lines)


def _voucher() -> rx.Component:
    s: Any = VerificationEntryState
    there = "/api/v1/documents/" + s.row.document_id
    saved = row(file_link(t("Download the voucher"), there + "/download"))
    shown = stack(paper(there + "/preview", t("Voucher")), saved)
    own = paragraph(
        t("KoproGo made this entry from a paper of its own: a call, a statement, the opening or the closing."),
        muted=True,
    )
    none = note(t("No file is attached to this entry: ask for the voucher by a remark."), tone="warn")
    unattached = rx.cond(s.row.voucher == "own", own, none)
    kept = note(
        t(
            "The syndic's office keeps this document to itself: ask by a remark that the council and the auditor may see it."
        ),
        tone="warn",
    )
    read = rx.match(s.kind, ("", unattached), ("hidden", kept), ("other", saved), shown)
    return card(read, title=t("Voucher"))


def _asked() -> rx.Component:
    s: Any = VerificationEntryState

    def one(r: RemarkRow) -> rx.Component:
        remark: Any = r
        return stack(row(_state(remark)), _words(remark), gap=2)

    known = rx.cond(s.remarks.length() > 0, rows(s.remarks, one), muted(t("There is no remark.")))
    write = write_form(s, t("The syndic finds it in the list of what there is to do, and answers."))
    every = link(t("See all remarks"), verification_address(s.head) + "/remarks")
    return card(known, rx.cond(may_write(s.head), write), row(every), title=t("Remarks"))


def _look_crumbs() -> list[tuple[Any, Any]]:
    return [
        *verification_crumbs(),
        (VerificationEntryState.head.year, verification_address(VerificationEntryState.head)),
    ]


@page(
    "/buildings/[building_id]/verification/[verification_id]/entries/[entry_id]", N_("Entry and voucher"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, VerificationEntryState.load], crumbs=_look_crumbs, here=lambda: VerificationEntryState.row.number,
)  # fmt: skip
def look() -> rx.Component:
    s: Any = VerificationEntryState
    tick = button(t("Seen with its voucher"), icon_name="check", kind="solid", on_click=s.tick, shortcut="T")
    back = button(t("Take the tick back"), icon_name="undo-2", on_click=s.untick)
    following = button(t("Next one not seen"), icon_name="arrow-right", href=entry_address(s.head, s.following))
    acts = row(rx.cond(s.following != "", following), rx.cond(may_write(s.head), rx.cond(s.row.seen != "", back, tick)))
    shown = stack(
        row(heading(t("Verification of {year}", year=s.head.year)), muted(s.head.seen)),
        columns(stack(_entry(), _asked()), _voucher(), shape="half"),
    )
    return books_frame(
        "verification", rx.cond(s.missing, gone(), shown), actions=[rx.cond(s.missing, rx.fragment(), acts)]
    )
