from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.trade import Right
from koprogo_app.modules.headings.rules import propose
from koprogo_app.modules.holdings.rules import is_whole, sides
from koprogo_app.modules.imports.rules import build_draft
from koprogo_app.modules.parsing.rules import Severity
from koprogo_app.modules.registers.rules import Choices
from koprogo_app.modules.sheets.rules import make_sheet

HALF, ONE = Fraction(1, 2), Fraction(1)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([(Right.FULL, ONE)], True),
        ([(Right.FULL, HALF)], False),
        ([(Right.UNDIVIDED, HALF), (Right.UNDIVIDED, HALF)], True),
        ([(Right.UNDIVIDED, Fraction(1, 3)), (Right.UNDIVIDED, Fraction(1, 3))], False),
        ([(Right.USUFRUCT, ONE), (Right.BARE, ONE)], True),
        ([(Right.USUFRUCT, ONE), (Right.BARE, HALF), (Right.BARE, HALF)], True),
        ([(Right.FULL, HALF), (Right.USUFRUCT, HALF), (Right.BARE, HALF)], True),  # the surviving spouse and a child
        ([(Right.USUFRUCT, ONE)], False),
        ([(Right.BARE, ONE)], False),
        ([(Right.FULL, ONE), (Right.USUFRUCT, HALF)], False),
        ([(Right.EMPHYTEUSIS, ONE)], True),
        ([(Right.EMPHYTEUSIS, ONE), (Right.BARE, ONE)], True),
        ([(Right.HABITATION, ONE)], False),
        ([], False),
    ],
)
def test_a_lot_is_whole_in_ownership_and_in_enjoyment(parts, whole):
    assert is_whole(parts) is whole


@given(st.lists(st.tuples(st.sampled_from(list(Right)), st.fractions(0, 1)), max_size=8))
def test_a_whole_lot_never_passes_one_on_either_side(parts):
    own, enjoyment = sides(parts)
    assert not is_whole(parts) or (own in (0, 1) and enjoyment == 1)


def draft(owner, fixes=None, remark=""):
    head = ["Lot", "Nature", "Quotités", "Propriétaire", "Remarque"]
    book = [make_sheet("x", [head, ["1", "Cave", 10, owner, remark]])]
    return build_draft(book, propose(book), Choices(fixes or {}))


def parts(draft):
    return [(Fraction(h.numerator, h.denominator), h.right) for h in draft.holdings]


def codes(draft):
    return {finding.code for finding in draft.findings}


def test_one_owner_holds_all_in_full_ownership_and_needs_no_representative():
    alone = draft("CLAES Jan")
    assert parts(alone) == [(ONE, Right.FULL)]
    assert codes(alone) == set()


def test_a_lessee_alone_is_accepted_and_the_missing_bare_owner_is_said():
    """The sides of a cost are property and enjoyment: without the bare owner the lot has only one (splits.rules)."""
    alone = draft("CLAES Jan (emphytéose)")
    assert parts(alone) == [(ONE, Right.EMPHYTEUSIS)]
    (asked,) = [finding for finding in alone.findings if finding.code == "bare_missing"]
    assert (asked.severity, asked.params) == (Severity.LATER, {"lot": "1"})
    both = draft("CLAES Jan (emphytéose) / PEETERS An (nue-propriété)", {"0:2:split": "1/1 + 1/1"})
    assert "bare_missing" not in codes(both)


def test_halves_of_one_owner_are_the_whole_in_full_ownership():
    head = ["Lot", "Nature", "Quotités", "Propriétaire", "Part"]
    book = [make_sheet("x", [head, *[["1", "Cave", 10, "CLAES Jan", "1/2"]] * 2])]
    fixes = {"same:0:3:0": "0:2:0"}
    one = build_draft(book, propose(book), Choices(fixes))
    assert (parts(one), codes(one)) == ([(ONE, Right.FULL)], set())


def test_parts_written_beside_the_names_are_taken_and_the_lot_is_undivided():
    two = draft("CLAES Jan (1/4) / PEETERS An (3/4)")
    assert parts(two) == [(Fraction(1, 4), Right.UNDIVIDED), (Fraction(3, 4), Right.UNDIVIDED)]
    assert codes(two) == {"representative"}


def test_parts_of_a_couple_are_never_taken_for_halves_without_a_word():
    couple = draft("CLAES Jan et PEETERS An")
    assert parts(couple) == []
    told = draft("CLAES Jan et PEETERS An", {"0:2:split": "1/3 + 2/3"})
    assert parts(told) == [(Fraction(1, 3), Right.UNDIVIDED), (Fraction(2, 3), Right.UNDIVIDED)]
    assert "split" in codes(draft("CLAES Jan et PEETERS An", {"0:2:split": "1/3 + 1/3"}))


def test_bare_owners_share_the_bare_ownership_and_the_usufruct_stays_whole():
    family = draft("A Eve (usufruit) / B Jan (nue-propriété) / C An (nue-propriété)")
    split = next(finding for finding in family.findings if finding.code == "split_missing")
    assert split.proposal == "1/1 + 1/2 + 1/2"
    accepted = draft("A Eve (usufruit) / B Jan (nue-propriété) / C An (nue-propriété)", {split.target: split.proposal})
    assert parts(accepted) == [(ONE, Right.USUFRUCT), (HALF, Right.BARE), (HALF, Right.BARE)]


def test_a_right_beside_one_name_only_asks_for_the_other():
    assert "right_missing" in codes(draft("LEMAIRE Eve (usufruit) / LEMAIRE Paul"))


def test_a_representative_is_proposed_from_the_remark_and_taken_only_when_accepted():
    owner = "LEMAIRE Eve (usufruit) / LEMAIRE Paul (nue-propriété)"
    asked = draft(owner, remark="représentant : Paul")
    proposal = next(finding for finding in asked.findings if finding.code == "representative")
    assert (proposal.proposal, asked.lots[0].representative) == ("LEMAIRE Paul", "")
    named = draft(owner, {proposal.target: proposal.proposal}, "représentant : Paul")
    assert [h.representative for h in named.holdings] == [False, True]
    assert "representative" not in codes(named)
