"""A take-over as it stands: read anew from its files and decisions, and kept again after each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, func, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import LOCALES
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account, Book
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.parsing.rules import fold
from koprogo_app.modules.suppliers.models import Supplier

from . import rules
from .amounts import plain_amount, read_amount
from .columns import Field, SheetMap
from .lines import OWNER, SUPPLIER, ChartAccount, Known, KnownParty, Line, decision_key, settle
from .models import BalanceIn, KeptLine, OpeningRun
from .reading import HAND, LONGEST, MOST_ROWS, PARTY, Choices, Source, SourceSheet, read_source
from .rules import SOURCE, Books, Gate, Status, Totals


@dataclass(frozen=True, slots=True)
class Opening:
    """A run, what it is read from, and the entry and checks that this makes. Of what is entered or undone, the run, its totals and who is known."""

    run: OpeningRun
    sheets: tuple[SourceSheet, ...] = ()
    maps: tuple[SheetMap, ...] = ()
    choices: Choices = field(default_factory=Choices)
    source: Source = field(default_factory=lambda: Source((), (), None))
    known: Known = field(default_factory=Known)
    lines: tuple[Line, ...] = ()
    gates: tuple[Gate, ...] = ()
    totals: Totals = field(default_factory=lambda: Totals(Cents(0), Cents(0), 0))


def visible(actor: Actor) -> Any:
    """Every read starts here: the organisation's take-overs (row-level security), those of the role's buildings."""
    rows: Any = select(OpeningRun)
    return rows if actor.building_ids is None else rows.where(col(OpeningRun.building_id).in_(actor.building_ids))


def run_of(s: Session, actor: Actor, opening_id: UUID, *, lock: bool = False) -> OpeningRun:
    """NotFound when the reader cannot see it."""
    wanted = visible(actor).where(OpeningRun.id == opening_id)
    found: OpeningRun | None = s.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise NotFound("This take-over does not exist.")
    return found


def draft_of(s: Session, actor: Actor, opening_id: UUID) -> Opening:
    """A draft, held until the end of the transaction: of two decisions at once neither is lost. Conflict when it is none."""
    run = run_of(s, actor, opening_id, lock=True)
    if run.status != Status.DRAFT:
        raise Conflict("These opening balances are no draft any more.")
    return read(s, run)


def read(s: Session, run: OpeningRun) -> Opening:
    """A run as things stand. One that an archive brought in and that nobody's wizard wrote is read as empty."""
    known = _known(s, run)
    if run.status != Status.DRAFT:
        kept = lines_of(run)
        debit, credit = Cents(sum(line.debit_cents for line in kept)), Cents(sum(line.credit_cents for line in kept))
        return Opening(run, known=known, totals=Totals(debit, credit, len(kept)))
    try:
        sheets = tuple(SourceSheet.from_dict(sheet) for sheet in run.work["sheets"])
        maps = tuple(SheetMap.from_dict(mapped) for mapped in run.work["maps"])
        return _made(s, run, sheets, maps, Choices.from_dict(run.work["choices"]), known)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _made(s, run, (), (), Choices(), known)


def lines_of(run: OpeningRun) -> list[KeptLine]:
    """The balances as they are kept; none when they are not as the wizard writes them."""
    try:
        return [KeptLine.model_validate(line) for line in run.lines]
    except ValidationError:
        return []


def keep(
    s: Session, found: Opening, *, choices: Choices | None = None,
    files: Sequence[tuple[SourceSheet, SheetMap]] | None = None, known: Known | None = None,
) -> Opening:  # fmt: skip
    """Writes other files or decisions to the draft and reads it anew. `known`: when accounts or people were added."""
    run = found.run
    pairs = list(zip(found.sheets, found.maps, strict=True)) if files is None else files
    sheets, maps = tuple(sheet for sheet, _ in pairs), tuple(mapped for _, mapped in pairs)
    new = _made(s, run, sheets, maps, found.choices if choices is None else choices, known or found.known)
    if len(new.source.lines) > MOST_ROWS:
        raise Invalid("A take-over may have {count} rows at most.", field="file", count=MOST_ROWS)
    run.work, run.updated_at = work(sheets, maps, new.choices), clock.now()
    run.lines = [line.to_dict() for line in rules.posted(new.lines)]
    run.filename = ", ".join(dict.fromkeys(sheet.file for sheet in sheets))[:LONGEST]
    s.flush()
    audit.note(
        s,
        "opening_run",
        run.id,
        run.building_id,
        lines=new.totals.lines,
        debit_cents=new.totals.debit,
        credit_cents=new.totals.credit,
    )
    return new


def work(sheets: Iterable[SourceSheet], maps: Iterable[SheetMap], choices: Choices) -> dict[str, Any]:
    """Files, columns and decisions as they are kept."""
    return {
        "sheets": [one.to_dict() for one in sheets],
        "maps": [one.to_dict() for one in maps],
        "choices": choices.to_dict(),
    }


