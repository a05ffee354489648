"""What one can do with the suppliers of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from koprogo_app.auth import accounts
from koprogo_app.core import audit, belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, DomainError, Invalid, NotFound
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.listing import Asked, Hit, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.service import requires

from . import rules
from .models import Resembling, Supplier, SupplierIn, WithholdingCheck
from .rules import Likeness

COLUMNS = (Supplier.id, *(getattr(Supplier, name) for name in Supplier.model_fields if name != "id"))
SORTABLE = {
    "name": unaccented(Supplier.name),
    "city": unaccented(Supplier.city),
    "kbo": col(Supplier.kbo),
    "payment_days": col(Supplier.payment_days),
    "created_at": col(Supplier.created_at),
}
RESEMBLES = {
    Likeness.IBAN: N_("“{name}” has this account number too."),
    Likeness.VAT: N_("“{name}” has this VAT number too."),
    Likeness.NAME: N_("“{name}” has nearly the same name."),
}
_OPTIONAL = ("vat_number", "account_holder", "phone", "default_account_code", "remark")  # nothing is NULL


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    name: str
    iban: str | None
    vat_number: str | None


def visible(*columns: Any) -> Any:
    """Every read starts here: the directory is the whole office's, for every role that may read it."""
    return cast(Any, selected(*columns) if columns else select(Supplier))


