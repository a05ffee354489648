"""What one can do with the checks of the books: run them, read what they found, accept a finding with a reason."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from koprogo_app.core import audit, clock, ids
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.models import Book
from koprogo_app.modules.buildings import service as buildings

from . import rules
from .checks import CHECKS, scope_of
from .models import IntegrityAcceptance, IntegrityRun
from .rules import MOST, Finding
from .words import Kind


@dataclass(frozen=True, slots=True)
class Checked:
    """The last run of a building (none: not yet), what it found, the worst first, and what is accepted of it."""

    building_id: UUID
    run: IntegrityRun | None
    open: list[Finding]
    accepted: list[tuple[Finding, IntegrityAcceptance]]
    cut: list[Kind]


def visible(actor: Actor, table: Any = IntegrityRun) -> Any:
    """Every read starts here: the organisation's rows (row-level security), of the role's buildings."""
    rows: Any = select(table)
    return rows if actor.building_ids is None else rows.where(col(table.building_id).in_(actor.building_ids))


@requires(Permission.LEDGER_READ)
def get_checks(s: Session, actor: Actor, building_id: UUID) -> Checked:
    """What the last run found in the books of a building. NotFound when the reader cannot see it."""
    buildings.get_building(s, actor, building_id)
    return _checked(s, actor, building_id)


@requires(Permission.CHECKS_RUN, audit=N_("books checked"))
def run_checks(s: Session, actor: Actor, building_id: UUID) -> Checked:
    """Looks at the books of a building now. Invalid when they are not open; NotFound when the reader cannot see it."""
    buildings.get_building(s, actor, building_id)
    counted = _run(s, actor, building_id)
    audit.note(s, "integrity_run", None, building_id, errors=counted.errors, warnings=counted.warnings)
    return _checked(s, actor, building_id)


@requires(Permission.CHECKS_RUN)
def check_at_night(s: Session, actor: Actor, building_id: UUID) -> rules.Counted:
    """The same for the nightly job. The trail holds what people do: a run that the clock starts changes nothing in the books."""
    return _run(s, actor, building_id)


@requires(Permission.CHECKS_RUN)
def buildings_with_books(s: Session, actor: Actor) -> list[tuple[UUID, UUID]]:
    """(organisation, building) of all books: what the nightly job goes through."""
    found = s.exec(books.visible(actor, Book).order_by(col(Book.organization_id), col(Book.id)))
    return [(book.organization_id, book.building_id) for book in found]


@requires(Permission.LEDGER_READ)
def waiting(s: Session, actor: Actor) -> list[tuple[UUID, int]]:
    """(building, errors) of the reader's buildings where the last run found errors that nobody accepted."""
    return [(run.building_id, run.errors) for run in s.exec(visible(actor).where(IntegrityRun.errors > 0))]


@requires(Permission.CHECKS_RUN, audit=N_("finding accepted"))
def accept(s: Session, actor: Actor, building_id: UUID, fingerprint: str, reason: str) -> IntegrityAcceptance:
    """A finding of the last run counts no more while its figures stay. Again: the acceptance there is, with the new reason.

    Invalid without a reason, or when the last run has no such finding.
    """
    run = _locked(s, actor, building_id)
    words = rules.check_reason(reason)
    findings = rules.restored(run.findings) if run else []
    finding = next((one for one in findings if one.fingerprint == fingerprint), None)
    if run is None or finding is None:
        raise Invalid("This finding is not there any more: check again.", field="fingerprint")
    there = _acceptance(s, actor, building_id, fingerprint)
    if there is None:
        there = IntegrityAcceptance(building_id=building_id, kind=finding.kind, fingerprint=fingerprint, reason=words)
    there.reason, there.done_by, there.user_id = words, actor.name, actor.user_id
    s.add(there)
    s.flush()
    _recount(s, run)
    return there


