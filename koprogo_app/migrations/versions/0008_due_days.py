"""Due days of lines and structured communications."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal_line", sa.Column("due_on", sa.Date(), nullable=True))
    op.create_table(
        "payment_reference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("digits", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id", "building_id"], ["building.organization_id", "building.id"], name=op.f("fk_payment_reference_organization_id_building_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id", "owner_id"], ["owner.organization_id", "owner.id"], name=op.f("fk_payment_reference_organization_id_owner_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_payment_reference_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reference")),
        sa.UniqueConstraint("organization_id", "digits", name=op.f("uq_payment_reference_organization_id_digits")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_payment_reference_organization_id_id")),
    )
    op.create_index("ix_payment_reference_building", "payment_reference", ["organization_id", "building_id"], unique=False)
    op.create_index("ix_payment_reference_owner", "payment_reference", ["organization_id", "owner_id", "building_id"], unique=False)
    sql.tenant("payment_reference")


def downgrade() -> None:
    op.drop_table("payment_reference")
    op.drop_column("journal_line", "due_on")
