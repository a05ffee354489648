"""A letter to one of many, on the paper of the co-ownership, with what there is to pay at its fixed place."""

from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from koprogo_app.core import epc
from koprogo_app.core.belgium import show_communication, show_iban
from koprogo_app.core.i18n import Money, day, euros, translate
from koprogo_app.core.pdf import render, templates
from koprogo_app.modules.letters.rules import LetterContent, Slip
from koprogo_app.modules.papers.pdf import FOLDER as PAPERS
from koprogo_app.modules.papers.pdf import letterhead
from koprogo_app.modules.papers.rules import Paper, Recipient, Sender

FOLDER = Path(__file__).parent


def letter_pdf(
    content: LetterContent, sender: Sender, recipient: Recipient | None, locale: str, issued_on: date, duplicate: bool = False
) -> bytes:  # fmt: skip
    """The letter as a PDF, tagged; without `recipient` nothing stands in the window of the envelope.

    Invalid for a recipient whose address the window cannot show.
    """
    return render(
        letter_html(content, sender, recipient, locale, issued_on, duplicate),
        css=_css(content.payment is not None), lang=locale, title=content.title,
    )  # fmt: skip


def letter_html(
    content: LetterContent, sender: Sender, recipient: Recipient | None, locale: str, issued_on: date, duplicate: bool = False
) -> str:  # fmt: skip
    """The inside of its <body>."""
    paper = Paper(sender=sender, issued_on=issued_on, duplicate=duplicate)
    greeting = recipient.salutation if recipient else ""
    return (
        templates(FOLDER, PAPERS)
        .get_template("circular.html")
        .render(
            head=letterhead(paper, recipient, list(content.references), content.title, locale),
            salutation=greeting or translate(locale, "Dear Sir or Madam,"),
            slip=_slip(content.payment, locale) if content.payment else None,
            lead=content.lead, paragraphs=content.paragraphs, tables=content.tables, notes=content.notes,
            enclosure_note=content.enclosure_note,
        )
    )  # fmt: skip


@cache
def _css(payment: bool) -> str:
    sheets = [PAPERS / "letter.css", FOLDER / "circular.css", *([FOLDER / "slip.css"] if payment else [])]
    return "\n".join(sheet.read_text("utf-8") for sheet in sheets)


def _slip(slip: Slip, locale: str) -> dict[str, Any]:
    """What is asked, line by line, with its code; of what is not asked, a sentence."""
    t = partial(translate, locale)
    shown: dict[str, Any] = {"title": t("To pay"), "sentence": "", "lines": [], "code": ""}
    if slip.cents <= 0:
        return shown | {"title": t("Nothing to pay"), "sentence": _in_favour(slip, locale)}
    shown["lines"] = [
        (t("Amount"), euros(slip.cents, locale), True),
        *([(t("Pay by"), day(slip.due_on, locale), False)] if slip.due_on else []),
        (t("Account"), show_iban(slip.iban), False),
        (t("Beneficiary"), slip.beneficiary, False),
        (t("Communication"), show_communication(slip.digits), True),
    ]
    if epc.can_be_shown(slip.cents):
        code = epc.qr(slip.beneficiary, slip.iban, slip.cents, slip.digits)
        shown |= {
            "code": epc.svg_data(code), "alt": t("Code for the application of your bank"),
            "caption": t("Scan it with the application of your bank"),
        }  # fmt: skip
    return shown


def _in_favour(slip: Slip, locale: str) -> str:
    if not slip.cents:
        return translate(locale, "You have nothing to pay.")
    amount = Money(-slip.cents)
    if slip.due_on:
        return translate(
            locale, "You have nothing to pay: the balance of {amount} in your favour is settled on {day} at the latest.",
            amount=amount, day=slip.due_on,
        )  # fmt: skip
    return translate(locale, "You have nothing to pay: the balance of {amount} is in your favour.", amount=amount)
