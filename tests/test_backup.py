"""The nightly backup of compose.yaml, with programs of the test in the place of pg_dump, tar and sleep."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "deploy" / "backup.sh"


def night(folder: Path, *, tar: int, dump: int = 0) -> set[str]:
    """What lies in /backups after one night, by the end of each name; the numbers are the programs' exit codes."""
    programs, backups, data = (folder / name for name in ("bin", "backups", "data"))
    for made in (programs, backups, data / "files"):
        made.mkdir(parents=True)
    (data / "files" / "deed.pdf").write_bytes(b"%PDF")
    for name, lines in {
        "pg_dump": f'for a; do case $a in --file=*) echo dump > "${{a#--file=}}";; esac; done; exit {dump}',
        "tar": f'/bin/tar "$@"; exit {tar}',
        "sleep": "kill $PPID",
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{lines}\n")
        (programs / name).chmod(0o755)
    script = SCRIPT.read_text().replace("/backups", str(backups)).replace("/data", str(data))
    env = {"PATH": f"{programs}:{os.environ['PATH']}", "KEEP_DAYS": "14"}
    subprocess.run(["/bin/sh", "-c", script], env=env, check=False, timeout=60, capture_output=True)
    return {path.name.partition(".")[2] or path.name for path in backups.iterdir()}


@pytest.mark.parametrize("tar", [0, 1])
def test_a_file_that_changes_meanwhile_spoils_no_backup(tmp_path: Path, tar: int) -> None:
    assert night(tmp_path, tar=tar) == {"dump", "files.tar.gz", "whole"}


def test_a_backup_without_its_files_or_its_database_is_not_whole(tmp_path: Path) -> None:
    assert night(tmp_path / "one", tar=2) == {"dump", "files.partial"}
    assert night(tmp_path / "two", tar=0, dump=1) == {"dump.partial"}
