"""What one can do with calls for funds before they are issued, and what is read of them. Issuing and undoing: issuing.py."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, cast
from sqlmodel import Session, col, func, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, folded
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.references import service as references
from koprogo_app.modules.splits.models import Preview

from . import access, drafting, rules
from .access import GONE, OPEN, in_state, lines_of, locked, named, visible
from .models import Call, CallIn, CallLine, CallPart
from .rules import NOTHING, State, Status

SORTABLE = {
    "called_on": col(Call.called_on),
    "due_on": col(Call.due_on),
    "title": unaccented(Call.title),
    "total_cents": col(Call.total_cents),
    "open_cents": OPEN,
    "building": unaccented(Building.name),
    "created_at": col(Call.created_at),
}


@dataclass(frozen=True, slots=True)
class OwnerDue:
    """What one owner is asked by a call, and how much of it is open."""

    owner_id: UUID
    name: str
    lots: tuple[str, ...]
    cents: Cents
    reserve_cents: Cents
    open_cents: Cents
    state: State


@dataclass(frozen=True, slots=True)
class Whole:
    """A call with its lines and, once it is issued, what each owner owes of it, by name."""

    call: Call
    building: Building
    lines: Sequence[CallLine]
    owners: Sequence[OwnerDue]
    state: State
    open_cents: Cents
    reserve_cents: Cents


@dataclass(frozen=True, slots=True)
class Sums:
    """Of issued calls: what was called, what is open, what is overdue. `drafts`: how many wait to be issued."""

    drafts: int = 0
    called: Cents = NOTHING
    open: Cents = NOTHING
    overdue: Cents = NOTHING


class Part(NamedTuple):
    """A part of an issued call, for statements."""

    call_id: UUID
    destination: str
    lot_id: UUID | None
    owner_id: UUID
    cents: int


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Why an owner is asked: a line for a lot. `weight` of `whole`: the lot's in the key; none when he is asked alone."""

    description: str
    destination: str
    lot: str
    cents: int
    weight: int | None
    whole: int | None


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call to the reader himself: what, by when, how much is open, why, and how it is paid."""

    call_id: UUID
    entry_id: UUID
    building_id: UUID
    building: str
    title: str
    description: str
    called_on: date
    due_on: date
    state: State
    cents: Cents
    reserve_cents: Cents
    open_cents: Cents
    digits: str
    iban: str | None
    parts: Sequence[OwnPart]


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_calls(s: Session, actor: Actor, building_id: UUID | None, asked: Asked) -> Listed:
    """One page of access.COLUMNS, of a building or of all. Filters: state (rules.State or `open`), kind.

    Search in title and description. Invalid for an unknown state or kind, NotFound for the building.
    """
    wanted = named(actor)
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Call.building_id == building_id)
    if asked.search.strip():
        wanted = wanted.where(contains(col(Call.title) + " " + Call.description, asked.search))
    if state := asked.filters.get("state"):
        wanted = wanted.where(in_state(state, clock.today()))
    if kind := asked.filters.get("kind"):
        if kind not in list(rules.Kind):
            raise Invalid("Choose one from the list.", field="kind")
        wanted = wanted.where(Call.kind == kind)
    return page_of(s, wanted, asked, SORTABLE, "called_on")


@requires(Permission.LEDGER_READ)
def sums(s: Session, actor: Actor, building_id: UUID | None = None) -> Sums:
    """What was called and what is open, of a building or of all."""
    issued, late = col(Call.status) == Status.ISSUED, in_state(State.OVERDUE, clock.today())

    def total(column: object, where: object) -> object:
        return cast(func.coalesce(func.sum(column).filter(where), 0), BigInteger)  # type: ignore[arg-type]

    drafts = func.count().filter(col(Call.status) == Status.DRAFT)
    wanted = visible(actor, drafts, total(Call.total_cents, issued), total(OPEN, issued), total(OPEN, late))
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Call.building_id == building_id)
    return Sums(*s.execute(wanted.select_from(Call)).one())


@requires(Permission.LEDGER_READ)
def get_row(s: Session, actor: Actor, call_id: UUID) -> Call:
    """The call alone. NotFound when the reader cannot see it."""
    found: Call | None = s.exec(visible(actor).where(Call.id == call_id)).one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


@requires(Permission.LEDGER_READ)
def get_call(s: Session, actor: Actor, call_id: UUID) -> Whole:
    """The call with its lines and what each owner owes; NotFound when the reader cannot see it."""
    call = get_row(s, actor, call_id)
    building = buildings.get_building(s, actor, call.building_id)
    lines = lines_of(s, [call_id]).get(call_id, [])
    due = dues_of(s, [call]).get(call_id, [])
    open_cents = Cents(sum(one.open_cents for one in due))
    state = rules.state_of(call.status, call.total_cents, open_cents, call.due_on, clock.today())
    return Whole(call, building, lines, due, state, open_cents, rules.reserve_part(lines))


@requires(Permission.LEDGER_READ)
def preview(s: Session, actor: Actor, call_id: UUID) -> Preview:
    """What each owner would pay of a call, line by line. Invalid beside lines.<n>.key_id, owner_id or lot_id: what stops it."""
    call = get_row(s, actor, call_id)
    return access.share_out(s, actor, access.Asked.of(call, lines_of(s, [call_id]).get(call_id, [])))


@requires(Permission.LEDGER_READ)
def preview_new(s: Session, actor: Actor, building_id: UUID, data: CallIn) -> Preview:
    """preview() of a call that is being typed. Invalid as create_call() too."""
    buildings.get_building(s, actor, building_id)
    drafting.checked(s, building_id, data)
    return access.share_out(s, actor, access.Asked(building_id, data.due_on, data.owner_id, data.lot_id, data.lines))


def seen(call: Call, lines: Sequence[CallLine], shared: Preview) -> str:
    """What a reader confirms who issues a call, in short: another as soon as the draft, or what anybody pays of it, is another."""
    told = (call.title, call.description, call.kind, call.called_on, call.due_on, call.lot_id)
    asked = [(line.description, line.destination, line.key_id, line.cents) for line in lines]
    paid = [(total.owner_id, total.owed.cents) for total in shared.totals]
    return sha256(json.dumps((told, asked, paid), default=str).encode()).hexdigest()


def parts_of(s: Session, call_ids: Iterable[UUID]) -> list[Part]:
    """The parts of issued calls, as they were issued. Without permission: for statements, in their own transaction."""
    wanted = (
        selected(CallPart.call_id, CallLine.destination, CallPart.lot_id, CallPart.owner_id, CallPart.cents)
        .join(CallLine, col(CallLine.id) == CallPart.call_line_id)
        .where(col(CallPart.call_id).in_(list(call_ids)))
    )
    return [Part(*row) for row in s.exec(wanted.order_by(col(CallPart.call_id), col(CallPart.id)))]


def dues_of(s: Session, calls: Sequence[Call]) -> dict[UUID, list[OwnerDue]]:
    """What each owner owes of several calls, by name, in two reads. Without permission: calls are read before."""
    wanted = (
        selected(
            CallPart.call_id, CallPart.owner_id, Owner.last_name, Owner.first_name, Lot.number, CallLine.destination,
            CallPart.cents,
        )
        .join(CallLine, col(CallLine.id) == CallPart.call_line_id)
        .join(Owner, col(Owner.id) == CallPart.owner_id)
        .outerjoin(Lot, col(Lot.id) == CallPart.lot_id)
        .where(col(CallPart.call_id).in_([call.id for call in calls]))
        .order_by(col(CallPart.id))
    )  # fmt: skip
    found: dict[tuple[UUID, UUID], _Summed] = {}
    for call_id, owner_id, last, first, lot, destination, cents in s.execute(wanted):
        one = found.setdefault((call_id, owner_id), _Summed(f"{last} {first}".strip(), {}))
        one.cents += cents
        one.reserve += cents if destination in rules.RESERVES else 0
        if lot:
            one.lots[lot] = None
    open_ = payments.open_by_entry(s, [c.entry_id for c in calls if c.entry_id and c.status == Status.ISSUED])
    today, dues = clock.today(), dict[UUID, list[OwnerDue]]()
    known = {call.id: call for call in calls}
    for (call_id, owner_id), one in found.items():
        call = known[call_id]
        left = Cents(open_.get((call.entry_id, owner_id), 0)) if call.entry_id else NOTHING
        state = rules.state_of(call.status, one.cents, left, call.due_on, today)
        due = OwnerDue(owner_id, one.name, tuple(one.lots), Cents(one.cents), Cents(one.reserve), left, state)
        dues.setdefault(call_id, []).append(due)
    for some in dues.values():
        some.sort(key=lambda due: (folded(due.name), due.owner_id))
    return dues


@dataclass(slots=True)
class _Summed:
    name: str
    lots: dict[str, None]
    cents: int = 0
    reserve: int = 0


@requires(Permission.OWN_READ)
def my_calls(s: Session, actor: Actor) -> list[OwnCall]:
    """The reader's own part of every call issued to him, what is due last first. NotFound for who is nobody in the register."""
    if actor.owner_id is None:
        raise NotFound("You are not entered as a co-owner.")
    mine = select(CallPart.call_id).where(CallPart.owner_id == actor.owner_id)
    rows = visible(actor, Call, Building).join(Building, col(Building.id) == Call.building_id)
    rows = rows.where(col(Call.id).in_(mine), Call.status == Status.ISSUED)
    found = list(s.execute(rows.order_by(col(Call.due_on).desc(), col(Call.id).desc())))
    why = _own_parts(s, actor.owner_id, [call.id for call, _ in found])
    open_ = payments.open_by_entry(s, [call.entry_id for call, _ in found])
    digits = {
        building.id: references.known_of(s, actor, building.id, [actor.owner_id]).get(actor.owner_id, "")
        for building in {building.id: building for _, building in found}.values()
    }
    own = list[OwnCall]()
    for call, building in found:
        parts = why[call.id]
        cents, left = sum(part.cents for part in parts), open_.get((call.entry_id, actor.owner_id), 0)
        own.append(OwnCall(
            call.id, call.entry_id, building.id, building.name, call.title, call.description, call.called_on, call.due_on,
            rules.state_of(call.status, cents, left, call.due_on, clock.today()), Cents(cents), rules.reserve_part(parts),
            Cents(left), digits[building.id], iban_of(building, parts), parts,
        ))  # fmt: skip
    return own


