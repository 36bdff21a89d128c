"""How a person proves who they are: the seam, and the demo's way; the other is `web.auth.supabase`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import text

from actions import staff
from actions.staff import Invitation
from core import database
from core.browsers import Visitor
from core.errors import SettingsInvalid
from core.identity import Role
from core.settings import LOOPBACK, settings
from web.auth.pending import PendingSignIn
from web.auth.supabase import Supabase

ABILITIES: Final[dict[Role, str]] = {
    "viewer": "Read only",
    "support": "Read, retry and cancel jobs, export",
    "account_manager": "Read, edit account limits, export",
    "reviewer": "Read, review content, edit creators",
    "admin": "Everything, including staff, audit and system",
}
_STAFF: Final = text("SELECT user_id, name, role FROM dashboard.staff WHERE is_active ORDER BY created_at, user_id")
_MARKER: Final = text("SELECT current_setting('desk.demo', true) = 'on'")


class SignIn(Protocol):
    """One way to sign in."""

    @property
    def template(self) -> str:
        """The page that `/login` shows."""
        ...

    @property
    def invitation(self) -> Invitation | None:
        """How an admin invites somebody; None where people cannot be invited."""
        ...

    def shown(self) -> dict[str, object]:
        """What the page needs."""
        ...

    def proved(self, form: Mapping[str, str], wanted: str, visitor: Visitor) -> UUID | PendingSignIn | None:
        """Who the form proves the person to be, or what they must do yet; None when it proves nothing.

        `wanted` is where they want to go, `visitor` what is known of them. Raises `SignInRefused` like None.
        """
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

    def proved(self, form: Mapping[str, str], wanted: str, visitor: Visitor) -> UUID | PendingSignIn | None:
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


def provider() -> SignIn:
    """The way that AUTH_MODE names."""
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
