from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.suppliers import rules
from koprogo_app.modules.suppliers.rules import Likeness

LAMBERT = "0403170701"


def test_the_number_of_the_example_is_valid():
    assert (97 - 4031707 % 97, LAMBERT[-2:]) == (1, "01")  # 4031707 = 41563 × 97 + 96


@pytest.mark.parametrize(
    ("kbo", "vat", "expected"),
    [
        (None, None, (None, None)),
        (LAMBERT, None, (LAMBERT, None)),
        (LAMBERT, "  ", (LAMBERT, None)),
        (LAMBERT, "BE 0403.170.701", (LAMBERT, None)),
        (LAMBERT, "be0403170701", (LAMBERT, None)),
        (None, "BE0403170701", (LAMBERT, None)),
        (None, "0403.170.701", (LAMBERT, None)),
        (None, "403.170.701", (LAMBERT, None)),
        (None, "FR 40 303 265 045", (None, "FR40303265045")),
        (None, "NL004495445B01", (None, "NL004495445B01")),
        (None, "de136695976", (None, "DE136695976")),
        (LAMBERT, "LU 150 274 42", (LAMBERT, "LU15027442")),
    ],
)
def test_a_belgian_vat_number_is_the_enterprise_number_and_a_foreign_one_is_kept(kbo, vat, expected):
    assert rules.numbers(kbo, vat) == expected


@pytest.mark.parametrize(
    ("kbo", "vat"),
    [
        (None, "BE0403170702"),
        (None, "FR40303265046"),
        (None, "CH123456788"),
        (None, "XX1"),
        (None, "none"),
        ("0202239951", "BE0403170701"),
    ],
)
def test_a_wrong_vat_number_is_refused_beside_its_field(kbo, vat):
    with pytest.raises(Invalid) as refused:
        rules.numbers(kbo, vat)
    assert set(refused.value.fields) == {"vat_number"}


@pytest.mark.parametrize(
    ("kbo", "foreign", "liable", "vat"),
    [
        (LAMBERT, None, True, "BE0403170701"),
        (LAMBERT, None, False, None),
        (None, None, True, None),
        (None, "FR40303265045", True, "FR40303265045"),
        (LAMBERT, "FR40303265045", True, "FR40303265045"),
    ],
)
def test_the_vat_number_of_invoices(kbo, foreign, liable, vat):
    assert rules.vat_of(kbo, foreign, liable) == vat


@pytest.mark.parametrize(
    ("iban", "bic"),
    [(None, ""), ("BE71096123456769", "GKCCBEBB"), ("BE62510007547061", "VAPEBE22"), ("BE68539007547034", "")],
)
def test_the_bank_is_found_from_the_account_where_it_is_known(iban, bic):
    assert rules.bic_of(iban) == bic


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Schindler S.A./N.V.", "schindler"),
        ("SCHINDLER", "schindler"),
        ("Élévateurs du Midi SRL", "elevateurs du midi"),
        ("ASBL", "asbl"),
        ("bv De Smet & Zonen", "de smet zonen"),
        ("  ", ""),
    ],
)
def test_names_are_compared_without_accents_dots_and_legal_form(name, key):
    assert rules.name_key(name) == key


def supplier(n: int, name: str, iban: str | None = None, vat_number: str | None = None):
    return SimpleNamespace(id=UUID(int=n), name=name, iban=iban, vat_number=vat_number)


KNOWN = [
    supplier(1, "Ascenseurs Lambert SRL", "BE68539007547034"),
    supplier(2, "Nettoyage Clair"),
    supplier(3, "Élagage Müller", vat_number="DE136695976"),
]


@pytest.mark.parametrize(
    ("name", "iban", "vat", "expected"),
    [
        ("Kone", None, None, []),
        (None, None, None, []),
        ("Lambert Ascenseurs", None, None, [(1, Likeness.NAME)]),
        ("Nettoyage Claire SA", None, None, [(2, Likeness.NAME)]),  # 30 of 31 letters: 97 %
        ("Elagage Muller", None, None, [(3, Likeness.NAME)]),
        ("Nettoyage Dupont", None, None, []),
        ("Other", "BE68539007547034", None, [(1, Likeness.IBAN)]),
        ("Ascenseurs Lambert", "BE68539007547034", None, [(1, Likeness.IBAN)]),  # named once
        ("Nettoyage Clair", "BE68539007547034", None, [(1, Likeness.IBAN), (2, Likeness.NAME)]),
        ("Other", None, "DE136695976", [(3, Likeness.VAT)]),
    ],
)
def test_what_resembles_is_the_same_account_vat_number_or_nearly_the_same_name(name, iban, vat, expected):
    found = rules.resembling(KNOWN, name, iban, vat)
    assert [(one.id.int, one.likeness) for one in found] == expected


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("0403.170.701", "0403170701"),
        ("BE 0403 170 701", "0403170701"),
        ("be68 5390 0754 7034", "68539007547034"),
        ("FR40303265045", "FR40303265045"),
        ("0403", "0403"),
        ("040", ""),
        ("Lambert", ""),
        ("Garage 2000", ""),
        ("", ""),
        ("%_0403", ""),
    ],
)
def test_a_number_is_told_from_a_name_in_a_search(words, number):
    assert rules.number_in(words) == number


@pytest.mark.parametrize(
    ("checked_on", "due"),
    [
        (None, True),
        (date(2026, 11, 24), False),
        (date(2026, 10, 25), False),  # thirty days
        (date(2026, 10, 24), True),  # thirty-one
    ],
)
def test_a_check_is_fresh_for_thirty_days(checked_on, due):
    assert rules.check_is_due(checked_on, date(2026, 11, 24)) is due


def test_another_length_may_be_asked():
    assert rules.check_is_due(date(2026, 11, 23), date(2026, 11, 24), days=0)
    assert not rules.check_is_due(date(2026, 11, 24), date(2026, 11, 24), days=0)
