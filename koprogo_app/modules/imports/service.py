"""The import of a building from a syndic's own spreadsheet: read, map, mend, try, write at once, undo at once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, Msgid
from koprogo_app.core.listing import Asked, Listed, page_of
from koprogo_app.core.service import requires, unhurried
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building, BuildingIn
from koprogo_app.modules.headings.rules import (
    Field,
    Role,
    SheetMap,
    map_sheet,
    mapping_from_list,
    mapping_to_list,
    propose,
)
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.matches.rules import KnownOwner
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.access import sync_access
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.registers.rules import Added, Choices, Draft
from koprogo_app.modules.sheets.rules import Sheet
from koprogo_app.modules.sheets.service import read_book

from . import rules, writing
from .models import ImportRun, RunStatus


@dataclass(frozen=True, slots=True)
class Wizard:
    """A run, the file as read, how it is read, and the register that makes."""

    run: ImportRun
    book: list[Sheet]
    mapping: list[SheetMap]
    choices: Choices
    draft: Draft


@dataclass(frozen=True, slots=True)
class Report:
    """What a commit wrote."""

    building_id: UUID
    lots: int
    owners: int
    known_owners: int
    holdings: int
    keys: int


COLUMNS = (
    ImportRun.id, ImportRun.filename, ImportRun.status, ImportRun.building_id, ImportRun.created_at, ImportRun.committed_at,
    ImportRun.undone_at, Building.name,
)  # fmt: skip


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the office's imports, or those that made the buildings a role is limited to."""
    rows = cast(Any, select(*cast(Any, columns)) if columns else select(ImportRun))
    return rows if actor.building_ids is None else rows.where(col(ImportRun.building_id).in_(actor.building_ids))


@requires(Permission.IMPORTS_RUN)
def list_runs(s: Session, actor: Actor, asked: Asked) -> Listed:
    """The office's imports, the latest first."""
    wanted = visible(actor, *COLUMNS).outerjoin(Building, col(Building.id) == ImportRun.building_id)
    sortable = {"created_at": col(ImportRun.created_at), "filename": col(ImportRun.filename)}
    return page_of(s, wanted, replace(asked, descending=True) if not asked.sort else asked, sortable, "created_at")


@requires(Permission.IMPORTS_RUN, audit=N_("import started"))
def start_import(s: Session, actor: Actor, filename: str, data: bytes) -> ImportRun:
    """Reads a spreadsheet and proposes how to read it. Invalid, with the reason, for a file that cannot be read.

    Forbidden to a role limited to buildings: an import makes another one, and knows everybody of the office.
    """
    buildings.refuse_limited(actor)
    if actor.organization_id is None:
        raise Invalid("Choose an organisation first.")
    unhurried(s)
    book = read_book(data, filename)
    mapping = propose(book)
    suggested = rules.build_draft(book, mapping, Choices())
    choices = Choices(deed_total=None, building={k: v for k, v in suggested.building.items() if k != "deed_total"})
    run = ImportRun(
        filename=filename[:200], user_id=actor.user_id, book={"sheets": [asdict(sheet) for sheet in book]},
        choices=_kept(mapping, choices, "columns"),
    )  # fmt: skip
    s.add(run)
    s.flush()
    return run


@requires(Permission.IMPORTS_RUN)
def open_run(s: Session, actor: Actor, run_id: UUID) -> Wizard:
    """A run with the register it makes as things stand."""
    return _wizard(s, _run(s, actor, run_id))


@requires(Permission.IMPORTS_RUN, audit=N_("import prepared"))
def choose(s: Session, actor: Actor, run_id: UUID, *, step: str = "", fixes: Mapping[str, str] | None = None,
           drop: str = "", restore: str = "", add: Mapping[str, str] | None = None,
           building: Mapping[str, str] | None = None) -> Wizard:  # fmt: skip
    """Keeps what the person decides: texts at findings, lines dropped, taken back or added, the building's identity, the step.

    `add`: texts by the name of a Field; with an owner's number it is a line of the owners' sheet, else one of the lots'.
    """
    run = _draft_run(s, actor, run_id)
    found = _wizard(s, run)
    choices = found.choices
    if fixes:
        kept = {**choices.fixes, **{target: text.strip() for target, text in fixes.items()}}
        choices = replace(choices, fixes=kept)
    if drop or restore:
        choices = replace(choices, dropped=(choices.dropped | ({drop} if drop else set())) - {restore})
    if add:
        cells = {_member(Field, name).value: text.strip() for name, text in add.items() if text.strip()}
        role = Role.OWNERS if Field.OWNER_NUMBER in cells else Role.LOTS
        sheet = next((m.sheet for m in found.mapping if m.role == role), None)
        if sheet is None or not (cells.keys() & {Field.LOT, Field.OWNER_NUMBER}):
            raise Invalid("Give the lot or the owner's number of the line.", field="lot")
        choices = replace(choices, added=(*choices.added, Added(sheet, cells)))
    if building is not None:
        total = building.get("deed_total", "").replace(" ", "").replace("\u00a0", "").replace(".", "")
        if total and not (total.isdecimal() and 0 < int(total) <= 100_000_000):
            raise Invalid("Enter a whole number.", field="deed_total")
        _since(building)
        kept_building = {k: v.strip() for k, v in building.items() if k != "deed_total"}
        choices = replace(choices, building=kept_building, deed_total=int(total) if total else None)
    return _save(s, run, found.mapping, choices, step or run.choices.get("step", "columns"))


