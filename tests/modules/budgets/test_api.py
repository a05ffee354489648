"""The contract's sixteen routes, field by field, and ours with lines."""

from datetime import date
from uuid import uuid4

import pytest

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.modules.budgets.api import router
from koprogo_app.modules.budgets.rules import FIRST_YEAR

from .conftest import a_budget_line

BUDGET = {
    "id", "organization_id", "building_id", "fiscal_year", "ordinary_budget", "extraordinary_budget", "total_budget", "status",
    "submitted_date", "approved_date", "approved_by_meeting_id", "monthly_provision_amount", "notes", "created_at", "updated_at",
    "is_active", "is_editable",
}  # fmt: skip
VARIANCE = {
    "budget_id", "fiscal_year", "building_id", "budgeted_ordinary", "budgeted_extraordinary", "budgeted_total", "actual_ordinary",
    "actual_extraordinary", "actual_total", "variance_ordinary", "variance_extraordinary", "variance_total", "variance_ordinary_pct",
    "variance_extraordinary_pct", "variance_total_pct", "has_overruns", "overrun_categories", "months_elapsed",
    "projected_year_end_total",
}  # fmt: skip
STATS = {
    "total_budgets", "draft_count", "submitted_count", "approved_count", "rejected_count", "archived_count", "average_total_budget",
    "average_monthly_provision",
}  # fmt: skip


@pytest.fixture
def api(client_of, alice):
    return client_of(router, alice)


def body_of(building, **change):
    return {
        "building_id": str(building.id),
        "fiscal_year": 2027,
        "ordinary_budget": 48000.5,
        "extraordinary_budget": 11999.5,
    } | change


def made(api, building, *steps, **change):
    answer = api.post("/api/v1/budgets", json=body_of(building, **change))
    assert answer.status_code == 201, answer.text
    budget_id = answer.json()["id"]
    for step in steps:
        body = {"meeting_id": str(uuid4())} if step == "approve" else None
        assert api.put(f"/api/v1/budgets/{budget_id}/{step}", json=body).status_code == 200
    return budget_id


# --- The contract


def test_a_budget_is_created_and_read(api, alice, building):
    answer = api.post("/api/v1/budgets", json=body_of(building, notes="As before", organization_id="anything"))
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == BUDGET
    assert body == body | {
        "organization_id": str(alice.organization_id), "building_id": str(building.id), "fiscal_year": 2027, "ordinary_budget": 48000.5,
        "extraordinary_budget": 11999.5, "total_budget": 60000.0, "status": "Draft", "submitted_date": None, "approved_date": None,
        "approved_by_meeting_id": None, "monthly_provision_amount": 5000.0, "notes": "As before", "is_active": False, "is_editable": True,
    }  # fmt: skip
    assert body["created_at"].endswith("Z")
    assert api.get(f"/api/v1/budgets/{body['id']}").json() == body


@pytest.mark.parametrize(
    "change",
    [
        {"ordinary_budget": 1.005}, {"ordinary_budget": "abc"}, {"ordinary_budget": "NaN"}, {"ordinary_budget": "1e30"}, {"ordinary_budget": "1e999999"},
        {"ordinary_budget": -1}, {"extraordinary_budget": -0.01}, {"extraordinary_budget": None},
        {"ordinary_budget": 0, "extraordinary_budget": 0}, {"fiscal_year": FIRST_YEAR - 1}, {"fiscal_year": 2101}, {"fiscal_year": "soon"},
        {"fiscal_year": 2027.5}, {"building_id": "nonsense"}, {"building_id": str(uuid4())}, {"notes": "x" * 4001},
    ],
)  # fmt: skip
def test_what_is_not_a_budget_is_400(api, building, change):
    answer = api.post("/api/v1/budgets", json=body_of(building, **change))
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_both_wrong_amounts_are_named(api, building):
    answer = api.post("/api/v1/budgets", json=body_of(building, ordinary_budget=-1, extraordinary_budget=0.001))
    assert "ordinary_budget" in answer.json()["details"]
    assert "extraordinary_budget" in answer.json()["details"]


def test_decimals_may_be_text_and_a_year_has_one_budget(api, building):
    assert (
        api.post("/api/v1/budgets", json=body_of(building, ordinary_budget="99.90")).json()["ordinary_budget"] == 99.9
    )
    assert api.post("/api/v1/budgets", json=body_of(building)).status_code == 400


