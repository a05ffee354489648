"""Lucide icons and the house. One icon, one meaning: the table of states is in tokens.py."""

import reflex as rx

# The logo: one gabled house; the three colours come from the page.
_HOUSE = (
    ("path", "house", {"d": "M3 22V12h3V8h3V4h6v4h3v4h3v10z"}),
    ("path", "hole", {"d": "M10.4 22v-5.2a1.6 1.6 0 0 1 3.2 0V22z"}),
    ("rect", "lamp", {"x": "10.4", "y": "7.6", "width": "3.2", "height": "3.2", "rx": ".6"}),
    ("rect", "hole", {"x": "6.4", "y": "14.2", "width": "2.4", "height": "2.6", "rx": ".5"}),
    ("rect", "hole", {"x": "15.2", "y": "14.2", "width": "2.4", "height": "2.6", "rx": ".5"}),
)


def icon(name: str, size: str = "") -> rx.Component:
    """A Lucide icon by its name, hidden from screen readers: the word beside it speaks. Sizes: "" 16, "s" 14, "l" 20
    px.
    """
    return rx.icon(name, class_name=size)


def logo() -> rx.Component:
    shapes = {"path": rx.el.path, "rect": rx.el.rect}
    parts = [shapes[tag](class_name=part, **attributes) for tag, part, attributes in _HOUSE]
    return rx.el.svg(*parts, view_box="0 0 24 24", class_name="logo", aria_hidden="true")
