"""The process in which HTML, Markdown and plain text are read: it knows only the file, and imports nothing of the application.

    python -I markup.py FILE TYPE MOST_LETTERS

On standard output, a line of JSON each: {"pages": null}, then {"text": "…"}, or {"refused": "letters"}. Headings are lines that
begin with "#". What a browser does not show is not text: scripts, comments, hidden elements.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "svg",
        "math",
        "iframe",
        "object",
        "canvas",
        "select",
        "textarea",
        "button",
        "dialog",
    ]
)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_CELL = frozenset(("td", "th"))
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.I
)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if hasattr(os, "sched_setaffinity"):  # the web process stays on one core: not beside it
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def decoded(content: bytes) -> str:
    """The letters of a file, in any usual encoding; a page may name its own."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    named = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,20})", content[:4096], re.I)
    for encoding in ("utf-8-sig", *([named[1].decode("ascii")] if named else [])):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")


class _Page(HTMLParser):
    """What a browser shows of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, bool]] = []  # elements that are open, and whether each hides what is in it
        self._out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCK:
            self._end_before_block()
            self._out.append("\n")
        if tag in _CELL:
            self._out.append(" ")
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._out.append("#" * int(tag[1]) + " ")
        if tag not in _VOID:
            self._open.append((tag, self._hides(tag, dict(attrs))))

    def _end_before_block(self) -> None:
        """A paragraph, and a head that nobody closed, end where a block begins."""
        for place in range(len(self._open) - 1, -1, -1):
            name = self._open[place][0]
            if name in ("p", "head"):
                del self._open[place:]
            if name in _BLOCK or name in _CELL or name in _UNSEEN:
                return

    def _hides(self, tag: str, given: Mapping[str, str | None]) -> bool:
        above = bool(self._open) and self._open[-1][1]
        return above or tag in _UNSEEN or "hidden" in given or bool(_HIDING.search(given.get("style") or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK:
            self._out.append("\n")
        for place in range(len(self._open) - 1, max(-1, len(self._open) - 200), -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self._out.append(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        return "".join(self._out)


def html(content: str) -> str:
    """The text of a page."""
    page = _Page()
    page.feed(content)
    page.close()
    return page.text()


def markdown(content: str) -> str:
    """Its text: headings stay marked, emphasis and links lose their signs."""
    content = re.sub(r"^([^\n#>|-][^\n]{0,200})\n(?:={3,}|-{3,})[ \t]*$", r"# \1", plain(content), flags=re.M)
    content = re.sub(r"!?\[([^][\n]{1,300})\]\([^()\n]{1,500}\)", r"\1", content)
    return re.sub(r"\*\*|__|`", "", content)


def plain(content: str) -> str:
    """A text without what only a program reads in it."""
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style")):
        content = _without(content, opening, closing)
    return content


def _without(content: str, opening: str, closing: str) -> str:
    """Drops what stands between two marks, in one passage over the text; an opening that is never closed loses its mark."""
    lower, out, at = content.lower(), list[str](), 0
    if len(lower) != len(content):  # a letter whose small form is two
        return content.replace(opening, " ")
    while (start := lower.find(opening, at)) >= 0:
        end = lower.find(closing, start)
        out.append(content[at:start])
        if end < 0:
            return "".join(out) + re.sub(re.escape(opening), " ", content[start:], flags=re.I)
        at = end + len(closing)
        out.append(" ")
    return "".join(out) + content[at:]


READERS: Mapping[str, Callable[[str], str]] = {"text/html": html, "text/markdown": markdown, "text/plain": plain}


def main() -> None:
    """The child process."""
    _limit()
    path, kind, most = sys.argv[1:]
    content = READERS[kind](decoded(Path(path).read_bytes()))
    text = content.replace("\x00", " ").encode("utf-8", "ignore").decode()
    said = {"refused": "letters"} if len(text) > int(most) else {"text": plain(text)}
    sys.stdout.write(json.dumps({"pages": None}) + "\n" + json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
