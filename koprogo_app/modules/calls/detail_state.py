"""What the page of a call shows: what it asks, of whom, what came in; and issuing, reversing, deleting it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.splits.models import Preview
from koprogo_app.ui.event import event
from koprogo_app.ui.share_bar import Share

from . import issuing, rules, service
from .form_state import Sharing
from .rules import Destination, State, Status
from .service import OwnerDue, Whole
from .state import call_id_of


@dataclass
class CallCard:
    """A call, worded."""

    id: str = ""
    title: str = ""
    words: str = ""
    kind: str = ""
    called: str = ""
    due: str = ""
    state: str = ""
    total: str = ""
    received: str = ""
    open: str = ""
    reserve: str = ""  # the sentence of art. 3.86 §3
    alone: str = ""  # who is asked alone
    entry_id: str = ""
    reversal_id: str = ""
    reason: str = ""
    run_id: str = ""
    owners: str = ""


@dataclass
class CallLineRow:
    id: str
    words: str
    destination: str
    key: str
    amount: str


@dataclass
class DueRow:
    owner: str
    href: str
    lots: str
    reserve: str
    asked: str
    paid: str
    open: str
    state: str


class CallState(Sharing, rx.State):
    """The page of a call."""

    missing: bool = False
    call: CallCard = CallCard()
    lines: list[CallLineRow] = []
    dues: list[DueRow] = []
    bar: list[Share] = []
    said: str = ""  # the bar, as a sentence
    can: list[str] = []  # issue, edit, delete, reverse
    reversing: bool = False
    errors: dict[str, str] = {}
    _seen: str = ""  # what the draft asked of whom when it was shown

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.reversing = {}, False
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            whole: Whole = await self._run(service.get_call, call_id_of(self.call_id))
        except NotFound:
            self.missing, self.lines, self.dues, self.call = True, [], [], CallCard()
            return
        self.missing = False
        self.can = {Status.DRAFT: ["issue", "edit", "delete"], Status.ISSUED: ["reverse"]}.get(
            Status(whole.call.status), []
        )
        self.call = await self._card(whole, locale)
        known = {k.id: k.name for k in await self._run(keys.list_keys, whole.call.building_id)}
        shares = translate(locale, known.get(whole.call.building_id, ""))
        self.lines = [
            CallLineRow(
                str(line.id), line.description, translate(locale, rules.DESTINATIONS[Destination(line.destination)]),
                self.call.alone or (known.get(line.key_id, "") if line.key_id else shares), euros(Cents(line.cents), locale),
            )
            for line in whole.lines
        ]  # fmt: skip
        self.dues = [_due(due, whole.call.building_id, locale) for due in whole.owners]
        self.bar, self.said = _bar(whole, locale)
        await self._share_out(whole, locale)

    async def _card(self, whole: Whole, locale: str) -> CallCard:
        c = whole.call
        alone = (await self._run(owners.get_owner, c.owner_id)).name if c.owner_id else ""
        run = await self._run(letters.find_run, issuing.SOURCE, c.id) if c.entry_id else None
        received = Cents(c.total_cents - whole.open_cents) if c.status == Status.ISSUED else rules.NOTHING
        return CallCard(
            id=str(c.id), title=c.title, words=c.description, kind=translate(locale, rules.KINDS[rules.Kind(c.kind)]),
            called=day(c.called_on, locale), due=day(c.due_on, locale), state=whole.state.value,
            total=euros(Cents(c.total_cents), locale), received=euros(received, locale), open=euros(whole.open_cents, locale),
            reserve=_reserve(whole, locale), alone=alone, entry_id=str(c.entry_id or ""), reversal_id=str(c.reversal_entry_id or ""),
            reason=c.reversal_reason or "", run_id=str(run.id) if run else "", owners=number(len(whole.owners), locale),
        )  # fmt: skip

    async def _share_out(self, whole: Whole, locale: str) -> None:
        """Of a draft: what each would pay."""
        self.shares, self.shared, self.stopped, self._seen = [], "", [], ""
        if whole.call.status != Status.DRAFT:
            return
        try:
            found: Preview = await self._run(service.preview, whole.call.id)
            self._show(found, locale)
            self._seen = service.seen(whole.call, whole.lines, found)
        except Invalid as error:
            self._stop(error, locale)

    @event(P.CALLS_ISSUE)
    async def issue(self):
        """Issues the draft as it is shown; shows it anew when it is another by now."""
        self.errors = {}
        try:
            await self._run(issuing.issue_call, call_id_of(self.call_id), self._seen)
        except Conflict:
            await self._read()
            raise
        except Invalid as error:
            if not error.fields:
                raise
            locale = await self._locale()  # the page has no fields: everything is said in one toast
            said = dict.fromkeys(translate(locale, e.message, **e.params) for e in error.fields.values())
            return rx.toast.error(" ".join(said))
        await self._read()
        return None

    @event(P.CALLS_ISSUE)
    async def show_reversing(self, open: bool):
        self.reversing, self.errors = open, {}

    @event(P.CALLS_ISSUE)
    async def reverse(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(issuing.reverse_call, call_id_of(self.call_id), str(form.get("reason", "")))
        self.reversing = False
        await self._read()

    @event(P.CALLS_WRITE)
    async def delete(self):
        """Deletes the draft."""
        await self._run(service.delete_call, call_id_of(self.call_id))
        return rx.redirect(f"/buildings/{self.building_id}/calls")


def _due(x: OwnerDue, building_id: UUID, locale: str) -> DueRow:
    received = rules.NOTHING if x.state is State.REVERSED else Cents(x.cents - x.open_cents)
    return DueRow(
        x.name, f"/buildings/{building_id}/owner-balances/{x.owner_id}", ", ".join(x.lots), euros(x.reserve_cents, locale), euros(x.cents, locale),
        euros(received, locale), euros(x.open_cents, locale), x.state.value,
    )  # fmt: skip


def _reserve(whole: Whole, locale: str) -> str:
    if not whole.reserve_cents:
        return translate(locale, N_("Nothing of it goes to the reserve fund."))
    amount = euros(whole.reserve_cents, locale)
    return translate(locale, N_("{amount} of it goes to the reserve fund."), amount=amount)


def _bar(whole: Whole, locale: str) -> tuple[list[Share], str]:
    """What came in, what is open and what is late, of an issued call."""
    total = whole.call.total_cents
    if whole.call.status != Status.ISSUED:
        return [], ""
    late = sum(due.open_cents for due in whole.owners if due.state == State.OVERDUE)
    received, waiting = total - whole.open_cents, whole.open_cents - late
    parts = ((N_("received"), received, "ok"), (N_("not due yet"), waiting, "warn"), (N_("overdue"), late, "bad"))
    bar = [
        Share(translate(locale, word), euros(Cents(cents), locale), f"{Decimal(100 * cents) / total:.2f}", part)
        for word, cents, part in parts
        if cents
    ]
    said = translate(
        locale, N_("{received} of {total} received."), received=euros(Cents(received), locale), total=euros(Cents(total), locale)
    )  # fmt: skip
    return bar, said
