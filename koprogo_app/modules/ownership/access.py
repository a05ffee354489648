"""Access follows ownership: who sells sees nothing the next second. Also the merge of two entries of one person."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, func, or_, select, update

from koprogo_app.auth import accounts
from koprogo_app.auth.models import Membership, OneTimeLink, UserAccount
from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission, Role
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.naming import columns_naming
from koprogo_app.core.service import requires
from koprogo_app.modules.owners import rules as people
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner

from .models import Ownership


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge does: the rows that move, by table, and what the kept entry takes over from the other."""

    moved: dict[str, int]
    filled: dict[str, Any]


def sync_access(s: Session, owner_ids: Collection[UUID]) -> None:
    """Gives the users of these people a co-owner's role in each building where they own today, and ends the others."""
    for owner in s.exec(select(Owner).where(col(Owner.id).in_(owner_ids))).all():
        if owner.user_id:
            _sync(s, owner, owner.user_id)


def _sync(s: Session, owner: Owner, user_id: UUID) -> None:
    """The oldest membership is moved rather than removed: a session stands on it and goes on in the next building."""
    wanted = set(s.exec(select(Ownership.building_id).where(Ownership.owner_id == owner.id, *_held_today())))
    held = _memberships(s, owner)
    for membership in held[len(wanted) :]:
        s.delete(membership)
    s.flush()
    kept = held[: len(wanted)]
    missing = sorted(wanted - {m.building_id for m in kept})
    for membership in kept:
        if membership.building_id not in wanted:
            membership.building_id = missing.pop()
    s.flush()
    for building_id in missing:
        accounts.grant(s, user_id, Role.OWNER, owner.organization_id, building_id=building_id, owner_id=owner.id)


def _held_today() -> tuple[Any, Any]:
    today = clock.today()
    return col(Ownership.started_on) <= today, or_(col(Ownership.ended_on).is_(None), col(Ownership.ended_on) > today)


def _memberships(s: Session, owner: Owner) -> list[Membership]:
    mine = (Membership.owner_id == owner.id, Membership.user_id == owner.user_id, Membership.role == Role.OWNER)
    order = (col(Membership.is_primary).desc(), col(Membership.created_at), col(Membership.id))
    return list(s.exec(select(Membership).where(*mine).order_by(*order)))


def give_owner_role(s: Session, user: UserAccount, link: OneTimeLink) -> None:
    """What accepting a co-owner's invitation gives: the link to the person, and a role in each building owned today.

    NotFound when the person has left the register since, Conflict when person or user is linked to another one.
    """
    owner = s.get(Owner, link.owner_id) if link.owner_id else None
    if owner is None or owner.organization_id != link.organization_id:
        raise NotFound("This link no longer works. Ask for a new one.")
    if owner.user_id is None:
        owners.refuse_linked(s, owner.organization_id, user.id)
        owner.user_id = user.id
        s.flush()
    elif owner.user_id != user.id:
        raise Conflict("{name} has access already.", name=owner.name)
    _sync(s, owner, user.id)


@requires(Permission.OWNERS_WRITE, audit=N_("person linked to an account"))
def link_user(s: Session, actor: Actor, owner_id: UUID, user_id: UUID | None) -> Owner:
    """Links a person to a user account, or to none: the user then sees what the person owns, and only that.

    NotFound for an unknown person or user; Conflict when the user is another person of this register.
    """
    owner = owners.get_owner(s, actor, owner_id)
    if owner.user_id == user_id:
        return owner
    if user_id is not None:
        owners.refuse_linked(s, owner.organization_id, user_id)
    owners.refuse_beyond(s, actor.building_ids, owner.id)
    for membership in _memberships(s, owner):
        s.delete(membership)
    owner.user_id = user_id
    try:
        s.flush()
    except IntegrityError:
        raise NotFound("This user does not exist.") from None
    sync_access(s, [owner.id])
    return owner


# --- Merge -----------------------------------------------------------------------------------------------------------


@requires(Permission.OWNERS_WRITE)
def merge_preview(s: Session, actor: Actor, keep_id: UUID, drop_id: UUID) -> Merge:
    """What merge_owners would do; nothing is written."""
    keep, drop = _both(s, actor, keep_id, drop_id)
    moved: dict[str, int] = {}
    for column in _references():
        rows = select(func.count()).select_from(column.table).where(column == drop.id)
        if count := s.exec(rows).one():
            moved[column.table.name] = count
    return Merge(moved, people.filled_from(keep, drop))


@requires(Permission.OWNERS_WRITE, audit=N_("people merged"))
def merge_owners(s: Session, actor: Actor, keep_id: UUID, drop_id: UUID) -> Merge:
    """Makes one person of two entries: all that belonged to `drop` belongs to `keep`, which takes over what it lacks.

    Conflict when both are linked to different users.
    """
    keep, drop = _both(s, actor, keep_id, drop_id)
    both = select(Owner).where(col(Owner.id).in_((keep.id, drop.id))).order_by(col(Owner.id)).with_for_update()
    s.exec(both.execution_options(populate_existing=True)).all()  # what is being entered for one of them is waited for
    moved: dict[str, int] = {}
    for column in sorted(_references(), key=_is_posted):  # what is posted last: by then the other holds nothing
        if count := _rename(s, column, keep.id, drop.id):
            moved[column.table.name] = count
            audit.note(s, column.table.name, keep.id, moved=count, was=drop.id)
    filled = people.filled_from(keep, drop)
    user_id = keep.user_id or drop.user_id
    s.delete(drop)
    s.flush()
    for name, value in filled.items():
        setattr(keep, name, value)
    keep.user_id = user_id
    s.flush()
    sync_access(s, [keep.id])
    return Merge(moved, filled)


def _both(s: Session, actor: Actor, keep_id: UUID, drop_id: UUID) -> tuple[Owner, Owner]:
    if keep_id == drop_id:
        raise Invalid("Choose two different people.", field="drop_id")
    keep, drop = owners.get_owner(s, actor, keep_id), owners.get_owner(s, actor, drop_id)
    for one in (keep, drop):
        owners.refuse_beyond(s, actor.building_ids, one.id)
    if keep.user_id and drop.user_id and keep.user_id != drop.user_id:
        raise Conflict("Both people have access with accounts of their own: end one of them first.")
    return keep, drop


def _is_posted(column: Column[Any]) -> bool:
    """True in a table whose rows the application itself cannot change."""
    return bool(column.table.info.get("posted"))


def _rename(s: Session, column: Column[Any], keep_id: UUID, drop_id: UUID) -> int:
    """The rows that named one person name the other; how many."""
    if _is_posted(column):
        return (
            s.connection().execute(select(func.rename_posted_owner(column.table.name, keep_id, drop_id))).scalar_one()
        )
    return s.connection().execute(update(column.table).where(column == drop_id).values({column: keep_id})).rowcount


def _references() -> list[Column[Any]]:
    """Every column that names a person; an invitation does so without a foreign key, as it outlives nothing."""
    return [*columns_naming("owner"), SQLModel.metadata.tables["one_time_link"].c.owner_id]
