"""The papers, worded for their reader: a body of HTML for `koprogo_app.core.pdf.render`, or the PDF itself."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from babel import Locale
from markupsafe import Markup, escape

from koprogo_app.core.i18n import N_, day, translate
from koprogo_app.core.pdf import render, templates
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.papers.rules import (
    CertificatePaper,
    LetterPaper,
    Paper,
    Recipient,
    RegisterLot,
    RegisterPaper,
    Totals,
    address_block,
    area,
    floor,
    fraction,
    grouped,
    held_shares,
    natural,
    of_total,
    one_line,
    totals,
)

FOLDER = Path(__file__).parent
TYPES = {
    LotType.APARTMENT: N_("Apartment"),
    LotType.PARKING: N_("Parking space"),
    LotType.CELLAR: N_("Cellar"),
    LotType.COMMERCIAL: N_("Commercial premises"),
    LotType.OTHER: N_("Other"),
}
RIGHTS = {
    Right.FULL: N_("Full ownership"),
    Right.BARE: N_("Bare ownership"),
    Right.USUFRUCT: N_("Usufruct"),
    Right.UNDIVIDED: N_("Undivided ownership"),
    Right.EMPHYTEUSIS: N_("Emphyteutic lease"),
    Right.SUPERFICIES: N_("Right of superficies"),
    Right.USE: N_("Right of use"),
    Right.HABITATION: N_("Right of habitation"),
}
Rows = list[dict[str, Any]]
References = list[tuple[str, str]]


def register_pdf(paper: RegisterPaper, locale: str) -> bytes:
    """The register of lots and owners as a PDF."""
    return _pdf(register_html(paper, locale), locale, translate(locale, "Register of lots and owners"))


def certificate_pdf(paper: CertificatePaper, locale: str) -> bytes:
    """The ownership certificate as a PDF."""
    return _pdf(certificate_html(paper, locale), locale, translate(locale, "Certificate of ownership"))


def letter_pdf(paper: LetterPaper, locale: str) -> bytes:
    """The letter as a PDF."""
    return _pdf(letter_html(paper, locale), locale, paper.subject)


def register_html(paper: RegisterPaper, locale: str) -> str:
    """Lots in their natural order, their holders, and the totals against the deed of base (art. 3.89 §5 14°)."""
    t = partial(translate, locale)
    on = day(paper.on, locale)
    sums = totals(paper.lots, paper.deed_total)
    references = [
        (t("Situation on"), on),
        (t("Lots"), grouped(sums.lots)),
        (t("Shares"), of_total(sums.shares, paper.deed_total)),
        (t("Deed of base"), paper.deed),
    ]
    return _page(
        "register.html",
        head=letterhead(paper, paper.recipient, references, t("Register of lots and owners"), locale),
        intro=t("Lots, shares and owners, as the register of the co-ownership shows them on {date}.", date=on),
        warning=t("The shares of the lots differ from the deed of base: see the totals.") if sums.difference else "",
        lots=[_lot(lot, locale) for lot in sorted(paper.lots, key=lambda lot: natural(lot.number))],
        by_type=[
            {"type": t(TYPES[row.type]), "lots": grouped(row.lots), "shares": grouped(row.shares)}
            for row in sums.by_type
        ],
        sums=_sums(sums, locale),
        notice=t(
            "The syndic keeps this list up to date and shows it to those entitled to it (art. 3.89 §5 14° of the Civil "
            "Code). Use it only for the affairs of the co-ownership."
        ),
        words={
            "lot": t("Lot"),
            "type": t("Type"),
            "area": t("m²"),
            "shares": t("Shares"),
            "holder": t("Owner"),
            "part": t("Part"),
            "right": t("Right"),
            "totals": t("Totals"),
            "lots": t("Lots"),
        },
    )


def certificate_html(paper: CertificatePaper, locale: str) -> str:
    """What one person holds on a day, lot by lot, and by which right since when."""
    t = partial(translate, locale)
    on = day(paper.on, locale)
    rows = [
        {
            "number": row.number,
            "type": t(TYPES[row.type]),
            "floor": floor(row.floor),
            "right": t(RIGHTS[row.right]),
            "part": fraction(row.part),
            "since": day(row.since, locale),
            "shares": of_total(row.shares, paper.deed_total),
        }
        for row in sorted(paper.holdings, key=lambda row: natural(row.number))
    ]
    return _page(
        "certificate.html",
        head=letterhead(paper, paper.recipient, [(t("Situation on"), on)], t("Certificate of ownership"), locale),
        statement=t(
            "The register of the co-ownership shows that {person} held the following rights on {date}.",
            person=paper.person,
            date=on,
        ),
        rows=rows,
        total=of_total(held_shares(paper.holdings), paper.deed_total),
        notice=t(
            "This certificate repeats the register of the co-ownership. It replaces neither a title deed nor the "
            "information due on the transfer of a lot (art. 3.94 of the Civil Code)."
        ),
        signed=_signature(paper, locale),
        words={
            "lot": t("Lot"),
            "type": t("Type"),
            "floor": t("Floor"),
            "right": t("Right"),
            "part": t("Part"),
            "since": t("Since"),
            "lot_shares": t("Shares of the lot"),
            "total": t("Shares of these lots"),
        },
    )


def letter_html(paper: LetterPaper, locale: str) -> str:
    """A letter in the syndic's own words, with what it encloses."""
    t = partial(translate, locale)
    return _page(
        "letter.html",
        head=letterhead(paper, paper.recipient, [], paper.subject, locale),
        salutation=paper.recipient.salutation or t("Dear Sir or Madam,"),
        paragraphs=paper.paragraphs,
        enclosed=t("You will find enclosed:"),
        enclosures=paper.enclosures,
        question=t("A question? Answer this letter or write to the syndic."),
        closing=t("Yours faithfully,"),
        signed=_signature(paper, locale),
    )


