"""The ASGI application: the gate around everything, the plain pages, and Streamlit inside.

`streamlit run app.py` serves it; so does any ASGI server with `app:app`.
"""

from __future__ import annotations

import sys
from contextvars import copy_context
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import config

from components.ui import feedback
from core import _compat, telemetry
from core._compat import PagesManager
from core.errors import DatabaseDown, DeskError, SettingsInvalid
from core.settings import settings
from schema import revision
from web import background, files, health, html, samples
from web.auth import login, mfa, providers, recovery
from web.gate import Gate

ROOT: Final = Path(__file__).parent

# What safety and speed rest on; other ASGI servers ignore STREAMLIT_* variables, and flags can undo a file.
IN_FORCE: Final[dict[str, object]] = {
    "server.trustedUserHeaders": {"X-Desk-Session": "session"},
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableStaticServing": True,
    "server.enableAgentApi": False,
    "server.baseUrlPath": "",
    "client.showErrorDetails": "none",
    "client.disableDataExport": True,
    "global.developmentMode": False,
    "runner.fastReruns": False,
    "runner.postScriptGC": False,
}


def refuse_unfit() -> None:
    """Exit with one sentence where the Desk must not start."""
    try:
        telemetry.configure()
        refuse_wrong_config()
        revision.refuse_superseded(settings().database_url.get_secret_value())
        providers.refuse_unsafe(config.get_option("server.address"))
    except DatabaseDown:
        sys.exit("AICON Desk did not start. The database does not answer. Start it, or correct DATABASE_URL.")
    except DeskError as error:
        sys.exit(f"AICON Desk did not start. {error}")


def refuse_wrong_config() -> None:
    """Raise `SettingsInvalid` when `.streamlit/config.toml` is not what Streamlit runs with."""
    wrong = [name for name, value in IN_FORCE.items() if config.get_option(name) != value]
    if wrong:
        raise SettingsInvalid(
            f"Streamlit runs with other values than .streamlit/config.toml for {', '.join(wrong)}. "
            "Remove the flags or files that change them."
        )


def on_script_error(error: Exception) -> bool:
    """Log it under an id and show the id: Streamlit's own display of an exception prints what it carries."""
    if isinstance(error, DeskError):
        feedback.problem(str(error))
    else:
        telemetry.logger(__name__).error("script_error", error=type(error).__name__, exc_info=error)
        reference = telemetry.request_id()
        feedback.problem(
            f"This page could not be shown. Reload it; if that does not help, give an admin this id: {reference}."
        )
    return True


# A folder named pages/ beside the script makes Streamlit run pages/x.py without navigation.py on the first cold deep
# link of a process: this flag, unset until then, decides it.
PagesManager.uses_pages_directory = False
_compat.finish_callbacks()
files.keep_for_a_moment()

app = st.App(
    ROOT / "navigation.py",
    routes=[
        Route("/login", login.login, methods=["GET", "POST"]),
        Route("/logout", login.logout, methods=["GET", "POST"]),
        *mfa.ROUTES,
        *recovery.ROUTES,
        Route("/login.css", html.style),
        Route("/demo/storage/{bucket}/{key:path}", samples.sample),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metrics),
    ],
    middleware=[Middleware(Gate)],
    on_script_error=on_script_error,
    lifespan=background.lifespan,
)

# In a context of its own, as the check's request id must not become that of every later request.
copy_context().run(refuse_unfit)
