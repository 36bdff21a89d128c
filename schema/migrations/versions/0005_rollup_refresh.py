"""How the roll-ups are refreshed: whole hours in one transaction, by whoever holds the lock, writing changes only."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0005"
down_revision = "0004"

API_KEY: Final = ("bucket", "service", "endpoint", "request_type")
API_FIGURES: Final = (
    *("requests", "errors", "errors_429", "errors_5xx", "unknown", "tokens", "credits"),
    *("lat_n", "lat_sum", "lat_max", "hb", "hn"),
)
ACCOUNT_KEY: Final = ("bucket", "account_id", "service")
ACCOUNT_FIGURES: Final = ("requests", "errors", "tokens", "credits")
JOB_KEY: Final = ("bucket", "job_type", "status")
JOB_FIGURES: Final = (
    *("jobs", "credits", "wait_n", "wait_ms", "wait_hb", "wait_hn"),
    *("run_n", "run_ms", "run_hb", "run_hn"),
)


def vanished(table: str, source: str, key: tuple[str, ...], within: str) -> str:
    """Delete what the source no longer has."""
    same = " AND ".join(f"s.{name} = o.{name}" for name in key)
    return f"""DELETE FROM dashboard.{table} AS o
        WHERE {within.format("o.bucket")} AND NOT EXISTS (SELECT FROM {source} AS s WHERE {same})"""


def changed(table: str, source: str, key: tuple[str, ...], figures: tuple[str, ...], within: str) -> str:
    """Write what differs from the source, in the key's order, as reads want neighbours on one page."""
    columns = ", ".join((*key, *figures))
    return f"""INSERT INTO dashboard.{table} ({columns})
        SELECT * FROM (
            SELECT {columns} FROM {source}
            EXCEPT ALL SELECT {columns} FROM dashboard.{table} WHERE {within.format("bucket")}
        ) AS difference
        ORDER BY {", ".join(key)}
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET ({", ".join(figures)})
            = ROW ({", ".join(f"excluded.{name}" for name in figures)})"""


HOURS: Final = "{0} >= since AND {0} < until"
DAYS: Final = "{0} >= first AND {0} < beyond"

# Custom plans: a generic one knows neither the range's width nor how few of a year's rows it holds.
# lock_timeout: a migration waits for a refresh no longer than this, as a refresh that waits makes others wait.
SETTINGS: Final = """
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off'
SET work_mem = '64MB'
"""
WHOLE_HOURS: Final = """
    IF (since, until) <> (
        date_bin('1 hour', since, timestamptz 'epoch'), date_bin('1 hour', until, timestamptz 'epoch')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'A roll-up takes whole hours.';
    END IF;
"""

