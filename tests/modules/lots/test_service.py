from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import orjson
import pytest
from conftest import a_building, as_role, make_actor, make_organization
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.trade import LotType
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.lots import service
from koprogo_app.modules.lots.models import LotEdit, LotIn, PartialAssociationIn, SeriesIn, SharesReason
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

WRONG = SharesReason(decision="Read 415 for 455 in the deed")


def a_lot(number: str = "1.1", **change: object) -> LotIn:
    return LotIn.model_validate({"number": number, "type": "apartment", "floor": 1, "shares": 100} | change)


def decided(from_on: date, decision: str = "General meeting of 14/03/2024, point 7") -> SharesReason:
    return SharesReason(decision=decision, from_on=from_on)


def make_owner(actor, lot, last_name: str = "Bob", ended_on: date | None = None, **change) -> UUID:
    with transaction(actor.organization_id) as s:
        owner = Owner(last_name=last_name)
        s.add(owner)
        s.flush()
        held = {"numerator": 1, "denominator": 1, "started_on": date(2020, 1, 1)} | change
        s.add(Ownership(building_id=lot.building_id, lot_id=lot.id, owner_id=owner.id, ended_on=ended_on, **held))
        return owner.id


def last_entry(actor) -> dict:
    with transaction(actor.organization_id) as s:
        return orjson.loads(s.exec(select(AuditEntry.payload).order_by(AuditEntry.seq.desc())).first())


@pytest.fixture
def lot(alice, building):
    return call(alice, service.create_lot, building.id, a_lot("5.1", shares=415))


# --- Entering, changing, deleting ------------------------------------------------------------------------------------


def test_a_lot_is_found_again_as_entered(alice, building):
    made = call(alice, service.create_lot, building.id, a_lot("  2.10 ", area_m2="85.55", floor=-1, type="cellar"))
    found = call(alice, service.get_lot, made.id)
    assert (found.number, found.type, found.floor) == ("2.10", "cellar", -1)
    assert (found.area_m2, found.shares) == (Decimal("85.55"), 100)


def test_a_number_is_used_once_in_a_building_but_again_in_another(alice, building, lot):
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_lot, building.id, a_lot("5.1"))
    assert refused.value.field == "number"
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    assert call(alice, service.create_lot, other.id, a_lot("5.1")).number == "5.1"


def test_a_lot_cannot_take_the_number_of_its_neighbour(alice, building, lot):
    other = call(alice, service.create_lot, building.id, a_lot("5.2"))
    with pytest.raises(Invalid) as refused:
        call(alice, service.update_lot, other.id, a_lot("5.1"))
    assert refused.value.field == "number"


def test_a_lot_has_no_more_shares_than_the_deed(alice, building):
    assert call(alice, service.create_lot, building.id, a_lot(shares=1000)).shares == 1000
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_lot, building.id, a_lot("2", shares=1001))
    assert refused.value.field == "shares"


def test_another_office_neither_sees_nor_changes_the_lot(alice, charlie, building, lot):
    for action in (
        lambda: call(charlie, service.get_lot, lot.id),
        lambda: call(charlie, service.update_lot, lot.id, a_lot()),
        lambda: call(charlie, service.delete_lot, lot.id),
        lambda: call(charlie, service.create_lot, building.id, a_lot("9")),
        lambda: call(charlie, service.list_building_lots, building.id),
        lambda: call(charlie, service.shares_gate, building.id),
    ):
        with pytest.raises(NotFound):
            action()
    assert call(charlie, service.list_lots, Asked()).total == 0


def test_the_accountant_reads_but_does_not_write(alice, building, lot):
    accountant = as_role(alice, Role.ACCOUNTANT)
    assert call(accountant, service.get_lot, lot.id).id == lot.id
    with pytest.raises(Forbidden):
        call(accountant, service.create_lot, building.id, a_lot("2"))


def test_a_council_member_sees_the_lots_of_the_mandate_only(alice, building, lot):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    elsewhere = call(alice, service.create_lot, other.id, a_lot())
    member = as_role(alice, Role.BOARD_MEMBER, building.id)
    assert [row.id for row in call(member, service.list_lots, Asked()).rows] == [lot.id]
    with pytest.raises(NotFound):
        call(member, service.get_lot, elsewhere.id)


