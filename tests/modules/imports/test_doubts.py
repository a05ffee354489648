"""What a register hides between its cells: nothing of it is guessed, nothing lost."""

from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter

from koprogo_app.core.trade import LotType
from koprogo_app.modules.headings.rules import propose
from koprogo_app.modules.imports import doubts, rows
from koprogo_app.modules.imports.rules import build_draft
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.matches.rules import KnownOwner
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.parsing import rules as parsing
from koprogo_app.modules.registers.rules import Choices, Draft
from koprogo_app.modules.sheets import rules as sheets
from koprogo_app.modules.sheets.service import read_book

HEAD = "Lot;Nature;Quotités;Propriétaire"


def draft_of(text: str, total: int | None = 100, known: tuple[KnownOwner, ...] = (), **fixes: str) -> Draft:
    book = read_book(text.encode(), "x.csv")
    return build_draft(book, propose(book), Choices(fixes, deed_total=total), known)


def codes(draft: Draft) -> list[tuple[int, str, str]]:
    return [(f.line, f.code, f.proposal) for f in draft.findings if f.code != "representative"]


def book_of(*tables: tuple[str, list[list[object]]]) -> list[sheets.Sheet]:
    """A real XLSX: dates and figures are cells of their kind."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "d-m"})
        for name, table in tables:
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(table):
                for place, value in enumerate(cells):
                    sheet.write(line, place, value, day if isinstance(value, datetime) else None)
    return read_book(out.getvalue(), "x.xlsx")


# --- Shares ----------------------------------------------------------------------------------------------------------


def test_a_figure_over_another_whole_is_not_counted_as_it_stands():
    """100/1000 is 1 000 of 10 000: 100 + 900 + 9 000 makes 10 000 by accident only."""
    text = f"{HEAD}\n1;App;100/1000;CLAES Jan\n2;App;900;PEETERS An\n3;App;9000/10000;MAES Luc\n"
    draft = draft_of(text, 10_000)
    assert codes(draft) == [(2, "other_whole", "1000/10000")]
    assert not draft.can_import
    assert codes(draft_of(text, None)) == []  # no total is stated yet: nothing to compare with


def test_a_figure_that_the_deeds_whole_cannot_express_has_no_proposal():
    draft = draft_of(f"{HEAD}\n1;App;1/3;CLAES Jan\n2;App;99;PEETERS An\n")
    assert codes(draft) == [(2, "other_whole", "")]  # 100/3


# --- Numbers of lots -------------------------------------------------------------------------------------------------


def test_a_lot_number_with_three_decimals_keeps_its_figures_and_one_made_a_date_is_asked_for():
    rows = [["Lot", "Nature", "Quotités", "Propriétaire"], [1.101, "App", 60, "CLAES Jan"]]
    rows.append([datetime(2024, 2, 1), "App", 40, "PEETERS An"])  # noqa: DTZ001
    book = book_of(("Lots", rows))
    draft = build_draft(book, propose(book), Choices(deed_total=100))
    assert [lot.number for lot in draft.lots] == ["1.101", "2024-02-01"]
    assert codes(draft) == [(3, "lot_date", "")]
    assert not draft.can_import


def test_a_number_cell_is_never_a_thousand_and_a_text_may_be():
    assert sheets.EXACT == parsing.EXACT
    assert str(parsing.read_shares(sheets.cell_text(1.234)).value.amount) == "1.234"
    assert parsing.read_shares("1.234").problem.code == "ambiguous"


# --- Kinds of lots (art. 3.90 §1: cellars, garages and parking spaces, nothing else) ------------------------------------


@pytest.mark.parametrize("word", ["grenier", "zolder", "Speicher", "fietsenberging"])
def test_an_attic_or_a_bicycle_store_is_no_cellar_and_no_garage(word):
    assert parsing.read_type(word).value == LotType.OTHER


# --- Parts -----------------------------------------------------------------------------------------------------------


def test_the_part_beside_a_name_and_the_part_of_the_column_must_agree():
    text = f"{HEAD};Part\n1;App;100;CLAES Jan (1/3);1/2\n1;App;100;PEETERS An (1/2);1/2\n"
    draft = draft_of(text)
    assert codes(draft) == [(2, "part", "")]
    assert not draft.can_import


def test_a_seventh_of_a_number_cell_is_an_exact_fraction_or_a_question():
    draft = draft_of(f"{HEAD};Part\n1;App;100;CLAES Jan;0,142857142857143\n1;App;100;PEETERS An;0,857142857142857\n")
    assert codes(draft) == [(2, "part", "1/7"), (3, "part", "6/7")]
    assert not draft.can_import


# --- Keys ------------------------------------------------------------------------------------------------------------


def weights(draft: Draft) -> list[tuple[str, dict[str, int]]]:
    return [(key.name, dict(key.weights)) for key in draft.keys]


def test_a_weight_on_the_second_line_of_a_lot_counts_and_two_that_differ_are_shown():
    text = f"{HEAD};Part;Clé asc.\n1;App;100;CLAES Jan;1/2;{{}}\n1;App;100;PEETERS An;1/2;5\n"
    assert weights(draft_of(text.format(""))) == [("Clé asc.", {"1": 5})]
    assert weights(draft_of(text.format("5"))) == [("Clé asc.", {"1": 5})]
    assert codes(draft_of(text.format("7"))) == [(3, "weights_differ", "")]


def test_two_keys_under_one_heading_are_two_keys():
    assert weights(draft_of(f"{HEAD};Clé;Clé\n1;App;100;CLAES Jan;3;5\n")) == [("Clé", {"1": 3}), ("Clé (2)", {"1": 5})]


# --- Owners ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("named", "found"), [("DUPONT Jean", ["owner_differs"]), ("Peeters", []), ("", [])])
def test_a_name_that_the_list_of_owners_contradicts_stops_the_import(named, found):
    lots = [["Lot", "Nature", "Quotités", "Propriétaire", "N° propriétaire"], ["1", "App", 100, named, 101]]
    people = [["N° propriétaire", "Nom et prénom"], [101, "PEETERS An"]]
    book = book_of(("Lots", lots), ("Propriétaires", people))
    draft = build_draft(book, propose(book), Choices(deed_total=100))
    assert [f.code for f in draft.findings] == found
    assert draft.can_import is not bool(found)


def test_what_the_address_book_has_otherwise_is_shown():
    known = KnownOwner("k1", "CLAES", "Jan", "jan@exemple.be", phone="+3225112233", address="Rue A 1", city="Uccle")
    text = f"{HEAD};E-mail;Adresse;Localité;Accord e-mail\n1;App;100;CLAES Jan;jan@exemple.be;Rue B 2;UCCLE;oui\n"
    found = codes(draft_of(text, known=(known,)))
    assert {(line, code) for line, code, _ in found} == {(2, "known_differs"), (2, "known_consent")}
    assert draft_of(text, known=(known,)).can_import


def test_a_couple_in_one_name_closes_the_import_until_it_is_parted_or_said_to_be_one():
    text = "Lot;Nature;Quotités;Nom;Prénom\n1;App;100;DURAND et PEETERS;Luc\n"
    (asked,) = draft_of(text).findings
    assert (asked.code, asked.field, asked.proposal) == ("several", "first_name", "“Luc”")
    assert not draft_of(text).can_import
    one = draft_of(text, **{asked.target: asked.proposal})
    assert ([o.name for o in one.owners], one.can_import) == (["DURAND et PEETERS Luc"], True)
    two = draft_of(text, **{asked.target: "Luc ; An"})
    assert [o.name for o in two.owners] == ["DURAND Luc", "PEETERS An"]
    assert codes(two) == [(2, "split_missing", "1/2 + 1/2")]


def test_a_decision_for_nobody_of_the_address_book_is_no_decision():
    draft = draft_of(f"{HEAD}\n1;App;100;CLAES Jan\n", **{"same:0:2:0": "known:nobody"})
    assert [owner.known_id for owner in draft.owners] == [""]


# --- Texts -----------------------------------------------------------------------------------------------------------


def test_a_text_that_the_register_has_no_room_for_is_shown_before_the_import():
    draft = draft_of(f"{HEAD};Remarque\n{'L' * 31};App;60;CLAES Jan;\n2;App;40;PEETERS {'n' * 101};{'x' * 901}\n")
    assert codes(draft) == [(2, "too_long", ""), (3, "too_long", ""), (3, "too_long", "")]
    assert not draft.can_import


def test_the_lengths_are_those_of_the_register():
    def most(model, name: str) -> int:
        return next(m.max_length for m in model.model_fields[name].metadata if hasattr(m, "max_length"))

    assert doubts.LOT_LENGTHS[0][2] == most(LotIn, "number")
    assert doubts.LOT_LENGTHS[1][2] < most(LotIn, "remark")
    for name, _, length in doubts.OWNER_LENGTHS:
        assert length == most(OwnerIn, {"postcode": "postal_code"}.get(name, name)), name


def test_each_remark_of_a_lot_is_kept_once():
    text = f"{HEAD};Part;Remarque\n1;App;100;CLAES Jan;1/2;toit\n1;App;100;PEETERS An;1/2;façade\n1;App;100;MAES Luc;;toit\n"
    assert draft_of(text).lots[0].remark == "toit · façade"


def test_a_day_that_no_calendar_has_is_not_offered():
    for day, offered in (("31/02/2024", None), ("29/02/2024", date(2024, 2, 29).isoformat())):
        draft = draft_of(f"Résidence X;;;\nSituation au {day};;;\n{HEAD}\n1;App;100;CLAES Jan\n")
        assert draft.building.get("as_of") == offered


# --- Accept all proposals --------------------------------------------------------------------------------------------


def test_who_consents_or_votes_is_never_a_matter_of_spelling():
    """Art. 3.87 §1 and §3: a cross is no explicit consent, a remark names no representative."""
    assert {"consent", "representative", "several"} <= rows.DECISIONS


@pytest.mark.parametrize(("total", "passed"), [(99, False), (100, True), (101, False)])
def test_one_share_too_many_closes_the_gate_as_one_too_few_does(total, passed):
    draft = draft_of(f"{HEAD}\n1;App;60;CLAES Jan\n2;App;40;PEETERS An\n", total)
    assert draft.can_import is passed
