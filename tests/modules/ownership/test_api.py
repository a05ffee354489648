from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from conftest import as_role, make_actor
from fastapi import APIRouter
from python_calamine import CalamineWorkbook

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.lots.api import router as lots_router
from koprogo_app.modules.owners.api import router as owners_router
from koprogo_app.modules.ownership import access, service
from koprogo_app.modules.ownership.api import router as own_router

from .conftest import SINCE, a_person, hold

KEYS = {
    "id", "unit_id", "owner_id", "ownership_percentage", "start_date", "end_date", "is_primary_contact", "is_active",
    "created_at", "updated_at",
}  # fmt: skip

router = APIRouter()
for part in (lots_router, own_router, owners_router):  # as the application does
    router.include_router(part)


@pytest.fixture
def rest(client_of, alice):
    return client_of(router, alice)


@pytest.fixture
def ann(alice):
    return a_person(alice, "Ann", email="ann@example.be")


@pytest.fixture
def bea(alice):
    return a_person(alice, "Bea", email="bea@example.be")


def add(rest, lot, owner, share, **more):
    body = {"owner_id": str(owner.id), "ownership_percentage": share, "is_primary_contact": True} | more
    return rest.post(f"/api/v1/units/{lot.id}/owners", json=body)


def test_a_part_has_the_shape_of_the_contract(rest, lot, ann):
    answer = add(rest, lot, ann, 0.5)
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) >= KEYS
    assert made["start_date"] == f"{clock.today().isoformat()}T00:00:00Z"
    assert (made["ownership_percentage"], made["end_date"], made["is_primary_contact"], made["is_active"]) == (
        0.5, None, True, True,
    )  # fmt: skip
    assert (made["numerator"], made["denominator"]) == (1, 2)
    assert made["created_at"].endswith("Z")


@pytest.mark.parametrize(
    ("given", "fraction", "printed"),
    [
        (0.5, (1, 2), b"0.5"), ("0.25", (1, 4), b"0.25"), (0.3333, (3333, 10000), b"0.3333"), (1, (1, 1), b"1"),
        (0.000000001, (1, 10**9), b"0.000000001"),
    ],
)  # fmt: skip
def test_a_decimal_is_kept_and_printed_exactly(rest, lot, ann, given, fraction, printed):
    answer = add(rest, lot, ann, given)
    made = answer.json()
    assert (made["numerator"], made["denominator"]) == fraction
    assert b'"ownership_percentage":' + printed + b"," in answer.content


def test_a_third_is_rounded_on_the_wire_only(rest, alice, lot, ann):
    part = hold(alice, lot, ann, "1/3")
    (shown,) = rest.get(f"/api/v1/units/{lot.id}/owners").json()
    assert (shown["id"], shown["ownership_percentage"]) == (str(part.id), 0.333333)
    assert (shown["numerator"], shown["denominator"]) == (1, 3)


@pytest.mark.parametrize("share", [0, -0.5, 1.01, "half", None, 0.12345678912345, "1e-30"])
def test_what_is_no_part_is_400(rest, lot, ann, share):
    assert add(rest, lot, ann, share).status_code == 400


