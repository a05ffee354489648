import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import AccountIn, BookIn, YearIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import service
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

from .conftest import account_id, line


def balances(actor, books, year, until=None):
    """code -> (before, debit, credit, after)"""
    found = call(actor, service.balances, books.id, books.years[year], until)
    return {b.account.code: (b.moved.before, b.moved.debit, b.moved.credit, b.moved.after) for b in found}


# --- Posting


def test_an_entry_is_numbered_in_its_journal_and_year(alice, books, posted):
    first = posted("2026-03-01", line("612", debit=12_100), line("551", credit=12_100), journal=Journal.FIN)
    other = posted("2026-03-01", line("612", debit=1), line("613000", credit=1))
    second = posted("2026-02-01", line("612", debit=5), line("551", credit=5), journal=Journal.FIN)
    earlier = posted("2025-12-31", line("612", debit=5), line("551", credit=5), journal=Journal.FIN)
    assert [(e.journal, e.number) for e in (first, other, second, earlier)] == [
        ("FIN", 1), ("ODS", 1), ("FIN", 2), ("FIN", 1)
    ]  # fmt: skip
    assert first.total_cents == 12_100
    whole = call(alice, service.get_entry, first.id)
    assert [(row.account.code, row.line.debit_cents, row.line.credit_cents) for row in whole.lines] == [
        ("612", 12_100, 0), ("551", 0, 12_100)
    ]  # fmt: skip


def test_a_control_account_names_its_party(alice, books, posted):
    bill = posted(
        "2026-03-01",
        line("610100", debit=50_000),
        line("440", credit=50_000, supplier_id=books.lift),
        journal=Journal.ACH,
    )
    call_ = posted(
        "2026-03-01", line("4101", debit=7_000, owner_id=books.bob), line("701", credit=7_000), journal=Journal.VEN
    )
    assert [row.party for row in call(alice, service.get_entry, bill.id).lines] == ["", "Lift SA"]
    assert [row.party for row in call(alice, service.get_entry, call_.id).lines] == ["Bob", ""]


def test_an_entry_sent_twice_is_written_once(alice, books, posted):
    key = uuid4()
    lines = line("612", debit=100), line("551", credit=100)
    assert posted("2026-03-01", *lines, key=key).id == posted("2026-03-01", *lines, key=key).id
    assert call(alice, service.list_entries, books.id, Asked()).total == 1


@pytest.mark.parametrize(
    ("on", "lines", "field"),
    [
        ("2026-03-01", [line("612", debit=100)], "lines"),
        ("2026-03-01", [line("612", debit=100), line("551", credit=101)], "lines"),
        ("2026-03-01", [line("999", debit=100), line("551", credit=100)], "lines.0"),
        ("2026-03-01", [line("612", debit=100), line("41", credit=100)], "lines.1"),
        ("2026-03-01", [line("4101", debit=100), line("551", credit=100)], "lines.0"),
        ("2026-03-01", [line("612", debit=100), line("440", credit=100)], "lines.1"),
        ("2027-01-01", [line("612", debit=100), line("551", credit=100)], "entry_on"),
        ("2024-12-31", [line("612", debit=100), line("551", credit=100)], "entry_on"),
    ],
)
def test_what_is_wrong_is_refused_beside_it_and_nothing_is_written(alice, books, posted, on, lines, field):
    with pytest.raises(Invalid) as refused:
        posted(on, *lines)
    assert set(refused.value.fields) == {field}
    assert call(alice, service.list_entries, books.id, Asked()).total == 0


def test_somebody_who_holds_nothing_here_is_no_co_owner_of_an_entry(alice, books, posted):
    stranger = call(alice, owners.create_owner, OwnerIn(last_name="Elsewhere"))
    with pytest.raises(Invalid) as refused:
        posted("2026-03-01", line("4101", debit=1, owner_id=stranger.id), line("701", credit=1))
    assert refused.value.field == "lines.0"


