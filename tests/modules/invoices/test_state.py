"""What the pages show and do, as their events arrive."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import reflex as rx
from conftest import send

from koprogo_app.core import clock
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.invoices import detail_pages, form_pages, pages, service
from koprogo_app.modules.invoices.detail_state import InvoiceState
from koprogo_app.modules.invoices.form_state import InvoiceFormState
from koprogo_app.modules.invoices.state import InvoicesState, QueueState
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn
from koprogo_app.ui.page import NAV

from .conftest import a_line


@pytest.fixture
def shown(opened, monkeypatch):
    """opened(), with an address that names nothing to narrow."""

    def make(kind, **address):
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        return opened(kind, **address)

    return make


def row_of(state):
    return [(r.supplier, r.number, r.total, r.status) for r in state.rows]


# --- Lists


def test_the_list_of_a_building_is_worded_with_its_sums(shown, house, entered):
    entered(until="submitted")
    entered(a_line("200"), kind="credit_note", number="C1", until="posted", due_on=clock.today() + timedelta(9))
    entered(a_line("1000", "6"), number="F2", until="posted")
    state = shown(InvoicesState, building_id=house.id)
    send(state, InvoicesState.load)
    assert sorted(row_of(state)) == [
        ("Lift SA", "C1", "-242,00\u00a0€", "to_pay"), ("Lift SA", "F2", "1.060,00\u00a0€", "late"),
        ("Lift SA", "F26-1", "121,00\u00a0€", "submitted"),
    ]  # fmt: skip
    assert [x.label for x in state.suppliers] == ["Lift SA"]
    assert state.sums.submitted.startswith("1 · ")
    assert state.sums.to_pay.startswith("2 · ")
    assert state.sums.late.startswith("1 · ")


def test_the_limit_of_four_eyes_is_set_beside_the_list(shown, alice, house):
    state = shown(InvoicesState, building_id=house.id)
    send(state, InvoicesState.load)
    send(state, InvoicesState.show_setting, True)
    send(state, InvoicesState.save_setting, {"four_eyes_cents": "much"})
    assert (set(state.errors), state.setting) == ({"four_eyes_cents"}, True)
    send(state, InvoicesState.save_setting, {"four_eyes_cents": "2 500,00"})
    assert (state.setting, call(alice, service.get_setting, house.id).four_eyes_cents) == (False, 250_000)
    send(state, InvoicesState.save_setting, {"four_eyes_cents": ""})
    assert (state.limit, call(alice, service.get_setting, house.id).four_eyes_cents) == ("", None)


def test_the_queue_holds_what_waits_over_all_buildings(shown, entered):
    entered(number="draft")
    entered(number="sent", until="submitted")
    entered(number="due", until="posted")
    entered(number="paid", until="paid")
    state = shown(QueueState)
    send(state, QueueState.load)
    assert {r.number for r in state.rows} == {"sent", "due"}
    assert state.waiting.endswith(": 2.")
    send(state, QueueState.filter_by, "status", "paid")
    assert [r.number for r in state.rows] == ["paid"]


# --- One invoice


def test_an_invoice_with_who_pays_and_its_history(shown, house, entered):
    invoice = entered(
        a_line("100", description="Contract"), a_line("10", "6", key_id=house.lift, excluded=[house.a1]), until="posted"
    )
    state = shown(InvoiceState, building_id=house.id, invoice_id=invoice.id)
    send(state, InvoiceState.load)
    assert (state.invoice.title, state.invoice.status, state.invoice.gross) == (
        "Lift SA · F26-1",
        "late",
        "131,60\u00a0€",
    )
    assert [(x.account, x.bearer, x.rate, x.gross) for x in state.lines] == [
        ("610100", "Shares of the deed", "21 %", "121,00\u00a0€"), ("610100", "Lift (1 lot left out)", "6 %", "10,60\u00a0€")
    ]  # fmt: skip
    assert [(x.owner, x.lot, x.amount) for x in state.parts] == [
        ("Bob", "", "72,60\u00a0€"),
        ("Dora", "", "59,00\u00a0€"),
    ]
    assert (state.parts_sum, state.balanced) == ("131,60\u00a0€", True)
    send(state, InvoiceState.choose, "0")
    assert [(x.owner, x.lot, x.amount) for x in state.parts] == [
        ("Bob", "A1", "72,60\u00a0€"),
        ("Dora", "A2", "48,40\u00a0€"),
    ]
    assert state.balanced
    assert [x.title for x in state.history] == ["Entered", "Sent for approval", "Approved and entered in the books"]
    assert set(state.can) == {"undo", "pay", "overdue"}


def test_what_cannot_be_shared_out_is_said(shown, house, entered):
    invoice = entered(a_line(period_from=date(2019, 1, 1), period_until=date(2019, 2, 1)))
    state = shown(InvoiceState, building_id=house.id, invoice_id=invoice.id)
    send(state, InvoiceState.load)
    assert state.parts == []
    assert "A1" in state.stopped[0]


def test_an_invoice_that_is_not_there(shown, house):
    for wrong in (uuid4(), "nonsense"):
        state = shown(InvoiceState, building_id=house.id, invoice_id=wrong)
        send(state, InvoiceState.load)
        assert state.missing


def test_from_the_page_an_invoice_goes_all_the_way_and_back(shown, house, entered):
    invoice = entered()
    state = shown(InvoiceState, building_id=house.id, invoice_id=invoice.id)
    send(state, InvoiceState.load)
    for act, status in ((InvoiceState.submit, "submitted"), (InvoiceState.approve, "late")):
        send(state, act)
        assert state.invoice.status == status
    send(state, InvoiceState.show_paying, True)
    for wrong, field in (
        ({"fund": "x", "paid_on": "2026-03-02"}, "fund"),
        ({"fund": "reserve", "paid_on": "soon"}, "paid_on"),
    ):
        send(state, InvoiceState.pay, wrong)
        assert (set(state.errors), state.paying) == ({field}, True)
    send(state, InvoiceState.pay, {"fund": "reserve", "paid_on": "2026-03-02"})
    assert (state.invoice.status, state.invoice.paid, state.paying) == ("paid", "02/03/2026, Reserve fund", False)
    for action, act, status in (("unpay", InvoiceState.unpay, "late"), ("undo", InvoiceState.undo, "draft")):
        send(state, InvoiceState.ask, action)
        send(state, act, {"reason": " "})
        assert (set(state.errors), state.asking) == ({"reason"}, action)
        send(state, act, {"reason": "Slip"})
        assert (state.invoice.status, state.asking) == (status, "")
    send(state, InvoiceState.submit)
    send(state, InvoiceState.ask, "refuse")
    send(state, InvoiceState.refuse, {"reason": "Wrong"})
    assert (state.invoice.status, state.invoice.refusal) == ("refused", "Wrong")
    send(state, InvoiceState.cancel)
    send(state, InvoiceState.reactivate)
    assert state.invoice.status == "refused"


def test_what_stops_an_approval_is_one_toast(shown, alice, house, entered):
    invoice = entered(until="submitted")
    call(alice, accounts.lock_books, house.id, date(2026, 3, 31))
    state = shown(InvoiceState, building_id=house.id, invoice_id=invoice.id)
    send(state, InvoiceState.load)
    assert send(state, InvoiceState.approve) is not None
    assert state.invoice.status == "submitted"


# --- The form


FORM = {
    "supplier_id": "",
    "kind": "invoice",
    "number": "F9",
    "issued_on": "2026-03-01",
    "description": "Lift",
    "category": "maintenance",
}


def form_of(house, **change):
    line = {"account-0": "610100", "unit_price-0": "1.000,00", "vat_percent-0": "21", "bearer-0": "shares"}
    return FORM | {"supplier_id": str(house.supplier)} | line | change


@pytest.fixture
def new(shown, house):
    state = shown(InvoiceFormState, building_id=house.id)
    send(state, InvoiceFormState.start)
    return state


def test_the_form_offers_what_the_building_has(new, house):
    assert [x.label for x in new.bearers] == ["Shares of the deed", "Lift", "Private: Bob", "Private: Dora"]
    assert [x.label for x in new.suppliers] == ["Lift SA"]
    assert "610100" in [x.value for x in new.accounts]
    assert not {"440", "4101", "61"} & {x.value for x in new.accounts}  # a party's, or a group
    assert [x.value for x in new.rates] == ["0", "6", "12", "21"]
    assert (new.values["issued_on"], new.values["bearer-3"], new.count) == (clock.today().isoformat(), "shares", 1)


def test_an_invoice_typed_and_sent_at_once(new, alice, house):
    send(new, InvoiceFormState.more)
    typed = form_of(
        house,
        stated_cents="1.315,00",
        send="on",
        **{"account-1": "643", "unit_price-1": "105", "vat_percent-1": "", "bearer-1": f"owner:{house.bob}"},
    )
    send(new, InvoiceFormState.save, typed)
    assert new.errors == {}
    (row,) = call(alice, service.list_invoices, house.id, Asked()).rows
    whole = call(alice, service.get_invoice, row.id)
    assert (whole.invoice.approval, whole.invoice.gross_cents) == ("submitted", 131_500)
    assert [(x.line.key_id, x.line.owner_id, x.line.vat_percent) for x in whole.lines][1] == (None, house.bob, None)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"issued_on": "", "description": ""}, {"issued_on", "description"}),
        ({"unit_price-0": "much"}, {"unit_price-0"}), ({"unit_price-0": ""}, {"unit_price-0"}), ({"vat_percent-0": "101"}, {"vat_percent-0"}),
        ({"quantity-0": "NaN"}, {"quantity-0"}), ({"vat_cents-0": "1,00"}, {"vat_cents-0"}), ({"vat_cents-0": "x"}, {"vat_cents-0"}),
        ({"excluded-0": "A1, Z9"}, {"excluded-0"}), ({"period_from-0": "2026-01-01"}, {"period_until-0"}), ({"tenant_percent-0": "101"}, {"tenant_percent-0"}),
        ({"stated_cents": "x"}, {"stated_cents"}), ({"due_on": "2026-01-01"}, {"due_on"}), ({"payment_iban": "BE1"}, {"payment_iban"}),
        ({"bearer-0": f"owner:{uuid4()}"}, {"bearer-0"}), ({"bearer-0": "key:nonsense"}, {"key_id-0"}),
        ({"send": "on", "account-0": ""}, {"account-0"}), ({"send": "on", "stated_cents": "1"}, {"stated_cents"}),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_form_is_said_beside_its_field(new, house, change, fields):
    send(new, InvoiceFormState.save, form_of(house, **change))
    assert set(new.errors) == fields


def test_what_is_refused_when_it_is_sent_at_once_is_not_saved(new, alice, house):
    for wrong in ({"account-0": ""}, {"stated_cents": "1"}):
        send(new, InvoiceFormState.save, form_of(house, send="on", **wrong))
        assert new.errors
    assert call(alice, service.list_invoices, house.id, Asked()).total == 0
    send(new, InvoiceFormState.save, form_of(house, send="on", description="Lift, corrected"))
    (row,) = call(alice, service.list_invoices, house.id, Asked()).rows
    assert (row.description, row.approval, row.gross_cents) == ("Lift, corrected", "submitted", 121_000)


def test_what_is_refused_when_a_draft_is_changed_and_sent_leaves_it_as_it_was(shown, alice, house, entered):
    invoice = entered()
    state = shown(InvoiceFormState, building_id=house.id, invoice_id=invoice.id)
    send(state, InvoiceFormState.edit)
    send(state, InvoiceFormState.save, form_of(house, send="on", **{"account-0": ""}))
    assert set(state.errors) == {"account-0"}
    kept = call(alice, service.get_row, invoice.id)
    assert (kept.number, kept.approval, kept.gross_cents) == ("F26-1", "draft", 12_100)
    send(state, InvoiceFormState.save, form_of(house, send="on"))
    kept = call(alice, service.get_row, invoice.id)
    assert (kept.number, kept.approval, kept.gross_cents) == ("F9", "submitted", 121_000)


def test_sent_twice_the_form_makes_one_invoice(new, alice, house):
    for _ in range(2):
        send(new, InvoiceFormState.save, form_of(house))
    assert call(alice, service.list_invoices, house.id, Asked()).total == 1


def test_a_number_used_before_asks_whether_it_is_another(new, alice, house, entered):
    entered(number="F9")
    send(new, InvoiceFormState.save, form_of(house))
    assert (set(new.errors), new.twice) == ({"number"}, True)
    send(new, InvoiceFormState.save, form_of(house, distinct="on"))
    assert new.errors == {}


def test_the_sums_follow_what_is_typed(new):
    for name, text in (
        ("unit_price-0", "1.000,00"),
        ("vat_percent-0", "21"),
        ("unit_price-1", "10"),
        ("quantity-1", "3"),
        ("stated_cents", "1.300,00"),
    ):
        send(new, InvoiceFormState.typed, name, text)
    assert (new.net, new.vat, new.gross) == ("1.030,00\u00a0€", "210,00\u00a0€", "1.240,00\u00a0€")
    assert new.left == "60,00\u00a0€"
    send(new, InvoiceFormState.typed, "stated_cents", "1240")
    assert new.left == ""
    send(new, InvoiceFormState.typed, "unit_price-1", "nonsense")
    assert new.gross.replace("\u00a0", " ") == "1.210,00 €"
    send(new, InvoiceFormState.typed, "_key", "x")
    assert "_key" not in new._typed


def test_the_supplier_chosen_fills_the_first_line(new, house, entered):
    entered(a_line("1", "6", "610110", key_id=house.lift, tenant_percent=100), category="maintenance", until="posted")
    send(new, InvoiceFormState.suggest, str(house.supplier))
    assert {k: new.values[k] for k in ("account-0", "vat_percent-0", "bearer-0", "category", "tenant_percent-0")} == {
        "account-0": "610110", "vat_percent-0": "6", "bearer-0": f"key:{house.lift}", "category": "maintenance", "tenant_percent-0": "100"
    }  # fmt: skip
    send(new, InvoiceFormState.suggest, "nonsense")


def test_a_draft_is_taken_up_as_it_was_and_saved_unchanged(shown, alice, house, entered):
    abroad = call(alice, suppliers.create_supplier, SupplierIn(name="Ascenseurs SAS", country="FR")).id
    invoice = entered(
        a_line("12.5", "20", "610100", quantity="3", vat_cents=751, key_id=house.lift, excluded=[house.a1], ordinary=False, tenant_percent=50),
        a_line("5", None, "643", owner_id=house.dora, period_from=date(2026, 1, 1), period_until=date(2026, 1, 31)),
        stated_cents=5_001, payment_iban="BE68539007547034", supplier_id=abroad,
    )  # fmt: skip
    state = shown(InvoiceFormState, building_id=house.id, invoice_id=invoice.id)
    send(state, InvoiceFormState.edit)
    assert (state.fixed, state.count, state.title) == (False, 2, "F26-1")
    assert (state.values["unit_price-0"], state.values["vat_cents-0"], state.values["excluded-0"]) == (
        "12,5",
        "7,51",
        "A1",
    )
    assert "20" in [x.value for x in state.rates]  # a foreign rate is kept
    before = _lines(alice, invoice)
    send(state, InvoiceFormState.save, dict(state.values))
    assert state.errors == {}
    assert _lines(alice, invoice) == before


def _lines(actor, invoice):
    names = ("account", "description", "quantity", "unit_price", "vat_percent", "net_cents", "vat_cents", "key_id", "owner_id",
             "period_from", "period_until", "ordinary", "tenant_percent")  # fmt: skip
    return [
        ({n: getattr(x.line, n) for n in names}, x.excluded) for x in call(actor, service.get_invoice, invoice.id).lines
    ]


def test_what_is_sent_is_not_changed_in_the_form(shown, house, entered):
    state = shown(InvoiceFormState, building_id=house.id, invoice_id=entered(until="submitted").id)
    send(state, InvoiceFormState.edit)
    assert state.fixed
    gone = shown(InvoiceFormState, building_id=house.id, invoice_id=uuid4())
    send(gone, InvoiceFormState.edit)
    assert gone.missing


# --- Pages


@pytest.fixture
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "invoice_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


@pytest.mark.parametrize(
    "drawn", [pages.invoices, pages.queue, detail_pages.invoice, form_pages.new_invoice, form_pages.edit_invoice]
)
def test_each_page_is_drawn(address, drawn):
    assert len(str(drawn().render())) > 1000


def test_the_queue_stands_in_the_menu_under_money():
    (entry,) = [e for e in NAV if e.route == "/invoices"]
    assert (entry.nav.section, entry.nav.icon, entry.nav.order) == ("money", "receipt", 20)


def test_every_field_has_its_place_and_the_place_of_its_error(address):
    shown = str(form_pages.new_invoice().render())
    for name in (
        "supplier_id",
        "number",
        "issued_on",
        "booked_on",
        "stated_cents",
        "account-0",
        "bearer-14",
        "vat_cents-3",
    ):
        assert f"f-{name}" in shown, name
