"""The text of a paper, read in a process of its own: a damaged or hostile file can neither hang nor fill the server.

Run as a script it is that process: it knows only the file, prints JSON, and imports nothing of the application.
"""

import io
import json
import os
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 60  # for one paper; what was read by then counts
MEMORY = 1024 * 1024 * 1024
PAGES = 2000
LETTERS = 500_000  # what is searched of one paper: some 250 dense pages


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the number of pages (None when unknown), the text, and whether the file could be read at all."""

    pages: int | None
    text: str
    failed: bool


def read(path: Path, mime: str) -> Reading:
    """The text of a file on disk. Never raises for what the file contains."""
    command = [sys.executable, "-I", __file__, str(path), mime]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS + 15, env={}, check=True)  # noqa: S603
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError):
        return Reading(None, "", True)
    return Reading(said["pages"], said["text"], False)


def _pdf(path: Path) -> tuple[int | None, str]:
    from pypdf import PdfReader

    began, out = time.monotonic(), io.StringIO()
    reader = PdfReader(path)
    if reader.is_encrypted:
        reader.decrypt("")  # protected against printing or changing, readable by all
    for number, page in enumerate(reader.pages):
        if number >= PAGES or out.tell() > LETTERS or time.monotonic() - began > SECONDS:
            break
        out.write(page.extract_text() + "\n")
    return len(reader.pages), out.getvalue()


def _plain(path: Path) -> tuple[int | None, str]:
    with path.open("rb") as file:
        head = file.read(4 * LETTERS)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, head.decode("utf-16", "replace")
    try:
        return None, head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, head.decode("cp1252", "replace")


def _clean(text: str) -> str:
    """What PostgreSQL takes: composed letters, no NUL, no half of a surrogate pair."""
    whole = unicodedata.normalize("NFC", text.replace("\x00", " ")).encode("utf-8", "ignore").decode()
    return whole[:LETTERS]


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if hasattr(os, "sched_setaffinity"):  # the web process stays on one core: not beside it
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def main() -> None:
    """The child process: file and type as arguments, JSON on standard output."""
    _limit()
    path, mime = Path(sys.argv[1]), sys.argv[2]
    pages, text = _pdf(path) if mime == "application/pdf" else _plain(path)
    sys.stdout.write(json.dumps({"pages": pages, "text": _clean(text)}))


if __name__ == "__main__":
    main()
