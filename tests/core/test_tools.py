"""The contract of own-data tools: who is offered which, and that the gate stands before each."""

import pytest
from conftest import as_role

from koprogo_app.core import tools
from koprogo_app.core.actor import GRANTS, Actor, Role
from koprogo_app.core.errors import Forbidden
from koprogo_app.core.i18n import LOCALES
from koprogo_app.core.service import call
from koprogo_app.core.tools import Subject
from koprogo_app.modules.buildings import tools as buildings
from koprogo_app.modules.documents import tools as documents
from koprogo_app.modules.home import own_tools
from koprogo_app.modules.home import tools as home
from koprogo_app.modules.keys import tools as keys
from koprogo_app.modules.lots import tools as lots
from koprogo_app.modules.owner_accounts import tools as owner_accounts
from koprogo_app.modules.owners import tools as owners
from koprogo_app.modules.ownership import tools as ownership
from koprogo_app.modules.payments import tools as payments
from koprogo_app.modules.statements import tools as statements

ALL = [
    tool
    for module in (
        ownership,
        lots,
        buildings,
        documents,
        home,
        owners,
        owner_accounts,
        own_tools,
        payments,
        statements,
        keys,
    )
    for tool in module.TOOLS
]
OPEN = {"syndic_of_building", "building_identity", "find_documents"}
READERS = OPEN | {"who_owns", "lots_of_building"}
BOOKS = {"fund_balances", "open_debts", "cost_of"}
OWN = {"my_lots", "my_record", "my_balance", "my_statement", "my_cost_of", "my_share_of"}
OFFERED = {
    Role.SYNDIC: READERS | BOOKS | {"what_waits"},
    Role.ACCOUNTANT: READERS | BOOKS | {"what_waits"},
    Role.BOARD_MEMBER: READERS | BOOKS,
    Role.AUDITOR: READERS | BOOKS,
    Role.OWNER: READERS | OWN,
    Role.OCCUPANT: OPEN,
    Role.CONTRACTOR: OPEN,
}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "TOOLS", ALL)


@pytest.mark.parametrize("role", OFFERED)
def test_each_role_is_offered_what_its_pages_show(role, alice):
    assert {tool.name for tool in tools.offered(as_role(alice, role))} == OFFERED[role]


def test_the_platforms_administrator_has_no_own_data(superadmin):
    assert tools.offered(superadmin) == []
    assert tools.meant(superadmin, "Who is our syndic?", "en") is None


def test_a_tool_that_is_not_offered_is_not_meant(alice):
    question = "How many shares do I have?"
    assert tools.meant(alice, question, "en") is None
    found = tools.meant(as_role(alice, Role.OWNER), question, "en")
    assert found
    assert found.name == "my_lots"


def test_the_law_is_nobodys_own_data(alice):
    assert tools.meant(alice, "Qui nomme le syndic ?", "fr") is None
    assert tools.depends_on_file("Quand doit avoir lieu l'assemblée ?", "fr") is None


def test_tools_read_and_stand_behind_the_gate_they_name():
    for tool in ALL:
        gate = tool.run.gate
        assert (gate.permission, gate.audit, gate.everywhere) == (tool.permission, None, False), tool.name


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_the_gate_refuses_a_role_without_the_permission(tool, alice):
    refused = [role for role in Role if tool.permission not in GRANTS[role]]
    for role in refused:
        with pytest.raises(Forbidden):
            call(as_role(alice, role), tool.run, Subject("en"))


def test_names_are_unique_and_each_language_has_its_words():
    assert len({tool.name for tool in ALL}) == len(ALL)
    for tool in ALL:
        assert {locale for locale, words in tool.words.items() if words} == set(LOCALES), tool.name


def test_every_tool_answers_somebody_who_may_see_nothing_yet(alice):
    """A new office without a building: a sentence, never a failure."""
    for tool in tools.offered(alice):
        sheet = call(alice, tool.run, Subject("fr", question="À qui appartient le lot A12 ?"))
        assert sheet.sentence
        assert sheet.rows == ()


def test_a_sheet_has_a_cell_for_each_column_and_never_too_many_rows(alice: Actor, building):
    for tool in tools.offered(alice):
        sheet = call(alice, tool.run, Subject("en", building.id, "Who owns lot 1?"))
        assert len(sheet.rows) <= tools.ROWS
        assert {len(row) for row in sheet.rows} <= {len(sheet.columns) or 2}
