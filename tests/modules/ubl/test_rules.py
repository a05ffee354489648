"""Each sample was reckoned by hand: the figures below come from the invoices' own words, not from the reader."""

from base64 import b64encode
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import Msgid
from koprogo_app.modules.ubl import attachments, tree
from koprogo_app.modules.ubl.rules import (
    MAX_LINES,
    MAX_WARNINGS,
    Kind,
    LineKind,
    ReadInvoice,
    ReadVat,
    VatCategory,
    is_ubl,
    read,
)

DATA = Path(__file__).parents[2] / "data" / "invoices"
SAMPLES = sorted(path.name for path in DATA.glob("*.xml"))
PDF = b"%PDF-1.4\n%%EOF\n"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def text_of(name: str) -> str:
    return (DATA / f"{name}.xml").read_text(encoding="utf-8")


def sample(name: str) -> ReadInvoice:
    return read((DATA / f"{name}.xml").read_bytes())


def changed(name: str, *changes: tuple[str, str]) -> ReadInvoice:
    """A sample with texts replaced, each of which must stand in it."""
    text = text_of(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read(text.encode())


def refusal(content: bytes) -> Invalid:
    with pytest.raises(Invalid) as refused:
        read(content)
    assert refused.value.field == "file"
    refused.value.message.format(**refused.value.params)
    return refused.value


def said(invoice: ReadInvoice) -> list[str]:
    return [warning.worded("en").replace("\u00a0", " ") for warning in invoice.warnings]


def element(name: str, value: str, parent: str = "") -> str:
    return f'<cbc:{name} currencyID="EUR">{value}</cbc:{name}>{parent}'


def test_lift_maintenance_at_six_percent():
    invoice = sample("lift-maintenance")
    assert (invoice.kind, invoice.number, invoice.currency) == (Kind.INVOICE, "2026-0614", "EUR")
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 6, 14), date(2026, 7, 14))
    assert (invoice.order_reference, invoice.buyer_reference) == ("Contrat 2019/77", "GLY-ASC")
    assert invoice.note == "Entretien selon contrat. Logement de plus de dix ans : taux de 6 %."
    assert invoice.payment_terms == "Payable à trente jours."
    assert (invoice.payment_reference, invoice.direct_debit, invoice.payee) == ("+++026/0614/01743+++", False, "")
    supplier, buyer = invoice.supplier, invoice.buyer
    assert (supplier.name, supplier.kbo, supplier.vat) == ("Ascenseurs Meunier SRL", "0473188269", "BE0473188269")
    assert supplier.ibans == ("BE68539007547034",)
    assert supplier.address == "Chaussée de Haecht 1180, Bâtiment C"
    assert (supplier.postal_code, supplier.city, supplier.country) == ("1140", "Evere", "BE")
    assert supplier.email == "comptabilite@meunier.example"
    assert (buyer.name, buyer.kbo, buyer.vat) == ("ACP Résidence Les Glycines", "0834027180", None)
    assert buyer.endpoint == "0208:0834027180"
    maintenance, telephone = invoice.lines
    assert maintenance.description == "Entretien de l’ascenseur – Deuxième trimestre 2026, visite du 3 juin"
    assert (telephone.quantity, telephone.unit, telephone.unit_price) == (3, "MON", Decimal("14.90"))
    assert [line.net_cents for line in invoice.lines] == [312_50, 44_70]
    assert {(line.vat_category, line.vat_percent) for line in invoice.lines} == {(VatCategory.STANDARD, 6)}
    assert invoice.vat == (ReadVat(VatCategory.STANDARD, Decimal(6), 357_20, 21_43),)  # 357.20 × 6 % = 21.432
    assert (invoice.net_cents, invoice.vat_cents, invoice.gross_cents) == (357_20, 21_43, 378_63)
    assert (invoice.prepaid_cents, invoice.rounding_cents, invoice.payable_cents) == (0, 0, 378_63)
    assert (invoice.attachments, invoice.warnings, invoice.billing_references) == ((), (), ())