ROLL_API_USAGE: Final = f"""
CREATE FUNCTION dashboard.roll_api_usage(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql {SETTINGS} AS $$
DECLARE
    today timestamptz := date_bin('1 day', now(), timestamptz 'epoch');
    first date;
    beyond date;
    first_at timestamptz;
    beyond_at timestamptz;
    counted bigint;
BEGIN
    {WHOLE_HOURS}
    -- Of the transaction, not of the session: a session's lock is lost behind a pooler in transaction mode.
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.api_usage')) THEN
        RETURN NULL;
    END IF;
    first := (since AT TIME ZONE 'UTC')::date;
    beyond := ((until - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1;
    first_at := first::timestamp AT TIME ZONE 'UTC';
    beyond_at := beyond::timestamp AT TIME ZONE 'UTC';
    -- Without their hours by account, older days can only be made as a whole.
    IF since < today - interval '7 days' THEN
        since := first_at;
        until := beyond_at;
    END IF;

    WITH source AS MATERIALIZED (SELECT * FROM dashboard.api_usage_rows(since, until)),
    vanished AS ({vanished("api_usage_hour", "source", API_KEY, HOURS)})
    {changed("api_usage_hour", "source", API_KEY, API_FIGURES, HOURS)};

    SELECT coalesce(sum(h.requests), 0) INTO counted FROM dashboard.api_usage_hour AS h
    WHERE {HOURS.format("h.bucket")};

    WITH hours AS MATERIALIZED (
        SELECT (h.bucket AT TIME ZONE 'UTC')::date AS day, h.*
        FROM dashboard.api_usage_hour AS h WHERE h.bucket >= first_at AND h.bucket < beyond_at
    ), histogram AS (
        SELECT b.day, b.service, b.endpoint, b.request_type,
            array_agg(b.bin ORDER BY b.bin) AS hb, array_agg(b.n ORDER BY b.bin) AS hn
        FROM (
            SELECT h.day, h.service, h.endpoint, h.request_type, u.bin, sum(u.n)::integer AS n
            FROM hours AS h, unnest(h.hb, h.hn) AS u (bin, n) GROUP BY 1, 2, 3, 4, 5
        ) AS b
        GROUP BY 1, 2, 3, 4
    ), counted AS (
        SELECT h.day, h.service, h.endpoint, h.request_type,
            sum(h.requests)::bigint AS requests, sum(h.errors)::bigint AS errors,
            sum(h.errors_429)::bigint AS errors_429, sum(h.errors_5xx)::bigint AS errors_5xx,
            sum(h.unknown)::bigint AS unknown, sum(h.tokens)::bigint AS tokens, sum(h.credits)::bigint AS credits,
            sum(h.lat_n)::bigint AS lat_n, sum(h.lat_sum)::bigint AS lat_sum, max(h.lat_max) AS lat_max
        FROM hours AS h GROUP BY 1, 2, 3, 4
    ), source AS MATERIALIZED (
        SELECT c.day AS bucket, c.*, g.hb, g.hn
        FROM counted AS c LEFT JOIN histogram AS g USING (day, service, endpoint, request_type)
    ),
    vanished AS ({vanished("api_usage_day", "source", API_KEY, DAYS)})
    {changed("api_usage_day", "source", API_KEY, API_FIGURES, DAYS)};

    IF until <= today - interval '7 days' THEN
        WITH days AS MATERIALIZED (
            SELECT (r.bucket AT TIME ZONE 'UTC')::date AS bucket, r.account_id, r.service,
                r.requests, r.errors, r.tokens, r.credits
            FROM dashboard.account_api_rows(since, until, '1 day') AS r
        ),
        vanished AS ({vanished("account_api_day", "days", ACCOUNT_KEY, DAYS)})
        {changed("account_api_day", "days", ACCOUNT_KEY, ACCOUNT_FIGURES, DAYS)};
        RETURN counted;
    END IF;

    WITH source AS MATERIALIZED (SELECT * FROM dashboard.account_api_rows(since, until)),
    recent AS (SELECT * FROM source WHERE bucket >= today - interval '7 days'),
    vanished_hours AS ({vanished("account_api_hour", "recent", ACCOUNT_KEY, HOURS)}),
    changed_hours AS ({changed("account_api_hour", "recent", ACCOUNT_KEY, ACCOUNT_FIGURES, HOURS)}),
    days AS MATERIALIZED (
        SELECT (h.bucket AT TIME ZONE 'UTC')::date AS bucket, h.account_id, h.service,
            sum(h.requests)::bigint AS requests, sum(h.errors)::bigint AS errors,
            sum(h.tokens)::bigint AS tokens, sum(h.credits)::bigint AS credits
        FROM (
            SELECT * FROM source
            UNION ALL
            SELECT * FROM dashboard.account_api_hour WHERE bucket >= first_at AND bucket < since
            UNION ALL
            SELECT * FROM dashboard.account_api_hour WHERE bucket >= until AND bucket < beyond_at
        ) AS h
        GROUP BY 1, 2, 3
    ),
    vanished_days AS ({vanished("account_api_day", "days", ACCOUNT_KEY, DAYS)})
    {changed("account_api_day", "days", ACCOUNT_KEY, ACCOUNT_FIGURES, DAYS)};

    DELETE FROM dashboard.account_api_hour WHERE bucket < today - interval '7 days';
    RETURN counted;
END
$$;
COMMENT ON FUNCTION dashboard.roll_api_usage IS 'Roll up these whole hours again; the calls in them, NULL when locked.';
"""

