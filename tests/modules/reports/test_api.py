"""The contract's shapes in euros, ours in cents, and the files: what is read back from them is what the books say."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from conftest import as_role
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.modules.reports import api
from koprogo_app.modules.reports.rules import Name


@pytest.fixture
def client(alice, client_of):
    return client_of(api.router, alice)


def exact(answer):
    """The JSON with its numbers as they are written."""
    return json.loads(answer.content, parse_float=Decimal)


def cells(answer):
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def text(answer):
    assert answer.status_code == 200, answer.text
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).replace("\u00a0", " ")


# --- The contract


def test_the_balance_sheet_in_euros(client, year, alice, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 31))
    found = exact(client.get(f"/api/v1/buildings/{year.id}/reports/balance-sheet"))
    assert found["organization_id"] == str(alice.organization_id)
    assert (found["total_assets"], found["total_liabilities"], found["total_equity"], found["balance"]) == (
        Decimal("1987.50"), Decimal("1490.50"), Decimal("497.00"), 0
    )  # fmt: skip
    assert {one["code"]: one["amount"] for one in found["assets"]["accounts"]} == {
        "2300": 1000, "2309": -100, "4100": 100, "4101": 450, "550": 160, "551": Decimal("377.50"),
    }  # fmt: skip
    assert found["liabilities"]["account_type"] == "LIABILITY"
    assert [one["amount"] for one in found["equity"]["accounts"]] == [-203, 700]


def test_the_income_statement_in_euros(client, year):
    for start, end in (("2026-01-01", "2026-12-31"), ("2026-01-01T00:00:00Z", "2026-12-31T23:59:59+00:00")):
        found = exact(
            client.get(
                f"/api/v1/buildings/{year.id}/reports/income-statement",
                params={"period_start": start, "period_end": end},
            )
        )
        assert (found["total_expenses"], found["total_revenue"], found["net_result"]) == (703, 500, -203)
        assert (found["period_start"], found["period_end"]) == ("2026-01-01", "2026-12-31")
        assert {one["code"]: one["amount"] for one in found["expenses"]["accounts"]}["610100"] == Decimal("250.50")


@pytest.mark.parametrize(
    "query",
    [
        {"period_start": "soon", "period_end": "2026-01-01"},
        {"period_start": "2026-02-01", "period_end": "2026-01-01"},
        {},
    ],
)
def test_a_period_that_is_none_is_refused(client, year, query):
    assert client.get(f"/api/v1/buildings/{year.id}/reports/income-statement", params=query).status_code == 400


def test_books_that_are_not_open_are_empty(client, building):
    found = client.get(f"/api/v1/buildings/{building.id}/reports/balance-sheet").json()
    assert (found["total_assets"], found["assets"]["accounts"], found["balance"]) == (0, [], 0)
    assert client.get(f"/api/v1/buildings/{building.id}/reports").json() == []
    assert client.get(f"/api/v1/buildings/{building.id}/reports/sheet").status_code == 400


def test_an_office_adds_nothing_up_across_legal_persons(client, year):
    period = {"period_start": "2026-01-01", "period_end": "2026-12-31"}
    for report, total in (("balance-sheet", "total_assets"), ("income-statement", "total_expenses")):
        found = client.get(f"/api/v1/reports/{report}", params=period).json()
        assert found[total] == 0
        assert found["buildings"] == [
            {
                "building_id": str(year.id),
                "name": "Résidence Molière",
                "href": f"/api/v1/buildings/{year.id}/reports/{report}",
            }
        ]


def test_the_platform_administrator_names_a_building(superadmin, client_of, year):
    admin = client_of(api.router, superadmin)
    assert admin.get("/api/v1/reports/balance-sheet").status_code == 401
    assert admin.get(f"/api/v1/buildings/{year.id}/reports/balance-sheet").json()["organization_id"] == str(
        year.building.organization_id
    )
    assert admin.get(f"/api/v1/buildings/{year.id}/reports/trial-balance").status_code == 200


def test_the_costs_by_group_of_the_chart(client, year):
    found = exact(
        client.post(
            f"/api/v1/pcn/report/{year.id}", json={"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-12-31"}
        )
    )
    assert [(one["account_code"], one["total_amount"], one["entry_count"]) for one in found["lines"]] == [
        ("610", Decimal("250.50"), 1), ("612", 340, 1), ("630", 100, 1), ("657", Decimal("12.50"), 1)
    ]  # fmt: skip
    assert (found["total_amount"], found["total_entries"]) == (703, 4)
    assert (found["period_start"], found["period_end"]) == ("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z")
    assert found["lines"][1]["account_label_de"] == "Lieferungen"
    assert exact(client.post(f"/api/v1/pcn/report/{year.id}"))["total_amount"] == 1003


def test_the_costs_by_group_as_files(client, identified):
    rows = cells(client.get(f"/api/v1/pcn/export/excel/{identified.id}", params={"start_date": "2026-01-01"}))
    assert ["612", "Fournitures", "Leveringen", "Lieferungen", "Supplies", 1.0, 340.0] in rows
    assert rows[-1][-2:] == [4.0, 703.0]
    assert "612 Fournitures Leveringen Lieferungen Supplies 1 340,00" in text(
        client.get(f"/api/v1/pcn/export/pdf/{identified.id}", params={"start_date": "2026-01-01"})
    ).replace("\n", " ")
    wrong = {"start_date": "2026-02-01", "end_date": "2026-01-01"}
    assert client.get(f"/api/v1/pcn/export/excel/{identified.id}", params=wrong).status_code == 400


# --- Ours


def test_a_report_in_cents(client, year):
    found = client.get(
        f"/api/v1/buildings/{year.id}/reports/sheet", params={"until": "2026-12-31", "language": "en"}
    ).json()
    assert [one["kind"] for one in found["columns"]] == ["text", "text", "cents", "cents", "cents"]
    assert found["rows"][-1]["cells"] == ["", "Liabilities, funds and result", 198_750, 90_000, 108_750]
    assert (found["title"], found["period"], found["remarks"][0]["tone"]) == ("Balance sheet", "On 31/12/2026", "ok")
    lines = client.get(
        f"/api/v1/buildings/{year.id}/reports/journals",
        params={"year_id": str(year.years[2026]), "until": "2026-12-31", "journal": "FIN"},
    ).json()
    assert lines["rows"][0]["cells"][0] == "2026-03-01"
    assert lines["rows"][0]["entry_id"]


@pytest.mark.parametrize(
    "query",
    [
        {"language": "xx"},
        {"journal": "XXX"},
        {"format": "doc"},
        {"until": "2030-01-01"},
        {"from": "0001-01-01"},
        {"from": "2026-02-02", "until": "2026-02-01"},
        {"year_id": "x"},
    ],
)
def test_what_is_asked_wrongly_is_refused(client, year, query):
    assert client.get(f"/api/v1/buildings/{year.id}/reports/journals", params=query).status_code == 400


def test_an_unknown_report_is_refused(client, year):
    assert client.get(f"/api/v1/buildings/{year.id}/reports/nothing").status_code == 400


def test_the_excel_file_has_numbers_days_and_no_formula(client, year):
    rows = cells(
        client.get(
            f"/api/v1/buildings/{year.id}/reports/journals",
            params={"until": "2026-12-31", "format": "xlsx", "language": "en"},
        )
    )
    assert [row[0] for row in rows[:3]] == ["Journals", "Résidence Molière", "From 01/01/2026 to 31/12/2026"]
    assert rows[4] == ["Date", "Journal and number", "Document", "Account", "Description", "Debit (€)", "Credit (€)"]
    assert rows[7] == [date(2026, 1, 20), "ACH 1", "F-1", "610100 Lift maintenance", "Lift", 250.5, ""]
    assert "=Bank" in [row[4] for row in rows]
    assert rows[-1][5:] == [3013.0, 3013.0]


def test_the_excel_file_of_the_balance_sheet_is_the_page(client, year):
    rows = cells(
        client.get(
            f"/api/v1/buildings/{year.id}/reports/sheet",
            params={"until": "2026-12-31", "format": "xlsx", "language": "nl"},
        )
    )
    found = {row[0]: row[2:] for row in rows if row[0]}
    assert found["551"] == [377.5, 300.0, 77.5]
    assert found["2309"] == [-100.0, 0.0, -100.0]


@pytest.mark.parametrize("name", list(Name))
def test_every_report_is_a_paper_and_a_spreadsheet(client, identified, name):
    where = f"/api/v1/buildings/{identified.id}/reports/{name}"
    answer = client.get(where, params={"until": "2026-12-31", "format": "pdf"})
    assert "0403.170.701" in text(answer)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}-2026-12-31.pdf"'
    assert len(cells(client.get(where, params={"until": "2026-12-31", "format": "xlsx"}))) > 5


def test_the_paper_says_who_what_when_and_the_figures(client, identified):
    said = text(
        client.get(
            f"/api/v1/buildings/{identified.id}/reports/sheet",
            params={"until": "2026-12-31", "format": "pdf", "language": "en"},
        )
    )
    for expected in (
        "Résidence Molière",
        "Cabinet Sonnet",
        "Balance sheet",
        "On 31/12/2026",
        "Page 1 of 1",
        "1.987,50",
        "-203,00",
        "377,50",
    ):
        assert expected in said


def test_a_long_paper_counts_its_pages_and_a_too_long_one_says_so(client, identified, monkeypatch):
    where, query = (
        f"/api/v1/buildings/{identified.id}/reports/general-ledger",
        {"until": "2026-12-31", "format": "pdf", "language": "en"},
    )
    assert "Page 2 of 2" in text(client.get(where, params=query))
    monkeypatch.setattr(api, "LARGEST", 10)
    assert client.get(where, params=query).status_code == 400
    assert client.get(where, params=query | {"first": "550", "last": "550"}).status_code == 200


def test_an_association_without_number_issues_no_paper_but_a_spreadsheet(client, year):
    where = f"/api/v1/buildings/{year.id}/reports/sheet"
    assert client.get(where, params={"format": "pdf"}).status_code == 400
    assert client.get(where, params={"format": "xlsx"}).status_code == 200


def test_nobody_else_gets_in(alice, charlie, client_of, year):
    owner, stranger = client_of(api.router, as_role(alice, Role.OWNER)), client_of(api.router, charlie)
    for path in (
        "reports",
        "reports/balance-sheet",
        "reports/income-statement?period_start=2026-01-01&period_end=2026-01-01",
        "reports/sheet",
        "reports/journals?format=xlsx",
    ):
        assert owner.get(f"/api/v1/buildings/{year.id}/{path}").status_code == 403
        assert stranger.get(f"/api/v1/buildings/{year.id}/{path}").status_code == 404
    assert stranger.post(f"/api/v1/pcn/report/{year.id}").status_code == 404
    assert stranger.get(f"/api/v1/pcn/export/pdf/{year.id}").status_code == 404
    assert stranger.get("/api/v1/reports/balance-sheet").json()["buildings"] == []
