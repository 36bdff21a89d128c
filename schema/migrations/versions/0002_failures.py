"""Failures that staff retried stay on record, what the Desk changes is rolled up again, and unknown is not fine."""

from __future__ import annotations

from typing import Final

from alembic import op

from schema import objects

revision = "desk_0002"
down_revision = "desk_0001"

UNKNOWN: Final = ("account_api_hour", "account_api_day", "account_call_day")
"""Roll-ups that get a column for calls with neither status nor message."""
FILES: Final = {
    "tables/job_failure.sql": "87cb91b0e26a",
    "tables/rollup_mark.sql": "8f67c5a22fc5",
    "functions/days_to_full.sql": "60d43a2868fe",
    "functions/usable_time.sql": "20d716e6943b",
    "functions/latest_gauge.sql": "20621fd65804",
    "functions/zero_gb.sql": "09c5b942333c",
    "functions/known_gb.sql": "c1a3ef0dc716",
    "functions/recorded_days.sql": "266870987e16",
    "functions/account_use.sql": "d82c56c346b6",
    "functions/rollups/usage_rows.sql": "05789481ab23",
    "functions/rollups/refresh_accounts.sql": "2b806ecb5c5b",
    "functions/rollups/left_out.sql": "447ebb2a7a6a",
    "functions/rollups/job_rows.sql": "6fc131083b58",
    "functions/rollups/account_api_rows.sql": "5471ed541d12",
    "functions/rollups/roll_api_services.sql": "ab7723d99f44",
    "functions/rollups/roll_api_usage.sql": "b44a190d5e75",
    "functions/rollups/rollup_tick.sql": "46249e5d5630",
    "functions/rollups/hours_differing.sql": "36253dd7b0f1",
    "grants/dashboard.sql": "66f8c3f81aa9",
}
MARK_CALLS: Final = """
INSERT INTO dashboard.rollup_mark (source, bucket)
SELECT 'api_usage', d.day::timestamp AT TIME ZONE 'UTC'
FROM (SELECT DISTINCT o.bucket AS day FROM dashboard.api_usage_day AS o WHERE o.unknown > 0) AS d
WHERE EXISTS (
    SELECT FROM public.api_usage_logs AS l
    WHERE l.created_at >= d.day::timestamp AT TIME ZONE 'UTC'
        AND l.created_at < (d.day + 1)::timestamp AT TIME ZONE 'UTC'
)
"""
"""Days with unknown calls are made again by account, those alone that the product still has calls of."""
MARK_JOBS: Final = """
INSERT INTO dashboard.rollup_mark (source, bucket)
SELECT DISTINCT 'jobs', date_bin('1 hour', coalesce(q.completed_at, q.updated_at), timestamptz 'epoch')
FROM public.processing_queue AS q
WHERE q.status IN ('completed', 'failed', 'cancelled')
    AND dashboard.usable_time(coalesce(q.completed_at, q.updated_at)) IS NOT NULL
    AND (q.started_at < coalesce(q.scheduled_at, q.created_at) OR q.started_at > coalesce(q.completed_at, q.updated_at))
"""
"""Hours with a job whose clocks disagree: its wait or run was rolled up as a negative one."""
FULL: Final = "UPDATE dashboard.account_summary SET storage_limit_gb = NULL WHERE storage_limit_gb IS NULL"
"""Computes the days to full anew where there is no limit: the function says other things of those now."""


def upgrade() -> None:
    """Make the new tables and columns, and the functions and grants that know them; mark what is to be made again."""
    for name in UNKNOWN:
        op.execute(f"ALTER TABLE dashboard.{name} ADD COLUMN unknown bigint NOT NULL DEFAULT 0")
    op.execute("DROP FUNCTION dashboard.account_api_rows(timestamptz, timestamptz, interval)")  # it returns more
    for name, digest in FILES.items():
        op.execute(objects.ran(name, digest))
    op.execute("ALTER TABLE dashboard.rollup_state ADD COLUMN compared text")
    op.execute(
        "COMMENT ON COLUMN dashboard.rollup_state.compared IS 'What the last comparison with the raw rows looked at.'"
    )
    op.execute(MARK_CALLS)
    op.execute(MARK_JOBS)
    op.execute(FULL)
