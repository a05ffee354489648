"""papers/rules.py: figures and addresses as they stand on paper."""

from datetime import date
from decimal import Decimal

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.pdf import ASSETS
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.papers import rules
from koprogo_app.modules.papers.rules import CertificatePaper, Holding, Recipient, RegisterLot, Sender

BOB = Recipient(names=("Bob Dubois",), address=("Avenue des Tilleuls 48, boîte 5.3", "1180 Uccle"), language="fr")


def lot(number: str, kind: LotType, shares: int) -> RegisterLot:
    return RegisterLot(number=number, type=kind, shares=shares)


def holding(number: str, shares: int, right: Right = Right.FULL) -> Holding:
    return Holding(number=number, type=LotType.APARTMENT, shares=shares, part=(1, 1), right=right)


# --- figures


def test_shares_stand_over_their_total_and_never_break() -> None:
    assert rules.of_total(820, 10_000) == "820\u00a0/\u00a010\u00a0000"


def test_a_negative_number_has_a_true_minus() -> None:
    assert rules.grouped(-1_040) == "−1\u00a0040"


@given(st.integers(-(10**9), 10**9))
def test_groups_of_three_digits_lose_no_digit(value: int) -> None:
    shown = rules.grouped(value)
    assert int(shown.replace("\u00a0", "").replace("−", "-")) == value
    assert all(len(group) == 3 for group in shown.split("\u00a0")[1:])


def test_a_part_is_shown_in_lowest_terms() -> None:
    assert [rules.fraction(part) for part in ((1, 1), (2, 4), (3, 7), (5000, 5000))] == ["1/1", "1/2", "3/7", "1/1"]


def test_an_area_has_a_comma_and_two_decimals() -> None:
    assert rules.area(Decimal("82.5")) == "82,50"
    assert rules.area(Decimal("1234.567")) == "1\u00a0234,57"
    assert rules.area(None) == ""


def test_a_cellar_is_below_the_ground_floor_and_an_unknown_floor_is_empty() -> None:
    assert [rules.floor(value) for value in (-1, 0, 5, None)] == ["−1", "0", "5", ""]


def test_lots_are_sorted_as_people_count() -> None:
    numbers = ["B1", "A10", "A2", "10", "2", "a1", "2bis"]
    assert sorted(numbers, key=rules.natural) == ["2", "2bis", "10", "a1", "A2", "A10", "B1"]


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_lot_number_can_be_sorted(numbers: list[str]) -> None:
    assert len(sorted(numbers, key=rules.natural)) == len(numbers)


# --- totals


def test_totals_are_made_per_type_and_leave_cellars_and_parking_out_of_the_count() -> None:
    lots = [
        lot("1", LotType.APARTMENT, 4_000),
        lot("2", LotType.APARTMENT, 3_900),
        lot("3", LotType.COMMERCIAL, 1_500),
        lot("C1", LotType.CELLAR, 60),
        lot("P1", LotType.PARKING, 500),
    ]
    sums = rules.totals(lots, 10_000)
    assert [(row.type, row.lots, row.shares) for row in sums.by_type] == [
        (LotType.APARTMENT, 2, 7_900),
        (LotType.PARKING, 1, 500),
        (LotType.CELLAR, 1, 60),
        (LotType.COMMERCIAL, 1, 1_500),
    ]
    assert (sums.lots, sums.counted, sums.shares, sums.deed, sums.difference) == (5, 3, 9_960, 10_000, -40)


def test_a_building_without_lots_misses_all_its_shares() -> None:
    sums = rules.totals([], 1_000)
    assert (sums.by_type, sums.lots, sums.counted, sums.difference) == ((), 0, 0, -1_000)


def test_a_lot_held_by_two_rights_counts_its_shares_once() -> None:
    holdings = [holding("5.3", 425, Right.BARE), holding("5.3", 425, Right.USUFRUCT), holding("G4", 40)]
    assert rules.held_shares(holdings) == 465


