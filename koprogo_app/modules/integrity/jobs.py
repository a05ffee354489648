"""What runs by itself: the checks of all books, at night."""

from collections.abc import Iterable
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from koprogo_app.core.actor import system_actor
from koprogo_app.core.errors import DomainError
from koprogo_app.core.jobs import job
from koprogo_app.core.service import call

from . import service

log = structlog.get_logger()


@job("check_books", cron="40 2 * * *")
def check_books() -> int:
    """Checks the books of every building of every office, one transaction each; returns how many were checked."""
    return check_each(call(system_actor(), service.buildings_with_books))


def check_each(books: Iterable[tuple[UUID, UUID]]) -> int:
    """The same of these: (organisation, building)."""
    count = 0
    for organization_id, building_id in books:
        try:
            counted = call(system_actor(organization_id), service.check_at_night, building_id)
        except (
            DomainError,
            SQLAlchemyError,
        ) as error:  # a building that just moved, or a lock, stops its own checks only
            log.warning("checks_failed", building=str(building_id), reason=str(error)[:200])
            continue
        if counted.errors:
            log.info("books_with_errors", building=str(building_id), errors=counted.errors)
        count += 1
    return count
