"""The command `koprogo`: start, stop, look after. Commands are short; the work is in ops/ and the services."""

import errno
import os
import shutil
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from typer.core import TyperGroup

from koprogo_app.core.config import Settings, settings
from koprogo_app.core.errors import DomainError
from koprogo_app.core.i18n import translate

IDENTITY = (
    "What the spreadsheet does not say of the building: address=…, postcode=…, city=…, deed_total=…; may be repeated."
)
PREPARING = 7082  # the number of the lock, ours alone in the database
PATIENCE = 3.0  # seconds for the port of a KoproGo that is just ending


class Commands(TyperGroup):
    """An expected failure is a sentence and exit code 1, not a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):  # RuntimeErrors too
            raise
        except ValidationError as error:
            for problem in error.errors():
                typer.echo(problem["msg"].removeprefix("Value error, "), err=True)
        except DomainError as error:
            typer.echo(translate("en", error.message, **error.params), err=True)
        except (OperationalError, psycopg.OperationalError) as error:
            typer.echo(f"The database does not answer: {getattr(error, 'orig', error)}", err=True)
        except RuntimeError as error:
            typer.echo(str(error), err=True)
        raise typer.Exit(1)


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def about() -> None:
    """KoproGo, co-ownership in Belgium. `koprogo up` prepares everything and starts."""


# ---------------------------------------------------------------- start and stop


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Port to listen on, instead of PORT or 8000.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of HOST or 127.0.0.1.")] = None,
) -> None:
    """Prepare everything (database, migrations, demo data, frontend), then serve until Ctrl-C."""
    from koprogo_app.ops import serve

    serve.unwind_on_sigterm()
    config = _address(port, host)
    wait_for_port(config.host, config.port)
    _prepare_database(config)
    shutil.rmtree(config.data_dir / "states", ignore_errors=True)  # an earlier release kept cookies there
    _build()
    database = "" if config.database_url else str(config.data_dir / "postgres")
    serve.replace_process(serve.Plan(config.host, config.port, database, greeting(config)))


def _address(port: int | None, host: str | None) -> Settings:
    """The configuration with this port and host; the address people type follows the port unless it was chosen."""
    os.environ |= {name: str(value) for name, value in (("PORT", port), ("HOST", host)) if value}
    settings.cache_clear()
    config = settings()
    if config.deploy_url == Settings.model_fields["deploy_url"].default:
        os.environ["DEPLOY_URL"] = f"http://localhost:{config.port}"
        settings.cache_clear()
    return settings()


def wait_for_port(host: str, port: int) -> None:
    """Returns when the port is free; raises RuntimeError when another program keeps it, or when it may not be had."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind((host, port))
                return
            except OSError as error:
                if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                    pass
                elif error.errno == errno.EADDRINUSE:
                    raise RuntimeError(
                        f"Port {port} is taken, by another KoproGo or another program. "
                        f"Stop it, or choose another port: make run PORT={port + 1}"
                    ) from None
                else:
                    raise RuntimeError(f"Nothing can listen on {host} port {port}: {error.strerror}.") from None
        time.sleep(0.2)


def _prepare_database(config: Settings) -> None:
    from koprogo_app.core.db import urls
    from koprogo_app.modules.demo.service import refuse_loaded

    with step("Database"):
        urls()
    with one_at_a_time():
        _migrate()
        if config.demo:
            _demo()
        else:
            refuse_loaded()
        _knowledge()


@contextmanager
def one_at_a_time() -> Generator[None]:
    """Of two starts at once, here or on another machine, the second waits, and then finds everything done."""
    from koprogo_app.core.db import urls

    with psycopg.connect(urls().owner.replace("+psycopg", ""), autocommit=True) as c:
        c.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        yield


def greeting(config: Settings) -> str:
    """What is shown once it answers."""
    lines = ["", f"KoproGo is ready: {config.deploy_url}   (Ctrl-C stops it)"]
    if config.demo:
        from koprogo_app.auth.demo_accounts import DEMO_ACCOUNTS

        lines += ["", "Demo accounts:", *(f"  {account}" for account in DEMO_ACCOUNTS)]
    return "\n".join(lines)


