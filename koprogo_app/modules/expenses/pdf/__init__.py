"""The quote of works that an invoice in preparation stands for, on paper, for the contractor to sign."""

from pathlib import Path

from koprogo_app.core import belgium, pdf
from koprogo_app.core.i18n import N_, day, euros, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.invoices.models import Invoice
from koprogo_app.modules.invoices.vat import shown

from ..service import Shown

FOLDER = Path(__file__).parent
WORDS = {
    "line": N_("Work"),
    "net": N_("Without VAT"),
    "rate": N_("VAT rate"),
    "vat": N_("VAT"),
    "gross": N_("With VAT"),
    "total": N_("Total"),
    "agreed": N_("For agreement: date and signature"),
}


def quote_pdf(expense: Shown, building: Building, contractor: str, contact: str, timeline: str) -> bytes:
    """In the language of the co-ownership."""
    locale = building.language
    invoice: Invoice = expense.invoice
    title = translate(locale, N_("Quote for works"))
    place = f"{building.address}, {building.postal_code} {building.city}"
    number = translate(locale, N_("CBE {number}"), number=belgium.show_kbo(building.kbo)) if building.kbo else ""
    association = [line for line in (association_name(building.name, locale), place, number) if line]  # art. 3.86 §1
    facts = [
        (translate(locale, label), value)
        for label, value in (
            (N_("Co-ownership"), "\n".join(association)),
            (N_("Contractor"), contractor), (N_("How to reach"), contact), (N_("Works"), invoice.description),
            (N_("Date"), day(invoice.issued_on, locale)), (N_("Time needed"), timeline),
        )
    ]  # fmt: skip
    rows = [
        {
            "line": x.line.description or invoice.description, "net": euros(Cents(x.line.net_cents), locale),
            "rate": "–" if x.line.vat_percent is None else f"{shown(x.line.vat_percent)} %",
            "vat": euros(Cents(x.line.vat_cents), locale), "gross": euros(Cents(x.line.gross_cents), locale),
        }
        for x in expense.lines
    ]  # fmt: skip
    total = {name: euros(Cents(getattr(invoice, f"{name}_cents")), locale) for name in ("net", "vat", "gross")}
    html = pdf.templates(FOLDER).get_template("quote.html").render(
        title=title, facts=facts, rows=rows, total=total, words={k: translate(locale, v) for k, v in WORDS.items()}
    )  # fmt: skip
    return pdf.render(html, css=(FOLDER / "quote.css").read_text("utf-8"), lang=locale, title=title)