def test_a_lot_entered_by_mistake_can_be_deleted(alice, lot):
    call(alice, service.delete_lot, lot.id)
    with pytest.raises(NotFound):
        call(alice, service.get_lot, lot.id)


def test_a_lot_that_was_ever_held_stays(alice, lot):
    make_owner(alice, lot, ended_on=date(2021, 1, 1))
    with pytest.raises(Conflict):
        call(alice, service.delete_lot, lot.id)
    assert call(alice, service.get_lot, lot.id).id == lot.id


def test_a_lot_whose_shares_a_decision_changed_stays(alice, lot):
    call(alice, service.change_shares, lot.id, 455, decided(date(2024, 3, 14)))
    with pytest.raises(Conflict):
        call(alice, service.delete_lot, lot.id)


def test_a_deleted_lot_leaves_the_distribution_keys(alice, building, lot):
    with transaction(alice.organization_id) as s:
        key = DistributionKey(building_id=building.id, name="Lift")
        s.add(key)
        s.flush()
        s.add(KeyPart(building_id=building.id, key_id=key.id, lot_id=lot.id, weight=1))
    call(alice, service.delete_lot, lot.id)
    with transaction(alice.organization_id) as s:
        assert s.exec(select(KeyPart).where(KeyPart.lot_id == lot.id)).all() == []


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_numbers_sort_as_people_count(alice, building):
    for number in ("P10", "2.10", "p2", "2.9", "10.1", "2.1", "Élan 3", "E 2"):
        call(alice, service.create_lot, building.id, a_lot(number, shares=1))
    expected = ["2.1", "2.9", "2.10", "10.1", "E 2", "Élan 3", "p2", "P10"]
    asked = Asked(filters={"building_id": str(building.id)})
    assert [row.number for row in call(alice, service.list_lots, asked).rows] == expected
    assert [row.number for row in call(alice, service.list_building_lots, building.id)] == expected


def test_numbers_with_very_long_figures_keep_their_order(alice, building):
    small, large = "9" * 29, "1" + "0" * 29
    for number in (large, small):
        call(alice, service.create_lot, building.id, a_lot(number, shares=1))
    assert [row.number for row in call(alice, service.list_building_lots, building.id)] == [small, large]


def test_the_list_is_filtered_and_searched(alice, building, lot):
    call(alice, service.create_lot, building.id, a_lot("P1", type="parking", shares=0))
    for asked in (Asked(filters={"type": "parking"}), Asked(filters={"blank": "yes"}), Asked(search="p1")):
        assert [row.number for row in call(alice, service.list_lots, asked).rows] == ["P1"]
    assert call(alice, service.list_lots, Asked(filters={"building_id": "not an id"})).total == 0


def test_a_percent_sign_is_searched_as_itself(alice, lot):
    assert call(alice, service.list_lots, Asked(search="%")).total == 0


def test_an_owner_sees_own_lots_only(alice, building, lot):
    call(alice, service.create_lot, building.id, a_lot("5.2"))
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, make_owner(alice, lot))
    assert [row.number for row in call(bob, service.list_lots, Asked()).rows] == ["5.1"]
    assert [row.number for row in call(bob, service.list_building_lots, building.id)] == ["5.1"]
    assert call(bob, service.shares_by_lot, building.id) == {lot.id: 415}


def test_an_owner_who_sold_sees_the_lot_until_the_day_of_the_sale(alice, building, lot):
    today = clock.today()
    sold = make_owner(alice, lot, ended_on=today, started_on=date(2015, 1, 1))
    selling = make_owner(alice, lot, "Dora", ended_on=today + timedelta(days=1), started_on=today)
    for owner_id, seen in ((sold, 0), (selling, 1)):
        actor = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, owner_id)
        assert call(actor, service.list_lots, Asked()).total == seen


def test_an_owner_of_nothing_sees_no_lot(alice, building, lot):
    stranger = as_role(alice, Role.OWNER, building.id)
    assert call(stranger, service.list_building_lots, building.id) == []
    with pytest.raises(NotFound):
        call(stranger, service.get_lot, lot.id)