@app.command()
def worker() -> None:
    """Run the jobs in a process of their own (with KOPROGO_WORKER=false in the web process)."""
    import koprogo_app.koprogo_app  # noqa: F401  # pyright: ignore[reportUnusedImport]  (registers every module's jobs)
    from koprogo_app.core import jobs, logs

    logs.configure()
    jobs.run_apart()


@app.command()
def build(force: Annotated[bool, typer.Option("--force", help="Even if no source changed.")] = False) -> None:
    """Build the frontend if its sources changed."""
    _build(force)


def _build(force: bool = False) -> None:
    from koprogo_app.ops import frontend

    if force or not frontend.is_current():
        typer.echo("Frontend: building, 20 to 60 s.")
        with step("Frontend"):
            frontend.build()


# ---------------------------------------------------------------- data


@app.command()
def migrate(
    new: Annotated[str, typer.Option(help="First write a migration with this title, from the models.")] = "",
) -> None:
    """Bring the database's tables to this release."""
    from alembic import command

    from koprogo_app.core.migrate import config

    if new:
        command.revision(config(), message=new, autogenerate=True)
    with one_at_a_time():
        _migrate()


def _migrate() -> None:
    from alembic.util import CommandError

    from koprogo_app.core.migrate import current, upgrade

    with step("Migrations"):
        try:
            upgrade()
        except CommandError as error:
            raise RuntimeError(
                f"The database is at revision {current()}, which this release does not know ({error}): "
                "install the newer release again, or restore the backup made before it."
            ) from error


@app.command()
def demo() -> None:
    """Fill an empty database with the demonstration buildings (done by `up` in demo mode)."""
    if not settings().demo:
        raise RuntimeError("Demo data is refused in production (KOPROGO_MODE).")
    _prepare_database(settings())


def _demo() -> None:
    from koprogo_app.core.migrate import analyze
    from koprogo_app.modules.demo.service import ensure_demo

    with step("Demo data"):
        if ensure_demo(lambda text: typer.echo(f"{text}… ", nl=False)):
            analyze()


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Forget the embedded database and its files, to start afresh. Demo mode only."""
    from koprogo_app.core.embedded_pg import EmbeddedPg

    config = settings()
    if not config.demo or config.database_url:
        raise RuntimeError("Only the embedded database of demo mode is reset: drop yours with its own tools.")
    if not yes:
        typer.confirm(f"Delete every building, document and account in {config.data_dir}?", abort=True)
    database = EmbeddedPg(config.data_dir / "postgres")
    if not database.release():
        raise RuntimeError("KoproGo still runs: stop it first (Ctrl-C in its terminal).")
    for folder in (database.home, *(config.data_dir / name for name in ("postgres", "files", "states"))):
        shutil.rmtree(folder, ignore_errors=True)
    typer.echo("Everything is deleted; `make run` starts afresh.")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="An archive of KoproGo (.zip) or a spreadsheet.")
    ],
    organization: Annotated[str, typer.Option(help="Identifier or short name of the office that receives it.")],
    given: Annotated[list[str] | None, typer.Option("--set", help=IDENTITY)] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Of a spreadsheet: say what is found, write nothing.")
    ] = False,
) -> None:
    """Bring a co-ownership in, whole or not at all."""
    from koprogo_app.ops import transfer

    if file.suffix.lower() == ".zip":
        lines = transfer.import_archive(file, organization)
    else:
        pairs = [text.partition("=") for text in given or []]
        lines = transfer.import_spreadsheet(file, organization, {name: value for name, _, value in pairs}, dry_run)
    for line in lines:
        typer.echo(line)


@app.command()
def export(
    building: Annotated[str, typer.Argument(help="Identifier or KBO number of the co-ownership.")],
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="Where the archive is written.")
    ] = Path(),
) -> None:
    """Write the whole file of a co-ownership: rows, documents, checksums."""
    from koprogo_app.ops import transfer

    typer.echo(transfer.export_building(building, folder))


@app.command()
def create_superadmin(
    email: Annotated[str, typer.Option(prompt="E-mail")],
    first_name: Annotated[str, typer.Option(prompt="First name")],
    last_name: Annotated[str, typer.Option(prompt="Last name")],
    password: Annotated[str, typer.Option(prompt="Password", hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make the first administrator of the platform; asks for what is not given."""
    from koprogo_app.auth.accounts import create_superadmin

    create_superadmin(email, password, first_name, last_name)
    typer.echo(f"{email} may sign in as administrator of the platform.")


