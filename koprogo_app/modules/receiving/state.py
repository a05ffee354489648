"""What the pages of incoming invoices show: the upload, what an electronic invoice says, and what comes back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id, parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices.rules import Source
from koprogo_app.modules.invoices.state import invoice_id_of
from koprogo_app.modules.suppliers.models import Resembling
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import rules, service
from .models import RecurringIn


def recurring_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This recurring invoice does not exist."))


class UploadState(Session, rx.State):
    """A file on its way in."""

    distinct: bool = False

    @event(P.INVOICES_WRITE)
    async def load(self):
        self.distinct = False

    @event(P.INVOICES_WRITE)
    async def choose_distinct(self, value: bool):
        """Whether a number that the supplier has used is that of another paper."""
        self.distinct = value

    @event(P.INVOICES_WRITE)
    async def received(self, invoice_id: str):
        """The draft is there: what an electronic invoice says is read first, the fields of another are typed."""
        draft = await self._run(invoices.get_row, invoice_id_of(invoice_id))
        last = "file" if draft.source == Source.UBL else "edit"
        return rx.redirect(f"/buildings/{draft.building_id}/invoices/{draft.id}/{last}")


class FileState(Session, rx.State):
    """What the electronic invoice of a draft says beside its fields."""

    missing: bool = False
    title: str = ""
    total: str = ""
    remarks: list[str] = []
    proposed: bool = False
    name: str = ""
    numbers: str = ""
    iban: str = ""
    address: str = ""
    resembling: bool = False
    errors: dict[str, str] = {}

    @event(P.INVOICES_READ)
    async def load(self):
        self.errors, self.resembling = {}, False
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            whole = await self._run(invoices.get_invoice, invoice_id_of(self.invoice_id))
            found = await self._run(service.from_file, whole.invoice.id)
        except NotFound:
            self.missing = True
            return
        self.missing, self.title = False, whole.invoice.number or whole.invoice.description
        self.total = euros(Cents(whole.invoice.gross_cents), locale)
        self.remarks = [x.worded(locale) for x in found.remarks]
        new = found.proposed
        self.proposed = new is not None
        if new is not None:
            self.name, self.iban = new.name, belgium.show_iban(new.iban)
            self.numbers = belgium.show_kbo(new.kbo) or new.vat_number or ""
            self.address = ", ".join(part for part in (new.address, f"{new.postal_code} {new.city}".strip()) if part)

    @event(P.INVOICES_WRITE)
    async def enter_supplier(self, form: dict[str, Any]):
        """Enters the supplier that the file names."""
        self.errors = {}
        try:
            await self._run(
                service.enter_supplier, invoice_id_of(self.invoice_id), distinct=form.get("distinct") == "on"
            )
        except Resembling:
            self.resembling = True
            raise
        await self._read()


@dataclass
class RecurringRow:
    id: str
    supplier: str
    words: str
    total: str
    rhythm: str
    next_on: str
    until: str
    active: bool
    invoice_id: str


class RecurringState(Session, rx.State):
    """The invoices of a building that come back, and the form of one more."""

    rows: list[RecurringRow] = []
    template_id: str = ""
    template: str = ""
    today: str = ""
    made: str = ""
    errors: dict[str, str] = {}

    @event(P.INVOICES_READ)
    async def load(self):
        self.errors, self.made, self.today = {}, "", clock.today().isoformat()
        self.template_id = self.template = ""
        await self._choose(self.router.url.query_parameters.get("invoice", ""))
        await self._read()

    async def _choose(self, invoice_id: str) -> None:
        """The invoice of the address, when it is one of this building."""
        try:
            whole = await self._run(invoices.get_invoice, invoice_id_of(invoice_id))
        except NotFound:
            return
        if str(whole.invoice.building_id) == self.building_id:
            self.template_id = str(whole.invoice.id)
            self.template = " · ".join(part for part in (whole.supplier, whole.invoice.description) if part)

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_recurring, id_of(self.building_id))
        except NotFound:
            self.rows = []
            return
        self.rows = [
            RecurringRow(
                str(x.row.id), x.supplier, x.template.description, euros(Cents(x.template.gross_cents), locale),
                translate(locale, rules.RHYTHMS[rules.Rhythm(x.row.rhythm)]), day(x.row.next_on, locale), day(x.row.until, locale),
                x.row.is_active, str(x.row.template_id),
            )
            for x in found
        ]  # fmt: skip

    @event(P.INVOICES_WRITE)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(RecurringIn, {name: form.get(name) for name in RecurringIn.model_fields})
        await self._run(service.create_recurring, invoice_id_of(self.template_id), data)
        self.template_id = self.template = ""
        await self._read()

    @event(P.INVOICES_WRITE)
    async def stop(self, recurring_id: str):
        await self._run(service.stop_recurring, recurring_id_of(recurring_id))
        await self._read()

    @event(P.INVOICES_WRITE)
    async def make_due(self):
        made = await self._run(service.make_due, id_of(self.building_id))
        locale = await self._locale()
        self.made = translate(locale, N_("Drafts made: {n}."), n=number(len(made), locale))
        await self._read()
