"""Who may do what: every REST route and every event of a page, as every role, against one table.

Letters: N nobody, S syndic, A accountant, B council member, U auditor, O co-owner, C occupant, K contractor, P platform
administrator. A route not in the table fails; so does a line whose route is gone. The rows exist: whom the table allows is not
refused (the first of them finds the row), whom it does not gets 403, or 404 for what he may not know of; nobody gets 401; the
syndic of another office gets 404 for every row.
"""

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from conftest import a_building, make_actor, make_organization
from fastapi.testclient import TestClient
from reflex_base.registry import RegistrationContext
from sqlmodel import select

import koprogo_app.koprogo_app as assembled
from koprogo_app.api import build, current_actor
from koprogo_app.core import storage
from koprogo_app.core.actor import GRANTS, Actor, Permission, Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.mail import MailMessage
from koprogo_app.core.pdf import render
from koprogo_app.core.service import call
from koprogo_app.modules.accounts.models import LABELS, Account, Book, FiscalYear
from koprogo_app.modules.budgets.models import Budget
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls.models import Call, CallLine
from koprogo_app.modules.closing.models import Accrual
from koprogo_app.modules.demo.data.offices import offices
from koprogo_app.modules.documents.models import Document, DocumentVersion
from koprogo_app.modules.funds.models import FundMovement, FundWaiver
from koprogo_app.modules.imports.models import ImportRun
from koprogo_app.modules.invoices.models import Invoice
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.letters.making import key_of as letter_key
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.lots.models import Lot, PartialAssociation
from koprogo_app.modules.meters.models import Meter, MeterPeriod, MeterReading
from koprogo_app.modules.opening.models import OpeningRun
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.payments.models import Payment
from koprogo_app.modules.receiving.models import RecurringInvoice
from koprogo_app.modules.statements.models import Statement, StatementLine, StatementOwner
from koprogo_app.modules.suppliers.models import Supplier
from koprogo_app.modules.verification.models import Verification, VerificationRemark
from koprogo_app.ui.authorize import FRAMEWORK
from koprogo_app.ui.event import PUBLIC, SIGNED_IN

LETTERS = {
    "S": Role.SYNDIC, "A": Role.ACCOUNTANT, "B": Role.BOARD_MEMBER, "U": Role.AUDITOR, "O": Role.OWNER, "C": Role.OCCUPANT,
    "K": Role.CONTRACTOR, "P": Role.SUPERADMIN,
}  # fmt: skip
TABLE = Path(__file__).parent / "data" / "permissions.txt"
WORDS = {
    "uuid": lambda: str(uuid4()),
    "date": lambda: "2026-01-01",
    "date-time": lambda: "2026-01-01T00:00:00Z",
    "email": lambda: "x@example.be",
}


def table(title: str) -> dict[str, str]:
    """`what -> letters` of one section of the table."""
    section = TABLE.read_text().split(f"# {title}\n")[1].split("\n# ")[0]
    lines = [line.rsplit(None, 1) for line in section.splitlines() if line.strip() and not line.startswith("--")]
    return {" ".join(what.split()): letters for what, letters in lines}


def routes():
    """`METHOD /path -> route`, of REST (below /api/v1) and of the door's native forms."""
    for prefix, routers in (("/api/v1", assembled.ROUTERS), ("", assembled.FORMS)):
        for route in (r for router in routers for r in router.routes):
            for method in sorted(route.methods - {"HEAD"}):
                yield f"{method} {prefix}{route.path}"


