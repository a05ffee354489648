from fractions import Fraction
from hashlib import sha256
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.verification import rules
from koprogo_app.modules.verification.rules import Conclusion, Draw, JournalPart, Progress, Sample, Status

ONE, TWO = UUID(int=1), UUID(int=2)


def entry(journal, number, cents):
    return SimpleNamespace(journal=journal, number=number, total_cents=cents)


@pytest.mark.parametrize(
    ("conclusion", "words", "unsettled", "remarks", "field"),
    [
        (Conclusion.APPROVED, "", 0, 0, None),
        (Conclusion.APPROVED, "", 0, 3, None),
        (Conclusion.APPROVED, "All in order", 1, 3, "conclusion"),
        (Conclusion.WITH_REMARKS, "", 1, 1, None),
        (Conclusion.WITH_REMARKS, "", 0, 1, None),
        (Conclusion.WITH_REMARKS, "The bank is late", 0, 0, None),
        (Conclusion.WITH_REMARKS, " ", 0, 0, "conclusion_words"),
        (Conclusion.NOT_APPROVED, "Half the vouchers are missing", 0, 0, None),
        (Conclusion.NOT_APPROVED, "\n", 2, 2, "conclusion_words"),
    ],
)
def test_a_conclusion_fits_the_remarks(conclusion, words, unsettled, remarks, field):
    if field is None:
        rules.check_conclusion(conclusion, words, unsettled, remarks)
        return
    with pytest.raises(Invalid) as refused:
        rules.check_conclusion(conclusion, words, unsettled, remarks)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    ("role", "reader", "signer", "allowed"),
    [
        (Role.AUDITOR, ONE, ONE, True),
        (Role.AUDITOR, ONE, TWO, True),
        (Role.BOARD_MEMBER, ONE, ONE, True),
        (Role.BOARD_MEMBER, ONE, TWO, False),
        (Role.SUPERADMIN, ONE, TWO, False),
        (Role.SYSTEM, None, None, False),
    ],
)
def test_who_withdraws_a_signature(role, reader, signer, allowed):
    if allowed:
        rules.check_withdrawal(Status.SIGNED, "A mistake", role, reader, signer)
    else:
        with pytest.raises(Forbidden):
            rules.check_withdrawal(Status.SIGNED, "A mistake", role, reader, signer)


def test_a_withdrawal_needs_a_signature_and_a_reason():
    with pytest.raises(Invalid):
        rules.check_withdrawal(Status.OPEN, "A mistake", Role.AUDITOR, ONE, None)
    with pytest.raises(Invalid) as refused:
        rules.check_withdrawal(Status.SIGNED, " ", Role.AUDITOR, ONE, ONE)
    assert set(refused.value.fields) == {"reason"}


def test_nobody_verifies_what_he_entered():
    rules.check_seen_by(ONE, TWO)
    rules.check_seen_by(None, None)
    with pytest.raises(Invalid):
        rules.check_seen_by(ONE, ONE)


@pytest.mark.parametrize(
    ("source", "own"),
    [("call", True), ("statement:reversal", True), ("opening", True), ("manual", False), ("manual:reversal", False),
     ("invoice", False), ("payment", False), ("callback", False)],
)  # fmt: skip
def test_which_entries_bring_their_own_paper(source, own):
    assert rules.keeps_own_paper(source) is own


@pytest.mark.parametrize(
    ("share", "tenths"),
    [(Fraction(0), 0), (Fraction(1, 3), 333), (Fraction(2, 3), 666), (Fraction(999_999, 1_000_000), 999), (Fraction(1), 1000)],
)  # fmt: skip
def test_a_hundred_percent_is_everything(share, tenths):
    assert rules.tenths(share) == tenths


def test_journals_add_up():
    parts = [
        JournalPart("ACH", Progress(2, 1, Cents(59_050), Cents(25_050))),
        JournalPart("FIN", Progress(4, 0, Cents(82_250), Cents(0))),
    ]
    total = rules.total_of(parts)
    assert (total.entries, total.seen, total.cents, total.seen_cents) == (6, 1, 141_300, 25_050)
    assert (total.share, total.cents_share) == (Fraction(1, 6), Fraction(25_050, 141_300))
    assert rules.total_of([]).share == 0


@pytest.mark.parametrize(
    ("text", "sample"),
    [("largest-20", Sample(Draw.LARGEST, 20)), ("random-25-4711", Sample(Draw.RANDOM, 25, 4711)), ("random-1-0", Sample(Draw.RANDOM, 1, 0))],
)  # fmt: skip
def test_a_sample_is_kept_as_a_text(text, sample):
    assert rules.read_sample(text) == sample
    assert str(sample) == text


@pytest.mark.parametrize(
    ("text", "field"),
    [("", "draw"), ("best-3", "draw"), ("largest", "size"), ("largest-0", "size"), ("largest-501", "size"), ("random-10", "seed"),
     ("random-10-x", "seed"), ("random-10-1000000", "seed"), ("random-²-1", "size")],
)  # fmt: skip
def test_a_sample_that_is_none_is_said_beside_its_field(text, field):
    with pytest.raises(Invalid) as refused:
        rules.read_sample(text)
    assert set(refused.value.fields) == {field}


def test_the_largest_come_first_and_ties_by_number():
    entries = [
        entry("FIN", 2, 500),
        entry("ACH", 9, 500),
        entry("ODS", 1, 900),
        entry("FIN", 1, 500),
        entry("VEN", 1, 10),
    ]
    found = rules.drawn(entries, Sample(Draw.LARGEST, 4))
    assert [(e.journal, e.number) for e in found] == [("ODS", 1), ("ACH", 9), ("FIN", 1), ("FIN", 2)]


def test_a_draw_can_be_made_again_by_hand():
    entries = [entry("ACH", n, n) for n in range(1, 41)]
    by_hand = sorted(range(1, 41), key=lambda n: sha256(f"4711/ACH {n}".encode()).hexdigest())[:5]
    assert [e.number for e in rules.drawn(entries, Sample(Draw.RANDOM, 5, 4711))] == by_hand
    assert [e.number for e in rules.drawn(reversed(entries), Sample(Draw.RANDOM, 5, 4711))] == by_hand


@given(st.sets(st.integers(1, 300), min_size=2), st.integers(1, 50), st.integers(0, 999_999))
def test_a_later_entry_takes_at_most_one_place(numbers, size, seed):
    entries = [entry("FIN", n, 1) for n in sorted(numbers)]
    before = {e.number for e in rules.drawn(entries[:-1], Sample(Draw.RANDOM, size, seed))}
    after = {e.number for e in rules.drawn(entries, Sample(Draw.RANDOM, size, seed))}
    assert len(after) == min(size, len(entries))
    assert len(before - after) <= 1


@pytest.mark.parametrize(
    ("text", "message"), [("  ", "This field is required."), ("x" * 2001, "Use at most {max_length} characters.")]
)
def test_a_text_has_words_and_an_end(text, message):
    with pytest.raises(Invalid) as refused:
        rules.check_text(text, "text")
    assert (refused.value.message, set(refused.value.fields)) == (message, {"text"})
    assert rules.check_text(" Why? ", "text") == "Why?"
