"""What every table definition shares: one metadata collection and the product's only kind of timestamp."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DateTime, MetaData

METADATA: Final = MetaData()
UTC_TIME: Final = DateTime(timezone=True)
