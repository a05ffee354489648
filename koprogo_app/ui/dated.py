"""The dated tile and the to-do row: what is due, when, and the one verb. One of the two signatures of the product."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from .badge import citation
from .button import button, link
from .icon import icon
from .text import Text, t


@dataclass
class Due:
    """A thing to do, worded by the server.

    when: late, week or later. `act` is the verb of the button: "Plan"; article "" or "3.94 §1".
    """

    id: str
    month: str
    day: str
    full_date: str
    when: str
    title: str
    hint: str
    href: str
    act: str
    article: str = ""


def dated_tile(month: Text, day: Text, full_date: Text, when: str | rx.Var[str] = "later") -> rx.Component:
    """Day under month; the full date is what readers hear. Late: red head; this week: amber."""
    looks = {"late": "cal bad", "week": "cal warn", "later": "cal"}
    look = rx.match(when, *looks.items(), "cal") if isinstance(when, rx.Var) else looks[when]
    return rx.el.span(rx.el.span(month), rx.el.b(day), role="img", aria_label=full_date, class_name=look)


def todo_row(due: Any) -> rx.Component:
    """One row = one thing, one date, one verb. The row leads to the list already filtered."""
    return rx.el.li(
        dated_tile(due.month, due.day, due.full_date, due.when),
        rx.el.div(
            rx.el.span(
                rx.el.span(link(due.title, due.href), class_name="what"),
                rx.cond(due.article != "", citation(t("art. {reference}", reference=due.article))),
                class_name="row g2 wrap",
            ),
            rx.el.span(due.hint, class_name="sm mut"),
            class_name="col",
        ),
        button(due.act, size="sm", href=due.href),
        class_name="due",
        custom_attrs={"data-row": ""},
    )


def todo_group(title: Text, dues: Any, *, icon_name: str = "calendar") -> rx.Component:
    """A titled group of rows with its count; nothing when it is empty.

    Icons: circle-alert for late, clock for this week, calendar for later.
    """
    head = rx.el.h3(icon(icon_name), title, rx.el.span(dues.length(), class_name="tab"), class_name="gh")
    return rx.cond(dues.length() > 0, rx.fragment(head, todo_list(dues)))


def todo_list(dues: Any) -> rx.Component:
    """The rows alone."""
    return rx.el.ul(rx.foreach(dues, todo_row))
