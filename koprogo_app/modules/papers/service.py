"""The papers of a co-ownership, gathered from the register: what is held on a day, by whom, and where he lives."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission, system_actor
from koprogo_app.core.errors import DomainError, Forbidden, Invalid
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day
from koprogo_app.core.service import requires
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner, OwnerKind
from koprogo_app.modules.ownership import rules as parts_rules
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.ownership.rules import LotState

from . import rules
from .rules import CertificatePaper, Holder, Holding, LetterPaper, Recipient, RegisterLot, RegisterPaper, Sender

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Check:
    """One last look before a paper leaves. `wrong`: what is amiss, if anything; `href`: where it is put right."""

    label: str
    wrong: DomainError | None
    blocking: bool
    href: str


# --- Papers ----------------------------------------------------------------------------------------------------------


@requires(Permission.REGISTER_PRINT, audit=N_("register printed"))
def register_paper(s: Session, actor: Actor, building_id: UUID, on: date, locale: str) -> RegisterPaper:
    """The register as it stood on a day, for the file (art. 3.89 §5 14°); `locale` words the date of the deed.

    Invalid for a day to come, an unknown language, or a co-ownership without enterprise number.
    """
    building = buildings.get_building(s, actor, building_id)
    _check_day(on)
    if locale not in LANGUAGE_NAMES:
        raise Invalid("Choose one from the list.", field="language")
    parts: dict[UUID, list[Ownership]] = defaultdict(list)
    for holding in ownership.who_owned(s, actor, building_id, on):
        parts[holding.part.lot_id].append(holding.part)
    people = _people(s, {part.owner_id for held in parts.values() for part in held})
    shares = lots.shares_by_lot(s, actor, building_id, on)
    rows = [_row(lot, shares[lot.id], parts[lot.id], people, on) for lot, _ in lots.export_lots(s, actor, building_id)]
    audit.note(s, "building", building_id, building_id, on=on, lots=len(rows), people=len(people))
    return RegisterPaper(
        sender=sender_of(building), issued_on=clock.today(), on=on, deed_total=building.total_shares, lots=tuple(rows),
        deed=" · ".join(known for known in (day(building.deed_on, locale), building.deed_reference) if known),
    )  # fmt: skip


@requires(Permission.OWNERSHIP_READ, audit=N_("certificate printed"))
def certificate_paper(s: Session, actor: Actor, building_id: UUID, owner_id: UUID, on: date) -> CertificatePaper:
    """What a person holds in a building on a day: issued by the office, or taken by the person himself.

    NotFound for anybody else's; Invalid when nothing is held that day. Its language is the person's.
    """
    _check_day(on)
    building = buildings.get_building(s, actor, building_id)
    held = ownership.owner_parts(s, actor, owner_id, ended=True)
    parts = [holding.part for holding in held if holding.part.building_id == building_id]
    return _certificate(s, actor, building, owner_id, parts_rules.held_on(parts, on), on)


@requires(Permission.OWNERSHIP_READ, audit=N_("certificate printed"))
def part_paper(s: Session, actor: Actor, part_id: UUID) -> CertificatePaper:
    """The certificate of one part of a lot: of today, or of the last day of a part that has ended."""
    part = ownership.get_part(s, actor, part_id)
    building = buildings.get_building(s, actor, part.building_id)
    on = min(clock.today(), part.ended_on - timedelta(days=1)) if part.ended_on else clock.today()
    return _certificate(s, actor, building, part.owner_id, parts_rules.held_on([part], on), on)


@requires(Permission.OWNERS_WRITE)
def letter_paper(
    s: Session, actor: Actor, building_id: UUID, owner_id: UUID, subject: str, body: str, enclosures: Sequence[str] = ()
) -> LetterPaper:
    """A letter of the co-ownership to somebody who holds or held a lot in it, in that person's language."""
    building = buildings.get_building(s, actor, building_id)
    if not any(h.part.building_id == building_id for h in ownership.owner_parts(s, actor, owner_id, ended=True)):
        raise Invalid("This person never held a lot in this building.", field="owner_id")
    rules.check_letter(subject, body, enclosures)
    return LetterPaper(
        sender=sender_of(building), issued_on=clock.today(), subject=subject.strip(),
        recipient=recipient_of(owners.get_owner(s, actor, owner_id)), paragraphs=rules.paragraphs(body),
        enclosures=rules.filled(enclosures),
    )  # fmt: skip


@requires(Permission.REGISTER_PRINT)
def list_checks(
    s: Session, actor: Actor, building_id: UUID, on: date, owner_id: UUID | None = None, *, register: bool = True
) -> list[Check]:
    """The last checks of the register of a day or, without `register`, of what is written to a person."""
    _check_day(on)
    building = buildings.get_building(s, actor, building_id)
    settings = f"/buildings/{building_id}/settings"
    named = None if building.syndic_name else Invalid("The name of the syndic is not entered: the paper leaves it out.")
    found = [
        Check(N_("Enterprise number"), _refusal(sender_of, building), True, settings),
        Check(N_("Syndic"), named, False, settings),
    ]
    if register:
        return [*found, _shares(s, actor, building_id), _addresses(s, actor, building_id, on)]
    return [*found, *_of_person(s, actor, building_id, on, owner_id)] if owner_id else found


@requires(Permission.REGISTER_PRINT)
def list_recipients(s: Session, actor: Actor, building_id: UUID, on: date) -> list[tuple[UUID, str]]:
    """Who held a lot of the building on a day, by name."""
    held = ownership.who_owned(s, actor, building_id, on)
    names = {holding.part.owner_id: holding.name for holding in held}
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


# --- What a paper is made of -----------------------------------------------------------------------------------------


