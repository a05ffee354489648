"""Entering, comparing, listing and previewing invoices."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices import service, workflow
from koprogo_app.modules.invoices.models import InvoiceExclusion, InvoiceLine, SettingIn, Twice
from koprogo_app.modules.invoices.rules import Source, Status
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

from .conftest import a_line, limited, rows


def fields(actor, fn, *args, **more) -> set[str]:
    with pytest.raises(Invalid) as error:
        call(actor, fn, *args, **more)
    return set(error.value.fields)


# --- Entering


def test_belgium_knows_four_rates_and_a_supplier_from_abroad_his_own(alice, house, an_invoice):
    typed = an_invoice(a_line(), a_line("50", "19"))
    assert fields(alice, service.create_invoice, house.id, typed) == {"lines.1.vat_percent"}
    assert fields(alice, service.create_invoice, house.id, an_invoice(a_line("50", "19"), supplier_id=None)) == {
        "lines.0.vat_percent"
    }
    abroad = call(alice, suppliers.create_supplier, SupplierIn(name="Aufzug GmbH", country="DE")).id
    made = call(alice, service.create_invoice, house.id, an_invoice(a_line("50", "19"), supplier_id=abroad))
    assert made.gross_cents == 5_950
    drafted = call(alice, service.create_invoice, house.id, an_invoice(number="F26-2"))
    assert fields(alice, service.update_invoice, drafted.id, typed) == {"lines.1.vat_percent"}
    stated = call(
        alice, service.create_invoice, house.id, an_invoice(a_line("50", "19"), number="F26-3"), source=Source.UBL
    )
    assert stated.vat_cents == 950  # what a file states is looked at, not refused


def test_a_draft_of_a_file_keeps_the_rates_of_its_file_and_takes_no_other(alice, house, an_invoice):
    for n, source in enumerate((Source.UBL, Source.RECURRING)):
        number = {"number": f"F26-{n}"}
        given_ = an_invoice(a_line(), a_line("50", "19"), **number)
        made = call(alice, service.create_invoice, house.id, given_, source=source)
        kept = an_invoice(a_line("100", "19"), a_line("50", "19"), **number)
        assert call(alice, service.update_invoice, made.id, kept).vat_cents == 2_850
        other = an_invoice(a_line("50", "19"), a_line("50", "20"), **number)
        assert fields(alice, service.update_invoice, made.id, other) == {"lines.1.vat_percent"}


def test_a_supplier_is_of_belgium_however_it_is_written(alice, house, an_invoice):
    for n, country in enumerate(("Belgique", "be", " ")):
        who = call(alice, suppliers.create_supplier, SupplierIn(name=f"{n} SA", country=country), distinct=True).id
        typed = an_invoice(a_line("50", "19"), supplier_id=who)
        assert fields(alice, service.create_invoice, house.id, typed) == {"lines.0.vat_percent"}


def test_a_draft_adds_up_and_takes_its_due_date_from_the_supplier(alice, house, an_invoice):
    data = an_invoice(
        a_line("1000", "21"), a_line("5000", "6"), number=" F26-40871 ", payment_iban="BE68 5390 0754 7034"
    )
    made = call(alice, service.create_invoice, house.id, data)
    assert (made.net_cents, made.vat_cents, made.gross_cents) == (600_000, 51_000, 651_000)
    assert (made.number, made.number_key, made.due_on) == ("F26-40871", "f2640871", date(2026, 3, 15))
    assert (made.payment_iban, made.approval, made.payment) == ("BE68539007547034", "draft", "pending")
    whole = call(alice, service.get_invoice, made.id)
    assert [x.line.gross_cents for x in whole.lines] == [121_000, 530_000]
    assert (whole.supplier, [x.action for x in whole.steps]) == ("Lift SA", ["create"])


def test_the_shares_of_the_deed_are_no_key_of_their_own(alice, house, entered):
    invoice = entered(a_line(key_id=house.id), a_line(key_id=house.lift))
    assert [x.key_id for x in rows(alice, InvoiceLine, invoice_id=invoice.id)] == [None, house.lift]


def test_everything_wrong_is_said_at_once_beside_its_field(alice, house, an_invoice):
    data = an_invoice(
        a_line(key_id=uuid4()),
        a_line(owner_id=uuid4()),
        a_line(key_id=house.lift, owner_id=house.bob),
        a_line(excluded=[uuid4()]),
        a_line(period_from=date(2026, 1, 1)),
        a_line(period_from=date(2026, 2, 1), period_until=date(2026, 1, 1)),
        a_line(vat_cents=1),
        supplier_id=uuid4(), description=" \t ", payment_iban="BE00", document_id=uuid4(), due_on=date(2026, 2, 28),
        received_on=clock.today() + timedelta(1), booked_on=date(1926, 3, 1),
    )  # fmt: skip
    assert fields(alice, service.create_invoice, house.id, data) == {
        "supplier_id", "description", "payment_iban", "document_id", "due_on", "received_on", "booked_on", "lines.0.key_id",
        "lines.1.owner_id", "lines.2.key_id", "lines.3.excluded", "lines.4.period_until", "lines.5.period_until", "lines.6.vat_cents",
    }  # fmt: skip
    assert call(alice, service.list_invoices, house.id, Asked()).total == 0


def test_key_owner_and_lots_are_of_this_building(alice, house, an_invoice):
    other = call(alice, buildings.create_building, a_building(name="Other"))
    lines = a_line(key_id=house.lift), a_line(owner_id=house.bob), a_line(excluded=[house.a1])
    assert fields(alice, service.create_invoice, other.id, an_invoice(*lines)) == {
        "lines.0.key_id", "lines.1.owner_id", "lines.2.excluded"
    }  # fmt: skip


def test_sent_twice_with_one_key_it_is_kept_once(alice, house, an_invoice):
    data = an_invoice(key=uuid4())
    assert (
        call(alice, service.create_invoice, house.id, data).id == call(alice, service.create_invoice, house.id, data).id
    )
    other = call(alice, buildings.create_building, a_building(name="Other"))
    with pytest.raises(Conflict):
        call(alice, service.create_invoice, other.id, data)


def test_changing_replaces_the_lines(alice, house, entered, an_invoice):
    invoice = entered(a_line(excluded=[house.a1]), a_line("5"))
    changed = call(alice, service.update_invoice, invoice.id, an_invoice(a_line("10", "6", excluded=[house.a2])))
    assert (changed.gross_cents, changed.number) == (1_060, "F26-1")
    (line,) = rows(alice, InvoiceLine, invoice_id=invoice.id)
    assert [(x.line_id, x.lot_id) for x in rows(alice, InvoiceExclusion)] == [(line.id, house.a2)]


# --- Twice the same


def test_a_number_used_already_is_refused_until_it_is_said_to_be_another(alice, house, entered, an_invoice):
    first = entered()
    with pytest.raises(Twice) as error:
        call(alice, service.create_invoice, house.id, an_invoice(number="f26/1"))
    assert (error.value.field, error.value.params["number"]) == ("number", "F26-1")
    second = call(alice, service.create_invoice, house.id, an_invoice(number="f26/1"), distinct=True)
    about = {r.invoice_id for r in call(alice, service.remarks, second.id)}
    assert about == {str(first.id)}
    assert call(alice, service.update_invoice, second.id, an_invoice(number="F26 1")).number == "F26 1"
    third = call(alice, service.create_invoice, house.id, an_invoice(number="F26-3"))
    with pytest.raises(Twice):
        call(alice, service.update_invoice, third.id, an_invoice(number="F26-1"))
    assert call(alice, service.create_invoice, house.id, an_invoice(kind="credit_note")).kind == "credit_note"


def test_a_cancelled_invoice_leaves_its_number(alice, house, entered, an_invoice):
    call(alice, workflow.cancel_invoice, entered().id)
    assert call(alice, service.create_invoice, house.id, an_invoice()).number == "F26-1"


def test_a_cancelled_invoice_is_not_taken_up_beside_another_of_its_number(alice, house, entered):
    first = entered()
    call(alice, workflow.cancel_invoice, first.id)
    second = entered()
    with pytest.raises(Twice):
        call(alice, workflow.reactivate_invoice, first.id)
    assert call(alice, service.get_row, first.id).payment == "cancelled"
    assert call(alice, workflow.reactivate_invoice, first.id, distinct=True).payment == "pending"
    call(alice, workflow.cancel_invoice, second.id)
    call(alice, workflow.cancel_invoice, first.id)
    assert call(alice, workflow.reactivate_invoice, first.id).payment == "pending"


def test_of_people_who_enter_one_paper_at_once_the_first_does(alice, house, an_invoice):
    start, made, refused = threading.Barrier(4), [], []

    def enter():
        start.wait()
        try:
            made.append(call(alice, service.create_invoice, house.id, an_invoice()))
        except Twice as error:
            refused.append(error.field)

    people = [threading.Thread(target=enter) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert (len(made), refused) == (1, ["number"] * 3)
    assert call(alice, service.list_invoices, house.id, Asked()).total == 1


def test_the_same_number_of_another_supplier_or_office_is_nothing(alice, charlie, house, entered, an_invoice):
    entered()
    other = call(alice, suppliers.create_supplier, SupplierIn(name="Gas SA")).id
    made = call(alice, service.create_invoice, house.id, an_invoice(supplier_id=other))
    assert call(alice, service.remarks, made.id) == []
    theirs = call(charlie, buildings.create_building, a_building())
    call(charlie, accounts.open_books, theirs.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    same = call(charlie, suppliers.create_supplier, SupplierIn(name="Lift SA")).id
    made = call(charlie, service.create_invoice, theirs.id, an_invoice(supplier_id=same))
    assert call(charlie, service.remarks, made.id) == []


def test_an_amount_seen_within_thirty_days_is_a_remark_that_leads_there(alice, entered):
    first = entered()
    near = entered(number="F26-2", issued_on=date(2026, 3, 31))
    far = entered(number="F26-3", issued_on=date(2026, 5, 1))
    assert [r.invoice_id for r in call(alice, service.remarks, near.id)] == [str(first.id)]
    assert call(alice, service.remarks, far.id) == []


# --- Preview


def test_the_preview_says_who_pays_what_and_adds_up(alice, house, entered):
    # 121.00 by the shares 600/400: 72.60 and 48.40; 10.60 of the lift: Dora; 24.20 private: Bob
    invoice = entered(
        a_line("100"), a_line("10", "6", key_id=house.lift), a_line("20", owner_id=house.bob, account="643")
    )
    found = call(alice, service.preview, invoice.id)
    assert [[(x.owner, x.lot, x.part.cents) for x in cost] for cost in found.costs] == [
        [("Bob", "A1", 7_260), ("Dora", "A2", 4_840)], [("Dora", "A2", 1_060)], [("Bob", "", 2_420)]
    ]  # fmt: skip
    assert [(x.owner, x.owed.cents) for x in found.totals] == [("Bob", 9_680), ("Dora", 5_900)]
    assert sum(x.owed.cents for x in found.totals) == invoice.gross_cents == 15_580


def test_a_credit_note_gives_back(alice, entered):
    note = entered(a_line("100"), kind="credit_note")
    assert [x.owed.cents for x in call(alice, service.preview, note.id).totals] == [-7_260, -4_840]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.integers(1, 999_999), min_size=1, max_size=4),
    keys=st.lists(st.sampled_from(["shares", "lift", "private"]), min_size=4, max_size=4),
)
def test_whatever_the_lines_owners_pay_exactly_what_the_supplier_gets(alice, house, entered, prices, keys):
    bearer = {"shares": {}, "lift": {"key_id": house.lift}, "private": {"owner_id": house.dora}}
    lines = [a_line(str(price / 100), **bearer[key]) for price, key in zip(prices, keys, strict=False)]
    invoice = entered(*lines, number="")
    assert sum(x.owed.cents for x in call(alice, service.preview, invoice.id).totals) == invoice.gross_cents


# --- Suggestions and settings


def test_the_last_approved_invoice_of_the_supplier_is_proposed(alice, house, entered):
    assert call(alice, service.suggest, house.id, house.supplier).account == ""
    entered(a_line("1", "6", "610110", key_id=house.lift, tenant_percent=100), category="maintenance", until="posted")
    entered(a_line("1", "21", "611100"), number="F26-2", issued_on=date(2026, 6, 1))  # not approved
    found = call(alice, service.suggest, house.id, house.supplier)
    assert (found.account, found.vat_percent, found.key_id, found.category) == (
        "610110", "6", house.lift, "maintenance"
    )  # fmt: skip
    assert (found.tenant_percent, found.due_days) == (100, 14)
    other = call(alice, buildings.create_building, a_building(name="Other"))
    elsewhere = call(alice, service.suggest, other.id, house.supplier)
    assert (elsewhere.account, elsewhere.key_id) == ("610110", None)


def test_without_invoices_the_directory_proposes(alice, house):
    who = call(
        alice, suppliers.create_supplier, SupplierIn(name="Gas", default_account_code="612200", default_vat_rate=6)
    ).id
    found = call(alice, service.suggest, house.id, who)
    assert (found.account, found.vat_percent, found.due_days) == ("612200", "6", 30)


# --- Lists


def test_each_filter_shows_its_own(alice, house, entered):
    old = {"issued_on": date(2026, 3, 1), "due_on": date(2026, 3, 1)}
    later = {"due_on": clock.today() + timedelta(60)}
    made = {
        "draft": entered(number="1"), "submitted": entered(number="2", until="submitted"), "late": entered(number="3", until="posted", **old),
        "to_pay": entered(number="4", until="posted", **later), "paid": entered(number="5", until="paid"), "cancelled": entered(number="6"),
    }  # fmt: skip
    call(alice, workflow.cancel_invoice, made["cancelled"].id)

    def shown(**filters):
        return {r.number for r in call(alice, service.list_invoices, house.id, Asked(filters=filters)).rows}

    for status, invoice in made.items():
        assert shown(status=status) == {invoice.number}, status
    assert shown(status="unpaid") == {"3", "4"}
    assert shown(status="waiting") == {"2", "3", "4"}
    assert shown(status="nonsense") == set()
    assert shown(supplier=str(house.supplier)) == set("123456")
    assert shown(supplier=str(uuid4())) == set()
    assert fields(alice, service.list_invoices, house.id, Asked(filters={"supplier": "x"})) == {"supplier"}
    found = call(alice, service.sums, house.id)
    assert {s: (x.count, x.cents) for s, x in found.items()} == {
        Status(status): (1, 12_100) for status in made
    }  # fmt: skip


def test_search_order_and_pages(alice, house, entered):
    for n, price in enumerate(("10", "30", "20")):
        entered(a_line(price), number=f"N{n}", description=f"Café {n}", payment_reference=f"ref{n}")
    for words, numbers in (("cafe 1", {"N1"}), ("lift", {"N0", "N1", "N2"}), ("n2", {"N2"}), ("ref0", {"N0"})):
        found = call(alice, service.list_invoices, None, Asked(search=words))
        assert {r.number for r in found.rows} == numbers, words
    page = call(alice, service.list_invoices, house.id, Asked(1, 2, "gross_cents", True))
    assert ([r.number for r in page.rows], page.total) == (["N1", "N2"], 3)
    assert fields(alice, service.list_invoices, house.id, Asked(sort="nonsense")) == {"sort_by"}


def test_credit_notes_are_taken_off_the_sums(alice, house, entered):
    entered(until="posted")
    entered(a_line("20"), kind="credit_note", number="C1", until="posted")
    assert sum(x.cents for x in call(alice, service.sums, house.id).values()) == 12_100 - 2_420


# --- Who sees what


def test_another_office_and_another_building_see_nothing(alice, charlie, house, entered, an_invoice):
    invoice = entered()
    other = call(alice, buildings.create_building, a_building(name="Other"))
    for actor in (charlie, limited(alice, other.id)):
        assert call(actor, service.list_invoices, None, Asked()).total == 0
        assert call(actor, service.sums) == {}
        for fn in (service.get_invoice, service.get_row, service.preview, service.remarks):
            with pytest.raises(NotFound):
                call(actor, fn, invoice.id)
        for fn, args in (
            (service.list_invoices, (Asked(),)), (service.sums, ()), (service.get_setting, ()), (service.cost_accounts, ()),
            (service.create_invoice, (an_invoice(),)), (service.set_setting, (SettingIn(),)), (service.suggest, (house.supplier,)),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(actor, fn, house.id, *args)
        with pytest.raises(NotFound):
            call(actor, service.update_invoice, invoice.id, an_invoice())


@pytest.mark.parametrize(
    ("role", "reads", "writes", "decides"),
    [
        (Role.SYNDIC, True, True, True), (Role.ACCOUNTANT, True, True, False), (Role.BOARD_MEMBER, True, False, False),
        (Role.AUDITOR, True, False, False), (Role.OWNER, False, False, False), (Role.OCCUPANT, False, False, False),
        (Role.CONTRACTOR, False, False, False),
    ],
)  # fmt: skip
def test_who_reads_enters_and_sets(alice, house, entered, an_invoice, role, reads, writes, decides):
    invoice, actor = entered(), as_role(alice, role, house.id)
    for allowed, fn, args in (
        (reads, service.get_invoice, (invoice.id,)), (reads, service.list_invoices, (house.id, Asked())),
        (writes, service.update_invoice, (invoice.id, an_invoice())), (decides, service.set_setting, (house.id, SettingIn())),
        (writes, service.create_invoice, (house.id, an_invoice(number="F26-2"))),
    ):  # fmt: skip
        if allowed:
            call(actor, fn, *args)
        else:
            with pytest.raises(Forbidden):
                call(actor, fn, *args)
