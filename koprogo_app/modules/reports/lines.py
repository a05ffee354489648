"""The long reports, line by line as they are read: general ledger and journals. Pure; amounts are integer cents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from koprogo_app.core.i18n import N_
from koprogo_app.modules.ledger.rules import JOURNALS, Journal

from .balances import Posted
from .rules import Rank, Row, words


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an entry, with the words of its account and party."""

    entry_id: UUID
    on: date
    journal: str
    number: int
    reference: str
    account_id: UUID
    code: str
    label: str
    description: str
    party: str
    debit: int
    credit: int

    @property
    def said(self) -> str:
        return f"{self.description} · {self.party}" if self.party else self.description


def ledger_rows(accounts: Sequence[Posted], lines: Iterable[Line]) -> Iterator[Row]:
    """Each account with its opening balance, its lines with the balance after each, and its sums.

    `lines` come by the accounts' order (their codes), then by day.
    """
    flow = groupby(lines, key=lambda line: line.account_id)
    head = next(flow, None)
    for account in sorted(accounts, key=lambda a: a.code):
        balance = int(account.before)
        yield Row(Rank.HEAD, (None, account.code, "", account.label, None, None, balance), 0, account.id)
        if head is not None and head[0] == account.id:
            for line in head[1]:
                balance += line.debit - line.credit
                cells = (line.on, f"{line.journal} {line.number}", line.reference, line.said, line.debit or None, line.credit or None, balance)  # fmt: skip
                yield Row(Rank.LINE, cells, 0, None, line.entry_id)
            head = next(flow, None)
        sums = (words(N_("Total of account {code}"), code=account.code), account.debit, account.credit, account.after)
        yield Row(Rank.SUM, (None, "", "", *sums), 0, account.id)


def journal_rows(lines: Iterable[Line]) -> Iterator[Row]:
    """Every line of every entry."""
    for line in lines:
        account = f"{line.code} {line.label}"
        cells = (line.on, f"{line.journal} {line.number}", line.reference, account, line.said, line.debit or None, line.credit or None)  # fmt: skip
        yield Row(Rank.LINE, cells, 0, line.account_id, line.entry_id)


def journal_sums(sums: Sequence[tuple[str, int, int]]) -> list[Row]:
    """(journal, debit, credit): a row each, and all of them."""
    rows = [
        Row(Rank.SUM, (None, journal, "", "", words(JOURNALS[Journal(journal)]), debit, credit))
        for journal, debit, credit in sums
    ]
    debit, credit = sum(one[1] for one in sums), sum(one[2] for one in sums)
    return [*rows, Row(Rank.TOTAL, (None, "", "", "", words(N_("All these journals")), debit, credit))]
