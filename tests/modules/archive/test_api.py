import io
import zipfile
from datetime import date
from uuid import uuid4

import orjson
import pytest
from conftest import a_building, as_role
from modules.ownership.conftest import a_lot, a_person, hold
from sqlmodel import select

from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.config import settings
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.archive.api import router
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots


@pytest.fixture
def tilleuls(alice):
    building = call(alice, buildings.create_building, a_building(name="Les Tilleuls", kbo="0403170701"))
    hold(alice, a_lot(alice, building, "1.1", 600), a_person(alice, "Dubois"), since=date(2020, 1, 1))
    return building


def export(client, building_id):
    return client.get(f"/api/v1/buildings/{building_id}/archive")


def bring_in(client, content: bytes, **fields: str):
    return client.post("/api/v1/archives", files={"file": ("a.zip", content)}, data=fields)


def trail(actor) -> list[str]:
    with transaction(actor.organization_id) as s:
        return list(s.exec(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_an_archive_leaves_as_a_zip_and_comes_in_elsewhere(client_of, alice, charlie, tilleuls):
    answer = export(client_of(router, alice), tilleuls.id)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"].startswith('attachment; filename="koprogo-0403170701-')
    assert int(answer.headers["content-length"]) == len(answer.content)
    manifest = orjson.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("manifest.json"))
    assert (manifest["building"], manifest["rows"]["lot"]) == ("Les Tilleuls", 1)
    made = bring_in(client_of(router, charlie), answer.content)
    assert (made.status_code, made.json()["rows"]["ownership"], made.json()["files"]) == (201, 1, 0)
    assert call(charlie, buildings.get_building, made.json()["id"]).name == "Les Tilleuls"
    assert len(call(charlie, lots.list_building_lots, made.json()["id"])) == 1
    assert trail(alice)[-1] == "archive exported"
    assert trail(charlie) == ["archive imported"]


def test_the_platform_administrator_names_the_organisation_that_receives(
    client_of, alice, charlie, superadmin, tilleuls
):
    client = client_of(router, superadmin)
    archive = export(client, tilleuls.id)
    assert archive.status_code == 200
    assert trail(alice)[-1] == "archive exported"  # the office sees that its file was taken
    assert bring_in(client, archive.content).status_code == 400
    made = bring_in(client, archive.content, organization_id=str(charlie.organization_id))
    assert made.status_code == 201
    assert call(charlie, buildings.get_building, made.json()["id"]).kbo == "0403170701"


def test_what_is_no_archive_is_refused_in_a_sentence(client_of, alice):
    refused = bring_in(client_of(router, alice), b"hello")
    assert refused.status_code == 400
    assert "KoproGo" in refused.json()["error"]


def test_a_file_above_the_limit_is_refused_before_it_is_read(client_of, alice, monkeypatch):
    monkeypatch.setattr(settings(), "max_upload_mb", 1)
    client = client_of(router, alice)
    client.headers["accept-language"] = "en"
    refused = bring_in(client, b"x" * (1024 * 1024 + 1))
    assert (refused.status_code, refused.json()["error"]) == (400, "This file is larger than 1 MB.")


def test_who_may_not_take_or_bring_an_archive(client_of, alice, charlie, tilleuls):
    assert export(client_of(router, charlie), tilleuls.id).status_code == 404
    assert export(client_of(router, alice), uuid4()).status_code == 404
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.OWNER):
        reader = client_of(router, as_role(alice, role, tilleuls.id))
        assert (export(reader, tilleuls.id).status_code, bring_in(reader, b"x").status_code) == (403, 403)
    nobody = client_of(router, None)
    assert (export(nobody, tilleuls.id).status_code, bring_in(nobody, b"x").status_code) == (401, 401)