def test_two_rates_a_price_for_ten_metres_and_a_part_paid_before():
    invoice = sample("two-rates")
    assert (invoice.supplier.kbo, invoice.buyer.kbo) == ("0692041748", "0501883641")
    assert invoice.payment_reference == "+++202/6000/41218+++"
    pipe = invoice.lines[1]  # 12.5 m at 43.60 for 10 m
    assert (pipe.quantity, pipe.unit_price, pipe.base_quantity, pipe.net_cents) == (
        Decimal("12.5"), Decimal("43.60"), 10, 54_50,
    )  # fmt: skip
    assert invoice.vat == (
        ReadVat(VatCategory.STANDARD, Decimal(6), 518_50, 31_11),  # 464.00 + 54.50
        ReadVat(VatCategory.STANDARD, Decimal(21), 49_90, 10_48),  # 10.479
    )
    assert (invoice.net_cents, invoice.vat_cents, invoice.gross_cents) == (568_40, 41_59, 609_99)
    assert (invoice.prepaid_cents, invoice.payable_cents, invoice.warnings) == (200_00, 409_99, ())


def test_exempt_insurance_that_is_collected_by_direct_debit():
    invoice = sample("exempt-insurance")
    assert (invoice.supplier.kbo, invoice.supplier.vat, invoice.supplier.ibans) == ("0721559046", None, ())
    assert (invoice.payment_reference, invoice.direct_debit) == ("Police 88120", True)
    reason = "Assurance exemptée : article 44, § 3, 4°, du Code de la TVA"
    assert invoice.vat == (ReadVat(VatCategory.EXEMPT, Decimal(0), 4812_37, 0, reason),)
    assert (invoice.net_cents, invoice.vat_cents, invoice.gross_cents, invoice.warnings) == (4812_37, 0, 4812_37, ())


def test_reverse_charge_is_read_and_doubted():
    invoice = sample("reverse-charge")
    (vat,) = invoice.vat
    assert (vat.category, vat.percent, vat.base_cents, vat.vat_cents) == (VatCategory.REVERSE_CHARGE, 0, 18_450_00, 0)
    assert vat.reason == "Autoliquidation : TVA à acquitter par le cocontractant"
    (doubt,) = said(invoice)
    assert "Royal Decree no. 1, art. 20" in doubt


def test_the_reason_of_no_vat_may_be_a_code():
    text = "<cbc:TaxExemptionReason>Autoliquidation : TVA à acquitter par le cocontractant</cbc:TaxExemptionReason>"
    assert changed("reverse-charge", (text, "")).vat[0].reason == "VATEX-EU-AE"


def test_a_delivery_from_another_country_without_vat_is_doubted():
    (doubt,) = said(changed("reverse-charge", (">AE<", ">K<")))
    assert "another country of the European Union" in doubt


@pytest.mark.parametrize("code", ["Z", "G", "O"])
def test_other_categories_without_vat_are_read(code):
    invoice = changed("exempt-insurance", (">E<", f">{code}<"), ("<cbc:Percent>0</cbc:Percent>", ""))
    assert (invoice.lines[0].vat_category, invoice.lines[0].vat_percent, invoice.warnings) == (code, 0, ())


def test_a_credit_note_has_positive_amounts_and_names_its_invoice():
    invoice = sample("credit-note")
    assert (invoice.kind, invoice.number, invoice.billing_references) == (
        Kind.CREDIT_NOTE, "NC2026-0031", ("2026-0614",),
    )  # fmt: skip
    assert invoice.due_on == date(2026, 7, 31)
    credited, kept, costs = invoice.lines
    assert (credited.quantity, credited.net_cents) == (3, 44_70)
    assert (kept.quantity, kept.net_cents) == (-1, -4_90)
    assert (costs.kind, costs.description, costs.net_cents) == (LineKind.CHARGE, "Frais de dossier", 5_00)
    assert (invoice.net_cents, invoice.vat_cents, invoice.payable_cents) == (44_80, 2_69, 47_49)  # 2.688
    assert invoice.warnings == ()


def test_an_invoice_whose_code_says_credit_note_is_one():
    assert changed("negative-invoice", (">380<", ">381<")).kind == Kind.CREDIT_NOTE


def test_a_negative_invoice_stays_an_invoice():
    invoice = sample("negative-invoice")
    assert (invoice.kind, invoice.lines[0].quantity, invoice.lines[0].net_cents) == (Kind.INVOICE, -4, -153_00)
    assert (invoice.net_cents, invoice.vat_cents, invoice.payable_cents) == (-153_00, -32_13, -185_13)
    assert (invoice.supplier.vat, invoice.warnings) == ("BE0811220403", ())