def test_the_owner_on_the_wire_is_the_contact_then_the_first_holder_then_nobody(alice, building, lot):
    def shown() -> UUID | None:
        return call(alice, service.get_lot_row, lot.id).owner_id

    assert shown() is None
    make_owner(alice, lot, "Gone", ended_on=date(2020, 6, 1))
    assert shown() is None
    half = {"numerator": 1, "denominator": 2}
    first = make_owner(alice, lot, "Ann", started_on=date(2020, 6, 1), **half)
    assert shown() == first
    contact = make_owner(alice, lot, "Bob", started_on=date(2021, 1, 1), is_contact=True, **half)
    assert shown() == contact


# --- Shares ----------------------------------------------------------------------------------------------------------


def test_the_gate_says_what_is_missing(alice, building, lot):
    call(alice, service.create_lot, building.id, a_lot("P1", type="parking", shares=0))
    gate = call(alice, service.shares_gate, building.id)
    assert (gate.total, gate.expected, gate.missing, gate.passed) == (415, 1000, 585, False)
    assert gate.by_type == {LotType.APARTMENT: 415, LotType.PARKING: 0}
    assert (gate.lots, gate.counted, gate.blank) == (2, 1, 1)


def test_the_gate_opens_at_the_exact_total(alice, building, lot):
    call(alice, service.create_lot, building.id, a_lot("5.2", shares=585))
    assert call(alice, service.shares_gate, building.id).passed


def test_an_owner_reads_the_gate_of_the_whole_building(alice, building, lot):
    call(alice, service.create_lot, building.id, a_lot("5.2", shares=585))
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, make_owner(alice, lot))
    assert call(bob, service.shares_gate, building.id).total == 1000


def test_shares_do_not_change_without_a_reason(alice, lot):
    with pytest.raises(Invalid) as refused:
        call(alice, service.update_lot, lot.id, a_lot("5.1", shares=455))
    assert refused.value.field == "decision"
    assert call(alice, service.get_lot, lot.id).shares == 415


def test_the_first_entry_of_shares_needs_no_reason(alice, building):
    blank = call(alice, service.create_lot, building.id, a_lot(shares=0))
    assert call(alice, service.update_lot, blank.id, a_lot(shares=455)).shares == 455
    assert call(alice, service.shares_history, blank.id) == []


def test_a_wrong_entry_is_corrected_with_its_reason_in_the_trail(alice, lot):
    call(alice, service.update_lot, lot.id, a_lot("5.1", shares=455), WRONG)
    assert call(alice, service.shares_history, lot.id) == []
    entry = last_entry(alice)
    assert entry["action"] == "lot changed"
    assert {"correction": "Read 415 for 455 in the deed"} in [change["after"] for change in entry["changes"]]
    assert {"shares": 415} in [change["before"] for change in entry["changes"]]


def test_every_version_of_the_shares_is_kept_with_its_decision(alice, lot):
    call(alice, service.change_shares, lot.id, 455, decided(date(2010, 3, 14), "Division of 5.1"))
    call(alice, service.change_shares, lot.id, 440, decided(date(2020, 5, 2), "Sale of the corridor"))
    history = call(alice, service.shares_history, lot.id)
    assert [(v.shares, v.from_on, v.decision) for v in history] == [
        (415, date.min, ""),
        (455, date(2010, 3, 14), "Division of 5.1"),
        (440, date(2020, 5, 2), "Sale of the corridor"),
    ]
    assert call(alice, service.get_lot, lot.id).shares == 440


@pytest.mark.parametrize(
    ("on", "shares"),
    [
        (date(1974, 1, 1), 415),
        (date(2010, 3, 13), 415),
        (date(2010, 3, 14), 455),
        (date(2020, 5, 1), 455),
        (date(2020, 5, 2), 440),
    ],
)
def test_the_shares_of_a_day_are_those_of_the_version_that_held(alice, building, lot, on, shares):
    never = call(alice, service.create_lot, building.id, a_lot("6"))
    call(alice, service.change_shares, lot.id, 455, decided(date(2010, 3, 14)))
    call(alice, service.change_shares, lot.id, 440, decided(date(2020, 5, 2)))
    assert call(alice, service.shares_on, lot.id, on) == shares
    assert call(alice, service.shares_by_lot, building.id, on) == {lot.id: shares, never.id: 100}


