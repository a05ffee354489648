"""What is entered of an invoice, checked against the register, the directory and the invoices there are. Called in a transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict, DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier

from . import amounts, rules
from .amounts import Amounts
from .models import Invoice, InvoiceExclusion, InvoiceIn, InvoiceLine, LineIn, Twice
from .rules import Payment
from .vat import HOME, is_charged

_BESIDE = {"lots": "key_id", "last": "period_until", "lot_id": "owner_id"}  # where the form shows what a split refuses


@dataclass(frozen=True, slots=True)
class Checked:
    """Values of the invoice's columns, and its lines with their amounts."""

    values: dict[str, Any]
    lines: list[tuple[LineIn, Amounts]]


@dataclass(frozen=True, slots=True)
class Alike:
    """What is compared of another invoice of the supplier."""

    id: UUID
    kind: str
    number: str
    number_key: str
    gross_cents: int
    issued_on: date
    building_id: UUID


def keyed(s: Session, actor: Actor, building_id: UUID, key: UUID) -> Invoice | None:
    """The invoice that was entered with this key. Conflict when it is one of another building."""
    found = s.exec(select(Invoice).where(Invoice.source_id == key)).one_or_none()
    if found is not None and found.building_id != building_id:
        raise Conflict("This invoice has been entered in another building.")
    return found


def flush_once(s: Session) -> None:
    """Conflict when the same draft was sent a second time in the same moment: sent again, it is found."""
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This invoice is being entered already.") from None


def checked(
    s: Session, actor: Actor, building_id: UUID, data: InvoiceIn, stated: Collection[Decimal] | None = ()
) -> Checked:  # fmt: skip
    """The entered values; Invalid names every wrong field at once.

    `stated`: rates of VAT that are taken as they are, because a file states them; none: every one.
    """
    errors: dict[str, DomainError] = {}
    values = data.model_dump(exclude={"lines", "key"})
    for name in ("number", "description", "payment_reference"):
        values[name] = " ".join(values[name].split())
    if not values["description"]:
        errors["description"] = Invalid("This field is required.", field="description")
    try:
        values["payment_iban"] = belgium.iban(data.payment_iban, "payment_iban")
    except Invalid as error:
        errors |= error.fields
    errors |= _days(data)
    days, country = 30, HOME
    if data.supplier_id:
        try:
            supplier = suppliers.get_supplier(s, actor, data.supplier_id)
            days, country = supplier.payment_days, supplier.country
        except NotFound:
            errors["supplier_id"] = Invalid("Choose one from the list.", field="supplier_id")
    if data.document_id and not _of_building(s, actor, building_id, data.document_id):
        errors["document_id"] = Invalid("Choose a document of this building.", field="document_id")
    lines = _lines(s, building_id, data.lines, errors)
    if stated is not None:
        errors |= _rates(data.lines, country, stated)
    if errors:
        raise Invalid.together(errors)
    sum_ = amounts.total(_Of(a) for _, a in lines)
    values |= {"net_cents": sum_.net, "vat_cents": sum_.vat, "gross_cents": sum_.gross}
    values |= {
        "number_key": rules.number_key(values["number"]),
        "due_on": data.due_on or data.issued_on + timedelta(days),
    }
    return Checked(values, lines)


@dataclass(frozen=True, slots=True)
class _Of:
    amounts: Amounts

    @property
    def net_cents(self) -> int:
        return self.amounts.net

    @property
    def vat_cents(self) -> int:
        return self.amounts.vat

    @property
    def gross_cents(self) -> int:
        return self.amounts.gross


def _days(data: InvoiceIn) -> dict[str, DomainError]:
    wrong: dict[str, DomainError] = {}
    today = clock.today()
    for name in ("issued_on", "due_on", "received_on", "booked_on"):
        day: date | None = getattr(data, name)
        if day and not 1990 <= day.year <= today.year + 5:
            wrong[name] = Invalid("Check the year of this date.", field=name)
    if data.due_on and data.due_on < data.issued_on:
        wrong.setdefault("due_on", Invalid("The due date is before the date of the invoice.", field="due_on"))
    if data.received_on and data.received_on > today:
        wrong.setdefault("received_on", Invalid("This date is in the future.", field="received_on"))
    return wrong


def _rates(lines: Sequence[LineIn], country: str, stated: Collection[Decimal]) -> dict[str, DomainError]:
    """The rates that this supplier does not charge, but those that are stated."""
    words, names = N_("Belgium knows VAT at 0, 6, 12 and 21 %."), (f"lines.{n}.vat_percent" for n in range(len(lines)))
    return {
        name: Invalid(words, field=name)
        for name, line in zip(names, lines, strict=True)
        if line.vat_percent not in stated and not is_charged(line.vat_percent, country)
    }


def _of_building(s: Session, actor: Actor, building_id: UUID, document_id: UUID) -> bool:
    try:
        return documents.get_row(s, actor, document_id).building_id == building_id
    except NotFound:
        return False


