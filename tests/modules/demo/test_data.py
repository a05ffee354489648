"""The values themselves: figures of the reference building, sums, check digits, and the same output every time."""

import subprocess
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import EmailStr, TypeAdapter

from koprogo_app.auth.demo_accounts import DEMO_ACCOUNTS
from koprogo_app.core import belgium
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.demo.data.offices import offices
from koprogo_app.modules.demo.rules import REFERENCE, even, iban, kbo
from koprogo_app.modules.demo.service import ADMINISTRATORS
from koprogo_app.modules.owners.rules import check_consent

HOUSES = [pytest.param(o, h, id=str(h.identity["name"])) for o in offices() for h in o.houses]
SENNE = offices()[0].houses[0]


def share_of(person):
    """What somebody of the reference building holds alone, in shares."""
    return sum(u.shares for u in SENNE.units for p in SENNE.parts if (p.lot, p.person) == (u.number, person))


def test_the_reference_building_is_the_one_of_the_specification():
    assert (len(SENNE.units), sum(u.shares for u in SENNE.units)) == (182, 10_000)
    assert SENNE.identity["construction_year"] == 1965
    large = sorted(u.shares for u in SENNE.units if u.shares >= 290)
    assert large == [290, 320, 380, 450, 510, 580, 600, 600, 600, 1280]
    assert len(SENNE.units) - len(large) == 172
    assert Fraction(share_of("investor"), 10_000) == Fraction(18, 100)
    assert Fraction(share_of("company"), 10_000) == Fraction(128, 1000)
    assert Counter(u.type for u in SENNE.units) == {
        LotType.COMMERCIAL: 1, LotType.APARTMENT: 61, LotType.PARKING: 60, LotType.CELLAR: 60,
    }  # fmt: skip


@pytest.mark.parametrize(("office", "house"), HOUSES)
def test_the_lots_add_up_to_the_deed_but_for_the_forty_shares_of_bellevue(office, house):
    missing = house.identity["total_shares"] - sum(u.shares for u in house.units)
    assert missing == (40 if house.identity["name"] == "Résidence Bellevue" else 0)
    assert len(house.units) == house.identity["total_units"] == len({u.number for u in house.units})


@pytest.mark.parametrize(("office", "house"), HOUSES)
def test_property_and_enjoyment_of_every_lot_are_whole_but_for_the_garage_of_nobody(office, house):
    property_of, enjoyment_of = defaultdict(Fraction), defaultdict(Fraction)
    for p in house.parts:
        if p.ended_on is None:
            property_of[p.lot] += Fraction(p.numerator, p.denominator) if p.right != Right.USUFRUCT else 0
            enjoyment_of[p.lot] += Fraction(p.numerator, p.denominator) if p.right != Right.BARE else 0
    lots = {u.number for u in house.units}
    nobodys = {"G3"} if house.identity["name"] == "Résidence Bellevue" else set()
    assert property_of == enjoyment_of == dict.fromkeys(lots - nobodys, Fraction(1))


@pytest.mark.parametrize("office", offices(), ids=lambda o: o.slug)
def test_everyone_in_the_register_holds_something_and_can_be_told_apart(office):
    people = [p.key for p in office.people]
    assert set(people) == {part.person for house in office.houses for part in house.parts}
    emails = [p.email for p in office.people if p.email]
    assert len(set(people)) == len(people)
    assert len(set(emails)) == len(emails)
    assert any(p.email is None for p in office.people)  # registered letters


@pytest.mark.parametrize("office", offices(), ids=lambda o: o.slug)
def test_no_date_lies_after_the_reference_day_and_every_consent_has_its_proof(office):
    for p in office.people:
        check_consent(p.email, p.email_consent_on, p.email_consent_proof, REFERENCE)
    for house in office.houses:
        assert max(p.ended_on or p.started_on for p in house.parts) < REFERENCE
        assert all(paper.dated_on < REFERENCE for paper in house.papers)


def test_numbers_pass_their_check_digits_as_they_are_kept():
    kbos = [p.kbo for o in offices() for p in o.people if p.kbo]
    ibans = [p.iban for o in offices() for p in o.people if p.iban]
    for house in (h for o in offices() for h in o.houses):
        kbos += [house.identity[name] for name in ("kbo", "syndic_kbo") if house.identity.get(name)]
        ibans += [house.identity[name] for name in ("iban_working", "iban_reserve") if house.identity.get(name)]
        BuildingIn.model_validate(house.identity)
    assert [belgium.kbo(number) for number in kbos] == kbos
    assert [belgium.iban(number) for number in ibans] == ibans
    assert max(Counter(ibans).values()) == 1
    assert all(number.startswith("1999") for number in kbos)  # not given out yet
    address = TypeAdapter(EmailStr)
    assert all(address.validate_python(p.email) == p.email for o in offices() for p in o.people if p.email)


def test_the_check_digits_are_those_of_the_published_rules():
    assert kbo(0) == "1999000051"  # 97 - 19990000 mod 97, which is 46
    assert iban(0) == "BE23998000000091"  # 9980000000 mod 97 is 91; 98 - 998000000091111400 mod 97, which is 75


def test_a_total_is_shared_out_to_the_unit():
    assert even(1000, 7) == [143, 143, 143, 143, 143, 143, 142]


def test_every_shown_account_is_somebody_of_the_data():
    members = {m.email: m.role for o in offices() for m in reversed(o.members) if m.email.endswith("@demo.koprogo.be")}
    shown = {a.email: a.role for a in DEMO_ACCOUNTS}
    administrators = {email for email, *_ in ADMINISTRATORS}
    assert {email: role for email, role in shown.items() if email not in administrators} == members
    assert set(shown) & administrators == {"admin@demo.koprogo.be"}


def test_the_papers_are_in_the_language_of_their_building():
    first = {h.identity["language"]: h.papers[0].title for o in offices()[:4] for h in o.houses}
    assert [first[locale].partition(",")[0] for locale in ("fr", "nl", "de")] == [
        "Acte de base",
        "Basisakte",
        "Basisakte",
    ]
    assert first["nl"] != first["de"]


def test_another_process_makes_the_same_data():
    code = "from koprogo_app.modules.demo.data.offices import offices; print(repr(offices()))"
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", code]
    first, second = (subprocess.check_output(command, cwd=root, env={"PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert first == second
    assert b"Vandermeulen" in first
