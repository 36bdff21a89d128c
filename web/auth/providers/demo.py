"""The demo's people: one button each, and no proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from core import database
from core.browsers import Visitor
from core.errors import SignInRefused
from core.identity import Role

ABILITIES: Final[dict[Role, str]] = {
    "viewer": "Read only",
    "support": "Read, retry and cancel jobs, export",
    "account_manager": "Read, edit account limits, export",
    "reviewer": "Read, review content, edit creators",
    "admin": "Everything, including staff, audit and system",
}
_STAFF: Final = text("SELECT user_id, name, role FROM dashboard.staff WHERE is_active ORDER BY created_at, user_id")


class Demo:
    """One button per active staff member."""

    template = "login_demo"
    invitation = None

    def shown(self) -> dict[str, object]:
        """Id, name, role and abilities of each; raises as `core.database` does."""
        return {"personas": [(one.user_id, one.name, one.role, ABILITIES[one.role]) for one in _staff()]}

    def proved(self, form: Mapping[str, str], wanted: str, visitor: Visitor) -> UUID:
        """The persona whose button was pressed."""
        with suppress(ValueError):
            chosen = UUID(form.get("user_id", ""))
            if any(one.user_id == chosen for one in _staff()):
                return chosen
        raise SignInRefused


def _staff() -> Sequence[Row[Any]]:
    with database.transaction() as connection:
        return connection.execute(_STAFF).all()
