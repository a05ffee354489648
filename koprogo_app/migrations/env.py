"""Alembic's entry: only online, as the owner of the schema."""

from alembic import context
from sqlalchemy import create_engine, pool

from koprogo_app.tables import metadata


def mine(_object: object, name: str | None, _kind: str, reflected: bool, _other: object) -> bool:
    return not (reflected and name and name.startswith("procrastinate"))


engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, include_object=mine, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
