"""The passages of a file. A PDF is read in a process of its own (extraction.py), as documents/reading.py does: a damaged
or hostile one can neither hang nor fill the server, and finds no secret where it is read."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import IO, Any

from koprogo_app.modules.documents import files
from koprogo_app.modules.documents import reading as texts

from . import rules
from .rules import Reason, Refused

PAGE_SECONDS = 90.0  # for one page; by OCR it takes some four
SECONDS = 1800.0  # for the whole paper
BATCH = 5  # pages between two reports
_EXTRACTION = Path(__file__).with_name("extraction.py")
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}  # nothing of ours; one thread, the rest is the web's


def read(path: Path, mime: str, report: Callable[[int, int], object]) -> list[rules.Piece]:
    """The passages of a file on disk. `report(pages read, pages)` is called every few pages; what it raises ends the reading.

    Raises Refused when the file cannot be quoted.
    """
    if mime != files.PDF:
        return _some(rules.chunks([_plain(path, mime)], paged=False))
    pages, unread, total, ocr = list[str](), 0, 0, tesseract()
    for said in _said(path, ocr):
        if "refused" in said:
            raise Refused(Reason(said["refused"]))
        if "text" in said:
            pages.append(said["text"])
            unread += said["picture"]
        total = said.get("pages", total)
        if len(pages) % BATCH == 0 or len(pages) == total:
            report(len(pages), total)
    if not ocr and 2 * unread > total:  # a scan, whatever is stamped on its pages: half a paper is not quoted
        raise Refused(Reason.SCAN)
    return _some(rules.chunks(pages))


def _some(pieces: list[rules.Piece]) -> list[rules.Piece]:
    if not pieces:
        raise Refused(Reason.EMPTY)
    return pieces


def _plain(path: Path, mime: str) -> str:
    found = texts.read(path, mime)
    if found.failed:
        raise Refused(Reason.DAMAGED)
    if len(found.text) >= texts.LETTERS:  # cut there
        raise Refused(Reason.LETTERS)
    return found.text


def tesseract() -> str:
    """The program that reads pictures; empty when it, or koprogo[ocr], is not installed."""
    return (importlib.util.find_spec("pytesseract") and shutil.which("tesseract")) or ""


# --- The process ---


def _said(path: Path, ocr: str) -> Iterator[dict[str, Any]]:
    """What extraction.py says of a PDF, line by line. Refused when it fails, or takes too long."""
    limits = str(rules.MAX_PAGES), str(rules.MAX_LETTERS)
    command = [sys.executable, "-I", str(_EXTRACTION), str(path), *limits, ocr]
    end = time.monotonic() + SECONDS
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, start_new_session=True
    ) as child:
        try:
            while line := _line(child, min(PAGE_SECONDS, end - time.monotonic())):
                yield json.loads(line)
            child.wait(PAGE_SECONDS)
        except (json.JSONDecodeError, subprocess.TimeoutExpired):
            raise Refused(Reason.DAMAGED) from None
        finally:
            _end(child)
    if child.returncode:
        raise Refused(Reason.DAMAGED)


def _line(child: "subprocess.Popen[bytes]", seconds: float) -> bytes:
    """The next line of a process, empty at its end. Refused, and the process ended, when it does not come in time."""
    came: IO[bytes] | None = child.stdout
    began, timer = time.monotonic(), Timer(max(0.0, seconds), _end, [child])
    timer.start()
    line = came.readline() if came else b""
    timer.cancel()
    if not line and time.monotonic() - began >= seconds:
        raise Refused(Reason.SLOW)
    return line


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kills a process and what it started, if it still runs."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself meanwhile
            os.killpg(child.pid, signal.SIGKILL)
