"""What is done with the funds: a cost paid from one, money moved between accounts, an amount added, each undone. Safe to repeat."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, DomainError, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.invoices import sharing
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal, Side, reversal_day

from . import access, costs, reading, rules
from .access import Chart, Shared
from .models import AllocationIn, FundMovement, TransferIn, WithdrawalIn
from .rules import Fund, Kind
from .service import get_movement


@requires(Permission.FUNDS_WRITE, audit=N_("cost paid from a fund"))
def withdraw(s: Session, actor: Actor, building_id: UUID, data: WithdrawalIn) -> FundMovement:
    """Takes the amount of a cost out of a fund: debit the fund, credit the withdrawals, shared out as the cost is.

    With the same key again, the movement there is. Invalid beside the field: above what the fund holds from that day on, above
    what is left of the cost, a key that does not add up, a day in a locked period or in no year.
    """
    chart, there = _begin(s, actor, building_id, data.key)
    if there:
        return there
    words = data.model_dump(include={"words", "decision"})
    rules.check_words(words, "words")
    _check(s, actor, building_id, data)
    cents = Cents(data.cents)
    if data.cost_line_id:
        cost = costs.payable(s, building_id, data.cost_line_id, reading.never(chart))
        rules.check_left(cents, cost.left, "cents")
        shared = cost.shared
    else:
        key_id = None if data.key_id == building_id else data.key_id
        shared = Shared(data.moved_on, data.moved_on, key_id, ordinary=data.ordinary)
    _check_room(s, building_id, chart, data.fund, cents, data.moved_on)
    beside = {"key_id": "key_id", "": "cost_line_id" if data.cost_line_id else "key_id"}
    access.check_shared(s, actor, building_id, Cents(-cents), shared, beside)
    sides = (chart.code(rules.ACCOUNTS[data.fund]), chart.code(Purpose.FUND_WITHDRAWALS))
    values = words | {"fund": data.fund, "cost_line_id": data.cost_line_id, "key_id": shared.key_id}
    return _move(
        s, actor, building_id, Kind.WITHDRAWAL, data, sides, values, (chart.code(Purpose.FUND_WITHDRAWALS), shared)
    )


@requires(Permission.FUNDS_WRITE, audit=N_("money moved between accounts"))
def transfer(s: Session, actor: Actor, building_id: UUID, data: TransferIn) -> FundMovement:
    """Moves money from one account of the association to another: debit the one, credit the other, in one step.

    With the same key again, the movement there is. Invalid for anything but two accounts of money, beside the field.
    """
    chart, there = _begin(s, actor, building_id, data.key)
    if there:
        return there
    _check(s, actor, building_id, data)
    places = {a.code for a in chart.places()}
    wrong: dict[str, DomainError] = {
        name: Invalid("Choose one from the list.", field=name)
        for name, code in (("from_code", data.from_code), ("to_code", data.to_code))
        if code not in places
    }
    if not wrong and data.from_code == data.to_code:
        wrong["to_code"] = Invalid("Choose another account than the first.", field="to_code")
    if wrong:
        raise Invalid.together(wrong)
    words = data.words.strip() or f"{data.from_code} → {data.to_code}"
    values = {"words": words, "from_code": data.from_code, "to_code": data.to_code}
    return _move(s, actor, building_id, Kind.TRANSFER, data, (data.to_code, data.from_code), values, None)


@requires(Permission.FUNDS_WRITE, audit=N_("amount added to a fund"))
def allocate(s: Session, actor: Actor, building_id: UUID, data: AllocationIn) -> FundMovement:
    """Adds an amount to a fund: debit the allocations, credit the fund, shared out by the shares of the deed.

    By a decision of the meeting; interest that the books received in the year needs none. With the same key again, the movement
    there is. Invalid beside the field: no decision, more than the interest that is left, shares that do not add up.
    """
    chart, there = _begin(s, actor, building_id, data.key)
    if there:
        return there
    words = data.model_dump(include={"words", "decision"})
    rules.check_words(words, *(("words",) if data.interest else ("words", "decision")))
    _check(s, actor, building_id, data)
    cents = Cents(data.cents)
    if data.interest:
        rules.check_interest(cents, reading.interest_left(s, _year_on(s, actor, building_id, data), chart), "cents")
    shared = Shared(data.moved_on, data.moved_on)
    access.check_shared(s, actor, building_id, cents, shared, {"": "cents"})
    code = chart.code(Purpose.FUND_MOVEMENTS)
    kind = Kind.INTEREST if data.interest else Kind.ALLOCATION
    sides = (code, chart.code(rules.ACCOUNTS[data.fund]))
    return _move(s, actor, building_id, kind, data, sides, words | {"fund": data.fund}, (code, shared))


@requires(Permission.FUNDS_WRITE, audit=N_("movement of a fund reversed"))
def reverse_movement(s: Session, actor: Actor, movement_id: UUID, reason: str) -> FundMovement:
    """Undoes a movement by the mirror of its entry, on its day or the first one that is not locked; its costs come back to who bore them.

    A movement that is reversed stays as it is. Invalid without a reason, and when the fund has spent what was added to it.
    """
    building_id = get_movement(s, actor, movement_id).building_id
    book = books.locked_book(s, actor, building_id)
    found: FundMovement = s.exec(select(FundMovement).where(FundMovement.id == movement_id).with_for_update()).one()
    if found.reversal_entry_id is not None:
        return found
    values = {"reason": reason}
    rules.check_words(values, "reason")
    if found.kind in (Kind.ALLOCATION, Kind.INTEREST):
        on = reversal_day(found.moved_on, book.locked_until)
        chart = access.chart_of(s, building_id)
        _check_room(s, building_id, chart, Fund(str(found.fund)), Cents(found.cents), on, "reason")
    mirror = posting.mirror(s, actor, found.entry_id, reason.strip())
    sharing.take_back(s, found.entry_id, mirror.id)
    found.reversal_entry_id, found.reversal_reason = mirror.id, reason.strip()[:300]
    s.flush()
    return found


def _begin(s: Session, actor: Actor, building_id: UUID, key: UUID | None) -> tuple[Chart, FundMovement | None]:
    """The chart of a building whose books are now ours, and what was written with this key."""
    books.locked_book(s, actor, building_id)
    there = s.exec(select(FundMovement).where(FundMovement.source_id == key)).one_or_none() if key else None
    if there and there.building_id != building_id:
        raise Conflict("This key belongs to another building.")
    return access.chart_of(s, building_id), there


def _check(s: Session, actor: Actor, building_id: UUID, data: WithdrawalIn | TransferIn | AllocationIn) -> None:
    if data.moved_on > clock.today():
        raise Invalid("This date is in the future.", field="moved_on")
    access.check_document(s, actor, building_id, data.document_id)


def _check_room(
    s: Session, building_id: UUID, chart: Chart, fund: Fund, cents: Cents, on: date, field: str = "cents"
) -> None:
    held = [i for i, one in chart.funds().items() if one == fund]
    rules.check_room(cents, rules.least_from(access.days_of(s, building_id, held), on), field)


def _move(
    s: Session, actor: Actor, building_id: UUID, kind: Kind, data: WithdrawalIn | TransferIn | AllocationIn,
    sides: tuple[str, str], values: dict[str, Any], shared: tuple[str, Shared] | None,
) -> FundMovement:  # fmt: skip
    """Posts the entry of a movement (debit, credit) and keeps both, with the sharing of its line on a result account."""
    cents, made_id = Cents(data.cents), ids.uuid7()
    words = " ".join(values["words"].split())
    lines = [Side(sides[0], cents, rules.NOTHING), Side(sides[1], rules.NOTHING, cents)]
    journal = Journal.FIN if kind == Kind.TRANSFER else Journal.ODS
    new = Posting(
        journal,
        data.moved_on,
        words,
        lines,
        source=rules.source_of(kind),
        source_id=made_id,
        document_id=data.document_id,
    )
    try:
        entry = posting.post(s, actor, building_id, new)
    except Invalid as error:
        if "entry_on" in error.fields:
            raise Invalid.together({"moved_on": error.fields["entry_on"]}) from None
        raise
    movement = FundMovement(
        id=made_id, building_id=building_id, kind=kind, cents=cents, moved_on=data.moved_on, document_id=data.document_id,
        entry_id=entry.id, source_id=data.key, **dict[str, Any](values | {"words": words}),
    )  # fmt: skip
    s.add(movement)
    s.flush()
    if shared:
        account_id = next(a.id for a in access.chart_of(s, building_id).accounts if a.code == shared[0])
        access.share(s, building_id, entry.id, account_id, shared[1])
    return movement


def _year_on(s: Session, actor: Actor, building_id: UUID, data: AllocationIn) -> FiscalYear:
    years = accounts.list_years(s, actor, building_id)
    found = next((y for y in years if y.starts_on <= data.moved_on <= y.ends_on), None)
    if found is None:
        raise Invalid("No financial year holds {day}: add the year first.", field="moved_on", day=data.moved_on)
    return found
