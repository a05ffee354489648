"""Files that become drafts, end to end; and drafts that make themselves."""

import io
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import as_role
from modules.invoices.conftest import a_line, rows, sides

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import InvoiceIn, LineIn, Twice
from koprogo_app.modules.receiving import jobs, rules, service
from koprogo_app.modules.receiving.api import router
from koprogo_app.modules.receiving.models import RecurringDraft, RecurringIn, RecurringInvoice
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

DATA = Path(__file__).parents[2] / "data" / "invoices"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MEUNIER = {"name": "Ascenseurs Meunier", "kbo": "0473188269"}


def xml(name: str, *changes: tuple[str, str]) -> bytes:
    text = (DATA / f"{name}.xml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def receive(actor, house, content, filename="invoice.xml", **more):
    return call(actor, service.receive, house.id, filename, io.BytesIO(content), **more)


def said(actor, invoice):
    return [x.worded("en") for x in call(actor, service.from_file, invoice.id).remarks]


# --- Electronic invoices


def test_an_electronic_invoice_goes_from_its_file_into_the_books(alice, house):
    who = call(alice, suppliers.create_supplier, SupplierIn(**MEUNIER))
    draft = receive(alice, house, xml("lift-maintenance"))
    assert (draft.supplier_id, draft.number, draft.kind, draft.source) == (who.id, "2026-0614", "invoice", "ubl")
    assert (draft.issued_on, draft.due_on, draft.received_on) == (date(2026, 6, 14), date(2026, 7, 14), clock.today())
    assert (draft.net_cents, draft.vat_cents, draft.gross_cents, draft.stated_cents) == (357_20, 21_43, 378_63, 378_63)
    assert (draft.payment_reference, draft.payment_iban) == ("+++026/0614/01743+++", "BE68539007547034")
    whole = call(alice, invoices.get_invoice, draft.id)
    assert [(x.line.quantity, x.line.unit_price, x.line.gross_cents) for x in whole.lines] == [
        (Decimal(1), Decimal("312.50"), 331_25), (Decimal(3), Decimal("14.90"), 47_38)
    ]  # fmt: skip
    assert said(alice, draft) == []
    with pytest.raises(Invalid) as error:
        call(alice, workflow.submit_invoice, draft.id)
    assert set(error.value.fields) == {"lines.0.account", "lines.1.account"}
    data = _with_accounts(whole, "610100")
    call(alice, invoices.update_invoice, draft.id, data)
    call(alice, workflow.submit_invoice, draft.id)
    posted = call(alice, workflow.approve_invoice, draft.id)
    assert sides(alice, posted.entry_id) == [
        ("610100", 331_25, 0, ""), ("610100", 47_38, 0, ""), ("440", 0, 378_63, "Ascenseurs Meunier")
    ]  # fmt: skip
    assert call(alice, documents.get_row, posted.document_id).title.startswith("2026-0614")


def _with_accounts(whole, account):
    i = whole.invoice
    kept = {n: getattr(i, n) for n in InvoiceIn.model_fields if n not in ("lines", "key")}
    lines = [
        LineIn(
            **{n: getattr(x.line, n) for n in ("description", "quantity", "unit_price", "vat_percent", "vat_cents")},
            account=account,
        )
        for x in whole.lines
    ]
    return InvoiceIn(**kept, lines=lines)


def test_the_pdf_inside_is_what_is_shown_and_the_file_stays_below_it(alice, house):
    draft = receive(alice, house, xml("embedded-pdf"))
    versions = call(alice, documents.list_versions, draft.document_id)
    assert [(v.number, v.mime, v.filename) for v in versions] == [
        (2, "application/pdf", "Rechnung 55.pdf"), (1, "application/xml", "invoice.xml")
    ]  # fmt: skip
    assert call(alice, documents.preview, draft.document_id).mime == "application/pdf"


def test_two_rates_add_up_and_what_was_paid_before_is_said(alice, house):
    draft = receive(alice, house, xml("two-rates"))
    assert (draft.net_cents, draft.vat_cents, draft.gross_cents) == (568_40, 41_59, 609_99)
    assert any("409,99" in words for words in said(alice, draft))


def test_a_negative_invoice_is_a_credit_note_with_amounts_above_zero(alice, house):
    draft = receive(alice, house, xml("negative-invoice"))
    assert (draft.kind, draft.gross_cents, draft.stated_cents) == ("credit_note", 185_13, 185_13)


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.xml")))
def test_every_sample_becomes_a_draft_whose_lines_add_up(alice, house, name):
    draft = receive(alice, house, xml(name))
    assert draft.gross_cents == draft.stated_cents > 0


def test_a_supplier_who_is_not_known_is_proposed_and_entered(alice, house):
    draft = receive(alice, house, xml("lift-maintenance"))
    found = call(alice, service.from_file, draft.id)
    assert draft.supplier_id is None
    assert found.proposed
    assert (found.proposed.name, found.proposed.kbo, found.proposed.iban) == (
        "Ascenseurs Meunier SRL", "0473188269", "BE68539007547034"
    )  # fmt: skip
    made = call(alice, service.enter_supplier, draft.id)
    assert (made.name, made.city) == ("Ascenseurs Meunier SRL", "Evere")
    assert call(alice, invoices.get_row, draft.id).supplier_id == made.id
    assert call(alice, service.from_file, draft.id).proposed is None
    with pytest.raises(Invalid):
        call(alice, service.enter_supplier, draft.id)


def test_a_supplier_entered_meanwhile_is_the_one(alice, house):
    draft = receive(alice, house, xml("lift-maintenance"))
    there = call(alice, suppliers.create_supplier, SupplierIn(**MEUNIER))
    assert call(alice, service.enter_supplier, draft.id).id == there.id


def test_a_second_file_of_one_number_does_not_get_its_supplier_without_a_question(alice, house):
    first = receive(alice, house, xml("lift-maintenance"))
    second = receive(alice, house, xml("lift-maintenance", ("Contrat 2019/77", "Contrat 2019/78")))
    made = call(alice, service.enter_supplier, first.id)
    with pytest.raises(Twice):
        call(alice, service.enter_supplier, second.id)
    assert call(alice, invoices.get_row, second.id).supplier_id is None
    call(alice, workflow.cancel_invoice, first.id)
    assert call(alice, service.enter_supplier, second.id).id == made.id


def test_another_customer_and_another_account_are_said(alice, house):
    given = {n: getattr(house.building, n) for n in BuildingIn.model_fields} | {"kbo": "0501883641"}
    call(alice, buildings.update_building, house.id, BuildingIn(**given))
    call(alice, suppliers.create_supplier, SupplierIn(**MEUNIER, iban="BE71096123456769"))
    words = said(alice, receive(alice, house, xml("lift-maintenance")))
    assert any("0834.027.180" in w for w in words)
    assert any("not the one in the directory" in w for w in words)


def test_the_last_invoice_of_the_supplier_says_how_it_is_shared_out(alice, house, entered):
    who = call(alice, suppliers.create_supplier, SupplierIn(**MEUNIER)).id
    line = a_line("1", "6", "610100", key_id=house.lift, tenant_percent=100)
    entered(line, supplier_id=who, number="old", category="maintenance", until="posted")
    draft = receive(alice, house, xml("lift-maintenance"))
    assert draft.category == "maintenance"
    for x in call(alice, invoices.get_invoice, draft.id).lines:
        assert (x.line.account, x.line.key_id, x.line.tenant_percent) == ("610100", house.lift, 100)


# --- Refusals


def test_the_same_file_is_kept_once_and_the_same_number_asked_about(alice, house):
    call(alice, suppliers.create_supplier, SupplierIn(**MEUNIER))
    receive(alice, house, xml("lift-maintenance"))
    with pytest.raises(Conflict):
        receive(alice, house, xml("lift-maintenance"))
    other = xml("lift-maintenance", ("Contrat 2019/77", "Contrat 2019/78"))
    with pytest.raises(Twice):
        receive(alice, house, other)
    assert receive(alice, house, other, distinct=True).number == "2026-0614"
    assert call(alice, invoices.list_invoices, house.id, Asked()).total == 2


def many_rates() -> bytes:
    """The first line of the sample again and again, at 0.01, 0.02, … 2.01 %."""
    text = xml("lift-maintenance").decode()
    begin, end = text.index("<cac:InvoiceLine>"), text.index("</cac:InvoiceLine>") + len("</cac:InvoiceLine>")
    line = text[begin:end]
    rate = line[line.index("<cbc:Percent>") : line.index("</cbc:Percent>")]
    return text.replace(
        line, "".join(line.replace(rate, f"<cbc:Percent>{Decimal(n) / 100}") for n in range(1, 202))
    ).encode()


@pytest.mark.parametrize(
    "content",
    [
        xml("lift-maintenance", ("<cbc:Percent>6<", "<cbc:Percent>5.999<")),
        xml("lift-maintenance", (">312.50<", ">200000000000.00<")),
        xml("lift-maintenance", (">378.63<", ">200000000000.00<")),
        many_rates(),
    ],
    ids=["rate", "line", "total", "rates"],
)
def test_figures_beyond_any_invoice_are_refused_beside_the_file(alice, house, content):
    with pytest.raises(Invalid) as error:
        receive(alice, house, content)
    assert set(error.value.fields) == {"file"}
    assert call(alice, invoices.list_invoices, house.id, Asked()).total == 0


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.xml", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.txt", b"Invoice: 100 euros"), ("a.pdf", b""),
        ("a.pdf", b"not a pdf"), ("a.xml", xml("lift-maintenance", ("</cac:InvoiceLine>", "</x>"))),
    ],
)  # fmt: skip
def test_what_is_no_invoice_is_refused_and_nothing_is_kept(alice, house, filename, content):
    with pytest.raises(Invalid) as error:
        receive(alice, house, content, filename)
    assert error.value.field == "file"
    assert call(alice, invoices.list_invoices, house.id, Asked()).total == 0
    assert call(alice, documents.list_of_building, house.id) == []


