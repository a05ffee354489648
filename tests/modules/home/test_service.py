from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import a_building, as_role
from modules.ownership.conftest import a_lot, a_person, hold
from sqlalchemy import event, text

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import engine, everywhere, transaction
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.mail import MailMessage, MailStatus
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents.models import Document, DocumentVersion
from koprogo_app.modules.home import service
from koprogo_app.modules.home.rules import Kind, When
from koprogo_app.modules.imports.models import ImportRun
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import InvoiceIn, LineIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

WHOLE = {
    "kbo": "0403170701", "deed_on": date(1974, 3, 12), "syndic_name": "Cabinet Alice", "syndic_phone": "02 555 01 23",
}  # fmt: skip


def add(actor, *rows):
    with transaction(actor.organization_id) as s:
        s.add_all(rows)
        s.flush()
        for row in rows:
            s.refresh(row)


def a_document(actor, building, title="Acte", **change):
    given = {"building_id": building.id, "title": title, "category": "deed", "visibility": "owners"} | change
    document = Document(**given)
    add(actor, document)
    add(
        actor,
        DocumentVersion(
            building_id=building.id, document_id=document.id, number=1, filename="a.pdf", mime="application/pdf",
            size=1, sha256="0" * 64,
        ),
    )  # fmt: skip
    return document


def in_order(actor, **change):
    """A building with everything: one lot of all the shares, held whole by one person who can be reached."""
    building = call(actor, buildings.create_building, a_building(**(WHOLE | change)))
    hold(actor, a_lot(actor, building, shares=1000), a_person(actor, "Dubois"))
    a_document(actor, building)
    return building


def todo(actor, page=1, size=50):
    return call(actor, service.list_todo, Asked(page, size))


def kinds(actor) -> dict[Kind, dict[str, object]]:
    return {task.kind: dict(task.figures) for task in todo(actor).tasks}


def test_a_building_in_order_asks_for_nothing(alice):
    building = in_order(alice)
    found = todo(alice)
    assert (found.tasks, found.total) == ([], 0)
    assert [(place.id, place.waiting) for place in found.places] == [(building.id, 0)]


def test_a_bare_building_asks_for_its_identity_and_its_lots(alice, building):
    assert set(kinds(alice)) == {Kind.LOTS, Kind.NUMBER, Kind.DEED, Kind.DEED_DATE, Kind.NOTICEBOARD}
    assert {task.building_id for task in todo(alice).tasks} == {building.id}


def test_the_gates_of_the_register_are_tasks_with_their_figures(alice):
    building = in_order(alice, meeting_month=1, meeting_day=1)
    a_lot(alice, building, "2", 10)
    half, split = a_lot(alice, building, "3", 10), a_lot(alice, building, "4", 20)
    homeless = a_person(alice, "Wouters", address="")
    hold(alice, half, homeless, "1/2")
    hold(alice, split, homeless, "1/3", "undivided")
    hold(alice, split, a_person(alice, "Maes"), "2/3", "undivided")
    found = todo(alice)
    figures = {task.kind: dict(task.figures) for task in found.tasks if task.kind != Kind.WINDOW}
    assert figures == {
        Kind.SHARES: {"sum": 1040, "total": 1000}, Kind.OWNER: {"count": 1}, Kind.INCOMPLETE: {"count": 1},
        Kind.SUSPENDED: {"count": 1}, Kind.ADDRESS: {"count": 1},
    }  # fmt: skip
    vote = next(task for task in found.tasks if task.kind == Kind.SUSPENDED)
    first = date(clock.today().year + 1, 1, 1) if clock.today() > date(clock.today().year, 1, 15) else clock.today()
    assert vote.due == first
    assert found.places[0].waiting == found.total


