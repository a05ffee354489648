from datetime import date

import pytest

from koprogo_app.modules.meters import api

BAD = {"kind": "steam", "serial": "", "unit": "m3", "factor": 0}


@pytest.fixture
def client(client_of, alice):
    return client_of(api.router, alice)


def test_a_meter_goes_in_and_comes_out(client, house):
    lot = str(house.lots["A1"])
    made = client.post(
        f"/api/v1/buildings/{house.id}/meters",
        json={"lot_id": lot, "kind": "heating", "serial": "H1", "unit": "units", "factor": "1.25", "dial_digits": 5},
    )
    assert made.status_code == 201, made.text
    meter_id = made.json()["id"]
    assert client.get(f"/api/v1/meters/{meter_id}").json()["serial"] == "H1"
    page = client.get(f"/api/v1/buildings/{house.id}/meters", params={"kind": "heating"}).json()
    assert (page["pagination"]["total_items"], page["data"][0]["lot"], page["data"][0]["last_on"]) == (1, "A1", None)
    change = {"lot_id": lot, "kind": "heating", "serial": "H1", "unit": "units", "place": "Salon"}
    assert client.put(f"/api/v1/meters/{meter_id}", json=change).json()["place"] == "Salon"
    new = client.post(
        f"/api/v1/meters/{meter_id}/replace", json={"on": "2026-05-04", "last_value": "12", "serial": "H2"}
    )
    assert (new.status_code, new.json()["installed_on"]) == (201, "2026-05-04")
    assert client.delete(f"/api/v1/meters/{new.json()['id']}").status_code == 204
    assert client.get(f"/api/v1/meters/{new.json()['id']}").status_code == 404


def test_a_wrong_meter_is_refused_field_by_field(client, house):
    answer = client.post(f"/api/v1/buildings/{house.id}/meters", json=BAD)
    assert answer.status_code == 400
    assert all(f"{name}:" in answer.text for name in ("kind", "serial", "factor"))


def test_readings_are_put_and_listed(client, house, water):
    body = {"on": "2027-01-31", "readings": [{"meter_id": str(water.a1), "value": "111.125", "note": "Sale"}]}
    url = f"/api/v1/buildings/{house.id}/meter-readings"
    assert client.put(url, json=body).json() == {"written": 1}
    assert client.put(url, json=body).json() == {"written": 0}
    found = client.get(url, params={"meter_id": str(water.a1), "sort_by": "read_on", "order": "desc"}).json()["data"]
    assert next((r["read_on"], r["value"], r["note"]) for r in found) == ("2027-01-31", "111.125", "Sale")
    assert client.delete(f"/api/v1/meter-readings/{found[0]['id']}").status_code == 204
    body["readings"][0]["value"] = "1"
    assert client.put(url, json=body).status_code == 400


def test_a_period_is_looked_at_closed_and_reopened(client, house, water):
    url = f"/api/v1/buildings/{house.id}/meter-periods"
    body = {
        "kind": "cold_water",
        "name": "Water",
        "first_on": "2026-01-01",
        "last_on": "2026-12-31",
        "fixed_percent": 30,
    }
    made = client.post(url, json=body).json()
    found = client.get(f"/api/v1/meter-periods/{made['id']}").json()
    assert [(x["number"], x["consumption"]) for x in found["lots"]] == [("A1", "10"), ("A2", "30"), ("A3", "60")]
    assert found["lots"][0]["meters"][0]["begin"] == {"on": "2025-12-31", "value": "100"}
    assert (found["total"], found["main"], found["difference"], found["stops"]) == ("100", None, None, [])
    closed = client.post(f"/api/v1/meter-periods/{made['id']}/close").json()
    assert (closed["status"], closed["key_id"] is not None) == ("closed", True)
    assert client.put(f"/api/v1/meter-periods/{made['id']}", json=body).status_code == 400
    assert client.post(f"/api/v1/meter-periods/{made['id']}/reopen").json()["status"] == "open"
    assert client.post(f"/api/v1/meter-periods/{made['id']}/estimate").json() == {"written": 0}
    assert client.delete(f"/api/v1/meter-periods/{made['id']}").status_code == 204
    assert client.get(url).json() == []


def test_a_file_is_sent_looked_at_and_entered(client, house, water):
    url = f"/api/v1/meter-files/{house.id}"
    assert client.get(url).json() is None
    data = b"Compteur;Quand;Index\nW1;31/01/2027;111\nW9;31/01/2027;1\n"
    sent = client.post(url, files={"file": ("w.csv", data)})
    assert sent.json() == {"id": str(house.id), "filename": "w.csv", "wanted": 0, "rows": 0}
    found = client.put(f"{url}/columns", json={"column": 1, "meaning": "day"}).json()
    assert [(x["action"], x["value"]) for x in found["lines"]] == [("new", "111"), ("stop", "1")]
    assert found["lines"][1]["findings"][0]["message"] == "Aucun compteur ne porte ici le numéro W9."
    assert client.post(f"{url}/enter").json() == {"written": 1}
    assert client.post(f"{url}/enter").status_code == 400
    assert client.delete(url).status_code == 204
    assert client.post(url, files={"file": ("w.csv", data)}, data={"kind": "steam"}).status_code == 400


def test_a_co_owner_gets_his_own_meters(client_of, house, water, bob):
    (own,) = client_of(api.router, bob).get("/api/v1/my-meters").json()
    assert (own["lot"], own["serial"], [r["value"] for r in own["readings"]]) == ("A1", "W1", ["110.000", "100.000"])
    assert date.fromisoformat(own["readings"][0]["read_on"]) == date(2026, 12, 31)


def test_the_platform_administrator_acts_in_the_office_of_the_building(client_of, superadmin, house, water):
    client = client_of(api.router, superadmin)
    rows = client.get(f"/api/v1/buildings/{house.id}/meter-readings", params={"meter_id": str(water.a1)}).json()["data"]
    assert client.delete(f"/api/v1/meter-readings/{rows[-1]['id']}").status_code == 204
    assert client.delete(f"/api/v1/meters/{water.a1}").status_code == 204


def test_another_office_gets_404_and_nobody_401(client_of, charlie, house, water):
    client = client_of(api.router, charlie)
    for url in (f"meters/{water.a1}", f"buildings/{house.id}/meters", f"meter-files/{house.id}"):
        assert client.get(f"/api/v1/{url}").status_code == 404
    assert client_of(api.router, None).get("/api/v1/my-meters").status_code == 401
