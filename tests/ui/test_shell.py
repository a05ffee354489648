"""The frame of private pages, and the order of the menu."""

from koprogo_app.core.actor import Permission
from koprogo_app.ui import page as pages
from koprogo_app.ui.layout import paragraph
from koprogo_app.ui.page import Nav
from koprogo_app.ui.shell import SECTIONS, shell


def test_a_page_waits_for_its_reader_and_refuses_in_words():
    drawn = str(shell(lambda: paragraph("secret"), [], "Here", str(Permission.LOTS_READ)).render())
    assert drawn.index("signed_in") < drawn.index("secret")
    assert "lots:read" in drawn
    assert "Your role does not open this page." in drawn


def test_the_menu_follows_its_sections_then_the_order_asked(monkeypatch):
    asked = [("/c", "foot", 1), ("/b", "money", 20), ("/a", "money", 10), ("/", "top", 90)]
    menu_of = [pages.Entry(route, route, None, Nav(section, "house", order)) for route, section, order in asked]
    monkeypatch.setattr(pages, "NAV", menu_of)
    assert [entry.route for entry in pages.entries()] == ["/", "/a", "/b", "/c"]
    assert {entry.nav.section for entry in menu_of} <= set(SECTIONS)
