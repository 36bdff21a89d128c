"""What every table definition shares: one metadata collection and the product's only kind of timestamp."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import DateTime, MetaData, Select

METADATA: Final = MetaData()
UTC_TIME: Final = DateTime(timezone=True)

Rows = Select[*tuple[Any, ...]]
"""A read; its docstring names the columns, since a `Select` of many loses their types."""
