from types import SimpleNamespace

import pytest
import reflex as rx
from conftest import as_role, send

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.rules import Regime
from koprogo_app.modules.reports import pages
from koprogo_app.modules.reports.rules import Name
from koprogo_app.modules.reports.state import ReportsState, ReportState


@pytest.fixture
def shown(opened, monkeypatch, year):
    """shown("sheet", until="2026-12-31"): the page of a report, loaded from that address."""

    def make(report, actor=None, **address):
        state = opened(ReportState, actor, building_id=year.id, report=report)
        query = SimpleNamespace(url=SimpleNamespace(query_parameters=address))
        monkeypatch.setattr(ReportState, "router", query, raising=False)
        send(state, ReportState.load)
        return state

    return make


def test_the_list_begins_with_what_fits_the_regime(alice, opened, year):
    call(alice, accounts.set_regime, year.id, Regime.SIMPLIFIED)
    state = opened(ReportsState, building_id=year.id)
    send(state, ReportsState.load)
    assert (state.rows[0].name, state.rows[0].title, len(state.rows)) == ("simplified", "Simplified books", len(Name))


def test_the_list_of_books_that_are_not_open_is_empty(opened, building):
    state = opened(ReportsState, building_id=building.id)
    send(state, ReportsState.load)
    assert (state.rows, state.ready) == ([], True)


@pytest.mark.parametrize("name", list(Name))
def test_every_report_has_a_table_of_its_shape(shown, name):
    state = shown(name.value, until="2026-12-31")
    assert state.shape in pages.SHAPES
    assert {len(row.cells) for row in state.rows} == (
        {len(state.heads)} if name is not Name.BUDGET else set()
    )  # none is kept
    assert state.total == len(state.rows) or name is Name.JOURNALS


def test_the_balance_sheet_as_it_is_read(shown, year):
    state = shown("sheet", until="2026-12-31")
    row = next(row for row in state.rows if row.cells[0].strip() == "2309")
    assert row.cells[1:] == ["Plant and equipment (depreciation)", "-100,00", "0,00", "-100,00"]
    assert row.href.startswith(f"/buildings/{year.id}/accounts/")
    assert row.href.endswith(f"?year={year.years[2026]}")
    assert (state.rows[0].rank, state.rows[0].href, state.rows[-1].cells[2]) == ("head", "", "1.987,50")
    assert [remark.tone for remark in state.remarks] == ["ok"]
    assert "until=2026-12-31" in state.pdf
    assert state.xlsx.endswith("format=xlsx")
    assert state.pdf_reason  # no enterprise number yet


def test_an_association_with_its_number_issues_papers(shown, identified):
    assert shown("sheet").pdf_reason == ""


def test_the_costs_have_bars_as_wide_as_their_figures(shown):
    state = shown("result", until="2026-12-31")
    assert [(bar.now, bar.bar.percent, bar.before, bar.earlier.percent) for bar in state.bars] == [
        ("250,50", "73.6", "0,00", "0.0"), ("340,00", "100.0", "300,00", "88.2"), ("100,00", "29.4", "0,00", "0.0"), ("12,50", "3.6", "0,00", "0.0")
    ]  # fmt: skip
    assert state.bars[1].said == "612 Supplies: 340,00 €, a year earlier 300,00 €"


def test_another_year_drops_the_days_of_the_one_before(shown, year):
    state = shown("result", year=str(year.years[2026]), **{"from": "2026-02-01", "until": "2026-02-28"})
    assert (state.values["from"], state.rows[-1].cells[2]) == ("2026-02-01", "-340,00")
    send(
        state,
        ReportState.show,
        {"year": str(year.years[2025]), "from": "2026-02-01", "until": "2026-02-28", "language": "nl"},
    )
    assert (state.values["from"], state.values["until"], state.language) == ("2025-01-01", "2025-12-31", "nl")
    assert state.rows[-1].cells[2] == "700,00"
    send(
        state,
        ReportState.show,
        {"year": str(year.years[2025]), "from": "2025-01-01", "until": "2025-02-28", "language": "xx"},
    )
    assert (state.rows[-1].cells[2], state.language) == ("1.000,00", "nl")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"until": "2031-01-01"}, "until"), ({"from": "2026-12-31", "until": "2026-01-01"}, "from"), ({"from": "soon"}, "from"), ({"from": "0001-01-01"}, "from"), ({"journal": "XXX"}, "journal"),
        ({"first": "7", "last": "6"}, "last"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(shown, year, form, field):
    state = shown("journals", year=str(year.years[2026]))
    send(state, ReportState.show, {"year": str(year.years[2026])} | form)
    assert list(state.errors) == [field]


def test_a_year_that_is_none_is_said(shown):
    assert list(shown("sheet", year="x").errors) == ["year"]


def test_a_report_that_does_not_exist_says_so(shown):
    state = shown("nothing")
    assert (state.missing, state.rows) == (True, [])


def test_journals_turn_their_pages(shown, year):
    state = shown("journals", year=str(year.years[2026]), until="2026-12-31")
    send(state, ReportState.resize, 10)
    assert (state.total, len(state.rows)) == (18, 10)
    assert state.rows[0].href.startswith(f"/buildings/{year.id}/entries/")
    send(state, ReportState.go, 2)
    assert len(state.rows) == 13  # 8 lines, 4 journals, all


def test_a_co_owner_is_refused(shown, alice):
    state = shown("sheet", as_role(alice, Role.OWNER))
    assert state.rows == []


@pytest.mark.parametrize("page", [pages.reports, pages.report])
def test_each_page_is_drawn(page, monkeypatch):
    for name in ("building_id", "report"):  # the parts of the address that Reflex declares when it compiles the routes
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)
    assert len(str(page().render())) > 1000
