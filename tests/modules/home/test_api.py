from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.modules.home.api import router

TODO = "/api/v1/home/todo"


def test_what_waits_is_worded_and_leads_somewhere(client_of, alice, building):
    answer = client_of(router, alice).get(TODO, params={"per_page": 50}).json()
    assert answer["pagination"]["total_items"] == len(answer["data"]) == 5
    number = next(row for row in answer["data"] if row["kind"] == "number")
    assert number["href"] == f"/buildings/{building.id}/settings"
    assert (number["when"], number["article"], number["building_id"]) == ("week", "3.86 §1", str(building.id))
    assert number["hint"].startswith("Résidence Molière")


def test_pages_and_refusals(client_of, alice, charlie, superadmin, building):
    page = client_of(router, alice).get(TODO, params={"per_page": 2, "page": 3}).json()
    assert (len(page["data"]), page["pagination"]["has_next"]) == (1, False)
    assert client_of(router, charlie).get(TODO).json()["data"] == []
    assert client_of(router, as_role(alice, Role.OWNER, building.id)).get(TODO).status_code == 403
    assert client_of(router, superadmin).get(TODO).status_code == 400
    assert client_of(router, None).get(TODO).status_code == 401
