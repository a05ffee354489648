"""What the tools take and give. Nothing taken names a person or an organisation: those are the token's."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from koprogo_app.modules.knowledge.language import LONGEST
from koprogo_app.modules.knowledge.rules import Region

Language = Literal["fr", "nl", "de", "en"]


class Schemas(GenerateJsonSchema):
    """An argument may be left out; that it may also be null stays unsaid, as some makers of models refuse such a schema."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


class Arguments(BaseModel):
    """Arguments that are not listed are refused."""

    model_config = ConfigDict(extra="forbid")

    language: Language | None = Field(
        None, description="Language of the answer; by default the question's, else the person's own."
    )


class SearchIn(Arguments):
    question: str = Field(
        min_length=1, max_length=LONGEST, description="A question in French, Dutch, German or English."
    )
    region: Region | None = Field(
        None,
        description="Where the building stands: Brussels, Wallonia, Flanders, German-speaking Community; BE: federal law.",
    )


class ArticleIn(Arguments):
    uid: str = Field(max_length=120, pattern=r"^[!-~]+$", description="As search_articles gives it: be.cc.3.87.p10")


class OwnIn(Arguments):
    building_id: UUID | None = Field(None, description="One building; by default all that the person may see.")
    question: str = Field("", max_length=500, description="The person's words: the lot or the document that is meant.")


class ArticleOut(BaseModel):
    """An article of the knowledge base in one language."""

    uid: str
    language: str = Field(description="Of the text: the one asked for when the article has it.")
    citation: str = Field(description="How to cite it.")
    title: str
    text: str
    caveat: str = Field(description="What is unsure about it; empty when nothing is.")
    region: str
    source: str = Field("", description="The text it comes from.")
    url: str = Field("", description="Where the official text is.")


class ArticlesOut(BaseModel):
    """Articles, the best first, and whether they answer the question, in words."""

    band: str
    articles: Sequence[ArticleOut]


class LinkOut(BaseModel):
    label: str
    url: str


class SheetOut(BaseModel):
    """Own data: a sentence, a small table, where to see more in KoproGo."""

    sentence: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[int] = Field(description="Columns that hold figures, from 0.")
    links: Sequence[LinkOut]
