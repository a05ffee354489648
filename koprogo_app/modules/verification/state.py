"""What the pages of the verification show: the years and the work list, already worded for their reader."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id
from koprogo_app.modules.accounts.state import year_words
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.ledger.state import entry_id_of, number_words
from koprogo_app.ui import address
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service
from .rules import CONCLUSIONS, Conclusion, Sample
from .service import Year
from .wording import on, percent

FILTERS = ("seen", "remark", "voucher", "above", "journal", "class", "sample")


def verification_id_of(text: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(text, N_("This verification does not exist."))


@dataclass
class Head:
    """A year and its verification, worded. `status`: open, signed, or nothing before it begins."""

    id: str = ""
    year_id: str = ""
    year: str = ""
    status: str = ""
    every: int = 0
    done: int = 0
    seen: str = ""
    amount: str = ""
    begun: str = ""
    later: str = ""
    remarks: str = ""
    unsettled: str = ""
    conclusion: str = ""
    words: str = ""
    signed: str = ""
    withdrawn: str = ""
    reason: str = ""

    @classmethod
    def of(cls, one: Year, locale: str) -> "Head":
        head = cls(year_id=str(one.year.id), year=year_words(one.year, locale))
        v, p = one.verification, one.reach.progress
        if v is None:
            return head
        head.id, head.status, head.every, head.done = str(v.id), v.status, p.entries, p.seen
        head.seen = translate(
            locale, "{seen} of {entries} ({share})", seen=number(p.seen, locale), entries=number(p.entries, locale),
            share=percent(p.share, locale),
        )  # fmt: skip
        head.amount = translate(
            locale, "{seen} of {entries} ({share})", seen=euros(p.seen_cents, locale), entries=euros(p.cents, locale),
            share=percent(p.cents_share, locale),
        )  # fmt: skip
        head.begun = translate(locale, "{name}, {day}", name=v.opened_by, day=v.opened_on)
        head.later = number(one.reach.later, locale) if one.reach.later else ""
        head.remarks, head.unsettled = (
            number(one.remarks, locale),
            number(one.unsettled, locale) if one.unsettled else "",
        )
        if v.conclusion and v.signed_at:
            head.conclusion, head.words = translate(locale, CONCLUSIONS[Conclusion(v.conclusion)]), v.conclusion_words
            head.signed = translate(locale, "{name}, {day}", name=v.signed_by, day=on(v.signed_at))
        if v.withdrawn_at:
            head.withdrawn = translate(locale, "{name}, {day}", name=v.withdrawn_by, day=on(v.withdrawn_at))
            head.reason = v.withdrawal_reason or ""
        return head


class VerificationYearsState(Session, rx.State):
    """The financial years of a building and how far each is verified."""

    rows: list[Head] = []
    ready: bool = False

    @event(P.LEDGER_READ)
    async def load(self):
        locale = await self._locale()
        self.rows, self.ready = [], False
        found = await self._run(service.list_years, id_of(self.building_id))
        self.rows, self.ready = [Head.of(one, locale) for one in found], True

    @event(P.VERIFICATION_WRITE)
    async def begin(self, year_id: str):
        building_id = id_of(self.building_id)
        try:
            made = await self._run(service.open_verification, building_id, UUID(year_id))
        except (ValueError, Conflict):
            return VerificationYearsState.load  # it was signed meanwhile: the page says so
        return rx.redirect(f"/buildings/{building_id}/verification/{made.id}")


class Headed(Session, mixin=True):
    """A page of one verification."""

    head: Head = Head()
    missing: bool = False

    async def _read_head(self) -> bool:
        """Fills the head; False when there is no such verification for this reader."""
        locale = await self._locale()
        try:
            found = await self._run(service.get_verification, verification_id_of(self.verification_id))
        except NotFound:
            self.missing, self.head = True, Head()
            return False
        self.missing, self.head = False, Head.of(found, locale)
        return True

    async def _toast(self, msgid: str, **params: object) -> Any:
        return rx.toast.success(translate(await self._locale(), msgid, **params))


# --- The work list ---------------------------------------------------------------------------------------------------


@dataclass
class WorkRow:
    """`voucher`: there, own (the application keeps the paper) or missing; `late`: posted after the signature."""

    id: str
    number: str
    on: str
    words: str
    reference: str
    amount: str
    voucher: str
    document_id: str
    seen: str
    remarks: int
    unsettled: int
    reversal: bool


def work_row(e: Any, locale: str) -> WorkRow:
    own = "own" if rules.keeps_own_paper(e.source) else "missing"
    return WorkRow(
        str(e.id), number_words(e.journal, e.number), day(e.entry_on, locale), e.description, e.document_ref or "",
        euros(Cents(e.total_cents), locale), "there" if e.document_id else own, str(e.document_id or ""), e.ticked_by or "",
        e.remarks, e.unsettled, e.reverses_id is not None,
    )  # fmt: skip


@listed(P.LEDGER_READ)
class VerificationState(Headed, Listing, rx.State):
    """The entries of the year, to be seen one by one."""

    rows: list[WorkRow] = []
    selected: list[str] = []
    chosen: str = ""
    sampled: str = ""
    seed: str = ""
    drawing: bool = False
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        if not await self._read_head():
            self.rows, self.total = [], 0
            return
        locale, verification_id = await self._locale(), UUID(self.head.id)
        try:
            found = await self._run(service.list_entries, verification_id, self._asked())
            self.sampled = _sample_words(self.filters.get("sample", ""), locale)
        except Invalid:  # an address that somebody typed
            self.filters, self.sampled = {}, ""
            found = await self._run(service.list_entries, verification_id, self._asked())
        self.total, self.rows = found.total, [work_row(e, locale) for e in found.rows]
        await self._choose([])

    async def _choose(self, ids: Sequence[str]) -> None:
        self.selected = list(ids)
        self.chosen = translate(await self._locale(), "Entries chosen: {count}", count=len(ids))

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.drawing = {}, False
        self._narrow(*FILTERS)
        await self._read()

    @event(P.VERIFICATION_WRITE)
    async def pick(self, row_id: str):
        kept = [one for one in self.selected if one != row_id]
        await self._choose(kept if len(kept) < len(self.selected) else [*kept, row_id])

    @event(P.VERIFICATION_WRITE)
    async def pick_all(self):
        every = [row.id for row in self.rows]
        await self._choose([] if len(self.selected) >= len(every) else every)

    @event(P.VERIFICATION_WRITE)
    async def pick_none(self):
        await self._choose([])

    @event(P.VERIFICATION_WRITE)
    async def tick(self):
        """The chosen entries."""
        return await self._tick(self.selected)

    @event(P.VERIFICATION_WRITE)
    async def tick_page(self):
        return await self._tick([row.id for row in self.rows if not row.seen])

    @event(P.VERIFICATION_WRITE)
    async def untick(self):
        """The chosen entries."""
        given = [entry_id_of(one) for one in self.selected]
        count = await self._run(service.untick, verification_id_of(self.verification_id), given)
        await self._read()
        return await self._toast(N_("Ticks taken back: {count}."), count=count)

    async def _tick(self, ids: Sequence[str]) -> Any:
        given = [entry_id_of(one) for one in ids]
        count = await self._run(service.tick, verification_id_of(self.verification_id), given)
        await self._read()
        return await self._toast(N_("Entries seen with their vouchers: {count}."), count=count)

    # Sampling

    @event(P.LEDGER_READ)
    async def show_drawing(self, open: bool):
        self.drawing, self.errors = open, {}
        self.seed = str(secrets.randbelow(rules.SEEDS))

    @event(P.LEDGER_READ)
    async def draw(self, form: dict[str, Any]):
        self.errors = {}
        given = [str(form.get(name, "")).strip() for name in ("draw", "size", "seed")]
        sample = str(rules.make_sample(*given))
        self.drawing, self.page, self.filters = False, 1, self.filters | {"sample": sample}
        await self._read()
        return address.kept("sample", sample)

    @event(P.LEDGER_READ)
    async def forget_sample(self):
        self.page, self.filters = 1, {name: value for name, value in self.filters.items() if name != "sample"}
        await self._read()
        return address.kept("sample")


def _sample_words(text: str, locale: str) -> str:
    if not text:
        return ""
    sample: Sample = rules.read_sample(text)
    if sample.draw is rules.Draw.LARGEST:
        return translate(locale, "Sample: the {size} largest entries of the year.", size=sample.size)
    return translate(
        locale, "Sample: {size} entries drawn by lot with the number {seed}; the same number draws the same entries.",
        size=sample.size, seed=sample.seed,
    )  # fmt: skip
