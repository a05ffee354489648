"""What runs by itself: the drafts of recurring invoices."""

import structlog

from koprogo_app.core.actor import system_actor
from koprogo_app.core.errors import DomainError
from koprogo_app.core.jobs import job
from koprogo_app.core.service import call

from . import service

log = structlog.get_logger()


@job("recurring_invoices", cron="15 3 * * *")
def make_recurring() -> int:
    """Makes the drafts that are due in every office, building by building; returns how many."""
    count = 0
    for organization_id, building_id in call(system_actor(), service.due_buildings):
        try:
            count += len(call(system_actor(organization_id), service.make_due, building_id))
        except DomainError as error:  # a template that no longer fits stops its own building only
            log.warning("recurring_invoice_failed", building=str(building_id), reason=error.message)
    return count
