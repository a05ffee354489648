"""What the letter says, in the language of who reads it; and the real paper made from it."""

from datetime import date

import pytest
from conftest import a_building, send

from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls import issuing, letter
from koprogo_app.modules.letters import making
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.letters.state import LetterRunState
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.references.models import PaymentReference

from .conftest import IBAN_RESERVE, IBAN_WORKING, a_line, rows

NBSP = "\u00a0"


@pytest.fixture
def in_english(monkeypatch):
    """Whatever the reader's language, so that the sentences are those of the code."""
    monkeypatch.setattr(letter, "known", lambda _language: "en")


def euros(text: str) -> str:
    return f"{text}{NBSP}€"


def test_it_says_what_is_asked_by_when_and_why(alice, house, issued, in_english):
    made = issued(
        a_line(10_000, description="Running costs"), a_line(5_000, "reserve"), a_line(300, key_id=house.lift), description="As voted.",
    )  # fmt: skip
    found = call(alice, letter.compose, made.id, house.dora)
    # Dora: 400 of 1000 of 150.00, and the lift alone: 40.00 + 20.00 + 3.00
    assert found.title == "Call for funds: First quarter"
    assert found.lead == f"We ask you to pay {euros('63,00')} by 31/03/2026 at the latest."
    assert found.paragraphs == (
        "As voted.", f"Of {euros('63,00')}, {euros('20,00')} goes to the reserve fund (Civil Code, art. 3.86 §3).",
    )  # fmt: skip
    (table,) = found.tables
    assert (table.title, table.columns) == (
        "Lot A2",
        ("Description", "Key", "Total of the building", "Share", "Amount"),
    )
    assert table.rows == (
        ("Running costs", "Shares of the deed", euros("100,00"), "400 / 1.000", euros("40,00")),
        ("Reserve fund", "Shares of the deed", euros("50,00"), "400 / 1.000", euros("20,00")),
        ("Provisions for running costs", "Lift", euros("3,00"), "1 / 1", euros("3,00")),
    )
    assert table.foot == (("Total", "", "", "", euros("63,00")),)
    slip = found.payment
    assert (slip.cents, slip.iban, slip.due_on, slip.beneficiary) == (
        6_300,
        IBAN_WORKING,
        date(2026, 3, 31),
        "ACP Résidence Molière",  # as the bank of a building in French knows it, whoever reads
    )
    assert len(slip.digits) == 12


@pytest.fixture
def garage(alice, house):
    """Bob's second lot: G1, 100 of 1.100 shares."""
    data = a_building(total_shares=1100, kbo=house.building.kbo, iban_working=IBAN_WORKING, iban_reserve=IBAN_RESERVE)
    call(alice, buildings.update_building, house.id, data)
    made = call(alice, lots.create_lot, house.id, LotIn(number="G1", type="parking", shares=100))
    call(alice, ownership.add_part, OwnershipIn(lot_id=made.id, owner_id=house.bob, started_on=date(2020, 1, 1)))


def test_several_lots_stand_in_one_table(alice, house, garage, issued, in_english):
    found = call(alice, letter.compose, issued(a_line(11_000, description="Roof")).id, house.bob)
    (table,) = found.tables
    assert (table.title, table.columns[0]) == ("", "Lot")
    assert table.rows == (
        ("A1", "Roof", "Shares of the deed", euros("110,00"), "600 / 1.100", euros("60,00")),
        ("G1", "Roof", "Shares of the deed", euros("110,00"), "100 / 1.100", euros("10,00")),
    )
    assert table.foot == (("Total", "", "", "", "", euros("70,00")),)
    assert table.numeric == {3, 4, 5}
    assert euros("70,00") in found.lead


def test_each_lot_with_several_lines_has_its_sum(alice, house, garage, issued, in_english):
    made = issued(a_line(11_000, description="Roof"), a_line(2_200, "reserve"))
    (table,) = call(alice, letter.compose, made.id, house.bob).tables
    assert [(row[0], row[1], row[-1]) for row in table.rows] == [
        ("A1", "Roof", euros("60,00")), ("", "Reserve fund", euros("12,00")), ("", "Total of lot A1", euros("72,00")),
        ("G1", "Roof", euros("10,00")), ("", "Reserve fund", euros("2,00")), ("", "Total of lot G1", euros("12,00")),
    ]  # fmt: skip
    assert table.foot[0][-1] == euros("84,00")


def test_a_call_for_the_reserve_alone_is_paid_to_its_own_account(alice, house, issued, in_english):
    found = call(alice, letter.compose, issued(a_line(1_000, "reserve"), a_line(500, "special_reserve")).id, house.bob)
    assert found.payment.iban == IBAN_RESERVE
    assert found.paragraphs == ("All of it goes to the reserve fund (Civil Code, art. 3.86 §3).",)
    nothing = call(alice, letter.compose, issued().id, house.bob)
    assert nothing.payment.iban == IBAN_WORKING
    assert nothing.paragraphs == ("Nothing of it goes to the reserve fund (Civil Code, art. 3.86 §3).",)


