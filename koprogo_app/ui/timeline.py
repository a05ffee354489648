"""A timeline: legal steps with their dates, or what happened to a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core.i18n import N_

from .badge import citation
from .icon import icon
from .text import Text, t

_STATE = {  # icon, tone, word for readers
    "done": ("circle-check", "ok", N_("Done")),
    "now": ("clock", "warn", N_("Now")),
    "missed": ("circle-alert", "bad", N_("Missed")),
    "later": ("circle-dashed", "", N_("Later")),
    "event": ("circle-dot", "", ""),
}


@dataclass
class Moment:
    """One step, worded by the server. state: done, now, missed, later, or event; article: "" or "3.87 §3"."""

    title: str
    when: str
    state: str = "event"
    more: str = ""
    article: str = ""


def timeline(moments: Sequence[Moment] | rx.Var[Any], label: Text) -> rx.Component:
    """In order of time; `label` names the list for readers."""
    drawn = [rx.foreach(moments, _moment)] if isinstance(moments, rx.Var) else [_moment(m) for m in moments]
    return rx.el.ol(*drawn, aria_label=label, class_name="tl")


def _moment(m: Any) -> rx.Component:
    given = type(m) is not Moment
    look: Any = rx.match(m.state, *[(k, v[1]) for k, v in _STATE.items()], "") if given else _STATE[m.state][1]
    mark = rx.match(m.state, *[(k, _mark(k)) for k in _STATE], _mark("event")) if given else _mark(m.state)
    head = rx.el.div(
        rx.el.span(m.title, class_name="med"), rx.el.span(m.when, class_name="sm mut tab nw"), class_name="row sp base"
    )
    return rx.el.li(
        mark,
        head,
        rx.cond(m.more != "", rx.el.div(m.more, class_name="sm mut")),
        rx.cond(m.article != "", citation(t("art. {reference}", reference=m.article))),
        class_name=look,
    )


def _mark(state: str) -> rx.Component:
    name, _, word = _STATE[state]
    return rx.fragment(icon(name), *([rx.el.span(t(word), class_name="sr")] if word else []))
