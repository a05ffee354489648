"""What the assistant shows of statements and costs, against figures worked out by hand."""

from datetime import date
from typing import Any

import pytest
from conftest import a_building, as_role
from modules.ledger.conftest import line

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, NotFound
from koprogo_app.core.service import call
from koprogo_app.core.tools import Subject
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.statements.tools import cost_of, my_cost_of, my_statement

E = "\u00a0€"
DEED = SharingIn()
LIFT = "What did the lift cost this year?"


@pytest.fixture(autouse=True)
def in_june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 15))


def told(actor: Any, tool: Any, question: str = LIFT, locale: str = "en", building_id: Any = None) -> Any:
    return call(actor, tool, Subject(locale, building_id, question))


def test_the_last_statement_with_its_result_and_its_biggest_costs(books, bob, dora, spent, called, published):
    assert told(bob, my_statement).sentence == "No statement has been published for you yet."
    called("2025-01-31", 20_000)
    spent("2025-03-01", "610100", 30_000, DEED)
    spent("2025-04-01", "614000", 90_001, DEED)
    spent("2025-05-01", "643", 4_840, SharingIn(owner_id=books.dora))
    statement = published("2025-12-31")
    sheet = told(dora, my_statement)
    # Half of 300,00 and of 900,01, without the odd cent that the first lot bears, and 48,40 of her own; 100,00 was called.
    assert sheet.sentence == (
        "Your statement of Résidence Molière, 01/01/2025 – 31/12/2025: your part of the costs is "
        f"648,40{E}, 100,00{E} was called from you, so you owe 548,40{E}."
    )
    assert sheet.rows == [
        ("Fire and related perils insurance", "900,01" + E, "450,00" + E, "Shares of the deed 500/1.000"),
        ("Lift maintenance", "300,00" + E, "150,00" + E, "Shares of the deed 500/1.000"),
        ("Private charges", "48,40" + E, "48,40" + E, "Yours alone"),
    ]
    assert [link.href for link in sheet.links] == [f"/my-statements/{statement.id}"]
    assert "48,40" not in str(told(bob, my_statement))


def test_what_is_owed_back_is_said_so(books, bob, spent, called, published):
    called("2025-01-31", 100_000)
    spent("2025-03-01", "610100", 30_000, DEED)
    published("2025-12-31")
    assert told(bob, my_statement).sentence.endswith(
        f"150,00{E}, 500,00{E} was called from you, so you are owed 350,00{E}."
    )


def test_what_the_lift_cost_this_year_and_the_year_before(alice, books, spent):
    spent("2025-03-01", "610100", 30_000, DEED)
    spent("2025-05-01", "610110", 5_050, DEED)
    spent("2025-05-01", "610500", 99_999, DEED)  # the cleaning
    spent("2026-03-01", "610100", 32_000)  # whoever bears it
    sheet = told(alice, cost_of)
    assert sheet.sentence == f"In the books of Résidence Molière. 2026: 320,00{E}, 2025: 350,50{E}."
    assert sheet.columns == ["Cost", "2026", "2025"]
    assert sheet.rows == [
        ("Lift maintenance", "320,00" + E, "300,00" + E),
        ("Lift inspection by an accredited body", "0,00" + E, "50,50" + E),
    ]
    for locale, question in (
        ("fr", "Combien a coûté l'ascenseur cette année ?"), ("nl", "Hoeveel kostte de lift dit jaar?"),
        ("de", "Wie viel hat der Aufzug dieses Jahr gekostet?"),
    ):  # fmt: skip
        assert told(alice, cost_of, question, locale).rows[0][1].replace("€", "").strip("\u00a0 ") == "320,00", locale


def test_what_was_paid_to_a_supplier_that_is_named(alice, books, posted):
    sides = line("610500", debit=12_100), line("440", credit=12_100, supplier_id=books.lift)
    posted("2026-02-01", *sides)
    sheet = told(alice, cost_of, "How much did we pay to Lift SA this year?")
    assert sheet.rows == [("Cleaning of the common parts", "121,00" + E, "0,00" + E)]


def test_a_statement_and_a_closing_change_nothing_of_what_something_cost(alice, books, spent, called, published):
    called("2025-01-31", 20_000)
    spent("2025-03-01", "610100", 30_000, DEED)
    before = told(alice, cost_of)
    published("2025-12-31")
    assert told(alice, cost_of) == before


def test_nothing_known_is_asked_or_found(alice, books):
    assert told(alice, cost_of, "How much did the zeppelin cost?").sentence.startswith("Say what was paid for")
    assert told(alice, cost_of).sentence == "The books of Résidence Molière hold nothing of this in 2026, 2025."
    other = call(alice, buildings.create_building, a_building(name="Autre"))
    assert told(alice, cost_of, building_id=other.id).sentence == "The books of this building are not open yet."
    assert [link.href for link in told(alice, cost_of).links] == [
        f"/buildings/{b}/result" for b in (other.id, books.id)
    ]


def test_a_co_owner_is_told_his_own_part_of_the_last_two_statements(books, bob, dora, spent, published):
    assert told(bob, my_cost_of).sentence == "No statement has been published for you yet."
    spent("2025-03-01", "610100", 30_001, DEED)
    published("2025-06-30")
    spent("2025-08-01", "610100", 10_000, DEED)
    spent("2025-08-02", "610500", 70_000, DEED)
    published("2025-12-31")
    sheet = told(bob, my_cost_of)
    assert sheet.sentence == (
        "Your part, by your statements of Résidence Molière. "
        f"01/07/2025 – 31/12/2025: 50,00{E}, 01/01/2025 – 30/06/2025: 150,01{E}."
    )
    assert sheet.rows == [("Lift maintenance", "50,00" + E, "150,01" + E)]
    assert told(dora, my_cost_of).rows == [("Lift maintenance", "50,00" + E, "150,00" + E)]
    assert told(bob, my_cost_of, "How much did the gas cost?").sentence == "Your last statements hold nothing of this."
    assert told(bob, my_cost_of, "And the zeppelin?").sentence.startswith("Say what was paid for")


def test_each_answers_whom_it_is_for(alice, charlie, books, bob, spent):
    spent("2026-03-01", "610100", 32_000)
    for tool in (my_statement, my_cost_of):
        with pytest.raises(Forbidden):
            told(alice, tool)
        with pytest.raises(NotFound):
            told(as_role(alice, Role.OWNER, books.id), tool)
    with pytest.raises(Forbidden):
        told(bob, cost_of)
    with pytest.raises(NotFound):
        told(charlie, cost_of, building_id=books.id)
    assert told(charlie, cost_of).rows == ()
