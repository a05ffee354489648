"""What the pages of payments and of open items show and do, worded for their reader."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.rules import Party
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service
from .rules import Due, Fund, Kind, State


def payment_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This payment does not exist."))


def due_of(item: Any) -> Due:
    """What an open item is to its reader, today."""
    if not item.debit_cents:
        return Due.CREDIT
    return Due.LATE if rules.days_late(item.due_on, clock.today()) else Due.TO_PAY


# --- Payments --------------------------------------------------------------------------------------------------------


@dataclass
class PaymentRow:
    """A payment; `amount` is below zero for a refund."""

    id: str
    on: str
    owner: str
    kind: str
    fund: str
    communication: str
    amount: str
    state: str

    @classmethod
    def of(cls, p: Any, locale: str) -> "PaymentRow":
        return cls(
            str(p.id), day(p.paid_on, locale), f"{p.last_name} {p.first_name}".strip(), translate(locale, rules.KINDS[Kind(p.kind)]),
            translate(locale, rules.FUNDS[Fund(p.fund)]), rules.shown(p.communication) or p.note,
            euros(Cents(p.cents if p.kind == Kind.RECEIPT else -p.cents), locale),
            (State.REVERSED if p.reversal_entry_id else State.BOOKED).value,
        )  # fmt: skip


@listed(P.LEDGER_READ)
class PaymentsState(Listing, rx.State):
    """The payments of a building, the last ones first."""

    rows: list[PaymentRow] = []
    books: bool = True
    sort: str = "paid_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_payments, id_of(self.building_id), self._asked())
        except NotFound:  # the frame says that there is no such building
            self.rows, self.total = [], 0
            return
        self.rows, self.total = [PaymentRow.of(p, locale) for p in found.rows], found.total

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("kind", "fund", "state", "owner")
        self.books = await _has_books(self)
        await self._read()


async def _has_books(state: Any) -> bool:
    try:
        return bool(await state._run(accounts.list_years, id_of(state.building_id)))
    except NotFound:
        return True


# --- One payment -----------------------------------------------------------------------------------------------------


@dataclass
class SettledRow:
    """What a payment settled: `fixed` when it cannot be opened again by hand."""

    id: str
    words: str
    account: str
    due: str
    amount: str
    entry_id: str
    fixed: bool


@dataclass
class PaymentCard:
    """A payment, worded. Empty: nothing of the kind."""

    id: str = ""
    title: str = ""
    owner: str = ""
    owner_id: str = ""
    kind: str = ""
    on: str = ""
    amount: str = ""
    fund: str = ""
    communication: str = ""
    note: str = ""
    state: str = ""
    reason: str = ""
    left: str = ""
    entry_id: str = ""
    reversal_entry_id: str = ""

    @classmethod
    def of(cls, whole: service.Whole, locale: str) -> "PaymentCard":
        p = whole.payment
        kind, amount = translate(locale, rules.KINDS[Kind(p.kind)]), euros(Cents(p.cents), locale)
        return cls(
            id=str(p.id), title=f"{whole.name} · {amount}", owner=whole.name, owner_id=str(p.owner_id), kind=kind, on=day(p.paid_on, locale),
            amount=amount, fund=translate(locale, rules.FUNDS[Fund(p.fund)]), communication=rules.shown(p.communication), note=p.note,
            state=(State.REVERSED if p.reversal_entry_id else State.BOOKED).value, reason=whole.reason,
            left=euros(Cents(whole.open_cents), locale) if whole.open_cents else "", entry_id=str(p.entry_id),
            reversal_entry_id=str(p.reversal_entry_id or ""),
        )  # fmt: skip


class PaymentState(Session, rx.State):
    """The page of a payment."""

    missing: bool = False
    payment: PaymentCard = PaymentCard()
    rows: list[SettledRow] = []
    reversing: bool = False
    errors: dict[str, str] = {}

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.reversing = {}, False
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            whole = await self._run(service.get_payment, payment_id_of(self.payment_id))
        except NotFound:
            self.missing, self.payment, self.rows = True, PaymentCard(), []
            return
        self.missing, self.payment = False, PaymentCard.of(whole, locale)
        self.rows = [
            SettledRow(
                str(x.id), x.words, x.account_code, day(x.due_on, locale), euros(Cents(x.cents), locale), str(x.entry_id), x.fixed
            )
            for x in whole.settled
        ]  # fmt: skip

    @event(P.PAYMENTS_WRITE)
    async def show_reversing(self, open: bool):
        self.reversing, self.errors = open, {}

    @event(P.PAYMENTS_WRITE)
    async def reverse(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.reverse_payment, payment_id_of(self.payment_id), str(form.get("reason", "")))
        self.reversing = False
        await self._read()

    @event(P.PAYMENTS_WRITE)
    async def unsettle(self, settlement_id: str):
        """Opens an item again for what this payment settled of it."""
        await self._run(service.unsettle, payment_id_of(settlement_id))
        await self._read()


# --- Open items ------------------------------------------------------------------------------------------------------


@dataclass
class ItemRow:
    """An open item; `amount` is below zero for what is owed back, `days` empty when it is not late."""

    id: str
    owner_id: str
    owner: str
    words: str
    account: str
    on: str
    due_on: str
    days: str
    due: str
    amount: str
    entry_id: str

    @classmethod
    def of(cls, x: Any, locale: str) -> "ItemRow":
        late = rules.days_late(x.due_on, clock.today()) if x.debit_cents else 0
        return cls(
            str(x.line_id), str(x.owner_id), f"{x.last_name} {x.first_name}".strip(), x.words, x.account_code, day(x.entry_on, locale),
            day(x.due_on, locale), number(late, locale) if late else "", due_of(x).value,
            euros(Cents(x.open_cents if x.debit_cents else -x.open_cents), locale), str(x.entry_id),
        )  # fmt: skip


@listed(P.LEDGER_READ)
class OpenItemsState(Listing, rx.State):
    """What is open of the co-owners' accounts, the oldest due first; two of one account settle each other."""

    rows: list[ItemRow] = []
    accounts: list[Choice] = []
    books: bool = True
    owed: str = ""
    owed_back: str = ""
    balance: str = ""
    selected: list[str] = []
    chosen: str = ""
    sort: str = "due_on"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_open_items, id_of(self.building_id), self._asked())
        except NotFound:
            self.rows, self.total = [], 0
            return
        self.rows, self.total = [ItemRow.of(x, locale) for x in found.rows], found.total
        self.owed, self.owed_back = euros(found.owed, locale), euros(found.owed_back, locale)
        self.balance = euros(Cents(found.owed - found.owed_back), locale)
        self._choose([i for i in self.selected if any(row.id == i for row in self.rows)])

    def _choose(self, ids: list[str]) -> None:
        self.selected = ids
        self.chosen = " · ".join(f"{row.owner} {row.amount}" for row in self.rows if row.id in ids)

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("due", "account", "owner")
        locale = await self._locale()
        try:
            chart = await self._run(accounts.list_accounts, id_of(self.building_id))
        except NotFound:
            chart = []
        self.books = bool(chart)
        self.accounts = [
            Choice(a.code, f"{a.code} {a.label(locale)}") for a in chart if a.postable and a.party == Party.OWNER
        ]
        await self._read()

    @event(P.LEDGER_READ)
    async def pick(self, row_id: str):
        kept = [i for i in self.selected if i != row_id]
        self._choose(kept if len(kept) < len(self.selected) else [*kept, row_id])

    @event(P.LEDGER_READ)
    async def pick_all(self):
        everything = [row.id for row in self.rows]
        self._choose([] if len(self.selected) >= len(everything) else everything)

    @event(P.LEDGER_READ)
    async def pick_none(self):
        self._choose([])

    @event(P.PAYMENTS_WRITE)
    async def settle(self):
        """The two chosen items settle each other, for as much as is open of both."""
        found = [row for row in self.rows if row.id in self.selected]
        credit = [row for row in found if row.due == Due.CREDIT]
        debit = [row for row in found if row.due != Due.CREDIT]
        if len(credit) != 1 or len(debit) != 1:
            raise Invalid("Choose one item to pay and one in credit.")
        try:
            await self._run(service.settle, id_of(self.building_id), UUID(debit[0].id), UUID(credit[0].id))
        except Invalid as error:
            raise Invalid(error.message, **error.params) from None  # type: ignore[arg-type]  # said as a toast: there is no field
        self._choose([])
        await self._read()

    @event(P.PAYMENTS_WRITE)
    async def settle_all(self):
        """What is open on both sides of each account settles each other, the oldest due first."""
        made = await self._run(service.settle_oldest, id_of(self.building_id))
        locale = await self._locale()
        await self._read()
        return rx.toast.success(translate(locale, N_("Settled with each other: {n}."), n=number(len(made), locale)))
