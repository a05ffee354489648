"""The tab of a building's distribution keys, a key with its weights, and the card of a lot's weights."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import CODE, building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address, extend_lot_page
from koprogo_app.ui.badge import article, badge, citation
from koprogo_app.ui.button import button
from koprogo_app.ui.cell import cell_input, check_row
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, field, fieldset, form, radio_group
from koprogo_app.ui.help import Topic, help_button, register
from koprogo_app.ui.layout import aside, card, columns, muted, paragraph, row
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import figure, t

from .rules import STARTS, Start
from .state import KeyRow, KeysState, KeyState, LotKeyRow, LotKeysState, NewKeyState, WeightRow

register(
    distribution_keys=Topic(
        N_("Distribution keys"),
        N_(
            "A cost goes to the lots by their shares, unless the deed shares it out by use: the lift without the "
            "ground floor, the heating by radiator, the syndic's fee by flat. Each of these rules is a key: a whole "
            "number for each lot concerned.\n\nThe numbers are those of the deed and add up to the total it names. "
            "They are never percentages, which would lose cents."
        ),
        "3.81", official=CODE,
    ),
    key_change=Topic(
        N_("When a key changes"),
        N_(
            "Another way to share the costs out is a change of the statutes: it needs four fifths of the votes. "
            "Change the numbers here to follow such a decision or to correct an entry; the audit trail keeps the "
            "earlier ones."
        ),
        "3.88 §1 2°", official=CODE,
    ),
    key_votes=Topic(
        N_("Who votes about what only some pay"),
        N_(
            "When the statutes put the costs of a common part on some owners only, those owners alone vote about "
            "them, in the proportion of their share in these costs, as long as the common management is not affected."
        ),
        "3.87 §6", "medium", CODE,
    ),
)  # fmt: skip


def _may_write() -> Any:
    return AuthState.permissions.contains(str(Permission.KEYS_WRITE))


def _state(k: Any) -> Any:
    good, bad = badge(k.verdict, "ok", "circle-check"), badge(k.verdict, "bad", "circle-alert")
    return rx.match(k.tone, ("ok", good), ("bad", bad), badge(k.verdict))


def _cells(k: KeyRow) -> list[Any]:
    clause = rx.cond(k.clause != "", citation(k.clause, kind="deed"), muted("–"))
    return [k.name, clause, k.lots, k.figure, _state(k)]


@page(
    "/buildings/[building_id]/keys", N_("Distribution keys"), permission=Permission.KEYS_READ,
    on_load=[BuildingState.load, KeysState.load], crumbs=building_crumbs, here=lambda: t("Distribution keys"),
)  # fmt: skip
def keys() -> rx.Component:
    add = button(t("Add a key"), icon_name="plus", kind="solid", href=building_address() + "/keys/new", shortcut="N")
    table = data_table(
        [
            Column("name", t("Key"), mobile="name"), Column("clause", t("Clause of the deed"), wide=True),
            Column("lots", t("Lots concerned"), numeric=True),
            Column("sum", t("Weights"), numeric=True, mobile="amount"),
            Column("state", t("Check"), mobile="state"),
        ],
        KeysState.rows, _cells, caption=t("Distribution keys"), href=lambda k: building_address() + "/keys/" + k.id,
    )  # fmt: skip
    first = t("The shares of the deed are always there. Add a key for each cost that the deed shares out otherwise.")
    lead = row(paragraph(first, muted=True), help_button("distribution_keys"))
    return building_frame("keys", lead, table, actions=[rx.cond(_may_write(), add)])


def _identity(values: Any, errors: Any) -> list[rx.Component]:
    return [
        field(t("Name"), "name", value=values.get("name", ""), errors=errors, required=True,
            hint=t("For example: lift, heating, entrance A.")),
        field(t("Clause of the deed"), "clause", value=values.get("clause", ""), errors=errors,
            hint=t("For example: deed of 12/03/1974, art. 12")),
        field(
            t("Total the deed names"), "total", value=values.get("total", ""), errors=errors, inputmode="numeric",
            hint=t("What all the weights add up to; leave it open if the deed names none."),
        ),
    ]  # fmt: skip


@page(
    "/buildings/[building_id]/keys/new", N_("Add a key"), permission=Permission.KEYS_WRITE,
    on_load=[BuildingState.load, NewKeyState.load], crumbs=building_crumbs, here=lambda: t("Add a key"),
)  # fmt: skip
def new_key() -> rx.Component:
    e = NewKeyState.errors
    chosen = fieldset(
        t("Lots that take part"), rx.foreach(NewKeyState.lots, lambda lot: checkbox(lot.label, "lot-" + lot.value)),
         # type: ignore[arg-type]
    )  # fmt: skip
    entry = form(
        NewKeyState.create,
        fieldset(t("The key"), *_identity(rx.Var.create({}).to(dict[str, str]), e)),
        radio_group(
            t("First weights"), "start", [(how.value, t(STARTS[how])) for how in Start], value=Start.HOMES.value,
            errors=e,
            hint=t("Each weight can be changed afterwards."), on_change=NewKeyState.choose,
        ),
        rx.cond(NewKeyState.start == Start.CHOSEN.value, chosen),
        submit=t("Add the key"), errors=e, secondary=[button(t("Go back"), href=building_address() + "/keys")],
    )  # fmt: skip
    return building_frame("keys", card(entry, title=t("Add a key"), topic="distribution_keys"))


def _weight_cells(w: WeightRow) -> list[Any]:
    label = t("Weight of lot {number}", number=w.number)
    typed = cell_input(w.weight, label, lambda text: KeyState.edit(w.id, text), tone=w.tone, numeric=True)
    return [w.number, w.type, rx.cond(KeyState.own & _may_write(), typed, w.weight)]


def _check() -> rx.Component:
    k = KeyState.key
    clause = rx.cond(k.clause != "", citation(k.clause, kind="deed"))
    waiting = t("Weights changed and not saved yet: {count}.", count=figure(KeyState.waiting))
    save = form(
        KeyState.save,
        rx.cond(KeyState.waiting > 0, note(waiting, tone="info", live="status")),
        submit=t("Save the weights"), errors=KeyState.errors, disabled=KeyState.waiting == 0,
        reason=t("Nothing is changed yet."),
        secondary=[rx.cond(KeyState.waiting > 0, button(t("Forget the changes"), on_click=KeyState.drop))],
    )  # fmt: skip
    follows = paragraph(
        t("This key follows the shares of the lots: change them on the page of the lot."), small=True, muted=True
    )
    return card(
        check_row(rx.cond(k.tone == "bad", "bad", "ok"), k.name, k.verdict, k.figure),
        row(clause, article("3.81", "distribution_keys"), article("3.87 §6", "key_votes")),
        rx.cond(KeyState.own, rx.cond(_may_write(), save), follows),
        title=t("Check"),
        topic="key_change",
    )


def _correct_dialog() -> rx.Component:
    return form_dialog(
        button(t("Correct the key"), icon_name="pencil"), t("Correct the key"),
        *_identity(KeyState.values, KeyState.errors),
        on_submit=KeyState.correct, submit=t("Save the key"), open=KeyState.correcting,
        on_open_change=KeyState.show_correcting,
        errors=KeyState.errors,
    )  # fmt: skip


def _delete_dialog() -> rx.Component:
    return confirm_dialog(
        button(t("Delete the key"), icon_name="trash-2", kind="danger"),
        t("Delete the key {name}?", name=KeyState.key.name),
        t("The costs that used it go by another key from then on. This cannot be undone."), t("Delete the key"),
        KeyState.delete,
        danger=True,
    )  # fmt: skip


def _key_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Distribution keys"), building_address() + "/keys")]


@page(
    "/buildings/[building_id]/keys/[key_id]", N_("Distribution key"), permission=Permission.KEYS_READ,
    on_load=[BuildingState.load, KeyState.load], crumbs=_key_crumbs, here=lambda: KeyState.key.name,
)  # fmt: skip
def key() -> rx.Component:
    table = data_table(
        [Column("number", t("Lot")), Column("type", t("Type")), Column("weight", t("Weight"), numeric=True)],
        KeyState.rows, _weight_cells, caption=t("Weight of each lot"), state=KeyState,
        empty=empty_state(t("No lot yet."), t("Enter the lots of the building first."), icon_name="building-2"),
    )  # fmt: skip
    gone = empty_state(
        t("This distribution key does not exist."), None,
        button(t("See the keys"), href=building_address() + "/keys"), icon_name="search-x"
    )  # fmt: skip
    shown = rx.cond(KeyState.missing, gone, columns(table, aside(_check(), label=t("Check"))))
    editable = KeyState.own & _may_write()
    return building_frame(
        "keys", shown, actions=[rx.cond(editable, _delete_dialog()), rx.cond(editable, _correct_dialog())]
    )


def _lot_keys() -> rx.Component:
    def cells(k: LotKeyRow) -> list[Any]:
        return [k.name, k.weight]

    table = data_table(
        [Column("name", t("Key")), Column("weight", t("Weight"), numeric=True)],
        LotKeysState.rows, cells, caption=t("Weights in the keys"),
        href=lambda k: "/buildings/" + k.building_id + "/keys/" + k.id,
    )  # fmt: skip
    return card(table, title=t("Weights in the keys"), topic="distribution_keys", flush=True)


extend_lot_page(_lot_keys, LotKeysState.load)
