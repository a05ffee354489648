from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.payments import rules
from koprogo_app.modules.payments.rules import Kind

DAY = date(2026, 1, 31)


def item(n, open_cents, due=DAY, *, on=date(2026, 1, 1), account="4101", owner=1, credit=False):
    return SimpleNamespace(
        line_id=UUID(int=n), owner_id=UUID(int=owner), account_code=account, entry_on=on, due_on=due, open_cents=open_cents,
        debit_cents=0 if credit else open_cents,
    )  # fmt: skip


def parts(made):
    return [(p.line_id.int, p.account_code, p.cents) for p in made.parts], made.left


# --- Allocation


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (1, ([(2, "4101", 1)], 0)),  # part of the oldest due
        (5_000, ([(2, "4101", 5_000)], 0)),  # exactly one
        (5_001, ([(2, "4101", 5_000), (3, "4100", 1)], 0)),
        (10_000, ([(2, "4101", 5_000), (3, "4100", 2_000), (1, "4101", 3_000)], 0)),  # everything
        (12_345, ([(2, "4101", 5_000), (3, "4100", 2_000), (1, "4101", 3_000)], 2_345)),  # over-payment
    ],
)
def test_the_oldest_due_is_settled_first(amount, expected):
    open_ = [
        item(1, 3_000, date(2026, 3, 1)), item(2, 5_000, date(2026, 1, 1)), item(3, 2_000, date(2026, 2, 1), account="4100"),
        item(4, 700, date(2025, 1, 1), credit=True),
    ]  # fmt: skip
    assert parts(rules.allocate(Kind.RECEIPT, Cents(amount), open_)) == expected


def test_of_one_due_day_the_oldest_entry_then_the_first_line():
    open_ = [item(3, 10), item(2, 10), item(1, 10, on=date(2026, 1, 2))]
    assert parts(rules.allocate(Kind.RECEIPT, Cents(15), open_)) == ([(2, "4101", 10), (3, "4101", 5)], 0)


def test_nothing_open_is_all_credit():
    assert parts(rules.allocate(Kind.RECEIPT, Cents(100), [])) == ([], 100)


def test_what_is_chosen_is_settled_and_the_rest_stays():
    open_ = [item(1, 3_000), item(2, 5_000)]
    made = rules.allocate(Kind.RECEIPT, Cents(6_000), open_, [(UUID(int=2), 4_000)])
    assert parts(made) == ([(2, "4101", 4_000)], 2_000)


@pytest.mark.parametrize(
    ("amount", "chosen", "field"),
    [
        (0, [], "cents"),
        (-5, [], "cents"),
        (9_000, [(9, 1)], "items.0"),  # not there
        (9_000, [(1, 1), (1, 1)], "items.1"),  # twice
        (9_000, [(2, 1), (1, 3_001)], "items.1"),  # beyond it
        (9_000, [(1, 0)], "items.0"),
        (9_000, [(4, 10)], "items.0"),  # owed back: no receipt settles it
        (3_999, [(1, 3_000), (2, 1_000)], "cents"),  # more than the payment
    ],
)
def test_a_choice_that_does_not_hold_is_refused_beside_it(amount, chosen, field):
    open_ = [item(1, 3_000), item(2, 5_000), item(4, 700, credit=True)]
    with pytest.raises(Invalid) as refused:
        rules.allocate(Kind.RECEIPT, Cents(amount), open_, [(UUID(int=n), c) for n, c in chosen])
    assert set(refused.value.fields) == {field}


def test_a_refund_takes_the_open_credit_and_no_more():
    open_ = [item(1, 3_000), item(4, 700, credit=True), item(5, 300, date(2026, 1, 1), credit=True)]
    assert parts(rules.allocate(Kind.REFUND, Cents(1_000), open_)) == ([(5, "4101", 300), (4, "4101", 700)], 0)
    for amount, chosen in ((1_001, None), (500, [(UUID(int=4), 499)])):
        with pytest.raises(Invalid) as refused:
            rules.allocate(Kind.REFUND, Cents(amount), open_, chosen)
        assert set(refused.value.fields) == {"cents"}


def test_what_goes_to_each_account():
    open_ = [item(1, 3_000), item(2, 5_000, account="4100"), item(3, 500, date(2026, 3, 1))]
    made = rules.allocate(Kind.RECEIPT, Cents(10_000), open_)
    assert rules.by_account(made, "4101") == {"4100": 5_000, "4101": 5_000}  # 3 000 + 500 + 1 500 that are left
    assert rules.by_account(rules.allocate(Kind.RECEIPT, Cents(5), [item(1, 5, account="4100")]), "4101") == {"4100": 5}


OPEN = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(0, 900), st.sampled_from(["4100", "4101"]), st.booleans()), max_size=12
)


def drawn(rows, owners=1):
    return [
        item(n, cents, DAY + timedelta(days), account=account, credit=credit, owner=n % owners)
        for n, (cents, days, account, credit) in enumerate(rows)
    ]


