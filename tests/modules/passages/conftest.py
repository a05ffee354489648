"""Papers for tests, made by hand: what a PDF shows and what it hides is told letter by letter."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from modules.documents.conftest import enter as enter
from modules.documents.conftest import kicked as kicked
from modules.documents.conftest import owner_of as owner_of
from modules.documents.conftest import vault as vault
from PIL import Image, ImageDraw
from sqlmodel import select

from koprogo_app.core import pages
from koprogo_app.core.actor import Actor, system_actor
from koprogo_app.core.db import everywhere
from koprogo_app.core.service import call
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.passages import jobs, service
from koprogo_app.modules.passages.models import PaperReading, Passage, PassageVector


def shown(*lines: str, x: float = 40, y: float = 800, size: float = 11, before: str = "") -> str:
    """What draws lines of text, from a place (in points, from below) downwards; `before`: operators of colour or mode."""
    escaped = [line.replace("(", "\\(").replace(")", "\\)") for line in lines]
    words = "".join(f"({line}) Tj 0 -14 Td " for line in escaped)
    return f"q {before} BT /F1 {size} Tf {x} {y} Td {words}ET Q "


def make_paper(*drawn: str, page: str = "") -> bytes:
    """A PDF with a page for each of these drawings; `page`: more entries of each page, such as /Rotate 90."""
    count = len(drawn)
    kids = " ".join(f"{n} 0 R" for n in range(5, 5 + count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /ExtGState /ca 0 /CA 0 >>",
    ]
    objects += [
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + count + n} 0 R {page} "
        "/Resources << /Font << /F1 3 0 R >> /ExtGState << /Clear 4 0 R >> >> >>".encode()
        for n in range(count)
    ]
    streams = [one.encode("cp1252") for one in drawn]
    objects += [b"<< /Length %d >>\nstream\n%s\nendstream" % (len(one), one) for one in streams]
    out, places = io.BytesIO(b"%PDF-1.4\n"), list[int]()
    out.seek(0, 2)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def scanned(count: int = 2) -> bytes:
    """Pages that are pictures with something drawn on them, as a scanner makes them."""
    pictures = [Image.new("L", (600, 840), 250) for _ in range(count)]
    for picture in pictures:
        ImageDraw.Draw(picture).text((60, 60), "Article 1. Les chiens sont admis dans les lots.\n" * 6, fill=20)
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=72)
    return out.getvalue()


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on which the recognition of text is not installed, whatever this machine has."""
    monkeypatch.setattr(pages, "tesseract", str)


@pytest.fixture
def read_all(alice: Actor) -> Callable[[], int]:
    """Runs the job for Alice's office."""
    return lambda: jobs.read_waiting(system_actor(alice.organization_id))


@pytest.fixture
def quotable(alice: Actor, enter: Any, read_all: Any) -> Callable[..., Document]:
    """quotable(title, text, actor=…, **fields): a text of the building that the assistant may quote, already read."""

    def made(title: str, text: str, *, actor: Actor | None = None, **fields: object) -> Document:
        document = enter(title, content=text.encode(), filename=f"{title}.txt", actor=actor, **fields)
        call(actor or alice, service.add, document.id)
        jobs.read_waiting(system_actor((actor or alice).organization_id))
        return document

    return made


def reading_of(document: Document) -> PaperReading | None:
    with everywhere() as s:
        return s.exec(select(PaperReading).where(PaperReading.document_id == document.id)).one_or_none()


def passages_of(document: Document) -> Sequence[Passage]:
    with everywhere() as s:
        wanted = select(Passage).join(PaperReading).where(PaperReading.document_id == document.id)
        return s.exec(wanted.order_by(Passage.number)).all()  # type: ignore[arg-type]


def vectors_of(document: Document) -> set[tuple[Any, str]]:
    """(passage, model) of every vector of a paper."""
    with everywhere() as s:
        wanted = select(PassageVector.passage_id, PassageVector.embed_model).join(Passage).join(PaperReading)
        return set(s.exec(wanted.where(PaperReading.document_id == document.id)))
