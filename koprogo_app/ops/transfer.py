"""Co-ownerships in and out by the command line: archives of KoproGo, and syndics' own spreadsheets."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

from sqlmodel import select

import koprogo_app.tables  # noqa: F401  # pyright: ignore[reportUnusedImport]  (foreign keys name other modules' tables)
from koprogo_app.auth.models import Organization
from koprogo_app.core.actor import Actor, system_actor
from koprogo_app.core.belgium import kbo
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.imports import service as imports
from koprogo_app.modules.registers.rules import Gate


def export_building(building: str, folder: Path) -> Path:
    """Writes the archive of a building (its identifier or KBO number) in a folder; returns the file."""
    building_id, organization_id = _building(building)
    partial = folder / f".{building_id}.partial"
    try:
        with partial.open("wb") as out:
            name = call(system_actor(organization_id), archive.export_building, building_id, out)
        return partial.rename(folder / name)
    finally:
        partial.unlink(missing_ok=True)


def import_archive(file: Path, organization: str) -> Iterator[str]:
    """Brings an archive in; yields what it held. Invalid when it is damaged or the office has this building already."""
    with file.open("rb") as source:
        done = call(_office(organization), archive.import_building, source)
    yield from (f"{table}: {count}" for table, count in done.rows.items() if count)
    yield f"files: {done.files}"


def import_spreadsheet(file: Path, organization: str, identity: Mapping[str, str], dry_run: bool) -> Iterator[str]:
    """Reads a spreadsheet, yields its checks, and writes the register when all that block are passed.

    `identity` is what the file does not say of the building: name, address, postcode, city, kbo, language, deed_total.
    Raises RuntimeError when the import is blocked; the draft then waits in the browser, to be put right there.
    """
    actor = _office(organization)
    run = call(actor, imports.start_import, file.name, file.read_bytes())
    found = call(actor, imports.open_run, run.id)
    if identity:
        found = call(actor, imports.choose, run.id, building={**found.choices.building, **identity})
    yield from map(_worded, found.draft.gates)
    if dry_run:
        call(actor, imports.delete_draft, run.id)
        yield "Nothing was written."
    elif not found.draft.can_import:
        raise RuntimeError(
            f"The import is blocked. Put it right in the browser: {settings().deploy_url}/imports/{run.id}"
        )
    else:
        report = call(actor, imports.commit_import, run.id)
        yield f"Imported: {report.lots} lots, {report.owners} owners, {report.holdings} ownerships, {report.keys} keys."


def _worded(gate: Gate) -> str:
    label, figure = (translate("en", text, **gate.params) for text in (gate.label, gate.figure))
    return f"{'✓' if gate.passed else '✗' if gate.blocking else '!'} {label}: {figure}"


def _office(organization: str) -> Actor:
    """The system acting in an office, named by its identifier or its short name (slug)."""
    key = Organization.id == _uuid(organization) if _uuid(organization) else Organization.slug == organization
    with everywhere() as s:
        found = s.exec(select(Organization).where(key)).one_or_none()
    if found is None:
        raise RuntimeError(f"No office has the identifier or short name {organization}.")
    return system_actor(found.id)


def _building(text: str) -> tuple[UUID, UUID]:
    key = Building.id == _uuid(text) if _uuid(text) else Building.kbo == kbo(text)
    with everywhere() as s:
        found = s.exec(select(Building.id, Building.organization_id).where(key)).all()
    if len(found) != 1:
        raise RuntimeError(f"{len(found)} co-ownerships have the identifier or KBO number {text}: give the identifier.")
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
