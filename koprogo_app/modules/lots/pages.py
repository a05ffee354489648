"""The page of a lot, and the parts that the building's tab of lots is made of."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import CODE
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, link
from koprogo_app.ui.cell import check_row
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fields, form, radio_group, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import body, page
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.share_bar import share_bar
from koprogo_app.ui.text import t
from koprogo_app.ui.timeline import timeline

from .rules import LOT_TYPES
from .state import LotFormState, LotState, SharesState

register(
    lot_shares=Topic(
        N_("The shares of a lot"),
        N_(
            "The deed gives each lot its shares in the common parts, out of a total such as 1 000 or 10 000. They "
            "carry the votes and, unless the deed says otherwise, the costs.\n\nThe lots together have exactly the "
            "total of the deed. As long as one share is missing or in excess, no sum can be called and no vote "
            "counted."
        ),
        "3.85 §1", official=CODE,
    ),
    shares_change=Topic(
        N_("When the shares of a lot change"),
        N_(
            "Shares change by a decision of all co-owners. When works, a division, a merger or a sale are decided by "
            "their own majority and make other shares necessary, that same majority is enough.\n\nEvery decision is "
            "recorded with its date, and the earlier shares stay known: what was due or voted then rests on them. A "
            "typing error is not a decision: it is corrected, and the reason is kept in the audit trail."
        ),
        "3.88 §3", official=CODE,
    ),
    twenty_lots=Topic(
        N_("Twenty lots or more"),
        N_(
            "From twenty lots on, twenty included, a co-ownership council is compulsory and the accounts are kept in "
            "double entry with the standard chart of accounts. Below, the council is optional and simplified "
            "accounts are allowed.\n\nCellars, garages and parking spaces do not count."
        ),
        "3.90 §1", official=CODE,
    ),
    partial_association=Topic(
        N_("Partial associations"),
        N_(
            "In a group of twenty lots or more the statutes may give a building, or another distinct part, an "
            "association of its own for its own common parts. It has its own enterprise number and its own syndic. "
            "Once the statutes are made, four fifths of the votes are needed to create one.\n\nThe law does not say "
            "whether cellars and parking spaces count here; KoproGo counts every lot."
        ),
        "3.84 al. 4", "medium", CODE,
    ),
)  # fmt: skip

_ABOVE: list[Callable[[], rx.Component]] = []
_BELOW: list[Callable[[], rx.Component]] = []
_LOADS: list[Any] = [LotState.load]


def extend_lot_page(part: Callable[[], rx.Component], load: Any, *, first: bool = False) -> None:
    """Adds a card to the page of a lot, above its shares (first) or below: for the modules above this one, who owns it
    and its distribution keys.

    `load` is an event without argument; its state has `self.lot_id`, as the address has.
    """
    (_ABOVE if first else _BELOW).append(part)
    _LOADS.append(load)


def may_write() -> Any:
    """For what is shown only; the gate in the services decides."""
    return AuthState.permissions.contains(str(Permission.LOTS_WRITE))


def building_address() -> Any:
    return "/buildings/" + rx.State.building_id.to(str)  # type: ignore[attr-defined]


def type_options() -> list[tuple[str, Any]]:
    return [(kind.value, t(word)) for kind, word in LOT_TYPES.items()]


def or_missing(value: Any) -> rx.Component:
    return rx.cond(value != "", value, muted(t("not entered yet")))


def figure_fields(errors: Any, values: Any = None) -> list[rx.Component]:
    """Type, floor and area, as every form of lots has them."""

    def kept(name: str, otherwise: str = "") -> Any:
        return otherwise if values is None else values.get(name, otherwise)

    return [
        select_field(t("Type"), "type", type_options(), value=kept("type", "apartment"), errors=errors, required=True),
        field(
            t("Floor"),
            "floor",
            value=kept("floor"),
            errors=errors,
            hint=t("0 is the ground floor, −1 the first below."),
        ),
        field(t("Area"), "area_m2", value=kept("area_m2"), errors=errors, inputmode="decimal", unit="m²"),
    ]


def shares_field(errors: Any, **more: Any) -> rx.Component:
    return field(t("Shares"), "shares", errors=errors, inputmode="numeric", topic="lot_shares", **more)


def why_fields(errors: Any) -> rx.Component:
    """Why shares change: the fields that words.reason_of reads."""
    kinds = [
        (
            "decision",
            t("The co-owners decided so"),
            t("The earlier shares stay known up to the day from which the decision holds."),
        ),
        ("entry", t("The entry was wrong"), t("The lot never had the shares entered here.")),
    ]
    return stack(
        radio_group(t("Why do the shares change?"), "kind", kinds, value="decision", errors=errors),
        fields(
            field(t("Decision, or what was wrong"), "decision", errors=errors, required=True,
                hint=t("For example: general meeting of 14/03/2024, point 7")),
            date_field(t("Holds since"), "from_on", errors=errors, hint=t("For a decision only.")),
        ),
    )  # fmt: skip


def lot_dialog(trigger: rx.Component | None = None) -> rx.Component:
    """The button that adds a lot to the building of the page, with its dialog; then the page loads its rows again."""
    add = trigger or button(t("Add a lot"), icon_name="plus", kind="solid", shortcut="N")
    e = LotFormState.errors
    dialog = form_dialog(
        add, t("Add a lot"),
        fields(
            field(t("Number"), "number", errors=e, required=True, autocomplete="off"), *figure_fields(e),
            shares_field(e, hint=t("As the deed says; leave it open if you do not know yet.")),
        ),
        on_submit=LotFormState.add, submit=t("Add the lot"), open=LotFormState.adding,
        on_open_change=LotFormState.show_adding, errors=e,
    )  # fmt: skip
    return rx.cond(may_write(), dialog)


def lot_actions() -> list[rx.Component]:
    """The buttons of the tab of lots: edit many, add one."""
    many = button(t("Edit several lots"), icon_name="table-2", href=building_address() + "/lots/grid")
    return [rx.cond(may_write(), many), lot_dialog()]


def shares_strip() -> rx.Component:
    """Do the lots add up to the deed, and what their number entails. Its page loads SharesState.load."""
    s = SharesState.strip
    council = rx.cond(
        s.compulsory, t("The co-ownership council is compulsory."), t("The co-ownership council is optional.")
    )
    accounts = rx.cond(s.compulsory, t("The accounts are kept in double entry."), t("Simplified accounts are allowed."))
    return card(
        check_row(s.tone, row(t("Shares of the lots"), article("3.85 §1", "lot_shares")), s.verdict, s.figure),
        share_bar(SharesState.parts, s.verdict),
        rx.cond(s.blank != "", note(s.blank, tone="warn")),
        row(muted(s.size), link(t("Partial associations"), building_address() + "/partial-associations")),
        row(
            muted(council), article("3.90 §1", "twenty_lots"), muted(accounts), article("3.89 §5 15°", "twenty_lots"),
        ),
        label=t("Shares of the lots"),
    )  # fmt: skip


def _identity() -> rx.Component:
    b = LotState.lot
    return card(
        definitions(
            [
                (t("Building"), link(b.building, "/buildings/" + b.building_id)), (t("Number"), b.number),
                (t("Type"), b.type),
                (t("Floor"), or_missing(b.floor)), (t("Area"), or_missing(b.area)),
                (t("Partial association"), rx.cond(b.partial != "", b.partial, muted(t("none")))),
                (t("Cadastre"), or_missing(b.cadastre)), (t("Remark"), or_missing(b.remark)),
            ]
        ),
        title=t("Identity card"),
    )  # fmt: skip


def _change_dialog() -> rx.Component:
    e, first = LotState.errors, (LotState.lot.shares == "") & ~LotState.decided
    return form_dialog(
        button(rx.cond(first, t("Enter the shares"), t("Change the shares")), size="sm"), t("Shares of this lot"),
        shares_field(e, value=LotState.values.get("shares", ""), required=True),
        rx.cond(first, rx.fragment(), why_fields(e)),
        on_submit=LotState.change, submit=t("Change the shares"), open=LotState.changing,
        on_open_change=LotState.show_changing, errors=e,
    )  # fmt: skip


def _withdraw_dialog() -> rx.Component:
    return form_dialog(
        button(t("Take the last change back"), size="sm", kind="ghost"), t("Take the last change back"),
        field(t("Reason"), "reason", errors=LotState.errors, required=True,
            hint=t("For example: the judge annulled the decision.")),
        on_submit=LotState.withdraw, submit=t("Take the last change back"), open=LotState.withdrawing,
        on_open_change=LotState.show_withdrawing, errors=LotState.errors,
        description=t("The lot has its earlier shares again. The trail keeps what was recorded, and this reason."),
    )  # fmt: skip


def _shares() -> rx.Component:
    withdraw = rx.cond(LotState.decided, _withdraw_dialog())
    return card(
        or_missing(LotState.lot.shares),
        timeline(LotState.versions, t("Versions of the shares")),
        rx.cond(may_write(), row(_change_dialog(), withdraw)),
        title=t("Shares"),
        topic="shares_change",
    )


def _delete_dialog() -> rx.Component:
    return confirm_dialog(
        button(t("Delete the lot"), icon_name="trash-2", kind="danger"),
        t("Delete lot {number}?", number=LotState.lot.number),
        t("A lot entered by mistake can be deleted as long as nobody ever held it. This cannot be undone."),
        t("Delete the lot"),
        LotState.delete,
        danger=True,
    )


def _crumbs() -> list[tuple[Any, Any]]:
    here = "/buildings/" + LotState.lot.building_id
    return [(t("Buildings"), "/buildings"), (LotState.lot.building, here), (t("Lots and co-owners"), here + "/lots")]


def _or_gone(*content: Any) -> rx.Component:
    back = button(t("See the buildings"), href="/buildings")
    return rx.cond(
        LotState.missing,
        empty_state(t("This lot does not exist."), None, back, icon_name="search-x", alone=True),
        stack(*content),
    )


@page(
    "/lots/[lot_id]",
    N_("Lot"),
    permission=Permission.LOTS_READ,
    on_load=_LOADS,
    crumbs=_crumbs,
    here=lambda: LotState.title,
)
def lot() -> rx.Component:
    change = button(
        t("Change the lot"), icon_name="pencil", kind="solid", href="/lots/" + rx.State.lot_id.to(str) + "/edit"
    )  # type: ignore[attr-defined]
    head = page_head(
        LotState.title, LotState.lead, rx.cond(may_write(), _delete_dialog()), rx.cond(may_write(), change)
    )
    cards = [*(part() for part in _ABOVE), _shares(), *(part() for part in _BELOW)]
    return body(_or_gone(head, columns(stack(*cards), aside(_identity(), label=t("Identity card")))))


@page(
    "/lots/[lot_id]/edit", N_("Change the lot"), permission=Permission.LOTS_WRITE, on_load=LotState.load,
    crumbs=_crumbs, here=lambda: LotState.title,
)  # fmt: skip
def edit_lot() -> rx.Component:
    v, e = LotState.values, LotState.errors
    entry = form(
        LotState.save,
        fields(
            field(t("Number"), "number", value=v.get("number", ""), errors=e, required=True, autocomplete="off"),
            *figure_fields(e, v),
            select_field(t("Partial association"), "partial_id", LotState.partials, value=v.get("partial_id", ""),
                errors=e, blank=t("none"), topic="partial_association"),
            field(t("Cadastre"), "cadastre", value=v.get("cadastre", ""), errors=e),
            textarea(t("Remark"), "remark", value=v.get("remark", ""), errors=e),
        ),
        submit=t("Save the lot"), errors=e, key=LotState.title,
        secondary=[button(t("Go back"), href="/lots/" + rx.State.lot_id.to(str))],  # type: ignore[attr-defined]
    )  # fmt: skip
    elsewhere = paragraph(t("The shares change on the page of the lot, with their decision."), small=True, muted=True)
    return body(_or_gone(page_head(LotState.title, LotState.lead), card(entry, elsewhere)))


from . import tables  # noqa: E402, F401  (its pages register themselves)
