"""The QR code with which a bank's application fills in a transfer: EPC069-12, version 002. Pure."""

import unicodedata
from decimal import Decimal

import segno
from segno import helpers

from .money import Cents

LARGEST = Cents(99_999_999_999)  # 999 999 999,99 €, as the guideline allows


def plain(text: str, longest: int) -> str:
    """Letters that every bank's application reads: no accents, no sign outside ASCII, cut to a length."""
    flat = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae").replace("ß", "ss"))
    return "".join(c for c in flat if " " <= c <= "~").strip()[:longest].strip()


def can_be_shown(cents: Cents) -> bool:
    """True for an amount that a transfer may have: one cent at least."""
    return 0 < cents <= LARGEST


def qr(beneficiary: str, iban: str, cents: Cents, communication: str) -> segno.QRCode:
    """The code of a transfer of `cents`, error level M. `communication`: twelve digits go into the structured line.

    Raises ValueError for an amount that can_be_shown() refuses.
    """
    return helpers.make_epc_qr(
        name=plain(beneficiary, 70),
        iban=iban,
        amount=Decimal(cents) / 100,
        reference=communication,
        encoding="utf-8",
    )


def svg_data(code: segno.QRCode) -> str:
    """The code as an address of an image, with its quiet zone, black on white: for pages and papers alike."""
    return code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
