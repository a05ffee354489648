"""Journal entries and their lines: written once, never changed. PostgreSQL keeps them balanced, numbered and whole."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Journal

CENTS: dict[str, Any] = {"sa_type": BigInteger}


class LineIn(SQLModel):
    """One side of an entry; exactly one of the amounts is above zero. `account`: its code."""

    account: str = Field(min_length=1, max_length=40)
    debit_cents: int = Field(default=0, ge=0, le=10**15)
    credit_cents: int = Field(default=0, ge=0, le=10**15)
    description: str = Field(default="", max_length=300)
    owner_id: UUID | None = None
    supplier_id: UUID | None = None


class EntryIn(SQLModel):
    """`key`: made by the form or the client, so that an entry sent twice is written once."""

    journal: Journal = Journal.ODS
    entry_on: date
    description: str = Field(min_length=1, max_length=300)
    document_ref: str | None = Field(default=None, max_length=100)
    document_id: UUID | None = None
    lines: list[LineIn] = Field(default_factory=list[LineIn], max_length=2000)
    key: UUID | None = None


class JournalEntry(TenantEntity, table=True):
    """`source` and `source_id`: the paper of this application that it was made from, once; `manual` when a person typed it."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        tenant_ref("document_id", "document"),
        tenant_ref("reverses_id", "journal_entry"),
        UniqueConstraint("organization_id", "year_id", "journal", "number"),
        UniqueConstraint("organization_id", "source", "source_id"),
        Index("uq_journal_entry_reverses", "organization_id", "reverses_id", unique=True),
        Index("ix_journal_entry_building", "organization_id", "building_id", "entry_on", "id"),
        Index("ix_journal_entry_document", "organization_id", "document_id"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("total_cents > 0", name="total"),
    )

    building_id: UUID
    year_id: UUID
    journal: str
    number: int
    entry_on: date
    description: str
    document_ref: str | None = None
    document_id: UUID | None = None
    source: str = "manual"
    source_id: UUID | None = None  # what makes a repeated posting known; of this installation only
    reverses_id: UUID | None = None
    total_cents: int = Field(**CENTS)
    posted_by: UUID | None = None


