"""Closing of a year."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('accrual',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('year_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('account', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_until', sa.Date(), nullable=False),
    sa.Column('key_id', sa.Uuid(), nullable=True),
    sa.Column('tenant_percent', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('back_entry_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('posted_by', sa.Uuid(), nullable=True),
    sa.Column('source_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("kind IN ('prepaid', 'to_receive', 'income_to_come', 'income_ahead')", name=op.f('ck_accrual_kind')),
    sa.CheckConstraint('cents > 0', name=op.f('ck_accrual_cents')),
    sa.ForeignKeyConstraint(['organization_id', 'back_entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_accrual_organization_id_back_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_accrual_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_accrual_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'key_id'], ['distribution_key.organization_id', 'distribution_key.id'], name=op.f('fk_accrual_organization_id_key_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'year_id'], ['fiscal_year.organization_id', 'fiscal_year.id'], name=op.f('fk_accrual_organization_id_year_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_accrual_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accrual')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_accrual_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'source_id', name=op.f('uq_accrual_organization_id_source_id'))
    )
    op.create_index('ix_accrual_back', 'accrual', ['organization_id', 'back_entry_id'], unique=False)
    op.create_index('ix_accrual_building', 'accrual', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_accrual_entry', 'accrual', ['organization_id', 'entry_id'], unique=False)
    op.create_index('ix_accrual_key', 'accrual', ['organization_id', 'key_id'], unique=False)
    op.create_index('ix_accrual_year', 'accrual', ['organization_id', 'year_id'], unique=False)
    op.create_table('year_closing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('year_id', sa.Uuid(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('decision', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('result_cents', sa.BigInteger(), nullable=False),
    sa.Column('fund', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.Column('reversal_entry_id', sa.Uuid(), nullable=True),
    sa.Column('locked_before', sa.Date(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('posted_by', sa.Uuid(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint("status IN ('closed', 'reopened')", name=op.f('ck_year_closing_status')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_year_closing_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'document_id'], ['document.organization_id', 'document.id'], name=op.f('fk_year_closing_organization_id_document_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_year_closing_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'reversal_entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_year_closing_organization_id_reversal_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'year_id'], ['fiscal_year.organization_id', 'fiscal_year.id'], name=op.f('fk_year_closing_organization_id_year_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_year_closing_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_year_closing')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_year_closing_organization_id_id'))
    )
    op.create_index('ix_year_closing_building', 'year_closing', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_year_closing_document', 'year_closing', ['organization_id', 'document_id'], unique=False)
    op.create_index('ix_year_closing_entry', 'year_closing', ['organization_id', 'entry_id'], unique=False)
    op.create_index('ix_year_closing_reversal', 'year_closing', ['organization_id', 'reversal_entry_id'], unique=False)
    op.create_index('ix_year_closing_year', 'year_closing', ['organization_id', 'year_id'], unique=False)
    op.create_index('uq_year_closing_year', 'year_closing', ['organization_id', 'year_id'], unique=True, postgresql_where=sa.text("status = 'closed'"))
    sql.tenant("accrual", "year_closing")


def downgrade() -> None:
    op.drop_table('year_closing')
    op.drop_table('accrual')
