"""An electronic invoice as a draft of ours: whose it is, its lines, and what to look at. Called in a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError
from sqlmodel import Session

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.contacts.rules import read_country
from koprogo_app.modules.invoices import amounts
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices.amounts import Amounts
from koprogo_app.modules.invoices.models import InvoiceIn, LineIn
from koprogo_app.modules.invoices.rules import FORM_LINES, Category, Kind
from koprogo_app.modules.invoices.service import Suggestion
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier, SupplierIn
from koprogo_app.modules.ubl.invoice import ReadInvoice, Remark

from . import rules

COUNTRY = "BE"


@dataclass(frozen=True, slots=True)
class _Line:
    net_cents: int
    vat_cents: int
    gross_cents: int


def supplier_of(s: Session, actor: Actor, read: ReadInvoice) -> Supplier | None:
    """The directory's supplier that the file means, if it is there."""
    party = read.supplier
    iban = party.ibans[0] if party.ibans else ""
    return suppliers.resolve(s, actor, kbo=party.kbo or "", vat=party.vat or "", iban=iban, name=party.name)


def proposed_supplier(read: ReadInvoice, language: str) -> SupplierIn:
    """What the directory would have of the supplier of the file."""
    party = read.supplier
    foreign = bool(party.vat) and not (party.vat or "").upper().startswith(COUNTRY)
    return SupplierIn(
        name=party.name[:200], kbo=party.kbo, vat_liable=bool(party.vat), vat_number=party.vat if foreign else None,
        iban=party.ibans[0] if party.ibans else None, email=party.email[:200] or None, address=party.address[:200],
        postal_code=party.postal_code[:20], city=party.city[:100], country=read_country(party.country).value or COUNTRY, language=language,
    )  # fmt: skip


def draft_of(s: Session, actor: Actor, building: Building, read: ReadInvoice) -> InvoiceIn:
    """The draft that a file makes; lines that the chart or a key is needed for are as the supplier's last invoice.

    Invalid beside the file for more than an invoice of ours holds: 100 000 000 000 euros, 200 rates of VAT.
    """
    supplier = supplier_of(s, actor, read)
    like = invoices.suggest(s, actor, building.id, supplier.id) if supplier else Suggestion()
    try:
        return _draft(read, supplier, like)
    except (ValidationError, Invalid):
        raise Invalid("This file states more than an invoice holds: enter the invoice by hand.", field="file") from None


def _draft(read: ReadInvoice, supplier: Supplier | None, like: Suggestion) -> InvoiceIn:
    vat = {row.percent: row.vat_cents for row in read.vat}
    sums = rules.vat_of_lines([(x.net_cents, x.vat_percent) for x in read.lines], vat)
    net = Cents(sum(x.net_cents for x in read.lines))
    below = rules.turned(Amounts(net, Cents(sum(sums)), Cents(net + sum(sums))))
    lines = _lines(read, sums, like, -1 if below else 1)
    kind = Kind.CREDIT_NOTE if (read.kind.value == Kind.CREDIT_NOTE) != below else Kind.INVOICE
    words = read.note.split("\n")[0] or (read.lines[0].description if read.lines else "") or read.supplier.name
    return InvoiceIn(
        supplier_id=supplier.id if supplier else None, kind=kind, number=read.number, issued_on=read.issued_on,
        due_on=read.due_on if read.due_on and read.due_on >= read.issued_on else None, received_on=clock.today(),
        description=" ".join(words.split())[:300], category=Category(like.category or Category.OTHER),
        stated_cents=abs(read.gross_cents), payment_reference=read.payment_reference[:140],
        payment_iban=read.supplier.ibans[0] if read.supplier.ibans else None, lines=lines,
    )  # fmt: skip


def _lines(read: ReadInvoice, vat: Sequence[Cents], like: Suggestion, sign: int) -> list[LineIn]:
    """The lines of the file; those of one rate are added up when there are more of them than the form shows."""
    if len(read.lines) > FORM_LINES:
        return _by_rate(read, vat, like, sign)
    made: list[LineIn] = []
    for x, due in zip(read.lines, vat, strict=True):
        quantity, price = rules.priced(x.quantity, x.unit_price, x.base_quantity, x.net_cents)
        made.append(_line(x.description, quantity, sign * price, x.vat_percent, sign * due, like))
    return made


def _by_rate(read: ReadInvoice, vat: Sequence[Cents], like: Suggestion, sign: int) -> list[LineIn]:
    found: dict[Decimal, _Line] = {}
    for x, due in zip(read.lines, vat, strict=True):
        had = found.get(x.vat_percent, _Line(0, 0, 0))
        total = amounts.total([had, _Line(x.net_cents, due, x.net_cents + due)])
        found[x.vat_percent] = _Line(total.net, total.vat, total.gross)
    return [
        _line("", Decimal(1), Decimal(sign * x.net_cents) / 100, rate, sign * x.vat_cents, like)
        for rate, x in found.items()
    ]


def _line(words: str, quantity: Decimal, price: Decimal, rate: Decimal, vat_cents: int, like: Suggestion) -> LineIn:
    net = amounts.line_amounts(quantity, price, rate)
    kept = vat_cents if abs(vat_cents - net.vat) <= amounts.VAT_SLACK else None
    return LineIn(
        account=like.account, description=words[:300], quantity=quantity, unit_price=price, vat_percent=rate, vat_cents=kept,
        key_id=like.key_id, ordinary=like.ordinary, tenant_percent=like.tenant_percent,
    )  # fmt: skip


def remarks_of(read: ReadInvoice, building: Building, supplier: Supplier | None) -> list[Remark]:
    """What to look at in a file, beside its own arithmetic: another customer, another account, nothing to pay by hand."""
    found = list(read.warnings)
    if rules.buyer_differs(read.buyer.kbo, building.kbo):
        words = N_("This invoice is for {name} ({number}), not for this co-ownership.")
        found.insert(0, Remark(words, {"name": read.buyer.name, "number": belgium.show_kbo(read.buyer.kbo)}))
    if supplier and supplier.iban and read.supplier.ibans and supplier.iban not in read.supplier.ibans:
        words = N_(
            "The account on the invoice is not the one in the directory: ring the supplier at a number you already have before you pay."
        )
        found.insert(0, Remark(words))
    if read.direct_debit:
        found.append(Remark(N_("The supplier collects this amount itself: do not pay it again.")))
    if read.payable_cents != read.gross_cents:
        words = N_("The invoice asks for {payable} of {gross}: a part is paid already or rounded.")
        found.append(Remark(words, {"payable": Money(read.payable_cents), "gross": Money(read.gross_cents)}))
    return found
