from fractions import Fraction

import pytest

from koprogo_app.core.trade import Right
from koprogo_app.modules.parsing.rules import Severity
from koprogo_app.modules.parties.rules import Kind, NameOrder, lookalikes, name_key, read_party, read_right, split_name


def names(**cells):
    return [(person.last_name, person.first_name) for person in read_party(**cells).persons]


def codes(**cells):
    return [problem.code for problem in read_party(**cells).problems]


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("CLAES Emmanuel", [("CLAES", "Emmanuel")]),
        ("DE SMET Koen", [("DE SMET", "Koen")]),
        ("Koen VAN DEN BERG", [("VAN DEN BERG", "Koen")]),
        ("O'CONNOR Sean", [("O'CONNOR", "Sean")]),
        ("Dupont, Jean", [("Dupont", "Jean")]),
        ("Mme LAMBERT Zoé", [("LAMBERT", "Zoé")]),
        ("DUPONT Jean et JANSSENS Marie", [("DUPONT", "Jean"), ("JANSSENS", "Marie")]),
        ("Jean DUPONT & Marie JANSSENS", [("DUPONT", "Jean"), ("JANSSENS", "Marie")]),
        ("CLAES Jan en PEETERS An", [("CLAES", "Jan"), ("PEETERS", "An")]),
        ("MEIER Hans und KOHL Anke", [("MEIER", "Hans"), ("KOHL", "Anke")]),
        ("DUPONT Jean\nJANSSENS Marie", [("DUPONT", "Jean"), ("JANSSENS", "Marie")]),
    ],
)
def test_persons_are_told_apart_by_joining_words_and_capitals(full, expected):
    party = read_party(full=full)
    assert names(full=full) == expected
    assert not party.problems
    assert not party.unordered


def test_rights_and_parts_beside_the_names_are_read():
    party = read_party(full="LEMAIRE Marguerite (usufruit) / LEMAIRE Paul (nue-propriété)")
    assert [(p.first_name, p.right) for p in party.persons] == [("Marguerite", Right.USUFRUCT), ("Paul", Right.BARE)]
    halves = read_party(full="DUPONT Jean (1/2) / JANSSENS Marie (50%)")
    assert [p.part for p in halves.persons] == [Fraction(1, 2), Fraction(1, 2)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("vruchtgebruik", Right.USUFRUCT),
        ("Nießbrauch", Right.USUFRUCT),
        ("NP", Right.BARE),
        ("blote eigendom", Right.BARE),
        ("bloßes Eigentum", Right.BARE),
        ("onverdeeld", Right.UNDIVIDED),
        ("erfpacht", Right.EMPHYTEUSIS),
        ("opstal", Right.SUPERFICIES),
        ("recht van gebruik", Right.USE),
        ("Wohnrecht", Right.HABITATION),
        ("pleine propriété", Right.FULL),
        ("décédé", None),
    ],
)
def test_rights_are_named_in_four_languages(text, right):
    assert read_right(text) == right


@pytest.mark.parametrize(
    "full",
    [
        "SRL Immo Brabant",
        "Ostbelgien Immobilien GmbH",
        "Immo & Co SA",
        "A.S.B.L. Les Amis",
        "BV De Linde",
        "srl dupont",
    ],
)
def test_a_legal_form_makes_a_company_and_its_name_is_not_cut(full):
    (company,) = read_party(full=full).persons
    assert (company.kind, company.last_name) == (Kind.COMPANY, full)


def test_a_title_or_a_column_makes_a_company_too():
    assert read_party(title="Firma", first="Ostbelgien Immobilien").persons[0].kind == Kind.COMPANY
    assert read_party(company="Les Amis").persons[0].kind == Kind.COMPANY


@pytest.mark.parametrize(
    "full", ["VAN DEN BROECK-PEETERS (indivision)", "Succession Wouters", "M. et Mme DUPONT Jean", "Erben Meier"]
)
def test_several_owners_under_one_name_are_a_group_whose_members_are_asked_for(full):
    (group,) = read_party(full=full).persons
    assert (group.kind, group.right) == (Kind.GROUP, Right.UNDIVIDED)
    assert codes(full=full) == ["members"]


def test_a_married_couple_under_one_family_name_is_two_persons_to_check():
    cells = {"title": "Eheleute", "last": "Lennertz-Kohnen", "first": "Peter und Ursula"}
    assert names(**cells) == [("Lennertz-Kohnen", "Peter"), ("Lennertz-Kohnen", "Ursula")]
    assert codes(**cells) == ["one_name"]
    assert names(full="DUPONT Jean et Marie") == [("DUPONT", "Jean"), ("DUPONT", "Marie")]
    assert codes(full="DUPONT Jean et Marie") == ["one_name"]


def test_a_note_that_is_no_right_is_shown():
    assert codes(full="DUPONT Jean (décédé)") == ["note"]


def test_names_in_columns_are_kept_as_written():
    assert names(last="D’hondt", first="Greta", title="Mevr.") == [("D’hondt", "Greta")]
    assert names(last="De Vos", first="Ann") == [("De Vos", "Ann")]


