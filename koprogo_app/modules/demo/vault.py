"""Papers of the demonstration in the vault of a building."""

import io
from functools import partial
from typing import TypedDict
from uuid import UUID

from markupsafe import escape
from sqlmodel import Session

from koprogo_app.core import jobs, pdf, storage
from koprogo_app.core.service import after_commit
from koprogo_app.modules.documents.models import Document, DocumentVersion
from koprogo_app.modules.documents.rules import Category, TextState
from koprogo_app.modules.passages.models import PaperReading

from .rules import Paper


class Here(TypedDict):
    """What every row of a building names."""

    organization_id: UUID
    building_id: UUID


def add_paper(s: Session, paper: Paper, language: str, here: Here) -> UUID:
    """Files a paper; returns its id. The text is known: nothing waits to be read out of the file."""
    title, *paragraphs = paper.text
    html = f"<h1>{escape(title)}</h1>" + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    file = io.BytesIO(pdf.render(html, lang=language, title=paper.title))
    sha256 = storage.digest(file)
    storage.put(storage.key_of(here["building_id"], sha256), file)
    document = Document(
        **here, category=paper.category, title=paper.title, visibility=paper.visibility, retention=paper.retention,
        dated_on=paper.dated_on,
    )  # fmt: skip
    s.add(document)
    s.flush()
    version = DocumentVersion(
        **here, document_id=document.id, number=1, filename=paper.filename, mime="application/pdf",
        size=file.getbuffer().nbytes, sha256=sha256, pages=1, text_state=TextState.READ, text="\n".join(paper.text),
    )  # fmt: skip
    s.add(version)
    s.flush()
    if paper.category == Category.REGULATION:  # the assistant may quote the house rules: a job reads them
        s.add(PaperReading(**here, document_id=document.id, version=1))
        s.flush()
        after_commit(s, partial(jobs.kick, "read_papers"))
    return document.id
