"""How a person proves who they are: one way today, behind the seam where the next plugs in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import text

from actions import staff
from actions.staff import Invitation
from core import database
from core.errors import SettingsInvalid
from core.identity import Role
from core.settings import LOOPBACK, settings

ABILITIES: Final[dict[Role, str]] = {
    "viewer": "Reads, and changes nothing",
    "support": "Reads, retries and cancels jobs, exports",
    "account_manager": "Reads, edits account limits, exports",
    "reviewer": "Reads, reviews content, edits creators",
    "admin": "Everything, with staff, audit and system",
}
_STAFF: Final = text("SELECT user_id, name, role FROM dashboard.staff WHERE is_active ORDER BY created_at, user_id")
_MARKER: Final = text("SELECT current_setting('desk.demo', true) = 'on'")


class SignIn(Protocol):
    """One way to sign in."""

    template: str
    """The page that `/login` shows."""
    invitation: Invitation | None
    """How an admin invites somebody; None where people cannot be invited."""

    def shown(self) -> dict[str, object]:
        """What the page needs."""
        ...

    def proved(self, form: Mapping[str, str]) -> UUID | None:
        """Who the form proves the person to be, None when it proves nothing."""
        ...


class Persona(NamedTuple):
    """Somebody to be in the demo."""

    user_id: UUID
    name: str
    role: str
    ability: str


class Demo:
    """One button per active staff member."""

    template = "login_demo"
    invitation: Invitation | None = None

    def shown(self) -> dict[str, object]:
        """The personas; raises as `core.database` does."""
        return {"personas": self._personas()}

    def proved(self, form: Mapping[str, str]) -> UUID | None:
        """The persona whose button was pressed."""
        with suppress(ValueError):
            chosen = UUID(form.get("user_id", ""))
            if any(persona.user_id == chosen for persona in self._personas()):
                return chosen
        return None

    def _personas(self) -> list[Persona]:
        with database.transaction() as connection:
            rows = connection.execute(_STAFF).all()
        return [Persona(r.user_id, r.name, r.role.replace("_", " ").capitalize(), ABILITIES[r.role]) for r in rows]


def way() -> SignIn:
    """The way that AUTH_MODE names."""
    if settings().auth_mode != "demo":
        raise SettingsInvalid(
            "AUTH_MODE=supabase: this version of the Desk cannot sign in through Supabase yet. "
            "`make demo` runs it with AUTH_MODE=demo on its own database."
        )
    return Demo()


def refuse_unsafe(address: str | None) -> None:
    """Raise `SettingsInvalid` where signing anybody in would open more than a demo on this machine."""
    staff.use_invitations(way().invitation)
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
