"""The page of the trail: search, an entry's before and after, the check of the chain."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, fields, form
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, muted, page_head
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .state import AuditState, EntryRow, FieldRow

register(
    audit=Topic(
        N_("The trail of actions"),
        N_(
            "Every action that writes leaves one entry: who, when, in which role, and what each row was before and "
            "after. Entries are never changed or removed.\n\nEach entry is sealed with the one before it. The check "
            "recomputes all seals: one changed letter, one missing entry, and it names the place."
        ),
    )
)


def _cells(e: EntryRow) -> list[Any]:
    name = t("Details of {action}", action=e.action)
    look = button(t("Details"), size="sm", kind="ghost", on_click=AuditState.show(e.id), aria_label=name)
    return [e.action, e.when, e.who, muted(e.role), muted(e.building), e.number, e.rows, look]


def _field_cells(f: FieldRow) -> list[Any]:
    return [f.name, muted(f.table), f.before, f.after]


def _period() -> rx.Component:
    f, e = AuditState.filters, AuditState.errors
    days = fields(
        date_field(t("From"), "start", value=f.get("start", ""), errors=e),
        date_field(t("Until"), "end", value=f.get("end", ""), errors=e),
    )
    return card(form(AuditState.between, days, submit=t("Show this period"), kind="surface"), label=t("Period"))


@page(
    "/audit", N_("Trail of actions"), permission=P.AUDIT_READ, on_load=AuditState.load, nav=Nav("admin", "history", 60)
)
def trail() -> rx.Component:
    s = AuditState
    whole, broken = note(s.checked, tone="ok", live="status"), note(s.checked, tone="bad", live="alert")
    written = [
        Column("name", t("Field")),
        Column("table", t("Table")),
        Column("before", t("Before"), wide=True),
        Column("after", t("After"), wide=True),
    ]
    nothing = empty_state(t("Nothing was written."))
    detail = data_table(written, s.fields, _field_cells, caption=t("What changed"), empty=nothing)
    columns = [
        Column("action", t("Action"), sortable=True, mobile="name"),
        Column("at", t("Date"), sortable=True, mobile="date"),
        Column("who", t("Person"), mobile="state"),
        Column("role", t("Role")),
        Column("building", t("Building")),
        Column("seq", t("Entry"), numeric=True, sortable=True),
        Column("rows", t("Rows"), numeric=True),
        Column("look", t("Details"), mobile="amount"),
    ]
    filters = [
        Filter("action", t("Action"), s.actions),
        Filter("user_id", t("Person"), s.people),
        Filter("building_id", t("Building"), s.buildings),
    ]
    office = Filter("organization_id", t("Organisation"), s.offices, every=t("The platform itself"))

    def listed(*more: Filter) -> rx.Component:
        empty = empty_state(t("No action yet."), icon_name="history")
        return data_table(
            columns,
            s.rows,
            _cells,
            caption=t("Trail of actions"),
            state=s,
            search=t("Search in the trail"),
            filters=[*more, *filters],
            empty=empty,
        )

    check = button(t("Check the chain"), icon_name="shield-check", kind="solid", on_click=s.check)
    return body(
        page_head(t("Trail of actions"), t("Who did what, and what it was before."), check, topic="audit"),
        rx.cond(s.checked != "", rx.cond(s.whole, whole, broken)),
        _period(),
        rx.cond(s.offices.length() > 0, listed(office), listed()),  # type: ignore[attr-defined]
        dialog(None, s.title, detail, open=s.open, on_open_change=s.close, wide=True),
    )
