"""Statements."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('statement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('year_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('costs_cents', sa.BigInteger(), nullable=False),
    sa.Column('provisions_cents', sa.BigInteger(), nullable=False),
    sa.Column('owners', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.Column('reversal_entry_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('posted_by', sa.Uuid(), nullable=True),
    sa.Column('source_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("status IN ('published', 'reversed')", name=op.f('ck_statement_status')),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_statement_period')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_statement_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_statement_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'reversal_entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_statement_organization_id_reversal_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'year_id'], ['fiscal_year.organization_id', 'fiscal_year.id'], name=op.f('fk_statement_organization_id_year_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_statement_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_statement_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'source_id', name=op.f('uq_statement_organization_id_source_id'))
    )
    op.create_index('ix_statement_building', 'statement', ['organization_id', 'building_id', 'until_on'], unique=False)
    op.create_index('ix_statement_entry', 'statement', ['organization_id', 'entry_id'], unique=False)
    op.create_index('ix_statement_reversal', 'statement', ['organization_id', 'reversal_entry_id'], unique=False)
    op.create_index('ix_statement_year', 'statement', ['organization_id', 'year_id'], unique=False)
    op.create_table('statement_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('journal_line_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sort', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('key_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('withheld', sa.Boolean(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.CheckConstraint("sort IN ('cost', 'provision')", name=op.f('ck_statement_line_sort')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_statement_line_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'journal_line_id'], ['journal_line.organization_id', 'journal_line.id'], name=op.f('fk_statement_line_organization_id_journal_line_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'key_id'], ['distribution_key.organization_id', 'distribution_key.id'], name=op.f('fk_statement_line_organization_id_key_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_statement_line_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'statement_id'], ['statement.organization_id', 'statement.id'], name=op.f('fk_statement_line_organization_id_statement_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_statement_line_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_line')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_statement_line_organization_id_id'))
    )
    op.create_index('ix_statement_line_building', 'statement_line', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_statement_line_journal_line', 'statement_line', ['organization_id', 'journal_line_id'], unique=False)
    op.create_index('ix_statement_line_key', 'statement_line', ['organization_id', 'key_id'], unique=False)
    op.create_index('ix_statement_line_owner', 'statement_line', ['organization_id', 'owner_id'], unique=False)
    op.create_index('ix_statement_line_statement', 'statement_line', ['organization_id', 'statement_id', 'position'], unique=False)
    op.create_index('uq_statement_line_live', 'statement_line', ['organization_id', 'journal_line_id'], unique=True, postgresql_where=sa.text('live'))
    op.create_table('statement_part',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.Column('tenant_cents', sa.BigInteger(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('whole', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'line_id'], ['statement_line.organization_id', 'statement_line.id'], name=op.f('fk_statement_part_organization_id_line_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_statement_part_organization_id_lot_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_statement_part_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_statement_part_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_part'))
    )
    op.create_index('ix_statement_part_building', 'statement_part', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_statement_part_line', 'statement_part', ['organization_id', 'line_id'], unique=False)
    op.create_index('ix_statement_part_lot', 'statement_part', ['organization_id', 'lot_id'], unique=False)
    op.create_index('ix_statement_part_owner', 'statement_part', ['organization_id', 'owner_id'], unique=False)
    op.create_table('statement_owner',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('costs_cents', sa.BigInteger(), nullable=False),
    sa.Column('provisions_cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.Column('tenant_cents', sa.BigInteger(), nullable=False),
    sa.Column('before_cents', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_statement_owner_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_statement_owner_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'statement_id'], ['statement.organization_id', 'statement.id'], name=op.f('fk_statement_owner_organization_id_statement_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_statement_owner_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_owner'))
    )
    op.create_index('ix_statement_owner_building', 'statement_owner', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_statement_owner_owner', 'statement_owner', ['organization_id', 'owner_id'], unique=False)
    op.create_index('ix_statement_owner_statement', 'statement_owner', ['organization_id', 'statement_id'], unique=False)
    sql.tenant("statement", "statement_line", "statement_part", "statement_owner")


def downgrade() -> None:
    op.drop_table('statement_owner')
    op.drop_table('statement_part')
    op.drop_table('statement_line')
    op.drop_table('statement')
