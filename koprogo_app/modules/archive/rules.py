"""The archive's format: one zip, rows as JSON Lines per table, files by their SHA-256, a manifest with checksums. Pure.

Rows carry no key of the database: a row is `table:number` in the order of its creation, so that an archive imported anywhere and
exported again is the same archive, byte for byte, but for the manifest's date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from koprogo_app.core.errors import Invalid

FORMAT = "koprogo-archive"
VERSION = 1
MANIFEST = "manifest.json"
ROWS = "rows/{table}.jsonl"
FILES = "files/{sha256}"
MAX_ENTRIES = 200_000
LEAST_ROW = 40  # bytes: each row names its columns, the building among them
MAX_MANIFEST = 32 * 1024 * 1024
MAX_LINE = 64 * 1024 * 1024  # a row with the whole text of a paper, or of a spreadsheet
MAX_RATIO = 200  # uncompressed to compressed, of one part: beyond this it is a bomb, not an archive
MAX_GROWTH, SMALL = 40, 64 * 1024 * 1024  # of the whole: rows repeat themselves, papers do not


@dataclass(frozen=True)
class Part:
    """One entry of the zip, as the manifest names it."""

    name: str
    size: int
    sha256: str


def reference(table: str, number: int) -> str:
    """How an archive names a row: `lot:12`."""
    return f"{table}:{number}"


def number_of(value: str, table: str) -> int:
    """The number in `lot:12`; Invalid when it names another table or nothing."""
    name, _, number = value.partition(":")
    if name != table or not number.isdigit():
        raise Invalid("The archive names a row that it does not hold: {row}.", row=value)
    return int(number)


def check_manifest(manifest: Mapping[str, Any], revision: str) -> None:
    """Refuses what is not an archive of ours, or one of another version of the tables."""
    if manifest.get("format") != FORMAT:
        raise Invalid("This file is not an archive of KoproGo.", field="file")
    if manifest.get("version") != VERSION or manifest.get("schema") != revision:
        raise Invalid(
            "This archive was made by another version of KoproGo: import it there, or update this one.", field="file"
        )


def check_growth(unpacked: int, manifest: int, packed: int) -> None:
    """Refuses an archive whose parts, or whose manifest alone, would fill the server: before anything is unpacked."""
    if manifest > MAX_MANIFEST or unpacked > SMALL + MAX_GROWTH * packed:
        raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file")


def counts_of(manifest: Mapping[str, Any], parts: Iterable[Part], tables: Iterable[str]) -> dict[str, int]:
    """How many rows of each table a manifest names; Invalid when it is malformed, or names more than its parts can hold."""
    sizes = {part.name: part.size for part in parts}
    try:
        counts = {name: int(manifest["rows"].get(name, 0)) for name in tables}
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
        counts = {}
    room = {name: sizes.get(ROWS.format(table=name), 0) // LEAST_ROW for name in counts}
    if not counts or not all(0 <= count <= room[name] for name, count in counts.items()):
        raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file")
    return counts


def check_part(part: Part, content_sha256: str, size: int) -> None:
    """Refuses a part that is not as the manifest says."""
    if (part.sha256, part.size) != (content_sha256, size):
        raise Invalid("The archive is damaged: {part} is not as it was written.", field="file", part=part.name)


def check_names(names: Iterable[str], parts: Iterable[Part]) -> None:
    """The zip holds exactly what the manifest names."""
    wanted, found = {p.name for p in parts} | {MANIFEST}, list(names)
    if len(found) > MAX_ENTRIES or len(set(found)) != len(found) or set(found) != wanted:
        raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file")


def parts_of(manifest: Mapping[str, Any]) -> list[Part]:
    """The parts a manifest names; Invalid when it is malformed."""
    try:
        return [Part(str(p["name"]), int(p["size"]), str(p["sha256"])) for p in manifest["parts"]]
    except (KeyError, TypeError, ValueError):
        raise Invalid("The archive is damaged: its contents are not those of its manifest.", field="file") from None
