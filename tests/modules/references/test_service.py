import threading
from datetime import date

import pytest
from conftest import a_building, as_role, make_actor
from modules.references.conftest import known_of, references_of
from sqlalchemy.exc import DBAPIError

from koprogo_app.core import belgium
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import access as locks
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import access as people
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.references import access, service
from koprogo_app.modules.references.models import PaymentReference


def rest_by_97(digits: str) -> int:
    """By hand, digit by digit, as on paper."""
    rest = 0
    for digit in digits:
        rest = (rest * 10 + int(digit)) % 97
    return rest


def shown(digits: str) -> str:
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def elsewhere(alice):
    other = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    return other


# --- The digits


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (1, "000000000101"),
        (96, "000000009696"),
        (97, "000000009797"),  # nothing is left: 97, never 00
        (98, "000000009801"),
        (1_234_567_890, "123456789002"),  # 97 × 12 727 504 = 1 234 567 888
        (9_999_999_999, "999999999948"),  # 97 × 103 092 783 = 9 999 999 951
    ],
)
def test_the_last_two_digits_are_the_rest_by_97(number, digits):
    assert belgium.communication(number) == digits
    assert belgium.read_communication(shown(digits)) == digits


def test_what_is_given_can_be_read_back_and_its_rest_is_right(books, given):
    for digits in given(books.bob, books.dora).values():
        assert len(digits) == 12
        assert int(digits[10:]) == (rest_by_97(digits[:10]) or 97)
        assert belgium.read_communication(shown(digits)) == digits


# --- Once


def test_a_reference_stays_the_same(books, given):
    first = given(books.bob)
    assert given(books.bob) == first
    both = given(books.dora, books.bob, books.bob)
    assert both[books.bob] == first[books.bob]
    assert set(both) == {books.bob, books.dora}


def test_who_has_one_waits_for_nobody_who_is_at_the_books(books, given, monkeypatch):
    first = given(books.bob)
    monkeypatch.setattr(locks, "locked_book", lambda *_: pytest.fail("it takes the lock of the books"))
    assert given(books.bob) == first
    assert given() == {}


def test_two_people_and_two_associations_never_have_the_same(alice, books, given):
    other = elsewhere(alice)
    here, there = given(books.bob, books.dora), given(books.bob, books.dora, building_id=other.id)
    assert len({*here.values(), *there.values()}) == 4


def test_who_has_none_is_not_given_one_by_reading(alice, books, given):
    assert call(alice, known_of, books.id, [books.bob]) == {}
    mine = given(books.bob)
    assert call(alice, known_of, books.id, [books.bob, books.dora]) == mine


def test_a_taken_number_is_drawn_again(books, given, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(access.secrets, "randbelow", lambda _below: next(drawn))
    assert given(books.bob) == {books.bob: "000000000707"}
    assert given(books.dora) == {books.dora: "000000000808"}


def test_the_database_keeps_each_for_one(alice, books, given):
    digits = given(books.bob)[books.bob]
    with pytest.raises(DBAPIError), transaction(alice.organization_id) as s:
        s.add(PaymentReference(building_id=books.id, owner_id=books.dora, digits=digits))


def test_when_two_entries_of_a_person_become_one_both_numbers_are_his(alice, books, given):
    twin = call(alice, owners.create_owner, OwnerIn(last_name="Bob again"))
    lot = call(alice, lots.create_lot, books.id, LotIn(number="A3", type="apartment", shares=1))
    call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=twin.id, started_on=date(2020, 1, 1)))
    first = given(books.bob)[books.bob]
    second = given(twin.id)[twin.id]
    call(alice, people.merge_owners, books.bob, twin.id)
    assert {call(alice, service.find_reference, d).owner_id for d in (first, second)} == {books.bob}
    assert given(books.bob) == {books.bob: first}


def test_many_at_once_give_each_one_number(alice, books):
    found, failures = [], []

    def work():
        try:
            found.append(call(alice, references_of, books.id, [books.bob, books.dora]))
        except Exception as error:  # a thread's failure would be lost
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(found) == 8
    assert all(one == found[0] for one in found)


# --- Whose


def test_whose_one_is_however_it_is_typed(alice, books, given):
    digits = given(books.bob, books.dora)[books.dora]
    for text in (digits, shown(digits), f" {digits[:3]}/{digits[3:7]}/{digits[7:]} "):
        found = call(alice, service.find_reference, text)
        assert (found.owner_id, found.building_id) == (books.dora, books.id)


def test_one_that_is_wrong_or_of_nobody_is_told_apart(alice, given, books):
    given(books.bob)
    with pytest.raises(Invalid) as refused:
        call(alice, service.find_reference, "+++123/4567/89003+++")
    assert refused.value.field == "communication"
    with pytest.raises(NotFound):
        call(alice, service.find_reference, "000000000101")


# --- Who


def test_another_office_finds_nobody_and_gives_nothing(charlie, books, given):
    digits = given(books.bob)[books.bob]
    with pytest.raises(NotFound):
        call(charlie, service.find_reference, digits)
    with pytest.raises(NotFound):
        call(charlie, references_of, books.id, [books.bob])
    assert call(charlie, known_of, books.id, [books.bob]) == {}


def test_a_role_of_another_building_finds_nobody(alice, books, given):
    digits, other = given(books.bob)[books.bob], elsewhere(alice)
    with pytest.raises(NotFound):
        call(as_role(alice, Role.BOARD_MEMBER, other.id), service.find_reference, digits)
    assert call(as_role(alice, Role.BOARD_MEMBER, books.id), service.find_reference, digits).owner_id == books.bob


def test_a_co_owner_knows_his_own_and_searches_nobody_s(alice, books, given):
    digits = given(books.bob, books.dora)
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", books.id, books.bob)
    with transaction(alice.organization_id) as s:
        assert service.known_of(s, bob, books.id, [books.bob, books.dora]) == {books.bob: digits[books.bob]}
    with pytest.raises(Forbidden):
        call(bob, service.find_reference, digits[books.dora])
