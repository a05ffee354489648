"""The checks of the books: each a question or two to the database, for one building, whatever there is in it."""

from collections.abc import Callable, Iterable, Iterator

from sqlmodel import Session

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import Money
from koprogo_app.modules.funds import service as funds
from koprogo_app.modules.funds.rules import Verdict

from .. import rules
from ..rules import Finding
from ..words import Kind
from . import asked, entries, papers, parties, sharing
from .scope import Scope, balances, scope_of

__all__ = ["CHECKS", "Scope", "scope_of"]


def _standing(s: Session, scope: Scope) -> Iterator[Finding]:
    accounts = balances(s, scope)
    yield from rules.standing(accounts, scope.today, scope.address)
    yield from rules.reserve(accounts, scope.address)


def _duty(s: Session, scope: Scope) -> Iterator[Finding]:
    """The yearly contribution to the reserve fund, in this year and the one before (Civil Code, art. 3.86 §3 al. 4)."""
    for year in rules.recent(scope.years, scope.today):
        try:
            duty = funds.get_overview(s, scope.actor, scope.building_id, year.id).duty
        except Invalid:  # a chart that was taken over without the accounts of the funds says nothing of them
            return
        if duty.verdict == Verdict.SHORT and duty.minimum is not None:
            yield Finding.of(
                Kind.RESERVE_RULE,
                year.id,
                f"{scope.address}/funds?year={year.id}",
                day=year.starts_on,
                amount=Money(duty.contributed),
                least=Money(duty.minimum),
            )


def _years(s: Session, scope: Scope) -> Iterator[Finding]:
    return rules.of_years(scope.years, scope.locked_until, scope.today, scope.address)


CHECKS: tuple[Callable[[Session, Scope], Iterable[Finding]], ...] = (
    entries.unbalanced, entries.number_gaps, entries.day_sums, entries.future,
    parties.unnamed, parties.overpaid, parties.paid_twice, parties.received_twice, _standing,
    papers.same_number, papers.alike, papers.vat_rates, papers.vat_amounts, papers.without_voucher,
    sharing.unshared, sharing.keys, sharing.shares, sharing.sold_costs, sharing.empty_lots, sharing.addresses, sharing.languages,
    asked.unmatched, asked.sold_calls, asked.failed_letters, _duty, _years,
)  # fmt: skip