# ---------------------------------------------------------------- what the assistant knows

knowledge = typer.Typer(cls=Commands, no_args_is_help=True, help="What the assistant may quote: docs/dev/knowledge.md")
app.add_typer(knowledge, name="knowledge")


@knowledge.command()
def check(files: Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False)] = None) -> None:
    """Say what is wrong with these entries, or with the whole knowledge base; exit code 1 if something is."""
    from koprogo_app.modules.knowledge import files as knowledge_files

    findings = list(knowledge_files.check(files or ()))
    for name, finding in findings:
        typer.echo(f"{name}: {finding}")
    typer.echo(f"{len(findings)} to mend." if findings else "Everything is in order.")
    raise typer.Exit(1 if findings else 0)


@knowledge.command()
def embed() -> None:
    """Compute the vectors of entries that are new or changed, to be shipped with them (knowledge/vectors)."""
    from koprogo_app.ops import knowledge as work

    for line in work.embed():
        typer.echo(line)


@knowledge.command()
def ingest() -> None:
    """Load the entries of this release into the database unless they are there, and compute the vectors they lack."""
    from koprogo_app.ops import knowledge as work

    _knowledge()
    for line in work.fill():
        typer.echo(line)


def _knowledge() -> None:
    with step("Knowledge"):
        from koprogo_app.ops import knowledge as work

        typer.echo(work.load(), nl=False)


@app.command()
def fake_model(port: Annotated[int, typer.Option(help="Port to listen on, at 127.0.0.1.")] = 9999) -> None:
    """Serve a language model that is none, for tests and the demonstration: the model's name chooses what it does."""
    if not settings().demo:
        raise RuntimeError("The fake model is for tests and the demonstration: refused in production (KOPROGO_MODE).")
    from koprogo_app.ops import fake_model as model

    wait_for_port("127.0.0.1", port)
    typer.echo("For tests and the demonstration: it copies passages, it knows nothing. Ctrl-C stops it.")
    typer.echo(f"KOPROGO_LLM_BASE_URL=http://127.0.0.1:{port}/v1 KOPROGO_LLM_MODEL=<name>")
    for name, what in model.MODELS.items():
        typer.echo(f"  {name:18}{what}")
    model.serve(port)


# ---------------------------------------------------------------- look after


@app.command()
def doctor() -> None:
    """Look at everything KoproGo needs and say how to mend what is wrong; exit code 1 if something is."""
    from koprogo_app.ops.doctor import examine

    wrong = 0
    for finding in examine():
        typer.echo(f"{'✓' if finding.ok else '✗'} {finding.name}: {finding.seen}")
        if not finding.ok:
            wrong += 1
            typer.echo(f"    → {finding.mend}")
    typer.echo("Everything is in order." if not wrong else f"{wrong} to mend.")
    raise typer.Exit(min(wrong, 1))


@app.command()
def docs(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 if a page is stale.")] = False,
) -> None:
    """Write the pages of docs/ that are made from the code."""
    from koprogo_app.ops.reference import stale

    found = list(stale())
    for path, text in found:
        typer.echo(f"{path} {'is stale: run make docs' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    raise typer.Exit(1 if check and found else 0)


@contextmanager
def step(name: str) -> Generator[None]:
    """Shows a step and the time it took."""
    typer.echo(f"{name}… ", nl=False)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        typer.echo("")
        raise
    typer.echo(f"{time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    app()
