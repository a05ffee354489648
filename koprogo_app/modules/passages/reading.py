"""The passages of a file, which core/pages.py reads in a process of its own."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from koprogo_app.core import pages
from koprogo_app.modules.documents import files

from . import rules
from .rules import Reason, Refused

LIMITS = pages.Limits(rules.MAX_PAGES, rules.MAX_LETTERS, 3600.0)  # by OCR a page takes some four seconds
BATCH = 5  # pages between two reports


def read(path: Path, mime: str, report: Callable[[int, int], object]) -> list[rules.Piece]:
    """The passages of a file on disk. `report(pages read, pages)` is called every few pages; what it raises ends the reading.

    Raises Refused when the file cannot be quoted.
    """
    texts, unread, total = list[str](), 0, None
    try:
        with closing(pages.told(path, files.PDF if mime == files.PDF else files.TEXT, LIMITS)) as told:
            for said in told:
                total = said.get("pages", total)
                if "text" in said:
                    texts.append(said["text"])
                    unread += said.get("picture", False)
                if total and (len(texts) % BATCH == 0 or len(texts) == total):
                    report(len(texts), total)
    except pages.Refused as refused:
        raise Refused(Reason(refused.reason)) from None
    if total and 2 * unread > total:  # a scan, whatever is stamped on its pages: half a paper is not quoted
        raise Refused(Reason.EMPTY if pages.tesseract() else Reason.SCAN)
    pieces = rules.chunks(texts, paged=total is not None)
    if not pieces:
        raise Refused(Reason.EMPTY)
    return pieces