def test_discounts_and_charges_of_a_line_and_of_the_whole_invoice():
    invoice = sample("allowances-and-charges")
    cleaning, included, discount, travel = invoice.lines
    assert (cleaning.unit_price, cleaning.adjustment_cents, cleaning.net_cents) == (Decimal("95.00"), -40_00, 1100_00)
    assert (included.unit_price, included.net_cents) == (0, 0)
    assert (discount.kind, discount.description, discount.quantity) == (LineKind.ALLOWANCE, "Remise de fidélité", -1)
    assert (discount.unit_price, discount.net_cents) == (22, -22_00)
    assert (travel.kind, travel.description, travel.quantity, travel.net_cents) == (
        LineKind.CHARGE, "Déplacement", 1, 15_00,
    )  # fmt: skip
    assert sum(line.net_cents for line in invoice.lines) == invoice.net_cents == 1093_00
    assert (invoice.lines_cents, invoice.allowances_cents, invoice.charges_cents) == (1100_00, 22_00, 15_00)
    assert (invoice.vat_cents, invoice.gross_cents) == (229_53, 1322_53)  # the total in dollars is another matter
    assert (invoice.rounding_cents, invoice.payable_cents) == (-3, 1322_50)
    assert (invoice.payment_reference, invoice.warnings) == ("+++000/0000/00101+++", ())


