"""The books of the two demonstration buildings: they balance, nothing is wrong but what is meant to be, whatever day it is."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

import koprogo_app.tables as tables
from koprogo_app.core import clock
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.db import everywhere
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.rules import State
from koprogo_app.modules.closing import service as closing
from koprogo_app.modules.demo import plans, service
from koprogo_app.modules.demo.data.offices import offices
from koprogo_app.modules.funds import service as funds
from koprogo_app.modules.funds.rules import Verdict
from koprogo_app.modules.integrity import service as integrity
from koprogo_app.modules.integrity.words import Kind
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices.rules import Status
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.meters import periods
from koprogo_app.modules.statements import reading

SONNET, JARDIN = offices()[:2]
BUILT = [pytest.param(o, id=o.slug) for o in (SONNET, JARDIN)]
PLANNED = {
    Kind.UNSHARED,
    Kind.NO_VOUCHER,
    Kind.OWNER_ADDRESS,
}  # the bank charges and the invoice of today; the absent investor
TABLES = (
    "budget", "call_part", "payment", "settlement", "statement_part", "accrual", "year_closing", "fund_movement", "meter_use",
    "cost_allocation", "payment_reference", "integrity_run", "invoice_step", "journal_line",
)  # fmt: skip


def rows(query, **values):
    with everywhere() as s:
        return [tuple(row) for row in s.execute(text(query), values)]


def one(query, **values):
    return rows(query, **values)[0][0]


def years_of(office):
    actor, building = system_actor(office.id), office.house_id(0)
    return actor, building, {y.starts_on.year: y for y in call(actor, accounts.list_years, building)}


def check_books(office, today):
    """Balanced years, two of them closed, and no finding but those that are meant to be."""
    actor, building, years = years_of(office)
    assert sorted(years) == [today.year - 2, today.year - 1, today.year]
    for ago in (2, 1, 0):
        year = years[today.year - ago]
        balances = call(actor, ledger.balances, building, year.id)
        assert sum(b.moved.after for b in balances) == 0
        state = call(actor, closing.get_state, building, year.id)
        assert state.closed == bool(ago)
        if ago:
            assert state.result == 0
            assert "décision 1" in state.closing.decision
            assert state.closing.decided_on <= today
    found = call(actor, integrity.run_checks, building).open
    assert {f.kind for f in found} <= PLANNED
    assert Counter(f.kind for f in found)[Kind.UNSHARED] == 1


def check_to_do(office, today):
    """A draft call, an open one, an invoice to approve, somebody who is late."""
    actor, building = system_actor(office.id), office.house_id(0)
    found = call(actor, calls.list_calls, building, Asked(size=50)).rows
    drafts = [c for c in found if c.status == "draft"]
    assert drafts
    assert [c for c in found if c.status == "issued" and c.due_on > today and c.open_cents]
    assert call(actor, calls.sums, building).overdue > 0
    assert call(actor, invoices.sums, building)[Status.SUBMITTED].count >= 1
    assert {p.status for p in call(actor, periods.list_periods, building)} == {"open", "closed"}


@pytest.mark.parametrize("office", BUILT)
def test_the_books_balance_and_nothing_is_wrong_but_what_is_meant_to_be(told, office):
    check_books(office, clock.today())


@pytest.mark.parametrize("office", BUILT)
def test_there_is_something_to_do(told, office):
    check_to_do(office, clock.today())


PUBLISHED = """
SELECT s.costs_cents, s.provisions_cents,
  (SELECT sum(costs_cents) FROM statement_owner o WHERE o.statement_id = s.id),
  (SELECT sum(provisions_cents) FROM statement_owner o WHERE o.statement_id = s.id),
  (SELECT sum(l.debit_cents - l.credit_cents) FROM journal_line l JOIN account a ON a.id = l.account_id
     JOIN journal_entry e ON e.id = l.entry_id
     WHERE l.year_id = s.year_id AND a.kind IN ('expense', 'revenue') AND a.code NOT IN ('701', '702')),
  (SELECT sum(l.credit_cents - l.debit_cents) FROM journal_line l JOIN account a ON a.id = l.account_id
     JOIN journal_entry e ON e.id = l.entry_id
     WHERE l.year_id = s.year_id AND a.code IN ('701', '702') AND e.source = 'call'),
  (SELECT sum(l.debit_cents - l.credit_cents) FROM journal_line l
     WHERE l.entry_id = s.entry_id AND l.owner_id IS NOT NULL)
