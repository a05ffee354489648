"""From a grid to a register: lots, their owners and their parts, all that is doubtful, and what would change."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from enum import StrEnum

from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import LotType
from koprogo_app.modules.gates.rules import check
from koprogo_app.modules.headings.rules import Field, Role, SheetMap, denominator, suggest_building, with_key_names
from koprogo_app.modules.holdings.rules import hold, owner_number, represent
from koprogo_app.modules.matches.rules import KnownOwner, People, find_people
from koprogo_app.modules.parsing.rules import (
    Problem,
    Severity,
    ShareCount,
    fold,
    read_area,
    read_floor,
    read_number,
    read_shares,
    read_type,
    read_weight,
)
from koprogo_app.modules.registers.rules import (
    Choices,
    Draft,
    DraftKey,
    DraftLot,
    DraftOwner,
    Holding,
    Notes,
    Reason,
    Row,
    SetAside,
    StatedTotal,
    read_rows,
)
from koprogo_app.modules.sheets.rules import Sheet

from .doubts import note_date, note_known, note_long, note_whole

SCALE = "scale"  # the target of the factor that makes decimal shares whole


def build_draft(
    book: Sequence[Sheet], mapping: Sequence[SheetMap], choices: Choices, known: Sequence[KnownOwner] = ()
) -> Draft:
    """The register as the file and the person's choices give it. Pure: the same input gives the same draft."""
    notes, mapping = Notes(), [with_key_names(sheet) for sheet in mapping]
    rows, aside = read_rows(book, mapping, choices)
    lot_rows = [row for row in rows if row.role == Role.LOTS]
    by_number = _owners_by_number([row for row in rows if row.role == Role.OWNERS], notes)
    naming = [row for row in lot_rows if owner_number(row) not in by_number] + list(by_number.values())
    people = find_people(sorted(naming, key=lambda r: (r.sheet, r.line)), known, choices.fixes, notes)
    counts = {(row.sheet, row.line): _shares(row, choices.deed_total, notes) for row in lot_rows}
    scale = _scale(lot_rows, counts, choices, notes)
    groups = _group(lot_rows, notes)
    lots, holdings = _lots(groups, counts, scale, people, by_number, notes)
    _note_unused(by_number, lot_rows, notes)
    note_long(lots, people.owners, rows, notes)
    note_known(people.owners, known, rows, notes)
    building = suggest_building(book, mapping)
    draft = Draft(
        building=building,
        suggested_total=_suggested_total(building, counts.values()),
        scale=scale,
        total=choices.deed_total * scale if choices.deed_total else None,
        lots=tuple(lots),
        owners=people.owners,
        holdings=tuple(holdings),
        keys=_keys(groups, aside, mapping, notes),
        totals=_totals(lots, aside, scale),
        aside=tuple(aside),
        findings=notes.all(),
    )
    return replace(draft, gates=check(draft, choices))


# --- Owners of another sheet -----------------------------------------------------------------------------------------


def _owners_by_number(rows: Sequence[Row], notes: Notes) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        number = owner_number(row) or f"{row.sheet}:{row.line}"
        first = found.setdefault(number, row)
        if first is not row:
            params: dict[str, str | int] = {"number": row.text(Field.OWNER_NUMBER), "line": first.line}
            message = N_("The owner's number {number} is already on line {line}.")
            notes.add(row, Field.OWNER_NUMBER, Problem("owner_twice", message, params, Severity.BLOCK))
    return found


def _note_unused(by_number: Mapping[str, Row], lot_rows: Sequence[Row], notes: Notes) -> None:
    used = {owner_number(row) for row in lot_rows}
    for number, row in by_number.items():
        if number not in used:
            notes.add(row, Field.OWNER_NUMBER, Problem("owner_unused", N_("This owner has no lot.")))


# --- Shares ----------------------------------------------------------------------------------------------------------


def _shares(row: Row, total: int | None, notes: Notes) -> ShareCount | None:
    parsed = read_shares(row.text(Field.SHARES))
    if parsed.problem:
        notes.add(row, Field.SHARES, parsed.problem)
    note_whole(row, parsed.value, total, notes)
    return parsed.value


