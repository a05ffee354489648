"""The MCP server of one request: the tools of the person who asks, by the official SDK.

Nothing is kept between requests (stateless, one JSON answer each), so nothing starts or stops with the application, and
the SDK is loaded by the first client that comes (api.py): 15 MB and a second that an office without clients does not spend.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import mcp_types as types
import structlog
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ValidationError
from starlette.types import Receive, Scope, Send

from koprogo_app.core import tools
from koprogo_app.core.actor import Actor
from koprogo_app.core.config import LOCAL_HOSTS, settings
from koprogo_app.core.edge import SMALL
from koprogo_app.core.errors import DomainError
from koprogo_app.core.i18n import LOCALES, N_, translate
from koprogo_app.core.service import run
from koprogo_app.core.validation import refusal
from koprogo_app.modules.account.limits import Window

from . import rules, service
from .models import ArticleIn, ArticleOut, ArticlesOut, OwnIn, Schemas, SearchIn, SheetOut

log = structlog.get_logger()
CALLS = 5  # of tools, for one question of the person to his client
_TOO_MANY = N_("Too many requests. Wait {seconds} seconds.")
_FAILED = N_("KoproGo could not answer. Try again later.")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Offer:
    """A tool as the client sees it; `call` gets the arguments, checked."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    call: Callable[[Any], Awaitable[tuple[BaseModel, str]]]  # the structured answer, and the same as text

    def described(self) -> types.Tool:
        return types.Tool(
            name=self.name, title=self.title, description=self.description, input_schema=_taken(self.takes),
            output_schema=_given(self.gives),
            annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )  # fmt: skip


@cache  # making a schema takes longer than the rest of a list of tools
def _taken(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(schema_generator=Schemas)


@cache
def _given(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="serialization")


def offers(actor: Actor) -> Mapping[str, Offer]:
    """The tools of a person: the law for everybody, own data by his role."""
    law = [
        Offer(
            "search_articles", translate(actor.locale, N_("Search the law")),
            "Search Belgian co-ownership law and the guide to KoproGo. Says whether the articles found answer the question.",
            SearchIn, ArticlesOut, partial(_search, actor),
        ),
        Offer(
            "get_article", translate(actor.locale, N_("Read an article")),
            "Read one article of Belgian co-ownership law or of the guide, by its uid, with its source.",
            ArticleIn, ArticleOut, partial(_article, actor),
        ),
    ]  # fmt: skip
    own = [
        Offer(
            tool.name,
            translate(actor.locale, tool.title),
            tool.description,
            OwnIn,
            SheetOut,
            partial(_own, actor, tool.name),
        )
        for tool in tools.offered(actor)
    ]
    return {offer.name: offer for offer in (*law, *own)}


async def _search(actor: Actor, asked: SearchIn) -> tuple[BaseModel, str]:
    found = await run(actor, service.search_articles, asked.question, asked.language, asked.region)
    return found, rules.paragraphs(found.band, *(_text(article) for article in found.articles))


async def _article(actor: Actor, asked: ArticleIn) -> tuple[BaseModel, str]:
    article = await run(actor, service.get_article, asked.uid, asked.language)
    return article, rules.paragraphs(_text(article), article.url)


def _text(article: ArticleOut) -> str:
    place = " – ".join(part for part in (article.citation, article.title) if part)
    return "\n".join(part for part in (f"[{article.uid}] {place}", article.text, article.caveat) if part)


async def _own(actor: Actor, name: str, asked: OwnIn) -> tuple[BaseModel, str]:
    sheet = await run(actor, service.read_own, name, asked.building_id, asked.language, asked.question)
    table = rules.table(sheet.columns, sheet.rows, sheet.numeric)
    return sheet, rules.paragraphs(sheet.sentence, table, *(f"{link.label}: {link.url}" for link in sheet.links))


# --- Calling ----------------------------------------------------------------------------------------------------------


@cache
def _window() -> Window:
    """Calls of each person in the last minute. One process serves KoproGo: its memory holds the counts."""
    return Window(settings().questions_per_minute * CALLS)


async def call_tool(actor: Actor, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """The answer of a tool, or a refusal that the client's model can read. MCPError for a tool that is not offered."""
    offer = offers(actor).get(name)
    if offer is None:
        raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {name[:100]}")
    given = arguments.get("language")
    locale = given if given in LOCALES else actor.locale
    if seconds := _window().wait(str(actor.user_id), time.monotonic()):
        return _error(translate(locale, _TOO_MANY, seconds=seconds))
    try:
        structured, text = await offer.call(offer.takes.model_validate(arguments))
    except ValidationError as error:
        return _refused(refusal(error), locale)
    except DomainError as error:
        return _refused(error, locale)
    except Exception:  # whatever it is, its details are not for the client
        log.exception("mcp_tool_failed", tool=name)
        return _error(translate(locale, _FAILED))
    return types.CallToolResult(
        content=[types.TextContent(text=text)], structured_content=structured.model_dump(mode="json")
    )


def _refused(error: DomainError, locale: str) -> types.CallToolResult:
    named = [f"{name}: {translate(locale, e.message, **e.params)}" for name, e in error.fields.items()]
    return _error("\n".join(named) or translate(locale, error.message, **error.params))


def _error(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=sentence)], is_error=True)


# --- Serving ----------------------------------------------------------------------------------------------------------


def server_of(actor: Actor) -> Server[Any]:
    """The server as this person sees it."""

    async def on_list_tools(_context: object, _params: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[offer.described() for offer in offers(actor).values()])

    async def on_call_tool(_context: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await call_tool(actor, params.name, params.arguments or {})

    return Server(
        "koprogo", version="1", title="KoproGo", website_url=settings().deploy_url, instructions=rules.INSTRUCTIONS,
        on_list_tools=on_list_tools, on_call_tool=on_call_tool,
    )  # fmt: skip


@cache
def _security() -> TransportSecuritySettings:
    """Asked for by its own address and by no other site. On one's own machine every name of it is its address."""
    ours = urlsplit(settings().deploy_url)
    names = ("localhost", "127.0.0.1", "[::1]") if ours.hostname in LOCAL_HOSTS else (ours.hostname,)
    port = ours.port or _DEFAULT_PORTS[ours.scheme]
    hosts = [f"{name}:{port}" for name in names]
    if port == _DEFAULT_PORTS[ours.scheme]:  # clients leave it out
        hosts += [str(name) for name in names]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[settings().deploy_url])


async def serve(actor: Actor, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one request of a person."""
    manager = StreamableHTTPSessionManager(
        server_of(actor), stateless=True, json_response=True, security_settings=_security(), max_request_body_size=SMALL
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)
