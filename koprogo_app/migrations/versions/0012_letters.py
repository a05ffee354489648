"""Letters and their runs, and mails that carry one."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from koprogo_app.migrations import sql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('mail_message', sa.Column('attachment_key', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column('mail_message', sa.Column('attachment_name', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.create_table('letter_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.CheckConstraint('round > 0', name=op.f('ck_letter_run_round')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_letter_run_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_letter_run_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_run')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_letter_run_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'kind', 'source_id', 'round', name=op.f('uq_letter_run_organization_id_kind_source_id_round'))
    )
    op.create_index('ix_letter_run_building', 'letter_run', ['organization_id', 'building_id', 'created_at'], unique=False)
    op.create_table('letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('postal_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('error_params', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('mail_id', sa.Uuid(), nullable=True),
    sa.Column('sheet', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'failed') = (error IS NOT NULL)", name=op.f('ck_letter_error')),
    sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_letter_sent_at')),
    sa.CheckConstraint("(status IN ('made', 'sent')) = (made_at IS NOT NULL)", name=op.f('ck_letter_made_at')),
    sa.CheckConstraint("channel IN ('email', 'post')", name=op.f('ck_letter_channel')),
    sa.CheckConstraint("status IN ('waiting', 'made', 'sent', 'failed')", name=op.f('ck_letter_status')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_letter_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_letter_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'run_id'], ['letter_run.organization_id', 'letter_run.id'], name=op.f('fk_letter_organization_id_run_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_letter_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_letter_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'run_id', 'position', name=op.f('uq_letter_organization_id_run_id_position'))
    )
    op.create_index('ix_letter_building', 'letter', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_letter_owner', 'letter', ['organization_id', 'owner_id'], unique=False)
    op.create_index('ix_letter_waiting', 'letter', ['run_id', 'position'], unique=False, postgresql_where=sa.text("status = 'waiting'"))
    sql.tenant("letter_run", "letter")


def downgrade() -> None:
    op.drop_index('ix_letter_waiting', table_name='letter', postgresql_where=sa.text("status = 'waiting'"))
    op.drop_index('ix_letter_owner', table_name='letter')
    op.drop_index('ix_letter_building', table_name='letter')
    op.drop_table('letter')
    op.drop_index('ix_letter_run_building', table_name='letter_run')
    op.drop_table('letter_run')
    op.drop_column('mail_message', 'attachment_name')
    op.drop_column('mail_message', 'attachment_key')
