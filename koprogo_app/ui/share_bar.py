"""The share bar: parts of a whole, with the threshold marked. One of the two signatures of the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from .text import Text

_CLASS = {
    "k1": "k-1",
    "k2": "k-2",
    "k3": "k-3",
    "k4": "k-4",
    "ok": "k-ok",
    "warn": "k-warn",
    "bad": "k-bad",
    "missing": "k-x",
}


@dataclass
class Share:
    """A part worded by the server. `value` is its figure, `percent` its width ("64.1"), `part` one of tokens.Part."""

    label: str
    value: str
    percent: str
    part: str = "k1"


def share_bar(
    parts: Sequence[Share] | rx.Var[Any], sentence: Text, *, tick: Text | None = None, legend: bool = True
) -> rx.Component:
    """`sentence` says it all for readers: "7 285 of 10 000 shares, quorum reached". tick: the threshold, "50"."""
    mark = [rx.el.span(class_name="tick", style={"left": _percent(tick)})] if tick is not None else []
    bar = rx.el.div(*_each(parts, _segment), class_name="sbar")
    drawn = rx.el.div(bar, *mark, class_name="sbw", role="img", aria_label=sentence)
    if not legend:
        return drawn
    return rx.el.div(drawn, rx.el.ul(*_each(parts, _key), class_name="keys"), class_name="col g2")


def _each(parts: Any, draw: Any) -> list[rx.Component]:
    return [rx.foreach(parts, draw)] if isinstance(parts, rx.Var) else [draw(part) for part in parts]


def _segment(share: Any) -> rx.Component:
    return rx.el.i(class_name=_look(share.part), style={"width": _percent(share.percent)})


def _key(share: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(class_name=_joined("key ", _look(share.part))),
        rx.el.span(share.label, " ", rx.el.b(share.value, class_name="tab")),
    )


def _look(part: Any) -> Any:
    return rx.match(part, *_CLASS.items(), "k-1") if isinstance(part, rx.Var) else _CLASS[part]


def _joined(before: str, look: Any) -> Any:
    return before + look.to(str) if isinstance(look, rx.Var) else before + look


def _percent(value: Any) -> Any:
    return value + "%"
