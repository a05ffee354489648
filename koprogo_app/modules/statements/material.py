"""What a statement is made of: the lines of the books that are not settled yet, and what each co-owner bears of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import RESULT, Purpose
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import Call
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.calls.rules import Status as CallStatus
from koprogo_app.modules.invoices.models import CostAllocation, CostExclusion
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Wanted
from koprogo_app.modules.splits.rules import NOTHING, Part

from . import rules
from .models import StatementLine, StatementPart
from .rules import Settled, Sort

OUTSIDE = (rules.SOURCE, f"{rules.SOURCE}:reversal", "closing", "closing:reversal")  # what settles is not settled again
ACCRUAL = "accrual"  # of the entries that take a part of a cost to another year
PROVISIONS = {Purpose.CALLS_WORKING: Destination.PROVISIONS, Purpose.CALLS_SPECIAL: Destination.WORKS}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the books to settle. `cents`: debit less credit of a cost, credit less debit of a provision.

    `sharing`: how it is shared out, none when nobody said so yet. `call_id`: of a provision; `due_on`: of a call that stands.
    """

    id: UUID
    entry_id: UUID
    entry_on: date
    journal: str
    number: int
    source: str
    account: Account
    words: str
    cents: Cents
    document_id: UUID | None
    sharing: CostAllocation | None
    excluded: frozenset[UUID]
    call_id: UUID | None
    due_on: date | None
    undone: bool
    pair: tuple[UUID, int]  # of an entry and the one that undoes it, line by line

    @property
    def sort(self) -> Sort:
        return Sort.COST if self.call_id is None else Sort.PROVISION


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a line from being shared out."""

    line: Line
    error: DomainError


@dataclass(slots=True)
class Material:
    """The lines with what falls on whom; what falls on nobody yet is a problem. `waiting`: left for a later statement."""

    lines: Sequence[Line]
    waiting: Sequence[Line] = ()
    parts: dict[UUID, list[Part]] = field(default_factory=dict[UUID, list[Part]])  # of each line that is shared out
    problems: list[Problem] = field(default_factory=list[Problem])

    def sum(self, sort: Sort) -> int:
        """Of the books, in cents."""
        return sum(line.cents for line in self.lines if line.sort == sort)

    def of(self, sort: Sort) -> Iterator[Part]:
        """Every part of the lines of a sort."""
        return (part for line in self.lines if line.sort == sort for part in self.parts.get(line.id, ()))

    def going_on(self, until: date, ends_on: date) -> list[Line]:
        """The costs of which some days are of the next year, and of whose account no accrual takes a part there."""
        undone = {line.pair for line in self.lines if line.pair[0] != line.entry_id}
        accruals = (x for x in self.lines if x.source == ACCRUAL and x.entry_on == ends_on and x.pair not in undone)
        moved = {line.account.id for line in accruals}
        return [
            line
            for line in self.lines
            if line.account.id not in moved and line.pair not in undone
            and (last := _last(line)) and rules.goes_on(last, until, ends_on)
        ]  # fmt: skip

    def due_later(self, until: date) -> list[Line]:
        """A line of each call that is due after the period."""
        late = {line.call_id: line for line in self.lines if line.due_on and rules.due_later(line.due_on, until)}
        return list(late.values())

    def settled(self) -> dict[UUID, Settled]:
        """What each co-owner bears and what was called from him."""
        return rules.settle(self.of(Sort.COST), self.of(Sort.PROVISION))


def gather(s: Session, actor: Actor, year: FiscalYear, until: date) -> Material:
    """The costs, income and provisions of a year up to a day that no published statement has settled, shared out.

    A fixed number of reads, however many lines. NotFound for a building that the reader cannot see.
    """
    lines = _lines(s, year, until)
    back = _taken_back(s, lines)
    # By pairs: what undoes a cost that waits, waits with it.
    wait = {x.pair for x in lines if (last := _last(x)) and rules.waits(last, until, year.ends_on)}
    later = {x.id for x in lines if x.pair in wait and x.sharing and x.id not in back}
    found = Material([x for x in lines if x.id not in later], [x for x in lines if x.id in later], back)
    _share_costs(s, actor, year.building_id, found)
    _take_provisions(s, found)
    return found


def _lines(s: Session, year: FiscalYear, until: date) -> list[Line]:
    issued, undone = aliased(Call), aliased(Call)  # by the entries they made: those outlive a move to another office
    settled = select(StatementLine.journal_line_id).where(
        StatementLine.building_id == year.building_id, col(StatementLine.live)
    )
    words = func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description)
    columns: tuple[Any, ...] = (JournalLine, JournalEntry, Account, CostAllocation, words, issued, undone.id)
    wanted = (
        select(*columns)
        .join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
        .join(Account, col(Account.id) == JournalLine.account_id)
        .outerjoin(CostAllocation, col(CostAllocation.journal_line_id) == JournalLine.id)
        .outerjoin(issued, issued.entry_id == JournalEntry.id)
        .outerjoin(undone, undone.reversal_entry_id == JournalEntry.id)
        .where(
            JournalLine.building_id == year.building_id, JournalLine.year_id == year.id, JournalLine.entry_on <= until,
            col(Account.kind).in_(RESULT), col(JournalEntry.source).not_in(OUTSIDE), col(JournalLine.id).not_in(settled),
        )
        .order_by(col(JournalLine.entry_on), col(JournalLine.id))
    )  # fmt: skip
    rows = list(s.execute(wanted))
    out = excluded(s, [row[3].id for row in rows if row[3]])
    return [_line(row, out) for row in rows]


def _line(row: Any, out: Mapping[UUID, frozenset[UUID]]) -> Line:
    line, entry, account, sharing, words, issued, undone = row
    called = bool(issued or undone) and account.purpose in PROVISIONS
    moved = line.debit_cents - line.credit_cents
    return Line(
        line.id, entry.id, line.entry_on, entry.journal, entry.number, entry.source, account, words, Cents(-moved if called else moved),
        entry.document_id, sharing, out.get(sharing.id, frozenset()) if sharing else frozenset(),
        (issued.id if issued else undone) if called else None,
        issued.due_on if called and issued and issued.status == CallStatus.ISSUED else None, undone is not None,
        (entry.reverses_id or entry.id, line.position),
    )  # fmt: skip


def _last(line: Line) -> date | None:
    """The last day of a cost that falls on who owns the lots; none of one that a co-owner bears alone."""
    return line.sharing.period_until if line.sharing and not line.sharing.owner_id else None


def excluded(s: Session, allocations: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    out: dict[UUID, set[UUID]] = defaultdict(set)
    for one in s.exec(select(CostExclusion).where(col(CostExclusion.allocation_id).in_(allocations))):
        out[one.allocation_id].add(one.lot_id)
    return {allocation_id: frozenset(lots) for allocation_id, lots in out.items()}


# --- Costs -----------------------------------------------------------------------------------------------------------


def _share_costs(s: Session, actor: Actor, building_id: UUID, found: Material) -> None:
    """All at once; when some cannot be shared out, the others are, and those are problems with their reasons."""
    costs = [line for line in found.lines if line.sort == Sort.COST]
    pairs = Counter[tuple[UUID, int]]()
    for line in costs:
        if line.sharing is None:
            pairs[line.pair] += line.cents
    for line in costs:
        if line.sharing is None and not pairs[line.pair]:  # undone before anybody bore it
            found.parts[line.id] = []
        elif line.sharing is None:
            found.problems.append(Problem(line, Invalid("Nobody has said yet who bears this cost.", field="key_id")))
    shared = [line for line in costs if line.sharing is not None and line.id not in found.parts]
    while shared:
        try:
            preview = splits.preview(s, actor, building_id, [_wanted(building_id, line) for line in shared])
        except Invalid as error:
            wrong = _beside(error, shared)
            if not wrong:
                raise
            found.problems += [Problem(shared[n], one) for n, one in wrong.items()]
            shared = [line for n, line in enumerate(shared) if n not in wrong]
            continue
        for line, charged in zip(shared, preview.costs, strict=True):
            found.parts[line.id] = [x.part for x in charged]
        return


def _taken_back(s: Session, lines: Sequence[Line]) -> dict[UUID, list[Part]]:
    """Of the lines that undo another, with the same bearers, that a standing statement settled: each part back to who bore it.

    Neither a key nor an owner that changed meanwhile moves what nobody was to bear.
    """
    mirrors = {line.pair: line for line in lines if line.sharing and line.pair[0] != line.entry_id}
    wanted = select(JournalLine, StatementLine, StatementPart)
    wanted = wanted.join(StatementLine, col(StatementLine.journal_line_id) == JournalLine.id)
    wanted = wanted.join(StatementPart, col(StatementPart.line_id) == StatementLine.id).where(
        col(JournalLine.entry_id).in_({entry_id for entry_id, _ in mirrors}), col(StatementLine.live)
    )
    parts: dict[UUID, list[Part]] = defaultdict(list)
    for undone, settled, p in s.exec(wanted.order_by(col(StatementPart.id))) if mirrors else ():
        line = mirrors.get((undone.entry_id, undone.position))
        a = line.sharing if line else None
        if line and a and (settled.key_id, settled.owner_id, settled.cents) == (a.key_id, a.owner_id, -line.cents):
            parts[line.id].append(
                Part(p.lot_id, p.owner_id, Cents(-p.cents), Cents(-p.tenant_cents), p.days, Cents(-p.vat_cents), p.weight, p.whole)
            )  # fmt: skip
    return dict(parts)


def _wanted(building_id: UUID, line: Line) -> Wanted:
    a = line.sharing
    assert a is not None  # noqa: S101  (only lines that are shared)
    key = None if a.owner_id else a.key_id or building_id
    return Wanted(
        cents=line.cents, first=a.period_from, last=a.period_until, key_id=key, owner_id=a.owner_id, excluded=line.excluded,
        ordinary=a.ordinary, tenant_percent=a.tenant_percent, vat_cents=Cents(a.vat_cents),
    )  # fmt: skip


def _beside(error: Invalid, lines: Sequence[Line]) -> dict[int, DomainError]:
    """The refusals of single costs, by their place."""
    wrong: dict[int, DomainError] = {}
    for name, one in error.fields.items():
        head, _, rest = name.partition(".")
        place = rest.partition(".")[0]
        if head == "costs" and place.isdigit() and int(place) < len(lines):
            wrong[int(place)] = one
    return wrong


# --- Provisions ------------------------------------------------------------------------------------------------------


def _take_provisions(s: Session, found: Material) -> None:
    """What each call asked of whom, as it was issued. A call is one line of the books for each account it credits."""
    called = [line for line in found.lines if line.call_id is not None]
    parts: dict[tuple[UUID, str], list[Part]] = defaultdict(list)
    for row in calls.parts_of(s, {line.call_id for line in called if line.call_id}):
        parts[(row.call_id, row.destination)].append(Part(row.lot_id, row.owner_id, Cents(row.cents), NOTHING, 0))
    taken = set[tuple[UUID, UUID, bool]]()
    for line in called:
        assert line.call_id is not None  # noqa: S101
        once = (line.call_id, line.account.id, line.undone)
        if once in taken:  # its parts are with the first line of the account
            found.parts[line.id] = []
            continue
        taken.add(once)
        sign = -1 if line.undone else 1
        destination = PROVISIONS[Purpose(str(line.account.purpose))]
        found.parts[line.id] = [replace(x, cents=Cents(sign * x.cents)) for x in parts[(line.call_id, destination)]]