def test_an_embedded_pdf_and_a_payee_who_is_not_the_supplier():
    invoice = sample("embedded-pdf")
    (paper,) = invoice.attachments
    assert (paper.filename, paper.mime) == ("Rechnung 55.pdf", "application/pdf")
    assert paper.content.startswith(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog")
    assert paper.content.endswith(b"%%EOF\n")
    assert (invoice.supplier.kbo, invoice.supplier.endpoint) == ("0691234569", "9925:BE0691234569")
    assert (invoice.payee, invoice.payment_reference) == ("Faktor Ost AG", "RF18 5390 0754 7034")
    assert said(invoice) == [
        "This invoice is to be paid to “Faktor Ost AG”, not to its supplier: make sure of it before paying."
    ]
    same = changed("embedded-pdf", (">Faktor Ost AG<", ">heizungsbau hohes venn GMBH<"))
    assert (same.payee, same.warnings) == ("", ())


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_sniffed_and_warns_in_every_language(name):
    content = (DATA / name).read_bytes()
    assert is_ubl(content)
    for warning in read(content).warnings:
        assert all(warning.worded(locale) for locale in ("fr", "nl", "de", "en"))


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("lift-maintenance", [(element("LineExtensionAmount", "44.70"), element("LineExtensionAmount", "45.70"))], [
            "The lines add up to 358,20 €, the invoice states 357,20 €.",
            "At 6 % VAT (category S) the lines add up to 358,20 €, the VAT is reckoned on 357,20 €.",
            "Line 2: quantity times price, with its discounts and charges, gives 44,70 €; the invoice states 45,70 €.",
        ]),
        ("lift-maintenance", [(element("TaxExclusiveAmount", "357.20"), element("TaxExclusiveAmount", "357.21"))], [
            "The lines, less discounts, plus charges give 357,20 € without VAT; the invoice states 357,21 €.",
            "The amount without VAT and the VAT add up to 378,64 €, the invoice states 378,63 € with VAT.",
            "The amounts on which VAT is due add up to 357,20 €, the amount without VAT is 357,21 €.",
        ]),
        ("lift-maintenance", [(element("TaxInclusiveAmount", "378.63"), element("TaxInclusiveAmount", "378.62"))], [
            "The amount without VAT and the VAT add up to 378,63 €, the invoice states 378,62 € with VAT.",
            "The amount with VAT, less what is already paid, plus rounding gives 378,62 €; the invoice asks for 378,63 €.",
        ]),
        ("two-rates", [(element("PayableAmount", "409.99"), element("PayableAmount", "609.99"))], [
            "The amount with VAT, less what is already paid, plus rounding gives 409,99 €; the invoice asks for 609,99 €.",
        ]),
        ("two-rates", [(element("TaxAmount", "10.48"), element("TaxAmount", "10.47"))], [
            "The VAT of each rate adds up to 41,58 €, the invoice states 41,59 € of VAT.",
            "On 49,90 € the VAT at 21 % would be 10,48 €, the invoice states 10,47 €.",
        ]),
        ("two-rates", [(">21.0<", ">12.0<")], [
            "At 21 % VAT (category S) the lines add up to 0,00 €, the VAT is reckoned on 49,90 €.",
            "At 12 % VAT (category S) the lines add up to 49,90 €, the VAT is reckoned on 0,00 €.",
        ]),
        ("allowances-and-charges", [(element("AllowanceTotalAmount", "22.00"), "")], [
            "The discounts on the whole invoice add up to 22,00 €, the invoice states 0,00 €.",
            "The lines, less discounts, plus charges give 1.115,00 € without VAT; the invoice states 1.093,00 €.",
        ]),
        ("allowances-and-charges", [(element("ChargeTotalAmount", "15.00"), element("ChargeTotalAmount", "16.00"))], [
            "The charges on the whole invoice add up to 15,00 €, the invoice states 16,00 €.",
            "The lines, less discounts, plus charges give 1.094,00 € without VAT; the invoice states 1.093,00 €.",
        ]),
        ("allowances-and-charges", [(element("PayableRoundingAmount", "-0.03"), "")], [
            "The amount with VAT, less what is already paid, plus rounding gives 1.322,53 €; the invoice asks for 1.322,50 €.",
        ]),
        ("exempt-insurance", [("<cbc:Percent>0</cbc:Percent>", "<cbc:Percent>6</cbc:Percent>")], [
            "Category E means that no VAT is charged, but the invoice names 6 %.",
            "On 4.812,37 € the VAT at 6 % would be 288,74 €, the invoice states 0,00 €.",
        ]),
        ("negative-invoice", [(element("PriceAmount", "38.25"), element("PriceAmount", "38.30"))], [
            "Line 1: quantity times price, with its discounts and charges, gives -153,20 €; the invoice states -153,00 €.",
        ]),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_a_warning_and_nothing_is_corrected(name, changes, expected):
    invoice = changed(name, *changes)
    assert said(invoice) == expected
    for old, new in changes:
        if new.startswith("<cbc:TaxExclusive"):
            assert (old, invoice.net_cents, invoice.gross_cents) == (
                element("TaxExclusiveAmount", "357.20"),
                357_21,
                378_63,
            )


@pytest.mark.parametrize(
    ("price", "fits"), [("38.255", True), ("38.2551", False), ("38.245", True), ("38.2449", False)]
)
def test_a_line_may_be_two_cents_from_its_rounded_price(price, fits):
    """4 × 38.255 = 153.02 and 4 × 38.245 = 152.98: two cents from 153.00."""
    invoice = changed("negative-invoice", (element("PriceAmount", "38.25"), element("PriceAmount", price)))
    assert (invoice.warnings == ()) is fits


def test_without_a_breakdown_the_vat_is_nought_and_said_to_be():
    text = text_of("exempt-insurance")
    start, end = text.index("<cac:TaxTotal>"), text.index("</cac:TaxTotal>") + len("</cac:TaxTotal>")
    invoice = read((text[:start] + text[end:]).encode())
    assert (invoice.vat, invoice.vat_cents) == ((), 0)
    assert said(invoice) == ["The invoice has no VAT breakdown: the rates are those of its lines."]


def test_a_pro_forma_invoice_is_said_to_be_one():
    assert said(changed("lift-maintenance", (">380<", ">325<"))) == [
        "This is a pro forma invoice: the invoice itself is still to come."
    ]


def test_very_many_warnings_are_counted_not_listed():
    text = text_of("exempt-insurance")
    start, end = text.index("<cac:InvoiceLine>"), text.index("</Invoice>")
    wrong = text[start:end].replace(element("PriceAmount", "4812.37"), element("PriceAmount", "1"))
    invoice = read((text[:start] + wrong * 60 + "</Invoice>").encode())
    assert len(invoice.warnings) == MAX_WARNINGS + 1
    # 60 lines, the sum of the lines, and the base of the exempt category
    assert said(invoice)[-1] == "There are 12 more remarks."


@pytest.mark.parametrize(
    ("name", "changes", "kbo", "words"),
    [
        ("lift-maintenance", [(">0473188269<", ">0473188260<")], "0473188269", ["“0473188260” is not a valid enterprise"]),
        ("lift-maintenance", [("0473188269", "0473188260")], None, ["0473188260", "BE0473188260"]),
        ("lift-maintenance", [('<cbc:CompanyID schemeID="0208">0473188269', "<cbc:CompanyID>0473.188.269")], "0473188269", []),
        ("lift-maintenance", [('schemeID="0208">0473188269', 'schemeID="9956">0473.188.269')], "0473188269", []),
        ("lift-maintenance", [('<cbc:EndpointID schemeID="0208">0473188269', '<cbc:EndpointID schemeID="0208">0692041748')],
         "0473188269", ["“Ascenseurs Meunier SRL” has two enterprise numbers in this invoice: 0473.188.269 and 0692.041.748."]),
        ("embedded-pdf", [('schemeID="9925">BE0691234569', 'schemeID="0088">5412345000013')], "0691234569", []),
    ],
)  # fmt: skip
def test_the_enterprise_number_is_looked_for_where_suppliers_write_it(name, changes, kbo, words):
    invoice = changed(name, *changes)
    assert invoice.supplier.kbo == kbo
    found = [sentence for sentence in said(invoice) if "enterprise number" in sentence]
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_a_foreign_supplier_has_a_vat_number_and_no_enterprise_number():
    changes = (("BE0691234569", "FR40303265045"), ('schemeID="9925"', 'schemeID="9957"'), ("4700", "75001"))
    supplier = changed("embedded-pdf", *changes).supplier
    assert (supplier.vat, supplier.kbo) == ("FR40303265045", None)
    wrong = changed("embedded-pdf", ("BE0691234569", "FR40303265046"), ('schemeID="9925"', 'schemeID="9957"'))
    assert any("“FR40303265046” is not a valid VAT number" in sentence for sentence in said(wrong))


def test_an_account_with_wrong_check_digits_is_not_offered_for_payment():
    invoice = changed("two-rates", ("BE81001441752224", "BE81001441752225"))
    assert invoice.supplier.ibans == ()
    assert said(invoice) == ["“BE81001441752225” is not a valid account number (IBAN): check the digits."]


@pytest.mark.parametrize(
    ("written", "kept", "wrong"),
    [
        ("090933755493", "+++090/9337/55493+++", False),
        ("090/9337/55493", "+++090/9337/55493+++", False),
        ("*** 090/9337/55493 ***", "+++090/9337/55493+++", False),
        ("+++090/9337/55494+++", "+++090/9337/55494+++", True),
        ("000000000097", "+++000/0000/00097+++", False),  # the rest 0 is written 97
        ("090933755494", "090933755494", False),  # twelve digits may be anything
        ("Client 77 – facture 12", "Client 77 – facture 12", False),
    ],
)
def test_the_payment_reference_is_structured_when_its_check_digits_are_right(written, kept, wrong):
    invoice = changed("lift-maintenance", (">+++026/0614/01743+++<", f">{written}<"))
    assert invoice.payment_reference == kept
    assert bool(invoice.warnings) is wrong


def test_the_customer_may_be_unnamed_and_is_then_to_be_checked():
    invoice = changed("lift-maintenance", ("AccountingCustomerParty", "OriginatorCustomerParty"))
    assert (invoice.buyer.name, invoice.buyer.kbo) == ("", None)
    assert said(invoice) == ["The invoice does not name its customer: check that it is for this co-ownership."]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<cbc:ID>2026-0614</cbc:ID>", "", "its number"),
        ("<cbc:IssueDate>2026-06-14</cbc:IssueDate>", "", "its date"),
        ("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", "", "its currency"),
        ("AccountingSupplierParty", "SellerSupplierParty", "its supplier"),
        ("<cbc:RegistrationName>Ascenseurs Meunier SRL</cbc:RegistrationName>", "", "the name of its supplier"),
        ("LegalMonetaryTotal", "AnticipatedMonetaryTotal", "its totals"),
        (element("TaxExclusiveAmount", "357.20"), "", "its amount without VAT"),
        (element("TaxInclusiveAmount", "378.63"), "", "its amount with VAT"),
        (element("PayableAmount", "378.63"), "", "the amount to pay"),
        (element("LineExtensionAmount", "357.20"), "", "the total of its lines"),
        (element("TaxableAmount", "357.20"), "", "the amount on which VAT is due"),
        ("<cbc:Percent>6</cbc:Percent>", "", "its VAT rate"),
    ],
)
def test_what_an_invoice_must_state_is_named_when_it_is_missing(old, new, what):
    text = text_of("lift-maintenance").replace("<cbc:Name>Meunier Lifts</cbc:Name>", "")
    assert old in text
    refused = refusal(text.replace(old, new).encode())
    assert "does not state {what}" in refused.message
    assert refused.params["what"] == Msgid(what)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('<cbc:InvoicedQuantity unitCode="MON">3</cbc:InvoicedQuantity>', "", "its quantity"),
        (element("PriceAmount", "14.90"), "", "its price"),
        (element("LineExtensionAmount", "44.70"), " ", "its amount"),
    ],
)
def test_a_line_that_lacks_something_is_named(old, new, what):
    refused = refusal(text_of("lift-maintenance").replace(old, new).encode())
    assert (refused.message, refused.params) == (
        "Line {line} of the invoice does not state {what}.", {"line": 2, "what": what},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("two-rates", element("PayableAmount", "409.99"), element("PayableAmount", "409.995"), "has more than two decimals"),
        ("two-rates", element("LineExtensionAmount", "54.50"), element("LineExtensionAmount", "54.501"), "two decimals"),
        ("two-rates", ">409.99<", ">409,99<", "is not a number"),
        ("two-rates", ">409.99<", ">4e2<", "is not a number"),
        ("two-rates", ">409.99<", ">NaN<", "is not a number"),
        ("two-rates", ">409.99<", f">{'9' * 13}<", "is not a number"),
        ("two-rates", ">409.99<", ">٤٠٩<", "is not a number"),  # digits of another script
        ("two-rates", '<cbc:BaseQuantity unitCode="MTR">10<', '<cbc:BaseQuantity unitCode="MTR">0<', "not above zero"),
        ("two-rates", "<cbc:ID>S</cbc:ID>", "<cbc:ID>21</cbc:ID>", "is not a VAT category"),
        ("two-rates", ">21.0<", ">121<", "is not a VAT rate"),
        ("two-rates", ">21.0<", ">-21<", "is not a VAT rate"),
        ("two-rates", ">2026-03-02<", ">02/03/2026<", "is not a date"),
        ("two-rates", ">2026-03-16<", ">2026-02-30<", "is not a date"),
        ("two-rates", ">F26/00412<", f">{'F' * 61}<", "more than {count} characters"),
        ("two-rates", ">EUR<", ">USD<", "Only invoices in euro can be read."),
        ("two-rates", 'currencyID="EUR">409.99', 'currencyID="USD">409.99', "Only invoices in euro can be read."),
        ("allowances-and-charges", ">false<", ">maybe<", "does not state {what}"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_refused_in_words(name, old, new, words):
    text = text_of(name)
    assert old in text
    assert words in refusal(text.replace(old, new).encode()).message


def test_a_third_decimal_that_is_nought_is_no_third_decimal():
    assert (
        changed("two-rates", (">409.99<", ">409.9900<"), (">2026-03-16<", ">2026-03-16+01:00<")).payable_cents == 409_99
    )


def test_an_invoice_has_a_line_and_not_too_many():
    text = text_of("exempt-insurance")
    start, end = text.index("<cac:InvoiceLine>"), text.index("</Invoice>")
    assert refusal((text[:start] + "</Invoice>").encode()).message == "This invoice has no line."
    most = read((text[:start] + text[start:end] * MAX_LINES + "</Invoice>").encode())
    assert len(most.lines) == MAX_LINES
    many = refusal((text[:start] + text[start:end] * (MAX_LINES + 1) + "</Invoice>").encode())
    assert many.params == {"count": MAX_LINES}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b" \r\n\t", "This file is empty."),
        (PDF, "not an electronic invoice"),
        (b"PK\x03\x04 zip", "not an electronic invoice"),
        (b"Number;Amount\n1;2\n", "not an electronic invoice"),
        (b"<html><body>Invoice</body></html>", "not an electronic invoice"),
        (b"<Invoice/>", "not an electronic invoice"),
        (b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>", "not an electronic invoice"),
        (f"<Order xmlns='{UBL}Order-2'/>".encode(), "another kind ({document})"),
        (f"<Invoice xmlns='{UBL}CreditNote-2'/>".encode(), "another kind ({document})"),
        (b"<r:CrossIndustryInvoice xmlns:r='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'/>", "CII (Factur-X"),
        (b"<StandardBusinessDocument xmlns='http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader'/>", "envelope"),
        (b"<a><b></a>", "damaged at line {line}"),
        (b"<cbc:ID/>", "damaged at line {line}"),  # a prefix that names nothing
        (b"<a>&unknown;</a>", "damaged at line {line}"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "encoding"),
        (b"<?xml version='1.0' encoding='none'?><a/>", "encoding"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", "encoding"),
        ("<?xml version='1.0' encoding='UTF-8'?><a>é</a>".encode("latin-1"), "encoding"),
    ],
)  # fmt: skip
def test_what_is_not_a_sound_invoice_is_refused_in_words(content, words):
    assert words in refusal(content).message
    assert not is_ubl(content) or b"Invoice" in content


def test_a_file_cut_short_anywhere_is_refused():
    content = (DATA / "lift-maintenance.xml").read_bytes()
    for end in range(0, content.rindex(b">"), 97):
        refusal(content[:end])
    refused = refusal(content[: content.index(b"<cac:PaymentTerms>")])
    assert (refused.message, refused.params["line"]) == ("This file breaks off at line {line}: ask for it again.", 69)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/invoice.dtd">',
        '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Invoice [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        '<!DOCTYPE Invoice [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        + "".join(f'<!ENTITY {c} "{f"&{p};" * 8}">' for p, c in zip("bcdefghij", "cdefghijk", strict=True))
        + "]>",
        "<!DOCTYPE Invoice>",
    ],
)
def test_a_document_type_is_refused_before_it_is_followed(declared):
    text = text_of("lift-maintenance").replace("<Invoice ", f"{declared}<Invoice ").replace(">GLY-ASC<", ">&k;<")
    assert "DOCTYPE" in refusal(text.encode()).message


