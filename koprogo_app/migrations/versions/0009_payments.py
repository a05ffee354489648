"""Payments and what they settle."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql
from koprogo_app.modules.payments.models import TRIGGERS

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("fund", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("communication", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("reversal_entry_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payment_cents")),
        sa.CheckConstraint("fund IN ('working', 'reserve', 'cash')", name=op.f("ck_payment_fund")),
        sa.CheckConstraint("kind IN ('receipt', 'refund')", name=op.f("ck_payment_kind")),
        sa.ForeignKeyConstraint(["organization_id", "building_id"], ["building.organization_id", "building.id"], name=op.f("fk_payment_organization_id_building_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "entry_id"], ["journal_entry.organization_id", "journal_entry.id"], name=op.f("fk_payment_organization_id_entry_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "owner_id"], ["owner.organization_id", "owner.id"], name=op.f("fk_payment_organization_id_owner_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "reversal_entry_id"], ["journal_entry.organization_id", "journal_entry.id"], name=op.f("fk_payment_organization_id_reversal_entry_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_payment_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_payment_organization_id_id")),
        sa.UniqueConstraint("organization_id", "source_id", name=op.f("uq_payment_organization_id_source_id")),
    )
    op.create_index("ix_payment_building", "payment", ["organization_id", "building_id", "paid_on", "id"], unique=False)
    op.create_index("ix_payment_entry", "payment", ["organization_id", "entry_id"], unique=True)
    op.create_index("ix_payment_owner", "payment", ["organization_id", "owner_id", "paid_on"], unique=False)
    op.create_index("ix_payment_reversal", "payment", ["organization_id", "reversal_entry_id"], unique=True)
    op.create_table(
        "settlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("debit_line_id", sa.Uuid(), nullable=False),
        sa.Column("credit_line_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_settlement_cents")),
        sa.ForeignKeyConstraint(["organization_id", "building_id"], ["building.organization_id", "building.id"], name=op.f("fk_settlement_organization_id_building_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "credit_line_id"], ["journal_line.organization_id", "journal_line.id"], name=op.f("fk_settlement_organization_id_credit_line_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "debit_line_id"], ["journal_line.organization_id", "journal_line.id"], name=op.f("fk_settlement_organization_id_debit_line_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_settlement_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("organization_id", "debit_line_id", "credit_line_id", name=op.f("uq_settlement_organization_id_debit_line_id_credit_line_id")),
    )
    op.create_index("ix_settlement_building", "settlement", ["organization_id", "building_id"], unique=False)
    op.create_index("ix_settlement_credit", "settlement", ["organization_id", "credit_line_id"], unique=False)
    sql.tenant("payment", "settlement")
    op.execute(TRIGGERS)


def downgrade() -> None:
    op.execute("DROP FUNCTION settlement_within() CASCADE")
    op.drop_table("settlement")
    op.drop_table("payment")
