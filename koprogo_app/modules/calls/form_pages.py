"""The form of a call: fields and lines left, what each owner would pay right."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.button import button
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fieldset, form, money_field, select_field, textarea
from koprogo_app.ui.layout import aside, bullets_of, card, columns, money, muted, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .form_state import CallFormState, ShareRow
from .pages import calls_address
from .rules import DESTINATIONS, FORM_LINES, KINDS, Destination, Kind

KIND_OPTIONS = [(kind.value, t(words)) for kind, words in KINDS.items()]
_DESTINATIONS = [(to.value, t(words)) for to, words in DESTINATIONS.items()]


def line_fields(s: Any, n: int) -> rx.Component:
    """The fields of a line, in the form of a call or of a series."""
    v, e = s.values, s.errors

    def at(name: str, default: str = "") -> Any:
        return v.get(f"{name}-{n}", default)

    def follow(name: str) -> Any:
        return lambda text: s.typed(f"{name}-{n}", text)

    line = fieldset(
        t("Line {n}", n=n + 1),
        field(t("Words of the line"), f"description-{n}", value=at("description"), errors=e),
        select_field(
            t("What it is for"), f"destination-{n}", _DESTINATIONS, value=at("destination", Destination.PROVISIONS.value), errors=e,
            required=True, topic="call_destinations", on_change=follow("destination"),
        ),
        select_field(
            t("Key"), f"key_id-{n}", s.keys, value=at("key_id"), errors=e, on_change=follow("key_id")),
        money_field(t("Amount"), f"amount-{n}", value=at("amount"), errors=e, on_blur=follow("amount")),
    )  # fmt: skip
    return line if n == 0 else rx.cond(s.count > n, line)


def shares_card(s: Any) -> rx.Component:
    """What each owner would pay, or what stops it."""
    table = data_table(
        [Column("owner", t("Co-owner"), mobile="name", wide=True), Column("amount", t("Amount (€)"), numeric=True, mobile="amount")],
        s.shares, _share_cells, caption=t("What each pays"), footer=[t("Total"), money(s.shared)],
    )  # fmt: skip
    stopped = note(bullets_of(s.stopped), tone="warn", title=t("This cannot be shared out yet."))
    nothing = muted(t("Enter an amount to see what each pays."))
    shown = rx.cond(s.shares.length() > 0, table, nothing)
    return card(rx.cond(s.stopped.length() > 0, stopped, shown), title=t("What each pays"), topic="calls")


def _share_cells(x: ShareRow) -> list[Any]:
    return [x.owner, money(x.amount)]


def _form(back: Any) -> rx.Component:
    s = CallFormState
    v, e = s.values, s.errors

    def day(label: Any, name: str, hint: Any) -> rx.Component:
        return date_field(
            label,
            name,
            value=v.get(name, ""),
            errors=e,
            required=True,
            hint=hint,
            on_change=lambda text: s.typed(name, text),
        )

    more = rx.cond(s.count < FORM_LINES, button(t("Add a line"), icon_name="plus", size="sm", on_click=s.more))
    return form(
        s.save,
        fieldset(
            t("Call"),
            field(t("Title"), "title", value=v.get("title", ""), errors=e, required=True, autocomplete="off",
                  hint=t("As the letter names it: 4th quarter 2026.")),
            select_field(t("Kind"), "kind", KIND_OPTIONS, value=v.get("kind", Kind.REGULAR.value), errors=e, required=True),
            day(t("Called on"), "called_on", t("Its day in the books.")),
            day(t("Due on"), "due_on", t("Who owns a lot on this day pays.")),
            picker(t("Only one co-owner"), "owner_id", s.people, value=v.get("owner_id", ""), errors=e,
                   on_change=lambda text: s.typed("owner_id", text), hint=t("Empty: all, by the key of each line.")),
            textarea(t("Words of the letter"), "description", value=v.get("description", ""), errors=e, rows=3,
                     hint=t("They stand in every letter, in this language.")),
        ),
        *[line_fields(s, n) for n in range(FORM_LINES)],
        row(more),
        submit=t("Save the draft"), errors=e, key=s.record, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip


def _shown(title: Any, back: Any) -> rx.Component:
    s = CallFormState
    total = card(row(t("Total of the lines"), money(s.total), between=True))
    return columns(
        card(_form(back), title=title, topic="calls"),
        aside(stack(total, shares_card(s)), label=t("What each pays")),
        shape="form",
    )


def crumbs() -> list[tuple[Any, Any]]:
    """The way to a call."""
    return [*building_crumbs(), (t("Calls for funds"), calls_address())]


def gone() -> rx.Component:
    """Shown for a call that is not there."""
    back = button(t("See the calls"), href=calls_address())
    return empty_state(t("This call for funds does not exist."), None, back, icon_name="search-x")


@page(
    "/buildings/[building_id]/calls/new", N_("Draft a call"), permission=P.CALLS_WRITE,
    on_load=[BuildingState.load, CallFormState.start], crumbs=crumbs, here=lambda: t("Draft a call"),
)  # fmt: skip
def new_call() -> rx.Component:
    return charges_frame("calls", _shown(t("Draft a call"), calls_address()))


@page(
    "/buildings/[building_id]/calls/[call_id]/edit", N_("Change the call"), permission=P.CALLS_WRITE,
    on_load=[BuildingState.load, CallFormState.edit], crumbs=crumbs, here=lambda: CallFormState.title,
)  # fmt: skip
def edit_call() -> rx.Component:
    s = CallFormState
    back = calls_address() + "/" + rx.State.call_id.to(str)  # type: ignore[attr-defined]
    fixed = empty_state(
        t("This call cannot be changed here."), t("It is issued, or has more lines than the form."),
        button(t("See the call"), href=back), icon_name="lock",
    )  # fmt: skip
    shown = rx.cond(s.fixed, fixed, _shown(t("Change the call"), back))
    return charges_frame("calls", rx.cond(s.missing, gone(), shown))
