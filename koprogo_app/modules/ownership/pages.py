"""The tab of lots and co-owners, the holders on the page of a lot, and the transfer of a lot."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import CODE, building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import (
    building_address,
    extend_lot_page,
    lot_actions,
    lot_dialog,
    shares_strip,
    type_options,
)
from koprogo_app.modules.lots.state import LotFormState, LotState, SharesState
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fieldset, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, muted, page_head, paragraph, row, stack
from koprogo_app.ui.menu import menu, menu_item, menu_line
from koprogo_app.ui.note import note
from koprogo_app.ui.page import body, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.stepper import stepper
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .people import pages as _people  # noqa: F401  (they register themselves)
from .rules import RIGHTS
from .state import BUYERS, ChangeRow, HoldersState, LotRow, LotsHeldState, PartRow, TransferState

register(
    parts=Topic(
        N_("Parts and rights of a lot"),
        N_(
            "A lot may belong to one person, to several in fractions, or be split: the bare owner has the walls, the "
            "usufructuary uses them. Fractions are kept exactly as the deed gives them: 1/3 stays 1/3.\n\nProperty "
            "(full, undivided and bare) and enjoyment (all but bare) each make the whole lot, never more. Below the "
            "whole somebody is missing, and no sum can be called."
        ),
        "3.87 §1", official=CODE,
    ),
    representative=Topic(
        N_("One representative for a lot that is shared"),
        N_(
            "When a lot is undivided, or split between bare owner and usufructuary, its vote is suspended until those "
            "concerned name one person to represent them, and tell the syndic in writing. Only that person is "
            "convened.\n\nThis holds for spouses too, when both own the lot."
        ),
        "3.87 §1", official=CODE,
    ),
    transfer=Topic(
        N_("When a lot is sold"),
        N_(
            "Before the deed the notary asks the syndic for the debts of the lot and the decisions to come; after it "
            "he tells him the date of the deed, the lot, and who the parties are.\n\nThe seller gets the unexpired "
            "part of his share in the working fund back; the reserve fund stays with the association. Unless the "
            "parties agree otherwise, the buyer bears the costs decided before the deed and called after it, and the "
            "ordinary costs from the day he enjoys the common parts."
        ),
        "3.94", "medium", CODE,
    ),
)  # fmt: skip

STANDING = {  # how a lot stands: tone, icon, word
    "complete": ("ok", "circle-check", N_("In order")),
    "suspended": ("bad", "circle-alert", N_("Vote suspended")),
    "incomplete": ("warn", "triangle-alert", N_("Below the whole")),
    "empty": ("bad", "circle-alert", N_("Without owner")),
}


def may_write() -> Any:
    """For what is shown only; the gate in the services decides."""
    return AuthState.permissions.contains(str(Permission.OWNERSHIP_WRITE))  # type: ignore[attr-defined]


def standing_badge(standing: Any) -> Any:
    badges = [(key, badge(t(word), tone, sign)) for key, (tone, sign, word) in STANDING.items()]  # type: ignore[arg-type]
    return rx.match(standing, *badges, rx.fragment())


def right_options() -> list[tuple[str, Any]]:
    return [(right.value, t(word)) for right, word in RIGHTS.items()]


def lot_address() -> Any:
    return "/lots/" + rx.State.lot_id.to(str)  # type: ignore[attr-defined]


# --- The tab of lots -------------------------------------------------------------------------------------------------


def _lot_cells(r: LotRow) -> list[Any]:
    return [
        r.number, r.type, r.floor, rx.cond(r.holders != "", r.holders, muted(t("nobody"))), muted(r.rights), r.shares,
        standing_badge(r.state),
    ]  # fmt: skip


@page(
    "/buildings/[building_id]/lots", N_("Lots and co-owners"), permission=Permission.OWNERS_READ,
    on_load=[BuildingState.load, SharesState.load, LotFormState.load, LotsHeldState.load], crumbs=building_crumbs,
)  # fmt: skip
def building_lots() -> rx.Component:
    s: Any = LotsHeldState
    table = data_table(
        [
            Column("number", t("Lot"), sortable=True, mobile="name"), Column("type", t("Type"), sortable=True),
            Column("floor", t("Floor"), sortable=True), Column("holders", t("Co-owner"), mobile="state"),
            Column("rights", t("Right")), Column("shares", t("Shares"), numeric=True, sortable=True, mobile="amount"),
            Column("standing", t("Situation"), mobile="date"),
        ],
        s.rows, _lot_cells, caption=t("Lots and co-owners"), state=s, href=lambda r: "/lots/" + r.id,
        search=t("Lot or name"),
        filters=[
            Filter("type", t("Type"), type_options()), Filter("alert", t("Alert"), s.alerts, every=t("All lots")),
        ],
        export="/api/v1" + building_address() + "/holders/export",
        empty=empty_state(
            t("No lot yet."), t("Import your spreadsheet, or add the lots one by one."),
            lot_dialog(button(t("Add a lot"), icon_name="plus")), icon_name="building-2",
        ),
    )  # fmt: skip
    return body(building_frame("lots", shares_strip(), table, actions=lot_actions()))


# --- The holders of a lot --------------------------------------------------------------------------------------------


def _name(r: PartRow) -> rx.Component:
    signs = row(
        rx.cond(r.contact, badge(t("Contact"), "info", "mail")),
        rx.cond(r.representative, badge(t("Representative"), "ok", "user-check")),
        gap=1,
    )
    return row(link(r.name, "/people/" + r.owner_id), signs)


def _acts(r: PartRow) -> rx.Component:
    s = HoldersState
    label = t("What to do with the part of {name}", name=r.name)
    opener = button(t("Actions"), icon_name="ellipsis", size="sm", kind="ghost", aria_label=label)
    items = menu(
        opener,
        rx.cond(~r.contact, menu_item(t("Name as contact"), s.name_contact(r.id), icon_name="mail")),
        rx.cond(
            r.representative,
            menu_item(t("No longer representative"), s.name_representative(r.id, False), icon_name="user-x"),
            menu_item(t("Name as representative"), s.name_representative(r.id, True), icon_name="user-check"),
        ),
        menu_line(),
        menu_item(t("Change from a day on"), s.ask("change", r.id), icon_name="calendar"),
        menu_item(t("Correct the entry"), s.ask("correct", r.id), icon_name="pencil"),
        menu_item(t("End the part"), s.ask("end", r.id), icon_name="circle-minus", bad=True),
    )
    return rx.cond(may_write(), items)


def _today_cells(r: PartRow) -> list[Any]:
    return [_name(r), row(r.part, muted(r.percent), gap=1), r.right, r.since, r.act, _acts(r)]


def _past_cells(r: PartRow) -> list[Any]:
    correct = button(t("Correct"), size="sm", kind="ghost", on_click=HoldersState.ask("correct", r.id))
    return [
        link(r.name, "/people/" + r.owner_id), r.part, r.right, r.since, r.until, r.act,
        rx.cond(may_write(), correct),
    ]  # fmt: skip


def _share(**more: Any) -> rx.Component:
    hint = t("A fraction such as 1/2, or a percentage.")
    return field(
        t("Part of the lot"), "share", errors=HoldersState.errors, required=True, hint=hint, topic="parts", **more
    )


def _right(**more: Any) -> rx.Component:
    return select_field(t("Right"), "right", right_options(), errors=HoldersState.errors, required=True, **more)


def _act(**more: Any) -> rx.Component:
    hint = t("For example: deed of notary Janssens, 2 May 2024")
    return field(t("Reference of the deed"), "act", errors=HoldersState.errors, hint=hint, **more)


def _dialog(key: str, title: Any, *content: Any, on_submit: Any, submit: Any, description: Any = None) -> rx.Component:
    s: Any = HoldersState
    return form_dialog(
        None, title, *content, on_submit=on_submit, submit=submit, open=s.asking == key, on_open_change=s.close,
        errors=s.errors, description=description, key=s.part_id,
    )  # fmt: skip


def _dialogs() -> list[rx.Component]:
    s: Any = HoldersState
    v, e = s.values, s.errors
    since = date_field(t("Since"), "started_on", errors=e, required=True)
    return [
        _dialog("add", t("Add a holder"),
            picker(t("Person"), "owner_id", s.people, errors=e, required=True, on_search=s.find),
            _share(value="1/1"), _right(value="full"), since, _act(),
            on_submit=s.add, submit=t("Add the part")),
        _dialog("end", t("End the part of {name}", name=s.name),
            date_field(t("First day it is no longer held"), "on", errors=e, required=True),
            field(t("Reason or reference"), "why", errors=e, hint=t("For example: death of the usufructuary.")),
            on_submit=s.end, submit=t("End the part"),
            description=t("For a sale, use the transfer: it begins the buyer's part on the same day.")),
        _dialog("change", t("Change the part of {name}", name=s.name),
            _share(value=v.get("share", "")), _right(value=v.get("right", "full")),
            date_field(t("From"), "on", errors=e, required=True), _act(),
            on_submit=s.change, submit=t("Change the part"),
            description=t("The present part ends on that day and the new one begins. The history keeps both.")),
        _dialog("correct", t("Correct the part of {name}", name=s.name),
            _share(value=v.get("share", "")), _right(value=v.get("right", "full")),
            date_field(t("Since"), "started_on", value=v.get("started_on", ""), errors=e, required=True),
            date_field(t("First day it is no longer held"), "ended_on", value=v.get("ended_on", ""), errors=e),
            field(t("What was wrong"), "reason", errors=e, required=True),
            on_submit=s.correct, submit=t("Correct the entry"),
            description=t("Only for what was entered wrong: the trail keeps what stood there, and this reason.")),
    ]  # fmt: skip


def holders() -> rx.Component:
    """The card of holders on the page of a lot, and its history."""
    s: Any = HoldersState
    sell = button(t("Transfer the lot"), icon_name="arrow-right-left", size="sm", href=lot_address() + "/transfer")
    add = button(t("Add a holder"), icon_name="plus", size="sm", on_click=s.ask("add", ""))
    suspended = note(
        t("The vote of this lot is suspended until its holders name one representative in writing."), " ",
        article("3.87 §1", "representative"), tone="bad",
    )  # fmt: skip
    now = data_table(
        [
            Column("name", t("Person"), mobile="name"), Column("part", t("Part"), mobile="amount"),
            Column("right", t("Right"), mobile="state"), Column("since", t("Since"), mobile="date"),
            Column("act", t("Reference"), wide=True), Column("acts", t("Actions"), mobile="acts"),
        ],
        s.today, _today_cells, caption=t("Holders of the lot"),
        empty=empty_state(
            t("Nobody holds this lot yet."), t("Without owner, no sum can be called."), icon_name="users"
        ),
    )  # fmt: skip
    before = data_table(
        [
            Column("name", t("Person"), mobile="name"), Column("part", t("Part"), mobile="amount"),
            Column("right", t("Right"), mobile="state"), Column("since", t("Since")),
            Column("until", t("Until"), mobile="date"), Column("act", t("Reference"), wide=True),
            Column("acts", t("Actions"), mobile="acts"),
        ],
        s.past, _past_cells, caption=t("Earlier holders"),
    )  # fmt: skip
    return stack(
        rx.cond(s.standing == "suspended", suspended),
        card(
            now, title=t("Holders"), topic="parts", flush=True,
            actions=[standing_badge(s.standing), rx.cond(may_write(), row(add, rx.cond(s.today.length() > 0, sell)))],
        ),
        rx.cond(s.past.length() > 0, card(before, title=t("History"), flush=True)),
        *_dialogs(),
    )  # fmt: skip


extend_lot_page(holders, HoldersState.load, first=True)


# --- A transfer ------------------------------------------------------------------------------------------------------


def _buyer(n: int) -> rx.Component:
    s: Any = TransferState
    return fieldset(
        t("Buyer {number}", number=n),
        picker(t("Person"), f"buyer-{n}", s.people, errors=s.errors, required=n == 1, on_search=s.find),
        field(t("Part of what is sold"), f"share-{n}", errors=s.errors, placeholder="1/1",
            hint=t("1/2 for each of two buyers.")),
    )  # fmt: skip


def _entry() -> rx.Component:
    s: Any = TransferState
    sellers = fieldset(
        t("Who sells?"),
        rx.foreach(s.sellers, lambda c: checkbox(c.label, "seller-" + c.value, checked=s.sellers.length() == 1)),
    )
    others = [rx.cond(s.buyers >= n, _buyer(n)) for n in BUYERS[1:]]
    more = rx.cond(
        s.buyers < BUYERS[-1], button(t("Add a buyer"), icon_name="plus", size="sm", on_click=TransferState.one_more)
    )
    return form(
        s.preview, sellers,
        rx.cond(s.errors.contains("seller"), note(s.errors["seller"], tone="bad")),
        _buyer(1), *others, more,
        fieldset(
            t("Deed of transfer"),
            date_field(t("Date of the deed"), "on", errors=s.errors, required=True),
            field(t("Reference of the deed"), "act", errors=s.errors,
                hint=t("For example: deed of notary Janssens, 2 May 2024")),
            field(t("Part sold"), "sold", errors=s.errors, placeholder="1/1",
                hint=t("Of what the sellers hold; leave it open for all of it.")),
        ),
        submit=t("See what changes"), errors=s.errors, kind="surface",
        secondary=[button(t("Go back"), href=lot_address())],
    )  # fmt: skip


def _change_cells(c: ChangeRow) -> list[Any]:
    what = rx.cond(c.begins, badge(t("Begins"), "ok", "circle-plus"), badge(t("Ends"), "neutral", "circle-minus"))
    return [c.name, c.part, c.right, what]


def _consequence() -> rx.Component:
    """What the deed changes; before it is filled in, the way there."""
    s: Any = TransferState
    table = data_table(
        [
            Column("name", t("Person"), mobile="name"), Column("part", t("Part"), mobile="amount"),
            Column("right", t("Right"), mobile="state"), Column("what", t("Effect"), mobile="date"),
        ],
        s.changes, _change_cells, caption=t("What the transfer changes"),
    )  # fmt: skip
    todo = rx.cond(s.step == 3, t("What remains to do"), t("What will remain to do"))
    said = rx.match(
        s.step,
        (1, note(t("Fill in the deed: what changes is shown here before anything is written."))),
        (2, note(t("Nothing is written yet. The parts change on {day}.", day=s.on), tone="info", live="status")),
        note(t("The transfer of {day} is entered.", day=s.on), tone="ok", live="status"),
    )
    enter = button(
        t("Enter the transfer"),
        kind="solid",
        on_click=s.enter,
        disabled=s.step == 1,
        reason=t("See what changes first."),
    )
    shown = stack(
        card(table, title=t("What changes"), flush=True),
        card(rx.foreach(s.todo, lambda todo: paragraph(todo)), title=todo, topic="transfer"),
    )
    done = button(t("See the lot"), kind="solid", href=lot_address())
    return stack(said, rx.cond(s.step > 1, shown), row(rx.cond(s.step == 3, done, enter)))


def _crumbs() -> list[tuple[Any, Any]]:
    here = "/buildings/" + LotState.lot.building_id
    return [
        (t("Buildings"), "/buildings"), (LotState.lot.building, here), (t("Lots and co-owners"), here + "/lots"),
        (LotState.title, lot_address()),
    ]  # fmt: skip


@page(
    "/lots/[lot_id]/transfer", N_("Transfer of a lot"), permission=Permission.OWNERSHIP_WRITE,
    on_load=[LotState.load, TransferState.load], crumbs=_crumbs, here=lambda: t("Transfer"),
)  # fmt: skip
def transfer_lot() -> rx.Component:
    s: Any = TransferState
    steps = stepper([t("Who and when"), t("What changes"), t("Done")], s.step)
    effect = aside(_consequence(), label=t("What changes"))
    entry = columns(card(_entry(), label=t("Transfer")), effect, shape="half")
    head = page_head(s.title, LotState.lead, topic="transfer")
    shown = stack(head, steps, rx.cond(s.step == 3, _consequence(), entry))
    gone = empty_state(
        t("This lot does not exist."), None, button(t("See the buildings"), href="/buildings"), icon_name="search-x"
    )
    return body(rx.cond(s.missing, gone, shown))
