from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor
from modules.ledger.conftest import line
from modules.ownership.conftest import a_lot, a_person, hold

from koprogo_app.core.actor import GRANTS, Permission, Role
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import AccountIn, BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.owner_accounts import service
from koprogo_app.modules.ownership import service as ownership

from .conftest import asked_of_the_database

YEAR = BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


def balances(actor, books, **asked):
    found = call(actor, service.list_owner_balances, books.id, Asked(**asked))
    return [(o.last_name, o.balance_cents) for o in found.rows], found.owed, found.owed_back


def lines(found):
    """(day, words, debit, credit, balance) of each line."""
    return [(str(x.entry_on), x.words, x.debit_cents, x.credit_cents, x.balance_cents) for x in found.rows]


def mine(actor, building_id=None, **asked):
    return call(actor, service.my_lines, building_id, Asked(**asked))


@pytest.fixture
def elsewhere(alice, books):
    """A second building with books of its own, where Bob holds a lot too."""
    building = call(alice, buildings.create_building, a_building(name="Autre", iban_working="BE68539007547034"))
    call(alice, accounts.open_books, building.id, YEAR)
    hold(alice, a_lot(alice, building), call(alice, service.get_owner, books.bob))
    return building


def charge(actor, building_id, owner_id, cents, words="Call elsewhere"):
    sides = [line("4101", debit=cents, owner_id=owner_id), line("701", credit=cents)]
    entry = EntryIn(entry_on=date(2026, 1, 15), description=words, lines=sides)
    return call(actor, ledger.post_entry, building_id, entry)


# --- The office


def test_what_each_co_owner_owes_and_what_is_owed_back(alice, books, called, paid):
    called(books.bob, 12_000)
    called(books.dora, 5_000)
    paid(books.dora, 7_500)
    assert balances(alice, books) == ([("Bob", 12_000), ("Dora", -2_500)], 12_000, 2_500)
    assert balances(alice, books, sort="balance_cents") == ([("Dora", -2_500), ("Bob", 12_000)], 12_000, 2_500)
    assert balances(alice, books, search="dor") == ([("Dora", -2_500)], 0, 2_500)


@pytest.mark.parametrize(
    ("standing", "names", "owed", "back"),
    [("owes", ["Bob"], 12_000, 0), ("credit", ["Dora"], 0, 2_500), ("settled", ["Ed"], 0, 0)],
)
def test_balances_are_narrowed_to_who_owes_is_owed_or_neither(
    alice, books, building, called, paid, standing, names, owed, back
):
    ed = a_person(alice, "Ed")
    hold(alice, a_lot(alice, building, "A3"), ed)
    for owner, asked, received in ((books.bob, 12_000, 0), (books.dora, 5_000, 7_500), (ed.id, 100, 100)):
        called(owner, asked)
        if received:
            paid(owner, received)
    rows, *sums = balances(alice, books, filters={"standing": standing})
    assert ([name for name, _ in rows], sums) == (names, [owed, back])


def test_sums_are_of_every_page_of_the_list(alice, books, called):
    called(books.bob, 12_000)
    called(books.dora, 5_000)
    assert balances(alice, books, size=1) == ([("Bob", 12_000)], 17_000, 0)
    assert balances(alice, books, size=1, page=2) == ([("Dora", 5_000)], 17_000, 0)
    assert balances(alice, books, size=1, page=3) == ([], 17_000, 0)


def test_what_a_list_cannot_be_asked_for_is_refused_beside_it(alice, books):
    for asked, field in (({"filters": {"standing": "rich"}}, "standing"), ({"sort": "iban"}, "sort_by")):
        with pytest.raises(Invalid) as refused:
            balances(alice, books, **asked)
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        call(alice, service.owner_lines, books.bob, books.id, Asked(sort="words"))
    assert refused.value.field == "sort_by"


def test_an_account_line_by_line_with_the_balance_after_each(alice, books, called, paid):
    called(books.bob, 10_000, "2025-12-01", "Winter")
    called(books.bob, 2_345, "2026-01-01")
    called(books.dora, 99_900)
    paid(books.bob, 11_000, "2026-02-01")
    found = call(alice, service.owner_lines, books.bob, books.id, Asked())
    assert lines(found) == [
        ("2025-12-01", "Winter", 10_000, 0, 10_000), ("2026-01-01", "Call for funds", 2_345, 0, 12_345),
        ("2026-02-01", "Payment", 0, 11_000, 1_345),
    ]  # fmt: skip
    assert [(x.journal, x.number) for x in found.rows] == [("VEN", 1), ("VEN", 1), ("FIN", 1)]
    assert (found.total, found.before, found.balance) == (3, 0, 1_345)