class JournalLine(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("owner_id", "owner"),
        tenant_ref("supplier_id", "supplier"),
        tenant_ref("year_id", "fiscal_year"),
        ForeignKeyConstraint(  # the account is one of this building
            ["organization_id", "building_id", "account_id"],
            ["account.organization_id", "account.building_id", "account.id"],
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index("ix_journal_line_building", "organization_id", "building_id"),
        Index("ix_journal_line_entry", "organization_id", "entry_id", "position"),
        Index(  # a balance half-way is read from it alone
            "ix_journal_line_account",
            "organization_id",
            "account_id",
            "year_id",
            "entry_on",
            "id",
            postgresql_include=["debit_cents", "credit_cents"],
        ),
        Index("ix_journal_line_year", "organization_id", "year_id"),
        Index("ix_journal_line_owner", "organization_id", "owner_id", "entry_on"),
        Index("ix_journal_line_supplier", "organization_id", "supplier_id", "entry_on"),
        CheckConstraint(
            "debit_cents >= 0 AND credit_cents >= 0 AND (debit_cents = 0) <> (credit_cents = 0)", name="one_side"
        ),
        {"info": {"posted": True}},  # only rename_posted_owner() may name a person anew
    )

    building_id: UUID
    entry_id: UUID
    year_id: UUID
    entry_on: date
    position: int
    account_id: UUID
    debit_cents: int = Field(default=0, **CENTS)
    credit_cents: int = Field(default=0, **CENTS)
    description: str = ""
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    due_on: date | None = None


class AccountDay(SQLModel, table=True):
    """What an account moved on a day, kept by the database: a balance needs no reading of every line."""

    __tablename__ = "account_day"  # type: ignore[assignment]
    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        Index("ix_account_day_building", "organization_id", "building_id", "year_id"),
        Index("ix_account_day_year", "organization_id", "year_id"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    building_id: UUID
    account_id: UUID = Field(primary_key=True)
    year_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    lines: int
    debit_cents: int = Field(**CENTS)
    credit_cents: int = Field(**CENTS)


FUNCTIONS = (
    "keep_days",
    "rename_posted_owner",
    "posted_stays",
    "line_of_its_entry",
    "entry_in_open_period",
    "entry_is_whole",
)
# The owner of the tables runs keep_days(): the application may read the sums, never write them. Entries are inserted, and
# leave only with a demonstration. When a co-ownership moves, the system role stamps them anew; when two entries of one person
# become one, rename_posted_owner() names the one that stays. Nothing else changes.
TRIGGERS = """
CREATE FUNCTION entry_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE e journal_entry; d numeric; c numeric; n int;
BEGIN
  SELECT * INTO e FROM journal_entry WHERE id = CASE TG_TABLE_NAME WHEN 'journal_entry' THEN new.id ELSE (to_jsonb(new)->>'entry_id')::uuid END;
  SELECT coalesce(sum(debit_cents), 0), coalesce(sum(credit_cents), 0), count(*) INTO d, c, n FROM journal_line
    WHERE organization_id = e.organization_id AND entry_id = e.id;
  IF n < 2 OR d <> c OR d <> e.total_cents THEN
    RAISE EXCEPTION 'journal entry % is not balanced', e.id USING errcode = '23514', constraint = 'entry_is_whole';
  END IF;
  IF TG_TABLE_NAME = 'journal_entry' AND e.number > 1 AND NOT EXISTS (
    SELECT FROM journal_entry WHERE organization_id = e.organization_id AND year_id = e.year_id AND journal = e.journal AND number = e.number - 1
  ) THEN
    RAISE EXCEPTION 'journal entry % leaves a gap', e.id USING errcode = '23514', constraint = 'entry_without_gap';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_is_whole AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_is_whole();
CREATE CONSTRAINT TRIGGER entry_is_whole AFTER INSERT ON journal_line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_is_whole();

CREATE FUNCTION entry_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM fiscal_year y WHERE y.id = new.year_id AND y.building_id = new.building_id AND new.entry_on BETWEEN y.starts_on AND y.ends_on) THEN
    RAISE EXCEPTION 'entry outside its year' USING errcode = '23514', constraint = 'entry_in_year';
  END IF;
  IF EXISTS (SELECT FROM book b WHERE b.organization_id = new.organization_id AND b.building_id = new.building_id AND b.locked_until >= new.entry_on) THEN
    RAISE EXCEPTION 'entry in a locked period' USING errcode = '23514', constraint = 'entry_in_open_period';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER entry_in_open_period BEFORE INSERT ON journal_entry FOR EACH ROW EXECUTE FUNCTION entry_in_open_period();

CREATE FUNCTION line_of_its_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM journal_entry e WHERE e.id = new.entry_id AND e.building_id = new.building_id AND e.year_id = new.year_id AND e.entry_on = new.entry_on) THEN
    RAISE EXCEPTION 'line of another entry' USING errcode = '23514', constraint = 'line_of_its_entry';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER line_of_its_entry BEFORE INSERT ON journal_line FOR EACH ROW EXECUTE FUNCTION line_of_its_entry();

CREATE FUNCTION posted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stamps text[] := '{organization_id,updated_at,owner_id,supplier_id,document_id}';
BEGIN
  IF TG_OP = 'UPDATE' AND current_user IN ('koprogo_system', 'koprogo_owner') AND to_jsonb(old) - stamps = to_jsonb(new) - stamps THEN
    RETURN new;
  ELSIF TG_OP = 'DELETE' AND (SELECT is_demo FROM organization WHERE id = old.organization_id) THEN
    RETURN old;
  END IF;
  RAISE EXCEPTION 'posted entries never change' USING errcode = '23514', constraint = 'posted_stays';
END $$;
CREATE TRIGGER posted_stays BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION posted_stays();
CREATE TRIGGER posted_stays BEFORE UPDATE OR DELETE ON journal_line FOR EACH ROW EXECUTE FUNCTION posted_stays();

CREATE FUNCTION rename_posted_owner(t text, kept uuid, dropped uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE office uuid; renamed int;
BEGIN
  SELECT k.organization_id INTO office FROM owner k JOIN owner d ON d.organization_id = k.organization_id WHERE k.id = kept AND d.id = dropped;
  IF office IS NULL OR EXISTS (SELECT FROM ownership WHERE owner_id = dropped)
    OR NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(t) AND tgname = 'posted_stays')
    OR (session_user = 'koprogo_app' AND office IS DISTINCT FROM nullif(current_setting('koprogo.organization', true), '')::uuid) THEN
    RAISE EXCEPTION 'these two are not one person' USING errcode = '23514', constraint = 'rename_posted_owner';
  END IF;
  EXECUTE format('UPDATE %I SET owner_id = $1 WHERE organization_id = $2 AND owner_id = $3', t) USING kept, office, dropped;
  GET DIAGNOSTICS renamed = ROW_COUNT;
  RETURN renamed;
END $$;

CREATE FUNCTION keep_days() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO account_day AS m (organization_id, building_id, account_id, year_id, day, lines, debit_cents, credit_cents)
    SELECT organization_id, building_id, account_id, year_id, entry_on, count(*), sum(debit_cents), sum(credit_cents)
    FROM added GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 4, 5
  ON CONFLICT (account_id, year_id, day) DO UPDATE
    SET lines = m.lines + excluded.lines, debit_cents = m.debit_cents + excluded.debit_cents, credit_cents = m.credit_cents + excluded.credit_cents;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_days AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_days();
"""
