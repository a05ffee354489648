"""Own data that the assistant, and a person's own AI client, may show: read-only questions answered by the services.

A tool runs as the signed-in person through the gate: it sees what that person's pages show, never more, whatever the question
says. The application words and renders the figures; no model retypes them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from .actor import Actor, Permission
from .intents import says
from .redirects import depends_on_file as depends_on_file

ROWS = 20  # at most, of one answer: the page it links to shows the rest


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked: the reader's language, the building he looks at (none: any he may see), the question's own words."""

    locale: str
    building_id: UUID | None = None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Where the whole is found in the application; worded."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer: a sentence, a small table, where to see more. Everything is worded for its reader.

    Without `columns` each row is a label and its value.
    """

    sentence: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    numeric: Sequence[int] = ()  # columns that hold figures
    links: Sequence[Link] = ()


@dataclass(frozen=True)
class Tool:
    """`run` is behind the gate with `permission`; `words`: for each language, expressions over intents.plain()."""

    name: str
    title: str  # msgid: what it shows
    description: str  # English, for models and clients
    permission: Permission
    run: Callable[[Session, Actor, Subject], Sheet]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def meant(self, question: str, locale: str) -> bool:
        """True when the words of a question ask for this, in its language."""
        return says(question, self.words.get(locale, ()))


TOOLS: list[Tool] = []  # filled where the app is assembled


def offered(actor: Actor) -> list[Tool]:
    """The tools that a role may use; none outside an organisation, where nobody has data of his own."""
    return [tool for tool in TOOLS if actor.organization_id and actor.can(tool.permission)]


def meant(actor: Actor, question: str, locale: str) -> Tool | None:
    """The first offered tool whose words a question uses."""
    return next((tool for tool in offered(actor) if tool.meant(question, locale)), None)
