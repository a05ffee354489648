"""The mail that carries a letter, as a mail server receives it."""

import email
from email.policy import default

import pytest
from modules.letters.conftest import letters_of, make
from modules.outbox.test_service import server as server
from sqlmodel import select

from koprogo_app.core import config, mail, storage
from koprogo_app.core.db import transaction
from koprogo_app.core.mail import MailMessage
from koprogo_app.modules.letters import making


def test_a_mail_brings_its_letter_whole(alice, house, begun, server):
    run = begun("ben", "eva")
    make(alice, run.id)
    ben = next(one for one in letters_of(run.id) if one.mail_id)
    with transaction(alice.organization_id) as s:
        (message,) = s.exec(select(MailMessage))
    with mail.connect(config.settings().smtp_url) as smtp:
        smtp.send_message(mail._written(message, "KoproGo <x@example.be>"))
    one = email.message_from_bytes(server.got[0], policy=default)
    (attached,) = one.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", message.attachment_name)
    assert attached.get_content() == storage.read(making.key_of(house.id, ben.id))
    text = one.get_body(("plain",))
    assert (text["Content-Language"], one["Subject"]) == ("nl", "Uw oproep tot fondsen – Les Tilleuls")
    assert "Uw oproep tot fondsen" in text.get_content()
    assert "123,45" not in text.get_content()


def test_a_mail_whose_letter_is_lost_does_not_leave_without_it(alice, house, begun, server):
    run = begun("ana")
    make(alice, run.id)
    (one,) = letters_of(run.id)
    storage.remove(making.key_of(house.id, one.id))
    with transaction(alice.organization_id) as s:
        (message,) = s.exec(select(MailMessage))
    with pytest.raises(OSError, match=str(one.id)):
        mail._written(message, "KoproGo <x@example.be>")
    assert server.got == []
