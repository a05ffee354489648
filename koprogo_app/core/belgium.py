"""Belgian numbers: enterprise (KBO/BCE) and account numbers, postcodes. Pure."""

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.be import ogm_vcs, vat
from stdnum.exceptions import ValidationError

from .errors import Invalid
from .i18n import N_

REGIONS = {
    "BXL": N_("Brussels-Capital"),
    "WAL": N_("Wallonia"),
    "VLG": N_("Flanders"),
    "DG": N_("German-speaking Community"),
}
_DG = frozenset(
    {
        4700,
        4701,
        4710,
        4711,
        4720,
        4721,
        4728,
        4730,
        4731,
        4750,
        4760,
        4761,
        4770,
        4771,
        4780,
        4782,
        4783,
        4784,
        4790,
        4791,
    }
)
_BRABANT_WALLONIA = range(1300, 1500)


def kbo(text: str | None, field: str = "kbo") -> str | None:
    """A KBO/BCE number as ten digits, check digits verified (mod 97); None for nothing. Invalid otherwise."""
    if not text or not text.strip():
        return None
    try:
        return str(vat.validate(text))
    except ValidationError:
        raise Invalid(
            "“{number}” is not a valid enterprise number (KBO/BCE): check the digits.", field=field, number=text
        ) from None


def show_kbo(number: str | None) -> str:
    """0845.112.696: as printed on papers (art. 3.86 §1 al. 4); empty for nothing."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if number else ""


def iban(text: str | None, field: str = "iban") -> str | None:
    """An account number without spaces, check digits verified (ISO 13616); None for nothing. Invalid otherwise."""
    if not text or not text.strip():
        return None
    try:
        return str(IBAN(text, validate_bban=True).compact)
    except SchwiftyException:
        raise Invalid(
            "“{number}” is not a valid account number (IBAN): check the digits.", field=field, number=text
        ) from None


def show_iban(number: str | None) -> str:
    """BE68 5390 0754 7034; empty for nothing."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4)) if number else ""


def communication(number: int) -> str:
    """The twelve digits of a structured communication: ten of a number, and its rest by 97, or 97 for none (Febelfin)."""
    digits = f"{number:010d}"
    return digits + ogm_vcs.calc_check_digits(digits)


def read_communication(text: str, field: str = "communication") -> str:
    """The twelve digits of a structured communication as people type it: +++123/4567/89012+++. Invalid otherwise."""
    try:
        return str(ogm_vcs.validate(text))
    except ValidationError:
        raise Invalid("“{text}” is not a structured communication: check the digits.", field=field, text=text) from None


def show_communication(digits: str | None) -> str:
    """+++123/4567/89012+++; empty for nothing."""
    return f"+++{ogm_vcs.format(digits)}+++" if digits else ""


def region_of(postal_code: str, country: str = "BE") -> str | None:
    """BXL, WAL, VLG or DG from a Belgian postcode; None abroad or when it is not one."""
    digits = postal_code.strip()
    if country not in ("BE", "Belgium", "Belgique", "België", "Belgien") or not (digits.isdigit() and len(digits) == 4):
        return None
    code = int(digits)
    if code < 1300:
        return "BXL"
    if code in _DG:
        return "DG"
    if code in _BRABANT_WALLONIA or 4000 <= code < 8000:
        return "WAL"
    return "VLG"
