"""The chat, and a person's earlier conversations."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.answers.rules import BANDS, DISCLAIMER, PAPER_FIRST
from koprogo_app.ui import chat
from koprogo_app.ui.button import button, file_link, icon_button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import radio_group, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import muted, page_head, row, spinner, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from . import rules
from .rows import CiteRow, SaidRow, TurnRow
from .state import AssistantState, HistoryState, SourceRow, TalkRow

register(
    assistant=Topic(
        N_("The assistant"),
        N_(
            "It quotes Belgian co-ownership law with the article each sentence rests on, your building's own papers where the "
            "syndic lets it read them, and your own data as your pages show them. It says so when it does not know.\n\n"
            "It informs; it does not give legal advice. Your questions are yours: nobody in your building or at your syndic's "
            "sees them. You can delete and download them."
        ),
    )
)
S = AssistantState


# --- One exchange ---


def _mark(turn: TurnRow, cite: CiteRow) -> Any:
    opened = chat.mark(cite.number, t("Source {number}", number=cite.mark), S.show(turn.id, cite.uid))
    page = chat.text_link("[" + cite.number + "]", cite.href)
    return rx.cond(cite.paper, page, opened)


def _said(turn: TurnRow, said: SaidRow) -> Any:
    return chat.sentence(said.text, rx.foreach(said.cites, lambda cite: _mark(turn, cite)))


def _band(turn: TurnRow) -> Any:
    words = {key: t(text) for key, text in BANDS.items()}
    written = chat.band(t("Written from the sources below, checked sentence by sentence"), "info", "sparkles")
    quoted = chat.band(t("Quoted, not written"), "ok", "quote")
    return rx.match(
        turn.band,
        ("answer", rx.cond(turn.written_by != "", written, quoted)),
        ("unsure", chat.band(words["unsure"], "warn", "circle-help")),
        ("data", chat.band(words["data"], "info", "building-2")),
        ("file", chat.band(words["file"], "neutral", "folder")),
        chat.band(words["refuse"], "neutral", "circle-slash"),
    )


def _chips(turn: TurnRow) -> Any:
    law = rx.foreach(turn.cites, lambda c: chat.source_chip(c.chip, S.show(turn.id, c.uid), c.title))
    papers = rx.foreach(turn.papers, lambda c: chat.paper_chip(c.number, c.label, c.href))
    return rx.cond(turn.cites.length() + turn.papers.length() > 0, row(law, papers))  # type: ignore[attr-defined]


def _own(turn: TurnRow) -> Any:
    words = chat.prose(rx.foreach(turn.own, lambda said: _said(turn, said)))
    own = note(words, muted(t(PAPER_FIRST)), title=t("In your building's own papers"), icon_name="file-text")
    return rx.cond(turn.own.length() > 0, own)  # type: ignore[attr-defined]


def _see(turn: TurnRow) -> Any:
    near = rx.foreach(turn.see, lambda c: chat.source_chip(c.title, S.show(turn.id, c.uid), c.label))
    title = rx.cond(turn.band == "unsure", t("The closest provisions"), t("See also"))
    return rx.cond(turn.see.length() > 0, stack(muted(title), row(near), gap=1))  # type: ignore[attr-defined]


def _table(turn: TurnRow) -> Any:
    table = chat.own_table(turn.columns, turn.rows, t("Your own data"))  # type: ignore[arg-type]
    links = row(rx.foreach(turn.links, lambda one: link(one.label, one.href)), gap=3)
    return stack(rx.cond(turn.rows.length() > 0, table), rx.cond(turn.links.length() > 0, links), gap=2)  # type: ignore[attr-defined]


def _follow_ups(turn: TurnRow) -> Any:
    asks = rx.foreach(turn.follow_ups, lambda one: chat.suggestion(one, S.ask_this(one)))
    return rx.cond(turn.follow_ups.length() > 0, chat.suggestions(asks, label=t("Questions that follow")))  # type: ignore[attr-defined]


def _tools(turn: TurnRow) -> Any:
    copied = [rx.set_clipboard(turn.plain), rx.toast.success(t("Copied."))]
    return chat.small_actions(
        chat.small_action(t("Useful"), "thumbs-up", S.judge(turn.id, "up"), pressed=turn.opinion == "up"),
        chat.small_action(t("Not right"), "thumbs-down", S.judge(turn.id, "down"), pressed=turn.opinion == "down"),
        chat.small_action(t("Copy"), "copy", copied),
        chat.small_action(t("Print"), "printer", rx.run_script("window.print()")),
        label=t("What to do with this answer"),
    )


def _turn(turn: TurnRow) -> rx.Component:
    busy: Any = S.writing & (turn.id == S.turns[-1].id)
    written = rx.cond(S.partial != "", chat.prose(S.partial), spinner(t("Writing from the sources…")))
    words = chat.prose(rx.foreach(turn.said, lambda said: _said(turn, said)))
    notes = rx.foreach(turn.notes, lambda one: note(one, tone="warn"))
    foot = rx.cond(turn.disclaimer, muted(t(DISCLAIMER), " ", turn.ask))
    whole = stack(words, _table(turn), _chips(turn), _own(turn), notes, foot, _see(turn), _follow_ups(turn), gap=3)
    return rx.fragment(
        chat.asked(turn.question, turn.locale),
        chat.answered(
            rx.cond(busy, stack(written, _chips(turn), gap=3), stack(row(_band(turn)), whole, _tools(turn), gap=2)),
            lang=turn.locale, busy=busy, id=f"turn-{turn.id}",
        ),
    )  # fmt: skip


# --- The page ---


def _first() -> rx.Component:
    asks = rx.foreach(S.suggested, lambda one: chat.suggestion(one, S.ask_this(one)))
    given = rx.cond(S.draft != "", chat.suggestion(S.draft, S.ask_this(S.draft)))
    return stack(
        note(
            t("Ask in your own words, in French, Dutch, German or English. Each sentence names the article it rests on."),
            icon_name="sparkles", tone="accent",
        ),
        chat.suggestions(given, asks, label=t("Questions to begin with")),
        gap=4,
    )  # fmt: skip


def _source(one: SourceRow) -> rx.Component:
    more = [
        rx.cond(one.caveat != "", note(one.caveat, tone="warn")),
        rx.cond(one.since != "", muted(one.since)),
        rx.cond(one.reviewed != "", muted(one.reviewed)),
        row(
            link(t("Open the article"), one.href),
            rx.cond(one.url != "", link(t("Read the official text"), one.url, external=True)),
            gap=3,
        ),
    ]
    return chat.source(one.number, one.title, one.place, one.text, one.lang, *more, chosen=one.uid == S.opened)


def _panel() -> rx.Component:
    return chat.beside(
        t("Sources of the answer"), rx.foreach(S.sources, _source),
        note(t("In KoproGo's own words. The official gazette may hold a newer text.")),
        open=S.panel, close=S.close_sources,
    )  # fmt: skip


def _why() -> rx.Component:
    reasons = [(key, t(words)) for key, words in rules.REASONS.items()]
    return form_dialog(
        None, t("What is wrong with this answer?"),
        radio_group(t("Reason"), "reason", reasons, errors=S.errors),
        textarea(t("What should it say?"), "words", errors=S.errors, hint=t("At most 1000 characters. No names, please.")),
        on_submit=S.explain, submit=t("Send the remark"), open=S.judged != "", on_open_change=S.close_reason,
        errors=S.errors,
    )  # fmt: skip


@page(
    "/assistant", N_("Assistant"), permission=P.ASSISTANT_ASK, on_load=S.load,
    nav=Nav("foot", "sparkles", 10, mobile=5, key="a"),
)  # fmt: skip
def assistant() -> rx.Component:
    which = select_field(
        t("Building"), "building", S.buildings, value=S.building, blank=t("Any building"), on_change=S.choose_building
    )
    head = page_head(
        t("Assistant"), t("Belgian co-ownership law, and your own data."),
        rx.cond(S.buildings.length() > 1, which),  # type: ignore[attr-defined]
        rx.cond(may(P.MEMBERS_WRITE), icon_button("settings", t("Settings of the assistant"), href="/assistant/settings")),
        button(t("Earlier questions"), icon_name="history", href="/assistant/history"),
        button(t("New question"), icon_name="plus", on_click=S.begin, shortcut="N"),
        topic="assistant",
    )  # fmt: skip
    talk = chat.conversation(rx.foreach(S.turns, _turn), label=t("Questions and answers"))
    line = chat.composer(
        "question", S.submit, label=t("Your question"), placeholder=t("How can I help you?"), busy=S.writing,
        stop=S.stop, error=S.errors.get("question", ""),
        below=t("General information, not legal advice. The assistant sees only what you may see."),
    )  # fmt: skip
    main = chat.column(head, rx.cond(S.turns.length() == 0, _first()), talk, line, chat.said(S.heard))  # type: ignore[attr-defined]
    return body(chat.layout(main, _panel()), _why())


def _cells(talk: TalkRow) -> list[Any]:
    gone = confirm_dialog(
        button(t("Delete"), size="sm", kind="ghost", aria_label=t("Delete “{name}”", name=talk.title)),
        t("Delete this conversation?"), t("The questions and the answers go. This cannot be undone."), t("Delete"),
        HistoryState.delete(talk.id), danger=True,
    )  # fmt: skip
    return [talk.title, talk.used, gone]


@page(
    "/assistant/history", N_("Earlier questions"), permission=P.ASSISTANT_ASK, on_load=HistoryState.load,
    crumbs=lambda: [(t("Assistant"), "/assistant")],
)  # fmt: skip
def history() -> rx.Component:
    s = HistoryState
    clear = confirm_dialog(
        button(t("Delete everything"), kind="danger", icon_name="trash-2"), t("Delete all your conversations?"),
        t("Your questions and their answers go. This cannot be undone."), t("Delete everything"), s.delete_all, danger=True,
    )  # fmt: skip
    return body(
        page_head(
            t("Earlier questions"), t("Only you see them."),
            file_link(t("Download them"), "/api/v1/assistant/conversations/export"), clear,
        ),
        data_table(
            [
                Column("title", t("First question"), mobile="name", wide=True), Column("used", t("Last used"), mobile="date"),
                Column("act", t("Actions"), mobile="amount"),
            ],
            s.rows, _cells, caption=t("Earlier questions"), state=s, search=t("Search your questions"),
            href=lambda talk: f"/assistant?c={talk.id}",
            empty=empty_state(
                t("No question yet."), None, button(t("Ask the assistant"), href="/assistant", kind="solid"),
                icon_name="sparkles",
            ),
        ),
    )  # fmt: skip
