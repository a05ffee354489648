import io
import zipfile
from dataclasses import replace
from datetime import date
from uuid import UUID

import orjson
import pytest
from conftest import a_building, make_actor, make_organization
from sqlmodel import SQLModel, select

from koprogo_app.core import storage
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.archive import service
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents.models import Document, DocumentVersion
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def limits(s):
    """What a transaction of the application may take."""
    return [s.connection().exec_driver_sql(f"SHOW {name}").scalar_one() for name in LIMITS]


@pytest.fixture
def furnished(alice):
    """A building with two lots, an owner, a key and a paper."""
    building = call(alice, buildings.create_building, a_building(kbo="0403170701", deed_on=date(1974, 3, 12)))
    paper = b"%PDF-1.4 acte de base"
    sha256 = storage.digest(io.BytesIO(paper))
    storage.put(storage.key_of(building.id, sha256), io.BytesIO(paper))
    with transaction(alice.organization_id) as s:
        lots = [
            Lot(building_id=building.id, number=n, type="apartment", shares=500, area_m2="92.50") for n in ("1A", "1B")
        ]
        owner = Owner(last_name="Çelik", first_name="Aylin", user_id=alice.user_id, email="a@example.be")
        key = DistributionKey(building_id=building.id, name="Ascenseur", clause="art. 12")
        document = Document(building_id=building.id, title="Acte", owner_id=None, uploaded_by=alice.user_id)
        s.add_all([*lots, owner, key, document])
        s.flush()
        s.add(Ownership(building_id=building.id, lot_id=lots[0].id, owner_id=owner.id, started_on=date(2020, 1, 1)))
        s.add_all(
            KeyPart(building_id=building.id, key_id=key.id, lot_id=lot.id, weight=w)
            for lot, w in zip(lots, (1, 2), strict=True)
        )
        s.add(
            DocumentVersion(
                building_id=building.id,
                document_id=document.id,
                number=1,
                filename="acte.pdf",
                mime="application/pdf",
                size=len(paper),
                sha256=sha256,
            )
        )
    return building


def exported(actor, building_id: UUID) -> bytes:
    out = io.BytesIO()
    call(actor, service.export_building, building_id, out)
    return out.getvalue()


def without_date(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as z:
        parts = {name: z.read(name) for name in z.namelist()}
    manifest = orjson.loads(parts.pop("manifest.json"))
    del manifest["exported_at"]
    return parts | {"manifest.json": orjson.dumps(manifest)}


def test_an_archive_imported_elsewhere_and_exported_again_is_the_same(alice, charlie, furnished):
    first = exported(alice, furnished.id)
    done = call(charlie, service.import_building, io.BytesIO(first))
    assert (done.rows["lot"], done.rows["owner"], done.files) == (2, 1, 1)
    assert without_date(exported(charlie, done.building_id)) == without_date(first)
    found = call(charlie, buildings.get_building, done.building_id)
    assert (found.name, found.kbo, found.deed_on) == ("Résidence Molière", "0403170701", date(1974, 3, 12))


def test_a_large_building_has_the_time_it_takes(alice, charlie, furnished):
    """Files are copied within the transaction: for longer than a page's may last, on a slow disk."""
    out = io.BytesIO()
    with transaction(alice.organization_id) as s:
        assert limits(s) == ["15s", "30s"]
        service.export_building(s, alice, furnished.id, out)
        assert limits(s) == ["0", "0"]
    with transaction(charlie.organization_id) as s:
        assert limits(s) == ["15s", "30s"], "of one transaction only"
        service.import_building(s, charlie, out)
        assert limits(s) == ["0", "0"]


def test_what_came_in_belongs_together(alice, charlie, furnished):
    done = call(charlie, service.import_building, io.BytesIO(exported(alice, furnished.id)))
    with transaction(charlie.organization_id) as s:
        held = s.exec(
            select(Lot.number, Owner.last_name)
            .join(Ownership, Ownership.lot_id == Lot.id)
            .join(Owner, Owner.id == Ownership.owner_id)
        ).all()
        weights = s.exec(
            select(Lot.number, KeyPart.weight).join(KeyPart, KeyPart.lot_id == Lot.id).order_by(Lot.number)
        ).all()
        version = s.exec(select(DocumentVersion)).one()
    assert list(held) == [("1A", "Çelik")]
    assert list(weights) == [("1A", 1), ("1B", 2)]
    assert storage.read(storage.key_of(done.building_id, version.sha256)) == b"%PDF-1.4 acte de base"


def test_no_key_and_no_account_of_this_installation_leaves_it(alice, furnished):
    text = b"".join(without_date(exported(alice, furnished.id)).values()).decode()
    assert str(alice.user_id) not in text
    assert str(alice.organization_id) not in text
    assert str(furnished.id) not in text


def test_every_table_of_an_organisation_joins_the_archive_or_says_why_not():
    tenant = {t.name for t in SQLModel.metadata.tables.values() if "organization_id" in t.c}
    assert tenant == set(service.TABLES) | set(service.LEFT_OUT)


def rewritten(archive: bytes, change) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            for new, content in change(name, source.read(name)):
                target.writestr(new, content)
    return io.BytesIO(out.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda n, c: [(n, c.replace(b"1A", b"9Z"))] if n == "rows/lot.jsonl" else [(n, c)],
        lambda n, c: [] if n == "rows/owner.jsonl" else [(n, c)],
        lambda n, c: [(n, c), ("../../etc/passwd", b"x")] if n == "rows/lot.jsonl" else [(n, c)],
        lambda n, c: [(n, c.replace(b'"version": 1', b'"version": 2'))] if n == "manifest.json" else [(n, c)],
        lambda n, c: [(n, b"{}")] if n == "manifest.json" else [(n, c)],
        lambda n, c: [(n, b"[]")] if n == "manifest.json" else [(n, c)],
    ],
)
def test_a_damaged_archive_is_refused_and_leaves_nothing(alice, charlie, furnished, change):
    with pytest.raises(Invalid):
        call(charlie, service.import_building, rewritten(exported(alice, furnished.id), change))
    with transaction(charlie.organization_id) as s:
        assert s.exec(select(Lot)).all() == []


