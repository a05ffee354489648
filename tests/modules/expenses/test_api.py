"""The contract's routes of expenses, invoices and their distribution: shapes, statuses, refusals."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from modules.invoices.conftest import a_line, sides
from pypdf import PdfReader

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.expenses import rules
from koprogo_app.modules.expenses.api import router
from koprogo_app.modules.invoices.rules import Approval

EXPENSE = {"id", "building_id", "category", "description", "amount", "expense_date", "payment_status", "approval_status", "supplier",
           "invoice_number", "account_code", "contractor_report_id"}  # fmt: skip
INVOICE = {
    "id", "organization_id", "building_id", "category", "description", "amount", "amount_excl_vat", "vat_rate", "vat_amount",
    "amount_incl_vat", "expense_date", "invoice_date", "due_date", "paid_date", "approval_status", "submitted_at", "approved_by",
    "approved_at", "rejection_reason", "payment_status", "supplier", "invoice_number", "contractor_report_id", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def api(client_of, alice):
    return client_of(router, alice)


def an_expense(building, **change):
    return {"building_id": str(building.id), "category": "Maintenance", "description": "Lift", "amount": 121.5,
            "expense_date": "2026-03-01T00:00:00Z"} | change  # fmt: skip


def a_draft(building, **change):
    return {"building_id": str(building.id), "category": "Repairs", "description": "Roof", "amount_excl_vat": 1000, "vat_rate": 21,
            "invoice_date": "2026-03-01T00:00:00Z"} | change  # fmt: skip


def drafted(api, building, *steps, **change):
    made = api.post("/api/v1/invoices/draft", json=a_draft(building, **change)).json()
    for step in steps:
        path = "expenses" if step in ("mark-paid",) else "invoices"
        answer = api.put(f"/api/v1/{path}/{made['id']}/{step}")
        assert answer.status_code == 200, answer.text
    return made["id"]


# --- Core routes


def test_an_expense_is_created_as_a_draft(api, building):
    answer = api.post(
        "/api/v1/expenses", json=an_expense(building, supplier="Lift SA", invoice_number="F1", account_code="610100")
    )
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == EXPENSE
    assert body == body | {
        "building_id": str(building.id), "category": "Maintenance", "description": "Lift", "amount": 121.5,
        "expense_date": "2026-03-01T00:00:00+00:00", "payment_status": "pending", "approval_status": "draft", "supplier": "Lift SA",
        "invoice_number": "F1", "account_code": "610100", "contractor_report_id": None,
    }  # fmt: skip
    assert api.get(f"/api/v1/expenses/{body['id']}").json() == body


def test_optional_fields_are_there_as_null_and_decimals_may_be_text(api, building):
    body = api.post("/api/v1/expenses", json=an_expense(building, amount="99.90", organization_id="anything")).json()
    assert (body["amount"], body["supplier"], body["invoice_number"], body["account_code"]) == (99.9, None, None, None)
    whole = api.get(f"/api/v1/invoices/{body['id']}").json()
    assert [whole[k] for k in ("amount_excl_vat", "vat_rate", "vat_amount", "amount_incl_vat")] == [None] * 4


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0}, {"amount": -1}, {"amount": 1.005}, {"amount": "abc"}, {"amount": "NaN"}, {"amount": "1e30"}, {"description": ""},
        {"category": "Gardening"}, {"expense_date": "2026-03-01"}, {"expense_date": "2026-03-01T00:00:00"}, {"expense_date": "yesterday"},
        {"building_id": "nonsense"}, {"building_id": str(uuid4())}, {"account_code": "x" * 41}, {"amount": None},
    ],
)  # fmt: skip
def test_what_is_not_an_expense_is_400(api, building, change):
    answer = api.post("/api/v1/expenses", json=an_expense(building, **change))
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_expenses_are_paged_and_those_of_a_building_a_bare_array(api, building):
    for n in range(3):
        api.post(
            "/api/v1/expenses", json=an_expense(building, amount=10 + n, expense_date=f"2026-03-0{3 - n}T00:00:00Z")
        )
    answer = api.get("/api/v1/expenses?page=1&per_page=2").json()
    assert answer["pagination"] == {
        "current_page": 1, "per_page": 2, "total_items": 3, "total_pages": 2, "has_next": True, "has_previous": False
    }  # fmt: skip
    assert [x["amount"] for x in answer["data"]] == [12.0, 11.0]  # by date
    assert [x["amount"] for x in api.get("/api/v1/expenses?sort_by=amount&order=desc").json()["data"]] == [
        12.0,
        11.0,
        10.0,
    ]
    assert api.get("/api/v1/expenses?sort_by=nonsense").status_code == 400
    assert api.get("/api/v1/expenses?page=abc").status_code == 400
    listed = api.get(f"/api/v1/buildings/{building.id}/expenses").json()
    assert [set(x) == EXPENSE for x in listed] == [True] * 3
    assert api.get(f"/api/v1/buildings/{uuid4()}/expenses").status_code == 404


def test_marking_paid_asks_for_approval_happens_once_and_enters_both_entries(api, alice, building):
    made = api.post("/api/v1/expenses", json=an_expense(building, amount=121)).json()["id"]
    assert api.put(f"/api/v1/expenses/{made}/mark-paid").status_code == 400
    for step in ("submit", "approve"):
        assert api.put(f"/api/v1/invoices/{made}/{step}").status_code == 200
    paid = api.put(f"/api/v1/expenses/{made}/mark-paid")
    assert (paid.status_code, set(paid.json()), paid.json()["payment_status"]) == (200, EXPENSE, "paid")
    assert api.put(f"/api/v1/expenses/{made}/mark-paid").status_code == 400
    whole = api.get(f"/api/v1/invoices/{made}").json()
    assert whole["paid_date"] == f"{clock.today()}T00:00:00+00:00"
    assert [x[:3] for x in sides(alice, whole["entry_id"])] == [("610", 12_100, 0), ("440", 0, 12_100)]
    assert [x[:3] for x in sides(alice, whole["payment_entry_id"])] == [("440", 12_100, 0), ("551", 0, 12_100)]


def test_a_client_that_knows_no_books_gets_them_opened_up_to_its_payment(api, alice, building):
    drafted(api, building, "submit", "approve", "mark-paid", invoice_date="2024-07-01T00:00:00Z")
    years = call(alice, accounts.list_years, building.id)
    assert (years[-1].starts_on, years[0].ends_on) == (date(2024, 1, 1), date(clock.today().year, 12, 31))


def test_an_unknown_or_foreign_expense(api, client_of, charlie, building):
    made = drafted(api, building)
    assert api.get("/api/v1/expenses/nonsense").status_code == 404
    stranger = client_of(router, charlie)
    assert stranger.get(f"/api/v1/expenses/{made}").status_code == 404
    assert stranger.get(f"/api/v1/invoices/{made}").status_code == 404
    assert stranger.put(f"/api/v1/expenses/{made}/mark-paid").status_code == 400
    assert stranger.put(f"/api/v1/invoices/{made}/submit").status_code == 400


# --- The workflow


def test_a_draft_has_its_vat(api, building):
    answer = api.post(
        "/api/v1/invoices/draft", json=a_draft(building, due_date="2026-03-31T00:00:00Z", invoice_number="F7")
    )
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) >= INVOICE
    assert body == body | {
        "amount": 1210.0, "amount_excl_vat": 1000.0, "vat_rate": 21.0, "vat_amount": 210.0, "amount_incl_vat": 1210.0,
        "invoice_date": "2026-03-01T00:00:00+00:00", "due_date": "2026-03-31T00:00:00+00:00", "paid_date": None,
        "approval_status": "draft", "payment_status": "pending", "submitted_at": None, "approved_by": None, "rejection_reason": None,
        "category": "Repairs", "invoice_number": "F7",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("net", "rate", "gross"), [(5000, 6, 5300.0), ("45000", "6", 47700.0), (100, 0, 100.0), (80, 100, 160.0)]
)
def test_the_contracts_own_figures(api, building, net, rate, gross):
    body = api.post("/api/v1/invoices/draft", json=a_draft(building, amount_excl_vat=net, vat_rate=rate)).json()
    assert (body["amount"], body["amount_incl_vat"]) == (gross, gross)


@pytest.mark.parametrize(
    "change",
    [
        {"vat_rate": 101},
        {"vat_rate": -1},
        {"amount_excl_vat": 0},
        {"amount_excl_vat": "1e999999"},
        {"vat_rate": "1e-999999"},
        {"invoice_date": "x"},
        {"due_date": "x"},
        {"vat_rate": None},
    ],
)
def test_what_is_not_a_draft_is_400(api, building, change):
    assert api.post("/api/v1/invoices/draft", json=a_draft(building, **change)).status_code == 400


def test_a_draft_is_changed_by_what_is_given_and_only_a_draft(api, building):
    made = drafted(api, building, supplier="Roof SA", due_date="2026-03-10T00:00:00Z")
    body = api.put(f"/api/v1/invoices/{made}", json={"amount_excl_vat": 900, "description": "Roof, part 1"}).json()
    assert (body["amount"], body["vat_rate"], body["description"], body["supplier"]) == (
        1089.0,
        21.0,
        "Roof, part 1",
        "Roof SA",
    )
    body = api.put(
        f"/api/v1/invoices/{made}", json={"vat_rate": 6, "category": "Other", "invoice_date": "2026-04-01T00:00:00Z"}
    ).json()
    assert (
        api.put(f"/api/v1/invoices/{made}", json={"vat_rate": 19}).json()["amount"] == 1071.0
    )  # looked at, not refused
    assert (body["amount"], body["category"], body["due_date"]) == (954.0, "Other", "2026-05-01T00:00:00+00:00")
    assert api.put(f"/api/v1/invoices/{made}", json={"vat_rate": 400}).status_code == 400
    api.put(f"/api/v1/invoices/{made}/submit")
    assert api.put(f"/api/v1/invoices/{made}", json={"description": "Late"}).status_code == 400
    assert api.put(f"/api/v1/invoices/{uuid4()}", json={}).status_code == 400


def test_submit_approve_reject_and_their_order(api, alice, building):
    made = drafted(api, building)
    assert api.put(f"/api/v1/invoices/{made}/approve").status_code == 400  # a draft is sent first
    sent = api.put(f"/api/v1/invoices/{made}/submit").json()
    assert (sent["approval_status"], sent["submitted_at"] is not None) == ("pending_approval", True)
    assert api.put(f"/api/v1/invoices/{made}/submit").status_code == 400
    body = {"rejected_by_user_id": "ignored", "rejection_reason": "Wrong"}
    for wrong in (
        {},
        {"rejection_reason": "Wrong"},
        body | {"rejection_reason": ""},
        body | {"rejection_reason": "  "},
    ):
        assert api.put(f"/api/v1/invoices/{made}/reject", json=wrong).status_code == 400
    rejected = api.put(f"/api/v1/invoices/{made}/reject", json=body).json()
    assert (rejected["approval_status"], rejected["rejection_reason"]) == ("rejected", "Wrong")
    assert api.put(f"/api/v1/invoices/{made}/approve").status_code == 400
    again = api.put(f"/api/v1/invoices/{made}/submit").json()
    assert (again["approval_status"], again["rejection_reason"]) == ("pending_approval", None)
    approved = api.put(f"/api/v1/invoices/{made}/approve").json()
    assert (approved["approval_status"], approved["approved_by"]) == ("approved", str(alice.user_id))
    for step in ("submit", "approve"):
        assert api.put(f"/api/v1/invoices/{made}/{step}").status_code == 400


def test_what_waits(api, building):
    drafted(api, building)
    made = drafted(api, building, "submit")
    answer = api.get("/api/v1/invoices/pending").json()
    assert (answer["count"], [x["id"] for x in answer["invoices"]]) == (1, [made])
    assert set(answer["invoices"][0]) >= INVOICE


def test_works_wait_for_the_report_of_the_contractor(api, building):
    made = drafted(api, building, "submit", category="Works")
    assert api.put(f"/api/v1/invoices/{made}/approve").status_code == 400


def test_overdue_cancelled_taken_up_unpaid(api, building):
    made = drafted(api, building)

    def act(step):
        return api.post(f"/api/v1/expenses/{made}/{step}")

    assert [act(s).status_code for s in ("unpay", "reactivate")] == [400, 400]
    assert act("mark-overdue").json()["payment_status"] == "overdue"
    assert act("mark-overdue").status_code == 400
    assert act("cancel").json()["payment_status"] == "cancelled"
    assert act("cancel").status_code == 400
    assert act("reactivate").json()["payment_status"] == "pending"
    for step in ("submit", "approve"):
        api.put(f"/api/v1/invoices/{made}/{step}")
    api.put(f"/api/v1/expenses/{made}/mark-paid")
    assert act("cancel").status_code == 400
    assert act("unpay").json()["payment_status"] == "pending"
    assert act("cancel").status_code == 200
    assert api.get(f"/api/v1/expenses/{made}").json()["payment_status"] == "cancelled"


def test_who_may(api, client_of, alice, superadmin, building):
    made = drafted(api, building, "submit")
    accountant, owner = (client_of(router, as_role(alice, role)) for role in (Role.ACCOUNTANT, Role.OWNER))
    assert accountant.post("/api/v1/expenses", json=an_expense(building)).status_code == 201
    for path in ("approve", "reject"):
        body = {"rejected_by_user_id": "x", "rejection_reason": "y"} if path == "reject" else None
        assert accountant.put(f"/api/v1/invoices/{made}/{path}", json=body).status_code == 403
    assert accountant.get("/api/v1/invoices/pending").status_code == 403
    assert owner.post("/api/v1/expenses", json=an_expense(building)).status_code == 403
    assert owner.put(f"/api/v1/invoices/{made}/submit").status_code == 403
    platform = client_of(router, superadmin)
    assert platform.get("/api/v1/expenses").status_code == 401
    assert platform.post("/api/v1/expenses", json=an_expense(building)).status_code == 401
    assert platform.put(f"/api/v1/invoices/{made}/approve").status_code == 200
    nobody = client_of(router, None)
    assert nobody.get("/api/v1/invoices/some-id/distribution").status_code == 401


# --- Distribution


def test_an_approved_invoice_is_shared_out_and_worked_out_anew(api, alice, house, entered):
    invoice = entered(a_line("100"))  # 121.00 by 600 and 400 shares
    path = f"/api/v1/invoices/{invoice.id}"
    assert api.post(f"{path}/calculate-distribution").status_code == 400
    assert api.get(f"{path}/distribution").json() == []
    for step in ("submit", "approve"):
        api.put(f"{path}/{step}")
    first = api.post(f"{path}/calculate-distribution")
    assert first.status_code == 200
    assert [set(x) for x in first.json()] == [
        {"id", "expense_id", "unit_id", "owner_id", "quota_percentage", "amount_due", "created_at"}
    ] * 2
    found = {x["unit_id"]: (x["owner_id"], x["quota_percentage"], x["amount_due"]) for x in first.json()}
    assert found == {str(house.a1): (str(house.bob), 0.6, 72.6), str(house.a2): (str(house.dora), 0.4, 48.4)}
    api.post(f"{path}/calculate-distribution")
    assert len(api.get(f"{path}/distribution").json()) == 2
    assert [x["amount_due"] for x in api.get(f"/api/v1/owners/{house.bob}/distributions").json()] == [72.6]
    assert api.get(f"/api/v1/owners/{house.bob}/total-due").json() == {"owner_id": str(house.bob), "total_due": 72.6}
    api.post(f"/api/v1/expenses/{invoice.id}/cancel")
    assert api.get(f"/api/v1/owners/{house.bob}/total-due").json()["total_due"] == 0
    assert api.get(f"/api/v1/owners/{uuid4()}/total-due").status_code == 404


def test_without_owners_nothing_is_shared_out(api, building):
    made = drafted(api, building, "submit", "approve")
    assert api.post(f"/api/v1/invoices/{made}/calculate-distribution").status_code == 400


def test_a_quote_is_a_pdf_and_asks_for_the_contractor(api, alice):
    building = call(alice, buildings.create_building, a_building(kbo="0501.883.641"))
    made = drafted(api, building)
    path = f"/api/v1/expenses/{made}/export-quote-pdf"
    answer = api.get(
        path, params={"contractor_name": "Roof & Sons", "contractor_contact": "02 123", "timeline": "2 weeks"}
    )
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    assert api.get(path).status_code == 400
    said = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for words in ("ACP Résidence Molière", "BCE 0501.883.641", "Roof & Sons", "1\u00a0210,00\u00a0€"):
        assert words in said


# --- Rules


def test_the_words_of_the_contract():
    assert {a.value: rules.APPROVALS[a] for a in Approval} == {
        "draft": "draft", "submitted": "pending_approval", "refused": "rejected", "posted": "approved"
    }  # fmt: skip
    assert rules.category_of("Maintenance").value == "maintenance"
    assert rules.shown("administration") == "Administration"


@pytest.mark.parametrize(
    ("part", "whole", "portion"), [(1, 3, "0.33333333"), (-5, 10, "0"), (12, 10, "1"), (-5, -10, "0.5")]
)
def test_a_portion_is_between_nothing_and_all(part, whole, portion):
    assert rules.portion(part, whole) == Decimal(portion)


@pytest.mark.parametrize("amount", ["0.001", "0", "-1", "100000000000.01", "1e999999", "1e-999999", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(Invalid) as refused:
        rules.amount_of(Decimal(amount), "amount")
    assert set(refused.value.fields) == {"amount"}


def test_an_amount_goes_to_a_hundred_thousand_million():
    assert (rules.amount_of(Decimal("1e2"), "amount"), rules.amount_of(Decimal("1e11"), "amount")) == (100_00, 10**13)


@pytest.mark.parametrize("rate", ["5.999", "100.01", "-1", "1e999999", "1e-999999", "NaN"])
def test_what_is_no_rate_is_refused(rate):
    with pytest.raises(Invalid):
        rules.rate_of(Decimal(rate))
