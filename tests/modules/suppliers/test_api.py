import csv
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from conftest import as_role
from python_calamine import CalamineWorkbook

from koprogo_app.core.actor import Role
from koprogo_app.modules.suppliers.api import router

LAMBERT = {
    "name": "Ascenseurs Lambert", "kbo": "0403.170.701", "iban": "BE68 5390 0754 7034", "email": "info@lambert.be",
    "phone": "+32 2 345 67 89", "city": "Bruxelles", "payment_days": 15, "default_vat_rate": 21,
}  # fmt: skip
KEYS = {
    "id", "organization_id", "name", "kbo", "vat_liable", "vat_number", "vat", "iban", "account_holder", "email",
    "phone", "address", "postal_code", "city", "country", "language", "payment_days", "default_account_code",
    "default_vat_rate", "remark", "is_active", "withholding_checked_on", "withholding_due",
}  # fmt: skip
URL = "/api/v1/suppliers"


@pytest.fixture
def rest(client_of, alice):
    return client_of(router, alice)


def test_a_created_supplier_comes_back_whole(rest, alice):
    answer = rest.post(URL, json=LAMBERT | {"organization_id": str(uuid4())})
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == KEYS
    assert made["organization_id"] == str(alice.organization_id)  # the token wins
    assert (made["kbo"], made["vat"], made["iban"]) == ("0403170701", "BE0403170701", "BE68539007547034")
    assert (made["payment_days"], made["default_vat_rate"], made["is_active"]) == (15, 21, True)
    assert rest.get(f"{URL}/{made['id']}").json() == made


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kbo": "0403.170.702"}, "kbo"),
        ({"vat_number": "BE0202239951"}, "vat_number"),
        ({"vat_number": "FR1"}, "vat_number"),
        ({"iban": "BE68 5390 0754 7035"}, "iban"),
        ({"email": "x"}, "email"),
        ({"language": "it"}, "language"),
        ({"payment_days": -1}, "payment_days"),
        ({"payment_days": 121}, "payment_days"),
        ({"payment_days": 1.5}, "payment_days"),
        ({"default_vat_rate": 19}, "default_vat_rate"),
        ({"default_account_code": "6" * 41}, "default_account_code"),
        ({"remark": "x" * 1001}, "remark"),
        ({"vat_liable": "perhaps"}, "vat_liable"),
    ],
)
def test_a_bad_body_is_400_with_the_field(rest, change, field):
    answer = rest.post(URL, json=LAMBERT | change)
    assert answer.status_code == 400
    assert field in answer.json()["details"]


def test_a_known_number_is_400_and_a_likeness_may_be_overruled(rest):
    rest.post(URL, json=LAMBERT)
    assert rest.post(URL, json=LAMBERT | {"distinct": True}).status_code == 400
    alike = LAMBERT | {"kbo": None}
    refused = rest.post(URL, json=alike)
    assert refused.status_code == 400
    assert "Ascenseurs Lambert" in refused.json()["error"]
    assert rest.post(URL, json=alike | {"distinct": True}).status_code == 201


def test_the_list_is_a_page_in_the_envelope(rest):
    for n, name in enumerate(("Ascenseurs", "Nettoyage", "Toitures")):
        rest.post(URL, json={"name": name, "payment_days": n, "city": "Gent" if n else "Uccle"})
    page = rest.get(f"{URL}?per_page=2&sort_by=payment_days&order=desc").json()
    assert [o["name"] for o in page["data"]] == ["Toitures", "Nettoyage"]
    assert page["pagination"] == {
        "current_page": 1, "per_page": 2, "total_items": 3, "total_pages": 2, "has_next": True, "has_previous": False,
    }  # fmt: skip
    assert set(page["data"][0]) == KEYS
    assert [o["name"] for o in rest.get(f"{URL}?search=uccle").json()["data"]] == ["Ascenseurs"]
    assert rest.get(f"{URL}?state=inactive").json()["data"] == []
    assert rest.get(f"{URL}?iban=missing&kbo=missing").json()["pagination"]["total_items"] == 3
    assert rest.get(f"{URL}?sort_by=remark").status_code == 400
    assert rest.get(f"{URL}?page=abc").status_code == 400


def test_an_update_changes_what_the_body_names_and_nothing_else(rest):
    made = rest.post(URL, json=LAMBERT).json()
    changed = rest.put(f"{URL}/{made['id']}", json={"name": "Lambert & Fils", "payment_days": 60})
    assert changed.status_code == 200
    assert changed.json() == made | {"name": "Lambert & Fils", "payment_days": 60}
    assert rest.put(f"{URL}/{made['id']}", json={"name": "Lambert & Fils", "phone": None}).json()["phone"] is None
    assert rest.put(f"{URL}/{made['id']}", json={"name": "Lambert", "vat_liable": False}).json()["vat"] is None


