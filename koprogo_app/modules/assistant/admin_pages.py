"""Pages on the assistant: what it could not answer, what people thought of it, what an office lets it send."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import switch
from koprogo_app.ui.layout import card, muted, page_head, paragraph, passage, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.tabs import Tab, tabs
from koprogo_app.ui.text import t

from .admin_state import AskedRow, AssistantSettingsState, OpinionsState, UnansweredState


def _tabs(current: str) -> rx.Component:
    return tabs(
        [
            Tab("unanswered", t("Unanswered questions"), "/admin/assistant"),
            Tab("opinions", t("Remarks"), "/admin/assistant/opinions"),
            Tab("knowledge", t("What it knows"), "/admin/knowledge"),
        ],
        current, t("The assistant"),
    )  # fmt: skip


def _question(row: AskedRow) -> Any:
    return passage(row.question, row.language)


@page(
    "/admin/assistant", N_("The assistant at work"), permission=P.PLATFORM_ADMIN, on_load=UnansweredState.load,
    nav=Nav("admin", "sparkles", 80, label=N_("The assistant")),
)  # fmt: skip
def unanswered() -> rx.Component:
    s = UnansweredState
    return body(
        page_head(t("The assistant at work"), t("The last thirty days, over all organisations. Questions come without names.")),
        _tabs("unanswered"),
        stats(
            stat(s.asked, t("Questions")), stat(s.answered, t("Answered")), stat(s.unsure, t("Not sure")),
            stat(s.refused, t("Refused")), stat(s.useful, t("Useful / not right")), stat(s.written, t("Written by a model")),
            stat(s.tokens, t("Tokens")),
        ),
        data_table(
            [
                Column("question", t("Question"), mobile="name", wide=True), Column("language", t("Language"), mobile="state"),
                Column("at", t("When"), mobile="date"), Column("how", t("Answer"), mobile="amount"),
            ],
            s.rows, lambda r: [_question(r), r.language, r.when, r.how], caption=t("Unanswered questions"), state=s,
            empty=empty_state(t("Every question found its answer."), icon_name="circle-check"),
        ),
    )  # fmt: skip


@page(
    "/admin/assistant/opinions", N_("Remarks on answers"), permission=P.PLATFORM_ADMIN, on_load=OpinionsState.load,
    crumbs=lambda: [(t("The assistant at work"), "/admin/assistant")],
)  # fmt: skip
def opinions() -> rx.Component:
    s = OpinionsState
    return body(
        page_head(t("Remarks on answers"), t("Answers that people found not right, without names.")),
        _tabs("opinions"),
        data_table(
            [
                Column("question", t("Question"), mobile="name", wide=True), Column("reason", t("Reason"), mobile="state"),
                Column("remark", t("Remark"), wide=True), Column("at", t("When"), mobile="date"),
            ],
            s.rows, lambda r: [_question(r), r.how, r.remark, r.when], caption=t("Remarks on answers"), state=s,
            empty=empty_state(t("No remark yet."), icon_name="message-square"),
        ),
    )  # fmt: skip


@page(
    "/assistant/settings", N_("Settings of the assistant"), permission=P.MEMBERS_WRITE, on_load=AssistantSettingsState.load,
    crumbs=lambda: [(t("Assistant"), "/assistant")],
)  # fmt: skip
def assistant_settings() -> rx.Component:
    s = AssistantSettingsState
    choice = switch(
        t("Passages of our buildings' papers may be sent to the language model"), s.sends, s.choose,
        hint=t("They may name people. Without it, papers are quoted and never leave this server."),
    )  # fmt: skip
    with_model = stack(
        paragraph(t("Answers are written by {model} from the passages found here.", model=s.model)),
        choice,
        muted(t("At most {tokens} tokens a day for the organisation; beyond, answers are quoted.", tokens=s.budget)),
        gap=3,
    )
    without = note(t("No language model is set: answers are quoted, and nothing leaves this server."), tone="info")
    return body(
        page_head(
            t("Settings of the assistant"),
            t("Own data and the law need no decision: own data never leaves this server."),
        ),
        card(rx.cond(s.model != "", with_model, without), title=t("Language model")),
    )
