"""The three files as syndics really have them, from the upload to the register, and back."""

import threading
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.imports import service
from koprogo_app.modules.imports.models import ImportRun
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

DATA = Path(__file__).parents[2] / "data" / "import"
LINDE = {
    "name": "Residentie De Linde",
    "kbo": "0712.345.630",
    "address": "Lindelaan 7",
    "postcode": "9000",
    "city": "Gent",
    "language": "nl",
    "deed_total": "1000",
}


def started(actor, name):
    return call(actor, service.start_import, name, (DATA / name).read_bytes()).id


def test_a_file_is_read_for_as_long_as_it_takes(alice):
    with transaction(alice.organization_id) as s:
        service.start_import(s, alice, "x.csv", b"Lot;Quotit\xc3\xa9\n1A;500\n1B;500\n")
        asked = s.connection().exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
    assert asked == "0", "another process reads it, within the transaction"


def counts(actor):
    with transaction(actor.organization_id) as s:
        return {
            t.__tablename__: s.exec(select(func.count()).select_from(t)).one()
            for t in (Building, Lot, Owner, Ownership, DistributionKey, KeyPart)
        }


def mended_linde(actor):
    """Two faults: the deed gives lot 2.1 135 shares, not 130; lot 2.2 has owners for two thirds only."""
    run = started(actor, "residentie-de-linde.csv")
    draft = call(actor, service.open_run, run).draft
    finding = next(f for f in draft.findings if f.code == "parts_sum")
    call(actor, service.choose, run, building={k: v for k, v in LINDE.items()})
    call(actor, service.choose, run, fixes={finding.target: "2/3", "0:11:4": "135/1000"})
    return run


def test_nothing_is_written_before_the_commit(alice):
    run = mended_linde(alice)
    assert call(alice, service.open_run, run).draft.can_import
    assert set(counts(alice).values()) == {0}


def test_the_dutch_register_comes_in_whole(alice):
    report = call(alice, service.commit_import, mended_linde(alice))
    assert (report.lots, report.known_owners) == (12, 0)
    with transaction(alice.organization_id) as s:
        building = s.get(Building, report.building_id)
        assert (building.name, building.kbo, building.total_shares, building.language) == (
            "Residentie De Linde",
            "0712345630",
            1000,
            "nl",
        )
        assert s.exec(select(func.sum(Lot.shares))).one() == 1000
        parts = s.exec(
            select(Owner.last_name, Ownership.numerator, Ownership.denominator)
            .join(Ownership, Ownership.owner_id == Owner.id)
            .join(Lot, Lot.id == Ownership.lot_id)
            .where(Lot.number == "2.2")
            .order_by(Owner.last_name)
        )
        assert list(parts) == [("Smith", 2, 3), ("Vermeulen", 1, 3)]
        assert set(s.exec(select(Owner.last_name))) == {
            "Vermeulen",
            "D’hondt",
            "Peeters",
            "De Vos",
            "Lefèbvre",
            "Çelik",
            "Smith",
        }
        consents = s.exec(
            select(Owner.last_name).where(col(Owner.email_consent_on).is_not(None)).order_by(Owner.last_name)
        )
        assert list(consents) == ["De Vos", "Lefèbvre", "Smith", "Vermeulen"]
        contacts = s.exec(select(func.count()).select_from(Ownership).where(Ownership.is_contact)).one()
        assert contacts == 12


def test_a_blocked_import_writes_nothing_and_says_why(alice):
    run = started(alice, "residentie-de-linde.csv")
    with pytest.raises(Invalid, match="blocked"):
        call(alice, service.commit_import, run)
    assert set(counts(alice).values()) == {0}


def test_the_second_click_on_import_is_refused_and_doubles_nothing(alice):
    run = mended_linde(alice)
    call(alice, service.commit_import, run)
    before = counts(alice)
    with pytest.raises(Conflict):
        call(alice, service.commit_import, run)
    assert counts(alice) == before


def test_two_commits_at_once_write_one_register(alice):
    run, results = mended_linde(alice), []

    def go():
        try:
            results.append(call(alice, service.commit_import, run))
        except Conflict as error:
            results.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(r, Conflict) for r in results) == [False, True]
    assert counts(alice)["building"] == 1


def test_undo_takes_everything_back(alice):
    run = mended_linde(alice)
    call(alice, service.commit_import, run)
    call(alice, service.undo_import, run)
    assert set(counts(alice).values()) == {0}
    with transaction(alice.organization_id) as s:
        assert s.get(ImportRun, run).status == "undone"


def test_undo_is_refused_once_something_changed_and_loses_nothing(alice):
    run = mended_linde(alice)
    call(alice, service.commit_import, run)
    with transaction(alice.organization_id) as s:
        s.exec(select(Lot)).first().remark = "repeint"
    before = counts(alice)
    with pytest.raises(Conflict):
        call(alice, service.undo_import, run)
    assert counts(alice) == before


