"""REST of the checks of the books: ours, amounts in cents."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from koprogo_app.api import CurrentActor, example, json
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import rules, service
from .models import AcceptIn
from .rules import Finding
from .service import Checked
from .words import ABOUT, THEMES

router = APIRouter(tags=["checks"])


class AcceptBody(AcceptIn):
    model_config = example(fingerprint="0" * 64, reason="The fifth of May: two lifts, two invoices.")  # type: ignore[assignment]


def _finding(one: Finding, locale: str) -> dict[str, Any]:
    """`sentence` is worded for the caller; `params` are what it names."""
    theme = ABOUT[one.kind].theme
    title, article = THEMES[theme]
    return rules.stored(one) | {
        "fingerprint": one.fingerprint, "theme": theme.value, "title": translate(locale, title), "article": article,
        "sentence": one.worded(locale),
    }  # fmt: skip


def _wire(found: Checked, locale: str) -> dict[str, Any]:
    """`ran_at` is null before the first run; `ran_by` is empty when it ran by itself; `cut`: checks that found more than is kept."""
    run = found.run
    return {
        "building_id": found.building_id, "ran_at": run.ran_at if run else None, "ran_by": run.ran_by if run else "",
        "errors": run.errors if run else 0, "warnings": run.warnings if run else 0,
        "findings": [_finding(one, locale) for one in found.open],
        "accepted": [
            _finding(one, locale) | {"reason": said.reason, "accepted_by": said.done_by, "accepted_at": said.updated_at}
            for one, said in found.accepted
        ],
        "cut": [kind.value for kind in found.cut],
    }  # fmt: skip


@router.get("/buildings/{building_id}/checks")
def get_checks(actor: CurrentActor, building_id: UUID) -> Response:
    """What the last run found in the books of a building, the worst first, and apart what was accepted of it."""
    return json(_wire(call(for_building(actor, building_id), service.get_checks, building_id), actor.locale))


@router.post("/buildings/{building_id}/checks")
def run_checks(actor: CurrentActor, building_id: UUID) -> Response:
    """Checks the books now."""
    return json(_wire(call(for_building(actor, building_id), service.run_checks, building_id), actor.locale))


@router.post("/buildings/{building_id}/checks/accept")
def accept(actor: CurrentActor, building_id: UUID, body: AcceptBody) -> Response:
    """A finding of the last run counts no more, as long as its figures stay."""
    acting = for_building(actor, building_id)
    call(acting, service.accept, building_id, body.fingerprint, body.reason)
    return json(_wire(call(acting, service.get_checks, building_id), actor.locale))


@router.delete("/buildings/{building_id}/checks/accept/{fingerprint}", status_code=204)
def take_back(actor: CurrentActor, building_id: UUID, fingerprint: str) -> Response:
    """An accepted finding counts again."""
    call(for_building(actor, building_id), service.take_back, building_id, fingerprint)
    return Response(status_code=204)
