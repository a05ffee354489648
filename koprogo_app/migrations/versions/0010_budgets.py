"""Budgets."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


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


def _tenant_constraints(table: str):
    return [
        _reference(table, "building_id", "building"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f(f"fk_{table}_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "budget",
        *_tenant_columns(),
        sa.Column("year_id", sa.Uuid(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("status", text(), nullable=False),
        sa.Column("ordinary_cents", sa.BigInteger(), nullable=False),
        sa.Column("extraordinary_cents", sa.BigInteger(), nullable=False),
        sa.Column("reserve_cents", sa.BigInteger(), nullable=False),
        sa.Column("notes", text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision", text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("rejection_reason", text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('approved', 'archived')) = (decided_on IS NOT NULL)", name=op.f("ck_budget_decided")
        ),
        sa.CheckConstraint("fiscal_year BETWEEN 2000 AND 2100", name=op.f("ck_budget_fiscal_year")),
        sa.CheckConstraint(
            "ordinary_cents >= 0 AND extraordinary_cents >= 0 AND reserve_cents >= 0", name=op.f("ck_budget_amounts")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'rejected', 'archived')", name=op.f("ck_budget_status")
        ),
        *_tenant_constraints("budget"),
        _reference("budget", "year_id", "fiscal_year"),
        _reference("budget", "document_id", "document"),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_budget_organization_id_id")),
        sa.UniqueConstraint("organization_id", "source_id", name=op.f("uq_budget_organization_id_source_id")),
    )
    op.create_index("ix_budget_building", "budget", ["organization_id", "building_id", "fiscal_year"])
    op.create_index("ix_budget_document", "budget", ["organization_id", "document_id"])
    op.create_index("ix_budget_year", "budget", ["organization_id", "year_id"])
    op.create_index(
        "uq_budget_year",
        "budget",
        ["organization_id", "building_id", "fiscal_year", "year_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status <> 'archived'"),
    )
    op.create_table(
        "budget_line",
        *_tenant_columns(),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("nature", text(), nullable=False),
        sa.Column("account", text(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("description", text(), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_budget_line_cents")),
        sa.CheckConstraint("nature IN ('ordinary', 'extraordinary', 'reserve')", name=op.f("ck_budget_line_nature")),
        *_tenant_constraints("budget_line"),
        _reference("budget_line", "budget_id", "budget", ondelete="CASCADE"),
        _reference("budget_line", "key_id", "distribution_key"),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_budget_line_organization_id_id")),
    )
    op.create_index("ix_budget_line_building", "budget_line", ["organization_id", "building_id"])
    op.create_index("ix_budget_line_budget", "budget_line", ["organization_id", "budget_id", "position"])
    op.create_index("ix_budget_line_key", "budget_line", ["organization_id", "key_id"])
    op.create_table(
        "budget_setting",
        *_tenant_columns(),
        sa.Column("warn_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("warn_percent BETWEEN 1 AND 100", name=op.f("ck_budget_setting_warn_percent")),
        *_tenant_constraints("budget_setting"),
        sa.UniqueConstraint(
            "organization_id", "building_id", name=op.f("uq_budget_setting_organization_id_building_id")
        ),
    )
    sql.tenant("budget", "budget_line", "budget_setting")


def downgrade() -> None:
    op.drop_table("budget_setting")
    op.drop_table("budget_line")
    op.drop_table("budget")
