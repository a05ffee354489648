"""Reads an electronic invoice (UBL 2.1, Peppol BIS Billing 3): bytes in, what stands there out. Pure, without network.

Nothing is corrected: what cannot be read is refused in a sentence, what does not agree is a warning beside the figures.
Sources: OASIS UBL 2.1, EN 16931-1, OpenPEPPOL BIS Billing 3; the names of their rules stand where they are used.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents

from . import checks
from .attachments import MAX_ATTACHMENTS, read_attachments
from .invoice import (
    Attachment,
    Kind,
    LineKind,
    ReadInvoice,
    ReadLine,
    ReadParty,
    ReadVat,
    Remark,
    Totals,
    VatCategory,
)
from .parties import is_direct_debit, read_ibans, read_party, read_payee, read_reference
from .tree import MAX_BYTES, Node, head, looks_like_xml, not_an_invoice, parse
from .values import CURRENCY, amount, cut, day, lacks, not_in_euro, number, price, required, vat_rate, words

__all__ = [
    "MAX_ATTACHMENTS",
    "MAX_BYTES",
    "MAX_LINES",
    "Attachment",
    "Kind",
    "LineKind",
    "ReadInvoice",
    "ReadLine",
    "ReadParty",
    "ReadVat",
    "Remark",
    "VatCategory",
    "is_ubl",
    "read",
]

MAX_LINES = 5_000
MAX_WARNINGS = 50
MAX_NUMBER = 60  # characters of the supplier's number
MAX_REFERENCES = 20
MAX_NOTE = 4_000  # characters
CREDIT_CODES = frozenset({"81", "83", "381", "396", "532"})  # UNCL1001: by its code an Invoice may be a credit note
PRO_FORMA = "325"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = "urn:un:unece:uncefact:data:standard:CrossIndustry"
_ENVELOPE = "StandardBusinessDocument"


def is_ubl(content: bytes) -> bool:
    """Whether a file looks like a UBL invoice or credit note, by its first kilobytes: cheap, and no promise it is sound."""
    start = head(content)
    return looks_like_xml(content) and any(
        f"{_UBL}{name}-2".encode() in start and re.search(rf"<(?:[\w.-]+:)?{name}[\s>]".encode(), start)
        for name in ("Invoice", "CreditNote")
    )


def read(content: bytes) -> ReadInvoice:
    """The invoice or credit note in a file.

    Invalid with field="file", in a sentence for the person who chose it, when the file is not one, is damaged or too large,
    is not in euro, or lacks what an invoice must state.
    """
    root = parse(content)
    name = _document(root)
    if required(root, "cbc:DocumentCurrencyCode", N_("its currency")).text != CURRENCY:
        raise not_in_euro()
    remarks: list[Remark] = []
    supplier, buyer = _supplier(root, remarks), _buyer(root, remarks)
    code = root.text_of(f"cbc:{name}TypeCode")
    if code == PRO_FORMA:
        remarks.append(Remark(N_("This is a pro forma invoice: the invoice itself is still to come.")))
    lines = _lines(root, name) + _adjustments(root)
    vat, vat_cents = _vat(root)
    totals = _totals(root, vat_cents)
    payee, reference = read_payee(root, supplier, remarks), read_reference(root, remarks)
    attachments = read_attachments(root, remarks)
    remarks += [*checks.unusual(lines, vat), *checks.differences(totals, lines, vat)]
    return ReadInvoice(
        **asdict(totals),
        kind=Kind.CREDIT_NOTE if name == "CreditNote" or code in CREDIT_CODES else Kind.INVOICE,
        number=_number(root),
        issued_on=_issued_on(root),
        due_on=day(root.text_of("cbc:DueDate") or root.text_of("cac:PaymentMeans/cbc:PaymentDueDate")),
        currency=CURRENCY,
        supplier=supplier,
        buyer=buyer,
        payee=payee,
        payment_reference=reference,
        direct_debit=is_direct_debit(root),
        note=_notes(root.all("cbc:Note")),
        payment_terms=_notes(root.all("cac:PaymentTerms/cbc:Note")),
        order_reference=words(root, "cac:OrderReference/cbc:ID"),
        buyer_reference=words(root, "cbc:BuyerReference"),
        billing_references=_billing_references(root),
        lines=tuple(lines),
        vat=tuple(vat),
        attachments=attachments,
        warnings=_few(remarks),
    )


def _document(root: Node) -> str:
    """Invoice or CreditNote. Invalid for a file of another kind, which is named when it is a known one."""
    space, _, name = root.tag.rpartition(" ")
    if space.startswith(_CII):
        raise Invalid(
            "This invoice is written in CII (Factur-X, ZUGFeRD, XRechnung), which is not read: ask the supplier for UBL (Peppol"
            " BIS Billing 3).",
            field="file",
        )
    if name == _ENVELOPE:
        raise Invalid("This is an envelope of the Peppol network: choose the invoice that was inside.", field="file")
    if not space.startswith(_UBL):
        raise not_an_invoice()
    if f"{name}-2" != space.removeprefix(_UBL) or name not in ("Invoice", "CreditNote"):
        raise Invalid(
            "This file is a UBL document of another kind ({document}): choose an invoice or a credit note.",
            field="file",
            document=cut(name, 40),
        )
    return name


def _supplier(root: Node, remarks: list[Remark]) -> ReadParty:
    party = required(root, "cac:AccountingSupplierParty/cac:Party", N_("its supplier"))
    supplier = read_party(party, remarks)
    if not supplier.name:
        raise lacks(N_("the name of its supplier"))
    return replace(supplier, ibans=read_ibans(root, remarks))


def _buyer(root: Node, remarks: list[Remark]) -> ReadParty:
    party = root.one("cac:AccountingCustomerParty/cac:Party")
    buyer = read_party(party, remarks) if party else ReadParty("")
    if not buyer.name:
        remarks.append(Remark(N_("The invoice does not name its customer: check that it is for this co-ownership.")))
    return buyer


def _number(root: Node) -> str:
    text = " ".join(required(root, "cbc:ID", N_("its number")).text.split())
    if len(text) > MAX_NUMBER:
        raise Invalid("The number of the invoice has more than {count} characters.", field="file", count=MAX_NUMBER)
    return text


def _issued_on(root: Node) -> date:
    issued_on = day(root.text_of("cbc:IssueDate"))
    if issued_on is None:
        raise lacks(N_("its date"))
    return issued_on


def _notes(nodes: Iterable[Node]) -> str:
    return cut("\n".join(node.text for node in nodes if node.text), MAX_NOTE)


def _billing_references(root: Node) -> tuple[str, ...]:
    """The invoices that a credit note corrects."""
    nodes = root.all("cac:BillingReference/cac:InvoiceDocumentReference")[:MAX_REFERENCES]
    return tuple(dict.fromkeys(text for node in nodes if (text := words(node, "cbc:ID"))))


def _lines(root: Node, name: str) -> list[ReadLine]:
    nodes = root.all(f"cac:{name}Line")
    if not nodes:
        raise Invalid("This invoice has no line.", field="file")
    if len(nodes) > MAX_LINES:
        raise Invalid("An invoice of more than {count} lines is not read.", field="file", count=MAX_LINES)
    quantity = "cbc:CreditedQuantity" if name == "CreditNote" else "cbc:InvoicedQuantity"
    return [_line(node, quantity, position) for position, node in enumerate(nodes, 1)]


def _line(node: Node, quantity: str, position: int) -> ReadLine:
    count = required(node, quantity, N_("its quantity"), position)
    base = node.one("cac:Price/cbc:BaseQuantity")
    base_quantity = number(base.text) if base else Decimal(1)
    if base_quantity <= 0:  # PEPPOL-EN16931-R121
        raise Invalid("Line {line} states a price for a quantity that is not above zero.", field="file", line=position)
    category, percent = vat_rate(node.one("cac:Item/cac:ClassifiedTaxCategory"), position)
    return ReadLine(
        description=_description(node),
        quantity=number(count.text),
        unit=cut(count.attributes.get("unitCode", ""), 10),
        unit_price=price(required(node, "cac:Price/cbc:PriceAmount", N_("its price"), position)),
        net_cents=amount(required(node, "cbc:LineExtensionAmount", N_("its amount"), position)),
        vat_category=category,
        vat_percent=percent,
        base_quantity=base_quantity,
        adjustment_cents=Cents(sum(_signed(change) for change in node.all("cac:AllowanceCharge"))),
    )


def _description(line: Node) -> str:
    """The name of what is sold, then what the supplier adds to it."""
    parts = [words(line, f"cac:Item/cbc:{part}", 500) for part in ("Name", "Description")]
    return cut(" – ".join(dict.fromkeys(part for part in parts if part)), 500)


def _is_charge(change: Node) -> bool:
    stated = change.text_of("cbc:ChargeIndicator")
    if stated not in ("true", "false", "1", "0"):
        raise lacks(N_("whether an amount is a discount or a charge"))
    return stated in ("true", "1")


def _signed(change: Node) -> Cents:
    """Its amount: above zero for a charge, below for a discount."""
    cents = amount(required(change, "cbc:Amount", N_("the amount of a discount or a charge")))
    return cents if _is_charge(change) else Cents(-cents)


def _adjustments(root: Node) -> list[ReadLine]:
    """The discounts and charges on the whole invoice, as lines."""
    changes = root.all("cac:AllowanceCharge")
    if len(changes) > MAX_LINES:
        raise Invalid("An invoice of more than {count} lines is not read.", field="file", count=MAX_LINES)
    return [_adjustment(change) for change in changes]


def _adjustment(change: Node) -> ReadLine:
    charge, (category, percent) = _is_charge(change), vat_rate(change.one("cac:TaxCategory"))
    return ReadLine(
        description=words(change, "cbc:AllowanceChargeReason", 500),
        quantity=Decimal(1 if charge else -1),
        unit="",
        unit_price=price(required(change, "cbc:Amount", N_("the amount of a discount or a charge"))),
        net_cents=_signed(change),
        vat_category=category,
        vat_percent=percent,
        kind=LineKind.CHARGE if charge else LineKind.ALLOWANCE,
    )


def _vat(root: Node) -> tuple[list[ReadVat], Cents]:
    """The breakdown and the total of VAT in euro; a second total is in the currency of the supplier's VAT return."""
    in_euro = [
        total
        for total in root.all("cac:TaxTotal")
        if all(node.attributes.get("currencyID", CURRENCY) == CURRENCY for node in total.all("cbc:TaxAmount"))
    ]
    totals = [total for total in in_euro if total.all("cac:TaxSubtotal")] or in_euro[:1]
    rows = [_vat_row(row) for total in totals for row in total.all("cac:TaxSubtotal")]
    return rows, Cents(sum(amount(total.one("cbc:TaxAmount")) for total in totals))


