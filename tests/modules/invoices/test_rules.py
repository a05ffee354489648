from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import translate
from koprogo_app.modules.invoices import amounts, rules
from koprogo_app.modules.invoices.rules import Action, Approval, Payment, Status
from koprogo_app.modules.invoices.vat import is_charged, vat_remarks

D = Decimal


@dataclass
class State:
    approval: str
    payment: str


# Each action, from every state: the state it leads to, or a refusal. Written out by hand from the workflow of the contract.
#   approvals: d draft, s submitted, r refused, p posted; payments: - pending, o overdue, P paid, x cancelled
TABLE = """
edit        d- d-   do do   r- r-   ro ro
submit      d- s-   do so   r- s-   ro so
approve     s- p-   so po
refuse      s- r-   so ro
undo        p- d-   po do
pay         p- pP   po pP
unpay       pP p-
overdue     d- do   s- so   r- ro   p- po
cancel      d- dx   do dx   s- sx   so sx   r- rx   ro rx
reactivate  dx d-   sx s-   rx r-
"""
LETTER = {"d": Approval.DRAFT, "s": Approval.SUBMITTED, "r": Approval.REFUSED, "p": Approval.POSTED, "-": Payment.PENDING,
          "o": Payment.OVERDUE, "P": Payment.PAID, "x": Payment.CANCELLED}  # fmt: skip
MOVES = {
    (line.split()[0], a): b
    for line in TABLE.strip().splitlines()
    for a, b in zip(line.split()[1::2], line.split()[2::2], strict=True)
}
ALL = ["".join(pair) for pair in product("dsrp", "-oPx")]


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", ALL)
def test_the_states_and_the_steps_between_them(action, state):
    invoice = State(LETTER[state[0]], LETTER[state[1]])
    expected = MOVES.get((action.value, state))
    assert rules.may(action, invoice) is (expected is not None)
    if expected is None:
        with pytest.raises(Invalid):
            rules.check(action, invoice)
    else:
        rules.check(action, invoice)
        assert rules.after(action, invoice) == (LETTER[expected[0]], LETTER[expected[1]])
        arrived = State(LETTER[expected[0]], LETTER[expected[1]])
        assert rules.done(action, arrived) is (action != Action.EDIT)


@pytest.mark.parametrize(
    ("action", "state"), [("approve", "px"), ("submit", "sx"), ("pay", "p-"), ("approve", "s-"), ("cancel", "d-")]
)
def test_what_is_elsewhere_is_not_done(action, state):
    assert not rules.done(Action(action), State(LETTER[state[0]], LETTER[state[1]]))


@pytest.mark.parametrize(
    ("state", "due", "status"),
    [
        ("d-", None, Status.DRAFT), ("dx", None, Status.CANCELLED), ("s-", "2026-01-01", Status.SUBMITTED), ("ro", None, Status.REFUSED),
        ("p-", None, Status.TO_PAY), ("p-", "2026-03-10", Status.TO_PAY), ("p-", "2026-03-09", Status.LATE),
        ("po", "2027-01-01", Status.LATE), ("pP", "2026-01-01", Status.PAID),
    ],
)  # fmt: skip
def test_one_word_for_both_halves(state, due, status):
    invoice = State(LETTER[state[0]], LETTER[state[1]])
    assert rules.status_of(invoice, date.fromisoformat(due) if due else None, date(2026, 3, 10)) == status


@pytest.mark.parametrize(
    ("gross", "limit", "other"),
    [
        (100_001, 100_000, True),
        (100_000, 100_000, False),
        (-100_001, 100_000, True),
        (10**9, None, False),
        (1, 0, True),
    ],
)
def test_four_eyes_above_the_limit(gross, limit, other):
    assert rules.needs_other(gross, limit) is other


@pytest.mark.parametrize(
    ("lines", "gross", "stated", "supplier", "fields"),
    [
        (1, 12_100, None, True, set()), (1, 12_100, 12_100, True, set()), (1, 12_100, 12_101, True, {"stated_cents"}),
        (0, 0, None, True, {"lines"}), (1, 0, None, True, {"lines"}), (2, -5, None, True, {"lines"}),
        (1, 100, None, False, {"supplier_id"}), (0, 0, 5, False, {"supplier_id", "lines"}),
    ],
)  # fmt: skip
def test_what_an_invoice_lacks(lines, gross, stated, supplier, fields):
    assert set(rules.check_complete(lines, gross, stated, uuid4() if supplier else None)) == fields


def test_a_total_that_is_not_the_papers_is_named_as_the_reader_writes_amounts():
    refused = rules.check_complete(1, 123_456, 123_465, uuid4())["stated_cents"]
    said = translate("de", refused.message, **refused.params)
    assert "1.234,56\u00a0€" in said
    assert "1.234,65\u00a0€" in said


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_a_reason_is_given_and_short(reason):
    with pytest.raises(Invalid) as refused:
        rules.check_reason(reason)
    assert refused.value.field == "reason"


# --- Twice the same


@dataclass
class Paper:
    number: str
    gross_cents: int
    issued_on: date
    kind: str = "invoice"
    id: UUID = field(default_factory=uuid4)

    @property
    def number_key(self) -> str:
        return rules.number_key(self.number)


@pytest.mark.parametrize(
    ("number", "found"),
    [("F26-40871", True), ("f26 40871", True), ("F26/408.71", True), ("F26-40872", False), ("", False), ("---", False)],
)
def test_a_number_is_known_again_however_it_is_written(number, found):
    paper = Paper("F26-40871", 1, date(2026, 1, 1))
    assert (rules.same_number([paper], "invoice", rules.number_key(number)) is paper) is found
    assert rules.same_number([paper], "credit_note", rules.number_key(number)) is None


