"""What a commit writes, row by row: lots, persons, parts and keys of a draft without doubt."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlmodel import Session, SQLModel, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict
from koprogo_app.core.i18n import N_, translate
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.lots.models import Lot, LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner, OwnerIn, OwnerKind
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.parties.rules import Kind
from koprogo_app.modules.registers.rules import Draft, DraftLot, DraftOwner, Holding

from .doubts import completes
from .rules import owner_texts

# Register's field <- the file's, for a person already in the address book: blanks only, and an address as a whole.
ALONE = (("email", "email"), ("phone", "phone"), ("iban", "iban"), ("kbo", "kbo"))
PLACE = (("address", "address"), ("postal_code", "postcode"), ("city", "city"), ("country", "country"))


def lot_in(lot: DraftLot, language: str, voiced: bool) -> LotIn:
    """A representative who holds nothing of the lot has no place in the register: the remark names him."""
    voice = f"{translate(language, N_('Representative'))}: {lot.representative}" if not voiced else ""
    remark = " · ".join(filter(None, (lot.remark, voice if lot.representative else "")))
    return LotIn(
        number=lot.number, type=lot.type, floor=lot.floor, area_m2=lot.area_m2, shares=lot.shares,
        remark=remark or None,
    )  # fmt: skip


def people(
    s: Session, actor: Actor, draft: Draft, filename: str, since: date, language: str
) -> tuple[dict[str, UUID], dict[str, dict[str, Any]]]:
    """Each person's id, and what was filled in for those already in the address book, where it was blank."""
    ids: dict[str, UUID] = {}
    filled: dict[str, dict[str, Any]] = {}

    def entered(person: DraftOwner) -> OwnerIn:
        return owner_in(person, filename, since, language)

    for person in draft.owners:
        if not person.known_id:
            ids[person.key] = owners.create_owner(s, actor, entered(person), shared_email=True).id
            continue
        owner = owners.get_owner(s, actor, UUID(person.known_id))
        ids[person.key] = owner.id
        if found := blanks(owner, owner_texts(person)):
            filled[str(owner.id)] = found
            for name, value in found.items():
                setattr(owner, name, value)
    return ids, filled


def blanks(owner: Owner, file: Mapping[str, str]) -> dict[str, str]:
    """What the file fills in of a person in the address book. A country that was never chosen is a blank too."""
    kept = {source: getattr(owner, name) for name, source in PLACE}
    fields = (*ALONE, *PLACE) if completes(kept, file) else ALONE
    empty = [(name, source) for name, source in fields if getattr(owner, name) in (None, "", blank(name))]
    return {name: file[source] for name, source in empty if file.get(source) not in (None, "", getattr(owner, name))}


def blank(name: str) -> str | None:
    """A field of the register before anybody fills it in."""
    return OwnerIn.model_fields[name].default


def left(owner: Owner, file: Mapping[str, str]) -> dict[str, str]:
    """A person of the address book as the dry run compares it with the file: otherwise only what the import fills in."""
    found = blanks(owner, file)
    return {**file, **{source: getattr(owner, name) or "" for name, source in (*ALONE, *PLACE) if name in found}}


def owner_in(person: DraftOwner, filename: str, since: date, language: str) -> OwnerIn:
    """Without a language of his own a person is written to in the co-ownership's."""
    consents = bool(person.consent and person.email)
    return OwnerIn(
        kind=OwnerKind.COMPANY if person.kind == Kind.COMPANY else OwnerKind.PERSON, first_name=person.first_name, last_name=person.last_name, kbo=person.kbo, email=person.email,
        phone=person.phone, address=person.address, postal_code=person.postcode, city=person.city, country=person.country or "BE",
        language=person.language or language, iban=person.iban, remark=person.remark or None,
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


def keys(s: Session, building_id: UUID, draft: Draft, by_number: Mapping[str, Lot]) -> tuple[list[UUID], list[UUID]]:
    """The keys and their weights. A total is the deed's own, or none: a sum of weights proves nothing by itself."""
    made: list[UUID] = []
    weights: list[KeyPart] = []
    for key in draft.keys:
        if not any(key.weights.values()):
            continue
        row = DistributionKey(building_id=building_id, name=key.name, total=key.stated)
        s.add(row)
        s.flush()
        made.append(row.id)
        weights += [
            KeyPart(building_id=building_id, key_id=row.id, lot_id=by_number[number].id, weight=weight)
            for number, weight in key.weights.items()
            if weight and number in by_number
        ]
    s.add_all(weights)
    return made, [weight.id for weight in weights]


CHANGED = N_("Something was changed since the import: it can no longer be undone as a whole.")


def table_of(name: str) -> Table:
    """The table of a report's entry."""
    return SQLModel.metadata.tables["distribution_key" if name == "key" else name]


def refuse_changed(s: Session, made: Mapping[str, Sequence[UUID]], since: datetime) -> None:
    """Conflict unless every row is as it was written; until the end of the transaction nobody else changes one."""
    for name, ids in made.items():
        rows = table_of(name)
        its = rows.c.key_id.in_(made["key"]) if name == "key_part" else rows.c.id.in_(ids)
        kept = s.execute(select(rows.c.updated_at).where(its).order_by(rows.c.id).with_for_update()).scalars().all()
        if len(kept) != len(ids) or any(at > since for at in kept):
            raise Conflict(CHANGED)


def empty_again(s: Session, filled: Mapping[str, Mapping[str, str]]) -> None:
    """Takes back what was filled in, if it still stands. Conflict when somebody has changed it since."""
    for owner_id, values in filled.items():
        owner = s.get(Owner, UUID(owner_id), with_for_update=True)
        if owner is None or any(getattr(owner, name) != value for name, value in values.items()):
            raise Conflict(CHANGED)
        for name in values:
            setattr(owner, name, blank(name))
