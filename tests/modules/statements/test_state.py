"""What the pages of the statements show, and that each is drawn."""

from typing import Any

import pytest
import reflex as rx
from conftest import send

from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.invoices import form_pages as form_pages  # its help topic stands on the page too
from koprogo_app.modules.statements import own_pages, pages, published_pages, service
from koprogo_app.modules.statements.own_state import MyStatementsState, MyStatementState
from koprogo_app.modules.statements.published_state import OwnerStatementState, SettledState, StatementState
from koprogo_app.modules.statements.state import PrepareState, StatementsState

from .test_service import DEED, YEAR, scene

E = "\u00a0€"


@pytest.fixture
def shown(opened: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The state of a page just loaded, whose address narrows nothing."""

    def make(kind: Any, actor: Actor | None = None, **address: Any) -> Any:
        state = opened(kind, actor, **address)
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        send(state, kind.load)
        return state

    return make


@pytest.fixture
def preparing(opened: Any, books: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page on which the statement of 2025 is prepared."""

    def make(actor: Actor | None = None) -> Any:
        asked = {"year": str(books.years[2025]), "until": "2025-12-31"}
        monkeypatch.setattr(
            PrepareState, "router", type("R", (), {"url": type("U", (), {"query_parameters": asked})}), raising=False
        )
        state = opened(PrepareState, actor, building_id=books.id)
        send(state, PrepareState.load)
        return state

    return make


def test_what_it_would_be_in_words(preparing: Any, books: Any, called: Any, spent: Any) -> None:
    scene(books, called, spent)
    state = preparing()
    assert (state.costs, state.provisions, state.balance) == ("339,40" + E, "1.000,00" + E, "-660,60" + E)
    assert (state.together, state.even, state.ready) == ("339,40" + E, True, True)
    assert [(o.name, o.balance, o.tone) for o in state.owners] == [
        ("Bob", "-354,50" + E, "credit"),
        ("Dora", "-306,10" + E, "credit"),
    ]


def test_bearers_are_said_beside_the_cost_then_it_is_published(
    preparing: Any, alice: Actor, books: Any, spent: Any
) -> None:
    spent("2025-03-01", "657", 1_250, words="Charges")
    spent("2025-04-01", "612100", 2_000)
    state = preparing()
    assert [(p.words, p.amount, p.href) for p in state.problems] == [
        ("Charges", "12,50" + E, ""),
        ("612100", "20,00" + E, ""),
    ]
    assert not state.ready
    send(state, PrepareState.ask, state.problems[0].id)
    send(state, PrepareState.share, {"owner_id": str(books.bob), "tenant_percent": "101"})
    assert list(state.errors) == ["tenant_percent"]
    send(state, PrepareState.share, {"owner_id": str(books.bob), "tenant_percent": "0", "ordinary": "on"})
    assert (state.errors, [p.words for p in state.problems]) == ({}, ["612100"])
    send(state, PrepareState.share_rest)
    assert (state.problems, state.ready) == ([], True)
    send(state, PrepareState.publish, {"due_on": ""})
    assert list(state.errors) == ["due_on"]
    send(state, PrepareState.publish, {"due_on": "2099-01-31"})
    rows = call(alice, service.list_statements, books.id, Asked()).rows
    assert [(r.costs_cents, r.owners) for r in rows] == [(3_250, 2)]
    send(state, PrepareState.publish, {"due_on": "2099-01-31"})  # a second click
    assert call(alice, service.list_statements, books.id, Asked()).total == 1


def test_what_waits_is_told_with_the_proof(preparing: Any, books: Any, spent: Any) -> None:
    spent("2025-01-15", "612100", 24_000, YEAR, words="Insurance")
    state = preparing()
    assert (state.waiting, state.waits, state.lines) == ([], "", 1)
    send(state, PrepareState.look, {"year": str(books.years[2025]), "until": "2025-03-31"})
    assert (state.waits, state.lines, state.last_day) == ("240,00" + E, 0, "31/03/2025")
    assert [x.split(" · ")[1:] for x in state.waiting] == [["Insurance", "240,00" + E, "31/12/2025"]]
    spent("2025-02-01", "612100", 1_000, DEED)
    send(state, PrepareState.look, {"year": str(books.years[2025]), "until": "2025-03-31"})
    assert (state.costs, state.together, state.even, state.ready) == ("10,00" + E, "10,00" + E, True, True)


def test_a_day_that_cannot_be_is_said_beside_it(preparing: Any, books: Any, spent: Any) -> None:
    spent("2025-03-01", "612100", 2_000, DEED)
    state = preparing()
    send(state, PrepareState.look, {"year": str(books.years[2025]), "until": "2026-02-01"})
    assert (list(state.errors), state.looked) == (["until"], False)
    send(state, PrepareState.look, {"year": str(books.years[2025]), "until": "31/12/2025"})
    assert state.errors["until"] == "Enter a date."


def test_a_published_statement_and_one_of_a_co_owner(
    shown: Any, books: Any, dora: Actor, called: Any, spent: Any, published: Any
) -> None:
    scene(books, called, spent)
    statement = published("2025-12-31")
    listed = shown(StatementsState, building_id=books.id)
    assert [(r.period, r.costs, r.owners) for r in listed.rows] == [("01/01/2025 – 31/12/2025", "339,40" + E, 2)]
    whole = shown(StatementState, building_id=books.id, statement_id=statement.id)
    assert [(r.name, r.balance, r.tone) for r in whole.rows] == [
        ("Bob", "-354,50" + E, "credit"),
        ("Dora", "-306,10" + E, "credit"),
    ]
    assert whole.run_id
    lines = shown(SettledState, building_id=books.id, statement_id=statement.id)
    assert [(r.amount, r.withheld) for r in lines.rows if r.key] == [
        ("301,01" + E, False),
        ("48,40" + E, False),
        ("-10,01" + E, False),
    ]
    one = shown(OwnerStatementState, building_id=books.id, statement_id=statement.id, owner_id=books.dora)
    own = shown(MyStatementState, dora, statement_id=statement.id)
    for state in (one, own):
        assert (state.costs, state.provisions, state.tone) == ("193,90" + E, "500,00" + E, "credit")
        assert [g.amount for g in state.groups] == ["150,50" + E, "-5,00" + E, "48,40" + E]
        assert [f.amount for f in state.funds] == ["100,00" + E]
    assert [(r.period, r.balance) for r in shown(MyStatementsState, dora).rows] == [
        ("01/01/2025 – 31/12/2025", "-306,10" + E)
    ]
    send(whole, StatementState.reverse, {"reason": ""})
    assert list(whole.errors) == ["reason"]
    send(whole, StatementState.reverse, {"reason": "Wrong key"})
    assert whole.status == "reversed"


def test_what_is_not_there_is_said(shown: Any, books: Any, dora: Actor) -> None:
    for kind in (StatementState, SettledState, OwnerStatementState):
        assert shown(kind, building_id=books.id, statement_id="nonsense", owner_id=books.bob).missing
    assert shown(MyStatementState, dora, statement_id="nonsense").missing


@pytest.mark.parametrize(
    "page",
    [
        pages.statements, pages.all_statements, pages.prepare, published_pages.statement, published_pages.settled_lines,
        published_pages.owner_statement, own_pages.my_statements, own_pages.my_statement,
    ],
)  # fmt: skip
def test_each_page_is_drawn(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("building_id", "owner_id", "statement_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)
    assert len(str(page().render())) > 1000