@requires(Permission.CHECKS_RUN, audit=N_("finding counted again"))
def take_back(s: Session, actor: Actor, building_id: UUID, fingerprint: str) -> None:
    """An accepted finding counts again; nothing happens when it does already."""
    run = _locked(s, actor, building_id)
    there = _acceptance(s, actor, building_id, fingerprint)
    if there is not None:
        s.delete(there)
        s.flush()
        if run:
            _recount(s, run)


def _locked(s: Session, actor: Actor, building_id: UUID) -> IntegrityRun | None:
    """The last run of a building, for one writer at a time."""
    buildings.get_building(s, actor, building_id)
    return s.exec(visible(actor).where(IntegrityRun.building_id == building_id).with_for_update()).one_or_none()


def _acceptance(s: Session, actor: Actor, building_id: UUID, fingerprint: str) -> IntegrityAcceptance | None:
    here = visible(actor, IntegrityAcceptance).where(IntegrityAcceptance.building_id == building_id)
    return s.exec(here.where(IntegrityAcceptance.fingerprint == fingerprint)).one_or_none()


def _accepted(s: Session, building_id: UUID) -> dict[str, IntegrityAcceptance]:
    found = s.exec(select(IntegrityAcceptance).where(IntegrityAcceptance.building_id == building_id))
    return {one.fingerprint: one for one in found}


def _recount(s: Session, run: IntegrityRun) -> None:
    counted = rules.count(rules.restored(run.findings), _accepted(s, run.building_id))
    run.errors, run.warnings = counted
    s.add(run)


def _checked(s: Session, actor: Actor, building_id: UUID) -> Checked:
    run = s.exec(visible(actor).where(IntegrityRun.building_id == building_id)).one_or_none()
    if run is None:
        return Checked(building_id, None, [], [], [])
    accepted = _accepted(s, building_id)
    found = rules.in_order(rules.restored(run.findings))
    return Checked(
        building_id,
        run,
        [one for one in found if one.fingerprint not in accepted],
        [(one, accepted[one.fingerprint]) for one in found if one.fingerprint in accepted],
        [Kind(kind) for kind in run.cut if kind in set(Kind)],
    )


def _run(s: Session, actor: Actor, building_id: UUID) -> rules.Counted:
    """Looks, and keeps what was found in the place of the run before. In one statement: two runs at once leave one."""
    book = s.exec(books.visible(actor, Book).where(Book.building_id == building_id)).one_or_none()
    if book is None:
        raise Invalid(books.NOT_OPEN)
    scope = scope_of(s, actor, book, clock.today())
    found, cut = _cut(one for check in CHECKS for one in check(s, scope))
    before = s.exec(select(IntegrityRun.findings).where(IntegrityRun.building_id == building_id)).one_or_none()
    found = rules.with_since(found, rules.restored(before or ()), scope.today)
    counted = rules.count(found, _accepted(s, building_id))
    _keep(s, building_id, {
        "ran_at": clock.now(), "ran_by": actor.name if actor.user_id else "", "errors": counted.errors,
        "warnings": counted.warnings, "findings": [rules.stored(one) for one in found], "cut": sorted(cut),
    })  # fmt: skip
    return counted


def _cut(found: Iterable[Finding]) -> tuple[list[Finding], set[Kind]]:
    """The first findings of each kind, and the kinds of which there are more."""
    seen, kept = Counter[Kind](), list[Finding]()
    for one in found:
        seen[one.kind] += 1
        if seen[one.kind] <= MOST:
            kept.append(one)
    return kept, {kind for kind, many in seen.items() if many > MOST}


def _keep(s: Session, building_id: UUID, values: Mapping[str, Any]) -> None:
    now = clock.now()
    row = insert(IntegrityRun).values(id=ids.uuid7(), created_at=now, updated_at=now, building_id=building_id, **values)
    s.execute(
        row.on_conflict_do_update(
            index_elements=["organization_id", "building_id"], set_={**values, "updated_at": now}
        )
    )  # fmt: skip
    s.expire_all()
