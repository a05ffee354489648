from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import a_building, as_role
from modules.ownership.conftest import a_lot, a_person, hold
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.core.trade import Right
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import SharesReason
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, TransferIn
from koprogo_app.modules.papers import rules, service

SALE = date(2024, 5, 2)


def the_owner(actor, person, building):
    """Bob, signed in: he sees himself and his lots in this building."""
    return replace(as_role(actor, Role.OWNER, building.id), owner_id=person.id)


def sell(actor, lot, seller, buyer, on=SALE):
    data = TransferIn(sellers=[seller.id], buyers=[Buyer(owner_id=buyer.id)], on=on)
    return call(actor, ownership.transfer, lot.id, data)


def register(actor, tilleuls, on=None, locale="fr"):
    return call(actor, service.register_paper, tilleuls.building.id, on or clock.today(), locale)


def test_the_register_names_each_lot_its_holders_and_who_votes(alice, tilleuls):
    paper = register(alice, tilleuls)
    flat, split, parking = paper.lots
    assert (paper.sender.name, paper.sender.enterprise_number, paper.deed_total) == (
        "Les Tilleuls",
        "0403.170.701",
        1000,
    )
    assert paper.deed == "12/03/1974 · Notaire Lemaire"
    assert [(lot.number, lot.shares) for lot in paper.lots] == [("1.1", 600), ("2.1", 380), ("P1", 20)]
    assert [(h.name, h.part, h.right) for h in split.holders] == [
        ("De Smet Dora", (1, 3), Right.UNDIVIDED), ("Maes Emil", (2, 3), Right.UNDIVIDED)
    ]  # fmt: skip
    assert flat.holders[0].address == ("Rue Molière 12", "1180 Uccle")
    assert [lot.vote_suspended for lot in (flat, split, parking)] == [False, True, False]
    totals = rules.totals(paper.lots, paper.deed_total)
    assert (totals.shares, totals.counted, totals.difference) == (1000, 2, 0)  # the parking space is not counted


def test_one_representative_gives_the_vote_back(alice, tilleuls):
    call(alice, ownership.name_representative, tilleuls.parts[2].id, True)
    split = register(alice, tilleuls).lots[1]
    assert (split.representative, split.vote_suspended) == ("Maes Emil", False)


def test_a_lot_whose_holders_are_not_all_entered_has_no_vote_to_suspend(alice, tilleuls):
    lot = a_lot(alice, tilleuls.building, "3.1")
    hold(alice, lot, tilleuls.bob, "1/2")
    found = next(row for row in register(alice, tilleuls).lots if row.number == "3.1")
    assert (len(found.holders), found.vote_suspended) == (1, False)


def test_of_a_past_day_nothing_is_said_about_the_vote(alice, tilleuls):
    call(alice, ownership.name_representative, tilleuls.parts[2].id, True)
    split = register(alice, tilleuls, clock.today() - timedelta(days=1)).lots[1]
    assert (len(split.holders), split.representative, split.vote_suspended) == (2, "", False)


def test_the_register_of_a_past_day_shows_who_held_and_with_which_shares(alice, tilleuls):
    buyer = a_person(alice, "Kaya", first_name="Elif")
    sell(alice, tilleuls.flat, tilleuls.bob, buyer)
    why = SharesReason(decision="Meeting of 1 June 2024", from_on=date(2024, 6, 1))
    call(alice, lots.change_shares, tilleuls.flat.id, 590, why)
    before, after = register(alice, tilleuls, SALE - timedelta(days=1)), register(alice, tilleuls)
    assert (before.lots[0].holders[0].name, before.lots[0].shares) == ("Dubois Bob", 600)
    assert (after.lots[0].holders[0].name, after.lots[0].shares) == ("Kaya Elif", 590)


def test_a_lot_that_nobody_holds_is_in_the_register_and_suspends_nothing(alice, tilleuls):
    paper = register(alice, tilleuls, date(2019, 12, 31))  # the day before the first parts
    assert [(lot.holders, lot.vote_suspended) for lot in paper.lots] == [((), False)] * 3


def test_the_address_of_a_holder_abroad_names_the_country(alice, tilleuls):
    abroad = {"address": "Rue de Lille 3", "postal_code": "75007", "city": "Paris", "country": "France"}
    call(alice, owners.update_owner, tilleuls.bob.id, OwnerIn(last_name="Dubois", **abroad))
    assert register(alice, tilleuls).lots[0].holders[0].address == ("Rue de Lille 3", "75007 Paris", "FR")


