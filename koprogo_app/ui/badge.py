"""Badges of state (icon + word) and citation chips."""

from typing import Any

import reflex as rx

from .icon import icon
from .text import Text, t
from .tokens import STATUSES, TONE_CLASS, Status, Tone

_SOURCE_ICON = {"law": "scale", "deed": "book-open", "minutes": "gavel", "data": "building-2"}


def badge(label: Text, tone: Tone = "neutral", icon_name: str = "circle-dot") -> rx.Component:
    """A word with its icon, in a tone."""
    return rx.el.span(icon(icon_name), label, class_name=f"badge {TONE_CLASS[tone]}".strip())


def status_badge(status: str | rx.Var[str], label: Text | None = None, *, only: tuple[str, ...] = ()) -> rx.Component:
    """The badge of a state of tokens.STATUSES, by key or by a Var holding the key; `label` replaces the word.

    With a Var, name the states that can occur in `only`: the page then carries no other icon.
    """
    if isinstance(status, str):
        return _of(STATUSES[status], label)
    keys = only or tuple(STATUSES)
    shown: Any = rx.match(status, *[(key, _of(STATUSES[key], label)) for key in keys], badge(label or status))
    return shown


def article(reference: str, topic: str | None = None, *, kind: str = "law") -> rx.Component:
    """The chip `art. 3.87 §3`; with a help `topic` it opens the rule in plain words.

    kind: law, deed (statutes), minutes, data.
    """
    word: Text = t("art. {reference}", reference=reference) if kind == "law" else reference
    if topic is None:
        return citation(word, kind=kind)
    from .help import help_drawer  # the drawer shows chips itself

    return help_drawer(topic, rx.el.button(icon(_SOURCE_ICON[kind]), word, type="button", class_name="cite"))


def citation(label: Text, href: Text | None = None, *, kind: str = "law") -> rx.Component:
    """A source: law, deed, minutes or the reader's own data; a link when `href` is given."""
    content: list[Any] = [icon(_SOURCE_ICON[kind]), label]
    if href is None:
        return rx.el.span(*content, class_name="cite")
    from .button import anchor

    return anchor(href, content, "cite")


def _of(status: Status, label: Text | None) -> rx.Component:
    return badge(label if label is not None else t(status.label), status.tone, status.icon)
