"""A call leaves for its owners: shared out, posted, settled by what stands in credit, and its letters prepared; or is undone."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, DomainError, Invalid
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal, Side
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.references import service as references
from koprogo_app.modules.splits.models import Preview

from . import access, rules, service
from .models import Call, CallLine, CallPart
from .rules import Due, Status

SOURCE = "call"  # of the entries made here, and the kind of their letters


@requires(Permission.CALLS_ISSUE, audit=N_("call for funds issued"))
def issue_call(s: Session, actor: Actor, call_id: UUID, seen: str | None = None) -> Call:
    """Issues a draft, in one: who owns on the due date owes his part, in the books and in a letter; once, however often asked.

    What stands in an owner's favour, on the account of the same fund, settles it at once. `seen`: service.seen() of what was
    confirmed; Conflict when it is another by now. Invalid, beside the field: a key that does not add up, a lot that nobody
    holds on the due date (lines.<n>.key_id, the lot named), a day of a locked period or of no year (called_on).
    """
    books.locked_book(s, actor, service.get_row(s, actor, call_id).building_id)
    call = access.locked(s, actor, call_id)
    if call.status == Status.ISSUED:
        return call
    if call.status == Status.REVERSED:
        raise Invalid("This call was reversed: make a new one.")
    lines = access.lines_of(s, [call_id]).get(call_id, [])
    shared = access.share_out(s, actor, access.Asked.of(call, lines))
    if seen is not None and seen != service.seen(call, lines, shared):
        raise Conflict("This call was changed meanwhile: look at it again.")
    entry = _post(s, actor, call, lines, shared)
    call.status, call.entry_id = Status.ISSUED, entry.id
    call.issued_by, call.issued_at = actor.user_id, clock.now()
    s.flush()
    _keep_parts(s, call, lines, shared)
    owner_ids = [total.owner_id for total in shared.totals if total.owed.cents]
    payments.settle_oldest(s, actor, call.building_id, owner_ids)
    references.references_of(s, actor, call.building_id, owner_ids)
    letters.start_run(s, actor, call.building_id, SOURCE, call.id, call.title, owner_ids)
    return call


@requires(Permission.CALLS_ISSUE, audit=N_("call for funds reversed"))
def reverse_call(s: Session, actor: Actor, call_id: UUID, reason: str) -> Call:
    """Undoes an issued call by the mirror of its entry, with a reason, once. What was paid of it stays in the owners' favour.

    The mirror has the day of the entry, or the first one after it that is not locked.
    """
    reason = rules.check_reason(reason)
    books.locked_book(s, actor, service.get_row(s, actor, call_id).building_id)
    call = access.locked(s, actor, call_id)
    if call.status == Status.REVERSED:
        return call
    if call.status != Status.ISSUED or call.entry_id is None:
        raise Invalid("This call is a draft: delete it.")
    try:
        mirror = posting.mirror(s, actor, call.entry_id, reason)
    except Invalid as error:
        raise Invalid(error.message, field="reason", **dict(error.params)) from None
    payments.release(s, call.entry_id)
    call.status, call.reversal_entry_id, call.reversal_reason = Status.REVERSED, mirror.id, reason
    s.flush()
    return call


@requires(Permission.CALLS_ISSUE, audit=N_("call for funds cancelled"))
def cancel_call(s: Session, actor: Actor, call_id: UUID) -> Call:
    """The contract's cancellation: puts a draft aside, reverses what is issued; Invalid once some of it is paid."""
    call = service.get_row(s, actor, call_id)
    if call.status == Status.ISSUED:
        books.locked_book(s, actor, call.building_id)  # first: no payment comes between the look and the reversal
        access.locked(s, actor, call_id)
        whole = service.get_call(s, actor, call_id)
        if whole.call.status == Status.ISSUED and whole.open_cents < whole.call.total_cents:
            raise Invalid("Some of this call is paid: reverse it, and what was paid stays in the owners’ favour.")
        return reverse_call(s, actor, call_id, translate(whole.building.language, N_("Cancelled")))
    call = access.locked(s, actor, call_id)
    if call.status == Status.ISSUED:  # in the meantime
        raise Invalid("This call is issued: it can be reversed, not changed.")
    call.status = Status.REVERSED
    s.flush()
    return call


def _post(s: Session, actor: Actor, call: Call, lines: Sequence[CallLine], shared: Preview) -> JournalEntry:
    """VEN: each owner on each of his accounts, against what the money is for."""
    dues = [
        Due(one.part.owner_id, line.destination, one.part.cents)
        for line, parts in zip(lines, shared.costs, strict=True)
        for one in parts
        if one.part.cents
    ]
    owed, credited = rules.by_owner(dues), rules.by_destination(dues)
    purposes = {*(purpose for _, purpose in owed), *(rules.CREDITED[to] for to in credited)}
    codes = books.codes_of(s, call.building_id, *purposes)
    place = {total.owner_id: n for n, total in enumerate(shared.totals)}
    nothing = Cents(0)
    sides = [
        Side(codes[purpose], cents, nothing, call.title, owner_id=owner_id, due_on=call.due_on)
        for (owner_id, purpose), cents in sorted(owed.items(), key=lambda one: (place[one[0][0]], one[0][1]))
    ]
    sides += [Side(codes[rules.CREDITED[to]], nothing, cents, call.title) for to, cents in credited.items()]
    try:
        new = Posting(Journal.VEN, call.called_on, call.title, sides, source=SOURCE, source_id=call.id)
        return posting.post(s, actor, call.building_id, new)
    except Invalid as error:
        raise _beside(error) from None


def _keep_parts(s: Session, call: Call, lines: Sequence[CallLine], shared: Preview) -> None:
    """With the weights that they were shared out by; none for who is asked alone."""
    for line, parts in zip(lines, shared.costs, strict=True):
        s.add_all(
            CallPart(
                building_id=call.building_id, call_id=call.id, call_line_id=line.id, lot_id=part.lot_id, owner_id=part.owner_id,
                cents=part.cents, weight=part.weight or None, whole=part.whole or None,
            )
            for part in (one.part for one in parts)
            if part.cents
        )  # fmt: skip
    s.flush()


def _beside(error: Invalid) -> Invalid:
    """What posting refuses, beside the day of the call: it has no field for the lines of the entry."""
    moved: dict[str, DomainError] = {
        "called_on" if name == "entry_on" else "lines": one for name, one in error.fields.items()
    }
    return Invalid.together(moved) if moved else error