def test_a_pdf_is_the_voucher_of_a_draft_whose_fields_are_typed(alice, house):
    draft = receive(alice, house, PDF, "F26-40871 Lift.pdf")
    assert (draft.source, draft.description, draft.supplier_id, draft.gross_cents) == ("pdf", "F26-40871 Lift", None, 0)
    paper = call(alice, documents.get_row, draft.document_id)
    assert (paper.category, paper.visibility, paper.retention) == ("invoice", "council", "seven_years")
    assert call(alice, service.from_file, draft.id) == service.FromFile([], None)


def test_who_receives(alice, charlie, house):
    for role in (Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER):
        with pytest.raises(Forbidden):
            receive(as_role(alice, role), house, PDF, "a.pdf")
    with pytest.raises(NotFound):
        receive(charlie, house, PDF, "a.pdf")
    draft = receive(as_role(alice, Role.ACCOUNTANT), house, PDF, "a.pdf")
    for fn in (service.from_file, service.enter_supplier):
        with pytest.raises(NotFound):
            call(charlie, fn, draft.id)


def test_upload_by_rest(client_of, alice, house):
    api = client_of(router, alice)

    def send(content, filename="invoice.xml", **fields):
        return api.post(
            "/api/v1/invoice-files", data={"building_id": str(house.id)} | fields, files={"file": (filename, content)}
        )

    answer = send(xml("lift-maintenance"))
    assert (answer.status_code, answer.json()["source"], answer.json()["gross_cents"]) == (201, "ubl", 378_63)
    path = f"/api/v1/invoices/{answer.json()['id']}"
    assert api.get(f"{path}/file-remarks").json()["proposed_supplier"]["kbo"] == "0473188269"
    assert api.post(f"{path}/supplier").status_code == 201
    again = xml("lift-maintenance", ("Contrat 2019/77", "x"))
    assert [send(again).status_code, send(again, distinct="true").status_code] == [400, 201]
    assert send(PDF, "a.pdf", building_id="nonsense").status_code == 400
    assert client_of(router, None).post("/api/v1/invoice-files").status_code == 401
    assert client_of(router, as_role(alice, Role.OWNER)).post("/api/v1/invoice-files").status_code == 403


