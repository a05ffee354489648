"""What the pages show and do, as their events arrive."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
import reflex as rx
from conftest import a_building, send

from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.payments import pages, service
from koprogo_app.modules.payments.form_state import PaymentFormState
from koprogo_app.modules.payments.state import OpenItemsState, PaymentsState, PaymentState
from koprogo_app.ui.help import TOPICS

from .test_service import give_reference

E = "\u00a0€"


@pytest.fixture
def shown(opened, monkeypatch):
    """The state of a page just loaded, whose address narrows nothing but names a co-owner when `owner` says so."""

    def make(kind, actor=None, owner="", **address):
        state = opened(kind, actor, **address)
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        url = SimpleNamespace(query_parameters={"owner": str(owner)} if owner else {})
        monkeypatch.setattr(kind, "router", SimpleNamespace(url=url))
        send(state, kind.load)
        return state

    return make


# --- Lists


def test_payments_are_worded(shown, books, called, paid):
    called(books.bob, 123_456)
    paid(books.bob, 123_456, communication="+++090/9337/55493+++")
    paid(books.dora, 2_500, note="By hand", fund="cash")
    paid(books.dora, 500, "2026-03-02", kind="refund")
    state = shown(PaymentsState, building_id=books.id)
    assert sorted((r.on, r.owner, r.kind, r.fund, r.communication, r.amount, r.state) for r in state.rows) == [
        (
            "01/03/2026",
            "Bob",
            "Payment received",
            "Account of the working fund",
            "+++090/9337/55493+++",
            "1.234,56" + E,
            "booked",
        ),
        ("01/03/2026", "Dora", "Payment received", "Cash", "By hand", "25,00" + E, "booked"),
        ("02/03/2026", "Dora", "Refund", "Account of the working fund", "", "-5,00" + E, "booked"),
    ]
    send(state, PaymentsState.filter_by, "kind", "refund")
    assert [r.amount for r in state.rows] == ["-5,00" + E]
    send(state, PaymentsState.filter_by, "", "")
    send(state, PaymentsState.search_for, "bob")
    assert [r.owner for r in state.rows] == ["Bob"]


@pytest.mark.parametrize("kind", [PaymentsState, OpenItemsState, PaymentFormState])
def test_a_building_whose_books_are_not_open_or_that_is_not_there(shown, alice, kind):
    bare = call(alice, buildings.create_building, a_building())
    assert not shown(kind, building_id=bare.id).books
    state = shown(kind, building_id="nonsense")
    assert (getattr(state, "rows", []), getattr(state, "people", [])) == ([], [])


# --- One payment


def test_a_payment_with_what_it_settled_and_its_reversal(shown, books, called, paid):
    called(books.bob, 1_000, due="2026-01-31", words="Winter")
    payment = paid(books.bob, 1_500)
    state = shown(PaymentState, building_id=books.id, payment_id=payment.id)
    assert (state.payment.title, state.payment.left, state.payment.state) == ("Bob · 15,00" + E, "5,00" + E, "booked")
    assert [(r.words, r.account, r.due, r.amount, r.fixed) for r in state.rows] == [
        ("Winter", "4101", "31/01/2026", "10,00" + E, False)
    ]
    send(state, PaymentState.unsettle, state.rows[0].id)
    assert (state.rows, state.payment.left) == ([], "15,00" + E)
    send(state, PaymentState.show_reversing, True)
    send(state, PaymentState.reverse, {"reason": " "})
    assert (set(state.errors), state.reversing) == ({"reason"}, True)
    send(state, PaymentState.reverse, {"reason": "Another's"})
    assert (state.reversing, state.payment.state, state.payment.reason, state.payment.left) == (
        False,
        "reversed",
        "Another's",
        "",
    )
    assert [r.fixed for r in state.rows] == [True]


def test_a_payment_that_is_not_there_is_said_on_its_page(shown, books):
    for wrong in ("nonsense", uuid4()):
        assert shown(PaymentState, building_id=books.id, payment_id=wrong).missing


# --- Form


def test_the_consequence_is_told_while_it_is_typed(shown, books, called):
    called(books.bob, 1_000, due="2026-01-31", words="Winter")
    called(books.bob, 500, "2026-02-01", words="Spring")
    state = shown(PaymentFormState, building_id=books.id)
    assert ([c.label for c in state.people], state.owner, state.name) == (["Bob", "Dora"], "", "")
    send(state, PaymentFormState.typed, "owner_id", str(books.bob))
    assert (state.name, state.sentence) == ("Bob", "")
    assert [(i.words, i.due, i.open, i.taken) for i in state.items] == [
        ("Winter", "31/01/2026", "10,00" + E, ""), ("Spring", "01/02/2026", "5,00" + E, ""),
    ]  # fmt: skip
    for amount, taken, sentence, after in (
        (
            "12,50",
            ["10,00" + E, "2,50" + E],
            f"It settles 12,50{E}, nothing is left.",
            f"After it 2,50{E} is still owed.",
        ),
        ("15", ["10,00" + E, "5,00" + E], f"It settles 15,00{E}, nothing is left.", "After it nothing is owed."),
        (
            "16",
            ["10,00" + E, "5,00" + E],
            f"It settles 15,00{E}; 1,00{E} stays as credit.",
            f"After it 1,00{E} is owed back.",
        ),
    ):
        send(state, PaymentFormState.typed, "cents", amount)
        assert ([i.taken for i in state.items], state.sentence, state.after) == (taken, sentence, after)
    send(state, PaymentFormState.typed, "kind", "refund")
    assert (state.items, state.refund) == ([], True)
    assert state.sentence.startswith("Only 0,00")


def test_the_address_may_name_the_co_owner(shown, books):
    state = shown(PaymentFormState, building_id=books.id, owner=books.dora)
    assert (state.owner, state.name) == (str(books.dora), "Dora")
    assert shown(PaymentFormState, building_id=books.id, owner=uuid4()).owner == ""


def test_a_structured_communication_shows_whose_it_is(shown, alice, books, called):
    called(books.dora, 700)
    digits = give_reference(alice, books.id, books.dora)
    state = shown(PaymentFormState, building_id=books.id)
    send(state, PaymentFormState.typed, "communication", digits)
    assert (state.name, [i.open for i in state.items]) == ("Dora", ["7,00" + E])
    done = send(
        state,
        PaymentFormState.save,
        {"communication": digits, "cents": "7,00", "paid_on": "2026-06-01", "fund": "working", "kind": "receipt"},
    )
    assert "/payments/" in str(done)
    assert call(alice, service.open_items, books.id) == []


def test_items_are_chosen_one_by_one(shown, alice, books, called):
    called(books.bob, 1_000, words="Winter")
    called(books.bob, 500, "2026-02-01", words="Spring")
    state = shown(PaymentFormState, building_id=books.id, owner=books.bob)
    send(state, PaymentFormState.choose, True)
    send(state, PaymentFormState.typed, "cents", "6")
    send(state, PaymentFormState.typed, "item-1", "5")
    assert ([i.taken for i in state.items], state.after) == (["", "5,00" + E], f"After it 9,00{E} is still owed.")
    form = {"owner_id": str(books.bob), "kind": "receipt", "cents": "6", "paid_on": "2026-06-01", "fund": "working"}
    send(state, PaymentFormState.save, form | {"item-1": "5,01"})
    assert set(state.errors) == {"item-1"}
    send(state, PaymentFormState.save, form | {"item-0": "all"})
    assert set(state.errors) == {"item-0"}
    send(state, PaymentFormState.save, form | {"item-1": "5"})
    assert state.errors == {}
    assert [i.owed_cents for i in call(alice, service.open_items, books.id)] == [1_000, -100]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cents": ""}, "cents"), ({"cents": "twelve"}, "cents"), ({"cents": "12,345"}, "cents"), ({"cents": "0"}, "cents"),
        ({"cents": "-5"}, "cents"), ({"paid_on": ""}, "paid_on"), ({"paid_on": "soon"}, "paid_on"), ({"paid_on": "2026-06-16"}, "paid_on"),
        ({"owner_id": ""}, "owner_id"), ({"owner_id": "", "communication": "+++090/9337/55494+++"}, "communication"),
        ({"kind": "refund"}, "cents"), ({"fund": "sock"}, "fund"), ({"note": "x" * 501}, "note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(shown, alice, books, change, field):
    state = shown(PaymentFormState, building_id=books.id)
    form = {"owner_id": str(books.bob), "kind": "receipt", "cents": "12,34", "paid_on": "2026-06-01", "fund": "working"}
    send(state, PaymentFormState.save, form | change)
    assert set(state.errors) == {field}
    assert call(alice, service.list_payments, books.id, Asked()).total == 0


@pytest.mark.parametrize(
    ("typed", "cents"), [("1 234,5", 123_450), ("1.234,50", 123_450), ("12.34", 1_234), ("7", 700)]
)
def test_an_amount_is_read_as_its_reader_writes_it(shown, alice, books, typed, cents):
    state = shown(PaymentFormState, building_id=books.id)
    form = {"owner_id": str(books.bob), "kind": "receipt", "cents": typed, "paid_on": "2026-06-01", "fund": "working"}
    for _ in range(2):  # sent twice by an impatient hand
        send(state, PaymentFormState.save, form)
    assert [p.cents for p in call(alice, service.list_payments, books.id, Asked()).rows] == [cents]


# --- Open items


def test_open_items_are_worded_and_two_settle_each_other(shown, books, called, paid):
    paid(books.bob, 300, "2026-01-01")
    called(books.bob, 1_000, "2026-02-01", due="2026-06-10", words="Winter")
    called(books.dora, 250, "2026-02-01", due="2026-06-15")
    state = shown(OpenItemsState, building_id=books.id)
    assert [(r.owner, r.due, r.days, r.due_on, r.amount) for r in state.rows] == [
        ("Bob", "credit", "", "01/01/2026", "-3,00" + E), ("Bob", "late", "5", "10/06/2026", "10,00" + E),
        ("Dora", "to_pay", "", "15/06/2026", "2,50" + E),
    ]  # fmt: skip
    assert (state.owed, state.owed_back, state.balance) == ("12,50" + E, "3,00" + E, "9,50" + E)
    assert [c.value for c in state.accounts][:2] == ["4100", "4101"]
    send(state, OpenItemsState.pick, state.rows[0].id)
    assert state.chosen == "Bob -3,00" + E
    assert "toast" in str(send(state, OpenItemsState.settle))  # one alone settles nothing
    send(state, OpenItemsState.pick, state.rows[2].id)
    assert "toast" in str(send(state, OpenItemsState.settle))  # another's
    send(state, OpenItemsState.pick, state.rows[2].id)
    send(state, OpenItemsState.pick, state.rows[1].id)
    send(state, OpenItemsState.settle)
    assert ([r.amount for r in state.rows], state.selected) == (["7,00" + E, "2,50" + E], [])
    send(state, OpenItemsState.pick_all)
    assert len(state.selected) == 2
    send(state, OpenItemsState.pick_none)
    assert state.chosen == ""


def test_the_oldest_are_settled_at_once(shown, books, called, paid):
    paid(books.bob, 300)
    called(books.bob, 1_000)
    state = shown(OpenItemsState, building_id=books.id)
    send(state, OpenItemsState.settle_all)
    assert [r.amount for r in state.rows] == ["7,00" + E]
    send(state, OpenItemsState.filter_by, "due", "credit")
    assert (state.rows, state.balance) == ([], "0,00" + E)


# --- Pages


@pytest.fixture
def address(monkeypatch):
    for name in ("building_id", "payment_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


@pytest.mark.parametrize("page", [pages.payments, pages.payment, pages.new_payment, pages.open_items])
def test_each_page_is_drawn(address, page):
    assert len(str(page().render())) > 1_000


def test_help_names_the_articles():
    assert (TOPICS["owner_payments"].article, TOPICS["open_items"].article) == ("3.86 §3", "3.89 §5 15°")