def test_printing_the_register_is_kept_in_the_trail(alice, tilleuls):
    register(alice, tilleuls)
    with transaction(alice.organization_id) as s:
        entry = s.exec(select(AuditEntry).where(AuditEntry.action == "register printed")).one()
    assert (entry.user_id, entry.building_id) == (alice.user_id, tilleuls.building.id)
    assert '"people":3' in entry.payload


def test_no_register_without_an_enterprise_number(alice):
    bare = call(alice, buildings.create_building, a_building())
    with pytest.raises(Invalid, match="no enterprise number") as refused:
        call(alice, service.register_paper, bare.id, clock.today(), "fr")
    assert refused.value.field == "kbo"


def test_no_paper_shows_a_day_to_come(alice, tilleuls):
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid, match="still to come"):
        register(alice, tilleuls, tomorrow)
    with pytest.raises(Invalid, match="still to come"):
        call(alice, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, tomorrow)


def test_a_stranger_and_an_owner_print_no_register(alice, charlie, tilleuls):
    with pytest.raises(NotFound):
        register(charlie, tilleuls)
    with pytest.raises(Forbidden):
        register(the_owner(alice, tilleuls.bob, tilleuls.building), tilleuls)


def test_the_council_and_the_auditor_print_the_register_and_issue_nothing(alice, tilleuls):
    for role in (Role.BOARD_MEMBER, Role.AUDITOR):
        reader = as_role(alice, role, tilleuls.building.id)
        assert len(register(reader, tilleuls).lots) == 3
        with pytest.raises(Forbidden):
            call(reader, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, clock.today())


def test_a_certificate_says_what_a_person_holds_in_this_building(alice, tilleuls):
    elsewhere = call(alice, buildings.create_building, a_building(name="Le Parc"))
    hold(alice, a_lot(alice, elsewhere, "9.9", 10), tilleuls.bob)
    paper = call(alice, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, clock.today())
    assert (paper.person, paper.recipient.names, paper.recipient.address) == (
        "Bob Dubois",
        ("Bob Dubois",),
        ("Rue Molière 12", "1180 Uccle"),
    )
    assert [(h.number, h.shares, h.part, h.since) for h in paper.holdings] == [
        ("1.1", 600, (1, 1), date(2020, 1, 1)), ("P1", 20, (1, 1), date(2020, 1, 1))
    ]  # fmt: skip


def test_a_certificate_is_in_the_language_of_its_reader(alice, tilleuls):
    paper = call(alice, service.certificate_paper, tilleuls.building.id, tilleuls.dora.id, clock.today())
    assert (paper.recipient.language, paper.holdings[0].part) == ("nl", (1, 3))


def test_an_owner_takes_his_own_certificate_and_nobody_elses(alice, tilleuls):
    bob = the_owner(alice, tilleuls.bob, tilleuls.building)
    assert len(call(bob, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, clock.today()).holdings) == 2
    with pytest.raises(NotFound):
        call(bob, service.certificate_paper, tilleuls.building.id, tilleuls.dora.id, clock.today())
    with pytest.raises(NotFound):
        call(bob, service.part_paper, tilleuls.parts[1].id)


def test_an_owner_certifies_what_he_held_before_a_sale(alice, tilleuls):
    sell(alice, tilleuls.flat, tilleuls.bob, a_person(alice, "Kaya"))
    bob = the_owner(alice, tilleuls.bob, tilleuls.building)
    before = call(bob, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, SALE - timedelta(days=1))
    after = call(bob, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, SALE)
    assert [h.number for h in before.holdings] == ["1.1", "P1"]
    assert [h.number for h in after.holdings] == ["P1"]


def test_who_holds_nothing_that_day_gets_no_certificate(alice, tilleuls):
    with pytest.raises(Invalid, match="holds no right") as refused:
        call(alice, service.certificate_paper, tilleuls.building.id, tilleuls.bob.id, date(2019, 12, 31))
    assert refused.value.field == "on"


def test_the_certificate_of_an_ended_part_is_that_of_its_last_day(alice, tilleuls):
    sell(alice, tilleuls.flat, tilleuls.bob, a_person(alice, "Kaya"))
    paper = call(alice, service.part_paper, tilleuls.parts[0].id)
    assert (paper.on, [h.number for h in paper.holdings]) == (date(2024, 5, 1), ["1.1"])