@requires(Permission.IMPORTS_RUN, audit=N_("import prepared"))
def remap(s: Session, actor: Actor, run_id: UUID, *, sheet: int, header: int | None = None, role: str = "",
          column: int | None = None, field: str = "") -> Wizard:  # fmt: skip
    """Reads a sheet otherwise: another heading row, another role, another meaning of a column."""
    run = _draft_run(s, actor, run_id)
    found = _wizard(s, run)
    if not 0 <= sheet < len(found.mapping):
        raise NotFound("This sheet does not exist.")
    mapping = list(found.mapping)
    chosen = mapping[sheet]
    if header is not None:
        if not -1 <= header < len(found.book[sheet].rows):
            raise Invalid("This line does not exist.", field="header")
        chosen = replace(map_sheet(sheet, found.book[sheet], header), role=chosen.role)
    if role:
        chosen = replace(chosen, role=_member(Role, role))
    if column is not None:
        meaning = _member(Field, field)
        columns = tuple(
            replace(c, field=meaning, confidence=100, name=c.heading if meaning == Field.KEY else "")
            if c.index == column
            else c
            for c in chosen.columns
        )
        chosen = replace(chosen, columns=columns)
    mapping[sheet] = chosen
    return _save(s, run, mapping, found.choices, run.choices.get("step", "columns"))


@requires(Permission.IMPORTS_RUN)
def dry_run(s: Session, actor: Actor, run_id: UUID) -> list[rules.Difference]:
    """What the import would write, before anything is: created, changed and unchanged, line by line."""
    found = open_run(s, actor, run_id)
    ids = [UUID(o.known_id) for o in found.draft.owners if o.known_id]
    known = s.exec(select(Owner).where(col(Owner.id).in_(ids))).all() if ids else []
    file = {o.known_id: rules.owner_texts(o) for o in found.draft.owners if o.known_id}
    existing = rules.Existing(owners={str(o.id): writing.left(o, file[str(o.id)]) for o in known})
    return rules.diff(found.draft, existing)


@requires(Permission.IMPORTS_RUN, audit=N_("building imported"))
def commit_import(s: Session, actor: Actor, run_id: UUID) -> Report:
    """Writes the whole register in this one transaction. Invalid while a blocking gate is closed; Conflict when done already."""
    run = _draft_run(s, actor, run_id)
    found = _wizard(s, run)
    failed = next((gate for gate in found.draft.gates if gate.blocking and not gate.passed), None)
    if failed:
        raise Invalid("The import is blocked: {gate}.", gate=Msgid(failed.label))
    building = _building(s, actor, found)
    since = _since(found.choices.building)
    voiced = {h.lot for h in found.draft.holdings if h.representative}
    entered = [(d.number, writing.lot_in(d, building.language, d.number in voiced)) for d in found.draft.lots]
    by_number = {number: lots.create_lot(s, actor, building.id, lot) for number, lot in entered}
    people, filled = writing.people(s, actor, found.draft, run.filename, since, building.language)
    held = [writing.holding(h, building.id, by_number, people, since) for h in found.draft.holdings]
    writing.name_contacts(held)
    s.add_all(held)
    keys, weights = writing.keys(s, building.id, found.draft, by_number)
    s.flush()
    sync_access(s, list(people.values()))
    made = {
        "key": keys,
        "key_part": weights,
        "ownership": [h.id for h in held],
        "lot": [lot.id for lot in by_number.values()],
    }
    made["owner"] = [people[o.key] for o in found.draft.owners if not o.known_id]
    run.building_id, run.status, run.committed_at = building.id, RunStatus.COMMITTED, clock.now()
    run.report = {"made": {table: [str(i) for i in ids] for table, ids in made.items()}, "filled": filled}
    return Report(
        building.id, len(by_number), len(made["owner"]), len(people) - len(made["owner"]), len(held), len(keys)
    )