def test_a_supplier_that_the_office_does_not_have_is_refused_beside_the_line(alice, charlie, books, posted):
    theirs = call(charlie, suppliers.create_supplier, SupplierIn(name="Lift SA"))
    for nobody in (theirs.id, uuid4()):
        with pytest.raises(Invalid, match="This supplier does not exist") as refused:
            posted("2026-03-01", line("610100", debit=1), line("440", credit=1, supplier_id=nobody))
        assert refused.value.field == "lines.1"


def test_a_locked_period_takes_nothing_and_the_next_day_does(alice, books, posted):
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    with pytest.raises(Invalid) as refused:
        posted("2026-03-31", line("612", debit=1), line("551", credit=1))
    assert refused.value.field == "entry_on"
    assert posted("2026-04-01", line("612", debit=1), line("551", credit=1)).number == 1


def test_an_account_in_use_is_never_deleted(alice, books, posted):
    own = call(alice, accounts.create_account, books.id, AccountIn(code="610199", label="Own"))
    posted("2026-03-01", line("610199", debit=1), line("551", credit=1))
    with pytest.raises(Conflict):
        call(alice, accounts.delete_account, own.id)
    for change, field in (({"kind": "asset"}, "kind"), ({"postable": False}, "postable")):
        with pytest.raises(Invalid) as refused:
            call(alice, accounts.update_account, own.id, AccountIn(code="610199", label="Own", **change))
        assert refused.value.field == field


def test_a_year_keeps_its_entries(alice, books, posted):
    posted("2026-11-30", line("612", debit=1), line("551", credit=1))
    year = books.years[2026]
    for ends_on, allowed in ((date(2026, 11, 29), False), (date(2026, 11, 30), True)):
        data = YearIn(starts_on=date(2026, 1, 1), ends_on=ends_on)
        if allowed:
            assert call(alice, accounts.change_year, year, data).ends_on == ends_on
        else:
            with pytest.raises(Invalid) as refused:
                call(alice, accounts.change_year, year, data)
            assert refused.value.field == "ends_on"
    with pytest.raises(Conflict):
        call(alice, accounts.remove_year, year)


def test_the_key_of_an_entry_is_of_its_building(alice, books, posted):
    other = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    key = uuid4()
    posted("2026-03-01", line("612", debit=1), line("551", credit=1), key=key)
    entry = EntryIn(
        entry_on=date(2026, 3, 1), description="x", key=key, lines=[line("612", debit=1), line("551", credit=1)]
    )
    with pytest.raises(Invalid):
        call(alice, service.post_entry, other.id, entry)


# --- Reversal


def test_a_reversal_brings_every_account_back_and_happens_once(alice, books, posted):
    entry = posted("2026-03-01", line("612", debit=300), line("613000", debit=200), line("551", credit=500))
    mirror = call(alice, service.reverse_entry, entry.id, date(2026, 3, 15), "Entered twice")
    assert (mirror.reverses_id, mirror.total_cents, mirror.number, mirror.journal) == (entry.id, 500, 2, "ODS")
    assert balances(alice, books, 2026) == {
        "551": (0, 500, 500, 0), "612": (0, 300, 300, 0), "613000": (0, 200, 200, 0)
    }  # fmt: skip
    assert call(alice, service.get_entry, entry.id).reversed_by == mirror.id
    for wrong in (entry.id, mirror.id):
        with pytest.raises(Invalid):
            call(alice, service.reverse_entry, wrong, date(2026, 3, 16), "Again")


@pytest.mark.parametrize(
    ("on", "reason", "field"), [(date(2026, 2, 28), "Why", "entry_on"), (date(2026, 3, 1), " ", "reason")]
)
def test_a_reversal_needs_a_reason_and_comes_after(alice, posted, on, reason, field):
    entry = posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    with pytest.raises(Invalid) as refused:
        call(alice, service.reverse_entry, entry.id, on, reason)
    assert refused.value.field == field


def test_an_entry_of_a_locked_month_is_reversed_in_an_open_one(alice, books, posted):
    entry = posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    with pytest.raises(Invalid):
        call(alice, service.reverse_entry, entry.id, date(2026, 3, 31), "Slip")
    assert call(alice, service.reverse_entry, entry.id, date(2026, 4, 1), "Slip").number == 2