@pytest.mark.parametrize(
    ("gross", "on", "found"),
    [(500, "2026-03-31", True), (500, "2026-04-01", False), (500, "2026-01-30", True), (501, "2026-03-01", False)],
)
def test_the_same_amount_within_thirty_days_is_looked_at(gross, on, found):
    paper = Paper("A", gross, date.fromisoformat(on))
    assert (rules.same_amount([paper], "invoice", 500, date(2026, 3, 1)) is paper) is found


# --- Amounts


@pytest.mark.parametrize(
    ("quantity", "price", "vat", "expected"),
    [
        ("1", "1000", "21", (100_000, 21_000, 121_000)),  # the contract's own figures
        ("1", "5000", "6", (500_000, 30_000, 530_000)),
        ("1", "45000", "6", (4_500_000, 270_000, 4_770_000)),
        ("3", "0.335", "21", (101, 21, 122)),  # 1.005 goes up; 21 % of 1.01 is 0.2121
        ("1", "0.05", "21", (5, 1, 6)),  # 0.0105
        ("1", "2.50", "6", (250, 15, 265)),
        ("1", "0.25", "6", (25, 2, 27)),  # 0.015 goes up
        ("-1", "0.25", "6", (-25, -2, -27)),  # and down below zero
        ("2.5", "10", "12", (2_500, 300, 2_800)),
        ("1", "121", None, (12_100, 0, 12_100)),
        ("1", "80", "0", (8_000, 0, 8_000)),
        ("0", "80", "21", (0, 0, 0)),
    ],
)
def test_a_line_is_rounded_once(quantity, price, vat, expected):
    found = amounts.line_amounts(D(quantity), D(price), None if vat is None else D(vat))
    assert (found.net, found.vat, found.gross) == expected


@pytest.mark.parametrize(("vat", "ok"), [(2100, True), (2105, True), (2095, True), (2106, False), (0, False)])
def test_the_vat_of_the_paper_may_be_rounded_otherwise(vat, ok):
    if ok:
        assert amounts.line_amounts(D(1), D(100), D(21), vat).gross == 10_000 + vat
    else:
        with pytest.raises(Invalid) as refused:
            amounts.line_amounts(D(1), D(100), D(21), vat)
        assert refused.value.field == "vat_cents"


def test_a_line_beyond_any_invoice_is_refused():
    with pytest.raises(Invalid) as refused:
        amounts.line_amounts(D(10**6), D(10**6), D(21))
    assert refused.value.field == "unit_price"


PRICE = st.decimals("-99999", "99999", places=4)


@given(st.lists(st.tuples(st.decimals("0", "999", places=3), PRICE, st.sampled_from([None, 0, 6, 12, 21])), max_size=8))
def test_an_invoice_is_the_sum_of_its_lines_and_a_credit_note_its_mirror(lines):
    @dataclass
    class Line:
        net_cents: int
        vat_cents: int
        gross_cents: int

    made = []
    for quantity, price, rate in lines:
        a = amounts.line_amounts(quantity, price, None if rate is None else D(rate))
        b = amounts.line_amounts(quantity, -price, None if rate is None else D(rate))
        assert (b.net, b.vat, b.gross) == (-a.net, -a.vat, -a.gross)
        assert abs(D(a.net) - quantity * price * 100) <= D("0.5")
        made.append(Line(a.net, a.vat, a.gross))
    total = amounts.total(made)
    assert total.gross == total.net + total.vat == sum(line.gross_cents for line in made)
    assert amounts.signed("credit_note", total.gross) == -amounts.signed("invoice", total.gross)


@pytest.mark.parametrize(
    ("limits", "found"), [([], None), ([None], None), ([None, 5], 5), ([7, None, 0, 9], 0), ([3], 3)]
)  # fmt: skip
def test_the_strictest_limit_is_the_lowest_there_was(limits, found):
    assert rules.strictest(limits) == found


# --- VAT


@pytest.mark.parametrize(
    ("rates", "category", "year", "about"),
    [
        (["21"], "works", 2024, []),
        (["6"], "works", 2016, []),
        (["6"], "works", 2017, ["ten years"]),
        (["6"], "repairs", None, ["not entered"]),
        (["6", "6", "21"], "maintenance", 2020, ["ten years"]),
        (["6"], "utilities", 2024, []),  # water, gas and electricity
        (["6"], "cleaning", 1950, ["Cleaning"]),
        (["12"], "works", 1950, ["social housing"]),
        (["0", None], "other", 1950, ["without VAT"]),
        (["20", "5.5"], "other", 1950, ["no Belgian", "no Belgian"]),
        ([None], "cleaning", None, []),
    ],
)
def test_rates_that_do_not_go_without_saying(rates, category, year, about):
    given_rates = [None if r is None else D(r) for r in rates]
    found = list(vat_remarks(given_rates, category, year, date(2026, 3, 1)))
    assert len(found) == len(about)
    assert all(words in remark.message for words, remark in zip(about, found, strict=True))


@pytest.mark.parametrize(
    ("rate", "country", "charged"),
    [
        ("6", "BE", True), ("19", "BE", False), ("19", "Belgique", False), ("19", "be", False), ("19", "", False),
        ("19", "Atlantis", False), ("19", "DE", True), ("19", "Allemagne", True), (None, "BE", True),
    ],
)  # fmt: skip
def test_who_charges_a_rate(rate, country, charged):
    assert is_charged(None if rate is None else D(rate), country) is charged