@requires(Permission.IMPORTS_RUN, audit=N_("import undone"))
def undo_import(s: Session, actor: Actor, run_id: UUID) -> None:
    """Takes the whole import back. Conflict as soon as something was changed or added since, the building included."""
    run = _run(s, actor, run_id, lock=True)
    if run.status != RunStatus.COMMITTED or run.committed_at is None:
        raise Conflict("Only a finished import can be undone.")
    made = {table: [UUID(i) for i in ids] for table, ids in run.report["made"].items()}
    building_id = cast(UUID, run.building_id)
    holders = s.exec(select(Ownership.owner_id).where(col(Ownership.id).in_(made["ownership"]))).all()
    writing.refuse_changed(s, made | {"building": [building_id]}, run.committed_at)
    run.building_id, run.status, run.undone_at = None, RunStatus.UNDONE, clock.now()
    writing.empty_again(s, run.report["filled"])
    try:
        s.flush()
        for table in ("key", "ownership", "lot", "owner"):
            rows = writing.table_of(table)
            s.execute(delete(rows).where(rows.c.id.in_(made[table])))
            if table == "ownership":
                sync_access(s, holders)
        buildings_table = SQLModel.metadata.tables["building"]
        s.execute(delete(buildings_table).where(buildings_table.c.id == building_id))
        s.flush()
    except IntegrityError:
        raise Conflict("Something was added since the import: it can no longer be undone as a whole.") from None
    audit.note(
        s, "building", building_id, building_id, undone=True, **{f"rows_{t}": len(ids) for t, ids in made.items()}
    )


@requires(Permission.IMPORTS_RUN, audit=N_("import draft deleted"))
def delete_draft(s: Session, actor: Actor, run_id: UUID) -> None:
    """Forgets a draft; a finished import stays in the list."""
    s.delete(_draft_run(s, actor, run_id))


# --- Inside ----------------------------------------------------------------------------------------------------------


def _member(kind: Any, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise Invalid("Choose one from the list.") from None


def _kept(mapping: Sequence[SheetMap], choices: Choices, step: str) -> dict[str, Any]:
    return {"mapping": mapping_to_list(mapping), "choices": choices.to_dict(), "step": step}


def _save(s: Session, run: ImportRun, mapping: Sequence[SheetMap], choices: Choices, step: str) -> Wizard:
    run.choices = _kept(mapping, choices, step)
    run.updated_at = clock.now()
    s.flush()
    audit.note(s, "import_run", run.id, step=step)
    return _wizard(s, run)


def _run(s: Session, actor: Actor, run_id: UUID, *, lock: bool = False) -> ImportRun:
    wanted = visible(actor).where(ImportRun.id == run_id)
    found: ImportRun | None = s.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise NotFound("This import does not exist.")
    return found


def _draft_run(s: Session, actor: Actor, run_id: UUID) -> ImportRun:
    """A draft, held until the end of the transaction: of two decisions at once neither is lost."""
    run = _run(s, actor, run_id, lock=True)
    if run.status != RunStatus.DRAFT:
        raise Conflict("This import is finished already.")
    return run


def _wizard(s: Session, run: ImportRun) -> Wizard:
    book = [
        Sheet(sheet["name"], tuple(tuple(row) for row in sheet["rows"]), tuple(tuple(m) for m in sheet["merged"]))
        for sheet in run.book["sheets"]
    ]
    mapping, choices = mapping_from_list(run.choices["mapping"]), Choices.from_dict(run.choices["choices"])
    known: list[KnownOwner] = []
    if run.status == RunStatus.DRAFT:
        columns: Any = (
            Owner.id, Owner.last_name, Owner.first_name, Owner.email, Owner.kbo, Owner.phone, Owner.address,
            Owner.postal_code, Owner.city, Owner.country, Owner.iban, col(Owner.email_consent_on).is_not(None),
        )  # fmt: skip
        rows = s.exec(select(*columns).where(col(Owner.is_anonymized).is_(False)))
        known = [KnownOwner(str(row[0]), *row[1:]) for row in rows]
    return Wizard(run, book, mapping, choices, rules.build_draft(book, mapping, choices, known))


def _since(building: Mapping[str, str]) -> date:
    """From when on the parts are known: the date that is given, else today. Invalid for no date, or one to come."""
    try:
        since = date.fromisoformat(building.get("as_of", "").strip() or clock.today().isoformat())
    except ValueError:
        raise Invalid("Enter a date.", field="as_of") from None
    if since > clock.today():
        raise Invalid("This date is in the future: enter the deed once it is signed.", field="as_of")
    return since


def _building(s: Session, actor: Actor, found: Wizard) -> Building:
    said = found.choices.building
    given = {
        "name": said.get("name", ""), "address": said.get("address", ""), "postal_code": said.get("postcode", ""), "city": said.get("city", ""),
        "country": said.get("country", "") or "BE", "kbo": said.get("kbo", ""), "language": said.get("language", "") or "fr",
        "total_units": str(len(found.draft.lots)), "total_shares": str(found.draft.total or 0),
    }  # fmt: skip
    return buildings.create_building(s, actor, parse(BuildingIn, given))
