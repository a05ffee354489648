"""Meters and their readings."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from koprogo_app.migrations import sql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
TABLES = ("meter", "meter_reading", "meter_period", "meter_use", "meter_mapping")


def _tenant_columns():
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("building_id", sa.Uuid(), nullable=False),
    ]


def _reference(table: str, column: str, target: str, **more):
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{target}.organization_id", f"{target}.id"],
        name=op.f(f"fk_{table}_organization_id_{column}"),
        initially="IMMEDIATE",
        deferrable=True,
        **more,
    )


def _tenant_constraints(table: str, *, key: bool = True):
    return [
        _reference(table, "building_id", "building"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f(f"fk_{table}_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *([sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{table}_organization_id_id"))] if key else []),
    ]


def _unique(table: str, *columns: str):
    names = ["organization_id", *columns]
    return sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.alter_column("key_part", "weight", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
    op.create_table(
        "meter",
        *_tenant_columns(),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("kind", text(), nullable=False),
        sa.Column("serial", text(length=50), nullable=False),
        sa.Column("unit", text(), nullable=False),
        sa.Column("factor", sa.Numeric(12, 6), nullable=False),
        sa.Column("dial_digits", sa.Integer(), nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("place", text(length=100), nullable=False),
        sa.CheckConstraint("factor > 0", name=op.f("ck_meter_factor")),
        sa.CheckConstraint("dial_digits BETWEEN 3 AND 9", name=op.f("ck_meter_digits")),
        sa.CheckConstraint("removed_on >= installed_on", name=op.f("ck_meter_days")),
        sa.CheckConstraint("NOT (main AND lot_id IS NOT NULL)", name=op.f("ck_meter_main")),
        _reference("meter", "lot_id", "lot"),
        _unique("meter", "building_id", "serial"),
        *_tenant_constraints("meter"),
    )
    op.create_index("ix_meter_building", "meter", ["organization_id", "building_id", "kind"])
    op.create_index("ix_meter_lot", "meter", ["organization_id", "lot_id"])
    op.create_table(
        "meter_reading",
        *_tenant_columns(),
        sa.Column("meter_id", sa.Uuid(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(14, 3), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("source", text(), nullable=False),
        sa.Column("note", text(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_meter_reading_value")),
        _reference("meter_reading", "meter_id", "meter"),
        _unique("meter_reading", "meter_id", "read_on"),
        *_tenant_constraints("meter_reading"),
    )
    op.create_index("ix_meter_reading_building", "meter_reading", ["organization_id", "building_id", "read_on"])
    op.create_table(
        "meter_period",
        *_tenant_columns(),
        sa.Column("kind", text(), nullable=False),
        sa.Column("name", text(length=100), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("fixed_percent", sa.Integer(), nullable=False),
        sa.Column("fixed_metered", sa.Boolean(), nullable=False),
        sa.Column("status", text(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("last_on > first_on", name=op.f("ck_meter_period_days")),
        sa.CheckConstraint("fixed_percent BETWEEN 0 AND 100", name=op.f("ck_meter_period_fixed")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_meter_period_status")),
        sa.CheckConstraint("status = 'open' OR key_id IS NOT NULL", name=op.f("ck_meter_period_key")),
        _reference("meter_period", "key_id", "distribution_key"),
        _unique("meter_period", "building_id", "kind", "first_on"),
        *_tenant_constraints("meter_period"),
    )
    op.create_index("ix_meter_period_key", "meter_period", ["organization_id", "key_id"])
    op.create_table(
        "meter_use",
        *_tenant_columns(),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("meter_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("begin_on", sa.Date(), nullable=False),
        sa.Column("begin_value", sa.Numeric(14, 3), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("end_value", sa.Numeric(14, 3), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        _reference("meter_use", "period_id", "meter_period", ondelete="CASCADE"),
        _reference("meter_use", "meter_id", "meter"),
        _reference("meter_use", "lot_id", "lot"),
        _unique("meter_use", "period_id", "meter_id"),
        *_tenant_constraints("meter_use", key=False),
    )
    op.create_index("ix_meter_use_building", "meter_use", ["organization_id", "building_id"])
    op.create_index("ix_meter_use_meter", "meter_use", ["organization_id", "meter_id"])
    op.create_index("ix_meter_use_lot", "meter_use", ["organization_id", "lot_id"])
    op.create_table(
        "meter_mapping",
        *_tenant_columns(),
        sa.Column("kind", text(), nullable=False),
        sa.Column("headings", postgresql.JSONB(), nullable=False),
        sa.Column("filename", text(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        _unique("meter_mapping", "building_id"),
        *_tenant_constraints("meter_mapping", key=False),
    )
    sql.tenant(*TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.alter_column("key_part", "weight", type_=sa.Integer(), existing_type=sa.BigInteger(), existing_nullable=False)
