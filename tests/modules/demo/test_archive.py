"""The reference building of 182 lots leaves as an archive, comes in elsewhere, and leaves again the same."""

import io
import zipfile
from typing import Any
from uuid import UUID

import orjson
from conftest import make_actor, make_organization
from sqlmodel import Session

from koprogo_app.core.actor import Actor, Role, system_actor
from koprogo_app.core.db import transaction
from koprogo_app.modules.archive import service
from koprogo_app.modules.demo.data.offices import offices

SONNET = offices()[0]


def exported(s: Session, actor: Actor, building_id: UUID) -> tuple[io.BytesIO, list[tuple[Any, ...]], dict[str, Any]]:
    """The archive; name, date and content of each part in its order, the manifest apart and without its moment."""
    out = io.BytesIO()
    service.export_building(s, actor, building_id, out)
    with zipfile.ZipFile(out) as archive:
        parts = [(i.filename, i.date_time, archive.read(i)) for i in archive.infolist()]
    manifest = orjson.loads(next(content for name, _, content in parts if name == "manifest.json"))
    assert manifest.pop("exported_at")
    return out, [part for part in parts if part[0] != "manifest.json"], manifest


def test_the_archive_of_182_lots_is_the_same_after_a_round_trip(told):
    syndic, successor = system_actor(SONNET.id), make_actor(make_organization("Successor"), Role.SYNDIC, "Dora")
    with transaction(SONNET.id) as s:
        archive, parts, manifest = exported(s, syndic, SONNET.house_id(0))
    assert (manifest["rows"]["lot"], manifest["rows"]["building"]) == (182, 1)
    assert [p for p in manifest["parts"] if p["name"].startswith("files/")]
    with transaction(successor.organization_id) as s:
        done = service.import_building(s, successor, archive)
        s.flush()
        assert exported(s, successor, done.building_id)[1:] == (parts, manifest)
        s.rollback()  # the other tests count what is there
