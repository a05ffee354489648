"""What an electronic invoice states: amounts in integer cents, quantities, prices and rates as exact decimals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from koprogo_app.core.i18n import translate
from koprogo_app.core.money import Cents

_NONE = Cents(0)


class Kind(StrEnum):
    """A credit note states positive amounts: they are taken off what is owed."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class VatCategory(StrEnum):
    """How VAT applies (UNCL5305, as EN 16931 uses it); the value is the code of the file."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUTSIDE = "O"


class LineKind(StrEnum):
    """A line of the invoice, or a discount or a charge on the whole of it."""

    ITEM = "item"
    ALLOWANCE = "allowance"
    CHARGE = "charge"


@dataclass(frozen=True, slots=True)
class Remark:
    """What the reader should look at before booking: a msgid and its words, amounts as Money."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    def worded(self, locale: str) -> str:
        """The sentence for its reader."""
        return translate(locale, self.message, **dict(self.params))


@dataclass(frozen=True, slots=True)
class ReadParty:
    """Supplier or buyer as named in the file; "" and None for what is not stated.

    `kbo` is ten digits with valid check digits. `vat` is the VAT number without spaces or dots,
    as stated: a wrong one is in the warnings. `endpoint` is
    the address on the network with its scheme, 0208:0403170701. `ibans` (supplier only) have valid check digits: whether they
    are the supplier's own is for the caller to compare with what it knows.
    """

    name: str
    kbo: str | None = None
    vat: str | None = None
    endpoint: str | None = None
    address: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    ibans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadLine:
    """`net_cents` = quantity × unit price / base quantity + `adjustment_cents` (charges less discounts of the line).

    `unit` is the code of the file (UN/ECE Recommendation 20: C62 piece, HUR hour, MON month), "" when there is none. A discount
    on the whole invoice has quantity −1 and a negative net; its description is "" when the file gives no reason.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net_cents: Cents
    vat_category: VatCategory
    vat_percent: Decimal
    base_quantity: Decimal = Decimal(1)
    adjustment_cents: Cents = _NONE
    kind: LineKind = LineKind.ITEM


@dataclass(frozen=True, slots=True)
class ReadVat:
    """One row of the VAT breakdown; `reason` is why no VAT is charged, in the supplier's words or as a code."""

    category: VatCategory
    percent: Decimal
    base_cents: Cents
    vat_cents: Cents
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the invoice: its type is allowed by Peppol and its first bytes agree with it."""

    filename: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals as the file states them. `allowances_cents` and `charges_cents` are those on the whole invoice."""

    lines_cents: Cents
    allowances_cents: Cents
    charges_cents: Cents
    net_cents: Cents
    vat_cents: Cents
    gross_cents: Cents
    prepaid_cents: Cents
    rounding_cents: Cents
    payable_cents: Cents


@dataclass(frozen=True, slots=True)
class ReadInvoice(Totals):
    """A UBL invoice or credit note as it stands in the file: nothing is corrected, what does not agree is in `warnings`.

    `payment_reference` is +++090/9337/55493+++ when its check digits are right, else the text as written. `payee` is named
    when the money goes to another than the supplier. `direct_debit`: the supplier collects the amount, it must not be
    paid again. `lines` holds the lines, then the discounts and charges on the whole invoice.
    """

    kind: Kind
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    supplier: ReadParty
    buyer: ReadParty
    payee: str
    payment_reference: str
    direct_debit: bool
    note: str
    payment_terms: str
    order_reference: str
    buyer_reference: str
    billing_references: tuple[str, ...]
    lines: tuple[ReadLine, ...]
    vat: tuple[ReadVat, ...]
    attachments: tuple[Attachment, ...]
    warnings: tuple[Remark, ...]