def _made(
    s: Session,
    run: OpeningRun,
    sheets: tuple[SourceSheet, ...],
    maps: tuple[SheetMap, ...],
    choices: Choices,
    known: Known,
) -> Opening:
    source = read_source(sheets, maps, choices)
    lines = settle(source.lines, known, choices)
    checks = rules.gates(lines, known, run.opens_on, _books(s, run), _stated(choices) or source.stated)
    return Opening(run, sheets, maps, choices, source, known, lines, tuple(checks), rules.totals(lines))


def _stated(choices: Choices) -> tuple[Cents, Cents] | None:
    debit, credit = (read_amount(choices.stated.get(side, "")).value for side in ("debit", "credit"))
    return (debit, credit) if debit is not None and credit is not None else None


# --- What is known ---------------------------------------------------------------------------------------------------


def _books(s: Session, run: OpeningRun) -> Books:
    book = s.exec(select(Book).where(Book.building_id == run.building_id)).one_or_none()
    own = (SOURCE, f"{SOURCE}:reversal")
    before = select(func.count()).select_from(JournalEntry).where(
        JournalEntry.building_id == run.building_id, JournalEntry.entry_on < run.opens_on, col(JournalEntry.source).not_in(own)
    )  # fmt: skip
    return Books(book.locked_until if book else None, s.exec(before).one())


def _known(s: Session, run: OpeningRun) -> Known:
    chart = {
        a.code: ChartAccount(
            a.code, a.kind, a.postable, a.party, a.purpose, {locale: a.label(locale) for locale in LOCALES}
        )
        for a in s.exec(select(Account).where(Account.building_id == run.building_id).order_by(Account.code))
    }
    firms = (
        select(Supplier.id, Supplier.name)
        .where(Supplier.organization_id == run.organization_id)
        .order_by(Supplier.name)
    )
    return Known(chart, {OWNER: _owners(s, run), SUPPLIER: [KnownParty(str(row[0]), row[1]) for row in s.exec(firms)]})


def _owners(s: Session, run: OpeningRun) -> list[KnownParty]:
    """All who hold or held a part here, with the lots of that day."""
    parts = (
        select(Ownership, Owner, Lot.number)
        .join(Owner, col(Owner.id) == Ownership.owner_id)
        .join(Lot, col(Lot.id) == Ownership.lot_id)
    )
    rows = list(
        s.exec(
            parts.where(Ownership.building_id == run.building_id).order_by(
                Owner.last_name, Owner.first_name, col(Owner.id)
            )
        )
    )
    begun = _begun((row[0] for row in rows), run.opens_on)
    people: dict[UUID, KnownParty] = {}
    for part, owner, number in rows:
        one = people.setdefault(owner.id, KnownParty(str(owner.id), owner.name))
        if _holds(part, run.opens_on) and part.started_on <= begun[part.lot_id]:
            people[owner.id] = replace(one, lots=one.lots | {fold(number)}, contact=one.contact or part.is_contact)
    return list(people.values())


def _holds(part: Ownership, on: date) -> bool:
    return part.ended_on is None or part.ended_on > on


def _begun(parts: Iterable[Ownership], on: date) -> dict[UUID, date]:
    """Of each lot, the day up to which a part counts: that day, or the first one known when the register begins later."""
    first: dict[UUID, date] = {}
    for part in parts:
        if _holds(part, on):
            first[part.lot_id] = min(first.get(part.lot_id, date.max), part.started_on)
    return {lot_id: max(began, on) for lot_id, began in first.items()}


def known_again(s: Session, found: Opening) -> Known:
    """Accounts and people, read once more."""
    return _known(s, found.run)


# --- Decisions -------------------------------------------------------------------------------------------------------


def with_hand(choices: Choices, added: Iterable[Mapping[str, str]]) -> Choices:
    """More lines entered by hand."""
    first = choices.next_hand
    texts = {f"{HAND}{first + n}": {k: v.strip()[:LONGEST] for k, v in one.items()} for n, one in enumerate(added)}
    return replace(choices, texts={**choices.texts, **texts})


def with_party(choices: Choices, line: Line, party_id: str) -> Choices:
    """Who is meant: by the name, or on this line alone when it has none."""
    if line.name and line.party and not line.raw.text(PARTY):
        return replace(choices, people={**choices.people, decision_key(line.party, line.name): party_id})
    texts = {**choices.texts.get(line.raw.key, {}), PARTY: party_id}
    return replace(choices, texts={**choices.texts, line.raw.key: texts})


def typed(line: BalanceIn) -> dict[str, str]:
    """A balance as the texts of a line entered by hand."""
    return {
        Field.ACCOUNT: line.account, Field.LABEL: line.label, Field.REFERENCE: line.reference,
        Field.DEBIT: plain_amount(line.debit_cents) if line.debit_cents else "",
        Field.CREDIT: plain_amount(line.credit_cents) if line.credit_cents else "",
        PARTY: str(line.owner_id or line.supplier_id or ""), Field.DUE: line.due_on.isoformat() if line.due_on else "",
    }  # fmt: skip