def _scale(
    rows: Sequence[Row], counts: Mapping[tuple[int, int], ShareCount | None], choices: Choices, notes: Notes
) -> int:
    """A deed may count in decimals: its total and each lot are then multiplied alike, once the person agrees."""
    stated = choices.fixes.get(SCALE, "1")
    scale = int(stated) if stated.isdecimal() and 0 < int(stated) <= 10_000 else 1
    for row in rows:
        count = counts[row.sheet, row.line]
        if count and (count.amount * scale) % 1:
            digits = -int(count.amount.normalize().as_tuple().exponent)
            message = N_("“{text}” is not whole: count every share {factor} times, and the deed's total too.")
            params: dict[str, str | int] = {"text": row.text(Field.SHARES), "factor": 10**digits}
            problem = Problem("decimal_shares", message, params, Severity.BLOCK, str(10**digits))
            notes.add(row, Field.SHARES, problem, target=SCALE)
    return scale


def _suggested_total(building: Mapping[str, str], counts: Iterable[ShareCount | None]) -> int | None:
    """What a heading names, or the whole that most cells name."""
    if "deed_total" in building:
        return int(building["deed_total"])
    wholes = [count.whole for count in counts if count and count.whole]
    return max(set(wholes), key=wholes.count) if wholes else None


def _totals(lots: Sequence[DraftLot], aside: Sequence[SetAside], scale: int) -> tuple[StatedTotal, ...]:
    """Each total of the file beside the sum of the lines above it; a subtotal counts from the one before."""
    totals: list[StatedTotal] = []
    start: dict[int, int] = {}
    for row in aside:
        if row.reason not in (Reason.TOTAL, Reason.SUBTOTAL):
            continue
        first = start.get(row.sheet, 0) if row.reason == Reason.SUBTOTAL else 0
        found = sum(lot.shares for lot in lots if lot.sheet == row.sheet and first < lot.line < row.line)
        start[row.sheet] = row.line
        if (stated := read_shares(row.figure).value) and not (stated.amount * scale) % 1:
            totals.append(StatedTotal(row.sheet, row.line, int(stated.amount * scale), found))
    return tuple(totals)


# --- Lots ------------------------------------------------------------------------------------------------------------


def _group(rows: Sequence[Row], notes: Notes) -> list[list[Row]]:
    """The lines of each lot: several are one lot when each states its part, or when their number is one merged cell."""
    groups: list[list[Row]] = []
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        number = " ".join(row.text(Field.LOT).casefold().split())
        if not number:
            notes.add(row, Field.LOT, Problem("lot_missing", N_("This line has no lot number."), {}, Severity.BLOCK))
            continue
        note_date(row, notes)
        group = by_number.get(number)
        if group and (row.merged or all(line.text(Field.PART) for line in (*group, row))):
            group.append(row)
            continue
        if group:
            params: dict[str, str | int] = {"lot": row.text(Field.LOT), "line": group[0].line}
            message = N_("Lot {lot} is already on line {line}.")
            notes.add(row, Field.LOT, Problem("lot_twice", message, params, Severity.BLOCK))
        by_number.setdefault(number, [row])
        groups.append(by_number[number] if not group else [row])
    return groups


def _lots(
    groups: Sequence[Sequence[Row]],
    counts: Mapping[tuple[int, int], ShareCount | None],
    scale: int,
    people: People,
    by_number: Mapping[str, Row],
    notes: Notes,
) -> tuple[list[DraftLot], list[Holding]]:
    lots: list[DraftLot] = []
    holdings: list[Holding] = []
    owners = {owner.key: owner for owner in people.owners}
    for group in groups:
        shares = _agreed_shares(group, counts, notes)
        lot = _lot(group, int(shares.amount * scale) if shares else 0, notes)
        held, named = hold(lot, group, people, by_number, notes)
        held, representative = represent(group, held, named, owners, notes)
        lots.append(replace(lot, owners=tuple(named), representative=representative))
        holdings += held
    return lots, holdings