def test_without_capitals_the_order_of_the_names_is_not_certain():
    assert split_name("dupont jean") == ("dupont", "jean", False)
    assert split_name("Koen de Smet", NameOrder.FIRST_LAST) == ("de Smet", "Koen", True)
    assert split_name("De Smet Koen", NameOrder.LAST_FIRST) == ("De Smet", "Koen", True)
    assert read_party(full="dupont jean").unordered


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Dupont J.P.", [("Dupont", "J.P.")]),
        ("J.-P. Dupont", [("Dupont", "J.-P.")]),
        ("A. Van den Berghe", [("Van den Berghe", "A.")]),
        ("Janssens P.J. en Peeters A.M.", [("Janssens", "P.J."), ("Peeters", "A.M.")]),
    ],
)
def test_initials_are_no_family_name_in_capitals(full, expected):
    assert names(full=full) == expected
    assert not read_party(full=full).unordered


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dupont JP", ("Dupont", "JP", False)),
        ("Dupont Jean M.", ("Dupont", "Jean M.", False)),
        ("Jean M. DUPONT", ("DUPONT", "Jean M.", True)),
        ("DIALLO BA Mamadou", ("DIALLO BA", "Mamadou", True)),
    ],
)
def test_two_capitals_may_be_initials_and_three_are_a_name(name, expected):
    assert split_name(name) == expected


@pytest.mark.parametrize(
    "full",
    [
        "DUPONT Jean, JANSSENS Marie",
        "dupont jean, janssens marie",
        "DUPONT Jean, Marie",
        "Jan de Smet, An de Witte",
        "DURAND Luc, PEETERS An, MAES Jo",
        "DURAND Luc/PEETERS An",
        "DURAND Luc+PEETERS An",
        "JANSSENS Jan - PEETERS An",
        "Janssens Jan – Peeters An",
    ],
)
def test_a_couple_that_a_mark_parts_is_never_one_owner_without_a_word(full):
    (problem,) = read_party(full=full).problems
    assert (problem.code, problem.severity, problem.proposal) == ("several", Severity.BLOCK, f"“{full}”")
    one = read_party(full=problem.proposal)  # said to be one person
    assert (len(one.persons), one.problems) == (1, ())


@pytest.mark.parametrize(
    ("last", "first", "parted", "expected"),
    [
        ("DUPONT", "Jean / Marie", "Jean ; Marie", [("DUPONT", "Jean"), ("DUPONT", "Marie")]),
        ("DURAND et PEETERS", "Luc", "Luc ; An", [("DURAND", "Luc"), ("PEETERS", "An")]),
        ("DURAND/PEETERS", "Luc", "Luc ; An", [("DURAND", "Luc"), ("PEETERS", "An")]),
        ("Snoy et d’Oppuers", "Bernard", "“Bernard”", [("Snoy et d’Oppuers", "Bernard")]),
    ],
)
def test_a_couple_in_columns_is_parted_or_said_to_be_one_in_the_first_names(last, first, parted, expected):
    (problem,) = read_party(last=last, first=first).problems
    assert (problem.code, problem.severity, problem.proposal) == ("several", Severity.BLOCK, f"“{first}”")
    assert names(last=last, first=parted) == expected
    assert "several" not in codes(last=last, first=parted)


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Van den Berghe, Jan", ("Van den Berghe", "Jan")),
        ("VAN DEN BERGHE, Jan Karel", ("VAN DEN BERGHE", "Jan Karel")),
        ("de Brouwer de Hogendorp, Anne Marie", ("de Brouwer de Hogendorp", "Anne Marie")),
        ("Peeters, Jan Karel Maria", ("Peeters", "Jan Karel Maria")),
        ("Peeters Wouters, Jan", ("Peeters Wouters", "Jan")),
        ("GARCÍA LÓPEZ, Juan Carlos", ("GARCÍA LÓPEZ", "Juan Carlos")),
        ("van Outryve d’Ydewalle, Charles Henri", ("van Outryve d’Ydewalle", "Charles Henri")),
        ("de Wilde d'Estmael, Jean Paul", ("de Wilde d'Estmael", "Jean Paul")),
        ("DUPONT, JEAN", ("DUPONT", "JEAN")),
        ("DUPONT-MARTIN Jean-Pierre", ("DUPONT-MARTIN", "Jean-Pierre")),
        ("“Peeters Wouters, Jan Karel”", ("Peeters Wouters", "Jan Karel")),
        ("SA Garage A/B, Namur", ("SA Garage A/B, Namur", "")),
    ],
)
def test_a_double_family_name_or_several_first_names_are_one_person(full, expected):
    assert (names(full=full), codes(full=full)) == ([expected], [])


def test_an_empty_cell_names_nobody():
    assert read_party(full="  ").persons == ()


def alike(*people):
    return [hits for _, hits in lookalikes([name_key(name) for name in people])]


def test_case_accents_order_and_a_slip_of_the_pen_look_alike():
    assert alike("DUPONT Jean", "dupont jean", "Jean Dupont") == [[], [0], [0, 1]]
    assert alike("Lefèbvre François", "LEFEBVRE Francois") == [[], [0]]
    assert alike("Vandermeulen Philippe", "Vandermeulen Philipe") == [[], [0]]


def test_members_of_a_family_do_not_look_alike():
    assert alike("LEMAIRE Marguerite", "LEMAIRE Paul", "LEMAIRE Anne") == [[], [], []]


def test_known_people_come_first_in_the_count():
    assert list(lookalikes(["dupont jean"], ["claes jan", "dupont jean"])) == [(2, [1])]
