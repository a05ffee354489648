from datetime import date, timedelta

import pytest
from conftest import as_role, make_actor
from sqlmodel import select

from koprogo_app.auth.models import OneTimeLink
from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.mail import MailMessage
from koprogo_app.core.service import call
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners import service
from koprogo_app.modules.owners.models import OwnContact, Owner, OwnerIn
from koprogo_app.modules.ownership.models import Ownership


def a_person(last_name: str = "Maes", **change: object) -> OwnerIn:
    given = {"first_name": "Bob", "last_name": last_name, "address": "Rue 1", "postal_code": "1180", "city": "Uccle"}
    return OwnerIn.model_validate(given | change)


def enter(alice, last_name: str = "Maes", **change: object) -> Owner:
    return call(alice, service.create_owner, a_person(last_name, **change))


def owns(building, owner, ended_on: date | None = None) -> None:
    with transaction(building.organization_id) as s:
        lot = Lot(building_id=building.id, number=str(owner.id)[-12:], type="apartment", shares=10)
        s.add(lot)
        s.flush()
        part = {"numerator": 1, "denominator": 1, "started_on": date(2020, 1, 1), "ended_on": ended_on}
        s.add(Ownership(building_id=building.id, lot_id=lot.id, owner_id=owner.id, **part))


def names(actor, **asked: object) -> list[str]:
    return [row.last_name for row in call(actor, service.list_people, Asked(**asked)).rows]


def actions(actor) -> list[str]:
    with transaction(actor.organization_id) as s:
        return list(s.exec(select(AuditEntry.action).order_by(AuditEntry.seq)))


@pytest.fixture
def bob(alice, building):
    """A co-owner of Alice's building, with access."""
    person = enter(alice, email="bob@example.be")
    owns(building, person)
    return make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, person.id)


# --- Entering and changing -------------------------------------------------------------------------------------------


def test_a_company_is_kept_with_its_numbers_normalised(alice):
    made = enter(alice, "Belle-Île Invest SA", kind="company", first_name="", kbo="BE 0403.170.701",
                 iban="be68 5390 0754 7034", email="Info@BelleIle.be", representative=" Ann Peeters ")  # fmt: skip
    found = call(alice, service.get_owner, made.id)
    assert (found.kbo, found.iban, found.email, found.representative) == (
        "0403170701", "BE68539007547034", "info@belleile.be", "Ann Peeters",
    )  # fmt: skip
    assert actions(alice) == ["person created"]


def test_every_wrong_field_is_named_at_once(alice):
    with pytest.raises(Invalid) as refused:
        enter(alice, " ", kbo="0403170702", iban="BE00", email="nobody", language="xx", representative="Ann")
    assert set(refused.value.fields) == {"last_name", "kbo", "iban", "email", "language", "representative"}


def test_a_known_address_is_refused_unless_the_office_says_it_is_shared(alice):
    enter(alice, email="couple@example.be")
    with pytest.raises(Invalid) as refused:
        enter(alice, "Peeters", email="COUPLE@example.be")
    assert refused.value.field == "email"
    shared = call(alice, service.create_owner, a_person("Peeters", email="couple@example.be"), shared_email=True)
    call(alice, service.update_owner, shared.id, a_person("Peeters-Maes", email="couple@example.be"))
    assert names(alice) == ["Maes", "Peeters-Maes"]


def test_one_person_may_be_in_two_offices(alice, charlie):
    enter(alice, email="bob@example.be")
    assert enter(charlie, email="bob@example.be").email == "bob@example.be"


def test_another_office_sees_and_changes_nothing(alice, charlie):
    person = enter(alice)
    for action in (service.get_owner, service.read_owner, service.delete_owner, service.invite_owner):
        with pytest.raises(NotFound):
            call(charlie, action, person.id)
    assert names(charlie) == []


def test_another_address_ends_the_consent_to_email(alice):
    person = enter(alice, email="bob@example.be")
    call(alice, service.record_consent, person.id, date(2025, 3, 1), " Form of 1 March ")
    assert call(alice, service.get_owner, person.id).email_consent_proof == "Form of 1 March"
    kept = call(alice, service.get_owner, person.id)
    data = OwnerIn.model_validate(kept.model_dump() | {"email": "bob@new.be"})
    assert call(alice, service.update_owner, person.id, data).email_consent_on is None
    assert call(alice, service.get_owner, person.id).email_consent_proof is None


def test_a_consent_is_recorded_with_its_proof_and_can_be_withdrawn(alice):
    person = enter(alice, email="bob@example.be")
    with pytest.raises(Invalid) as refused:
        call(alice, service.record_consent, person.id, date(2025, 3, 1), "  ")
    assert set(refused.value.fields) == {"email_consent_proof"}
    call(alice, service.record_consent, person.id, date(2025, 3, 1), "Form")
    call(alice, service.withdraw_consent, person.id)
    assert call(alice, service.get_owner, person.id).email_consent_on is None
    assert actions(alice)[1:] == ["consent to e-mail recorded", "consent to e-mail withdrawn"]