def test_nobody_gets_a_certificate_of_nothing() -> None:
    sender = Sender(name="Les Tilleuls", address="Avenue des Tilleuls 48, 1180 Uccle", enterprise_number="0777041264")
    day = date(2026, 11, 24)
    with pytest.raises(Invalid, match="holds no right"):
        CertificatePaper(
            sender=sender, issued_on=day, recipient=BOB, person="Bob", on=day, deed_total=1_000, holdings=()
        )


# --- sender


@pytest.mark.parametrize("written", ["0777041264", "BE 0777.041.264", "0777 041 264"])
def test_an_enterprise_number_is_written_in_one_way(written: str) -> None:
    sender = Sender(name="Les Tilleuls", address="x", enterprise_number=written)
    assert sender.enterprise_number == "0777.041.264"


def test_a_co_ownership_without_enterprise_number_issues_no_paper() -> None:
    with pytest.raises(Invalid, match=r"art\. 3\.86 §1") as refusal:
        Sender(name="Les Tilleuls", address="x", enterprise_number="")
    assert refusal.value.field == "kbo"


@given(st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, step: int) -> None:
    digits = list("0777041264")
    digits[place] = str((int(digits[place]) + step) % 10)
    with pytest.raises(Invalid, match="not a Belgian enterprise number"):
        rules.enterprise_number("".join(digits))


# --- address


def test_a_belgian_address_has_no_country() -> None:
    assert rules.address_block(BOB, "Belgique") == ("Bob Dubois", "Avenue des Tilleuls 48, boîte 5.3", "1180 Uccle")


def test_abroad_the_country_is_last_and_in_capitals() -> None:
    recipient = Recipient(
        names=("Bob Müller",), address=("Vaalser Straße 9", "52062 Aachen"), language="de", country="DE"
    )
    assert rules.address_block(recipient, "Deutschland")[-2:] == ("52062 Aachen", "DEUTSCHLAND")


def test_empty_lines_are_left_out() -> None:
    recipient = Recipient(names=("Bob", " "), address=("", "Markt 1", " 3000 Leuven "), language="nl")
    assert rules.address_block(recipient, "") == ("Bob", "Markt 1", "3000 Leuven")


def test_a_long_line_continues_on_the_next_at_a_word() -> None:
    recipient = Recipient(
        names=("Vereniging van mede-eigenaars Residentie De Oude Molen",), address=("Markt 1",), language="nl"
    )
    assert rules.address_block(recipient, "")[:2] == ("Vereniging van mede-eigenaars", "Residentie De Oude Molen")


def test_no_letter_is_wider_than_a_line_of_the_window_counts_it() -> None:
    font = TTFont(ASSETS / "fonts" / "inter-latin-400-normal.woff2")
    names, em = font.getBestCmap(), font["head"].unitsPerEm
    for code in [*range(0x20, 0x7F), *range(0xC0, 0x100)]:
        drawn = font["hmtx"][names[code]][0] * 100 / em
        assert drawn <= rules.width_in_window(chr(code)), chr(code)


def test_six_lines_fit_and_the_seventh_is_refused() -> None:
    names = ("Alice", "Bob", "Charlie", "p/a Sonnet")
    assert len(rules.address_block(Recipient(names=names, address=("Rue 1", "1000 Bruxelles"), language="fr"), "")) == 6
    with pytest.raises(Invalid) as refusal:
        rules.address_block(
            Recipient(names=names, address=("Rue 1", "75001 Paris"), language="fr", country="FR"), "France"
        )
    assert (refusal.value.field, refusal.value.params) == ("address", {"lines": 7, "most": 6})


@pytest.mark.parametrize(("names", "address"), [((), ("Rue 1",)), (("Bob",), ()), (("Bob",), (" ",))])
def test_an_incomplete_address_is_refused(names: tuple[str, ...], address: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="incomplete") as refusal:
        rules.address_block(Recipient(names=names, address=address, language="fr"), "")
    assert refusal.value.field == "address"


def test_a_postcode_stays_with_its_town() -> None:
    assert rules.one_line(("Lange Nieuwstraat 12", "2000 Antwerpen")) == "Lange Nieuwstraat 12, 2000\u00a0Antwerpen"
    assert rules.one_line(()) == ""