def _page(template: str, **context: object) -> str:
    return templates(FOLDER).get_template(template).render(**context)


def _pdf(html: str, locale: str, title: str) -> bytes:
    return render(html, css=(FOLDER / "letter.css").read_text("utf-8"), lang=locale, title=title)


def letterhead(
    paper: Paper, recipient: Recipient | None, references: References, title: str, locale: str
) -> dict[str, Any]:
    """Sender, window, reference block and footer: the same on every paper."""
    t = partial(translate, locale)
    sender = paper.sender
    name = association_name(sender.name, locale)
    number = t("CBE {number}", number=sender.enterprise_number)
    syndic = t("represented by its syndic, {name}", name=sender.syndic) if sender.syndic else ""
    pages = Markup(escape(t("Page {page} of {pages}")))  # noqa: S704  (escaped here)
    return {
        "name": name,
        "from_lines": [line for line in (sender.address, number, syndic, sender.syndic_contact) if line],
        "identity": f"{name} · {number} · {sender.address}",
        "pages": pages.format(page=Markup('<span class="page"></span>'), pages=Markup('<span class="total"></span>')),
        "duplicate": t("Duplicate") if paper.duplicate else "",
        "return_line": _return_line(paper),
        "window": address_block(recipient, _country(recipient.country, locale)) if recipient else (),
        "references": [(t("Date"), day(paper.issued_on, locale)), *references, (t("Reference"), paper.reference)],
        "title": title,
    }


def _return_line(paper: Paper) -> str:
    """Where the post brings back what it cannot deliver: the syndic's office, else the building."""
    sender = paper.sender
    office = (sender.syndic, sender.syndic_address) if sender.syndic_address else (sender.name, sender.address)
    return ", ".join(part for part in office if part)


def _country(code: str, locale: str) -> str:
    """The country's name for the reader; a name stays as it is written."""
    return cast("Mapping[str, str]", Locale(locale).territories).get(code.upper(), code)


def _lot(lot: RegisterLot, locale: str) -> dict[str, Any]:
    t = partial(translate, locale)
    notes = [t("Representative: {name}", name=lot.representative)] if lot.representative else []
    if lot.vote_suspended:
        notes.append(t("No representative: the right to vote is suspended (art. 3.87 §1)."))
    return {
        "number": lot.number,
        "type": t(TYPES[lot.type]),
        "floor": _floor(lot.floor, locale),
        "area": area(lot.area_m2),
        "shares": grouped(lot.shares),
        "holders": [
            {
                "name": holder.name,
                "address": one_line(holder.address),
                "part": fraction(holder.part),
                "right": t(RIGHTS[holder.right]),
                "since": t("since {date}", date=day(holder.since, locale)) if holder.since else "",
            }
            for holder in lot.holders
        ],
        "notes": notes,
    }


def _floor(value: int | None, locale: str) -> str:
    if value == 0:
        return translate(locale, "ground floor")
    return translate(locale, "floor {number}", number=grouped(value)) if value is not None else ""


def _sums(sums: Totals, locale: str) -> Rows:
    """The foot: lots against deed; then the lots that decide on the council and the accounts (NOT_COUNTED left out)."""
    t = partial(translate, locale)
    rows = [
        {"kind": "strong", "label": t("Total of the lots"), "lots": grouped(sums.lots), "shares": grouped(sums.shares)},
        {"kind": "plain", "label": t("Total in the deed of base"), "lots": "", "shares": grouped(sums.deed)},
    ]
    if sums.difference:
        rows.append({"kind": "strong", "label": t("Difference"), "lots": "", "shares": grouped(sums.difference)})
    counted = t("Lots without cellars, garages and parking spaces")
    return [*rows, {"kind": "plain", "label": counted, "lots": grouped(sums.counted), "shares": ""}]


def _signature(paper: Paper, locale: str) -> dict[str, str]:
    return {"by": translate(locale, "For the co-ownership, its syndic"), "name": paper.sender.syndic}