FROM statement s WHERE s.building_id = :b ORDER BY s.until_on
"""


@pytest.mark.parametrize("office", BUILT)
def test_each_published_statement_is_what_the_books_say(told, office):
    found = rows(PUBLISHED, b=office.house_id(0))
    assert len(found) == 2
    for costs, provisions, of_owners, called_of_owners, booked, called, posted in found:
        assert costs == of_owners == booked
        assert provisions == called_of_owners == called
        assert posted == costs - provisions


@pytest.mark.parametrize("office", BUILT)
def test_every_owner_who_signs_in_sees_a_statement_and_an_open_call(told, office):
    mine = [m for m in office.members if m.role == Role.OWNER]
    assert mine
    for member in mine:
        owner = one(
            "SELECT o.owner_id FROM membership o JOIN user_account u ON u.id = o.user_id"
            " WHERE u.email = :e AND o.role = 'owner'", e=member.email,
        )  # fmt: skip
        actor = replace(system_actor(office.id), role=Role.OWNER, owner_id=owner)
        statements = call(actor, reading.my_statements)
        assert {s.from_on.year for s in statements} >= {clock.today().year - 1}
        states = {c.state for c in call(actor, calls.my_calls) if c.open_cents}
        assert states & {State.ISSUED, State.PARTLY}


@pytest.mark.parametrize("office", BUILT)
def test_every_kind_of_cost_is_there(told, office):
    """Several keys, one of meters, a private cost, a credit note, VAT, a part of the tenant, a cost that the reserve bears."""
    building = office.house_id(0)
    keys = {name for (name,) in rows(
        "SELECT DISTINCT k.name FROM cost_allocation a JOIN distribution_key k ON k.id = a.key_id WHERE a.building_id = :b", b=building,
    )}  # fmt: skip
    year = clock.today().year
    assert {f"Eau froide {year - 1}", f"Eau froide {year - 2}"} < keys
    assert keys & {"Ascenseur", "Toiture et façade arrière"}
    counted = "SELECT count(*) FROM cost_allocation WHERE building_id = :b AND "
    for condition in ("owner_id IS NOT NULL", "tenant_percent = 100", "vat_cents > 0", "vat_cents < 0", "NOT ordinary"):
        assert one(counted + condition, b=building) > 0, condition
    assert one("SELECT count(*) FROM invoice WHERE building_id = :b AND kind = 'credit_note'", b=building) == 1
    kinds = {kind for (kind,) in rows("SELECT DISTINCT kind FROM fund_movement WHERE building_id = :b", b=building)}
    assert kinds == {"withdrawal", "interest", "transfer"}
    assert one("SELECT count(*) FROM accrual WHERE building_id = :b", b=building) == 2


def test_the_auditor_has_signed_one_year_and_waits_for_an_answer_on_the_next(told):
    found = rows(
        "SELECT v.status, r.status FROM verification v JOIN verification_remark r ON r.verification_id = v.id"
        " JOIN fiscal_year y ON y.id = v.year_id ORDER BY y.starts_on, r.id"
    )
    assert found == [("signed", "closed"), ("open", "answered"), ("open", "open")]


def test_the_meeting_of_the_small_building_waived_the_reserve_for_a_year(told):
    actor, building, years = years_of(JARDIN)
    last = years[clock.today().year - 1]
    assert call(actor, funds.get_overview, building, last.id).duty.verdict == Verdict.WAIVED


def test_the_regimes_are_those_that_the_law_allows(told):
    found = dict(rows("SELECT building_id, regime FROM book"))
    assert found == {SONNET.house_id(0): "double", JARDIN.house_id(0): "simplified"}


def test_letters_of_the_last_call_wait_and_none_can_reach_a_stranger(told):
    kept = rows("SELECT building_id, count(*) FROM letter GROUP BY building_id")
    assert dict(kept) == {JARDIN.house_id(0): 10, SONNET.house_id(0): 6}
    assert rows("SELECT total FROM letter_run ORDER BY total") == [(6,), (10,)]
    domains = {d for (d,) in rows("SELECT DISTINCT split_part(email, '@', 2) FROM owner WHERE email IS NOT NULL")}
    assert domains == {"example.org", "demo.koprogo.be"}


def test_the_trail_says_how_many_rows_there_are_and_not_each(told):
    length = one(
        "SELECT length(payload) FROM audit_entry WHERE organization_id = :o AND action = 'demo data created'",
        o=SONNET.id,
    )
    assert length < 1_000_000


@pytest.mark.parametrize("today", [date(2028, 2, 29)], ids=str)
def test_it_is_whole_on_any_day(told, superadmin, monkeypatch, today):
    """The small building, made anew on another day: a leap day."""
    service.clear(superadmin, [JARDIN.id])
    for name in TABLES:
        assert one(f'SELECT count(*) FROM "{name}" WHERE organization_id = :o', o=JARDIN.id) == 0
    with monkeypatch.context() as patch:
        patch.setattr(clock, "today", lambda: today)
        patch.setattr(clock, "now", lambda: datetime(today.year, today.month, today.day, 9, tzinfo=UTC))
        service.seed(superadmin, [JARDIN])
        check_books(JARDIN, today)
        check_to_do(JARDIN, today)
    left = Counter({t.name: one(f'SELECT count(*) FROM "{t.name}" WHERE organization_id = :o', o=JARDIN.id)
                    for t in tables.metadata.sorted_tables if "organization_id" in t.c})  # fmt: skip
    assert all(left[name] for name in TABLES)
    service.clear(superadmin, [JARDIN.id])
    service.seed(superadmin, [JARDIN])


@pytest.mark.parametrize(
    ("covers", "month", "first", "last"),
    [
        (1, 2, date(2028, 2, 1), date(2028, 2, 29)),
        (3, 3, date(2028, 1, 1), date(2028, 3, 31)),
        (2, 1, date(2027, 12, 1), date(2028, 1, 31)),
        (12, 12, date(2028, 1, 1), date(2028, 12, 31)),
        (-12, 1, date(2028, 1, 1), date(2028, 12, 31)),
        (-12, 10, date(2028, 10, 1), date(2029, 9, 30)),
    ],
)
def test_the_days_that_an_invoice_is_for(covers, month, first, last):
    bill = plans.Bill("x", "610", "x", 1, (), "other", covers=covers)
    assert plans.covered(bill, 2028, month) == (first, last)


def test_a_decision_is_never_still_to_come():
    plan = offices()[0].houses[0].books
    assert plan.decided == (3, 19)
    assert plans.decision_of(plan, date(2027, 1, 1), 1) == date(2027, 1, 1)
    assert plans.decision_of(plan, date(2027, 6, 1), 1) == date(2027, 3, 19)
    assert plans.decision_of(plan, date(2028, 2, 29), 2) == date(2027, 3, 19)


def test_the_quarters_that_are_over():
    assert list(plans.quarter_ends(date(2027, 1, 1)))[-1] == date(2026, 12, 31)
    assert list(plans.quarter_ends(date(2026, 12, 31)))[-1] == date(2026, 12, 31)
    assert len(list(plans.quarter_ends(date(2028, 2, 29)))) == 8