def _vat_row(row: Node) -> ReadVat:
    category, percent = vat_rate(row.one("cac:TaxCategory"))
    reason = words(row, "cac:TaxCategory/cbc:TaxExemptionReason", 500)
    return ReadVat(
        category=category,
        percent=percent,
        base_cents=amount(required(row, "cbc:TaxableAmount", N_("the amount on which VAT is due"))),
        vat_cents=amount(required(row, "cbc:TaxAmount", N_("the VAT of each rate"))),
        reason=reason or words(row, "cac:TaxCategory/cbc:TaxExemptionReasonCode", 50) or None,
    )


def _totals(root: Node, vat_cents: Cents) -> Totals:
    stated = required(root, "cac:LegalMonetaryTotal", N_("its totals"))
    return Totals(
        lines_cents=amount(required(stated, "cbc:LineExtensionAmount", N_("the total of its lines"))),
        allowances_cents=amount(stated.one("cbc:AllowanceTotalAmount")),
        charges_cents=amount(stated.one("cbc:ChargeTotalAmount")),
        net_cents=amount(required(stated, "cbc:TaxExclusiveAmount", N_("its amount without VAT"))),
        vat_cents=vat_cents,
        gross_cents=amount(required(stated, "cbc:TaxInclusiveAmount", N_("its amount with VAT"))),
        prepaid_cents=amount(stated.one("cbc:PrepaidAmount")),
        rounding_cents=amount(stated.one("cbc:PayableRoundingAmount")),
        payable_cents=amount(required(stated, "cbc:PayableAmount", N_("the amount to pay"))),
    )


def _few(remarks: list[Remark]) -> tuple[Remark, ...]:
    """The first remarks, and how many more there are."""
    if len(remarks) <= MAX_WARNINGS:
        return tuple(remarks)
    more = Remark(N_("There are {count} more remarks."), {"count": len(remarks) - MAX_WARNINGS})
    return (*remarks[:MAX_WARNINGS], more)
