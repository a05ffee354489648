from koprogo_app.modules.headings.rules import propose
from koprogo_app.modules.matches.rules import KnownOwner, find_people
from koprogo_app.modules.registers.rules import Choices, Notes, read_rows
from koprogo_app.modules.sheets.rules import make_sheet

HEAD = ["Lot", "Nature", "Propriétaire", "E-mail", "GSM", "Adresse", "CP", "Langue"]
ADDRESS = ["Rue Haute 1", "1180", "FR"]


def people(*rows, fixes=None, known=(), head=HEAD):
    book = [make_sheet("Lots", [head, *rows])]
    choices = Choices(fixes or {})
    notes = Notes()
    lines, _ = read_rows(book, propose(book), choices)
    return find_people(lines, known, choices.fixes, notes), notes.all()


def test_the_same_name_and_address_of_mail_is_one_person():
    found, notes = people(["1", "Cave", "CLAES Jan", "jan@exemple.be"], ["2", "Cave", "CLAES Jan", "JAN@exemple.be"])
    assert [owner.name for owner in found.owners] == ["CLAES Jan"]
    assert {members[0].owner for members in found.members.values()} == {"0:2:0"}
    assert notes == ()


def test_without_e_mail_the_phone_or_the_postal_address_tells():
    by_phone, _ = people(
        ["1", "Cave", "CLAES Jan", "", "0475/12.34.56"], ["2", "Cave", "CLAES Jan", "a@exemple.be", "0475123456"]
    )
    by_address, _ = people(["1", "Cave", "CLAES Jan", "", "", *ADDRESS], ["2", "Cave", "CLAES Jan", "", "", *ADDRESS])
    assert len(by_phone.owners) == len(by_address.owners) == 1


def test_namesakes_with_nothing_in_common_are_two_until_the_person_decides():
    rows = ["1", "Cave", "CLAES Jan"], ["2", "Cave", "CLAES Jan"]
    found, notes = people(*rows)
    assert len(found.owners) == 2
    assert [(f.code, f.line, f.target, f.proposal) for f in notes] == [("alike", 3, "same:0:3:0", "0:2:0")]
    assert len(people(*rows, fixes={"same:0:3:0": "0:2:0"})[0].owners) == 1
    assert people(*rows, fixes={"same:0:3:0": "other"})[1] == ()


def test_father_and_son_at_one_address_with_two_e_mails_are_not_merged():
    found, notes = people(
        ["1", "Cave", "CLAES Jan", "jan@exemple.be", "", *ADDRESS],
        ["2", "Cave", "CLAES Jan", "fils@exemple.be", "", *ADDRESS],
    )
    assert len(found.owners) == 2
    assert [f.code for f in notes] == ["alike"]


def test_mending_an_address_on_one_line_does_not_part_a_person_in_two():
    rows = ["1", "Cave", "CLAES Jan", "jan@exemple,be"], ["2", "Cave", "CLAES Jan", "jan@exemple,be"]
    found, notes = people(*rows, fixes={"0:2:3": "jan@exemple.be"})
    assert [owner.email for owner in found.owners] == ["jan@exemple.be"]
    assert notes == ()


def test_contact_data_of_a_couple_go_to_the_one_named_in_the_address_and_may_be_moved():
    row = ["1", "Cave", "DUPONT Jean et JANSSENS Marie", "marie.janssens@exemple.be", "0475123456", *ADDRESS]
    found, notes = people(row)
    assert [owner.email for owner in found.owners] == [None, "marie.janssens@exemple.be"]
    assert [owner.address for owner in found.owners] == ["Rue Haute 1", "Rue Haute 1"]
    moved, left = people(row, fixes={notes[0].target: "DUPONT Jean"})
    assert [owner.phone for owner in moved.owners] == ["+32475123456", None]
    assert left == ()


def test_two_accounts_of_one_person_are_shown_and_the_first_is_kept():
    head = ["Lot", "Nature", "Propriétaire", "E-mail", "IBAN"]
    found, notes = people(
        ["1", "Cave", "CLAES Jan", "jan@exemple.be", "BE68 5390 0754 7034"],
        ["2", "Cave", "CLAES Jan", "jan@exemple.be", "BE62510007547061"],
        head=head,
    )
    assert [owner.iban for owner in found.owners] == ["BE68539007547034"]
    assert [(f.code, f.line, f.params["line"]) for f in notes] == [("differs", 3, 2)]


def test_the_order_of_names_without_capitals_is_asked_once_for_the_file():
    rows = ["1", "Cave", "dupont jean", "a@exemple.be"], ["2", "Cave", "claes an", "b@exemple.be"]
    found, notes = people(*rows)
    assert [(f.code, f.params["count"]) for f in notes] == [("name_order", 2)]
    assert found.owners[0].last_name == "dupont"
    answered, left = people(*rows, fixes={"name_order": "first_last"})
    assert [(o.last_name, o.first_name) for o in answered.owners] == [("jean", "dupont"), ("an", "claes")]
    assert left == ()


def test_a_company_is_known_by_its_number_whatever_its_name():
    head = ["Lot", "Nature", "Propriétaire", "N° BCE"]
    known = [KnownOwner("k1", "Immo Brabant SRL", kbo="0403170701")]
    found, notes = people(["1", "Cave", "SRL IMMO-BRABANT", "BE 0403.170.701"], head=head, known=known)
    assert [owner.known_id for owner in found.owners] == ["k1"]
    assert notes == ()


def test_consent_without_an_address_and_an_address_without_consent_are_shown():
    head = ["Lot", "Nature", "Propriétaire", "E-mail", "Consentement"]
    _, notes = people(
        ["1", "Cave", "CLAES Jan", "", "oui"], ["2", "Cave", "PEETERS An", "an@exemple.be", ""], head=head
    )
    assert [(f.line, f.code) for f in notes] == [(2, "consent_email"), (3, "consent_unknown")]