def test_the_way_through_the_states(api, building):
    budget_id = made(api, building)
    here = f"/api/v1/budgets/{budget_id}"
    changed = api.put(here, json={"extraordinary_budget": 0, "notes": "New"}).json()
    assert (changed["ordinary_budget"], changed["extraordinary_budget"], changed["notes"]) == (48000.5, 0.0, "New")
    for wrong in ({"ordinary_budget": 0}, {"ordinary_budget": 0.001}, {"ordinary_budget": "x"}):
        assert api.put(here, json=wrong).status_code == 400
    assert api.put(f"{here}/approve", json={"meeting_id": str(uuid4())}).status_code == 400
    submitted = api.put(f"{here}/submit").json()
    assert (submitted["status"], submitted["is_editable"]) == ("Submitted", False)
    assert submitted["submitted_date"].endswith("Z")
    assert api.put(here, json={"ordinary_budget": 5}).status_code == 400
    rejected = api.put(f"{here}/reject", json={"reason": "Too dear"}).json()
    assert (rejected["status"], rejected["notes"], rejected["is_editable"]) == ("Rejected", "New\nToo dear", True)
    api.put(f"{here}/submit")
    for wrong in (None, {}, {"meeting_id": "nonsense"}, {"meeting_id": None}):
        assert api.put(f"{here}/approve", json=wrong).status_code == 400
    meeting = str(uuid4())
    approved = api.put(f"{here}/approve", json={"meeting_id": meeting}).json()
    assert set(approved) == BUDGET
    assert (approved["status"], approved["approved_by_meeting_id"], approved["is_active"]) == (
        "Approved",
        meeting,
        True,
    )
    assert approved["approved_date"] == f"{clock.today()}T00:00:00Z"
    assert api.delete(here).status_code == 400
    archived = api.put(f"{here}/archive").json()
    assert (archived["status"], archived["is_active"]) == ("Archived", False)


def test_a_rejection_needs_no_reason_and_no_body(api, building):
    budget_id = made(api, building, "submit")
    assert api.put(f"/api/v1/budgets/{budget_id}/reject").json()["status"] == "Rejected"
    assert api.delete(f"/api/v1/budgets/{budget_id}").status_code == 204
    assert api.get(f"/api/v1/budgets/{budget_id}").status_code == 404
    assert api.delete(f"/api/v1/budgets/{budget_id}").status_code == 404


def test_an_action_on_nothing_is_400_and_a_read_404(api):
    for step, body in (("submit", None), ("approve", {"meeting_id": str(uuid4())}), ("reject", {}), ("archive", None)):
        assert api.put(f"/api/v1/budgets/{uuid4()}/{step}", json=body).status_code == 400
    assert api.put(f"/api/v1/budgets/{uuid4()}", json={}).status_code == 400
    for path in (str(uuid4()), "nonsense", f"{uuid4()}/variance"):
        assert api.get(f"/api/v1/budgets/{path}").status_code == 404


def test_budgets_are_paged_and_listed(api, building):
    first, second = made(api, building, "submit", "approve", fiscal_year=2026), made(api, building)
    page = api.get("/api/v1/budgets?page=1&per_page=1").json()
    assert page["pagination"] == {
        "current_page": 1, "per_page": 1, "total_items": 2, "total_pages": 2, "has_next": True, "has_previous": False
    }  # fmt: skip
    assert [x["id"] for x in page["data"]] == [first]
    assert set(page["data"][0]) == BUDGET
    for query, ids in (
        ("status=approved", [first]), ("status=draft", [second]), (f"building_id={building.id}&order=desc", [second, first]),
        ("sort_by=total_budget", [first, second]),
    ):  # fmt: skip
        assert [x["id"] for x in api.get(f"/api/v1/budgets?{query}").json()["data"]] == ids, query
    for wrong in ("status=unknown", "sort_by=nonsense", "page=0", "page=abc", "building_id=x"):
        assert api.get(f"/api/v1/budgets?{wrong}").status_code == 400, wrong
    assert api.get(f"/api/v1/budgets?building_id={uuid4()}").status_code == 404
    for path, ids in (
        (f"buildings/{building.id}/budgets", [second, first]), ("budgets/fiscal-year/2026", [first]), ("budgets/fiscal-year/2000", []),
        ("budgets/status/draft", [second]), ("budgets/status/archived", []),
    ):  # fmt: skip
        assert [x["id"] for x in api.get(f"/api/v1/{path}").json()] == ids, path
    assert api.get("/api/v1/budgets/status/nonsense").status_code == 400
    for path, found in (
        ("budgets/fiscal-year/2027", second), ("budgets/active", first),
    ):  # fmt: skip
        assert api.get(f"/api/v1/buildings/{building.id}/{path}").json()["id"] == found
    for path in (f"{building.id}/budgets/fiscal-year/2031", f"{uuid4()}/budgets/active", f"{uuid4()}/budgets"):
        assert api.get(f"/api/v1/buildings/{path}").status_code == 404


