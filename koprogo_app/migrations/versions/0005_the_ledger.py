"""The books: chart of accounts, financial years, journal entries."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql
from koprogo_app.modules.ledger.models import FUNCTIONS, TRIGGERS

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=True),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('postable', sa.Boolean(), nullable=False),
    sa.Column('party', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('label_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label_nl', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label_de', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("kind IN ('asset', 'liability', 'expense', 'revenue', 'off_balance')", name=op.f('ck_account_kind')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_account_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_account_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('organization_id', 'building_id', 'code', name=op.f('uq_account_organization_id_building_id_code'), postgresql_nulls_not_distinct=True),
    sa.UniqueConstraint('organization_id', 'building_id', 'id', name=op.f('uq_account_organization_id_building_id_id')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_account_organization_id_id'))
    )
    op.create_index('uq_account_purpose', 'account', ['organization_id', 'building_id', 'purpose'], unique=True, postgresql_nulls_not_distinct=True, postgresql_where=sa.text('purpose IS NOT NULL'))
    op.create_table('book',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('regime', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('locked_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_book_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_book_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_book')),
    sa.UniqueConstraint('organization_id', 'building_id', name=op.f('uq_book_organization_id_building_id')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_book_organization_id_id'))
    )
    op.create_table('fiscal_year',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.CheckConstraint('ends_on > starts_on', name=op.f('ck_fiscal_year_dates')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_fiscal_year_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_fiscal_year_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fiscal_year')),
    sa.UniqueConstraint('organization_id', 'building_id', 'starts_on', name=op.f('uq_fiscal_year_organization_id_building_id_starts_on')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_fiscal_year_organization_id_id'))
    )
    op.create_table('account_day',
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('year_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('debit_cents', sa.BigInteger(), nullable=False),
    sa.Column('credit_cents', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_account_day_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'year_id'], ['fiscal_year.organization_id', 'fiscal_year.id'], name=op.f('fk_account_day_organization_id_year_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_account_day_organization_id')),
    sa.PrimaryKeyConstraint('account_id', 'year_id', 'day', name=op.f('pk_account_day'))
    )
    op.create_index('ix_account_day_building', 'account_day', ['organization_id', 'building_id', 'year_id'], unique=False)
    op.create_index('ix_account_day_year', 'account_day', ['organization_id', 'year_id'], unique=False)
    op.create_table('journal_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('year_id', sa.Uuid(), nullable=False),
    sa.Column('journal', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('entry_on', sa.Date(), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('document_ref', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=True),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('total_cents', sa.BigInteger(), nullable=False),
    sa.Column('posted_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('number > 0', name=op.f('ck_journal_entry_number')),
    sa.CheckConstraint('total_cents > 0', name=op.f('ck_journal_entry_total')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_journal_entry_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'document_id'], ['document.organization_id', 'document.id'], name=op.f('fk_journal_entry_organization_id_document_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'reverses_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_journal_entry_organization_id_reverses_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'year_id'], ['fiscal_year.organization_id', 'fiscal_year.id'], name=op.f('fk_journal_entry_organization_id_year_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_journal_entry_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_entry')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_journal_entry_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'source', 'source_id', name=op.f('uq_journal_entry_organization_id_source_source_id')),
    sa.UniqueConstraint('organization_id', 'year_id', 'journal', 'number', name=op.f('uq_journal_entry_organization_id_year_id_journal_number'))
    )
    op.create_index('ix_journal_entry_building', 'journal_entry', ['organization_id', 'building_id', 'entry_on', 'id'], unique=False)
    op.create_index('ix_journal_entry_document', 'journal_entry', ['organization_id', 'document_id'], unique=False)
    op.create_index('uq_journal_entry_reverses', 'journal_entry', ['organization_id', 'reverses_id'], unique=True)
    op.create_table('journal_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('year_id', sa.Uuid(), nullable=False),
    sa.Column('entry_on', sa.Date(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('debit_cents', sa.BigInteger(), nullable=False),
    sa.Column('credit_cents', sa.BigInteger(), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('supplier_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('debit_cents >= 0 AND credit_cents >= 0 AND (debit_cents = 0) <> (credit_cents = 0)', name=op.f('ck_journal_line_one_side')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id', 'account_id'], ['account.organization_id', 'account.building_id', 'account.id'], name=op.f('fk_journal_line_organization_id_building_id_account_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_journal_line_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_journal_line_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_journal_line_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'supplier_id'], ['supplier.organization_id', 'supplier.id'], name=op.f('fk_journal_line_organization_id_supplier_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'year_id'], ['fiscal_year.organization_id', 'fiscal_year.id'], name=op.f('fk_journal_line_organization_id_year_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_journal_line_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_line')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_journal_line_organization_id_id'))
    )
    op.create_index('ix_journal_line_account', 'journal_line', ['organization_id', 'account_id', 'year_id', 'entry_on', 'id'], unique=False, postgresql_include=['debit_cents', 'credit_cents'])
    op.create_index('ix_journal_line_building', 'journal_line', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_journal_line_entry', 'journal_line', ['organization_id', 'entry_id', 'position'], unique=False)
    op.create_index('ix_journal_line_owner', 'journal_line', ['organization_id', 'owner_id', 'entry_on'], unique=False)
    op.create_index('ix_journal_line_supplier', 'journal_line', ['organization_id', 'supplier_id', 'entry_on'], unique=False)
    op.create_index('ix_journal_line_year', 'journal_line', ['organization_id', 'year_id'], unique=False)
    sql.tenant("account", "book", "fiscal_year")
    sql.posted("journal_entry", "journal_line")
    sql.tenant("account_day", rights="SELECT")
    op.execute("GRANT UPDATE (organization_id), DELETE ON account_day TO koprogo_system")
    op.execute(TRIGGERS)


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.drop_index('ix_journal_line_year', table_name='journal_line')
    op.drop_index('ix_journal_line_supplier', table_name='journal_line')
    op.drop_index('ix_journal_line_owner', table_name='journal_line')
    op.drop_index('ix_journal_line_entry', table_name='journal_line')
    op.drop_index('ix_journal_line_building', table_name='journal_line')
    op.drop_index('ix_journal_line_account', table_name='journal_line')
    op.drop_table('journal_line')
    op.drop_index('uq_journal_entry_reverses', table_name='journal_entry')
    op.drop_index('ix_journal_entry_document', table_name='journal_entry')
    op.drop_index('ix_journal_entry_building', table_name='journal_entry')
    op.drop_table('journal_entry')
    op.drop_index('ix_account_day_year', table_name='account_day')
    op.drop_index('ix_account_day_building', table_name='account_day')
    op.drop_table('account_day')
    op.drop_table('fiscal_year')
    op.drop_table('book')
    op.drop_index('uq_account_purpose', table_name='account', postgresql_nulls_not_distinct=True, postgresql_where=sa.text('purpose IS NOT NULL'))
    op.drop_table('account')
