"""The assistant: what it may quote, the papers it reads, conversations."""

import pgvector.sqlalchemy
import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from koprogo_app.migrations import sql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('knowledge_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('models', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_state'))
    )
    op.create_table('official_text',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('region', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('filename', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_official_text'))
    )
    op.create_table('article',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uid', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('region', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('confidence', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('old', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('citation', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('caveat', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('url', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('see', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('rests_on', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('text_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['text_id'], ['official_text.id'], name=op.f('fk_article_text_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('uid', name=op.f('uq_article_uid'))
    )
    op.create_index('ix_article_text', 'article', ['text_id'], unique=False)
    op.create_table('assistant_setting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('send_personal_data', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_assistant_setting_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assistant_setting')),
    sa.UniqueConstraint('organization_id', name=op.f('uq_assistant_setting_organization_id'))
    )
    op.create_table('conversation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_conversation_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_conversation_organization_id_id'))
    )
    op.create_index('ix_conversation_person', 'conversation', ['organization_id', 'user_id', 'updated_at'], unique=False)
    op.create_table('model_use',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('requests', sa.Integer(), nullable=False),
    sa.Column('tokens_in', sa.BigInteger(), nullable=False),
    sa.Column('tokens_out', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_model_use_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_use')),
    sa.UniqueConstraint('organization_id', 'day', name=op.f('uq_model_use_organization_id_day'))
    )
    op.create_table('face',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lang', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('tsv', postgresql.TSVECTOR(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_face_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_face'))
    )
    op.create_index('ix_face_article', 'face', ['article_id', 'lang', 'kind'], unique=True)
    op.create_index('ix_face_lang', 'face', ['lang', 'kind'], unique=False)
    op.create_index('ix_face_tsv', 'face', ['tsv'], unique=False, postgresql_using='gin')
    op.create_table('turn',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('band', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('written_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answer', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('tokens', sa.Integer(), nullable=False),
    sa.Column('opinion', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opinion_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opinion_text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'conversation_id'], ['conversation.organization_id', 'conversation.id'], name=op.f('fk_turn_organization_id_conversation_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_turn_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_turn')),
    sa.UniqueConstraint('organization_id', 'conversation_id', 'number', name=op.f('uq_turn_organization_id_conversation_id_number')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_turn_organization_id_id'))
    )
    op.create_index('ix_turn_band', 'turn', ['band', 'created_at'], unique=False)
    op.create_index('ix_turn_person', 'turn', ['organization_id', 'user_id', 'created_at'], unique=False)
    op.create_table('face_vector',
    sa.Column('face_id', sa.Uuid(), nullable=False),
    sa.Column('embed_model', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('embedding', pgvector.sqlalchemy.vector.VECTOR(), nullable=False),
    sa.ForeignKeyConstraint(['face_id'], ['face.id'], name=op.f('fk_face_vector_face_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('face_id', 'embed_model', name=op.f('pk_face_vector'))
    )
    op.create_table('paper_reading',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('pages_read', sa.Integer(), nullable=False),
    sa.Column('passages', sa.Integer(), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_paper_reading_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'document_id'], ['document.organization_id', 'document.id'], name=op.f('fk_paper_reading_organization_id_document_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_paper_reading_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_reading')),
    sa.UniqueConstraint('organization_id', 'document_id', name=op.f('uq_paper_reading_organization_id_document_id')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_paper_reading_organization_id_id'))
    )
    op.create_index('ix_paper_reading_building', 'paper_reading', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_paper_reading_waiting', 'paper_reading', ['state'], unique=False, postgresql_where=sa.text("state IN ('waiting', 'reading')"))
    op.create_table('passage',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('reading_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('clause', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lang', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('tsv', postgresql.TSVECTOR(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_passage_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'reading_id'], ['paper_reading.organization_id', 'paper_reading.id'], name=op.f('fk_passage_organization_id_reading_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_passage_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passage')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_passage_organization_id_id'))
    )
    op.create_index('ix_passage_building', 'passage', ['organization_id', 'building_id'], unique=False)
    op.create_index('ix_passage_reading', 'passage', ['organization_id', 'reading_id', 'number'], unique=False)
    op.create_index('ix_passage_tsv', 'passage', ['tsv'], unique=False, postgresql_using='gin')
    op.create_table('passage_vector',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"), nullable=False),
    sa.Column('building_id', sa.Uuid(), nullable=False),
    sa.Column('passage_id', sa.Uuid(), nullable=False),
    sa.Column('embed_model', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('embedding', pgvector.sqlalchemy.vector.VECTOR(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'building_id'], ['building.organization_id', 'building.id'], name=op.f('fk_passage_vector_organization_id_building_id'), initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id', 'passage_id'], ['passage.organization_id', 'passage.id'], name=op.f('fk_passage_vector_organization_id_passage_id'), ondelete='CASCADE', initially='IMMEDIATE', deferrable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_passage_vector_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passage_vector')),
    sa.UniqueConstraint('organization_id', 'passage_id', 'embed_model', name=op.f('uq_passage_vector_organization_id_passage_id_embed_model'))
    )
    op.create_index('ix_passage_vector_building', 'passage_vector', ['organization_id', 'building_id'], unique=False)
    op.execute("INSERT INTO knowledge_state (id, digest, models) VALUES (1, '', '[]')")
    sql.public("official_text", "article", "face", "face_vector", "knowledge_state")
    sql.tenant(
        "paper_reading", "passage", "passage_vector", "conversation", "turn", "assistant_setting", "model_use",
    )


def downgrade() -> None:
    op.drop_index('ix_passage_vector_building', table_name='passage_vector')
    op.drop_table('passage_vector')
    op.drop_index('ix_passage_tsv', table_name='passage', postgresql_using='gin')
    op.drop_index('ix_passage_reading', table_name='passage')
    op.drop_index('ix_passage_building', table_name='passage')
    op.drop_table('passage')
    op.drop_index('ix_paper_reading_waiting', table_name='paper_reading', postgresql_where=sa.text("state IN ('waiting', 'reading')"))
    op.drop_index('ix_paper_reading_building', table_name='paper_reading')
    op.drop_table('paper_reading')
    op.drop_table('face_vector')
    op.drop_index('ix_turn_person', table_name='turn')
    op.drop_index('ix_turn_band', table_name='turn')
    op.drop_table('turn')
    op.drop_index('ix_face_tsv', table_name='face', postgresql_using='gin')
    op.drop_index('ix_face_lang', table_name='face')
    op.drop_index('ix_face_article', table_name='face')
    op.drop_table('face')
    op.drop_table('model_use')
    op.drop_index('ix_conversation_person', table_name='conversation')
    op.drop_table('conversation')
    op.drop_table('assistant_setting')
    op.drop_index('ix_article_text', table_name='article')
    op.drop_table('article')
    op.drop_table('official_text')
    op.drop_table('knowledge_state')