def test_the_last_approved_budget_is_active_when_the_year_has_none(api, building):
    assert api.get(f"/api/v1/buildings/{building.id}/budgets/active").status_code == 404
    far = made(api, building, "submit", "approve", fiscal_year=2099)
    assert api.get(f"/api/v1/buildings/{building.id}/budgets/active").json()["id"] == far


def test_the_stats_count_and_average(api, building):
    assert api.get("/api/v1/budgets/stats").json() == dict.fromkeys(STATS, 0)
    made(api, building, ordinary_budget=100, extraordinary_budget=20)
    made(api, building, "submit", fiscal_year=2028, ordinary_budget=100, extraordinary_budget=21)
    found = api.get("/api/v1/budgets/stats").json()
    assert set(found) == STATS
    assert found == found | {
        "total_budgets": 2, "draft_count": 1, "submitted_count": 1, "approved_count": 0, "average_total_budget": 120.5,
        "average_monthly_provision": 10.04,
    }  # fmt: skip


def test_the_variance_nets_what_a_fund_paid_and_leaves_private_costs_out(
    api, monkeypatch, house, budgeted, spent, called
):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 30))
    made_ = budgeted(
        a_budget_line(1000_00), a_budget_line(300_00, nature="extraordinary"), a_budget_line(60_00, nature="reserve")
    )
    spent("2026-02-01", 1250_00, "612000")
    spent("2026-02-02", 9_00, "612000", owner_id=house.bob)
    spent("2026-03-01", 100_00, "611000", ordinary=False)
    spent("2026-03-02", 7_00, "680")
    called("2026-01-10", 20_00)
    found = api.get(f"/api/v1/budgets/{made_.id}/variance").json()
    assert set(found) == VARIANCE
    assert found == {
        "budget_id": str(made_.id), "fiscal_year": 2026, "building_id": str(house.id),
        "budgeted_ordinary": 1000.0, "budgeted_extraordinary": 360.0, "budgeted_total": 1360.0,
        "actual_ordinary": 1250.0, "actual_extraordinary": 120.0, "actual_total": 1370.0,
        "variance_ordinary": -250.0, "variance_extraordinary": 240.0, "variance_total": -10.0,
        "variance_ordinary_pct": -25.0, "variance_extraordinary_pct": 66.67, "variance_total_pct": -0.74,
        "has_overruns": True, "overrun_categories": ["ordinary"], "months_elapsed": 6,
        "projected_year_end_total": 2762.71,  # 1370 × 365 / 181
    }  # fmt: skip


def test_a_budget_of_nothing_extraordinary_has_no_percentage_of_it(api, building):
    found = api.get(f"/api/v1/budgets/{made(api, building, extraordinary_budget=0, fiscal_year=2090)}/variance").json()
    assert (found["variance_extraordinary_pct"], found["months_elapsed"], found["projected_year_end_total"]) == (
        0.0,
        0,
        0.0,
    )
    assert (found["has_overruns"], found["overrun_categories"]) == (False, [])


def test_the_reserve_stands_with_the_extraordinary_on_the_wire(api, house, budgeted):
    detailed = budgeted(a_budget_line(100_00, "612000"), a_budget_line(10_00, nature="reserve"))
    here = f"/api/v1/budgets/{detailed.id}"
    assert (api.get(here).json()["extraordinary_budget"], api.get(here).json()["total_budget"]) == (10.0, 110.0)
    assert api.put(here, json={"ordinary_budget": 100, "extraordinary_budget": 10, "notes": "x"}).status_code == 200
    assert api.put(here, json={"ordinary_budget": 101}).status_code == 400


# --- Ours


def test_lines_in_cents_come_and_go(api, house, years):
    lines = [
        {"nature": "ordinary", "account": "612000", "key_id": None, "cents": 12_000, "description": "Water"},
        {"nature": "ordinary", "account": "610100", "key_id": str(house.lift), "cents": 500, "description": ""},
    ]  # fmt: skip
    answer = api.post(f"/api/v1/buildings/{house.id}/budgets", json={"year_id": str(years[2026]), "lines": lines})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["lines"], body["ordinary_cents"], body["fiscal_year"], body["starts_on"]) == (
        lines,
        12_500,
        2026,
        "2026-01-01",
    )
    here = f"/api/v1/budgets/{body['id']}"
    assert api.get(f"{here}/details").json() == body
    changed = api.put(f"{here}/details", json={"lines": lines[:1], "notes": "Less"}).json()
    assert (changed["lines"], changed["notes"]) == (lines[:1], "Less")
    for wrong in (
        {"cents": 1.5},
        {"cents": "abc"},
        {"cents": -1},
        {"key_id": str(uuid4())},
        {"account": "550"},
        {"nature": "x"},
    ):
        assert api.put(f"{here}/details", json={"lines": [lines[0] | wrong]}).status_code == 400, wrong
    api.put(f"{here}/submit")
    decided = api.put(f"{here}/decision", json={"decided_on": "2026-03-20", "decision": "Yes."}).json()
    assert (decided["status"], decided["decided_on"], decided["decision"]) == ("approved", "2026-03-20", "Yes.")


