"""Payments and communications go with the co-ownership: in its archive, when its syndic changes, when two people are one."""

import io

import pytest
from modules.archive.test_service import exported, rewritten
from modules.ledger.test_moving import honest, move

from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import access
from koprogo_app.modules.payments import service
from koprogo_app.modules.references import service as references

from .test_service import give_reference


@pytest.fixture
def kept(alice, books, called, paid):
    """Bob paid 1 000 of 1 200 by his communication; a payment of Dora's was reversed."""
    called(books.bob, 1_200)
    books.digits = give_reference(alice, books.id, books.bob)
    paid(None, 1_000, communication=books.digits)
    call(alice, service.reverse_payment, paid(books.dora, 50).id, "Slip")
    data = call(alice, buildings.get_building, books.id).model_dump() | {"total_units": 2}
    call(alice, buildings.update_building, books.id, type(books.building).__bases__[0].model_validate(data))
    return books


def stand(actor, building_id):
    """What was paid, what is open, whose the communication is."""
    found = call(actor, service.list_payments, building_id, Asked(sort="cents")).rows
    return (
        [(p.last_name, p.cents, p.communication, p.reversal_entry_id is not None) for p in found],
        [i.owed_cents for i in call(actor, service.open_items, building_id)],
    )


def test_payments_come_in_elsewhere_as_they_were(alice, charlie, kept):
    expected = ([("Dora", 50, "", True), ("Bob", 1_000, kept.digits, False)], [200])
    assert stand(alice, kept.id) == expected
    done = call(charlie, archive.import_building, io.BytesIO(exported(alice, kept.id)))
    assert (done.rows["payment"], done.rows["settlement"], done.rows["payment_reference"]) == (2, 2, 1)
    assert stand(charlie, done.building_id) == expected
    assert call(charlie, references.find_reference, kept.digits).building_id == done.building_id


def test_an_archive_that_settles_beyond_an_amount_is_refused_whole(alice, charlie, kept):
    def change(name, content):
        return [(name, content.replace(b'"cents":1000', b'"cents":1001') if "settlement" in name else content)]

    with pytest.raises(Invalid):
        call(charlie, archive.import_building, honest(rewritten(exported(alice, kept.id), change).getvalue()))


def test_payments_move_to_the_new_office_and_it_enters_on(superadmin, alice, charlie, kept):
    before = stand(alice, kept.id)
    done = move(superadmin, kept.id, charlie.organization_id)
    assert (done.moved["payment"], done.moved["settlement"], done.moved["payment_reference"]) == (2, 2, 1)
    assert stand(charlie, kept.id) == before
    [payment] = [p for p in call(charlie, service.list_payments, kept.id, Asked()).rows if p.cents == 1_000]
    call(charlie, service.reverse_payment, payment.id, "Bounced")
    assert stand(charlie, kept.id)[1] == [1_200]


def test_two_entries_of_one_person_pay_as_one(alice, kept, paid):
    twin = call(alice, owners.create_owner, OwnerIn(last_name="Bob again"))
    done = call(alice, access.merge_owners, twin.id, kept.bob)
    assert (done.moved["payment"], done.moved["payment_reference"]) == (1, 1)
    assert paid(None, 200, communication=kept.digits).owner_id == twin.id
    assert stand(alice, kept.id)[1] == []
