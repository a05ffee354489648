from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.owners import rules
from koprogo_app.modules.owners.rules import Channel, Likeness, Pair

TODAY = date(2026, 11, 24)


@dataclass
class Entry:
    id: UUID
    first_name: str
    last_name: str
    email: str | None = None
    kbo: str | None = None


def entry(number, first_name, last_name, **more):
    return Entry(UUID(int=number), first_name, last_name, **more)


def test_a_person_is_convened_by_registered_letter_until_he_consents():
    assert rules.channel_of(None, None) == Channel.REGISTERED
    assert rules.channel_of("bob@example.be", None) == Channel.REGISTERED
    assert rules.channel_of("bob@example.be", date(2025, 1, 2)) == Channel.EMAIL


def test_a_consent_with_address_past_date_and_proof_is_good():
    rules.check_consent("bob@example.be", TODAY, "Form signed 24/11/2026", TODAY)
    rules.check_consent(None, None, None, TODAY)


@pytest.mark.parametrize(
    ("email", "on", "proof", "wrong"),
    [
        (None, TODAY, "Form", {"email"}),
        ("bob@example.be", TODAY, None, {"email_consent_proof"}),
        ("bob@example.be", date(2026, 11, 25), "Form", {"email_consent_on"}),
        ("bob@example.be", None, "Form", {"email_consent_on"}),
        (None, date(2026, 11, 25), "", {"email", "email_consent_proof", "email_consent_on"}),
    ],
)
def test_a_consent_that_proves_nothing_is_refused_beside_each_wrong_field(email, on, proof, wrong):
    with pytest.raises(Invalid) as refused:
        rules.check_consent(email, on, proof, TODAY)
    assert set(refused.value.fields) == wrong


def consenting(email="bob@example.be", on=date(2025, 1, 2), proof="Form of 2025"):
    return SimpleNamespace(email=email, email_consent_on=on, email_consent_proof=proof)


def test_another_address_withdraws_the_consent():
    given_ = {"email": "bob@new.be", "email_consent_on": date(2025, 1, 2), "email_consent_proof": "Form of 2025"}
    assert rules.consent_after(consenting(), given_) == (None, None)


def test_another_address_with_a_new_consent_keeps_the_new_one():
    given_ = {"email": "bob@new.be", "email_consent_on": TODAY, "email_consent_proof": "Form of 2026"}
    assert rules.consent_after(consenting(), given_) == (TODAY, "Form of 2026")


def test_the_same_address_in_capitals_keeps_the_consent():
    given_ = {"email": "Bob@Example.be", "email_consent_on": date(2025, 1, 2), "email_consent_proof": "Form of 2025"}
    assert rules.consent_after(consenting(), given_) == (date(2025, 1, 2), "Form of 2025")


@pytest.mark.parametrize("text", ["+32 475 12 34 56", "0032475/12.34.56", "0475 12 34 56", "475123456"])
def test_one_telephone_number_is_the_same_however_it_is_written(text):
    assert rules.phone_digits(text) == "475123456"


def test_only_figures_make_a_telephone_search():
    assert rules.looks_like_phone("0475/12")
    assert not rules.looks_like_phone("1180 Uccle")
    assert not rules.looks_like_phone("12")


def test_the_same_person_entered_twice_is_found():
    people = [
        entry(1, "Zoé", "De Smet"),
        entry(2, "zoe", "DESMET"),
        entry(3, "De Smet", "Zoë"),
        entry(4, "Luc", "De Smet"),
    ]
    pairs = {(p.first.int, p.second.int) for p in rules.likely_duplicates(people)}
    assert (1, 3) in pairs  # words in another order, other accents
    assert not {(1, 4), (2, 4), (3, 4)} & pairs


def test_one_letter_in_ten_may_differ():
    found = rules.likely_duplicates(
        [entry(1, "Jean", "Dupont"), entry(2, "Jean", "Dupond"), entry(3, "Jean", "Durant")]
    )
    assert found == [Pair(UUID(int=1), UUID(int=2), Likeness.NAME)]


def test_the_same_address_or_enterprise_number_makes_a_pair_whatever_the_names():
    people = [
        entry(1, "Bob", "Maes", email="couple@example.be"),
        entry(2, "Ann", "Peeters", email="Couple@Example.be"),
        entry(3, "", "Belle-Île Invest SA", kbo="0403170701"),
        entry(4, "", "BII", kbo="0403170701"),
    ]
    assert {(p.first.int, p.second.int, p.likeness) for p in rules.likely_duplicates(people)} == {
        (1, 2, Likeness.EMAIL),
        (3, 4, Likeness.KBO),
    }


names = st.lists(st.tuples(st.text("abé ", max_size=8), st.text("abcd ", max_size=8)), max_size=12)


@given(names)
def test_a_pair_is_named_once_with_the_older_entry_first(named):
    people = [entry(n, first, last) for n, (first, last) in enumerate(named)]
    pairs = [(p.first, p.second) for p in rules.likely_duplicates(reversed(people))]
    assert len(pairs) == len(set(pairs))
    assert all(first < second for first, second in pairs)


def blank(**more):
    empty = dict.fromkeys(
        ("phone", "kbo", "representative", "iban", "remark", "email", "email_consent_on", "email_consent_proof")
    )
    texts = dict.fromkeys(("first_name", "address", "postal_code", "city", "country"), "")
    return SimpleNamespace(**(empty | texts | more))


def test_the_kept_entry_takes_over_only_what_it_lacks():
    keep = blank(phone="02 111 11 11", city="Gent")
    drop = blank(phone="02 999 99 99", iban="BE68539007547034", address="Rue 1", postal_code="1180", city="Uccle")
    filled = rules.filled_from(keep, drop)
    assert filled == {
        "iban": "BE68539007547034", "address": "Rue 1", "postal_code": "1180", "city": "Uccle", "country": "",
    }  # fmt: skip


def test_a_consent_for_the_same_address_is_kept():
    keep = blank(email="bob@example.be")
    drop = blank(email="Bob@example.be", email_consent_on=date(2025, 1, 2), email_consent_proof="Form")
    assert rules.filled_from(keep, drop) == {"email_consent_on": date(2025, 1, 2), "email_consent_proof": "Form"}
    earlier = blank(email="bob@example.be", email_consent_on=date(2024, 1, 2), email_consent_proof="Letter")
    assert rules.filled_from(earlier, drop) == {}


def test_a_consent_never_moves_to_another_address():
    keep = blank(email="bob@example.be")
    drop = blank(email="bob@old.be", email_consent_on=date(2025, 1, 2), email_consent_proof="Form")
    assert rules.filled_from(keep, drop) == {}