def test_what_is_no_zip_is_refused(charlie):
    with pytest.raises(Invalid, match="not an archive"):
        call(charlie, service.import_building, io.BytesIO(b"hello"))


def test_the_same_co_ownership_is_not_imported_beside_itself(alice, furnished):
    with pytest.raises(Invalid, match="enterprise number"):
        call(alice, service.import_building, io.BytesIO(exported(alice, furnished.id)))


def test_a_stranger_and_an_owner_export_nothing(alice, charlie, furnished):
    with pytest.raises(NotFound):
        exported(charlie, furnished.id)
    with pytest.raises(Forbidden):
        exported(replace(alice, role=Role.OWNER), furnished.id)


def test_the_plan_of_the_new_organisation_must_have_room(alice, furnished):
    from koprogo_app.auth.models import Plan

    small = make_actor(make_organization("Petit", Plan.FREE), Role.SYNDIC, "Dora")
    call(small, buildings.create_building, a_building())
    with pytest.raises(Invalid, match="allows"):
        call(small, service.import_building, io.BytesIO(exported(alice, furnished.id)))


COUNTED = service._numbered


def meanwhile(monkeypatch, act):
    """`act` is done by somebody else once the rows are counted, before they are written."""

    def numbered(s, building_id):
        found = COUNTED(s, building_id)
        act(building_id)
        return found

    monkeypatch.setattr(service, "_numbered", numbered)


def test_others_enter_while_an_archive_is_written_and_it_holds_what_was_counted(alice, charlie, furnished, monkeypatch):
    call(alice, accounts.open_books, furnished.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))

    def enter(building_id):
        with transaction(alice.organization_id) as s:
            s.connection().exec_driver_sql("SET LOCAL lock_timeout = '1s'")  # the books are free
            books.locked_book(s, alice, building_id)
            s.add(Lot(building_id=building_id, number="late", type="cellar", shares=0))

    meanwhile(monkeypatch, enter)
    archive = exported(alice, furnished.id)
    done = call(charlie, service.import_building, io.BytesIO(archive))
    assert (done.rows["lot"], done.rows["book"]) == (2, 1)


def test_what_is_gone_or_newer_than_what_was_counted_is_tried_again(alice, furnished, monkeypatch):
    def lose(building_id):
        with transaction(alice.organization_id) as s:
            s.delete(s.exec(select(KeyPart)).first())

    meanwhile(monkeypatch, lose)
    with pytest.raises(Conflict, match="try again"):
        exported(alice, furnished.id)

    def rename(building_id):
        with transaction(alice.organization_id) as s:
            newer = DistributionKey(building_id=building_id, name="Chauffage", clause="art. 13")
            s.add(newer)
            s.flush()
            part = s.exec(select(KeyPart)).one()
            part.key_id = newer.id

    meanwhile(monkeypatch, rename)
    with pytest.raises(Conflict, match="try again"):
        exported(alice, furnished.id)
