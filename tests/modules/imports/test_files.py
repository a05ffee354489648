"""Three registers as syndics keep them: what a careful reader finds, and the way to a whole register."""

import json
from pathlib import Path

import pytest

from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.headings.rules import propose
from koprogo_app.modules.imports.rules import build_draft
from koprogo_app.modules.parsing.rules import Severity
from koprogo_app.modules.registers.rules import Added, Choices, Draft, Reason
from koprogo_app.modules.sheets.rules import Sheet
from koprogo_app.modules.sheets.service import read_book

DATA = Path(__file__).parents[2] / "data" / "import"


def book_of(name: str) -> list[Sheet]:
    return read_book((DATA / name).read_bytes(), name)


def draft_of(book: list[Sheet], choices: Choices | None = None) -> Draft:
    return build_draft(book, propose(book), choices or Choices())


def found(draft: Draft, severity: Severity) -> set[tuple[int, int, str, str, str]]:
    """Sheet, line, field, code, proposal."""
    return {(f.sheet, f.line, f.field, f.code, f.proposal) for f in draft.findings if f.severity == severity}


def closed(draft: Draft) -> set[str]:
    return {gate.code for gate in draft.gates if not gate.passed}


def gate(draft: Draft, code: str):
    return next(gate for gate in draft.gates if gate.code == code)


def accept(draft: Draft) -> dict[str, str]:
    """A click on every proposal."""
    return {f.target: f.proposal for f in draft.findings if f.proposal}


# --- Les Tilleuls: French, titles, a subtotal, a total row, shares over 10 000 ----------------------------------------


@pytest.fixture(scope="module")
def tilleuls() -> list[Sheet]:
    return book_of("les-tilleuls.xlsx")


def test_les_tilleuls_blocks_on_figures_couples_and_a_lot_given_twice(tilleuls):
    assert found(draft_of(tilleuls), Severity.BLOCK) == {
        (0, 7, "split", "split_missing", "1/2 + 1/2"),  # 1A: Dupont and Janssens, without their parts
        (0, 20, "split", "split_missing", "1/2 + 1/2"),  # C1: the same two
        (0, 12, "shares", "number", "690"),  # 3B: "6 90"
        (0, 13, "shares", "number", "820"),  # 4A: "82O", a letter
        (0, 35, "lot", "lot_twice", ""),  # the second G6
    }


def test_les_tilleuls_shows_what_can_be_completed_later(tilleuls):
    assert found(draft_of(tilleuls), Severity.LATER) == {
        (0, 7, "email", "shared_contact", "DUPONT Jean"),
        (0, 7, "representative", "representative", ""),
        (0, 8, "email", "shared_contact", "LEMAIRE Paul"),
        (0, 8, "representative", "representative", "LEMAIRE Paul"),  # the remark says: représentant: Paul
        (0, 13, "email", "email", "nadia.benali@exemple.be"),
        (0, 14, "owner", "members", ""),  # Van den Broeck-Peeters (indivision)
        (0, 14, "representative", "representative", ""),
        (0, 15, "country", "country", "IE"),  # D04 X2Y3, Dublin, +353
        (0, 17, "kbo", "kbo_remark", "BE 0403.170.701"),
        (0, 20, "representative", "representative", ""),
        (0, 21, "representative", "representative", "LEMAIRE Paul"),
        (0, 27, "representative", "representative", ""),
        (0, 29, "owner", "alike", "0:7:0"),  # dupont jean
        (0, 29, "owner", "name_order", "last_first"),
        (0, 34, "owner", "alike", "0:17:0"),  # SRL IMMO BRABANT
        (0, 34, "kbo", "kbo_remark", "BE 0403.170.701"),
    }


def test_les_tilleuls_nothing_is_guessed(tilleuls):
    draft = draft_of(tilleuls)
    assert draft.total is None
    assert draft.suggested_total == 10_000
    assert draft.building["name"] == "RÉSIDENCE LES TILLEULS"
    assert closed(draft) == {
        *("shares", "numbers", "parts", "lines", "association", "file_total", "alike", "representatives"),
        *("emails", "companies"),
    }
    assert not draft.can_import
    # 10 010 by the lines, less 690 and 820 that cannot be read
    assert gate(draft, "shares").params["sum"] == 8500


def test_les_tilleuls_rows_that_are_no_lots_are_listed_with_their_reason(tilleuls):
    aside = [(row.line, row.reason, row.figure) for row in draft_of(tilleuls).aside]
    assert aside == [(19, Reason.SUBTOTAL, ""), (28, Reason.BLANK, ""), (36, Reason.TOTAL, "10000")]