def test_size_depth_and_number_of_parts_are_limited():
    big = refusal(b"<a>" + b" " * 20 * 1024 * 1024 + b"</a>")
    assert big.params == {"megabytes": 15}
    refusal(b"<a>" * 100_000)
    assert refusal(b"<a>" * 40 + b"</a>" * 40).message == "This file has too many parts to be an invoice."
    many = b"<a>" + b"<b/>" * tree.MAX_ELEMENTS + b"</a>"
    assert refusal(many).message == "This file has too many parts to be an invoice."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-15", "windows-1252"])
def test_the_usual_encodings_are_read(encoding):
    text = text_of("lift-maintenance").replace("’", "'")
    if "utf-8" not in encoding:
        text = text.replace('encoding="UTF-8"', f'encoding="{encoding}"')
    content = text.encode(encoding)
    assert is_ubl(content)
    assert read(content).supplier.address == "Chaussée de Haecht 1180, Bâtiment C"


def test_other_prefixes_and_extensions_change_nothing():
    text = text_of("lift-maintenance").replace("cbc:", "b:").replace("cac:", "a:")
    text = text.replace("xmlns:cbc=", "xmlns:b=").replace("xmlns:cac=", "xmlns:a=")
    text = text.replace(
        "<b:ID>2026-0614",
        f'<x:UBLExtensions xmlns:x="{UBL}CommonExtensionComponents-2"><x:UBLExtension><b:ID>9</b:ID></x:UBLExtension></x:UBLExtensions><b:ID>2026-0614',
    )
    assert is_ubl(text.encode())
    assert read(text.encode()) == sample("lift-maintenance")


