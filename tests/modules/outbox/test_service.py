"""Mails: posted with the action, readable without a server, sent by a real one."""

import socketserver
import threading

import pytest

from koprogo_app.core import config, mail
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.mail import MailMessage
from koprogo_app.core.service import call
from koprogo_app.modules.outbox import service


def posted(actor, recipient="bob@example.be"):
    with transaction(actor.organization_id) as s:
        message = MailMessage(
            recipient=recipient, subject="Bonjour Zoé", body="http://localhost:8000/reset?token=secret", locale="fr"
        )
        s.add(message)
        s.flush()
        return message.id


def test_a_mail_is_listed_without_its_text_and_read_with_a_trace(alice):
    mail_id = posted(alice)
    listed = call(alice, service.list_mails, Asked(search="zoe")).rows
    assert [row.recipient for row in listed] == ["bob@example.be"]
    assert not hasattr(listed[0], "body")
    assert "token=secret" in call(alice, service.read_mail, mail_id).body
    with transaction(alice.organization_id) as s:
        trail = s.connection().exec_driver_sql("SELECT action, payload FROM audit_entry").all()
    assert [action for action, _ in trail] == ["mail read"]
    assert "secret" not in trail[0][1]


def test_another_office_and_other_roles_read_nothing(alice, charlie):
    mail_id = posted(alice)
    with pytest.raises(NotFound):
        call(charlie, service.read_mail, mail_id)
    from conftest import as_role

    for role in (Role.ACCOUNTANT, Role.OWNER, Role.BOARD_MEMBER):
        with pytest.raises(Forbidden):
            call(as_role(alice, role), service.list_mails, Asked())


def test_only_a_failed_mail_is_sent_again(alice):
    mail_id = posted(alice)
    with pytest.raises(Conflict):
        call(alice, service.retry_mail, mail_id)


class Smtp(socketserver.StreamRequestHandler):
    """Speaks just enough SMTP to take one message."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        lines, data = [], False
        for raw in self.rfile:
            line = raw.rstrip(b"\r\n")
            if data:
                data = line != b"."
                if data:
                    lines.append(line)
                    continue
                self.server.got.append(b"\n".join(lines))
                self.wfile.write(b"250 ok\r\n")
            elif line.upper() == b"DATA":
                data = True
                self.wfile.write(b"354 go\r\n")
            elif line.upper() == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            elif b"refused@" in line and line.upper().startswith(b"RCPT"):
                self.wfile.write(b"550 no such person\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def server(monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as running:
        running.got = []
        threading.Thread(target=running.serve_forever, daemon=True).start()
        monkeypatch.setattr(config.settings(), "smtp_url", f"smtp://127.0.0.1:{running.server_address[1]}")
        yield running
        running.shutdown()


def status(actor, mail_id):
    with transaction(actor.organization_id) as s:
        found = s.get(MailMessage, mail_id)
        return found.status, found.attempts, found.error


def test_a_waiting_mail_is_delivered_once(alice, server):
    recipient = f"bob-{alice.organization_id}@example.be"
    mail_id = posted(alice, recipient)
    mail.send_waiting()
    mail.send_waiting()
    assert status(alice, mail_id) == ("sent", 1, None)
    mine = [m for m in server.got if f"To: {recipient}".encode() in m]
    assert len(mine) == 1
    assert b"Content-Language: fr" in mine[0]


def test_a_refused_mail_fails_after_its_attempts_and_can_be_tried_again(alice, server):
    mail_id = posted(alice, "refused@example.be")
    for _ in range(mail.ATTEMPTS):
        mail.send_waiting()
    state, attempts, error = status(alice, mail_id)
    assert (state, attempts) == ("failed", mail.ATTEMPTS)
    assert "no such person" in error
    call(alice, service.retry_mail, mail_id)
    assert status(alice, mail_id) == ("waiting", 0, None)


def test_a_mail_that_cannot_be_written_stops_no_other(alice, charlie, server):
    with transaction(alice.organization_id) as s:
        broken = mail.post(s, "bob@example.be\nBcc: all@example.be", "Bonjour", "Bonjour", "fr").id
    whole = posted(charlie, f"zoe-{charlie.organization_id}@example.be")
    mail.send_waiting()
    assert (status(alice, broken)[:2], status(charlie, whole)[0]) == (("waiting", 1), "sent")
    assert not any(b"all@example.be" in one for one in server.got)


def test_a_name_with_a_line_break_adds_no_header(alice, server):
    with transaction(alice.organization_id) as s:
        sent = mail.post(s, f"bob-{alice.organization_id}@example.be", "Bob\nBcc: all@example.be asks", "…", "fr").id
    mail.send_waiting()
    assert status(alice, sent)[0] == "sent"
    mine = next(one for one in server.got if f"To: bob-{alice.organization_id}@example.be".encode() in one)
    assert b"Subject: Bob Bcc: all@example.be asks" in mine


def test_without_a_server_nothing_leaves(alice):
    mail_id = posted(alice)
    assert mail.send_waiting() == 0
    assert status(alice, mail_id)[0] == "waiting"
