"""The books go with the co-ownership: in its archive, and when its syndic changes."""

import hashlib
import io
from datetime import date

import pytest
from conftest import make_actor, make_organization
from modules.archive.test_service import exported, rewritten, without_date
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.archive import rules as format_
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import service
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import access
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier, SupplierIn
from koprogo_app.modules.transfers import service as transfers

from .conftest import line

KBO = "0403170701"


@pytest.fixture
def kept(alice, books, posted):
    """A call, an invoice and the reversal of a slip; the first quarter is locked."""
    posted("2025-12-31", line("551", debit=5_000), line("100", credit=5_000))
    posted("2026-01-10", line("4101", debit=9_000, owner_id=books.bob), line("701", credit=9_000), journal=Journal.VEN)
    posted("2026-01-11", line("610100", debit=70), line("440", credit=70, supplier_id=books.lift), journal=Journal.ACH)
    slip = posted("2026-02-01", line("612", debit=1), line("551", credit=1))
    call(alice, service.reverse_entry, slip.id, date(2026, 2, 2), "Slip")
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    return books


def stand(actor, building_id):
    """What the books say: each entry, and each account of each year."""
    years = {y.starts_on.year: y.id for y in call(actor, accounts.list_years, building_id)}
    entries = call(actor, service.list_entries, building_id, Asked(size=100)).rows
    return (
        sorted((e.journal, e.number, e.entry_on, e.total_cents, e.reverses_id is not None) for e in entries),
        {
            year: [
                (b.account.code, b.moved.before, b.moved.after) for b in call(actor, service.balances, building_id, i)
            ]
            for year, i in sorted(years.items())
        },
    )


def test_the_books_come_in_elsewhere_as_they_were(alice, charlie, kept):
    first = exported(alice, kept.id)
    done = call(charlie, archive.import_building, io.BytesIO(first))
    assert done.rows["journal_entry"] == 5
    assert stand(charlie, done.building_id) == stand(alice, kept.id)
    assert without_date(exported(charlie, done.building_id)) == without_date(first)
    assert call(charlie, accounts.find_book, done.building_id).locked_until == date(2026, 3, 31)


def test_a_supplier_the_office_knows_is_not_entered_twice(alice, charlie, kept):
    call(alice, suppliers.update_supplier, kept.lift, SupplierIn(name="Lift SA", kbo=KBO))
    known = call(charlie, suppliers.create_supplier, SupplierIn(name="Lift, as Charlie writes it", kbo=KBO))
    call(charlie, archive.import_building, io.BytesIO(exported(alice, kept.id)))
    with transaction(charlie.organization_id) as s:
        assert list(s.exec(select(Supplier.id))) == [known.id]
        assert set(s.exec(select(JournalLine.supplier_id).where(JournalLine.supplier_id.is_not(None)))) == {known.id}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"debit_cents":9000', b'"debit_cents":9001'),  # does not balance
        (b'"number":2', b'"number":7'),  # leaves a gap
        (b'"entry_on":"2026-01-10"', b'"entry_on":"2031-01-10"'),  # in no year
    ],
)
def test_an_archive_whose_books_are_wrong_is_refused_whole(alice, charlie, kept, old, new):
    def change(name, content):
        changed = content.replace(old, new) if name.startswith("rows/journal") else content
        return [(name, changed)]

    forged = honest(rewritten(exported(alice, kept.id), change).getvalue())
    with pytest.raises(Invalid):
        call(charlie, archive.import_building, forged)
    with transaction(charlie.organization_id) as s:
        assert (s.exec(select(JournalEntry)).all(), s.exec(select(Supplier)).all()) == ([], [])


def honest(content: bytes) -> io.BytesIO:
    """The archive with checksums that fit what it holds: only what the books say is wrong."""
    import zipfile

    import orjson

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        parts = {name: source.read(name) for name in source.namelist()}
        manifest = orjson.loads(parts.pop(format_.MANIFEST))
        for part in manifest["parts"]:
            held = parts[part["name"]]
            part |= {"size": len(held), "sha256": hashlib.sha256(held).hexdigest()}
        for name, data in parts.items():
            target.writestr(name, data)
        target.writestr(format_.MANIFEST, orjson.dumps(manifest))
    return io.BytesIO(out.getvalue())


