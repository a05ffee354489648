"""The take-over of running books: read, mend, check, try, enter at once, undo at once. A draft is kept at every step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, Msgid, translate
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.access import NOT_OPEN, locked_book
from koprogo_app.modules.accounts.models import AccountIn
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.sheets.service import read_book
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

from . import drafts, rules
from .amounts import read_amount
from .columns import Field, map_sheet, with_column
from .drafts import Opening, draft_of, keep, run_of, visible
from .lines import OWNER, SUPPLIER, Line
from .models import BalanceIn, OpeningRun, StartIn
from .reading import EDITED, HAND, LONGEST, MOST_BYTES, MOST_ROWS, PARTY, Choices, SourceSheet
from .rules import SOURCE, Status, Step

PREPARED = N_("opening balances prepared")


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def find_opening(s: Session, actor: Actor, building_id: UUID) -> Opening | None:
    """The draft of a building, else what was entered, else what was undone last; none when there is nothing."""
    buildings.get_building(s, actor, building_id)
    runs: list[OpeningRun] = list(s.exec(visible(actor).where(OpeningRun.building_id == building_id)))
    order = [Status.DRAFT, Status.POSTED, Status.UNDONE]
    runs.sort(key=lambda run: run.id, reverse=True)
    runs.sort(key=lambda run: order.index(Status(run.status)))
    return drafts.read(s, runs[0]) if runs else None


@requires(Permission.LEDGER_READ)
def get_opening(s: Session, actor: Actor, opening_id: UUID) -> Opening:
    """A take-over as things stand. NotFound when the reader cannot see it."""
    return drafts.read(s, run_of(s, actor, opening_id))


# --- Begin -----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_SETUP, audit=N_("take-over of the books begun"))
def start_opening(s: Session, actor: Actor, building_id: UUID, data: StartIn) -> OpeningRun:
    """Begins the draft of a building, or moves the day of the one there is. Invalid unless a financial year begins on it.

    Conflict while opening balances are entered: those are undone first.
    """
    if accounts.find_book(s, actor, building_id) is None:
        raise Invalid(NOT_OPEN)
    rules.check_day(data.on, [year.starts_on for year in accounts.list_years(s, actor, building_id)])
    mine = visible(actor).where(OpeningRun.building_id == building_id)
    run: OpeningRun | None = s.exec(mine.where(OpeningRun.status == Status.DRAFT).with_for_update()).one_or_none()
    if s.exec(mine.where(OpeningRun.status == Status.POSTED)).first():
        raise Conflict("Opening balances are entered already: undo them first.")
    if run is None:
        run = OpeningRun(building_id=building_id, opens_on=data.on, work=drafts.work((), (), Choices()))
        undone = mine.where(OpeningRun.status == Status.UNDONE).order_by(col(OpeningRun.id).desc())
        if data.again and (before := s.exec(undone).first()):
            run.work, run.lines, run.filename = before.work, before.lines, before.filename
        s.add(run)
    run.opens_on = data.on
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This take-over is begun already.") from None
    return run


@requires(Permission.LEDGER_SETUP, audit=N_("take-over of the books deleted"))
def delete_draft(s: Session, actor: Actor, opening_id: UUID) -> None:
    """Forgets a draft with its files and decisions. Conflict for what was entered: that is undone."""
    s.delete(draft_of(s, actor, opening_id).run)
    s.flush()


# --- Files -----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def add_file(s: Session, actor: Actor, opening_id: UUID, filename: str, data: bytes) -> Opening:
    """Reads a spreadsheet beside those there are; one of the same name takes the place of the earlier one.

    Invalid above 5 MB, above 5 000 rows in all, and for a file that cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("This file is larger than {size} MB.", field="file", size=MOST_BYTES >> 20)
    name = filename[:LONGEST] or "1"
    book = read_book(data, name)
    found = draft_of(s, actor, opening_id)
    kept = [(sheet, mapped) for sheet, mapped in zip(found.sheets, found.maps, strict=True) if sheet.file != name]
    number = max((sheet.id for sheet in found.sheets), default=-1) + 1
    added = [SourceSheet(number + n, name, sheet.name, sheet.rows) for n, sheet in enumerate(book)]
    if sum(len(sheet.rows) for sheet in (*added, *(one for one, _ in kept))) > MOST_ROWS:
        raise Invalid("A take-over may have {count} rows at most.", field="file", count=MOST_ROWS)
    account = next((one.code for one in found.known.chart.values() if one.purpose == Purpose.OWNERS_WORKING), "")
    kept += [(sheet, replace(map_sheet(sheet.rows), account=account)) for sheet in added]
    return keep(s, found, files=kept)


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def drop_file(s: Session, actor: Actor, opening_id: UUID, filename: str) -> Opening:
    """Takes a file back; what was entered by hand stays."""
    found = draft_of(s, actor, opening_id)
    kept = [(sheet, mapped) for sheet, mapped in zip(found.sheets, found.maps, strict=True) if sheet.file != filename]
    return keep(s, found, files=kept)


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def remap(
    s: Session, actor: Actor, opening_id: UUID, sheet: int, *, header: int | None = None, column: int | None = None,
    field: str = "", used: bool | None = None, account: str | None = None,
) -> Opening:  # fmt: skip
    """Reads a sheet otherwise: another row of headings (from 0, -1 for none), another meaning of a column, or not at all."""
    found = draft_of(s, actor, opening_id)
    at = next((n for n, one in enumerate(found.sheets) if one.id == sheet), None)
    if at is None:
        raise NotFound("This sheet does not exist.")
    rows, mapped = found.sheets[at].rows, found.maps[at]
    if header is not None:
        if not -1 <= header < len(rows):
            raise Invalid("This line does not exist.", field="header")
        mapped = replace(map_sheet(rows, header), account=mapped.account)
    if column is not None:
        if field not in set(Field) or not 0 <= column < len(mapped.columns):
            raise Invalid("Choose one from the list.", field="column")
        mapped = with_column(mapped, column, Field(field))
    if account is not None:
        mapped = replace(mapped, account=account.strip()[:40])
    mapped = mapped if used is None else replace(mapped, used=used)
    maps = (*found.maps[:at], mapped, *found.maps[at + 1 :])
    return keep(s, found, files=list(zip(found.sheets, maps, strict=True)))


