"""Les Tilleuls and five co-owners: two read e-mail, three the post; one of these lives abroad, and one nowhere known."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import a_building, as_role
from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Conflict
from koprogo_app.core.i18n import Msgid
from koprogo_app.core.ids import uuid7
from koprogo_app.core.money import Cents
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.letters import making, service
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.letters.rules import LetterContent, Slip, Table
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn

KIND = "test"
TITLES = {"fr": "Votre appel de fonds", "nl": "Uw oproep tot fondsen", "de": "Ihr Abruf", "en": "Your call for funds"}
REFUSED = "Weigering"


def content(title: str = "Votre appel de fonds", rows: int = 3, cents: int = 12_345, **more: Any) -> LetterContent:
    lines = tuple((f"Ligne {n}", f"{n},00") for n in range(1, rows + 1))
    given: dict[str, Any] = {
        "title": title, "lead": "Le premier résultat.", "paragraphs": ("Un paragraphe.",), "notes": ("Une remarque.",),
        "tables": (Table(columns=("Dépense", "Montant (€)"), rows=lines, foot=(("Total", "123,45"),), numeric=frozenset({1})),),
        "payment": Slip(
            cents=Cents(cents), iban="BE68539007547034", beneficiary="ACP Les Tilleuls", digits="123456789002", due_on=date(2027, 1, 15)
        ),
        "references": (("Lots", "5.3"),),
    }  # fmt: skip
    return LetterContent(**given | more)


def compose(s: Session, actor: Actor, source_id: UUID, owner_id: UUID) -> LetterContent:
    """Refuses who is named REFUSED, stumbles over Stumble, and breaks the transaction for Broken."""
    owner = owners.get_owner(s, actor, owner_id)
    if owner.last_name == REFUSED:
        raise Conflict("This section is blocked: {gate}.", gate=Msgid("Budgets"))
    if owner.last_name == "Stumble":
        raise RuntimeError("a fault of the composer")
    if owner.last_name == "Broken":
        s.connection().exec_driver_sql("SELECT 1 / 0")
    return content(TITLES[owner.language], lead=f"{owner.name}: {source_id}")


@pytest.fixture(autouse=True)
def _composer() -> Iterator[None]:
    making.COMPOSERS[KIND] = compose
    yield
    del making.COMPOSERS[KIND]


def a_person(actor: Actor, name: str, **change: Any) -> UUID:
    given: dict[str, Any] = {
        "last_name": name, "address": "Rue Molière 12", "postal_code": "1180", "city": "Uccle", "language": "fr"
    }  # fmt: skip
    return call(actor, owners.create_owner, OwnerIn.model_validate(given | change)).id


def by_mail(name: str) -> dict[str, Any]:
    return {
        "email": f"{name}-{uuid7().hex}@example.be", "email_consent_on": date(2025, 5, 2), "email_consent_proof": "Lettre du 2 mai 2025"
    }  # fmt: skip


@pytest.fixture
def house(alice: Actor) -> SimpleNamespace:
    building = call(
        alice, buildings.create_building,
        a_building(
            name="Les Tilleuls", kbo="0403.170.701", syndic_name="Cabinet Sonnet", syndic_address="rue du Sonnet 7, 1000 Bruxelles",
            syndic_phone="02 555 01 23",
        ),
    )  # fmt: skip
    people = {
        "ana": a_person(alice, "Ana", **by_mail("ana")),
        "ben": a_person(alice, "Ben", language="nl", **by_mail("ben")),
        "cleo": a_person(alice, "Cleo", postal_code="4700", city="Eupen", language="de"),
        "dirk": a_person(alice, "Dirk", postal_code="1012", city="Amsterdam", country="NL", language="nl"),
        "eva": a_person(alice, "Eva", postal_code="1000", city="Bruxelles", email=f"eva-{uuid7().hex}@example.be"),
    }
    return SimpleNamespace(building=building, id=building.id, people=people, source=uuid7(), **people)


@pytest.fixture
def begun(alice: Actor, house: SimpleNamespace) -> Callable[..., LetterRun]:
    """begun("ana", "eva"): a run of Alice's for these people, all of them by default."""

    def make(*names: str, source: UUID | None = None, more: tuple[UUID, ...] = ()) -> LetterRun:
        ids = [*(house.people[name] for name in names or house.people), *more]
        return call(alice, service.start_run, house.id, KIND, source or house.source, "Appel de fonds", ids)

    return make


def letters_of(run_id: UUID) -> list[Letter]:
    with everywhere() as s:
        return list(s.exec(select(Letter).where(Letter.run_id == run_id).order_by(col(Letter.position))))


def make(actor: Actor, run_id: UUID) -> None:
    """What the job does, for one run."""
    for one in letters_of(run_id):
        if one.status == "waiting":
            call(actor, making.make_letter, one.id)


def the_owner(actor: Actor, owner_id: UUID, building_id: UUID | None = None) -> Actor:
    """A co-owner as he reads his own."""
    return replace(as_role(actor, Role.OWNER, building_id), owner_id=owner_id)