@pytest.mark.parametrize(
    ("descending", "page", "before", "after"),
    [(False, 1, 0, [100, 200]), (False, 2, 200, [300, 400]), (False, 3, 400, [500]), (False, 4, 500, []),
     (True, 1, 300, [500, 400]), (True, 2, 100, [300, 200]), (True, 3, 0, [100])],
)  # fmt: skip
def test_a_page_begins_at_the_balance_of_the_lines_before_it(alice, books, called, descending, page, before, after):
    for day in range(1, 6):
        called(books.bob, 100, f"2026-01-0{day}")
    found = call(alice, service.owner_lines, books.bob, books.id, Asked(page, 2, descending=descending))
    assert [x.balance_cents for x in found.rows] == after
    assert (found.total, found.before, found.balance) == (5, before, 500)


def test_both_funds_are_one_account_and_a_reversal_brings_it_back(alice, books, posted, called):
    reserve = posted(
        "2026-01-01", line("4100", debit=3_000, owner_id=books.bob), line("700", credit=3_000), words="Reserve"
    )
    called(books.bob, 1_000)
    assert call(alice, service.owner_lines, books.bob, books.id, Asked()).balance == 4_000
    call(alice, ledger.reverse_entry, reserve.id, date(2026, 1, 2), "Wrong")
    assert call(alice, service.owner_lines, books.bob, books.id, Asked()).balance == 1_000


def test_only_what_stands_on_an_account_of_co_owners_counts(alice, books, posted, called):
    """What is entered on other accounts is nobody's debt; a sub-account of the co-owners counts."""
    call(alice, accounts.create_account, books.id, AccountIn(code="410150", label="Own"))
    called(books.bob, 1_000)
    posted("2026-01-02", line("410150", debit=500, owner_id=books.bob), line("701", credit=500))
    posted("2026-01-02", line("612", debit=700), line("440", credit=700, supplier_id=books.lift))
    assert balances(alice, books) == ([("Bob", 1_500)], 1_500, 0)
    assert call(alice, service.owner_lines, books.bob, books.id, Asked()).balance == 1_500


def test_an_account_is_with_one_association_or_with_all_that_one_sees(alice, books, called, elsewhere):
    called(books.bob, 1_000)
    charge(alice, elsewhere.id, books.bob, 250)
    assert call(alice, service.owner_lines, books.bob, books.id, Asked()).balance == 1_000
    assert call(alice, service.owner_lines, books.bob, elsewhere.id, Asked()).balance == 250
    assert call(alice, service.owner_lines, books.bob, None, Asked()).balance == 1_250
    limited = as_role(alice, Role.AUDITOR, elsewhere.id)
    assert call(limited, service.owner_lines, books.bob, None, Asked()).balance == 250
    for owner_id, building_id in ((books.bob, books.id), (books.dora, None), (books.dora, elsewhere.id)):
        with pytest.raises(NotFound):
            call(limited, service.owner_lines, owner_id, building_id, Asked())
    with pytest.raises(NotFound):
        call(limited, service.list_owner_balances, books.id, Asked())


