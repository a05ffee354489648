"""REST of the verification of the accounts, in our own conventions: amounts in integer cents."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import service
from .models import Verification
from .pdf import verification_pdf
from .rules import Conclusion, Progress
from .service import Remarked, Year

router = APIRouter(tags=["verification"])
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}
_ID = "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10"


class BeginBody(BaseModel):
    year_id: UUID

    model_config = example(year_id=_ID)


class TicksBody(BaseModel):
    entry_ids: Annotated[list[UUID], Field(max_length=service.AT_ONCE)]

    model_config = example(entry_ids=[_ID])


class RemarkBody(BaseModel):
    """Without `on_entry` the remark is on the accounts as a whole."""

    text: str
    on_entry: UUID | None = None

    model_config = example(text="Where is the voucher?", on_entry=_ID)


class AnswerBody(BaseModel):
    answer: str

    model_config = example(answer="It is in the file of March.")


class SignatureBody(BaseModel):
    conclusion: Conclusion
    conclusion_words: str = ""

    model_config = example(conclusion="approved_with_remarks", conclusion_words="See the remarks.")


class ReasonBody(BaseModel):
    reason: str

    model_config = example(reason="An invoice was entered late")


def _progress(p: Progress) -> dict[str, Any]:
    """`share`: numerator and denominator of the entries seen."""
    return {
        "entries": p.entries, "seen": p.seen, "total_cents": p.cents, "seen_cents": p.seen_cents,
        "share": [p.share.numerator, p.share.denominator],
    }  # fmt: skip


def _wire(v: Verification) -> dict[str, Any]:
    return {
        "id": v.id, "building_id": v.building_id, "year_id": v.year_id, "status": v.status, "opened_by": v.opened_by,
        "opened_on": v.opened_on, "conclusion": v.conclusion, "conclusion_words": v.conclusion_words, "signed_by": v.signed_by,
        "signed_at": v.signed_at, "withdrawn_by": v.withdrawn_by, "withdrawn_at": v.withdrawn_at,
        "withdrawal_reason": v.withdrawal_reason,
    }  # fmt: skip


def _year(one: Year) -> dict[str, Any]:
    """A year with its verification (null before it begins) and how far it is; `later`: posted after the signature."""
    return {
        "year_id": one.year.id, "starts_on": one.year.starts_on, "ends_on": one.year.ends_on,
        "verification": _wire(one.verification) if one.verification else None,
        "progress": _progress(one.reach.progress),
        "journals": [{"journal": j.journal} | _progress(j.progress) for j in one.reach.journals],
        "later": one.reach.later, "remarks": one.remarks, "unsettled": one.unsettled,
    }  # fmt: skip


def _remark(r: Any) -> dict[str, Any]:
    return {
        "id": r.id, "verification_id": r.verification_id, "entry_id": r.entry_id, "text": r.text, "written_by": r.written_by,
        "status": r.status, "answer": r.answer, "answered_by": r.answered_by, "answered_at": r.answered_at,
        "closed_by": r.closed_by, "closed_at": r.closed_at, "created_at": r.created_at,
    }  # fmt: skip


def _listed(one: Remarked) -> dict[str, Any]:
    return _remark(one.remark) | {"entry": one.about}


def _entry(e: Any) -> dict[str, Any]:
    return {
        "id": e.id, "journal": e.journal, "number": e.number, "entry_on": e.entry_on, "description": e.description,
        "document_ref": e.document_ref, "document_id": e.document_id, "total_cents": e.total_cents, "reverses_id": e.reverses_id,
        "seen_by": e.ticked_by, "seen_at": e.ticked_at, "remarks": e.remarks, "unsettled": e.unsettled,
    }  # fmt: skip


def _acting(actor: Actor, verification_id: UUID) -> Actor:
    if actor.organization_id:
        return actor
    found = call(actor, service.get_verification, verification_id)
    return for_building(actor, found.verification.building_id) if found.verification else actor


def _on_remark(actor: Actor, remark_id: UUID) -> Actor:
    if actor.organization_id:
        return actor
    return acting_in(actor, call(actor, service.get_remark, remark_id).organization_id)


@router.get("/buildings/{building_id}/verifications")
def list_years(actor: CurrentActor, building_id: UUID) -> Response:
    """Every financial year with its verification, the last one first."""
    return json([_year(one) for one in call(actor, service.list_years, building_id)])


@router.post("/buildings/{building_id}/verifications", status_code=201)
def open_verification(actor: CurrentActor, building_id: UUID, body: BeginBody) -> Response:
    """Begins the verification of a year; sent again, the one there is."""
    return json(
        _wire(call(for_building(actor, building_id), service.open_verification, building_id, body.year_id)), 201
    )


@router.get("/verifications/{verification_id}")
def get_verification(actor: CurrentActor, verification_id: UUID) -> Response:
    return json(_year(call(actor, service.get_verification, verification_id)))


@router.get("/verifications/{verification_id}/entries")
def list_entries(
    actor: CurrentActor, verification_id: UUID, page: AskedPage, search: str = "", seen: Literal["", "yes", "no"] = "",
    remark: Literal["", "any", "open"] = "", voucher: Literal["", "missing", "there"] = "", above: str = "", journal: str = "",
    account: Annotated[str, Query(max_length=40)] = "", sample: str = "",
) -> Response:  # fmt: skip
    """The entries of the year with ticks and remarks.

    above: cents. account: how a code begins. sample: `largest-20`, or `random-25-4711`: 25 drawn by lot with the number 4711,
    the lowest SHA-256 of “4711/ACH 12”, so that anybody can draw them again.
    """
    filters = {"seen": seen, "remark": remark, "voucher": voucher, "above": above, "journal": journal, "class": account, "sample": sample}  # fmt: skip
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_entries, verification_id, asked)
    return json(envelope([_entry(e) for e in found.rows], found.total, page))


@router.post("/verifications/{verification_id}/ticks")
def tick(actor: CurrentActor, verification_id: UUID, body: TicksBody) -> Response:
    """These entries were seen with their vouchers. `ticked`: how many were not ticked before."""
    return json({"ticked": call(_acting(actor, verification_id), service.tick, verification_id, body.entry_ids)})


@router.delete("/verifications/{verification_id}/ticks/{journal_entry_id}", status_code=204)
def untick(actor: CurrentActor, verification_id: UUID, journal_entry_id: UUID) -> Response:
    call(_acting(actor, verification_id), service.untick, verification_id, [journal_entry_id])
    return Response(status_code=204)


@router.get("/verifications/{verification_id}/remarks")
def list_remarks(actor: CurrentActor, verification_id: UUID) -> Response:
    return json([_listed(one) for one in call(actor, service.list_remarks, verification_id)])


@router.post("/verifications/{verification_id}/remarks", status_code=201)
def write_remark(actor: CurrentActor, verification_id: UUID, body: RemarkBody) -> Response:
    """The same words on the same entry sent twice are one remark."""
    made = call(_acting(actor, verification_id), service.write_remark, verification_id, body.text, body.on_entry)
    return json(_remark(made), 201)


@router.put("/verification-remarks/{remark_id}/answer")
def answer_remark(actor: CurrentActor, remark_id: UUID, body: AnswerBody) -> Response:
    return json(_remark(call(_on_remark(actor, remark_id), service.answer_remark, remark_id, body.answer)))


@router.put("/verification-remarks/{remark_id}/settle")
def close_remark(actor: CurrentActor, remark_id: UUID) -> Response:
    return json(_remark(call(_on_remark(actor, remark_id), service.close_remark, remark_id)))


@router.put("/verifications/{verification_id}/sign")
def sign(actor: CurrentActor, verification_id: UUID, body: SignatureBody) -> Response:
    """Concludes: nothing changes any more."""
    acting = _acting(actor, verification_id)
    return json(_wire(call(acting, service.sign, verification_id, body.conclusion, body.conclusion_words)))


@router.put("/verifications/{verification_id}/withdraw-signature")
def withdraw_signature(actor: CurrentActor, verification_id: UUID, body: ReasonBody) -> Response:
    return json(_wire(call(_acting(actor, verification_id), service.withdraw_signature, verification_id, body.reason)))


@router.get("/verifications/{verification_id}/report.pdf", responses=PDF)
def get_report(
    actor: CurrentActor, verification_id: UUID, language: str = "",
    disposition: Annotated[Literal["inline", "attachment"], Query()] = "attachment",
) -> Response:  # fmt: skip
    """The report for the meeting, in the reader's language or another of the four; a draft until it is signed."""
    locale = language or actor.locale
    paper = call(actor, service.report_paper, verification_id, locale)
    headers = {"Content-Disposition": f'{disposition}; filename="verification-{paper.ends_on.isoformat()}.pdf"'}
    return Response(verification_pdf(paper, locale), media_type="application/pdf", headers=headers)
