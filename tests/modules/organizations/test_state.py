from datetime import UTC, datetime
from types import SimpleNamespace

from koprogo_app.auth.models import UNLIMITED
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.organizations.state import OrganizationRow


def test_what_is_used_stands_beside_what_the_plan_allows():
    given = {
        "id": uuid7(),
        "name": "Cabinet Alice",
        "contact_email": "a@b.be",
        "plan": "enterprise",
        "buildings": 12,
        "max_buildings": UNLIMITED,
        "users": 3,
        "max_users": 50,
        "created_at": datetime(2026, 11, 24, tzinfo=UTC),
        "is_active": False,
    }
    row = OrganizationRow.of(SimpleNamespace(**given), "en")
    assert (row.plan, row.buildings, row.users, row.since, row.state) == (
        "Enterprise",
        "12 / ∞",
        "3 / 50",
        "24/11/2026",
        "inactive",
    )