def test_a_check_of_the_withholding_obligation_is_recorded(rest):
    address = f"{URL}/{rest.post(URL, json=LAMBERT).json()['id']}/withholding-check"
    found = rest.put(address, json={"checked_on": "2026-01-02", "due": True}).json()
    assert (found["withholding_checked_on"], found["withholding_due"]) == ("2026-01-02", True)
    assert rest.put(address, json={"checked_on": "2126-01-02", "due": True}).status_code == 400
    assert rest.put(address, json={"checked_on": "2026-01-02"}).status_code == 400


def test_deactivated_reactivated_and_deleted(rest):
    address = f"{URL}/{rest.post(URL, json=LAMBERT).json()['id']}"
    assert rest.post(f"{address}/deactivate").json()["is_active"] is False
    assert len(rest.get(f"{URL}?state=inactive").json()["data"]) == 1
    assert rest.post(f"{address}/reactivate").json()["is_active"] is True
    assert rest.delete(address).status_code == 204
    assert rest.get(address).status_code == 404


def test_unknown_suppliers_and_bad_ids_are_404(rest, client_of, charlie):
    made, stranger = rest.post(URL, json=LAMBERT).json(), client_of(router, charlie)
    assert rest.get(f"{URL}/{uuid4()}").status_code == 404
    assert rest.get(f"{URL}/abc").status_code == 404
    for method in ("get", "delete"):
        assert getattr(stranger, method)(f"{URL}/{made['id']}").status_code == 404
    assert stranger.put(f"{URL}/{made['id']}", json=LAMBERT).status_code == 404
    assert stranger.post(f"{URL}/{made['id']}/deactivate").status_code == 404
    assert stranger.get(URL).json()["data"] == []


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.SYNDIC, 200, 201),
        (Role.ACCOUNTANT, 200, 201),
        (Role.BOARD_MEMBER, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.OWNER, 403, 403),
        (Role.OCCUPANT, 403, 403),
        (Role.CONTRACTOR, 403, 403),
    ],
)
def test_each_role_reads_and_writes_what_it_may(client_of, alice, building, role, reads, writes):
    limited = role not in (Role.SYNDIC, Role.ACCOUNTANT)
    theirs = client_of(router, as_role(alice, role, building.id if limited else None))
    assert theirs.get(URL).status_code == theirs.get(f"{URL}/export").status_code == reads
    assert theirs.post(URL, json=LAMBERT).status_code == writes


def test_nobody_is_401(client_of):
    assert client_of(router, None).get(URL).status_code == 401


def test_the_platform_administrator_names_the_office(client_of, superadmin, alice):
    rest = client_of(router, superadmin)
    assert rest.post(URL, json=LAMBERT).status_code == 400
    assert rest.post(URL, json=LAMBERT | {"organization_id": str(uuid4())}).status_code == 400
    made = rest.post(URL, json=LAMBERT | {"organization_id": str(alice.organization_id)})
    assert made.status_code == 201
    address = f"{URL}/{made.json()['id']}"
    assert rest.put(address, json={"name": "Lambert"}).json()["name"] == "Lambert"
    assert rest.post(f"{address}/deactivate").status_code == 200
    assert rest.delete(address).status_code == 204


def exported(rest, query: str = "") -> list[list[str]]:
    answer = rest.get(f"{URL}/export?format=csv{query}")
    assert answer.headers["content-disposition"] == 'attachment; filename="suppliers.csv"'
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_list_is_exported_in_the_readers_language_as_narrowed(rest):
    rest.cookies.set("locale", "en")
    rest.post(URL, json=LAMBERT | {"remark": "=1+1"})
    rest.post(URL, json={"name": "Nettoyage Clair", "vat_liable": False})
    heads, lambert, clair = exported(rest)
    found = dict(zip(heads, lambert, strict=True))
    assert (found["Name"], found["Enterprise number"], found["VAT number"], found["Days to pay"]) == (
        "Ascenseurs Lambert", "0403170701", "BE0403170701", "15",
    )  # fmt: skip
    assert (found["Active"], found["Remark"], found["Telephone"]) == ("yes", "'=1+1", "'+32 2 345 67 89")
    assert dict(zip(heads, clair, strict=True))["VAT number"] == ""
    assert [line[0] for line in exported(rest, "&iban=missing")[1:]] == ["Nettoyage Clair"]
    assert [line[0] for line in exported(rest, "&search=lambert")[1:]] == ["Ascenseurs Lambert"]
    assert rest.get(f"{URL}/export?colour=red").status_code == 400


def test_the_list_is_exported_to_excel(rest):
    rest.post(URL, json=LAMBERT)
    content = rest.get(f"{URL}/export?format=xlsx").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [len(rows), rows[1][0], rows[1][1]] == [2, "Ascenseurs Lambert", "0403170701"]


def test_an_export_of_another_office_is_empty(rest, client_of, charlie):
    rest.post(URL, json=LAMBERT)
    assert len(exported(client_of(router, charlie))) == 1  # the heads
