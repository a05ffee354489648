"""Many rows at once: one statement with an array for each column. Row-level security and foreign keys hold as for any INSERT."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlmodel import Session

from .clock import now
from .ids import uuid7

AT_ONCE = 20_000  # rows of one statement
_DIALECT = postgresql.dialect()


def insert_rows(s: Session, table: Table, rows: Sequence[Mapping[str, Any]], **same: Any) -> int:
    """Writes rows of one table; returns how many. Each names the same columns; `same`: what is alike in all of them.

    The id and the moments are filled in.

    The trail does not see them: note() what was written.
    """
    if not rows:
        return 0
    s.flush()
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    alike = "".join(f', "{name}"' for name in same)
    values = "".join(f", %s::{table.c[name].type.compile(_DIALECT)}" for name in same)
    arrays = ", ".join(f"%b::{table.c[name].type.compile(_DIALECT)}[]" for name in names)
    statement = (
        f'INSERT INTO "{table.name}" (id, created_at, updated_at{alike}, {columns}) '  # noqa: S608  (names of our own tables)
        f"SELECT own, %s::timestamptz, %s::timestamptz{values}, {columns} FROM unnest(%b::uuid[], {arrays}) AS given (own, {columns})"
    )
    moment, connection = now(), s.connection()
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        given = [[row[name] for row in part] for name in names]
        connection.exec_driver_sql(statement, (moment, moment, *same.values(), [uuid7() for _ in part], *given))
    return len(rows)