def test_les_tilleuls_values_that_are_certain_are_read(tilleuls):
    draft = draft_of(tilleuls)
    lots = {lot.number: lot for lot in draft.lots}
    assert (lots["5B"].shares, str(lots["3B"].area_m2), lots["RDC1"].floor) == (690, "78", 0)
    assert (lots["PH"].type, lots["C1"].type, lots["G1"].type, lots["RDC1"].type) == (
        LotType.APARTMENT, LotType.CELLAR, LotType.PARKING, LotType.COMMERCIAL,
    )  # fmt: skip
    owners = {owner.name: owner for owner in draft.owners}
    assert owners["CLAES Emmanuel"].phone == "+32475998877"
    assert owners["MÜLLER Anke"].phone == "+49 171 5556677"
    assert owners["JANSSENS Marie"].email is None
    assert [(h.owner, h.right) for h in draft.holdings if h.lot == "1B"] == [
        ("0:8:0", Right.USUFRUCT),
        ("0:8:1", Right.BARE),
    ]
    assert [(key.name, sum(key.weights.values())) for key in draft.keys] == [("Clé asc.", 8630)]


def mended_tilleuls(tilleuls: list[Sheet], **more: str) -> Choices:
    fixes = accept(draft_of(tilleuls)) | {
        "0:7:representative": "DUPONT Jean",
        "0:20:representative": "Janssens Marie",
        "0:14:representative": "Me Wouters",
        "0:27:representative": "Me Wouters",
    }
    return Choices(fixes | more, frozenset({"0:35"}), (), 10_000, {"kbo": "0845.112.696"})


def test_les_tilleuls_without_its_double_line_lacks_40_shares_that_only_the_deed_can_tell(tilleuls):
    draft = draft_of(tilleuls, mended_tilleuls(tilleuls))
    assert closed(draft) == {"shares", "file_total"}
    assert gate(draft, "shares").params == {"sum": 9960, "total": 10_000, "missing": 40, "excess": -40}
    assert not draft.can_import


def test_les_tilleuls_mended_passes_every_gate(tilleuls):
    draft = draft_of(tilleuls, mended_tilleuls(tilleuls, **{"0:17:4": "990"}))  # the deed gives RDC1 990 shares
    assert closed(draft) == set()
    assert draft.can_import
    assert sum(lot.shares for lot in draft.lots) == 10_000
    assert (len(draft.lots), len(draft.owners), len(draft.holdings)) == (26, 13, 30)
    owners = {owner.name: owner for owner in draft.owners}
    assert owners["SRL Immo Brabant"].kbo == "0403170701"
    assert owners["BENALI Nadia"].email == "nadia.benali@exemple.be"
    assert (owners["O'CONNOR Sean"].country, owners["CLAES Emmanuel"].country) == ("IE", "BE")
    assert {h.lot for h in draft.holdings if h.owner == owners["DUPONT Jean"].key} == {"1A", "C1", "G1"}
    assert {h.lot for h in draft.holdings if h.owner == owners["SRL Immo Brabant"].key} == {"RDC1", "G2", "G6"}
    assert [(h.numerator, h.denominator, h.right, h.representative) for h in draft.holdings if h.lot == "1A"] == [
        (1, 2, Right.UNDIVIDED, True),
        (1, 2, Right.UNDIVIDED, False),
    ]
    assert [h.representative for h in draft.holdings if h.lot == "1B"] == [False, True]
    assert {lot.number: lot.representative for lot in draft.lots}["4B"] == "Me Wouters"


def test_les_tilleuls_a_likeness_may_be_refused_and_stays_refused(tilleuls):
    choices = Choices({"same:0:29:0": "other", "same:0:34:0": "0:17:0"})
    draft = draft_of(tilleuls, choices)
    assert gate(draft, "alike").passed
    assert len(draft.owners) == 14


# --- Residentie De Linde: Dutch text, a line for each lot and owner, shares as n/1000 --------------------------------


@pytest.fixture(scope="module")
def linde() -> list[Sheet]:
    return book_of("residentie-de-linde.csv")


def test_de_linde_shows_the_missing_third_and_the_missing_shares(linde):
    draft = draft_of(linde, Choices(deed_total=1000))
    assert found(draft, Severity.BLOCK) == {(0, 12, "part", "parts_sum", "")}
    assert found(draft, Severity.LATER) == {
        (0, 6, "representative", "representative", ""),  # 0.2: D'hondt and Peeters, a half each
        (0, 9, "representative", "representative", ""),  # 1.2
        (0, 12, "representative", "representative", ""),  # 2.2
        (0, 11, "consent", "consent_unknown", ""),  # Çelik
    }
    missing = next(f for f in draft.findings if f.code == "parts_sum")
    assert missing.params == {"lot": "2.2", "sum": "2/3", "missing": "1/3"}
    assert closed(draft) == {"shares", "parts", "lines", "association", "file_total", "representatives"}
    assert gate(draft, "shares").params["missing"] == 5
    assert gate(draft, "file_total").params == {"line": 20, "stated": 1000, "sum": 995}
    assert draft.suggested_total == 1000


