"""The server as `make run` starts it, and the people who visit it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page

from koprogo_app.core.i18n import translate

ROOT = Path(__file__).parents[1]
PORT = int(os.environ.get("PORT", "8000"))
BASE = f"http://localhost:{PORT}"
PASSWORD = "demo-koprogo"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Server:
    """The whole product in a process group: kill() is a power cut."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:  # another server would answer in place of this one
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                raise RuntimeError(f"Port {PORT} is taken: stop what runs there, or choose another: make e2e PORT=8001")
        self.folder = folder
        self.env = {k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")} | {
            "KOPROGO_DATA_DIR": str(folder), "KOPROGO_MODE": "demo", "PORT": str(PORT), "LOGIN_RATE_LIMIT_MAX": "1000",
        }  # fmt: skip
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "koprogo_app.cli", "up"], cwd=ROOT, env=self.env, start_new_session=True
        )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{BASE}/api/v1/health", timeout=2).close()
            except OSError:
                time.sleep(0.2)  # the server's start is not ours to be told
            else:
                return
        self.kill()
        raise RuntimeError("the server did not start, or did not answer within three minutes: see above")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)


def visit(browser: Browser, locale: str, *, width: int = 1440, height: int = 900, theme: str = "light", **more) -> Page:
    """A new visitor: language, screen and theme, and nothing that moves; errors of the console and failed requests are kept on the page."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, base_url=BASE, accept_downloads=True,
        locale=f"{locale}-BE", reduced_motion="reduce", **more,
    )  # fmt: skip
    context.add_cookies([{"name": "locale", "value": locale, "url": BASE}])
    page = context.new_page()
    page.problems = []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.problems.append(str(e)))
    page.set_default_timeout(20_000)
    return page


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form[action='/auth/login'] button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.locator("main h1").first.wait_for()


def words(locale: str):
    """t(msgid) in the visitor's language, from the same catalogues as the product."""
    return lambda msgid, **params: translate(locale, msgid, **params)
