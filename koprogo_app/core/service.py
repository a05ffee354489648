"""The one gate: permission, transaction, tenancy and audit, from pages, REST, jobs and the command line alike."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from . import audit, db
from .actor import Actor, Permission, Role
from .config import settings
from .errors import Forbidden, Unauthorized

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate asks of an action: read by tests, menus and docs/reference/permissions.md."""

    permission: Permission
    audit: str | None
    everywhere: bool


def requires(
    permission: Permission, *, audit: str | None = None, everywhere: bool = False
) -> Callable[[Callable[Concatenate[Session, Actor, P], R]], Callable[Concatenate[Session, Actor, P], R]]:
    """Marks an action: who may do it, how the trail names it (needed as soon as it writes), and, for the platform's
    administration alone, that it crosses organisations."""

    def mark(fn: Callable[Concatenate[Session, Actor, P], R]) -> Callable[Concatenate[Session, Actor, P], R]:
        @functools.wraps(fn)
        def checked(s: Session, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not actor.can(permission):
                raise Forbidden("You may not do this.")
            return fn(s, actor, *args, **kwargs)

        checked.gate = Gate(permission, audit, everywhere)  # type: ignore[attr-defined]
        return checked

    return mark


def call(actor: Actor, fn: Callable[Concatenate[Session, Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """One call is one transaction: in the actor's organisation, or across organisations for the platform's administration.

    Raises the action's DomainError; nothing is written then.
    """
    gate: Gate = fn.gate  # type: ignore[attr-defined]
    if not actor.can(gate.permission):  # before a connection is taken
        raise Forbidden("You may not do this.")
    with _transaction(actor, gate) as s:
        result = fn(s, actor, *args, **kwargs)
        s.flush()
        if gate.audit:
            audit.append(s, actor, gate.audit)
        elif audit.changes_of(s):
            raise RuntimeError(f"{fn.__module__}.{fn.__name__} writes: give @requires an audit name")
        after = s.info.pop("after_commit", [])
    for task in after:
        task()
    return result


def _transaction(actor: Actor, gate: Gate) -> Any:
    if gate.everywhere:
        return db.everywhere(actor.organization_id)
    if actor.organization_id is not None:
        return db.transaction(actor.organization_id)
    if actor.role in (Role.SUPERADMIN, Role.SYSTEM):
        return db.everywhere()  # sees every office; writes must name one (Actor.within)
    raise Unauthorized("Choose an organisation first.")


def unhurried(s: Session) -> None:
    """Lifts the app role's limits of time until the end of the transaction: files are copied or read between its statements."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        s.connection().exec_driver_sql(f"SET LOCAL {limit} = 0")


def after_commit(s: Session, task: Callable[[], object]) -> None:
    """Runs `task` once this transaction is committed; never when it is rolled back."""
    s.info.setdefault("after_commit", []).append(task)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings().pool_size, thread_name_prefix="gate")


async def run(actor: Actor, fn: Callable[Concatenate[Session, Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """call() off the event loop: Reflex event handlers use this."""
    return await in_thread(functools.partial(call, actor, fn, *args, **kwargs))


async def in_thread(fn: Callable[[], R]) -> R:
    """Blocking work off the event loop, in as many threads as there are database connections."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), fn)