def test_above_the_whole_is_400_with_the_contracts_words(rest, lot, ann, bea):
    add(rest, lot, ann, 0.6)
    body = {"owner_id": str(bea.id), "ownership_percentage": 0.5, "is_primary_contact": False}
    answer = rest.post(f"/api/v1/units/{lot.id}/owners", json=body, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "The parts of this lot would exceed 100%: 60% now, 50% added, 110% in all."


def test_a_program_that_names_no_language_reads_the_contracts_words(rest, lot, ann, bea):
    add(rest, lot, ann, 0.6)
    body = {"owner_id": str(bea.id), "ownership_percentage": 0.5, "is_primary_contact": False}
    for asked in ("", "*"):
        answer = rest.post(f"/api/v1/units/{lot.id}/owners", json=body, headers={"Accept-Language": asked})
        assert "exceed 100%" in answer.json()["error"]


def test_the_contact_must_be_said_and_a_deed_fits_its_line(rest, lot, ann, bea):
    body = {"owner_id": str(ann.id), "ownership_percentage": 0.5}
    assert rest.post(f"/api/v1/units/{lot.id}/owners", json=body).status_code == 400
    assert add(rest, lot, ann, 1, act="x" * 201).status_code == 400
    part = add(rest, lot, ann, 1).json()
    sale = {"from_owner_id": str(ann.id), "to_owner_id": str(bea.id), "act": "x" * 201}
    assert rest.post(f"/api/v1/units/{lot.id}/owners/transfer", json=sale).status_code == 400
    change = {"numerator": 1, "denominator": 2, "right": "full", "on": "2030-01-01", "act": "x" * 201}
    assert rest.post(f"/api/v1/unit-owners/{part['id']}/change", json=change).status_code == 400


def test_twice_the_same_owner_and_strangers_are_400(rest, lot, ann, charlie):
    add(rest, lot, ann, 0.5)
    assert add(rest, lot, ann, 0.25).status_code == 400
    assert add(rest, lot, a_person(charlie, "Stranger"), 0.25).status_code == 400
    body = {"owner_id": str(uuid4()), "ownership_percentage": 0.1, "is_primary_contact": False}
    assert rest.post(f"/api/v1/units/{uuid4()}/owners", json=body).status_code == 400
    for address in (f"units/{uuid4()}/owners", f"units/{uuid4()}/owners/history", f"owners/{uuid4()}/units",
                    f"owners/{uuid4()}/units/history", f"units/{uuid4()}/owners/total-percentage"):  # fmt: skip
        assert rest.get(f"/api/v1/{address}").status_code == 400
    assert rest.get("/api/v1/units/abc/owners").status_code == 404


@pytest.mark.parametrize("role", [Role.OWNER, Role.ACCOUNTANT])
def test_owners_and_accountants_do_not_write(client_of, alice, building, lot, ann, role):
    reader = make_actor(alice.organization_id, role, "Reader", building.id, ann.id)
    rest = client_of(router, reader)
    assert add(rest, lot, ann, 0.5).status_code == 403
    assert rest.delete(f"/api/v1/units/{lot.id}/owners/{ann.id}").status_code == 403


def test_lists_are_bare_arrays_of_active_parts_and_history_has_all(rest, alice, lot, ann, bea):
    part = hold(alice, lot, ann)
    call(alice, service.end_part, part.id, date(2024, 1, 1))
    hold(alice, lot, bea, since=date(2024, 1, 1))
    assert [p["owner_id"] for p in rest.get(f"/api/v1/units/{lot.id}/owners").json()] == [str(bea.id)]
    assert [p["is_active"] for p in rest.get(f"/api/v1/units/{lot.id}/owners/history").json()] == [False, True]
    assert rest.get(f"/api/v1/owners/{ann.id}/units").json() == []
    (past,) = rest.get(f"/api/v1/owners/{ann.id}/units/history").json()
    assert past["end_date"] == "2024-01-01T00:00:00Z"
    assert [p["owner_id"] for p in rest.get(f"/api/v1/units/{lot.id}/owners?on=2023-06-01").json()] == [str(ann.id)]


def test_deleting_ends_the_relation_today(rest, lot, ann):
    add(rest, lot, ann, 0.5)
    answer = rest.delete(f"/api/v1/units/{lot.id}/owners/{ann.id}")
    assert answer.status_code == 200
    assert answer.json()["is_active"] is False
    assert answer.json()["end_date"] == f"{clock.today().isoformat()}T00:00:00Z"
    assert rest.delete(f"/api/v1/units/{lot.id}/owners/{ann.id}").status_code == 400


def test_a_part_is_adjusted_until_it_has_ended(rest, lot, ann, bea):
    first, second = add(rest, lot, ann, 0.5).json(), add(rest, lot, bea, 0.25, is_primary_contact=False).json()
    changed = rest.put(
        f"/api/v1/unit-owners/{second['id']}", json={"ownership_percentage": 0.5, "is_primary_contact": True}
    )
    assert (changed.json()["ownership_percentage"], changed.json()["is_primary_contact"]) == (0.5, True)
    assert {p["id"]: p["is_primary_contact"] for p in rest.get(f"/api/v1/units/{lot.id}/owners").json()} == {
        first["id"]: False, second["id"]: True,
    }  # fmt: skip
    assert rest.put(f"/api/v1/unit-owners/{second['id']}", json={"ownership_percentage": 0.51}).status_code == 400
    rest.delete(f"/api/v1/units/{lot.id}/owners/{bea.id}")
    assert rest.put(f"/api/v1/unit-owners/{second['id']}", json={"is_primary_contact": True}).status_code == 400
    assert rest.put(f"/api/v1/unit-owners/{uuid4()}", json={}).status_code == 404


def test_the_total_is_shown_in_percent(rest, alice, lot, ann, bea):
    hold(alice, lot, ann, "1/2")
    assert rest.get(f"/api/v1/units/{lot.id}/owners/total-percentage").json() == {
        "unit_id": str(lot.id), "total_ownership_percentage": 0.5, "percentage_display": "50.00%",
    }  # fmt: skip
    hold(alice, lot, bea, "1/3")
    total = rest.get(f"/api/v1/units/{lot.id}/owners/total-percentage").json()
    assert (total["total_ownership_percentage"], total["percentage_display"]) == (0.833333, "83.33%")


def test_a_transfer_answers_with_both_relations(rest, lot, ann, bea):
    add(rest, lot, ann, 0.3333)
    body = {"from_owner_id": str(ann.id), "to_owner_id": str(bea.id)}
    done = rest.post(f"/api/v1/units/{lot.id}/owners/transfer", json=body)
    assert done.status_code == 200
    ended, new = done.json()["ended_relationship"], done.json()["new_relationship"]
    assert (ended["owner_id"], ended["is_active"], new["owner_id"], new["is_active"]) == (
        str(ann.id), False, str(bea.id), True,
    )  # fmt: skip
    assert (ended["ownership_percentage"], new["ownership_percentage"], new["is_primary_contact"]) == (
        0.3333,
        0.3333,
        True,
    )
    assert rest.post(f"/api/v1/units/{lot.id}/owners/transfer", json=body).status_code == 400  # the seller has gone


def test_a_transfer_to_a_holder_is_400(rest, lot, ann, bea):
    add(rest, lot, ann, 0.5)
    add(rest, lot, bea, 0.5)
    body = {"from_owner_id": str(ann.id), "to_owner_id": str(bea.id)}
    assert rest.post(f"/api/v1/units/{lot.id}/owners/transfer", json=body).status_code == 400
    ours = {"sellers": [str(ann.id)], "buyers": [{"owner_id": str(bea.id)}], "on": clock.today().isoformat()}
    done = rest.post(f"/api/v1/units/{lot.id}/transfers", json=ours)
    assert [p["ownership_percentage"] for p in done.json()["begun"]] == [1]
    assert {t["code"] for t in done.json()["to_do"]} == {"working_fund", "charges", "consent"}


def test_assigning_an_owner_answers_with_the_unit(rest, lot, ann):
    answer = rest.put(f"/api/v1/units/{lot.id}/assign-owner/{ann.id}")
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["owner_id"]) == (str(lot.id), str(ann.id))
    assert rest.put(f"/api/v1/units/{lot.id}/assign-owner/{uuid4()}").status_code == 400


