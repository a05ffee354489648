"""The whole file of one co-ownership, out and in again: the legal hand-over (art. 3.89 §5 7°), a backup, another installation."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, cast
from uuid import UUID

import orjson
from sqlalchemy import Column, Table, select, text, union
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col

from koprogo_app.core import audit, belgium, clock, migrate, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.ids import uuid7
from koprogo_app.core.naming import columns_naming
from koprogo_app.core.service import requires, unhurried
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.documents import files as papers
from koprogo_app.modules.documents.models import DocumentVersion

from . import rules

TABLES = (  # in the order of their references
    "building", "partial_association", "lot", "lot_shares", "owner", "ownership", "distribution_key", "key_part",
    "document", "document_version", "import_run", "account", "fiscal_year", "supplier", "journal_entry", "journal_line",
    "opening_run", "invoice", "invoice_line", "invoice_exclusion", "invoice_step", "invoice_setting", "cost_allocation",
    "cost_exclusion", "charge_distribution", "recurring_invoice", "recurring_draft",
    "verification", "verification_tick", "verification_remark",
    "budget", "budget_line", "budget_setting",
    "fund_movement", "fund_waiver",
    "payment_reference", "payment", "settlement",
    "call", "call_line", "call_part",
    "statement", "statement_line", "statement_part", "statement_owner", "accrual", "year_closing",
    "meter", "meter_reading", "meter_period", "meter_use", "meter_mapping",
    "book",  # after the entries: its lock holds from then on
)  # fmt: skip
LEFT_OUT = {  # a test fails when a table of the organisation is neither here nor above
    "membership": "people who sign in belong to an installation; they are invited again",
    "one_time_link": "invitations are the office's",
    "mail_message": "the office's correspondence",
    "audit_entry": "the office's trail: its chain cannot be continued elsewhere",
    "audit_head": "the office's trail",
    "conversation": "a person's own questions to the assistant",
    "turn": "a person's own questions to the assistant",
    "assistant_setting": "the office's decision",
    "model_use": "the office's daily budget",
    "paper_reading": "made from the documents: they are read again where they arrive",
    "passage": "made from the documents",
    "passage_vector": "made from the documents",
    "account_day": "made from the entries",
    "integrity_run": "made from the books: they are checked anew where they arrive",
    "integrity_acceptance": "who keeps the books from now on judges the findings for himself",
    "letter_run": "what it is about is in the archive, its letters are made again from it",
    "letter": "made again from the books; the mails that carried them are the office's",
}
PARTIES = ("owner", "supplier")  # of an office: those that a building names go along
LOCAL = {
    "id",
    "organization_id",
    "slug",
    "user_id",
    "uploaded_by",
    "tsv",
    "posted_by",
    "source_id",
    "submitted_by",
    "approved_by",
    "created_by",
    "issued_by",
}  # keys, people and addresses of one installation
CHANGED = N_("The co-ownership changed while it was written out: try again.")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)  # the last: it asks for a password
AT_ONCE = 200  # rows: some carry the whole text of a paper
_DATE = (1980, 1, 1, 0, 0, 0)  # the zip's own dates say nothing: equal contents are equal bytes


@dataclass(frozen=True)
class Imported:
    """What an archive brought in: rows per table and files."""

    building_id: UUID
    rows: dict[str, int]
    files: int


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def _columns(table: Table) -> list[Column[Any]]:
    return [c for c in table.columns if c.name not in LOCAL]


def _references(table: Table) -> dict[str, str]:
    """column -> table it points at, for the tables of the archive."""
    found = {"building_id": "building"} if "building_id" in table.c else {}
    for constraint in table.foreign_key_constraints:
        name = constraint.column_keys[-1]
        target = constraint.referred_table.name
        if target in TABLES and name != "organization_id":
            found[name] = target
    return found


def _of(table: Table, building_id: UUID) -> Any:
    """Which rows of a table belong to a building."""
    if table.name == "building":
        return table.c.id == building_id
    if table.name in PARTIES:
        return table.c.id.in_(_parties(table.name, building_id))
    return table.c.building_id == building_id


def _parties(table: str, building_id: UUID) -> Any:
    """Whom any table of the archive names in a building."""
    named = (column for column in columns_naming(table) if column.table.name in TABLES)
    found = [
        select(column).where(column.table.c.building_id == building_id, column.is_not(None))
        for column in named
        if "building_id" in column.table.c
    ]
    return union(*found)


@requires(Permission.ARCHIVE_EXPORT, audit=N_("archive exported"))
def export_building(s: Session, actor: Actor, building_id: UUID, out: BinaryIO) -> str:
    """Writes the archive of a building to `out`; returns its file name. NotFound when the reader cannot see it, Conflict when it
    changed while it was written."""
    unhurried(s)
    building, numbers = buildings.get_building(s, actor, building_id), _numbered(s, building_id)
    parts: list[rules.Part] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in TABLES:
            parts.append(_add(archive, rules.ROWS.format(table=name), _written(s, _table(name), building_id, numbers)))
        kept = select(col(DocumentVersion.sha256)).where(col(DocumentVersion.building_id) == building_id).distinct()
        for sha256 in s.execute(kept.order_by(col(DocumentVersion.sha256))).scalars():
            name, paper = rules.FILES.format(sha256=sha256), storage.stream(storage.key_of(building_id, sha256))
            parts.append(_add(archive, name, paper, zipfile.ZIP_STORED))  # papers are compressed already
        manifest = {
            "format": rules.FORMAT, "version": rules.VERSION, "schema": migrate.head(), "exported_at": clock.now().isoformat(),
            "building": building.name, "kbo": building.kbo, "rows": {name: len(found) for name, found in numbers.items()},
            "parts": [{"name": p.name, "size": p.size, "sha256": p.sha256} for p in parts],
        }  # fmt: skip
        _add(archive, rules.MANIFEST, [orjson.dumps(manifest, option=orjson.OPT_INDENT_2)])
    audit.note(
        s, "building", building_id, building_id, **{f"rows_{name}": len(found) for name, found in numbers.items()}
    )
    return f"koprogo-{building.kbo or 'building'}-{clock.today():%Y-%m-%d}.zip"


def _numbered(s: Session, building_id: UUID) -> dict[str, dict[UUID, int]]:
    """The rows of a building in the order of their creation, as they are at one moment: nothing is posted during it."""
    book, numbers = _table("book"), dict[str, dict[UUID, int]]()
    with s.begin_nested() as moment:
        s.execute(select(book.c.id).where(book.c.building_id == building_id).with_for_update(read=True))
        for name in TABLES:
            table = _table(name)
            ids = s.execute(select(table.c.id).where(_of(table, building_id)).order_by(table.c.id)).scalars()
            numbers[name] = {key: n for n, key in enumerate(ids, 1)}
        moment.rollback()  # the lock goes: others post while rows and papers are written
    return numbers


def _written(s: Session, table: Table, building_id: UUID, numbers: dict[str, dict[UUID, int]]) -> Iterator[bytes]:
    """The rows of a table that were numbered, a line each, some at a time: a large building has more than the memory.

    Conflict when one of them is gone, or names one that came since.
    """
    left = len(numbers[table.name])
    wanted = select(table).where(_of(table, building_id)).order_by(table.c.id)
    for row in s.execute(wanted, execution_options={"yield_per": AT_ONCE}).mappings():
        if row["id"] not in numbers[table.name]:
            continue  # added since
        left -= 1
        try:
            plain = _portable(table, dict(row), numbers)
        except KeyError:
            raise Conflict(CHANGED) from None
        yield orjson.dumps(plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    if left:
        raise Conflict(CHANGED)


def _portable(table: Table, row: dict[str, Any], numbers: dict[str, dict[UUID, int]]) -> dict[str, Any]:
    references = _references(table)
    plain: dict[str, Any] = {}
    for column in _columns(table):
        value = row[column.name]
        if value is not None and column.name in references:
            target = references[column.name]
            value = rules.reference(target, numbers[target][value])
        elif isinstance(value, Decimal | UUID):
            value = str(value)
        elif isinstance(value, datetime):
            value = value.astimezone(clock.UTC).isoformat()
        plain[column.name] = value
    return plain


def _add(
    archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], method: int = zipfile.ZIP_DEFLATED
) -> rules.Part:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = method
    sha, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as target:
        for piece in pieces:
            sha.update(piece)
            size += len(piece)
            target.write(piece)
    return rules.Part(name, size, sha.hexdigest())


@requires(Permission.ARCHIVE_IMPORT, audit=N_("archive imported"))
def import_building(s: Session, actor: Actor, source: BinaryIO) -> Imported:
    """Brings a co-ownership in from an archive, whole or not at all. Invalid when the file is damaged or of another version.

    Nothing in it is believed: whoever has an archive may have made it.
    """
    buildings.refuse_limited(actor)
    unhurried(s)
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise Invalid("This file is not an archive of KoproGo.", field="file") from None
    with archive:
        counts, parts = _checked(archive, source.seek(0, io.SEEK_END))
        made = {name: [uuid7() for _ in range(count)] for name, count in counts.items()}
        for keys in made.values():
            keys.sort()  # the order of creation is the order of the archive
        if len(made["building"]) != 1:
            raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file")
        building_id = made["building"][0]
        try:
            for name in TABLES:
                _insert(s, actor, _table(name), archive, made)
            s.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # what the database checks last: balances, parts of a lot
        except (
            ArithmeticError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            SQLAlchemyError,
        ):  # written by hand
            raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file") from None
        files = [p for p in parts if p.name.startswith("files/")]
        _check_papers(s, building_id, files)
        _check_identity(s, actor, building_id)
        for part in files:
            with archive.open(part.name) as file:
                storage.put(storage.key_of(building_id, part.sha256), cast(BinaryIO, file))
    audit.note(s, "building", building_id, building_id, **{f"rows_{k}": n for k, n in counts.items()})
    return Imported(building_id, counts, len(files))


def _checked(archive: zipfile.ZipFile, packed: int) -> tuple[dict[str, int], list[rules.Part]]:
    """The number of rows by table and the parts, every checksum verified before a row is written."""
    try:
        unpacked = sum(info.file_size for info in archive.infolist())
        rules.check_growth(unpacked, archive.getinfo(rules.MANIFEST).file_size, packed)
        manifest: dict[str, Any] = orjson.loads(archive.read(rules.MANIFEST))
    except (KeyError, orjson.JSONDecodeError, *_BROKEN):
        raise Invalid("This file is not an archive of KoproGo.", field="file") from None
    if not isinstance(manifest, dict):
        raise Invalid("This file is not an archive of KoproGo.", field="file")
    rules.check_manifest(manifest, migrate.head() or "")
    parts = rules.parts_of(manifest)
    rules.check_names(archive.namelist(), parts)
    for part in parts:
        info = archive.getinfo(part.name)
        if info.file_size > rules.MAX_RATIO * max(info.compress_size, 1024):
            raise Invalid("The archive is damaged: {part} is not as it was written.", field="file", part=part.name)
        sha, size = hashlib.sha256(), 0
        try:
            for piece in _pieces(archive, part.name):
                sha.update(piece)
                size += len(piece)
        except _BROKEN:
            raise Invalid(
                "The archive is damaged: {part} is not as it was written.", field="file", part=part.name
            ) from None
        rules.check_part(part, sha.hexdigest(), size)
    return rules.counts_of(manifest, parts, TABLES), parts


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while piece := file.read(storage.CHUNK):
            yield piece


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while line := file.readline(rules.MAX_LINE):
            yield line


def _insert(s: Session, actor: Actor, table: Table, archive: zipfile.ZipFile, made: dict[str, list[UUID]]) -> None:
    references, columns = _references(table), {c.name: c for c in _columns(table)}
    rows: list[dict[str, Any]] = []
    known = _known_suppliers(s) if table.name == "supplier" else {}
    lines = zip(_lines(archive, rules.ROWS.format(table=table.name)), list(made[table.name]), strict=True)
    for n, (line, key) in enumerate(lines):
        given = orjson.loads(line)
        row = {
            name: _native(columns[name], value)
            for name, value in given.items()
            if name in columns and name not in references
        }
        for name, target in references.items():
            row[name] = None  # rows are written many at once: each has every column
            if given.get(name) is not None:
                number = rules.number_of(str(given[name]), target)
                if not 0 < number <= len(made[target]):
                    raise Invalid("The archive names a row that it does not hold: {row}.", row=given[name])
                row[name] = made[target][number - 1]
        if here := known.get(row.get("kbo")):
            made[table.name][n] = here  # the office knows this enterprise: the entries name that one
            continue
        rows.append(row | {"id": key, "organization_id": actor.organization_id})
        if len(rows) == AT_ONCE:
            s.execute(table.insert(), rows)
            rows.clear()
    if rows:
        s.execute(table.insert(), rows)


def _known_suppliers(s: Session) -> dict[Any, UUID]:
    """Enterprise number to id, of the suppliers the office has already."""
    supplier = _table("supplier")
    rows = s.execute(select(supplier.c.kbo, supplier.c.id).where(supplier.c.kbo.is_not(None)))
    return {kbo: supplier_id for kbo, supplier_id in rows}


def _native(column: Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, JSONB):
        return value
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if kind in (UUID, Decimal) else value


def _check_papers(s: Session, building_id: UUID, parts: list[rules.Part]) -> None:
    """Each version is a file that came along, of a kind and by a name that an upload may have."""
    sizes = {part.sha256: part.size for part in parts}
    wanted = select(DocumentVersion.filename, DocumentVersion.mime, DocumentVersion.size, DocumentVersion.sha256)  # type: ignore[call-overload]
    for name, mime, size, sha256 in s.execute(wanted.where(col(DocumentVersion.building_id) == building_id)):
        if sizes.get(sha256) != size or mime not in papers.KINDS or papers.clean_name(name) != name:
            raise Invalid("The archive is damaged: {part} is not as it was written.", field="file", part=name)


def _check_identity(s: Session, actor: Actor, building_id: UUID) -> None:
    """The plan has room, and the organisation does not have this co-ownership already."""
    kbo = s.exec(select(Building.kbo).where(col(Building.id) == building_id)).scalar_one()  # type: ignore[call-overload]
    if kbo != belgium.kbo(kbo):
        raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file")
    if kbo and len(s.exec(select(Building.id).where(col(Building.kbo) == kbo)).all()) > 1:  # type: ignore[call-overload]
        raise Invalid("Another building of this organisation has this enterprise number.", field="file")
    buildings.check_room(s, actor.organization_id)