def move(superadmin, building_id, to):
    return call(
        superadmin, transfers.transfer_building, building_id, to, decision="AG, point 4", decided_on=date(2026, 3, 12), reason="no deed"
    )  # fmt: skip


@pytest.fixture
def movable(alice, kept):
    """Its two lots are all there are."""
    building = call(alice, buildings.get_building, kept.id)
    data = building.model_dump() | {"total_units": 2}
    call(alice, buildings.update_building, kept.id, type(building).__bases__[0].model_validate(data))
    return kept


def test_the_books_move_to_the_new_office_unchanged(superadmin, alice, charlie, movable):
    before = stand(alice, movable.id)
    done = move(superadmin, movable.id, charlie.organization_id)
    assert (done.moved["journal_entry"], done.moved["book"], done.moved["supplier_copied"]) == (5, 1, 1)
    assert stand(charlie, movable.id) == before
    with pytest.raises(NotFound):
        call(alice, accounts.find_book, movable.id)
    with transaction(charlie.organization_id) as s:
        assert list(s.exec(select(Supplier.name))) == ["Lift SA"]
    with transaction(alice.organization_id) as s:
        assert list(s.exec(select(Supplier.name))) == ["Lift SA"]  # the old office still pays him for others
        assert nothing_left(s)


def nothing_left(s: Session) -> bool:
    return not s.exec(select(JournalEntry)).all() and not s.exec(select(JournalLine)).all()


def test_the_new_office_posts_on(superadmin, alice, charlie, movable):
    move(superadmin, movable.id, charlie.organization_id)
    accountant = make_actor(charlie.organization_id, Role.ACCOUNTANT, "Emma")
    from koprogo_app.modules.ledger.models import EntryIn

    entry = EntryIn(entry_on=date(2026, 4, 1), description="On", lines=[line("612", debit=5), line("551", credit=5)])
    assert call(accountant, service.post_entry, movable.id, entry).number == 3  # after ODS 1 and its mirror
    stranger = make_actor(make_organization("Third"), Role.SYNDIC, "Frank")
    with pytest.raises(NotFound):
        call(stranger, service.post_entry, movable.id, entry)


def test_two_entries_of_one_person_become_one_in_the_books_too(alice, kept, posted):
    twin = call(alice, owners.create_owner, OwnerIn(last_name="Bob", first_name="Again"))
    done = call(alice, access.merge_owners, twin.id, kept.bob)
    assert done.moved["journal_line"] == 1
    with transaction(alice.organization_id) as s:
        assert set(s.exec(select(JournalLine.owner_id).where(JournalLine.owner_id.is_not(None)))) == {twin.id}
    assert posted("2026-05-01", line("4101", debit=1, owner_id=twin.id), line("701", credit=1)).number == 3


def test_a_name_in_the_books_does_not_change_but_by_a_merge(alice, charlie, kept):
    stranger = call(charlie, owners.create_owner, OwnerIn(last_name="Frank"))
    twin = call(alice, owners.create_owner, OwnerIn(last_name="Bob"))
    lonely = call(alice, owners.create_owner, OwnerIn(last_name="Holds nothing"))
    for actor, table, keep, drop in (
        (alice, "journal_line", twin.id, kept.bob),  # who still holds a lot here
        (alice, "journal_line", stranger.id, lonely.id), (charlie, "journal_line", twin.id, lonely.id),
        (charlie, "journal_line", stranger.id, lonely.id), (alice, "ownership", twin.id, lonely.id), (alice, "owner; --", twin.id, lonely.id),
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as refused, transaction(actor.organization_id) as s:
            s.execute(select(func.rename_posted_owner(table, keep, drop)))
        assert "rename_posted_owner" in str(refused.value.orig.diag.constraint_name or refused.value.statement)
