"""Our search as LangChain knows retrievers, for chains other than ours; loads LangChain."""

from datetime import date

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from koprogo_app.core.actor import Actor
from koprogo_app.core.clock import today
from koprogo_app.core.service import call, run
from koprogo_app.modules.knowledge import retrieval
from koprogo_app.modules.knowledge.retrieval import Found

from . import rules


class KoproRetriever(BaseRetriever):
    """The articles nearest to a question, as this person may search them; none unless one of them may be quoted as the answer.

    Through the gate at each question: raises Forbidden, and what the database raises. Metadata: uid, citation, score, lang, caveat.
    """

    actor: Actor
    locale: str
    region: str = ""
    on: date = Field(default_factory=today)  # the law of that day
    limit: int = rules.LAW

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return self._documents(call(self.actor, retrieval.search, query, self.locale, self.on, self.region))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self._documents(await run(self.actor, retrieval.search, query, self.locale, self.on, self.region))

    def _documents(self, found: Found) -> list[Document]:
        hits = found.hits[: self.limit] if found.band == "answer" else ()
        return [
            Document(
                hit.text,
                metadata={
                    "uid": hit.uid,
                    "citation": hit.citation,
                    "score": hit.score,
                    "lang": hit.lang,
                    "caveat": hit.caveat,
                },
            )
            for hit in hits
        ]


def sources(documents: list[Document]) -> list[rules.Source]:
    """Documents of KoproRetriever as the numbered passages of chain.written."""
    return [
        rules.Source(number, document.metadata["citation"], document.page_content, "law")
        for number, document in enumerate(documents, 1)
    ]
