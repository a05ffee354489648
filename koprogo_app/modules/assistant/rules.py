"""The rules of the chat: opinions, titles, what is suggested to whom and where. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import N_

TITLE = 80
WORDS = 1_000  # letters of a remark


class Opinion(StrEnum):
    UP = "up"
    DOWN = "down"


REASONS: Mapping[str, str] = {
    "wrong": N_("It is not right."),
    "incomplete": N_("Something is missing."),
    "unclear": N_("I do not understand it."),
    "off_topic": N_("It is not what I asked."),
    "outdated": N_("The law has changed."),
}

_OWNER = (
    N_("How many shares do I have?"), N_("May the notice of the meeting come by e-mail?"),
    N_("How long can I challenge a decision of the meeting?"), N_("Who is my syndic?"),
)  # fmt: skip
_SYNDIC = (
    N_("Which majority is needed for works on the facade?"), N_("How much must go to the reserve fund each year?"),
    N_("What must I hand over at the end of my mandate, and when?"), N_("What still waits for me?"),
)  # fmt: skip
_ANYBODY = (
    N_("Which majority is needed for works on the facade?"), N_("May the notice of the meeting come by e-mail?"),
    N_("How long can I challenge a decision of the meeting?"), N_("How much must go to the reserve fund each year?"),
)  # fmt: skip
_SUGGESTED: Mapping[Role, Sequence[str]] = {  # each finds its answer, in each language (a test asks them all)
    Role.OWNER: _OWNER,
    Role.SYNDIC: _SYNDIC,
    Role.ACCOUNTANT: (
        N_("May a building with few lots keep simplified accounts?"), N_("How long must vouchers be kept?"),
        N_("Must both funds have an account of their own?"), N_("How much must go to the reserve fund each year?"),
    ),
    Role.BOARD_MEMBER: (
        N_("What may the co-ownership council decide?"), N_("Which documents may the council see?"),
        N_("Must the co-ownership council make a report?"), N_("Who is my syndic?"),
    ),
    Role.AUDITOR: (
        N_("Who appoints the auditor, and for how long?"), N_("How long must vouchers be kept?"),
        N_("May the syndic be the auditor?"), N_("Must both funds have an account of their own?"),
    ),
    Role.OCCUPANT: (
        N_("May a tenant attend the general meeting?"), N_("Do the internal rules bind a tenant?"),
        N_("May a tenant challenge a decision?"), N_("Who is my syndic?"),
    ),
}  # fmt: skip
_PAGES: Sequence[tuple[str, Sequence[str]]] = (  # the beginning of the address one comes from
    (
        "/documents",
        (N_("How long must vouchers be kept?"), N_("May I see the invoices and the accounts of my building?")),
    ),
    ("/owners", (N_("Which particulars may co-owners get of each other?"), N_("What counts as consent to e-mail?"))),
    ("/lots", (N_("Which majority changes the shares?"), N_("Which lots count for the threshold of 20?"))),
    ("/keys", (N_("Which majority changes the sharing of charges?"), N_("May charges be shared by use?"))),
    ("/archive", (N_("What must I hand over at the end of my mandate, and when?"),)),
)


def titled(question: str) -> str:
    """The title of a conversation: its first question, cut between words."""
    if len(question) <= TITLE:
        return question
    return question[:TITLE].rsplit(" ", 1)[0] + " …"


def suggested(role: Role, came_from: str = "") -> list[str]:
    """Four questions (msgids) worth asking first: those of the page one comes from, then those of the role."""
    page = next((asks for beginning, asks in _PAGES if beginning in came_from), ())
    return list(dict.fromkeys((*page, *_SUGGESTED.get(role, _ANYBODY))))[:4]