@requires(Permission.SUPPLIERS_READ)
def list_suppliers(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of COLUMNS. Search in name, city, e-mail, enterprise, VAT and account number; filters: see `_filter`."""
    return page_of(s, _asked(asked), asked, SORTABLE, "name")


@requires(Permission.SUPPLIERS_READ, audit=N_("suppliers exported"))
def export_suppliers(s: Session, actor: Actor, asked: Asked) -> list[Any]:
    """COLUMNS of every supplier of the list as asked, by name; the trail keeps how many they were."""
    rows = s.execute(_asked(asked).order_by(SORTABLE["name"], col(Supplier.id))).all()
    audit.note(s, "supplier", None, rows=len(rows))
    return list(rows)


@requires(Permission.SUPPLIERS_READ)
def find_suppliers(s: Session, actor: Actor, text: str) -> list[Hit]:
    """What the palette shows: a few active suppliers, by name."""
    wanted = _asked(Asked(search=text, filters={"state": "active"}))
    found = s.execute(wanted.order_by(SORTABLE["name"], col(Supplier.id)).limit(8)).all()
    return [Hit(N_("Suppliers"), o.name, o.city, f"/suppliers/{o.id}") for o in found]


def _asked(asked: Asked) -> Any:
    rows = visible(*COLUMNS)
    if asked.search.strip():
        rows = rows.where(_matches(asked.search))
    for name, value in asked.filters.items():
        if value:
            rows = rows.where(_filter(name, value))
    return rows


def _matches(words: str) -> ColumnElement[bool]:
    found = contains(func.concat_ws(" ", Supplier.name, Supplier.city, Supplier.email), words)
    if number := rules.number_in(words):
        kept = (Supplier.kbo, Supplier.vat_number, Supplier.iban)
        return or_(found, *(col(one).contains(number, autoescape=True) for one in kept))
    return found


def _filter(name: str, value: str) -> Any:
    """state=active|inactive; kbo|iban=missing."""
    match name:
        case "state":
            return col(Supplier.is_active).is_(value == "active")
        case "kbo":
            return col(Supplier.kbo).is_(None)
        case "iban":
            return col(Supplier.iban).is_(None)
        case _:
            raise Invalid("Cannot filter by “{name}”.", field=name, name=name)


@requires(Permission.SUPPLIERS_READ)
def get_supplier(s: Session, actor: Actor, supplier_id: UUID) -> Supplier:
    """The supplier; NotFound when the reader cannot see it."""
    found: Supplier | None = s.exec(visible().where(Supplier.id == supplier_id)).one_or_none()
    if found is None:
        raise NotFound("This supplier does not exist.")
    return found


@requires(Permission.SUPPLIERS_READ)
def resolve(
    s: Session, actor: Actor, *, kbo: str = "", vat: str = "", iban: str = "", name: str = ""
) -> Supplier | None:
    """The supplier that an invoice means, active or not: by its enterprise or VAT number, else its account, else its name.

    A number that is wrong says nothing. None when nobody is meant, or several are; a supplier with another enterprise
    number than the one given is never meant.
    """
    number, foreign = _readable(kbo, vat)
    account = _or_none(belgium.iban, iban)
    attempts: list[Any] = []
    if number:
        attempts.append(col(Supplier.kbo) == number)
    if foreign:
        attempts.append(col(Supplier.vat_number) == foreign)
    if account:
        attempts.append(col(Supplier.iban) == account)
    if key := rules.name_key(name):
        attempts.append(col(Supplier.id).in_([one.id for one in _known(s) if rules.name_key(one.name) == key]))
    for attempt in attempts:
        found = [one for one in s.exec(visible().where(attempt)) if not (number and one.kbo and one.kbo != number)]
        if len(found) == 1:
            return found[0]
    return None


def _readable(kbo: str, vat: str) -> tuple[str | None, str | None]:
    number = _or_none(belgium.kbo, kbo)
    try:
        return rules.numbers(number, vat)
    except Invalid:
        return number, None


def _or_none(normal: Any, text: str) -> str | None:
    try:
        return normal(text)
    except Invalid:
        return None


def _known(s: Session) -> list[_Known]:
    columns = (Supplier.id, Supplier.name, Supplier.iban, Supplier.vat_number)
    return [_Known(*row) for row in s.execute(visible(*columns).order_by(Supplier.id)).all()]


@requires(Permission.SUPPLIERS_WRITE, audit=N_("supplier created"))
def create_supplier(s: Session, actor: Actor, data: SupplierIn, *, distinct: bool = False) -> Supplier:
    """Enters a supplier. Invalid for wrong fields and for an enterprise number that is in the directory already;
    Resembling for an account, a foreign VAT number or a name of another one, unless `distinct` says that it is another.
    """
    if actor.organization_id is None:
        raise Invalid("Give a valid organization_id.", field="organization_id")
    values = _checked(data)
    _refuse_known(s, values["kbo"], None)
    if not distinct:
        _refuse_resembling(s, values)
    supplier = Supplier(**values, organization_id=actor.organization_id)
    s.add(supplier)
    _flush(s)
    return supplier


@requires(Permission.SUPPLIERS_WRITE, audit=N_("supplier changed"))
def update_supplier(
    s: Session, actor: Actor, supplier_id: UUID, data: SupplierIn, *, distinct: bool = False
) -> Supplier:
    """Corrects a supplier. What resembles another one is asked about only when it has changed."""
    supplier = get_supplier(s, actor, supplier_id)
    values = _checked(data)
    _refuse_known(s, values["kbo"], supplier_id)
    changed = {name: values[name] for name in ("name", "iban", "vat_number") if values[name] != getattr(supplier, name)}
    if changed and not distinct:
        _refuse_resembling(s, changed, supplier_id)
    for name, value in values.items():
        setattr(supplier, name, value)
    _flush(s)
    return supplier


@requires(Permission.SUPPLIERS_WRITE, audit=N_("withholding obligation looked up"))
def record_check(s: Session, actor: Actor, supplier_id: UUID, check: WithholdingCheck) -> Supplier:
    """Keeps what the official service answered; somebody consulted it by hand. Invalid for a day to come."""
    supplier = get_supplier(s, actor, supplier_id)
    if check.checked_on > clock.today():
        raise Invalid("The date of the check is in the future.", field="checked_on")
    supplier.withholding_checked_on, supplier.withholding_due = check.checked_on, check.due
    return supplier


@requires(Permission.SUPPLIERS_WRITE, audit=N_("supplier deactivated"))
def deactivate_supplier(s: Session, actor: Actor, supplier_id: UUID) -> Supplier:
    """Not proposed any more; what it was paid stays."""
    supplier = get_supplier(s, actor, supplier_id)
    supplier.is_active = False
    return supplier


@requires(Permission.SUPPLIERS_WRITE, audit=N_("supplier reactivated"))
def reactivate_supplier(s: Session, actor: Actor, supplier_id: UUID) -> Supplier:
    """Proposed again."""
    supplier = get_supplier(s, actor, supplier_id)
    supplier.is_active = True
    return supplier


@requires(Permission.SUPPLIERS_WRITE, audit=N_("supplier deleted"))
def delete_supplier(s: Session, actor: Actor, supplier_id: UUID) -> None:
    """Removes a supplier entered by mistake. Conflict when anything refers to it."""
    supplier = get_supplier(s, actor, supplier_id)
    name = supplier.name  # cannot be read any more once the deletion has failed
    s.delete(supplier)
    try:
        s.flush()
    except IntegrityError:
        raise Conflict(
            "Invoices or entries refer to {name}: it cannot be deleted. Deactivate it instead.", name=name
        ) from None


def _flush(s: Session) -> None:
    try:
        s.flush()
    except IntegrityError as error:
        if "uq_supplier_kbo" in str(error.orig):  # entered by somebody else at the same moment
            raise Invalid("Another supplier has this enterprise number.", field="kbo") from None
        raise Invalid("Choose one from the list.", field="organization_id") from None


def _refuse_known(s: Session, kbo: str | None, supplier_id: UUID | None) -> None:
    same = select(Supplier.name).where(Supplier.kbo == kbo, Supplier.id != supplier_id).limit(1)
    if kbo and (name := s.exec(same).first()):
        raise Invalid("“{name}” has this enterprise number: use that entry.", field="kbo", name=name)


def _refuse_resembling(s: Session, values: dict[str, Any], supplier_id: UUID | None = None) -> None:
    others = [one for one in _known(s) if one.id != supplier_id]
    found = rules.resembling(others, values.get("name"), values.get("iban"), values.get("vat_number"))
    errors: dict[str, DomainError] = {}
    for one in found:
        errors.setdefault(one.likeness, Resembling(RESEMBLES[one.likeness], field=one.likeness, name=one.name))
    if errors:
        raise Resembling.together(errors)


def _checked(data: SupplierIn) -> dict[str, Any]:
    """The entered values with numbers normalised; Invalid names every wrong field at once."""
    given = {name: getattr(data, name) for name in SupplierIn.model_fields}
    values = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    errors: dict[str, DomainError] = {}
    for name, normal in (("kbo", belgium.kbo), ("iban", belgium.iban), ("email", accounts.clean_email)):
        try:
            values[name] = normal(values[name]) if values[name] else None
        except Invalid as error:
            errors[name] = error
    try:
        values["country"] = rules.country(values["country"])
    except Invalid as error:
        errors |= error.fields
    values |= {name: values[name] or None for name in _OPTIONAL}
    if not values["name"]:
        errors["name"] = Invalid("This field is required.", field="name")
    for name, choices in (("language", LOCALES), ("default_vat_rate", (None, *rules.VAT_RATES))):
        errors |= _outside(name, values[name], choices)
    if values["vat_number"] and not values["vat_liable"]:
        errors["vat_number"] = Invalid(
            "Leave this empty, or say that the supplier uses a VAT number.", field="vat_number"
        )
    elif "kbo" not in errors:
        try:
            values["kbo"], values["vat_number"] = rules.numbers(values["kbo"], values["vat_number"])
        except Invalid as error:
            errors |= error.fields
    if errors:
        raise Invalid.together(errors)
    return values


def _outside(name: str, value: Any, choices: Sequence[Any]) -> dict[str, DomainError]:
    return {} if value in choices else {name: Invalid("Choose one from the list.", field=name)}
