"""Mails: posted with the action, readable without a server, sent by a real one."""

import socket
import socketserver
import ssl
import threading
from base64 import b64decode
from datetime import timedelta
from ipaddress import IPv4Address
from smtplib import SMTPNotSupportedError

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from koprogo_app.core import clock, config, mail
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
        while raw := self.rfile.readline():
            line = raw.rstrip(b"\r\n")
            if data:
                data = line != b"."
                if data:
                    lines.append(line)
                    continue
                self.server.got.append(b"\n".join(lines))
                self.wfile.write(b"250 ok\r\n")
                continue
            self.server.heard.append(line)
            if line.upper() == b"DATA":
                data = True
                self.wfile.write(b"354 go\r\n")
            elif line.upper() == b"QUIT":
                self.wfile.write(self.server.leave)
                return
            elif line[:4].upper() == b"EHLO" and self.server.tls:
                self.wfile.write(b"250-test\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n")
            elif line.upper() == b"STARTTLS":
                self.wfile.write(b"220 go\r\n")
                if not self._encrypt():
                    return
            elif line[:4] == b"AUTH":
                self.wfile.write(b"235 welcome\r\n")
            elif b"refused@" in line and line.upper().startswith(b"RCPT"):
                self.wfile.write(b"550 no such person\r\n")
            elif b"later@" in line and line.upper().startswith(b"RCPT"):
                self.wfile.write(b"450 come back later\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")

    def _encrypt(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server.tls)
        try:
            self.request = context.wrap_socket(self.request, server_side=True)
        except OSError:  # the certificate was not to its taste
            return False
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
        return True


@pytest.fixture
def server(monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as running:
        running.got, running.heard, running.leave, running.tls = [], [], b"221 bye\r\n", None
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


def test_a_recipient_that_is_refused_for_good_is_refused_once_and_can_be_tried_again(alice, server):
    mail_id = posted(alice, "refused@example.be")
    mail.send_waiting()
    state, attempts, error = status(alice, mail_id)
    assert (state, attempts) == ("failed", 1)
    assert "no such person" in error
    call(alice, service.retry_mail, mail_id)
    assert status(alice, mail_id) == ("waiting", 0, None)


def test_a_mail_that_does_not_pass_waits_longer_each_time_and_then_has_failed(alice, server, monkeypatch):
    mail_id, began = posted(alice, "later@example.be"), clock.now()
    for attempts, minutes in enumerate([0, 1, 6, 36, 156, 636], 1):  # 1, 5, 30, 120, 480 minutes apart
        for early in (1, 0) if minutes else (0,):  # seconds
            at = began + timedelta(minutes=minutes, seconds=-early)
            monkeypatch.setattr(mail, "now", lambda at=at: at)
            mail.send_waiting()
            assert status(alice, mail_id)[:2] == ("failed" if attempts - early == 6 else "waiting", attempts - early)
    assert "come back later" in status(alice, mail_id)[2]
    call(alice, service.retry_mail, mail_id)
    monkeypatch.setattr(mail, "now", lambda: began)
    mail.send_waiting()
    assert status(alice, mail_id)[:2] == ("waiting", 1), "tried again at once"


def test_a_server_that_is_away_costs_no_mail_an_attempt(alice, monkeypatch):
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(config.settings(), "smtp_url", f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        mails = [posted(alice), posted(alice)]
        for _ in range(8):
            assert mail.send_waiting() == 0
    assert [status(alice, one)[:2] for one in mails] == [("waiting", 0)] * 2


def test_a_mail_that_left_is_sent_though_the_server_takes_its_leave_badly(alice, server):
    server.leave = b"500 what?\r\n"
    recipient = f"bob-{alice.organization_id}@example.be"
    mail_id = posted(alice, recipient)
    mail.send_waiting()
    assert status(alice, mail_id) == ("sent", 1, None)


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


@pytest.fixture
def certificate(tmp_path):
    """The file of a certificate and its key, which no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.be")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).add_extension(address, critical=False)
    made = made.not_valid_before(clock.now() - timedelta(days=1)).not_valid_after(clock.now() + timedelta(days=1))
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM) + kept)
    return path


@pytest.fixture
def elsewhere(monkeypatch, server):
    """The server as one on another machine, with a password for it."""
    monkeypatch.setattr(mail, "LOCAL_HOSTS", set())
    address = config.settings().smtp_url.replace("smtp://", "smtp://office:a%20word@")
    monkeypatch.setattr(config.settings(), "smtp_url", address)


@pytest.mark.usefixtures("elsewhere")
def test_a_password_is_not_sent_in_the_clear(alice, server):
    mail_id = posted(alice)
    with pytest.raises(SMTPNotSupportedError, match="the password is not sent"):
        mail.connect(config.settings().smtp_url)
    assert mail.send_waiting() == 0
    assert status(alice, mail_id)[:2] == ("waiting", 0)
    assert {line.split()[0] for line in server.heard} == {b"ehlo"}


def test_without_a_password_a_relay_of_one_s_own_may_have_any_certificate(alice, server, certificate, monkeypatch):
    monkeypatch.setattr(mail, "LOCAL_HOSTS", set())  # it would take the mail in the clear, too
    server.tls = certificate
    mail_id = posted(alice, f"bob-{alice.organization_id}@example.be")
    mail.send_waiting()
    assert status(alice, mail_id)[0] == "sent"
    assert any(line.startswith(b"STARTTLS") for line in server.heard)


@pytest.mark.usefixtures("elsewhere")
def test_a_certificate_that_nobody_vouches_for_gets_nothing(alice, server, certificate, monkeypatch):
    server.tls = certificate
    mail_id = posted(alice, f"bob-{alice.organization_id}@example.be")
    with pytest.raises(ssl.SSLCertVerificationError):
        mail.connect(config.settings().smtp_url)
    assert mail.send_waiting() == 0
    assert status(alice, mail_id)[:2] == ("waiting", 0)
    assert {line.split()[0] for line in server.heard} == {b"ehlo", b"STARTTLS"}
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # a list of one's own
    mail.send_waiting()
    assert status(alice, mail_id)[0] == "sent"
    assert b64decode(next(line.split()[-1] for line in server.heard if line.startswith(b"AUTH"))) == b"\0office\0a word"


def test_on_this_machine_any_certificate_will_do(alice, server, certificate):
    server.tls = certificate
    mail_id = posted(alice, f"bob-{alice.organization_id}@example.be")
    mail.send_waiting()
    assert status(alice, mail_id)[0] == "sent"
    assert b"STARTTLS" in server.heard


def test_without_a_server_nothing_leaves(alice):
    mail_id = posted(alice)
    assert mail.send_waiting() == 0
    assert status(alice, mail_id)[0] == "waiting"