# --- Decide ----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def go_to(s: Session, actor: Actor, opening_id: UUID, step: str) -> Opening:
    """Keeps the step of the wizard, so that it opens there again."""
    found = draft_of(s, actor, opening_id)
    if step not in set(Step):
        raise Invalid("Choose one from the list.", field="step")
    return keep(s, found, choices=replace(found.choices, step=step))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def edit_line(s: Session, actor: Actor, opening_id: UUID, key: str, texts: Mapping[str, str]) -> Opening:
    """Puts texts in the place of others in a line: account, words, amounts, reference, day, person. Any text is kept as typed."""
    found = draft_of(s, actor, opening_id)
    line = _line(found, key)
    given = {name: text.strip()[:LONGEST] for name, text in texts.items() if name in (*EDITED, PARTY)}
    if given.get(Field.DEBIT) or given.get(Field.CREDIT):  # one amount takes the place of the other
        other = Field.CREDIT if given.get(Field.DEBIT) else Field.DEBIT
        given.setdefault(other, "")
    if Field.PERSON in given:
        given.setdefault(PARTY, "")  # the name decides again
    kept = {**found.choices.texts.get(line.raw.key, {}), **given}
    return keep(s, found, choices=replace(found.choices, texts={**found.choices.texts, key: kept}))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def add_line(s: Session, actor: Actor, opening_id: UUID, texts: Mapping[str, str]) -> Opening:
    """Adds a balance by hand, as typed."""
    found = draft_of(s, actor, opening_id)
    return keep(s, found, choices=drafts.with_hand(found.choices, [texts]))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def add_owner_lines(s: Session, actor: Actor, opening_id: UUID, account: str) -> Opening:
    """Adds a line for each co-owner of that day on one of their accounts, without an amount; who has one there is left out."""
    found = draft_of(s, actor, opening_id)
    if account not in found.known.chart or found.known.chart[account].party != OWNER:
        raise Invalid("Choose an account of the co-owners.", field="owner_account")
    there = {line.party_id for line in found.lines if line.account == account}
    new = [one for one in found.known.parties[OWNER] if one.lots and one.id not in there]
    texts = [{Field.ACCOUNT.value: account, Field.PERSON.value: one.name, PARTY: one.id} for one in new]
    return keep(s, found, choices=drafts.with_hand(found.choices, texts))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def drop_line(s: Session, actor: Actor, opening_id: UUID, key: str, *, back: bool = False) -> Opening:
    """Leaves a row of a file out, or takes it back; a line entered by hand is deleted."""
    found = draft_of(s, actor, opening_id)
    choices = found.choices
    if key.startswith(HAND):
        choices = replace(choices, texts={k: v for k, v in choices.texts.items() if k != key})
    else:
        choices = replace(choices, dropped=choices.dropped - {key} if back else choices.dropped | {key[:40]})
    return keep(s, found, choices=choices)


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def map_account(s: Session, actor: Actor, opening_id: UUID, code: str, account: str) -> Opening:
    """Reads a code of the file as an account of the chart, on every line."""
    found = draft_of(s, actor, opening_id)
    if account not in found.known.chart:
        raise Invalid("There is no account {code}.", field="account", code=account)
    return keep(s, found, choices=replace(found.choices, accounts={**found.choices.accounts, code[:40]: account}))


