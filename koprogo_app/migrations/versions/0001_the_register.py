"""The register: organisations, people, buildings, lots, owners, keys, documents, imports, audit, mail, jobs."""

from procrastinate.schema import SchemaManager
import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from koprogo_app.core.audit import SQL as AUDIT
from koprogo_app.migrations import sql
from koprogo_app.modules.ownership.models import TRIGGER as WITHIN_WHOLE

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sql.F_UNACCENT)
    op.execute(sql.ENABLE_RLS)
    op.create_table('audit_entry',
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('building_id', sa.Uuid(), nullable=True),
    sa.Column('row_ids', postgresql.ARRAY(sa.UUID()), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('organization_id', 'seq', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_building', 'audit_entry', ['organization_id', 'building_id', 'at'], unique=False)
    op.create_index('ix_audit_entry_rows', 'audit_entry', ['row_ids'], unique=False, postgresql_using='gin')
    op.create_index('ix_audit_entry_when', 'audit_entry', ['organization_id', 'at'], unique=False)
    op.create_table('audit_head',
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('organization_id', name=op.f('pk_audit_head'))
    )
    op.create_table('organization',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('contact_email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('contact_phone', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('plan', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('max_buildings', sa.Integer(), nullable=False),
    sa.Column('max_users', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization')),
    sa.UniqueConstraint('slug', name=op.f('uq_organization_slug'))
    )
    op.create_table('sign_in_failure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure'))
    )
    op.create_index('ix_sign_in_failure_address', 'sign_in_failure', ['address', 'created_at'], unique=False)
    op.create_index('ix_sign_in_failure_email', 'sign_in_failure', ['email', 'created_at'], unique=False)
    op.create_table('user_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('password_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('first_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('last_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('mail_notifications', sa.Boolean(), nullable=False),
    sa.Column('single_keys', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('email', name=op.f('uq_user_account_email'))
    )
    op.create_table('building',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('postal_code', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('city', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('total_units', sa.Integer(), nullable=False),
    sa.Column('total_shares', sa.Integer(), nullable=False),
    sa.Column('kbo', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('deed_on', sa.Date(), nullable=True),
    sa.Column('deed_reference', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('meeting_month', sa.Integer(), nullable=True),
    sa.Column('meeting_day', sa.Integer(), nullable=True),
    sa.Column('fiscal_month', sa.Integer(), nullable=False),
    sa.Column('fiscal_day', sa.Integer(), nullable=False),
    sa.Column('iban_working', sqlmodel.sql.sqltypes.AutoString(length=42), nullable=True),
    sa.Column('iban_reserve', sqlmodel.sql.sqltypes.AutoString(length=42), nullable=True),
    sa.Column('construction_year', sa.Integer(), nullable=True),
    sa.Column('provisional_acceptance_on', sa.Date(), nullable=True),
    sa.Column('region', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=True),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
    sa.Column('syndic_name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('syndic_kbo', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('syndic_since', sa.Date(), nullable=True),
    sa.Column('syndic_address', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.Column('syndic_email', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('syndic_phone', sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
    sa.Column('syndic_office_hours', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.Column('syndic_emergency', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('noticeboard_public', sa.Boolean(), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint('total_shares > 0 AND total_units > 0', name=op.f('ck_building_positive')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_building_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_building')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_building_organization_id_id')),
    sa.UniqueConstraint('slug', name=op.f('uq_building_slug'))
    )
    op.create_index('ix_building_kbo', 'building', ['organization_id', 'kbo'], unique=False)
    op.create_index('ix_building_list', 'building', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_building_name', 'building', ['organization_id', 'name'], unique=False)
    op.create_table('mail_message',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_mail_message_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message'))
    )
    op.create_index('ix_mail_message_list', 'mail_message', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_mail_message_waiting', 'mail_message', ['status'], unique=False, postgresql_where=sa.text("status = 'waiting'"))
    op.create_table('one_time_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('building_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('first_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('last_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_one_time_link_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_one_time_link_token_hash'))
    )
    op.create_index(op.f('ix_one_time_link_email'), 'one_time_link', ['email'], unique=False)
    op.create_index(op.f('ix_one_time_link_organization_id'), 'one_time_link', ['organization_id'], unique=False)
    op.create_index(op.f('ix_one_time_link_owner_id'), 'one_time_link', ['owner_id'], unique=False)
    op.create_table('owner',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('first_name', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('last_name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('kbo', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('representative', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('phone', sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('postal_code', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('city', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
    sa.Column('iban', sqlmodel.sql.sqltypes.AutoString(length=42), nullable=True),
    sa.Column('email_consent_on', sa.Date(), nullable=True),
    sa.Column('email_consent_proof', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('is_anonymized', sa.Boolean(), nullable=False),
    sa.CheckConstraint('email_consent_on IS NULL OR email IS NOT NULL', name=op.f('ck_owner_consent_needs_email')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_owner_organization_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_owner_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owner')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_owner_organization_id_id'))
    )
    op.create_index('ix_owner_created', 'owner', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_owner_email', 'owner', ['organization_id', sa.literal_column('lower(email)')], unique=False)
    op.create_index('ix_owner_list', 'owner', ['organization_id', 'last_name'], unique=False)
    op.create_index('ix_owner_name', 'owner', ['organization_id', sa.literal_column('lower(f_unaccent(last_name))'), sa.literal_column('lower(f_unaccent(first_name))')], unique=False)
    op.create_index('ix_owner_search', 'owner', [sa.literal_column("f_unaccent(first_name || ' ' || last_name) gin_trgm_ops")], unique=False, postgresql_using='gin')
    op.create_index('ix_owner_user', 'owner', ['user_id'], unique=False)
    op.create_table('distribution_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('clause', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_distribution_key_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_distribution_key_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_distribution_key')),
    sa.UniqueConstraint('organization_id', 'building_id', 'name', name=op.f('uq_distribution_key_organization_id_building_id_name')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_distribution_key_organization_id_id'))
    )
    op.create_table('document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
    sa.Column('visibility', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('retention', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('uploaded_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_document_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_document_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_document_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_document_organization_id_id'))
    )
    op.create_index('ix_document_building', 'document', ['organization_id', 'building_id', 'category', 'created_at'], unique=False)
    op.create_index('ix_document_list', 'document', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_document_owner', 'document', ['organization_id', 'owner_id'], unique=False)
    op.create_table('import_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('filename', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('book', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('choices', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('committed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_import_run_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_import_run_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_import_run_organization_id_id'))
    )
    op.create_index('ix_import_run_building', 'import_run', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_import_run_list', 'import_run', ['organization_id', 'created_at'], unique=False)
    op.create_table('membership',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.CheckConstraint("role <> 'owner' OR (building_id IS NULL) = (owner_id IS NULL)", name=op.f('ck_membership_owner_is_limited')),
    sa.CheckConstraint("role = 'superadmin' OR organization_id IS NOT NULL", name=op.f('ck_membership_has_organization')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_membership_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_membership_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_membership_organization_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'organization_id', 'role', 'building_id', name=op.f('uq_membership_user_id_organization_id_role_building_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index('ix_membership_organization', 'membership', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_membership_owner', 'membership', ['organization_id', 'owner_id'], unique=False)
    op.create_table('partial_association',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('kbo', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_partial_association_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_partial_association_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partial_association')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_partial_association_organization_id_id'))
    )
    op.create_index('ix_partial_association_building', 'partial_association', ['organization_id', 'building_id'], unique=False)
    op.create_table('auth_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_auth_session_membership_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_auth_session_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_auth_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_auth_session_token_hash'))
    )
    op.create_index(op.f('ix_auth_session_membership_id'), 'auth_session', ['membership_id'], unique=False)
    op.create_index(op.f('ix_auth_session_user_id'), 'auth_session', ['user_id'], unique=False)
    op.create_table('document_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('filename', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('mime', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('uploaded_by', sa.Uuid(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('text_state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('tsv', postgresql.TSVECTOR(), sa.Computed("to_tsvector('simple', f_unaccent(left(text, 500000)))", persisted=True), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'document_id'], ['document.organization_id', 'document.id'], name=op.f('fk_document_version_organization_id_document_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_document_version_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_version')),
    sa.UniqueConstraint('organization_id', 'document_id', 'number', name=op.f('uq_document_version_organization_id_document_id_number'))
    )
    op.create_index('ix_document_version_building', 'document_version', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_document_version_text', 'document_version', ['tsv'], unique=False, postgresql_using='gin')
    op.create_index('ix_document_version_waiting', 'document_version', ['text_state'], unique=False, postgresql_where=sa.text("text_state = 'waiting'"))
    op.create_table('lot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
    sa.Column('floor', sa.Integer(), nullable=True),
    sa.Column('type', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('area_m2', sa.Numeric(precision=10, scale=2), nullable=True),
    sa.Column('shares', sa.Integer(), nullable=False),
    sa.Column('partial_id', sa.Uuid(), nullable=True),
    sa.Column('cadastre', sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('shares >= 0', name=op.f('ck_lot_shares')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_lot_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'partial_id'], ['partial_association.organization_id', 'partial_association.id'], name=op.f('fk_lot_organization_id_partial_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_lot_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot')),
    sa.UniqueConstraint('organization_id', 'building_id', 'number', name=op.f('uq_lot_organization_id_building_id_number')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_lot_organization_id_id'))
    )
    op.create_index('ix_lot_created', 'lot', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_lot_list', 'lot', ['organization_id', 'number'], unique=False)
    op.create_index('ix_lot_partial', 'lot', ['organization_id', 'partial_id'], unique=False)
    op.create_table('refresh_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=True),
    sa.Column('family', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_refresh_token_membership_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_refresh_token_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refresh_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_refresh_token_token_hash'))
    )
    op.create_index(op.f('ix_refresh_token_family'), 'refresh_token', ['family'], unique=False)
    op.create_index(op.f('ix_refresh_token_membership_id'), 'refresh_token', ['membership_id'], unique=False)
    op.create_index(op.f('ix_refresh_token_user_id'), 'refresh_token', ['user_id'], unique=False)
    op.create_table('key_part',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('key_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight >= 0', name=op.f('ck_key_part_weight')),
    sa.ForeignKeyConstraint(['organization_id', 'key_id'], ['distribution_key.organization_id', 'distribution_key.id'], name=op.f('fk_key_part_organization_id_key_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_key_part_organization_id_lot_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_key_part_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_part')),
    sa.UniqueConstraint('organization_id', 'key_id', 'lot_id', name=op.f('uq_key_part_organization_id_key_id_lot_id'))
    )
    op.create_index('ix_key_part_building', 'key_part', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_key_part_lot', 'key_part', ['organization_id', 'lot_id'], unique=False)
    op.create_table('lot_shares',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('shares', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('decision', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_lot_shares_organization_id_lot_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_lot_shares_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_shares')),
    sa.UniqueConstraint('organization_id', 'lot_id', 'from_on', name=op.f('uq_lot_shares_organization_id_lot_id_from_on'))
    )
    op.create_index('ix_lot_shares_building', 'lot_shares', ['organization_id', 'building_id'], unique=False)
    op.create_table('ownership',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('is_contact', sa.Boolean(), nullable=False),
    sa.Column('is_representative', sa.Boolean(), nullable=False),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('right', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.CheckConstraint('ended_on IS NULL OR ended_on >= started_on', name=op.f('ck_ownership_dates')),
    sa.CheckConstraint('numerator > 0 AND denominator > 0 AND numerator <= denominator', name=op.f('ck_ownership_fraction')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_ownership_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'lot_id'], ['lot.organization_id', 'lot.id'], name=op.f('fk_ownership_organization_id_lot_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'owner_id'], ['owner.organization_id', 'owner.id'], name=op.f('fk_ownership_organization_id_owner_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_ownership_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ownership')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_ownership_organization_id_id'))
    )
    op.create_index('ix_ownership_building', 'ownership', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_ownership_lot', 'ownership', ['organization_id', 'lot_id', 'started_on'], unique=False)
    op.create_index('ix_ownership_owner', 'ownership', ['organization_id', 'owner_id', 'started_on'], unique=False)
    op.create_index('uq_ownership_contact', 'ownership', ['lot_id'], unique=True, postgresql_where=sa.text('is_contact AND ended_on IS NULL'))
    op.create_index('uq_ownership_representative', 'ownership', ['lot_id'], unique=True, postgresql_where=sa.text('is_representative AND ended_on IS NULL'))
    op.execute(AUDIT)
    op.execute(WITHIN_WHOLE)
    op.execute("GRANT SELECT ON organization TO koprogo_app")
    sql.system_only("organization", "user_account", "auth_session", "refresh_token", "sign_in_failure")
    sql.tenant(
        "building", "lot", "lot_shares", "partial_association", "owner", "ownership", "distribution_key", "key_part",
        "document", "document_version", "import_run", "mail_message", "membership", "one_time_link",
    )
    sql.tenant("audit_entry", rights="SELECT, INSERT")
    sql.tenant("audit_head", rights="SELECT, INSERT, UPDATE")
    op.execute(
        "INSERT INTO organization (id, name, slug, contact_email, plan, max_buildings, max_users, is_active, is_demo, created_at, updated_at) "
        "VALUES ('00000000-0000-0000-0000-000000000000', 'KoproGo', 'koprogo-platform', 'root@localhost', 'free', 0, 0, true, false, now(), now())"
    )
    op.execute("CREATE SCHEMA procrastinate")
    op.execute("SET LOCAL search_path = procrastinate")
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())  # many statements, no placeholders
    op.execute("SET LOCAL search_path = public")
    op.execute("GRANT USAGE ON SCHEMA procrastinate TO koprogo_system")
    for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        op.execute(f"GRANT ALL ON ALL {what} IN SCHEMA procrastinate TO koprogo_system")


def downgrade() -> None:
    op.execute("DROP SCHEMA procrastinate CASCADE")
    op.execute("DROP FUNCTION audit_append")
    op.drop_index('uq_ownership_representative', table_name='ownership', postgresql_where=sa.text('is_representative AND ended_on IS NULL'))
    op.drop_index('uq_ownership_contact', table_name='ownership', postgresql_where=sa.text('is_contact AND ended_on IS NULL'))
    op.drop_index('ix_ownership_owner', table_name='ownership')
    op.drop_index('ix_ownership_lot', table_name='ownership')
    op.drop_index('ix_ownership_building', table_name='ownership')
    op.drop_table('ownership')
    op.drop_index('ix_lot_shares_building', table_name='lot_shares')
    op.drop_table('lot_shares')
    op.drop_index('ix_key_part_lot', table_name='key_part')
    op.drop_index('ix_key_part_building', table_name='key_part')
    op.drop_table('key_part')
    op.drop_index(op.f('ix_refresh_token_user_id'), table_name='refresh_token')
    op.drop_index(op.f('ix_refresh_token_membership_id'), table_name='refresh_token')
    op.drop_index(op.f('ix_refresh_token_family'), table_name='refresh_token')
    op.drop_table('refresh_token')
    op.drop_index('ix_lot_partial', table_name='lot')
    op.drop_index('ix_lot_list', table_name='lot')
    op.drop_index('ix_lot_created', table_name='lot')
    op.drop_table('lot')
    op.drop_index('ix_document_version_waiting', table_name='document_version', postgresql_where=sa.text("text_state = 'waiting'"))
    op.drop_index('ix_document_version_text', table_name='document_version', postgresql_using='gin')
    op.drop_index('ix_document_version_building', table_name='document_version')
    op.drop_table('document_version')
    op.drop_index(op.f('ix_auth_session_user_id'), table_name='auth_session')
    op.drop_index(op.f('ix_auth_session_membership_id'), table_name='auth_session')
    op.drop_table('auth_session')
    op.drop_index('ix_partial_association_building', table_name='partial_association')
    op.drop_table('partial_association')
    op.drop_index('ix_membership_owner', table_name='membership')
    op.drop_index('ix_membership_organization', table_name='membership')
    op.drop_table('membership')
    op.drop_index('ix_import_run_list', table_name='import_run')
    op.drop_index('ix_import_run_building', table_name='import_run')
    op.drop_table('import_run')
    op.drop_index('ix_document_owner', table_name='document')
    op.drop_index('ix_document_list', table_name='document')
    op.drop_index('ix_document_building', table_name='document')
    op.drop_table('document')
    op.drop_table('distribution_key')
    op.drop_index('ix_owner_user', table_name='owner')
    op.drop_index('ix_owner_search', table_name='owner', postgresql_using='gin')
    op.drop_index('ix_owner_name', table_name='owner')
    op.drop_index('ix_owner_list', table_name='owner')
    op.drop_index('ix_owner_email', table_name='owner')
    op.drop_index('ix_owner_created', table_name='owner')
    op.drop_table('owner')
    op.drop_index(op.f('ix_one_time_link_owner_id'), table_name='one_time_link')
    op.drop_index(op.f('ix_one_time_link_organization_id'), table_name='one_time_link')
    op.drop_index(op.f('ix_one_time_link_email'), table_name='one_time_link')
    op.drop_table('one_time_link')
    op.drop_index('ix_mail_message_waiting', table_name='mail_message', postgresql_where=sa.text("status = 'waiting'"))
    op.drop_index('ix_mail_message_list', table_name='mail_message')
    op.drop_table('mail_message')
    op.drop_index('ix_building_name', table_name='building')
    op.drop_index('ix_building_list', table_name='building')
    op.drop_index('ix_building_kbo', table_name='building')
    op.drop_table('building')
    op.drop_table('user_account')
    op.drop_index('ix_sign_in_failure_email', table_name='sign_in_failure')
    op.drop_index('ix_sign_in_failure_address', table_name='sign_in_failure')
    op.drop_table('sign_in_failure')
    op.drop_table('organization')
    op.drop_table('audit_head')
    op.drop_index('ix_audit_entry_when', table_name='audit_entry')
    op.drop_index('ix_audit_entry_rows', table_name='audit_entry', postgresql_using='gin')
    op.drop_index('ix_audit_entry_building', table_name='audit_entry')
    op.drop_table('audit_entry')
    for function in ("ownership_within_whole()", "enable_rls(regclass, text, boolean)", "f_unaccent(text)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP AGGREGATE common_denominator(numeric)")
