"""From the previous syndic's file to the books and back, through the gate."""

import threading
from datetime import date
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select

import koprogo_app.koprogo_app  # noqa: F401  (registers what a reversal takes back)
from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import AccountIn, BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn, JournalEntry, LineIn
from koprogo_app.modules.opening import service
from koprogo_app.modules.opening.models import OpeningRun, StartIn
from koprogo_app.modules.opening.rules import Status
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn

from .conftest import DATA, DAY, balance, trial_balance, whole


def entries(actor, books):
    with transaction(actor.organization_id) as s:
        wanted = select(JournalEntry).where(JournalEntry.building_id == books.id).order_by(col(JournalEntry.number))
        return list(s.exec(wanted))


def kept(found, *names):
    """The balances as they would be entered: account, debit, credit and what is asked."""
    return [
        tuple(line[name] for name in ("account", "debit_cents", "credit_cents", *names)) for line in found.run.lines
    ]


# --- Files


def test_the_french_trial_balance_is_read_whole(alice, books, draft, sent):
    """Windows text, thousands with a dot, a control line, a class without amount, an account at zero, a total row."""
    found = sent("balance.csv")
    assert kept(found) == [
        ("100", 0, 300_000), ("160", 0, 1_000_000), ("4101", 75_000, 0), ("4101", 0, 25_000), ("440", 0, 123_456), ("550", 1_000_000, 0),
        ("551", 373_456, 0),
    ]  # fmt: skip
    assert [(line["owner_id"], line["supplier_id"], line["reference"]) for line in found.run.lines[2:5]] == [
        (str(books.dupont), None, "2025/4"), (str(books.peeters), None, ""), (None, str(books.lift), "F-881"),
    ]  # fmt: skip
    assert [(g.key, g.passed) for g in found.gates if g.key in ("balance", "control:410", "previous", "reserve")] == [
        ("balance", True), ("control:410", True), ("reserve", True), ("previous", True)
    ]  # fmt: skip
    assert found.source.stated == (1_448_456, 1_448_456)
    assert [line["row"] for line in found.run.lines] == [6, 7, 9, 10, 11, 13, 14]


def test_the_dutch_workbook_has_one_column_of_balances_and_the_owners_on_another_sheet(alice, books, draft, sent):
    found = sent("proefbalans.xlsx")
    asked = {(line.code, d.code, d.proposal) for line in found.lines for d in line.doubts}
    assert asked == {
        ("100000", "account", "100"), ("160000", "account", "160"), ("410100", "account", "4101"), ("550000", "account", "550"),
        ("551000", "account", "551"), ("4101", "alike", str(books.peeters)),
    }  # fmt: skip
    assert [g.key for g in found.gates if g.blocking and not g.passed] == ["balance", "accounts", "people"]
    found = call(alice, service.accept_accounts, draft)
    (likely,) = [line for line in found.lines if line.doubts]
    found = call(alice, service.name_party, draft, likely.raw.key, likely.doubts[0].proposal)
    assert kept(found, "owner_id") == [
        ("100", 0, 300_000, None), ("160", 0, 1_000_000, None), ("550", 1_000_000, 0, None), ("551", 250_000, 0, None),
        ("4101", 75_000, 0, str(books.dupont)), ("4101", 0, 25_000, str(books.peeters)),
    ]  # fmt: skip
    assert [(g.key, g.passed) for g in found.gates if g.blocking and not g.passed] == []
    assert next(g.passed for g in found.gates if g.key == "control:4101")


def test_the_german_list_has_movements_balances_and_due_dates(alice, books, draft, sent):
    found = sent("saldenliste.ods")
    assert kept(found, "due_on") == [
        ("100", 0, 300_000, None), ("161", 0, 1_000_050, None), ("4101", 75_000, 0, "2025-12-31"), ("4101", 0, 25_000, None),
        ("53", 1_000_050, 0, None), ("551", 250_000, 0, None),
    ]  # fmt: skip
    assert all(g.passed for g in found.gates if g.blocking)
    assert found.source.stated == (1_325_050, 1_325_050)


