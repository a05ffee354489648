"""The time. Instants are aware and in UTC; a legal date is a date in Belgium."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BELGIUM = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date it is in Belgium: what legal delays count from."""
    return now().astimezone(BELGIUM).date()
