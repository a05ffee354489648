"""What runs by itself: conversations are not kept longer than the configuration says."""

from koprogo_app.core.actor import system_actor
from koprogo_app.core.jobs import job
from koprogo_app.core.service import call

from . import service


@job("forget_conversations", cron="20 3 * * *")
def forget_conversations() -> int:
    """Returns how many conversations went."""
    return call(system_actor(), service.forget_old)
