"""What the pages of suppliers show, already worded for their reader."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, number, translate
from koprogo_app.core.validation import address_id, parse
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service
from .models import Resembling, Supplier, SupplierIn, WithholdingCheck

RELOAD = OnLoadInternalState.on_load_internal  # the page reads its supplier again
FIELDS = tuple(SupplierIn.model_fields)


def supplier_id_of(text: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(text, N_("This supplier does not exist."))


@dataclass
class SupplierRow:
    id: str
    name: str
    kbo: str
    iban: str
    city: str
    phone: str
    active: bool

    @classmethod
    def of(cls, o: Any) -> "SupplierRow":
        iban, kbo = belgium.show_iban(o.iban), belgium.show_kbo(o.kbo)
        return cls(str(o.id), o.name, kbo or o.vat_number or "", iban, o.city, o.phone or "", o.is_active)


@listed(Permission.SUPPLIERS_READ)
class SuppliersState(Listing, rx.State):
    """The list of suppliers."""

    rows: list[SupplierRow] = []
    sort: str = "name"

    async def _read(self) -> None:
        found = await self._run(service.list_suppliers, self._asked())
        self.rows, self.total = [SupplierRow.of(o) for o in found.rows], found.total

    @event(Permission.SUPPLIERS_READ)
    async def load(self):
        self._narrow("state", "kbo", "iban")
        await self._read()


@dataclass
class SupplierCard:
    """A supplier, worded. Empty texts are "not entered yet"; `check` is "", "clear" or "due"."""

    id: str = ""
    name: str = ""
    place: str = ""
    kbo: str = ""
    vat: str = ""
    liable: bool = True
    language: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    remark: str = ""
    iban: str = ""
    bic: str = ""
    holder: str = ""
    days: str = ""
    account: str = ""
    rate: str = ""
    active: bool = True
    check: str = ""
    checked: str = ""
    old: bool = False

    @classmethod
    def of(cls, o: Supplier, locale: str) -> "SupplierCard":
        place, on = f"{o.postal_code} {o.city}".strip(), o.withholding_checked_on
        return cls(
            id=str(o.id), name=o.name, place=o.city, kbo=belgium.show_kbo(o.kbo), vat=o.vat or "", liable=o.vat_liable,
            language=LANGUAGE_NAMES.get(o.language, ""), email=o.email or "", phone=o.phone or "",
            address="\n".join(line for line in (o.address, place, o.country if place else "") if line),
            remark=o.remark or "", iban=belgium.show_iban(o.iban), bic=rules.bic_of(o.iban),
            holder=o.account_holder or "", account=o.default_account_code or "", active=o.is_active,
            days=translate(locale, N_("{n} days after the date of the invoice"), n=number(o.payment_days, locale)),
            rate="" if o.default_vat_rate is None else f"{o.default_vat_rate} %",
            check="" if on is None else "due" if o.withholding_due else "clear",
            checked=translate(locale, N_("Looked up on {day}."), day=day(on, locale)) if on else "",
            old=on is not None and rules.check_is_due(on, clock.today()),
        )  # fmt: skip


class SupplierState(Session, rx.State):
    """The page of a supplier."""

    missing: bool = False
    supplier: SupplierCard = SupplierCard()
    today: str = ""
    checking: bool = False
    errors: dict[str, str] = {}

    @event(Permission.SUPPLIERS_READ)
    async def load(self):
        self.checking, self.errors, self.today = False, {}, clock.today().isoformat()
        try:
            found = await self._run(service.get_supplier, supplier_id_of(self.supplier_id))
        except NotFound:
            self.missing, self.supplier = True, SupplierCard()
            return
        self.missing, self.supplier = False, SupplierCard.of(found, await self._locale())

    @event(Permission.SUPPLIERS_WRITE)
    async def show_checking(self, value: bool):
        self.checking, self.errors = value, {}

    @event(Permission.SUPPLIERS_WRITE)
    async def record_check(self, form: dict[str, Any]):
        self.errors = {}
        check = parse(WithholdingCheck, {name: form.get(name) for name in WithholdingCheck.model_fields})
        await self._run(service.record_check, supplier_id_of(self.supplier_id), check)
        self.checking = False
        return await self._done(N_("The check is recorded."))

    @event(Permission.SUPPLIERS_WRITE)
    async def deactivate(self):
        await self._run(service.deactivate_supplier, supplier_id_of(self.supplier_id))
        return await self._done(N_("The supplier is not proposed any more."))

    @event(Permission.SUPPLIERS_WRITE)
    async def reactivate(self):
        await self._run(service.reactivate_supplier, supplier_id_of(self.supplier_id))
        return await self._done(N_("The supplier is proposed again."))

    @event(Permission.SUPPLIERS_WRITE)
    async def delete(self):
        await self._run(service.delete_supplier, supplier_id_of(self.supplier_id))
        return rx.redirect("/suppliers")

    async def _done(self, said: str) -> list[Any]:
        return [RELOAD, rx.toast.success(translate(await self._locale(), said))]


class SupplierFormState(Session, rx.State):
    """A new supplier, or the data of one."""

    values: dict[str, str] = {}
    liable: bool = True
    resembling: bool = False  # another one is much like it: the office may say that they are two
    missing: bool = False
    title: str = ""
    errors: dict[str, str] = {}

    def _show(self, values: dict[str, str], liable: bool, title: str) -> None:
        self.values, self.liable, self.title, self.errors = values, liable, title, {}
        self.resembling, self.missing = False, False

    @event(Permission.SUPPLIERS_WRITE)
    async def start(self):
        given = {"language": await self._locale(), "country": "BE", "payment_days": "30"}
        self._show(given, True, "")

    @event(Permission.SUPPLIERS_WRITE)
    async def edit(self):
        try:
            found = await self._run(service.get_supplier, supplier_id_of(self.supplier_id))
        except NotFound:
            self.missing = True
            return
        values = {name: getattr(found, name) for name in FIELDS}
        texts = {name: "" if value is None else str(value) for name, value in values.items()}
        self._show(texts, found.vat_liable, found.name)

    @event(Permission.SUPPLIERS_WRITE)
    async def create(self, form: dict[str, Any]):
        made = await self._send(form, service.create_supplier)
        return rx.redirect(f"/suppliers/{made.id}")

    @event(Permission.SUPPLIERS_WRITE)
    async def save(self, form: dict[str, Any]):
        made = await self._send(form, service.update_supplier, supplier_id_of(self.supplier_id))
        said = translate(await self._locale(), N_("The data are saved."))
        return [rx.redirect(f"/suppliers/{made.id}"), rx.toast.success(said)]

    async def _send(self, form: dict[str, Any], action: Any, *args: Any) -> Supplier:
        self.errors = {}
        entered = {name: value for name, value in form.items() if name in FIELDS}
        data = parse(SupplierIn, entered | {"vat_liable": form.get("vat_liable") == "on"})
        try:
            return await self._run(action, *args, data, distinct=form.get("distinct") == "on")
        except Resembling:
            self.resembling = True
            raise
