"""What one can do with the people of the register. `ownership` is above: its table is named, not imported."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Uuid, column, exists, or_, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, literal, select

from koprogo_app.auth import accounts
from koprogo_app.auth.models import OneTimeLink, Organization, Purpose
from koprogo_app.core import audit, belgium, clock, mail
from koprogo_app.core.actor import OFFICE_ROLES, Actor, Permission, Role
from koprogo_app.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import DEFAULT, LOCALES, N_, translate
from koprogo_app.core.listing import Asked, Hit, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id

from . import rules
from .models import Invited, KnownAddress, OwnContact, Owner, OwnerIn, OwnerKind
from .rules import PRIVATE, Pair

OWNERSHIP = table(
    "ownership", column("owner_id", Uuid()), column("lot_id", Uuid()), column("building_id", Uuid()),
    column("started_on", Date()), column("ended_on", Date()),
)  # fmt: skip
COLUMNS = (
    Owner.id, Owner.organization_id, Owner.user_id, Owner.kind, Owner.first_name, Owner.last_name, Owner.email,
    Owner.phone, Owner.address, Owner.city, Owner.postal_code, Owner.country, Owner.language,
)  # fmt: skip
DETAILS = tuple(getattr(Owner, name) for name in Owner.model_fields)
SORTABLE = {
    "last_name": unaccented(Owner.last_name), "first_name": unaccented(Owner.first_name),
    "city": unaccented(Owner.city), "language": col(Owner.language), "created_at": col(Owner.created_at),
}  # fmt: skip
BY_NAME = (unaccented(Owner.last_name), unaccented(Owner.first_name), col(Owner.id))


def sees_contacts(actor: Actor) -> bool:
    """E-mail, telephone, account and remarks are for the office and the person: not for the council or the auditor."""
    return actor.personal or actor.role in OFFICE_ROLES | {Role.SUPERADMIN, Role.SYSTEM}


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: a co-owner sees himself; a role limited to buildings, who holds or held a lot there."""
    rows = cast(Any, selected(*columns) if columns else select(Owner))
    if actor.personal:
        return rows.where(Owner.id == actor.owner_id)
    if actor.building_ids is None:
        return rows
    own = OWNERSHIP.c.owner_id == Owner.id
    here = exists().where(own, OWNERSHIP.c.building_id.in_(actor.building_ids))
    just_entered = ~exists().where(own)  # holds nothing yet: whoever enters people must find them again
    return rows.where(or_(here, just_entered) if actor.can(Permission.OWNERS_WRITE) else here)


def _shown(actor: Actor, columns: Sequence[Any]) -> list[Any]:
    """The columns, with nothing in those that this reader may not see."""
    if sees_contacts(actor):
        return list(columns)
    return [literal(None).label(c.key) if c.key in PRIVATE else c for c in columns]