def _lines(
    s: Session, building_id: UUID, lines: Sequence[LineIn], errors: dict[str, DomainError]
) -> list[tuple[LineIn, Amounts]]:
    """The lines with their amounts; what is wrong goes into `errors`. The key of the shares is none, and not stored."""
    keys = _known(s, DistributionKey.id, DistributionKey.building_id, building_id, (x.key_id for x in lines))
    owners = _known(s, Ownership.owner_id, Ownership.building_id, building_id, (x.owner_id for x in lines))
    out = _known(s, Lot.id, Lot.building_id, building_id, (lot for x in lines for lot in x.excluded))
    found: list[tuple[LineIn, Amounts]] = []
    for n, given in enumerate(lines):
        x = given.model_copy(update={"key_id": None}) if given.key_id == building_id else given
        at = f"lines.{n}."
        if x.key_id and x.key_id not in keys:
            errors[at + "key_id"] = Invalid("Choose one from the list.", field=at + "key_id")
        if x.owner_id and x.owner_id not in owners:
            errors[at + "owner_id"] = Invalid("This person holds no part of a lot here.", field=at + "owner_id")
        if x.key_id and x.owner_id:
            errors[at + "key_id"] = Invalid("Choose a key, or the one owner who pays.", field=at + "key_id")
        if not out.issuperset(x.excluded):
            errors[at + "excluded"] = Invalid("Choose one from the list.", field=at + "excluded")
        if (x.period_from is None) != (x.period_until is None) or (
            x.period_from and x.period_until and x.period_until < x.period_from
        ):
            errors[at + "period_until"] = Invalid("Enter the first and the last day.", field=at + "period_until")
        try:
            found.append((x, amounts.line_amounts(x.quantity, x.unit_price, x.vat_percent, x.vat_cents)))
        except Invalid as error:
            errors[f"{at}{error.field}"] = error
    return found


def _known(s: Session, wanted: Any, of: Any, building_id: UUID, given: Iterable[UUID | None]) -> set[UUID]:
    """Those of the given ids that are of the building."""
    ids = {one for one in given if one}
    return set(s.exec(select(wanted).where(of == building_id, col(wanted).in_(ids)).distinct())) if ids else set()


def put_lines(s: Session, invoice: Invoice, lines: Sequence[tuple[LineIn, Amounts]]) -> None:
    """Writes the lines of an invoice that has none."""
    made: list[tuple[InvoiceLine, LineIn]] = []
    for n, (x, a) in enumerate(lines):
        values = x.model_dump(exclude={"excluded", "vat_cents", "account", "description"})
        line = InvoiceLine(
            building_id=invoice.building_id, invoice_id=invoice.id, position=n, account=x.account.strip(),
            description=" ".join(x.description.split()), net_cents=a.net, vat_cents=a.vat, gross_cents=a.gross, **values,
        )  # fmt: skip
        s.add(line)
        made.append((line, x))
    s.flush()
    s.add_all(
        InvoiceExclusion(building_id=invoice.building_id, line_id=line.id, lot_id=lot_id)
        for line, x in made
        for lot_id in dict.fromkeys(x.excluded)
    )
    s.flush()


def alike(s: Session, supplier_id: UUID | None, key: str, gross: int, issued_on: date, but: UUID | None) -> list[Alike]:
    """Invoices of the supplier, in any building of the office, with this number or near this date over this amount."""
    if supplier_id is None:
        return []
    near = timedelta(rules.NEAR_DAYS)
    close = (col(Invoice.gross_cents) == gross) & col(Invoice.issued_on).between(issued_on - near, issued_on + near)
    columns = (
        Invoice.id, Invoice.kind, Invoice.number, Invoice.number_key, Invoice.gross_cents, Invoice.issued_on, Invoice.building_id,
    )  # fmt: skip
    wanted = select(*cast(Any, columns)).where(
        Invoice.supplier_id == supplier_id,
        Invoice.payment != Payment.CANCELLED,
        or_((col(Invoice.number_key) == key) & (col(Invoice.number_key) != ""), close),
    )
    if but is not None:
        wanted = wanted.where(Invoice.id != but)
    rows = s.execute(wanted.order_by(col(Invoice.issued_on).desc(), col(Invoice.id)).limit(50))
    return [Alike(*row) for row in rows]


def refuse_twice(s: Session, values: Mapping[str, Any], but: UUID | None) -> None:
    """Twice when the supplier has used this number for a paper of this kind already; who enters it meanwhile waits his turn."""
    key: str = values["number_key"]
    if not key or values["supplier_id"] is None:
        return
    s.exec(select(Supplier.id).where(Supplier.id == values["supplier_id"]).with_for_update(key_share=True))
    others = alike(s, values["supplier_id"], key, values["gross_cents"], values["issued_on"], but)
    if same := rules.same_number(others, values["kind"], key):
        raise Twice(
            N_("This supplier’s number {number} is here already, of {day}."), field="number", number=same.number,
            day=f"{same.issued_on:%d/%m/%Y}",
        )  # fmt: skip


def beside_lines(error: Invalid) -> Invalid:
    """What a split refuses (costs.<n>.<field>), beside the fields of the lines."""
    moved: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        if name.startswith("costs."):
            _, n, field = name.split(".", 2)
            name = f"lines.{n}.{_BESIDE.get(field, field)}"
        moved[name] = one
    return Invalid.together(moved) if moved else error