def test_linking_a_user_has_the_contracts_statuses(rest, alice, ann, bea):
    user = make_actor(alice.organization_id, Role.ACCOUNTANT, "Ann").user_id
    done = rest.put(f"/api/v1/owners/{ann.id}/link-user", json={"user_id": str(user)})
    assert (done.status_code, done.json()["owner_id"], done.json()["user_id"]) == (200, str(ann.id), str(user))
    assert rest.put(f"/api/v1/owners/{bea.id}/link-user", json={"user_id": str(user)}).status_code == 409
    assert rest.put(f"/api/v1/owners/{bea.id}/link-user", json={"user_id": str(uuid4())}).status_code == 404
    assert rest.put(f"/api/v1/owners/{bea.id}/link-user", json={"user_id": "x"}).status_code == 400
    assert rest.put(f"/api/v1/owners/{ann.id}/link-user", json={"user_id": None}).json()["user_id"] is None


def test_the_platform_administrator_writes_in_the_lots_organisation(client_of, superadmin, alice, lot, ann, bea):
    rest = client_of(router, superadmin)
    made = add(rest, lot, ann, 1)
    assert made.status_code == 201
    assert rest.put(f"/api/v1/unit-owners/{made.json()['id']}", json={"is_primary_contact": False}).status_code == 200
    body = {"from_owner_id": str(ann.id), "to_owner_id": str(bea.id)}
    assert rest.post(f"/api/v1/units/{lot.id}/owners/transfer", json=body).status_code == 200
    assert [h.name for h in call(alice, service.holders_on, lot.id)] == ["Bea"]