def test_only_whoever_never_owned_can_be_deleted(alice, building):
    mistake, former = enter(alice, "Mistake"), enter(alice, "Former")
    owns(building, former, ended_on=date(2021, 1, 1))
    call(alice, service.invite_owner, mistake.id, "mistake@example.be")
    call(alice, service.delete_owner, mistake.id)
    with pytest.raises(Conflict):
        call(alice, service.delete_owner, former.id)
    assert names(alice) == ["Former"]


def test_somebody_who_has_access_is_not_deleted(alice, building):
    person = enter(alice, "Guest")
    make_actor(alice.organization_id, Role.OWNER, "Guest", building.id, person.id)
    with pytest.raises(Conflict) as refused:
        call(alice, service.delete_owner, person.id)
    assert refused.value.params["name"].startswith("Guest")
    assert names(alice) == ["Guest"]


def test_the_accountant_reads_and_the_syndic_alone_writes(alice):
    person = enter(alice, phone="02 111 11 11")
    accountant = as_role(alice, Role.ACCOUNTANT)
    assert call(accountant, service.read_owner, person.id).phone == "02 111 11 11"
    with pytest.raises(Forbidden):
        call(accountant, service.create_owner, a_person())
    with pytest.raises(Forbidden):
        call(accountant, service.update_owner, person.id, a_person())


# --- Who sees what ---------------------------------------------------------------------------------------------------


def test_a_council_member_sees_the_people_of_the_building_without_their_contacts(alice, building):
    here, elsewhere = enter(alice, "Here", email="here@example.be", phone="02 111 11 11"), enter(alice, "Elsewhere")
    owns(building, here, ended_on=date(2021, 1, 1))
    dora = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id)
    assert names(dora) == ["Here"]
    row = call(dora, service.read_owner, here.id)
    assert (row.last_name, row.city, row.email, row.phone, row.iban) == ("Here", "Uccle", None, None, None)
    assert call(dora, service.list_owners, Asked()).rows[0].email is None
    with pytest.raises(NotFound):
        call(dora, service.read_owner, elsewhere.id)


def test_contacts_cannot_be_guessed_by_searching_or_sorting(alice, building):
    person = enter(alice, email="secret@example.be", phone="0475 12 34 56")
    owns(building, person)
    dora = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id)
    assert names(dora, search="secret") == names(dora, search="0475123456") == []
    with pytest.raises(Invalid):
        names(dora, sort="email")


def test_a_syndic_of_one_building_finds_again_whom_he_just_entered(alice, building):
    limited = as_role(alice, Role.SYNDIC, building.id)
    person = enter(limited, "New")
    assert call(limited, service.get_owner, person.id).last_name == "New"


def test_a_co_owner_sees_himself_only(alice, bob):
    neighbour = enter(alice, "Neighbour")
    assert names(bob) == ["Maes"]
    assert call(bob, service.my_owner).last_name == "Maes"
    with pytest.raises(NotFound):
        call(bob, service.read_owner, neighbour.id)


def test_a_syndic_who_is_no_co_owner_has_no_own_person(alice):
    enter(alice)
    with pytest.raises(NotFound):
        call(alice, service.my_owner)


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_the_list_is_in_the_order_of_names_without_accents(alice):
    for last_name in ("Zola", "Élan", "Arbre"):
        enter(alice, last_name)
    enter(alice, "Élan", first_name="Ann")
    found = call(alice, service.list_people, Asked(sort="last_name")).rows
    assert [row.first_name for row in found] == ["Bob", "Ann", "Bob", "Bob"]
    assert names(alice) == ["Arbre", "Élan", "Élan", "Zola"]
    assert names(alice, sort="last_name", descending=True) == ["Zola", "Élan", "Élan", "Arbre"]
    assert call(alice, service.list_owners, Asked(size=2, page=2)).total == 4


@pytest.mark.parametrize(
    "words", ["zoe", "HAMÉLIN", "hamelin zoé", "liege", "zoe@example", "0475/12", "+32 475 12 34 56"]
)
def test_people_are_found_by_name_city_address_and_telephone(alice, words):
    enter(alice, "Hamelin", first_name="Zoë", city="Liège", email="zoe@example.be", phone="0475 12 34 56")
    enter(alice, "Other", city="Gent", email="other@example.be", phone="02 999 99 99")
    assert names(alice, search=words) == ["Hamelin"]
    assert [row.last_name for row in call(alice, service.search_owners, words)] == ["Hamelin"]


def test_the_filters_pick_what_is_missing_or_how_people_are_reached(alice, building):
    enter(alice, "Consents", email="a@example.be", email_consent_on=date(2025, 1, 1), email_consent_proof="Form")
    enter(alice, "Homeless", address="", email="b@example.be", language="nl")
    enter(alice, "Silent", kind="company")
    owns(building, enter(alice, "Owner", email="c@example.be"))
    expected = {
        ("channel", "email"): ["Consents"],
        ("channel", "registered"): ["Homeless", "Owner", "Silent"],
        ("address", "missing"): ["Homeless"],
        ("email", "missing"): ["Silent"],
        ("kind", "company"): ["Silent"],
        ("language", "nl"): ["Homeless"],
        ("building", str(building.id)): ["Owner"],
    }
    assert {key: names(alice, filters=dict([key])) for key in expected} == expected
    with pytest.raises(Invalid):
        names(alice, filters={"building": "x"})
    council = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id)
    assert names(council, filters={"language": "fr"}) == ["Owner"]
    for key in (("channel", "email"), ("email", "missing")):  # they do not see how people are reached
        with pytest.raises(Invalid):
            names(council, filters=dict([key]))


