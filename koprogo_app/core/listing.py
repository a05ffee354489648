"""Server paging of lists: one page, sorted by a named column, with the total."""

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, func, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session, select

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

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


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
    """The page and the count of a list; for a list of columns also both in one, compiled, and what a row is then."""

    page: Select[Any]
    count: Select[Any]
    both: SQLCompiler | None
    row: Any


@lru_cache(256)
def _statements(wanted: Select[Any], column: Any, descending: bool) -> _Statements:
    """Made once for a `wanted` that is made once."""
    order = column.desc() if descending else column.asc()
    page = wanted.order_by(order.nulls_last(), text("1")).limit(bindparam("size")).offset(bindparam("start"))
    count = select(func.count()).select_from(wanted.order_by(None).subquery())
    both = page.add_columns(count.scalar_subquery()).compile(dialect=PGDialect_psycopg())
    entities = any(isinstance(one["expr"], type) for one in wanted.column_descriptions)
    ready = None if entities or both.post_compile_params else both  # a list of values is only spelled out when it runs
    row = namedtuple("Row", wanted.selected_columns.keys(), rename=True)  # pyright: ignore[reportUntypedNamedTuple]
    return _Statements(page, count, ready, row)


def page_of(s: Session, wanted: Select[Any], asked: Asked, sortable: Sortable, default: str) -> Listed:
    """The page asked for. Invalid for an unknown column; ties are settled by the first column of the select (the id).

    Rows of columns come straight from the driver: going through the ORM takes longer than the database does.
    """
    column = sortable.get(asked.sort or default)
    if column is None:
        raise Invalid("Cannot sort by “{column}”.", field="sort_by", column=asked.sort)
    made, place = _statements(wanted, column, asked.descending), {"size": asked.size, "start": asked.offset}
    if made.both is None:
        return Listed(list(s.execute(made.page, place).all()), s.execute(made.count).scalar_one())
    s.flush()  # as s.execute() does by itself
    found = s.connection().exec_driver_sql(made.both.string, made.both.construct_params(place)).all()
    if not found:
        return Listed([], s.execute(made.count).scalar_one() if asked.offset else 0)
    return Listed([made.row._make(row[:-1]) for row in found], found[0][-1])
