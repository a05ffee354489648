"""From texts to balances: the account and the person that each line means, and the lines that only sum up others. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from datetime import date
from enum import StrEnum
from typing import Any

from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.parsing.rules import fold
from koprogo_app.modules.parties.rules import lookalikes, name_key

from .amounts import read_amount, read_day
from .columns import Field
from .reading import PARTY, Choices, Raw

OWNER, SUPPLIER = "owner", "supplier"


class Role(StrEnum):
    POST = "post"
    CONTROL = "control"  # sums up lines that name a party each
    SUBTOTAL = "subtotal"  # of a group of accounts
    NOTHING = "nothing"  # no balance


@dataclass(frozen=True, slots=True)
class ChartAccount:
    code: str
    kind: str
    postable: bool
    party: str | None
    purpose: str | None
    labels: Mapping[str, str] = default(default_factory=dict[str, str])  # by language


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A co-owner of the building or a supplier of the office. `lots`: numbers held on the day of the opening, folded."""

    id: str
    name: str
    lots: frozenset[str] = frozenset()
    contact: bool = False  # for the lots held with others


@dataclass(frozen=True, slots=True)
class Known:
    chart: Mapping[str, ChartAccount] = default(default_factory=dict[str, ChartAccount])
    parties: Mapping[str, Sequence[KnownParty]] = default(default_factory=dict[str, "Sequence[KnownParty]"])


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is unclear in a line: `message` with its params; `proposal`: a code, or a person's id."""

    code: str
    field: str
    message: str
    params: Mapping[str, str] = default(default_factory=dict[str, str])
    proposal: str = ""
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A balance. `code`, `name` and both texts are those of the file or as typed; `account` is a code of the chart, or empty."""

    raw: Raw
    code: str
    account: str
    label: str
    debit: Cents
    credit: Cents
    party: str | None  # whom the account asks for
    name: str
    party_id: str
    due_on: date | None
    role: Role
    doubts: tuple[Doubt, ...]

    @property
    def blocked(self) -> bool:
        return any(doubt.blocking for doubt in self.doubts)

    @property
    def net(self) -> int:
        """Debit less credit."""
        return self.debit - self.credit

    def doubts_of(self, *fields: Field) -> bool:
        return any(doubt.field in fields for doubt in self.doubts)

    def to_dict(self) -> dict[str, Any]:
        """As it is kept and sent."""
        return {
            "account": self.account or self.code, "label": self.label, "debit_cents": self.debit, "credit_cents": self.credit,
            "owner_id": self.party_id or None if self.party == OWNER else None,
            "supplier_id": self.party_id or None if self.party == SUPPLIER else None,
            "reference": self.raw.text(Field.REFERENCE), "due_on": self.due_on.isoformat() if self.due_on else None, "row": self.raw.row,
        }  # fmt: skip


def settle(raws: Sequence[Raw], known: Known, choices: Choices) -> tuple[Line, ...]:
    """Every line with its account, its party, its amounts and what is unclear in it."""
    finders = {party: _Finder(party, people, choices.people) for party, people in known.parties.items()}
    lines = [_line(raw, known, finders, choices) for raw in raws]
    return tuple(_with_amounts(line) for line in _with_roles(lines, known))


# --- Account ---------------------------------------------------------------------------------------------------------


def propose_account(code: str, chart: Mapping[str, ChartAccount]) -> str:
    """A likely account for a code that the chart lacks: padded with zeros or dots, or one of a co-owner's or supplier's own.

    Nothing else is likely: what another program calls 4001 may be anything.
    """
    digits = "".join(c for c in code if c.isalnum())
    for shorter in (digits[:n] for n in range(len(digits), 1, -1)):
        account = chart.get(shorter)
        padded = not digits[len(shorter) :].strip("0")
        if padded and 3 < len(shorter) < len(digits) and not digits[3:].strip("0") and digits[:3] in chart:
            continue  # 410000 is 410, which groups others, rather than 4100
        if account and account.postable and (padded or account.party):
            return account.code
    return ""


def _account(code: str, known: Known, choices: Choices) -> str:
    mapped = choices.accounts.get(code, code)
    return mapped if mapped in known.chart else ""


def _account_doubt(code: str, known: Known) -> Doubt:
    if not code:
        return Doubt("no_account", Field.ACCOUNT, N_("This line names no account."))
    return Doubt(
        "account", Field.ACCOUNT, N_("There is no account {code}."), {"code": code}, propose_account(code, known.chart)
    )


# --- Line ------------------------------------------------------------------------------------------------------------


def _line(raw: Raw, known: Known, finders: Mapping[str, "_Finder"], choices: Choices) -> Line:
    code = raw.text(Field.ACCOUNT)
    account = _account(code, known, choices)
    doubts = [] if account or raw.blank else [_account_doubt(code, known)]
    party = known.chart[account].party if account else None
    name, party_id = raw.text(Field.PERSON), ""
    if party:
        name, party_id, found = finders[party].find(raw, own_code=_is_own(code, account))
        doubts += found
    due = read_day(raw.text(Field.DUE))
    if due.problem:
        doubts.append(Doubt("day", Field.DUE, due.problem.message, _texts(due.problem.params)))
    amounts: dict[str, Cents] = {}
    for side in (Field.DEBIT, Field.CREDIT):
        read = read_amount(raw.text(side), raw.mark)
        if problem := read.problem:
            doubts.append(Doubt(problem.code, side, problem.message, _texts(problem.params), problem.proposal))
        amounts[side] = read.value or Cents(0)
    debit, credit = _turned(amounts[Field.DEBIT], amounts[Field.CREDIT])
    return Line(
        raw,
        code,
        account,
        raw.text(Field.LABEL) or name,
        debit,
        credit,
        party,
        name,
        party_id,
        due.value,
        Role.POST,
        tuple(doubts),
    )


def _is_own(code: str, account: str) -> bool:
    """True for 4101007 under 4101, a person's own account; 410100 is 4101 itself."""
    digits = "".join(c for c in code if c.isalnum())
    return digits.startswith(account) and bool(digits[len(account) :].strip("0"))


