"""Papers for tests: a folder of their own, and files of every kind made by hand."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from conftest import make_actor
from obstore.store import LocalStore

from koprogo_app.core import jobs, storage
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.documents import service
from koprogo_app.modules.documents.models import Document, DocumentIn
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership


@pytest.fixture(autouse=True)
def vault(tmp_path, monkeypatch):
    """The folder of this test's files: nobody else's are seen or swept."""
    folder = tmp_path / "vault"
    folder.mkdir()
    place = LocalStore(folder)
    monkeypatch.setattr(storage, "store", lambda: place)
    return folder


@pytest.fixture(autouse=True)
def kicked(monkeypatch) -> list[str]:
    """The jobs that were woken; none runs, so that a worker on the same database does not read these papers."""
    names: list[str] = []
    monkeypatch.setattr(jobs, "kick", names.append)
    return names


def make_pdf(*lines: str) -> bytes:
    """A page of text as a PDF of a few hundred bytes, letters of Western Europe only; without lines, an empty page."""
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 12 Tf 20 800 Td {shown}ET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def make_zip(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    return make_pdf


@pytest.fixture
def packed() -> Callable[..., bytes]:
    """packed(word__document="…") is a zip with word/document in it."""
    return make_zip


@pytest.fixture
def enter(alice: Actor, building: Building) -> Callable[..., Document]:
    """enter(title, content=…, actor=…, keep_both=…, **fields): a paper of the building, by Alice unless told so."""

    def made(
        title: str = "Paper", content: bytes | None = None, filename: str = "paper.pdf", actor: Actor | None = None,
        keep_both: bool = False, **fields: object,
    ) -> Document:  # fmt: skip
        data = DocumentIn.model_validate({"building_id": building.id, "title": title} | fields)
        file = io.BytesIO(make_pdf(title) if content is None else content)
        return call(actor or alice, service.create_document, data, filename, file, keep_both=keep_both)

    return made


@pytest.fixture
def owner_of(alice: Actor) -> Callable[..., tuple[Actor, UUID]]:
    """owner_of(building, name): a co-owner who signs in, and the id of the person in the register."""

    def made(building: Building, name: str = "Bob") -> tuple[Actor, UUID]:
        with transaction(building.organization_id) as s:
            person = Owner(last_name=name)
            lot = Lot(building_id=building.id, number=name, type="apartment", shares=10)
            s.add_all([person, lot])
            s.flush()
            s.add(
                Ownership(building_id=building.id, lot_id=lot.id, owner_id=person.id, started_on=date(2020, 1, 1)),
            )
        actor = make_actor(building.organization_id, Role.OWNER, name, building.id, person.id)
        return actor, person.id

    return made
