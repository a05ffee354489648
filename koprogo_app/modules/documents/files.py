"""The files themselves: which kinds are accepted, recognised by their content, and their names, in and out."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote

import filetype  # pyright: ignore[reportMissingTypeStubs]

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.storage import CHUNK
from koprogo_app.modules.ubl.rules import is_ubl

PDF = "application/pdf"
TEXT = "text/plain"
CSV = "text/csv"
MAIL = "message/rfc822"
XML = "application/xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
KINDS: dict[str, tuple[str, ...]] = {  # type -> its extensions, the usual one first
    PDF: (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "image/tiff": (".tif", ".tiff"),
    _OFFICE + "wordprocessingml.document": (".docx",),
    _OFFICE + "spreadsheetml.sheet": (".xlsx",),
    _OFFICE + "presentationml.presentation": (".pptx",),
    _OPEN + "text": (".odt",),
    _OPEN + "spreadsheet": (".ods",),
    TEXT: (".txt",),
    CSV: (".csv",),
    MAIL: (".eml",),
    "application/vnd.ms-outlook": (".msg",),
    XML: (".xml",),  # electronic invoices only: no other markup enters
}
EXTENSIONS = {extension: mime for mime, extensions in KINDS.items() for extension in extensions}
ACCEPTED = "PDF, JPG, PNG, WEBP, HEIC, TIFF, DOCX, XLSX, PPTX, ODT, ODS, TXT, CSV, EML, MSG, XML (UBL)"
READABLE = frozenset({PDF, TEXT, CSV})  # whose text is searched
PREVIEWS = {PDF: "pdf", "image/jpeg": "image", "image/png": "image", "image/webp": "image"}  # shown by every browser

_HEAD = 64 * 1024
_PACKED = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet", "ppt/": "presentationml.presentation"}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Outlook's messages, and of old Word and Excel files
_MESSAGE = "__properties_version1.0".encode("utf-16-le")  # a stream that only messages have
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|!--|html|head|body|svg|script)", re.IGNORECASE)
_MAIL_HEAD = re.compile(rb"^[A-Za-z][\w-]*:[^\n]*\n", re.ASCII)
_MAIL_FIELD = re.compile(rb"^(?:from|date|received|message-id|subject|mime-version):", re.IGNORECASE | re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class TooLarge(DomainError):
    """The file passes the limit of the installation."""

    status = 413


@dataclass(frozen=True, slots=True)
class Received:
    """A file that may enter: its clean name, its type by content, its size in bytes."""

    filename: str
    mime: str
    size: int


def received(filename: str, file: BinaryIO, max_mb: int) -> Received:
    """Checks a file; it is left at its start.

    Invalid when it is empty, of a type that is not accepted, or named as something else than it contains; TooLarge.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise Invalid("This file is empty.", field="file")
    if size > max_mb * 1024 * 1024:
        raise TooLarge("This file is larger than {size} MB.", field="file", size=max_mb)
    name = clean_name(filename)
    extension = _extension(name)
    expected = EXTENSIONS.get(extension)
    found = _found(file, expected)
    file.seek(0)
    if found is None or (extension and expected is None):
        raise Invalid("This type of file is not accepted. Accepted: {types}.", field="file", types=ACCEPTED)
    if expected is not None and found != expected:
        raise Invalid(
            "The name of this file ends in {extension}, but its contents are of another type.",
            field="file", extension=extension,
        )  # fmt: skip
    return Received(name if extension else clean_name(name + KINDS[found][0]), found, size)


def _extension(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    return f".{extension.lower()}" if dot and re.fullmatch(r"\w{1,8}", extension) else ""


def _found(file: BinaryIO, expected: str | None) -> str | None:
    """The type of the content; None when it is not an accepted one. What is plain text is told apart by the name."""
    head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    if head.startswith(_COMPOUND):
        return "application/vnd.ms-outlook" if _holds(file, _MESSAGE) else None
    guess = filetype.guess(head)
    mime = "" if guess is None else str(guess.mime).replace("apng", "png")
    if mime in KINDS:
        return mime
    if not _is_text(head):  # a text may begin with the letters of another type: BM, MZ
        return None
    if expected == MAIL:
        return MAIL if _MAIL_HEAD.match(head) and _MAIL_FIELD.search(head) else TEXT
    if expected == XML and is_ubl(head):
        return XML
    if _MARKUP.match(head):
        return None
    return CSV if expected == CSV else TEXT


def _packed(file: BinaryIO) -> str | None:
    """The office document in a zip; None for any other zip, and for one that carries macros."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            if "mimetype" in names and packed.getinfo("mimetype").file_size < 100:
                mime = packed.read("mimetype").decode("ascii", "replace").strip()
                return mime if mime in KINDS else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((_OFFICE + kind for folder, kind in _PACKED.items() if any(n.startswith(folder) for n in names)), None)


def _holds(file: BinaryIO, wanted: bytes) -> bool:
    file.seek(0)
    tail = b""
    while piece := file.read(CHUNK):
        if wanted in tail + piece:
            return True
        tail = piece[-len(wanted) :]
    return False


def _is_text(head: bytes) -> bool:
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not _CONTROL.search(head)


# --- Names ---

_NAME_LENGTH = 150


def clean_name(given: str) -> str:
    """A name without folders, control characters or tricks of writing direction; 1 to 150 letters."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    name = " ".join(name.split()).strip(". ")
    extension = _extension(name)
    stem = name[: len(name) - len(extension)][: _NAME_LENGTH - len(extension)].rstrip(". ")
    return (stem or "document") + extension


def title_of(filename: str) -> str:
    """A first title for a paper: its file's name without the extension."""
    name = clean_name(filename)
    return name.removesuffix(name[-len(_extension(name)) :] if _extension(name) else "")


def disposition(filename: str, *, inline: bool = False) -> str:
    """The Content-Disposition of a file (RFC 6266): a plain name for old clients, the real one in UTF-8."""
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .,()+=@-]", "_", plain, flags=re.ASCII).strip() or "document"
    if plain.startswith("."):
        plain = "document" + plain
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


# --- Many at once ---


def zipped(entries: Iterable[tuple[str, Iterator[bytes]]]) -> Iterator[bytes]:
    """A zip of files, made as it is sent: never whole in memory. Two files of one name are numbered."""
    sink = _Sink()
    taken: set[str] = set()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # papers are compressed already
        for name, pieces in entries:
            with archive.open(_free(name, taken), "w", force_zip64=True) as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _free(name: str, taken: set[str]) -> str:
    extension = _extension(name)
    stem = name[: len(name) - len(extension)]
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{stem} ({number}){extension}"
    taken.add(free.lower())
    return free


class _Sink(io.RawIOBase):
    """What a zip is written to: handed on piece by piece, never gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