def _turned(debit: Cents, credit: Cents) -> tuple[Cents, Cents]:
    """An amount below zero stands on the other side."""
    return Cents(max(debit, 0) + max(-credit, 0)), Cents(max(credit, 0) + max(-debit, 0))


def _texts(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items()}


# --- Person ----------------------------------------------------------------------------------------------------------


def decision_key(party: str, name: str) -> str:
    """Under which a person's choice is kept: one decision for all the lines with the same name."""
    return f"{party}:{name_key(name)}"


class _Finder:
    """Who is meant, among the co-owners of the building or the suppliers of the office."""

    def __init__(self, party: str, people: Sequence[KnownParty], decided: Mapping[str, str]) -> None:
        self.party, self.people, self.decided = party, people, decided
        self.ids = {one.id: one for one in people}
        self.by_name: dict[str, list[KnownParty]] = {}
        for one in people:
            self.by_name.setdefault(name_key(one.name), []).append(one)
        self.keys = [name_key(one.name) for one in people]
        self.alike: dict[str, list[KnownParty]] = {}

    def find(self, raw: Raw, *, own_code: bool) -> tuple[str, str, list[Doubt]]:
        """The name read, the id found, and the doubts. The label is the name of a line with an account of its own in the file,
        and where somebody has that name, or nearly."""
        chosen = raw.text(PARTY)
        name, label, lot = raw.text(Field.PERSON), raw.text(Field.LABEL), raw.text(Field.LOT)
        if chosen in self.ids:
            return name or self.ids[chosen].name, chosen, []
        if not name and (own_code or decision_key(self.party, label) in self.decided or self._alike(label)):
            name = label
        if (decided := self.decided.get(decision_key(self.party, name), "")) in self.ids and name:
            return name, decided, []
        if not name:
            return self._by_lot(lot)
        same = self.by_name.get(name_key(name), [])
        same = self._holders(lot, same) or same
        if len(same) == 1:
            return name, same[0].id, self._elsewhere(same[0], lot)
        return name, "", [self._unknown(name, same, lot)]

    def _holders(self, lot: str, people: Sequence[KnownParty]) -> list[KnownParty]:
        """Those who hold one of the lots of a cell: "A1", "A1 + G3"."""
        wanted = {fold(part) for part in (lot, *re.split(r"[,;+&/]", lot))} - {""}
        return [one for one in people if wanted & one.lots]

    def _by_lot(self, lot: str) -> tuple[str, str, list[Doubt]]:
        holders = self._holders(lot, self.people)
        if len(holders) == 1:
            return holders[0].name, holders[0].id, []
        if holders:
            first = next((one for one in holders if one.contact), holders[0])
            message = N_("Lot {lot} belongs to several: {names}.")
            params = {"lot": lot, "names": ", ".join(one.name for one in holders[:4])}
            return "", "", [Doubt("holders", Field.PERSON, message, params, first.id)]
        if lot:
            return "", "", [Doubt("lot", Field.LOT, N_("Nobody holds a lot {lot} on that day."), {"lot": lot})]
        return "", "", []

    def _unknown(self, name: str, same: Sequence[KnownParty], lot: str) -> Doubt:
        likely = list(same) or self._alike(name) or self._holders(lot, self.people)
        words = {
            OWNER: N_("“{name}” is no co-owner of this building, now or earlier."), SUPPLIER: N_("“{name}” is not among the suppliers."),
        }  # fmt: skip
        if not likely:
            return Doubt("unknown", Field.PERSON, words[self.party], {"name": name})
        message = N_("“{name}” looks like {other}.")
        return Doubt("alike", Field.PERSON, message, {"name": name, "other": likely[0].name}, likely[0].id)

    def _alike(self, name: str) -> list[KnownParty]:
        key = name_key(name)
        if key not in self.alike:
            _, hits = next(lookalikes([key], self.keys))
            self.alike[key] = [self.people[hit] for hit in hits]
        return self.alike[key]

    def _elsewhere(self, one: KnownParty, lot: str) -> list[Doubt]:
        if not lot or not one.lots or self._holders(lot, [one]):
            return []
        message = N_("{name} does not hold lot {lot} on that day.")
        return [Doubt("elsewhere", Field.LOT, message, {"name": one.name, "lot": lot}, blocking=False)]


