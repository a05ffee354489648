import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from conftest import as_role
from pypdf import PdfReader
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.papers.api import router

LETTER = {"subject": "Ascenseur en panne", "body": "Le technicien passe lundi."}


@pytest.fixture
def alices(client_of, alice):
    return client_of(router, alice)


def text_of(answer) -> str:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages))


def register(tilleuls) -> str:
    return f"/api/v1/buildings/{tilleuls.building.id}/register.pdf"


def certificate(person) -> str:
    return f"/api/v1/owners/{person.id}/certificate.pdf"


def test_the_register_is_a_pdf_of_every_lot(alices, tilleuls):
    answer = alices.get(register(tilleuls))
    shown = text_of(answer)
    for words in ("Les Tilleuls", "0403.170.701", "Dubois Bob", "De Smet Dora", "1/3", "Maes Emil", "P1"):
        assert words in shown
    assert answer.headers["content-disposition"] == f'inline; filename="register-{clock.today()}.pdf"'


def test_the_register_of_a_day_in_a_language(alices, tilleuls):
    answer = alices.get(register(tilleuls), params={"on": "2019-12-31", "language": "de", "disposition": "attachment"})
    shown = text_of(answer)
    assert "31.12.2019" in shown  # the German form of the date
    assert "Dubois" not in shown
    assert answer.headers["content-disposition"] == 'attachment; filename="register-2019-12-31.pdf"'


@pytest.mark.parametrize(
    "query", [{"language": "es"}, {"on": "31/12/2019"}, {"on": "2999-01-01"}, {"disposition": "evil"}]
)
def test_what_cannot_be_printed_is_refused(alices, tilleuls, query):
    answer = alices.get(register(tilleuls), params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")


def test_the_platform_administrator_prints_and_the_trail_of_the_office_keeps_it(client_of, alice, superadmin, tilleuls):
    assert client_of(router, superadmin).get(register(tilleuls)).status_code == 200
    with transaction(alice.organization_id) as s:
        entry = s.exec(select(AuditEntry).where(AuditEntry.action == "register printed")).one()
    assert entry.user_id == superadmin.user_id


def test_a_preview_is_the_same_paper(alices, tilleuls):
    assert text_of(alices.get(register(tilleuls) + "/preview")) == text_of(alices.get(register(tilleuls)))


def test_a_certificate_in_the_language_of_the_person(alices, tilleuls):
    query = {"building_id": str(tilleuls.building.id)}
    assert "Bob Dubois" in text_of(alices.get(certificate(tilleuls.bob), params=query))
    assert "Dora De Smet" in text_of(alices.get(certificate(tilleuls.dora) + "/preview", params=query))


def test_an_ended_part_has_its_contract_pdf_too(alice, alices, tilleuls):
    part = tilleuls.parts[0]
    call(alice, ownership.end_part, part.id, date(2024, 5, 2))
    shown = text_of(alices.get(f"/api/v1/unit-owners/{part.id}/export-contract-pdf"))
    assert ("Bob Dubois" in shown, "1.1" in shown, "P1" in shown, "01/05/2024" in shown) == (True, True, False, True)


def test_a_letter_by_json_and_by_a_form(alices, tilleuls):
    address = f"/api/v1/buildings/{tilleuls.building.id}/letters"
    sent = LETTER | {"owner_id": str(tilleuls.bob.id)}
    by_json = text_of(alices.post(address, json=sent | {"enclosures": ["Le devis", "Le plan"]}))
    by_form = text_of(alices.post(address + "/preview", data=sent | {"enclosures": "Le devis\r\nLe plan\r\n"}))
    assert by_json == by_form
    for words in ("Bob Dubois", "Rue Molière 12", "Ascenseur en panne", "Le technicien passe lundi.", "Le devis"):
        assert words in by_json


def test_an_empty_letter_is_refused_with_its_fields(alices, tilleuls):
    address = f"/api/v1/buildings/{tilleuls.building.id}/letters"
    refused = alices.post(address, json={"owner_id": str(tilleuls.bob.id), "subject": "", "body": ""})
    assert refused.status_code == 400
    assert "subject: " in refused.json()["details"]
    assert "body: " in refused.json()["details"]


def test_strangers_find_nothing_and_nobody_must_sign_in(client_of, charlie, tilleuls):
    building = {"building_id": str(tilleuls.building.id)}
    routes = [
        (register(tilleuls), {}), (certificate(tilleuls.bob), building),
        (f"/api/v1/unit-owners/{tilleuls.parts[0].id}/export-contract-pdf", {}),
    ]  # fmt: skip
    for who, status in ((charlie, 404), (None, 401)):
        client = client_of(router, who)
        assert [client.get(address, params=query).status_code for address, query in routes] == [status] * 3
        letter = client.post(
            f"/api/v1/buildings/{tilleuls.building.id}/letters", json=LETTER | {"owner_id": str(tilleuls.bob.id)}
        )
        assert letter.status_code == status


def test_what_does_not_exist_is_not_found(alices):
    assert alices.get(f"/api/v1/buildings/{uuid4()}/register.pdf").status_code == 404
    assert alices.get("/api/v1/buildings/none/register.pdf").status_code == 404
    assert alices.get(f"/api/v1/unit-owners/{uuid4()}/export-contract-pdf").status_code == 404


def test_an_owner_takes_his_certificate_but_not_the_register(client_of, alice, tilleuls):
    bob = client_of(router, replace(as_role(alice, Role.OWNER, tilleuls.building.id), owner_id=tilleuls.bob.id))
    query = {"building_id": str(tilleuls.building.id), "on": str(clock.today() - timedelta(days=1))}
    assert bob.get(certificate(tilleuls.bob), params=query).status_code == 200
    assert bob.get(certificate(tilleuls.dora), params=query).status_code == 404
    assert bob.get(register(tilleuls)).status_code == 403
