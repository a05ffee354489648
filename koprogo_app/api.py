"""The REST edge: who calls, and how a refusal is worded. No business. Conventions: docs/dev/api.md."""

import secrets
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Annotated, Any, BinaryIO, NamedTuple
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import ConfigDict
from sqlalchemy.exc import DataError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.routing import Router
from starlette.staticfiles import StaticFiles

from koprogo_app.auth.rules import caller_address
from koprogo_app.auth.sessions import COOKIE, actor_of
from koprogo_app.auth.tokens import actor_of_access
from koprogo_app.core import metrics
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import DomainError, Forbidden, Invalid, NotFound, TooMany, Unauthorized
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


OPEN: dict[str, Any] = {"security": []}  # openapi_extra of a route that asks for no token


def current_actor(request: Request) -> Actor:
    """The person of the bearer token, else of the session cookie; 401 for nobody."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return actor_of_access(bearer)
    actor = actor_of(request.cookies.get(COOKIE))
    if actor is None:
        raise Unauthorized("Please sign in.")
    return actor


def address_of(request: Request) -> str:
    """The caller's address, for the lock-out, the list of sessions and the metrics."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))  # some proxies add a line rather than a value
    return caller_address(peer, forwarded, settings().trust_proxy)


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
    page: Annotated[int, Query(ge=1, le=1_000_000_000)] = 1,
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


def euros(cents: int) -> float:
    """An amount of the contract, in euros: the nearest double of two decimals, which JSON prints as they are."""
    return cents / 100


def example(**values: Any) -> ConfigDict:
    """What a body may look like, for the description of the API."""
    return ConfigDict(json_schema_extra={"example": values})


def multipart(*required: str, **texts: str) -> dict[str, Any]:
    """The form of an upload, for the description of the API. FastAPI itself does not read it (see uploaded)."""
    fields = {name: {"type": "string", "description": text} for name, text in texts.items()}
    fields["file"] = {"type": "string", "format": "binary"}
    schema = {"type": "object", "required": ["file", *required], "properties": fields}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def uploaded(request: Request, actor: Actor, permission: Permission) -> AbstractAsyncContextManager[FormData]:
    """The form of an upload, read once it is known who sends it and that he may: nobody else fills the server.

    The gate asks again. A route with File() would have its body read first.
    """
    if not actor.can(permission):
        raise Forbidden("You may not do this.")
    return request.form(max_files=1, max_fields=20, max_part_size=64 * 1024)


def file_of(form: FormData) -> tuple[str, BinaryIO]:
    """The name and the contents of the file."""
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Invalid("This field is required.", field="file")
    return file.filename or "", file.file


def text_of(form: FormData, name: str) -> str:
    """A text of the form, empty when it is not there."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def acting_in(actor: Actor, organization_id: str | UUID | None) -> Actor:
    """The organisation of a write: the token's; the platform administrator, who has none, names it (400 otherwise)."""
    if actor.organization_id:
        return actor
    try:
        return actor.within(UUID(str(organization_id)))
    except ValueError:
        raise Invalid("Give a valid organization_id.", field="organization_id") from None


def _locale(request: Request) -> str:
    """The reader's language. A program names none (`*` from some): English, whose words the contract's clients look for."""
    asked = request.headers.get("accept-language", "").removeprefix("*")
    return known(asked or request.cookies.get("locale") or "en")


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


def _unfit(request: Request, error: DataError | UnicodeEncodeError) -> JSONResponse:
    """The database cannot hold the value: a NUL character, half a surrogate pair, a number without end."""
    return _answer(request, Invalid("This value is not valid."))


def _failed(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours. It is logged by whoever started us."""
    body = {"error": translate(_locale(request), N_("Error"))}
    return JSONResponse(body | {"kind": "internal"} if "/auth/" in request.url.path else body, 500)


def _http_error(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework itself refuses, in our words; a wrong method is not found."""
    if error.status_code in (404, 405):
        return _answer(request, NotFound("Not found."))
    if error.status_code == 400:  # a body that cannot be read: too deep, a form without its boundary
        return _answer(request, Invalid("This value is not valid."))
    return JSONResponse({"error": str(error.detail)}, error.status_code)


def _described(api: FastAPI) -> dict[str, Any]:
    """The description of the API: how callers are known and what a refusal looks like, beside what FastAPI sees."""
    if api.openapi_schema is None:
        found = FastAPI.openapi(api)
        parts = found.setdefault("components", {})
        schemas = parts.setdefault("schemas", {})
        schemas["Refusal"] = _REFUSAL
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        found["security"] = [{"token": []}]
        for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own way, which _bad_request replaces
            schemas.pop(name, None)
        for operation in (one for methods in found["paths"].values() for one in methods.values()):
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "Refused", "content": _REFUSED}
    return FastAPI.openapi(api)


_REFUSAL = {
    "title": "Refusal", "type": "object", "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "A sentence for the reader, in the language of Accept-Language."},
        "details": {"type": "string", "description": "What is wrong field by field: “name: sentence; …”."},
        "kind": {"type": "string", "description": "Below /auth/ only."},
        "retry_after": {"type": "integer", "description": "429 only: seconds to wait."},
    },
}  # fmt: skip
_REFUSED = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}


def _may_watch(request: Request) -> bool:
    """Whether the caller may read the metrics: with the token or, when none is set, from this machine."""
    config, given = settings(), request.headers.get("authorization", "")
    if token := config.metrics_token.get_secret_value():
        return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    return config.demo or address_of(request) in ("127.0.0.1", "::1")


def build(routers: Iterable[APIRouter], forms: Iterable[APIRouter] = ()) -> FastAPI:
    """The API with every module's routes, its description and its own documentation page; `forms` are outside /api/v1."""
    api = FastAPI(
        title="KoproGo API", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        description="Belgian co-ownership. Amounts of the core routes are decimal euros; others are integer cents.",
    )  # fmt: skip
    api.add_exception_handler(DomainError, _answer)  # type: ignore[arg-type]
    api.add_exception_handler(RequestValidationError, _bad_request)  # type: ignore[arg-type]
    api.add_exception_handler(HTTPException, _http_error)  # type: ignore[arg-type]
    api.add_exception_handler(DataError, _unfit)  # type: ignore[arg-type]
    api.add_exception_handler(UnicodeEncodeError, _unfit)  # type: ignore[arg-type]
    api.add_exception_handler(Exception, _failed)
    api.openapi = partial(_described, api)  # type: ignore[method-assign]

    @api.get("/metrics", include_in_schema=False)
    def read_metrics(request: Request) -> Response:
        if not _may_watch(request):
            raise Unauthorized("Please sign in.")
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    @api.get("/api/docs", include_in_schema=False)
    @api.get("/swagger-ui", include_in_schema=False)
    @api.get("/swagger-ui/", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/api/v1/openapi.json", title="KoproGo API", swagger_favicon_url="/favicon.svg",
            swagger_js_url="/api/swagger/swagger-ui-bundle.js", swagger_css_url="/api/swagger/swagger-ui.css",
        )  # fmt: skip

    for router in routers:
        api.include_router(router, prefix="/api/v1")
    api.mount("/api/swagger", StaticFiles(packages=[("fastapi_offline", "static")]))
    api.mount("/api", Router())  # what is left is not found, in JSON: Reflex mounts the pages behind us
    for router in forms:
        api.include_router(router)
    return api