def iban_of(building: Building, lines: Sequence[rules.LineLike]) -> str | None:
    """The account a call is paid to: that of the reserve when the whole is for it (art. 3.86 §3)."""
    return building.iban_reserve if rules.for_reserve_only(lines) else building.iban_working


def _own_parts(s: Session, owner_id: UUID, call_ids: Sequence[UUID]) -> dict[UUID, list[OwnPart]]:
    wanted = (
        selected(
            CallPart.call_id, CallLine.description, CallLine.destination, Lot.number, CallPart.cents, CallPart.weight,
            CallPart.whole,
        )
        .join(CallLine, col(CallLine.id) == CallPart.call_line_id)
        .outerjoin(Lot, col(Lot.id) == CallPart.lot_id)
        .where(CallPart.owner_id == owner_id, col(CallPart.call_id).in_(call_ids))
        .order_by(col(CallLine.position), col(CallPart.id))
    )  # fmt: skip
    found: dict[UUID, list[OwnPart]] = {}
    for call_id, description, destination, lot, cents, weight, whole in s.execute(wanted):
        found.setdefault(call_id, []).append(OwnPart(description, destination, lot or "", cents, weight, whole))
    return found


# --- Write -----------------------------------------------------------------------------------------------------------


@requires(Permission.CALLS_WRITE, audit=N_("call for funds drafted"))
def create_call(s: Session, actor: Actor, building_id: UUID, data: CallIn) -> Call:
    """Enters a draft; with the same key again, the one there is. Invalid beside the fields, lines.<n>.<field> among them."""
    buildings.get_building(s, actor, building_id)
    if data.key and (there := drafting.keyed(s, building_id, data.key)):
        return there
    return drafting.put(s, actor, building_id, data, drafting.checked(s, building_id, data))


