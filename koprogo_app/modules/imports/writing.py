"""What a commit writes, row by row: lots, persons, parts and keys of a draft without doubt."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.lots.models import Lot, LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn, OwnerKind
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.parties.rules import Kind
from koprogo_app.modules.registers.rules import Draft, DraftOwner, Holding

FILLED = (  # register's field <- the file's, for a person already in the address book: blanks only
    ("email", "email"), ("phone", "phone"), ("address", "address"), ("postal_code", "postcode"), ("city", "city"), ("iban", "iban"), ("kbo", "kbo"),
)  # fmt: skip


def lot_in(lot: Any) -> LotIn:
    return LotIn(
        number=lot.number,
        type=lot.type,
        floor=lot.floor,
        area_m2=lot.area_m2,
        shares=lot.shares,
        remark=lot.remark or None,
    )


def people(
    s: Session, actor: Actor, draft: Draft, filename: str, since: date
) -> tuple[dict[str, UUID], dict[str, dict[str, Any]]]:
    """Each person's id, and what was filled in for those already in the address book (their former values)."""
    ids: dict[str, UUID] = {}
    filled: dict[str, dict[str, Any]] = {}
    for person in draft.owners:
        if not person.known_id:
            ids[person.key] = owners.create_owner(s, actor, owner_in(person, filename, since), shared_email=True).id
            continue
        owner = owners.get_owner(s, actor, UUID(person.known_id))
        ids[person.key] = owner.id
        blanks = {
            name: getattr(person, source)
            for name, source in FILLED
            if not getattr(owner, name) and getattr(person, source)
        }
        if blanks:
            filled[str(owner.id)] = {name: getattr(owner, name) for name in blanks}
            for name, value in blanks.items():
                setattr(owner, name, value)
    return ids, filled


def owner_in(person: DraftOwner, filename: str, since: date) -> OwnerIn:
    consents = bool(person.consent and person.email)
    return OwnerIn(
        kind=OwnerKind.COMPANY if person.kind == Kind.COMPANY else OwnerKind.PERSON, first_name=person.first_name, last_name=person.last_name, kbo=person.kbo, email=person.email,
        phone=person.phone, address=person.address, postal_code=person.postcode, city=person.city, country=person.country or "BE",
        language=person.language or "fr", iban=person.iban, remark=person.remark or None,
        email_consent_on=since if consents else None, email_consent_proof=f"{filename}, {person.line}" if consents else None,
    )  # fmt: skip


def holding(
    h: Holding, building_id: UUID, by_number: Mapping[str, Lot], people: Mapping[str, UUID], since: date
) -> Ownership:
    return Ownership(
        building_id=building_id, lot_id=by_number[h.lot].id, owner_id=people[h.owner], numerator=h.numerator, denominator=h.denominator,
        right=h.right.value, started_on=since, is_representative=h.representative,
    )  # fmt: skip


def name_contacts(held: Sequence[Ownership]) -> None:
    """One contact a lot: the representative where there is one, else the first named."""
    first: dict[UUID, Ownership] = {}
    for part in held:
        if part.lot_id not in first or part.is_representative:
            first[part.lot_id] = part
    for part in first.values():
        part.is_contact = True


def keys(s: Session, building_id: UUID, draft: Draft, by_number: Mapping[str, Lot]) -> list[UUID]:
    made: list[UUID] = []
    for key in draft.keys:
        if not any(key.weights.values()):
            continue
        row = DistributionKey(building_id=building_id, name=key.name, total=key.stated or sum(key.weights.values()))
        s.add(row)
        s.flush()
        made.append(row.id)
        s.add_all(
            KeyPart(building_id=building_id, key_id=row.id, lot_id=by_number[number].id, weight=weight)
            for number, weight in key.weights.items()
            if weight and number in by_number
        )
    return made


def refuse_changed(s: Session, made: Mapping[str, Sequence[UUID]], since: datetime) -> None:
    for table in ("lot", "ownership", "owner"):
        rows = SQLModel.metadata.tables[table]
        touched = select(func.count()).select_from(rows).where(rows.c.id.in_(made[table]), rows.c.updated_at > since)
        left = select(func.count()).select_from(rows).where(rows.c.id.in_(made[table]))
        if s.execute(touched).scalar_one() or s.execute(left).scalar_one() != len(made[table]):
            raise Conflict("Something was changed since the import: it can no longer be undone as a whole.")
