"""Production entry: REST API, events and the built frontend in one process, which needs neither bun nor node.

    granian --interface asgi --workers 1 koprogo_app.asgi:asgi        (`koprogo up` does this)

The two names with a double underscore are Reflex's own: reflex is pinned, and the end-to-end tests start this file.
"""

import os

from koprogo_app.core import logs
from koprogo_app.core.config import ROOT
from koprogo_app.core.edge import beside
from koprogo_app.ops.frontend import PAGES
from koprogo_app.ops.serve import follow_supervisor, stay_on_one_core

os.chdir(ROOT)  # Reflex looks for rxconfig.py and assets/ in the current folder
os.environ["REFLEX_ENV_MODE"] = "prod"
os.environ["__REFLEX_SKIP_COMPILE"] = "true"
os.environ["__REFLEX_MOUNT_FRONTEND_COMPILED_APP"] = "true"
os.environ["REFLEX_WEB_WORKDIR"] = str(PAGES)
os.environ["REFLEX_CHECK_LATEST_VERSION"] = "false"
follow_supervisor()
stay_on_one_core()

from koprogo_app.koprogo_app import app, rest  # noqa: E402  (the variables are read at import)

logs.configure()  # after Reflex, which sets up its own
asgi = beside(rest, app())
