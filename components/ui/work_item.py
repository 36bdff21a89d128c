"""One row of the work list, as every source of work makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

TTL_S: Final = 30
"""How old an answer about work may be."""


@dataclass(frozen=True, slots=True)
class Work:
    """One row: how bad, how far it reaches (accounts or objects), what it says, and the view it opens."""

    severity: Literal["red", "orange", "yellow", "gray"]
    reach: int
    icon: str
    headline: str
    detail: str
    page: str
    label: str
    query: dict[str, str] = field(default_factory=dict[str, str])
