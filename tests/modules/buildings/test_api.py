from uuid import uuid4

import pytest

from koprogo_app.core.actor import Role
from koprogo_app.modules.buildings.api import router

BODY = {
    "name": "Résidence Test",
    "address": "Avenue Louise 1",
    "city": "Bruxelles",
    "postal_code": "1050",
    "country": "Belgium",
    "total_units": 12,
    "construction_year": 1970,
}
KEYS = {
    "id", "organization_id", "name", "address", "city", "postal_code", "country", "total_units", "total_tantiemes", "construction_year",
    "kbo", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def alices(client_of, alice):
    return client_of(router, alice)


def test_the_contracts_shape_is_returned_on_creation(alices, alice):
    made = alices.post("/api/v1/buildings", json=BODY)
    assert made.status_code == 201
    assert set(made.json()) == KEYS
    assert (made.json()["total_tantiemes"], made.json()["organization_id"]) == (1000, str(alice.organization_id))
    assert made.json()["created_at"].endswith("+00:00")


def test_the_organisation_of_the_token_wins_over_the_body(alices, alice):
    made = alices.post("/api/v1/buildings", json=BODY | {"organization_id": str(uuid4())})
    assert made.json()["organization_id"] == str(alice.organization_id)


def test_the_platform_administrator_must_name_an_existing_organisation(client_of, superadmin, alice):
    client = client_of(router, superadmin)
    assert client.post("/api/v1/buildings", json=BODY).status_code == 400
    assert client.post("/api/v1/buildings", json=BODY | {"organization_id": str(uuid4())}).status_code == 400
    made = client.post("/api/v1/buildings", json=BODY | {"organization_id": str(alice.organization_id)})
    assert (made.status_code, made.json()["organization_id"]) == (201, str(alice.organization_id))


def test_the_list_has_the_contracts_envelope(alices):
    for n in range(3):
        alices.post("/api/v1/buildings", json=BODY | {"name": f"R{n}"})
    page = alices.get("/api/v1/buildings?per_page=2&sort_by=name&order=desc").json()
    assert [b["name"] for b in page["data"]] == ["R2", "R1"]
    assert page["pagination"] == {
        "current_page": 1,
        "per_page": 2,
        "total_items": 3,
        "total_pages": 2,
        "has_next": True,
        "has_previous": False,
    }


@pytest.mark.parametrize(
    "query", ["page=0", "per_page=0", "per_page=10001", "page=abc", "order=up", "sort_by=password"]
)
def test_a_bad_page_is_400(alices, query):
    assert alices.get(f"/api/v1/buildings?{query}").status_code == 400


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"total_units": 0}, {"total_units": "x"}, {"total_tantiemes": 0}, {"city": None}]
)
def test_a_bad_body_is_400_and_names_the_field(alices, change):
    refused = alices.post("/api/v1/buildings", json=BODY | change)
    assert refused.status_code == 400
    assert refused.json()["details"].startswith(next(iter(change)))


def test_malformed_json_is_400_and_a_malformed_id_404(alices):
    assert (
        alices.post("/api/v1/buildings", content="{", headers={"content-type": "application/json"}).status_code == 400
    )
    assert alices.get("/api/v1/buildings/not-a-uuid").status_code == 404


def test_a_wrong_method_is_404(alices):
    assert alices.patch("/api/v1/buildings").status_code == 404


def test_another_office_gets_404_for_everything(alices, client_of, charlie):
    made = alices.post("/api/v1/buildings", json=BODY).json()["id"]
    charlies = client_of(router, charlie)
    answers = [
        charlies.get(f"/api/v1/buildings/{made}"),
        charlies.put(f"/api/v1/buildings/{made}", json=BODY),
        charlies.delete(f"/api/v1/buildings/{made}"),
    ]
    assert [a.status_code for a in answers] == [404, 404, 404]
    assert alices.get(f"/api/v1/buildings/{made}").status_code == 200


def test_nobody_gets_401(client_of):
    nobody = client_of(router, None)
    assert [nobody.get("/api/v1/buildings").status_code, nobody.post("/api/v1/buildings", json=BODY).status_code] == [
        401,
        401,
    ]


def test_a_refused_role_gets_403(client_of, alice):
    from conftest import as_role

    assert client_of(router, as_role(alice, Role.OWNER)).post("/api/v1/buildings", json=BODY).status_code == 403


def test_a_change_keeps_what_the_wire_does_not_carry(alices):
    made = alices.post("/api/v1/buildings", json=BODY).json()["id"]
    identity = alices.get(f"/api/v1/buildings/{made}/identity").json()
    kept = {k: v for k, v in identity.items() if k not in ("id", "slug")} | {"kbo": "0403.170.701"}
    assert alices.put(f"/api/v1/buildings/{made}/identity", json=kept).status_code == 200
    changed = alices.put(f"/api/v1/buildings/{made}", json=BODY | {"name": "Nouveau"}).json()
    assert (changed["name"], changed["kbo"]) == ("Nouveau", "0403170701")


def test_a_building_is_deleted_with_204(alices):
    made = alices.post("/api/v1/buildings", json=BODY).json()["id"]
    assert alices.delete(f"/api/v1/buildings/{made}").status_code == 204
    assert alices.get(f"/api/v1/buildings/{made}").status_code == 404


def test_refusals_are_worded_for_the_reader(alices):
    french = alices.get("/api/v1/buildings/00000000-0000-7000-8000-000000000000", headers={"accept-language": "fr-BE"})
    assert french.json() == {"error": "Cet immeuble n’existe pas."}


def test_the_public_noticeboard_needs_no_sign_in(client_of, alices):
    made = alices.post("/api/v1/buildings", json=BODY | {"name": f"Tour {uuid4().hex}"}).json()["id"]
    identity = {
        k: v for k, v in alices.get(f"/api/v1/buildings/{made}/identity").json().items() if k not in ("id", "slug")
    }
    shown = alices.put(
        f"/api/v1/buildings/{made}/identity",
        json=identity | {"noticeboard_public": True, "syndic_name": "Cabinet Sonnet"},
    ).json()
    page = client_of(router, None).get(f"/api/v1/public/buildings/{shown['slug']}/syndic").json()
    assert (page["syndic"]["name"], page["has_syndic_info"]) == ("Cabinet Sonnet", True)
    assert client_of(router, None).get("/api/v1/public/buildings/unknown-slug/syndic").status_code == 404
    assert client_of(router, None).get("/api/v1/public/buildings/%00/syndic").status_code == 404
