"""Invoices, sharing, register: each check finds what is wrong and leaves alone what is right."""

from datetime import date

import pytest
from modules.documents.conftest import enter, kicked, vault
from modules.invoices.conftest import a_line, an_invoice, entered, house
from modules.ledger.conftest import line
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import YearIn
from koprogo_app.modules.integrity import service
from koprogo_app.modules.integrity.words import Kind
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import InvoiceLine
from koprogo_app.modules.invoices.rules import Source
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner, OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, OwnershipIn, TransferIn

from .conftest import E

__all__ = ["an_invoice", "enter", "entered", "house", "kicked", "vault"]


def typed(actor, building_id, on, *lines):
    """An entry that a person typed."""
    entry = EntryIn(entry_on=date.fromisoformat(on), description="Typed", lines=list(lines))
    return call(actor, ledger.post_entry, building_id, entry)


def person(actor, name, **more):
    known = {"address": "Rue 1", "postal_code": "1000", "city": "Bruxelles"} | more
    return call(actor, owners.create_owner, OwnerIn(last_name=name, **known)).id


def sell(actor, lot_id, seller, buyer, on):
    given = TransferIn(sellers=[seller], buyers=[Buyer(owner_id=buyer)], on=date.fromisoformat(on))
    return call(actor, ownership.transfer, lot_id, given)


# --- Invoices --------------------------------------------------------------------------------------------------------


def test_a_number_that_stands_on_two_invoices(said, alice, house, entered):
    first = entered(number="F26-1")
    entered(number="F26-2")
    entered(number="F26-1", kind="credit_note")
    entered(number="", issued_on=date(2026, 5, 1))
    entered(number="", issued_on=date(2026, 6, 1))
    assert said(house.id, Kind.INVOICE_TWICE) == []
    entered(number="f26 1")
    assert said(house.id, Kind.INVOICE_TWICE) == ["Lift SA: number f26 1 stands on several invoices: 2."]
    call(alice, workflow.cancel_invoice, first.id)
    assert said(house.id, Kind.INVOICE_TWICE) == []


@pytest.mark.parametrize(("on", "number", "times"), [(8, "F26-2", 1), (9, "F26-2", 0), (1, "", 1), (1, "F26-1", 0)])
def test_invoices_alike_within_a_week(said, house, entered, on, number, times):
    entered(number="F26-1", issued_on=date(2026, 3, 1))
    entered(number=number, issued_on=date(2026, 3, on))
    told = said(house.id, Kind.INVOICE_ALIKE)
    assert told == [f"Lift SA: the invoices of 01/03/2026 and {on:02}/03/2026 have the same amount, 121,00{E}."] * times


@pytest.mark.parametrize("rate", ["0", "6", "12", "21"])
def test_the_rates_of_the_law(said, house, entered, rate):
    entered(a_line(vat=rate), until="posted")
    assert said(house.id, Kind.VAT_RATE, Kind.VAT_AMOUNT) == []


def test_a_rate_that_belgium_does_not_have(said, house, entered):
    entered(a_line(vat="19"), source=Source.UBL)  # a file stated it
    assert said(house.id, Kind.VAT_RATE) == []  # a draft is still being looked at
    entered(a_line(vat="5.5"), a_line(vat=None), until="submitted", number="F26-9", source=Source.UBL)
    assert said(house.id, Kind.VAT_RATE) == ["Invoice F26-9 of Lift SA: 5.5 % is no Belgian VAT rate."]


def bend(actor, invoice_id, vat_cents):
    """The VAT of the only line of an invoice, as an older release may have kept it."""
    with transaction(actor.organization_id) as s:
        kept = s.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id)).one()
        kept.vat_cents, kept.gross_cents = vat_cents, kept.net_cents + vat_cents
        s.add(kept)


@pytest.mark.parametrize(
    ("vat", "wrong"), [(2101, False), (2100, False), (2099, False), (2102, True), (2098, True), (0, True)]
)
def test_vat_is_its_rate_within_a_cent(said, alice, house, entered, vat, wrong):
    """21 % of 100.00 € is 21.00 €: a cent more or less is rounding, two are not."""
    invoice = entered(a_line("100"), until="submitted")
    bend(alice, invoice.id, vat)
    assert len(said(house.id, Kind.VAT_AMOUNT)) == wrong