# --- The database itself refuses


INSERT = """
INSERT INTO journal_entry (id, created_at, updated_at, building_id, year_id, journal, number, entry_on, description, source, total_cents)
VALUES (:id, now(), now(), :building, :year, 'ODS', :number, :on, 'x', 'manual', :total)
"""
LINE = """
INSERT INTO journal_line (id, created_at, updated_at, building_id, entry_id, year_id, entry_on, position, account_id, debit_cents, credit_cents, description)
VALUES (gen_random_uuid(), now(), now(), :building, :id, :year, :on, 0, :account, :debit, :credit, '')
"""


def write(alice, books, *amounts, number=1, total=100, on=date(2026, 3, 1), year=2026):
    """Writes past the application, as somebody with the application's password could."""
    account = account_id(alice, books.id, "612")
    with transaction(alice.organization_id) as s:
        given = {
            "id": uuid4(),
            "building": books.id,
            "year": books.years[year],
            "on": on,
            "number": number,
            "total": total,
        }
        s.execute(text(INSERT), given)
        for debit, credit in amounts:
            s.execute(text(LINE), given | {"account": account, "debit": debit, "credit": credit})


@pytest.mark.parametrize(
    ("amounts", "more", "constraint"),
    [
        ([(100, 0), (0, 99)], {}, "entry_is_whole"),
        ([(100, 0), (0, 100)], {"total": 99}, "entry_is_whole"),
        ([], {}, "entry_is_whole"),
        ([(100, 0)], {}, "entry_is_whole"),
        ([(100, 0), (0, 100)], {"number": 2}, "entry_without_gap"),
        ([(100, 0), (0, 100)], {"on": date(2025, 3, 1)}, "entry_in_year"),
        ([(100, 100), (0, 100)], {}, "ck_journal_line_one_side"),
    ],
)
def test_what_does_not_balance_or_leaves_a_gap_is_refused_by_the_database(alice, books, amounts, more, constraint):
    with pytest.raises(DBAPIError) as refused:
        write(alice, books, *amounts, **more)
    assert constraint in str(refused.value.orig.diag.constraint_name)
    assert call(alice, service.list_entries, books.id, Asked()).total == 0


def test_the_database_takes_the_same_when_it_is_right(alice, books):
    write(alice, books, (100, 0), (0, 100))
    assert balances(alice, books, 2026) == {"612": (0, 100, 100, 0)}


def test_the_database_keeps_the_lock(alice, books):
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    with pytest.raises(DBAPIError) as refused:
        write(alice, books, (100, 0), (0, 100))
    assert refused.value.orig.diag.constraint_name == "entry_in_open_period"


CHANGES = (
    "UPDATE journal_entry SET description = 'other'", "UPDATE journal_line SET debit_cents = debit_cents + 1",
    "DELETE FROM journal_line", "DELETE FROM journal_entry", "UPDATE account_day SET debit_cents = 0", "DELETE FROM account_day",
)  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
def test_nothing_posted_changes_by_the_application(alice, books, posted, statement):
    posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    with pytest.raises(DBAPIError), transaction(alice.organization_id) as s:
        s.execute(text(statement))


@pytest.mark.parametrize("statement", CHANGES[:4])
def test_nothing_posted_changes_by_the_system_either(alice, books, posted, statement):
    entry = posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    column = "id" if "journal_entry" in statement else "entry_id"
    with pytest.raises(DBAPIError) as refused, everywhere() as s:
        s.execute(text(f"{statement} WHERE {column} = :id"), {"id": entry.id})
    assert refused.value.orig.diag.constraint_name == "posted_stays"


def test_a_line_more_on_a_posted_entry_is_refused(alice, books, posted):
    entry = posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    given = {
        "id": entry.id,
        "building": books.id,
        "year": books.years[2026],
        "on": date(2026, 3, 1),
        "account": account_id(alice, books.id, "612"),
    }
    pair = [given | {"debit": debit, "credit": credit} for debit, credit in ((5, 0), (0, 5))]  # balanced, and yet
    with pytest.raises(DBAPIError) as refused, transaction(alice.organization_id) as s:
        s.execute(text(LINE), pair)
    assert refused.value.orig.diag.constraint_name == "entry_is_whole"


