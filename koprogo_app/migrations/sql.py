"""What Alembic cannot see: functions, policies, grants and triggers. Used by migrations only."""

from alembic import op

F_UNACCENT = """
CREATE FUNCTION f_unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, $1) $$;
"""
# The sub-select is evaluated once a statement and lets the tenant index serve; a plain uuid comparison, never '*' or OR.
ENABLE_RLS = """
CREATE FUNCTION enable_rls(t regclass, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE', app boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
  EXECUTE format($p$CREATE POLICY tenant ON %s TO koprogo_app
      USING      (organization_id = (SELECT nullif(current_setting('koprogo.organization', true), '')::uuid))
      WITH CHECK (organization_id = (SELECT nullif(current_setting('koprogo.organization', true), '')::uuid))$p$, t);
  EXECUTE format('CREATE POLICY everywhere ON %s TO koprogo_system, koprogo_owner USING (true) WITH CHECK (true)', t);
  EXECUTE format('GRANT %s ON %s TO koprogo_system', rights, t);
  IF app THEN EXECUTE format('GRANT %s ON %s TO koprogo_app', rights, t); END IF;
END $$;
"""


def tenant(*tables: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Puts tables that have organization_id under forced row-level security, with these rights for the application."""
    for table in tables:
        op.execute(f"SELECT enable_rls('{table}', '{rights}')")


def posted(*tables: str) -> None:
    """Tables that are written once: a row is inserted and read. The system's role stamps rows anew when a co-ownership
    moves, and forgets those of a demonstration; a trigger of the table keeps it to that."""
    tenant(*tables, rights="SELECT, INSERT")
    for table in tables:
        op.execute(f"GRANT UPDATE, DELETE ON {table} TO koprogo_system")


def system_only(*tables: str) -> None:
    """Tables of sign-in: the application's own role has no right on them at all."""
    for table in tables:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO koprogo_system")


def public(*tables: str) -> None:
    """Tables that belong to nobody and that everybody reads: the law. Only the platform's administration writes them."""
    for table in tables:
        op.execute(f"GRANT SELECT ON {table} TO koprogo_app")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO koprogo_system")
