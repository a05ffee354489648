"""Running, remembering, accepting: by whom, how often, in which office."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import a_building, as_role
from modules.owner_accounts.conftest import asked_of_the_database
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.integrity import jobs, rules, service
from koprogo_app.modules.integrity.models import IntegrityAcceptance, IntegrityRun
from koprogo_app.modules.integrity.words import Kind

from .conftest import TODAY, line


def run(actor, building_id):
    return call(actor, service.run_checks, building_id)


def of(checked, kind):
    return [one for one in checked.open if one.kind == kind]


def rows(actor, table):
    with transaction(actor.organization_id) as s:
        found = list(s.exec(select(table).order_by(table.created_at)))
        s.expunge_all()
        return found


@pytest.fixture
def suspense(alice, books, posted):
    """10.01 € on the suspense account, found by a run of today."""
    posted("2026-03-01", line("499", debit=1_001), line("551", credit=1_001))
    [finding] = of(run(alice, books.id), Kind.SUSPENSE)
    return finding


def test_before_the_first_run_nothing_is_said(alice, books):
    checked = call(alice, service.get_checks, books.id)
    assert (checked.run, checked.open, checked.accepted, checked.cut) == (None, [], [], [])


def test_a_run_is_kept_with_what_it_counts(alice, books, suspense):
    checked = call(alice, service.get_checks, books.id)
    assert checked.run is not None
    assert {one.kind for one in checked.open} == {Kind.BANK_BELOW, Kind.SUSPENSE, Kind.OWNER_ADDRESS}
    assert (checked.run.errors, checked.run.warnings, checked.run.ran_by) == (0, 4, "Alice Test")  # two addresses
    assert suspense.href.startswith(f"/buildings/{books.id}/accounts/")


def test_running_twice_keeps_one_run_and_the_first_day(alice, books, suspense, posted, monkeypatch):
    assert suspense.since == TODAY
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(3))
    posted("2026-07-01", line("499", debit=500), line("551", credit=500))
    again = run(alice, books.id)
    [finding] = of(again, Kind.SUSPENSE)
    assert (finding.since, finding.params["amount"]) == (TODAY, 1_501)
    posted("2026-07-02", line("499", credit=1_501), line("551", debit=1_501))
    assert of(run(alice, books.id), Kind.SUSPENSE) == []
    posted("2026-07-03", line("499", debit=1), line("551", credit=1))
    [back] = of(run(alice, books.id), Kind.SUSPENSE)
    assert back.since == TODAY + timedelta(3)  # it was mended in between
    assert len(rows(alice, IntegrityRun)) == 1


def test_an_accepted_finding_counts_no_more_until_its_figures_change(alice, books, suspense, posted):
    for reason in ("A cheque on its way.", "Explained by the bank."):  # twice: one acceptance, the new reason
        call(alice, service.accept, books.id, suspense.fingerprint, reason)
    checked = call(alice, service.get_checks, books.id)
    [(finding, said)] = checked.accepted
    assert (finding.fingerprint, said.reason, said.done_by) == (
        suspense.fingerprint,
        "Explained by the bank.",
        "Alice Test",
    )
    assert checked.run.warnings == 3
    assert of(checked, Kind.SUSPENSE) == []
    again = run(alice, books.id)
    assert (len(again.accepted), again.run.warnings) == (1, 3)
    posted("2026-03-02", line("499", debit=1), line("551", credit=1))
    changed = run(alice, books.id)
    assert (len(of(changed, Kind.SUSPENSE)), changed.accepted, changed.run.warnings) == (1, [], 4)


def test_what_was_accepted_can_count_again(alice, books, suspense):
    call(alice, service.accept, books.id, suspense.fingerprint, "A cheque.")
    for _ in range(2):
        call(alice, service.take_back, books.id, suspense.fingerprint)
        checked = call(alice, service.get_checks, books.id)
        assert (len(of(checked, Kind.SUSPENSE)), checked.accepted, checked.run.warnings) == (1, [], 4)
    assert rows(alice, IntegrityAcceptance) == []


@pytest.mark.parametrize(("reason", "fingerprint", "field"), [(" ", "", "reason"), ("x" * 501, "", "reason"), ("Why", "0" * 64, "fingerprint")])  # fmt: skip
def test_what_is_not_accepted_is_said_beside_its_field(alice, books, suspense, reason, fingerprint, field):
    with pytest.raises(Invalid) as refused:
        call(alice, service.accept, books.id, fingerprint or suspense.fingerprint, reason)
    assert set(refused.value.fields) == {field}
    assert rows(alice, IntegrityAcceptance) == []


def test_nothing_is_accepted_before_a_run(alice, books):
    with pytest.raises(Invalid, match="check again"):
        call(alice, service.accept, books.id, "0" * 64, "Why")
    call(alice, service.take_back, books.id, "0" * 64)


def test_books_that_are_not_open_are_not_checked(alice):
    bare = call(alice, buildings.create_building, a_building(name="Bare"))
    with pytest.raises(Invalid, match="not open"):
        run(alice, bare.id)


def test_books_that_begin_later_are_checked_already(alice, books, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2024, 5, 1))
    assert {one.kind for one in run(alice, books.id).open} == {Kind.OWNER_ADDRESS}


def test_more_than_is_kept_is_cut_and_said(alice, books, posted):
    for _ in range(rules.MOST + 1):
        posted("2026-07-01", line("612", debit=100), line("551", credit=100))
    checked = run(alice, books.id)
    assert len(of(checked, Kind.FUTURE)) == rules.MOST
    assert set(checked.cut) == {Kind.FUTURE, Kind.UNSHARED}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_run_read_and_accept(alice, books, suspense, role):
    actor = as_role(alice, role, books.id)
    reads = {Role.SYNDIC, Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR, Role.SUPERADMIN, Role.SYSTEM}
    runs = reads - {Role.BOARD_MEMBER}
    for allowed, fn, args in (
        (role in reads, service.get_checks, (books.id,)), (role in reads, service.waiting, ()),
        (role in runs, service.run_checks, (books.id,)), (role in runs, service.check_at_night, (books.id,)),
        (role in runs, service.accept, (books.id, suspense.fingerprint, "Why")),
        (role in runs, service.take_back, (books.id, suspense.fingerprint)), (role in runs, service.buildings_with_books, ()),
    ):  # fmt: skip
        if allowed:
            call(actor, fn, *args)
        else:
            with pytest.raises(Forbidden):
                call(actor, fn, *args)


def test_another_office_and_another_building_see_nothing(alice, charlie, books, suspense, posted):
    posted("2026-03-01", line("160", debit=100), line("551", credit=100))
    run(alice, books.id)
    elsewhere = replace(alice, building_ids=frozenset())
    for stranger in (charlie, elsewhere):
        for fn, args in (
            (service.get_checks, ()), (service.run_checks, ()), (service.accept, (suspense.fingerprint, "Why")),
            (service.take_back, (suspense.fingerprint,)),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(stranger, fn, books.id, *args)
        assert call(stranger, service.waiting) == []
        assert call(stranger, service.buildings_with_books) == []
        with pytest.raises(Invalid):
            call(stranger, service.check_at_night, books.id)
    assert rows(charlie, IntegrityRun) == []


def test_the_to_do_list_knows_what_is_wrong_and_not_accepted(alice, books, posted):
    assert call(alice, service.waiting) == []
    posted("2026-03-01", line("160", debit=100), line("551", credit=100))
    [below] = of(run(alice, books.id), Kind.FUND_BELOW)
    assert call(alice, service.waiting) == [(books.id, 1)]
    call(alice, service.accept, books.id, below.fingerprint, "Mended at the next meeting.")
    assert call(alice, service.waiting) == []


def test_each_run_of_a_person_is_in_the_trail_and_none_of_the_clock(alice, books):
    run(alice, books.id)
    call(system_actor(alice.organization_id), service.check_at_night, books.id)
    actions = [one.action for one in rows_of_trail(alice)]
    assert actions.count("books checked") == 1
    assert call(alice, service.get_checks, books.id).run.ran_by == ""


def rows_of_trail(actor):
    with transaction(actor.organization_id) as s:
        found = list(s.exec(select(AuditEntry)))
        s.expunge_all()
        return found


def test_at_night_every_building_with_books_is_checked(alice, charlie, books, posted):
    posted("2026-03-01", line("160", debit=100), line("551", credit=100))
    there = call(charlie, buildings.create_building, a_building())
    call(charlie, accounts.open_books, there.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    call(charlie, buildings.create_building, a_building(name="Bare"))
    found = call(system_actor(), service.buildings_with_books)  # the books of other tests too
    mine = [(alice.organization_id, books.id), (charlie.organization_id, there.id)]
    assert set(mine) <= set(found)
    assert jobs.check_each(mine) == 2
    assert call(alice, service.waiting) == [(books.id, 1)]
    assert [one.building_id for one in rows(charlie, IntegrityRun)] == [there.id]


def test_two_runs_at_once_leave_one(alice, books, suspense):
    failed: list[BaseException] = []

    def go():
        try:
            run(alice, books.id)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert len(rows(alice, IntegrityRun)) == 1


def test_a_run_asks_as_many_questions_of_big_books_as_of_small_ones(alice, books, posted):
    with asked_of_the_database() as few:
        run(alice, books.id)
    for n in range(30):
        posted(
            "2026-03-01",
            line("4101", debit=100 + n, owner_id=books.bob),
            line("612", debit=1),
            line("160", credit=101 + n),
        )
    with asked_of_the_database() as many:
        run(alice, books.id)
    assert len(many) == len(few) < 70