@requires(Permission.CALLS_WRITE, audit=N_("call for funds changed"))
def update_call(s: Session, actor: Actor, call_id: UUID, data: CallIn) -> Call:
    """Changes a draft, its lines with it. Refusals as for create_call; Invalid once it is issued."""
    call = locked(s, actor, call_id)
    _only_draft(call)
    for name, value in drafting.checked(s, call.building_id, data).items():
        setattr(call, name, value)
    _forget_lines(s, call_id)
    drafting.put_lines(s, call, data.lines)
    return call


@requires(Permission.CALLS_WRITE, audit=N_("call for funds deleted"))
def delete_call(s: Session, actor: Actor, call_id: UUID) -> None:
    """Deletes a draft. Invalid once it is issued: it is then reversed. NotFound when it is gone already."""
    call = locked(s, actor, call_id)
    _only_draft(call)
    audit.note(s, "call", call.id, call.building_id, title=call.title)
    _forget_lines(s, call_id)
    s.delete(call)
    s.flush()


def _only_draft(call: Call) -> None:
    if call.status == Status.REVERSED:
        raise Invalid("This call was reversed: make a new one.")
    if call.status != Status.DRAFT:
        raise Invalid("This call is issued: it can be reversed, not changed.")


def _forget_lines(s: Session, call_id: UUID) -> None:
    for line in s.exec(select(CallLine).where(CallLine.call_id == call_id)):
        s.delete(line)
    s.flush()
