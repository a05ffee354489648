"""The house's rules that no reviewer should have to remember."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

import koprogo_app.modules as modules
from koprogo_app.core.actor import GRANTS, Permission, Role
from koprogo_app.core.db import engine, everywhere

ROOT = Path(__file__).parents[1]
UNFORCED = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
"""
UNINDEXED = """
SELECT con.conrelid::regclass::text || '(' || string_agg(a.attname, ', ' ORDER BY k.n) || ')'
FROM pg_constraint con CROSS JOIN LATERAL unnest(con.conkey) WITH ORDINALITY k(attnum, n)
JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace AND array_length(con.conkey, 1) = 2
  AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = con.conrelid AND i.indpred IS NULL AND (i.indkey::int2[])[0:1] @> con.conkey AND con.conkey @> (i.indkey::int2[])[0:1])
GROUP BY con.oid, con.conrelid
"""


def services():
    for found in pkgutil.iter_modules(modules.__path__):
        name = f"koprogo_app.modules.{found.name}.service"
        if importlib.util.find_spec(name):
            yield found.name, importlib.import_module(name)


def actions():
    for name, service in services():
        for title, fn in inspect.getmembers(service, inspect.isfunction):
            if (
                fn.__module__ == service.__name__
                and list(inspect.signature(fn).parameters)[:2] == ["s", "actor"]
                and not title.startswith("_")
            ):
                yield pytest.param(fn, id=f"{name}.{title}")


@pytest.mark.parametrize("fn", list(actions()))
def test_every_action_names_its_permission(fn):
    assert hasattr(fn, "gate")


def test_actions_across_organisations_are_for_the_platform_or_filter_themselves():
    """The second set reads names of people who sign in, which only the system role sees, and filters by the actor's organisation."""
    across = {param.id for param in actions() if param.values[0].gate.everywhere}
    platform = {
        Permission.ORGANIZATIONS_ADMIN,
        Permission.USERS_ADMIN,
        Permission.PLATFORM_ADMIN,
        Permission.BUILDINGS_TRANSFER,
    }
    others = {p.id for p in actions() if p.values[0].gate.everywhere and p.values[0].gate.permission not in platform}
    assert {name for name in others if not name.startswith(("users.", "account."))} == set()
    assert across


def test_only_the_platform_administrator_holds_the_platform_permissions():
    holders = {
        role for role in Role if Permission.PLATFORM_ADMIN in GRANTS[role] or Permission.USERS_ADMIN in GRANTS[role]
    }
    assert holders == {Role.SUPERADMIN, Role.SYSTEM}


def test_every_tenant_table_has_forced_row_level_security(owner_engine):
    with owner_engine.begin() as c:
        assert c.execute(text(UNFORCED)).scalars().all() == []


def test_every_foreign_key_of_two_columns_has_an_index(owner_engine):
    with owner_engine.begin() as c:
        assert c.execute(text(UNINDEXED)).scalars().all() == []


def test_the_application_role_is_above_nothing():
    with Session(engine()) as s:
        assert (
            s.execute(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")).scalar_one()
            is False
        )


def test_without_an_organisation_the_application_reads_nothing(building):
    with everywhere() as s:
        assert s.execute(text("SELECT count(*) FROM building")).scalar_one() >= 1
    with Session(engine()) as s:
        tables = s.execute(
            text("SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' "
                 "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace")
        ).scalars().all()  # fmt: skip
        assert len(tables) > 15
        assert {t: s.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables} == dict.fromkeys(
            tables, 0
        )


def test_passwords_and_sessions_are_out_of_the_applications_reach():
    for table in ("user_account", "auth_session", "refresh_token", "sign_in_failure"):
        with Session(engine()) as s:
            allowed = s.execute(text(f"SELECT has_table_privilege('{table}', 'SELECT')")).scalar_one()
        assert (table, allowed) == (table, False)


def test_the_api_needs_no_reflex():
    code = "import koprogo_app.api, koprogo_app.modules.buildings.api, sys; sys.exit('reflex' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_source_file_is_longer_than_400_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for p in ROOT.glob("koprogo_app/**/*.py")
        if "versions" not in p.parts and (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}