@given(OPEN, st.integers(1, 10**7))
def test_an_allocation_is_exact_and_stays_within_each_item(rows, amount):
    open_ = drawn(rows)
    made = rules.allocate(Kind.RECEIPT, Cents(amount), open_)
    known = {i.line_id: i for i in open_}
    assert sum(p.cents for p in made.parts) + made.left == amount
    assert all(0 < p.cents <= known[p.line_id].open_cents and known[p.line_id].debit_cents for p in made.parts)
    assert len({p.line_id for p in made.parts}) == len(made.parts)
    assert sum(rules.by_account(made, "4101").values()) == amount
    owed = sum(i.open_cents for i in open_ if i.debit_cents)
    assert made.left == max(0, amount - owed)


# --- Matching


def test_both_sides_are_matched_the_oldest_due_first_by_owner_and_account():
    open_ = [
        item(1, 100, date(2026, 2, 1)), item(2, 50, date(2026, 1, 1)), item(3, 70, credit=True), item(4, 40, date(2026, 9, 1), credit=True),
        item(5, 30, account="4100"), item(6, 30, credit=True, owner=2),
    ]  # fmt: skip
    found = [(m.debit_line_id.int, m.credit_line_id.int, m.cents) for m in rules.match(open_, {})]
    assert found == [(2, 3, 50), (1, 3, 20), (1, 4, 40)]  # 40 of item 1 stay open, as do 5 and 6


def test_an_entry_and_its_reversal_come_first():
    open_ = [item(1, 100, date(2026, 1, 1)), item(2, 100, date(2026, 2, 1)), item(3, 100, credit=True)]
    mirrors = {UUID(int=3): UUID(int=2), UUID(int=8): UUID(int=1)}  # of the latter the reversal is not open
    for only in (True, False):
        found = rules.match(open_, mirrors, only_mirrors=only)
        assert [(m.debit_line_id.int, m.credit_line_id.int, m.cents) for m in found] == [(2, 3, 100)]


@given(OPEN)
def test_a_match_leaves_one_side_of_each_account_empty(rows):
    open_ = drawn(rows, owners=3)
    left = {i.line_id: i.open_cents for i in open_}
    known = {i.line_id: i for i in open_}
    for m in rules.match(open_, {}):
        d, c = known[m.debit_line_id], known[m.credit_line_id]
        assert (d.owner_id, d.account_code) == (c.owner_id, c.account_code)
        assert d.debit_cents
        assert not c.debit_cents
        left[d.line_id] -= m.cents
        left[c.line_id] -= m.cents
    assert min(left.values(), default=0) >= 0
    for key in {(i.owner_id, i.account_code) for i in open_}:
        mine = [i for i in open_ if (i.owner_id, i.account_code) == key]
        assert 0 in (
            sum(left[i.line_id] for i in mine if i.debit_cents),
            sum(left[i.line_id] for i in mine if not i.debit_cents),
        )


# --- Words


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+++090/9337/55493+++", "090933755493"),  # 0909337554 = 97 × 9374614 - 4 ... its rest is 93
        ("***090/9337/55493***", "090933755493"), ("090/9337/55493", "090933755493"), (" 090933755493 ", "090933755493"),
        ("090933755494", None),  # twelve digits that are any number
        ("March, lift", None), ("", None), ("+32 470 12 34 56", None), ("F 2026/03", None),
    ],
)  # fmt: skip
def test_a_structured_communication_is_told_from_free_text(text, digits):
    assert rules.digits_of(text) == digits


@pytest.mark.parametrize("text", ["+++090/9337/55494+++", "090/9337/55494", "+++12+++"])
def test_one_that_is_marked_as_structured_and_is_none_is_refused(text):
    with pytest.raises(Invalid) as refused:
        rules.digits_of(text)
    assert refused.value.field == "communication"


def test_a_communication_is_shown_as_people_write_it():
    assert rules.shown("090933755493") == "+++090/9337/55493+++"
    assert rules.shown("Lift") == "Lift"


@pytest.mark.parametrize(
    ("due", "late"), [(date(2026, 6, 15), 0), (date(2026, 6, 14), 1), (date(2026, 6, 16), 0), (date(2025, 6, 15), 365)]
)
def test_days_late_begin_the_day_after(due, late):
    assert rules.days_late(due, date(2026, 6, 15)) == late


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reversal_says_why(reason):
    with pytest.raises(Invalid) as refused:
        rules.check_reason(reason)
    assert refused.value.field == "reason"
    assert rules.check_reason(" Slip ") == "Slip"


# --- What is to be paid

LATE, NEXT = date(2026, 3, 1), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("open_", "expected"),
    [
        ([], (0, 0, None, 0)),
        ([item(1, 500, LATE), item(2, 300, NEXT)], (800, 500, LATE, 0)),
        ([item(1, 500, date(2026, 4, 1))], (500, 0, date(2026, 4, 1), 0)),  # due today: not late
        ([item(1, 500, LATE), item(2, 200, credit=True)], (300, 300, LATE, 0)),  # not set against each other yet
        ([item(1, 50_000, NEXT, account="4100"), item(2, 35_450, credit=True)], (50_000, 0, NEXT, 35_450)),
        ([item(1, 100, LATE), item(2, 300, credit=True), item(3, 50, NEXT, account="4100")], (50, 0, NEXT, 200)),
        ([item(1, 300, credit=True)], (0, 0, None, 300)),
    ],
)
def test_what_is_to_be_paid_is_worked_out_for_each_account(open_, expected):
    found = rules.dues_of(open_, date(2026, 4, 1))
    assert (found.to_pay, found.late, found.first_due, found.in_favour) == expected
