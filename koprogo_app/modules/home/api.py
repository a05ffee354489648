"""REST of the first page: what waits to be done in the reader's buildings."""

from typing import Any

from fastapi import APIRouter, Response

from koprogo_app.api import AskedPage, CurrentActor, envelope, json
from koprogo_app.core import clock
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call

from . import rules, service
from .rules import Task

router = APIRouter(tags=["home"])


def _wire(task: Task, locale: str) -> dict[str, Any]:
    words = rules.worded(task, locale)
    return {
        "kind": task.kind, "when": rules.when_of(task.due, clock.today()), "due_on": task.due,
        "building_id": task.building_id, "title": words.title, "hint": words.hint, "article": words.article or None,
        "href": task.href,
    }  # fmt: skip


@router.get("/home/todo")
def list_todo(actor: CurrentActor, page: AskedPage) -> Response:
    """The most pressing first, worded in the reader's language; `href` is a page of the application."""
    found = call(actor, service.list_todo, Asked(page.page, page.per_page))
    return json(envelope([_wire(task, actor.locale) for task in found.tasks], found.total, page))
