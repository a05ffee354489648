"""What a co-owner owes each association, why, and how he pays it: put together from his account, calls and statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.calls import rules as calls_rules
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.service import OwnCall
from koprogo_app.modules.meters import readings
from koprogo_app.modules.owner_accounts import service as owner_accounts
from koprogo_app.modules.owner_accounts.service import OwnBalance
from koprogo_app.modules.payments import rules as payment_rules
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.items import Item
from koprogo_app.modules.payments.rules import Dues
from koprogo_app.modules.references import access as references
from koprogo_app.modules.references.models import PaymentReference
from koprogo_app.modules.statements import reading


@dataclass(frozen=True, slots=True)
class Slip:
    """A transfer that settles what is owed. `iban`: none while it is not entered; `digits`: empty until the first call."""

    cents: Cents
    iban: str | None
    digits: str
    reserve: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """The account with one association: what makes its balance (`items`), the calls and statements among it, by the entries that
    they made, which outlive a move to another installation; the last statement if any."""

    balance: OwnBalance
    items: Sequence[Item]
    dues: Dues
    calls: Mapping[UUID, OwnCall]
    statements: Mapping[UUID, UUID]
    slips: Sequence[Slip]
    digits: str
    statement: Any | None  # of reading.my_statements()


def split(items: Sequence[Item], reserve: Collection[UUID]) -> tuple[Cents, Cents]:
    """(to the account of the association, to that of its reserve fund), of what is to be paid; nothing when nothing is.

    `reserve`: entries of calls for the reserve fund alone, which has its own account (art. 3.86 §3 al. 6).
    """
    to_pay = to_reserve = 0
    for some in payment_rules.on_accounts(items).values():
        total = max(0, payment_rules.owed(some))
        to_pay += total
        to_reserve += max(0, min(total, sum(i.owed_cents for i in some if i.entry_id in reserve)))
    return Cents(to_pay - to_reserve), Cents(to_reserve)


@requires(Permission.OWN_READ)
def my_dues(s: Session, actor: Actor) -> list[Owed]:
    """What the reader owes each association whose books are kept here, by name. NotFound for who is nobody in the register."""
    balances = owner_accounts.my_balances(s, actor)
    items, asked = payments.my_open_items(s, actor), {one.entry_id: one for one in calls.my_calls(s, actor)}
    statements, digits = reading.my_statements(s, actor), _digits(s, actor)
    return [
        _owed(
            one, [i for i in items if i.building_id == one.building_id], asked, digits,
            [x for x in statements if x.building_id == one.building_id],
        )
        for one in balances
    ]  # fmt: skip


@requires(Permission.OWN_READ)
def my_meters(s: Session, actor: Actor) -> int:
    """How many meters count what the reader uses. NotFound for who is nobody in the register."""
    return len(readings.my_readings(s, actor))


def _owed(
    one: OwnBalance, items: Sequence[Item], asked: Mapping[UUID, OwnCall], digits: Mapping[UUID, str], statements: Sequence[Any]
) -> Owed:  # fmt: skip
    mine = {i.entry_id: asked[i.entry_id] for i in items if i.entry_id in asked}
    alone = {entry_id: call for entry_id, call in mine.items() if calls_rules.for_reserve_only(call.parts)}
    working, reserve = split(items, alone)
    known = digits.get(one.building_id, "")
    slips = []
    if working:
        slips.append(Slip(working, one.iban, known, reserve=False))
    if reserve:
        slips.append(Slip(reserve, next(call.iban for call in alone.values()), known, reserve=True))
    made = {x.entry_id: x.id for x in statements}
    dues = payment_rules.dues_of(items, clock.today())
    return Owed(one, items, dues, mine, made, slips, known, statements[0] if statements else None)


def _digits(s: Session, actor: Actor) -> dict[UUID, str]:
    """building -> the reader's structured communication: the oldest, as references.known_of()."""
    rows = references.visible(actor).where(PaymentReference.owner_id == actor.owner_id)
    return {row.building_id: row.digits for row in s.exec(rows.order_by(col(PaymentReference.id).desc()))}
