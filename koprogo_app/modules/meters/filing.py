"""Readings from a file: read, shown, corrected in its columns, and entered. The file waits in the mapping of its building."""

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.sheets.service import read_book

from . import columns
from .columns import MOST_BYTES, MOST_ROWS, FileMap, Meaning
from .matching import Action, Known, Line, settle
from .models import MeterMapping
from .readings import Dial, dials, locked_dials, store
from .rules import Kind, Source

NO_FILE = N_("No file of readings waits here.")
_READ = N_("file of readings read")


@dataclass(frozen=True, slots=True)
class Filed:
    """The file that waits: its rows as they are, how they are read, and what entering them would do."""

    mapping: MeterMapping
    file: FileMap
    lines: tuple[Line, ...]

    @property
    def tally(self) -> dict[Action, int]:
        found = Tally(line.action for line in self.lines)
        return {action: found[action] for action in Action}

    @property
    def wanted(self) -> int:
        """Readings that entering it would write."""
        return self.tally[Action.NEW] + self.tally[Action.OTHER]


def visible(actor: Actor) -> SelectOfScalar[Any]:
    """Every read starts here: the organisation's mappings (row-level security), those of the role's buildings."""
    rows = cast(SelectOfScalar[Any], select(MeterMapping))
    return rows if actor.building_ids is None else rows.where(col(MeterMapping.building_id).in_(actor.building_ids))


@requires(Permission.LEDGER_READ)
def find_file(s: Session, actor: Actor, building_id: UUID) -> Filed | None:
    """The file that waits, with what entering it would do; none when none does."""
    buildings.get_building(s, actor, building_id)
    mapping = s.exec(visible(actor).where(MeterMapping.building_id == building_id)).one_or_none()
    return _filed(s, mapping) if mapping is not None and mapping.rows else None


@requires(Permission.METERS_WRITE, audit=_READ)
def add_file(
    s: Session, actor: Actor, building_id: UUID, filename: str, data: bytes, kind: Kind | None = None
) -> Filed:
    """Reads a spreadsheet in the place of the one that waits; nothing is entered yet. `kind`: of the meters that it names
    by their lot alone, as the last time when it is not given.

    Invalid above 5 MB or 5 000 rows, and for a file that cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("This file is larger than {size} MB.", field="file", size=MOST_BYTES >> 20)
    buildings.get_building(s, actor, building_id)
    book = read_book(data, filename[:200] or "1")
    mapping = _held(s, building_id)
    known = mapping.headings
    maps = [columns.map_file(sheet.rows, known) for sheet in book]
    at = next((n for n, one in enumerate(maps) if one.complete), 0)
    if len(book[at].rows) > MOST_ROWS:
        raise Invalid("A file of readings may have {count} rows at most.", field="file", count=MOST_ROWS)
    mapping.filename, mapping.rows = filename[:200], [list(row) for row in book[at].rows]
    mapping.columns, mapping.kind = maps[at].to_dict(), kind.value if kind else mapping.kind
    return _kept(s, mapping)


@requires(Permission.METERS_WRITE, audit=_READ)
def remap(
    s: Session, actor: Actor, building_id: UUID, *, header: int | None = None, column: int | None = None, meaning: Meaning | None = None,
    kind: Kind | None = None,
) -> Filed:  # fmt: skip
    """Reads the file otherwise: another row of headings (from 0, -1 for none), another meaning of a column, other meters."""
    mapping = _waiting(s, actor, building_id)
    file = FileMap.from_dict(mapping.columns)
    if header is not None:
        if not -1 <= header < len(mapping.rows):
            raise Invalid("The file has no such line.", field="header")
        file = columns.map_file(mapping.rows, mapping.headings, header)
    if column is not None and meaning is not None:
        if not 0 <= column < len(file.columns):
            raise Invalid("The file has no such column.", field="column")
        file = columns.with_column(file, column, meaning)
    mapping.columns, mapping.kind = file.to_dict(), kind.value if kind else mapping.kind
    return _kept(s, mapping)


@requires(Permission.METERS_WRITE, audit=N_("readings taken from a file"))
def enter_file(s: Session, actor: Actor, building_id: UUID) -> int:
    """Enters every reading that nothing stops and forgets the file; its columns are remembered. Returns how many were written.

    The same file sent and entered again writes nothing. Invalid while its columns are not known or no reading can be entered.
    """
    mapping = _waiting(s, actor, building_id)
    if not FileMap.from_dict(mapping.columns).complete:
        raise Invalid(columns.NEEDED)
    held = locked_dials(s, building_id, [dial.meter.id for dial in dials(s, building_id)])
    filed = _filed(s, mapping, held)
    if not filed.wanted and not filed.tally[Action.SAME]:
        raise Invalid("No reading of this file can be entered.")
    by_meter = {dial.meter.id: dial for dial in held}
    written = 0
    for line in filed.lines:
        day, value = line.row.day.value, line.row.value.value
        if line.action in (Action.NEW, Action.OTHER) and line.meter and day is not None and value is not None:
            dial = by_meter[line.meter.counter.id]
            written += store(s, dial, day, value, source=Source.FILE, note=line.row.note)
    mapping.headings = mapping.headings | columns.headings_of(mapping.rows, filed.file)
    _forget(mapping)
    s.flush()
    return written


@requires(Permission.METERS_WRITE, audit=N_("file of readings deleted"))
def drop_file(s: Session, actor: Actor, building_id: UUID) -> None:
    """Forgets the file that waits, if one does; nothing of it is entered."""
    found = _mapping(s, actor, building_id)
    if found is not None:
        _forget(found)
    s.flush()


# --- Parts -----------------------------------------------------------------------------------------------------------


def _forget(mapping: MeterMapping) -> None:
    mapping.rows, mapping.columns, mapping.filename = [], {}, ""


def _held(s: Session, building_id: UUID) -> MeterMapping:
    """The mapping of a building, made when there is none; one writer at a time."""
    s.exec(select(Building.id).where(Building.id == building_id).with_for_update(key_share=True)).one()
    found = s.exec(select(MeterMapping).where(MeterMapping.building_id == building_id).with_for_update()).one_or_none()
    if found is None:
        found = MeterMapping(building_id=building_id)
        s.add(found)
        s.flush()
    return found


def _mapping(s: Session, actor: Actor, building_id: UUID) -> MeterMapping | None:
    buildings.get_building(s, actor, building_id)
    return s.exec(visible(actor).where(MeterMapping.building_id == building_id).with_for_update()).one_or_none()


def _waiting(s: Session, actor: Actor, building_id: UUID) -> MeterMapping:
    found = _mapping(s, actor, building_id)
    if found is None or not found.rows:
        raise Conflict(NO_FILE)
    return found


def _kept(s: Session, mapping: MeterMapping) -> Filed:
    s.flush()
    filed = _filed(s, mapping)
    audit.note(s, "meter_mapping", mapping.id, mapping.building_id, filename=mapping.filename, lines=len(filed.lines))
    return filed


def _filed(s: Session, mapping: MeterMapping, held: Sequence[Dial] | None = None) -> Filed:
    file = FileMap.from_dict(mapping.columns)
    if not file.complete:
        return Filed(mapping, file, ())
    known = [
        Known(dial.counter, dial.meter.serial, dial.lot, dial.meter.kind)
        for dial in (dials(s, mapping.building_id) if held is None else held)
    ]
    numbers = s.exec(select(Lot.number).where(Lot.building_id == mapping.building_id))
    rows = columns.read_rows(mapping.rows, file)
    return Filed(mapping, file, tuple(settle(rows, known, numbers, mapping.kind, clock.today())))
