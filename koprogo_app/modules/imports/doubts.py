"""What no cell tells alone: a figure over another whole, a date for a number, a text too long, an address book that differs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from koprogo_app.core.i18n import N_
from koprogo_app.modules.headings.rules import Field
from koprogo_app.modules.matches.rules import KnownOwner
from koprogo_app.modules.parsing.rules import Problem, Severity, ShareCount, fold
from koprogo_app.modules.registers.rules import DraftLot, DraftOwner, Notes, Row

LOT_LENGTHS = (("number", Field.LOT, 30), ("remark", Field.REMARK, 900))  # less than 1000: a name may join it
OWNER_LENGTHS = (  # as lots.models and owners.models keep them: a test compares
    ("last_name", Field.OWNER, 200), ("first_name", Field.OWNER, 100), ("phone", Field.PHONE, 50),
    ("email", Field.EMAIL, 200), ("address", Field.ADDRESS, 200), ("postcode", Field.POSTCODE, 20),
    ("city", Field.CITY, 100), ("remark", Field.REMARK, 1000),
)  # fmt: skip
KEPT = (("email", Field.EMAIL), ("phone", Field.PHONE), ("iban", Field.IBAN), ("kbo", Field.KBO))
PLACE = (("address", Field.ADDRESS), ("postcode", Field.POSTCODE), ("city", Field.CITY))


def note_whole(row: Row, count: ShareCount | None, total: int | None, notes: Notes) -> None:
    """120/1000 is not 120 of 10 000: once the deed's total is stated, each figure over a whole counts by that total."""
    if count is None or count.whole is None or total is None or count.whole == total:
        return
    message = N_("“{text}” counts over {whole}, the deed over {total}.")
    params: dict[str, str | int] = {"text": row.text(Field.SHARES), "whole": count.whole, "total": total}
    exact = count.amount * total / count.whole
    proposal = "" if exact % 1 else f"{int(exact)}/{total}"
    notes.add(row, Field.SHARES, Problem("other_whole", message, params, Severity.BLOCK, proposal))


def note_date(row: Row, notes: Notes) -> None:
    """A spreadsheet turns lot 1-2 into 1 February: which number it was, only the person knows."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", row.text(Field.LOT)):
        message = N_("The spreadsheet has made a date of this lot number: write the number.")
        notes.add(row, Field.LOT, Problem("lot_date", message, {}, Severity.BLOCK))


def note_long(lots: Iterable[DraftLot], owners: Iterable[DraftOwner], rows: Sequence[Row], notes: Notes) -> None:
    """What the register has no room for."""
    by_place = {(row.sheet, row.line): row for row in rows}
    for lot in lots:
        lot = replace(lot, remark=lot.remark + lot.representative)  # who votes may go to the remark
        _note_lengths(lot, LOT_LENGTHS, by_place[lot.sheet, lot.line], notes)
    for owner in owners:
        _note_lengths(owner, OWNER_LENGTHS, by_place[_place(owner)], notes)


def _note_lengths(thing: object, lengths: Iterable[tuple[str, Field, int]], row: Row, notes: Notes) -> None:
    for name, field, most in lengths:
        if len(getattr(thing, name) or "") > most:
            message = N_("Use at most {max_length} characters.")
            notes.add(row, field, Problem("too_long", message, {"max_length": most}, Severity.BLOCK))


def note_known(owners: Iterable[DraftOwner], known: Sequence[KnownOwner], rows: Sequence[Row], notes: Notes) -> None:
    """Of a person in the address book only what is blank there is filled in: whatever else the file says is shown."""
    by_id: Mapping[str, KnownOwner] = {owner.id: owner for owner in known}
    by_place = {(row.sheet, row.line): row for row in rows}
    for owner in owners:
        if (kept := by_id.get(owner.known_id)) is None:
            continue
        row = by_place[_place(owner)]
        for name, field in KEPT:
            here, there = getattr(owner, name) or "", getattr(kept, name) or ""
            if here and there and fold(here) != fold(there):
                message = N_("Your address book has “{text}”, which is kept.")
                notes.add(row, field, Problem("known_differs", message, {"text": there}))
        _note_place(row, kept, owner, notes)
        if owner.consent and not kept.consents:
            message = N_("This person is in your address book: record the consent to e-mail there, with its proof.")
            notes.add(row, Field.CONSENT, Problem("known_consent", message))


def _note_place(row: Row, kept: KnownOwner, owner: DraftOwner, notes: Notes) -> None:
    here, there = (
        {name: getattr(one, name) for name in ("address", "postcode", "city", "country")} for one in (owner, kept)
    )
    new = [field for name, field in PLACE if here[name] and fold(here[name]) != fold(there[name])]
    if new and not completes(there, here):
        message = N_("Your address book has “{text}”, which is kept.")
        text = " ".join(filter(None, there.values()))
        notes.add(row, new[0], Problem("known_differs", message, {"text": text}))


def completes(kept: Mapping[str, str], file: Mapping[str, str]) -> bool:
    """Whether the file's address may fill the blanks of the one that is kept: the halves of two addresses make none."""
    chosen = kept["country"] != "BE" and file.get("country")  # BE stands there before anybody enters an address
    lines = [name for name, text in kept.items() if text and (name != "country" or chosen)]
    return all(fold(kept[name]) == fold(file.get(name, "")) for name in lines)


def _place(owner: DraftOwner) -> tuple[int, int]:
    sheet, line, _ = owner.key.split(":")
    return int(sheet), int(line)
