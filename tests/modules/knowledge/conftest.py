"""Official texts for tests. The knowledge base belongs to nobody: what a test adds it removes, what it changes it undoes."""

import io
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from evaluation.prepare import knowledge_loaded
from pypdf import PdfReader, PdfWriter
from sqlalchemy import text
from sqlmodel import Session, col, delete

from koprogo_app.core import jobs
from koprogo_app.core.db import everywhere, system_engine
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import loading, texts_service
from koprogo_app.modules.knowledge.models import OfficialText
from koprogo_app.modules.knowledge.texts_service import TextIn


@pytest.fixture(autouse=True)
def kicked(monkeypatch) -> list[str]:
    """The jobs that were woken; none runs."""
    names: list[str] = []
    monkeypatch.setattr(jobs, "kick", names.append)
    return names


@pytest.fixture(scope="session")
def loaded(schema) -> None:
    """The entries of this release are in the database."""
    knowledge_loaded()


@pytest.fixture
def alone(loaded) -> Iterator[None]:
    """Nobody else, in another process of this run, says which release is loaded."""
    with system_engine().connect() as c:
        c.execute(text("SELECT pg_advisory_lock(70831)"))
        yield
        c.execute(text("SELECT pg_advisory_unlock(70831)"))


@pytest.fixture
def undone(loaded) -> Iterator[Session]:
    """A transaction across organisations that is rolled back: what it does to the knowledge base nobody else sees."""
    with Session(system_engine(), expire_on_commit=False) as s:
        yield s
        s.rollback()


@pytest.fixture
def title() -> Iterator[str]:
    """A title of this test's own; every text whose title begins so, in capitals too, is removed after it."""
    mine = f"Essai {uuid4().hex}"
    yield mine
    with everywhere() as s:
        s.execute(loading.WRITING)
        s.execute(delete(OfficialText).where(col(OfficialText.title).istartswith(mine)))


ACT = """Ordonnance d'essai

Article 1er. La présente ordonnance règle le xylographe des immeubles.

Art. 2. Définitions
Le xylographe est l'appareil que le syndic fait installer dans les parties communes.

Art. 3. § 1er. Le syndic entretient le xylographe chaque année.
§ 2. Il en rend compte à l'assemblée générale.
"""


@pytest.fixture
def act() -> str:
    """An act of three articles, the last of two paragraphs."""
    return ACT


@pytest.fixture
def add(superadmin, title) -> Callable[..., OfficialText]:
    """add(content, filename=…, actor=…, **fields): an official text, stored."""

    def made(content: str | bytes = ACT, filename: str = "act.txt", actor=superadmin, **fields: object) -> OfficialText:
        file = io.BytesIO(content.encode() if isinstance(content, str) else content)
        data = TextIn.model_validate({"title": title, "locale": "fr"} | fields)
        return call(actor, texts_service.add_text, texts_service.receive(filename, file), data)

    return made


def make_pdf(*pages: str) -> bytes:
    """A PDF of some pages of text, letters of Western Europe only; an empty text is an empty page."""
    objects, kids = [b"<< /Type /Catalog /Pages 2 0 R >>", b""], []
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for page in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in page.replace("(", "").replace(")", "").splitlines())
        stream = f"BT /F1 12 Tf 20 800 Td {shown}ET".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(pages))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    return make_pdf


@pytest.fixture
def locked() -> Callable[[bytes], bytes]:
    """locked(pdf): the same behind a password."""

    def made(content: bytes) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
        writer.encrypt("1234", "owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return made
