"""The text of a file, page by page, read in a process of its own: a damaged or hostile file can neither hang nor fill the
server, and finds no secret where it is read. PDF by extraction.py; HTML, Markdown and plain text by markup.py.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event, Timer
from typing import Any

PDF, HTML, MARKDOWN, TEXT = "application/pdf", "text/html", "text/markdown", "text/plain"
PAGE_SECONDS = 90.0  # for one page; by OCR it takes some four
_HERE = Path(__file__).parent
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
}  # nothing of ours, and no threads beside the web process


class Reason(StrEnum):
    """Why nothing of a file is read."""

    DAMAGED = "damaged"
    LOCKED = "locked"  # it asks for a password
    PAGES = "pages"  # too many
    LETTERS = "letters"  # too many
    SLOW = "slow"
    SCAN = "scan"  # most of its pages are pictures, whatever is stamped on them


class Refused(Exception):
    """The file cannot be used."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read of one file at most: pages, letters, and seconds for the whole."""

    pages: int
    letters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of each page. `total`: how many pages of paper there are; None when there are none, and the text is one."""

    texts: Sequence[str]
    total: int | None


def read(path: Path, mime: str, limits: Limits) -> Pages:
    """The pages of a file on disk. Raises Refused."""
    texts, unread, total = list[str](), 0, None
    for said in told(path, mime, limits):
        total = said.get("pages", total)
        if "text" in said:
            texts.append(said["text"])
            unread += said.get("picture", False)
    if total and 2 * unread > total and not tesseract():
        raise Refused(Reason.SCAN)
    return Pages(texts, total)


def told(path: Path, mime: str, limits: Limits) -> Generator[dict[str, Any], None, None]:
    """What is said of a file as it is read: {"pages": n or None}, then for each page {"text": "…", "picture": bool}.

    `picture`: there is something on the page, but nothing was read. Raises Refused, when it takes too long as well. Close it
    when it is left early: the process ends then.
    """
    if mime == PDF:
        script, given = "extraction.py", [str(limits.pages), str(limits.letters), tesseract()]
    else:
        script, given = "markup.py", [mime, str(limits.letters)]
    command = [sys.executable, "-I", str(_HERE / script), str(path), *given]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, start_new_session=True
    ) as child:
        try:
            end = time.monotonic() + limits.seconds
            while line := _line(child, min(PAGE_SECONDS, end - time.monotonic())):
                said = json.loads(line)
                if "refused" in said:
                    raise Refused(Reason(said["refused"]))
                yield said
            child.wait(PAGE_SECONDS)  # it has said all, and is about to end
        except (json.JSONDecodeError, subprocess.TimeoutExpired):
            raise Refused(Reason.DAMAGED) from None
        finally:
            _stop(child)
    if child.returncode:
        raise Refused(Reason.DAMAGED)


def tesseract() -> str:
    """The program that reads pictures; empty when it, or koprogo[ocr], is not installed."""
    found = importlib.util.find_spec("pytesseract") and shutil.which("tesseract")
    return found or ""


def _line(child: subprocess.Popen[bytes], seconds: float) -> bytes:
    """The next line of a process; nothing at its end. Refused when it does not come in time: the process is ended."""
    assert child.stdout is not None  # noqa: S101
    late = Event()

    def end() -> None:
        late.set()
        _stop(child)

    timer = Timer(max(0.0, seconds), end)
    timer.start()
    try:
        line = child.stdout.readline()
    finally:
        timer.cancel()
    if late.is_set():
        raise Refused(Reason.SLOW)
    return line


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ends a process and what it started; nothing for one that has ended."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself meanwhile
            os.killpg(child.pid, signal.SIGKILL)