def test_what_stood_in_his_favour_is_taken_off_what_is_to_pay(alice, house, issued, in_english):
    call(alice, payments.record_payment, house.id, PaymentIn(owner_id=house.bob, paid_on=date(2026, 2, 1), cents=2_000))
    found = call(alice, letter.compose, issued().id, house.bob)
    assert found.payment.cents == 4_000
    assert euros("40,00") in found.lead
    assert f"{euros('20,00')} of it is settled" in found.paragraphs[0]
    call(
        alice, payments.record_payment, house.id, PaymentIn(owner_id=house.dora, paid_on=date(2026, 2, 1), cents=9_000)
    )
    settled = call(alice, letter.compose, issued().id, house.dora)
    assert settled.payment.cents == 0
    assert "nothing to pay" in settled.lead


def test_who_is_asked_alone_reads_no_key(alice, house, issued, in_english):
    found = call(alice, letter.compose, issued(a_line(3_500, description="Badge"), owner_id=house.bob).id, house.bob)
    assert found.tables[0].rows == (("Badge", "Yours alone", euros("35,00"), "", euros("35,00")),)
    assert (found.tables[0].title, found.notes) == ("", ())


def test_what_cannot_be_written_is_said(alice, house, drafted, issued):
    with pytest.raises(Invalid, match="not issued"):
        call(alice, letter.compose, drafted().id, house.bob)
    made = issued(a_line(100, key_id=house.lift))
    with pytest.raises(NotFound):
        call(alice, letter.compose, made.id, house.bob)
    data = a_building(kbo=house.building.kbo)
    call(alice, buildings.update_building, house.id, data)
    with pytest.raises(Invalid, match="account number"):
        call(alice, letter.compose, made.id, house.dora)
    call(alice, issuing.reverse_call, made.id, "Wrong")
    with pytest.raises(Invalid, match="not issued"):
        call(alice, letter.compose, made.id, house.dora)


def test_a_letter_is_written_while_somebody_else_is_at_the_books(alice, house, issued, monkeypatch):
    made = issued()
    monkeypatch.setattr(books, "locked_book", lambda *_: pytest.fail("it takes the lock of the books"))
    digits = {x.owner_id: x.digits for x in rows(alice, PaymentReference)}
    assert call(alice, letter.compose, made.id, house.bob).payment.digits == digits[house.bob]


def test_the_letters_of_a_call_are_made_as_papers(alice, house, issued):
    issued(a_line(10_000), a_line(5_000, "reserve"))
    for row in rows(alice, Letter):
        assert call(alice, making.make_letter, row.id), row.error
    assert {(x.locale, x.status, x.pages) for x in rows(alice, Letter)} == {("fr", "made", 1), ("nl", "made", 1)}


def test_a_quarter_for_several_lots_fits_on_one_sheet(alice, house, garage, issued):
    issued(a_line(10_000), a_line(4_000, description="Chauffage"), a_line(3_000, "reserve"))
    for row in rows(alice, Letter):
        assert call(alice, making.make_letter, row.id), row.error
    assert {x.pages for x in rows(alice, Letter)} == {1}


# --- Of a call that is undone


def test_letters_of_a_reversed_call_that_have_not_left_stay(opened, alice, house, issued):
    made = issued()
    (run,), (first, second) = rows(alice, LetterRun), rows(alice, Letter)
    assert call(alice, making.make_letter, first.id)
    call(alice, issuing.reverse_call, made.id, "Wrong key")
    assert not call(alice, making.make_letter, second.id)
    for fn, args in ((letters.print_batch, ()), (letters.mark_posted, (1,)), (letters.retry_failed, ())):
        with pytest.raises(Conflict, match="was reversed"):
            call(alice, fn, run.id, *args)
    assert [(x.status, x.error) for x in rows(alice, Letter)] == [("made", None), ("failed", making.UNDONE)]
    state = opened(LetterRunState, run_id=run.id, building_id=house.id)
    send(state, LetterRunState.load)
    assert (state.undone, state.to_post, state.failed, state.waiting) == (True, 1, 1, 0)


def test_letters_of_a_call_in_force_leave(opened, alice, house, issued):
    issued()
    (run,) = rows(alice, LetterRun)
    call(alice, issuing.reverse_call, issued(title="Another").id, "Wrong key")
    for row in rows(alice, Letter, run_id=run.id):
        assert call(alice, making.make_letter, row.id), row.error
    assert len(call(alice, letters.print_batch, run.id).letters) == 2
    state = opened(LetterRunState, run_id=run.id, building_id=house.id)
    send(state, LetterRunState.load)
    assert not state.undone
    assert call(alice, letters.mark_posted, run.id, 2) == 2
