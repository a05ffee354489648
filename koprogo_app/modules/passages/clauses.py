"""Where a clause of a paper begins, and its number as the paper writes it: Article 12, § 4, 1.2.3, Artikel 7. Pure."""

import re

_UPPER = r"A-ZÀ-ÖØ-Þ"
# After its number a clause has a title, a mark or nothing: "Article 12 du Code civil" at the start of a line is a mention.
_THEN = rf"(?![.:/-]?\d)\s*(?:$|[.:;)°–—-]+(?:\s|$)|(?=[{_UPPER}«\"“(\[§]))"
_MORE = r"(?:\s?(?:bis|ter|quater|quinquies)\b)?"
_ARTICLE = re.compile(
    r"(Art(?:icle|ikel)?s?\.?|ART(?:ICLE|IKEL)?\.?)\s*(?:n°\s*)?"
    rf"(1er|1ère|1ste|premier|PREMIER|[IVXL]+|\d{{1,3}}(?:[.:/-]\d{{1,3}})*{_MORE}){_THEN}"
)
_PARAGRAPH = re.compile(rf"§\s*(1er|\d{{1,2}}(?:[./]\d{{1,2}})*{_MORE}){_THEN}")
_MONTHS = "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_NUMBER = re.compile(
    rf"(\d{{1,2}}(?:\.\d{{1,2}}){{0,4}})([.)]?)\s+(?!{_MONTHS}|EUR\b|Euro\b)(?=[«\"“]?[{_UPPER}][^\W\d_]{{2,}})"
)
_TITLE = re.compile(
    r"(?:CHAPITRE|TITRE|SECTION|PARTIE|ANNEXE|HOOFDSTUK|TITEL|AFDELING|DEEL|BIJLAGE|KAPITEL|ABSCHNITT|TEIL|ANHANG|"
    rf"CHAPTER|PART|APPENDIX)\s+(?:PREMIER|PREMIÈRE|[IVXLC]+|\d{{1,2}}|[A-Z])\b{_THEN}"
)
_OF_CONTENTS = re.compile(r"(?:\.{4,}|(?:\. ){3,}|…{2,})\s*\d*$")  # "Article 12 – Ascenseurs ......... 7"


_GOES_ON = re.compile(
    r"(?:['’,(]|\b(?:le|la|les|du|de|des|à|au|aux|et|ou|par|selon|het|van|en|of|in|der|die|das|dem|den|und|oder|the|and|or|to))$"
)


def goes_on(line: str) -> bool:
    """True for a line that ends in the middle of a phrase: "conformément à l'" before "Article 5." ends no clause."""
    return bool(_GOES_ON.search(line))


def begins(line: str) -> bool:
    """True when a clause or the title of a part may begin with this line."""
    return any(sign.match(line) for sign in (_ARTICLE, _PARAGRAPH, _NUMBER)) or _is_title(line)


def _is_title(line: str) -> bool:
    head = re.match(r"\w*\s+\w*", line)  # "Chapitre II" as well as "CHAPITRE II"; what follows keeps its case
    return bool(line[:1].isupper() and head and _TITLE.match(head[0].upper() + line[head.end() :]))


class Place:
    """Where in a paper one is while reading it line by line."""

    def __init__(self) -> None:
        self._article = ""
        self._number = tuple[int, ...]()

    def at(self, line: str) -> str | None:
        """The clause that begins with this line, "" for the title of a part; None when the clause before goes on."""
        if _OF_CONTENTS.search(line):
            return None
        if _is_title(line):
            self._article, self._number = "", ()
            return ""
        if found := _ARTICLE.match(line):
            self._article = f"{found[1]} {found[2]}"
            self._number = (int(found[2]),) if found[2].isdecimal() else ()
            paragraph = _PARAGRAPH.match(line, found.end())
            return f"{self._article} § {paragraph[1]}" if paragraph else self._article
        if found := _PARAGRAPH.match(line):
            above = self._article or ".".join(map(str, self._number))
            return f"{above} § {found[1]}".strip()
        found = _NUMBER.match(line)
        return found[1] if found and self._follows(found[1], bool(found[2])) else None

    def _follows(self, written: str, marked: bool) -> bool:
        """True for a number that can come next: not an amount, a date, or a line of a list inside an article."""
        number, last = tuple(map(int, written.split("."))), self._number
        if len(number) == 1 and (self._article or not marked):
            return False
        first = all(part <= 1 for part in number)
        if not (first or (number > last and number[0] - sum(last[:1]) <= 2)):
            return False
        self._number = number
        return True
