"""The embedded server: crashes, races, taken ports. Each test ends with a server that answers, as people need it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from koprogo_app.core.embedded_pg import LANGUAGE, LIMITS, ROLES, EmbeddedPg

ENSURE = "import sys; from pathlib import Path; from koprogo_app.core.embedded_pg import EmbeddedPg;"
ENSURE += "print(EmbeddedPg(Path(sys.argv[1])).ensure().url('app'), flush=True); sys.stdin.read()"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the server's account can enter: pytest's own are private to root when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[EmbeddedPg]:
    pg = EmbeddedPg(place / "server")
    yield pg
    pg.release()


def value(pg: EmbeddedPg, query: str, who: str = "owner") -> object:
    with psycopg.connect(pg.url(who, "postgresql")) as c:
        row = c.execute(query.encode()).fetchone()
        return row[0] if row else None


def postmaster(pg: EmbeddedPg) -> int:
    return int((pg.cluster / "postmaster.pid").read_text().split("\n", 1)[0])


def other_process(folder: Path) -> subprocess.Popen[str]:
    """Someone else who uses the server until its input is closed."""
    command = [sys.executable, "-c", ENSURE, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_two_processes_at_once_get_one_server(place: Path) -> None:
    callers = [other_process(place / "raced") for _ in range(2)]
    urls = [caller.stdout.readline().strip() for caller in callers if caller.stdout]
    assert urls[0].startswith("postgresql+psycopg://koprogo_app:")
    assert urls[0] == urls[1]
    for caller in callers:
        caller.communicate()
    assert EmbeddedPg(place / "raced").release()


def test_a_killed_server_starts_again_with_its_data(server: EmbeddedPg) -> None:
    server.ensure()
    with psycopg.connect(server.url("owner", "postgresql")) as c:
        c.execute("CREATE TABLE entry (cents bigint)")
        c.execute("INSERT INTO entry VALUES (123456)")
    os.kill(postmaster(server), signal.SIGKILL)
    server.ensure()
    assert value(server, "SELECT cents FROM entry") == 123456


def test_a_lock_file_with_the_number_of_another_program_is_ignored(server: EmbeddedPg) -> None:
    server.ensure().release()
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster}\n")
    assert not server.running()
    assert value(server.ensure(), "SELECT 1") == 1


def test_a_port_taken_meanwhile_is_left_to_its_program(server: EmbeddedPg) -> None:
    server.ensure().release()
    before = server.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before))
        other.listen()
        server.ensure()
        assert server.port != before
        assert value(server, "SELECT 1") == 1


def test_the_last_process_to_leave_stops_the_server(server: EmbeddedPg) -> None:
    server.ensure()
    other = other_process(server.folder)
    assert other.stdout
    assert other.stdout.readline()
    assert not server.release()
    assert server.running()
    other.communicate()
    assert server.release()
    assert not server.running()


def test_no_role_of_the_application_is_above_row_level_security(server: EmbeddedPg) -> None:
    server.ensure()
    above = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert {who: value(server, above, who) for who in ROLES} == {
        "admin": True,
        "owner": False,
        "app": False,
        "system": False,
    }


def test_the_application_creates_no_table(server: EmbeddedPg) -> None:
    with (
        psycopg.connect(server.ensure().url("app", "postgresql")) as c,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        c.execute("CREATE TABLE mine (id int)")


def test_the_application_has_the_limits_of_a_server_of_ones_own(server: EmbeddedPg) -> None:
    server.ensure()
    for name, length in LIMITS.items():
        assert value(server, f"SHOW {name}", "app") == length
        assert value(server, f"SHOW {name}", "system") == "0"
        assert f"ALTER ROLE koprogo_app SET {name} = '{length}';" in (ROOT / "deploy" / "init.sql").read_text()


def test_the_database_of_compose_is_made_with_the_same_language() -> None:
    compose = Path(__file__).parents[2].joinpath("compose.yaml").read_text("utf-8")
    assert f"POSTGRES_INITDB_ARGS: {' '.join(LANGUAGE)} #" in compose


def test_nobody_enters_without_the_password(server: EmbeddedPg) -> None:
    url = server.ensure().url("admin", "postgresql").replace(server.password("admin"), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_passwords_are_readable_by_their_owner_only(server: EmbeddedPg) -> None:
    server.ensure()
    assert (server.home / "secrets.json").stat().st_mode & 0o077 == 0
    assert server.cluster.stat().st_mode & 0o077 == 0


def test_the_data_of_another_major_version_is_refused_with_what_to_do(server: EmbeddedPg) -> None:
    server.ensure().release()
    version = server.cluster / "PG_VERSION"
    kept = version.read_text()
    try:
        version.write_text("17\n")
        with pytest.raises(RuntimeError, match=r"data is of PostgreSQL 17 .* dump with the former release"):
            server.ensure()
    finally:
        version.write_text(kept)


def test_a_private_folder_of_root_does_not_keep_the_server_from_its_data(place: Path) -> None:
    (place / "private").mkdir(mode=0o700)
    pg = EmbeddedPg(place / "private" / "data")
    try:
        assert value(pg.ensure(), "SELECT 1") == 1
        assert (place / "private").stat().st_mode & 0o777 == 0o700
    finally:
        pg.release()
        shutil.rmtree(pg.home)
