"""The bare ceiling: what Starlette and psycopg give on this machine with hand-written SQL and a signed token.

The same routes and rows as the mix of locustfile.py, and none of KoproGo's rules: no permission, no row-level security,
no audit, no look-up of the person. Not a model of code: run.py measures it in the same session, to have a ratio.
"""

import contextlib
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import orjson
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET, OFFICE = "x" * 32, "00000000-0000-0000-0000-000000000001"
TABLES = {  # its order, its columns beside organization_id
    "buildings": ("created_at", "name address city postal_code country total_units construction_year"),
    "units": ("unit_number", "building_id unit_number unit_type floor surface_area quota"),
    "owners": ("last_name", "first_name last_name email phone address city postal_code country"),
}
KEYS = (
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL, created_at timestamptz DEFAULT now()"
)
SCHEMA = f"""
CREATE TABLE buildings ({KEYS}, name text NOT NULL, address text, city text, postal_code text, country text,
  total_units int, construction_year int);
CREATE TABLE units ({KEYS}, building_id uuid REFERENCES buildings, unit_number text, unit_type text, floor int,
  surface_area float8, quota float8, UNIQUE (building_id, unit_number));
CREATE TABLE owners ({KEYS}, first_name text, last_name text, email text, phone text, address text, city text,
  postal_code text, country text, UNIQUE (organization_id, email));
CREATE INDEX ON buildings (organization_id, created_at);
CREATE INDEX ON units (organization_id, unit_number);
CREATE INDEX ON owners (organization_id, last_name);
INSERT INTO buildings (organization_id, name, address, city, postal_code, country, total_units, construction_year)
  SELECT '{OFFICE}', 'Residence ' || n, 'Avenue Louise ' || n, 'Bruxelles', '1050', 'Belgium', 10, 1970
  FROM generate_series(1, 10) n;
INSERT INTO units (organization_id, building_id, unit_number, unit_type, floor, surface_area, quota)
  SELECT organization_id, id, 'U' || n, 'Apartment', n, 92.5, 100 FROM buildings, generate_series(1, 10) n;
INSERT INTO owners (organization_id, first_name, last_name, email, phone, address, city, postal_code, country)
  SELECT '{OFFICE}', 'Marie', 'Dupont' || n, n || '@example.org', '+32 400 12 34 56', 'Rue Royale ' || n, 'Bruxelles',
    '1000', 'Belgium' FROM generate_series(1, 66) n;
"""


def _statements(table: str) -> tuple[str, str]:
    """One page with the count beside it, in one trip as the product does; and one new row."""
    order, names = TABLES[table]
    columns = ["organization_id", *names.split()]
    total = f"(SELECT count(*) FROM {table} WHERE organization_id = %(office)s) AS total"
    page = f"SELECT *, {total} FROM {table} WHERE organization_id = %(office)s ORDER BY {order} LIMIT %(size)s"
    values = ", ".join(f"%({column})s" for column in columns)
    return f"{page} OFFSET %(start)s", f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) RETURNING *"


STATEMENTS = {table: _statements(table) for table in TABLES}


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _office(request: Request) -> str:
    token = request.headers["authorization"].removeprefix("Bearer ")
    return jwt.decode(token, SECRET, ["HS256"])["organization_id"]


async def health(request: Request) -> Response:
    """That it serves."""
    return _json({"status": "ok"})


async def login(request: Request) -> Response:
    """A token for whoever asks."""
    claims = {"organization_id": OFFICE, "exp": int(time.time()) + 3600}
    return _json({"token": jwt.encode(claims, SECRET, "HS256")})


async def me(request: Request) -> Response:
    """What the token says."""
    return _json({"organization_id": _office(request)})


async def page(request: Request) -> Response:
    """One page of 20 with its count."""
    office, (select, _) = _office(request), STATEMENTS[request.path_params["table"]]
    number, size = int(request.query_params.get("page", 1)), int(request.query_params.get("per_page", 20))
    async with request.app.state.pool.connection() as connection:
        place = {"office": office, "size": size, "start": (number - 1) * size}
        rows = await (await connection.execute(select, place)).fetchall()
    total = [row.pop("total") for row in rows][-1] if rows else 0
    return _json({"data": rows, "pagination": {"current_page": number, "per_page": size, "total_items": total}})


async def new(request: Request) -> Response:
    """One more row."""
    office, (_, insert) = _office(request), STATEMENTS[request.path_params["table"]]
    given = orjson.loads(await request.body()) | {"organization_id": office}
    async with request.app.state.pool.connection() as connection:
        row = await (await connection.execute(insert, given)).fetchone()
    return _json(row, 201)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Twenty connections, as the application has; a statement is its own transaction, which saves BEGIN and COMMIT."""
    pool: AsyncConnectionPool[AsyncConnection[dict[str, Any]]] = AsyncConnectionPool(
        os.environ["BARE_DATABASE_URL"], min_size=20, max_size=20, open=False,
        kwargs={"row_factory": dict_row, "autocommit": True},
    )  # fmt: skip
    async with pool:
        app.state.pool = pool
        yield


asgi = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/api/v1/health", health),
        Route("/api/v1/auth/login", login, methods=["POST"]),
        Route("/api/v1/auth/me", me),
        Route("/api/v1/{table}", page),
        Route("/api/v1/{table}", new, methods=["POST"]),
    ],
)