def test_drafts_and_failed_mails_wait_too_with_their_own_address(alice):
    in_order(alice)
    draft = ImportRun(filename="tilleuls.xlsx", book={}, choices={})
    done = ImportRun(filename="parc.xlsx", book={}, choices={}, status="committed")
    lost = [
        MailMessage(recipient="a@example.be", subject="x", body="x", locale="fr", status=status)
        for status in (MailStatus.FAILED, MailStatus.FAILED, MailStatus.SENT, MailStatus.WAITING)
    ]
    add(alice, draft, done, *lost)
    tasks = {task.kind: task for task in todo(alice).tasks}
    assert set(tasks) == {Kind.DRAFT, Kind.MAIL}
    assert (tasks[Kind.DRAFT].href, tasks[Kind.DRAFT].figures["name"]) == (f"/imports/{draft.id}", "tilleuls.xlsx")
    assert (tasks[Kind.MAIL].href, tasks[Kind.MAIL].figures) == ("/outbox?status=failed", {"count": 2})


def test_invoices_to_approve_and_past_their_day_wait_with_their_own_address(alice):
    building = in_order(alice)
    call(alice, accounts.open_books, building.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    lift = call(alice, suppliers.create_supplier, SupplierIn(name="Lift SA"))
    paid_by = [date(2026, 2, 10), date(2026, 3, 10), clock.today() + timedelta(30)]
    for n, due in enumerate(paid_by):
        line = LineIn(account="612", unit_price=10, vat_percent=21)
        data = InvoiceIn(
            supplier_id=lift.id, number=str(n), issued_on=date(2026, 1, 10), due_on=due, description="x", lines=[line]
        )
        made = call(alice, invoices.create_invoice, building.id, data)
        call(alice, workflow.submit_invoice, made.id)
        if n < 2:
            call(alice, workflow.approve_invoice, made.id, shared=False)
    tasks = {task.kind: task for task in todo(alice).tasks}
    assert set(tasks) - {Kind.BUDGET} == {Kind.APPROVE, Kind.PAY}
    assert (tasks[Kind.APPROVE].figures, tasks[Kind.APPROVE].due) == ({"count": 1}, clock.today())
    assert (tasks[Kind.PAY].figures, tasks[Kind.PAY].due) == ({"count": 2}, date(2026, 2, 10))
    assert tasks[Kind.PAY].href == f"/buildings/{building.id}/invoices?status=late"


def test_a_missing_consent_to_e_mail_is_no_task(alice):
    in_order(alice)
    assert call(alice, owners.list_owners, Asked(filters={"channel": "registered"})).total == 1
    assert todo(alice).total == 0


def test_what_is_late_is_counted_and_comes_first(alice, building):
    call(alice, buildings.update_building, building.id, a_building(syndic_since=date(2020, 1, 1)))
    found = todo(alice)
    assert (found.tasks[0].kind, found.tasks[0].due) == (Kind.NOTICEBOARD, date(2020, 1, 9))
    assert found.by_when == {When.LATE: 1, When.WEEK: found.total - 1}


def test_tasks_come_a_page_at_a_time(alice):
    for name in ("Un", "Deux", "Trois"):
        call(alice, buildings.create_building, a_building(name=name))
    whole = todo(alice).tasks
    assert [task for page in (1, 2, 3) for task in todo(alice, page, 5).tasks] == whole
    assert (len(whole), todo(alice, 2, 5).total) == (15, 15)


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def test_the_number_of_questions_does_not_grow_with_the_buildings(alice):
    in_order(alice)
    with statements() as for_one:
        todo(alice)
    for n in range(5):
        bare = call(alice, buildings.create_building, a_building(name=f"Immeuble {n}"))
        hold(alice, a_lot(alice, bare, "1", 10), a_person(alice, f"Personne {n}", address=""), "1/2")
    with statements() as for_six:
        assert todo(alice).total > 20
    assert len(for_six) == len(for_one)
    # organisation; names, shares, lots of nobody, shared lots, addresses (the gates); buildings, invoices, drafts,
    # mails; years, checks, remarks, calls, what is overdue, letters, bearers, budgets
    assert len(for_one) == 18


def test_a_stranger_finds_nothing_and_the_others_are_refused(alice, charlie, building):
    assert todo(charlie).total == 0
    assert todo(charlie).places == []
    for role in (Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER, Role.OCCUPANT, Role.CONTRACTOR):
        with pytest.raises(Forbidden):
            todo(as_role(alice, role, building.id))


def test_a_syndic_of_one_building_is_asked_for_that_one_only(alice, building):
    call(alice, buildings.create_building, a_building(name="Autre"))
    here = todo(as_role(alice, Role.SYNDIC, building.id))
    assert {task.building_id for task in here.tasks} == {building.id}
    assert [place.id for place in here.places] == [building.id]


def test_the_platform_administrator_names_an_organisation_first(superadmin):
    with pytest.raises(Invalid, match="organisation"):
        todo(superadmin)


# --- The others ------------------------------------------------------------------------------------------------------


@pytest.fixture
def bob(alice, building):
    """Bob, who holds a third of lot 5.1 and held lot P1."""
    person = a_person(alice, "Dubois", first_name="Bob")
    flat, parking = a_lot(alice, building, "5.1", 400), a_lot(alice, building, "P1", 40, "parking")
    hold(alice, flat, person, "1/3", "undivided", date(2021, 3, 1))
    hold(alice, flat, a_person(alice, "Maes"), "2/3", "undivided", date(2021, 3, 1))
    with transaction(alice.organization_id) as s:
        s.add(
            Ownership(
                building_id=building.id, lot_id=parking.id, owner_id=person.id, started_on=date(2021, 3, 1),
                ended_on=date(2022, 1, 1),
            )
        )  # fmt: skip
    return replace(as_role(alice, Role.OWNER, building.id), owner_id=person.id)


def test_a_co_owner_finds_his_own_parts_of_today(bob, building):
    found = call(bob, service.my_home)
    assert [(p.lot.number, p.lot.shares, p.part.numerator, p.part.denominator, p.building.id) for p in found.parts] == [
        ("5.1", 400, 1, 3, building.id)
    ]  # fmt: skip
    assert (found.owner.last_name, [b.id for b in found.buildings]) == ("Dubois", [building.id])


def test_a_co_owner_finds_the_latest_papers_he_may_read(alice, bob, building):
    titles = [a_document(alice, building, f"Papier {n}").title for n in range(6)]
    a_document(alice, building, "Interne", visibility="office")
    a_document(alice, building, "À Maes", owner_id=a_person(alice, "Maes").id)
    assert [row.title for row in call(bob, service.my_home).documents] == titles[:0:-1]


def test_an_account_linked_to_nobody_is_told_so(alice, building):
    with pytest.raises(NotFound, match="not entered"):
        call(as_role(alice, Role.OWNER, building.id), service.my_home)
    with pytest.raises(Forbidden):
        call(alice, service.my_home)


def test_an_occupant_finds_his_building_and_its_papers_for_everybody(alice, building):
    call(alice, buildings.create_building, a_building(name="Autre"))
    a_document(alice, building, "Règlement", visibility="occupants")
    a_document(alice, building, "Comptes", visibility="owners")
    found = call(as_role(alice, Role.OCCUPANT, building.id), service.reader_home)
    assert [b.id for b in found.buildings] == [building.id]
    assert [row.title for row in found.documents] == ["Règlement"]


def test_the_platform_administrator_counts_what_is_there(alice, superadmin, building):
    failed = MailMessage(recipient="a@example.be", subject="x", body="x", locale="fr", status=MailStatus.FAILED)
    add(alice, failed)
    counts = (
        "SELECT (SELECT count(*) FROM organization WHERE id <> '00000000-0000-0000-0000-000000000000'), "
        "(SELECT count(*) FROM user_account), (SELECT count(*) FROM building), "
        "(SELECT count(*) FROM mail_message WHERE status = 'failed')"
    )
    with everywhere() as s:
        s.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))  # other tests write meanwhile
        found = service.platform_home(s, superadmin)
        wanted = tuple(s.execute(text(counts)).one())
    assert (found.organizations, found.users, found.buildings, found.failed_mails) == wanted
    assert min(wanted) > 0


def test_nobody_else_counts_the_platform(alice):
    with pytest.raises(Forbidden):
        call(alice, service.platform_home)