@requires(Permission.LEDGER_SETUP, audit=N_("account added"))
def add_account(s: Session, actor: Actor, opening_id: UUID, data: AccountIn) -> Opening:
    """Adds an account that the file has and the chart lacks."""
    found = draft_of(s, actor, opening_id)
    accounts.create_account(s, actor, found.run.building_id, data)
    return keep(s, found, known=drafts.known_again(s, found))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def name_party(s: Session, actor: Actor, opening_id: UUID, key: str, party_id: str) -> Opening:
    """Says who a line means; for a name of the file, on every line with that name."""
    found = draft_of(s, actor, opening_id)
    line = _line(found, key)
    if line.party is None or party_id not in {one.id for one in found.known.parties[line.party]}:
        raise Invalid("Choose one from the list.", field="party")
    return keep(s, found, choices=drafts.with_party(found.choices, line, party_id))


@requires(Permission.LEDGER_SETUP, audit=N_("supplier created"))
def add_supplier(s: Session, actor: Actor, opening_id: UUID, key: str) -> Opening:
    """Enters the supplier that a line names in the office's directory. Invalid when one is nearly so named: choose that one."""
    found = draft_of(s, actor, opening_id)
    line = _line(found, key)
    if line.party != SUPPLIER or not line.name:
        raise Invalid("This line names no supplier.")
    supplier = suppliers.create_supplier(s, actor, SupplierIn(name=line.name))
    return keep(
        s, found, choices=drafts.with_party(found.choices, line, str(supplier.id)), known=drafts.known_again(s, found)
    )


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def accept_accounts(s: Session, actor: Actor, opening_id: UUID) -> Opening:
    """Takes every account that is proposed. Who is meant by a name stays a decision of each case."""
    found = draft_of(s, actor, opening_id)
    codes = {line.code: d.proposal for line in found.lines for d in line.doubts if d.code == "account" and d.proposal}
    return keep(s, found, choices=replace(found.choices, accounts={**found.choices.accounts, **codes}))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def state_totals(s: Session, actor: Actor, opening_id: UUID, debit: str, credit: str) -> Opening:
    """Keeps both totals of the previous syndic's trial balance, as typed; blank for none. Invalid for what is no amount."""
    found = draft_of(s, actor, opening_id)
    for field, text in (("stated_debit", debit), ("stated_credit", credit)):
        if problem := read_amount(text).problem:
            raise Invalid(problem.message, field=field, **dict[str, Any](problem.params))
    stated = {"debit": debit.strip(), "credit": credit.strip()}
    return keep(s, found, choices=replace(found.choices, stated=stated))


@requires(Permission.LEDGER_SETUP, audit=PREPARED)
def set_lines(s: Session, actor: Actor, opening_id: UUID, lines: Sequence[BalanceIn]) -> Opening:
    """Puts these balances in the place of everything there is, files included."""
    found = draft_of(s, actor, opening_id)
    choices = drafts.with_hand(
        Choices(step=Step.BALANCES, stated=found.choices.stated), [drafts.typed(line) for line in lines]
    )
    return keep(s, found, files=[], choices=choices)


# --- Enter and undo --------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_SETUP, audit=N_("opening balances entered"))
def post_opening(s: Session, actor: Actor, opening_id: UUID) -> OpeningRun:
    """Enters the balances as one entry of the opening journal; once entered, the same again. Invalid while a check blocks."""
    run = run_of(s, actor, opening_id, lock=True)
    if run.status == Status.POSTED:
        return run
    found = draft_of(s, actor, opening_id)
    if gate := rules.failed(found.gates):
        raise Invalid("The opening is blocked: {gate}.", gate=Msgid(gate.label))
    words = translate(buildings.get_building(s, actor, run.building_id).language, rules.DESCRIPTION)
    entry = Posting(Journal.OPN, run.opens_on, words, rules.sides(found.lines), source=SOURCE, source_id=run.id)
    run.entry_id, run.status = posting.post(s, actor, run.building_id, entry).id, Status.POSTED
    run.lines = [line.to_dict() for line in rules.posted(found.lines)]
    s.flush()
    return run


@requires(Permission.LEDGER_SETUP, audit=N_("opening balances undone"))
def undo_opening(s: Session, actor: Actor, opening_id: UUID) -> OpeningRun:
    """Takes the entry back by its mirror, on the same day, with what it settled; a new opening may follow. Once undone, the same again.

    Conflict for a draft. Invalid when the period is locked.
    """
    run = run_of(s, actor, opening_id, lock=True)
    if run.status == Status.UNDONE:
        return run
    if run.entry_id is None:
        raise Conflict("Only balances that are entered can be undone.")
    words = translate(buildings.get_building(s, actor, run.building_id).language, rules.UNDONE)
    locked_book(s, actor, run.building_id)
    mirror = posting.reverse(s, actor, run.entry_id, run.opens_on, words)
    run.undone_entry_id, run.status = mirror.id, Status.UNDONE
    s.flush()
    return run


def _line(found: Opening, key: str) -> Line:
    line = next((one for one in found.lines if one.raw.key == key), None)
    if line is None:
        raise NotFound("This line does not exist.")
    return line
