"""Calls for funds."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from koprogo_app.migrations import sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "organization_id", sa.Uuid(), server_default=sa.text("nullif(current_setting('koprogo.organization', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("building_id", sa.Uuid(), nullable=False),
    ]  # fmt: skip


def _keys(table: str, **refs: str) -> list[sa.schema.Constraint]:
    """The constraints every tenant table has, and its foreign keys of two columns: column -> table."""
    found: list[sa.schema.Constraint] = [
        sa.ForeignKeyConstraint(
            ["organization_id", column], [f"{to}.organization_id", f"{to}.id"],
            name=op.f(f"fk_{table}_organization_id_{column}"), initially="IMMEDIATE", deferrable=True,
        )
        for column, to in {"building_id": "building", **refs}.items()
    ]  # fmt: skip
    return [
        *found,
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f(f"fk_{table}_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{table}_organization_id_id")),
    ]


def _text(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "call",
        *_own(),
        _text("title"),
        _text("description"),
        _text("kind"),
        _text("status"),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("budget_id", sa.Uuid(), nullable=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("reversal_entry_id", sa.Uuid(), nullable=True),
        _text("reversal_reason", nullable=True),
        sa.CheckConstraint(
            "kind IN ('regular', 'extraordinary', 'advance', 'adjustment')", name=op.f("ck_call_kind")
        ),
        sa.CheckConstraint("status IN ('draft', 'issued', 'reversed')", name=op.f("ck_call_status")),
        sa.CheckConstraint("due_on > called_on", name=op.f("ck_call_days")),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_call_total")),
        sa.CheckConstraint("lot_id IS NULL OR owner_id IS NOT NULL", name=op.f("ck_call_lot")),
        sa.CheckConstraint(
            "status = 'reversed' OR (status = 'issued') = (entry_id IS NOT NULL)", name=op.f("ck_call_posted")
        ),
        sa.CheckConstraint(
            "(status = 'reversed' AND entry_id IS NOT NULL) = (reversal_entry_id IS NOT NULL)", name=op.f("ck_call_undone")
        ),
        *_keys(
            "call", owner_id="owner", lot_id="lot", budget_id="budget", entry_id="journal_entry", reversal_entry_id="journal_entry"
        ),
        sa.UniqueConstraint("organization_id", "source_id", name=op.f("uq_call_organization_id_source_id")),
    )  # fmt: skip
    op.create_index("ix_call_building", "call", ["organization_id", "building_id", "called_on", "id"])
    op.create_index("ix_call_list", "call", ["organization_id", "called_on", "id"])
    for name in ("owner", "lot", "budget", "entry", "reversal_entry"):
        op.create_index(f"ix_call_{name}", "call", ["organization_id", f"{name}_id"])
    op.create_table(
        "call_line",
        *_own(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("description"),
        _text("destination"),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_call_line_cents")),
        sa.CheckConstraint(
            "destination IN ('provisions', 'works', 'reserve', 'special_reserve', 'working_fund')",
            name=op.f("ck_call_line_destination"),
        ),
        *_keys("call_line", call_id="call", key_id="distribution_key"),
    )
    op.create_index("ix_call_line_building", "call_line", ["organization_id", "building_id"])
    op.create_index("ix_call_line_call", "call_line", ["organization_id", "call_id", "position"])
    op.create_index("ix_call_line_key", "call_line", ["organization_id", "key_id"])
    op.create_table(
        "call_part",
        *_own(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("call_line_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.Column("whole", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_call_part_cents")),
        sa.CheckConstraint("(weight IS NULL) = (whole IS NULL) AND weight <= whole", name=op.f("ck_call_part_weight")),
        *_keys("call_part", call_id="call", call_line_id="call_line", lot_id="lot", owner_id="owner"),
    )
    op.create_index("ix_call_part_building", "call_part", ["organization_id", "building_id"])
    op.create_index("ix_call_part_call", "call_part", ["organization_id", "call_id", "id"])
    op.create_index("ix_call_part_line", "call_part", ["organization_id", "call_line_id"])
    op.create_index("ix_call_part_lot", "call_part", ["organization_id", "lot_id"])
    op.create_index("ix_call_part_owner", "call_part", ["organization_id", "owner_id", "call_id"])
    sql.tenant("call", "call_line")
    sql.posted("call_part")
    op.execute(
        "CREATE TRIGGER posted_stays BEFORE UPDATE OR DELETE ON call_part FOR EACH ROW EXECUTE FUNCTION posted_stays()"
    )


def downgrade() -> None:
    op.drop_table("call_part")
    op.drop_table("call_line")
    op.drop_table("call")