def sender_of(building: Building) -> Sender:
    """The co-ownership as it signs its papers; Invalid without an enterprise number (art. 3.86 §1)."""
    reach = (building.syndic_phone, building.syndic_email)
    return Sender(
        name=building.name, address=f"{building.address}, {building.postal_code} {building.city}",
        enterprise_number=building.kbo or "", syndic=building.syndic_name or "",
        syndic_address=building.syndic_address or "", syndic_contact=" · ".join(part for part in reach if part),
    )  # fmt: skip


def recipient_of(owner: Owner) -> Recipient:
    """The person as the window of the envelope and the language of the paper need him."""
    company = owner.kind == OwnerKind.COMPANY
    names = (owner.last_name, owner.representative or "") if company else (_full_name(owner),)
    place = f"{owner.postal_code} {owner.city}".strip()
    return Recipient(
        names=names, address=(owner.address, place) if owner.address and place else (),
        language=owner.language, country=rules.country_code(owner.country),
    )  # fmt: skip


def _full_name(owner: Owner) -> str:
    return f"{owner.first_name} {owner.last_name}".strip()


def _certificate(
    s: Session, actor: Actor, building: Building, owner_id: UUID, held: Sequence[Ownership], on: date
) -> CertificatePaper:
    if not owners.sees_contacts(actor):  # the council and the auditor read the register; they issue nothing
        raise Forbidden("You may not do this.")
    owner = owners.get_owner(s, actor, owner_id)
    return CertificatePaper(
        sender=sender_of(building), issued_on=clock.today(), recipient=recipient_of(owner), person=_full_name(owner),
        on=on, deed_total=building.total_shares, holdings=tuple(_holdings(s, building.id, held, on)),
    )  # fmt: skip


def _holdings(s: Session, building_id: UUID, held: Sequence[Ownership], on: date) -> list[Holding]:
    """The parts with their lots: the person may have sold them since and see them no more, hence the system's eyes."""
    system = system_actor()
    known = {lot.id: lot for lot, _ in lots.export_lots(s, system, building_id)}
    shares = lots.shares_by_lot(s, system, building_id, on)
    return [
        Holding(
            number=known[part.lot_id].number, type=LotType(known[part.lot_id].type), shares=shares[part.lot_id],
            part=(part.numerator, part.denominator), right=Right(part.right), floor=known[part.lot_id].floor,
            since=part.started_on,
        )
        for part in held
    ]  # fmt: skip


def _people(s: Session, ids: Collection[UUID]) -> dict[UUID, Owner]:
    return {owner.id: owner for owner in s.exec(select(Owner).where(col(Owner.id).in_(ids)))}


def _row(lot: Lot, shares: int, parts: Sequence[Ownership], people: dict[UUID, Owner], on: date) -> RegisterLot:
    """A lot of the register with its holders, and whether its vote is suspended (art. 3.87 §1).

    A lot whose holders are not all entered says nothing: it is the register that lacks them.

    Of a past day it says nothing about the vote: who represents the holders is known of today only.
    """
    voting = parts if on == clock.today() else []
    return RegisterLot(
        number=lot.number, type=LotType(lot.type), shares=shares, floor=lot.floor, area_m2=lot.area_m2,
        holders=tuple(_holder(part, people[part.owner_id]) for part in parts),
        representative=next((people[part.owner_id].name for part in voting if part.is_representative), ""),
        vote_suspended=parts_rules.lot_state(voting, on) == LotState.SUSPENDED,
    )  # fmt: skip


def _holder(part: Ownership, owner: Owner) -> Holder:
    lines = (owner.address, f"{owner.postal_code} {owner.city}", rules.abroad(owner.country))
    return Holder(
        name=owner.name, part=(part.numerator, part.denominator), right=Right(part.right), since=part.started_on,
        address=rules.filled(lines),
    )  # fmt: skip


# --- Checks ----------------------------------------------------------------------------------------------------------


def _check_day(on: date) -> None:
    if on > clock.today():
        raise Invalid("This day is still to come: the register knows only what has happened.", field="on")


def _refusal(make: Callable[[T], object], of: T) -> DomainError | None:
    """What making a part of the paper would be refused for."""
    try:
        make(of)
    except DomainError as error:
        return error
    return None


def _in_window(owner: Owner) -> None:
    recipient = recipient_of(owner)
    rules.address_block(recipient, recipient.country)


def _of_person(s: Session, actor: Actor, building_id: UUID, on: date, owner_id: UUID) -> list[Check]:
    holds = any(holder == owner_id for holder, _ in list_recipients(s, actor, building_id, on))
    nothing = None if holds else Invalid("This person holds no right in this co-ownership on that date.")
    unreachable = _refusal(_in_window, owners.get_owner(s, actor, owner_id))
    return [
        Check(N_("Postal address"), unreachable, True, f"/people/{owner_id}"),
        Check(N_("Right on a lot"), nothing, True, f"/buildings/{building_id}/lots"),
    ]


def _shares(s: Session, actor: Actor, building_id: UUID) -> Check:
    gate = lots.shares_gate(s, actor, building_id)
    wrong = Invalid(
        "The shares of the lots make {total}, the deed says {expected}.", total=gate.total, expected=gate.expected
    )
    return Check(N_("Shares"), None if gate.passed else wrong, False, f"/buildings/{building_id}/lots")


def _addresses(s: Session, actor: Actor, building_id: UUID, on: date) -> Check:
    people = _people(s, {owner_id for owner_id, _ in list_recipients(s, actor, building_id, on)})
    missing = sum(not (owner.address and owner.city) for owner in people.values())
    wrong = Invalid("Co-owners whose address is missing: {count}.", count=missing) if missing else None
    return Check(N_("Postal addresses"), wrong, False, f"/people?address=missing&building={building_id}")
