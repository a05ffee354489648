"""Who holds which part of a lot and by which right, and who votes for it (art. 3.87 §1)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import Right
from koprogo_app.modules.headings.rules import Field
from koprogo_app.modules.matches.rules import Member, People
from koprogo_app.modules.parsing.rules import Problem, Severity, fold, read_part
from koprogo_app.modules.parties.rules import name_key
from koprogo_app.modules.registers.rules import NAMES, DraftLot, DraftOwner, Holding, Notes, Row

OWNERSHIP = {Right.FULL, Right.UNDIVIDED, Right.BARE}
LEASES = {Right.EMPHYTEUSIS, Right.SUPERFICIES}  # their holder may stand alone in a register, without the bare owner
REPRESENTATIVE = re.compile(
    r"(?:repr[ée]sentante?|mandataire|vertegenwoordig(?:er|d door)|lasthebber|vertreter(?:in)?|bevollmächtigter?"
    r"|representative)\s*:\s*(.+)$",
    re.IGNORECASE,
)


def sides(parts: Iterable[tuple[Right, Fraction]]) -> tuple[Fraction, Fraction]:
    """Ownership (full, undivided, bare) and enjoyment (all but bare) of a lot: full and undivided count in both."""
    own = enjoyment = Fraction(0)
    for right, part in parts:
        own += part if right in OWNERSHIP else 0
        enjoyment += part if right != Right.BARE else 0
    return own, enjoyment


def is_whole(parts: Sequence[tuple[Right, Fraction]]) -> bool:
    """Exactly the whole lot on both sides, or a lessee alone."""
    if len(parts) == 1 and parts[0][0] in {Right.FULL, Right.UNDIVIDED}:
        return parts[0][1] == 1
    own, enjoyment = sides(parts)
    return own == enjoyment == 1 or (enjoyment == 1 and {right for right, _ in parts} <= LEASES)


def owner_number(row: Row) -> str:
    """The number that ties a lot to a line of the owners' sheet."""
    return fold(row.text(Field.OWNER_NUMBER))


def hold(
    lot: DraftLot, group: Sequence[Row], people: People, by_number: Mapping[str, Row], notes: Notes
) -> tuple[list[Holding], list[str]]:
    """Each owner's part of a lot, and the keys of all who are named for it."""
    claims: list[tuple[Member, Fraction, Row]] = []
    named: list[str] = []
    complete = True
    for row in group:
        source = by_number.get(owner_number(row), row)
        members = people.members.get((source.sheet, source.line), ())
        _note_other_name(row, source, notes)
        named += [member.owner for member in members if member.owner not in named]
        if not members:
            _note_no_owner(row, lot, by_number, notes)
        parts = _parts(row, source, members, notes)
        complete = complete and parts is not None and bool(members)
        claims += [(member, part, row) for member, part in zip(members, parts or (), strict=False)]
    holdings = _add_up(lot, claims)
    if complete:
        _note_sum(lot, group[0], holdings, notes)
    return holdings, named


def _add_up(lot: DraftLot, claims: Sequence[tuple[Member, Fraction, Row]]) -> list[Holding]:
    """One holding for each owner and right. Held by several without more said, a lot is undivided."""
    joint = len({member.owner for member, _, _ in claims}) > 1
    default = Right.UNDIVIDED if joint else Right.FULL
    found: dict[tuple[str, Right], tuple[Fraction, Row]] = {}
    for member, part, row in claims:
        key = member.owner, member.right or default
        found[key] = (found[key][0] + part, found[key][1]) if key in found else (part, row)
    return [
        Holding(lot.number, owner, part.numerator, part.denominator, right, False, row.sheet, row.line)
        for (owner, right), (part, row) in found.items()
    ]


def _note_no_owner(row: Row, lot: DraftLot, by_number: Mapping[str, Row], notes: Notes) -> None:
    number = row.text(Field.OWNER_NUMBER)
    if number and by_number:
        message = N_("Owner {number} is not in the list of owners.")
        notes.add(row, Field.OWNER_NUMBER, Problem("owner_unknown", message, {"number": number}, Severity.BLOCK))
    else:
        message = N_("Lot {lot} has no owner.")
        notes.add(row, Field.OWNER, Problem("no_owner", message, {"lot": lot.number}, Severity.BLOCK))


def _note_other_name(row: Row, source: Row, notes: Notes) -> None:
    """The line of the lot names somebody, and the list of owners somebody else under its number."""
    here, there = (" ".join(filter(None, map(one.text, NAMES))) for one in (row, source))
    if source is not row and here and not set(fold(here).split()) & set(fold(there).split()):
        message = N_("The list of owners names {name} under this number.")
        field = next(field for field in NAMES if row.text(field))
        notes.add(row, field, Problem("owner_differs", message, {"name": there}, Severity.BLOCK, there))


