"""What the letter of a call says to one owner: what is asked and by when, why, and how it is paid. All in his language."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import belgium
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, known, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.keys.rules import SHARES_KEY
from koprogo_app.modules.letters.rules import LetterContent, Slip, Table
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.references import service as references

from . import rules, service
from .models import Call, CallLine, CallPart
from .rules import DESTINATIONS, Destination, Status

_FIGURES = frozenset({2, 3, 4})


@dataclass(frozen=True, slots=True)
class _Row:
    """A part with what the table says of it."""

    line: CallLine
    part: CallPart
    lot: str
    key: str

    @property
    def destination(self) -> str:
        return self.line.destination

    @property
    def cents(self) -> int:
        return self.part.cents


@requires(Permission.LEDGER_READ)
def compose(s: Session, actor: Actor, call_id: UUID, owner_id: UUID) -> LetterContent:
    """The letter of an issued call to one of its owners.

    NotFound for who is not asked by it. Invalid when it is not issued, or the account that it is paid to is not entered.
    """
    whole = service.get_row(s, actor, call_id)
    building = s.exec(select(Building).where(Building.id == whole.building_id)).one()
    if whole.status != Status.ISSUED or whole.entry_id is None:
        raise Invalid("This call is not issued.")
    owner = s.exec(select(Owner).where(Owner.id == owner_id)).one_or_none()
    rows = _rows(s, call_id, owner_id)
    if owner is None or not rows:
        raise NotFound("This call asks nothing of this person.")
    iban = service.iban_of(building, rows)
    if not iban:
        raise Invalid("The account number that this call is paid to is missing: enter it with the building’s accounts.")
    open_cents = Cents(payments.open_by_entry(s, [whole.entry_id]).get((whole.entry_id, owner_id), 0))
    digits = references.known_of(s, actor, building.id, [owner_id])[owner_id]  # given as the call was issued
    return _written(whole, building, rows, open_cents, iban, digits, known(owner.language))


def _rows(s: Session, call_id: UUID, owner_id: UUID) -> list[_Row]:
    wanted = (
        select(CallLine, CallPart, Lot.number, DistributionKey.name)
        .join(CallPart, col(CallPart.call_line_id) == CallLine.id)
        .outerjoin(Lot, col(Lot.id) == CallPart.lot_id)
        .outerjoin(DistributionKey, col(DistributionKey.id) == CallLine.key_id)
        .where(CallPart.call_id == call_id, CallPart.owner_id == owner_id)
        .order_by(col(CallLine.position), col(CallPart.id))
    )
    return [_Row(line, part, lot or "", key or "") for line, part, lot, key in s.execute(wanted)]


def _written(
    call: Call, building: Building, rows: Sequence[_Row], open_cents: Cents, iban: str, digits: str, locale: str
) -> LetterContent:
    def said(msgid: str, **params: object) -> str:
        return translate(locale, msgid, **params)

    asked, due = Cents(sum(row.cents for row in rows)), day(call.due_on, locale)
    if open_cents > 0:
        lead = said(N_("We ask you to pay {amount} by {day} at the latest."), amount=euros(open_cents, locale), day=due)
    else:
        lead = said(
            N_("We call {amount} from you; it is settled already: you have nothing to pay."),
            amount=euros(asked, locale),
        )
    paragraphs = [call.description] if call.description else []
    if 0 < open_cents < asked:
        settled = euros(Cents(asked - open_cents), locale)
        words = N_("The call is for {asked}; {settled} of it is settled by what stood in your favour.")
        paragraphs.append(said(words, asked=euros(asked, locale), settled=settled))
    paragraphs.append(_reserve(rows, asked, locale))
    notes = [said(N_("Worked out for who held the lots on {day}."), day=due)] if call.owner_id is None else []
    if any(row.part.lot_id and row.part.whole for row in rows):
        notes.append(said(N_("Where several people hold a lot, the amount is your own part of what the lot pays.")))
    return LetterContent(
        title=said(N_("Call for funds: {title}"), title=call.title), lead=lead, paragraphs=tuple(paragraphs),
        tables=(_table(rows, locale),), notes=tuple(notes),
        payment=Slip(
            cents=open_cents, iban=iban,
            beneficiary=association_name(building.name, building.language), digits=digits, due_on=call.due_on,
        ),
        references=(
            (said(N_("Building")), building.name), (said(N_("Called on")), day(call.called_on, locale)),
            (said(N_("Communication")), belgium.show_communication(digits)),
        ),
    )  # fmt: skip


def _reserve(rows: Sequence[_Row], asked: Cents, locale: str) -> str:
    """Every call says what goes to the reserve fund (Civil Code, art. 3.86 §3)."""
    reserve = rules.reserve_part(rows)
    if not reserve:
        return translate(locale, N_("Nothing of it goes to the reserve fund (Civil Code, art. 3.86 §3)."))
    if reserve == asked:
        return translate(locale, N_("All of it goes to the reserve fund (Civil Code, art. 3.86 §3)."))
    words = N_("Of {asked}, {amount} goes to the reserve fund (Civil Code, art. 3.86 §3).")
    return translate(locale, words, asked=euros(asked, locale), amount=euros(reserve, locale))


def _table(rows: Sequence[_Row], locale: str) -> Table:
    """The lines of the call; of several lots, lot by lot in one table: a letter on one sheet costs half the paper and the post."""

    def said(msgid: str, **params: object) -> str:
        return translate(locale, msgid, **params)

    lots = list(dict.fromkeys(row.lot for row in rows))
    columns = (N_("Description"), N_("Key"), N_("Total of the building"), N_("Share"), N_("Amount"))
    first, blank = ((said(N_("Lot")),), ("",)) if len(lots) > 1 else ((), ())
    cells: list[tuple[str, ...]] = []
    for lot in lots:
        mine = [row for row in rows if row.lot == lot]
        cells += [((lot,) if first and not n else blank) + _cells(row, locale) for n, row in enumerate(mine)]
        if first and len(mine) > 1:
            cells.append((*blank, said(N_("Total of lot {number}"), number=lot), "", "", "", _sum(mine, locale)))
    return Table(
        title=said(N_("Lot {number}"), number=lots[0]) if len(lots) == 1 and lots[0] else "",
        columns=(*first, *(said(words) for words in columns)), rows=tuple(cells),
        foot=((said(N_("Total")), *blank, "", "", "", _sum(rows, locale)),),
        numeric=frozenset(place + len(first) for place in _FIGURES),
    )  # fmt: skip


def _sum(rows: Sequence[_Row], locale: str) -> str:
    return euros(Cents(sum(row.cents for row in rows)), locale)


def _cells(row: _Row, locale: str) -> tuple[str, ...]:
    words = row.line.description or translate(locale, DESTINATIONS[Destination(row.destination)])
    amount = euros(Cents(row.cents), locale)
    if row.part.whole is None or row.part.weight is None:
        return (words, translate(locale, N_("Yours alone")), amount, "", amount)
    share = f"{number(row.part.weight, locale)} / {number(row.part.whole, locale)}"
    key = row.key or translate(locale, SHARES_KEY)
    return (words, key, euros(Cents(row.line.cents), locale), share, amount)
