"""Suppliers' invoices, how their costs are shared out, and those that come back."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('invoice_setting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('four_eyes_cents', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_invoice_setting_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invoice_setting_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_setting')),
    sa.UniqueConstraint('organization_id', 'building_id', name=op.f('uq_invoice_setting_organization_id_building_id'))
    )
    op.create_table('invoice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('supplier_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('booked_on', sa.Date(), nullable=True),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('approval', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('payment', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('net_cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.Column('gross_cents', sa.BigInteger(), nullable=False),
    sa.Column('stated_cents', sa.BigInteger(), nullable=True),
    sa.Column('payment_reference', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('payment_iban', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('refusal_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('submitted_by', sa.Uuid(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_from', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('payment_entry_id', sa.Uuid(), nullable=True),
    sa.Column('source_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(approval = 'posted') = (entry_id IS NOT NULL)", name=op.f('ck_invoice_posted')),
    sa.CheckConstraint("(payment = 'paid') = (payment_entry_id IS NOT NULL) AND (payment = 'paid') = (paid_on IS NOT NULL)", name=op.f('ck_invoice_paid')),
    sa.CheckConstraint("approval IN ('draft', 'submitted', 'refused', 'posted')", name=op.f('ck_invoice_approval')),
    sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f('ck_invoice_kind')),
    sa.CheckConstraint("payment IN ('pending', 'overdue', 'paid', 'cancelled')", name=op.f('ck_invoice_payment')),
    sa.CheckConstraint('gross_cents = net_cents + vat_cents', name=op.f('ck_invoice_gross')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_invoice_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'document_id'], ['document.organization_id', 'document.id'], name=op.f('fk_invoice_organization_id_document_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_invoice_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'payment_entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_invoice_organization_id_payment_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'supplier_id'], ['supplier.organization_id', 'supplier.id'], name=op.f('fk_invoice_organization_id_supplier_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invoice_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_invoice_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'source_id', name=op.f('uq_invoice_organization_id_source_id'))
    )
    op.create_index('ix_invoice_building', 'invoice', ['organization_id', 'building_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_invoice_document', 'invoice', ['organization_id', 'document_id'], unique=False)
    op.create_index('ix_invoice_entry', 'invoice', ['organization_id', 'entry_id'], unique=False)
    op.create_index('ix_invoice_list', 'invoice', ['organization_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_invoice_payment_entry', 'invoice', ['organization_id', 'payment_entry_id'], unique=False)
    op.create_index('ix_invoice_supplier', 'invoice', ['organization_id', 'supplier_id', 'number_key'], unique=False)
    op.create_index('ix_invoice_waiting', 'invoice', ['organization_id', 'approval', 'payment'], unique=False, postgresql_where=sa.text("approval IN ('submitted', 'posted') AND payment IN ('pending', 'overdue')"))
    op.create_table('charge_distribution',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('portion', sa.Numeric(precision=9, scale=8), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('portion BETWEEN 0 AND 1', name=op.f('ck_charge_distribution_portion')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_charge_distribution_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'invoice_id'], ['invoice.organization_id', 'invoice.id'], name=op.f('fk_charge_distribution_organization_id_invoice_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_charge_distribution_organization_id_lot_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_charge_distribution_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_charge_distribution_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge_distribution'))
    )
    op.create_index('ix_charge_distribution_building', 'charge_distribution', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_charge_distribution_invoice', 'charge_distribution', ['organization_id', 'invoice_id', 'id'], unique=False)
    op.create_index('ix_charge_distribution_lot', 'charge_distribution', ['organization_id', 'lot_id'], unique=False)
    op.create_index('ix_charge_distribution_owner', 'charge_distribution', ['organization_id', 'owner_id'], unique=False)
    op.create_table('cost_allocation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('journal_line_id', sa.Uuid(), nullable=False),
    sa.Column('key_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_until', sa.Date(), nullable=False),
    sa.Column('ordinary', sa.Boolean(), nullable=False),
    sa.Column('tenant_percent', sa.Integer(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('key_id IS NULL OR owner_id IS NULL', name=op.f('ck_cost_allocation_bearer')),
    sa.CheckConstraint('period_until >= period_from', name=op.f('ck_cost_allocation_period')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_cost_allocation_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'journal_line_id'], ['journal_line.organization_id', 'journal_line.id'], name=op.f('fk_cost_allocation_organization_id_journal_line_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'key_id'], ['distribution_key.organization_id', 'distribution_key.id'], name=op.f('fk_cost_allocation_organization_id_key_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_cost_allocation_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_cost_allocation_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_allocation')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_cost_allocation_organization_id_id')),
    sa.UniqueConstraint('organization_id', 'journal_line_id', name=op.f('uq_cost_allocation_organization_id_journal_line_id'))
    )
    op.create_index('ix_cost_allocation_building', 'cost_allocation', ['organization_id', 'building_id', 'period_from'], unique=False)
    op.create_index('ix_cost_allocation_key', 'cost_allocation', ['organization_id', 'key_id'], unique=False)
    op.create_index('ix_cost_allocation_owner', 'cost_allocation', ['organization_id', 'owner_id'], unique=False)
    op.create_table('invoice_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('account', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=22, scale=10), nullable=False),
    sa.Column('unit_price', sa.Numeric(precision=22, scale=10), nullable=False),
    sa.Column('vat_percent', sa.Numeric(precision=5, scale=2), nullable=True),
    sa.Column('net_cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.Column('gross_cents', sa.BigInteger(), nullable=False),
    sa.Column('key_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('period_from', sa.Date(), nullable=True),
    sa.Column('period_until', sa.Date(), nullable=True),
    sa.Column('ordinary', sa.Boolean(), nullable=False),
    sa.Column('tenant_percent', sa.Integer(), nullable=False),
    sa.CheckConstraint('gross_cents = net_cents + vat_cents', name=op.f('ck_invoice_line_gross')),
    sa.CheckConstraint('key_id IS NULL OR owner_id IS NULL', name=op.f('ck_invoice_line_bearer')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_invoice_line_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'invoice_id'], ['invoice.organization_id', 'invoice.id'], name=op.f('fk_invoice_line_organization_id_invoice_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'key_id'], ['distribution_key.organization_id', 'distribution_key.id'], name=op.f('fk_invoice_line_organization_id_key_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_invoice_line_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invoice_line_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_line')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_invoice_line_organization_id_id'))
    )
    op.create_index('ix_invoice_line_building', 'invoice_line', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_invoice_line_invoice', 'invoice_line', ['organization_id', 'invoice_id', 'position'], unique=False)
    op.create_index('ix_invoice_line_key', 'invoice_line', ['organization_id', 'key_id'], unique=False)
    op.create_index('ix_invoice_line_owner', 'invoice_line', ['organization_id', 'owner_id'], unique=False)
    op.create_table('invoice_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('done_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_invoice_step_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'entry_id'], ['journal_entry.organization_id', 'journal_entry.id'], name=op.f('fk_invoice_step_organization_id_entry_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'invoice_id'], ['invoice.organization_id', 'invoice.id'], name=op.f('fk_invoice_step_organization_id_invoice_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invoice_step_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_step'))
    )
    op.create_index('ix_invoice_step_building', 'invoice_step', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_invoice_step_entry', 'invoice_step', ['organization_id', 'entry_id'], unique=False)
    op.create_index('ix_invoice_step_invoice', 'invoice_step', ['organization_id', 'invoice_id', 'id'], unique=False)
    op.create_table('recurring_invoice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('template_id', sa.Uuid(), nullable=False),
    sa.Column('rhythm', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('anchor_on', sa.Date(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.CheckConstraint("rhythm IN ('monthly', 'quarterly', 'yearly')", name=op.f('ck_recurring_invoice_rhythm')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_recurring_invoice_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'template_id'], ['invoice.organization_id', 'invoice.id'], name=op.f('fk_recurring_invoice_organization_id_template_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_recurring_invoice_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recurring_invoice')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_recurring_invoice_organization_id_id'))
    )
    op.create_index('ix_recurring_invoice_building', 'recurring_invoice', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_recurring_invoice_due', 'recurring_invoice', ['next_on'], unique=False)
    op.create_index('ix_recurring_invoice_template', 'recurring_invoice', ['organization_id', 'template_id'], unique=False)
    op.create_table('cost_exclusion',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('allocation_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'allocation_id'], ['cost_allocation.organization_id', 'cost_allocation.id'], name=op.f('fk_cost_exclusion_organization_id_allocation_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_cost_exclusion_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_cost_exclusion_organization_id_lot_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_cost_exclusion_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_exclusion')),
    sa.UniqueConstraint('organization_id', 'allocation_id', 'lot_id', name=op.f('uq_cost_exclusion_organization_id_allocation_id_lot_id'))
    )
    op.create_index('ix_cost_exclusion_building', 'cost_exclusion', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_cost_exclusion_lot', 'cost_exclusion', ['organization_id', 'lot_id'], unique=False)
    op.create_table('invoice_exclusion',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_invoice_exclusion_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'line_id'], ['invoice_line.organization_id', 'invoice_line.id'], name=op.f('fk_invoice_exclusion_organization_id_line_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_invoice_exclusion_organization_id_lot_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invoice_exclusion_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_exclusion')),
    sa.UniqueConstraint('organization_id', 'line_id', 'lot_id', name=op.f('uq_invoice_exclusion_organization_id_line_id_lot_id'))
    )
    op.create_index('ix_invoice_exclusion_building', 'invoice_exclusion', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_invoice_exclusion_lot', 'invoice_exclusion', ['organization_id', 'lot_id'], unique=False)
    op.create_table('recurring_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('recurring_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_recurring_draft_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'invoice_id'], ['invoice.organization_id', 'invoice.id'], name=op.f('fk_recurring_draft_organization_id_invoice_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'recurring_id'], ['recurring_invoice.organization_id', 'recurring_invoice.id'], name=op.f('fk_recurring_draft_organization_id_recurring_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_recurring_draft_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recurring_draft')),
    sa.UniqueConstraint('organization_id', 'recurring_id', 'due_on', name=op.f('uq_recurring_draft_organization_id_recurring_id_due_on'))
    )
    op.create_index('ix_recurring_draft_building', 'recurring_draft', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_recurring_draft_invoice', 'recurring_draft', ['organization_id', 'invoice_id'], unique=False)
    sql.tenant("invoice", "invoice_line", "invoice_exclusion", "invoice_step", "invoice_setting", "charge_distribution",
               "recurring_invoice", "recurring_draft")
    sql.posted("cost_allocation", "cost_exclusion")
    for table in ("cost_allocation", "cost_exclusion"):
        op.execute(f"CREATE TRIGGER posted_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION posted_stays()")


def downgrade() -> None:
    op.drop_index('ix_recurring_draft_invoice', table_name='recurring_draft')
    op.drop_index('ix_recurring_draft_building', table_name='recurring_draft')
    op.drop_table('recurring_draft')
    op.drop_index('ix_invoice_exclusion_lot', table_name='invoice_exclusion')
    op.drop_index('ix_invoice_exclusion_building', table_name='invoice_exclusion')
    op.drop_table('invoice_exclusion')
    op.drop_index('ix_cost_exclusion_lot', table_name='cost_exclusion')
    op.drop_index('ix_cost_exclusion_building', table_name='cost_exclusion')
    op.drop_table('cost_exclusion')
    op.drop_index('ix_recurring_invoice_template', table_name='recurring_invoice')
    op.drop_index('ix_recurring_invoice_due', table_name='recurring_invoice')
    op.drop_index('ix_recurring_invoice_building', table_name='recurring_invoice')
    op.drop_table('recurring_invoice')
    op.drop_index('ix_invoice_step_invoice', table_name='invoice_step')
    op.drop_index('ix_invoice_step_entry', table_name='invoice_step')
    op.drop_index('ix_invoice_step_building', table_name='invoice_step')
    op.drop_table('invoice_step')
    op.drop_index('ix_invoice_line_owner', table_name='invoice_line')
    op.drop_index('ix_invoice_line_key', table_name='invoice_line')
    op.drop_index('ix_invoice_line_invoice', table_name='invoice_line')
    op.drop_index('ix_invoice_line_building', table_name='invoice_line')
    op.drop_table('invoice_line')
    op.drop_index('ix_cost_allocation_owner', table_name='cost_allocation')
    op.drop_index('ix_cost_allocation_key', table_name='cost_allocation')
    op.drop_index('ix_cost_allocation_building', table_name='cost_allocation')
    op.drop_table('cost_allocation')
    op.drop_index('ix_charge_distribution_owner', table_name='charge_distribution')
    op.drop_index('ix_charge_distribution_lot', table_name='charge_distribution')
    op.drop_index('ix_charge_distribution_invoice', table_name='charge_distribution')
    op.drop_index('ix_charge_distribution_building', table_name='charge_distribution')
    op.drop_table('charge_distribution')
    op.drop_index('ix_invoice_waiting', table_name='invoice', postgresql_where=sa.text("approval IN ('submitted', 'posted') AND payment IN ('pending', 'overdue')"))
    op.drop_index('ix_invoice_supplier', table_name='invoice')
    op.drop_index('ix_invoice_payment_entry', table_name='invoice')
    op.drop_index('ix_invoice_list', table_name='invoice')
    op.drop_index('ix_invoice_entry', table_name='invoice')
    op.drop_index('ix_invoice_document', table_name='invoice')
    op.drop_index('ix_invoice_building', table_name='invoice')
    op.drop_table('invoice')
    op.drop_table('invoice_setting')
