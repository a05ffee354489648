from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction
from threading import Barrier
from uuid import uuid4

import orjson
import pytest
from conftest import a_building, as_role, make_actor
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.trade import Right
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership import service
from koprogo_app.modules.ownership.models import Buyer, Ownership, OwnershipIn, PartEdit, TransferIn
from koprogo_app.modules.ownership.rules import LotState, Todo

from .conftest import SINCE, a_lot, a_person, held, hold

HALF, DEED = Fraction(1, 2), date(2024, 5, 2)


def sale(
    sellers, buyers, on: date = DEED, sold: str = "1", act: str = "Deed of notary Janssens, 2 May 2024"
) -> TransferIn:
    numerator, denominator = Fraction(sold).as_integer_ratio()
    parts = {owner: Fraction(share) for owner, share in buyers.items()}
    return TransferIn(
        sellers=[o.id for o in sellers], on=on, act=act, sold_numerator=numerator, sold_denominator=denominator,
        buyers=[Buyer(owner_id=o, numerator=f.numerator, denominator=f.denominator) for o, f in parts.items()],
    )  # fmt: skip


def last_entry(actor) -> dict:
    with transaction(actor.organization_id) as s:
        return orjson.loads(s.exec(select(AuditEntry.payload).order_by(AuditEntry.seq.desc())).first())


# --- Adding ----------------------------------------------------------------------------------------------------------


def test_a_part_is_kept_as_the_exact_fraction(alice, lot):
    hold(alice, lot, a_person(alice, "Maes"), "3333/10000")
    assert held(alice, lot) == [("Maes", Fraction(3333, 10000), "full")]
    assert call(alice, service.lot_total, lot.id) == Fraction(3333, 10000)


def test_above_the_whole_is_refused_and_nothing_is_written(alice, lot):
    hold(alice, lot, a_person(alice, "Maes"), "2/3")
    with pytest.raises(Invalid, match="exceed 100%"):
        hold(alice, lot, a_person(alice, "Peeters"), "2/3")
    assert len(held(alice, lot)) == 1


def test_one_person_holds_one_right_once_but_may_hold_two_rights(alice, lot):
    widow, son = a_person(alice, "Widow"), a_person(alice, "Zoon")
    hold(alice, lot, widow, "1/2")
    hold(alice, lot, widow, "1/2", "usufruct")
    hold(alice, lot, son, "1/2", "bare")
    assert held(alice, lot) == [("Widow", HALF, "full"), ("Widow", HALF, "usufruct"), ("Zoon", HALF, "bare")]
    with pytest.raises(Invalid) as refused:
        hold(alice, lot, son, "1/4", "bare")
    assert refused.value.field == "owner_id"


def test_a_deed_to_come_and_a_part_above_the_lot_are_refused(alice, lot):
    ann = a_person(alice, "Ann")
    with pytest.raises(Invalid) as refused:
        hold(alice, lot, ann, since=clock.today() + timedelta(days=1))
    assert refused.value.field == "started_on"
    with pytest.raises(Invalid) as refused:
        hold(alice, lot, ann, "3/2")
    assert refused.value.field == "share"


def test_strangers_to_the_office_are_unknown(alice, charlie, lot):
    ann, stranger = a_person(alice, "Ann"), a_person(charlie, "Stranger")
    with pytest.raises(NotFound):
        hold(charlie, lot, stranger)
    with pytest.raises(NotFound):
        hold(alice, lot, stranger)
    part = hold(alice, lot, ann)
    for action in (service.get_part, service.end_part):
        with pytest.raises(NotFound):
            call(charlie, action, part.id, *([DEED] if action is service.end_part else []))


def test_owners_and_accountants_read_but_do_not_write(alice, building, lot):
    ann = a_person(alice, "Ann")
    part = hold(alice, lot, ann)
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, ann.id)
    for reader in (bob, as_role(alice, Role.ACCOUNTANT)):
        assert call(reader, service.get_part, part.id).id == part.id
        with pytest.raises(Forbidden):
            call(reader, service.end_part, part.id, DEED)


