import pytest
import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.modules.meters import grid_pages, pages, period_pages
from koprogo_app.modules.meters.models import MeterIn, PeriodIn
from koprogo_app.ui.help import TOPICS
from koprogo_app.ui.page import NAV

PAGES = [
    pages.meters, pages.meter, pages.new_meter, pages.edit_meter, pages.my_meters, grid_pages.type_readings, grid_pages.readings_file,
    period_pages.meter_periods, period_pages.meter_period, period_pages.new_meter_period, period_pages.edit_meter_period,
]  # fmt: skip


@pytest.fixture(autouse=True)
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "meter_id", "meter_period_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


def drawn(page) -> str:
    return str(page().render())


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_drawn(page):
    assert len(drawn(page)) > 1000


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (pages.new_meter, set(MeterIn.model_fields) - {"removed_on"} | {"first_value"}),
        (pages.edit_meter, set(MeterIn.model_fields)),
        (period_pages.new_meter_period, set(PeriodIn.model_fields)),
        (period_pages.edit_meter_period, set(PeriodIn.model_fields)),
    ],
)
def test_every_field_has_its_place_and_the_place_of_its_error(page, names):
    found = drawn(page)
    for name in names:
        assert f"f-{name}" in found, name
        assert f"f-{name}-error" in found, name


def test_a_co_owners_meters_stand_in_the_menu():
    (entry,) = [e for e in NAV if e.route == "/my-meters"]
    assert (entry.permission, entry.nav.section) == (Permission.OWN_READ, "money")


def test_the_help_says_how_a_sold_lot_is_treated():
    assert "between seller and buyer by days" in str(TOPICS["readings"].text)
    assert "pays by days" in str(TOPICS["meter_period"].text)