@requires(Permission.OWNERS_READ)
def list_owners(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of COLUMNS (REST). Search in name, e-mail, telephone and city; filters: those of `_filter`."""
    return page_of(s, _asked(actor, asked, COLUMNS), asked, _sortable(actor), "last_name")


@requires(Permission.OWNERS_READ)
def list_people(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of COLUMNS, the consent, `lots` held today and `invited_at` when an invitation still works."""
    columns = (*COLUMNS, Owner.email_consent_on, _lots_held().label("lots"), _invited_at().label("invited_at"))
    by_name = {"last_name": unaccented(col(Owner.last_name) + " " + Owner.first_name)}
    return page_of(s, _asked(actor, asked, columns), asked, _sortable(actor) | by_name, "last_name")


@requires(Permission.OWNERS_READ, audit=N_("people exported"))
def export_owners(s: Session, actor: Actor, asked: Asked) -> list[Any]:
    """DETAILS of everyone in the list as asked, by name; the trail keeps who took it away and how many they were."""
    rows = s.execute(_asked(actor, asked, DETAILS).order_by(*BY_NAME)).all()
    audit.note(s, "owner", None, rows=len(rows))
    return list(rows)


@requires(Permission.OWNERS_READ)
def search_owners(s: Session, actor: Actor, words: str, limit: int = 8) -> list[Any]:
    """A few people (COLUMNS) for the command palette and the pickers, by name."""
    return list(s.execute(_asked(actor, Asked(search=words), COLUMNS).order_by(*BY_NAME).limit(limit)).all())


@requires(Permission.OWNERS_READ)
def find_people(s: Session, actor: Actor, text: str) -> list[Hit]:
    """What the palette shows of people."""
    found = search_owners(s, actor, text)
    return [Hit(N_("People"), f"{o.last_name} {o.first_name}".strip(), o.city, f"/people/{o.id}") for o in found]


@requires(Permission.OWNERS_READ)
def duplicates(s: Session, actor: Actor) -> list[tuple[Pair, str, str]]:
    """Entries that may be one person, with their names: to be merged or left alone."""
    columns = _shown(actor, (Owner.id, Owner.first_name, Owner.last_name, Owner.email, Owner.kbo))
    people = cast(Any, s.execute(visible(actor, *columns)).all())
    names = {o.id: f"{o.last_name} {o.first_name}".strip() for o in people}
    return [(pair, names[pair.first], names[pair.second]) for pair in rules.likely_duplicates(people)]


def _sortable(actor: Actor) -> dict[str, Any]:
    return SORTABLE | ({"email": func.lower(Owner.email)} if sees_contacts(actor) else {})


def _asked(actor: Actor, asked: Asked, columns: Sequence[Any]) -> Any:
    rows = visible(actor, *_shown(actor, columns))
    if asked.search.strip():
        rows = rows.where(_matches(actor, asked.search))
    for name, value in asked.filters.items():
        if value:
            rows = rows.where(_filter(actor, name, value))
    return rows


def _matches(actor: Actor, words: str) -> ColumnElement[bool]:
    if not sees_contacts(actor):
        return contains(func.concat_ws(" ", Owner.first_name, Owner.last_name, Owner.city), words)
    if rules.looks_like_phone(words):
        kept = func.regexp_replace(Owner.phone, r"\D", "", "g")
        return kept.contains(rules.phone_digits(words), autoescape=True)
    return contains(func.concat_ws(" ", Owner.first_name, Owner.last_name, Owner.email, Owner.phone, Owner.city), words)


def _filter(actor: Actor, name: str, value: str) -> Any:
    """kind, language, building, ids; address|email=missing, channel=email|registered, access=has|invited|none.

    email and channel are for who sees how people are reached: their list would tell it.
    """
    match name if sees_contacts(actor) or name not in ("email", "channel") else "":
        case "kind":
            return Owner.kind == value
        case "language":
            return Owner.language == value
        case "building":
            return exists().where(_held_by(Owner.id), OWNERSHIP.c.building_id == chosen_id(value, name))
        case "ids":
            return col(Owner.id).in_([chosen_id(one, name) for one in value.split(",")])
        case "address":
            return or_(col(Owner.address) == "", col(Owner.postal_code) == "", col(Owner.city) == "")
        case "email":
            return col(Owner.email).is_(None)
        case "channel":
            consents = col(Owner.email_consent_on).is_not(None)
            return consents if value == rules.Channel.EMAIL else ~consents
        case "access":
            linked, waiting = col(Owner.user_id).is_not(None), _invited_at().is_not(None)
            return linked if value == "has" else ~linked & (waiting if value == "invited" else ~waiting)
        case _:
            raise Invalid("Cannot filter by “{name}”.", field=name, name=name)


def _held_by(owner_id: Any) -> Any:
    """The parts someone holds today."""
    part, today = OWNERSHIP.c, clock.today()
    lasting = part.ended_on.is_(None) | (part.ended_on > today)
    return (part.owner_id == owner_id) & (part.started_on <= today) & lasting


def _lots_held() -> Any:
    lots = select(func.count(func.distinct(OWNERSHIP.c.lot_id))).where(_held_by(Owner.id))
    return lots.correlate(Owner).scalar_subquery()


def _invited_at() -> Any:
    link = OneTimeLink
    waits = (col(link.used_at).is_(None), col(link.expires_at) > clock.now(), link.purpose == Purpose.INVITATION)
    sent = select(func.max(link.created_at)).where(col(link.owner_id) == Owner.id, *waits)
    return sent.correlate(Owner).scalar_subquery()


@requires(Permission.OWNERS_READ)
def get_owner(s: Session, actor: Actor, owner_id: UUID) -> Owner:
    """The person as a row of the register, for what is written on it; NotFound when the reader cannot see it."""
    found: Owner | None = s.exec(visible(actor).where(Owner.id == owner_id)).one_or_none()
    if found is None:
        raise NotFound("This person does not exist.")
    return found


@requires(Permission.OWNERS_READ)
def read_owner(s: Session, actor: Actor, owner_id: UUID) -> Any:
    """DETAILS and `invited_at` of a person, without what this reader may not see. NotFound otherwise."""
    columns = (*_shown(actor, DETAILS), _invited_at().label("invited_at"))
    found = s.execute(visible(actor, *columns).where(Owner.id == owner_id)).one_or_none()
    if found is None:
        raise NotFound("This person does not exist.")
    return found


@requires(Permission.OWNERS_READ)
def my_owner(s: Session, actor: Actor) -> Any:
    """COLUMNS of the person this user is. NotFound when nobody linked them."""
    mine = col(Owner.id) == actor.owner_id if actor.owner_id else col(Owner.user_id) == actor.user_id
    own = selected(*COLUMNS).where(mine).limit(1)  # of oneself also before owning something
    found = s.execute(own).one_or_none() if actor.user_id else None
    if found is None:
        raise NotFound("You are not entered as a co-owner.")
    return found


@requires(Permission.OWNERS_WRITE, audit=N_("person created"))
def create_owner(
    s: Session, actor: Actor, data: OwnerIn, *, shared_email: bool = False, user_id: UUID | None = None
) -> Owner:
    """Enters a person. Invalid for wrong numbers, a consent without proof, or an e-mail address known here already.

    `shared_email`: two people, a couple for instance, may share an address when the office says so. `user_id`: the
    account of the person, who sees nothing before owning something.
    """
    if actor.organization_id is None:
        raise Invalid("Give a valid organization_id.", field="organization_id")
    values = _checked(data.model_dump())
    if not shared_email:
        _refuse_known(s, values["email"], None)
    if user_id:
        refuse_linked(s, actor.organization_id, user_id)
    owner = Owner(**values, organization_id=actor.organization_id, user_id=user_id)
    s.add(owner)
    try:
        s.flush()
    except IntegrityError as error:
        field = "user_id" if "user" in str(error.orig) else "organization_id"
        raise Invalid("Choose one from the list.", field=field) from None
    return owner


@requires(Permission.OWNERS_WRITE, audit=N_("person changed"))
def update_owner(s: Session, actor: Actor, owner_id: UUID, data: OwnerIn, *, shared_email: bool = False) -> Owner:
    """Corrects a person. Another e-mail address ends the consent to e-mail unless it is given anew (art. 3.87 §3)."""
    owner = get_owner(s, actor, owner_id)
    values = data.model_dump()
    values["email_consent_on"], values["email_consent_proof"] = rules.consent_after(owner, values)
    values = _checked(values)
    if not shared_email and values["email"] != owner.email:
        _refuse_known(s, values["email"], owner_id)
    _write(owner, values)
    s.flush()
    return owner


@requires(Permission.OWNERS_WRITE, audit=N_("consent to e-mail recorded"))
def record_consent(s: Session, actor: Actor, owner_id: UUID, on: date, proof: str) -> Owner:
    """The person accepted e-mail instead of the registered letter: when, and which paper says so (art. 3.87 §3)."""
    owner = get_owner(s, actor, owner_id)
    rules.check_consent(owner.email, on, proof.strip(), clock.today())
    _write(owner, {"email_consent_on": on, "email_consent_proof": proof.strip()})
    return owner


@requires(Permission.OWNERS_WRITE, audit=N_("consent to e-mail withdrawn"))
def withdraw_consent(s: Session, actor: Actor, owner_id: UUID) -> Owner:
    """Back to the registered letter."""
    owner = get_owner(s, actor, owner_id)
    _write(owner, {"email_consent_on": None, "email_consent_proof": None})
    return owner


@requires(Permission.OWNERS_WRITE, audit=N_("person deleted"))
def delete_owner(s: Session, actor: Actor, owner_id: UUID) -> None:
    """Removes someone entered by mistake. Conflict for whoever is or was a co-owner: the register keeps its history."""
    owner = get_owner(s, actor, owner_id)
    if s.execute(select(exists().where(OWNERSHIP.c.owner_id == owner_id))).scalar_one():
        raise Conflict("{name} is or was a co-owner: the register keeps its history.", name=owner.name)
    s.execute(delete(OneTimeLink).where(col(OneTimeLink.owner_id) == owner_id))
    name = owner.name  # a refused flush leaves nothing to read
    try:
        s.delete(owner)
        s.flush()
    except IntegrityError:
        raise Conflict("{name} still has access or documents. Remove them first.", name=name) from None


@requires(Permission.PROFILE, audit=N_("own contact data changed"))
def update_own(s: Session, actor: Actor, data: OwnContact) -> Owner:
    """A co-owner corrects how to be reached. Name, account and e-mail address stay the office's (see propose_email)."""
    owner = _own(s, actor)
    kept = {name: getattr(owner, name) for name in OwnerIn.model_fields}
    _write(owner, _checked(kept | data.model_dump()))
    return owner


@requires(Permission.PROFILE, audit=N_("e-mail address proposed"))
def propose_email(s: Session, actor: Actor, email: str) -> None:
    """A co-owner asks the office for another e-mail address: it decides, as notices and consent hang on the address."""
    owner, email = _own(s, actor), accounts.clean_email(email)
    office = s.get_one(Organization, owner.organization_id)
    audit.note(s, "owner", owner.id, proposed_email=email)
    body = translate(DEFAULT, rules.PROPOSAL, name=owner.name, old=owner.email or "—", new=email)
    subject = translate(DEFAULT, N_("{name} asks for another e-mail address"), name=owner.name)
    mail.post(s, office.contact_email, subject, body, DEFAULT, owner.organization_id)


def _own(s: Session, actor: Actor) -> Owner:
    owner = s.get(Owner, actor.owner_id) if actor.owner_id else None
    if owner is None:
        raise Forbidden("You are not entered as a co-owner.")
    return owner


@requires(Permission.OWNERS_WRITE, audit=N_("co-owner invited"))
def invite_owner(s: Session, actor: Actor, owner_id: UUID, email: str = "") -> str:
    """Sends an invitation in the person's language, to `email` or else to the address of the register.

    Earlier invitations stop working. Returns the token, for tests and the demo. Invalid without an address, or when the
    person has access already.
    """
    owner = get_owner(s, actor, owner_id)
    if owner.user_id:
        raise Invalid("{name} has access already.", name=owner.name)
    address = email.strip() or owner.email
    if not address:
        raise Invalid("Give an e-mail address: {name} has none in the register.", field="email", name=owner.name)
    return _invite(s, actor, owner, address)


@requires(Permission.OWNERS_WRITE, audit=N_("co-owners invited"))
def invite_owners(s: Session, actor: Actor, owner_ids: Sequence[UUID]) -> Invited:
    """Invites those of the chosen people who have an e-mail address and no access yet."""
    may_be = (col(Owner.user_id).is_(None), col(Owner.email).is_not(None))
    owners: Sequence[Owner] = s.exec(visible(actor).where(col(Owner.id).in_(owner_ids), *may_be)).all()
    for owner in owners:
        _invite(s, actor, owner, owner.email or "")
    return Invited(len(owners), len(set(owner_ids)) - len(owners))


def _invite(s: Session, actor: Actor, owner: Owner, email: str) -> str:
    refuse_beyond(s, actor.building_ids, owner.id)
    mine = (col(OneTimeLink.owner_id) == owner.id, col(OneTimeLink.used_at).is_(None))
    s.execute(delete(OneTimeLink).where(*mine))
    link = OneTimeLink(
        token_hash=b"", purpose=Purpose.INVITATION, email=email, expires_at=clock.now(), role=Role.OWNER,
        organization_id=owner.organization_id, owner_id=owner.id, first_name=owner.first_name,
        last_name=owner.last_name, locale=owner.language,
    )  # fmt: skip
    return accounts.send_invitation(s, actor, link)


def refuse_beyond(s: Session, reach: frozenset[UUID] | None, owner_id: UUID) -> None:
    """Forbidden for who also held a lot beyond a role's buildings: what opens or moves all of it is not its to do."""
    away = (OWNERSHIP.c.owner_id == owner_id, OWNERSHIP.c.building_id.not_in(reach or ()))
    if reach is not None and s.execute(select(exists().where(*away))).scalar_one():
        raise Forbidden("You may not do this.")


def _write(owner: Owner, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(owner, name, value)


def refuse_linked(s: Session, organization_id: UUID, user_id: UUID) -> None:
    """Conflict when the user is a person of this register already: one account is one person."""
    if s.exec(select(Owner.id).where(Owner.user_id == user_id, Owner.organization_id == organization_id)).first():
        raise Conflict("This account is linked to another person of the register already: merge the two first.")


def _refuse_known(s: Session, email: str | None, owner_id: UUID | None) -> None:
    same = select(Owner.id).where(func.lower(Owner.email) == email, Owner.id != owner_id).limit(1)
    if email and s.exec(same).first():
        raise KnownAddress(N_("Another person of the register has this e-mail address."), field="email")


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The entered values with numbers normalised and rules applied; Invalid names every wrong field at once."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    errors: dict[str, DomainError] = {}
    for name, normal in (("kbo", belgium.kbo), ("iban", belgium.iban), ("email", accounts.clean_email)):
        try:
            values[name] = normal(values[name]) if values[name] else None
        except Invalid as error:
            errors[name] = error
    for name in ("representative", "phone", "email_consent_proof", "remark"):
        values[name] = values[name] or None
    if not values["last_name"]:
        errors["last_name"] = Invalid("This field is required.", field="last_name")
    if values["language"] not in LOCALES:
        errors["language"] = Invalid("Choose one from the list.", field="language")
    if values["kind"] == OwnerKind.PERSON and values["representative"]:
        errors["representative"] = Invalid("Only a company has a representative.", field="representative")
    try:
        rules.check_consent(values["email"], values["email_consent_on"], values["email_consent_proof"], clock.today())
    except Invalid as error:
        errors = error.fields | errors
    if errors:
        raise Invalid.together(errors)
    return values
