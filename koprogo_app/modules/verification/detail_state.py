"""What the pages of the remarks and of one entry show, already worded for their reader."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, day, translate
from koprogo_app.modules.documents import files
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.ledger.state import LineRow, amount, entry_id_of
from koprogo_app.ui.event import event

from . import service
from .rules import REMARKS, Conclusion, RemarkStatus
from .service import Looked, Remarked
from .state import Headed, WorkRow, verification_id_of, work_row
from .wording import on

# --- Remarks ---------------------------------------------------------------------------------------------------------


@dataclass
class RemarkRow:
    id: str
    entry_id: str
    about: str
    text: str
    by: str
    status: str
    state: str
    answer: str
    answered: str


def _remark_row(one: Remarked, locale: str) -> RemarkRow:
    r = one.remark
    by = translate(locale, "{name}, {day}", name=r.written_by, day=on(r.created_at))
    answered = translate(locale, "{name}, {day}", name=r.answered_by, day=on(r.answered_at)) if r.answered_at else ""
    about = f"{one.about} · {one.words}" if one.about else translate(locale, "The accounts as a whole")
    return RemarkRow(
        str(r.id), str(r.entry_id or ""), about, r.text, by, r.status, translate(locale, REMARKS[RemarkStatus(r.status)]), r.answer or "",
        answered,
    )  # fmt: skip


def _remark_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This remark does not exist.") from None


class VerificationRemarksState(Headed, rx.State):
    """The remarks with their answers, and the conclusion."""

    rows: list[RemarkRow] = []
    errors: dict[str, str] = {}
    answering: str = ""  # the remark whose answer is being written
    given: str = ""  # the answer so far
    withdrawing: bool = False
    sent: int = 0  # empties the form of a remark once it is written

    async def _read(self) -> None:
        self.rows = []
        if await self._read_head():
            locale = await self._locale()
            found = await self._run(service.list_remarks, UUID(self.head.id))
            self.rows = [_remark_row(one, locale) for one in found]

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.answering, self.withdrawing = {}, "", False
        await self._read()

    @event(P.VERIFICATION_WRITE)
    async def write(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.write_remark, verification_id_of(self.verification_id), str(form.get("text", "")))
        self.sent += 1
        await self._read()
        return await self._toast(N_("The remark is written: the syndic finds it in the list of what there is to do."))

    @event(P.VERIFICATION_ANSWER)
    async def show_answering(self, remark_id: str):
        self.errors, self.answering = {}, remark_id
        self.given = next((row.answer for row in self.rows if row.id == remark_id), "")

    @event(P.VERIFICATION_ANSWER)
    async def hide_answering(self, open: bool):
        if not open:
            self.answering, self.errors = "", {}

    @event(P.VERIFICATION_ANSWER)
    async def reply(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.answer_remark, _remark_id(self.answering), str(form.get("answer", "")))
        self.answering = ""
        await self._read()

    @event(P.VERIFICATION_WRITE)
    async def settle(self, remark_id: str):
        await self._run(service.close_remark, _remark_id(remark_id))
        await self._read()

    @event(P.VERIFICATION_WRITE)
    async def sign(self, form: dict[str, Any]):
        self.errors = {}
        conclusion = str(form.get("conclusion", ""))
        if conclusion not in set(Conclusion):
            raise Invalid("Choose one from the list.", field="conclusion")
        words = str(form.get("conclusion_words", ""))
        await self._run(service.sign, verification_id_of(self.verification_id), Conclusion(conclusion), words)
        await self._read()
        return await self._toast(N_("The verification is signed: the report is ready for the meeting."))

    @event(P.VERIFICATION_WRITE)
    async def show_withdrawing(self, open: bool):
        self.withdrawing, self.errors = open, {}

    @event(P.VERIFICATION_WRITE)
    async def withdraw(self, form: dict[str, Any]):
        self.errors = {}
        verification_id = verification_id_of(self.verification_id)
        await self._run(service.withdraw_signature, verification_id, str(form.get("reason", "")))
        self.withdrawing = False
        await self._read()


# --- One entry beside its voucher ------------------------------------------------------------------------------------


class VerificationEntryState(Headed, rx.State):
    """An entry of the work list: its lines, its voucher, its remarks, and the next one to look at."""

    row: WorkRow = WorkRow("", "", "", "", "", "", "", "", "", 0, 0, False)
    lines: list[LineRow] = []
    remarks: list[RemarkRow] = []
    kind: str = ""  # of the voucher: pdf, image, other, or hidden from this reader
    following: str = ""
    seen_on: str = ""
    sent: int = 0
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        if not await self._read_head():
            return
        try:
            found = await self._run(service.get_entry, UUID(self.head.id), entry_id_of(self.entry_id))
        except NotFound:
            self.missing = True
            return
        await self._show(found, await self._locale())

    async def _show(self, found: Looked, locale: str) -> None:
        self.row, self.following = work_row(found.row, locale), str(found.following or "")
        self.seen_on = day(on(found.row.ticked_at), locale) if found.row.ticked_at else ""
        self.remarks = [_remark_row(one, locale) for one in found.remarks]
        self.lines = [
            LineRow(
                str(x.line.id), str(x.account.id), f"{x.account.code} {x.account.label(locale)}", x.party, x.line.description,
                amount(x.line.debit_cents, locale), amount(x.line.credit_cents, locale),
            )
            for x in found.whole.lines
        ]  # fmt: skip
        self.kind = await self._kind(found.row.document_id)

    async def _kind(self, document_id: UUID | None) -> str:
        if document_id is None:
            return ""
        try:
            paper = await self._run(documents.get_row, document_id)
        except NotFound:
            return "hidden"
        return files.PREVIEWS.get(paper.mime, "other")

    def _there(self, entry_id: str) -> Any:
        return rx.redirect(f"/buildings/{self.building_id}/verification/{self.head.id}/entries/{entry_id}")

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors = {}
        await self._read()

    @event(P.VERIFICATION_WRITE)
    async def tick(self):
        """Ticks the entry and goes to the next one that nobody saw."""
        following = self.following
        await self._run(service.tick, verification_id_of(self.verification_id), [entry_id_of(self.entry_id)])
        if following:
            return self._there(following)
        await self._read()
        return await self._toast(N_("Every entry of the year was seen."))

    @event(P.VERIFICATION_WRITE)
    async def untick(self):
        await self._run(service.untick, verification_id_of(self.verification_id), [entry_id_of(self.entry_id)])
        await self._read()

    @event(P.VERIFICATION_WRITE)
    async def write(self, form: dict[str, Any]):
        self.errors = {}
        entry_id = entry_id_of(self.entry_id)
        await self._run(
            service.write_remark, verification_id_of(self.verification_id), str(form.get("text", "")), entry_id
        )
        self.sent += 1
        await self._read()
