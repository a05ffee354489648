from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from sqlalchemy import event

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import engine
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.keys.rules import Start
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn, SharesReason
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, OwnershipIn, TransferIn
from koprogo_app.modules.splits import service
from koprogo_app.modules.splits.models import Preview, Wanted
from koprogo_app.modules.splits.rules import Owed

YEAR = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}


@contextmanager
def reads() -> Iterator[list[str]]:
    """The SELECTs from tables sent to the database meanwhile."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT") and "FROM" in statement:
            seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def a_person(actor: Actor, last_name: str):
    return call(actor, owners.create_owner, OwnerIn(last_name=last_name)).id


def hold(actor: Actor, lot_id, owner_id, numerator: int = 1, denominator: int = 1, right: str = "full") -> None:
    part = OwnershipIn(
        lot_id=lot_id, owner_id=owner_id, numerator=numerator, denominator=denominator, right=right,
        started_on=date(2020, 1, 1),
    )  # fmt: skip
    call(actor, ownership.add_part, part)


def sell(actor: Actor, lot_id, seller, buyer, on: date) -> None:
    deed = TransferIn(sellers=[seller], buyers=[Buyer(owner_id=buyer)], on=on)
    call(actor, ownership.transfer, lot_id, deed)


@pytest.fixture
def house(alice, building) -> SimpleNamespace:
    """Lots A2 (500, Bob), A10 (300, Dora) and G1 (200, Élie) of 1000, and a key of a lift that G1 does not pay."""
    found = SimpleNamespace(id=building.id)
    for number, shares, name in (("A10", 300, "Dora"), ("A2", 500, "Bob"), ("G1", 200, "Élie")):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=number, type="apartment", shares=shares))
        person = a_person(alice, name)
        hold(alice, lot.id, person)
        setattr(found, number.lower(), lot.id)
        setattr(found, name.lower().replace("é", "e"), person)
    lift = KeyIn(name="Lift", total=800)
    found.lift = call(alice, keys.create_key, building.id, lift, Start.CHOSEN, [found.a2, found.a10]).id
    return found


def told(preview: Preview) -> list[list[tuple[str, str, int]]]:
    return [[(c.lot, c.owner, c.part.cents) for c in parts] for parts in preview.costs]


def refused(actor: Actor, house: Any, *costs: Wanted) -> Invalid:
    with pytest.raises(Invalid) as error:
        call(actor, service.preview, house.id, costs)
    return error.value


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_an_invoice_with_lines_of_different_keys_is_previewed_for_each_owner(alice, house):
    # lift: 10,00 € in 300 and 500 of 800: 3,75 and 6,25
    shown = call(
        alice, service.preview, house.id,
        [Wanted(cents=10_000, key_id=house.id, vat_cents=1_000, tenant_percent=50, **YEAR),
         Wanted(cents=1_000, key_id=house.lift, **YEAR),
         Wanted(cents=250, owner_id=house.elie, lot_id=house.g1, first=date(2025, 5, 1)),
         Wanted(cents=-400, key_id=house.id, excluded=frozenset({house.a2, house.a10}), **YEAR)],
    )  # fmt: skip
    assert told(shown) == [
        [("A2", "Bob", 5_000), ("A10", "Dora", 3_000), ("G1", "Élie", 2_000)],
        [("A2", "Bob", 625), ("A10", "Dora", 375)],
        [("G1", "Élie", 250)],
        [("G1", "Élie", -400)],
    ]
    assert [(total.owner, total.owed) for total in shown.totals] == [
        ("Bob", Owed(5_625, 500, 2_500)), ("Dora", Owed(3_375, 300, 1_500)), ("Élie", Owed(1_850, 200, 1_000)),
    ]  # fmt: skip
    assert shown.costs[2][0].part.days == 1


def test_a_lot_sold_in_the_period_is_paid_by_seller_and_buyer(alice, house):
    buyer = a_person(alice, "Frank")
    sell(alice, house.a2, house.bob, buyer, date(2025, 3, 15))
    shown = call(alice, service.preview, house.id, [Wanted(cents=73_000, key_id=house.id, **YEAR)])
    assert told(shown)[0][:2] == [("A2", "Bob", 7_300), ("A2", "Frank", 29_200)]  # one euro a day: 73 and 292
    on_the_day = Wanted(cents=1_000, key_id=house.id, first=date(2025, 3, 15))
    assert told(call(alice, service.preview, house.id, [on_the_day]))[0][0] == ("A2", "Frank", 500)


def test_the_usufructuary_pays_what_recurs_and_the_bare_owner_the_rest(alice, house):
    lot = call(alice, lots.create_lot, house.id, LotIn(number="B1", type="apartment", shares=0))
    bare, enjoys = a_person(alice, "Bare"), a_person(alice, "Enjoys")
    hold(alice, lot.id, bare, right="bare")
    hold(alice, lot.id, enjoys, right="usufruct")
    key = call(alice, keys.create_key, house.id, KeyIn(name="B1"))
    call(alice, keys.set_weights, key.id, {lot.id: 1})
    costs = [Wanted(cents=100, key_id=key.id, ordinary=ordinary, **YEAR) for ordinary in (True, False)]
    assert told(call(alice, service.preview, house.id, costs)) == [[("B1", "Enjoys", 100)], [("B1", "Bare", 100)]]


def test_the_shares_are_those_of_the_last_day_of_the_period(alice, house):
    meeting = SharesReason(decision="General meeting", from_on=date(2026, 1, 1))
    call(alice, lots.change_shares, house.a2, 400, meeting)
    call(alice, lots.change_shares, house.g1, 300, meeting)
    costs = [
        Wanted(cents=1_000, key_id=house.id, first=date(2025, 1, 1), last=last)
        for last in (date(2025, 12, 31), date(2026, 1, 1))
    ]
    shown = call(alice, service.preview, house.id, costs)
    assert [[c.part.cents for c in parts] for parts in shown.costs] == [[500, 300, 200], [400, 300, 300]]


def test_a_private_cost_may_be_for_who_has_left(alice, house):
    sell(alice, house.a2, house.bob, a_person(alice, "Frank"), date(2022, 6, 1))
    shown = call(alice, service.preview, house.id, [Wanted(cents=900, owner_id=house.bob, lot_id=house.a2, **YEAR)])
    assert told(shown) == [[("A2", "Bob", 900)]]


def test_a_private_cost_needs_no_lot(alice, house):
    shown = call(alice, service.preview, house.id, [Wanted(cents=900, owner_id=house.bob, **YEAR)])
    assert told(shown) == [[("", "Bob", 900)]]


def test_no_cost_is_nothing_to_pay(alice, house):
    assert call(alice, service.preview, house.id, []) == Preview([], [])


def test_a_hundred_costs_take_no_more_reads_than_one(alice, house):
    others = [call(alice, keys.create_key, house.id, KeyIn(name=f"Key {n}"), Start.EACH).id for n in range(5)]
    costs = [
        Wanted(cents=1_000 + n, key_id=[house.id, house.lift, *others][n % 7], first=date(2025, 1, 1 + n % 28))
        for n in range(99)
    ]
    with reads() as seen:
        shown = call(alice, service.preview, house.id, [*costs, Wanted(cents=1, owner_id=house.bob, **YEAR)])
    assert len(shown.costs) == 100
    assert len(seen) <= 6
    assert all(sum(c.part.cents for c in parts) == cost.cents for parts, cost in zip(shown.costs, costs, strict=False))


# --- What is refused --------------------------------------------------------------------------------------------------


def test_a_lot_without_owner_is_named_with_its_first_day(alice, house):
    call(alice, ownership.end_parts, house.a10, house.dora, date(2025, 7, 1))
    error = refused(alice, house, Wanted(cents=100, key_id=house.id, **YEAR))
    assert error.fields["costs.0.lots"].params["lots"] == "A10 (01/07/2025)"
    without = Wanted(cents=100, key_id=house.id, excluded=frozenset({house.a10}), **YEAR)
    assert told(call(alice, service.preview, house.id, [without])) == [
        [("A2", "Bob", 71), ("G1", "Élie", 29)]
    ]  # of 700


def test_each_wrong_cost_is_refused_beside_its_field(alice, house):
    stranger = a_person(alice, "Stranger")
    error = refused(
        alice, house,
        Wanted(cents=100, key_id=house.id, **YEAR),
        Wanted(cents=100, **YEAR),
        Wanted(cents=100, key_id=house.id, owner_id=house.bob, **YEAR),
        Wanted(cents=100, owner_id=stranger, **YEAR),
        Wanted(cents=100, owner_id=house.bob, lot_id=house.g1, **YEAR),
        Wanted(cents=100, key_id=house.id, excluded=frozenset({uuid4()}), **YEAR),
        Wanted(cents=100, key_id=house.lift, excluded=frozenset({house.a2, house.a10}), **YEAR),
        Wanted(cents=100, key_id=house.id, first=date(2025, 2, 1), last=date(2025, 1, 1)),
        Wanted(cents=100, key_id=house.id, tenant_percent=101, **YEAR),
        Wanted(cents=100, key_id=house.id, vat_cents=101, **YEAR),
    )  # fmt: skip
    assert list(error.fields) == [
        "costs.1.key_id", "costs.2.key_id", "costs.3.owner_id", "costs.4.lot_id", "costs.5.lots", "costs.6.key_id",
        "costs.7.last", "costs.8.tenant_percent", "costs.9.vat_cents",
    ]  # fmt: skip


def test_a_key_that_does_not_add_up_to_the_deed_is_refused(alice, house):
    call(alice, keys.set_weights, house.lift, {house.a2: 500, house.a10: 299})
    error = refused(alice, house, Wanted(cents=100, key_id=house.lift, **YEAR))
    assert list(error.fields) == ["costs.0.key_id"]
    call(alice, lots.create_lot, house.id, LotIn(number="X", type="cellar", shares=1))
    assert list(refused(alice, house, Wanted(cents=100, key_id=house.id, **YEAR)).fields) == ["costs.0.key_id"]


def test_a_key_without_weights_is_refused(alice, house):
    key = call(alice, keys.create_key, house.id, KeyIn(name="Blank"))
    error = refused(alice, house, Wanted(cents=100, key_id=key.id, **YEAR))
    assert "No lot pays" in error.message


def test_keys_lots_and_owners_of_another_building_are_refused(alice, house):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    away = call(alice, lots.create_lot, other.id, LotIn(number="1", type="apartment", shares=1000))
    hold(alice, away.id, a_person(alice, "Away"))
    key = call(alice, keys.create_key, other.id, KeyIn(name="Lift"), Start.EACH)
    for key_id in (other.id, key.id, uuid4()):
        with pytest.raises(NotFound):
            call(alice, service.preview, house.id, [Wanted(cents=100, key_id=key_id, **YEAR)])
    error = refused(alice, house, Wanted(cents=100, key_id=house.id, excluded=frozenset({away.id}), **YEAR))
    assert list(error.fields) == ["costs.0.lots"]


# --- Who may see it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SYNDIC, Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR])
def test_who_reads_the_books_sees_the_preview(alice, house, role):
    reader = as_role(alice, role, house.id)
    shown = call(reader, service.preview, house.id, [Wanted(cents=1_000, key_id=house.id, **YEAR)])
    assert [c.part.cents for c in shown.costs[0]] == [500, 300, 200]


@pytest.mark.parametrize("role", [Role.OWNER, Role.OCCUPANT, Role.CONTRACTOR])
def test_others_do_not(alice, house, role):
    with pytest.raises(Forbidden):
        call(as_role(alice, role, house.id), service.preview, house.id, [])


def test_another_office_sees_neither_the_building_nor_its_people(alice, charlie, house):
    with pytest.raises(NotFound):
        call(charlie, service.preview, house.id, [Wanted(cents=100, key_id=house.id, **YEAR)])
    theirs = call(charlie, buildings.create_building, a_building(name="Charlie"))
    for cost in (Wanted(cents=100, key_id=house.lift, **YEAR), Wanted(cents=100, owner_id=house.bob, **YEAR)):
        with pytest.raises(NotFound):
            call(charlie, service.preview, theirs.id, [cost])


def test_a_council_member_of_another_building_does_not_see_it(alice, house):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    with pytest.raises(NotFound):
        call(as_role(alice, Role.BOARD_MEMBER, other.id), service.preview, house.id, [])
