"""How long 500 letters take, beside 50: `python loadtests/letters.py`.

One co-ownership each, letters of two pages with twelve rows and a payment, half of them by e-mail (they end in the outbox: no mail
server is asked), made by the job in this process; then the print batch of those by post. Marks, in time of one
processor, as other work on the machine says nothing of ours: three minutes for 500 letters, and a letter of the large run no
more than half as long again as one of the small run.
"""

import os
import sys
import tempfile
import time
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("KOPROGO_DATA_DIR", os.path.join(tempfile.gettempdir(), "koprogo-tests"))
os.environ["KOPROGO_WORKER"] = "false"

import koprogo_app.tables  # noqa: F401
from koprogo_app.auth.models import Organization
from koprogo_app.core import migrate
from koprogo_app.core.actor import Actor, Role, system_actor
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.ids import uuid7
from koprogo_app.core.money import Cents
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.letters import jobs, making, service
from koprogo_app.modules.letters.pdf.batch import merged
from koprogo_app.modules.letters.rules import LetterContent, Slip, Table
from koprogo_app.modules.owners.models import Owner

SMALL, LARGE, SECONDS, MARK = 50, 500, 180, 1.5
EXPENSES = ("Ascenseur, entretien", "Électricité des communs", "Nettoyage", "Eau", "Honoraires du syndic", "Assurance incendie",
            "Chauffage", "Jardin", "Petit entretien", "Contrôle des installations", "Frais bancaires", "Divers")  # fmt: skip


def compose(_s: Session, _actor: Actor, source_id: UUID, owner_id: UUID) -> LetterContent:
    """A letter as a call for funds would say it, without reading the books: what is measured is the making."""
    rows = tuple((name, "Quotités", "12 465,20", "465 / 10 000", f"{n * 11},42") for n, name in enumerate(EXPENSES, 1))
    return LetterContent(
        title="Votre appel de fonds", lead="Nous vous demandons 705,20 € pour le 23 décembre 2026.",
        paragraphs=("Voici votre part des provisions du trimestre, comme l’assemblée les a décidées avec le budget.",),
        tables=(Table(columns=("Dépense", "Clé", "Immeuble (€)", "Votre part", "Pour vous (€)"), rows=rows,
                      foot=(("Total", "", "", "", "705,20"),), numeric=frozenset({2, 3, 4})),),
        payment=Slip(cents=Cents(70_520), iban="BE68539007547034", beneficiary="ACP Les Tilleuls", digits="426053046547",
                     due_on=date(2026, 12, 23)),
        notes=("Une question ? Écrivez au syndic.",), references=(("Lots", str(owner_id)[:8]), ("Appel", str(source_id)[:8])),
    )  # fmt: skip


def begin(actor: Actor, count: int) -> UUID:
    """A run of `count` waiting letters."""
    given = BuildingIn(name=f"Bench {count}", address="Rue 1", postal_code="1000", city="Bruxelles", kbo="0403170701")
    building = call(actor, buildings.create_building, given)
    people = [
        Owner(
            last_name=f"Owner {n}", address=f"Rue {n}", postal_code=str(1000 + n % 9000), city="Bruxelles",
            email=f"o{n}@example.be" if n % 2 else None, email_consent_on=date(2025, 1, 1) if n % 2 else None,
        )
        for n in range(count)
    ]  # fmt: skip
    with transaction(actor.organization_id) as s:  # type: ignore[arg-type]
        s.add_all(people)
    return call(actor, service.start_run, building.id, "bench", uuid7(), "Bench", [one.id for one in people]).id


def office() -> Actor:
    with everywhere() as s:
        made = Organization(
            name="Bench", slug=f"bench-{uuid7().hex}", contact_email="b@example.be", max_buildings=10, max_users=10
        )
        s.add(made)
        s.flush()
        return Actor(None, made.id, Role.SYNDIC)


def main() -> int:
    """Prints the table; 1 when a mark is missed."""
    migrate.upgrade()
    making.COMPOSERS["bench"] = compose
    each: dict[int, float] = {}
    print(f"{'letters':>8}{'seconds':>10}{'processor':>11}{'each':>10}{'print batch':>13}{'pages':>7}{'MB':>7}")
    for count in (SMALL, LARGE):
        actor = office()
        run_id = begin(actor, count)
        began, busy = time.perf_counter(), time.process_time()
        made = jobs.make_waiting(system_actor(actor.organization_id))
        taken, busy = time.perf_counter() - began, time.process_time() - busy
        counts = call(actor, service.get_run, run_id).counts
        if (made, counts.failed, counts.waiting, counts.sent) != (count, 0, 0, count // 2):
            print(f"not every letter was made: {counts}")
            return 1
        began = time.perf_counter()
        batch, out = call(actor, service.print_batch, run_id), BytesIO()
        pages = merged([(x.key, x.recipient) for x in batch.letters], service.file_of, out, duplex=False)
        printed = time.perf_counter() - began
        each[count] = busy / count
        size = out.tell() / 1_000_000
        print(
            f"{count:>8}{taken:>10.1f}{busy:>11.1f}{each[count] * 1000:>7.0f} ms{printed:>11.1f} s{pages:>7}{size:>7.1f}"
        )
    print(f"a letter of the large run takes {each[LARGE] / each[SMALL]:.2f} times one of the small run (mark {MARK})")
    return int(each[LARGE] * LARGE > SECONDS or each[LARGE] / each[SMALL] > MARK)


if __name__ == "__main__":
    sys.exit(main())
