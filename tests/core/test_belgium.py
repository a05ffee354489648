import pytest

from koprogo_app.core import belgium
from koprogo_app.core.errors import Invalid


@pytest.mark.parametrize("text", ["0403.170.701", "BE 0403.170.701", "403170701", "BE0403170701"])
def test_an_enterprise_number_is_read_however_it_is_written(text):
    assert belgium.kbo(text) == "0403170701"  # 97 - 4031707 % 97 = 1


@pytest.mark.parametrize("text", ["0403.170.702", "12", "abc", "0403170701x"])
def test_a_wrong_enterprise_number_is_refused(text):
    with pytest.raises(Invalid):
        belgium.kbo(text)


def test_nothing_is_nothing():
    assert (belgium.kbo(" "), belgium.iban(None), belgium.show_kbo(None), belgium.show_iban("")) == (None, None, "", "")


def test_an_account_number_keeps_its_check_digits():
    assert belgium.iban("be68 5390 0754 7034") == "BE68539007547034"  # 539007547034 % 97 = 34
    with pytest.raises(Invalid):
        belgium.iban("BE68 5390 0754 7035")


def test_numbers_are_shown_as_printed_on_papers():
    assert belgium.show_kbo("0403170701") == "0403.170.701"
    assert belgium.show_iban("BE68539007547034") == "BE68 5390 0754 7034"


@pytest.mark.parametrize(
    ("code", "country", "region"),
    [("1000", "BE", "BXL"), ("1299", "BE", "BXL"), ("1300", "BE", "WAL"), ("1499", "BE", "WAL"), ("1500", "BE", "VLG"), ("3000", "BE", "VLG"),
     ("4000", "BE", "WAL"), ("4700", "BE", "DG"), ("4780", "BE", "DG"), ("7999", "BE", "WAL"), ("8000", "BE", "VLG"), ("9000", "Belgium", "VLG"),
     ("75001", "FR", None), ("D04", "BE", None)],
)  # fmt: skip
def test_the_region_follows_the_postcode(code, country, region):
    assert belgium.region_of(code, country) == region