def test_the_follow_up_the_reserve_and_the_provisions(api, house, budgeted, spent):
    detailed = budgeted(a_budget_line(100_00, "612000"), a_budget_line(50_00, "610100", key_id=house.lift))
    spent("2026-02-01", 90_00, "612000")
    spent("2026-02-02", 3_00, "613")
    here = f"/api/v1/budgets/{detailed.id}"
    found = api.get(f"{here}/follow-up?until=2026-06-30").json()
    row = {"nature": "ordinary", "key_id": None, "description": "", "before_cents": 0}
    assert found == {
        "budget_id": str(detailed.id), "until": "2026-06-30", "warn_percent": 90,
        "rows": [
            row | {"account": "612000", "budget_cents": 100_00, "actual_cents": 90_00, "difference_cents": 10_00, "percent": 90.0, "state": "near"},
            row | {"account": "610100", "key_id": str(house.lift), "budget_cents": 50_00, "actual_cents": 0, "difference_cents": 50_00,
                   "percent": 0.0, "state": "ok"},
        ],
        "unbudgeted": [row | {"account": "613", "budget_cents": 0, "actual_cents": 3_00, "difference_cents": -3_00, "percent": None, "state": "over"}],
        "private_cents": 0, "funds_cents": 0, "cost_cents": 93_00,
    }  # fmt: skip
    for wrong in ("2025-12-31", "soon"):
        assert api.get(f"{here}/follow-up?until={wrong}").status_code == 400
    assert api.get(f"{here}/reserve-check").json() == {
        "state": "unknown_day", "due_on": None, "base_cents": 0, "minimum_cents": None, "contribution_cents": 0, "missing_cents": 0
    }  # fmt: skip
    assert [(x["number"], x["cents"]) for x in api.get(f"{here}/provisions").json()] == [("A1", 60_00), ("A2", 90_00)]


def test_a_proposal_and_the_threshold(api, house, years, spent):
    spent("2025-02-01", 90_00, "612000")
    here = f"/api/v1/buildings/{house.id}"
    found = api.get(f"{here}/budget-proposal?year_id={years[2026]}&percent=10").json()
    assert [(x["account"], x["cents"]) for x in found] == [("612000", 99_00)]
    for wrong in ("source=nonsense", "source=budget", "percent=x", "percent=1001", "percent=1.234"):
        assert api.get(f"{here}/budget-proposal?year_id={years[2026]}&{wrong}").status_code == 400, wrong
    assert api.put(f"{here}/budget-settings", json={"warn_percent": 80}).json() == {"warn_percent": 80}
    assert api.get(f"{here}/budget-settings").json() == {"warn_percent": 80}
    for wrong in (0, 101, "x"):
        assert api.put(f"{here}/budget-settings", json={"warn_percent": wrong}).status_code == 400


def test_the_platform_administrator_acts_in_the_office_of_the_row(client_of, superadmin, api, building):
    budget_id = made(api, building)
    platform = client_of(router, superadmin)
    assert superadmin.role == Role.SUPERADMIN
    assert platform.post("/api/v1/budgets", json=body_of(building)).status_code == 401
    assert platform.get("/api/v1/budgets/stats").status_code == 401
    assert platform.get(f"/api/v1/budgets/{budget_id}").status_code == 200
    assert platform.put(f"/api/v1/budgets/{budget_id}/submit").json()["status"] == "Submitted"


def test_another_office_finds_nothing(client_of, charlie, api, building):
    budget_id = made(api, building)
    stranger = client_of(router, charlie)
    assert stranger.get("/api/v1/budgets").json()["pagination"]["total_items"] == 0
    assert stranger.get("/api/v1/budgets/fiscal-year/2027").json() == []
    for path in ("", "/variance", "/details", "/follow-up", "/reserve-check", "/provisions"):
        assert stranger.get(f"/api/v1/budgets/{budget_id}{path}").status_code == 404
    assert stranger.put(f"/api/v1/budgets/{budget_id}/submit").status_code == 400
    assert stranger.delete(f"/api/v1/budgets/{budget_id}").status_code == 404
    assert stranger.post("/api/v1/budgets", json=body_of(building, fiscal_year=2030)).status_code == 400