def sample(schema: dict, whole: dict):
    """A small value that the schema accepts."""
    if "$ref" in schema:
        return sample(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    for one in ("anyOf", "allOf", "oneOf"):
        if one in schema:
            return sample(schema[one][0], whole)
    if "enum" in schema:
        return schema["enum"][0]
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    kind = schema.get("type")
    if kind == "object":
        return {name: sample(schema["properties"][name], whole) for name in schema.get("required", ())}
    if kind == "array":
        return [sample(schema["items"], whole) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    return WORDS.get(schema.get("format", ""), lambda: "x" * max(schema.get("minLength", 1), 1))()


BODIES = {  # where an example must make sense to reach the gate
    "POST /api/v1/auth/login": {"email": "nobody@example.be", "password": "not-the-one"},
}


ONE_PAGE = render("<p>x</p>", lang="fr", title="x")  # a letter that a print batch takes in
FORM = {
    "POST /api/v1/buildings/{building_id}/letters/preview": {"owner_id": "", "subject": "Bonjour", "body": "Bonjour"}
}


def request(client: TestClient, name: str, world):
    method, path = name.split(" ", 1)
    url = re.sub(r"\{(\w+)\}", lambda m: str(world.ids.get(m[1], "1")), path)
    schema = described()["paths"].get(path, {}).get(method.lower(), {})
    content = schema.get("requestBody", {}).get("content", {})
    whole = {"$defs": described()["components"]["schemas"]}
    query = {
        p["name"]: sample(p["schema"], whole)
        for p in schema.get("parameters", ())
        if p["in"] == "query" and p.get("required")
    }
    query |= {name: str(world.ids[name]) for name in query if name in world.ids}
    if "certificate.pdf" in name:
        query["building_id"] = str(world.ids["building_id"])  # the preview's twin is not in the description
    if name in FORM:
        return client.request(method, url, data=filled(FORM[name], world))
    if "application/json" in content:
        body = BODIES.get(name) or filled(sample(content["application/json"]["schema"], whole), world)
        return client.request(method, url, params=query, json=body, follow_redirects=False)
    if "application/x-www-form-urlencoded" in content:
        fields = filled(sample(content["application/x-www-form-urlencoded"]["schema"], whole), world)
        return client.request(method, url, params=query, data=fields, follow_redirects=False)
    if "multipart/form-data" in content:
        fields = sample(content["multipart/form-data"]["schema"], whole)
        return client.request(
            method,
            url,
            params=query,
            data=filled({k: v for k, v in fields.items() if k != "file"}, world),
            files={"file": ("x.csv", b"Lot;Shares;Owner\n1A;10;Dupont Jean\n")},
            follow_redirects=False,
        )
    return client.request(method, url, params=query, follow_redirects=False)


def filled(body, world):
    """The example with the ids of rows that exist, and an e-mail address where one is asked."""
    if not isinstance(body, dict):
        return body
    known = {name: str(row) for name, row in world.ids.items() if name in body}
    return body | known | ({"email": f"{uuid4().hex}@example.be"} if "email" in body else {})


@cache
def served():
    app = build(assembled.ROUTERS, assembled.FORMS)
    return app, TestClient(app, raise_server_exceptions=False)


@cache
def described() -> dict:
    return build(assembled.ROUTERS).openapi()


@dataclass
class World:
    """One row of each kind in one office, and one person of each role, limited to its building where the role is."""

    office: UUID
    ids: dict[str, UUID]
    people: dict[str, Actor]


@pytest.fixture
def world() -> World:
    office = make_organization()
    syndic = make_actor(office, Role.SYNDIC, "Alice")
    building = call(syndic, buildings.create_building, a_building())
    with transaction(office) as s:
        partial = PartialAssociation(building_id=building.id, name="Bloc A")
        lot = Lot(building_id=building.id, number="1A", type="apartment", shares=1000)
        owner = Owner(
            first_name="Bob",
            last_name="Dupont",
            email="bob@example.be",
            address="Rue 1",
            postal_code="1000",
            city="Bruxelles",
        )
        key = DistributionKey(building_id=building.id, name="Ascenseur")
        document = Document(building_id=building.id, title="Règlement", visibility="occupants", category="regulation")
        run = ImportRun(
            filename="x.csv", book={"sheets": []}, choices={"mapping": [], "choices": {}, "step": "columns"}
        )
        supplier = Supplier(name="Lambert")
        message = MailMessage(recipient="x@example.be", subject="x", body="x", locale="fr", status="failed")
        s.add_all([partial, lot, owner, key, document, run, supplier, message])
        s.flush()
        part = Ownership(
            building_id=building.id, lot_id=lot.id, owner_id=owner.id, started_on=date(2020, 1, 1), is_contact=True
        )
        content = b"%PDF-1.4 rules"
        sha256 = storage.digest(io.BytesIO(content))
        storage.put(storage.key_of(building.id, sha256), io.BytesIO(content))
        version = DocumentVersion(
            building_id=building.id,
            document_id=document.id,
            number=1,
            filename="x.pdf",
            mime="application/pdf",
            size=len(content),
            sha256=sha256,
        )
        books = [
            Book(building_id=building.id),
            FiscalYear(building_id=building.id, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)),
            *(
                Account(building_id=building.id, code=code, kind="asset", **dict.fromkeys(LABELS, "x"))
                for code in ("1", "2")
            ),
        ]
        s.add_all([part, version, *books])
        s.flush()
        _, year, account, other = books
        posted = JournalEntry(
            building_id=building.id, year_id=year.id, journal="ODS", number=1, entry_on=date(2026, 1, 1), description="x", total_cents=1,
        )  # fmt: skip
        s.add(posted)
        s.flush()
        takeover = OpeningRun(building_id=building.id, opens_on=date(2026, 1, 1))
        bill = Invoice(building_id=building.id, issued_on=date(2026, 1, 1), description="x")
        s.add_all([takeover, bill])
        s.flush()
        again = RecurringInvoice(
            building_id=building.id, template_id=bill.id, anchor_on=date(2026, 1, 1), next_on=date(2026, 1, 1), is_active=False
        )  # fmt: skip
        owner_payment = Payment(
            building_id=building.id, owner_id=owner.id, kind="receipt", paid_on=date(2026, 1, 1), cents=1, fund="cash", entry_id=posted.id
        )  # fmt: skip
        s.add_all([again, owner_payment])
        written = LetterRun(
            building_id=building.id, kind="call", source_id=bill.id, title="x", dated_on=date(2026, 1, 1), total=1
        )
        s.add(written)
        s.flush()
        sheet = Letter(
            building_id=building.id, run_id=written.id, owner_id=owner.id, position=1, channel="post", status="made", locale="fr",
            recipient="x", country="BE", postal_code="1000", made_at=datetime.now(UTC), sheet={},
        )  # fmt: skip
        s.add(sheet)
        s.flush()
        storage.put(letter_key(building.id, sheet.id), io.BytesIO(ONE_PAGE))
        plan = Budget(
            building_id=building.id, year_id=year.id, fiscal_year=2026, status="approved", decided_on=date(2026, 1, 1)
        )
        s.add(plan)
        s.flush()
        moved = FundMovement(
            building_id=building.id, kind="withdrawal", fund="reserve", cents=1, moved_on=date(2026, 1, 1), words="x", entry_id=posted.id
        )  # fmt: skip
        waived = FundWaiver(building_id=building.id, year_id=year.id, decided_on=date(2026, 1, 1), words="x")
        s.add_all([moved, waived])
        checked = Verification(building_id=building.id, year_id=year.id, opened_by="x", opened_on=date(2026, 1, 1))
        s.add(checked)
        s.flush()
        remark = VerificationRemark(building_id=building.id, verification_id=checked.id, text="x", written_by="x")
        s.add(remark)
        asked = Call(
            building_id=building.id, title="x", called_on=date(2026, 1, 1), due_on=date(2026, 1, 2), total_cents=1
        )
        s.add(asked)
        s.flush()
        s.add(CallLine(building_id=building.id, call_id=asked.id, position=0, destination="provisions", cents=1))
        counter = Meter(building_id=building.id, lot_id=lot.id, kind="gas", serial="1", unit="m3")
        span = MeterPeriod(
            building_id=building.id, kind="gas", name="x", first_on=date(2025, 1, 1), last_on=date(2025, 12, 31)
        )
        s.add_all([counter, span])
        s.flush()
        shown = MeterReading(building_id=building.id, meter_id=counter.id, read_on=date(2025, 1, 1), value=1)
        s.add(shown)
        line = {"building_id": building.id, "entry_id": posted.id, "year_id": year.id, "entry_on": date(2026, 1, 1)}
        first = JournalLine(**line, position=0, account_id=account.id, debit_cents=1)
        s.add(first)
        s.add(JournalLine(**line, position=1, account_id=other.id, credit_cents=1))
        s.flush()
        span_of = {"from_on": date(2026, 1, 1), "until_on": date(2026, 1, 1), "due_on": date(2026, 1, 1)}
        settled = Statement(building_id=building.id, year_id=year.id, published_at=datetime.now(UTC), **span_of)
        s.add(settled)
        s.flush()
        settled_line = StatementLine(
            building_id=building.id, statement_id=settled.id, journal_line_id=first.id, position=0, sort="cost", cents=1, live=False
        )  # fmt: skip
        mine = StatementOwner(
            building_id=building.id, statement_id=settled.id, owner_id=owner.id, costs_cents=1, provisions_cents=0
        )
        ahead = Accrual(
            building_id=building.id, year_id=year.id, kind="prepaid", account="1", cents=1, words="x", period_from=date(2026, 1, 1),
            period_until=date(2026, 1, 1), entry_id=posted.id, back_entry_id=posted.id, reason="x",
        )  # fmt: skip
        s.add_all([settled_line, mine, ahead])
        s.flush()
        entry = s.exec(select(AuditEntry.id).where(AuditEntry.building_id == building.id)).one()
    people = {}
    for letter, role in LETTERS.items():
        limited = role not in (Role.SYNDIC, Role.ACCOUNTANT, Role.SUPERADMIN)
        people[letter] = make_actor(
            None if role is Role.SUPERADMIN else office,
            role,
            role.value,
            building.id if limited else None,
            owner.id if role is Role.OWNER else None,
        )
    ids = {
        "building_id": building.id, "partial_id": partial.id, "lot_id": lot.id, "owner_id": owner.id, "key_id": key.id, "document_id": document.id,
        "run_id": run.id, "mail_id": message.id, "supplier_id": supplier.id, "part_id": part.id, "entry_id": entry, "organization_id": office,
        "user_id": people["A"].user_id, "membership_id": people["A"].membership_id, "session_id": uuid4(), "invitation_id": uuid4(),
        "budget_id": plan.id, "fiscal_year": 2026,
        "account_id": account.id, "year_id": year.id, "journal_entry_id": posted.id, "opening_id": takeover.id, "invoice_id": bill.id, "recurring_id": again.id, "payment_id": owner_payment.id,
        "call_id": asked.id, "movement_id": moved.id, "waiver_id": waived.id, "verification_id": checked.id, "remark_id": remark.id, "meter_id": counter.id, "meter_period_id": span.id, "meter_reading_id": shown.id,
        "letter_run_id": written.id, "letter_id": sheet.id, "statement_id": settled.id, "statement_line_id": settled_line.id, "accrual_id": ahead.id,
        "token_id": uuid4(), "conversation_id": uuid4(), "turn_id": uuid4(), "text_id": uuid4(),
    }  # fmt: skip
    return World(office, ids, people)


ROWLESS = (
    "{session_id}",
    "{invitation_id}",
    "{token_id}",
    "{conversation_id}",
    "{turn_id}",
    "{text_id}",
    "{settlement_id}",
    "{contribution_id}",
    "/voucher",
    "/cost-bearers",
    "/years/{year_id}/reopen",
    "{uid}",
    "{code}",
    "{slug}",
    "/zip",
    "/owners/me",
    "/merge",
    "/transfer",
)  # no row of the example is found


def test_the_table_names_every_route_and_no_other():
    assert sorted(routes()) == sorted(table("routes"))


@pytest.fixture
def small_demonstration(monkeypatch) -> None:
    """Who may load it is asked here; what it holds, and how long that takes, is asked by tests of its own."""
    monkeypatch.setattr("koprogo_app.modules.demo.api.offices", lambda: offices()[-1:])


@pytest.mark.parametrize("name", sorted(routes()))
def test_each_role_gets_what_the_table_says(name, world, small_demonstration):
    letters = table("routes").get(name, "")
    app, client = served()
    app.dependency_overrides.clear()
    if "N" in letters:
        assert request(client, name, world).status_code not in (403, 500)
        return
    assert request(client, name, world).status_code == 401
    stranger = make_actor(make_organization(), Role.SYNDIC, "Charlie")
    app.dependency_overrides[current_actor] = lambda: stranger
    if "S" in letters and re.search(
        r"\{(building|lot|owner|key|document|part|run|mail|entry|supplier|account|journal_entry|opening|invoice|recurring|budget|payment|movement|waiver|verification|remark|meter|meter_period|meter_reading|letter|letter_run|statement|accrual)_id",
        name,
    ):
        assert request(client, name, world).status_code in (
            400,
            404,
        )  # the contract's habit: an unknown lot or owner in a body is 400
    found = False
    for letter in sorted(
        world.people, key=lambda letter: letter in letters
    ):  # the refused first: the row is still there
        actor = world.people[letter]
        app.dependency_overrides[current_actor] = lambda actor=actor: actor
        status = request(client, name, world).status_code
        assert status < 500, f"{letter} gets {status}"
        if letter not in letters:
            assert status in (401, 403, 404), f"{letter} gets {status}"
        elif found or any(mark in name for mark in ROWLESS):
            assert status != 403, f"{letter} gets {status}"
        else:
            assert status not in (403, 404), f"{letter} gets {status}"
            found = True


def registered():
    """What a client of the app may send. Other tests register states of theirs in the same process."""
    for name, found in RegistrationContext.get().event_handlers.items():
        if "tests___" not in name and not name.endswith(".setvar"):
            yield name, found


def handlers():
    """`State.handler -> policy` of our own states."""
    for name, found in registered():
        if name not in FRAMEWORK:
            fn = found.handler.fn
            yield f"{fn.__qualname__}", getattr(fn, "__policy__", None)


def test_every_event_handler_names_who_may_send_it():
    assert [name for name, policy in handlers() if policy is None] == []


def test_the_frameworks_handlers_are_those_we_know():
    assert {name for name, _ in registered() if ".koprogo_app___" not in name} == set(FRAMEWORK)


def test_each_event_is_open_to_the_roles_of_the_table():
    said = table("events")
    found = {}
    for name, policy in handlers():
        if policy == PUBLIC:
            found[name] = "N"
        elif policy == SIGNED_IN:
            found[name] = "".join(LETTERS)
        else:
            assert isinstance(policy, Permission)
            found[name] = "".join(letter for letter, role in LETTERS.items() if policy in GRANTS[role])
    wrong = {}
    for name, letters in found.items():
        expected = said.get(name, said.get(name.split(".")[0]))
        if expected != letters:
            wrong[name] = (expected, letters)
    assert wrong == {}
    states = {name.split(".")[0] for name in found}
    assert {key for key in said if key.split(".")[0] not in states} == set()
