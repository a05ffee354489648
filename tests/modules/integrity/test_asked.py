"""What is asked of the co-owners: payments set against nothing, calls that name who had sold, letters that failed."""

from datetime import date

import pytest
from modules.calls.conftest import a_call, a_line, a_person, composed, drafted, issued, rows
from modules.calls.conftest import house as house
from modules.documents.conftest import kicked, vault

from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.integrity.words import Kind
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, TransferIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn, Settlement

from .conftest import E

__all__ = ["a_call", "composed", "drafted", "issued", "kicked", "vault"]


def pay(actor, house, owner_id, cents, on="2026-04-01"):
    data = PaymentIn(owner_id=owner_id, cents=cents, paid_on=date.fromisoformat(on))
    return call(actor, payments.record_payment, house.id, data)


def sell(actor, lot_id, seller, buyer, on):
    given = TransferIn(sellers=[seller], buyers=[Buyer(owner_id=buyer)], on=date.fromisoformat(on))
    return call(actor, ownership.transfer, lot_id, given)


def test_money_that_is_set_against_nothing(said, alice, house, issued):
    """Bob's part of 100.00 € is 60.00 €. He pays 70.00 €: 10.00 € stand in his favour, until the settlement is undone."""
    issued()
    pay(alice, house, house.bob, 7_000)
    assert said(house.id, Kind.UNMATCHED) == []  # in credit, and nothing open
    [settled] = rows(alice, Settlement)
    with transaction(alice.organization_id) as s:
        s.delete(s.get(Settlement, settled.id))
    assert said(house.id, Kind.UNMATCHED) == [
        f"Bob: 70,00{E} received is set against nothing on account 4101, while 60,00{E} is open there."
    ]
    call(alice, payments.settle_oldest, house.id)
    assert said(house.id, Kind.UNMATCHED) == []


def test_a_call_that_names_who_had_sold(said, alice, house, issued):
    """Due on 31 March. A sale of 1 April changes nothing; one of 31 March that is entered later does: that day is the buyer's."""
    made = issued()
    eve, finn = a_person(alice, "Eve"), a_person(alice, "Finn")
    sell(alice, house.a2, house.dora, eve, "2026-04-01")
    assert said(house.id, Kind.SOLD_CALL) == []
    sell(alice, house.a1, house.bob, finn, "2026-03-31")
    assert said(house.id, Kind.SOLD_CALL) == [
        f"The call “First quarter” asks Bob for 60,00{E} of lot A1, which was not his on the due date, 31/03/2026."
    ]
    call(alice, issuing.reverse_call, made.id, "Sold before")
    assert said(house.id, Kind.SOLD_CALL) == []


def test_what_one_co_owner_is_asked_alone_follows_him(said, alice, house, issued):
    issued(a_line(cents=500), owner_id=house.bob, lot_id=house.a1)
    sell(alice, house.a1, house.bob, a_person(alice, "Finn"), "2026-03-01")
    assert said(house.id, Kind.SOLD_CALL) == []


@pytest.mark.parametrize("again", [False, True])
def test_letters_that_failed(said, alice, house, issued, again):
    """A second round, or a reversal of the call, leaves nothing to send."""
    made = issued()
    assert said(house.id, Kind.LETTER_FAILED) == []
    [run] = rows(alice, LetterRun)
    with transaction(alice.organization_id) as s:
        for letter in rows(alice, Letter):
            letter = s.get(Letter, letter.id)
            letter.status, letter.error, letter.made_at, letter.sent_at = "failed", "No address.", None, None
            s.add(letter)
        if again:
            s.add(LetterRun(building_id=house.id, kind=run.kind, source_id=made.id, round=2, title="x", dated_on=run.dated_on, total=0))  # fmt: skip
    assert said(house.id, Kind.LETTER_FAILED) == (
        [] if again else ["First quarter: letters that could not be sent: 2."]
    )
    call(alice, issuing.reverse_call, made.id, "Wrong key")
    assert said(house.id, Kind.LETTER_FAILED) == []