def _agreed_shares(
    group: Sequence[Row], counts: Mapping[tuple[int, int], ShareCount | None], notes: Notes
) -> ShareCount | None:
    found: ShareCount | None = None
    for row in group:
        count = counts[row.sheet, row.line]
        found = found or count
        if count and found and count != found:
            message = N_("The shares of lot {lot} are not those on line {line}.")
            params: dict[str, str | int] = {"lot": row.text(Field.LOT), "line": group[0].line}
            notes.add(row, Field.SHARES, Problem("shares_differ", message, params, Severity.BLOCK))
    first = group[0]
    if not found and not any(row.text(Field.SHARES) for row in group):
        message = N_("Lot {lot} has no shares.")
        params = {"lot": first.text(Field.LOT)}
        notes.add(first, Field.SHARES, Problem("shares_missing", message, params, Severity.BLOCK))
    return found


def _lot(group: Sequence[Row], shares: int, notes: Notes) -> DraftLot:
    first = group[0]
    lot_type, floor = read_type(first.text(Field.TYPE)), read_floor(first.text(Field.FLOOR))
    area = read_area(first.text(Field.AREA))
    for field, problem in ((Field.TYPE, lot_type.problem), (Field.FLOOR, floor.problem), (Field.AREA, area.problem)):
        if problem:
            notes.add(first, field, problem)
    if not first.text(Field.TYPE):
        message = N_("The kind of lot is not stated: it decides the number of lots that the law counts.")
        notes.add(first, Field.TYPE, Problem("type_missing", message))
    for row in group[1:]:
        if any(row.text(f) and fold(row.text(f)) != fold(first.text(f)) for f in (Field.TYPE, Field.FLOOR, Field.AREA)):
            message = N_("Lot {lot} is described otherwise on line {line}, which is kept.")
            params: dict[str, str | int] = {"lot": first.text(Field.LOT), "line": first.line}
            notes.add(row, Field.TYPE, Problem("lot_differs", message, params))
    remark = " · ".join(dict.fromkeys(row.text(Field.REMARK) for row in group if row.text(Field.REMARK)))
    number = first.text(Field.LOT)
    kind = lot_type.value or LotType.OTHER
    return DraftLot(number, kind, floor.value, area.value, shares, remark, first.sheet, first.line, ())


# --- Distribution keys -----------------------------------------------------------------------------------------------


def _keys(
    groups: Sequence[Sequence[Row]], aside: Sequence[SetAside], mapping: Sequence[SheetMap], notes: Notes
) -> tuple[DraftKey, ...]:
    """Each key with the whole number of every lot that takes part; a blank cell takes none."""
    weights: dict[str, dict[str, int]] = {}
    stated: dict[str, int] = {}
    for first, row in ((group[0], row) for group in groups for row in group):
        for name, cell in row.keys.items():
            key, lot = weights.setdefault(name, {}), first.text(Field.LOT)
            parsed = read_weight(cell.text)
            if parsed.problem:
                notes.add(row, Field.KEY, parsed.problem, cell=cell)
            elif (
                parsed.value
                and parsed.value.amount
                and key.setdefault(lot, int(parsed.value.amount)) != parsed.value.amount
            ):
                message = N_("The weight of lot {lot} is not the one on line {line}.")
                problem = Problem("weights_differ", message, {"lot": lot, "line": first.line}, Severity.BLOCK)
                notes.add(row, Field.KEY, problem, cell=cell)
            if parsed.value and parsed.value.whole:
                stated.setdefault(name, parsed.value.whole)
    for name, text in (pair for row in aside if row.reason == Reason.TOTAL for pair in row.keys.items()):
        if (total := read_number(text).value) and not total % 1:
            stated.setdefault(name, int(total))
    for column in (column for sheet in mapping for column in sheet.columns if column.field == Field.KEY):
        if whole := denominator(column.heading):
            stated.setdefault(column.name, whole)
    return tuple(DraftKey(name, parts, stated.get(name)) for name, parts in weights.items())


