"""What everybody used by UTC day: charts of the fleet read a row per day instead of one per account and day."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0015"
down_revision = "0014"

TABLE: Final = """
CREATE TABLE dashboard.usage_day (
    bucket     date PRIMARY KEY,
    accounts   bigint NOT NULL,
    credits    bigint NOT NULL,
    projects   bigint NOT NULL,
    pieces     bigint NOT NULL,
    scripts    bigint NOT NULL,
    voice      bigint NOT NULL,
    avatar     bigint NOT NULL,
    storage_gb numeric(30, 2)
);
COMMENT ON TABLE dashboard.usage_day IS 'Daily statistics of all accounts; storage is NULL where nobody was measured.';
INSERT INTO dashboard.rollup_state (source) VALUES ('usage');
GRANT SELECT ON dashboard.usage_day TO desk_reader, desk_writer;
GRANT INSERT, UPDATE, DELETE ON dashboard.usage_day TO desk_writer;

CREATE FUNCTION dashboard.usage_rows(first date, beyond date) RETURNS SETOF dashboard.usage_day
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.stat_date, count(*), coalesce(sum(u.total_credits_used), 0), coalesce(sum(u.projects_created), 0),
        coalesce(sum(u.content_pieces_added), 0), coalesce(sum(u.scripts_generated), 0),
        coalesce(sum(u.voice_generations), 0), coalesce(sum(u.avatar_generations), 0), sum(u.storage_used_gb)
    FROM public.account_usage_stats AS u WHERE u.stat_date >= first AND u.stat_date < beyond GROUP BY u.stat_date
$$;
COMMENT ON FUNCTION dashboard.usage_rows IS 'Rows of usage_day made from daily statistics.';
"""

# Custom plans and no wait for a lock, as for the other roll-ups.
SETTINGS: Final = """
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off'
"""

ROLL: Final = f"""
CREATE FUNCTION dashboard.roll_usage(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql {SETTINGS} AS $$
DECLARE
    first date := (since AT TIME ZONE 'UTC')::date;
    beyond date := ((until - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.usage')) THEN
        RETURN NULL;
    END IF;
    WITH source AS MATERIALIZED (SELECT * FROM dashboard.usage_rows(first, beyond)),
    vanished AS (
        DELETE FROM dashboard.usage_day AS o WHERE o.bucket >= first AND o.bucket < beyond
            AND NOT EXISTS (SELECT FROM source AS s WHERE s.bucket = o.bucket)
    )
    INSERT INTO dashboard.usage_day
    SELECT * FROM source EXCEPT ALL SELECT * FROM dashboard.usage_day AS o WHERE o.bucket >= first AND o.bucket < beyond
    ON CONFLICT (bucket) DO UPDATE SET (accounts, credits, projects, pieces, scripts, voice, avatar, storage_gb)
        = ROW (excluded.accounts, excluded.credits, excluded.projects, excluded.pieces, excluded.scripts,
            excluded.voice, excluded.avatar, excluded.storage_gb);
    RETURN (SELECT coalesce(sum(o.accounts), 0) FROM dashboard.usage_day AS o
        WHERE o.bucket >= first AND o.bucket < beyond);
END
$$;
COMMENT ON FUNCTION dashboard.roll_usage IS 'Roll up these hours'' days again; the rows in them, NULL when locked.';
REVOKE ALL ON FUNCTION dashboard.usage_rows, dashboard.roll_usage FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dashboard.usage_rows TO desk_reader, desk_writer;
GRANT EXECUTE ON FUNCTION dashboard.roll_usage TO desk_writer;
"""

# The product writes a day's statistics once the day is over, and may correct them: three days are looked at again.
TICK: Final = f"""
CREATE OR REPLACE FUNCTION dashboard.rollup_tick(
    wanted text,
    OUT since timestamptz, OUT until timestamptz, OUT counted bigint, OUT is_current boolean
) LANGUAGE plpgsql {SETTINGS} SET work_mem = '64MB' AS $$
DECLARE
    began timestamptz := clock_timestamp();
    open_hour timestamptz := date_bin('1 hour', now(), timestamptz 'epoch');
    back interval := CASE wanted WHEN 'usage' THEN interval '2 days' ELSE interval '2 hours' END;
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
        ELSIF wanted = 'usage' THEN
            SELECT min(u.stat_date)::timestamp AT TIME ZONE 'UTC' INTO next_row FROM public.account_usage_stats AS u
            WHERE u.stat_date >= (reached AT TIME ZONE 'UTC')::date AND u.stat_date > '-infinity';
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
        since := least(reached, open_hour) - back;
        until := open_hour + interval '1 hour';
    ELSE
        since := greatest(date_bin('1 day', reached, timestamptz 'epoch'), reached - back);
        until := date_bin('1 day', reached, timestamptz 'epoch') + interval '1 day';
    END IF;
    counted := CASE wanted
        WHEN 'api_usage' THEN dashboard.roll_api_usage(since, until)
        WHEN 'usage' THEN dashboard.roll_usage(since, until)
        ELSE dashboard.roll_jobs(since, until)
    END;
    UPDATE dashboard.rollup_state AS s
    SET watermark = least(until, open_hour), refreshed_at = clock_timestamp(), last_error = NULL,
        last_ms = 1000 * extract(epoch FROM clock_timestamp() - began)
    WHERE s.source = wanted;
END
$$;
"""

# Statistics may be corrected at any age, and an account's deletion takes all of its own: every day is compared, by
# count and credits from the index alone, deep by all figures.
DIFFERENCES: Final = """
-- squawk-ignore renaming-object
ALTER FUNCTION dashboard.rollup_differences (text, timestamptz, timestamptz, boolean) RENAME TO hours_differing;
COMMENT ON FUNCTION dashboard.hours_differing IS 'The part of rollup_differences that compares calls and jobs.';

CREATE FUNCTION dashboard.rollup_differences(wanted text, since timestamptz, until timestamptz, is_deep boolean)
RETURNS TABLE (bucket timestamptz) LANGUAGE plpgsql STABLE SET search_path = '' SET jit = 'off' AS $$
BEGIN
    IF wanted <> 'usage' THEN
        RETURN QUERY SELECT h.bucket FROM dashboard.hours_differing(wanted, since, until, is_deep) AS h;
    ELSIF is_deep THEN
        RETURN QUERY
        SELECT coalesce(r.bucket, d.bucket)::timestamp AT TIME ZONE 'UTC'
        FROM dashboard.usage_rows('-infinity', 'infinity') AS r
        FULL JOIN dashboard.usage_day AS d USING (bucket)
        WHERE r IS DISTINCT FROM d;
    ELSE
        RETURN QUERY
        SELECT coalesce(r.bucket, d.bucket)::timestamp AT TIME ZONE 'UTC'
        FROM (
            SELECT u.stat_date AS bucket, count(*) AS accounts, coalesce(sum(u.total_credits_used), 0) AS credits
            FROM public.account_usage_stats AS u GROUP BY 1
        ) AS r
        FULL JOIN dashboard.usage_day AS d USING (bucket)
        WHERE (r.accounts, r.credits) IS DISTINCT FROM (d.accounts, d.credits);
    END IF;
END
$$;
COMMENT ON FUNCTION dashboard.rollup_differences IS 'Hours whose roll-up is not what raw rows say; may repeat some.';
REVOKE ALL ON FUNCTION dashboard.rollup_differences FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dashboard.rollup_differences TO desk_writer;
"""


def upgrade() -> None:
    """Create the table, and teach the refresh and the audit about it."""
    for statements in (TABLE, ROLL, TICK, DIFFERENCES):
        op.execute(statements)
