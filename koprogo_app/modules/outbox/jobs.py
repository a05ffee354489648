"""The outbox empties itself: after each commit that posts a mail, and every minute."""

from koprogo_app.core.jobs import job
from koprogo_app.core.mail import send_waiting


@job("send_mails", cron="* * * * *")
def send_mails() -> int:
    """Sends what waits in every outbox; nothing without a mail server."""
    return send_waiting()
