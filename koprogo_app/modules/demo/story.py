"""The books of a demonstration building, day by day up to today: what people do, in the order in which they do it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.accounts.rules import Regime
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.models import BudgetIn, DecisionIn
from koprogo_app.modules.budgets.models import LineIn as BudgetLineIn
from koprogo_app.modules.budgets.rules import Nature
from koprogo_app.modules.calls import letter as call_letter
from koprogo_app.modules.calls import series
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import Call, CallIn, LineIn, SeriesIn
from koprogo_app.modules.calls.rules import DESTINATION_OF_NATURE, Destination, Kind
from koprogo_app.modules.closing import service as closing
from koprogo_app.modules.closing.models import AccrualIn, ClosingIn
from koprogo_app.modules.closing.rules import Kind as Accrued
from koprogo_app.modules.funds import service as funds
from koprogo_app.modules.funds.models import WaiverIn
from koprogo_app.modules.integrity import service as integrity
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.letters.service import COMPOSERS
from koprogo_app.modules.statements import letter as statement_letter
from koprogo_app.modules.statements import service as statements
from koprogo_app.modules.statements.models import StatementIn
from koprogo_app.modules.suppliers.models import Supplier
from koprogo_app.modules.verification import service as verification
from koprogo_app.modules.verification.rules import Conclusion

from . import acts
from .acts import Office
from .plans import (
    QUARTERS,
    YEARS,
    Bill,
    Plan,
    Planned,
    after_new_year,
    decision_of,
    first_of,
    last_of,
    month_end,
    quarter_ends,
)
from .rules import Paper, chance
from .vault import Here, add_paper

COMPOSERS.setdefault("call", call_letter.compose)  # for the command line, which assembles no pages
COMPOSERS.setdefault("statement", statement_letter.compose)
Event = tuple[date, int, Callable[[], object]]  # on the same day, in the order of the number
TO_PAY, LATE = 30, 62  # days
MANY = 20  # homes from which what is asked and sent is kept short: the demonstration is loaded while somebody waits


def tell(
    s: Session,
    actor: Actor,
    plan: Plan,
    owners: Mapping[str, UUID],
    homes: Mapping[str, UUID],
    language: str,
    here: Here,
) -> None:
    """Opens the books and does in them all that was to do until today. The trail holds how many rows there are of each."""
    begun = len(audit.changes_of(s))
    o = _office(s, actor, plan, owners, homes, language, here)
    acts.open_with(o, first_of(o.today, YEARS[0]))
    acts.place_meters(o, first_of(o.today, YEARS[0]))
    for _, _, act in sorted(_events(o), key=lambda event: event[:2]):
        act()
    _today(o)
    integrity.run_checks(s, actor, o.building_id)
    s.flush()
    changes = audit.changes_of(s)
    counts = Counter(str(change["table"]) for change in changes[begun:])
    del changes[begun:]
    audit.note(s, "book", None, o.building_id, **counts)


def _office(
    s: Session,
    actor: Actor,
    plan: Plan,
    owners: Mapping[str, UUID],
    homes: Mapping[str, UUID],
    language: str,
    here: Here,
) -> Office:
    today, building_id = clock.today(), here["building_id"]
    for ago in YEARS:
        first, last = first_of(today, ago), last_of(today, ago)
        if ago == YEARS[0]:
            accounts.open_books(
                s, actor, building_id, BookIn(regime=Regime(plan.regime), starts_on=first, ends_on=last)
            )
        else:
            accounts.add_year(s, actor, building_id, YearIn(starts_on=first, ends_on=last))
    suppliers = {
        one.key: Supplier(
            name=one.name,
            kbo=one.kbo,
            postal_code=one.postal_code,
            city=one.city,
            organization_id=here["organization_id"],
        )
        for one in plan.suppliers
    }
    s.add_all(suppliers.values())
    s.flush()
    keys = select(DistributionKey).where(DistributionKey.building_id == building_id)
    return Office(
        s, actor, building_id, plan, today, chance(plan.seed + " books"),
        years={today.year - y.starts_on.year: y for y in accounts.list_years(s, actor, building_id)},
        keys={key.name: key.id for key in s.exec(keys)}, owners=owners, homes=homes, dials={},
        suppliers={name: one.id for name, one in suppliers.items()},
        binders={ago: add_paper(s, _binder(plan, today, ago), language, here) for ago in YEARS},
    )  # fmt: skip


def _binder(plan: Plan, today: date, ago: int) -> Paper:
    """The vouchers of a year, scanned into one file."""
    year = today.year - ago
    text = [plan.words["binder"].format(year=year), plan.words["binder text"]]
    return Paper("invoice", text[0], "council", "ten_years", min(today, last_of(today, ago)), text)


# --- What happens, and when ------------------------------------------------------------------------------------------


def _events(o: Office) -> Iterator[Event]:
    for ago in YEARS:
        yield from _budgeted(o, ago)
        for bill in o.plan.bills:
            yield from _billed(o, bill, ago)
        if ago:
            yield from _closed(o, ago)
    for on in quarter_ends(o.today):
        yield on, 5, partial(acts.enter_bank_charges, o, on)
        yield on, 7, partial(acts.move_reserve, o, on)


def _budgeted(o: Office, ago: int) -> Iterator[Event]:
    """The budget of a year, its calls each quarter, and what is paid of them."""
    year, drafts = o.today.year - ago, dict[int, Call]()
    yield first_of(o.today, ago), 0, partial(_budget, o, ago, drafts)
    for n, month in enumerate(QUARTERS):
        called = date(year, month, 1)
        if called <= o.today:
            yield called, 1, lambda n=n: acts.issue(o, drafts[n])
        for days, late in ((20, False), (LATE, True)):
            if (paid := called + timedelta(days)) <= o.today:
                yield paid, 3, partial(acts.receive, o, paid, late=late)


def _billed(o: Office, bill: Bill, ago: int) -> Iterator[Event]:
    """An invoice in each of its months, and its payment three weeks later."""
    if ago not in bill.years or (bill.metered and not ago):
        return
    for month in bill.months:
        year = o.today.year - ago
        day = bill.day or o.dice.randrange(1, 26)
        on = min(date(year, month, 1) + timedelta(day - 1), month_end(year, month))
        if on <= o.today:
            yield on, 4, partial(_bill, o, bill, on, ago)


def _bill(o: Office, bill: Bill, on: date, ago: int) -> None:
    made = acts.enter_bill(o, bill, f"{on:%y%m}-{o.dice.randrange(100, 1000)}", on, ago)
    if bill.reserve:
        acts.take_from_reserve(o, made, on)
    if (paid := on + timedelta(21)) <= o.today:
        acts.pay_bill(o, made, paid, reserve=bill.reserve)


def _closed(o: Office, ago: int) -> Iterator[Event]:
    """The end of a year, and what the meeting decides of it in the next."""
    last, decided = last_of(o.today, ago), decision_of(o.plan, o.today, ago)
    yield last, 2, partial(acts.read_meters, o, ago)
    yield last, 5, partial(acts.enter_interest, o, last)
    yield last, 6, partial(_accrue, o, ago)
    yield min(o.today, last + timedelta(40)), 8, partial(_publish, o, ago)
    yield decided, 9, partial(_verify, o, ago)
    yield decided, 10, partial(_close, o, ago, decided)
    if o.plan.waived and ago == 1:
        yield first_of(o.today, 1), 0, partial(_waive, o)


# --- Each of them ----------------------------------------------------------------------------------------------------


def _budget(o: Office, ago: int, drafts: dict[int, Call]) -> None:
    year = o.years[ago]
    lines = [
        BudgetLineIn(
            nature=Nature(x.nature), account=x.account, key_id=o.keys[x.key] if x.key else None, cents=_indexed(x, ago),
            description=x.words,
        )
        for x in o.plan.budget
        if not (ago == 1 and o.plan.waived and x.nature == Nature.RESERVE)
    ]  # fmt: skip
    made = budgets.create_budget(o.s, o.actor, o.building_id, BudgetIn(year_id=year.id, lines=lines))
    budgets.submit_budget(o.s, o.actor, made.id)
    before = year.starts_on - timedelta(20)
    decision = DecisionIn(
        decided_on=before, decision=o.said("budget", year=year.starts_on.year, day=f"{before:%d/%m/%Y}")
    )
    budgets.approve_budget(o.s, o.actor, made.id, decision)
    asked = SeriesIn(
        title=o.said("call", year=year.starts_on.year),
        first_on=year.starts_on,
        days_to_pay=TO_PAY,
        lines=_asked(o, lines) if len(o.homes) > MANY else [],
    )
    drafts.update(enumerate(series.create_series(o.s, o.actor, o.building_id, asked)))


def _asked(o: Office, lines: Sequence[BudgetLineIn]) -> list[LineIn]:
    """A quarter of a budget, one line for each key; where there are few lots, the calls follow its lines instead."""
    sums: dict[tuple[UUID | None, Nature], int] = defaultdict(int)
    for line in lines:
        sums[line.key_id, line.nature] += line.cents
    names = {key_id: name for name, key_id in o.keys.items()}
    return [
        LineIn(
            description=names[key_id] if key_id else o.said(nature), destination=DESTINATION_OF_NATURE[nature],
            key_id=key_id, cents=cents // len(QUARTERS),
        )
        for (key_id, nature), cents in sums.items()
    ]  # fmt: skip


def _indexed(line: Planned, ago: int) -> int:
    """Two percent more each year, in whole euros."""
    return line.cents * (100 - 2 * ago) // 10_000 * 100


def _waive(o: Office) -> None:
    """The meeting asks nothing for the reserve in the last year (art. 3.86 §3 al. 4)."""
    assert o.plan.waived  # noqa: S101  (asked before)
    votes, cast = o.plan.waived
    data = WaiverIn(
        year_id=o.years[1].id, decided_on=first_of(o.today, 1) - timedelta(20), votes_for=votes, votes_cast=cast,
        words=o.said("waiver"),
    )  # fmt: skip
    funds.record_waiver(o.s, o.actor, o.building_id, data)


def _accrue(o: Office, ago: int) -> None:
    """An invoice of the year that is still to come."""
    bill, year = o.plan.accrued, o.years[ago]
    data = AccrualIn(
        kind=Accrued.TO_RECEIVE, account=bill.account, cents=bill.cents, words=bill.words,
        period_from=date(year.ends_on.year, 12, 1), period_until=year.ends_on, key_id=o.keys[bill.key] if bill.key else None,
        tenant_percent=bill.tenant,
    )  # fmt: skip
    closing.add_accrual(o.s, o.actor, o.building_id, year.id, data)


def _publish(o: Office, ago: int) -> None:
    """The statement of a year; that of the last one leaves its time to pay."""
    year, due = o.years[ago], o.today + timedelta(TO_PAY if ago == 1 else 0)
    data = StatementIn(year_id=year.id, until=year.ends_on, due_on=due)
    acts.settle_letters(o, statements.publish(o.s, o.actor, o.building_id, data).id)


def _verify(o: Office, ago: int) -> None:
    """The auditor signs the first year; of the last one he has looked at half, and his first remark is answered."""
    if not o.plan.auditor:
        return
    seen = replace(o.actor, name=o.plan.auditor)
    made = verification.open_verification(o.s, seen, o.building_id, o.years[ago].id)
    bought = select(JournalEntry.id).where(JournalEntry.year_id == o.years[ago].id, JournalEntry.journal == Journal.ACH)
    entries = list(o.s.exec(bought.order_by(col(JournalEntry.number))))
    verification.tick(o.s, seen, made.id, entries if ago > 1 else entries[::2])
    remark = verification.write_remark(o.s, seen, made.id, o.plan.remarks[0], entries[0])
    verification.answer_remark(o.s, o.actor, remark.id, o.plan.answer)
    if ago > 1:
        verification.close_remark(o.s, seen, remark.id)
        verification.sign(o.s, seen, made.id, Conclusion.APPROVED)


def _close(o: Office, ago: int, decided: date) -> None:
    year = o.years[ago]
    words = o.said("decision", year=year.starts_on.year, day=f"{decided:%d/%m/%Y}")
    closing.close(o.s, o.actor, o.building_id, year.id, ClosingIn(decided_on=decided, decision=words))


# --- Today -----------------------------------------------------------------------------------------------------------


def _today(o: Office) -> None:
    """What waits for somebody, whatever day it is."""
    for one in o.plan.waiting:
        acts.enter_waiting(o, one, after_new_year(o.today, o.today - timedelta(one.ago)))
    acts.enter_bank_charges(o, o.today, borne=False)
    acts.begin_period(o, 0)
    written = o.plan.payers.typed if len(o.homes) > MANY else o.owners
    acts.issue(o, _called(o, "special", Destination.WORKS, TO_PAY), letters=written)
    _called(o, "draft", Destination.SPECIAL, 2 * TO_PAY)
    acts.move_reserve(o, o.today)
    if o.plan.auditor:
        seen = replace(o.actor, name=o.plan.auditor)
        made = verification.open_verification(o.s, seen, o.building_id, o.years[1].id)
        verification.write_remark(o.s, seen, made.id, o.plan.remarks[1])


def _called(o: Office, words: str, to: Destination, days: int) -> Call:
    line = LineIn(description=o.said(words), destination=to, cents=o.plan.special)
    data = CallIn(
        title=o.said(words), kind=Kind.EXTRAORDINARY, called_on=o.today, due_on=o.today + timedelta(days), lines=[line]
    )
    return calls.create_call(o.s, o.actor, o.building_id, data)
