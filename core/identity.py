"""Who is looking and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from core.errors import Forbidden

Permission = Literal["read", "jobs", "export", "limits", "review", "creators", "audit", "admin"]
Role = Literal["viewer", "support", "account_manager", "reviewer", "admin"]

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    "viewer": frozenset({"read"}),
    "support": frozenset({"read", "jobs", "export"}),
    "account_manager": frozenset({"read", "limits", "export"}),
    "reviewer": frozenset({"read", "review", "creators"}),
    "admin": frozenset(get_args(Permission)),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in staff member."""

    user_id: UUID
    email: str
    name: str
    role: Role

    def can(self, permission: Permission) -> bool:
        """Whether the viewer's role includes the permission."""
        # A role that only the database knows includes nothing.
        return permission in PERMISSIONS.get(self.role, frozenset())

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` unless the viewer's role includes the permission."""
        if not self.can(permission):
            raise Forbidden(
                f"Your role ({self.role.replace('_', ' ')}) does not allow this. Ask an admin if you need to."
            )


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs a command on the server: no staff member, but on record all the same."""

    name: str
    role: Literal["operator"] = "operator"

    @property
    def user_id(self) -> None:
        """No staff member."""
        return

    @property
    def email(self) -> str:
        """How the audit log names them."""
        return f"{self.name} (manage.py)"
