"""REST of the statements, in cents, as each role asks."""

import io
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlmodel import col, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.statements import service, vouchers
from koprogo_app.modules.statements.api import router

from .test_service import DEED, scene


@pytest.fixture
def client(client_of: Any, alice: Actor) -> Any:
    return client_of(router, alice)


def body_of(books: Any, **change: Any) -> dict[str, Any]:
    return {"year_id": str(books.years[2025]), "until": "2025-12-31", "due_on": "2099-01-31"} | change


def test_looked_at_published_read_and_reversed(client: Any, books: Any, called: Any, spent: Any) -> None:
    scene(books, called, spent)
    path = f"/api/v1/buildings/{books.id}/statements"
    preview = client.get(f"{path}/preview", params={"year_id": str(books.years[2025]), "until": "2025-12-31"}).json()
    assert (preview["costs_cents"], preview["provisions_cents"], preview["ready"]) == (33_940, 100_000, True)
    assert [preview[x] for x in ("waiting", "going_on", "due_later")] == [[], [], []]
    assert [(o["name"], o["balance_cents"]) for o in preview["owners"]] == [("Bob", -35_450), ("Dora", -30_610)]
    made = client.post(path, json=body_of(books))
    assert made.status_code == 201
    whole = made.json()
    assert {k: whole[k] for k in ("from_on", "until_on", "status", "owners", "balance_cents")} == {
        "from_on": "2025-01-01", "until_on": "2025-12-31", "status": "published", "owners": 2, "balance_cents": -66_060,
    }  # fmt: skip
    assert [x["id"] for x in client.get(path).json()["data"]] == [whole["id"]]
    here = f"/api/v1/statements/{whole['id']}"
    assert [o["costs_cents"] for o in client.get(f"{here}/owners").json()["data"]] == [14_550, 19_390]
    lines = client.get(f"{here}/lines", params={"sort": "cost"}).json()["data"]
    assert [x["cents"] for x in lines] == [30_101, 4_840, -1_001]
    own = client.get(f"{here}/owners/{books.dora}").json()
    assert own["groups"][0] | {"lines": None} == {
        "account": "612100", "label": own["groups"][0]["label"], "key": own["groups"][0]["key"], "private": False, "total_cents": 30_101,
        "weight": 500, "whole": 1_000, "tenant_cents": 0, "cents": 15_050, "lines": None,
    }  # fmt: skip
    assert (own["balance_cents"], own["before_cents"], own["funds"][0]["cents"]) == (-30_610, 60_000, 10_000)
    undone = client.post(f"{here}/reverse", json={"reason": "Wrong key"}).json()
    assert (undone["status"], undone["reason"]) == ("reversed", "Wrong key")


def test_a_cost_without_bearers_is_named_and_given_some(client: Any, books: Any, spent: Any) -> None:
    line_id = spent("2025-03-01", "657", 1_250)
    path = f"/api/v1/buildings/{books.id}/statements"
    asked = {"year_id": str(books.years[2025]), "until": "2025-12-31"}
    found = client.get(f"{path}/preview", params=asked).json()["problems"]
    assert [(p["line_id"], p["cents"]) for p in found] == [(str(line_id), 1_250)]
    refused = client.post(path, json=body_of(books))
    assert refused.status_code == 400
    assert refused.json()["details"].startswith("until: ")
    shared = {"line_ids": [str(line_id)], "sharing": {"owner_id": str(books.bob)}}
    answer = client.post(f"/api/v1/buildings/{books.id}/cost-bearers", json=shared)
    assert (answer.status_code, answer.json()[0]["owner_id"]) == (201, str(books.bob))
    assert client.get(f"{path}/preview", params=asked).json()["problems"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": "2026-01-01"}, "until"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"until": "soon"}, "until"),
        ({"year_id": "x"}, "year_id"),
    ],
)
def test_wrong_input_is_said_beside_its_field(
    client: Any, books: Any, spent: Any, change: dict[str, Any], field: str
) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    answer = client.post(f"/api/v1/buildings/{books.id}/statements", json=body_of(books, **change))
    assert answer.status_code in (400, 422)
    assert field in answer.text
    assert client.get(f"/api/v1/buildings/{books.id}/statements").json()["data"] == []


def test_the_letter_says_it_all_in_the_language_of_the_co_owner(
    client: Any, books: Any, called: Any, spent: Any, published: Any
) -> None:
    scene(books, called, spent)
    statement = published("2025-12-31")
    answer = client.get(f"/api/v1/statements/{statement.id}/owners/{books.dora}/letter")
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\u00a0", " ")
    for figure in ("301,01", "150,50", "48,40", "193,90", "500,00", "306,10", "500 / 1 000", "0403.170.701"):
        assert figure in text, figure


def test_a_co_owner_reads_his_own_and_opens_its_vouchers(
    client_of: Any, alice: Actor, bob: Actor, dora: Actor, books: Any, posted: Any, enter: Any, published: Any
) -> None:
    from modules.ledger.conftest import line

    from koprogo_app.modules.ledger import service as ledger
    from koprogo_app.modules.statements import sharing

    paper = enter(title="Invoice of the power", visibility="office")
    entry: JournalEntry = posted(
        "2025-03-01", line("612100", debit=30_101), line("551", credit=30_101), document_id=paper.id
    )
    cost = call(alice, ledger.get_entry, entry.id).lines[0].line.id
    call(alice, sharing.share, books.id, [cost], DEED)
    statement = published("2025-12-31")
    his = client_of(router, bob)
    assert [x["costs_cents"] for x in his.get("/api/v1/my-statements").json()] == [15_051]
    mine = his.get(f"/api/v1/my-statements/{statement.id}").json()
    (shown,) = mine["groups"][0]["lines"]
    assert shown["has_voucher"] is True
    voucher = f"/api/v1/my-statements/lines/{shown['id']}/voucher"
    assert his.get(voucher).status_code == 200
    call(alice, vouchers.withhold, shown["id"], True)
    assert his.get(voucher).status_code == 404
    assert his.get(f"/api/v1/my-statements/{statement.id}").json()["groups"][0]["lines"][0]["has_voucher"] is False
    assert his.get(f"/api/v1/my-statements/{uuid4()}").status_code == 404


def test_what_the_platform_administrator_withholds_is_in_the_trail_of_the_office(
    client_of: Any, alice: Actor, superadmin: Actor, books: Any, spent: Any, published: Any
) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    (shown,) = call(alice, service.list_lines, published("2025-12-31").id, Asked()).rows
    admin = client_of(router, superadmin)
    answer = admin.put(f"/api/v1/statement-lines/{shown.id}/withheld", json={"withheld": True})
    assert answer.json() == {"id": str(shown.id), "withheld": True}
    assert admin.put(f"/api/v1/statement-lines/{uuid4()}/withheld", json={"withheld": True}).status_code == 404
    assert alice.organization_id
    with transaction(alice.organization_id) as s:
        last = s.exec(select(AuditEntry.action, AuditEntry.user_id).order_by(col(AuditEntry.seq).desc())).first()
    assert last == ("voucher of a statement shown or withheld", superadmin.user_id)


def test_who_is_refused(
    client_of: Any, alice: Actor, charlie: Actor, bob: Actor, books: Any, spent: Any, published: Any
) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    statement = published("2025-12-31")
    for path in (f"/api/v1/buildings/{books.id}/statements", f"/api/v1/statements/{statement.id}"):
        assert client_of(router, None).get(path).status_code == 401
        assert client_of(router, bob).get(path).status_code == 403
        assert client_of(router, charlie).get(path).status_code == 404
    assert client_of(router, alice).get("/api/v1/my-statements").status_code == 403
