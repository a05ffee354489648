"""How an article is named: its uid, its citation in four languages, and the numbers people type to reach it. Pure.

Source of the numbering: Civil Code, Book 3 (law of 4 February 2020); before 1 September 2021, art. 577-2 to 577-14 of the old
Civil Code (fact sheet F1.01).
"""

import re
from collections.abc import Mapping, Sequence

CODE: Mapping[str, str] = {
    "fr": "Code civil, art. {at}", "nl": "Burgerlijk Wetboek, art. {at}", "de": "Zivilgesetzbuch, Art. {at}",
    "en": "Civil Code, art. {at}",
}  # fmt: skip

# Highest paragraph of each article of the sub-title; 0 for an article without numbered paragraphs.
PARAGRAPHS: Mapping[str, int] = {
    "3.78": 0, "3.79": 0, "3.80": 0, "3.81": 0, "3.82": 2, "3.83": 0, "3.84": 0, "3.85": 3, "3.86": 4, "3.87": 12,
    "3.88": 4, "3.89": 9, "3.90": 4, "3.91": 0, "3.92": 9, "3.93": 5, "3.94": 5, "3.95": 0, "3.96": 0, "3.97": 0,
    "3.98": 0, "3.99": 0, "3.100": 0,
}  # fmt: skip

# Old article -> the new one; and the paragraphs that moved inside it: the first old paragraph that moved by one.
_OLD: Mapping[str, tuple[str, int]] = {
    "577-3": ("3.84", 99), "577-4": ("3.85", 99), "577-5": ("3.86", 99), "577-6": ("3.87", 99), "577-7": ("3.88", 99),
    "577-8": ("3.89", 4), "577-8/1": ("3.90", 99), "577-8/2": ("3.91", 99), "577-9": ("3.92", 2), "577-10": ("3.93", 99),
    "577-11": ("3.94", 99), "577-11/1": ("3.95", 99), "577-12": ("3.96", 99), "577-13": ("3.97", 99),
    "577-14": ("3.100", 99),
}  # fmt: skip

_UID = re.compile(
    r"be\.cc\.(?P<article>3\.\d+)(?:\.p(?P<paragraph>\d+)(?:\.(?P<point>\d+)(?:\.(?P<letter>[a-h]))?)?)?(?:\.[a-z][a-z0-9-]+)?"
)
_PARAGRAPH = r"(?:\s*,?\s*(?:§|par(?:agraphe|agraaf|agraph)?\.?|al(?:inéa)?\.?)\s*(?P<p>\d{1,2}))?(?:\s*,?\s*(?P<pt>\d{1,2})\s*°)?"
_NEW = re.compile(r"(?<![\d.,])(?P<a>3\.(?:7[89]|8\d|9\d|100))(?![\d])" + _PARAGRAPH, re.I)
_FORMER = re.compile(r"(?<!\d)(?P<a>577\s*[-–/.]\s*(?:1[0-4]|[2-9])(?:\s*/\s*[12])?)(?!\d)" + _PARAGRAPH, re.I)


def parts_of(uid: str) -> tuple[str, int | None, int | None, str] | None:
    """Article, paragraph, point, letter of a uid of the Civil Code; None for another uid."""
    found = _UID.fullmatch(uid)
    if not found:
        return None
    paragraph, point = found["paragraph"], found["point"]
    return found["article"], int(paragraph) if paragraph else None, int(point) if point else None, found["letter"] or ""


def exists(uid: str) -> bool:
    """False for a paragraph of the Civil Code that is not there; True for any other uid."""
    parts = parts_of(uid)
    if parts is None:
        return not uid.startswith("be.cc.")
    article, paragraph, _, _ = parts
    return article in PARAGRAPHS and (paragraph is None or 1 <= paragraph <= PARAGRAPHS[article])


def citation(uid: str, locale: str) -> str:
    """`Code civil, art. 3.89 § 5, 7°` for be.cc.3.89.p5.7; empty for a uid of another text."""
    parts = parts_of(uid)
    if parts is None:
        return ""
    article, paragraph, point, letter = parts
    at = article
    at += f" § {paragraph}" if paragraph else ""
    at += f", {point}°" if point else ""
    at += f", {letter})" if letter else ""
    return CODE[locale].format(at=at)


def short(uid: str) -> str:
    """`3.89 §5 7°`: the form of the sets of questions and of the pages' article chips."""
    parts = parts_of(uid)
    if parts is None:
        return ""
    article, paragraph, point, _ = parts
    return article + (f" §{paragraph}" if paragraph else "") + (f" {point}°" if point else "")


def named(question: str) -> list[str]:
    """The uids (or their beginnings) of the articles a question names, in its order; old numbers are brought to the new."""
    found = [(m.start(), _uid(m["a"], m["p"], m["pt"])) for m in _NEW.finditer(question)]
    found += [(m.start(), _renumbered(m["a"], m["p"])) for m in _FORMER.finditer(question)]
    return list(dict.fromkeys(uid for _, uid in sorted(found) if uid))


def _uid(article: str, paragraph: str | None, point: str | None) -> str:
    if article not in PARAGRAPHS:
        return ""
    if paragraph is None or not 1 <= int(paragraph) <= PARAGRAPHS[article]:
        return f"be.cc.{article}"
    return f"be.cc.{article}.p{int(paragraph)}" + (f".{int(point)}" if point else "")


def _renumbered(old: str, paragraph: str | None) -> str:
    old = re.sub(r"^577\D+", "577-", re.sub(r"\s", "", old))
    if old not in _OLD:
        return ""
    article, moved_from = _OLD[old]
    if paragraph is None:
        return f"be.cc.{article}"
    number = int(paragraph)
    return _uid(article, str(number + (number >= moved_from)), None)


def under(uid: str, beginnings: Sequence[str]) -> bool:
    """True when the uid is one of the beginnings or lies below one: be.cc.3.87.p3.form is under be.cc.3.87.p3."""
    return any(uid == one or uid.startswith(one + ".") for one in beginnings)
