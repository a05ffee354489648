from dataclasses import replace
from io import BytesIO

import pytest
from conftest import as_role
from modules.letters.conftest import REFUSED, a_person, letters_of, make
from pypdf import PdfReader
from sqlmodel import select

from koprogo_app.core import storage
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.letters import making
from koprogo_app.modules.letters.api import router

API = "/api/v1"


@pytest.fixture
def run(alice, house, begun):
    done = begun()
    make(alice, done.id)
    return done


def test_a_run_says_how_far_it_is(client_of, alice, house, begun):
    run = begun()
    client = client_of(router, alice)
    before = client.get(f"{API}/letter-runs/{run.id}").json()
    assert (before["title"], before["total"], before["counts"]["waiting"], before["counts"]["done"]) == (
        "Appel de fonds",
        5,
        5,
        0,
    )
    make(alice, run.id)
    after = client.get(f"{API}/letter-runs/{run.id}").json()["counts"]
    assert after == {
        "waiting": 0,
        "made": 3,
        "sent": 2,
        "failed": 0,
        "email": 2,
        "post": 3,
        "to_post": 3,
        "refused": 0,
        "done": 5,
    }
    listed = client.get(f"{API}/buildings/{house.id}/letter-runs").json()
    assert [(one["id"], one["kind"], one["source_id"]) for one in listed] == [(str(run.id), "test", str(house.source))]


def test_letters_are_listed_with_the_reason_of_a_failure_in_words(client_of, alice, house, begun):
    run = begun("eva", more=(a_person(alice, REFUSED),))
    make(alice, run.id)
    client = client_of(router, replace(alice, locale="en"))
    page = client.get(f"{API}/letter-runs/{run.id}/letters?sort_by=recipient&order=desc").json()
    assert [(row["recipient"], row["status"], row["error"]) for row in page["data"]] == [
        (REFUSED, "failed", "This section is blocked: Budgets."), ("Eva", "made", None)
    ]  # fmt: skip
    assert page["pagination"]["total_items"] == 2
    assert client.get(f"{API}/letter-runs/{run.id}/letters?status=failed").json()["pagination"]["total_items"] == 1
    refused = client.get(f"{API}/letter-runs/{run.id}/letters?sort_by=sheet")
    assert (refused.status_code, refused.json()["details"][:8]) == (400, "sort_by:")
    assert client.post(f"{API}/letter-runs/{run.id}/retry").json() == {"count": 1}


def test_the_print_batch_is_one_file_in_the_order_of_the_post_and_is_in_the_trail(client_of, alice, run):
    client = client_of(router, alice)
    for duplex, pages in (("false", 3), ("true", 6)):
        answer = client.get(f"{API}/letter-runs/{run.id}/print?duplex={duplex}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert f'filename="Appel-de-fonds-{run.dated_on}.pdf"' in answer.headers["content-disposition"]
        assert int(answer.headers["content-length"]) == len(answer.content)
        pdf = PdfReader(BytesIO(answer.content))
        assert (len(pdf.pages), [one.title for one in pdf.outline]) == (pages, ["Eva", "Cleo", "Dirk"])
    with transaction(alice.organization_id) as s:
        actions = [e.action for e in s.exec(select(AuditEntry).order_by(AuditEntry.seq))]
    assert actions.count("letters printed") == 2
    assert {one.status for one in letters_of(run.id) if one.channel == "post"} == {"made"}, "printing is not posting"


def test_letters_are_posted_with_the_number_that_was_seen(client_of, alice, run):
    client = client_of(router, alice)
    refused = client.post(f"{API}/letter-runs/{run.id}/posted", json={"count": 2})
    assert (refused.status_code, refused.json()["error"][:9]) == (400, "3 letters")
    assert client.post(f"{API}/letter-runs/{run.id}/posted", json={"count": -1}).status_code == 400
    assert client.post(f"{API}/letter-runs/{run.id}/posted", json={"count": 3}).json() == {"count": 3}
    assert client.post(f"{API}/letter-runs/{run.id}/posted", json={"count": 3}).json() == {"count": 0}
    assert client.get(f"{API}/letter-runs/{run.id}/print").status_code == 400


def test_a_letter_opens_in_the_browser_for_the_office_and_its_reader(client_of, alice, house, run):
    eva = next(one for one in letters_of(run.id) if one.owner_id == house.eva)
    answer = client_of(router, alice).get(f"{API}/letters/{eva.id}/pdf")
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.content == storage.read(making.key_of(house.id, eva.id))
    reader = replace(as_role(alice, Role.OWNER, house.id), owner_id=house.eva)
    assert client_of(router, reader).get(f"{API}/my-letters/{eva.id}/pdf").content == answer.content
    mine = client_of(router, reader).get(f"{API}/my-letters").json()["data"]
    assert [(one["id"], one["title"], one["building"]) for one in mine] == [
        (str(eva.id), "Appel de fonds", "Les Tilleuls")
    ]
    assert client_of(router, reader).get(f"{API}/letters/{eva.id}/pdf").status_code == 403


def test_another_office_gets_404_and_nobody_401(client_of, charlie, run):
    one = letters_of(run.id)[0]
    paths = [
        f"/letter-runs/{run.id}",
        f"/letter-runs/{run.id}/letters",
        f"/letter-runs/{run.id}/print",
        f"/letters/{one.id}/pdf",
    ]
    for path in paths:
        assert client_of(router, charlie).get(API + path).status_code == 404
        assert client_of(router, None).get(API + path).status_code == 401
    assert client_of(router, charlie).get(f"{API}/letters/{uuid7()}/pdf").status_code == 404


def test_the_administrator_of_the_platform_acts_in_the_office_of_the_run(client_of, superadmin, alice, run):
    client = client_of(router, superadmin)
    assert client.get(f"{API}/letter-runs/{run.id}/print").status_code == 200
    assert client.post(f"{API}/letter-runs/{run.id}/posted", json={"count": 3}).json() == {"count": 3}
    with transaction(alice.organization_id) as s:
        assert [e.action for e in s.exec(select(AuditEntry).order_by(AuditEntry.seq))][-2:] == [
            "letters printed",
            "letters posted",
        ]
