"""What a commit writes and an undo takes back, exactly or not at all; two people at one import."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import sleep

import pytest
from conftest import make_actor
from sqlmodel import func, select

from koprogo_app.auth.models import Membership
from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building, BuildingIn
from koprogo_app.modules.imports import service
from koprogo_app.modules.imports.models import ImportRun
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner, OwnerIn
from koprogo_app.modules.ownership import access
from koprogo_app.modules.ownership.models import Ownership

IDENTITY = {"name": "Linde", "address": "Lindelaan 7", "postcode": "9000", "city": "Gent", "language": "nl",
            "deed_total": "100"}  # fmt: skip
PLAIN = "Lot;Nature;Quotités;Propriétaire;Clé asc.\n1;App;60;CLAES Jan;5\n2;App;40;PEETERS An;7\n"
KNOWN = "Lot;Nature;Quotités;Propriétaire;E-mail;GSM;Adresse;CP\n1;App;100;CLAES Jan;jan@exemple.be;0475123456;Rue B 2;9000\n"


def prepared(actor, text=PLAIN, **building):
    run = call(actor, service.start_import, "x.csv", text.encode()).id
    call(actor, service.choose, run, building=IDENTITY | building)
    return run


def committed(actor, text=PLAIN, **building):
    run = prepared(actor, text, **building)
    return run, call(actor, service.commit_import, run).building_id


def a_known(actor, **change):
    given = {"last_name": "CLAES", "first_name": "Jan", "email": "jan@exemple.be", "address": "Rue A 1"} | change
    return call(actor, owners.create_owner, OwnerIn.model_validate(given))


def changed(actor, owner, **change):
    found = call(actor, owners.get_owner, owner.id)
    return call(actor, owners.update_owner, owner.id, OwnerIn.model_validate(found.model_dump() | change))


# --- Written ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["31/02/2024", "2024-02-31", (clock.today() + timedelta(days=1)).isoformat()])
def test_the_day_of_the_situation_is_a_day_that_has_come(alice, day):
    run = call(alice, service.start_import, "x.csv", PLAIN.encode()).id
    with pytest.raises(Invalid) as refused:
        call(alice, service.choose, run, building=IDENTITY | {"as_of": day})
    assert refused.value.field == "as_of"


def test_a_day_to_come_that_the_file_names_is_refused_at_the_commit_too(alice):
    later = clock.today() + timedelta(days=40)
    text = f"Résidence X;;;;\nSituation au {later:%d/%m/%Y};;;;\n{PLAIN}"
    run = call(alice, service.start_import, "x.csv", text.encode()).id
    with transaction(alice.organization_id) as s:  # a client that never sends the identity back
        row = s.get_one(ImportRun, run)
        choices = row.choices["choices"]
        building = IDENTITY | {"as_of": later.isoformat()}
        row.choices = row.choices | {"choices": choices | {"deed_total": 100, "building": building}}
    with pytest.raises(Invalid) as refused:
        call(alice, service.commit_import, run)
    assert refused.value.field == "as_of"


def test_a_person_without_a_language_is_written_to_in_the_co_ownerships(alice):
    committed(alice)
    with transaction(alice.organization_id) as s:
        assert set(s.exec(select(Owner.language))) == {"nl"}


def test_a_key_has_the_total_that_the_file_names_or_none(alice):
    committed(alice)
    committed(alice, PLAIN.replace("Clé asc.", "Clé asc. /15"), name="Eik")
    with transaction(alice.organization_id) as s:
        found = s.exec(select(DistributionKey.name, DistributionKey.total).order_by(DistributionKey.name))
        assert list(found) == [("Clé asc.", None), ("Clé asc. /15", 15)]


def test_a_representative_who_holds_nothing_is_not_forgotten(alice):
    """Art. 3.87 §1 does not ask that the representative be one of the holders; the register has room for holders only."""
    text = "Lot;Nature;Quotités;Propriétaire;Part;Mandataire;Remarque\n"
    text += "1;App;100;CLAES Jan;1/2;Me Wouters;toit\n1;App;100;PEETERS An;1/2;;\n"
    committed(alice, text)
    with transaction(alice.organization_id) as s:
        assert s.exec(select(Lot.remark)).one() == "toit · Vertegenwoordiger: Me Wouters"
        assert not any(s.exec(select(Ownership.is_representative)))


def test_a_representative_who_holds_by_two_rights_is_named_once(alice):
    """The surviving spouse owns one half and has the usufruct of the other: the lot has one voice (art. 3.87 §1)."""
    text = "Lot;Nature;Quotités;Propriétaire;Part;Mandataire\n1;App;100;MAES Eve;1/2;Maes Eve\n"
    text += "1;App;100;MAES Eve (usufruit);1/2;\n1;App;100;MAES Jo (nue-propriété);1/2;\n"
    run = prepared(alice, text)
    call(alice, service.choose, run, fixes={"same:0:3:0": "0:2:0"})
    call(alice, service.commit_import, run)
    with transaction(alice.organization_id) as s:
        rows = select(Owner.first_name, Ownership.right, Ownership.is_representative, Ownership.is_contact)
        found = set(s.exec(rows.join(Ownership, Ownership.owner_id == Owner.id)))
    assert found == {("Eve", "undivided", True, True), ("Eve", "usufruct", False, False), ("Jo", "bare", False, False)}


def test_the_contact_of_a_lot_is_who_represents_it(alice):
    text = "Lot;Nature;Quotités;Propriétaire;Part;Mandataire\n"
    text += "1;App;60;CLAES Jan;1/2;Peeters\n1;App;60;PEETERS An;1/2;\n2;App;40;MAES Luc;;\n"
    committed(alice, text)
    with transaction(alice.organization_id) as s:
        rows = select(Lot.number, Owner.last_name, Ownership.is_representative)
        rows = rows.join(Ownership, Ownership.lot_id == Lot.id).join(Owner, Owner.id == Ownership.owner_id)
        found = list(s.exec(rows.where(Ownership.is_contact).order_by(Lot.number)))
    assert found == [("1", "PEETERS", True), ("2", "MAES", False)]


def test_a_known_co_owner_with_access_sees_the_new_building_at_once_and_no_more_after_the_undo(alice):
    person, user = a_known(alice), make_actor(alice.organization_id, Role.ACCOUNTANT, "Bob")
    call(alice, access.link_user, person.id, user.user_id)

    def seen():
        mine = (Membership.user_id == user.user_id, Membership.owner_id == person.id)
        with everywhere() as s:
            return list(s.exec(select(Membership.building_id).where(*mine)))

    run, building_id = committed(alice, KNOWN)
    assert seen() == [building_id]
    call(alice, service.undo_import, run)
    assert seen() == []


def test_the_dry_run_of_a_known_person_says_what_is_written_and_no_more(alice):
    person = a_known(alice)
    run = prepared(alice, KNOWN)
    (line,) = [c for c in call(alice, service.dry_run, run) if c.entity == "owner"]
    assert (line.change, line.fields) == ("changed", (("phone", "", "+32475123456"),))
    call(alice, service.commit_import, run)
    found = call(alice, owners.get_owner, person.id)
    assert (found.address, found.phone, found.postal_code) == ("Rue A 1", "+32475123456", "")


@pytest.mark.parametrize(
    ("book", "file", "filled"),
    [
        ({"address": ""}, "Rue B 2;59000;Lille;FR", ("Rue B 2", "59000", "Lille", "FR")),
        ({"address": "", "postal_code": "59000"}, "Rue B 2;59000;Lille;FR", ("Rue B 2", "59000", "Lille", "FR")),
        ({"address": "rue B, 2"}, "Rue B 2;4000;Liège;", ("rue B, 2", "4000", "Liège", "BE")),
        ({"address": "Rue A 1"}, "Rue B 2;59000;Lille;FR", ("Rue A 1", "", "", "BE")),
        ({"address": "Rue A 1"}, ";4000;Liège;", ("Rue A 1", "", "", "BE")),
        ({"address": "", "city": "Gent"}, "Rue B 2;4000;Liège;", ("", "", "Gent", "BE")),
        ({"address": "", "country": "FR"}, "Rue B 2;4000;Liège;BE", ("", "", "", "FR")),
        ({"address": "", "country": "FR"}, "Rue B 2;;Lille;", ("Rue B 2", "", "Lille", "FR")),
    ],
)
def test_an_address_is_filled_in_as_a_whole_or_shown_and_taken_back_as_a_whole(alice, book, file, filled):
    person = a_known(alice, **book)
    before = [person.address, person.postal_code, person.city, person.country]
    text = (
        f"Lot;Nature;Quotités;Propriétaire;E-mail;Adresse;CP;Localité;Pays\n1;App;100;CLAES Jan;jan@exemple.be;{file}\n"
    )
    run = prepared(alice, text)
    shown = [f.params["text"] for f in call(alice, service.open_run, run).draft.findings if f.code == "known_differs"]
    assert shown == ([] if list(filled) != before else [" ".join(filter(None, before))])
    (line,) = [c for c in call(alice, service.dry_run, run) if c.entity == "owner"]
    call(alice, service.commit_import, run)
    found = call(alice, owners.get_owner, person.id)
    assert (found.address, found.postal_code, found.city, found.country) == filled
    assert [after for _, _, after in line.fields] == [
        text for text, old in zip(filled, before, strict=True) if text != old
    ]
    call(alice, service.undo_import, run)
    found = call(alice, owners.get_owner, person.id)
    assert [found.address, found.postal_code, found.city, found.country] == before


# --- Taken back ------------------------------------------------------------------------------------------------------


def test_an_undo_empties_again_what_it_filled_in(alice):
    person = a_known(alice)
    run, _ = committed(alice, KNOWN)
    call(alice, service.undo_import, run)
    found = call(alice, owners.get_owner, person.id)
    assert (found.address, found.phone, found.email) == ("Rue A 1", None, "jan@exemple.be")


def refused(actor, run):
    with pytest.raises(Conflict):
        call(actor, service.undo_import, run)
    with transaction(actor.organization_id) as s:
        assert s.get_one(ImportRun, run).status == "committed"
        assert s.exec(select(func.count()).select_from(Lot)).one() > 0


def test_an_undo_does_not_take_back_what_was_entered_of_the_building_since(alice):
    run, building_id = committed(alice)
    found = call(alice, buildings.get_building, building_id)
    entered = found.model_dump() | {"syndic_name": "Alice", "meeting_month": 5, "meeting_day": 2}
    call(alice, buildings.update_building, building_id, BuildingIn.model_validate(entered))
    refused(alice, run)
    assert call(alice, buildings.get_building, building_id).syndic_name == "Alice"


@pytest.mark.parametrize("weights", [{"1": 9, "2": 7}, {"1": 5}])
def test_an_undo_does_not_take_back_weights_changed_or_removed_since(alice, weights):
    run, building_id = committed(alice)
    with transaction(alice.organization_id) as s:
        ids = dict(list(s.exec(select(Lot.number, Lot.id))))
    (key,) = [key for key in call(alice, keys.list_keys, building_id) if key.own]
    call(alice, keys.set_weights, key.id, {ids[number]: weight for number, weight in weights.items()})
    refused(alice, run)
    assert call(alice, keys.get_key, key.id).sum == sum(weights.values())


def test_an_undo_does_not_take_back_a_correction_of_what_was_filled_in(alice):
    person = a_known(alice)
    run, _ = committed(alice, KNOWN)
    changed(alice, person, phone="+32499000000")
    refused(alice, run)
    assert call(alice, owners.get_owner, person.id).phone == "+32499000000"


def test_an_undo_does_not_take_away_an_address_that_a_consent_rests_on(alice):
    person = a_known(alice, email=None)
    run = prepared(alice, KNOWN)
    asked = next(f for f in call(alice, service.open_run, run).draft.findings if f.code == "alike_known")
    call(alice, service.choose, run, fixes={asked.target: asked.proposal})
    call(alice, service.commit_import, run)
    call(alice, owners.record_consent, person.id, date(2024, 1, 1), "Form of 1 January 2024")
    refused(alice, run)
    assert call(alice, owners.get_owner, person.id).email_consent_on == date(2024, 1, 1)


# --- Two at once -----------------------------------------------------------------------------------------------------


def held(actor, run, action):
    """`action` begins while somebody else holds the draft and mends lot 1; what it gives, once he has finished."""
    with ThreadPoolExecutor(1) as pool:
        with transaction(actor.organization_id) as s:
            row = s.exec(select(ImportRun).where(ImportRun.id == run).with_for_update()).one()
            second = pool.submit(action)
            sleep(0.5)
            choices = row.choices["choices"]
            row.choices = row.choices | {"choices": choices | {"fixes": {"0:2:2": "61"}}}
        return second.result(10)


def test_of_two_decisions_at_once_neither_is_lost(alice):
    run = prepared(alice)
    held(alice, run, lambda: call(alice, service.choose, run, fixes={"0:3:2": "39"}))
    assert call(alice, service.open_run, run).choices.fixes == {"0:2:2": "61", "0:3:2": "39"}


def test_a_draft_is_not_forgotten_while_it_is_being_imported(alice):
    run = prepared(alice)
    with ThreadPoolExecutor(1) as pool:
        with transaction(alice.organization_id) as s:
            row = s.exec(select(ImportRun).where(ImportRun.id == run).with_for_update()).one()
            second = pool.submit(call, alice, service.delete_draft, run)
            sleep(0.5)
            row.status = "committed"
        with pytest.raises(Conflict):
            second.result(10)
    with transaction(alice.organization_id) as s:
        assert s.get(ImportRun, run) is not None
        assert s.exec(select(func.count()).select_from(Building)).one() == 0
