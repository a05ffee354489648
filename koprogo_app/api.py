"""The REST edge: who calls, and how a refusal is worded. No business. Conventions: docs/dev/api.md."""

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from koprogo_app.auth.sessions import COOKIE, actor_of
from koprogo_app.auth.tokens import actor_of_access
from koprogo_app.core import metrics
from koprogo_app.core.actor import Actor
from koprogo_app.core.config import settings
from koprogo_app.core.errors import DomainError, Invalid, NotFound, TooMany, Unauthorized
from koprogo_app.core.i18n import N_, known, translate
from koprogo_app.core.validation import SENTENCES

_KINDS = {
    400: "validation",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    429: "rate_limited",
}


def current_actor(request: Request) -> Actor:
    """The person of the bearer token, else of the session cookie; 401 for nobody."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return actor_of_access(bearer)
    actor = actor_of(request.cookies.get(COOKIE))
    if actor is None:
        raise Unauthorized("Please sign in.")
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]


class Page(NamedTuple):
    """A page asked for: the contract's `page`, `per_page`, `sort_by`, `order`."""

    page: int
    per_page: int
    sort_by: str | None
    order: str

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page


async def _page(  # without a thread of its own
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=10_000)] = 20,
    sort_by: str | None = None,
    order: Annotated[str, Query(pattern="^(asc|desc)$")] = "asc",
) -> Page:
    return Page(page, per_page, sort_by, order)


AskedPage = Annotated[Page, Depends(_page)]


def envelope(rows: list[Any], total: int, page: Page) -> dict[str, Any]:
    """The contract's page envelope."""
    pages = -(-total // page.per_page)
    return {
        "data": rows,
        "pagination": {
            "current_page": page.page, "per_page": page.per_page, "total_items": total, "total_pages": pages,
            "has_next": page.page < pages, "has_previous": page.page > 1,
        },
    }  # fmt: skip


def json(content: Any, status: int = 200) -> Response:
    """Rows to bytes without a second validation (the hot lists)."""
    return Response(orjson.dumps(content, default=str), status, media_type="application/json")


def acting_in(actor: Actor, organization_id: str | UUID | None) -> Actor:
    """The organisation of a write: the token's; the platform administrator, who has none, names it (400 otherwise)."""
    if actor.organization_id:
        return actor
    try:
        return actor.within(UUID(str(organization_id)))
    except ValueError:
        raise Invalid("Give a valid organization_id.", field="organization_id") from None


def _locale(request: Request) -> str:
    return known(request.headers.get("accept-language") or request.cookies.get("locale"))


def _answer(request: Request, error: DomainError) -> JSONResponse:
    locale = _locale(request)
    body: dict[str, Any] = {"error": translate(locale, error.message, **error.params)}
    if error.fields:
        body["details"] = "; ".join(
            f"{name}: {translate(locale, e.message, **e.params)}" for name, e in error.fields.items()
        )
    status = error.status
    if "/auth/" in request.url.path:
        body["kind"] = getattr(error, "kind", _KINDS.get(status, "internal"))
    elif status == 409:
        status = 400  # the contract's habit: a broken rule is 400
    headers = {}
    if isinstance(error, TooMany):
        body["retry_after"] = error.seconds
        headers["Retry-After"] = str(error.seconds)
    return JSONResponse(body, status, headers)


def _bad_request(request: Request, error: RequestValidationError) -> JSONResponse:
    problems = error.errors()
    if any(p["loc"][0] == "path" for p in problems):
        return _answer(request, NotFound("Not found."))
    fields: dict[str, DomainError] = {}
    for p in problems:
        name = ".".join(str(x) for x in p["loc"][1:]) or "body"
        fields.setdefault(
            name, Invalid(SENTENCES.get(p["type"], "This value is not valid."), field=name, **p.get("ctx", {}))
        )
    return _answer(request, Invalid.together(fields))


def _http_error(request: Request, error: HTTPException) -> JSONResponse:
    status = 404 if error.status_code == 405 else error.status_code
    return JSONResponse(
        {"error": translate(_locale(request), N_("Not found.")) if status == 404 else str(error.detail)}, status
    )


def build(routers: Iterable[APIRouter], forms: Iterable[APIRouter] = ()) -> FastAPI:
    """The API with every module's routes, its description and its own documentation page; `forms` are outside /api/v1."""
    api = FastAPI(
        title="KoproGo API", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        description="Belgian co-ownership. Amounts of the core routes are decimal euros; others are integer cents.",
    )  # fmt: skip
    api.add_exception_handler(DomainError, _answer)  # type: ignore[arg-type]
    api.add_exception_handler(RequestValidationError, _bad_request)  # type: ignore[arg-type]
    api.add_exception_handler(HTTPException, _http_error)  # type: ignore[arg-type]

    @api.get("/metrics", include_in_schema=False)
    def read_metrics(request: Request) -> Response:
        token = settings().metrics_token.get_secret_value()
        local = settings().demo or (request.client is not None and request.client.host in ("127.0.0.1", "::1"))
        if request.headers.get("authorization") != f"Bearer {token}" if token else not local:
            raise Unauthorized("Please sign in.")
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    @api.get("/api/docs", include_in_schema=False)
    @api.get("/swagger-ui/", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/api/v1/openapi.json", title="KoproGo API", swagger_js_url="/swagger/swagger-ui-bundle.js",
            swagger_css_url="/swagger/swagger-ui.css", swagger_favicon_url="/favicon.svg",
        )  # fmt: skip

    for router in routers:
        api.include_router(router, prefix="/api/v1")
    for router in forms:
        api.include_router(router)
    return api