def test_many_people_posting_at_once_leave_no_gap_and_no_double(alice, books):
    numbers, failures = [], []

    def work(n):
        entry = EntryIn(
            entry_on=date(2026, 1, 1) + timedelta(n),
            description=str(n),
            lines=[line("612", debit=n + 1), line("551", credit=n + 1)],
        )
        try:
            numbers.append(call(alice, service.post_entry, books.id, entry).number)
        except Exception as error:  # a thread's failure would be lost
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(numbers) == list(range(1, 25))
    assert balances(alice, books, 2026) == {"551": (0, 0, 300, -300), "612": (0, 300, 0, 300)}  # 1 + … + 24


# --- Reading


def test_balances_carry_what_lasts_over_the_year_and_begin_costs_anew(alice, books, posted):
    posted("2025-06-01", line("551", debit=10_000), line("100", credit=10_000))
    posted("2025-07-01", line("612", debit=3_000), line("551", credit=3_000))
    posted("2026-01-31", line("612", debit=400), line("551", credit=400))
    posted("2026-02-01", line("612", debit=500), line("551", credit=500))
    assert balances(alice, books, 2025) == {
        "100": (0, 0, 10_000, -10_000), "551": (0, 10_000, 3_000, 7_000), "612": (0, 3_000, 0, 3_000)
    }  # fmt: skip
    assert balances(alice, books, 2026) == {
        "100": (-10_000, 0, 0, -10_000), "551": (7_000, 0, 900, 6_100), "612": (0, 900, 0, 900)
    }  # fmt: skip
    assert balances(alice, books, 2026, date(2026, 1, 31))["612"] == (0, 400, 0, 400)
    assert balances(alice, books, 2026, date(2026, 1, 30))["551"] == (7_000, 0, 0, 7_000)


def test_balances_of_a_year_of_another_building_are_not_read(alice, books):
    other = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    year = BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    call(alice, accounts.open_books, other.id, year)
    (theirs,) = call(alice, accounts.list_years, other.id)
    for pair in ((books.id, theirs.id), (other.id, books.years[2026])):
        with pytest.raises(NotFound, match="This financial year does not exist"):
            call(alice, service.balances, *pair)


def account_page(alice, books, code, year, page, size):
    return call(alice, service.account_lines, account_id(alice, books.id, code), books.years[year], Asked(page, size))


def test_an_account_is_read_page_by_page_with_its_balance(alice, books, posted):
    posted("2025-12-31", line("551", debit=1_000), line("100", credit=1_000))
    for day in ("01-05", "01-20", "02-10", "03-01", "03-02", "03-03"):
        posted(f"2026-{day}", line("551", debit=10), line("100", credit=10))
    pages = [account_page(alice, books, "551", 2026, n, 2) for n in (1, 2, 3, 4)]
    assert [(p.before, len(p.rows), p.total) for p in pages] == [
        (1_000, 2, 6),
        (1_020, 2, 6),
        (1_040, 2, 6),
        (1_060, 0, 6),
    ]
    assert [row.entry_on.day for p in pages for row in p.rows] == [5, 20, 10, 1, 2, 3]
    assert account_page(alice, books, "551", 2025, 1, 25).before == 0


def test_a_cost_account_begins_each_year_at_nothing(alice, books, posted):
    posted("2025-12-31", line("612", debit=1_000), line("551", credit=1_000))
    posted("2026-01-05", line("612", debit=10), line("551", credit=10))
    page = account_page(alice, books, "612", 2026, 1, 25)
    assert (page.before, page.total) == (0, 1)


