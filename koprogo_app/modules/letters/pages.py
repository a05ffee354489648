"""The page of a run of letters: how far it is, which failed and why, what waits for the post."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, muted, row, stack
from koprogo_app.ui.menu import menu, menu_link
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.progress import job
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import figure, plural, t

from .making import UNDONE
from .state import CountRow, LetterRow, LetterRunState

register(
    letters=Topic(
        N_("Letters to the co-owners"),
        N_(
            "Each co-owner receives a letter in his own language. It goes by e-mail to who accepted that in writing, and by the "
            "post to everybody else.\n\nThe letters by post are printed together, in the order of countries and postcodes; say that "
            "they were posted once they are. A letter that could not be made names its reason: put it right, then have it made "
            "again.\n\nWhat has left does not change any more: a later print of it is marked as a duplicate."
        ),
        "3.87 §3", official=CODE,
    ),
)  # fmt: skip

STATUS = {
    "waiting": ("info", "hourglass", N_("Waiting")),
    "made": ("info", "file-text", N_("Made")),
    "sent": ("ok", "send", N_("Sent")),
    "failed": ("bad", "circle-alert", N_("Failed")),
    "refused": ("bad", "circle-x", N_("Mail refused")),
}
CHANNELS = {"email": ("mail", N_("E-mail")), "post": ("mailbox", N_("Post"))}


def _here() -> Any:
    return rx.State.run_id.to(str)  # type: ignore[attr-defined]


def _status(value: Any) -> rx.Component:
    words = [(key, badge(t(word), tone, sign)) for key, (tone, sign, word) in STATUS.items()]  # type: ignore[arg-type]
    shown: Any = rx.match(value, *words, badge(value))
    return shown


def channel_badge(value: Any) -> rx.Component:
    """How a letter goes to its recipient."""
    words = [(key, badge(t(word), "neutral", sign)) for key, (sign, word) in CHANNELS.items()]
    shown: Any = rx.match(value, *words, badge(value))
    return shown


def _count(c: CountRow) -> rx.Component:
    words: Any = rx.match(c.key, *[(key, t(word)) for key, (_, _, word) in STATUS.items()], c.key)
    return stat(c.value, words, href=building_address() + "/letters/" + _here() + "?status=" + c.key)


def _cells(x: LetterRow) -> list[Any]:
    state = stack(_status(x.status), rx.cond(x.error != "", muted(x.error)), gap=1)
    mend = rx.cond((x.error != "") & ~LetterRunState.undone, link(t("Put it right"), "/people/" + x.owner_id))
    paper = rx.cond(x.file != "", file_link(t("Open the letter"), x.file, icon_name="file-text"), mend)
    return [x.recipient, x.place, x.language, channel_badge(x.channel), state, x.when, paper]


def _print() -> rx.Component:
    s: Any = LetterRunState
    batch = "/api/v1/letter-runs/" + _here() + "/print"
    sides = menu(
        button(t("Download for printing"), icon_name="download"),
        menu_link(t("On one side"), batch, icon_name="file-text", download=True),
        menu_link(t("On both sides"), batch + "?duplex=true", icon_name="copy", download=True),
    )
    posted = confirm_dialog(
        button(t("Mark as posted"), kind="solid", icon_name="send"),
        plural(t("Was 1 letter posted?"), t("Were {n} letters posted?", n=figure(s.to_post)), s.to_post),
        t("Only say so once they are. What has left does not change any more; a later print is marked as a duplicate."),
        t("Mark as posted"), s.posted,
    )  # fmt: skip
    return row(sides, posted)


def _remarks() -> rx.Component:
    s: Any = LetterRunState
    again = button(t("Make them again"), icon_name="undo-2", size="sm", on_click=s.retry)
    failed = note(
        plural(t("1 letter could not be made."), t("{n} letters could not be made.", n=figure(s.failed)), s.failed), " ",
        t("Each one names its reason below. Put it right, then have them made again."), " ",
        rx.cond(may(P.LETTERS_SEND), again), tone="bad",
    )  # fmt: skip
    refused = note(
        plural(t("1 mail was refused."), t("{n} mails were refused.", n=figure(s.refused)), s.refused), " ",
        rx.cond(may(P.OUTBOX_READ), link(t("See the outbox"), "/outbox?status=failed")), tone="bad",
    )  # fmt: skip
    undone = note(t(UNDONE), tone="warn", title=t("Reversed."))
    return stack(rx.cond(s.undone, undone, rx.cond(s.failed > 0, failed)), rx.cond(s.refused > 0, refused))


@page(
    "/buildings/[building_id]/letters/[run_id]", N_("Letters"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, LetterRunState.load], crumbs=building_crumbs, here=lambda: LetterRunState.title,
)  # fmt: skip
def letter_run() -> rx.Component:
    s: Any = LetterRunState
    running = job(
        t("The letters are being made"), s.done, s.whole, said=s.said, left=t("It goes on when you leave this page.")
    )
    table = data_table(
        [
            Column("recipient", t("Recipient"), sortable=True, mobile="name", wide=True), Column("postal_code", t("Postcode"), sortable=True),
            Column("language", t("Language")), Column("channel", t("Way of sending"), sortable=True, mobile="amount"),
            Column("status", t("State"), sortable=True, mobile="state", wide=True), Column("when", t("Date"), mobile="date"),
            Column("file", t("Letter"), mobile="acts"),
        ],
        s.rows, _cells, caption=t("Letters"), state=s, search=t("Search a recipient"),
        filters=[
            Filter("status", t("State"), [(key, t(word)) for key, (_, _, word) in STATUS.items()]),
            Filter("channel", t("Way of sending"), [(key, t(word)) for key, (_, word) in CHANNELS.items()]),
        ],
        empty=empty_state(t("No letter."), icon_name="mail"),
    )  # fmt: skip
    to_print = rx.cond((s.to_post > 0) & (s.waiting == 0) & ~s.undone & may(P.LETTERS_SEND), _print())
    head = card(
        stack(muted(t("Dated {day}", day=s.dated_on)), stats(rx.foreach(s.counts, _count)), to_print),
        title=s.title, topic="letters",
    )  # fmt: skip
    gone = empty_state(t("These letters do not exist."), None, icon_name="search-x")
    found = stack(rx.cond(s.waiting > 0, running), head, _remarks(), card(table, flush=True, title=t("Letters")))
    shown = rx.cond(s.missing, card(gone), found)
    return rx.cond(s.kind == "statement", charges_frame("statements", shown), charges_frame("calls", shown))
