"""Assembles the app: every module's pages and routes, by explicit import. Nothing else."""

import contextlib
from collections.abc import AsyncIterator

import reflex as rx

import koprogo_app.tables  # noqa: F401  (foreign keys name tables of other modules)
from koprogo_app.api import build
from koprogo_app.core import jobs
from koprogo_app.core.edge import edge
from koprogo_app.modules.buildings import api as buildings_api
from koprogo_app.modules.buildings import pages as buildings_pages
from koprogo_app.modules.imports import api as imports_api
from koprogo_app.modules.imports import pages as imports_pages
from koprogo_app.ui.authorize import Authorize
from koprogo_app.ui.root import app_options

PAGES = (buildings_pages, imports_pages)
ROUTERS = (buildings_api.router, imports_api.router)


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """FastAPI's own lifespan never runs here (the API is mounted below another application): this one does."""
    async with jobs.worker():
        yield


app = rx.App(**app_options(), api_transformer=[build(ROUTERS), edge])  # the last one is the outermost
app.add_middleware(Authorize())
app.register_lifespan_task(lifespan)
