"""Server paging of lists: one page, sorted by a named column, with the total."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, cast

from psycopg.rows import namedtuple_row
from sqlalchemy import ColumnElement, Select, bindparam, func, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session, select

from .db import driver
from .errors import Invalid

T = TypeVar("T")
Sortable = Mapping[str, ColumnElement[Any] | InstrumentedAttribute[Any] | Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for; `filters` are the module's own names."""

    page: int = 1
    size: int = 25
    sort: str = ""
    descending: bool = False
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of rows and how many there are in all."""

    rows: list[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Something the command palette found. `kind` is a msgid, the title of its group; `hint` stands at the right."""

    kind: str
    label: str
    hint: str
    href: str


def unaccented(column: Any) -> ColumnElement[str]:
    """Lower case without accents: the order and the search of names, the same on every server."""
    return func.lower(func.f_unaccent(column))


def contains(column: Any, words: str) -> ColumnElement[bool]:
    """True where every word occurs, accents and case aside."""
    clauses = [
        func.f_unaccent(column).ilike(func.f_unaccent("%" + _escape(word) + "%"), escape="\\")
        for word in words.split()[:6]
    ]
    found = clauses[0] if clauses else text("true")
    for clause in clauses[1:]:
        found = found & clause
    return found  # type: ignore[return-value]


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@lru_cache(256)
def selected(*columns: Any) -> Any:
    """SELECT of these columns, made once: making a statement takes longer than running it."""
    return select(*columns)


@dataclass(frozen=True, slots=True)
class _Statements:
    """The count and the page of a list; compiled, when a page is columns only and no filter is a list of values."""

    count: Select[Any]
    page: Select[Any]
    compiled: tuple[SQLCompiler, SQLCompiler] | None


@lru_cache(256)
def _statements(wanted: Select[Any], column: Any, descending: bool) -> _Statements:
    """Made once for a `wanted` that is made once."""
    order = column.desc() if descending else column.asc()
    page = wanted.order_by(order.nulls_last(), text("1")).limit(bindparam("size")).offset(bindparam("start"))
    count = select(func.count()).select_from(wanted.order_by(None).subquery())
    compiled = tuple(cast(SQLCompiler, one.compile(dialect=PGDialect_psycopg())) for one in (count, page))
    straight = not any(isinstance(d["expr"], type) for d in wanted.column_descriptions)
    straight = straight and not any(one.post_compile_params for one in compiled)
    return _Statements(count, page, cast(Any, compiled) if straight else None)


def page_of(s: Session, wanted: Select[Any], asked: Asked, sortable: Sortable, default: str) -> Listed:
    """The page asked for. Invalid for an unknown column; ties are settled by the first column of the select (the id).

    Columns come straight from the driver, as named tuples: most of a list's time is otherwise spent around its rows.
    """
    column = sortable.get(asked.sort or default)
    if column is None:
        raise Invalid("Cannot sort by “{column}”.", field="sort_by", column=asked.sort)
    made = _statements(wanted, column, asked.descending)
    place = {"size": asked.size, "start": (asked.page - 1) * asked.size}
    if made.compiled is None:
        return Listed(list(s.execute(made.page, place).all()), s.execute(made.count).scalar_one())
    count, page = made.compiled
    c = driver(s).cursor(row_factory=namedtuple_row)
    rows = c.execute(page.string, page.construct_params(place)).fetchall()
    total = c.execute(count.string, count.construct_params()).fetchone()
    return Listed(rows, total[0] if total else 0)