def test_after_a_decision_an_entry_is_no_longer_corrected(alice, lot):
    call(alice, service.change_shares, lot.id, 455, decided(date(2010, 3, 14)))
    with pytest.raises(Invalid):
        call(alice, service.change_shares, lot.id, 415, WRONG)
    assert call(alice, service.get_lot, lot.id).shares == 455


def test_a_decision_for_the_shares_the_lot_has_is_refused(alice, lot):
    with pytest.raises(Invalid) as refused:
        call(alice, service.change_shares, lot.id, 415, decided(date(2010, 3, 14)))
    assert refused.value.field == "shares"


def test_an_annulled_decision_gives_the_earlier_shares_back(alice, lot):
    call(alice, service.change_shares, lot.id, 455, decided(date(2010, 3, 14)))
    call(alice, service.change_shares, lot.id, 440, decided(date(2020, 5, 2)))
    assert call(alice, service.withdraw_shares, lot.id, "Annulled by the judge").shares == 455
    assert [v.shares for v in call(alice, service.shares_history, lot.id)] == [415, 455]
    assert {"reason": "Annulled by the judge"} in [change["after"] for change in last_entry(alice)["changes"]]
    assert call(alice, service.withdraw_shares, lot.id, "Wrong lot").shares == 415
    assert call(alice, service.shares_history, lot.id) == []
    with pytest.raises(Invalid):
        call(alice, service.withdraw_shares, lot.id, "Once too often")


def test_withdrawing_a_decision_asks_why(alice, lot):
    call(alice, service.change_shares, lot.id, 455, decided(date(2010, 3, 14)))
    with pytest.raises(Invalid) as refused:
        call(alice, service.withdraw_shares, lot.id, "  ")
    assert refused.value.field == "reason"


# --- Many at once ----------------------------------------------------------------------------------------------------


def a_series(**change: object) -> SeriesIn:
    return SeriesIn.model_validate({"first": "P1", "count": 10, "type": "parking", "floor": -1, "shares": 2} | change)


def test_ten_parking_spaces_are_added_at_once(alice, building):
    call(alice, service.create_series, building.id, a_series())
    rows = call(alice, service.list_building_lots, building.id)
    assert [row.number for row in rows] == [f"P{n}" for n in range(1, 11)]
    assert {(row.type, row.floor, row.shares) for row in rows} == {("parking", -1, 2)}


def test_a_series_that_meets_a_known_number_adds_nothing(alice, building):
    call(alice, service.create_lot, building.id, a_lot("P3"))
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_series, building.id, a_series())
    assert (refused.value.field, refused.value.params["numbers"]) == ("first", "P3")
    assert call(alice, service.list_lots, Asked()).total == 1


def test_many_lots_are_changed_at_once(alice, building, lot):
    other = call(alice, service.create_lot, building.id, a_lot("5.2"))
    same = LotEdit(type="apartment", floor=1, shares=100)
    edits = {lot.id: LotEdit(type="commercial", floor=0, area_m2="120.5", shares=455), other.id: same}
    assert call(alice, service.save_lots, building.id, edits, WRONG) == 1
    found = call(alice, service.get_lot, lot.id)
    assert (found.type, found.floor, found.area_m2, found.shares) == ("commercial", 0, Decimal("120.50"), 455)


def test_one_decision_may_change_the_shares_of_several_lots(alice, building, lot):
    other = call(alice, service.create_lot, building.id, a_lot("5.2"))
    edits = {lot.id: LotEdit(type="apartment", shares=400), other.id: LotEdit(type="apartment", shares=115)}
    call(alice, service.save_lots, building.id, edits, decided(date(2024, 3, 14)))
    assert call(alice, service.shares_by_lot, building.id, date(2024, 3, 13)) == {lot.id: 415, other.id: 100}
    assert call(alice, service.shares_by_lot, building.id, date(2024, 3, 14)) == {lot.id: 400, other.id: 115}


