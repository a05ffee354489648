"""The take-over of running books."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from koprogo_app.migrations import sql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opening_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('filename', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lines', postgresql.JSONB(), nullable=False),
    sa.Column('work', postgresql.JSONB(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.Column('undone_entry_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_opening_run_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_opening_run_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'undone_entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_opening_run_organization_id_undone_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_opening_run_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_run')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_opening_run_organization_id_id'))
    )
    op.create_index('ix_opening_run_building', 'opening_run', ['organization_id', 'building_id', 'created_at'], unique=False)
    op.create_index('ix_opening_run_entry', 'opening_run', ['organization_id', 'entry_id'], unique=False)
    op.create_index('ix_opening_run_undone', 'opening_run', ['organization_id', 'undone_entry_id'], unique=False)
    op.create_index('uq_opening_run_draft', 'opening_run', ['building_id'], unique=True, postgresql_where=sa.text("status = 'draft'"))
    op.create_index('uq_opening_run_posted', 'opening_run', ['building_id'], unique=True, postgresql_where=sa.text("status = 'posted'"))
    sql.tenant("opening_run")


def downgrade() -> None:
    op.drop_index('uq_opening_run_posted', table_name='opening_run', postgresql_where=sa.text("status = 'posted'"))
    op.drop_index('uq_opening_run_draft', table_name='opening_run', postgresql_where=sa.text("status = 'draft'"))
    op.drop_index('ix_opening_run_undone', table_name='opening_run')
    op.drop_index('ix_opening_run_entry', table_name='opening_run')
    op.drop_index('ix_opening_run_building', table_name='opening_run')
    op.drop_table('opening_run')