def test_a_debt_that_is_taken_over_is_late_from_its_own_day(alice, books, draft, sent):
    sent("saldenliste.ods")
    entry_id = call(alice, service.post_opening, draft).entry_id
    lines = call(alice, ledger.get_entry, entry_id).lines
    assert [(x.account.code, x.line.debit_cents, x.line.due_on) for x in lines if x.line.due_on] == [
        ("4101", 75_000, date(2025, 12, 31))
    ]
    found = call(alice, payments.open_items, books.id)
    assert [(i.owner_id, i.owed_cents, i.due_on) for i in found] == [
        (books.dupont, 75_000, date(2025, 12, 31)), (books.peeters, -25_000, DAY),
    ]  # fmt: skip


def test_files_stand_beside_each_other_and_one_of_the_same_name_replaces(alice, draft, sent):
    sent("balance.csv")
    assert sent("saldenliste.ods").totals.lines == 13
    assert sent("balance.csv").totals.lines == 13
    assert call(alice, service.drop_file, draft, "balance.csv").totals.lines == 6


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"), (b"%PDF-1.7", "PDF"), (b"x" * (5 * 1024 * 1024 + 1), "larger"), (b"Compte;Solde\n" + b"551;1\n" * 5_000, "rows at most"),
        (b"PK\x03\x04 not a workbook", "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words_and_nothing_is_lost(alice, draft, sent, data, message):
    before = sent("balance.csv").run.lines
    with pytest.raises(Invalid, match=message) as refused:
        call(alice, service.add_file, draft, "bad.csv", data)
    assert refused.value.field == "file"
    assert call(alice, service.get_opening, draft).run.lines == before


def test_the_most_rows_pass(alice, draft):
    data = b"Compte;Solde\n" + b"551;1,00\n" * 2_499 + b"100;-1,00\n" * 2_499
    assert call(alice, service.add_file, draft, "long.csv", data).totals.lines == 4_998


def test_amounts_that_are_not_certain_block_beside_their_row(alice, draft):
    data = "Compte;Débit;Crédit\n551;12,345;\n100;;abc\n160;5,00;6,00\n57;;\n550;1,50;\n".encode()
    found = call(alice, service.add_file, draft, "bad.csv", data)
    assert [(line.raw.row, d.field, d.code) for line in found.lines for d in line.doubts] == [
        (2, "debit", "decimals"), (3, "credit", "number"), (4, "debit", "both"), (5, "debit", "empty")
    ]  # fmt: skip
    with pytest.raises(Invalid, match="blocked"):
        call(alice, service.post_opening, draft)


def test_another_heading_row_another_meaning_and_a_sheet_left_out(alice, draft):
    data = b"Kasboek;;\nA;B;C\n551;Bank;12,00\n"
    found = call(alice, service.add_file, draft, "x.csv", data)
    assert (found.maps[0].header, found.maps[0].used, found.lines) == (-1, False, ())
    call(alice, service.remap, draft, 0, header=1)
    call(alice, service.remap, draft, 0, column=0, field="account")
    call(alice, service.remap, draft, 0, column=2, field="balance")
    assert kept(call(alice, service.remap, draft, 0, used=True)) == [("551", 1200, 0)]
    assert kept(call(alice, service.remap, draft, 0, used=False)) == []


@pytest.mark.parametrize("wrong", [{"header": 99}, {"column": 9, "field": "debit"}, {"column": 0, "field": "nonsense"}])
def test_a_wrong_way_of_reading_is_refused(alice, draft, sent, wrong):
    sent("balance.csv")
    with pytest.raises(Invalid):
        call(alice, service.remap, draft, 0, **wrong)
    with pytest.raises(NotFound):
        call(alice, service.remap, draft, 7, used=True)


# --- Decisions


def test_every_decision_outlives_a_reload(alice, books, draft, sent):
    """The draft is in the database: nothing that was decided, nor any wrong text, is lost between two requests."""
    sent("balance.csv")
    call(alice, service.edit_line, draft, "0:14", {"debit": "3.999,999"})
    call(alice, service.edit_line, draft, "0:13", {"debit": "abc"})
    call(alice, service.add_line, draft, {"account": "57", "debit": "12,50"})
    call(alice, service.go_to, draft, "checks")
    found = call(alice, service.find_opening, books.id)
    texts = {line.raw.key: line.raw.text("debit") for line in found.lines}
    assert (texts["0:14"], texts["0:13"], texts["h1"], found.choices.step) == ("3.999,999", "abc", "12,50", "checks")
    assert [d.code for line in found.lines for d in line.doubts] == ["number", "decimals"]
    assert call(alice, service.start_opening, books.id, StartIn(on=date(2027, 1, 1))).id == draft
    assert call(alice, service.get_opening, draft).run.opens_on == date(2027, 1, 1)


def test_an_edited_row_stays_edited_when_the_columns_change(alice, draft, sent):
    sent("balance.csv")
    call(alice, service.edit_line, draft, "0:14", {"debit": "1,00"})
    found = call(alice, service.remap, draft, 0, column=5, field="label")
    assert found.run.lines[-1]["debit_cents"] == 100


def test_one_amount_takes_the_place_of_the_other(alice, draft, sent):
    sent("balance.csv")
    found = call(alice, service.edit_line, draft, "0:14", {"credit": "5,00"})
    assert kept(found)[-1] == ("551", 0, 500)
    both = call(alice, service.edit_line, draft, "0:14", {"credit": "5,00", "debit": "5,00"})
    assert [d.code for d in both.lines[-1].doubts] == ["both"]


def test_a_row_is_left_out_and_taken_back(alice, draft, sent):
    before = sent("balance.csv").totals
    found = call(alice, service.drop_line, draft, "0:14")
    assert found.totals.debit == before.debit - 373_456
    assert [a.reason for a in found.source.aside if a.row == 14] == ["left out by you"]
    assert call(alice, service.drop_line, draft, "0:14", back=True).totals == before
    call(alice, service.add_line, draft, {"account": "57"})
    assert "h1" not in call(alice, service.drop_line, draft, "h1").choices.texts


def test_an_account_of_the_file_is_added_to_the_chart(alice, books, draft):
    call(alice, service.add_file, draft, "x.csv", b"Compte;Libelle;Solde\n5512;Compte Sud;1,00\n")
    found = call(alice, service.add_account, draft, AccountIn(code="5512", label="Compte Sud"))
    assert (found.lines[0].account, found.lines[0].doubts) == ("5512", ())
    assert any(a.code == "5512" and a.kind == "asset" for a in call(alice, accounts.list_accounts, books.id))
    with pytest.raises(Invalid) as refused:
        call(alice, service.add_account, draft, AccountIn(code="5512", label="Again"))
    assert refused.value.field == "code"
    with pytest.raises(Invalid) as refused:
        call(alice, service.map_account, draft, "5512", "nowhere")
    assert refused.value.field == "account"


def test_a_supplier_of_the_file_is_added_to_the_directory(alice, draft):
    data = b"Compte;Fournisseur;Solde\n440;Chauffage Sud;-1,00\n"
    found = call(alice, service.add_file, draft, "x.csv", data)
    assert [d.code for d in found.lines[0].doubts] == ["unknown"]
    found = call(alice, service.add_supplier, draft, found.lines[0].raw.key)
    assert (found.lines[0].doubts, bool(found.run.lines[0]["supplier_id"])) == ((), True)


def test_a_person_is_chosen_for_every_line_with_the_name(alice, books, draft):
    data = b"Compte;Libelle;Debit;Credit;Coproprietaire\n4101;a;1,00;;Durand P\n4100;b;2,00;;durand p.\n"
    found = call(alice, service.add_file, draft, "x.csv", data)
    key = found.lines[0].raw.key
    found = call(alice, service.name_party, draft, key, str(books.dupont))
    assert [line["owner_id"] for line in found.run.lines] == [str(books.dupont)] * 2
    for wrong in (str(uuid4()), str(books.lift), "x"):
        with pytest.raises(Invalid):
            call(alice, service.name_party, draft, key, wrong)


def test_a_line_for_each_co_owner_waits_for_its_amount(alice, books, draft):
    found = call(alice, service.add_owner_lines, draft, "4101")
    assert [(line.name, line.party_id, line.role) for line in found.lines] == [
        ("Dupont Jean", str(books.dupont), "nothing"), ("Peeters Anna", str(books.peeters), "nothing"),
    ]  # fmt: skip
    assert call(alice, service.add_owner_lines, draft, "4101").lines == found.lines
    found = call(alice, service.edit_line, draft, "h1", {"debit": "7,50"})
    assert kept(found, "owner_id") == [("4101", 750, 0, str(books.dupont))]
    with pytest.raises(Invalid):
        call(alice, service.add_owner_lines, draft, "551")


def test_the_totals_of_the_previous_syndic_are_typed(alice, draft, sent):
    sent("balance.csv")
    found = call(alice, service.state_totals, draft, "14.484,56", "14 484,57")
    assert [(g.passed, g.params["credit"]) for g in found.gates if g.key == "previous"] == [(False, 1_448_457)]
    with pytest.raises(Invalid) as refused:
        call(alice, service.state_totals, draft, "14.484,56", "much")
    assert refused.value.field == "stated_credit"


# --- Enter


def test_the_balances_become_one_entry_on_that_day(alice, books, draft, sent):
    sent("balance.csv")
    run = call(alice, service.post_opening, draft)
    (entry,) = entries(alice, books)
    assert (entry.id, entry.journal, entry.number, entry.entry_on, entry.source, entry.source_id) == (
        run.entry_id,
        "OPN",
        1,
        DAY,
        "opening",
        run.id,
    )
    assert (run.status, entry.total_cents) == (Status.POSTED, 1_448_456)
    assert trial_balance(alice, books) == {
        "100": -300_000, "160": -1_000_000, "4101": 50_000, "440": -123_456, "550": 1_000_000, "551": 373_456,
    }  # fmt: skip
    lines = call(alice, ledger.get_entry, entry.id).lines
    assert [(line.line.description, line.party) for line in lines][2:5] == [
        ("Provisions appelées · 2025/4", "Dupont Jean"), ("Provisions appelées", "Peeters Anna"), ("Ascenseurs Nord · F-881", "Ascenseurs Nord"),
    ]  # fmt: skip


def test_entered_twice_is_entered_once(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    first = call(alice, service.post_opening, draft)
    assert call(alice, service.post_opening, draft).entry_id == first.entry_id
    assert len(entries(alice, books)) == 1


def test_a_server_that_ends_in_the_middle_leaves_the_draft_whole(alice, books, draft):
    before = call(alice, service.set_lines, draft, whole(books)).run

    def cut_off():
        with transaction(alice.organization_id) as s:
            service.post_opening(s, alice, draft)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    after = call(alice, service.get_opening, draft).run
    assert (entries(alice, books), after.status, after.lines, after.work) == (
        [],
        Status.DRAFT,
        before.lines,
        before.work,
    )
    assert call(alice, service.post_opening, draft).status == Status.POSTED


def test_entered_by_two_at_once_is_entered_once(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    done = []
    threads = [
        threading.Thread(target=lambda: done.append(call(alice, service.post_opening, draft).entry_id))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(set(done)), len(entries(alice, books))) == (3, 1, 1)


def test_two_begun_at_once_are_one_draft(alice, books):
    done = []

    def begin():
        try:
            done.append(call(alice, service.start_opening, books.id, StartIn(on=DAY)).id)
        except Conflict:
            done.append(None)

    threads = [threading.Thread(target=begin) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(alice.organization_id) as s:
        assert s.exec(select(func.count()).select_from(OpeningRun)).one() == 1
    assert len(set(done) - {None}) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [], [balance("551", 100)], [balance("551", 100), balance("100", credit=101)], [balance("999", 100), balance("100", credit=100)],
        [balance("4101", 100), balance("100", credit=100)], [balance("55", 100), balance("100", credit=100)],
        [balance("551", 100, 50), balance("100", credit=50)],
    ],
)  # fmt: skip
def test_a_blocked_opening_writes_nothing(alice, books, draft, lines):
    call(alice, service.set_lines, draft, lines)
    with pytest.raises(Invalid, match="blocked"):
        call(alice, service.post_opening, draft)
    assert entries(alice, books) == []
    assert call(alice, service.get_opening, draft).run.status == Status.DRAFT


def test_funds_and_costs_warn_and_do_not_block(alice, books, draft):
    call(alice, service.set_lines, draft, [balance("160", credit=900), balance("612", 500), balance("551", 400)])
    assert {g.key for g in call(alice, service.get_opening, draft).gates if not g.passed} == {"reserve", "result"}
    assert call(alice, service.post_opening, draft).status == Status.POSTED


def test_a_locked_period_blocks_in_words(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    call(alice, accounts.lock_books, books.id, date(2026, 1, 31))
    gate = next(g for g in call(alice, service.get_opening, draft).gates if g.key == "period")
    assert (gate.passed, gate.params["day"]) == (False, date(2026, 1, 31))
    with pytest.raises(Invalid, match="blocked"):
        call(alice, service.post_opening, draft)
    call(alice, accounts.lock_books, books.id, None, "the opening was missing")
    assert call(alice, service.post_opening, draft).status == Status.POSTED


def test_earlier_entries_are_told(alice, books):
    draft = call(alice, service.start_opening, books.id, StartIn(on=date(2027, 1, 1))).id
    lines = [LineIn(account="612", debit_cents=1), LineIn(account="551", credit_cents=1)]
    call(alice, ledger.post_entry, books.id, EntryIn(entry_on=date(2026, 5, 1), description="x", lines=lines))
    gate = next(g for g in call(alice, service.get_opening, draft).gates if g.key == "earlier")
    assert (gate.passed, gate.params) == (False, {"count": 1})


# --- Undo


def test_undone_it_leaves_nothing_on_any_account_and_another_may_follow(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    first = call(alice, service.post_opening, draft)
    undone = call(alice, service.undo_opening, draft)
    assert trial_balance(alice, books) == {}
    _, mirror = entries(alice, books)
    assert (mirror.id, mirror.reverses_id, mirror.entry_on, mirror.source) == (
        undone.undone_entry_id,
        first.entry_id,
        DAY,
        "opening:reversal",
    )
    assert call(alice, service.undo_opening, draft).undone_entry_id == mirror.id
    again = call(alice, service.start_opening, books.id, StartIn(on=DAY, again=True)).id
    assert again != draft
    assert call(alice, service.get_opening, again).run.lines == first.lines
    call(alice, service.edit_line, again, "h5", {"debit": "3.100,00"})
    call(alice, service.edit_line, again, "h1", {"credit": "3.100,00"})
    call(alice, service.post_opening, again)
    assert trial_balance(alice, books) == {
        "100": -310_000, "160": -1_000_000, "440": -50_000, "550": 1_000_000, "551": 310_000, "4101": 50_000,
    }  # fmt: skip
    assert [e.number for e in entries(alice, books)] == [1, 2, 3]


def test_what_was_paid_of_a_balance_is_open_again_when_it_is_undone(alice, books, draft, monkeypatch):
    """Jean Dupont owes 750,00 since before; he pays, the opening is undone and entered again: his payment settles the new line."""
    call(alice, service.set_lines, draft, whole(books))
    call(alice, service.post_opening, draft)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 2, 1))
    data = PaymentIn(owner_id=books.dupont, cents=75_000, paid_on=date(2026, 2, 1))
    call(alice, payments.record_payment, books.id, data)

    def owed():
        found = call(alice, payments.open_items, books.id, books.dupont)
        return [(i.source, i.owed_cents) for i in found]

    assert owed() == []
    call(alice, service.undo_opening, draft)
    assert owed() == [("payment", -75_000)]
    again = call(alice, service.start_opening, books.id, StartIn(on=DAY, again=True)).id
    call(alice, service.post_opening, again)
    assert owed() == [("opening", 75_000), ("payment", -75_000)]
    call(alice, payments.settle_oldest, books.id)
    assert owed() == []


def test_a_locked_period_is_not_undone(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    call(alice, service.post_opening, draft)
    call(alice, accounts.lock_books, books.id, date(2026, 1, 31))
    with pytest.raises(Invalid, match="locked"):
        call(alice, service.undo_opening, draft)
    assert call(alice, service.find_opening, books.id).run.status == Status.POSTED


def test_what_is_entered_is_neither_changed_nor_deleted_nor_begun_again(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    with pytest.raises(Conflict):
        call(alice, service.undo_opening, draft)
    run = call(alice, service.post_opening, draft)
    for refused in (
        lambda: call(alice, service.set_lines, draft, []), lambda: call(alice, service.delete_draft, draft),
        lambda: call(alice, service.go_to, draft, "day"), lambda: call(alice, service.add_file, draft, "x.csv", b"a;b\n"),
        lambda: call(alice, service.start_opening, books.id, StartIn(on=DAY)),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            refused()
    with pytest.raises(Invalid, match="undo it where it comes from"):
        call(alice, ledger.reverse_entry, run.entry_id, DAY, "x")
    call(alice, service.undo_opening, draft)
    with pytest.raises(Conflict):
        call(alice, service.post_opening, draft)


# --- Begin and look


def test_books_that_are_not_open_have_no_opening(alice, building):
    assert call(alice, service.find_opening, building.id) is None
    with pytest.raises(Invalid, match="not open"):
        call(alice, service.start_opening, building.id, StartIn(on=DAY))


def test_the_day_is_the_first_of_a_year(alice, books):
    with pytest.raises(Invalid) as refused:
        call(alice, service.start_opening, books.id, StartIn(on=date(2026, 2, 1)))
    assert refused.value.field == "on"


def test_a_draft_is_forgotten(alice, books, draft):
    call(alice, service.delete_draft, draft)
    assert call(alice, service.find_opening, books.id) is None
    with pytest.raises(NotFound):
        call(alice, service.get_opening, draft)


def test_another_office_sees_nothing(alice, charlie, books, draft):
    for refused in (
        lambda: call(charlie, service.find_opening, books.id), lambda: call(charlie, service.get_opening, draft),
        lambda: call(charlie, service.start_opening, books.id, StartIn(on=DAY)), lambda: call(charlie, service.set_lines, draft, []),
        lambda: call(charlie, service.add_file, draft, "balance.csv", (DATA / "balance.csv").read_bytes()),
        lambda: call(charlie, service.post_opening, draft), lambda: call(charlie, service.undo_opening, draft),
        lambda: call(charlie, service.delete_draft, draft),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            refused()


def test_people_and_suppliers_of_another_office_are_nobody(alice, charlie, books, draft):
    """Charlie's own books do not know Alice's co-owner, whatever id is sent."""
    theirs = call(charlie, buildings.create_building, a_building())
    call(charlie, accounts.open_books, theirs.id, BookIn(starts_on=DAY, ends_on=date(2026, 12, 31)))
    run = call(charlie, service.start_opening, theirs.id, StartIn(on=DAY)).id
    found = call(charlie, service.set_lines, run, [balance("4101", 100, owner_id=books.dupont), balance("440", credit=100, supplier_id=books.lift)])  # fmt: skip
    assert [d.code for line in found.lines for d in line.doubts] == ["party", "party"]


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.SYNDIC, True, True), (Role.ACCOUNTANT, True, True), (Role.BOARD_MEMBER, True, False), (Role.AUDITOR, True, False),
        (Role.OWNER, False, False), (Role.OCCUPANT, False, False), (Role.CONTRACTOR, False, False),
    ],
)  # fmt: skip
def test_who_looks_and_who_writes(alice, books, draft, role, reads, writes):
    actor = as_role(alice, role, books.id)
    for allowed, action in ((reads, lambda: call(actor, service.get_opening, draft)), (writes, lambda: call(actor, service.set_lines, draft, whole(books))),
                            (writes, lambda: call(actor, service.post_opening, draft))):  # fmt: skip
        if allowed:
            action()
        else:
            with pytest.raises(Forbidden):
                action()


def test_a_role_of_another_building_sees_nothing(alice, books, draft):
    other = call(alice, buildings.create_building, a_building(name="Autre"))
    actor = as_role(alice, Role.ACCOUNTANT, other.id)
    with pytest.raises(NotFound):
        call(actor, service.get_opening, draft)
    with pytest.raises(NotFound):
        call(actor, service.find_opening, books.id)


def test_a_draft_that_no_wizard_wrote_is_read_as_empty(alice, books, draft):
    """An archive may bring in anything."""
    for work, lines in (
        ({}, [{"x": 1}]),
        ({"sheets": 3, "maps": [], "choices": {}}, [1]),
        ({"sheets": [{}], "maps": [None], "choices": []}, []),
    ):
        with transaction(alice.organization_id) as s:
            run = s.get(OpeningRun, draft)
            run.work, run.lines = work, lines
        assert call(alice, service.get_opening, draft).lines == ()
    call(alice, service.delete_draft, draft)


def test_the_register_may_begin_after_the_opening(alice, books, draft):
    """Owners known from later on only count as of that day where nobody is known earlier."""
    run = call(alice, service.start_opening, books.id, StartIn(on=DAY))
    with transaction(alice.organization_id) as s:
        for part in s.exec(select(Ownership).where(Ownership.building_id == books.id)):
            part.started_on = date(2026, 6, 1)
    data = b"Lot;Solde\nA1;1,00\n"
    found = call(alice, service.add_file, run.id, "x.csv", data)
    assert found.run.lines[0]["owner_id"] == str(books.dupont)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["100", "160", "551", "57", "490"]), st.integers(-(10**8), 10**8)),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_balances_the_trial_balance_is_it(alice, books, entered):
    """Any balances, completed to nothing on the suspense account, stand on their accounts as entered; undone, on none."""
    lines = [balance(code, max(cents, 0), max(-cents, 0)) for code, cents in entered if cents]
    rest = -sum(cents for _, cents in entered)
    lines += [balance("499", max(rest, 0), max(-rest, 0))] if rest else []
    draft = call(alice, service.start_opening, books.id, StartIn(on=DAY)).id
    call(alice, service.set_lines, draft, lines)
    expected: dict[str, int] = {}
    for code, cents in [*entered, ("499", rest)]:
        expected[code] = expected.get(code, 0) + cents
    if len(lines) < 2:
        call(alice, service.delete_draft, draft)
        return
    call(alice, service.post_opening, draft)
    assert trial_balance(alice, books) == {code: cents for code, cents in expected.items() if cents}
    call(alice, service.undo_opening, draft)
    assert trial_balance(alice, books) == {}
