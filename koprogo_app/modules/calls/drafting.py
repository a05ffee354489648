"""What is entered of a call, checked against the register; and calls put into the books' waiting room. Called in a transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict, DomainError, Invalid
from koprogo_app.modules.keys.models import DistributionKey, KeyKind, KeyPart
from koprogo_app.modules.ownership.models import Ownership

from . import rules
from .models import Call, CallIn, CallLine, LineIn


def checked(s: Session, building_id: UUID, data: CallIn) -> dict[str, Any]:
    """The values of the call's own columns; Invalid names every wrong field at once."""
    errors: dict[str, DomainError] = {}
    values = data.model_dump(exclude={"lines", "key"})
    values["title"] = " ".join(values["title"].split())
    values["description"] = values["description"].strip()
    if not values["title"]:
        errors["title"] = Invalid("This field is required.", field="title")
    errors |= rules.check_days(data.called_on, data.due_on)
    errors |= check_lines(s, building_id, data.lines)
    errors |= _alone(s, building_id, data)
    if errors:
        raise Invalid.together(errors)
    return values | {"total_cents": sum(line.cents for line in data.lines)}


def check_lines(s: Session, building_id: UUID, lines: Sequence[LineIn]) -> dict[str, DomainError]:
    """What is wrong with the lines, by field: an amount not above zero, a key that is not of the building or has no lots."""
    wrong: dict[str, DomainError] = {}
    if not lines:
        wrong["lines"] = Invalid("Enter one line at least.", field="lines")
    ids = {line.key_id for line in lines if line.key_id} - {building_id}
    weighs = exists().where(col(KeyPart.key_id) == DistributionKey.id, col(KeyPart.weight) > 0)
    keys = select(DistributionKey.id, or_(col(DistributionKey.kind) == KeyKind.SHARES, weighs)).where(
        DistributionKey.building_id == building_id, col(DistributionKey.id).in_(ids)
    )
    known = {building_id: True, **(dict(s.exec(keys).all()) if ids else {})}
    for n, line in enumerate(lines):
        if line.cents <= 0:
            wrong[f"lines.{n}.cents"] = Invalid("Enter an amount above zero.", field=f"lines.{n}.cents")
        if line.key_id and line.key_id not in known:
            wrong[f"lines.{n}.key_id"] = Invalid("Choose one from the list.", field=f"lines.{n}.key_id")
        elif line.key_id and not known[line.key_id]:
            wrong[f"lines.{n}.key_id"] = Invalid(
                "No lot pays for this cost: choose another key.", field=f"lines.{n}.key_id"
            )
    return wrong


def _alone(s: Session, building_id: UUID, data: CallIn) -> dict[str, DomainError]:
    """Who is asked alone holds or held something here, and the lot when one is named."""
    if data.owner_id is None:
        return {"lot_id": Invalid("Choose who pays for this lot.", field="owner_id")} if data.lot_id else {}
    held = select(Ownership.lot_id).where(Ownership.building_id == building_id, Ownership.owner_id == data.owner_id)
    lots = set(s.exec(held))
    if not lots:
        return {"owner_id": Invalid("This person holds no part of a lot here.", field="owner_id")}
    if data.lot_id and data.lot_id not in lots:
        return {"lot_id": Invalid("This person has never held a part of this lot.", field="lot_id")}
    return {}


def keyed(s: Session, building_id: UUID, key: UUID) -> Call | None:
    """The call that was made with this key. Conflict when it is one of another building."""
    found = s.exec(select(Call).where(Call.source_id == key)).one_or_none()
    if found is not None and found.building_id != building_id:
        raise Conflict("This call has been made in another building.")
    return found


def put(
    s: Session, actor: Actor, building_id: UUID, data: CallIn, values: dict[str, Any], budget_id: UUID | None = None
) -> Call:
    """Writes a checked draft. Conflict when it was sent a second time in the same moment: sent again, it is found."""
    call = Call(building_id=building_id, source_id=data.key, created_by=actor.user_id, budget_id=budget_id, **values)
    s.add(call)
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This call is being entered already.") from None
    put_lines(s, call, data.lines)
    return call


def put_lines(s: Session, call: Call, lines: Sequence[LineIn]) -> None:
    """Writes the lines of a call that has none. The key of the shares is none, and not stored."""
    s.add_all(
        CallLine(
            building_id=call.building_id, call_id=call.id, position=n, description=" ".join(line.description.split()),
            destination=line.destination, cents=line.cents,
            key_id=None if call.owner_id or line.key_id == call.building_id else line.key_id,
        )
        for n, line in enumerate(lines)
    )  # fmt: skip
    s.flush()
