"""Killed at any moment, a run goes on where it was: one letter and one mail for each person, never two, never none."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from modules.letters.conftest import a_person, by_mail, letters_of
from sqlmodel import select

from koprogo_app.core import storage
from koprogo_app.core.actor import system_actor
from koprogo_app.core.db import transaction
from koprogo_app.core.mail import MailMessage
from koprogo_app.modules.letters import jobs, making

ROOT = Path(__file__).parents[3]
WORKER = """
import sys
from uuid import UUID
from modules.letters.conftest import KIND, compose
import koprogo_app.tables
from koprogo_app.core.actor import system_actor
from koprogo_app.modules.letters import jobs, making

def told(*given):
    print("composing", flush=True)
    return compose(*given)

making.COMPOSERS[KIND] = told
jobs.make_waiting(system_actor(UUID(sys.argv[1])))
"""


def worker(office: UUID) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(office)], cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )  # fmt: skip


@pytest.mark.parametrize("kills", [(6,), (1, 1, 3)])
def test_a_run_survives_the_death_of_its_worker(alice, house, begun, kills):
    more = [a_person(alice, f"Mail {n}", **by_mail(f"m{n}")) for n in range(4)] + [
        a_person(alice, f"Post {n}") for n in range(3)
    ]
    run = begun(more=tuple(more))
    for at in kills:
        with worker(alice.organization_id) as running:
            assert running.stdout
            for _ in range(at):
                assert running.stdout.readline() == "composing\n"
            running.send_signal(signal.SIGKILL)
        assert running.returncode == -signal.SIGKILL
    made = [one for one in letters_of(run.id) if one.status != "waiting"]
    assert sum(kills) - len(kills) <= len(made) <= sum(kills), "each worker died over its last letter"
    for _ in range(50):  # the server may need a moment to see that the dead worker holds nothing any more
        if not any(one.status == "waiting" for one in letters_of(run.id)):
            break
        jobs.make_waiting(system_actor(alice.organization_id))
    found = letters_of(run.id)
    assert sorted((one.channel, one.status) for one in found) == [("email", "sent")] * 6 + [("post", "made")] * 6
    assert len({one.owner_id for one in found}) == 12
    with transaction(alice.organization_id) as s:
        mails = list(s.exec(select(MailMessage)))
    assert sorted(mail.attachment_key for mail in mails) == sorted(
        making.key_of(house.id, one.id) for one in found if one.channel == "email"
    )
    assert {one.mail_id for one in found if one.mail_id} == {mail.id for mail in mails}
    files = {key for key, _ in storage.listed(f"buildings/{house.id}/letters")}
    assert files == {making.key_of(house.id, one.id) for one in found}