# --- What sums up others ---------------------------------------------------------------------------------------------


def _with_roles(lines: Sequence[Line], known: Known) -> Iterator[Line]:
    below = _Below(line for line in lines if line.account)
    controlled: set[str] = set()
    for line in lines:
        account = known.chart.get(line.account)
        if account is None:
            yield line
        elif not account.postable:
            yield _group(line, account, below)
        elif account.party and not line.party_id and not line.doubts_of(Field.PERSON, Field.LOT):
            if below.named(line.account) and line.account not in controlled:
                controlled.add(line.account)
                yield replace(line, role=Role.CONTROL)
            else:
                yield replace(line, doubts=(*line.doubts, _nobody(account)))
        else:
            yield line


def _group(line: Line, account: ChartAccount, below: "_Below") -> Line:
    if not line.debit and not line.credit and not line.blocked:
        return replace(line, role=Role.NOTHING)
    if below.named(line.account):
        return replace(line, role=Role.CONTROL)
    if below.any(line.account):
        return replace(line, role=Role.SUBTOTAL)
    message = N_("Account {code} groups others: choose one of those.")
    return replace(line, doubts=(*line.doubts, Doubt("group", Field.ACCOUNT, message, {"code": account.code})))


def _nobody(account: ChartAccount) -> Doubt:
    words = {OWNER: N_("Account {code} needs a co-owner."), SUPPLIER: N_("Account {code} needs a supplier.")}
    return Doubt("party", Field.PERSON, words[account.party or OWNER], {"code": account.code})


class _Below:
    """Which accounts have lines under them, and which of these name a party."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.codes: set[str] = set()
        self.parties: set[str] = set()
        for line in lines:
            begins = {line.account[:n] for n in range(1, len(line.account))}
            self.codes |= begins
            if line.party_id or line.doubts_of(Field.PERSON, Field.LOT):
                self.parties |= begins | {line.account}

    def any(self, code: str) -> bool:
        return code in self.codes

    def named(self, code: str) -> bool:
        return code in self.parties


def _with_amounts(line: Line) -> Line:
    """What is wrong with the two amounts of a line that is a balance; one without any balances nothing."""
    if line.role != Role.POST or line.doubts_of(Field.DEBIT, Field.CREDIT):
        return line
    if line.debit and line.credit:
        doubt = Doubt("both", Field.DEBIT, N_("A line is a debit or a credit, not both."))
        return replace(line, doubts=(*line.doubts, doubt))
    if line.debit or line.credit:
        return line
    if line.raw.text(Field.DEBIT) or line.raw.text(Field.CREDIT) or line.raw.blank:
        return replace(line, role=Role.NOTHING, doubts=())
    empty = Doubt("empty", Field.DEBIT, N_("No amount: the line is left out."), blocking=False)
    return replace(line, role=Role.NOTHING, doubts=(empty,))
