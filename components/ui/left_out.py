"""What is said of rows that figures cannot use: how many, of which table, and what is wrong with them."""

from __future__ import annotations

from typing import Any, Final

from components.ui import fmt
from core import jsontext

AHEAD: Final = "ahead"
"""Under which name stands how many of the others are dated in the future."""
_NUMBERS: Final = frozenset({"account_usage_stats.storage_used_gb"})


def sentence(rows: int, what: str = "number") -> str:
    """` 2 rows left out: they have no usable number.`; nothing for none."""
    has = "it has" if rows == 1 else "they have"
    return f" {fmt.plural(rows, 'row')} left out: {has} no usable {what}." if rows else ""


def by_table(counts: str | None) -> str:
    """What is kept of them by table.column (JSON text), as in `1 of api_usage_logs (created_at)`."""
    told = _read(counts)
    return ", ".join(f"{rows:,} of {' ('.join(name.split('.'))})" for name, rows in sorted(told.items()))


def explained(counts: str | None) -> str:
    """The same in a sentence's words: `2 rows left out: they have no usable number (account_usage_stats)`."""
    return "; ".join(
        f"{sentence(rows, 'number' if name in _NUMBERS else 'date').strip().rstrip('.')} ({name})"
        for name, rows in sorted(_read(counts).items())
    )


def total(counts: str | None) -> int:
    """How many rows they are."""
    return sum(_read(counts).values())


def ahead(counts: str | None) -> int:
    """How many of them are dated in the future."""
    told: dict[str, Any] = jsontext.loads(counts) if isinstance(counts, str) else {}
    return int(told.get(AHEAD, 0))


def _read(counts: str | None) -> dict[str, int]:
    told: dict[str, object] = jsontext.loads(counts) if isinstance(counts, str) else {}
    return {name: rows for name, rows in told.items() if isinstance(rows, int) and name != AHEAD}