def test_an_invoice_in_the_books_without_its_voucher(said, alice, house, entered, enter):
    paper = enter("Bill")
    entered(until="submitted")
    entered(until="posted", number="F26-2", document_id=paper.id)
    assert said(house.id, Kind.NO_VOUCHER) == []
    entered(until="posted", number="F26-3")
    assert said(house.id, Kind.NO_VOUCHER) == [
        f"Invoice F26-3 of Lift SA, 121,00{E}, is in the books without its voucher."
    ]


def test_two_payments_each_for_its_own_invoice_are_no_double(said, alice, house, entered):
    first = entered(until="paid", number="F26-1")
    second = entered(until="paid", number="F26-2")
    assert first.payment_entry_id != second.payment_entry_id
    assert said(house.id, Kind.PAID_TWICE, Kind.SUPPLIER_OVERPAID) == []
    sides = line("440", debit=12_100, supplier_id=house.supplier), line("551", credit=12_100)
    entry = EntryIn(journal="FIN", entry_on=first.paid_on, description="Again", lines=list(sides))
    call(alice, ledger.post_entry, house.id, entry)
    assert len(said(house.id, Kind.PAID_TWICE)) == 2  # one with each
    assert len(said(house.id, Kind.SUPPLIER_OVERPAID)) == 1


# --- Sharing ---------------------------------------------------------------------------------------------------------


def test_a_cost_that_is_shared_out_among_nobody(said, alice, house, entered):
    invoice = entered(until="posted")
    call(alice, workflow.undo_posting, invoice.id, "Wrong supplier")  # its mirror is shared out as it was
    typed(alice, house.id, "2026-03-01", line("551", debit=100), line("701", credit=100))  # called from the co-owners
    undone = typed(alice, house.id, "2026-03-01", line("612", debit=100), line("551", credit=100))
    call(alice, ledger.reverse_entry, undone.id, date(2026, 4, 1), "Typed twice")
    assert said(house.id, Kind.UNSHARED) == []
    typed(alice, house.id, "2025-01-01", line("612", debit=2_500), line("551", credit=2_500))
    assert said(house.id, Kind.UNSHARED) == [
        f"Entry ODS 1 of 01/01/2025: 25,00{E} on account 612 is shared out among nobody."
    ]


def mirrored(s, actor, entry_id):
    return posting.mirror(s, actor, entry_id, "Without its sharing")


mirrored.gate = ledger.post_entry.gate


def test_a_reversal_that_takes_back_a_cost_but_not_its_sharing(said, alice, house, entered):
    invoice = entered(until="posted")
    call(alice, mirrored, invoice.entry_id)
    assert said(house.id, Kind.UNSHARED) == [
        f"Entry ACH 2 of 01/03/2026: -121,00{E} on account 610100 is shared out among nobody."
    ]


def test_costs_of_closed_years_are_left_alone(said, alice, house, today, monkeypatch):
    typed(alice, house.id, "2025-12-31", line("612", debit=2_500), line("551", credit=2_500))
    assert len(said(house.id, Kind.UNSHARED)) == 1
    last = max(y.ends_on.year for y in call(alice, accounts.list_years, house.id))
    for year in range(last + 1, 2028):
        call(alice, accounts.add_year, house.id, YearIn(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)))
    monkeypatch.setattr(clock, "today", lambda: date(2027, 1, 1))
    assert said(house.id, Kind.UNSHARED) == []


def found(actor, building_id):
    return call(actor, service.run_checks, building_id).open


def test_keys_that_share_out_nothing_or_not_what_the_deed_says(said, alice, house, entered):
    kinds = (Kind.KEY_EMPTY, Kind.KEY_TOTAL)
    assert said(house.id, *kinds) == []
    call(alice, keys.create_key, house.id, KeyIn(name="Heating"))
    garden = call(alice, keys.create_key, house.id, KeyIn(name="Garden", total=10))
    call(alice, keys.set_weights, garden.id, {house.a1: 6, house.a2: 3})
    assert said(house.id, *kinds) == [
        "Key Heating: no lot has a weight.",
        "Key Garden: the weights make 9, the deed says 10.",
    ]
    call(alice, keys.set_weights, garden.id, {house.a1: 6, house.a2: 4})
    assert said(house.id, Kind.KEY_TOTAL) == []


