"""REST of the books: the contract's accounts (the office's model, or a building's chart), and ours: books, years, lock."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid, NotFound, Unauthorized
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import service
from .access import NOT_OPEN
from .models import Account, AccountIn, Book, BookIn, FiscalYear, YearIn
from .rules import Kind, Regime, parent_of

router = APIRouter(tags=["accounts"])
_YEAR = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}


class AccountBody(BaseModel):
    """CreateAccountDto. `parent_code` must exist; the chart nests by the beginning of codes. `building_id` is ours."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    label: Annotated[str, Field(min_length=1, max_length=255)]
    account_type: str | None = None
    parent_code: str | None = None
    direct_use: bool = True
    organization_id: str | None = None
    building_id: UUID | None = None

    model_config = example(
        code="610199", label="Lift, block B", account_type="EXPENSE", parent_code="610", direct_use=True
    )


class AccountChange(BaseModel):
    """UpdateAccountDto: what is absent stays."""

    label: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    account_type: str | None = None
    parent_code: str | None = None
    direct_use: bool | None = None

    model_config = example(label="Lift, block B", direct_use=True)


class SeedBody(BaseModel):
    organization_id: str | None = None

    model_config = example(organization_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10")


class LockBody(BaseModel):
    """`locked_until`: null opens everything again. `reason` is needed to go back."""

    locked_until: date | None = None
    reason: str = ""

    model_config = example(locked_until="2026-06-30")


class RegimeBody(BaseModel):
    regime: Regime

    model_config = example(regime="double")


def wire(a: Account, codes: set[str], locale: str) -> dict[str, Any]:
    """AccountResponseDto, its label in the reader's language, with the four labels and what is ours beside it."""
    return {
        "id": a.id, "code": a.code, "label": a.label(locale), "parent_code": parent_of(a.code, codes), "account_type": a.kind.upper(),
        "direct_use": a.postable, "organization_id": a.organization_id, "created_at": a.created_at, "updated_at": a.updated_at,
        "building_id": a.building_id, "party": a.party, "purpose": a.purpose,
        "labels": {"fr": a.label_fr, "nl": a.label_nl, "de": a.label_de, "en": a.label_en},
    }  # fmt: skip


def _book(b: Book) -> dict[str, Any]:
    return {"building_id": b.building_id, "regime": b.regime, "locked_until": b.locked_until}


def _year(y: FiscalYear) -> dict[str, Any]:
    return {"id": y.id, "building_id": y.building_id, "starts_on": y.starts_on, "ends_on": y.ends_on}


def kind_of(text: str | None) -> Kind | None:
    """The contract's account_type, in any case. Invalid for another word."""
    if text is None:
        return None
    if text.lower() not in set(Kind):
        raise Invalid("Choose one from the list.", field="account_type")
    return Kind(text.lower())


def _in_office(actor: Actor) -> Actor:
    """The contract: the platform administrator, who is in no office, reads no chart."""
    if actor.organization_id is None:
        raise Unauthorized("Choose an organisation first.")
    return actor


def _chart(actor: Actor, building_id: UUID | None) -> list[Account]:
    return call(_in_office(actor) if building_id is None else actor, service.list_accounts, building_id)


# --- The contract ----------------------------------------------------------------------------------------------------


@router.get("/accounts")
def list_accounts(
    actor: CurrentActor, code_pattern: str | None = None, account_type: str | None = None, parent_code: str | None = None,
    direct_use_only: bool = False, building_id: UUID | None = None,
) -> Response:  # fmt: skip
    """By the first filter given. Without `building_id`: the office's model, from which new books are copied."""
    found = _chart(actor, building_id)
    codes = {a.code for a in found}
    if code_pattern:
        begins = code_pattern.rstrip("%*")
        found = [a for a in found if a.code.startswith(begins)]
    elif account_type:
        kind = kind_of(account_type)
        found = [a for a in found if a.kind == kind]
    elif parent_code:
        found = [a for a in found if parent_of(a.code, codes) == parent_code]
    elif direct_use_only:
        found = [a for a in found if a.postable]
    return json([wire(a, codes, actor.locale) for a in found])


@router.post("/accounts", status_code=201)
def create_account(actor: CurrentActor, body: AccountBody) -> Response:
    inside = for_building(actor, body.building_id) if body.building_id else acting_in(actor, body.organization_id)
    codes = {a.code for a in _chart(inside, body.building_id)}
    if body.parent_code and body.parent_code not in codes:
        raise Invalid("There is no account {code}.", field="parent_code", code=body.parent_code)
    data = AccountIn(code=body.code, label=body.label, kind=kind_of(body.account_type), postable=body.direct_use)
    return json(wire(call(inside, service.create_account, body.building_id, data), codes, actor.locale), 201)


@router.get("/accounts/count")
def count_accounts(actor: CurrentActor) -> Response:
    return json({"count": len(_chart(actor, None)), "organization_id": actor.organization_id})


@router.post("/accounts/seed/belgian-pcmn")
def seed(actor: CurrentActor, body: SeedBody) -> Response:
    """Makes the office's model from the standard chart of co-ownerships, once."""
    made = call(acting_in(actor, body.organization_id), service.load_model)
    return json({"accounts_created": made, "message": f"{made} accounts"})


@router.get("/accounts/code/{code}")
def get_by_code(actor: CurrentActor, code: str, building_id: UUID | None = None) -> Response:
    found = _chart(actor, building_id)
    for account in found:
        if account.code == code:
            return json(wire(account, {a.code for a in found}, actor.locale))
    raise NotFound("This account does not exist.")


@router.get("/accounts/{account_id}")
def get_account(actor: CurrentActor, account_id: UUID) -> Response:
    account = call(actor, service.get_account, account_id)
    return json(_whole(actor, account))


@router.put("/accounts/{account_id}")
def update_account(actor: CurrentActor, account_id: UUID, body: AccountChange) -> Response:
    """Its label in every language; its code never changes."""
    kept = call(actor, service.get_account, account_id)
    data = AccountIn(
        code=kept.code, label=body.label or kept.label(actor.locale), kind=kind_of(body.account_type) or Kind(kept.kind),
        postable=kept.postable if body.direct_use is None else body.direct_use,
        **({} if body.label else {name: getattr(kept, name) for name in ("label_fr", "label_nl", "label_de", "label_en")}),
    )  # fmt: skip
    return json(_whole(actor, call(acting_in(actor, kept.organization_id), service.update_account, account_id, data)))


@router.delete("/accounts/{account_id}", status_code=204)
def delete_account(actor: CurrentActor, account_id: UUID) -> Response:
    kept = call(actor, service.get_account, account_id)
    call(acting_in(actor, kept.organization_id), service.delete_account, account_id)
    return Response(status_code=204)


def _whole(actor: Actor, account: Account) -> dict[str, Any]:
    inside = acting_in(actor, account.organization_id)
    return wire(account, {a.code for a in call(inside, service.list_accounts, account.building_id)}, actor.locale)


# --- Ours ------------------------------------------------------------------------------------------------------------


@router.get("/books")
def list_books(actor: CurrentActor, page: AskedPage, search: str = "", state: str = "") -> Response:
    """Every co-ownership and how its books stand; `state`: open or closed."""
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, {"state": state})
    found = call(actor, service.list_books, asked)
    rows = [
        {"building_id": b.id, "name": b.name, "regime": b.regime, "locked_until": b.locked_until, "ends_on": b.ends_on}
        for b in found.rows
    ]
    return json(envelope(rows, found.total, page))


