"""Checks of the books."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from koprogo_app.migrations import sql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
ORGANIZATION = sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid")


def upgrade() -> None:
    op.create_table('integrity_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=ORGANIZATION, nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('ran_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ran_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('errors', sa.Integer(), nullable=False),
    sa.Column('warnings', sa.Integer(), nullable=False),
    sa.Column('findings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('cut', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint('errors >= 0 AND warnings >= 0', name=op.f('ck_integrity_run_counts')),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_integrity_run_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_integrity_run_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_integrity_run')),
    sa.UniqueConstraint('organization_id', 'building_id', name=op.f('uq_integrity_run_organization_id_building_id')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_integrity_run_organization_id_id'))
    )
    op.create_table('integrity_acceptance',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=ORGANIZATION, nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('done_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_integrity_acceptance_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_integrity_acceptance_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_integrity_acceptance')),
    sa.UniqueConstraint('organization_id', 'building_id', 'fingerprint', name=op.f('uq_integrity_acceptance_organization_id_building_id_fingerprint')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_integrity_acceptance_organization_id_id'))
    )
    sql.tenant("integrity_run", "integrity_acceptance")


def downgrade() -> None:
    op.drop_table('integrity_acceptance')
    op.drop_table('integrity_run')
