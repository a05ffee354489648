"""What a letter to one of many co-owners says and how it reaches him. Pure: values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, cast

from pydantic import TypeAdapter

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_, Money, Msgid, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.papers.rules import Recipient, Sender, address_block

REVERSED = "reversed"  # the status of a source that was undone
UNEXPECTED = N_("This letter could not be made: the fault is ours, and the log of the server names it.")


class Channel(StrEnum):
    EMAIL = "email"
    POST = "post"


class Status(StrEnum):
    """A letter by e-mail is sent as soon as it is in the outbox, one by post when somebody says that it was posted."""

    WAITING = "waiting"
    MADE = "made"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table in the recipient's words. `numeric`: the places of the columns of figures; `foot`: its totals, below the rows.

    Raises ValueError for a row that has not as many cells as there are columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    foot: tuple[tuple[str, ...], ...] = ()
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in (*self.rows, *self.foot)):
            raise ValueError("A row has as many cells as the table has columns.")


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What there is to pay: `cents` above zero; below, what is in the co-owner's favour, and zero for nothing.

    `digits`: the twelve of the structured communication. `due_on`: the day by which it is paid or settled, if there is one.
    """

    cents: Cents
    iban: str
    beneficiary: str
    digits: str
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LetterContent:
    """All of a letter that differs by co-owner, in his language. `lead`: the first sentence, which says the result.

    `title` is also the subject of the mail: it names no amount. `references`: (label, value) beside the address.
    """

    title: str
    lead: str = ""
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    payment: Slip | None = None
    notes: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    enclosure_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All that a letter was made from: a later print says the same, whatever has changed since. `recipient`: see in_window()."""

    content: LetterContent
    sender: Sender
    name: str
    recipient: Recipient | None
    locale: str
    issued_on: date


_SHEETS = TypeAdapter(Sheet)


def kept(sheet: Sheet) -> dict[str, Any]:
    """A sheet as it is stored."""
    return cast("dict[str, Any]", _SHEETS.dump_python(sheet, mode="json"))


def sheet_of(stored: Mapping[str, Any]) -> Sheet:
    """The sheet that was stored."""
    return _SHEETS.validate_python(stored)


def channel_of(email: str | None, consent_on: date | None) -> Channel:
    """E-mail for who accepted it in writing and has an address, else the post (Civil Code, art. 3.87 §3)."""
    return Channel.EMAIL if email and consent_on else Channel.POST


def in_window(recipient: Recipient, channel: Channel) -> Recipient | None:
    """Whom the window of the envelope shows; None for a letter by e-mail whose postal address no postman could read.

    Invalid for a letter by post with such an address.
    """
    try:
        address_block(recipient, recipient.country)
    except Invalid:
        if channel is Channel.POST:
            raise
        return None
    return recipient


def check_posted(waiting: int, made: int, counted: int) -> None:
    """Refuses to call letters posted that nobody saw: `counted` is what the reader was shown."""
    if waiting:
        raise Conflict("The letters are still being made.")
    if made != counted:
        raise Conflict(
            "{count} letters wait for the post now: print them before you say that they are posted.", count=made
        )


def check_printed(waiting: int, made: int) -> None:
    """Refuses a print batch that would lack letters, or hold none."""
    if waiting:
        raise Conflict("The letters are still being made.")
    if not made:
        raise Conflict("No letter of this run waits for the post.")


@dataclass(frozen=True, slots=True)
class Counts:
    """The letters of a run. `to_post`: made, for the post, not posted yet; `refused`: mails that the other server did not take."""

    waiting: int = 0
    made: int = 0
    sent: int = 0
    failed: int = 0
    email: int = 0
    post: int = 0
    to_post: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.made + self.sent + self.failed

    @property
    def done(self) -> int:
        """Letters that are no longer waiting, failed ones included."""
        return self.total - self.waiting


# --- A reason kept for its later readers -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter failed: a msgid and what it names, as they are stored."""

    message: str
    params: dict[str, Any] = field(default_factory=dict[str, Any])

    def worded(self, locale: str) -> str:
        """The sentence for a reader."""
        return translate(locale, self.message, **{name: _read(value) for name, value in self.params.items()})


def reason_of(message: str, params: Mapping[str, object]) -> Reason:
    """What is kept of a refusal."""
    return Reason(message, {name: _plain(value) for name, value in params.items()})


def _plain(value: object) -> object:
    if isinstance(value, Msgid):
        return {"msgid": str(value)}
    if isinstance(value, Money):
        return {"cents": int(value)}
    if type(value) is date:
        return {"day": value.isoformat()}
    return value if isinstance(value, int) else str(value)


def _read(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    ((kind, given),) = cast("dict[str, Any]", value).items()
    return {"msgid": Msgid, "cents": Money, "day": date.fromisoformat}[kind](given)
