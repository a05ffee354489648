"""The workspace of the auditor and the council: the years, the work list of one, and its remarks and conclusion."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.ledger.rules import JOURNALS
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field, radio_group
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, heading, money, muted, paragraph, row, rows, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.progress import progress
from koprogo_app.ui.shortcuts import hotkeys
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Bulk, Column, Filter, data_table
from koprogo_app.ui.tabs import Tab, tabs
from koprogo_app.ui.text import t

from .rules import Draw
from .state import Head, VerificationState, VerificationYearsState, WorkRow

register(
    verification=Topic(
        N_("Verification of the accounts"),
        N_(
            "Every year the meeting appoints an auditor of the accounts, co-owner or not, or several together; this holds for every "
            "co-ownership, whatever its size. The syndic is never the auditor, nor a member of the council.\n\nTicking an entry says "
            "one thing: it was seen with its voucher. Remarks go to the syndic, who answers; the report holds both. Nothing changes "
            "in the books here, and nothing changes here once the report is signed."
        ),
        "3.91", official=CODE,
    ),
    sampling=Topic(
        N_("Looking at a sample"),
        N_(
            "Nobody has to see everything. The largest entries show where most of the money went; a draw by lot shows how carefully "
            "the rest is kept.\n\nA draw has a number: with the same number anybody draws the same entries again, so that nobody "
            "can be said to have chosen them."
        ),
    ),
)  # fmt: skip

_JOURNALS = [(journal.value, t(words)) for journal, words in JOURNALS.items()]
_AMOUNTS = [(f"{euros}00", t("Above {amount} €", amount=euros)) for euros in (100, 500, 1000, 5000)]
_CLASSES = [
    ("1", t("1 Funds and provisions")), ("2", t("2 Fixed assets")), ("4", t("4 Owed and owing")), ("5", t("5 Bank and cash")),
    ("6", t("6 Costs")), ("7", t("7 Income")),
]  # fmt: skip


def verifications_address() -> Any:
    return building_address() + "/verification"


def verification_address(head: Any) -> Any:
    return verifications_address() + "/" + head.id


def entry_address(head: Any, entry_id: Any) -> Any:
    return verification_address(head) + "/entries/" + entry_id


def may_write(head: Any) -> Any:
    return may(P.VERIFICATION_WRITE) & (head.status == "open")


def report_button(head: Any) -> rx.Component:
    """The report for the meeting: a draft until it is signed."""
    href = "/api/v1/verifications/" + head.id + "/report.pdf"
    return button(t("Report (PDF)"), icon_name="file-text", href=href, download=True)


def verification_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Verification"), verifications_address())]


def gone() -> rx.Component:
    return empty_state(
        t("This verification does not exist."), None, button(t("See the years"), href=verifications_address()), icon_name="search-x"
    )  # fmt: skip


def verification_frame(section: str, state: Any, *content: Any, actions: Sequence[Any] = ()) -> rx.Component:
    """The two parts of a verification around one of them."""
    head = state.head
    bar = tabs(
        [
            Tab("work", t("Entries"), verification_address(head)),
            Tab("remarks", t("Remarks and conclusion"), verification_address(head) + "/remarks", count=head.remarks),
        ],
        section, t("Parts of the verification"),
    )  # fmt: skip
    signed = rx.cond(
        head.status == "signed",
        note(t("Signed by {who}: nothing changes any more.", who=head.signed), tone="ok", title=head.conclusion),
    )
    late = rx.cond(
        head.later != "",
        note(t("Entries posted after the signature, not verified: {count}.", count=head.later), tone="warn"),
    )
    shown = stack(
        row(heading(t("Verification of {year}", year=head.year)), status_of(head)), bar, signed, late, *content
    )
    files = rx.cond(state.missing, rx.fragment(), row(*actions, report_button(head)))
    return books_frame("verification", rx.cond(state.missing, gone(), shown), actions=[files])


def status_of(head: Any) -> Any:
    begun = badge(t("Under way"), "info", "loader-circle")
    signed = badge(t("Signed"), "ok", "circle-check")
    return rx.match(head.status, ("open", begun), ("signed", signed), badge(t("Not begun"), "neutral", "circle-dashed"))


# --- The years -------------------------------------------------------------------------------------------------------


def _year(head: Head) -> rx.Component:
    h: Any = head
    begin = rx.cond(
        may(P.VERIFICATION_WRITE),
        button(t("Begin"), icon_name="list-checks", size="sm", on_click=VerificationYearsState.begin(h.year_id), aria_label=t("Begin the verification of {year}", year=h.year)),
        muted(t("Not begun")),
    )  # fmt: skip
    name = rx.cond(h.id != "", link(strong(h.year), verification_address(h)), strong(h.year))
    figures = stack(
        row(muted(t("Entries seen")), paragraph(h.seen), between=True),
        row(muted(t("Amount seen")), paragraph(h.amount), between=True),
        progress(h.done, h.every, t("Entries seen in {year}", year=h.year)),
        rx.cond(h.unsettled != "", muted(t("Remarks that are not settled: {count}", count=h.unsettled))),
        rx.cond(h.conclusion != "", muted(h.conclusion)),
        gap=1,
    )
    return stack(row(name, status_of(h), rx.cond(h.id == "", begin), between=True), rx.cond(h.id != "", figures), gap=2)


@page(
    "/buildings/[building_id]/verification", N_("Verification"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, VerificationYearsState.load], crumbs=building_crumbs, here=lambda: t("Verification"),
)  # fmt: skip
def years() -> rx.Component:
    s: Any = VerificationYearsState
    lead = paragraph(
        t("The auditor and the council see each entry with its voucher, remark on it, and report to the meeting."),
        muted=True,
    )
    listed = card(lead, rows(s.rows, _year), title=t("Financial years"), topic="verification")
    return books_frame("verification", rx.cond(s.ready, rx.cond(s.rows.length() > 0, listed, not_open())))


# --- The work list ---------------------------------------------------------------------------------------------------


def voucher_of(r: Any) -> Any:
    there = file_link(t("Voucher"), "/api/v1/documents/" + r.document_id + "/download", icon_name="paperclip")
    own = muted(t("made in KoproGo"))
    return rx.match(r.voucher, ("there", there), ("own", own), badge(t("No voucher"), "warn", "triangle-alert"))


def seen_of(r: Any) -> Any:
    return rx.cond(r.seen != "", badge(t("Seen by {name}", name=r.seen), "ok", "circle-check"), badge(t("Not seen"), "neutral", "circle-dashed"))  # fmt: skip


def _cells(e: WorkRow) -> list[Any]:
    remark = rx.cond(
        e.unsettled > 0, badge(t("Remark"), "warn", "message-square"),
        rx.cond(e.remarks > 0, badge(t("Remark settled"), "neutral", "message-square")),
    )  # fmt: skip
    words = row(e.words, rx.cond(e.reversal, badge(t("Reversal"), "neutral", "undo-2")), remark)
    return [e.number, e.on, words, e.reference, voucher_of(e), money(e.amount), seen_of(e)]


def _columns() -> list[Column]:
    return [
        Column("number", t("Number"), sortable=True, mobile="state"), Column("entry_on", t("Date"), sortable=True, mobile="date"),
        Column("description", t("Description"), sortable=True, mobile="name", wide=True), Column("reference", t("Voucher number")),
        Column("voucher", t("Voucher")), Column("total_cents", t("Amount"), numeric=True, sortable=True, mobile="amount"),
        Column("seen", t("Seen"), mobile="acts"),
    ]  # fmt: skip


def _filters() -> list[Filter]:
    return [
        Filter("seen", t("Seen"), [("no", t("Not seen")), ("yes", t("Seen"))]),
        Filter("remark", t("Remarks"), [("open", t("Not settled")), ("any", t("With a remark"))]),
        Filter("voucher", t("Voucher"), [("missing", t("Without voucher")), ("there", t("With voucher"))]),
        Filter("above", t("Amount"), _AMOUNTS),
        Filter("journal", t("Journal"), _JOURNALS),
        Filter("class", t("Class of accounts"), _CLASSES),
    ]


def _bulk() -> Bulk:
    s: Any = VerificationState
    seen = button(
        t("Seen with their vouchers"), icon_name="check", kind="solid", size="sm", on_click=s.tick, shortcut="T"
    )
    back = button(t("Take the ticks back"), icon_name="undo-2", size="sm", on_click=s.untick)
    return Bulk([seen, back], s.chosen, lambda e: e.number)


def _table(bulk: Bulk | None) -> rx.Component:
    s: Any = VerificationState
    return data_table(
        _columns(), s.rows, _cells, caption=t("Entries of the year"), state=s, href=lambda e: entry_address(s.head, e.id),
        search=t("Number, description or voucher"), filters=_filters(), bulk=bulk,
        empty=empty_state(t("Nothing is entered in this year."), icon_name="book-open"),
    )  # fmt: skip


def _draw() -> rx.Component:
    s: Any = VerificationState
    return form_dialog(
        button(t("Draw a sample"), icon_name="dices"), t("Draw a sample"),
        radio_group(
            t("Which entries"), "draw",
            [(Draw.LARGEST.value, t("The largest")), (Draw.RANDOM.value, t("By lot"))], value=Draw.LARGEST.value, errors=s.errors,
        ),
        field(t("How many"), "size", value="25", inputmode="numeric", errors=s.errors, required=True),
        field(
            t("Number of the draw"), "seed", value=s.seed, inputmode="numeric", errors=s.errors, topic="sampling",
            hint=t("Note it down: with it anybody draws the same entries."),
        ),
        on_submit=s.draw, submit=t("Draw"), open=s.drawing, on_open_change=s.show_drawing, errors=s.errors, key=s.seed,
    )  # fmt: skip


def _tick_page() -> rx.Component:
    return confirm_dialog(
        button(t("Tick this page"), icon_name="list-checks"), t("Tick every entry of this page?"),
        t("You say that you saw each of them with its voucher. Ticks can be taken back until the report is signed."),
        t("Tick this page"), VerificationState.tick_page,
    )  # fmt: skip


def _reach() -> rx.Component:
    h: Any = VerificationState.head
    here = verification_address(h)
    figures = stats(
        stat(h.seen, t("Entries seen"), href=here + "?seen=yes"),
        stat(h.amount, t("Amount seen"), href=here + "?seen=yes"),
        stat(rx.cond(h.unsettled != "", h.unsettled, "0"), t("Remarks not settled"), href=here + "/remarks"),
    )
    return card(figures, progress(h.done, h.every, t("Entries seen")), label=t("Progress"))


@page(
    "/buildings/[building_id]/verification/[verification_id]", N_("Verification"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, VerificationState.load], crumbs=verification_crumbs, here=lambda: VerificationState.head.year,
)  # fmt: skip
def work() -> rx.Component:
    s: Any = VerificationState
    sample = rx.cond(
        s.sampled != "",
        note(s.sampled, " ", button(t("Show the whole year"), size="sm", on_click=s.forget_sample), tone="info"),
    )
    keys = hotkeys(
        ("J", t("next")), ("K", t("previous")), ("␣", t("choose")), ("T", t("seen with its voucher")), ("↵", t("open"))
    )
    listed = rx.cond(may_write(s.head), stack(_table(_bulk()), keys), _table(None))
    actions = [_draw(), rx.cond(may_write(s.head), _tick_page())]
    return verification_frame("work", s, _reach(), sample, listed, actions=actions)
