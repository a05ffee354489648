"""A small square image that says what it is: the code that a bank's application scans."""

import reflex as rx

from .text import Text

SIDE = "176px"  # 33 modules with their quiet zone: read from a screen held in the other hand


def scan_code(url: Text, title: Text) -> rx.Component:
    """`url`: an image, also as data; `title`: what screen readers say instead of it."""
    return rx.el.img(src=url, alt=title, width=SIDE, height=SIDE, align_self="start")
