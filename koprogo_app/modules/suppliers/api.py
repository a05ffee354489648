"""REST of the suppliers. `/suppliers/export` stands before `/suppliers/{id}`."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.i18n import N_, day, known, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.validation import parse
from koprogo_app.modules.lots import api as lots_api

from . import service
from .models import SupplierIn, WithholdingCheck
from .rules import vat_of

router = APIRouter(tags=["suppliers"])
FIELDS = tuple(SupplierIn.model_fields)
_EXAMPLE = {
    "name": "Ascenseurs Lambert SRL", "kbo": "0403.170.701", "vat_liable": True, "iban": "BE68 5390 0754 7034",
    "account_holder": "Ascenseurs Lambert", "email": "factures@lambert.example.be", "phone": "+32 2 345 67 89",
    "address": "Rue du Marais 8", "postal_code": "1000", "city": "Bruxelles", "country": "BE", "language": "fr",
    "payment_days": 30, "default_account_code": "6103", "default_vat_rate": 21,
}  # fmt: skip
_CHECK = {"checked_on": "2026-11-24", "due": False}


class SupplierChange(SupplierIn):
    """What a supplier is; `distinct`: it is another one than those with the same account or nearly the same name."""

    distinct: bool = False


class NewSupplier(SupplierChange):
    """`organization_id`: for the platform administrator, who is in no office."""

    organization_id: str | None = None


def wire(o: Any) -> dict[str, Any]:
    """A supplier, from service.COLUMNS or a Supplier. `vat` is the VAT number as it stands on invoices."""
    return {
        "id": o.id, "organization_id": o.organization_id, **{name: getattr(o, name) for name in FIELDS},
        "vat": vat_of(o.kbo, o.vat_number, o.vat_liable), "is_active": o.is_active,
        "withholding_checked_on": o.withholding_checked_on, "withholding_due": o.withholding_due,
    }  # fmt: skip


def _within(actor: Actor, supplier_id: UUID) -> Actor:
    """The actor in the supplier's organisation: the platform administrator is in none."""
    if actor.organization_id:
        return actor
    return actor.within(call(actor, service.get_supplier, supplier_id).organization_id)


@router.get("/suppliers")
def list_suppliers(
    actor: CurrentActor, page: AskedPage, search: str = "", state: str = "", kbo: str = "", iban: str = ""
) -> Response:
    """`state`: active or inactive; `kbo=missing`, `iban=missing`: those without."""
    filters = {"state": state, "kbo": kbo, "iban": iban}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_suppliers, asked)
    return json(envelope([wire(row) for row in found.rows], found.total, page))


HEADS = (
    N_("Name"), N_("Enterprise number"), N_("VAT number"), N_("Account (IBAN)"), N_("Holder of the account"),
    N_("E-mail"), N_("Telephone"), N_("Address"), N_("Postcode"), N_("City"), N_("Country"), N_("Language"),
    N_("Days to pay"), N_("Cost account proposed"), N_("VAT rate proposed (%)"), N_("Active"),
    N_("Withholding obligation looked up on"), N_("Withholding obligation"), N_("Remark"),
)  # fmt: skip


@router.get("/suppliers/export")
def export_suppliers(
    actor: CurrentActor, request: Request, format: Literal["csv", "xlsx"] = "csv", search: str = ""
) -> Response:
    """The suppliers of the list as a spreadsheet, in the reader's language; the filters are those of the page."""
    locale = known(request.cookies.get("locale") or actor.locale)
    filters = {k: v for k, v in request.query_params.items() if k not in ("format", "search")}
    words = {True: translate(locale, N_("yes")), False: translate(locale, N_("no")), None: ""}
    lines = [
        (
            o.name, o.kbo, vat_of(o.kbo, o.vat_number, o.vat_liable), o.iban, o.account_holder, o.email, o.phone,
            o.address, o.postal_code, o.city, o.country, o.language, o.payment_days, o.default_account_code,
            o.default_vat_rate, words[o.is_active], day(o.withholding_checked_on, locale), words[o.withholding_due],
            o.remark,
        )
        for o in call(actor, service.export_suppliers, Asked(search=search, filters=filters))
    ]  # fmt: skip
    return lots_api.spreadsheet("suppliers", [translate(locale, head) for head in HEADS], lines, format)


@router.post("/suppliers", status_code=201)
def create_supplier(actor: CurrentActor, body: Annotated[NewSupplier, Body(examples=[_EXAMPLE])]) -> Response:
    inside = acting_in(actor, body.organization_id)
    data = parse(SupplierIn, body.model_dump(include=set(FIELDS)))
    return json(wire(call(inside, service.create_supplier, data, distinct=body.distinct)), 201)


@router.get("/suppliers/{supplier_id}")
def get_supplier(actor: CurrentActor, supplier_id: UUID) -> Response:
    return json(wire(call(actor, service.get_supplier, supplier_id)))


@router.put("/suppliers/{supplier_id}")
def update_supplier(
    actor: CurrentActor, supplier_id: UUID, body: Annotated[SupplierChange, Body(examples=[_EXAMPLE])]
) -> Response:
    """What the body does not name stays as it is."""
    inside, kept = _within(actor, supplier_id), call(actor, service.get_supplier, supplier_id)
    data = parse(SupplierIn, kept.model_dump(include=set(FIELDS)) | body.model_dump(exclude_unset=True))
    return json(wire(call(inside, service.update_supplier, supplier_id, data, distinct=body.distinct)))


@router.put("/suppliers/{supplier_id}/withholding-check")
def record_check(
    actor: CurrentActor, supplier_id: UUID, body: Annotated[WithholdingCheck, Body(examples=[_CHECK])]
) -> Response:
    """Keeps the answer of the official service, consulted by hand."""
    return json(wire(call(_within(actor, supplier_id), service.record_check, supplier_id, body)))


@router.post("/suppliers/{supplier_id}/deactivate")
def deactivate_supplier(actor: CurrentActor, supplier_id: UUID) -> Response:
    return json(wire(call(_within(actor, supplier_id), service.deactivate_supplier, supplier_id)))


@router.post("/suppliers/{supplier_id}/reactivate")
def reactivate_supplier(actor: CurrentActor, supplier_id: UUID) -> Response:
    return json(wire(call(_within(actor, supplier_id), service.reactivate_supplier, supplier_id)))


@router.delete("/suppliers/{supplier_id}", status_code=204)
def delete_supplier(actor: CurrentActor, supplier_id: UUID) -> Response:
    call(_within(actor, supplier_id), service.delete_supplier, supplier_id)
    return Response(status_code=204)
