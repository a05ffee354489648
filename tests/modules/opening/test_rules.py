"""Amounts, columns, lines and checks; the expected values are counted by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.accounts.service import standard_chart
from koprogo_app.modules.opening import rules
from koprogo_app.modules.opening.amounts import notation, plain_amount, read_amount, read_day
from koprogo_app.modules.opening.columns import Field, map_sheet, read_heading, with_column
from koprogo_app.modules.opening.lines import ChartAccount, Known, KnownParty, Line, Role, propose_account, settle
from koprogo_app.modules.opening.reading import HAND, PARTY, Choices, SourceSheet, read_source
from koprogo_app.modules.opening.rules import Books
from koprogo_app.modules.sheets.rules import EXACT

DAY = date(2026, 1, 1)
EMPTY = Books(None, 0)
CHART = {
    row["code"]: ChartAccount(row["code"], row["kind"], row["postable"] == "1", row["party"] or None, row["purpose"] or None)
    for row in standard_chart()
}  # fmt: skip
JEAN = KnownParty("11111111-1111-1111-1111-111111111111", "Dupont Jean", frozenset({"a1"}))
ANNA = KnownParty("22222222-2222-2222-2222-222222222222", "Peeters Anna", frozenset({"a2", "g1"}), contact=True)
MARC = KnownParty("33333333-3333-3333-3333-333333333333", "Peeters Marc", frozenset({"g1"}))
LIFT = KnownParty("44444444-4444-4444-4444-444444444444", "Ascenseurs Nord")
KNOWN = Known(CHART, {"owner": [JEAN, ANNA, MARC], "supplier": [LIFT]})


def settled(*rows: str, choices: Choices | None = None, known: Known = KNOWN) -> list[Line]:
    """settled("551;Bank;100,00;", …) under the headings account, words, debit, credit, person, lot."""
    sheet = SourceSheet(0, "f.csv", "f.csv", (("Compte", "Libellé", "Débit", "Crédit", "Copropriétaire", "Lot"), *(tuple(row.split(";")) for row in rows)))  # fmt: skip
    choices = choices or Choices()
    return list(settle(read_source([sheet], [map_sheet(sheet.rows)], choices).lines, known, choices))


def checks(*rows: str, books: Books = EMPTY, stated=None):
    return {gate.key: gate for gate in rules.gates(settled(*rows), KNOWN, DAY, books, stated)}


# --- Amounts


@pytest.mark.parametrize(
    ("text", "mark", "cents"),
    [
        ("1.234,56", "", 123_456), ("1,234.56", "", 123_456), ("1 234,5", "", 123_450), ("1'234.50", "", 123_450), ("1.234.567", "", 123_456_700),
        ("0", "", 0), ("0,00", "", 0), ("12", "", 1200), ("€ 12,5", "", 1250), ("12,50 EUR", "", 1250), ("-3", "", -300), ("3-", "", -300),
        ("(50,00)", "", -5000), ("\u22123,00", "", -300), ("+7", "", 700), ("80,00 C", "", -8000), ("80,00 D", "", 8000), ("80,00 H", "", -8000),
        ("80,00 S", "", 8000), ("80 CR", "", -8000), ("1.234", ",", 123_400), ("1,234", ".", 123_400), ("1234.5600000000001", "", 123_456),
        ("2499.9999999999995", "", 250_000), (f"1234.5{EXACT}", ".", 123_450),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_both_notations(text, mark, cents):
    assert (read_amount(text, mark).value, read_amount(text, mark).problem) == (cents, None)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—"])
def test_nothing_is_no_amount(text):
    assert (read_amount(text).value, read_amount(text).problem) == (None, None)


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [
        ("12,3456", "", "decimals"), ("1,234", ",", "decimals"), ("1.234", ".", "decimals"), (f"1.234{EXACT}", "", "decimals"), ("0,005", "", "decimals"),
        ("1.234", "", "ambiguous"), ("abc", "", "number"), ("12a", "", "number"), ("1.2.3", "", "number"), ("--5", "", "number"), ("9" * 20, "", "number"),
        ("1e5", "", "number"), ("=A1+B2", "", "number"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_a_problem(text, mark, code):
    read = read_amount(text, mark)
    assert read.value is None
    assert read.problem
    assert read.problem.code == code


def test_the_notation_is_that_of_the_column():
    assert notation(["1.234", "12,50"]) == ","
    assert notation(["1,234", "12.50"]) == "."
    assert notation(["1.234", "12"]) == ""
    assert notation(["12,50", "12.50"]) == ""


@given(st.integers(-(10**14), 10**14), st.sampled_from(["", ",", "."]))
def test_a_plain_amount_is_read_again_to_the_cent(cents, mark):
    assert read_amount(plain_amount(cents), mark).value == cents


@given(st.text(max_size=30), st.sampled_from(["", ",", "."]))
def test_any_text_is_an_amount_a_problem_or_nothing(text, mark):
    read = read_amount(text, mark)
    assert read.value is None or read.problem is None


@pytest.mark.parametrize(("text", "day"), [("31.12.2025", date(2025, 12, 31)), ("1/2/2025", date(2025, 2, 1)), ("2025-12-31", date(2025, 12, 31)), ("", None)])  # fmt: skip
def test_a_day_is_read_with_the_day_first(text, day):
    assert read_day(text).value == day


@pytest.mark.parametrize("text", ["31/02/2025", "soon", "2025"])
def test_another_text_is_no_day(text):
    assert read_day(text).problem


# --- Columns


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("N° compte", Field.ACCOUNT), ("Rekeningnummer", Field.ACCOUNT), ("Konto-Nr.", Field.ACCOUNT), ("Account number", Field.ACCOUNT),
        ("Intitulé du compte", Field.LABEL), ("Omschrijving", Field.LABEL), ("Kontobezeichnung", Field.LABEL), ("Description", Field.LABEL),
        ("Débit (EUR)", Field.DEBIT), ("Debet", Field.DEBIT), ("Soll", Field.DEBIT), ("Debit", Field.DEBIT), ("Solde débiteur", Field.DEBIT),
        ("Crédit", Field.CREDIT), ("Haben", Field.CREDIT), ("Saldo Haben", Field.CREDIT), ("Creditsaldo", Field.CREDIT),
        ("Solde au 31/12/2025", Field.BALANCE), ("Saldo", Field.BALANCE), ("Betrag", Field.BALANCE), ("Balance", Field.BALANCE),
        ("D/C", Field.SIDE), ("Sens", Field.SIDE), ("Copropriétaire", Field.PERSON), ("Mede-eigenaar", Field.PERSON), ("Miteigentümer", Field.PERSON),
        ("Co-owner", Field.PERSON), ("Lot", Field.LOT), ("Kavel", Field.LOT), ("Unit", Field.LOT), ("Réf.", Field.REFERENCE), ("Mededeling", Field.REFERENCE),
        ("Fällig am", Field.DUE), ("Vervaldag", Field.DUE), ("Date d'échéance", Field.DUE),
    ],
)  # fmt: skip
def test_a_heading_is_known_in_four_languages(heading, field):
    found = read_heading(heading)
    assert found
    assert found[1] == field


def test_balances_go_before_movements():
    assert map_sheet([["Compte", "Débit", "Crédit", "Solde débiteur", "Solde créditeur"]]).columns == (Field.ACCOUNT, Field.IGNORE, Field.IGNORE, Field.DEBIT, Field.CREDIT)  # fmt: skip
    assert map_sheet([["Compte", "Débit", "Crédit", "Solde"]]).columns == (
        Field.ACCOUNT,
        Field.IGNORE,
        Field.IGNORE,
        Field.BALANCE,
    )


def test_a_bare_name_beside_accounts_is_theirs_and_alone_a_persons():
    assert map_sheet([["Compte", "Nom", "Solde"]]).columns[1] == Field.LABEL
    assert map_sheet([["Nom", "Lot", "Solde"]]).columns[0] == Field.PERSON


def test_the_headings_are_found_below_titles_and_a_sheet_without_is_not_read():
    assert map_sheet([["ACP Molière"], [], ["Compte", "Solde"], ["551", "1"]]).header == 2
    bare = map_sheet([["551", "Banque", "100"]])
    assert (bare.header, bare.used) == (-1, False)


def test_a_meaning_moves_from_one_column_to_another():
    mapped = with_column(map_sheet([["Compte", "Solde", "Autre"]]), 2, Field.BALANCE)
    assert mapped.columns == (Field.ACCOUNT, Field.IGNORE, Field.BALANCE)


# --- Rows


def read(*rows: list[str]):
    sheet = SourceSheet(0, "f.csv", "f.csv", tuple(tuple(row) for row in rows))
    return read_source([sheet], [map_sheet(sheet.rows)], Choices())


def test_one_column_of_balances_goes_to_its_side():
    found = read(["Compte", "Solde"], ["551", "10,00"], ["100", "-4,00"], ["160", "6,00-"])
    assert [(line.text("debit"), line.text("credit")) for line in found.lines] == [
        ("10.00", ""),
        ("", "4.00"),
        ("", "6.00"),
    ]


def test_a_letter_says_the_side():
    found = read(["Konto", "Saldo", "S/H"], ["551", "10,00", "S"], ["100", "10,00", "H"])
    assert [(line.text("debit"), line.text("credit")) for line in found.lines] == [("10.00", ""), ("", "10.00")]


def test_titles_totals_and_repeated_headings_are_set_aside():
    found = read(
        ["Compte", "Libellé", "Débit", "Crédit"], ["", "Actif", "", ""], ["551", "Banque", "10,00", ""], ["Total classe 5", "", "10,00", "0,00"],
        ["Compte", "Libellé", "Débit", "Crédit"], ["100", "Fonds", "", "10,00"], ["", "TOTAL GENERAL", "10,00", "10,00"],
    )  # fmt: skip
    assert [line.text("account") for line in found.lines] == ["551", "100"]
    assert [(a.row, a.reason) for a in found.aside] == [
        (2, "remark"),
        (4, "subtotal"),
        (5, "headings again"),
        (7, "total"),
    ]
    assert found.stated == (1000, 1000)


def test_a_firm_whose_name_begins_like_a_total_is_no_total():
    found = read(
        ["Fournisseur", "Solde"],
        ["Total Énergies SA", "-10,00"],
        ["TotalEnergies", "-5,00"],
        ["Total", "-15,00"],
        ["Totaal saldi", "1,00"],
    )
    assert [line.text("person") for line in found.lines] == ["Total Énergies SA", "TotalEnergies"]


def test_an_account_and_its_name_in_one_cell_are_parted():
    found = read(["Compte", "Solde"], ["551 - Compte à vue", "1,00"], ["550 Épargne", "1,00"])
    assert [(line.text("account"), line.text("label")) for line in found.lines] == [
        ("551", "Compte à vue"),
        ("550", "Épargne"),
    ]


# --- Lines


@pytest.mark.parametrize(
    ("code", "account"),
    [
        ("550000", "550"), ("100000", "100"), ("410100", "4101"), ("4101007", "4101"), ("440.123", "440"), ("4150", "415"), ("613000", "613000"),
        ("410000", ""), ("551234", ""), ("999", ""), ("5", ""),
    ],
)  # fmt: skip
def test_a_padded_code_or_a_persons_own_is_proposed_and_nothing_else(code, account):
    assert propose_account(code, CHART) == account


def test_an_unknown_account_blocks_until_it_is_read_as_another():
    (line,) = settled("550000;Épargne;10,00;")
    assert [(d.code, d.proposal, d.blocking) for d in line.doubts] == [("account", "550", True)]
    (line,) = settled("550000;Épargne;10,00;", choices=Choices(accounts={"550000": "550"}))
    assert (line.account, line.doubts) == ("550", ())


@pytest.mark.parametrize("name", ["Dupont Jean", "jean DUPONT", "DUPONT, Jean"])
def test_a_co_owner_is_known_by_name_in_any_order(name):
    (line,) = settled(f"4101;Provision;10,00;;{name};")
    assert (line.party_id, line.doubts) == (JEAN.id, ())


def test_a_co_owner_is_known_by_lot_where_only_one_holds_it():
    first, second = settled("4101;x;10,00;;;A1", "4101;x;10,00;;;G1")
    assert first.party_id == JEAN.id
    assert (second.party_id, [(d.code, d.proposal) for d in second.doubts]) == ("", [("holders", ANNA.id)])


def test_the_label_of_a_persons_own_account_is_the_name():
    choices = Choices(accounts={"4101007": "4101"})
    assert settled("4101007;Dupont Jean;10,00;", choices=choices)[0].party_id == JEAN.id
    (line,) = settled("4101007;Durand Paul;10,00;", choices=choices)
    assert [d.code for d in line.doubts] == ["unknown"]


def test_a_likely_person_is_proposed_and_an_unknown_one_said():
    alike, unknown, firm = settled(
        "4101;x;10,00;;Peters Anna;", "4101;x;10,00;;Durand Paul;", "440;Chauffage Sud;;10,00;;"
    )
    assert [(d.code, d.proposal) for d in alike.doubts] == [("alike", ANNA.id)]
    assert [(d.code, d.proposal) for d in unknown.doubts] == [("unknown", "")]
    assert [d.code for d in firm.doubts] == ["party"]


def test_one_decision_holds_for_every_line_with_the_name():
    choices = Choices(people={"owner:anna peters": ANNA.id})
    found = settled("4101;x;10,00;;Peters Anna;", "4100;x;10,00;;Anna PETERS;", choices=choices)
    assert [line.party_id for line in found] == [ANNA.id, ANNA.id]


def test_a_person_of_elsewhere_is_not_taken_from_a_stale_choice():
    (line,) = settled(
        "4101;x;10,00;;Nobody;", choices=Choices(people={"owner:nobody": "99999999-9999-9999-9999-999999999999"})
    )
    assert (line.party_id, line.blocked) == ("", True)


def test_a_known_name_beside_anothers_lot_is_said_and_does_not_block():
    (line,) = settled("4101;x;10,00;;Dupont Jean;A2")
    assert (line.party_id, [(d.code, d.blocking) for d in line.doubts]) == (JEAN.id, [("elsewhere", False)])


@pytest.mark.parametrize(
    ("row", "codes", "blocked"),
    [
        ("551;x;12,345678;", ["decimals"], True), ("551;x;abc;", ["number"], True), ("551;x;10,00;5,00", ["both"], True), ("551;x;;", ["empty"], False),
        ("551;x;0,00;0,00", [], False), (";x;10,00;", ["no_account"], True), ("55;x;10,00;", ["group"], True), ("4101;x;10,00;", ["party"], True),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_stands_beside_it(row, codes, blocked):
    (line,) = settled(row)
    assert ([d.code for d in line.doubts], line.blocked) == (codes, blocked)


def test_an_amount_below_zero_stands_on_the_other_side():
    (line,) = settled("551;x;-10,00;")
    assert (line.debit, line.credit) == (0, 1000)


def test_a_control_line_and_a_subtotal_are_not_entered():
    found = settled(
        "410;Copropriétaires;7,00;",
        "4101;x;10,00;;Dupont Jean;",
        "4101;x;;3,00;Peeters Anna;",
        "55;Banques;1,00;",
        "551;x;1,00;",
    )
    assert [line.role for line in found] == [Role.CONTROL, Role.POST, Role.POST, Role.SUBTOTAL, Role.POST]
    assert rules.totals(found) == rules.Totals(1100, 300, 3)


def test_a_second_line_without_a_person_is_no_control():
    found = settled("4101;Tous;7,00;", "4101;x;7,00;;Dupont Jean;", "4101;Encore;2,00;")
    assert [line.role for line in found] == [Role.CONTROL, Role.POST, Role.POST]
    assert [d.code for d in found[2].doubts] == ["party"]


# --- Checks


def test_debit_equals_credit_to_the_cent():
    assert checks("551;x;10,00;", "100;x;;10,00")["balance"].passed
    apart = checks("551;x;10,01;", "100;x;;10,00")["balance"]
    assert (apart.passed, apart.blocking, apart.figure) == (False, True, 1)
    assert not checks("551;x;10,00;")["balance"].passed
    assert not checks()["balance"].passed


def test_the_persons_add_up_to_their_account():
    good = checks("4101;Tous;7,00;", "4101;x;10,00;;Dupont Jean;", "4101;x;;3,00;Peeters Anna;")["control:4101"]
    assert (good.passed, good.blocking, good.figure) == (True, True, 0)
    bad = checks("4101;Tous;7,01;", "4101;x;10,00;;Dupont Jean;", "4101;x;;3,00;Peeters Anna;")["control:4101"]
    assert (bad.passed, bad.figure) == (False, -1)
    assert "control:4101" not in checks("4101;x;10,00;;Dupont Jean;")


@pytest.mark.parametrize(
    ("fund", "bank", "passed", "gap"), [("10,00", "10,00", True, 0), ("10,00", "10,01", True, -1), ("10,01", "10,00", False, 1), ("0,00", "0,00", True, 0)]
)  # fmt: skip
def test_a_reserve_fund_above_its_account_is_a_warning_in_words(fund, bank, passed, gap):
    found = checks(f"160;x;;{fund}", f"550;x;{bank};")["reserve"]
    assert (found.passed, found.blocking, found.figure, found.article) == (passed, False, gap, "3.86 §3")


def test_term_deposits_count_and_what_co_owners_owe_explains():
    assert checks("160;x;;10,00", "161;x;;5,00", "550;x;5,00;", "53;x;10,00;")["reserve"].passed
    owed = checks("160;x;;10,00", "550;x;8,00;", "4100;x;2,00;;Dupont Jean;")["reserve"]
    assert (owed.passed, owed.params["gap"], owed.params["owed"]) == (False, 200, 200)
    assert "co-owners still owe" in owed.detail
    assert (
        "Ask the previous syndic"
        in checks("160;x;;10,00", "550;x;8,00;", "4100;x;1,99;;Dupont Jean;")["reserve"].detail
    )


def test_the_working_fund_is_compared_with_current_account_and_cash():
    assert checks("100;x;;10,00", "551;x;7,00;", "57;x;3,00;")["working"].passed
    assert not checks("100;x;;10,00", "551;x;7,00;")["working"].passed


def test_costs_and_income_are_a_warning():
    found = checks("612;x;10,00;", "551;x;;10,00")["result"]
    assert (found.passed, found.blocking, found.params["count"]) == (False, False, 1)


def test_the_totals_of_the_previous_syndic():
    rows = "551;x;10,00;", "100;x;;10,00"
    assert "previous" not in checks(*rows)
    assert checks(*rows, stated=(1000, 1000))["previous"].passed
    other = checks(*rows, stated=(1100, 1000))["previous"]
    assert (other.passed, other.blocking, other.figure) == (False, False, -100)


def test_the_period_and_what_was_entered_before():
    rows = "551;x;10,00;", "100;x;;10,00"
    assert checks(*rows, books=Books(date(2025, 12, 31), 0))["period"].passed
    assert not checks(*rows, books=Books(DAY, 0))["period"].passed
    earlier = checks(*rows, books=Books(None, 3))["earlier"]
    assert (earlier.passed, earlier.blocking) == (False, False)


def test_the_subtotals_of_the_file_are_compared():
    assert checks("55;x;3,00;", "550;x;1,00;", "551;x;2,00;")["subtotals"].passed
    wrong = checks("55;x;3,01;", "550;x;1,00;", "551;x;2,00;")["subtotals"]
    assert (wrong.passed, wrong.blocking, wrong.params["codes"]) == (False, False, "55")


def test_the_day_is_the_first_of_a_year():
    rules.check_day(DAY, [DAY])
    with pytest.raises(Invalid) as refused:
        rules.check_day(date(2026, 1, 2), [DAY])
    assert refused.value.field == "on"


balances = st.lists(st.tuples(st.sampled_from(["100", "160", "550", "551", "57", "490", "499"]), st.integers(1, 10**9), st.booleans()), min_size=1, max_size=30)  # fmt: skip


@given(balances)
def test_lines_by_hand_give_the_entry_to_the_cent(entered):
    """What stands on each account is what was typed for it, and the check of both sides says by how much they differ."""
    choices = Choices(texts={f"{HAND}{n}": {"account": code, "debit" if debit else "credit": plain_amount(cents)} for n, (code, cents, debit) in enumerate(entered, 1)})  # fmt: skip
    lines = settle(read_source([], [], choices).lines, KNOWN, choices)
    expected: dict[str, int] = {}
    for code, cents, debit in entered:
        expected[code] = expected.get(code, 0) + (cents if debit else -cents)
    found: dict[str, int] = {}
    for side in rules.sides(lines):
        found[side.account] = found.get(side.account, 0) + side.debit - side.credit
    assert found == expected
    gate = next(g for g in rules.gates(lines, KNOWN, DAY, Books(None, 0), None) if g.key == "balance")
    assert gate.passed == (sum(expected.values()) == 0 and len(entered) > 1)


def test_a_party_chosen_by_hand_is_kept():
    choices = Choices(texts={"h1": {"account": "4101", "debit": "5", PARTY: JEAN.id}})
    (line,) = settle(read_source([], [], choices).lines, KNOWN, choices)
    assert (line.party_id, line.name, line.label) == (JEAN.id, "Dupont Jean", "Dupont Jean")


def test_choices_and_maps_are_kept_whole():
    choices = Choices(
        {"1": "2"}, {"owner:a": "b"}, {"h1": {"debit": "x"}}, frozenset({"0:3"}), {"debit": "1"}, "checks"
    )
    assert Choices.from_dict(choices.to_dict()) == choices
    mapped = map_sheet([["Compte", "Solde"]])
    assert type(mapped).from_dict(mapped.to_dict()) == mapped
