"""How the funds of a building stand: their year, the money behind them, the duty to contribute. Reads sums, called in a transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import selected
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import Kind as Side
from koprogo_app.modules.accounts.rules import Party, Purpose
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.rules import Nature
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import AccountDay, JournalEntry, JournalLine
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.ledger.service import Balance

from . import rules
from .access import Chart
from .models import FundMovement, FundWaiver
from .rules import Base, Cost, Cover, Fund, Kind, Standing, Verdict


@dataclass(frozen=True, slots=True)
class Duty:
    """The yearly contribution to the reserve fund (art. 3.86 §3 al. 4). `planned`: what the approved budget asks for it.

    `base`: none when the year before is not in the books. `contributed`: asked of the co-owners for the reserve fund, and
    allocated to it by a decision; interest is no contribution.
    """

    verdict: Verdict
    due_from: date | None
    base: Base | None
    minimum: Cents | None
    contributed: Cents
    planned: Cents | None
    waiver: FundWaiver | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A financial year of the funds."""

    year: FiscalYear
    standings: list[Standing]
    working: Cover
    reserve: Cover  # the reserve funds together, with the term deposits
    duty: Duty
    sources: dict[Purpose, UUID]  # the account of each purpose: where a figure comes from


@dataclass(frozen=True, slots=True)
class Ended:
    """What each fund held when a year ended, or holds now."""

    year: FiscalYear
    held: dict[Fund, Cents]


def overview(
    s: Session, actor: Actor, year: FiscalYear, before: FiscalYear | None, chart: Chart, today: date
) -> Overview:
    """A year whose books are open; `before`: the year that it follows."""
    known = ledger.balances(s, actor, year.building_id, year.id)
    standings = standings_of(s, year, chart, known)
    held = {x.fund: x.balance for x in standings}

    def sum_of(*purposes: Purpose) -> Cents:
        ids = {a.id for a in chart.of(*purposes)}
        return Cents(sum(b.moved.after for b in known if b.account.id in ids))

    working = Cover(held[Fund.WORKING], sum_of(Purpose.BANK_WORKING, Purpose.CASH), sum_of(Purpose.OWNERS_WORKING))
    reserve = Cover(
        Cents(held[Fund.RESERVE] + held[Fund.SPECIAL]),
        sum_of(Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT),
        sum_of(Purpose.OWNERS_RESERVE),
    )
    standing = next(x for x in standings if x.fund == Fund.RESERVE)
    sources = {Purpose(a.purpose): a.id for a in chart.accounts if a.purpose}
    return Overview(year, standings, working, reserve, _duty(s, actor, year, before, chart, standing, today), sources)


def standings_of(s: Session, year: FiscalYear, chart: Chart, known: Iterable[Balance]) -> list[Standing]:
    """Each fund in a year, in the order of Fund."""
    funds = chart.funds()
    sums = {fund: dict[str, int]() for fund in Fund}
    for b in known:
        if fund := funds.get(b.account.id):
            sums[fund]["opening"] = sums[fund].get("opening", 0) - b.moved.before
    for account_id, what, cents in s.exec(gained([year.id], list(funds))):
        of = sums[funds[account_id]]
        of[what] = of.get(what, 0) + int(cents)
    return [Standing(fund, **{name: Cents(cents) for name, cents in of.items()}) for fund, of in sums.items()]


def gained(year_ids: Sequence[UUID], account_ids: Sequence[UUID]) -> Any:
    """account, what it was (a field of Standing), credit less debit: of one year of each building. An opening entry is what the
    year began with; what stands against a co-owner's account is a contribution, whoever entered it."""
    line, account = aliased(JournalLine), aliased(Account)
    its: Any = account.id == line.account_id
    owners = exists(
        select(line.id).join(account, its).where(line.entry_id == JournalEntry.id, account.party == Party.OWNER)
    )

    def made(kind: Kind) -> Any:
        source = rules.source_of(kind)
        return col(JournalEntry.source).in_((source, f"{source}:reversal"))

    what = case(
        (col(JournalEntry.journal) == Journal.OPN, "opening"), (made(Kind.WITHDRAWAL), "withdrawn"), (made(Kind.INTEREST), "interest"),
        (made(Kind.ALLOCATION), "allocated"), (owners, "contributed"), else_="other",
    )  # fmt: skip
    each = (
        select(
            JournalLine.account_id,
            what.label("what"),
            (col(JournalLine.credit_cents) - JournalLine.debit_cents).label("gained"),
        )
        .join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
        .where(col(JournalLine.year_id).in_(year_ids), col(JournalLine.account_id).in_(account_ids))
        .subquery()
    )
    return select(each.c.account_id, each.c.what, func.sum(each.c.gained)).group_by(each.c.account_id, each.c.what)