def test_a_co_owner_sees_only_his_own_part(alice, building, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    hold(alice, lot, ann, "1/2")
    hold(alice, lot, bea, "1/2")
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, ann.id)
    assert held(bob, lot) == [("Ann", HALF, "full")]
    assert [h.name for h in call(bob, service.who_owned, building.id, clock.today())] == ["Ann"]
    assert call(bob, service.lot_total, lot.id) == 1
    with pytest.raises(NotFound):
        call(bob, service.owner_parts, bea.id)
    (shown,) = call(bob, service.list_lots_held, building.id, Asked()).rows
    assert ([h.name for h in shown.holdings], shown.state) == (["Ann"], LotState.SUSPENDED)


# --- Two at once -----------------------------------------------------------------------------------------------------


def test_of_two_who_add_two_thirds_at_once_one_gets_the_sentence(alice, lot):
    people = [a_person(alice, name) for name in ("Ann", "Bea")]
    start = Barrier(2)

    def add(person):
        start.wait()
        try:
            return hold(alice, lot, person, "2/3")
        except Invalid as refused:
            return refused.message.format(**refused.params)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(add, people))
    assert [a for a in answers if isinstance(a, str)] == [
        "The parts of this lot would exceed 100%: 66.666667% now, 66.666667% added, 133.333333% in all."
    ]
    assert call(alice, service.lot_total, lot.id) == Fraction(2, 3)


def test_the_second_writer_waits_for_the_first_and_then_sees_it(alice, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    first = OwnershipIn(lot_id=lot.id, owner_id=ann.id, numerator=2, denominator=3, started_on=SINCE)
    with ThreadPoolExecutor(1) as threads:
        with transaction(alice.organization_id) as s:
            service.add_part(s, alice, first)
            second = threads.submit(hold, alice, lot, bea, "2/3")
            with pytest.raises(TimeoutError):
                second.result(0.5)
        with pytest.raises(Invalid, match="exceed 100%"):
            second.result(10)


def test_the_database_refuses_two_raw_writers_at_once(alice, lot):
    """Without any service: each sees only its own row until it commits."""
    people = [a_person(alice, name) for name in ("Ann", "Bea")]
    written = Barrier(2)

    def add(person) -> bool:
        try:
            with transaction(alice.organization_id) as s:
                place = {"building_id": lot.building_id, "lot_id": lot.id, "owner_id": person.id}
                s.add(Ownership(**place, numerator=2, denominator=3, started_on=SINCE))
                s.flush()
                written.wait(10)
        except IntegrityError as error:
            return "exceed 100%" not in str(error.orig)
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add, people)) == [False, True]
    assert call(alice, service.lot_total, lot.id) == Fraction(2, 3)


def test_thirds_and_sevenths_make_the_whole_in_the_database_too(alice, lot):
    for name, share in (("Ann", "1/3"), ("Bea", "2/7"), ("Cas", "8/21")):
        hold(alice, lot, a_person(alice, name), share)
    assert call(alice, service.lot_total, lot.id) == 1


# --- Contact, representative -----------------------------------------------------------------------------------------


def test_naming_a_contact_or_a_representative_unnames_the_other(alice, lot):
    first = hold(alice, lot, a_person(alice, "Ann"), "1/2", is_contact=True, is_representative=True)
    second = hold(alice, lot, a_person(alice, "Bea"), "1/2", is_contact=True)

    def flags(part):
        now = call(alice, service.get_part, part.id)
        return now.is_contact, now.is_representative

    assert (flags(first), flags(second)) == ((False, True), (True, False))
    call(alice, service.name_representative, second.id)
    call(alice, service.adjust_part, first.id, None, True)
    assert (flags(first), flags(second)) == ((True, False), (False, True))
    call(alice, service.name_representative, second.id, False)
    call(alice, service.adjust_part, first.id, None, False)
    assert (flags(first), flags(second)) == ((False, False), (False, False))