def test_a_wrong_key_is_graver_once_a_cost_uses_it(alice, house, entered):
    entered(a_line(key_id=house.lift), until="posted")
    call(alice, keys.update_key, house.lift, KeyIn(name="Lift", total=5))
    call(alice, keys.create_key, house.id, KeyIn(name="Heating"))
    grave = {
        one.kind: one.severity.value for one in found(alice, house.id) if one.kind in (Kind.KEY_EMPTY, Kind.KEY_TOTAL)
    }
    assert grave == {Kind.KEY_TOTAL: "error", Kind.KEY_EMPTY: "warning"}


def test_shares_that_are_not_those_of_the_deed(said, alice, house):
    assert said(house.id, Kind.SHARES_TOTAL) == []
    call(alice, lots.create_lot, house.id, LotIn(number="A3", type="apartment", shares=7))
    assert said(house.id, Kind.SHARES_TOTAL) == ["The shares of the lots make 1007, the deed says 1000."]


def test_a_private_cost_of_who_has_sold(said, alice, house, entered):
    """Bob sells on 1 April: what he bears alone until 31 March stays his, what runs on does not."""
    period = {"owner_id": house.bob, "period_from": date(2026, 3, 1)}
    entered(a_line(**period, period_until=date(2026, 3, 31)), until="posted", number="F26-1")
    entered(a_line(**period, period_until=date(2026, 4, 1)), until="posted", number="F26-2")
    undone = entered(a_line("3", **period, period_until=date(2026, 6, 30)), until="posted", number="F26-3")
    call(alice, workflow.undo_posting, undone.id, "Not his")
    assert said(house.id, Kind.SOLD_COST) == []
    sell(alice, house.a1, house.bob, person(alice, "Eve"), "2026-04-01")
    assert said(house.id, Kind.SOLD_COST) == [
        f"Bob alone bears 121,00{E} for a period until 01/04/2026, but holds no lot here since 01/04/2026."
    ]


# --- Register --------------------------------------------------------------------------------------------------------


def test_a_lot_that_nobody_holds_on_a_day_with_costs(said, alice, house, today):
    lot = call(alice, lots.create_lot, house.id, LotIn(number="A3", type="apartment", shares=7)).id
    call(alice, lots.create_lot, house.id, LotIn(number="A4", type="apartment", shares=0))  # pays nothing
    assert said(house.id, Kind.LOT_EMPTY) == []
    typed(alice, house.id, "2026-03-01", line("551", debit=5), line("499", credit=5))  # no cost, no income
    assert said(house.id, Kind.LOT_EMPTY) == []
    for on in ("2026-03-02", "2026-03-02", "2026-03-09", "2026-07-01"):  # the last one is to come
        typed(alice, house.id, on, line("612", debit=5), line("551", credit=5))
    assert said(house.id, Kind.LOT_EMPTY) == [
        "Lot A3 has no owner on days with costs or calls: 2, the first on 02/03/2026."
    ]
    eve = person(alice, "Eve")
    call(alice, ownership.add_part, OwnershipIn(lot_id=lot, owner_id=eve, started_on=date(2026, 3, 3)))
    assert said(house.id, Kind.LOT_EMPTY) == [
        "Lot A3 has no owner on days with costs or calls: 1, the first on 02/03/2026."
    ]


def test_whom_no_letter_reaches(said, alice, house):
    assert said(house.id, Kind.OWNER_ADDRESS) == ["Bob has no complete address.", "Dora has no complete address."]
    sell(alice, house.a1, house.bob, person(alice, "Eve"), "2026-04-01")
    assert said(house.id, Kind.OWNER_ADDRESS) == ["Dora has no complete address."]
    person(alice, "Stranger", address="")  # holds nothing here
    assert said(house.id, Kind.OWNER_ADDRESS) == ["Dora has no complete address."]


def test_a_language_in_which_nothing_is_written(said, alice, house):
    assert said(house.id, Kind.OWNER_LANGUAGE) == []
    with transaction(alice.organization_id) as s:
        bob = s.exec(select(Owner).where(Owner.id == house.bob)).one()
        bob.language = "es"
        s.add(bob)
    assert said(house.id, Kind.OWNER_LANGUAGE) == ["Bob: the language of his letters is not one that is written here."]
