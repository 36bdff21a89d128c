"""From where else a session is used: a stolen cookie works anywhere, and the list of sessions shows it."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0014"
down_revision = "0013"

COLUMN: Final = """
ALTER TABLE dashboard.staff_session ADD COLUMN other_addresses text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN dashboard.staff_session.other_addresses IS 'Addresses other than the first, the latest five.';
"""


def upgrade() -> None:
    """Add the column."""
    op.execute(COLUMN)
