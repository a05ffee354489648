import re

import pytest
import reflex as rx

from koprogo_app.modules.accounts.pages import SECTIONS
from koprogo_app.modules.verification import detail_pages, pages
from koprogo_app.ui.help import TOPICS


@pytest.fixture(autouse=True)
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "verification_id", "entry_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


def drawn(page) -> str:
    return str(page().render())


@pytest.mark.parametrize("page", [pages.years, pages.work, detail_pages.remarks, detail_pages.look])
def test_each_page_is_drawn_as_a_part_of_the_books(page):
    assert ("verification", "/verification") in [(key, path) for key, _, path in SECTIONS]
    assert len(drawn(page)) > 1000


def test_a_telephone_shows_two_lines_and_the_tick_of_each_entry():
    assert {c.key: c.mobile for c in pages._columns() if c.mobile} == {
        "description": "name", "total_cents": "amount", "number": "state", "entry_on": "date", "seen": "acts",
    }  # fmt: skip


def test_the_letter_t_ticks_on_the_list_and_on_an_entry():
    for page in (pages.work, detail_pages.look):
        assert re.search(r"data-key.{1,10}\"t\"", drawn(page))


@pytest.mark.parametrize("name", ["text", "conclusion_words", "answer", "reason"])
def test_every_field_has_the_place_of_its_error(name):
    assert f"f-{name}" in drawn(detail_pages.remarks)


def test_the_law_is_named_where_the_work_begins():
    assert TOPICS["verification"].article == "3.91"
