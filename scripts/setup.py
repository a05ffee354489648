"""Prepares this folder: `python3 scripts/setup.py run|build|dev [--browser]`. Needs Python 3.11 and its venv module.

Makes .venv, installs exactly what requirements/<kind>.lock lists (every file checked by its hash) and the system
libraries of PDF letters; `dev --browser` also finds or installs a Chromium. Done once: a stamp keeps the lock's hash.
Writes nothing outside this folder, except Debian packages when it runs as root or sudo asks for no password.
"""

from __future__ import annotations  # an older Python must get far enough to say that it is too old

import argparse
import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "koprogo-setup.json"
LOCKS = ("run", "build", "dev")  # each one holds the one before
OLDEST = (3, 11)

COMMAND = """#!{python}
import sys

sys.path.insert(0, {root!r})
from koprogo_app.cli import app

app()
"""

# what WeasyPrint loads; libpango brings glib, harfbuzz, fontconfig and a fallback font
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

began = time.monotonic()


def say(text: str) -> None:
    print(f"[setup {time.monotonic() - began:5.1f} s] {text}", flush=True)


def run(*command: str | Path, **env: str) -> bool:
    """Runs a command, its output shown; True when it succeeds."""
    return subprocess.run([str(part) for part in command], env={**os.environ, **env}, cwd=ROOT).returncode == 0


def digest(kind: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{kind}.lock").read_bytes()).hexdigest()


# ---------------------------------------------------------------- Python packages


def installed(kind: str) -> bool:
    """Whether .venv already holds this lock, or a larger one, as it is today and with this environment's Python."""
    stamp = stamped()
    larger = LOCKS[LOCKS.index(kind) :]
    return stamp.get("kind") in larger and stamp == state(stamp["kind"])


def stamped() -> dict[str, str]:
    return json.loads(STAMP.read_text()) if STAMP.exists() else {}


def state(kind: str) -> dict[str, str]:
    version = subprocess.run([PYTHON, "--version"], capture_output=True, text=True).stdout.strip()
    return {"kind": kind, "lock": digest(kind), "python": version, "folder": str(VENV)}


def install(kind: str) -> None:
    """Makes .venv with the packages of a lock; about 20 s the first time. Exits with a sentence when it cannot."""
    moved = stamped().get("folder", str(VENV)) != str(VENV)  # its commands name the folder they were made in
    if moved or not PYTHON.exists() or not run(PYTHON, "-c", "import pip"):
        make_venv()
    if not (VENV / "bin" / "uv").exists():
        say("Installing uv, which installs the rest.")
        pip = (PYTHON, "-m", "pip", "--quiet", "--no-cache-dir", "--disable-pip-version-check", "install")
        if not run(*pip, "--require-hashes", "-r", "requirements/bootstrap.lock"):
            sys.exit("pip could not install uv (see above): is the network, or your package index, reachable?")
    lock = f"requirements/{kind}.lock"
    say(f"Installing the packages of {lock}.")
    index = {"UV_DEFAULT_INDEX": os.environ["PIP_INDEX_URL"]} if "PIP_INDEX_URL" in os.environ else {}
    defaults = {"UV_CACHE_DIR": str(VENV / "cache"), **index}
    env = {name: os.environ.get(name, value) for name, value in defaults.items()}
    if not run(VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock, **env):
        sys.exit("The packages could not be installed (see above): is the network, or your package index, reachable?")
    command = VENV / "bin" / "koprogo"
    command.write_text(COMMAND.format(python=PYTHON, root=str(ROOT)))
    command.chmod(0o755)
    STAMP.write_text(json.dumps(state(kind)))
    say("Packages ready.")


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None and not apt_install("python3-venv"):
        sys.exit("Python's venv module is missing: sudo apt-get install python3-venv, then try again.")
    say(f"Making .venv with Python {sys.version.split()[0]}.")
    if not run(sys.executable, "-m", "venv", "--clear", VENV):
        sys.exit("The virtual environment could not be made (see above).")


# ---------------------------------------------------------------- system packages


def apt_install(*packages: str) -> bool:
    """Installs Debian packages when nobody needs to be asked for a password; False when they are not installed."""
    if not shutil.which("apt-get"):
        return False
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and (not shutil.which("sudo") or subprocess.run([*root, "true"], capture_output=True).returncode):
        return False
    say(f"Installing with apt-get: {' '.join(packages)}.")
    apt = (*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    return run(*apt, "update") and run(*apt, "install", "-y", "--no-install-recommends", *packages)


def loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def pdf_libraries() -> None:
    """PDF letters need Pango. Without it everything else works, so this only warns."""
    if sys.platform == "darwin":
        if not shutil.which("pango-view"):
            say("PDF letters need Pango: brew install pango.")
    elif not all(map(loadable, LIBRARIES)) and not apt_install(*PACKAGES):
        say(f"PDF letters need system libraries: sudo apt-get install {' '.join(PACKAGES)} (or your system's Pango).")


def is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text().splitlines()


def works(browser: str) -> bool:
    """Whether a browser is there and starts: Ubuntu's chromium-browser may be a stub that asks for snap."""
    path = shutil.which(browser)
    return path is not None and subprocess.run([path, "--version"], capture_output=True).returncode == 0


def browser() -> None:
    """A Chromium for the end-to-end tests: the system's, Debian's package, or the build that playwright downloads."""
    if any(map(works, BROWSERS)) or (is_debian() and apt_install("chromium")):
        return
    say("Installing Chromium with playwright.")
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", str(VENV / "browsers"))
    libraries = ["--with-deps"] if os.geteuid() == 0 else []
    if not run(VENV / "bin" / "playwright", "install", *libraries, "chromium", PLAYWRIGHT_BROWSERS_PATH=folder):
        sys.exit(
            "No browser for the end-to-end tests: install Chromium (sudo apt-get install chromium), then try again."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Prepares this folder.")
    parser.add_argument("kind", choices=LOCKS)
    parser.add_argument("--browser", action="store_true", help="also find or install a Chromium")
    options = parser.parse_args()
    if sys.version_info < OLDEST:
        found = sys.version.split()[0]
        sys.exit(f"KoproGo needs Python 3.11 or newer; this is {found}. Name another: make PYTHON=python3.12 run")
    if not installed(options.kind):
        install(options.kind)
    pdf_libraries()
    if options.browser:
        browser()


if __name__ == "__main__":
    main()
