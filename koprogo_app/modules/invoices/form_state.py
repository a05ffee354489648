"""An invoice being typed or corrected, line by line; its sums follow, its voucher stands beside."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, euros, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents import files
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import amounts, service, workflow
from .models import InvoiceIn, LineIn, Twice
from .rules import FORM_LINES, Action, may
from .service import Whole
from .state import MOST_SUPPLIERS, invoice_id_of
from .vat import RATES, shown

TEXTS = ("supplier_id", "kind", "number", "issued_on", "due_on", "received_on", "booked_on", "description", "category",
         "payment_reference", "payment_iban", "document_id")  # fmt: skip
LINE = ("account", "description", "quantity", "unit_price", "vat_percent", "vat_cents", "bearer", "excluded", "period_from",
        "period_until", "tenant_percent", "extraordinary")  # fmt: skip
_SUMMED = ("quantity", "unit_price", "vat_percent", "vat_cents")
_SHARES = "shares"


class InvoiceFormState(Session, rx.State):
    """The form of an invoice; what is typed stays in its fields whatever is refused."""

    missing: bool = False
    fixed: bool = False  # it is sent or in the books, or has more lines than the form
    values: dict[str, str] = {}
    accounts: list[Choice] = []
    bearers: list[Choice] = []
    rates: list[Choice] = []
    suppliers: list[Choice] = []
    papers: list[Choice] = []
    count: int = 1
    title: str = ""
    net: str = ""
    vat: str = ""
    gross: str = ""
    left: str = ""  # between the lines and the total of the paper; empty when there is none
    paper_id: str = ""
    paper_kind: str = ""
    twice: bool = False
    errors: dict[str, str] = {}
    _typed: dict[str, str] = {}
    _key: str = ""
    _lots: dict[str, str] = {}  # number -> id
    _kinds: dict[str, str] = {}  # document -> pdf or image

    @event(P.INVOICES_WRITE)
    async def start(self):
        """A new invoice."""
        self.missing = self.fixed = False
        self.title, self._key = "new", str(ids.uuid7())
        today = clock.today().isoformat()
        await self._open(id_of(self.building_id), {"issued_on": today, "received_on": today}, 1)

    @event(P.INVOICES_WRITE)
    async def edit(self):
        """A draft or a refused invoice."""
        self._key = ""
        try:
            whole: Whole = await self._run(service.get_invoice, invoice_id_of(self.invoice_id))
        except NotFound:
            self.missing = True
            return
        self.missing, self.title = False, whole.invoice.number or whole.invoice.description
        self.fixed = not may(Action.EDIT, whole.invoice) or len(whole.lines) > FORM_LINES
        numbers = {str(lot_id): number for number, lot_id in (await self._lots_of(whole.invoice.building_id)).items()}
        await self._open(whole.invoice.building_id, _values(whole, numbers), max(1, len(whole.lines)))

    async def _lots_of(self, building_id: UUID) -> dict[str, str]:
        return {row.number: str(row.id) for row in await self._run(lots.list_building_lots, building_id)}

    async def _open(self, building_id: UUID, values: dict[str, str], count: int) -> None:
        self.errors, self.twice, self.count = {}, False, min(count, FORM_LINES)
        locale = await self._locale()
        try:
            chart = await self._run(service.cost_accounts, building_id)
        except NotFound:
            self.missing = True
            return
        self.accounts = [Choice(a.code, f"{a.code} {a.label(locale)}") for a in chart]
        found = await self._run(keys.list_keys, building_id)
        self.bearers = [
            Choice(_SHARES if not k.own else f"key:{k.id}", translate(locale, k.name) if not k.own else k.name)
            for k in found
        ]
        held = await self._run(ownership.who_owned, building_id, clock.today())
        people = sorted({h.part.owner_id: h.name for h in held}.items(), key=lambda pair: pair[1])
        self.bearers += [_private(i, name, locale) for i, name in people]
        listed = await self._run(
            suppliers.list_suppliers, Asked(size=MOST_SUPPLIERS, sort="name", filters={"state": "active"})
        )
        self.suppliers = [Choice(str(one.id), one.name) for one in listed.rows]
        papers = await self._run(documents.list_of_building, building_id)
        self.papers = [Choice(str(p.id), p.title) for p in papers]
        self._kinds = {str(p.id): files.PREVIEWS.get(p.mime, "") for p in papers}
        self._lots = await self._lots_of(building_id)
        await self._keep_choices(values, locale)
        self.values = {f"bearer-{n}": _SHARES for n in range(FORM_LINES)} | values
        self._typed = {k: v for k, v in values.items() if k.rpartition("-")[0] in _SUMMED or k == "stated_cents"}
        self._show_paper(values.get("document_id", ""))
        self._add_up(locale)

    async def _keep_choices(self, values: dict[str, str], locale: str) -> None:
        """What the invoice names although it is offered no more: a former owner, a supplier set aside, a foreign rate."""
        self.rates = [Choice(shown(rate), f"{shown(rate)} %") for rate in RATES]
        for name, value in values.items():
            field = name.rpartition("-")[0]
            known = {"account": self.accounts, "bearer": self.bearers, "vat_percent": self.rates}.get(field)
            if not value or known is None or any(choice.value == value for choice in known):
                continue
            if field == "bearer" and value.startswith("owner:"):
                person = await self._run(owners.get_owner, UUID(value.removeprefix("owner:")))
                known.append(_private(person.id, person.name, locale))
            else:
                known.append(Choice(value, f"{value} %" if field == "vat_percent" else value))
        supplier = values.get("supplier_id", "")
        if supplier and all(choice.value != supplier for choice in self.suppliers):
            found = await self._run(suppliers.get_supplier, UUID(supplier))
            self.suppliers = [*self.suppliers, Choice(supplier, found.name)]

    def _show_paper(self, document_id: str) -> None:
        self.paper_kind = self._kinds.get(document_id, "")
        self.paper_id = document_id if self.paper_kind else ""

    @event(P.INVOICES_WRITE)
    async def more(self):
        """One line more."""
        self.count = min(self.count + 1, FORM_LINES)

    @event(P.INVOICES_WRITE)
    async def show_paper(self, document_id: str):
        """Another voucher was chosen."""
        self._show_paper(document_id)

    @event(P.INVOICES_WRITE)
    async def suggest(self, supplier_id: str):
        """The supplier was chosen: what its last invoice was fills the first line, where nothing stands yet."""
        try:
            like = await self._run(service.suggest, id_of(self.building_id), UUID(supplier_id))
        except (ValueError, NotFound):
            return
        bearer = f"key:{like.key_id}" if like.key_id else _SHARES
        found = {"account-0": like.account, "vat_percent-0": like.vat_percent, "bearer-0": bearer, "category": like.category,
                 "tenant_percent-0": str(like.tenant_percent) if like.tenant_percent else ""}  # fmt: skip
        kept = {k: v for k, v in self.values.items() if v and k != "bearer-0"}
        self.values = self.values | {k: v for k, v in found.items() if v and k not in kept}
        if like.vat_percent and "vat_percent-0" not in self._typed:
            self._typed = self._typed | {"vat_percent-0": like.vat_percent}
            self._add_up(await self._locale())

    @event(P.INVOICES_WRITE)
    async def typed(self, name: str, text: str):
        """A figure was left: the sums follow."""
        if name == "stated_cents" or name in {f"{field}-{n}" for field in _SUMMED for n in range(FORM_LINES)}:
            self._typed = self._typed | {name: text[:40]}
            self._add_up(await self._locale())

    def _add_up(self, locale: str) -> None:
        net = vat = 0
        for n in range(FORM_LINES):
            found = _amounts(self._typed, n)
            net, vat = net + found.net, vat + found.vat
        self.net, self.vat, self.gross = (euros(Cents(x), locale) for x in (net, vat, net + vat))
        stated = _cents_or_none(self._typed.get("stated_cents", ""))
        left = 0 if stated is None else stated - net - vat
        self.left = euros(Cents(left), locale) if left else ""

    @event(P.INVOICES_WRITE)
    async def save(self, form: dict[str, Any]):
        """Keeps the draft, and sends it for approval in one when that was ticked."""
        self.errors = {}
        data, places = self._data(form)
        distinct, send = form.get("distinct") == "on", form.get("send") == "on"
        try:
            if self.title == "new":
                act = workflow.create_and_submit if send else service.create_invoice
                made = await self._run(act, id_of(self.building_id), data, distinct=distinct)
            else:
                act = workflow.update_and_submit if send else service.update_invoice
                made = await self._run(act, invoice_id_of(self.invoice_id), data, distinct=distinct)
        except Invalid as error:
            self.twice = isinstance(error, Twice) or self.twice
            raise _beside(error, places) from None
        return rx.redirect(f"/buildings/{made.building_id}/invoices/{made.id}")

    def _data(self, form: dict[str, Any]) -> tuple[InvoiceIn, list[int]]:
        """The invoice of the form, and which slot each line stands in. Invalid beside the fields."""
        lines, places, errors = list[LineIn](), list[int](), dict[str, DomainError]()
        for n in range(self.count):
            try:
                line = _line(form, n, self._lots)
            except Invalid as error:
                errors |= {f"{name}-{n}": one for name, one in error.fields.items()}
                continue
            if line:
                lines.append(line)
                places.append(n)
        given: dict[str, Any] = {name: form.get(name) for name in TEXTS}
        try:
            stated = str(form.get("stated_cents", "")).strip()
            given["stated_cents"] = cents(stated, "stated_cents") if stated else None
        except Invalid as error:
            errors |= error.fields
        try:
            data = parse(InvoiceIn, given | {"key": self._key})
        except Invalid as error:
            raise Invalid.together(errors | error.fields) from None
        if errors:
            raise Invalid.together(errors)
        data.lines = lines
        return data, places


def _private(owner_id: Any, name: str, locale: str) -> Choice:
    return Choice(f"owner:{owner_id}", translate(locale, N_("Private: {name}"), name=name))


def _values(whole: Whole, numbers: dict[str, str]) -> dict[str, str]:
    """What the fields of an invoice hold at first."""
    i = whole.invoice
    found = {name: str(getattr(i, name) or "") for name in TEXTS}
    found["stated_cents"] = "" if i.stated_cents is None else _plain(i.stated_cents)
    for n, x in enumerate(whole.lines):
        line = x.line
        due = amounts.line_amounts(line.quantity, line.unit_price, line.vat_percent)
        bearer = f"owner:{line.owner_id}" if line.owner_id else f"key:{line.key_id}" if line.key_id else _SHARES
        given = {
            "account": line.account, "description": line.description, "quantity": _figure(line.quantity),
            "unit_price": _figure(line.unit_price), "vat_percent": "" if line.vat_percent is None else shown(line.vat_percent),
            "vat_cents": _plain(line.vat_cents) if line.vat_cents != due.vat else "", "bearer": bearer,
            "excluded": ", ".join(numbers.get(str(lot_id), "") for lot_id in x.excluded),
            "period_from": str(line.period_from or ""), "period_until": str(line.period_until or ""),
            "tenant_percent": str(line.tenant_percent or ""), "extraordinary": "" if line.ordinary else "on",
        }  # fmt: skip
        found |= {f"{name}-{n}": value for name, value in given.items()}
    return found


def _plain(amount: int) -> str:
    return f"{Decimal(amount) / 100:.2f}".replace(".", ",")


def _figure(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")


def _number(text: str, field: str) -> Decimal:
    """1 234,5 or 1.234,50 as a decimal. Invalid beside the field."""
    plain = "".join(text.split()).replace("\u202f", "").replace("€", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise Invalid("Enter a number.", field=field)
    return found


def _line(form: dict[str, Any], n: int, lot_ids: dict[str, str]) -> LineIn | None:
    """A line of the form; none when nothing is in it. Invalid beside the names of LINE, without their slot."""
    texts = {name: str(form.get(f"{name}-{n}", "")).strip() for name in LINE}
    if not any(texts[name] for name in ("account", "description", "unit_price")):
        return None
    if not texts["unit_price"]:
        raise Invalid("Enter an amount.", field="unit_price")
    given: dict[str, Any] = {
        name: texts[name] for name in ("account", "description", "period_from", "period_until", "tenant_percent")
    }
    given["unit_price"] = _number(texts["unit_price"], "unit_price")
    if texts["quantity"]:
        given["quantity"] = _number(texts["quantity"], "quantity")
    if texts["vat_percent"]:
        given["vat_percent"] = _number(texts["vat_percent"], "vat_percent")
    if texts["vat_cents"]:
        given["vat_cents"] = cents(texts["vat_cents"], "vat_cents")
    kind, _, bearer = texts["bearer"].partition(":")
    if bearer:
        given[f"{kind}_id"] = bearer
    given["ordinary"] = texts["extraordinary"] != "on"
    wanted = [number.strip() for number in texts["excluded"].replace(";", ",").split(",") if number.strip()]
    unknown = [number for number in wanted if number not in lot_ids]
    if unknown:
        raise Invalid("There is no lot {number} here.", field="excluded", number=unknown[0])
    given["excluded"] = [lot_ids[number] for number in wanted]
    return parse(LineIn, given)


def _amounts(typed: dict[str, str], n: int) -> amounts.Amounts:
    """What a line comes to as far as it is typed."""
    try:
        price, quantity = typed.get(f"unit_price-{n}", ""), typed.get(f"quantity-{n}", "") or "1"
        rate = typed.get(f"vat_percent-{n}", "")
        if not price.strip():
            return amounts.Amounts(Cents(0), Cents(0), Cents(0))
        percent = _number(rate, "vat_percent") if rate.strip() else None
        vat = _cents_or_none(typed.get(f"vat_cents-{n}", ""))
        return amounts.line_amounts(_number(quantity, "quantity"), _number(price, "unit_price"), percent, vat)
    except Invalid:
        return amounts.Amounts(Cents(0), Cents(0), Cents(0))


def _cents_or_none(text: str) -> int | None:
    try:
        return cents(text) if text.strip() else None
    except Invalid:
        return None


def _beside(error: Invalid, places: list[int]) -> Invalid:
    """The refusals of lines (lines.<n>.<field>) beside the fields of the slot that the line stands in."""
    moved: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        part = name.split(".")
        if len(part) == 3 and part[0] == "lines" and part[1].isdigit() and int(part[1]) < len(places):
            field = "bearer" if part[2] in ("key_id", "owner_id") else part[2]
            name = f"{field}-{places[int(part[1])]}"
        moved["account-0" if name == "lines" else name] = one
    return Invalid.together(moved) if moved else error
