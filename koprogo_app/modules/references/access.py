"""Which structured communications someone sees, and new ones, for the services that write letters and calls for funds."""

import secrets
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import belgium
from koprogo_app.core.actor import Actor
from koprogo_app.modules.accounts import access as books

from .models import PaymentReference

BEYOND = 10**10  # ten digits


def visible(actor: Actor) -> Any:
    """Every read starts here: the organisation's (row-level security), of the role's buildings; a co-owner's own."""
    rows: Any = select(PaymentReference)
    if actor.building_ids is not None:
        rows = rows.where(col(PaymentReference.building_id).in_(actor.building_ids))
    return rows.where(PaymentReference.owner_id == actor.owner_id) if actor.personal else rows


def references_of(s: Session, actor: Actor, building_id: UUID, owner_ids: Collection[UUID]) -> dict[UUID, str]:
    """The digits of each co-owner with one association; those who have none are given one. Inside the caller's transaction."""
    known = known_of(s, actor, building_id, owner_ids)
    if set(owner_ids) <= known.keys():
        return known  # nobody waits for the books: letters are written while others post
    books.locked_book(s, actor, building_id)  # one at a time: nobody is given two
    known = known_of(s, actor, building_id, owner_ids)
    fresh = _fresh(s, len(set(owner_ids) - known.keys()))
    for owner_id in sorted(set(owner_ids) - known.keys()):
        row = PaymentReference(building_id=building_id, owner_id=owner_id, digits=next(fresh))
        s.add(row)
        known[owner_id] = row.digits
    s.flush()
    return known


def known_of(s: Session, actor: Actor, building_id: UUID, owner_ids: Collection[UUID]) -> dict[UUID, str]:
    """The digits of those who have them already: the oldest, when two entries of a person were made one."""
    rows = visible(actor).where(
        PaymentReference.building_id == building_id, col(PaymentReference.owner_id).in_(owner_ids)
    )
    found = s.exec(rows.order_by(col(PaymentReference.id).desc())).all()
    return {row.owner_id: row.digits for row in found}


def _fresh(s: Session, count: int) -> Iterator[str]:
    """New digits, of nobody yet: drawn, so that one says nothing of the next."""
    wanted = set[str]()
    while len(wanted) < count:
        drawn = {belgium.communication(secrets.randbelow(BEYOND)) for _ in range(count - len(wanted))}
        taken = select(PaymentReference.digits).where(col(PaymentReference.digits).in_(drawn))
        wanted |= drawn - set(s.exec(taken))
    return iter(sorted(wanted))
