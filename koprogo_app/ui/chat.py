"""The parts of a conversation: what is asked, what is answered with its numbered sources, the line one writes on."""

from typing import Any

import reflex as rx

from .badge import badge
from .button import anchor
from .icon import icon
from .text import Text, t
from .tokens import TONE_CLASS, Tone


def conversation(*children: Any, label: Text) -> rx.Component:
    """The list of exchanges: a log, of which screen readers read what is added."""
    return rx.el.div(*children, role="log", aria_label=label, aria_live="polite", class_name="talk")


def asked(text: Text, lang: Text) -> rx.Component:
    """The reader's own words."""
    return rx.el.div(rx.el.h2(text, lang=lang), class_name="asked")


def answered(*children: Any, lang: Text, id: Text, busy: rx.Var[bool] | bool = False) -> rx.Component:
    """An answer, in its own language; `busy` while it is written, so that it is read once, when it is whole."""
    return rx.el.div(
        rx.el.span(icon("sparkles", "s"), class_name="ava", aria_hidden="true"),
        rx.el.div(*children, class_name="grow col g3"),
        lang=lang, id=id, aria_busy=busy, class_name="answered",
    )  # fmt: skip


def sentence(text: Text, *marks: Any) -> rx.Component:
    """One sentence with the marks of its sources."""
    return rx.el.span(text, " ", *marks, " ")


def prose(*children: Any) -> rx.Component:
    return rx.el.p(*children, class_name="prose")


def mark(number: Text, label: Text, on_click: Any) -> rx.Component:
    """The number of a source inside a sentence: opens it beside the answer."""
    return rx.el.button(number, type="button", on_click=on_click, aria_label=label, title=label, class_name="cite mark")


def source_chip(label: Text, on_click: Any, title: Text) -> rx.Component:
    """A source under an answer, `1 · Code civil, art. 3.87 § 6`: opens it beside the answer; `title` is its subject."""
    return rx.el.button(icon("scale"), label, type="button", on_click=on_click, title=title, class_name="cite chipped")


def paper_chip(number: Text, label: Text, href: Text) -> rx.Component:
    """A page of the building's own paper, opened as a file."""
    made: Any = rx.el.A.create(
        icon("file-text"), number, " · ", label, href=href, target="_blank", class_name="cite chipped"
    )
    return made


def own_table(columns: rx.Var[list[str]], rows: rx.Var[list[list[str]]], caption: Text) -> rx.Component:
    """Own data, as the server worded it. Without columns, each line is a label and its value."""

    def line(cells: Any) -> rx.Component:
        first = rx.el.th(cells[0], scope="row")
        return rx.el.tr(first, rx.foreach(cells.to(list[str])[1:], lambda cell: rx.el.td(cell, class_name="wide")))

    head = rx.el.thead(rx.el.tr(rx.foreach(columns, lambda c: rx.el.th(c, scope="col"))))
    table = rx.el.table(
        rx.el.caption(caption, class_name="sr"),
        rx.cond(columns.length() > 0, head),  # type: ignore[attr-defined]
        rx.el.tbody(rx.foreach(rows, line)),
    )
    return rx.el.div(
        rx.el.div(table, class_name="scroll", tab_index=0, role="region", aria_label=caption), class_name="tw"
    )


def band(word: Text, tone: Tone, sign: str) -> rx.Component:
    """How sure the answer is, in words."""
    return badge(word, tone, sign)


def small_actions(*children: Any, label: Text) -> rx.Component:
    return rx.el.div(*children, role="group", aria_label=label, class_name="row g1 wrap sm mut tools")


def small_action(label: Text, icon_name: str, on_click: Any, *, pressed: rx.Var[bool] | None = None) -> rx.Component:
    more: dict[str, Any] = {} if pressed is None else {"aria_pressed": rx.cond(pressed, "true", "false")}
    return rx.el.button(icon(icon_name, "s"), label, type="button", on_click=on_click, class_name="btn g sm", **more)


def suggestion(text: Text, on_click: Any) -> rx.Component:
    """A question to ask with one click."""
    return rx.el.button(text, type="button", on_click=on_click, class_name="chip ask")


def suggestions(*children: Any, label: Text) -> rx.Component:
    return rx.el.div(*children, role="group", aria_label=label, class_name="row g2 wrap")


def composer(
    name: str,
    on_submit: Any,
    *,
    label: Text,
    placeholder: Text,
    busy: rx.Var[bool],
    error: Text,
    below: Any,
    stop: Any = None,
) -> rx.Component:
    """The line one writes on: Enter sends, Shift and Enter begin a new line; what was refused stays."""
    box = rx.el.textarea(
        name=name, rows=2, placeholder=placeholder, enter_key_submit=True, max_length=2500, aria_label=label,
        aria_describedby=f"{name}-said", aria_invalid=error != "", custom_attrs={"id": f"f-{name}"},
    )  # fmt: skip
    send = rx.el.button(icon("arrow-up"), type="submit", disabled=busy, aria_label=t("Ask"), class_name="btn p round")
    halt = rx.el.button(icon("square"), type="button", on_click=stop, aria_label=t("Stop"), class_name="btn round")
    said = rx.el.div(
        rx.cond(error != "", rx.el.span(icon("circle-alert"), error, class_name="err", role="alert"), below),
        custom_attrs={"id": f"{name}-said"}, class_name="xs mut",
    )  # fmt: skip
    line = rx.el.div(box, rx.cond(busy, halt, send) if stop is not None else send, class_name="inp lg ask-line")
    return rx.el.form(line, said, on_submit=on_submit, class_name="composer")


def beside(title: Text, *children: Any, open: rx.Var[bool], close: Any) -> rx.Component:
    """The sources of an answer: a panel at the right on wide screens, a sheet over the foot of the page on small ones."""
    shut = rx.el.button(
        icon("x"), type="button", on_click=close, aria_label=t("Close the sources"), class_name="ib end"
    )
    head = rx.el.div(rx.el.h2(title, tab_index=-1, custom_attrs={"id": "sources"}), shut, class_name="row")
    return rx.el.aside(head, *children, aria_label=title, class_name=rx.cond(open, "beside open", "beside"))


def source(
    number: Text,
    title: Text,
    place: Text,
    text: Text,
    lang: Text,
    *foot: Any,
    chosen: rx.Var[bool],
    tone: Tone = "neutral",
) -> rx.Component:
    """One source in full."""
    head = rx.el.div(rx.el.span(number, class_name="cite"), rx.el.h3(title), class_name="ch")
    words = rx.el.div(
        rx.el.p(place, class_name="sm mut"), rx.el.blockquote(text, lang=lang), *foot, class_name="cb col g2"
    )
    look = f"card {TONE_CLASS[tone]}".strip()
    return rx.el.article(head, words, class_name=rx.cond(chosen, f"{look} chosen", look))


def layout(main: Any, side: Any) -> rx.Component:
    """The page of a conversation: the talk, and the sources beside it."""
    return rx.el.div(main, side, class_name="chat")


def column(*children: Any) -> rx.Component:
    """The talk with its head and the line one writes on."""
    return rx.el.div(*children, class_name="chat-main")


def said(text: Text) -> rx.Component:
    """What a screen reader is told when an answer is whole."""
    return rx.el.div(text, role="status", class_name="sr")


def text_link(label: Text, href: Text) -> rx.Component:
    return anchor(href, [label], "")
