import pytest

from koprogo_app.modules.contacts.rules import read_country, read_email, read_iban, read_kbo, read_phone, read_postcode


def test_an_address_with_a_comma_is_a_finding_with_a_proposal():
    parsed = read_email("nadia.benali@exemple,be")
    assert parsed.value is None
    assert (parsed.problem.code, parsed.problem.proposal) == ("email", "nadia.benali@exemple.be")


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("a b@exemple.be", "ab@exemple.be"),
        ("a(at)exemple.be", "a@exemple.be"),
        ("a@exemple.be; b@exemple.be", "a@exemple.be"),
        ("rien", ""),
    ],
)
def test_other_faulty_addresses(text, proposal):
    assert read_email(text).problem.proposal == proposal


@pytest.mark.parametrize("text", ["info@immobrabant.example", "zoé@exemple.be", "john.smith@example.com"])
def test_the_form_alone_of_an_address_is_checked(text):
    assert read_email(text).value == text


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0475/12.34.56", "+32475123456"),
        ("+32 478 22 33 44", "+32478223344"),
        ("0032 478 22 33 44", "+32478223344"),
        ("+32 (0)2 511 22 33", "+3225112233"),
        ("02 511 22 33", "+3225112233"),
        ("087/12.34.56", "+3287123456"),
        ("+49 171 5556677", "+49 171 5556677"),
        ("+353 86 123 4567", "+353 86 123 4567"),
    ],
)
def test_a_belgian_number_gets_its_international_form_and_another_stays_as_written(text, phone):
    assert read_phone(text).value == phone


@pytest.mark.parametrize("text", ["0475/12.34.5", "+32 475", "voir fiche", "0475 12 34 56 / 02 511 22 33"])
def test_a_faulty_number_is_a_finding(text):
    assert read_phone(text).problem.code == "phone"


def test_a_national_number_abroad_is_not_taken_for_belgian():
    assert read_phone("0171 5556677", "DE").value == "0171 5556677"


def test_account_numbers_are_checked():
    assert read_iban("BE68 5390 0754 7034").value == "BE68539007547034"
    assert read_iban("").value is None
    assert read_iban("").problem is None
    wrong, short = read_iban("BE68 5390 0754 7035").problem, read_iban("BE68 5390 0754 703").problem
    assert wrong.params == {"number": "BE68 5390 0754 7035"}
    assert short.params == {"number": "BE68 5390 0754 703", "count": 15}


def test_enterprise_numbers_are_ten_digits_with_their_check():
    assert read_kbo("BE 0403.170.701").value == "0403170701"
    assert read_kbo("0403.170.702").problem.code == "kbo"


def test_postcodes_are_belgian_unless_a_country_says_otherwise():
    assert read_postcode("1180").value == read_postcode("B-1180").value == "1180"
    assert read_postcode("D04 X2Y3").problem.code == "country"
    assert read_postcode("D04 X2Y3", "IE").value == "D04 X2Y3"
    assert read_postcode("118", "BE").problem.code == "postcode"


def test_countries_are_known_by_code_and_by_name_in_four_languages():
    names = ["IE", "Irlande", "Ierland", "Irland", "Ireland"]
    assert {read_country(name).value for name in names} == {"IE"}
    assert read_country("Atlantide").problem.code == "country"