ROLL_JOBS: Final = f"""
CREATE FUNCTION dashboard.roll_jobs(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql {SETTINGS} AS $$
BEGIN
    {WHOLE_HOURS}
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.jobs')) THEN
        RETURN NULL;
    END IF;
    WITH source AS MATERIALIZED (SELECT * FROM dashboard.job_rows(since, until)),
    vanished AS ({vanished("job_hour", "source", JOB_KEY, HOURS)})
    {changed("job_hour", "source", JOB_KEY, JOB_FIGURES, HOURS)};
    RETURN (SELECT coalesce(sum(h.jobs), 0) FROM dashboard.job_hour AS h WHERE {HOURS.format("h.bucket")});
END
$$;
COMMENT ON FUNCTION dashboard.roll_jobs IS 'Roll up these whole hours again; the jobs in them, NULL when locked.';
"""

# Far behind, a tick takes the next day, skipping those without rows, else the open hour and two before it.
TICK: Final = f"""
CREATE FUNCTION dashboard.rollup_tick(
    wanted text,
    OUT since timestamptz, OUT until timestamptz, OUT counted bigint, OUT is_current boolean
) LANGUAGE plpgsql {SETTINGS} AS $$
DECLARE
    began timestamptz := clock_timestamp();
    open_hour timestamptz := date_bin('1 hour', now(), timestamptz 'epoch');
    reached timestamptz;
    next_row timestamptz;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.' || wanted)) THEN
        RETURN;
    END IF;
    SELECT coalesce(s.watermark, '-infinity') INTO STRICT reached FROM dashboard.rollup_state AS s
    WHERE s.source = wanted;
    IF reached < open_hour - interval '1 day' THEN
        IF wanted = 'api_usage' THEN
            SELECT min(l.created_at) INTO next_row FROM public.api_usage_logs AS l
            WHERE l.created_at >= reached AND l.created_at > '-infinity';
        ELSE
            SELECT min(coalesce(q.completed_at, q.updated_at)) INTO next_row FROM public.processing_queue AS q
            WHERE coalesce(q.completed_at, q.updated_at) >= reached
                AND coalesce(q.completed_at, q.updated_at) > '-infinity'
                AND q.status IN ('completed', 'failed', 'cancelled');
        END IF;
        next_row := least(coalesce(next_row, open_hour), open_hour);
        reached := greatest(reached, date_bin('1 day', next_row, timestamptz 'epoch'));
    END IF;
    is_current := open_hour - reached <= interval '1 day';
    IF is_current THEN
        since := least(reached, open_hour) - interval '2 hours';
        until := open_hour + interval '1 hour';
    ELSE
        since := greatest(date_bin('1 day', reached, timestamptz 'epoch'), reached - interval '2 hours');
        until := date_bin('1 day', reached, timestamptz 'epoch') + interval '1 day';
    END IF;
    IF wanted = 'api_usage' THEN
        counted := dashboard.roll_api_usage(since, until);
    ELSE
        counted := dashboard.roll_jobs(since, until);
    END IF;
    UPDATE dashboard.rollup_state AS s
    SET watermark = least(until, open_hour), refreshed_at = clock_timestamp(), last_error = NULL,
        last_ms = 1000 * extract(epoch FROM clock_timestamp() - began)
    WHERE s.source = wanted;
END
$$;
COMMENT ON FUNCTION dashboard.rollup_tick IS 'Refresh one source; NULLs when somebody else is at it.';
"""

GRANTS: Final = """
REVOKE ALL ON FUNCTION dashboard.roll_api_usage, dashboard.roll_jobs, dashboard.rollup_tick FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dashboard.roll_api_usage, dashboard.roll_jobs, dashboard.rollup_tick TO desk_writer;
"""


def upgrade() -> None:
    """Create the functions; they run with the caller's rights."""
    for statements in (ROLL_API_USAGE, ROLL_JOBS, TICK, GRANTS):
        op.execute(statements)
