from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modules.letters.conftest import content

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import Money, Msgid
from koprogo_app.core.money import Cents
from koprogo_app.modules.letters import rules
from koprogo_app.modules.letters.rules import Channel, Sheet, Slip, Table
from koprogo_app.modules.papers.rules import Recipient, Sender

SENDER = Sender(name="Les Tilleuls", address="Avenue 48, 1180 Uccle", enterprise_number="0777041264")
BOB = Recipient(names=("Bob Dubois",), address=("Avenue 48", "1180 Uccle"), language="fr")


@pytest.mark.parametrize(
    ("email", "consent", "channel"),
    [
        ("bob@example.be", date(2025, 1, 1), Channel.EMAIL),
        ("bob@example.be", None, Channel.POST),  # an address alone is no consent: art. 3.87 §3
        (None, date(2025, 1, 1), Channel.POST),
        ("", date(2025, 1, 1), Channel.POST),
        (None, None, Channel.POST),
    ],
)
def test_e_mail_needs_an_address_and_a_written_consent(email, consent, channel):
    assert rules.channel_of(email, consent) == channel


def test_only_a_letter_by_post_needs_a_postal_address():
    nowhere = Recipient(names=("Bob",), address=(), language="fr")
    long = Recipient(names=("Bob",), address=tuple(f"line {n}" for n in range(7)), language="fr")
    assert rules.in_window(BOB, Channel.POST) == rules.in_window(BOB, Channel.EMAIL) == BOB
    for unreadable in (nowhere, long):
        assert rules.in_window(unreadable, Channel.EMAIL) is None
        with pytest.raises(Invalid) as refused:
            rules.in_window(unreadable, Channel.POST)
        assert refused.value.field == "address"


def test_a_row_has_as_many_cells_as_the_table_has_columns():
    Table(columns=("a", "b"), rows=(("1", "2"),), foot=(("x", "y"),))
    for wrong in ({"rows": (("1",),)}, {"rows": (), "foot": (("1", "2", "3"),)}):
        with pytest.raises(ValueError, match="cells"):
            Table(columns=("a", "b"), **wrong)


@given(
    cents=st.integers(-(10**11), 10**11), words=st.text(max_size=40),
    cells=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5),
    numeric=st.frozensets(st.integers(0, 1)), due=st.none() | st.dates(), recipient=st.sampled_from([BOB, None]),
)  # fmt: skip
def test_a_sheet_that_is_stored_comes_back_as_it_was(cents, words, cells, numeric, due, recipient):
    table = Table(columns=("a", "b"), rows=tuple(cells), numeric=numeric)
    slip = Slip(cents=Cents(cents), iban="BE68539007547034", beneficiary=words, digits="123456789002", due_on=due)
    sheet = Sheet(
        content=content(lead=words, tables=(table,), payment=slip), sender=SENDER, name=words, recipient=recipient, locale="fr",
        issued_on=date(2026, 11, 3),
    )  # fmt: skip
    assert rules.sheet_of(rules.kept(sheet)) == sheet


@pytest.mark.parametrize(
    ("params", "worded"),
    [
        ({"x": 3}, "x is 3"),
        ({"x": "Bob"}, "x is Bob"),
        ({"x": Msgid("Budgets")}, "x is Budgets"),
        ({"x": Money(123_450)}, "x is 1.234,50€"),
        ({"x": date(2026, 11, 3)}, "x is 03/11/2026"),
        ({"x": 2.5}, "x is 2.5"),
    ],
)
def test_a_reason_is_worded_for_its_reader_whenever_he_reads_it(params, worded):
    kept = rules.reason_of("x is {x}", params)
    assert kept.worded("en").replace("\u00a0", "") == worded
    assert rules.Reason(kept.message, dict(kept.params)).worded("en").replace("\u00a0", "") == worded


def test_a_reason_is_kept_as_a_sentence_with_nothing_to_fill():
    assert rules.Reason("The number is {kbo}.", {"kbo": "1"}).worded("en") == "The number is 1."
    assert rules.reason_of("Nothing.", {}).worded("en") == "Nothing."


@pytest.mark.parametrize(
    ("waiting", "made", "counted", "refused"),
    [(0, 3, 3, False), (1, 3, 3, True), (0, 4, 3, True), (0, 2, 3, True), (0, 0, 0, False)],
)
def test_only_letters_that_were_seen_are_called_posted(waiting, made, counted, refused):
    if refused:
        with pytest.raises(Conflict):
            rules.check_posted(waiting, made, counted)
    else:
        rules.check_posted(waiting, made, counted)


@pytest.mark.parametrize(("waiting", "made", "refused"), [(0, 1, False), (1, 1, True), (0, 0, True)])
def test_a_batch_is_printed_whole_or_not_at_all(waiting, made, refused):
    if refused:
        with pytest.raises(Conflict):
            rules.check_printed(waiting, made)
    else:
        rules.check_printed(waiting, made)


def test_counts_add_up():
    counts = rules.Counts(waiting=2, made=3, sent=4, failed=1, email=6, post=4)
    assert (counts.total, counts.done) == (10, 8)
