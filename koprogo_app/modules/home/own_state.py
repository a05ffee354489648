"""What a co-owner owes, why and how he pays it, worded for him."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import reflex as rx

from koprogo_app.core import belgium, clock, epc
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.calls.rules import DESTINATIONS, Destination
from koprogo_app.modules.calls.service import OwnPart
from koprogo_app.modules.payments.items import Item
from koprogo_app.modules.payments.rules import told
from koprogo_app.modules.statements.state import period
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import owed
from .owed import Owed, Slip


@dataclass
class ItemRow:
    """What is open of one entry. `why`: the lots and shares of a call; `href`: the statement, or nothing."""

    words: str
    due: str
    amount: str
    late: bool
    why: str
    href: str


@dataclass
class SlipRow:
    """How to pay: everything that a transfer needs. `code`: an image, or nothing with the sentence `lacking`."""

    title: str
    amount: str
    iban: str
    beneficiary: str
    communication: str
    code: str
    lacking: str


@dataclass
class OwedRow:
    """The reader's account with one association. `by`: until when, or how much is late; `favour`: on the account of another fund."""

    id: str
    name: str
    standing: str
    sentence: str
    by: str
    late: bool
    favour: str
    lines: list[ItemRow]
    slips: list[SlipRow]
    statement: str
    statement_href: str


def owed_row(one: Owed, locale: str) -> OwedRow:
    b, today = one.balance, clock.today()
    said, last, statement = told(one.dues, locale), one.statement, ""
    if last:
        balance = euros(Cents(last.costs_cents - last.provisions_cents), locale)
        when = period(last.from_on, last.until_on, locale)
        statement = translate(locale, "Last statement: {period}, {amount}", period=when, amount=balance)
    return OwedRow(
        str(b.building_id), b.name, said.standing.value, said.sentence, said.by, one.dues.late > 0, said.favour,
        _items(one, today, locale), [_slip(x, association_name(b.name, b.language), locale) for x in one.slips], statement,
        f"/my-statements/{last.id}" if last else "",
    )  # fmt: skip


def _items(one: Owed, today: date, locale: str) -> list[ItemRow]:
    """One row for each entry: a call may stand on the accounts of several funds."""
    entries: dict[UUID, list[Item]] = {}
    for i in one.items:
        entries.setdefault(i.entry_id, []).append(i)
    return [_item(some, one, today, locale) for some in entries.values()]


def _item(some: list[Item], one: Owed, today: date, locale: str) -> ItemRow:
    first, owing = some[0], sum(i.owed_cents for i in some)
    asked, statement = one.calls.get(first.entry_id), one.statements.get(first.entry_id)
    href = f"/my-statements/{statement}" if statement else ""
    late = owing > 0 and first.due_on < today
    words = asked.title if asked else first.words
    why = " · ".join(_part(p, asked.title, locale) for p in asked.parts) if asked else ""
    return ItemRow(words, day(first.due_on, locale), euros(Cents(owing), locale), late, why, href)


def _part(p: OwnPart, title: str, locale: str) -> str:
    """Running costs, lot A1, 600/1.000: 60,00 €. What the call itself is called is not said again for each lot."""
    words = p.description or translate(locale, DESTINATIONS[Destination(p.destination)])
    words = "" if p.lot and words == title else words
    shares = f"{number(p.weight, locale)}/{number(p.whole, locale)}" if p.weight and p.whole else ""
    lot = translate(locale, "Lot {number}", number=p.lot) if p.lot else ""
    return f"{', '.join(x for x in (words, lot, shares) if x)}: {euros(Cents(p.cents), locale)}"


def _slip(x: Slip, beneficiary: str, locale: str) -> SlipRow:
    title = translate(locale, N_("How to pay the reserve fund") if x.reserve else N_("How to pay"))
    shown = SlipRow(
        title, euros(x.cents, locale), belgium.show_iban(x.iban), beneficiary, belgium.show_communication(x.digits), "", "",
    )  # fmt: skip
    if not x.iban:
        shown.lacking = translate(locale, "The account number is not entered yet: ask your syndic.")
    elif not x.digits:
        shown.lacking = translate(locale, "Your structured communication comes with the first call for funds.")
    elif epc.can_be_shown(x.cents):
        shown.code = epc.svg_data(epc.qr(beneficiary, x.iban, x.cents, x.digits))
    return shown


class MyDuesState(Session, rx.State):
    """For the page of one's own account: what is owed each association, and the meters if there are any."""

    dues: list[OwedRow] = []
    meters: int = 0
    unknown: bool = False  # an account of the application that is linked to nobody of the register

    @event(P.OWN_READ)
    async def load(self):
        locale = await self._locale()
        try:
            found = await self._run(owed.my_dues)
            self.meters, self.unknown = await self._run(owed.my_meters), False
        except NotFound:
            self.dues, self.meters, self.unknown = [], 0, True
            return
        self.dues = [owed_row(one, locale) for one in found]