# --- Recurring


def a_rhythm(months_ago: int = 2, **more) -> RecurringIn:
    return RecurringIn(rhythm="monthly", next_on=rules.months_on(clock.today().replace(day=1), -months_ago), **more)


def last_of_month(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def test_what_is_due_is_made_once_with_the_days_it_is_for(alice, house, entered):
    month = {"period_from": date(2026, 1, 1), "period_until": date(2026, 1, 31)}
    template = entered(
        a_line("100", "21", key_id=house.lift, excluded=[house.a1], **month), a_line("5", "6"), until="posted"
    )
    call(alice, service.create_recurring, template.id, a_rhythm())
    made = call(alice, service.make_due, house.id)
    first = rules.months_on(clock.today().replace(day=1), -2)
    assert [x.issued_on for x in made] == [rules.months_on(first, n) for n in range(3)]
    assert {(x.source, x.approval, x.number, x.gross_cents) for x in made} == {
        ("recurring", "draft", "", template.gross_cents)
    }
    lines = call(alice, invoices.get_invoice, made[0].id).lines
    assert (lines[0].line.period_from, lines[0].line.period_until) == (first, last_of_month(first))
    assert (lines[0].line.key_id, lines[0].excluded, lines[1].line.period_from) == (house.lift, (house.a1,), None)
    assert call(alice, service.make_due, house.id) == []
    (kept,) = call(alice, service.list_recurring, house.id)
    assert (kept.row.next_on, kept.supplier) == (rules.months_on(first, 3), "Lift SA")
    assert len(rows(alice, RecurringDraft)) == 3


def test_from_the_last_day_of_a_month_no_day_is_left_out(alice, house, entered):
    template = entered(a_line(period_from=date(2025, 1, 1), period_until=date(2025, 1, 31)))
    made = call(alice, service.create_recurring, template.id, a_rhythm())
    with transaction(alice.organization_id) as s:  # as it stood in the first days of May 2026
        kept = s.get_one(RecurringInvoice, made.id)
        kept.anchor_on = kept.next_on = date(2026, 1, 31)
        kept.until = date(2026, 4, 30)
    lines = [call(alice, invoices.get_invoice, x.id).lines[0].line for x in call(alice, service.make_due, house.id)]
    assert [(x.period_from, x.period_until) for x in lines] == [
        (date(2026, 1, 31), date(2026, 2, 27)), (date(2026, 2, 28), date(2026, 3, 30)), (date(2026, 3, 31), date(2026, 4, 29)),
        (date(2026, 4, 30), date(2026, 5, 30)),
    ]  # fmt: skip


def test_the_night_makes_them_and_one_office_does_not_stop_another(alice, house, entered):
    call(alice, service.create_recurring, entered().id, a_rhythm(0))
    jobs.make_recurring()
    jobs.make_recurring()
    assert call(alice, invoices.list_invoices, house.id, Asked()).total == 2


def test_it_ends_on_its_last_day_or_when_it_is_stopped(alice, house, entered):
    first, second = entered(), entered(number="F2")
    ends = a_rhythm(2)
    call(alice, service.create_recurring, first.id, ends.model_copy(update={"until": ends.next_on + timedelta(5)}))
    stopped = call(alice, service.create_recurring, second.id, a_rhythm(0))
    call(alice, service.stop_recurring, stopped.id)
    assert len(call(alice, service.make_due, house.id)) == 1
    assert {x.row.is_active for x in call(alice, service.list_recurring, house.id)} == {False}


def test_asked_twice_it_recurs_once(alice, house, entered):
    template = entered()
    assert call(alice, service.create_recurring, template.id, a_rhythm()).id == (
        call(alice, service.create_recurring, template.id, a_rhythm()).id
    )
    call(alice, workflow.cancel_invoice, entered(number="F2").id)
    empty = entered(number="F3", lines=[a_line("0")])
    with pytest.raises(Invalid):
        call(alice, service.create_recurring, empty.id, a_rhythm())


def test_who_has_invoices_come_back(alice, charlie, house, entered, client_of):
    template = entered()
    for role in (Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER):
        with pytest.raises(Forbidden):
            call(as_role(alice, role), service.create_recurring, template.id, a_rhythm())
    made = call(as_role(alice, Role.ACCOUNTANT), service.create_recurring, template.id, a_rhythm(0))
    for fn, key in (
        (service.create_recurring, template.id), (service.stop_recurring, made.id), (service.make_due, house.id), (service.list_recurring, house.id)
    ):  # fmt: skip
        args = (a_rhythm(),) if fn is service.create_recurring else ()
        with pytest.raises(NotFound):
            call(charlie, fn, key, *args)
    api = client_of(router, alice)
    listed = api.get(f"/api/v1/buildings/{house.id}/recurring-invoices").json()
    assert [x["id"] for x in listed] == [str(made.id)]
    assert len(api.post(f"/api/v1/buildings/{house.id}/recurring-invoices/due").json()["made"]) == 1
    body = {"rhythm": "yearly", "next_on": clock.today().isoformat()}
    assert api.post(f"/api/v1/invoices/{template.id}/recurring", json=body).status_code == 201
    assert api.put(f"/api/v1/recurring-invoices/{made.id}/stop").json()["is_active"] is False
