"""@page: a route, its title, its place in the menu, inside the shell.

One Python module per page or small family of pages: what a page needs is bundled by module, so a heavy part in one page
does not weigh on the others.

Three shapes.

List: a head with one solid action, then the table.

    @page("/lots", N_("Lots"), permission=P.LOTS_READ, nav=Nav("top", "building-2", 20), on_load=LotsState.load)
    def lots() -> rx.Component:
        return body(
            page_head(t("Lots"), t("All lots."), button(t("Add a lot"), kind="solid", href="/lots/new")),
            data_table(COLUMNS, LotsState.rows, cells, state=LotsState, caption=t("Lots"), search=t("Search a lot")),
        )

Detail with tabs: each tab is a page with its own address; content 2/3, identity 1/3.

    @page("/lots/[lot_id]", N_("Lot"), permission=P.LOTS_READ, on_load=LotState.load,
          crumbs=lambda: [(t("Lots"), "/lots")], here=lambda: LotState.name)
    def lot() -> rx.Component:
        return body(
            page_head(LotState.name, LotState.identity),
            lot_tabs("overview"),
            columns(
                stack(card(…, title=t("Owners"))),
                aside(card(definitions([…]), title=t("Identity")), label=t("Details")),
            ),
        )

Form: fields left, live consequence right, the submit button closes the form.

    @page("/lots/new", N_("Add a lot"), permission=P.LOTS_WRITE, on_load=NewLotState.load)
    def new_lot() -> rx.Component:
        return body(
            page_head(t("Add a lot")),
            columns(
                card(
                    form(
                        NewLotState.save,
                        fields(field(t("Number"), "number", errors=NewLotState.errors, required=True)),
                        submit=t("Add the lot"),
                        errors=NewLotState.errors,
                    ),
                ),
                aside(card(…, title=t("Shares after this")), label=t("Consequence")),
                shape="form",
            ),
        )
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from koprogo_app.core.actor import Permission

from .breadcrumb import Crumb
from .session import AuthState
from .text import Text, t

Section = Literal["top", "money", "life", "admin", "foot"]


@dataclass(frozen=True)
class Nav:
    """Where a page stands in the menu.

    section: top (no title), money, life (of the building), admin, foot. label: a msgid, the page's title by default.
    mobile: rank in the bottom bar of telephones (the first four that the reader may open; the rest under "More").
    key: letter of the shortcut G then … count: what waits for this reader, shown when above zero.
    """

    section: Section
    icon: str
    order: int = 50
    label: str | None = None
    mobile: int | None = None
    key: str | None = None
    count: Any = None


@dataclass(frozen=True)
class Entry:
    route: str
    label: str
    permission: str | None
    nav: Nav


NAV: list[Entry] = []


def may(permission: str) -> rx.Var[bool]:
    """True for a reader who holds the permission: to show or hide; the gate in the services decides."""
    held: Any = AuthState.permissions
    return held.contains(str(permission))


def page(
    route: str,
    title: str,
    *,
    permission: Permission | None = None,
    nav: Nav | None = None,
    on_load: Any = None,
    public: bool = False,
    crumbs: Callable[[], Sequence[Crumb]] | None = None,
    here: Callable[[], Text] | None = None,
) -> Callable[[Callable[[], rx.Component]], Callable[[], rx.Component]]:
    """Registers the decorated function as a page; its browser title is `title — KoproGo`.

    public: no shell and no sign-in; what it shows is prerendered and readable by all. Others show a spinner until
    the server has said who is there, and a refusal in words to a reader without `permission` (the gate in the services
    decides).
    crumbs: the pages above, for the top bar; here: the last crumb, the title by default.
    """

    def mark(content: Callable[[], rx.Component]) -> Callable[[], rx.Component]:
        if nav is not None:
            NAV.append(Entry(route, nav.label or title, str(permission) if permission else None, nav))

        @functools.wraps(content)  # keeps __module__: the bundle of the page
        def whole() -> rx.Component:
            if public:
                return content()
            from .shell import shell

            parents = crumbs() if crumbs else ()
            return shell(content, parents, here() if here else t(title), str(permission) if permission else None)

        events = on_load if public or on_load is not None else AuthState.enter
        rx.page(route, title=t(title) + " — KoproGo", on_load=events)(whole)  # type: ignore[operator]
        return whole

    return mark


def body(*children: Any) -> rx.Component:
    """What a page function returns: its blocks, in order."""
    return rx.fragment(*children)


def entries() -> list[Entry]:
    """The menu in its order."""
    order = ("top", "money", "life", "admin", "foot")
    return sorted(NAV, key=lambda e: (order.index(e.nav.section), e.nav.order, e.label))
