"""What the page of an invoice shows: facts, lines, who pays, what befell it, and what can be done with it."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, moment, translate
from koprogo_app.core.i18n import number as figure
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import day_of
from koprogo_app.modules.documents import files
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.splits.models import Preview
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session
from koprogo_app.ui.timeline import Moment

from . import amounts, rules, service, workflow
from .rules import Action, Fund, Source
from .service import Whole
from .state import invoice_id_of
from .vat import shown

STEPS = {
    "create": N_("Entered"),
    Action.SUBMIT: N_("Sent for approval"),
    Action.APPROVE: N_("Approved and entered in the books"),
    Action.REFUSE: N_("Refused"),
    Action.UNDO: N_("Taken out of the books"),
    Action.PAY: N_("Paid"),
    Action.UNPAY: N_("Payment undone"),
    Action.OVERDUE: N_("Called overdue"),
    Action.CANCEL: N_("Cancelled"),
    Action.REACTIVATE: N_("Taken up again"),
}
MOST_PARTS = 500  # rows of one cost: more lots than any list shows at once


@dataclass
class InvoiceCard:
    """An invoice, worded. `gross`, `net`, `vat` have the sign of the paper."""

    id: str = ""
    title: str = ""
    supplier: str = ""
    supplier_id: str = ""
    kind: str = ""
    number: str = ""
    words: str = ""
    category: str = ""
    issued: str = ""
    due: str = ""
    booked: str = ""
    received: str = ""
    net: str = ""
    vat: str = ""
    gross: str = ""
    reference: str = ""
    iban: str = ""
    status: str = ""
    refusal: str = ""
    entry_id: str = ""
    payment_entry_id: str = ""
    paid: str = ""
    document_id: str = ""
    document_kind: str = ""
    from_file: bool = False

    @classmethod
    def of(cls, whole: Whole, kind_of_paper: str, locale: str) -> "InvoiceCard":
        i = whole.invoice
        paid = [day(i.paid_on, locale), translate(locale, rules.FUNDS[Fund(i.paid_from)])] if i.paid_from else []
        return cls(
            id=str(i.id), title=" · ".join(part for part in (whole.supplier, i.number) if part) or i.description,
            supplier=whole.supplier, supplier_id=str(i.supplier_id or ""), kind=translate(locale, rules.KINDS[rules.Kind(i.kind)]),
            number=i.number, words=i.description, category=translate(locale, rules.CATEGORIES[rules.Category(i.category)]),
            issued=day(i.issued_on, locale), due=day(i.due_on, locale), booked=day(i.booked_on, locale),
            received=day(i.received_on, locale), net=euros(Cents(i.net_cents), locale), vat=euros(Cents(i.vat_cents), locale),
            gross=euros(Cents(i.gross_cents), locale), reference=i.payment_reference, iban=belgium.show_iban(i.payment_iban),
            status=rules.status_of(i, i.due_on, clock.today()).value, refusal=i.refusal_reason or "",
            entry_id=str(i.entry_id or ""), payment_entry_id=str(i.payment_entry_id or ""), paid=", ".join(paid),
            document_id=str(i.document_id or ""), document_kind=kind_of_paper, from_file=i.source == Source.UBL,
        )  # fmt: skip


@dataclass
class LineRow:
    id: str
    account: str
    words: str
    bearer: str
    period: str
    net: str
    rate: str
    gross: str


@dataclass
class PartRow:
    owner: str
    lot: str
    amount: str


@dataclass
class RemarkRow:
    text: str
    href: str  # of the other invoice it is about


class InvoiceState(Session, rx.State):
    """The page of an invoice."""

    missing: bool = False
    invoice: InvoiceCard = InvoiceCard()
    lines: list[LineRow] = []
    remarks: list[RemarkRow] = []
    history: list[Moment] = []
    costs: list[Choice] = []  # what the shares can be shown of: the whole, and each line
    cost: str = ""
    parts: list[PartRow] = []
    parts_sum: str = ""
    balanced: bool = False
    stopped: list[str] = []  # what the shares cannot be worked out for
    can: list[str] = []  # the actions of its state
    asking: str = ""  # the action that waits for its reason
    paying: bool = False
    today: str = ""
    errors: dict[str, str] = {}

    @event(P.INVOICES_READ)
    async def load(self):
        self.errors, self.asking, self.paying, self.cost = {}, "", False, ""
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            whole: Whole = await self._run(service.get_invoice, invoice_id_of(self.invoice_id))
        except NotFound:
            self.missing, self.lines, self.invoice = True, [], InvoiceCard()
            return
        self.missing, self.today = False, clock.today().isoformat()
        kind = await self._paper_kind(whole)
        self.invoice = InvoiceCard.of(whole, kind, locale)
        self.can = [action.value for action in Action if rules.may(action, whole.invoice)]
        self.lines = await self._worded(whole, locale)
        self.history = _history(whole, locale)
        found = await self._run(service.remarks, whole.invoice.id)
        self.remarks = [
            RemarkRow(
                translate(locale, x.message, **x.params),
                f"/buildings/{x.building_id}/invoices/{x.invoice_id}" if x.invoice_id else "",
            )
            for x in found
        ]
        words = [x.line.description or x.line.account or str(n + 1) for n, x in enumerate(whole.lines)]
        self.costs = [Choice(str(n), f"{n + 1}. {said}") for n, said in enumerate(words)]
        await self._share_out(whole, locale)

    async def _paper_kind(self, whole: Whole) -> str:
        """pdf or image when the browser shows the voucher by itself."""
        if whole.invoice.document_id is None:
            return ""
        try:
            paper = await self._run(documents.get_row, whole.invoice.document_id)
        except NotFound:
            return ""
        return files.PREVIEWS.get(paper.mime, "")

    async def _worded(self, whole: Whole, locale: str) -> list[LineRow]:
        known = {key.id: key.name for key in await self._run(keys.list_keys, whole.invoice.building_id)}
        shares = translate(locale, known.get(whole.invoice.building_id, ""))
        people: dict[Any, str] = {}
        for owner_id in {x.line.owner_id for x in whole.lines if x.line.owner_id}:
            people[owner_id] = (await self._run(owners.get_owner, owner_id)).name
        rows: list[LineRow] = []
        for x in whole.lines:
            line = x.line
            bearer = people[line.owner_id] if line.owner_id else known.get(line.key_id, "") if line.key_id else shares
            if x.excluded:
                many = N_("{n} lots left out") if len(x.excluded) > 1 else N_("1 lot left out")
                count = translate(locale, many, n=figure(len(x.excluded), locale))
                bearer = f"{bearer} ({count})"
            period = f"{day(line.period_from, locale)} – {day(line.period_until, locale)}" if line.period_from else ""
            rate = "" if line.vat_percent is None else f"{shown(line.vat_percent)} %"
            rows.append(
                LineRow(
                    str(line.id), line.account, line.description, bearer, period, euros(Cents(line.net_cents), locale), rate,
                    euros(Cents(line.gross_cents), locale),
                )
            )  # fmt: skip
        return rows

    async def _share_out(self, whole: Whole, locale: str) -> None:
        self.parts, self.parts_sum, self.balanced, self.stopped = [], "", False, []
        if not whole.lines:
            return
        try:
            found: Preview = await self._run(service.preview, whole.invoice.id)
        except DomainError as error:
            wrong = error.fields.values() if error.fields else [error]
            self.stopped = list(dict.fromkeys(translate(locale, e.message, **e.params) for e in wrong))
            return
        chosen = int(self.cost) if self.cost.isdigit() and int(self.cost) < len(found.costs) else None
        if chosen is None:
            rows = [("", x.owner, x.owed.cents) for x in found.totals]
            due = amounts.signed(whole.invoice.kind, whole.invoice.gross_cents)
        else:
            rows = [(x.lot, x.owner, x.part.cents) for x in found.costs[chosen]]
            due = amounts.signed(whole.invoice.kind, whole.lines[chosen].line.gross_cents)
        total = sum(amount for _, _, amount in rows)
        self.balanced, self.parts_sum = total == due, euros(Cents(total), locale)
        self.parts = [PartRow(owner, lot, euros(Cents(amount), locale)) for lot, owner, amount in rows[:MOST_PARTS]]

    @event(P.INVOICES_READ)
    async def choose(self, cost: str):
        """Whose shares are shown: of a line, or of the whole."""
        self.cost = cost
        whole = await self._run(service.get_invoice, invoice_id_of(self.invoice_id))
        await self._share_out(whole, await self._locale())

    @event(P.INVOICES_WRITE)
    async def submit(self):
        return await self._do(workflow.submit_invoice)

    @event(P.INVOICES_APPROVE)
    async def approve(self):
        return await self._do(workflow.approve_invoice)

    @event(P.INVOICES_WRITE)
    async def cancel(self):
        return await self._do(workflow.cancel_invoice)

    @event(P.INVOICES_WRITE)
    async def reactivate(self):
        return await self._do(workflow.reactivate_invoice)

    async def _do(self, act: Any, *given: Any) -> Any:
        self.errors = {}
        try:
            await self._run(act, invoice_id_of(self.invoice_id), *given)
        except Invalid as error:
            if not error.fields:
                raise
            locale = await self._locale()  # the page has no fields: everything is said in one toast
            said = dict.fromkeys(translate(locale, e.message, **e.params) for e in error.fields.values())
            return rx.toast.error(" ".join(said))
        self.asking, self.paying = "", False
        await self._read()
        return None

    @event(P.INVOICES_READ)
    async def ask(self, action: str):
        """Asks for the reason of an action; none closes the question."""
        self.asking, self.errors = action if action in ("refuse", "undo", "unpay") else "", {}

    @event(P.INVOICES_READ)
    async def show_asking(self, open: bool):
        if not open:
            self.asking, self.errors = "", {}

    @event(P.INVOICES_APPROVE)
    async def refuse(self, form: dict[str, Any]):
        return await self._with_reason(workflow.refuse_invoice, form)

    @event(P.INVOICES_APPROVE)
    async def undo(self, form: dict[str, Any]):
        return await self._with_reason(workflow.undo_posting, form)

    @event(P.INVOICES_WRITE)
    async def unpay(self, form: dict[str, Any]):
        return await self._with_reason(workflow.unpay_invoice, form)

    async def _with_reason(self, act: Any, form: dict[str, Any]) -> None:
        self.errors = {}
        await self._run(act, invoice_id_of(self.invoice_id), str(form.get("reason", "")))
        self.asking = ""
        await self._read()

    @event(P.INVOICES_WRITE)
    async def show_paying(self, open: bool):
        self.paying, self.errors = open, {}

    @event(P.INVOICES_WRITE)
    async def pay(self, form: dict[str, Any]):
        self.errors = {}
        fund, text = str(form.get("fund", "")), str(form.get("paid_on", "")).strip()
        if fund not in list(Fund):
            raise Invalid("Choose one from the list.", field="fund")
        on = day_of(text, "paid_on")
        await self._run(workflow.pay_invoice, invoice_id_of(self.invoice_id), Fund(fund), on)
        self.paying = False
        await self._read()


def _history(whole: Whole, locale: str) -> list[Moment]:
    return [
        Moment(
            translate(locale, STEPS.get(x.action, x.action)), moment(x.created_at, locale), "event",
            " – ".join(part for part in (x.done_by, x.reason or "") if part),
        )
        for x in whole.steps
    ]  # fmt: skip
