"""What the pages of the funds show: how they stand in a year, what the books say of them, what was done with them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.accounts.state import year_words
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.ledger.state import WithYears, number_words
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session
from koprogo_app.ui.share_bar import Share

from . import moving, service
from .models import FundWaiver
from .reading import Duty, Ended, Overview
from .rules import ACCOUNTS, FUNDS, KINDS, VERDICTS, Cover, Fund, Kind, Standing, Verdict

PARTS = {Fund.RESERVE: "k1", Fund.SPECIAL: "k2", Fund.WORKING: "k3"}
MOST_YEARS = 10  # of the chart


def movement_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This movement does not exist."))


@dataclass
class StandingRow:
    fund: str
    label: str
    account_id: str
    opening: str
    contributed: str
    allocated: str
    interest: str
    withdrawn: str
    other: str
    balance: str

    @classmethod
    def of(cls, x: Standing, sources: dict[Purpose, UUID], locale: str) -> "StandingRow":
        def said(cents: Cents) -> str:
            return euros(cents, locale) if cents else ""

        return cls(
            x.fund.value, translate(locale, FUNDS[x.fund]), str(sources[ACCOUNTS[x.fund]]), euros(x.opening, locale), said(x.contributed),
            said(x.allocated), said(x.interest), said(x.withdrawn), said(x.other), euros(x.balance, locale),
        )  # fmt: skip


@dataclass
class CoverWords:
    """A fund beside its bank account, worded; ids of the accounts that the figures come from."""

    fund: str = ""
    money: str = ""
    difference: str = ""
    owed: str = ""
    elsewhere: str = ""
    sentence: str = ""
    right: bool = True
    fund_id: str = ""
    money_id: str = ""
    owed_id: str = ""

    @classmethod
    def of(
        cls, x: Cover, sources: dict[Purpose, UUID], purposes: tuple[Purpose, Purpose, Purpose], locale: str
    ) -> "CoverWords":
        fund_id, money_id, owed_id = (str(sources[purpose]) for purpose in purposes)
        return cls(
            euros(x.fund, locale), euros(x.money, locale), euros(x.difference, locale), euros(x.owed, locale), euros(x.elsewhere, locale),
            "", not x.elsewhere, fund_id, money_id, owed_id,
        )  # fmt: skip


_MORE, _LESS = (
    N_(
        "{amount} of the reserve does not lie on its own account: bring it there, or enter the withdrawal of what was paid from that account."
    ),
    N_(
        "The reserve account holds {amount} more than the reserve: bring it to the working account, or enter what it is."
    ),
)
_EVEN = N_("The reserve account and what the co-owners owe make up the reserve to the cent.")
_RUNNING = N_(
    "Besides its fund the working account carries what is running: provisions, costs and suppliers to be paid, {amount} at this moment."
)


def reserve_words(x: Cover, locale: str) -> str:
    """What is to be done about the difference between the reserve and its bank account."""
    if not x.elsewhere:
        return translate(locale, _EVEN)
    return translate(locale, _MORE if x.elsewhere > 0 else _LESS, amount=euros(Cents(abs(x.elsewhere)), locale))


@dataclass
class DutyWords:
    """The duty to contribute to the reserve, worded."""

    verdict: str = ""
    words: str = ""
    sentence: str = ""
    due_from: str = ""
    base: str = ""
    parts: str = ""
    minimum: str = ""
    contributed: str = ""
    planned: str = ""
    waiver_id: str = ""
    waiver: str = ""

    @classmethod
    def of(cls, x: Duty, locale: str) -> "DutyWords":
        parts = ""
        if x.base:
            parts = translate(
                locale,
                N_("{told} said to be ordinary where they are shared out, {assumed} by their account; {left_out} of extraordinary costs left out."),
                told=euros(x.base.told, locale), assumed=euros(x.base.assumed, locale), left_out=euros(x.base.left_out, locale),
            )  # fmt: skip
        return cls(
            x.verdict.value, translate(locale, VERDICTS[x.verdict]), duty_words(x, locale), day(x.due_from, locale),
            euros(x.base.cents, locale) if x.base else "", parts, "" if x.minimum is None else euros(x.minimum, locale),
            euros(x.contributed, locale), "" if x.planned is None else euros(x.planned, locale),
            str(x.waiver.id) if x.waiver else "", waiver_words(x.waiver, locale) if x.waiver else "",
        )  # fmt: skip


_DUTY = {
    Verdict.UNKNOWN: N_("Enter the provisional acceptance of the common parts: the duty begins five years after it."),
    Verdict.NOT_DUE: N_("The contribution is compulsory from {day} on."),
    Verdict.NO_BASE: N_(
        "The books hold no ordinary cost of the year before: the minimum cannot be computed from them."
    ),
    Verdict.WAIVED: N_("The meeting waived the contribution of this year."),
    Verdict.MET: N_("What was contributed reaches the minimum."),
    Verdict.PLANNED: N_("{amount} is still to be contributed; the budget foresees it."),
    Verdict.SHORT: N_(
        "{amount} is missing: call it for the reserve fund, or have the meeting waive it by four fifths."
    ),
}


def duty_words(x: Duty, locale: str) -> str:
    """What the verdict asks for."""
    missing = Cents(max(0, (x.minimum or 0) - x.contributed))
    return translate(locale, _DUTY[x.verdict], day=day(x.due_from, locale), amount=euros(missing, locale))


def waiver_words(x: FundWaiver, locale: str) -> str:
    """The decision in one line."""
    if x.votes_for is None or x.votes_cast is None:
        return translate(locale, N_("Decided on {day}: “{words}”."), day=day(x.decided_on, locale), words=x.words)
    return translate(
        locale, N_("Decided on {day} by {votes_for} of {votes_cast} shares cast."), day=day(x.decided_on, locale),
        votes_for=number(x.votes_for, locale), votes_cast=number(x.votes_cast, locale),
    )  # fmt: skip


@dataclass
class YearBar:
    """What the funds held at the end of a year, as parts of the largest year."""

    words: str
    said: str
    reserve: Share
    special: Share
    working: Share


def bars(found: list[Ended], locale: str) -> list[YearBar]:
    """The last years, the latest first."""
    shown = found[-MOST_YEARS:]
    most = max((sum(max(0, cents) for cents in x.held.values()) for x in shown), default=0)
    made = []
    for x in reversed(shown):
        parts = {
            fund: Share(
                translate(locale, FUNDS[fund]), euros(cents, locale), f"{max(0, cents) * 100 / most:.1f}" if most else "0", PARTS[fund]
            )
            for fund, cents in x.held.items()
        }  # fmt: skip
        words = year_words(x.year, locale)
        said = f"{words}: " + ", ".join(f"{part.label} {part.value}" for part in parts.values())
        made.append(YearBar(words, said, parts[Fund.RESERVE], parts[Fund.SPECIAL], parts[Fund.WORKING]))
    return made


@dataclass
class LineRow:
    id: str
    entry_id: str
    number: str
    on: str
    words: str
    fund: str
    added: str
    taken: str
    movement_id: str


@listed(P.LEDGER_READ)
class FundsState(WithYears, rx.State):
    """The funds of a building in a year."""

    rows: list[LineRow] = []
    sort: str = "entry_on"
    order: str = "desc"
    standings: list[StandingRow] = []
    reserve: CoverWords = CoverWords()
    working: CoverWords = CoverWords()
    duty: DutyWords = DutyWords()
    bars: list[YearBar] = []
    withdrawing: bool = False
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        year_id, locale = await self._choose_year(), await self._locale()
        if year_id is None:
            self.rows, self.total, self.standings, self.bars = [], 0, [], []
            return
        building_id = id_of(self.building_id)
        try:
            overview = await self._run(service.get_overview, building_id, year_id)
            found = await self._run(service.list_lines, building_id, self._asked())
            self.bars = bars(await self._run(service.list_ended, building_id), locale)
        except NotFound:
            return  # the frame says that there is no such building
        self._word(overview, locale)
        labels = {row.account_id: row.label for row in self.standings}
        self.total = found.total
        self.rows = [
            LineRow(
                str(x.id), str(x.entry_id), number_words(x.journal, x.number), day(x.entry_on, locale), x.words,
                labels.get(str(x.account_id), x.code), euros(Cents(x.cents), locale) if x.cents > 0 else "",
                euros(Cents(-x.cents), locale) if x.cents < 0 else "", str(x.movement_id or ""),
            )
            for x in found.rows
        ]  # fmt: skip

    def _word(self, x: Overview, locale: str) -> None:
        self.standings = [StandingRow.of(one, x.sources, locale) for one in x.standings]
        of_reserve = (Purpose.RESERVE_FUND, Purpose.BANK_RESERVE, Purpose.OWNERS_RESERVE)
        self.reserve = CoverWords.of(x.reserve, x.sources, of_reserve, locale)
        self.reserve.sentence = reserve_words(x.reserve, locale)
        of_working = (Purpose.WORKING_FUND, Purpose.BANK_WORKING, Purpose.OWNERS_WORKING)
        self.working = CoverWords.of(x.working, x.sources, of_working, locale)
        self.working.sentence = translate(locale, _RUNNING, amount=euros(Cents(-x.working.elsewhere), locale))
        self.duty = DutyWords.of(x.duty, locale)

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.withdrawing = {}, False
        self._narrow("year", "fund")
        await self._read()

    @event(P.FUNDS_WRITE)
    async def show_withdrawing(self, open: bool):
        self.withdrawing, self.errors = open, {}

    @event(P.FUNDS_WRITE)
    async def withdraw_waiver(self, form: dict[str, Any]):
        """Takes the waiver of the year back."""
        self.errors = {}
        if self.duty.waiver_id:
            await self._run(service.withdraw_waiver, UUID(self.duty.waiver_id), str(form.get("reason", "")))
        self.withdrawing = False
        await self._read()


# --- What was done ---------------------------------------------------------------------------------------------------


@dataclass
class MovementRow:
    id: str
    on: str
    kind: str
    words: str
    place: str
    amount: str
    reversed: bool


def place_words(x: Any, locale: str) -> str:
    """The fund of a movement, or the two accounts of a transfer."""
    return translate(locale, FUNDS[Fund(x.fund)]) if x.fund else f"{x.from_code} → {x.to_code}"


@listed(P.LEDGER_READ)
class MovementsState(Listing, rx.State):
    """What was done with the funds of a building, the last first."""

    rows: list[MovementRow] = []
    sort: str = "moved_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_movements, id_of(self.building_id), self._asked())
        except NotFound:
            self.rows, self.total = [], 0
            return
        self.total = found.total
        self.rows = [
            MovementRow(
                str(x.id), day(x.moved_on, locale), translate(locale, KINDS[Kind(x.kind)]), x.words, place_words(x, locale),
                euros(Cents(x.cents), locale), x.reversal_entry_id is not None,
            )
            for x in found.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("kind", "fund", "state")
        await self._read()


class MovementState(Session, rx.State):
    """One movement."""

    missing: bool = False
    kind: str = ""
    words: str = ""
    decision: str = ""
    place: str = ""
    amount: str = ""
    on: str = ""
    number: str = ""
    entry_id: str = ""
    document_id: str = ""
    reversal_id: str = ""
    reason: str = ""
    reversing: bool = False
    errors: dict[str, str] = {}

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.reversing = {}, False
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            x = await self._run(service.get_movement, movement_id_of(self.movement_id))
        except NotFound:
            self.missing = True
            return
        self.missing, self.kind, self.words = False, translate(locale, KINDS[Kind(x.kind)]), x.words
        self.decision, self.place, self.amount = x.decision, place_words(x, locale), euros(Cents(x.cents), locale)
        self.on, self.number, self.entry_id = (
            day(x.moved_on, locale),
            number_words(x.journal, x.number),
            str(x.entry_id),
        )
        self.document_id, self.reversal_id = str(x.document_id or ""), str(x.reversal_entry_id or "")
        self.reason = x.reversal_reason or ""

    @event(P.FUNDS_WRITE)
    async def show_reversing(self, open: bool):
        self.reversing, self.errors = open, {}

    @event(P.FUNDS_WRITE)
    async def reverse(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(moving.reverse_movement, movement_id_of(self.movement_id), str(form.get("reason", "")))
        self.reversing = False
        await self._read()