def _parts(row: Row, source: Row, members: Sequence[Member], notes: Notes) -> list[Fraction] | None:
    """The part of each person of a line, or None when it is not known."""
    stated = read_part(row.text(Field.PART))
    if stated.problem:
        notes.add(row, Field.PART, stated.problem)
        return None
    if len(members) == 1:
        if stated.value and members[0].part not in (None, stated.value):
            message = N_("The part beside the name is not the one of the column.")
            notes.add(row, Field.PART, Problem("part", message, {}, Severity.BLOCK))
            return None
        return [stated.value or members[0].part or Fraction(1)]
    inner = _split(source, members, notes)
    return [part * (stated.value or 1) for part in inner] if inner else None


def _split(row: Row, members: Sequence[Member], notes: Notes) -> list[Fraction] | None:
    """How the persons named together share: as written beside each, as the person says, or each alone in his right."""
    if not members:
        return None
    texts = [text for text in re.split(r"\s*[+;]\s*", row.text(Field.SPLIT)) if text]
    written = [read_part(text).value for text in texts] if texts else [member.part for member in members]
    if len(written) == len(members) and all(written):
        parts = [part for part in written if part]
        if is_whole([(m.right or Right.UNDIVIDED, part) for m, part in zip(members, parts, strict=True)]):
            return parts
        message = N_("The parts of the persons on this line do not add up to 1.")
        notes.add(row, Field.SPLIT, Problem("split", message, {}, Severity.BLOCK, _even(members)))
        return None
    if not texts and len(members) == 2 and {m.right for m in members} == {Right.USUFRUCT, Right.BARE}:
        return [Fraction(1), Fraction(1)]
    rights = {member.right for member in members}
    if None in rights and len(rights) > 1:
        message = N_("Write the right of each person beside the name, such as (usufruct).")
        notes.add(row, Field.OWNER, Problem("right_missing", message, {}, Severity.BLOCK))
        return None
    message = N_("The part of each person on this line is not stated.")
    notes.add(row, Field.SPLIT, Problem("split_missing", message, {}, Severity.BLOCK, _even(members)))
    return None


def _even(members: Sequence[Member]) -> str:
    """Equal parts among those who hold the same right."""
    rights = [member.right for member in members]
    return " + ".join(f"1/{rights.count(right)}" for right in rights)


def _note_sum(lot: DraftLot, row: Row, holdings: Sequence[Holding], notes: Notes) -> None:
    parts = [(h.right, Fraction(h.numerator, h.denominator)) for h in holdings]
    own, enjoyment = sides(parts)
    if is_whole(parts):
        if not own:
            message = N_("The bare owner of lot {lot} is missing: no cost can be shared out until he is entered.")
            notes.add(row, Field.OWNER, Problem("bare_missing", message, {"lot": lot.number}))
        return
    wrong = own if own != 1 else enjoyment
    params: dict[str, str | int] = {"lot": lot.number, "sum": str(wrong), "missing": str(1 - wrong)}
    if own and enjoyment and own != enjoyment:
        message = N_("In lot {lot}, bare ownership and usufruct do not cover the same part.")
    elif wrong > 1:
        params["excess"] = str(wrong - 1)
        message = N_("The parts of lot {lot} add up to {sum}: {excess} too much.")
    elif not own or not enjoyment:
        message = N_("Lot {lot} lacks its bare owner or its usufructuary.")
    else:
        message = N_("The parts of lot {lot} add up to {sum}: {missing} is missing.")
    notes.add(row, Field.PART, Problem("parts_sum", message, params, Severity.BLOCK))


def represent(
    group: Sequence[Row], held: list[Holding], named: Sequence[str], owners: Mapping[str, DraftOwner], notes: Notes
) -> tuple[list[Holding], str]:
    """Who votes for a lot held by several, or by a lesser right (art. 3.87 §1): never more than proposed here."""
    first = group[0]
    text = next((row.text(Field.REPRESENTATIVE) for row in group if row.text(Field.REPRESENTATIVE)), "")
    holder = _holder(text, named, owners)
    if text:
        voice = next((holding for holding in held if holding.owner == holder), None)  # he may hold by two rights
        marked = [replace(holding, representative=holding is voice) for holding in held]
        return marked, owners[holder].name if holder else text
    if len(named) > 1 or any(holding.right != Right.FULL for holding in held):
        found = next(filter(None, (REPRESENTATIVE.search(row.text(Field.REMARK)) for row in group)), None)
        proposal = ""
        if found:
            holder = _holder(found[1], named, owners)
            proposal = owners[holder].name if holder else found[1].strip()
        message = N_("Lot {lot} needs one representative to vote.")
        params = {"lot": first.text(Field.LOT)}
        notes.add(first, Field.REPRESENTATIVE, Problem("representative", message, params, proposal=proposal))
    return held, ""


def _holder(text: str, named: Sequence[str], owners: Mapping[str, DraftOwner]) -> str:
    """The one holder whose name has all these words."""
    words = set(fold(text).split())
    exact = [key for key in named if name_key(owners[key].name) == name_key(text)]
    hits = exact or [key for key in named if words and words <= set(fold(owners[key].name).split())]
    return hits[0] if len(hits) == 1 else ""
