"""REST of the co-owners' accounts: ours, in cents."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from koprogo_app.api import AskedPage, CurrentActor, Page, envelope, json
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import rules, service
from .service import OwnBalance, Statement

router = APIRouter(tags=["owner accounts"])


def _asked(page: Page, search: str = "", **filters: str) -> Asked:
    return Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)


def _statement(found: Statement, page: Page) -> dict[str, Any]:
    """`before_cents`: the balance before the oldest line of the page; `balance_cents`: of the whole account."""
    rows = [
        {"id": x.id, "entry_id": x.entry_id, "building_id": x.building_id, "entry_on": x.entry_on, "journal": x.journal,
         "number": x.number, "description": x.words, "debit_cents": x.debit_cents, "credit_cents": x.credit_cents,
         "balance_cents": x.balance_cents, "document_id": x.document_id}
        for x in found.rows
    ]  # fmt: skip
    sums = {
        "before_cents": found.before,
        "balance_cents": found.balance,
        "standing": rules.standing(found.balance).value,
    }
    return envelope(rows, found.total, page) | sums


def _own(one: OwnBalance) -> dict[str, Any]:
    return {
        "building_id": one.building_id, "name": one.name, "balance_cents": one.balance_cents,
        "standing": rules.standing(one.balance_cents).value, "iban": one.iban,
    }  # fmt: skip


@router.get("/buildings/{building_id}/owner-balances")
def list_owner_balances(
    actor: CurrentActor, building_id: UUID, page: AskedPage, search: str = "", standing: str = ""
) -> Response:
    """Above zero the co-owner owes, below zero he is owed. `standing`: owes, settled or credit; the sums are of the list asked for."""
    asked = _asked(page, search, standing=standing)
    found = call(for_building(actor, building_id), service.list_owner_balances, building_id, asked)
    rows = [
        {"owner_id": o.id, "last_name": o.last_name, "first_name": o.first_name, "balance_cents": o.balance_cents,
         "standing": rules.standing(o.balance_cents).value}
        for o in found.rows
    ]  # fmt: skip
    sums = {"owed_cents": found.owed, "owed_back_cents": found.owed_back}
    return json(envelope(rows, found.total, page) | sums)


@router.get("/owners/{owner_id}/account")
def get_owner_account(
    actor: CurrentActor, owner_id: UUID, page: AskedPage, building_id: UUID | None = None
) -> Response:
    """A page of a co-owner's account, with one association or with every one; oldest first unless `order` is desc."""
    return json(_statement(call(actor, service.owner_lines, owner_id, building_id, _asked(page)), page))


@router.get("/my-account")
def get_my_account(actor: CurrentActor, page: AskedPage, building_id: UUID | None = None) -> Response:
    """A page of one's own account; `accounts`: what one owes each association, and the account number it is paid to."""
    found = call(actor, service.my_lines, building_id, _asked(page))
    return json(_statement(found, page) | {"accounts": [_own(one) for one in call(actor, service.my_balances)]})
