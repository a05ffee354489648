"""Read a spreadsheet file. Its content says what it is, not its name."""

import json
import os
import re
import subprocess
import sys
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, XmlError, ZipError

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.sheets.rules import (
    MAX_BYTES,
    Sheet,
    book_from_dict,
    book_to_dict,
    decode_old,
    make_sheet,
    split_text,
)

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")
ENCRYPTED_ODS = b"encryption-data"
MARKUP = ("<html", "<!doctype", "<table", "<?xml", "<meta", "<head", "<body")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
MEMORY = 1 << 30  # bytes the reading process may take
SECONDS = 20  # of processor time


def read_book(data: bytes, name: str) -> list[Sheet]:
    """The sheets of an XLSX, ODS, XLS or CSV file as text. Invalid, in plain words, when it cannot be read."""
    if not data.strip():
        raise Invalid("This file is empty.", field="file")
    if len(data) > MAX_BYTES:
        raise Invalid("This file is too large: {megabytes} MB at most.", field="file", megabytes=MAX_BYTES >> 20)
    if data.startswith(PDF):
        raise Invalid("This is a PDF. Ask for the spreadsheet it was made from.", field="file")
    book = _read_binary(data) if data.startswith((ZIP, OLE)) else [make_sheet(name, split_text(_text(data)))]
    book = [sheet for sheet in book if sheet.rows]
    if not book:
        raise Invalid("This file has no filled cell.", field="file")
    return book


def _text(data: bytes) -> str:
    text = _decode(data)
    if text.lstrip("\ufeff \t\r\n").lower().startswith(MARKUP):
        raise Invalid("This is a web page saved under a spreadsheet's name. Open it and save it as XLSX.", field="file")
    if any(ord(char) < 32 and char not in "\t\r\n\x0b\x0c" for char in text):
        raise Invalid("This file is not a spreadsheet: choose an XLSX, ODS or CSV file.", field="file")
    return text


def _decode(data: bytes) -> str:
    """UTF-8 or UTF-16 with their marks, UTF-8, then windows-1252 (Excel's CSV in Belgium), MS-DOS or Macintosh."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if CONTROL.search(data):
            raise Invalid("This file is not a spreadsheet: choose an XLSX, ODS or CSV file.", field="file") from None
    if (text := decode_old(data)) is None:
        raise Invalid("The accents of this file cannot be read: save it as XLSX, or as CSV in UTF-8.", field="file")
    return text


def _read_binary(data: bytes) -> list[Sheet]:
    """In a process of its own, with little memory: one far cell or a small bomb would end the reading process."""
    if data.startswith(OLE) and ENCRYPTED_OLE in data:
        raise Invalid("This file is protected by a password. Save it without one first.", field="file")
    try:
        child = subprocess.run(
            [sys.executable, "-m", "koprogo_app.modules.sheets.service"],
            input=data,
            capture_output=True,
            timeout=SECONDS * 2,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "RUST_BACKTRACE": "0"},
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise Invalid("This file is damaged or holds too many cells to be read.", field="file") from None
    answer: dict[str, Any] = json.loads(child.stdout)
    if "error" in answer:
        message = answer["error"]  # a msgid that the child has marked
        raise Invalid(message, field="file", **answer["params"])
    return book_from_dict(answer)


def _sheets(data: bytes) -> list[Sheet]:
    """Runs in the child."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        kept = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        sheets = [(name, book.get_sheet_by_name(name)) for name in kept]
        return [
            make_sheet(
                name,
                sheet.to_python(skip_empty_area=False),
                [(*first, *last) for first, last in sheet.merged_cell_ranges or ()],
            )
            for name, sheet in sheets
        ]
    except PasswordError:
        raise Invalid("This file is protected by a password. Save it without one first.", field="file") from None
    except (CalamineError, XmlError, ZipError):
        if _is_encrypted_ods(data):
            raise Invalid("This file is protected by a password. Save it without one first.", field="file") from None
        raise Invalid("This file is damaged or is not a spreadsheet.", field="file") from None


def _is_encrypted_ods(data: bytes) -> bool:
    try:
        with ZipFile(BytesIO(data)) as archive:
            return ENCRYPTED_ODS in archive.read("META-INF/manifest.xml")
    except (BadZipFile, KeyError):
        return False


def main() -> None:
    """The child: a file on its input, its cells as JSON on its output."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    except ImportError:  # Windows has no such limits
        pass
    try:
        answer = book_to_dict(_sheets(sys.stdin.buffer.read()))
    except Invalid as error:
        answer = {"error": error.message, "params": error.params}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
