"""The office's directory of suppliers."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('supplier',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('kbo', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('vat_liable', sa.Boolean(), nullable=False),
    sa.Column('vat_number', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('iban', sqlmodel.sql.sqltypes.AutoString(length=42), nullable=True),
    sa.Column('account_holder', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('phone', sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('postal_code', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('city', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
    sa.Column('payment_days', sa.Integer(), nullable=False),
    sa.Column('default_account_code', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('default_vat_rate', sa.Integer(), nullable=True),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('withholding_checked_on', sa.Date(), nullable=True),
    sa.Column('withholding_due', sa.Boolean(), nullable=True),
    sa.CheckConstraint('payment_days BETWEEN 0 AND 120', name=op.f('ck_supplier_payment_days')),
    sa.CheckConstraint('default_vat_rate IN (0, 6, 12, 21)', name=op.f('ck_supplier_default_vat_rate')),
    sa.CheckConstraint('(withholding_checked_on IS NULL) = (withholding_due IS NULL)', name=op.f('ck_supplier_withholding_whole')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_supplier_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_supplier_organization_id_id'))
    )
    op.create_index('uq_supplier_kbo', 'supplier', ['organization_id', 'kbo'], unique=True, postgresql_where=sa.text('kbo IS NOT NULL'))
    op.create_index('ix_supplier_iban', 'supplier', ['organization_id', 'iban'], unique=False)
    op.create_index('ix_supplier_vat_number', 'supplier', ['organization_id', 'vat_number'], unique=False)
    op.create_index('ix_supplier_name', 'supplier', ['organization_id', sa.literal_column('lower(f_unaccent(name))')], unique=False)
    op.create_index('ix_supplier_created', 'supplier', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_supplier_search', 'supplier', [sa.literal_column('f_unaccent(name) gin_trgm_ops')], unique=False, postgresql_using='gin')
    sql.tenant("supplier")


def downgrade() -> None:
    op.drop_index('ix_supplier_search', table_name='supplier', postgresql_using='gin')
    op.drop_index('ix_supplier_created', table_name='supplier')
    op.drop_index('ix_supplier_name', table_name='supplier')
    op.drop_index('ix_supplier_vat_number', table_name='supplier')
    op.drop_index('ix_supplier_iban', table_name='supplier')
    op.drop_index('uq_supplier_kbo', table_name='supplier', postgresql_where=sa.text('kbo IS NOT NULL'))
    op.drop_table('supplier')