# --- What would change -----------------------------------------------------------------------------------------------


class Change(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ABSENT = "absent"  # in the register, not in the file: nothing is deleted


class Entity(StrEnum):
    LOT = "lot"
    OWNER = "owner"
    HOLDING = "holding"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the dry run. `fields`: name, text before and text after of what is not the same."""

    entity: Entity
    change: Change
    label: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Existing:
    """The register as it is: for each kind, the texts of its fields by identity.

    Lots by number; owners by id; holdings by "lot|owner id|right"; keys by name, each lot's weight being a field.
    """

    lots: Mapping[str, Mapping[str, str]] = default(default_factory=dict[str, Mapping[str, str]])
    owners: Mapping[str, Mapping[str, str]] = default(default_factory=dict[str, Mapping[str, str]])
    holdings: Mapping[str, Mapping[str, str]] = default(default_factory=dict[str, Mapping[str, str]])
    keys: Mapping[str, Mapping[str, str]] = default(default_factory=dict[str, Mapping[str, str]])


def diff(draft: Draft, existing: Existing) -> list[Difference]:
    """The dry run: what the import would create, change and leave, for lots, owners, holdings and keys.

    A field that the file leaves blank is no change. Owners of other buildings are not absent: they are not listed.
    """
    ids = {owner.key: owner.known_id or owner.key for owner in draft.owners}
    names = {ids[owner.key]: owner.name for owner in draft.owners}
    lots = {lot.number: _texts(lot, LOT_FIELDS) for lot in draft.lots}
    owners = {ids[owner.key]: owner_texts(owner) for owner in draft.owners}
    holdings = {f"{h.lot}|{ids[h.owner]}|{h.right}": {"part": f"{h.numerator}/{h.denominator}"} for h in draft.holdings}
    keys = {key.name: {lot: str(weight) for lot, weight in key.weights.items()} for key in draft.keys}
    known = {name: fields for name, fields in existing.owners.items() if name in owners}
    return [
        *_compare(Entity.LOT, lots, existing.lots, lambda number: number),
        *_compare(Entity.OWNER, owners, known, lambda owner: names[owner]),
        *_compare(Entity.HOLDING, holdings, existing.holdings, lambda key: _holding_label(key, names)),
        *_compare(Entity.KEY, keys, existing.keys, lambda name: name),
    ]


def count_changes(changes: Iterable[Difference]) -> dict[tuple[Entity, Change], int]:
    """How many of each kind."""
    return dict(Counter((line.entity, line.change) for line in changes))


LOT_FIELDS = ("type", "floor", "area_m2", "shares", "remark")
OWNER_FIELDS = (
    *("kind", "last_name", "first_name", "email", "phone", "address", "postcode", "city", "country", "language"),
    *("iban", "kbo", "remark"),
)


def owner_texts(owner: DraftOwner) -> dict[str, str]:
    """A person of the file, field by field."""
    return _texts(owner, OWNER_FIELDS)


def _texts(thing: object, fields: Sequence[str]) -> dict[str, str]:
    values = ((field, getattr(thing, field)) for field in fields)
    return {field: str(value) for field, value in values if value is not None and value != ""}


def _holding_label(key: str, names: Mapping[str, str]) -> str:
    lot, owner, _ = key.rsplit("|", 2)
    return f"{lot} · {names.get(owner, owner)}"


def _compare(
    entity: Entity,
    wanted: Mapping[str, Mapping[str, str]],
    present: Mapping[str, Mapping[str, str]],
    label: Callable[[str], str],
) -> Iterator[Difference]:
    for key, fields in wanted.items():
        before = present.get(key)
        if before is None:
            yield Difference(entity, Change.CREATED, label(key), tuple((f, "", text) for f, text in fields.items()))
            continue
        changed = tuple((f, before.get(f, ""), text) for f, text in fields.items() if before.get(f, "") != text)
        yield Difference(entity, Change.CHANGED if changed else Change.UNCHANGED, label(key), changed)
    for key in present:
        if key not in wanted:
            yield Difference(entity, Change.ABSENT, label(key))
