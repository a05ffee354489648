from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.ledger import rules
from koprogo_app.modules.ledger.rules import Moved, Side

SOMEBODY = uuid4()


def side(account: str, debit: int = 0, credit: int = 0) -> Side:
    return Side(account, Cents(debit), Cents(credit))


def test_an_entry_balances_to_the_cent():
    assert rules.check_sides([side("612", debit=12101), side("440", credit=12101)]) == 12101
    assert rules.check_sides([side("612", debit=1), side("613", debit=2), side("440", credit=3)]) == 3


@pytest.mark.parametrize(
    ("sides", "fields"),
    [
        ([], {"lines"}),
        ([side("612", debit=100)], {"lines"}),
        ([side("612", debit=100), side("440", credit=99)], {"lines"}),
        ([side("612", debit=100, credit=100), side("440", credit=100)], {"lines.0"}),
        ([side("612"), side("440", credit=-5)], {"lines.0", "lines.1"}),
        ([side("612", debit=-100), side("440", credit=-100)], {"lines.0", "lines.1"}),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_at_its_lines(sides, fields):
    with pytest.raises(Invalid) as refused:
        rules.check_sides(sides)
    assert set(refused.value.fields) == fields


def test_the_refusal_of_an_unbalanced_entry_names_both_sums():
    with pytest.raises(Invalid) as refused:
        rules.check_sides([side("612", debit=123456), side("440", credit=123407)])
    said = translate("en", refused.value.message, **refused.value.params)
    assert said == "This entry is unbalanced: debit 1.234,56\u00a0€, credit 1.234,07\u00a0€."  # the wire's word


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 10**12)), min_size=1, max_size=20))
def test_the_mirror_of_an_entry_balances_and_brings_every_account_back(drawn):
    sides = [side(str(n), *((amount, 0) if debit else (0, amount))) for n, (debit, amount) in enumerate(drawn)]
    missing = sum(s.debit - s.credit for s in sides)
    if missing:
        sides.append(side("499", *((0, missing) if missing > 0 else (-missing, 0))))
    if len(sides) < 2:
        return
    turned = [s.turned() for s in sides]
    assert rules.check_sides(sides) == rules.check_sides(turned)
    moved: dict[str, int] = {}
    for one in [*sides, *turned]:
        moved[one.account] = moved.get(one.account, 0) + one.debit - one.credit
    assert set(moved.values()) == {0}


@dataclass
class Account:
    postable: bool = True
    party: str | None = None


@pytest.mark.parametrize(
    ("account", "owner", "supplier", "message"),
    [
        (Account(), None, None, None),
        (Account(party="owner"), SOMEBODY, None, None),
        (Account(party="supplier"), None, SOMEBODY, None),
        (None, None, None, "There is no account {code}."),
        (Account(postable=False), None, None, "Account {code} groups others: choose one of those."),
        (Account(party="owner"), None, None, "Account {code} needs a co-owner."),
        (Account(party="owner"), None, SOMEBODY, "Account {code} needs a co-owner."),
        (Account(party="supplier"), SOMEBODY, None, "Account {code} needs a supplier."),
        (Account(), SOMEBODY, None, "Account {code} is not this person's: leave the person out."),
        (Account(), None, SOMEBODY, "Account {code} is not this person's: leave the person out."),
        (Account(party="owner"), SOMEBODY, SOMEBODY, "Account {code} is not this person's: leave the person out."),
        (Account(party="supplier"), SOMEBODY, SOMEBODY, "Account {code} is not this person's: leave the person out."),
    ],
)
def test_a_line_fits_its_account(account, owner, supplier, message):
    line = Side("4101", Cents(1), Cents(0), "", owner, supplier)
    if message is None:
        rules.check_account(2, line, account)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_account(2, line, account)
        assert (refused.value.message, refused.value.field) == (message, "lines.2")


@pytest.mark.parametrize(
    ("on", "locked", "allowed"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 4, 1), date(2026, 3, 31), True),
        (date(2026, 3, 31), date(2026, 3, 31), False),
        (date(2025, 1, 1), date(2026, 3, 31), False),
    ],
)
def test_a_locked_day_takes_nothing(on, locked, allowed):
    if allowed:
        rules.check_open(on, locked)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_open(on, locked)
        assert refused.value.field == "entry_on"


@pytest.mark.parametrize(
    ("source", "reverses", "reversed_by", "allowed"),
    [
        ("manual", None, None, True),
        ("manual", SOMEBODY, None, False),
        ("manual", None, SOMEBODY, False),
        ("invoice", None, None, False),
    ],
)
def test_an_entry_is_reversed_once_and_where_it_was_made(source, reverses, reversed_by, allowed):
    if allowed:
        rules.check_reversible(source, reverses, reversed_by)
    else:
        with pytest.raises(Invalid):
            rules.check_reversible(source, reverses, reversed_by)


@pytest.mark.parametrize(
    ("kind", "expected"), [("asset", 70), ("expense", 70), ("off_balance", 70), ("liability", -70), ("revenue", -70)]
)
def test_a_balance_stands_on_the_side_of_its_kind(kind, expected):
    assert rules.signed(kind, 100, 30) == expected


def test_what_is_left_after_a_period():
    assert Moved(Cents(-500), Cents(1000), Cents(200)).after == 300


DAYS = [(date(2026, 1, 5), 2, 30), (date(2026, 2, 1), 3, -10), (date(2026, 2, 2), 1, 5)]


@pytest.mark.parametrize(
    ("offset", "first", "skip", "moved"),
    [
        (0, date(2026, 1, 5), 0, 0),
        (1, date(2026, 1, 5), 1, 0),
        (2, date(2026, 2, 1), 0, 30),
        (4, date(2026, 2, 1), 2, 30),
        (5, date(2026, 2, 2), 0, 20),
        (6, None, 0, 25),
        (99, None, 0, 25),
    ],
)
def test_a_page_begins_on_the_day_that_holds_its_first_line(offset, first, skip, moved):
    assert rules.place_of(DAYS, offset) == rules.Place(first, skip, moved)
    assert rules.place_of([], offset) == rules.Place(None, 0, 0)
