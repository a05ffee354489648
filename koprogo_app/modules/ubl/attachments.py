"""The files inside an invoice: its PDF, a work sheet, a photograph. Pure."""

import binascii
import re
import unicodedata
from base64 import b64decode

from koprogo_app.core.i18n import N_

from .invoice import Attachment, Remark
from .tree import Node
from .values import cut, words

MAX_ATTACHMENTS = 10
MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024
_ZIP = b"PK\x03\x04"
TYPES = {
    "application/pdf": (".pdf", b"%PDF-"),
    "image/png": (".png", b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": (".jpg", b"\xff\xd8\xff"),
    "text/csv": (".csv", b""),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx", _ZIP),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods", _ZIP),
}
"""The types Peppol BIS Billing 3 allows (BR-CL-24), each with its ending and first bytes."""


def read_attachments(root: Node, remarks: list[Remark]) -> tuple[Attachment, ...]:
    """The embedded files, in order; what is too many, too large, damaged or of another type becomes a remark."""
    found: list[Attachment] = []
    references = [
        (reference, embedded)
        for reference in root.all("cac:AdditionalDocumentReference")
        for embedded in reference.all("cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
    ]
    for position, (reference, embedded) in enumerate(references[:MAX_ATTACHMENTS], 1):
        mime = embedded.attributes.get("mimeCode", "").strip().lower()
        title = embedded.attributes.get("filename", "") or words(reference, "cbc:ID")
        name = safe_name(title, mime, position)
        content = _decoded(embedded.text)
        if mime not in TYPES:
            remarks.append(Remark(N_("The attachment “{name}” is of a type that is not read."), {"name": name}))
        elif content is None or not content.startswith(TYPES[mime][1]):
            remarks.append(Remark(N_("The attachment “{name}” is damaged: it is left out."), {"name": name}))
        elif len(content) > MAX_ATTACHMENT_BYTES:
            remarks.append(
                Remark(
                    N_("The attachment “{name}” is larger than {megabytes} MB: it is left out."),
                    {"name": name, "megabytes": MAX_ATTACHMENT_BYTES // 1024 // 1024},
                )
            )
        else:
            found.append(Attachment(name, mime, content))
    if len(references) > MAX_ATTACHMENTS:
        remarks.append(
            Remark(
                N_("This invoice holds {count} attachments: only the first {most} are read."),
                {"count": len(references), "most": MAX_ATTACHMENTS},
            )
        )
    return tuple(found)


def safe_name(title: str, mime: str, position: int) -> str:
    """A name without folders or unseen signs, that ends as its type does: ../a.pdf is a.pdf."""
    seen = "".join(c for c in re.split(r"[/\\]", title)[-1] if unicodedata.category(c)[0] != "C")
    stem = cut(re.sub(r'[<>:"|?*]', "", seen).strip(" ."), 100) or f"attachment-{position}"
    ending = TYPES[mime][0] if mime in TYPES else ""
    endings = (".jpg", ".jpeg") if ending == ".jpg" else (ending,)
    return stem if stem.lower().endswith(endings) else stem + ending


def _decoded(text: str) -> bytes | None:
    """The bytes of a base64 text; None when it is empty or is not base64."""
    try:
        return b64decode("".join(text.split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None