def test_an_element_of_another_vocabulary_is_not_taken_for_ours():
    text = text_of("lift-maintenance").replace("<cbc:ID>2026-0614", "<ID>evil</ID><cbc:ID>2026-0614")
    assert read(text.encode()).number == "2026-0614"


@pytest.mark.parametrize(
    "other",
    [b"", b"%PDF", b"\xff\xfe", f"<Order xmlns='{UBL}Order-2'/>".encode(), b"Invoice-2", UBL.encode() + b"Invoice-2"],
)
def test_other_files_are_not_sniffed_as_invoices(other):
    assert not is_ubl(other)


def with_attachments(*embedded: tuple[str, str, bytes]) -> ReadInvoice:
    parts = "".join(
        "<cac:AdditionalDocumentReference><cbc:ID>A</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject"
        f' mimeCode="{mime}" filename="{name}">{text.decode()}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>'
        "</cac:AdditionalDocumentReference>"
        for name, mime, text in embedded
    )
    return changed("lift-maintenance", ("<cac:AccountingSupplierParty>", parts + "<cac:AccountingSupplierParty>"))


@pytest.mark.parametrize(
    ("name", "mime", "text", "kept", "words"),
    [
        ("a.pdf", "application/pdf", b64encode(PDF), "a.pdf", ""),
        ("C:\\papers\\a", "Application/PDF", b64encode(PDF), "a.pdf", ""),
        ("../../etc/passwd", "application/pdf", b64encode(PDF), "passwd.pdf", ""),
        ("a\u202efdp.exe", "application/pdf", b64encode(PDF), "afdp.exe.pdf", ""),
        ("..", "application/pdf", b64encode(PDF), "attachment-1.pdf", ""),
        ("", "application/pdf", b64encode(PDF), "A.pdf", ""),
        ("photo.jpeg", "image/jpeg", b64encode(b"\xff\xd8\xff\xe0"), "photo.jpeg", ""),
        ("hours.csv", "text/csv", b64encode(b"a;b"), "hours.csv", ""),
        ("a.exe", "application/octet-stream", b64encode(b"MZ"), None, "“a.exe” is of a type that is not read"),
        ("a.html", "text/html", b64encode(b"<html>"), None, "“a.html” is of a type that is not read"),
        ("a.pdf", "application/pdf", b64encode(b"<html>"), None, "“a.pdf” is damaged"),
        ("a.pdf", "application/pdf", b"not base64!", None, "“a.pdf” is damaged"),
        ("a.pdf", "application/pdf", b"", None, "“a.pdf” is damaged"),
    ],
)
def test_attachments_are_what_they_say_or_are_left_out_in_words(name, mime, text, kept, words):
    invoice = with_attachments((name, mime, text))
    assert [paper.filename for paper in invoice.attachments] == ([kept] if kept else [])
    assert len(invoice.warnings) == bool(words)
    assert all(words in sentence for sentence in said(invoice))


