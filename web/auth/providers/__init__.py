"""How a person proves who they are: in the demo by a button, otherwise through Supabase Auth."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from actions import staff
from core import database
from core.errors import SettingsInvalid
from core.settings import LOOPBACK, settings
from web.auth.providers.demo import Demo
from web.auth.providers.supabase import Supabase

_MARKER: Final = text("SELECT current_setting('desk.demo', true) = 'on'")


def provider() -> Demo | Supabase:
    """The one that AUTH_MODE names."""
    return Demo() if settings().auth_mode == "demo" else Supabase()


def refuse_unsafe(address: str | None) -> None:
    """Raise `SettingsInvalid` where signing anybody in would open more than a demo on this machine."""
    staff.use_invitations(provider().invitation)
    if settings().auth_mode != "demo":
        return
    if address not in LOOPBACK:
        raise SettingsInvalid(
            f"AUTH_MODE=demo signs anybody in, so it serves this machine only, not {address or 'every address'}. "
            "Start with --server.address=localhost."
        )
    with database.transaction() as connection:
        is_demo = connection.execute(_MARKER).scalar_one()
    if not is_demo:
        raise SettingsInvalid(
            "AUTH_MODE=demo signs anybody in, and DATABASE_URL is not the demo's own database. Start with `make demo`."
        )
