"""Which columns name the rows of a table: read off the tables themselves, so that no new module is forgotten."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import SQLModel


def columns_naming(table: str) -> list[Column[Any]]:
    """Every foreign key of one table's id."""
    here = SQLModel.metadata.tables[table].c.id
    return [key.parent for one in SQLModel.metadata.sorted_tables for key in one.foreign_keys if key.column is here]