def test_de_linde_an_owner_of_several_lots_is_one_person(linde):
    draft = draft_of(linde)
    assert [owner.name for owner in draft.owners] == [
        *("Vermeulen Luc", "D’hondt Greta", "Peeters Jozef", "De Vos Ann", "Lefèbvre François"),
        *("Çelik Aylin", "Smith John"),
    ]
    assert [owner.consent for owner in draft.owners] == [True, False, False, True, True, None, True]
    assert [(h.numerator, h.denominator) for h in draft.holdings if h.lot == "1.2"] == [(1, 2), (1, 2)]


def test_de_linde_mended_passes_every_gate(linde):
    fixes = {
        "0:11:4": "135/1000",  # the deed gives 2.1 what the other flats of 96 m² have
        "0:12:5": "2/3",
        "0:6:representative": "D’hondt Greta",
        "0:9:representative": "De Vos",
        "0:12:representative": "Smith John",
    }
    draft = draft_of(linde, Choices(fixes, deed_total=1000, building={"kbo": "0712.345.630"}))
    assert closed(draft) == set()
    assert sum(lot.shares for lot in draft.lots) == 1000
    assert (len(draft.lots), len(draft.owners), len(draft.holdings)) == (12, 7, 15)


def test_de_linde_the_missing_owner_may_be_added_as_a_line(linde):
    third = {"lot": "2.2", "part": "1/3", "last_name": "Maes", "first_name": "Eva", "shares": "135/1000"}
    draft = draft_of(linde, Choices(added=(Added(0, third),)))
    assert gate(draft, "parts").passed
    assert [(h.line, h.numerator, h.denominator) for h in draft.holdings if h.lot == "2.2"] == [
        (12, 1, 3),
        (13, 1, 3),
        (21, 1, 3),
    ]


# --- Wohnanlage Bergstraße: German, two sheets tied by the owner's number, a second key -------------------------------


@pytest.fixture(scope="module")
def bergstrasse() -> list[Sheet]:
    return book_of("wohnanlage-bergstrasse.ods")


def test_bergstrasse_shows_the_unknown_owner_the_couple_and_the_wrong_account(bergstrasse):
    draft = draft_of(bergstrasse, Choices(deed_total=1000))
    assert found(draft, Severity.BLOCK) == {
        (0, 10, "owner_number", "owner_unknown", ""),  # W9 is owner 107's, who is not listed
        (1, 4, "split", "split_missing", "1/2 + 1/2"),  # the Lennertz-Kohnen couple
    }
    assert found(draft, Severity.LATER) == {
        (0, 4, "representative", "representative", ""),  # W3
        (0, 12, "representative", "representative", ""),  # K2
        (1, 4, "last_name", "one_name", ""),
        (1, 4, "email", "shared_contact", "Lennertz-Kohnen Peter"),
        (1, 5, "iban", "iban", ""),  # BE68 … 7035
        (1, 5, "kbo", "kbo_missing", ""),  # the GmbH
    }
    assert closed(draft) == {"owned", "parts", "lines", "association", "representatives", "ibans", "companies"}
    assert sum(lot.shares for lot in draft.lots) == 1000
    assert gate(draft, "shares").passed


def test_bergstrasse_mended_passes_every_gate(bergstrasse):
    fixes = {
        "1:4:split": "1/2 + 1/2",
        "1:5:8": "BE43 0689 9999 9501",
        "1:5:kbo": "0403.170.701",
        "0:4:representative": "Lennertz-Kohnen Peter",
        "0:12:representative": "Ursula",
    }
    new = Added(1, {"owner_number": "107", "last_name": "Pauly", "first_name": "Erika", "language": "DE"})
    draft = draft_of(bergstrasse, Choices(fixes, frozenset(), (new,), 1000, {"kbo": "0845112696"}))
    assert closed(draft) == set()
    assert (len(draft.lots), len(draft.owners), len(draft.holdings)) == (15, 8, 17)
    assert [(key.name, sum(key.weights.values()), len(key.weights)) for key in draft.keys] == [
        ("Heizkosten-Schlüssel", 654, 9)
    ]
    owners = {owner.key: owner for owner in draft.owners}
    assert [owners[h.owner].name for h in draft.holdings if h.lot == "W3"] == [
        "Lennertz-Kohnen Peter",
        "Lennertz-Kohnen Ursula",
    ]
    assert [owners[h.owner].name for h in draft.holdings if h.lot == "W9"] == ["Pauly Erika"]
    assert next(o for o in draft.owners if o.last_name == "Gillet").language == "fr"


def test_the_same_input_gives_the_same_draft_and_all_of_it_is_json(tilleuls):
    choices = mended_tilleuls(tilleuls)
    again = Choices.from_dict(json.loads(json.dumps(choices.to_dict())))
    assert again == choices
    first, second = draft_of(tilleuls, choices), draft_of(tilleuls, again)
    assert first == second
    assert json.loads(json.dumps(first.to_dict()))["lots"][0]["area_m2"] == "92.5"
