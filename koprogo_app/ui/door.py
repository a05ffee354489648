"""The door: sign-in, invitation, forgotten password. The row of gables is the only illustration of the product."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.i18n import N_

from .icon import logo
from .shell import language_bar
from .text import Text, t

_PROMISE = N_(
    "Lots, shares, co-owners and documents of Belgian buildings, "
    "with the article of law beside each rule. Free software."
)
_GROUND = 420
_FLOOR = 56
# left, width, eaves, columns of windows, floors, lit windows as (floor, column)
_HOUSES = (
    (-30.0, 150.0, 220.0, 3, 2, {(1, 0)}),
    (120.0, 110.0, 158.0, 2, 3, {(1, 1)}),
    (230.0, 140.0, 244.0, 3, 2, {(0, 1)}),
    (370.0, 118.0, 130.0, 3, 4, {(1, 0), (2, 2)}),
    (488.0, 150.0, 206.0, 3, 2, {(0, 1)}),
    (638.0, 152.0, 168.0, 3, 3, {(0, 0), (1, 2)}),
)


def door(title: Text, lead: Text | None, *children: Any, footer: Sequence[rx.Component] = ()) -> rx.Component:
    """The brand at the left, the languages by their own names, one form at the right.

    Wide screens only show the brand.
    """
    said = [rx.el.p(lead, class_name="mut")] if lead is not None else []
    house = rx.el.span(logo(), "KoproGo", class_name="brand")
    return rx.el.div(
        rx.el.A.create(t("Skip to the content"), href="#main", class_name="skip"),
        rx.el.section(
            house,
            rx.el.p(t("A clear co-ownership,\nto the cent and to the day."), class_name="slogan"),
            rx.el.p(t(_PROMISE)),
            _gables(),
            aria_label="KoproGo",
            class_name="art",
        ),
        rx.el.div(
            rx.el.header(rx.el.span(logo(), "KoproGo", class_name="brand"), language_bar(), class_name="row sp wrap"),
            rx.el.main(rx.el.div(rx.el.h1(title), *said), *children, id="main", tab_index=-1, class_name="col g4"),
            rx.el.footer(*footer, class_name="row g4 wrap sm"),
            class_name="entry",
        ),
        class_name="door",
    )


def _gables() -> rx.Component:
    drawn = [part for n, house in enumerate(_HOUSES, 1) for part in _house(n, *house)]
    return rx.el.svg(
        *drawn,
        view_box=f"0 0 760 {_GROUND}",
        preserve_aspect_ratio="xMidYMax slice",
        aria_hidden="true",
        class_name="gables",
    )


def _house(
    n: int, left: float, width: float, eaves: float, columns: int, floors: int, lit: set[tuple[int, int]]
) -> list[rx.Component]:
    unit = width / (2 * columns + 1)
    steps = 2 if width < 120 else 3
    tread = width / (2 * steps + 1)
    up = "".join(f"h{tread:.1f}v-{tread:.1f}" for _ in range(steps))
    down = "".join(f"h{tread:.1f}v{tread:.1f}" for _ in range(steps))
    wall = f"M{left} {_GROUND}V{eaves}{up}{down}h{tread:.1f}V{_GROUND}z"
    windows = [
        rx.el.rect(
            x=f"{left + unit * (2 * column + 1):.1f}",
            y=f"{eaves + 14 + _FLOOR * floor:.1f}",
            width=f"{unit:.1f}",
            height=f"{unit * 1.5:.1f}",
            rx="2",
            class_name="lit" if (floor, column) in lit else f"w{n}",
        )
        for floor in range(floors)
        for column in range(columns)
    ]
    entrance = f"M{left + width / 2 - 13:.1f} {_GROUND}v-46a13 13 0 0 1 26 0v46z"
    return [rx.el.path(d=wall, class_name=f"h{n}"), *windows, rx.el.path(d=entrance, class_name=f"d{n}")]