def test_another_office_finds_no_account(alice, charlie, books, called):
    called(books.bob, 1_000)
    for reader, owner_id, building_id in ((charlie, books.bob, books.id), (alice, uuid4(), uuid4())):
        for fn, *args in (
            (service.list_owner_balances, building_id, Asked()), (service.get_owner, owner_id), (service.owner_lines, owner_id, None, Asked()),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(reader, fn, *args)


@pytest.mark.parametrize("role", Role)
def test_each_role_reads_what_it_is_granted(alice, books, role):
    reader = replace(as_role(alice, role, books.id), owner_id=books.bob)
    asked = [
        (Permission.LEDGER_READ, service.list_owner_balances, books.id, Asked()), (Permission.LEDGER_READ, service.get_owner, books.bob),
        (Permission.LEDGER_READ, service.owner_lines, books.bob, books.id, Asked()), (Permission.OWN_READ, service.my_balances),
        (Permission.OWN_READ, service.my_lines, None, Asked()),
    ]  # fmt: skip
    for permission, fn, *args in asked:
        if permission in GRANTS[role]:
            call(reader, fn, *args)
        else:
            with pytest.raises(Forbidden):
                call(reader, fn, *args)


def test_the_platform_administrator_reads_an_account_of_any_office(superadmin, books, called):
    called(books.bob, 1_000)
    assert call(superadmin, service.owner_lines, books.bob, books.id, Asked()).balance == 1_000


# --- One's own


def test_a_co_owner_reads_his_own_account_and_nothing_of_another(books, bob, dora, called, paid):
    called(books.bob, 10_000)
    called(books.dora, 77_700, words="Dora's")
    paid(books.bob, 2_500)
    assert lines(mine(bob)) == [
        ("2026-01-01", "Call for funds", 10_000, 0, 10_000),
        ("2026-02-01", "Payment", 0, 2_500, 7_500),
    ]
    assert lines(mine(dora, books.id)) == [("2026-01-01", "Dora's", 77_700, 0, 77_700)]
    assert [(b.name, b.balance_cents) for b in call(bob, service.my_balances)] == [("Résidence Molière", 7_500)]


def test_an_entry_for_several_shows_each_his_own_line(books, bob, dora, posted):
    posted(
        "2026-01-01", line("4101", debit=400, owner_id=books.bob), line("4101", debit=600, owner_id=books.dora),
        line("701", credit=1_000),
    )  # fmt: skip
    assert [x.debit_cents for x in mine(bob).rows] == [400]
    assert [x.debit_cents for x in mine(dora).rows] == [600]


def test_what_one_owes_each_association_and_where_it_is_paid(alice, books, bob, called, elsewhere):
    called(books.bob, 10_000)
    everywhere = replace(bob, building_ids=frozenset({books.id, elsewhere.id}))
    assert [(b.name, b.balance_cents, b.iban) for b in call(everywhere, service.my_balances)] == [
        ("Autre", 0, "BE68539007547034"), ("Résidence Molière", 10_000, None)
    ]  # fmt: skip
    charge(alice, elsewhere.id, books.bob, 250)
    assert mine(everywhere).balance == 10_250
    assert mine(everywhere, elsewhere.id).balance == 250
    assert mine(bob).balance == 10_000  # whose role reaches one building


def test_a_building_without_books_is_not_said_to_be_settled(alice, books, bob):
    bare = call(alice, buildings.create_building, a_building(name="Bare"))
    hold(alice, a_lot(alice, bare), call(alice, service.get_owner, books.bob))
    both = replace(bob, building_ids=frozenset({books.id, bare.id}))
    assert [b.name for b in call(both, service.my_balances)] == ["Résidence Molière"]


def test_a_building_where_one_held_something_once_stays_and_another_is_not_found(alice, books, bob, called, elsewhere):
    called(books.bob, 10_000)
    other = call(alice, buildings.create_building, a_building(name="Of others"))
    wide = replace(bob, building_ids=frozenset({books.id, other.id}))
    with pytest.raises(NotFound):
        mine(wide, other.id)
    with pytest.raises(NotFound):
        mine(wide, elsewhere.id)  # his, but beyond this role
    part = next(h.part for h in call(alice, ownership.owner_parts, books.bob) if h.part.building_id == books.id)
    call(alice, ownership.end_part, part.id, date(2026, 3, 1))
    assert mine(wide, books.id).balance == 10_000


def test_who_is_nobody_in_the_register_has_no_account(alice, books, called):
    called(books.bob, 10_000)
    nobody = as_role(alice, Role.OWNER, books.id)
    for fn, *args in ((service.my_balances,), (service.my_lines, None, Asked()), (service.my_lines, books.id, Asked())):
        with pytest.raises(NotFound):
            call(nobody, fn, *args)


def test_the_same_person_in_another_office_sees_nothing_of_this_one(charlie, books, called):
    called(books.bob, 10_000)
    there = make_actor(charlie.organization_id, Role.OWNER, "Bob", owner_id=None)
    stolen = replace(there, owner_id=books.bob, building_ids=frozenset({books.id}))
    assert call(stolen, service.my_balances) == []
    assert (mine(stolen).rows, mine(stolen).balance) == ([], 0)
    with pytest.raises(NotFound):
        mine(stolen, books.id)


# --- Vouchers and what it costs


@pytest.mark.parametrize(
    ("visibility", "open_to_bob"), [("office", False), ("council", False), ("owners", True), ("occupants", True)]
)
def test_a_voucher_is_shown_to_who_may_open_it(alice, books, bob, called, enter, visibility, open_to_bob):
    paper = enter("Invoice", visibility=visibility)
    called(books.bob, 100, document_id=paper.id)
    assert mine(bob).rows[0].document_id == (paper.id if open_to_bob else None)
    assert call(alice, service.owner_lines, books.bob, books.id, Asked()).rows[0].document_id == paper.id


def test_a_paper_for_another_co_owner_is_not_shown(books, bob, dora, called, enter):
    letter = enter("Letter", visibility="owners", owner_id=books.dora)
    called(books.bob, 100, document_id=letter.id)
    called(books.dora, 100, document_id=letter.id)
    assert mine(bob).rows[0].document_id is None
    assert mine(dora).rows[0].document_id == letter.id


def test_the_questions_to_the_database_do_not_grow_with_the_account(alice, books, bob, called, enter):
    papers = [enter(f"Paper {n}", visibility="owners", content=None) for n in range(3)]

    def counts():
        asked = []
        for actor, fn, *args in (
            (alice, service.list_owner_balances, books.id, Asked()), (alice, service.owner_lines, books.bob, books.id, Asked()),
            (bob, service.my_lines, books.id, Asked()), (bob, service.my_balances),
        ):  # fmt: skip
            with asked_of_the_database() as said:
                call(actor, fn, *args)
            asked.append(len(said))
        return asked

    called(books.bob, 100, document_id=papers[0].id)
    few = counts()
    for n in range(12):
        called(books.bob, 100, f"2026-01-{n + 2:02}", document_id=papers[n % 3].id)
        called(books.dora, 100, f"2026-01-{n + 2:02}")
    assert counts() == few
    assert max(few) <= 6