def test_a_company_is_addressed_by_its_representative(alice, tilleuls):
    company = a_person(alice, "Belle-Île Invest SA", kind="company", representative="Ann Peeters")
    sell(alice, tilleuls.parking, tilleuls.bob, company)
    paper = call(alice, service.certificate_paper, tilleuls.building.id, company.id, clock.today())
    assert (paper.person, paper.recipient.names) == ("Belle-Île Invest SA", ("Belle-Île Invest SA", "Ann Peeters"))


def letter(actor, tilleuls, person, **change):
    given = {
        "subject": "Ascenseur",
        "body": "Un paragraphe.\n\nUn autre.\nSuite.",
        "enclosures": ["Le devis", " "],
    } | change
    return call(actor, service.letter_paper, tilleuls.building.id, person.id, **given)


def test_a_letter_keeps_its_paragraphs_and_its_enclosures(alice, tilleuls):
    paper = letter(alice, tilleuls, tilleuls.dora)
    assert paper.paragraphs == ("Un paragraphe.", "Un autre.\nSuite.")
    assert (paper.enclosures, paper.recipient.language) == (("Le devis",), "nl")


def test_a_letter_without_words_is_refused_field_by_field(alice, tilleuls):
    with pytest.raises(Invalid) as refused:
        letter(alice, tilleuls, tilleuls.dora, subject=" ", body="", enclosures=["x"] * 21)
    assert set(refused.value.fields) == {"subject", "body", "enclosures"}


def test_nobody_outside_the_building_gets_its_letters(alice, tilleuls):
    with pytest.raises(Invalid, match="never held"):
        letter(alice, tilleuls, a_person(alice, "Voisin"))


def test_only_the_syndic_writes_letters(alice, charlie, tilleuls):
    with pytest.raises(NotFound):
        letter(charlie, tilleuls, tilleuls.bob)
    for role in (Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.OWNER, Role.OCCUPANT):
        with pytest.raises(Forbidden):
            letter(as_role(alice, role), tilleuls, tilleuls.bob)


def wrong(checks) -> dict[str, bool]:
    """The checks that fail, and whether they stop the paper."""
    return {check.label: check.blocking for check in checks if check.wrong}


def test_a_paper_in_order_passes_its_checks(alice, tilleuls):
    today = clock.today()
    assert wrong(call(alice, service.list_checks, tilleuls.building.id, today)) == {}
    assert wrong(call(alice, service.list_checks, tilleuls.building.id, today, tilleuls.bob.id, register=False)) == {}


def test_what_is_missing_is_said_before_printing(alice, building):
    homeless = a_person(alice, "Wouters", address="", postal_code="", city="")
    hold(alice, a_lot(alice, building, shares=100), homeless)
    register_checks = call(alice, service.list_checks, building.id, clock.today())
    assert wrong(register_checks) == {
        "Enterprise number": True,
        "Syndic": False,
        "Shares": False,
        "Postal addresses": False,
    }
    assert next(c.wrong.params for c in register_checks if c.label == "Postal addresses") == {"count": 1}
    letter_checks = call(alice, service.list_checks, building.id, clock.today(), homeless.id, register=False)
    assert wrong(letter_checks) == {"Enterprise number": True, "Syndic": False, "Postal address": True}
    assert letter_checks[2].href == f"/people/{homeless.id}"


def test_nothing_is_certified_to_who_held_nothing_that_day(alice, tilleuls):
    before = date(2019, 12, 31)
    checks = call(alice, service.list_checks, tilleuls.building.id, before, tilleuls.bob.id, register=False)
    assert wrong(checks) == {"Right on a lot": True}


def test_recipients_are_those_who_held_a_lot_that_day(alice, tilleuls):
    sell(alice, tilleuls.flat, tilleuls.bob, a_person(alice, "Kaya", first_name="Elif"))
    sell(alice, tilleuls.parking, tilleuls.bob, tilleuls.emil)
    before = call(alice, service.list_recipients, tilleuls.building.id, SALE - timedelta(days=1))
    after = call(alice, service.list_recipients, tilleuls.building.id, SALE)
    assert [name for _, name in before] == ["De Smet Dora", "Dubois Bob", "Maes Emil"]
    assert [name for _, name in after] == ["De Smet Dora", "Kaya Elif", "Maes Emil"]
