"""The auditor's verification."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verification",
        *_entity(),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("conclusion", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("conclusion_words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "(status = 'signed') = (conclusion IS NOT NULL AND signed_at IS NOT NULL AND signed_by IS NOT NULL)",
            name=op.f("ck_verification_signature"),
        ),
        sa.CheckConstraint(
            "conclusion IN ('approved', 'approved_with_remarks', 'not_approved')",
            name=op.f("ck_verification_conclusion"),
        ),
        sa.CheckConstraint("status IN ('open', 'signed')", name=op.f("ck_verification_status")),
        _ref("verification", "building_id", "building"),
        _ref("verification", "year_id", "fiscal_year"),
        *_keys("verification"),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_verification_organization_id_id")),
        sa.UniqueConstraint("organization_id", "year_id", name=op.f("uq_verification_organization_id_year_id")),
    )
    op.create_index("ix_verification_building", "verification", ["organization_id", "building_id"], unique=False)
    op.create_table(
        "verification_tick",
        *_entity(),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ticked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        _ref("verification_tick", "building_id", "building"),
        _ref("verification_tick", "verification_id", "verification"),
        _ref("verification_tick", "entry_id", "journal_entry"),
        *_keys("verification_tick"),
        sa.UniqueConstraint(
            "organization_id",
            "verification_id",
            "entry_id",
            name=op.f("uq_verification_tick_organization_id_verification_id_entry_id"),
        ),
    )
    op.create_index(
        "ix_verification_tick_building", "verification_tick", ["organization_id", "building_id"], unique=False
    )
    op.create_index("ix_verification_tick_entry", "verification_tick", ["organization_id", "entry_id"], unique=False)
    op.create_table(
        "verification_remark",
        *_entity(),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("written_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (status = 'closed')", name=op.f("ck_verification_remark_closing")
        ),
        sa.CheckConstraint("status IN ('open', 'answered', 'closed')", name=op.f("ck_verification_remark_status")),
        _ref("verification_remark", "building_id", "building"),
        _ref("verification_remark", "verification_id", "verification"),
        _ref("verification_remark", "entry_id", "journal_entry"),
        *_keys("verification_remark"),
    )
    op.create_index(
        "ix_verification_remark_building",
        "verification_remark",
        ["organization_id", "building_id", "status"],
        unique=False,
    )
    op.create_index(
        "ix_verification_remark_entry", "verification_remark", ["organization_id", "entry_id"], unique=False
    )
    op.create_index(
        "ix_verification_remark_verification",
        "verification_remark",
        ["organization_id", "verification_id", "entry_id"],
        unique=False,
    )
    sql.tenant("verification", "verification_tick", "verification_remark")


def _entity() -> list[sa.Column]:
    office = sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid")
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), server_default=office, nullable=False),
    ]


def _ref(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organization_id_{column}")
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{target}.organization_id", f"{target}.id"],
        name=name,
        initially="IMMEDIATE",
        deferrable=True,
    )


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f(f"fk_{table}_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.drop_table("verification_remark")
    op.drop_table("verification_tick")
    op.drop_table("verification")