def test_a_refused_line_leaves_every_lot_as_it_was(alice, building, lot):
    other = call(alice, service.create_lot, building.id, a_lot("5.2"))
    edits = {lot.id: LotEdit(type="other", shares=415), other.id: LotEdit(type="apartment", shares=1001)}
    with pytest.raises(Invalid) as refused:
        call(alice, service.save_lots, building.id, edits, WRONG)
    assert refused.value.field == f"shares-{other.id}"
    assert call(alice, service.get_lot, lot.id).type == "apartment"


def test_lots_of_another_building_are_not_changed_along(alice, building, lot):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    with pytest.raises(NotFound):
        call(alice, service.save_lots, other.id, {lot.id: LotEdit(type="other", shares=415)})


# --- Partial associations --------------------------------------------------------------------------------------------

TOWER = PartialAssociationIn(name="Tour A", kbo="0403.170.701")


def test_a_partial_association_needs_twenty_lots(alice, building):
    call(alice, service.create_series, building.id, a_series(count=19))
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_partial, building.id, TOWER)
    assert (refused.value.field, refused.value.params["lots"]) == ("reason", 19)
    call(alice, service.create_series, building.id, a_series(first="P20", count=1))
    made = call(alice, service.create_partial, building.id, TOWER)
    assert (made.name, made.kbo) == ("Tour A", "0403170701")


def test_below_twenty_lots_the_reason_is_kept_in_the_trail(alice, building):
    made = call(alice, service.create_partial, building.id, TOWER, "Statutes of 1968")
    change = last_entry(alice)["changes"][-1]
    assert change["id"] == str(made.id)
    assert change["after"] == {"below_twenty_lots": "Statutes of 1968"}


def test_lots_belong_to_a_partial_association_of_their_own_building(alice, building, lot):
    tower = call(alice, service.create_partial, building.id, TOWER, "Statutes")
    call(alice, service.update_lot, lot.id, a_lot("5.1", shares=415, partial_id=tower.id))
    assert [(p.name, lots) for p, lots in call(alice, service.list_partials, building.id)] == [("Tour A", 1)]
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    for foreign in (tower.id, uuid4()):
        with pytest.raises(Invalid) as refused:
            call(alice, service.create_lot, other.id, a_lot(partial_id=foreign))
        assert refused.value.field == "partial_id"


def test_a_partial_association_with_lots_is_not_deleted(alice, building, lot):
    tower = call(alice, service.create_partial, building.id, TOWER, "Statutes")
    call(alice, service.update_lot, lot.id, a_lot("5.1", shares=415, partial_id=tower.id))
    with pytest.raises(Conflict):
        call(alice, service.delete_partial, tower.id)
    call(alice, service.update_lot, lot.id, a_lot("5.1", shares=415))
    call(alice, service.delete_partial, tower.id)
    assert call(alice, service.list_partials, building.id) == []


def test_a_partial_association_is_corrected_by_its_own_office(alice, charlie, building):
    tower = call(alice, service.create_partial, building.id, TOWER, "Statutes")
    changed = call(alice, service.update_partial, tower.id, PartialAssociationIn(name="Tour B"))
    assert (changed.name, changed.kbo) == ("Tour B", None)
    with pytest.raises(Invalid):
        call(alice, service.update_partial, tower.id, PartialAssociationIn(name="Tour B", kbo="0403170702"))
    with pytest.raises(NotFound):
        call(charlie, service.update_partial, tower.id, TOWER)


def test_a_role_of_another_building_does_not_see_the_partial_association(alice, building):
    tower = call(alice, service.create_partial, building.id, TOWER, "Statutes")
    elsewhere = as_role(alice, Role.SYNDIC, uuid4())
    with pytest.raises(NotFound):
        call(elsewhere, service.delete_partial, tower.id)


def test_a_free_organisation_of_another_office_has_its_own_numbers(building, lot):
    dora = make_actor(make_organization("Cabinet Dora"), Role.SYNDIC, "Dora")
    theirs = call(dora, buildings.create_building, a_building())
    assert call(dora, service.create_lot, theirs.id, a_lot("5.1")).number == "5.1"