def test_attachments_are_limited_in_number_and_size():
    invoice = with_attachments(*[(f"{n}.pdf", "application/pdf", b64encode(PDF)) for n in range(12)])
    assert [paper.filename for paper in invoice.attachments] == [f"{n}.pdf" for n in range(10)]
    assert said(invoice) == ["This invoice holds 12 attachments: only the first 10 are read."]
    large = with_attachments(("a.pdf", "application/pdf", b64encode(PDF + b"\0" * attachments.MAX_ATTACHMENT_BYTES)))
    assert (large.attachments, said(large)) == ((), ["The attachment “a.pdf” is larger than 10 MB: it is left out."])


def test_long_texts_are_cut_and_say_so():
    invoice = changed(
        "lift-maintenance", (">Entretien de l’ascenseur<", f">{'é' * 2_000}<"), (">Evere<", f">{'e' * 300}<")
    )
    assert invoice.lines[0].description == "é" * 499 + "…"
    assert invoice.supplier.city == "e" * 99 + "…"


def read_or_refuse(content: bytes) -> None:
    assert is_ubl(content) in (True, False)
    try:
        invoice = read(content)
    except Invalid:
        refusal(content)
    else:
        assert all(said(invoice))


@given(st.binary(max_size=400))
def test_any_bytes_are_an_invoice_or_a_sentence(content):
    read_or_refuse(content)


