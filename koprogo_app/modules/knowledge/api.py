"""REST of the knowledge base: articles for everybody who is signed in, official texts for the platform's administrator."""

from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from koprogo_app.api import AskedPage, CurrentActor, envelope, file_of, json, multipart, text_of, uploaded
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.validation import parse

from . import browse, service, texts_service, words
from .models import OfficialText
from .texts_service import Plan, Received, TextIn

router = APIRouter(tags=["assistant"])
Locale = Literal["fr", "nl", "de", "en"]
_FIELDS = tuple(TextIn.model_fields)
_UPLOAD = multipart(
    "title", "locale", title="3 to 200 letters; a text of the same title and language is replaced.",
    locale=", ".join(LOCALES), region=f"{', '.join(words.REGIONS)}; BE by default.",
    source="What citations begin with; the title by default.", url="https address of the official text.",
    valid_from="ISO day.", dry_run="true: say how it would be cut, store nothing.",
)  # fmt: skip


# --- Articles ---


@router.get("/assistant/articles")
def list_articles(
    actor: CurrentActor,
    page: AskedPage,
    search: str = "",
    kind: str = "",
    region: str = "",
    confidence: str = "",
    text: str = "",
    lang: Locale | None = None,
) -> Response:
    """What the assistant may quote. `confidence`: high, medium, low. `text`: id of an official text. `lang`: the reader's."""
    filters = {"kind": kind, "region": region, "confidence": confidence, "text": text}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, browse.list_articles, asked, lang or actor.locale)
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.get("/assistant/articles/{uid}")
def get_article(actor: CurrentActor, uid: str, lang: Locale | None = None) -> Response:
    """One article, or the first below this uid, in `lang` (the reader's own by default) or the language it has."""
    locale = lang or actor.locale
    found = call(actor, service.get_article, uid, locale)
    near = {name: call(actor, browse.near, getattr(found, name), locale) for name in ("see", "rests_on")}
    return json(
        asdict(found)
        | {name: [asdict(one) for one in listed] for name, listed in near.items()}
        | {"languages": call(actor, browse.languages, found.uid)}
    )


# --- Official texts ---


def wire(text: OfficialText, articles: int) -> dict[str, Any]:
    """A text that was added, with how many articles it has."""
    return text.model_dump(mode="json") | {"articles": articles}


def planned(plan: Plan) -> dict[str, Any]:
    """How a text would be cut. `replaces`: the id of the text of the same title and language."""
    return {
        "cut_by": plan.cut.by, "replaces": str(plan.replaces.id) if plan.replaces else None,
        "remarks": [translate("en", message, **params) for message, params in plan.remarks],
        "articles": [
            {"citation": citation, "title": part.title, "text": part.text, "page": part.page}
            for citation, part in zip(plan.citations, plan.cut.parts, strict=True)
        ],
    }  # fmt: skip


@router.get("/admin/official-texts")
def list_texts(actor: CurrentActor) -> Response:
    return json([wire(text, articles) for text, articles in call(actor, texts_service.list_texts)])


@router.post("/admin/official-texts", status_code=201, openapi_extra=_UPLOAD)
async def add_text(request: Request, actor: CurrentActor) -> Response:
    """A text becomes public knowledge, in place of the one with its title and language; 200 and the cut with `dry_run`."""
    async with uploaded(request, actor, Permission.PLATFORM_ADMIN) as form:
        return await run_in_threadpool(_add, actor, form)


def _add(actor: Actor, form: FormData) -> Response:
    data = parse(TextIn, {name: text_of(form, name) for name in _FIELDS})
    received = _received(form)
    if text_of(form, "dry_run").lower() in ("true", "on", "1"):
        return json(planned(call(actor, texts_service.plan, received, data)))
    stored = call(actor, texts_service.add_text, received, data)
    return json(wire(*call(actor, texts_service.get_text, stored.id)), 201)


@router.post("/admin/official-texts/drafts", status_code=201, openapi_extra=multipart())
async def read_draft(request: Request, actor: CurrentActor) -> Response:
    """Reads a file for the wizard of the pages, where it waits an hour at most; nothing is stored."""
    async with uploaded(request, actor, Permission.PLATFORM_ADMIN) as form:
        received = await run_in_threadpool(_received, form)
        return json(
            {"id": texts_service.keep(actor, received), "filename": received.filename, "pages": received.pages}, 201
        )


def _received(form: FormData) -> Received:
    return texts_service.receive(*file_of(form))


@router.delete("/admin/official-texts/{text_id}", status_code=204)
def remove_text(actor: CurrentActor, text_id: UUID) -> Response:
    """The text goes with its articles."""
    call(actor, texts_service.remove_text, text_id)
    return Response(status_code=204)
