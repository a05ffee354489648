"""REST of the demonstration (in demo mode only) and of the counters."""

from typing import Any

from fastapi import APIRouter

from koprogo_app.api import CurrentActor, euros
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.service import call

from . import service, stats
from .data.offices import offices
from .rules import Office

router = APIRouter(tags=["seeding and statistics"])
NO_MEETINGS_YET = {"total_meetings": 0}
TASKS = {  # kind: title, sentence, how much it presses
    "shares": (
        N_("The lots do not add up to the deed"), N_("The lots have {sum} of the {total} shares of the deed."),
        "urgent",
    ),
    "owner": (N_("Lots without an owner"), N_("Lots that nobody holds: {count}."), "high"),
    "incomplete": (N_("Lots held in part"), N_("Lots of which less than 100% is held: {count}."), "high"),
    "suspended": (
        N_("Votes suspended"), N_("Lots whose holders have named no representative: {count} (art. 3.87 §1)."), "medium",
    ),
    "address": (N_("Addresses missing"), N_("Co-owners without a postal address: {count}."), "medium"),
}  # fmt: skip


def _done(actor: Actor, count: int, **more: Any) -> dict[str, Any]:
    return {"success": True, "message": translate(actor.locale, N_("Organisations: {count}."), count=count)} | more


def _seeded(actor: Actor, wanted: tuple[Office, ...]) -> int:
    made = service.seed(actor, wanted)
    if not made:
        raise Conflict("The demonstration is loaded already.")
    return len(made)


@router.post("/seed/demo")
def seed_demo(actor: CurrentActor) -> dict[str, Any]:
    """Makes the organisations of the demonstration that are missing; 400 when none is."""
    return _done(actor, _seeded(actor, offices()))


@router.post("/seed/clear")
def clear_demo(actor: CurrentActor) -> dict[str, Any]:
    """Removes every organisation of the demonstration, with whatever people put there."""
    return _done(actor, service.clear(actor))


@router.post("/seed/scenario/world")
def seed_world(actor: CurrentActor) -> dict[str, Any]:
    """Makes the office of the reference building: 182 lots, 10 000 shares, and its people; 400 when it is there."""
    world = offices()[0]
    count = _seeded(actor, (world,))
    data = {
        "organization_id": str(world.id), "building_id": str(world.house_id(0)),
        "building_name": world.houses[0].identity["name"],
        "personas": [
            {"name": f"{m.first_name} {m.last_name}", "email": m.email, "password": world.password, "role": m.role}
            for m in world.members
        ],
    }  # fmt: skip
    return _done(actor, count, data=data)


@router.delete("/seed/scenario/world")
def clear_world(actor: CurrentActor) -> dict[str, Any]:
    """Removes the office of the reference building."""
    return _done(actor, service.clear(actor, [offices()[0].id]))


@router.get("/stats/dashboard")
def get_platform(actor: CurrentActor) -> dict[str, int]:
    """AdminDashboardStats."""
    return call(actor, stats.platform_counts) | NO_MEETINGS_YET


@router.get("/stats/seed-data")
def get_seed_data(actor: CurrentActor) -> dict[str, int]:
    """SeedDataStats."""
    return call(actor, stats.seed_counts) | {"seed_meetings": 0}


@router.get("/stats/syndic")
def get_office(actor: CurrentActor) -> dict[str, Any]:
    """SyndicDashboardStats."""
    counts: dict[str, Any] = dict(call(actor, stats.office_counts))
    return counts | {"pending_expenses_amount": euros(counts.pop("pending_expenses_cents")), "next_meeting": None}


@router.get("/stats/syndic/urgent-tasks")
def get_urgent_tasks(actor: CurrentActor) -> list[dict[str, Any]]:
    """UrgentTask of the register: what keeps a call for funds or a meeting from being right,
    the most pressing first."""
    return [_task(actor, task) for task in call(actor, stats.urgent_tasks)]


def _task(actor: Actor, task: stats.Task) -> dict[str, Any]:
    title, sentence, priority = TASKS[task.kind]
    return {
        "task_type": task.kind, "title": translate(actor.locale, title),
        "description": translate(actor.locale, sentence, **task.figures), "priority": priority,
        "building_name": task.building, "entity_id": str(task.building_id), "due_date": None,
    }  # fmt: skip
