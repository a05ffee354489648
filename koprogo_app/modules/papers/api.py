"""REST of the papers: PDF in, nothing else. The address that ends in /preview may stand in a frame of our own pages.

Plain functions: the server runs them in its threads, where some seconds of typesetting hold nobody up.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel

from koprogo_app.api import CurrentActor, example
from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ownership import service as ownership

from . import pdf, service
from .rules import CertificatePaper

router = APIRouter(tags=["papers"])
Disposition = Annotated[Literal["inline", "attachment"], Query()]
Day = Annotated[date | None, Query()]
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


class LetterBody(BaseModel):
    """An empty line in `body` begins a paragraph."""

    owner_id: UUID
    subject: str
    body: str
    enclosures: list[str] = []

    model_config = example(
        owner_id="0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10", subject="Travaux de la toiture", body="Madame, Monsieur,",
        enclosures=["Devis"],
    )  # fmt: skip


def _answer(content: bytes, name: str, disposition: str) -> Response:
    headers = {"Content-Disposition": f'{disposition}; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _in_building(actor: Actor, building_id: UUID) -> Actor:
    """The actor in the building's organisation, whose trail keeps what was read: the administrator is in none."""
    return (
        actor
        if actor.organization_id
        else actor.within(call(actor, buildings.get_building, building_id).organization_id)
    )


@router.get("/buildings/{building_id}/register.pdf", responses=PDF)
@router.get("/buildings/{building_id}/register.pdf/preview", include_in_schema=False)
def get_register(
    actor: CurrentActor, building_id: UUID, on: Day = None, language: str = "", disposition: Disposition = "inline"
) -> Response:
    """The register of lots and owners on a day, today by default; in the building's official language by default."""
    locale, day = language or call(actor, buildings.get_building, building_id).language, on or clock.today()
    paper = call(_in_building(actor, building_id), service.register_paper, building_id, day, locale)
    return _answer(pdf.register_pdf(paper, locale), f"register-{day}", disposition)


@router.get("/owners/{owner_id}/certificate.pdf", responses=PDF)
@router.get("/owners/{owner_id}/certificate.pdf/preview", include_in_schema=False)
def get_certificate(
    actor: CurrentActor, owner_id: UUID, building_id: UUID, on: Day = None, disposition: Disposition = "inline"
) -> Response:
    """What a person holds in a building on a day, today by default, in that person's language."""
    day, inside = on or clock.today(), _in_building(actor, building_id)
    return _certificate(call(inside, service.certificate_paper, building_id, owner_id, day), disposition)


@router.get("/unit-owners/{part_id}/export-contract-pdf", responses=PDF)
def get_part_certificate(actor: CurrentActor, part_id: UUID, disposition: Disposition = "attachment") -> Response:
    """The certificate of one part of a lot: of today or, once it has ended, of its last day."""
    inside = actor if actor.organization_id else actor.within(call(actor, ownership.get_part, part_id).organization_id)
    return _certificate(call(inside, service.part_paper, part_id), disposition)


def _certificate(paper: CertificatePaper, disposition: str) -> Response:
    return _answer(pdf.certificate_pdf(paper, paper.recipient.language), f"certificate-{paper.on}", disposition)


@router.post("/buildings/{building_id}/letters", responses=PDF)
def make_letter(
    actor: CurrentActor, building_id: UUID, body: LetterBody, disposition: Disposition = "inline"
) -> Response:
    """A letter to somebody who holds or held a lot in the building. Nothing is kept or sent."""
    paper = call(actor, service.letter_paper, building_id, **body.model_dump())
    return _answer(pdf.letter_pdf(paper, paper.recipient.language), f"letter-{paper.issued_on}", disposition)


@router.post("/buildings/{building_id}/letters/preview", include_in_schema=False)
def preview_letter(
    actor: CurrentActor, building_id: UUID, owner_id: Annotated[UUID, Form()], subject: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "", enclosures: Annotated[str, Form()] = "", disposition: Disposition = "inline",
) -> Response:  # fmt: skip
    """The same from a form of the browser, whose answer stands in a frame; an enclosure a line."""
    lines = enclosures.splitlines()
    return make_letter(
        actor, building_id, LetterBody(owner_id=owner_id, subject=subject, body=body, enclosures=lines), disposition
    )
