"""The form of a budget: what it begins from, then its lines, with the sums beside."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame, not_open
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import (
    checkbox,
    field,
    fields,
    fieldset,
    form,
    money_field,
    radio_group,
    select_field,
    textarea,
)
from koprogo_app.ui.layout import aside, card, columns, definitions, money, paragraph, row, stack, strong
from koprogo_app.ui.page import page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.text import t

from .detail_pages import gone
from .form_state import BudgetFormState
from .pages import budgets_address
from .rules import FORM_LINES, NATURES, Nature

_NATURES = [(nature.value, t(words)) for nature, words in NATURES.items()]
_SOURCES = [
    ("hand", t("Nothing: line by line")),
    ("actuals", t("What last year cost, by account and key")),
    ("budget", t("Last year’s budget")),
]


def _line(n: int) -> rx.Component:
    s = BudgetFormState
    v, e = s.values, s.errors

    def at(name: str) -> Any:
        return v.get(f"{name}-{n}", "")

    line = fieldset(
        t("Line {n}", n=n + 1),
        select_field(
            t("Kind"), f"nature-{n}", _NATURES, value=v.get(f"nature-{n}", Nature.ORDINARY.value), errors=e, required=True,
            on_change=lambda value: s.typed(f"nature-{n}", value),
        ),
        picker(
            t("Account"), f"account-{n}", s.accounts, value=at("account"), errors=e,
            hint=t("Empty: every cost of this kind that no other line names."),
        ),
        select_field(t("Shared out by"), f"key_id-{n}", s.keys, value=at("key_id"), errors=e, required=True),
        money_field(
            t("Amount of the year"), f"cents-{n}", value=at("cents"), errors=e, on_blur=lambda text: s.typed(f"cents-{n}", text)
        ),
        field(t("Words of the line"), f"description-{n}", value=at("description"), errors=e),
    )  # fmt: skip
    return line if n == 0 else rx.cond(s.count > n, line)


def _sums() -> rx.Component:
    s = BudgetFormState
    facts = definitions(
        [
            (t("Running costs"), money(s.ordinary)), (t("Extraordinary costs"), money(s.extraordinary)),
            (t("Reserve fund"), money(s.reserve)), (t("Total"), strong(money(s.total))),
        ]
    )  # fmt: skip
    return card(facts, row(article("3.86 §3", "reserve_minimum")), title=t("Sums"))


def _lines(back: Any) -> rx.Component:
    s = BudgetFormState
    more = rx.cond(s.count < FORM_LINES, button(t("Add a line"), icon_name="plus", size="sm", on_click=s.more))
    entry = form(
        s.save,
        *[_line(n) for n in range(FORM_LINES)],
        row(more),
        textarea(t("Notes"), "notes", value=s.values.get("notes", ""), errors=s.errors, rows=3),
        fields(checkbox(t("Submit it at once"), "send", hint=t("It can then be changed only if it is rejected."))),
        submit=t("Save the budget"), errors=s.errors, key=s.title + s.year, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip
    titled = card(entry, title=t("Budget {year}", year=s.year), topic="budget_lines")
    return columns(titled, aside(_sums(), label=t("Sums")), shape="form")


def _begin() -> rx.Component:
    s = BudgetFormState
    v, e = s.start_values, s.errors
    entry = form(
        s.prepare,
        fields(
            select_field(t("Financial year"), "year_id", s.years, value=v.get("year_id", ""), errors=e, required=True, blank=t("Choose a year")),
        ),
        radio_group(t("Begin from"), "source", _SOURCES, value=v.get("source", "hand"), errors=e),
        fields(
            field(t("Index"), "percent", value=v.get("percent", "0"), errors=e, inputmode="decimal", unit="%",
                  hint=t("Added to each amount; below zero, taken off.")),
            checkbox(t("Round to whole euros"), "whole"),
        ),
        submit=t("Go on"), errors=e, secondary=[button(t("Go back"), href=budgets_address())],
    )  # fmt: skip
    more = stack(
        paragraph(t("A year that has a budget is not in the list.")),
        paragraph(t("Private costs and what the funds have paid are left out of what last year cost.")),
        row(link(t("Add a year to the books"), building_address() + "/books")), gap=2,
    )  # fmt: skip
    return columns(
        card(entry, title=t("Make a budget"), topic="budgets"),
        aside(card(more, title=t("What this does")), label=t("Details")),
        shape="form",
    )


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Budgets"), budgets_address())]


@page(
    "/buildings/[building_id]/budgets/new", N_("Make a budget"), permission=P.BUDGETS_WRITE,
    on_load=[BuildingState.load, BudgetFormState.start], crumbs=_crumbs, here=lambda: t("Make a budget"),
)  # fmt: skip
def new_budget() -> rx.Component:
    s = BudgetFormState
    shown = rx.cond(s.no_books, not_open(), rx.cond(s.begun, _lines(budgets_address()), _begin()))
    return charges_frame("budgets", shown)


@page(
    "/buildings/[building_id]/budgets/[budget_id]/edit", N_("Change the budget"), permission=P.BUDGETS_WRITE,
    on_load=[BuildingState.load, BudgetFormState.edit], crumbs=_crumbs, here=lambda: BudgetFormState.title,
)  # fmt: skip
def edit_budget() -> rx.Component:
    s = BudgetFormState
    back = budgets_address() + "/" + rx.State.budget_id.to(str)  # type: ignore[attr-defined]
    fixed = empty_state(
        t("This budget cannot be changed here."), t("It is submitted or decided, or has more lines than the form."),
        button(t("See the budget"), href=back), icon_name="lock",
    )  # fmt: skip
    return charges_frame("budgets", rx.cond(s.missing, gone(), rx.cond(s.fixed, fixed, _lines(back))))
