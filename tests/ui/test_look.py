"""Colours, contrast and raw HTML: the style sheet keeps its promises, and modules draw with parts only."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from koprogo_app.ui.tokens import STATUSES, TONE_CLASS

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "assets" / "koprogo.css").read_text()


def tokens(selector: str) -> dict[str, str]:
    body = re.search(re.escape(selector) + r"\{(.*?)\n\}", CSS, re.DOTALL)
    assert body
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", body[1]))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[(ink, ground) for ink in ("text", "muted", "accent-t") for ground in ("bg", "surface", "sel")],
    *[("on", "accent"), ("on", "accent-h"), ("muted", "sunken"), ("accent-t", "accent-bg"), ("surface", "bad")],
    *[(tone, f"{tone}-bg") for tone in ("ok", "warn", "bad", "info", "neutral")],
    *[(tone, "surface") for tone in ("ok", "warn", "bad", "info")],
]
MARK_PAIRS = [
    *[
        ("control", "surface"),
        ("control", "bg"),
        ("focus", "surface"),
        ("focus", "bg"),
        ("brick", "bg"),
        ("accent", "surface"),
    ],
    *[(mark, "surface") for mark in ("k1", "k2", "k3", "k4", "ok-fill", "warn-fill", "bad-fill")],
]


@pytest.mark.parametrize("theme", [":root", ":root.dark"])
def test_texts_and_marks_have_the_contrast_of_wcag_aa(theme):
    colours = tokens(theme)
    poor = [(a, b) for a, b in TEXT_PAIRS if contrast(colours[a], colours[b]) < 4.5]
    poor += [(a, b) for a, b in MARK_PAIRS if contrast(colours[a], colours[b]) < 3]
    assert poor == []


def test_both_themes_name_the_same_colours():
    assert set(tokens(":root")) == set(tokens(":root.dark"))


def test_the_four_parts_of_a_bar_differ():
    for theme in (":root", ":root.dark"):
        colours = [tokens(theme)[k] for k in ("k1", "k2", "k3", "k4")]
        assert all(a != b for a, b in combinations(colours, 2))


def test_each_tone_has_its_look_in_the_style_sheet():
    for tone in filter(None, TONE_CLASS.values()):
        assert f".badge.{tone}{{" in CSS
        assert f".note.{tone}{{" in CSS
    assert len(STATUSES) == len({(s.icon, s.label) for s in STATUSES.values()})


def test_the_style_sheet_serves_every_reader():
    for rule in ("prefers-reduced-motion", "@media print", "forced-colors", ":focus-visible", "pointer:coarse"):
        assert rule in CSS
    fonts = re.findall(r"url\((/fonts/[^)]+)\)", CSS)
    assert fonts
    assert all((ROOT / "assets" / font.lstrip("/")).exists() for font in fonts)
    assert "//" not in "".join(re.findall(r"url\(([^)\"]+)\)", CSS))  # nothing from a third-party server


RAW = re.compile(r"\brx\.el\.|\bcolor(_scheme)?=|#[0-9a-fA-F]{6}\b|\bbackground(_color)?=(?!True)|\bstyle=")
THEMED = re.compile(
    r"\brx\.(box|flex|hstack|vstack|stack|grid|text|heading|button|link|dialog|select|input|table|card|badge|callout|tooltip|"
    r"popover|dropdown_menu|checkbox|switch|radio_group|tabs|spinner|container|section|center|spacer|divider|icon_button)\b"
)


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / "koprogo_app" / folder).rglob("*.py"))


@pytest.mark.parametrize("path", sources("modules"), ids=lambda path: "/".join(path.parts[-2:]))
def test_a_module_draws_with_parts_only(path):
    source = path.read_text()
    if "import reflex" in source:
        assert RAW.findall(source) == []
        assert THEMED.findall(source) == []


def test_colours_are_named_in_one_python_file():
    coloured = [path.name for path in sources("ui") if re.search(r"#[0-9a-fA-F]{6}\b", path.read_text())]
    assert coloured == ["tokens.py"]
    themed = [path.name for path in sources("ui") if THEMED.search(path.read_text())]
    assert themed == []
