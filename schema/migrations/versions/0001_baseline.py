"""The Desk's own part of the database as release 0.1.0 has it."""

from __future__ import annotations

from typing import Final

from alembic import op

from schema import objects

# Not "0001", which was the name of another: Alembic also takes the first letters of a name for the whole.
revision = "desk_0001"
down_revision = None

FILES: Final = {
    "functions/earliest.sql": "d5db5ced7129",
    "functions/usable_time.sql": "bb47f781f827",
    "functions/usable_number.sql": "31813a3298cb",
    "functions/rollups/kept_from.sql": "0d31f3d1adf4",
    "functions/is_error.sql": "349c87a81c9d",
    "functions/latency_bucket.sql": "60ce2e9ddd52",
    "functions/latency_ms.sql": "8fac4a763af3",
    "functions/quota_band.sql": "bd704430e4cd",
    "functions/quota_use.sql": "ae48a8a6e08f",
    "functions/is_alone.sql": "34deebd2181e",
    "functions/worst_band.sql": "e373a9cc679a",
    "functions/days_to_full.sql": "9cece6fb1f15",
    "functions/account_use.sql": "c31152623afc",
    "functions/forecast.sql": "32bc61eee7c0",
    "functions/month_to_date.sql": "c9a863223720",
    "functions/audit_words.sql": "95e1d743bd8f",
    "functions/audit_log_is_append_only.sql": "db564389ae91",
    "functions/staff_one_change_at_a_time.sql": "b556501240a3",
    "functions/staff_keeps_an_admin.sql": "3e86425d0718",
    "tables/staff.sql": "c7a9a5a03bcd",
    "tables/staff_session.sql": "419c5f6df4b1",
    "tables/known_browser.sql": "eca0243c4e51",
    "tables/attempt.sql": "c239d4365ce2",
    "tables/staff_note.sql": "99d07ccb8666",
    "tables/creator_draft.sql": "5175083dc925",
    "tables/bulk_run.sql": "c4a3ec1255a7",
    "tables/review.sql": "b2a533ac2805",
    "tables/review_verdict.sql": "763667eee006",
    "tables/audit_chain.sql": "a7686e6aa336",
    "functions/chain_audit_row.sql": "80aab7527e86",
    "tables/audit_log.sql": "377e0e2474f0",
    "functions/audit_link.sql": "8b09c1214548",
    "tables/api_usage_hour.sql": "3b118d69e2a1",
    "tables/api_usage_day.sql": "c85df094fd77",
    "tables/account_api_hour.sql": "b7e888adecff",
    "tables/account_api_day.sql": "6a00528a9d65",
    "tables/account_call_day.sql": "f1869b19a900",
    "tables/job_hour.sql": "6857072f220a",
    "tables/usage_day.sql": "f60f4a86e52b",
    "tables/rollup_state.sql": "cd644750d248",
    "tables/account_summary.sql": "1ba19e1f1761",
    "functions/rollups/api_usage_rows.sql": "23b4bdc461e9",
    "functions/rollups/api_call_rows.sql": "dc0c13833fc1",
    "functions/rollups/account_api_rows.sql": "aece8a1eae83",
    "functions/rollups/job_rows.sql": "88b41fa69736",
    "functions/rollups/usage_rows.sql": "ff05a049eabd",
    "functions/rollups/roll_api_services.sql": "50bb040f8f2f",
    "functions/rollups/roll_api_usage.sql": "9a47b28f3e60",
    "functions/rollups/roll_jobs.sql": "8ba53528bf82",
    "functions/rollups/roll_usage.sql": "1e37491c3dc0",
    "functions/rollups/left_out.sql": "5839469fd607",
    "functions/rollups/rollup_tick.sql": "8f3983289dc2",
    "functions/rollups/hours_differing.sql": "48ef9e38c7c4",
    "functions/rollups/rollup_differences.sql": "a7c0c9c1e502",
    "functions/rollups/refresh_accounts.sql": "380a404fb716",
    "grants/roles.sql": "c4a78e14414c",
    "grants/product.sql": "04c412a97d2d",
    "grants/dashboard.sql": "c0058e524a16",
}
"""The objects with the texts that they had, in an order in which each finds those that it needs."""


def upgrade() -> None:
    """Make everything, then say who may touch it."""
    for name, digest in FILES.items():
        op.execute(objects.ran(name, digest))
