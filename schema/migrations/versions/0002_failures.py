"""Failures that staff retried stay on record, and what the Desk changes is rolled up again."""

from __future__ import annotations

from typing import Final

from alembic import op

from schema import objects

revision = "desk_0002"
down_revision = "desk_0001"

FILES: Final = {
    "tables/job_failure.sql": "87cb91b0e26a",
    "tables/rollup_mark.sql": "f5e72ac16c3c",
    "functions/days_to_full.sql": "60d43a2868fe",
    "functions/usable_time.sql": "20d716e6943b",
    "functions/rollups/left_out.sql": "447ebb2a7a6a",
    "functions/rollups/job_rows.sql": "6fc131083b58",
    "functions/rollups/refresh_accounts.sql": "58d4a4770c02",
    "functions/rollups/rollup_tick.sql": "5da3ee4e6f41",
    "functions/rollups/hours_differing.sql": "36253dd7b0f1",
    "grants/dashboard.sql": "6321d34e322f",
}


def upgrade() -> None:
    """Make the new tables, and the functions and grants that know them."""
    for name, digest in FILES.items():
        op.execute(objects.ran(name, digest))
    op.execute("ALTER TABLE dashboard.rollup_state ADD COLUMN compared text")
    op.execute(
        "COMMENT ON COLUMN dashboard.rollup_state.compared IS 'What the last comparison with the raw rows looked at.'"
    )
