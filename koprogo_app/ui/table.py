"""Lists: paged, sorted, searched and filtered by the server; never 10 000 rows in a page.

The state of a table is a Listing (ui/listing.py) with `rows`; with bulk actions it also has `selected: list[str]` and
the handlers pick(id: str), pick_all(), pick_none().
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import reflex as rx

from . import address
from .button import anchor, button
from .empty import empty_state
from .icon import icon
from .menu import menu, menu_link
from .text import Text, figure, t

SIZES = (25, 50, 100)
_EMPTY_SEARCH = rx.run_script("document.querySelectorAll('main [data-search]').forEach((box) => (box.value = ''))")
Mobile = Literal["name", "amount", "state", "date", "acts"]


@dataclass(frozen=True)
class Column:
    """A column: `key` is the sort key of the server; `label` a text, with the unit of amounts: t("Balance (€)").

    mobile: its place in the two-line row of telephones: name and amount above, state and date below, acts under them; the
    others are hidden. Without any `mobile` the table scrolls sideways with its first column fixed. wide: the text may wrap.
    """

    key: str
    label: Text
    numeric: bool = False
    sortable: bool = False
    mobile: Mobile | None = None
    wide: bool = False


@dataclass(frozen=True)
class Filter:
    """A chip: one name, its words, and the values (value, word); "" is the absence of a filter, worded by `every`."""

    name: str
    label: Text
    options: Sequence[tuple[str, Text]] | rx.Var[Any]
    every: Text | None = None


@dataclass(frozen=True)
class Bulk:
    """Acts on the chosen rows.

    `chosen`: "3 invoices, 3 459,84 €", worded by the state; `name(row)` names a row's checkbox.
    """

    actions: Sequence[rx.Component]
    chosen: Text
    name: Callable[[Any], Text] = field(default=lambda row: row.id)


def data_table(
    columns: Sequence[Column],
    rows: Any,
    cells: Callable[[Any], Sequence[Any]],
    *,
    caption: Text,
    state: Any = None,
    href: Callable[[Any], Text] | None = None,
    search: Text | None = None,
    filters: Sequence[Filter] = (),
    bulk: Bulk | None = None,
    export: Text | None = None,
    actions: Sequence[Any] = (),
    empty: rx.Component | None = None,
    error: rx.Var[str] | None = None,
    retry: Any = None,
    footer: Sequence[Any] | None = None,
) -> rx.Component:
    """A table. `cells(row)` gives one content per column; the first names the row and leads to `href(row)`.

    caption: what the table lists, for readers. state: the page's state, when the list is paged (see above); without
    it every row of `rows` is shown. search: the words of the search box. export: address of the REST list; CSV and
    Excel are plain links to it with ?format=. empty: the state without any row. error: a sentence, with `retry`.
    footer: contents of a total row, one per column.
    """
    tools = (
        _toolbar(state, search, filters, export, actions)
        if search is not None or filters or export is not None or actions
        else None
    )
    bar = tools
    if bulk is not None:
        chosen = _bulk_bar(state, bulk)
        bar = (
            rx.cond(state.selected.length() > 0, chosen, tools)
            if tools is not None
            else rx.cond(state.selected.length() > 0, chosen)
        )
    two_lines = any(column.mobile for column in columns)
    width = len(columns) + (1 if bulk else 0)
    none = _nothing(state, search, filters, empty, caption)
    body = rx.el.tbody(
        rx.foreach(rows, lambda row: _row(row, columns, cells, href, state, bulk)),
        rx.cond(
            rows.length() == 0,
            rx.cond(
                rx.State.is_hydrated,
                rx.el.tr(rx.el.td(none, col_span=width), class_name="all"),
                rx.fragment(*_ghosts(width)),
            ),
        ),
    )
    head = rx.el.thead(rx.el.tr(*([_pick_all(state)] if bulk else []), *[_head(column, state) for column in columns]))
    foot = (
        [rx.el.tfoot(rx.el.tr(*([rx.el.td()] if bulk else []), *_footer(columns, footer)))]
        if footer is not None
        else []
    )
    look = "two" if two_lines else "stick"
    table = rx.el.table(rx.el.caption(caption, class_name="sr"), head, body, *foot, class_name=look)
    listed = rx.el.div(table, class_name="scroll", role="region", aria_label=caption, tab_index=0)
    shown = rx.cond(error != "", _failed(error, retry), listed) if error is not None else listed
    pages = [pager(state)] if state is not None else []
    return rx.el.div(*([bar] if bar is not None else []), shown, *pages, class_name="tw")


def pager(state: Any) -> rx.Component:
    """ "1–25 of 348", the size of pages, previous and next. Hidden while there is nothing."""
    first, last = (
        (state.page - 1) * state.size + 1,
        rx.cond(state.page * state.size < state.total, state.page * state.size, state.total),
    )
    said = t("{first}–{last} of {total}", first=figure(first), last=figure(last.to(int)), total=figure(state.total))
    sizes = rx.el.select(
        *[rx.el.option(t("{n} per page", n=size), value=str(size)) for size in SIZES],
        value=state.size.to_string(),
        on_change=lambda value: state.resize(value.to(int)),
        aria_label=t("Rows per page"),
    )
    before = rx.el.button(
        icon("chevron-left"),
        type="button",
        class_name="btn sm",
        aria_label=t("Previous page"),
        on_click=state.go(state.page - 1),
        disabled=state.page <= 1,
    )
    after = rx.el.button(
        icon("chevron-right"),
        type="button",
        class_name="btn sm",
        aria_label=t("Next page"),
        on_click=state.go(state.page + 1),
        disabled=state.page * state.size >= state.total,
    )
    size = rx.cond(state.total > SIZES[0], rx.el.span(sizes, icon("chevron-down", "s caret"), class_name="chip"))
    turn = rx.cond(state.total > state.size, rx.el.span(before, after, class_name="row g1"))
    bar = rx.el.div(rx.el.span(said, role="status"), rx.el.span(size, turn, class_name="row end"), class_name="tfoot")
    return rx.cond(state.total > 0, bar)


def filter_chip(state: Any, chosen: Filter) -> rx.Component:
    """One filter as a chip: a real select; a cross when it is on."""
    value = state.filters.get(chosen.name, "")
    every = rx.el.option(t("{label}: all", label=chosen.label) if chosen.every is None else chosen.every, value="")
    if isinstance(chosen.options, rx.Var):
        options = [rx.foreach(chosen.options, lambda o: rx.el.option(o.label, value=o.value))]
    else:
        options = [rx.el.option(word, value=given) for given, word in chosen.options]
    select = rx.el.select(
        every,
        *options,
        value=value,
        on_change=lambda picked: [address.kept(chosen.name, picked), state.filter_by(chosen.name, picked)],
        aria_label=chosen.label,
    )
    drop = rx.el.button(
        icon("x", "s"),
        type="button",
        aria_label=t("Remove the filter {label}", label=chosen.label),
        on_click=[address.kept(chosen.name), state.filter_by(chosen.name, "")],
    )
    look = rx.cond(value != "", "chip on", "chip")
    return rx.el.span(
        icon("funnel"), select, icon("chevron-down", "s caret"), rx.cond(value != "", drop), class_name=look
    )


def _toolbar(
    state: Any, search: Text | None, filters: Sequence[Filter], export: Text | None, actions: Sequence[Any]
) -> rx.Component:
    parts: list[Any] = []
    if search is not None:
        typed = rx.el.input(
            type="search",
            default_value=state.search,
            key=rx.cond(rx.State.is_hydrated, "ready", "waiting"),  # takes the search that the page was opened with
            on_change=[lambda text: address.kept("search", text), state.search_for.debounce(300)],
            placeholder=search,
            aria_label=search,
            auto_complete="off",
            custom_attrs={"data-search": ""},
        )
        parts.append(rx.el.div(icon("search", "s"), typed, class_name="inp"))
    parts += [filter_chip(state, chosen) for chosen in filters]
    right = [*actions, *([_export(export)] if export is not None else [])]
    return rx.el.div(
        *parts, rx.el.div(*right, class_name="row end wrap") if right else rx.fragment(), class_name="tbar"
    )


def _export(address: Text) -> rx.Component:
    base: Any = rx.Var.create(address).to(str)
    url = base + rx.cond(base.contains("?"), "&", "?") + "format="
    opener = rx.el.button(icon("download"), rx.el.span(t("Export")), type="button", class_name="chip")
    return menu(
        opener,
        menu_link("CSV", url + "csv", icon_name="file-text", download=True),
        menu_link("Excel", url + "xlsx", icon_name="file-spreadsheet", download=True),
    )


def _bulk_bar(state: Any, bulk: Bulk) -> rx.Component:
    clear = rx.el.button(
        icon("x"), type="button", class_name="ib sm end", aria_label=t("Clear the selection"), on_click=state.pick_none
    )
    return rx.el.div(rx.el.b(bulk.chosen, role="status"), *bulk.actions, clear, class_name="tbar bulk")


def _head(column: Column, state: Any) -> rx.Component:
    look: dict[str, Any] = {"class_name": "num"} if column.numeric else {}
    if not column.sortable or state is None:
        return rx.el.th(column.label, scope="col", **look)
    here = state.sort == column.key
    arrow = rx.cond(here, rx.cond(state.order == "desc", icon("arrow-down"), icon("arrow-up")), icon("arrow-up-down"))
    sort = rx.el.button(column.label, arrow, type="button", class_name="sort", on_click=state.resort(column.key))
    order = rx.cond(here, rx.cond(state.order == "desc", "descending", "ascending"), "none")
    return rx.el.th(sort, scope="col", aria_sort=order, **look)


def _pick_all(state: Any) -> rx.Component:
    every = (state.rows.length() > 0) & (state.selected.length() >= state.rows.length())
    box = rx.el.input(
        type="checkbox", class_name="ck", checked=every, on_change=state.pick_all, aria_label=t("Choose every row")
    )
    return rx.el.th(box, scope="col", class_name="w")


def _row(row: Any, columns: Sequence[Column], cells: Any, href: Any, state: Any, bulk: Bulk | None) -> rx.Component:
    contents = list(cells(row))
    if href is not None:
        contents[0] = anchor(href(row), [contents[0]], "")
    drawn: list[rx.Component] = []
    look: Any = ""
    if bulk is not None:
        chosen = state.selected.contains(row.id)
        box = rx.el.input(
            type="checkbox",
            class_name="ck",
            checked=chosen,
            on_change=state.pick(row.id),
            aria_label=t("Choose {name}", name=bulk.name(row)),
        )
        drawn.append(rx.el.td(box, class_name="w", custom_attrs={"data-m": "pick"}))
        look = rx.cond(chosen, "sel", "")
    for column, content in zip(columns, contents, strict=True):
        if column is columns[0]:
            drawn.append(rx.el.th(content, scope="row", **_place(column)))
        else:
            drawn.append(rx.el.td(content, **_place(column)))
    return rx.el.tr(*drawn, class_name=look, custom_attrs={"data-row": ""})


def _footer(columns: Sequence[Column], contents: Sequence[Any]) -> list[rx.Component]:
    return [rx.el.td(content, **_place(column)) for column, content in zip(columns, contents, strict=True)]


def _place(column: Column) -> dict[str, Any]:
    """How a cell of the column is drawn: aligned, wrapped, and where it stands in the row of a telephone."""
    look = " ".join(word for word, on in (("num", column.numeric), ("wide", column.wide)) if on)
    return {"class_name": look, **({"custom_attrs": {"data-m": column.mobile}} if column.mobile else {})}


def _ghosts(width: int) -> list[rx.Component]:
    """Eight grey rows, which the style sheet shows after 300 ms only."""
    cell = [rx.el.td(rx.el.span(class_name="ghost")) for _ in range(width)]
    return [rx.el.tr(*cell, class_name="ghosts", aria_hidden="true") for _ in range(8)]


def _nothing(
    state: Any, search: Text | None, filters: Sequence[Filter], empty: rx.Component | None, caption: Text
) -> rx.Component:
    first = empty if empty is not None else empty_state(t("Nothing here yet."))
    if state is None or (search is None and not filters):
        return first
    narrowed: Any = state.search != "" if search is not None else state.filters.length() > 0
    if search is not None and filters:
        narrowed = narrowed | (state.filters.length() > 0)
    clear = button(
        t("Remove the search and the filters"),
        size="sm",
        on_click=[_EMPTY_SEARCH, address.kept(""), state.filter_by("", "")],
    )
    return rx.cond(
        narrowed,
        empty_state(t("Nothing matches the search and the filters."), None, clear, icon_name="search-x"),
        first,
    )


def _failed(error: rx.Var[str], retry: Any) -> rx.Component:
    again = [button(t("Try again"), icon_name="undo-2", size="sm", on_click=retry)] if retry is not None else []
    said = empty_state(t("The list could not be read."), error, *again, icon_name="circle-alert", bad=True)
    return rx.el.div(said, role="alert")
