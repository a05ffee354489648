import re

import pytest
import reflex as rx

from koprogo_app.modules.accounts.pages import SECTIONS
from koprogo_app.modules.owner_accounts import pages
from koprogo_app.ui.help import TOPICS


@pytest.fixture(autouse=True)
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "owner_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


def drawn(page) -> str:
    return str(page().render())


def test_the_balances_are_a_part_of_the_books():
    keys = [key for key, _, _ in SECTIONS]
    assert keys[keys.index("balances") + 1] == "owners"


@pytest.mark.parametrize("page", [pages.owner_balances, pages.owner_account])
def test_each_page_is_drawn(page):
    assert len(drawn(page)) > 1000


def test_a_telephone_shows_a_line_what_it_moved_and_what_is_left():
    found = drawn(pages.lines_table)
    for place in ("date", "name", "amount", "state"):
        assert re.search(rf'data-m"?\]?:\s*"{place}"', found), place


def test_every_standing_has_its_badge():
    badge = str(pages.standing_badge(rx.Var("standing", _var_type=str)).render())
    for word in ("To pay", "Paid", "In credit"):
        assert word in badge


def test_help_names_the_article():
    assert TOPICS["individual_account"].article == "3.89 §5 15°"
