"""Calls by UTC day and account, whatever the service: who calls most is a fifth of the rows to read."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0013"
down_revision = "0012"

TABLE: Final = """
CREATE TABLE dashboard.account_call_day (
    bucket     date NOT NULL,
    account_id uuid NOT NULL,
    requests   bigint NOT NULL,
    errors     bigint NOT NULL,
    tokens     bigint NOT NULL,
    credits    bigint NOT NULL,
    PRIMARY KEY (bucket, account_id)
);
COMMENT ON TABLE dashboard.account_call_day IS 'account_api_day, its services added up.';
INSERT INTO dashboard.account_call_day (bucket, account_id, requests, errors, tokens, credits)
SELECT d.bucket, d.account_id, sum(d.requests), sum(d.errors), sum(d.tokens), sum(d.credits)
FROM dashboard.account_api_day AS d GROUP BY 1, 2 ORDER BY 1, 2;
GRANT SELECT ON dashboard.account_call_day TO desk_reader, desk_writer;
GRANT INSERT, UPDATE, DELETE ON dashboard.account_call_day TO desk_writer;
"""

# What was the refresh becomes its first part.
REFRESH: Final = """
-- squawk-ignore renaming-object
ALTER FUNCTION dashboard.roll_api_usage (timestamptz, timestamptz) RENAME TO roll_api_services;
COMMENT ON FUNCTION dashboard.roll_api_services IS 'The part of roll_api_usage that reads raw calls.';

CREATE FUNCTION dashboard.roll_api_usage(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan'
SET jit = 'off' AS $$
DECLARE
    counted bigint := dashboard.roll_api_services(since, until);
    first date := (since AT TIME ZONE 'UTC')::date;
    beyond date := ((until - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1;
BEGIN
    IF counted IS NULL THEN
        RETURN NULL;
    END IF;
    WITH days AS MATERIALIZED (
        SELECT d.bucket, d.account_id, sum(d.requests)::bigint AS requests, sum(d.errors)::bigint AS errors,
            sum(d.tokens)::bigint AS tokens, sum(d.credits)::bigint AS credits
        FROM dashboard.account_api_day AS d WHERE d.bucket >= first AND d.bucket < beyond GROUP BY 1, 2
    ), vanished AS (
        DELETE FROM dashboard.account_call_day AS o
        WHERE o.bucket >= first AND o.bucket < beyond AND NOT EXISTS (
            SELECT FROM days AS s WHERE s.bucket = o.bucket AND s.account_id = o.account_id
        )
    )
    INSERT INTO dashboard.account_call_day (bucket, account_id, requests, errors, tokens, credits)
    SELECT * FROM (
        SELECT * FROM days
        EXCEPT ALL SELECT * FROM dashboard.account_call_day AS o WHERE o.bucket >= first AND o.bucket < beyond
    ) AS difference
    ORDER BY bucket, account_id
    ON CONFLICT (bucket, account_id) DO UPDATE SET (requests, errors, tokens, credits)
        = ROW (excluded.requests, excluded.errors, excluded.tokens, excluded.credits);
    RETURN counted;
END
$$;
COMMENT ON FUNCTION dashboard.roll_api_usage IS 'Roll up these whole hours again; the calls in them, NULL when locked.';
REVOKE ALL ON FUNCTION dashboard.roll_api_usage FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dashboard.roll_api_usage TO desk_writer;
"""


def upgrade() -> None:
    """Create the table from the one beside it, and keep it."""
    op.execute(TABLE)
    op.execute(REFRESH)
