"""The page of a person, the likely duplicates, and the merge of two entries."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import N_
from koprogo_app.modules.owners.pages import access_badge, channel_badge, may_write
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import body, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .state import DuplicatesState, HeldRow, MergeState, PairRow, PersonState

register(
    merging=Topic(
        N_("Two entries of one person"),
        N_(
            "The same person entered twice gets two letters and seems to vote twice. A merge keeps one entry: lots, "
            "documents, invitation and access of the other move to it, and it takes over what it lacks itself.\n\nIt "
            "cannot be undone, but the trail keeps what the dropped entry was. Spouses are two people: leave them."
        ),
    ),
)  # fmt: skip


def _or_missing(value: Any) -> Any:
    return rx.cond(value != "", value, muted(t("not entered yet")))


def _crumbs() -> list[tuple[Any, Any]]:
    return [(t("People"), "/people")]


def _gone() -> rx.Component:
    back = button(t("See the people"), href="/people")
    return empty_state(t("This person does not exist."), None, back, icon_name="search-x")


# --- One person ------------------------------------------------------------------------------------------------------


def _held_cells(h: HeldRow) -> list[Any]:
    return [h.lot, link(h.building, "/buildings/" + h.building_id), h.part, h.right, h.since]


def _past_cells(h: HeldRow) -> list[Any]:
    return [h.lot, link(h.building, "/buildings/" + h.building_id), h.part, h.right, h.since, h.until]


def _lots() -> rx.Component:
    s: Any = PersonState
    heads = [
        Column("lot", t("Lot"), mobile="name"), Column("building", t("Building"), mobile="state"),
        Column("part", t("Part"), mobile="amount"), Column("right", t("Right")),
        Column("since", t("Since"), mobile="date"),
    ]  # fmt: skip
    now = data_table(
        heads, s.today, _held_cells, caption=t("Lots of this person"), href=lambda h: "/lots/" + h.lot_id,
        empty=empty_state(t("No lot today."), t("Parts are entered on the page of the lot."), icon_name="building-2"),
    )  # fmt: skip
    before = data_table(
        [*heads, Column("until", t("Until"))], s.past, _past_cells, caption=t("Earlier lots"),
        href=lambda h: "/lots/" + h.lot_id,
    )  # fmt: skip
    return stack(
        card(now, title=t("Lots"), topic="parts", flush=True),
        rx.cond(s.past.length() > 0, card(before, title=t("History"), flush=True)),
    )


def _consent() -> rx.Component:
    s: Any = PersonState
    give = form_dialog(
        None, t("Consent to e-mail"),
        date_field(t("Date of the consent"), "email_consent_on", errors=s.errors, required=True),
        field(t("Proof"), "email_consent_proof", errors=s.errors, required=True,
            hint=t("For example: form signed on 2 May 2024, in the documents.")),
        on_submit=s.record_consent, submit=t("Record the consent"), open=s.asking == "consent",
        on_open_change=s.close, errors=s.errors,
        description=t("The person accepted e-mail individually, expressly and in writing, instead of the letter."),
    )  # fmt: skip
    withdraw = confirm_dialog(
        button(t("Withdraw the consent"), size="sm"), t("Withdraw the consent to e-mail?"),
        t("From now on the person is convened by registered letter."), t("Withdraw the consent"), s.withdraw_consent,
    )  # fmt: skip
    record = button(t("Record a consent"), size="sm", on_click=s.ask("consent"))
    act = rx.cond(s.person.consent != "", withdraw, rx.cond(s.person.email != "", record))
    return card(
        row(channel_badge(s.person.channel), article("3.87 §3", "channel")),
        rx.cond(s.person.consent != "", paragraph(s.person.consent, small=True)),
        rx.cond(may_write(), row(act)), give, title=t("How to convene"), topic="channel",
    )  # fmt: skip


def _access() -> rx.Component:
    s: Any = PersonState
    invite = form_dialog(
        None, t("Invite {name}", name=s.person.name),
        field(t("E-mail"), "email", type="email", value=s.person.email, errors=s.errors, required=True,
            hint=t("The link goes to this address and works once, for fourteen days.")),
        on_submit=s.invite, submit=t("Send the invitation"), open=s.asking == "invite", on_open_change=s.close,
        errors=s.errors, key=s.person.id,
    )  # fmt: skip
    end = confirm_dialog(
        button(t("End the access"), size="sm"), t("End the access of {name}?", name=s.person.name),
        t("The person sees nothing any more, from now on. The account itself stays."), t("End the access"),
        s.end_access,
    )  # fmt: skip
    again = rx.cond(s.person.access == "invited", t("Invite again"), t("Invite"))
    send = button(again, icon_name="send", size="sm", on_click=s.ask("invite"))
    return card(
        row(access_badge(s.person.access, s.person.access_words)),
        rx.cond(may_write(), row(rx.cond(s.person.access == "has", end, send))), invite,
        title=t("Access"), topic="access",
    )  # fmt: skip


def _identity() -> rx.Component:
    p: Any = PersonState.person
    company = definitions(
        [
            (t("Enterprise number"), _or_missing(p.kbo)), (t("Representative"), _or_missing(p.representative)),
        ]
    )  # fmt: skip
    return card(
        definitions(
            [
                (t("Kind"), p.kind), (t("Language"), p.language),
                (t("Address"), paragraph(_or_missing(p.address), keep_lines=True)), (t("E-mail"), _or_missing(p.email)),
                (t("Telephone"), _or_missing(p.phone)), (t("Account (IBAN)"), _or_missing(p.iban)),
                (t("Remark"), _or_missing(p.remark)),
            ]
        ),
        rx.cond(p.company, company), title=t("Identity card"),
    )  # fmt: skip


def _merge_dialog() -> rx.Component:
    s: Any = PersonState
    return form_dialog(
        None, t("Compare with another entry"),
        picker(t("Person"), "other", s.people, errors=s.errors, required=True, on_search=s.find),
        on_submit=s.compare, submit=t("Compare"), open=s.asking == "merge", on_open_change=s.close, errors=s.errors,
        description=t("Choose the other entry of the same person: you see both before anything is merged."),
    )  # fmt: skip


def _delete_dialog() -> rx.Component:
    s: Any = PersonState
    return confirm_dialog(
        button(t("Delete the person"), icon_name="trash-2", kind="danger"),
        t("Delete {name}?", name=s.person.name),
        t("Someone entered by mistake can be deleted; whoever is or was a co-owner stays. This cannot be undone."),
        t("Delete the person"), s.delete, danger=True,
    )  # fmt: skip


@page(
    "/people/[owner_id]", N_("Person"), permission=Permission.OWNERS_READ, on_load=PersonState.load, crumbs=_crumbs,
    here=lambda: PersonState.person.name,
)  # fmt: skip
def person() -> rx.Component:
    s: Any = PersonState
    same = button(t("Merge"), icon_name="copy", on_click=s.ask("merge"))
    change = button(
        t("Change the data"), icon_name="pencil", kind="solid",
        href="/people/" + rx.State.owner_id.to(str) + "/edit",  # type: ignore[attr-defined]
    )  # fmt: skip
    never = (s.today.length() == 0) & (s.past.length() == 0)
    acts = [rx.cond(may_write(), act) for act in (rx.cond(never, _delete_dialog()), same, change)]
    shown = stack(
        page_head(s.person.name, s.person.kind, *acts),
        columns(stack(_lots()), aside(_identity(), _consent(), _access(), label=t("Identity card"))),
        _merge_dialog(),
    )
    return body(rx.cond(s.missing, _gone(), shown))


# --- Duplicates ------------------------------------------------------------------------------------------------------


def _pair_cells(p: PairRow) -> list[Any]:
    return [
        p.first_name, link(p.second_name, "/people/" + p.second), p.why,
        button(t("Compare"), size="sm", href="/people/" + p.first + "/merge/" + p.second),
    ]  # fmt: skip


@page(
    "/people/duplicates", N_("Likely duplicates"), permission=Permission.OWNERS_WRITE, on_load=DuplicatesState.load,
    crumbs=_crumbs,
)  # fmt: skip
def duplicates() -> rx.Component:
    table = data_table(
        [
            Column("first", t("Entry"), mobile="name"), Column("second", t("Other entry"), mobile="state"),
            Column("why", t("Why"), mobile="date"), Column("act", t("Actions"), mobile="amount"),
        ],
        DuplicatesState.rows, _pair_cells, caption=t("Likely duplicates"), href=lambda p: "/people/" + p.first,
        empty=empty_state(t("No likely duplicates."), None, button(t("See the people"), href="/people"),
            icon_name="circle-check"),
    )  # fmt: skip
    lead = t("Entries that may be one person. Compare them, merge them, or leave them as they are.")
    return body(page_head(t("Likely duplicates"), lead, topic="merging"), table)


# --- The merge -------------------------------------------------------------------------------------------------------


def _side(side: Any, other: Any, moves: Any, keep: Any) -> rx.Component:
    act = confirm_dialog(
        button(t("Keep this entry"), kind="surface"), t("Keep {name}?", name=side.name),
        t("The entry {name} disappears and all that belongs to it moves here. This cannot be undone.", name=other.name),
        t("Merge the two entries"), keep, danger=True,
    )  # fmt: skip
    return card(
        paragraph(side.facts, keep_lines=True), row(access_badge(side.access, side.access_words)),
        rx.cond(side.lots != "", paragraph(side.lots, keep_lines=True), muted(t("No lot today."))),
        muted(t("What moves here if this entry stays:")), rx.foreach(moves, lambda moved: paragraph(moved)),
        rx.cond(MergeState.conflict == "", row(act)),
        title=side.name,
    )  # fmt: skip


@page(
    "/people/[owner_id]/merge/[other_id]", N_("Merge two entries"), permission=Permission.OWNERS_WRITE,
    on_load=MergeState.load, crumbs=_crumbs,
)  # fmt: skip
def merge() -> rx.Component:
    s: Any = MergeState
    shown = stack(
        page_head(t("Merge two entries"), t("Are they one person? Choose the entry that stays."), topic="merging"),
        rx.cond(s.conflict != "", note(s.conflict, tone="bad")),
        columns(
            _side(s.left, s.right, s.moves_left, s.keep_left), _side(s.right, s.left, s.moves_right, s.keep_right),
            shape="half",
        ),
    )  # fmt: skip
    return body(rx.cond(s.missing, _gone(), shown))