@given(st.text(alphabet="<>/?!&;:='\" abcINVoice-2\u00e9\0[]", max_size=200))
def test_any_signs_of_xml_are_an_invoice_or_a_sentence(text):
    read_or_refuse(text.encode())
    read_or_refuse(b"<" + text.encode("utf-16"))


@settings(max_examples=200)
@given(st.sampled_from(SAMPLES), st.integers(0, 7_000), st.integers(0, 60), st.binary(max_size=20))
def test_any_damage_to_an_invoice_leaves_an_invoice_or_a_sentence(name, start, length, put):
    content = (DATA / name).read_bytes()
    read_or_refuse(content[:start] + put + content[start + length :])


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="<&"), max_size=30),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(["", "0", "-0", "1e9", "100.0000000000", "0001-01-01", "9999-12-31Z", "BE", "+++", "AE", "true"]),
)


@settings(max_examples=200)
@given(st.sampled_from(SAMPLES), st.integers(0, 200), VALUES)
def test_any_value_in_an_invoice_leaves_an_invoice_or_a_sentence(name, position, value):
    pieces = text_of(name.removesuffix(".xml")).split("</cbc:")
    at = position % (len(pieces) - 1)
    pieces[at] = pieces[at].rpartition(">")[0] + ">" + value
    read_or_refuse("</cbc:".join(pieces).encode())


@given(
    quantity=st.decimals(-1000, 1000, places=3),
    price=st.decimals(0, 10_000, places=4),
    base=st.integers(1, 100),
    percent=st.sampled_from([0, 6, 12, 21]),
)
def test_an_invoice_reckoned_exactly_has_no_warning(quantity, price, base, percent):
    """Amounts rounded half up, away from nought, with integers only."""
    numerator, denominator = int(quantity * 1000) * int(price * 10_000), base * 100_000
    net = (abs(numerator) * 2 + denominator) // (2 * denominator) * (-1 if numerator < 0 else 1)
    vat = (abs(net) * percent * 2 + 100) // 200 * (-1 if net < 0 else 1)

    def euros(cents: int) -> str:
        return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"

    invoice = changed(
        "negative-invoice",
        (">-153.00<", f">{euros(net)}<"), (">-32.13<", f">{euros(vat)}<"), (">-185.13<", f">{euros(net + vat)}<"),
        (">-4<", f">{quantity:f}<"), (">21<", f">{percent}<"),
        (element("PriceAmount", "38.25"), element("PriceAmount", f"{price:f}", f"<cbc:BaseQuantity>{base}</cbc:BaseQuantity>")),
    )  # fmt: skip
    assert (invoice.net_cents, invoice.vat_cents, invoice.payable_cents, invoice.warnings) == (net, vat, net + vat, ())
