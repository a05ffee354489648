"""Assembles the app: every module's pages, routes and jobs, by explicit import. Nothing else."""

import contextlib
import importlib
import importlib.util
from collections.abc import AsyncIterator

import reflex as rx

import koprogo_app.tables  # noqa: F401  (foreign keys name tables of other modules)
from koprogo_app.api import build
from koprogo_app.core import jobs
from koprogo_app.core.edge import edge
from koprogo_app.ui.authorize import Authorize
from koprogo_app.ui.root import app_options

NAMES = ["home", "archive", "demo", "imports", "transfers", "papers", "documents", "account", "keys", "ownership", "owners", "lots", "buildings", "organizations", "users", "audit", "outbox"]
ROUTERS = []
from koprogo_app.modules.account.forms import forms
from koprogo_app.modules.account.limits import limited

FORMS = [forms]
for n in NAMES:
    for part in ("pages", "api", "jobs"):
        name = f"koprogo_app.modules.{n}.{part}"
        if importlib.util.find_spec(name):
            try:
                m = importlib.import_module(name)
            except ImportError as e:
                print("SKIP", name, e)
                continue
            if part == "api":
                ROUTERS += [getattr(m, a) for a in dir(m) if a == "router"]


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """FastAPI's own lifespan never runs here (the API is mounted below another application): this one does."""
    async with jobs.worker():
        yield


app = rx.App(**app_options(), api_transformer=[build(ROUTERS, FORMS), limited, edge])  # the last one is the outermost
app.add_middleware(Authorize())
app.register_lifespan_task(lifespan)
