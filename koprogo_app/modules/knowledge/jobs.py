"""What runs by itself: vectors of texts that were added, of a release's new entries, or of a model that was just chosen."""

from koprogo_app.core.jobs import job

from . import loading


@job(loading.FILL, cron="*/10 * * * *")
def fill_knowledge() -> int:
    """Computes what is missing; returns how many vectors. Searches change over when a model is complete, not before."""
    return sum(loading.filled())