def test_entries_are_filtered_and_searched(alice, books, posted):
    posted("2025-03-01", line("612", debit=1), line("551", credit=1), words="Eau de mars", journal=Journal.FIN)
    posted("2026-03-01", line("612", debit=2), line("551", credit=2), words="Électricité", document_ref="F-77")

    def total(**filters):
        search = filters.pop("search", "")
        return call(alice, service.list_entries, books.id, Asked(search=search, filters=filters)).total

    assert total() == 2
    assert total(journal="FIN") == 1
    assert total(year=str(books.years[2026])) == 1
    assert total(**{"from": "2026-01-01"}) == 1
    assert total(until="2025-12-31") == 1
    assert total(search="electricite") == 1
    assert total(search="f-77") == 1
    assert total(search="FIN 1") == 1
    for wrong in ({"year": "x"}, {"from": "soon"}):
        with pytest.raises(Invalid):
            total(**wrong)


# --- Property: whatever is posted, the books add up


SUMS = st.lists(st.tuples(st.sampled_from(["100", "160", "550", "551", "612", "613000", "701", "4101"]), st.booleans(), st.integers(1, 10**9),
                          st.dates(date(2025, 1, 1), date(2026, 12, 31))), min_size=1, max_size=6)  # fmt: skip


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SUMS)
def test_whatever_is_posted_debits_equal_credits_and_sums_equal_lines(alice, books, posted, drawn):
    for code, debit, amount, on in drawn:
        one = line(
            code, **({"debit": amount} if debit else {"credit": amount}), owner_id=books.bob if code == "4101" else None
        )
        other = line("499", **({"credit": amount} if debit else {"debit": amount}))
        posted(str(on), one, other)
    for year in (2025, 2026):
        found = balances(alice, books, year).values()
        assert sum(debit for _, debit, _, _ in found) == sum(credit for _, _, credit, _ in found)
    with transaction(alice.organization_id) as s:
        kept = s.execute(
            text(
                "SELECT account_id, sum(lines), sum(debit_cents), sum(credit_cents) FROM account_day GROUP BY 1 ORDER BY 1"
            )
        ).all()
        read = s.execute(
            text(
                "SELECT account_id, count(*), sum(debit_cents), sum(credit_cents) FROM journal_line GROUP BY 1 ORDER BY 1"
            )
        ).all()
    assert kept == read


# --- Who


def test_another_office_sees_no_entry(alice, charlie, books, posted):
    entry = posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    assert call(charlie, service.list_entries, None, Asked()).total == 0
    for action, *given_ in (
        (service.get_entry, entry.id), (service.list_entries, books.id, Asked()), (service.balances, books.id, books.years[2026]),
        (service.reverse_entry, entry.id, date(2026, 3, 2), "Mine"), 
        (service.account_lines, account_id(alice, books.id, "612"), books.years[2026], Asked()),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            call(charlie, action, *given_)


def test_a_role_of_another_building_sees_no_entry(alice, books, posted):
    entry = posted("2026-03-01", line("612", debit=1), line("551", credit=1))
    elsewhere = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    council = as_role(alice, Role.BOARD_MEMBER, elsewhere.id)
    assert call(council, service.list_entries, None, Asked()).total == 0
    with pytest.raises(NotFound):
        call(council, service.get_entry, entry.id)
    assert call(as_role(alice, Role.BOARD_MEMBER, books.id), service.get_entry, entry.id).entry.id == entry.id


@pytest.mark.parametrize(
    ("role", "reads", "posts"),
    [
        (Role.ACCOUNTANT, True, True), (Role.BOARD_MEMBER, True, False), (Role.AUDITOR, True, False), (Role.OWNER, False, False),
        (Role.OCCUPANT, False, False), (Role.CONTRACTOR, False, False),
    ],
)  # fmt: skip
def test_who_reads_and_who_posts(alice, books, role, reads, posts):
    entry = EntryIn(entry_on=date(2026, 3, 1), description="x", lines=[line("612", debit=1), line("551", credit=1)])
    actor = as_role(alice, role)
    for allowed, action, *given_ in (
        (reads, service.list_entries, books.id, Asked()),
        (posts, service.post_entry, books.id, entry),
    ):
        if allowed:
            assert call(actor, action, *given_)
        else:
            with pytest.raises(Forbidden):
                call(actor, action, *given_)