def test_a_person_already_known_is_not_entered_twice(alice):
    first = mended_linde(alice)
    call(alice, service.commit_import, first)
    owners = counts(alice)["owner"]
    second = mended_linde(alice)
    call(alice, service.choose, second, building=LINDE | {"kbo": "", "name": "Tweede"})
    draft = call(alice, service.open_run, second).draft
    for finding in (f for f in draft.findings if f.code == "alike_known"):
        call(alice, service.choose, second, fixes={finding.target: finding.proposal})
    report = call(alice, service.commit_import, second)
    assert report.owners + report.known_owners == owners
    assert report.known_owners >= owners - 2  # two couples without e-mail may stay open questions
    call(alice, service.undo_import, second)
    assert counts(alice)["owner"] == owners


def test_another_office_sees_nothing_of_a_run(alice, charlie):
    run = started(alice, "les-tilleuls.xlsx")
    for action in (service.open_run, service.commit_import, service.undo_import, service.delete_draft, service.dry_run):
        with pytest.raises(NotFound):
            call(charlie, action, run)


def test_the_dry_run_counts_what_would_be_created(alice):
    changes = call(alice, service.dry_run, mended_linde(alice))
    created = [c for c in changes if c.change == "created"]
    assert len(created) == len(changes)
    assert sum(c.entity == "lot" for c in created) == 12


def test_a_file_that_is_no_spreadsheet_is_refused(alice):
    with pytest.raises(Invalid):
        call(alice, service.start_import, "x.xlsx", b"<html>not a sheet</html>")


def test_a_column_read_otherwise_changes_the_draft(alice):
    run = started(alice, "residentie-de-linde.csv")
    mapping = call(alice, service.open_run, run).mapping[0]
    shares = next(c for c in mapping.columns if c.field == "shares")
    draft = call(alice, service.remap, run, sheet=0, column=shares.index, field="ignore").draft
    assert any(f.code == "shares_missing" for f in draft.findings)
    with pytest.raises(Invalid):
        call(alice, service.remap, run, sheet=0, column=shares.index, field="nonsense")


def accepted(actor, run):
    """Every proposal taken, as the wizard's buttons do."""
    while fixes := {f.target: f.proposal for f in call(actor, service.open_run, run).draft.findings if f.proposal}:
        call(actor, service.choose, run, fixes=fixes)


def register(actor, report):
    with transaction(actor.organization_id) as s:
        shares = s.exec(select(func.sum(Lot.shares)).where(Lot.building_id == report.building_id)).one()
        keys = s.exec(
            select(DistributionKey.name, func.sum(KeyPart.weight))
            .join(KeyPart, KeyPart.key_id == DistributionKey.id)
            .group_by(DistributionKey.name)
        )
        return shares, dict(list(keys))


def test_the_french_register_comes_in_whole(alice):
    run = started(alice, "les-tilleuls.xlsx")
    suggested = call(alice, service.open_run, run).choices.building
    call(alice, service.choose, run, building={**suggested, "deed_total": "10 000"}, drop="0:35")
    accepted(alice, run)
    with pytest.raises(Invalid, match="blocked"):  # 40 shares are missing: only the deed can tell whose
        call(alice, service.commit_import, run)
    call(alice, service.choose, run, fixes={"0:17:4": "990"})
    report = call(alice, service.commit_import, run)
    assert (report.lots, report.owners, report.holdings) == (26, 13, 30)
    assert register(alice, report) == (10_000, {"Clé asc.": 8630})
    with transaction(alice.organization_id) as s:
        building = s.get(Building, report.building_id)
        assert (building.name, building.kbo, building.postal_code) == ("RÉSIDENCE LES TILLEULS", "0845112696", "1180")
        assert s.exec(select(Ownership.started_on).distinct()).one().isoformat() == "2026-10-31"
        company = s.exec(select(Owner).where(Owner.kbo == "0403170701")).one()
        assert (company.kind, company.last_name) == ("company", "SRL Immo Brabant")


def test_the_german_register_comes_in_whole(alice):
    run = started(alice, "wohnanlage-bergstrasse.ods")
    identity = {
        "name": "Wohnanlage Bergstraße",
        "address": "Bergstraße 3",
        "postcode": "4700",
        "city": "Eupen",
        "language": "de",
        "deed_total": "1000",
    }
    call(alice, service.choose, run, building=identity)
    call(
        alice,
        service.choose,
        run,
        add={"owner_number": "107", "last_name": "Pauly", "first_name": "Erika", "language": "DE"},
    )
    accepted(alice, run)
    report = call(alice, service.commit_import, run)
    assert (report.lots, report.owners, report.holdings) == (15, 8, 17)
    assert register(alice, report) == (1000, {"Heizkosten-Schlüssel": 654})


def test_a_line_without_lot_or_number_is_refused(alice):
    run = started(alice, "residentie-de-linde.csv")
    with pytest.raises(Invalid):
        call(alice, service.choose, run, add={"last_name": "Pauly"})