def test_the_list_counts_lots_held_today(alice, building):
    person = enter(alice)
    owns(building, person)
    with transaction(alice.organization_id) as s:
        lot = Lot(building_id=building.id, number="old", type="apartment", shares=10)
        s.add(lot)
        s.flush()
        s.add(Ownership(building_id=building.id, lot_id=lot.id, owner_id=person.id, started_on=date(2019, 1, 1),
                        ended_on=clock.today()))  # fmt: skip
    assert [row.lots for row in call(alice, service.list_people, Asked()).rows] == [1]


def test_an_export_leaves_its_trace(alice):
    enter(alice, "Maes")
    enter(alice, "Adam")
    assert [row.last_name for row in call(alice, service.export_owners, Asked())] == ["Adam", "Maes"]
    assert actions(alice)[-1] == "people exported"


def test_likely_duplicates_come_from_the_whole_register(alice, charlie):
    first, second = enter(alice, "Dupont", first_name="Jean"), enter(alice, "Dupond", first_name="Jean")
    enter(charlie, "Dupont", first_name="Jean")
    assert [(p.first, p.second, *names) for p, *names in call(alice, service.duplicates)] == [
        (first.id, second.id, "Dupont Jean", "Dupond Jean")
    ]


# --- Own data --------------------------------------------------------------------------------------------------------


def test_a_co_owner_corrects_his_address_but_not_his_name(alice, bob):
    data = OwnContact(phone="02 333 33 33", address="Rue 9", postal_code="4000", city="Liège", language="nl")
    changed = call(bob, service.update_own, data)
    assert (changed.address, changed.language, changed.last_name, changed.email) == (
        "Rue 9", "nl", "Maes", "bob@example.be",
    )  # fmt: skip
    with pytest.raises(Forbidden):
        call(bob, service.update_owner, bob.owner_id, a_person("Rich"))
    with pytest.raises(Forbidden):
        call(alice, service.update_own, data)


def test_a_co_owner_proposes_an_address_and_the_office_decides(alice, bob):
    call(bob, service.propose_email, "bob@new.be")
    assert call(bob, service.my_owner).email == "bob@example.be"
    with transaction(alice.organization_id) as s:
        mail = s.exec(select(MailMessage)).one()
    assert mail.recipient == "office@example.be"
    assert "bob@example.be" in mail.body
    assert "bob@new.be" in mail.body
    with pytest.raises(Invalid):
        call(bob, service.propose_email, "nobody")


# --- Invitations -----------------------------------------------------------------------------------------------------


def links(owner_id):
    with everywhere() as s:
        return s.exec(select(OneTimeLink).where(OneTimeLink.owner_id == owner_id)).all()


def test_an_invitation_goes_out_in_the_persons_language(alice):
    person = enter(alice, email="bob@example.be", language="nl")
    call(alice, service.invite_owner, person.id)
    (link,) = links(person.id)
    assert (link.email, link.role, link.locale, link.last_name) == ("bob@example.be", "owner", "nl", "Maes")
    assert link.expires_at > clock.now() + timedelta(days=13)
    row = call(alice, service.read_owner, person.id)
    assert row.invited_at is not None
    assert names(alice, filters={"access": "invited"}) == ["Maes"]
    assert names(alice, filters={"access": "none"}) == names(alice, filters={"access": "has"}) == []


def test_a_second_invitation_replaces_the_first(alice):
    person = enter(alice)
    call(alice, service.invite_owner, person.id, "old@example.be")
    call(alice, service.invite_owner, person.id, "new@example.be")
    assert [link.email for link in links(person.id)] == ["new@example.be"]


def test_nobody_is_invited_without_an_address_or_twice(alice, bob):
    person = enter(alice, "Silent")
    with pytest.raises(Invalid) as refused:
        call(alice, service.invite_owner, person.id)
    assert refused.value.field == "email"
    with transaction(alice.organization_id) as s:
        s.get_one(Owner, bob.owner_id).user_id = bob.user_id
    with pytest.raises(Invalid):
        call(alice, service.invite_owner, bob.owner_id)
    assert names(alice, filters={"access": "has"}) == ["Maes"]


def test_many_are_invited_at_once_and_the_others_are_counted(alice):
    chosen = [enter(alice, "A", email="a@example.be"), enter(alice, "B", email="b@example.be"), enter(alice, "C")]
    done = call(alice, service.invite_owners, [owner.id for owner in chosen])
    assert (done.sent, done.skipped) == (2, 1)
    assert [len(links(owner.id)) for owner in chosen] == [1, 1, 0]
