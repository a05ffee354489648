import pytest
from conftest import as_role
from sqlalchemy import text

from koprogo_app.core import mail
from koprogo_app.core.actor import PLATFORM, Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.outbox import jobs
from koprogo_app.modules.outbox.api import router

URL = "/api/v1/outbox"
BODY = "Bonjour,\n\nhttp://localhost:8000/invitation?token=aB3_-x9\n\nUne fois.\n"


def posted(organization_id, recipient=""):
    with everywhere(organization_id) as s:
        message = mail.post(s, recipient or f"{uuid7().hex}@example.be", "Votre accès", BODY, "fr", organization_id)
        s.flush()
        return str(message.id)


def test_the_list_leaves_the_texts_out_and_is_filtered(client_of, alice):
    client, waiting, sent = client_of(router, alice), posted(alice.organization_id), posted(alice.organization_id)
    with everywhere() as s:
        s.execute(text("UPDATE mail_message SET status = 'sent' WHERE id = :i"), {"i": sent})
    page = client.get(URL).json()
    assert [row["id"] for row in page["data"]] == [sent, waiting], "the latest first"
    assert "token" not in client.get(URL).text
    assert [row["id"] for row in client.get(f"{URL}?status=waiting").json()["data"]] == [waiting]
    assert client.get(f"{URL}?sort_by=body").status_code == 400


def test_without_a_mail_server_the_office_reads_the_link(client_of, alice):
    mail_id = posted(alice.organization_id)
    assert client_of(router, alice).get(f"{URL}/{mail_id}").json()["body"] == BODY


def test_with_a_mail_server_the_link_is_its_recipients_alone(client_of, alice, monkeypatch):
    mail_id = posted(alice.organization_id)
    monkeypatch.setattr(settings(), "smtp_url", "smtp://127.0.0.1:1")
    shown = client_of(router, alice).get(f"{URL}/{mail_id}").json()["body"]
    assert "aB3_-x9" not in shown
    assert shown == BODY.replace("aB3_-x9", "…")
    with everywhere() as s:
        kept = s.execute(text("SELECT body FROM mail_message WHERE id = :i"), {"i": mail_id}).scalar_one()
    assert kept == BODY, "what leaves is whole"


def test_the_platforms_mails_are_its_administrators_alone(client_of, alice, superadmin):
    theirs, platform = posted(alice.organization_id), posted(PLATFORM)
    assert client_of(router, alice).get(f"{URL}/{platform}").status_code == 404
    assert client_of(router, superadmin).get(f"{URL}/{theirs}").status_code == 404
    assert client_of(router, superadmin).get(f"{URL}/{platform}").status_code == 200


def test_opening_a_mail_is_in_the_trail_without_its_text(client_of, superadmin):
    mail_id = posted(PLATFORM)
    client_of(router, superadmin).get(f"{URL}/{mail_id}")
    with everywhere() as s:
        query = (
            "SELECT action, payload FROM audit_entry WHERE organization_id = :o AND CAST(:row AS uuid) = ANY(row_ids)"
        )
        (entry,) = s.execute(text(query), {"o": PLATFORM, "row": mail_id}).all()
    assert entry.action == "mail read"
    assert "aB3_-x9" not in entry.payload


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER, Role.OCCUPANT])
def test_nobody_else_reads_the_outbox(client_of, alice, role):
    client = client_of(router, as_role(alice, role))
    answers = [client.get(URL), client.get(f"{URL}/{uuid7()}"), client.post(f"{URL}/{uuid7()}/retry")]
    assert {answer.status_code for answer in answers} == {403}


def test_the_job_leaves_mails_where_they_are_when_there_is_no_server(alice):
    mail_id = posted(alice.organization_id)
    assert jobs.send_mails() == 0
    with everywhere() as s:
        assert (
            s.execute(text("SELECT status FROM mail_message WHERE id = :i"), {"i": mail_id}).scalar_one() == "waiting"
        )