def _duty(
    s: Session, actor: Actor, year: FiscalYear, before: FiscalYear | None, chart: Chart, reserve: Standing, today: date
) -> Duty:
    acceptance = buildings.get_building(s, actor, year.building_id).provisional_acceptance_on
    base = rules.base_of(costs_of(s, before), never(chart)) if before else None
    contributed = Cents(reserve.contributed + reserve.allocated)
    planned, waiver = planned_of(s, actor, year, chart), waiver_of(s, year.id)
    verdict = rules.verdict(
        due=rules.is_due(acceptance, year.ends_on), base=base and base.cents, contributed=contributed,
        planned=planned or rules.NOTHING, waived=waiver is not None, over=today > year.ends_on,
    )  # fmt: skip
    due_from = acceptance and rules.due_from(acceptance)
    return Duty(verdict, due_from, base, base and rules.minimum(base.cents), contributed, planned, waiver)


def never(chart: Chart) -> list[str]:
    """The accounts that hold no common charge, whatever is said of them."""
    return [chart.code(p) for p in (Purpose.FUND_MOVEMENTS, Purpose.FUND_WITHDRAWALS, Purpose.PRIVATE_COSTS)]


def costs_of(s: Session, year: FiscalYear) -> list[Cost]:
    """The costs of a year by account and by what their sharing says of them."""
    return costs_by_year(s, [year.id]).get(year.id, [])


def costs_by_year(s: Session, year_ids: Sequence[UUID]) -> dict[UUID, list[Cost]]:
    """costs_of() several years, in one read."""
    moved = func.sum(col(JournalLine.debit_cents) - JournalLine.credit_cents)
    private: Any = col(CostAllocation.owner_id).is_not(None)
    wanted = (
        selected(JournalLine.year_id, Account.code, CostAllocation.ordinary, private, moved)
        .select_from(JournalLine)
        .join(Account, col(Account.id) == JournalLine.account_id)
        .outerjoin(CostAllocation, col(CostAllocation.journal_line_id) == JournalLine.id)
        .where(col(JournalLine.year_id).in_(year_ids), Account.kind == Side.EXPENSE)
        .group_by(JournalLine.year_id, Account.code, col(CostAllocation.ordinary), private)
    )
    found: dict[UUID, list[Cost]] = {}
    for year_id, code, ordinary, one, cents in s.execute(wanted):
        found.setdefault(year_id, []).append(Cost(code, int(cents), ordinary, bool(one)))
    return found


def planned_of(s: Session, actor: Actor, year: FiscalYear, chart: Chart) -> Cents | None:
    """What the approved budget of a year asks for the reserve fund; none without a budget."""
    found = budgets.active_budget(s, actor, year.building_id, year.ends_on)
    if found is None:
        return None
    codes = {"", chart.code(Purpose.RESERVE_FUND)}
    return Cents(sum(x.cents for x in found[1] if x.nature == Nature.RESERVE and x.account in codes))


def waiver_of(s: Session, year_id: UUID) -> FundWaiver | None:
    """The waiver of a year that stands."""
    wanted = select(FundWaiver).where(FundWaiver.year_id == year_id, col(FundWaiver.withdrawn_on).is_(None))
    return s.exec(wanted).one_or_none()


def ended(s: Session, years: Sequence[FiscalYear], chart: Chart) -> list[Ended]:
    """The balances at the end of each year, oldest first."""
    funds = chart.funds()
    gained = func.sum(col(AccountDay.credit_cents) - AccountDay.debit_cents)
    wanted = select(AccountDay.year_id, AccountDay.account_id, gained).where(
        col(AccountDay.account_id).in_(list(funds))
    )
    moved = dict[tuple[UUID, Fund], int]()
    for year_id, account_id, cents in s.exec(wanted.group_by(col(AccountDay.year_id), col(AccountDay.account_id))):
        place = year_id, funds[account_id]
        moved[place] = moved.get(place, 0) + int(cents)
    found, held = list[Ended](), dict.fromkeys(Fund, 0)
    for year in sorted(years, key=lambda y: y.starts_on):
        held = {fund: cents + moved.get((year.id, fund), 0) for fund, cents in held.items()}
        found.append(Ended(year, {fund: Cents(cents) for fund, cents in held.items()}))
    return found


def interest_left(s: Session, year: FiscalYear, chart: Chart) -> Cents:
    """The interest that the books received in a year, less what was added to a fund."""
    accounts = [a.id for a in chart.of(Purpose.BANK_INTEREST)]
    gained = func.sum(col(AccountDay.credit_cents) - AccountDay.debit_cents)
    had = s.exec(select(gained).where(AccountDay.year_id == year.id, col(AccountDay.account_id).in_(accounts))).one()
    used = select(func.sum(FundMovement.cents)).where(
        FundMovement.building_id == year.building_id, FundMovement.kind == Kind.INTEREST,
        FundMovement.moved_on >= year.starts_on, FundMovement.moved_on <= year.ends_on, col(FundMovement.reversal_entry_id).is_(None),
    )  # fmt: skip
    return Cents(int(had or 0) - int(s.exec(used).one() or 0))
