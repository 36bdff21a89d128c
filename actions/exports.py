"""Put exports on record."""

from __future__ import annotations

from actions import audit
from core.database import transaction
from core.identity import Viewer


def record(viewer: Viewer, what: str, filters: str, rows: int) -> None:
    """Note that the viewer took so many rows out of the Desk, before they are handed over; needs `export`."""
    viewer.require("export")
    with transaction() as connection:
        audit.record(connection, viewer, "export", what, after={"filters": filters, "rows": rows})
