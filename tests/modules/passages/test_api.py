"""REST: the syndic steers what the assistant quotes; nobody else does, and not in another office."""

import pytest
from conftest import as_role
from modules.passages.conftest import make_paper, reading_of, shown

from koprogo_app.core.actor import Role
from koprogo_app.modules.passages.api import router


@pytest.fixture
def paper(enter):
    return enter("Règlement", content=make_paper(shown("Art. 1. Les chiens sont admis.")), category="regulation")


@pytest.fixture
def alices(client_of, alice):
    return client_of(router, alice)


def test_a_document_is_given_listed_and_taken(alices, paper, building, read_all):
    made = alices.post(f"/api/v1/documents/{paper.id}/assistant", json={})
    body = made.json()
    assert made.status_code == 201
    added = body.pop("added_at")
    assert added.endswith("Z")
    assert body == {
        "document_id": str(paper.id), "building_id": str(building.id), "title": "Règlement", "category": "regulation",
        "version": 1, "state": "waiting", "reason": None, "pages": None, "pages_read": 0, "passages": 0,
    }  # fmt: skip
    read_all()
    [listed] = alices.get(f"/api/v1/buildings/{building.id}/assistant-papers").json()
    assert listed == body | {"state": "ready", "pages": 1, "pages_read": 1, "passages": 1, "added_at": added}
    for _ in range(2):
        gone = alices.delete(f"/api/v1/documents/{paper.id}/assistant")
        assert (gone.status_code, gone.content) == (204, b"")
    assert alices.get(f"/api/v1/buildings/{building.id}/assistant-papers").json() == []


def test_given_twice_it_is_read_once_unless_it_is_to_be_read_again(alices, paper, read_all):
    address = f"/api/v1/documents/{paper.id}/assistant"
    alices.post(address, json={})
    read_all()
    assert alices.post(address, json={}).json()["state"] == "ready"
    assert alices.post(address, json={"again": True}).json()["state"] == "waiting"


def test_why_a_paper_failed_is_said(alices, enter, building, read_all):
    broken = enter("Cassé", content=b"%PDF-1.7\nbroken")
    alices.post(f"/api/v1/documents/{broken.id}/assistant", json={})
    read_all()
    [listed] = alices.get(f"/api/v1/buildings/{building.id}/assistant-papers").json()
    assert listed["state"] == "failed"
    assert listed["reason"].startswith("This file is damaged")


def test_a_picture_is_refused_in_the_readers_language(alices, enter):
    photo = enter("Photo", content=b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 30, filename="a.jpg")
    refused = alices.post(f"/api/v1/documents/{photo.id}/assistant", json={})
    assert (refused.status_code, refused.json()["error"]) == (400, "The assistant quotes PDF and text files only.")


def routes(paper, building):
    return [
        ("GET", f"/api/v1/buildings/{building.id}/assistant-papers"),
        ("POST", f"/api/v1/documents/{paper.id}/assistant"),
        ("DELETE", f"/api/v1/documents/{paper.id}/assistant"),
    ]


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER, Role.OCCUPANT])
def test_the_other_roles_are_refused(client_of, alice, paper, building, role):
    client = client_of(router, as_role(alice, role, building.id))
    for method, address in routes(paper, building):
        answer = client.request(method, address, json={} if method == "POST" else None)
        assert answer.status_code == 403
    assert reading_of(paper) is None


def test_another_office_finds_nothing_and_nobody_is_told_to_sign_in(client_of, charlie, alice, paper, building):
    for actor, status in ((charlie, 404), (None, 401)):
        for method, address in routes(paper, building):
            answer = client_of(router, actor).request(method, address, json={} if method == "POST" else None)
            assert answer.status_code == status


def test_the_platform_administrator_acts_in_the_office_of_the_document(client_of, superadmin, paper, building):
    client = client_of(router, superadmin)
    assert client.post(f"/api/v1/documents/{paper.id}/assistant", json={}).status_code == 201
    assert reading_of(paper).organization_id == building.organization_id
    assert client.delete(f"/api/v1/documents/{paper.id}/assistant").status_code == 204