@router.get("/buildings/{building_id}/books")
def get_book(actor: CurrentActor, building_id: UUID) -> Response:
    """The books with their years, the last one first; 404 while they are not open."""
    book = call(actor, service.find_book, building_id)
    if book is None:
        raise NotFound(NOT_OPEN)
    years = call(actor, service.list_years, building_id)
    return json(_book(book) | {"years": [_year(y) for y in years]})


@router.post("/buildings/{building_id}/books", status_code=201)
def open_books(
    actor: CurrentActor, building_id: UUID, body: Annotated[BookIn, Body(examples=[_YEAR | {"regime": "double"}])]
) -> Response:
    return json(_book(call(for_building(actor, building_id), service.open_books, building_id, body)), 201)


@router.put("/buildings/{building_id}/books/regime")
def set_regime(actor: CurrentActor, building_id: UUID, body: RegimeBody) -> Response:
    return json(_book(call(for_building(actor, building_id), service.set_regime, building_id, body.regime)))


@router.put("/buildings/{building_id}/books/lock")
def lock_books(actor: CurrentActor, building_id: UUID, body: LockBody) -> Response:
    inside = for_building(actor, building_id)
    return json(_book(call(inside, service.lock_books, building_id, body.locked_until, body.reason)))


@router.post("/buildings/{building_id}/years", status_code=201)
def add_year(actor: CurrentActor, building_id: UUID, body: Annotated[YearIn, Body(examples=[_YEAR])]) -> Response:
    return json(_year(call(for_building(actor, building_id), service.add_year, building_id, body)), 201)


@router.put("/years/{year_id}")
def change_year(actor: CurrentActor, year_id: UUID, body: Annotated[YearIn, Body(examples=[_YEAR])]) -> Response:
    return json(_year(call(_for_year(actor, year_id), service.change_year, year_id, body)))


@router.delete("/years/{year_id}", status_code=204)
def remove_year(actor: CurrentActor, year_id: UUID) -> Response:
    call(_for_year(actor, year_id), service.remove_year, year_id)
    return Response(status_code=204)


def _for_year(actor: Actor, year_id: UUID) -> Actor:
    return acting_in(actor, call(actor, service.get_year, year_id).organization_id)