def test_a_part_lives_through_our_own_routes(rest, alice, building, lot, ann, bea):
    bare, usufruct = hold(alice, lot, ann, right="bare"), hold(alice, lot, bea, right="usufruct")
    named = rest.put(f"/api/v1/unit-owners/{bare.id}/representative", json={"named": True})
    assert named.json()["is_representative"] is True
    assert rest.get(f"/api/v1/buildings/{building.id}/ownership").json() == {
        "passed": True, "empty": [], "incomplete": [], "vote_suspended": [],
    }  # fmt: skip
    ended = rest.post(f"/api/v1/unit-owners/{usufruct.id}/end", json={"on": "2024-01-01", "why": "Death"})
    assert ended.json()["end_date"] == "2024-01-01T00:00:00Z"
    change = {"numerator": 1, "denominator": 1, "right": "full", "on": "2024-01-01"}
    full = rest.post(f"/api/v1/unit-owners/{bare.id}/change", json=change).json()
    assert (full["right"], full["start_date"]) == ("full", "2024-01-01T00:00:00Z")
    edit = {"numerator": 1, "denominator": 1, "right": "full", "started_on": "2024-02-01", "reason": "Date misread"}
    assert (
        rest.put(f"/api/v1/unit-owners/{full['id']}/correction", json=edit)
        .json()["start_date"]
        .startswith("2024-02-01")
    )
    held = rest.get(f"/api/v1/buildings/{building.id}/holders?on=2023-01-01").json()
    assert [(h["lot"], h["name"], h["right"]) for h in held] == [("5.1", "Ann", "bare"), ("5.1", "Bea", "usufruct")]


def test_two_entries_of_one_person_are_merged(rest, alice, lot, ann, bea):
    hold(alice, lot, bea)
    address = f"/api/v1/owners/{ann.id}/merge"
    said = rest.post(address, json={"drop_id": str(bea.id), "dry_run": True}).json()
    assert said == {"moved": {"ownership": 1}, "filled": []}
    assert rest.post(address, json={"drop_id": str(bea.id)}).json() == said
    assert rest.get(f"/api/v1/owners/{bea.id}").status_code == 404
    assert len(rest.get(f"/api/v1/owners/{ann.id}/units").json()) == 1


def test_people_and_holders_leave_as_spreadsheets(rest, alice, building, lot, ann, bea):
    hold(alice, lot, ann, "1/3", is_contact=True)
    csv = rest.get("/api/v1/owners/export?search=ann", cookies={"locale": "en"})
    assert csv.headers["content-disposition"] == 'attachment; filename="owners.csv"'
    assert [line.split(";")[0] for line in csv.content.decode("utf-8-sig").splitlines()] == ["Name", "Ann"]
    book = rest.get(f"/api/v1/buildings/{building.id}/holders/export?format=xlsx", cookies={"locale": "en"}).content
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["5.1", "Apartment", 100, "Ann", "Full ownership", "1/3", SINCE.strftime("%d/%m/%Y"), "yes", "no"]
    assert rest.get("/api/v1/owners/export?kind=company&format=csv").content.decode("utf-8-sig").count("\r\n") == 1


def test_the_accountant_reads_what_a_linked_owner_may_not(client_of, alice, building, lot, ann, bea):
    hold(alice, lot, ann, "1/2")
    hold(alice, lot, bea, "1/2")
    call(alice, access.link_user, ann.id, make_actor(alice.organization_id, Role.ACCOUNTANT, "User").user_id)
    accountant = client_of(router, as_role(alice, Role.ACCOUNTANT))
    owner = client_of(router, make_actor(alice.organization_id, Role.OWNER, "Ann", building.id, ann.id))
    assert len(accountant.get(f"/api/v1/units/{lot.id}/owners").json()) == 2
    assert len(owner.get(f"/api/v1/units/{lot.id}/owners").json()) == 1
    assert owner.get(f"/api/v1/owners/{bea.id}/units").status_code == 400