# --- Ending, changing, correcting ------------------------------------------------------------------------------------


def test_history_answers_who_owned_on_a_day(alice, building, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    part = hold(alice, lot, ann)
    call(alice, service.end_part, part.id, date(2022, 3, 1), "Deed of 1 March 2022")
    hold(alice, lot, bea, since=date(2022, 3, 1))
    on = {
        day: [name for name, *_ in held(alice, lot, day)]
        for day in (date(2019, 12, 31), SINCE, date(2022, 2, 28), date(2022, 3, 1))
    }
    assert list(on.values()) == [[], ["Ann"], ["Ann"], ["Bea"]]
    assert [h.name for h in call(alice, service.who_owned, building.id, date(2021, 1, 1))] == ["Ann"]
    assert [h.name for h in call(alice, service.lot_history, lot.id)] == ["Ann", "Bea"]
    assert call(alice, service.owner_parts, ann.id) == []
    (past,) = call(alice, service.owner_parts, ann.id, ended=True)
    assert (past.lot, past.building, past.part.ended_on) == ("5.1", "Résidence Molière", date(2022, 3, 1))


def test_an_ended_part_no_longer_changes(alice, lot):
    part = hold(alice, lot, a_person(alice, "Ann"))
    with pytest.raises(Invalid) as refused:
        call(alice, service.end_part, part.id, date(2019, 12, 31))
    assert refused.value.field == "on"
    call(alice, service.end_part, part.id, DEED)
    for action, args in (
        (service.end_part, (DEED,)),
        (service.adjust_part, (HALF, None)),
        (service.name_representative, ()),
    ):
        with pytest.raises(Invalid):
            call(alice, action, part.id, *args)


def test_when_the_usufruct_ends_the_bare_owner_owns_in_full(alice, lot):
    mother, son = a_person(alice, "Mother"), a_person(alice, "Son")
    usufruct = hold(alice, lot, mother, right="usufruct")
    bare = hold(alice, lot, son, right="bare", is_contact=True)
    with pytest.raises(Invalid, match="exceed 100%"):
        call(alice, service.change_part, bare.id, Fraction(1), Right.FULL, DEED)
    call(alice, service.end_part, usufruct.id, DEED, "Death")
    full = call(alice, service.change_part, bare.id, Fraction(1), Right.FULL, DEED, "Death certificate")
    assert held(alice, lot) == [("Son", Fraction(1), "full")]
    assert held(alice, lot, DEED - timedelta(days=1)) == [
        ("Mother", Fraction(1), "usufruct"),
        ("Son", Fraction(1), "bare"),
    ]
    assert (full.is_contact, full.act, full.started_on) == (True, "Death certificate", DEED)


def test_a_correction_needs_a_reason_and_keeps_it(alice, lot):
    part = hold(alice, lot, a_person(alice, "Ann"), "1/2")
    right = PartEdit(numerator=1, denominator=1, right=Right.FULL, started_on=date(2019, 6, 1))
    with pytest.raises(Invalid) as refused:
        call(alice, service.correct_part, part.id, right, " ")
    assert refused.value.field == "reason"
    call(alice, service.correct_part, part.id, right, "The deed says the whole")
    assert held(alice, lot, date(2019, 6, 1)) == [("Ann", Fraction(1), "full")]
    assert "The deed says the whole" in orjson.dumps(last_entry(alice)).decode()


def test_a_correction_cannot_go_above_the_whole_or_end_before_it_begins(alice, lot):
    part = hold(alice, lot, a_person(alice, "Ann"), "1/2")
    hold(alice, lot, a_person(alice, "Bea"), "1/2")
    with pytest.raises(Invalid, match="exceed 100%"):
        call(alice, service.correct_part, part.id, PartEdit(numerator=2, denominator=3, started_on=SINCE), "Typo")
    backwards = PartEdit(numerator=1, denominator=2, started_on=SINCE, ended_on=date(2019, 1, 1))
    with pytest.raises(Invalid) as refused:
        call(alice, service.correct_part, part.id, backwards, "Typo")
    assert refused.value.field == "ended_on"


# --- Transfers -------------------------------------------------------------------------------------------------------


def test_a_sale_ends_the_sellers_part_and_begins_the_buyers(alice, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea", address="", city="")
    old = hold(alice, lot, ann, is_contact=True, is_representative=True)
    done = call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1"}))
    assert [(p.id, p.ended_on) for p in done.ended] == [(old.id, DEED)]
    (new,) = done.begun
    assert (new.owner_id, new.share, new.right, new.started_on, new.act, new.is_contact, new.is_representative) == (
        bea.id, 1, "full", DEED, "Deed of notary Janssens, 2 May 2024", True, False,
    )  # fmt: skip
    assert done.todo == [Todo.ADDRESS, Todo.WORKING_FUND, Todo.CHARGES, Todo.CONSENT]
    assert held(alice, lot, DEED - timedelta(days=1)) == [("Ann", Fraction(1), "full")]
    assert held(alice, lot, DEED) == [("Bea", Fraction(1), "full")]


def test_a_couple_that_buys_must_name_a_representative(alice, building, lot):
    ann, bea, cas = (a_person(alice, name) for name in ("Ann", "Bea", "Cas"))
    hold(alice, lot, ann)
    done = call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1/2", cas.id: "1/2"}))
    assert Todo.REPRESENTATIVE in done.todo
    assert [n for _, n in call(alice, service.ownership_gate, building.id).suspended] == ["5.1"]
    call(alice, service.name_representative, done.begun[0].id)
    assert call(alice, service.ownership_gate, building.id).suspended == []


def test_a_partial_sale_leaves_the_seller_the_rest_and_the_contact(alice, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    hold(alice, lot, ann, is_contact=True)
    done = call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1"}, sold="1/3"))
    assert held(alice, lot) == [("Ann", Fraction(2, 3), "full"), ("Bea", Fraction(1, 3), "full")]
    assert {p.owner_id: p.is_contact for p in done.begun} == {ann.id: True, bea.id: False}


def test_a_co_owner_buys_the_other_out_unless_the_contract_asks_for_a_new_buyer(alice, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    hold(alice, lot, ann, "1/2")
    hold(alice, lot, bea, "1/2")
    with pytest.raises(Invalid) as refused:
        call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1"}), new_buyers=True)
    assert refused.value.field == "buyer"
    call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1"}))
    assert held(alice, lot) == [("Bea", Fraction(1), "full")]
    assert held(alice, lot, DEED - timedelta(days=1)) == [("Ann", HALF, "full"), ("Bea", HALF, "full")]


def test_a_sale_in_the_future_before_the_sellers_time_or_to_a_stranger_is_refused(alice, charlie, lot):
    ann, bea, stranger = a_person(alice, "Ann"), a_person(alice, "Bea"), a_person(charlie, "Stranger")
    hold(alice, lot, ann)
    for on in (clock.today() + timedelta(days=1), SINCE - timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1"}, on=on))
        assert refused.value.field == "on"
    for buyer in (stranger.id, uuid4()):
        with pytest.raises(NotFound):
            call(alice, service.transfer, lot.id, sale([ann], {buyer: "1"}))
    assert held(alice, lot) == [("Ann", Fraction(1), "full")]


def test_a_fraction_too_fine_for_the_register_is_refused(alice, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    hold(alice, lot, ann, "1/999999937")
    with pytest.raises(Invalid, match="too fine"):
        call(alice, service.transfer, lot.id, sale([ann], {bea.id: "1"}, sold="1/3"))


def test_assigning_a_lot_replaces_whoever_held_it(alice, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    hold(alice, lot, ann, "1/2", is_contact=True)
    call(alice, service.assign_lot, lot.id, bea.id)
    call(alice, service.assign_lot, lot.id, bea.id)
    assert held(alice, lot) == [("Bea", Fraction(1), "full")]
    assert len(call(alice, service.lot_history, lot.id)) == 2
    call(alice, service.assign_lot, lot.id, ann.id)
    assert held(alice, lot) == [("Ann", Fraction(1), "full")]


# --- The gate and the list -------------------------------------------------------------------------------------------


@pytest.fixture
def four_lots(alice, building):
    """1 complete (Ann), 2 without owner, 3 below the whole (Bea), 10 suspended (Ann and Bea)."""
    ann, bea = a_person(alice, "Hamelin", first_name="Zoë"), a_person(alice, "Bea")
    lots = {n: a_lot(alice, building, n, type="parking" if n == "10" else "apartment") for n in ("1", "2", "3", "10")}
    hold(alice, lots["1"], ann)
    hold(alice, lots["3"], bea, "1/2")
    hold(alice, lots["10"], ann, "1/2")
    hold(alice, lots["10"], bea, "1/2")
    return lots


def test_the_gate_names_the_lots_that_are_not_in_order(alice, building, four_lots):
    gate = call(alice, service.ownership_gate, building.id)
    numbers = [[n for _, n in group] for group in (gate.empty, gate.incomplete, gate.suspended)]
    assert (numbers, gate.passed) == ([["2"], ["3"], ["10"]], False)


def test_a_suspended_vote_alone_does_not_close_the_gate(alice, building, lot):
    for name in ("Ann", "Bea"):
        hold(alice, lot, a_person(alice, name), "1/2")
    assert call(alice, service.ownership_gate, building.id).passed


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, ["1", "2", "3", "10"]),
        ({"sort": "number", "descending": True}, ["10", "3", "2", "1"]),
        ({"size": 2, "page": 2}, ["3", "10"]),
        ({"search": "zoe hamelin"}, ["1", "10"]),
        ({"search": "3"}, ["3"]),
        ({"filters": {"type": "parking"}}, ["10"]),
        ({"filters": {"alert": "yes"}}, ["2", "3", "10"]),
        ({"filters": {"alert": "yes"}, "search": "hamelin"}, ["10"]),
    ],
)
def test_lots_are_listed_with_their_holders(alice, building, four_lots, asked, numbers):
    found = call(alice, service.list_lots_held, building.id, Asked(**asked))
    assert [row.lot.number for row in found.rows] == numbers
    assert found.alerts == 3


def test_a_row_says_who_holds_the_lot_and_how_it_stands(alice, building, four_lots):
    rows = call(alice, service.list_lots_held, building.id, Asked()).rows
    shown = [([h.name for h in row.holdings], row.state) for row in rows]
    assert shown == [
        (["Hamelin Zoë"], LotState.COMPLETE), ([], LotState.EMPTY), (["Bea"], LotState.INCOMPLETE),
        (["Hamelin Zoë", "Bea"], LotState.SUSPENDED),
    ]  # fmt: skip


def test_a_council_member_sees_the_building_of_the_mandate_only(alice, building, lot):
    hold(alice, lot, a_person(alice, "Ann"))
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    dora = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", other.id)
    with pytest.raises(NotFound):
        call(dora, service.who_owned, building.id, clock.today())
    with pytest.raises(NotFound):
        call(dora, service.holders_on, lot.id)


def test_taking_the_holders_away_leaves_its_trace(alice, building, lot):
    hold(alice, lot, a_person(alice, "Ann"))
    assert [h.name for h in call(alice, service.export_holders, building.id, clock.today())] == ["Ann"]
    assert last_entry(alice)["action"] == "holders exported"


def test_a_holder_cannot_be_deleted(alice, lot):
    ann = a_person(alice, "Ann")
    hold(alice, lot, ann)
    with pytest.raises(Conflict):
        call(alice, owners.delete_owner, ann.id)
    with transaction(alice.organization_id) as s:
        assert s.get(Owner, ann.id) is not None
