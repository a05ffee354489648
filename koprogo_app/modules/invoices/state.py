"""What the lists of invoices show: those of a building, and what waits in the whole office."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import address_id
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed

from . import amounts, rules, service
from .models import SettingIn
from .rules import Status

MOST_SUPPLIERS = 1000  # in a choice


def invoice_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This invoice does not exist."))


@dataclass
class InvoiceRow:
    id: str
    href: str
    building: str
    supplier: str
    number: str
    words: str
    on: str
    due: str
    total: str
    status: str

    @classmethod
    def of(cls, i: Any, locale: str) -> "InvoiceRow":
        total = euros(amounts.signed(i.kind, i.gross_cents), locale)
        status = rules.status_of(i, i.due_on, clock.today())
        return cls(
            str(i.id), f"/buildings/{i.building_id}/invoices/{i.id}", i.building, i.supplier or "", i.number, i.description,
            day(i.issued_on, locale), day(i.due_on, locale), total, status.value,
        )  # fmt: skip


@dataclass
class Sums:
    """How many and how much, worded: 3 · 1 234,56 €."""

    submitted: str = ""
    to_pay: str = ""
    late: str = ""

    @classmethod
    def of(cls, found: dict[Status, service.Sum], locale: str) -> "Sums":
        def said(*statuses: Status) -> str:
            sums = [found.get(status, service.Sum()) for status in statuses]
            total = Cents(sum(x.cents for x in sums))
            return f"{number(sum(x.count for x in sums), locale)} · {euros(total, locale)}"

        return cls(said(Status.SUBMITTED), said(Status.TO_PAY, Status.LATE), said(Status.LATE))


@listed(P.INVOICES_READ)
class InvoicesState(Listing, rx.State):
    """The invoices of a building, the last ones first, and its rules of approval."""

    rows: list[InvoiceRow] = []
    sums: Sums = Sums()
    suppliers: list[Choice] = []
    sort: str = "issued_on"
    order: str = "desc"
    setting: bool = False
    limit: str = ""
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            building_id = id_of(self.building_id)
            found = await self._run(service.list_invoices, building_id, self._asked())
            sums = await self._run(service.sums, building_id)
            four_eyes = (await self._run(service.get_setting, building_id)).four_eyes_cents
        except NotFound:  # the frame says that there is no such building
            self.rows, self.total = [], 0
            return
        self.rows, self.total = [InvoiceRow.of(i, locale) for i in found.rows], found.total
        self.sums = Sums.of(sums, locale)
        self.limit = "" if four_eyes is None else euros(Cents(four_eyes), locale)

    @event(P.INVOICES_READ)
    async def load(self):
        self.errors, self.setting = {}, False
        self._narrow("status", "supplier")
        found = await self._run(suppliers.list_suppliers, Asked(size=MOST_SUPPLIERS, sort="name"))
        self.suppliers = [Choice(str(one.id), one.name) for one in found.rows]
        await self._read()

    @event(P.INVOICES_APPROVE)
    async def show_setting(self, open: bool):
        self.setting, self.errors = open, {}

    @event(P.INVOICES_APPROVE)
    async def save_setting(self, form: dict[str, Any]):
        self.errors = {}
        text = str(form.get("four_eyes_cents", "")).strip()
        data = SettingIn(four_eyes_cents=cents(text, "four_eyes_cents") if text else None)
        await self._run(service.set_setting, id_of(self.building_id), data)
        self.setting = False
        await self._read()


@listed(P.INVOICES_READ)
class QueueState(Listing, rx.State):
    """What waits for approval or payment, over all buildings, by due date."""

    rows: list[InvoiceRow] = []
    sums: Sums = Sums()
    waiting: str = ""
    sort: str = "due_on"

    async def _read(self) -> None:
        locale = await self._locale()
        status = self.filters.get("status") or "waiting"
        found = await self._run(service.list_invoices, None, self._asked(status=status))
        self.rows, self.total = [InvoiceRow.of(i, locale) for i in found.rows], found.total
        sums = await self._run(service.sums)
        self.sums = Sums.of(sums, locale)
        count = sum(sums.get(s, service.Sum()).count for s in (Status.SUBMITTED, Status.TO_PAY, Status.LATE))
        self.waiting = translate(locale, N_("Waiting for a decision or a payment: {n}."), n=number(count, locale))

    @event(P.INVOICES_READ)
    async def load(self):
        self._narrow("status")
        await self._read()
