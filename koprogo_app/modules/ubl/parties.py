"""Who sends the invoice, who is to pay it, and how: names, numbers, addresses and accounts of a UBL file. Pure."""

import re

from stdnum.be import ogm_vcs
from stdnum.eu import vat as eu_vat

from koprogo_app.core import belgium
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_

from .invoice import ReadParty, Remark
from .tree import Node
from .values import cut, words

KBO_SCHEMES = frozenset({"0208", "9956"})  # of ISO 6523 as Peppol lists it: enterprise number, and its former code
BELGIAN_VAT = "9925"
EMAIL = "EM"
DIRECT_DEBIT = frozenset({"49", "59"})  # UNCL4461: direct debit, SEPA direct debit
MOST_NUMBERS = 20  # accounts, enterprise numbers or references looked at: a sound invoice has one or two
_ADDRESS = (
    "cbc:StreetName", "cbc:BuildingNumber", "cbc:AdditionalStreetName", "cac:AddressLine/cbc:Line",
)  # fmt: skip
_STRUCTURED = re.compile(r"[+*\s]*([0-9]{3})\s*/?\s*([0-9]{4})\s*/?\s*([0-9]{5})[+*\s]*")


def read_party(party: Node, remarks: list[Remark]) -> ReadParty:
    """A `cac:Party`. Numbers with wrong check digits become remarks; the name is "" when the file has none."""
    name = words(party, "cac:PartyLegalEntity/cbc:RegistrationName") or words(party, "cac:PartyName/cbc:Name")
    country = words(party, "cac:PostalAddress/cac:Country/cbc:IdentificationCode", 2).upper()
    vat = _vat(party)
    endpoint = party.one("cbc:EndpointID")
    scheme = endpoint.attributes.get("schemeID", "") if endpoint else ""
    address = [words(party, f"cac:PostalAddress/{part}") for part in _ADDRESS]
    if vat and vat[:2].lower() in eu_vat.MEMBER_STATES - {"be"} and not eu_vat.is_valid(vat):
        remarks.append(
            Remark(
                N_("“{number}” is not a valid VAT number of the European Union: check the country and the digits."),
                {"number": vat},
            )
        )
    return ReadParty(
        name=name,
        kbo=_kbo(party, name, vat, country, remarks),
        vat=vat,
        endpoint=cut(f"{scheme}:{endpoint.text}", 100) if endpoint else None,
        address=cut(", ".join(part for part in address if part), 200),
        postal_code=words(party, "cac:PostalAddress/cbc:PostalZone", 20),
        city=words(party, "cac:PostalAddress/cbc:CityName", 100),
        country=country,
        email=words(party, "cac:Contact/cbc:ElectronicMail")
        or (cut(endpoint.text, 200) if endpoint and scheme == EMAIL else ""),
    )


def _vat(party: Node) -> str | None:
    for scheme in party.all("cac:PartyTaxScheme"):
        if scheme.text_of("cac:TaxScheme/cbc:ID").upper() == "VAT":
            return re.sub(r"[^0-9A-Z]", "", scheme.text_of("cbc:CompanyID").upper())[:20] or None
    return None


def _kbo(party: Node, name: str, vat: str | None, country: str, remarks: list[Remark]) -> str | None:
    """The enterprise number of the legal entity, else of the endpoint, the identifiers, the VAT number."""
    legal = party.all("cac:PartyLegalEntity/cbc:CompanyID")
    endpoints = party.all("cbc:EndpointID")
    texts = [node.text for node in legal if _is_kbo(node, country)]
    texts += [node.text for node in endpoints if _scheme(node) in KBO_SCHEMES]
    texts += [node.text for node in party.all("cac:PartyIdentification/cbc:ID") if _scheme(node) in KBO_SCHEMES]
    texts += [node.text for node in endpoints if _scheme(node) == BELGIAN_VAT]
    texts += [vat] if vat and vat.startswith("BE") else []
    found: list[str] = []
    for text in list(dict.fromkeys(text for text in texts if text))[:MOST_NUMBERS]:
        try:
            number = belgium.kbo(cut(text, 40))
        except Invalid as refused:
            remarks.append(Remark(refused.message, refused.params))
            continue
        if number and number not in found:
            found.append(number)
    for other in found[1:]:
        remarks.append(
            Remark(
                N_("“{name}” has two enterprise numbers in this invoice: {first} and {other}."),
                {"name": name, "first": belgium.show_kbo(found[0]), "other": belgium.show_kbo(other)},
            )
        )
    return found[0] if found else None


def _scheme(node: Node) -> str:
    return node.attributes.get("schemeID", "")


def _is_kbo(node: Node, country: str) -> bool:
    scheme = _scheme(node)
    return scheme in KBO_SCHEMES or (not scheme and (country == "BE" or node.text.upper().startswith("BE")))


def read_ibans(root: Node, remarks: list[Remark]) -> tuple[str, ...]:
    """The accounts to pay to, in the order of the file; one with wrong check digits becomes a remark."""
    found: dict[str, None] = {}
    texts = dict.fromkeys(node.text for node in root.all("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"))
    for text in list(texts)[:MOST_NUMBERS]:
        try:
            number = belgium.iban(cut(text, 60))
        except Invalid as refused:
            remarks.append(Remark(refused.message, refused.params))
        else:
            found |= {number: None} if number else {}
    return tuple(found)


def read_payee(root: Node, supplier: ReadParty, remarks: list[Remark]) -> str:
    """Who is paid when it is not the supplier, as when the invoice was sold to a factoring company; else empty."""
    payee = words(root, "cac:PayeeParty/cac:PartyName/cbc:Name")
    if payee.casefold() in ("", supplier.name.casefold()):
        return ""
    remarks.append(
        Remark(
            N_("This invoice is to be paid to “{payee}”, not to its supplier: make sure of it before paying."),
            {"payee": payee},
        )
    )
    return payee


def is_direct_debit(root: Node) -> bool:
    """Whether the supplier collects the amount from the account itself."""
    return any(node.text in DIRECT_DEBIT for node in root.all("cac:PaymentMeans/cbc:PaymentMeansCode"))


def read_reference(root: Node, remarks: list[Remark]) -> str:
    """What to write on the transfer: a structured communication as +++090/9337/55493+++, or a text as it stands.

    One that looks structured and has wrong check digits (mod 97) stays as written, with a remark.
    """
    text = words(root, "cac:PaymentMeans/cbc:PaymentID", 140)
    if not (match := _STRUCTURED.fullmatch(text)):
        return text
    if ogm_vcs.is_valid("".join(match.groups())):
        return "+++{}/{}/{}+++".format(*match.groups())
    if set(text) & set("+*/"):
        remarks.append(
            Remark(N_("The check digits of the structured communication {reference} are wrong."), {"reference": text})
        )
    return text
