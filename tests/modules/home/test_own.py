"""What a co-owner owes, why and how he pays it: on his first page and on the page of his account."""

import io
from dataclasses import replace
from datetime import date

import pytest
import reflex as rx
from conftest import as_role, make_actor, send
from modules.calls.conftest import rows
from modules.ledger.conftest import line
from modules.statements.conftest import (
    bob,
    books,
    called,
    composed,
    dora,
    enter,
    entered,
    kicked,
    posted,
    published,
    spent,
    vault,
)  # fmt: skip

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Forbidden, NotFound
from koprogo_app.core.service import call
from koprogo_app.core.tools import Subject
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.calls.service import OwnPart
from koprogo_app.modules.home import owed, own_pages, own_state, own_tools
from koprogo_app.modules.home.own_state import MyDuesState
from koprogo_app.modules.home.state import HomeState
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.meters.models import Meter
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.references import service as references
from koprogo_app.modules.statements.models import Statement
from koprogo_app.ui.page import NAV

from .test_service import add

__all__ = [
    "bob", "books", "called", "composed", "dora", "enter", "entered", "kicked", "posted", "published", "spent", "vault",
]  # fmt: skip
E = "\u00a0€"
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def in_june(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def shown(opened):
    """The rows of MyDuesState, just loaded."""

    def make(actor):
        state = opened(MyDuesState, actor)
        send(state, MyDuesState.load)
        return state

    return make


def dues(actor):
    return call(actor, owed.my_dues)


def pay(alice, books, cents, on=date(2026, 6, 10)):
    call(alice, payments.record_payment, books.id, PaymentIn(owner_id=books.bob, paid_on=on, cents=cents))


def change(alice, books, **values):
    known = BuildingIn.model_validate(call(alice, buildings.get_building, books.id).model_dump())
    call(alice, buildings.update_building, books.id, known.model_copy(update=values))


def test_what_one_owes_why_and_how_it_is_paid(alice, books, bob, called, shown):
    called("2026-06-30", 100_000, 20_000)
    [one] = shown(bob).dues
    assert (one.name, one.standing, one.sentence) == ("Résidence Molière", "owes", f"You owe 600,00{E}.")
    assert (one.by, one.late) == ("To pay by 30/06/2026.", False)
    [item] = one.lines  # one call on two accounts is one row
    assert (item.words, item.due, item.amount, item.late, item.href) == (
        "Call of 2026-06-30", "30/06/2026", "600,00" + E, False, "",
    )  # fmt: skip
    assert item.why == f"provisions, Lot A1, 500/1.000: 500,00{E} · reserve, Lot A1, 500/1.000: 100,00{E}"
    [slip] = one.slips
    with transaction(alice.organization_id) as s:
        digits = references.known_of(s, alice, books.id, [books.bob])[books.bob]
    assert (slip.title, slip.amount, slip.iban) == ("How to pay", "600,00" + E, "BE68 5390 0754 7034")
    assert slip.communication.replace("+", "").replace("/", "") == digits
    assert slip.beneficiary == "ACP Résidence Molière"  # as its bank knows it
    assert slip.code.startswith("data:image/svg+xml")
    assert slip.lacking == ""


def test_what_is_late_is_said(books, bob, called, shown):
    called("2026-06-14", 100_000)
    called("2026-06-15", 40_000)
    [one] = shown(bob).dues
    assert (one.by, one.late) == (f"500,00{E} of it is late.", True)
    assert [(i.amount, i.late) for i in one.lines] == [("500,00" + E, True), ("200,00" + E, False)]


def test_a_call_for_the_reserve_alone_is_paid_to_its_own_account(alice, books, bob, called, shown):
    called("2026-06-30", 100_000)
    called("2026-07-31", 0, reserve=20_000)
    [one] = shown(bob).dues
    assert [(x.title, x.amount, x.iban, bool(x.code)) for x in one.slips] == [
        ("How to pay", "500,00" + E, "BE68 5390 0754 7034", True),
        ("How to pay the reserve fund", "100,00" + E, "", False),
    ]
    assert one.slips[1].lacking == "The account number is not entered yet: ask your syndic."
    change(alice, books, iban_reserve="BE71096123456769")
    assert [(x.iban, bool(x.code)) for x in shown(bob).dues[0].slips][1] == ("BE71 0961 2345 6769", True)
    told = call(bob, own_tools.my_balance, Subject("en", None, ""))
    assert told.rows[2:5] == [
        ("Account to pay to", f"BE68 5390 0754 7034: 500,00{E}"),
        ("Account of the reserve fund (IBAN)", f"BE71 0961 2345 6769: 100,00{E}"),
        ("In the name of", "ACP Résidence Molière"),
    ]


def test_what_is_in_favour_on_the_account_of_one_fund_does_not_pay_the_call_of_another(
    books, bob, alice, called, shown
):
    pay(alice, books, 35_450)  # nothing was called: it stands on the account of running costs
    called("2026-07-31", 0, reserve=100_000)
    [one] = shown(bob).dues
    assert (one.standing, one.sentence, one.by) == ("owes", f"You owe 500,00{E}.", "To pay by 31/07/2026.")
    assert one.favour == (
        f"354,50{E} is in your favour on the account of another fund, and pays what is called for that one next."
    )
    assert [(x.title, x.amount) for x in one.slips] == [("How to pay the reserve fund", "500,00" + E)]
    called("2026-08-31", 100_000)  # half of it is his: what was in his favour pays a part
    [one] = shown(bob).dues
    assert (one.sentence, one.favour) == (f"You owe 645,50{E}.", "")
    assert [x.amount for x in one.slips] == ["145,50" + E, "500,00" + E]


def test_in_another_office_he_is_told_the_same(alice, charlie, books, bob, called, spent, published, shown):
    called("2025-01-31", 10_000)
    spent("2025-03-01", "612100", 60_000, SharingIn())
    published("2025-12-31")
    called("2026-07-31", 0, reserve=20_000)
    [before] = shown(bob).dues
    file = io.BytesIO()
    call(alice, archive.export_building, books.id, file)
    moved = call(charlie, archive.import_building, file).building_id
    here = next(o.id for o in rows(charlie, Owner) if o.last_name == "Bob")
    state = shown(make_actor(charlie.organization_id, Role.OWNER, "Bob", moved, here))
    [after] = state.dues
    [statement] = rows(charlie, Statement)
    assert [x.href for x in after.lines if x.href] == [f"/my-statements/{statement.id}"]
    elsewhere = {"id": "", "statement_href": ""}
    assert replace(after, lines=[replace(x, href="") for x in after.lines], **elsewhere) == replace(
        before, lines=[replace(x, href="") for x in before.lines], **elsewhere
    )


def test_what_is_paid_leaves_nothing_to_scan(alice, books, bob, called, shown):
    called("2026-06-30", 100_000)
    pay(alice, books, 20_000)
    [one] = shown(bob).dues
    assert (one.sentence, one.slips[0].amount) == (f"You owe 300,00{E}.", "300,00" + E)
    pay(alice, books, 30_000)
    [one] = shown(bob).dues
    assert (one.standing, one.sentence, one.by, one.lines, one.slips) == ("settled", "Nothing to pay.", "", [], [])
    pay(alice, books, 1_000)
    [one] = shown(bob).dues
    assert (one.standing, one.sentence, one.by, one.slips) == ("credit", f"The association owes you 10,00{E}.", "", [])
    assert [i.amount for i in one.lines] == ["-10,00" + E]


def test_without_account_number_or_communication_a_sentence_stands_in_the_place_of_the_code(
    alice, books, bob, posted, called, shown
):
    sides = line("4101", debit=5_000, owner_id=books.bob), line("701", credit=5_000)
    posted("2026-06-01", *sides, journal=Journal.VEN)
    [slip] = shown(bob).dues[0].slips
    assert (slip.code, slip.communication) == ("", "")
    assert slip.lacking == "Your structured communication comes with the first call for funds."
    called("2026-06-30", 100_000)
    assert shown(bob).dues[0].slips[0].code
    change(alice, books, iban_working=None)
    [slip] = shown(bob).dues[0].slips
    assert (slip.iban, slip.code) == ("", "")
    assert slip.lacking == "The account number is not entered yet: ask your syndic."


def test_the_last_statement_and_where_it_is_read(books, bob, spent, called, published, shown):
    called("2025-01-31", 100_000)
    spent("2025-03-01", "612100", 60_000, SharingIn())
    published("2025-03-31")
    spent("2025-05-01", "612100", 80_000, SharingIn())
    last = published("2025-12-31")
    [one] = shown(bob).dues
    # Half of 1 000,00 was settled in March: of the second statement he bears half of 800,00.
    assert one.statement == f"Last statement: 01/04/2025 – 31/12/2025, 400,00{E}"
    assert one.statement_href == f"/my-statements/{last.id}"
    assert f"/my-statements/{last.id}" in [i.href for i in one.lines]


def test_nobody_elses_items_are_seen_and_a_stranger_to_the_register_is_told_so(alice, books, bob, dora, called, shown):
    called("2026-06-30", 100_001)
    assert [i.owner_id for one in dues(bob) for i in one.items] == [books.bob]
    assert [(s.cents, s.digits) for one in dues(bob) for s in one.slips] != [
        (s.cents, s.digits) for one in dues(dora) for s in one.slips
    ]
    assert shown(as_role(alice, Role.OWNER, books.id)).unknown
    with pytest.raises(NotFound):
        dues(as_role(alice, Role.OWNER, books.id))
    for role in (Role.SYNDIC, Role.ACCOUNTANT, Role.OCCUPANT):
        with pytest.raises(Forbidden):
            dues(as_role(alice, role, books.id))


def test_meters_of_one_s_own_lots_are_named_when_there_are_any(alice, books, bob, shown):
    assert shown(bob).meters == 0
    [held] = call(alice, ownership.owner_parts, books.bob)
    meter = {"building_id": books.id, "lot_id": held.part.lot_id, "kind": "cold_water", "unit": "m3"}
    add(alice, Meter(serial="K1", **meter), Meter(serial="K2", **(meter | {"lot_id": None})))
    assert shown(bob).meters == 1


def test_the_first_page_says_the_same(opened, books, bob, dora, called):
    called("2026-06-30", 100_000)
    for actor in (bob, dora):
        state = opened(HomeState, actor)
        send(state, HomeState.load)
        assert [(a.name, a.sentence, len(a.slips)) for a in state.accounts] == [
            ("Résidence Molière", f"You owe 500,00{E}.", 1)
        ]


def test_one_s_own_account_stands_in_the_menu_under_money():
    (entry,) = [e for e in NAV if e.route == "/my-account"]
    assert (entry.permission, entry.nav.section, entry.nav.icon, entry.nav.order) == (
        Permission.OWN_READ, "money", "wallet", 10,
    )  # fmt: skip


def test_the_page_is_drawn_with_the_code_and_its_words():
    drawn = str(own_pages.my_account().render())
    assert len(drawn) > 1000
    for words in ("Code for the application of your bank", "Communication", "My meters", "Lines of my account"):
        assert words in drawn, words


def test_a_card_is_drawn_for_the_first_page_too():
    row = rx.Var("one", _var_type=own_pages.OwedRow).guess_type()
    assert "Due on" in str(own_pages.owed_card(row).render())


def test_the_title_of_a_call_is_not_said_again_for_each_lot():
    part = OwnPart("Façade", "special", "A1", 4_800, 380, 10_000)
    assert own_state._part(part, "Façade", "en") == "Lot A1, 380/10.000: 48,00\u00a0€"
    assert own_state._part(part, "Works", "en") == "Façade, Lot A1, 380/10.000: 48,00\u00a0€"
    alone = OwnPart("Façade", "special", "", 4_800, None, None)
    assert own_state._part(alone, "Façade", "en") == "Façade: 48,00\u00a0€"
