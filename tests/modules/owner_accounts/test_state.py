from dataclasses import replace

import pytest
from conftest import a_building, as_role, send
from modules.ownership.conftest import a_lot, hold

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.owner_accounts import service
from koprogo_app.modules.owner_accounts.state import MyAccountState, OwnerAccountState, OwnerBalancesState

from .test_service import YEAR, charge

E = "\u00a0€"


@pytest.fixture
def shown(opened, monkeypatch):
    """The state of a page just loaded, whose address narrows nothing."""

    def make(kind, actor=None, **address):
        state = opened(kind, actor, **address)
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        send(state, kind.load)
        return state

    return make


def test_balances_of_a_building_in_words(shown, books, called, paid):
    called(books.bob, 123_456)
    paid(books.dora, 2_500)
    state = shown(OwnerBalancesState, building_id=books.id)
    assert [(r.name, r.standing, r.balance) for r in state.rows] == [
        ("Bob", "owes", "1.234,56" + E), ("Dora", "credit", "-25,00" + E)
    ]  # fmt: skip
    assert (state.owed, state.owed_back, state.balance) == ("1.234,56" + E, "25,00" + E, "1.209,56" + E)
    send(state, OwnerBalancesState.filter_by, "standing", "credit")
    assert ([r.name for r in state.rows], state.total, state.balance) == (["Dora"], 1, "-25,00" + E)
    send(state, OwnerBalancesState.filter_by, "standing", "")
    send(state, OwnerBalancesState.search_for, "bob")
    assert [r.name for r in state.rows] == ["Bob"]


def test_a_building_whose_books_are_not_open_or_that_is_not_there(shown, alice):
    bare = call(alice, buildings.create_building, a_building())
    state = shown(OwnerBalancesState, building_id=bare.id)
    assert (state.books, state.rows) == (False, [])
    assert shown(OwnerBalancesState, building_id="nonsense").rows == []


def test_an_account_of_a_co_owner_in_words(shown, books, called, paid):
    entry = called(books.bob, 12_345, words="Winter")
    paid(books.bob, 345)
    state = shown(OwnerAccountState, building_id=books.id, owner_id=books.bob)
    assert (state.name, state.standing, state.sentence) == ("Bob", "owes", f"Owes 120,00{E}.")
    assert [(r.number, r.on, r.words, r.debit, r.credit, r.balance) for r in state.rows] == [
        ("VEN 1", "01/01/2026", "Winter", "123,45" + E, "", "123,45" + E),
        ("FIN 1", "01/02/2026", "Payment", "", "3,45" + E, "120,00" + E),
    ]
    assert state.rows[0].entry_id == str(entry.id)
    send(state, OwnerAccountState.resize, 1)
    send(state, OwnerAccountState.go, 2)
    assert (state.before, state.balance, [r.number for r in state.rows]) == ("123,45" + E, "120,00" + E, ["FIN 1"])
    send(state, OwnerAccountState.resort, "entry_on")
    assert [r.number for r in state.rows] == ["FIN 1"]  # the newest first, from the first page


@pytest.mark.parametrize(
    ("asked", "received", "sentence", "standing"),
    [
        (0, 0, "Owes nothing and is owed nothing.", "settled"),
        (100, 350, f"The association owes back 2,50{E}.", "credit"),
    ],
)
def test_the_office_reads_what_a_balance_means(shown, books, called, paid, asked, received, sentence, standing):
    if asked:
        called(books.bob, asked)
        paid(books.bob, received)
    state = shown(OwnerAccountState, building_id=books.id, owner_id=books.bob)
    assert (state.sentence, state.standing) == (sentence, standing)


def test_an_account_that_is_not_there_is_said_on_its_page(shown, books):
    assert shown(OwnerAccountState, building_id=books.id, owner_id="nonsense").missing
    assert shown(OwnerAccountState, building_id="nonsense", owner_id=books.bob).missing


def test_his_lines_the_last_ones_first(shown, books, bob, called, paid):
    called(books.bob, 12_000)
    paid(books.bob, 2_000)
    state = shown(MyAccountState, bob)
    assert [(r.on, r.words, r.moved, r.balance) for r in state.rows] == [
        ("01/02/2026", "Payment", "-20,00" + E, "100,00" + E),
        ("01/01/2026", "Call for funds", "120,00" + E, "120,00" + E),
    ]
    send(state, MyAccountState.resort, "entry_on")
    assert [r.words for r in state.rows] == ["Call for funds", "Payment"]


def test_of_two_buildings_he_chooses_whose_lines_he_reads(shown, alice, books, bob, called):
    called(books.bob, 12_000)
    other = call(alice, buildings.create_building, a_building(name="Autre", iban_working="BE68 5390 0754 7034"))
    call(alice, accounts.open_books, other.id, YEAR)
    hold(alice, a_lot(alice, other), call(alice, service.get_owner, books.bob))
    charge(alice, other.id, books.bob, 250)
    state = shown(MyAccountState, replace(bob, building_ids=frozenset({books.id, other.id})))
    assert [p.name for p in state.places] == ["Autre", "Résidence Molière"]
    assert (state.name, [r.moved for r in state.rows]) == ("Autre", ["2,50" + E])
    send(state, MyAccountState.filter_by, "building", str(books.id))
    assert (state.name, [r.moved for r in state.rows]) == ("Résidence Molière", ["120,00" + E])
    send(state, MyAccountState.filter_by, "building", "of another")
    assert state.name == "Autre"


def test_who_is_linked_to_nobody_or_whose_books_are_not_here_is_told_so(shown, alice, building, books, called):
    called(books.bob, 100)
    assert shown(MyAccountState, as_role(alice, Role.OWNER, books.id)).unknown
    bare = call(alice, buildings.create_building, a_building(name="Bare"))
    hold(alice, a_lot(alice, bare), call(alice, service.get_owner, books.bob))
    state = shown(MyAccountState, replace(as_role(alice, Role.OWNER, bare.id), owner_id=books.bob))
    assert (state.unknown, state.places, state.rows, state.shown) == (False, [], [], "")
