"""The files of the knowledge base: entries in knowledge/, the user guide in docs/guide, vectors computed beforehand."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from koprogo_app.core import clock
from koprogo_app.core.config import ROOT
from koprogo_app.core.i18n import LOCALES

from . import rules
from .rules import Entry, Malformed

FOLDER = ROOT / "knowledge"
GUIDE = ROOT / "docs" / "guide"
GUIDE_NAMES = {"fr": "Guide KoproGo", "nl": "KoproGo-gids", "de": "KoproGo-Leitfaden", "en": "KoproGo guide"}
REVIEWED = date(2026, 11, 28)


def paths() -> list[Path]:
    """Every entry's file, in the order of their uids."""
    return sorted(FOLDER.glob("*/*.md"), key=lambda path: path.stem)


def entries() -> list[Entry]:
    """The whole knowledge base: the files of knowledge/, the user guide, what is not covered. Raises Malformed."""
    return [_read(path) for path in paths()] + list(guide()) + list(outside())


def _read(path: Path) -> Entry:
    try:
        return rules.parse(path.read_text(encoding="utf-8"))
    except Malformed as error:
        raise Malformed(f"{path.name}: {error}") from None


def check(given: Sequence[Path] = ()) -> Iterator[tuple[str, str]]:
    """(file, finding) for every fault of these files, else of all of them and of the guide."""
    parsed: list[tuple[str, Entry]] = []
    for path in given or paths():
        try:
            entry = rules.parse(path.read_text(encoding="utf-8"))
        except Malformed as error:
            yield path.name, str(error)
            continue
        if entry.uid != path.stem:
            yield path.name, f"the file should be named {entry.uid}.md"
        parsed.append((path.name, entry))
    if not given:
        parsed += [("guide.yml", entry) for entry in guide()] + [("outside.yml", entry) for entry in outside()]
    for name, entry in parsed:
        yield from ((name, finding) for finding in rules.wrong(entry, clock.today()))
    if not given:
        yield from rules.unresolved([entry for _, entry in parsed])


def _listed(name: str) -> list[dict[str, Any]]:
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), rules.Loader)  # noqa: S506  (safe)


def outside() -> Iterator[Entry]:
    """Subjects that people also ask about and that are not covered: each says whom to ask."""
    for one in _listed("outside.yml"):
        yield Entry(kind="outside", source="KoproGo", reviewed_on=REVIEWED, **one)


def guide() -> Iterator[Entry]:
    """The sections of the user guide as entries: guide.yml names them, the pages are their texts."""
    named = _listed("guide.yml")
    pages = {page: _pages(page) for page in dict.fromkeys(one["uid"].split(".")[1] for one in named)}
    for one in named:
        _, page, number = one["uid"].split(".")
        titles, sections = pages[page]
        yield Entry(
            uid=one["uid"], kind="guide", headings=one["headings"], keywords=one["keywords"], source="KoproGo",
            texts={locale: sections[locale][int(number) - 1] for locale in LOCALES}, reviewed_on=REVIEWED,
            citation={locale: f"{GUIDE_NAMES[locale]}, {titles[locale]}" for locale in LOCALES},
        )  # fmt: skip


def _pages(page: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Title and sections of a page of the guide, by language."""
    titles: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    for locale in LOCALES:
        head, *rest = re.split(r"^## .*$", (GUIDE / locale / f"{page}.md").read_text(encoding="utf-8"), flags=re.M)
        titles[locale] = head.strip().removeprefix("# ").splitlines()[0]
        sections[locale] = [_plain(text) for text in rest]
    return titles, sections


def _plain(markdown: str) -> str:
    """A section without its marks; each step or item becomes a sentence of its own."""
    text = re.sub(r"\*\*|`|^\s*(?:\d+\.|[-*])\s+", "", markdown, flags=re.M)
    text = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text)
    lines = (line.strip().strip("|").replace(" | ", ": ") for line in text.splitlines())
    return " ".join(line for line in lines if line and not set(line) <= set("-| :"))
