"""The hourly sweep of what no longer signs anybody in."""

from koprogo_app.auth.sweep import sweep
from koprogo_app.core.jobs import job


@job("sweep_auth", cron="17 * * * *")
def sweep_auth() -> None:
    """Forgets expired sessions, links, tokens and failures."""
    sweep()
