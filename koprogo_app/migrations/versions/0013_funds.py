"""The funds: waivers and withdrawals."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fund_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fund", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("from_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("to_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("cost_line_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("reversal_entry_id", sa.Uuid(), nullable=True),
        sa.Column("reversal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('withdrawal', 'transfer', 'allocation', 'interest')", name=op.f("ck_fund_movement_kind")),
        sa.CheckConstraint("fund IN ('working', 'reserve', 'special')", name=op.f("ck_fund_movement_fund")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_fund_movement_cents")),
        sa.CheckConstraint("(kind = 'transfer') = (fund IS NULL) AND (kind = 'transfer') = (from_code IS NOT NULL AND to_code IS NOT NULL)", name=op.f("ck_fund_movement_accounts")),
        sa.CheckConstraint("(reversal_entry_id IS NULL) = (reversal_reason IS NULL)", name=op.f("ck_fund_movement_reversal")),
        sa.ForeignKeyConstraint(["organization_id", "building_id"], ["building.organization_id", "building.id"], name=op.f("fk_fund_movement_organization_id_building_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "document_id"], ["document.organization_id", "document.id"], name=op.f("fk_fund_movement_organization_id_document_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "entry_id"], ["journal_entry.organization_id", "journal_entry.id"], name=op.f("fk_fund_movement_organization_id_entry_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "reversal_entry_id"], ["journal_entry.organization_id", "journal_entry.id"], name=op.f("fk_fund_movement_organization_id_reversal_entry_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "cost_line_id"], ["journal_line.organization_id", "journal_line.id"], name=op.f("fk_fund_movement_organization_id_cost_line_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "key_id"], ["distribution_key.organization_id", "distribution_key.id"], name=op.f("fk_fund_movement_organization_id_key_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_fund_movement_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_movement")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_fund_movement_organization_id_id")),
        sa.UniqueConstraint("organization_id", "source_id", name=op.f("uq_fund_movement_organization_id_source_id")),
    )
    op.create_index("ix_fund_movement_building", "fund_movement", ["organization_id", "building_id", "moved_on", "id"], unique=False)
    op.create_index("ix_fund_movement_document", "fund_movement", ["organization_id", "document_id"], unique=False)
    op.create_index("ix_fund_movement_entry", "fund_movement", ["organization_id", "entry_id"], unique=False)
    op.create_index("ix_fund_movement_reversal", "fund_movement", ["organization_id", "reversal_entry_id"], unique=False)
    op.create_index("ix_fund_movement_cost", "fund_movement", ["organization_id", "cost_line_id"], unique=False)
    op.create_index("ix_fund_movement_key", "fund_movement", ["organization_id", "key_id"], unique=False)
    op.create_table(
        "fund_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_cast", sa.Integer(), nullable=True),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(votes_for IS NULL) = (votes_cast IS NULL)", name=op.f("ck_fund_waiver_votes")),
        sa.CheckConstraint("votes_cast > 0 AND votes_for <= votes_cast AND votes_for::bigint * 5 >= votes_cast::bigint * 4", name=op.f("ck_fund_waiver_four_fifths")),
        sa.CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name=op.f("ck_fund_waiver_withdrawn")),
        sa.ForeignKeyConstraint(["organization_id", "building_id"], ["building.organization_id", "building.id"], name=op.f("fk_fund_waiver_organization_id_building_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "year_id"], ["fiscal_year.organization_id", "fiscal_year.id"], name=op.f("fk_fund_waiver_organization_id_year_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "document_id"], ["document.organization_id", "document.id"], name=op.f("fk_fund_waiver_organization_id_document_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_fund_waiver_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_waiver")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_fund_waiver_organization_id_id")),
        sa.UniqueConstraint("organization_id", "source_id", name=op.f("uq_fund_waiver_organization_id_source_id")),
    )
    op.create_index("ix_fund_waiver_building", "fund_waiver", ["organization_id", "building_id"], unique=False)
    op.create_index("ix_fund_waiver_year", "fund_waiver", ["organization_id", "year_id"], unique=False)
    op.create_index("ix_fund_waiver_document", "fund_waiver", ["organization_id", "document_id"], unique=False)
    op.create_index("uq_fund_waiver_standing", "fund_waiver", ["organization_id", "year_id"], unique=True, postgresql_where=sa.text("withdrawn_on IS NULL"))
    sql.tenant("fund_movement", "fund_waiver")


def downgrade() -> None:
    op.drop_table("fund_waiver")
    op.drop_table("fund_movement")
