"""An XML file of a stranger as a small tree: no document type, no entity, nothing fetched, limits on size and depth. Pure."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from koprogo_app.core.errors import Invalid

MAX_BYTES = 15 * 1024 * 1024
MAX_ELEMENTS = 200_000
MAX_DEPTH = 32
ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_COMMON = "urn:oasis:names:specification:ubl:schema:xsd:Common"
PREFIXES = {f"{_COMMON}AggregateComponents-2": "cac:", f"{_COMMON}BasicComponents-2": "cbc:"}
_BREAKS_OFF = {
    expat.errors.codes[error]
    for error in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_WRONG_ENCODING = {
    expat.errors.codes[error]
    for error in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
}


@dataclass(slots=True)
class Node:
    """An element. `tag` is cac:Party or cbc:ID, and for the root the namespace, a space and the name."""

    tag: str
    attributes: dict[str, str]
    _parts: list[str] = field(default_factory=list[str])
    _children: dict[str, list["Node"]] = field(default_factory=dict[str, list["Node"]])

    @property
    def text(self) -> str:
        """Its own text, without space around it."""
        return "".join(self._parts).strip()

    def all(self, path: str) -> list["Node"]:
        """Every element at the end of `cac:Party/cbc:ID`, in the order of the file."""
        nodes: list[Node] = [self]
        for step in path.split("/"):
            nodes = [child for node in nodes for child in node._children.get(step, ())]
        return nodes

    def one(self, path: str) -> "Node | None":
        """The first of `all` that has a text or children."""
        return next((node for node in self.all(path) if node._children or node.text), None)

    def text_of(self, path: str) -> str:
        """The first text at this path; empty when there is none."""
        return next((text for node in self.all(path) if (text := node.text)), "")


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.encoding: str | None = None
        self._open: list[Node] = []
        self._foreign = 0  # how deep in an element of another vocabulary, which is not kept
        self._count = 0

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = encoding
        if encoding and encoding.lower() not in ENCODINGS:
            raise wrong_encoding()

    def doctype(self, *declared: object) -> None:
        raise Invalid(
            "This file declares a document type (DOCTYPE), which an electronic invoice never does: for safety it is not read.",
            field="file",
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) + self._foreign >= MAX_DEPTH:
            raise Invalid("This file has too many parts to be an invoice.", field="file")
        if self.root is None:
            self.root = Node(name, attributes)
            self._open.append(self.root)
            return
        space, _, local = name.rpartition(" ")
        if self._foreign or space not in PREFIXES:
            self._foreign += 1
            return
        node = Node(PREFIXES[space] + local, attributes)
        self._open[-1]._children.setdefault(node.tag, []).append(node)
        self._open.append(node)

    def end(self, name: str) -> None:
        if self._foreign:
            self._foreign -= 1
        else:
            self._open.pop()

    def characters(self, data: str) -> None:
        if not self._foreign and self._open[-1].tag.startswith("cbc:"):
            self._open[-1]._parts.append(data)


def parse(content: bytes) -> Node:
    """The root of the file, with what UBL names below it. Invalid, in a sentence, for anything that is not sound XML."""
    if not content.strip():
        raise Invalid("This file is empty.", field="file")
    if len(content) > MAX_BYTES:
        raise Invalid(
            "This file is too large: {megabytes} MB at most.", field="file", megabytes=MAX_BYTES // 1024 // 1024
        )
    if not looks_like_xml(content):
        raise not_an_invoice()
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.XmlDeclHandler = builder.declaration
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _refusal(error, builder.encoding, content) from None
    except (LookupError, ValueError):  # Python has no such 8-bit encoding
        raise wrong_encoding() from None
    if builder.root is None:
        raise not_an_invoice()
    return builder.root


def head(content: bytes) -> bytes:
    """The first kilobytes as ASCII would show them, also of UTF-16."""
    return content[:8192].replace(b"\0", b"")


def looks_like_xml(content: bytes) -> bool:
    """Whether the first sign, after a byte order mark and blanks, is that of an element or a declaration."""
    return re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<[?!A-Za-z_]", head(content)) is not None


def not_an_invoice() -> Invalid:
    """It is something else, or nothing."""
    return Invalid(
        "This file is not an electronic invoice: choose an XML file in the UBL format (Peppol BIS Billing 3).",
        field="file",
    )


def wrong_encoding() -> Invalid:
    """Its letters cannot be told."""
    return Invalid(
        "The letters of this file do not fit the encoding it names: ask the supplier for a file in UTF-8.", field="file"
    )


def _refusal(error: expat.ExpatError, encoding: str | None, content: bytes) -> Invalid:
    if error.code in _WRONG_ENCODING or (_means_utf8(encoding, content) and not _is_utf8(content)):
        return wrong_encoding()
    if error.code in _BREAKS_OFF:
        return Invalid("This file breaks off at line {line}: ask for it again.", field="file", line=error.lineno)
    return Invalid(
        "The XML of this file is damaged at line {line}: ask the supplier for a sound copy.",
        field="file",
        line=error.lineno,
    )


def _means_utf8(encoding: str | None, content: bytes) -> bool:
    return (encoding or "utf-8").lower() == "utf-8" and not content.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"  # cut in the middle of a letter
    return True
