from koprogo_app.modules.gates.rules import check
from koprogo_app.modules.headings.rules import propose
from koprogo_app.modules.imports.rules import build_draft
from koprogo_app.modules.registers.rules import Choices
from koprogo_app.modules.sheets.rules import make_sheet

HEAD = ["Lot", "Nature", "Quotités", "Propriétaire"]


def gates(rows, choices):
    book = [make_sheet("x", [HEAD, *rows])]
    return {gate.code: gate for gate in build_draft(book, propose(book), choices).gates}


def test_arithmetic_and_identity_block_and_the_rest_can_wait():
    found = gates([["1", "Cave", 10, "CLAES Jan"]], Choices(deed_total=10, building={"kbo": "0845.112.696"}))
    assert [code for code, gate in found.items() if gate.blocking] == [
        *("shares", "numbers", "owned", "parts", "lines", "association"),
    ]
    assert [code for code, gate in found.items() if not gate.blocking] == [
        *("file_total", "keys", "alike", "representatives", "emails", "ibans", "companies"),
    ]
    assert all(gate.passed for gate in found.values())


def test_the_shares_gate_says_how_many_are_missing_or_too_many():
    rows = [["1", "Cave", 10, "CLAES Jan"]]
    few, many, none = (gates(rows, Choices(deed_total=total))["shares"] for total in (12, 7, None))
    assert few.detail.format(**few.params) == "Missing shares: 2."
    assert many.detail.format(**many.params) == "Shares in excess: 3."
    assert none.detail == "State the total of the base deed."
    assert (few.figure.format(**few.params), few.article) == ("10 / 12", "3.85 §1")


def test_lots_are_named_in_the_sentence_up_to_five():
    found = gates([[f"L{i}", "Cave", 10, ""] for i in range(7)], Choices())["owned"]
    assert found.detail.format(**found.params) == "Lots without an owner: L0, L1, L2, L3, L4 (+2)."


def test_the_law_is_quoted_where_the_vote_is_suspended():
    found = gates([["1", "Cave", 10, "CLAES Jan (1/2) / PEETERS An (1/2)"]], Choices())["representatives"]
    assert (found.passed, found.blocking, found.article, found.params["count"]) == (False, False, "3.87 §1", 1)


def test_every_sentence_has_its_params():
    book = [make_sheet("x", [HEAD, ["1", "Cave", "x", "CLAES Jan et PEETERS An"], ["1", "Cave", 5, ""]])]
    draft = build_draft(book, propose(book), Choices())
    for gate in check(draft, Choices()):
        assert "{" not in gate.figure.format(**gate.params) + gate.detail.format(**gate.params)
    for finding in draft.findings:
        assert "{" not in finding.message.format(**finding.params)
