"""Rows without a usable number or date are counted out, and counted; what stops one source or account is kept."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from alembic import op

revision = "0018"
down_revision = "0017"

_0005: Final = import_module("schema.migrations.versions.0005_rollup_refresh")
_0017: Final = import_module("schema.migrations.versions.0017_open_hour")

# OpenAI, the oldest of the services that the product calls, was founded in 2015: no row of the product is older.
# A day ahead of now is a clock that is wrong; more is a date that is.
# What is not plpgsql carries no SET clause: PostgreSQL could not inline it, and a read would not see its range.
USABLE: Final = """
CREATE FUNCTION dashboard.earliest() RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT timestamptz '2015-01-01 00:00:00+00' $$;
COMMENT ON FUNCTION dashboard.earliest IS 'Before it the product cannot have been: an older date is a wrong one.';

CREATE FUNCTION dashboard.usable_time(moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN moment >= dashboard.earliest() AND moment <= now() + interval '1 day' THEN moment END
$$;
COMMENT ON FUNCTION dashboard.usable_time IS 'The moment of something that happened; NULL where it cannot be one.';

CREATE FUNCTION dashboard.usable_number(n numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN n NOT IN ('NaN', 'Infinity', '-Infinity') THEN n END
$$;
COMMENT ON FUNCTION dashboard.usable_number IS 'The number; NULL where it is none that can be added up.';

CREATE FUNCTION dashboard.kept_from(rollup text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE rollup WHEN 'account_api_hour' THEN date_bin('1 day', now(), timestamptz 'epoch') - interval '7 days'
        ELSE timestamptz '-infinity' END
$$;
COMMENT ON FUNCTION dashboard.kept_from IS 'From when on a roll-up keeps its rows: refreshes and reads go by it.';

CREATE OR REPLACE FUNCTION dashboard.quota_band(used numeric, lim integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN dashboard.usable_number(used) IS NULL OR lim IS NULL THEN 0 WHEN used > lim THEN 4
        WHEN used = lim THEN 3 WHEN used >= 0.8 * lim THEN 2 ELSE 1 END::smallint
$$;

CREATE OR REPLACE FUNCTION dashboard.quota_use(used numeric, lim integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN dashboard.usable_number(used) IS NULL THEN NULL
        WHEN lim > 0 THEN least(round(1000000 * used / lim), 9000000000000000)::bigint
        WHEN used > lim THEN 9000000000000000 WHEN used = lim THEN 1000000 END
$$;

CREATE OR REPLACE FUNCTION dashboard.days_to_full(used numeric, lim integer, rate double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN dashboard.usable_number(used) IS NULL OR rate IN ('NaN', 'Infinity', '-Infinity') THEN NULL
        WHEN used >= lim THEN 0
        WHEN rate > 0 THEN least(ceil((lim - used)::double precision / rate), 1000000)::bigint END
$$;
"""

TABLES: Final = """
ALTER TABLE dashboard.job_hour ADD COLUMN left_out bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN dashboard.job_hour.left_out IS 'Jobs whose start is no usable date: in no wait or run time.';
ALTER TABLE dashboard.usage_day ADD COLUMN left_out bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN dashboard.usage_day.left_out IS 'Accounts whose storage is no usable number.';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_hour_left_out_idx ON dashboard.job_hour (bucket) WHERE left_out > 0;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX usage_day_left_out_idx ON dashboard.usage_day (bucket) WHERE left_out > 0;
ALTER TABLE dashboard.account_summary ADD COLUMN left_out jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN dashboard.account_summary.left_out IS 'Rows counted out, by table.column of the product.';
ALTER TABLE dashboard.rollup_state
    ADD COLUMN audit_error text,
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN left_out jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN faults jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN dashboard.rollup_state.audit_error IS 'What stopped the last comparison with the raw rows.';
COMMENT ON COLUMN dashboard.rollup_state.failing_since IS 'Since when there is a last_error.';
COMMENT ON COLUMN dashboard.rollup_state.left_out IS 'Rows counted out, by table.column of the product.';
COMMENT ON COLUMN dashboard.rollup_state.faults IS 'Accounts that fail, each alone: since when, and why.';

DELETE FROM dashboard.api_usage_hour WHERE bucket < dashboard.earliest();
DELETE FROM dashboard.api_usage_day WHERE bucket < (dashboard.earliest() AT TIME ZONE 'UTC')::date;
DELETE FROM dashboard.account_api_day WHERE bucket < (dashboard.earliest() AT TIME ZONE 'UTC')::date;
DELETE FROM dashboard.account_call_day WHERE bucket < (dashboard.earliest() AT TIME ZONE 'UTC')::date;
DELETE FROM dashboard.job_hour WHERE bucket < dashboard.earliest();
DELETE FROM dashboard.usage_day
WHERE bucket < (dashboard.earliest() AT TIME ZONE 'UTC')::date OR bucket > (now() AT TIME ZONE 'UTC')::date + 1;
UPDATE dashboard.rollup_state SET watermark = NULL WHERE watermark < dashboard.earliest();
"""

# Relative to the job's own end, so that an hour rolled up later says the same.
JOBS: Final = f"""
-- squawk-ignore ban-drop-function
DROP FUNCTION dashboard.job_rows;
CREATE FUNCTION dashboard.job_rows(since timestamptz, until timestamptz) RETURNS TABLE (
    bucket timestamptz, job_type text, status text, jobs bigint, credits bigint,
    wait_n bigint, wait_ms bigint, wait_hb smallint[], wait_hn integer[],
    run_n bigint, run_ms bigint, run_hb smallint[], run_hn integer[], left_out bigint
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH ended AS (
        SELECT q.job_type::text AS job_type, q.status::text AS status, coalesce(q.actual_credits, 0) AS credits,
            coalesce(q.completed_at, q.updated_at) AS ended_at, q.started_at,
            coalesce(q.scheduled_at, q.created_at) AS due_at
        FROM public.processing_queue AS q
        WHERE coalesce(q.completed_at, q.updated_at) >= since AND coalesce(q.completed_at, q.updated_at) < until
            AND q.status IN ('completed', 'failed', 'cancelled')
    ), told AS (
        SELECT e.*,
            e.started_at >= dashboard.earliest() AND e.started_at <= e.ended_at + interval '1 day' AS has_start,
            e.due_at >= dashboard.earliest() AND e.due_at <= e.ended_at + interval '1 day' AS has_due
        FROM ended AS e
    ), job AS (
        SELECT
            date_bin('1 hour', t.ended_at, timestamptz 'epoch') AS bucket, t.job_type, t.status, t.credits,
            CASE WHEN t.has_start AND t.has_due THEN
                round(1000 * extract(epoch FROM t.started_at - t.due_at))::bigint
            END AS wait_ms,
            CASE WHEN t.has_start THEN
                round(1000 * extract(epoch FROM t.ended_at - t.started_at))::bigint
            END AS run_ms,
            NOT t.has_start OR t.has_start AND NOT t.has_due AS is_left_out
        FROM told AS t
    ), waited AS (
        SELECT w.bucket, w.job_type, w.status,
            sum(w.n)::bigint AS n, array_agg(w.b ORDER BY w.b) AS hb, array_agg(w.n::integer ORDER BY w.b) AS hn
        FROM (
            SELECT job.bucket, job.job_type, job.status, dashboard.latency_bucket(job.wait_ms) AS b, count(*) AS n
            FROM job WHERE job.wait_ms IS NOT NULL GROUP BY 1, 2, 3, 4
        ) AS w
        GROUP BY 1, 2, 3
    ), ran AS (
        SELECT r.bucket, r.job_type, r.status,
            sum(r.n)::bigint AS n, array_agg(r.b ORDER BY r.b) AS hb, array_agg(r.n::integer ORDER BY r.b) AS hn
        FROM (
            SELECT job.bucket, job.job_type, job.status, dashboard.latency_bucket(job.run_ms) AS b, count(*) AS n
            FROM job WHERE job.run_ms IS NOT NULL GROUP BY 1, 2, 3, 4
        ) AS r
        GROUP BY 1, 2, 3
    ), counted AS (
        SELECT job.bucket, job.job_type, job.status, count(*) AS jobs, sum(job.credits)::bigint AS credits,
            coalesce(sum(job.wait_ms), 0)::bigint AS wait_ms, coalesce(sum(job.run_ms), 0)::bigint AS run_ms,
            count(*) FILTER (WHERE job.is_left_out) AS left_out
        FROM job GROUP BY 1, 2, 3
    )
    SELECT c.bucket, c.job_type, c.status, c.jobs, c.credits,
        coalesce(waited.n, 0), c.wait_ms, waited.hb, waited.hn,
        coalesce(ran.n, 0), c.run_ms, ran.hb, ran.hn, c.left_out
    FROM counted AS c
    LEFT JOIN waited USING (bucket, job_type, status)
    LEFT JOIN ran USING (bucket, job_type, status)
$$;
COMMENT ON FUNCTION dashboard.job_rows IS 'Rows of job_hour made from jobs; an end is completed_at, else updated_at.';
{
    _0005.ROLL_JOBS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
        _0005.changed("job_hour", "source", _0005.JOB_KEY, _0005.JOB_FIGURES, _0005.HOURS),
        _0005.changed("job_hour", "source", _0005.JOB_KEY, (*_0005.JOB_FIGURES, "left_out"), _0005.HOURS),
    )
}
"""

USAGE: Final = """
CREATE OR REPLACE FUNCTION dashboard.usage_rows(first date, beyond date) RETURNS SETOF dashboard.usage_day
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.stat_date, count(*), coalesce(sum(u.total_credits_used), 0), coalesce(sum(u.projects_created), 0),
        coalesce(sum(u.content_pieces_added), 0), coalesce(sum(u.scripts_generated), 0),
        coalesce(sum(u.voice_generations), 0), coalesce(sum(u.avatar_generations), 0),
        sum(dashboard.usable_number(u.storage_used_gb)),
        count(u.storage_used_gb) - count(dashboard.usable_number(u.storage_used_gb))
    FROM public.account_usage_stats AS u WHERE u.stat_date >= first AND u.stat_date < beyond GROUP BY u.stat_date
$$;

CREATE OR REPLACE FUNCTION dashboard.roll_usage(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off' AS $$
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
    ON CONFLICT (bucket) DO UPDATE SET
        (accounts, credits, projects, pieces, scripts, voice, avatar, storage_gb, left_out)
        = ROW (excluded.accounts, excluded.credits, excluded.projects, excluded.pieces, excluded.scripts,
            excluded.voice, excluded.avatar, excluded.storage_gb, excluded.left_out);
    RETURN (SELECT coalesce(sum(o.accounts), 0) FROM dashboard.usage_day AS o
        WHERE o.bucket >= first AND o.bucket < beyond);
END
$$;
"""

CALLS: Final = _0017.ROLL.replace("today - interval '7 days'", "dashboard.kept_from('account_api_hour')")

# Each count is a range of an index. What is dated ahead is counted when its hour comes; an infinite hour never does.
LEFT_OUT: Final = """
CREATE FUNCTION dashboard.left_out(wanted text) RETURNS jsonb LANGUAGE plpgsql STABLE
SET search_path = '' SET timezone = 'UTC' SET jit = 'off' SET plan_cache_mode = 'force_custom_plan' AS $$
DECLARE
    early timestamptz := dashboard.earliest();
    late timestamptz := now() + interval '1 day';
    dated bigint;
    other bigint;
BEGIN
    IF wanted = 'api_usage' THEN
        SELECT (SELECT count(*) FROM public.api_usage_logs AS l WHERE l.created_at < early)
            + (SELECT count(*) FROM public.api_usage_logs AS l WHERE l.created_at > late)
            + (SELECT count(*) FROM public.api_usage_logs AS l WHERE l.created_at IS NULL) INTO dated;
        RETURN jsonb_strip_nulls(jsonb_build_object('api_usage_logs.created_at', nullif(dated, 0)));
    ELSIF wanted = 'usage' THEN
        SELECT (SELECT count(*) FROM public.account_usage_stats AS u WHERE u.stat_date < early::date)
            + (SELECT count(*) FROM public.account_usage_stats AS u WHERE u.stat_date > late::date) INTO dated;
        SELECT sum(d.left_out) INTO other FROM dashboard.usage_day AS d WHERE d.left_out > 0;
        RETURN jsonb_strip_nulls(jsonb_build_object(
            'account_usage_stats.stat_date', nullif(dated, 0), 'account_usage_stats.storage_used_gb', other
        ));
    END IF;
    SELECT count(*) INTO dated FROM (
        SELECT q.status FROM public.processing_queue AS q WHERE coalesce(q.completed_at, q.updated_at) < early
        UNION ALL
        SELECT q.status FROM public.processing_queue AS q WHERE coalesce(q.completed_at, q.updated_at) > late
        UNION ALL
        SELECT q.status FROM public.processing_queue AS q WHERE coalesce(q.completed_at, q.updated_at) IS NULL
    ) AS q WHERE q.status IN ('completed', 'failed', 'cancelled');
    SELECT sum(j.left_out) INTO other FROM dashboard.job_hour AS j WHERE j.left_out > 0;
    RETURN jsonb_strip_nulls(jsonb_build_object(
        'processing_queue.completed_at', nullif(dated, 0), 'processing_queue.started_at', other
    ));
END
$$;
COMMENT ON FUNCTION dashboard.left_out IS 'How many rows a source counts out, by table.column of the product.';
"""

TICK: Final = """
CREATE OR REPLACE FUNCTION dashboard.rollup_tick(
    wanted text,
    OUT since timestamptz, OUT until timestamptz, OUT counted bigint, OUT is_current boolean
) LANGUAGE plpgsql
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off'
SET work_mem = '64MB' AS $$
DECLARE
    began timestamptz := clock_timestamp();
    open_hour timestamptz := date_bin('1 hour', now(), timestamptz 'epoch');
    mark timestamptz := open_hour;
    back interval := CASE wanted WHEN 'usage' THEN interval '2 days' ELSE interval '2 hours' END;
    reached timestamptz;
    next_row timestamptz;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.' || wanted)) THEN
        RETURN;
    END IF;
    SELECT greatest(date_bin('1 hour', s.watermark, timestamptz 'epoch'), dashboard.earliest()) INTO STRICT reached
    FROM dashboard.rollup_state AS s WHERE s.source = wanted;
    IF reached < open_hour - interval '1 day' THEN
        IF wanted = 'api_usage' THEN
            SELECT min(l.created_at) INTO next_row FROM public.api_usage_logs AS l WHERE l.created_at >= reached;
        ELSIF wanted = 'usage' THEN
            SELECT min(u.stat_date)::timestamp AT TIME ZONE 'UTC' INTO next_row FROM public.account_usage_stats AS u
            WHERE u.stat_date >= (reached AT TIME ZONE 'UTC')::date
                AND u.stat_date <= (open_hour AT TIME ZONE 'UTC')::date;
        ELSE
            SELECT min(coalesce(q.completed_at, q.updated_at)) INTO next_row FROM public.processing_queue AS q
            WHERE coalesce(q.completed_at, q.updated_at) >= reached
                AND q.status IN ('completed', 'failed', 'cancelled');
        END IF;
        next_row := least(coalesce(next_row, open_hour), open_hour);
        reached := greatest(reached, date_bin('1 day', next_row, timestamptz 'epoch'));
    END IF;
    is_current := open_hour - reached <= interval '1 day';
    IF is_current AND wanted = 'api_usage' THEN
        mark := date_bin('1 minute', now(), timestamptz 'epoch') - interval '1 minute';
        since := least(reached, open_hour) - back;
        until := mark;
    ELSIF is_current THEN
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
    SET watermark = least(until, mark), refreshed_at = clock_timestamp(), left_out = dashboard.left_out(wanted),
        last_error = s.audit_error,
        failing_since = CASE WHEN s.audit_error IS NOT NULL THEN s.failing_since END,
        last_ms = 1000 * extract(epoch FROM clock_timestamp() - began)
    WHERE s.source = wanted;
END
$$;
"""

# A job whose start is repaired changes what its hour leaves out.
DIFFERENCES: Final = """
CREATE OR REPLACE FUNCTION dashboard.hours_differing(
    wanted text, since timestamptz, until timestamptz, is_deep boolean
) RETURNS TABLE (bucket timestamptz) LANGUAGE plpgsql STABLE SET search_path = '' SET jit = 'off' AS $$
BEGIN
    IF wanted = 'jobs' THEN
        RETURN QUERY
        SELECT DISTINCT coalesce(r.bucket, h.bucket) FROM (
            SELECT date_bin('1 hour', coalesce(q.completed_at, q.updated_at), timestamptz 'epoch') AS bucket,
                q.job_type::text AS job_type, q.status::text AS status, count(*) AS jobs,
                coalesce(sum(q.actual_credits), 0) AS credits
            FROM public.processing_queue AS q
            WHERE coalesce(q.completed_at, q.updated_at) >= since AND coalesce(q.completed_at, q.updated_at) < until
                AND q.status IN ('completed', 'failed', 'cancelled')
            GROUP BY 1, 2, 3
        ) AS r
        FULL JOIN (SELECT * FROM dashboard.job_hour AS j WHERE j.bucket >= since AND j.bucket < until) AS h
            USING (bucket, job_type, status)
        WHERE (r.jobs, r.credits) IS DISTINCT FROM (h.jobs, h.credits);
        RETURN QUERY
        SELECT DISTINCT coalesce(r.bucket, h.bucket) FROM dashboard.job_rows(since, until) AS r
        FULL JOIN (SELECT * FROM dashboard.job_hour AS j WHERE j.bucket >= since AND j.bucket < until) AS h
            USING (bucket, job_type, status)
        WHERE is_deep AND (r.wait_n, r.wait_ms, r.run_n, r.run_ms, r.left_out)
            IS DISTINCT FROM (h.wait_n, h.wait_ms, h.run_n, h.run_ms, h.left_out);
        RETURN QUERY
        SELECT DISTINCT date_bin('1 hour', coalesce(q.completed_at, q.updated_at), timestamptz 'epoch')
        FROM public.processing_queue AS q
        WHERE coalesce(q.completed_at, q.updated_at) < (SELECT min(j.bucket) FROM dashboard.job_hour AS j)
            AND coalesce(q.completed_at, q.updated_at) >= dashboard.earliest()
            AND q.status IN ('completed', 'failed', 'cancelled');
        RETURN;
    END IF;
    IF is_deep THEN
        RETURN QUERY
        SELECT coalesce(r.bucket, h.bucket) FROM (
            SELECT date_bin('1 hour', l.created_at, timestamptz 'epoch') AS bucket, count(*) AS requests,
                count(*) FILTER (WHERE dashboard.is_error(l.status_code, l.error_message)) AS errors,
                coalesce(sum(l.tokens_used), 0) AS tokens, coalesce(sum(l.credits_cost), 0) AS credits,
                coalesce(sum(l.response_time_ms), 0) AS lat_sum
            FROM public.api_usage_logs AS l WHERE l.created_at >= since AND l.created_at < until GROUP BY 1
        ) AS r
        FULL JOIN (
            SELECT a.bucket, sum(a.requests) AS requests, sum(a.errors) AS errors, sum(a.tokens) AS tokens,
                sum(a.credits) AS credits, sum(a.lat_sum) AS lat_sum
            FROM dashboard.api_usage_hour AS a WHERE a.bucket >= since AND a.bucket < until GROUP BY 1
        ) AS h USING (bucket)
        WHERE (r.requests, r.errors, r.tokens, r.credits, r.lat_sum)
            IS DISTINCT FROM (h.requests, h.errors, h.tokens, h.credits, h.lat_sum);
    ELSE
        RETURN QUERY
        SELECT coalesce(r.bucket, h.bucket) FROM (
            SELECT date_bin('1 hour', l.created_at, timestamptz 'epoch') AS bucket, count(*) AS requests
            FROM public.api_usage_logs AS l WHERE l.created_at >= since AND l.created_at < until GROUP BY 1
        ) AS r
        FULL JOIN (
            SELECT a.bucket, sum(a.requests) AS requests
            FROM dashboard.api_usage_hour AS a WHERE a.bucket >= since AND a.bucket < until GROUP BY 1
        ) AS h USING (bucket)
        WHERE r.requests IS DISTINCT FROM h.requests;
    END IF;
    -- An account's deletion takes its calls with it, however old they are.
    RETURN QUERY
    SELECT DISTINCT d.bucket::timestamp AT TIME ZONE 'UTC' FROM dashboard.account_api_day AS d
    WHERE d.account_id <> '00000000-0000-0000-0000-000000000000'
        AND NOT EXISTS (SELECT FROM public.accounts AS a WHERE a.id = d.account_id);
    -- Calls from before the first hour known: no range that starts there would be looked at otherwise.
    RETURN QUERY
    SELECT DISTINCT date_bin('1 hour', l.created_at, timestamptz 'epoch') FROM public.api_usage_logs AS l
    WHERE l.created_at < (SELECT min(a.bucket) FROM dashboard.api_usage_hour AS a)
        AND l.created_at >= dashboard.earliest();
END
$$;

CREATE OR REPLACE FUNCTION dashboard.rollup_differences(
    wanted text, since timestamptz, until timestamptz, is_deep boolean
) RETURNS TABLE (bucket timestamptz) LANGUAGE plpgsql STABLE SET search_path = '' SET jit = 'off' AS $$
DECLARE
    first date := (dashboard.earliest() AT TIME ZONE 'UTC')::date;
    beyond date := (now() AT TIME ZONE 'UTC')::date + 1;
BEGIN
    IF wanted <> 'usage' THEN
        RETURN QUERY SELECT h.bucket FROM dashboard.hours_differing(wanted, since, until, is_deep) AS h;
    ELSIF is_deep THEN
        RETURN QUERY
        SELECT coalesce(r.bucket, d.bucket)::timestamp AT TIME ZONE 'UTC'
        FROM dashboard.usage_rows(first, beyond) AS r
        FULL JOIN dashboard.usage_day AS d USING (bucket)
        WHERE r IS DISTINCT FROM d;
    ELSE
        RETURN QUERY
        SELECT coalesce(r.bucket, d.bucket)::timestamp AT TIME ZONE 'UTC'
        FROM (
            SELECT u.stat_date AS bucket, count(*) AS accounts, coalesce(sum(u.total_credits_used), 0) AS credits
            FROM public.account_usage_stats AS u WHERE u.stat_date >= first AND u.stat_date < beyond GROUP BY 1
        ) AS r
        FULL JOIN dashboard.usage_day AS d USING (bucket)
        WHERE (r.accounts, r.credits) IS DISTINCT FROM (d.accounts, d.credits);
    END IF;
END
$$;
"""

GRANTS: Final = """
REVOKE ALL ON FUNCTION dashboard.earliest, dashboard.usable_time, dashboard.usable_number, dashboard.kept_from,
    dashboard.job_rows, dashboard.left_out FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dashboard.earliest, dashboard.usable_time, dashboard.usable_number, dashboard.kept_from,
    dashboard.job_rows TO desk_reader, desk_writer;
GRANT EXECUTE ON FUNCTION dashboard.left_out TO desk_writer;
"""


def upgrade() -> None:
    """Create what tells usable rows, and go by it everywhere."""
    for statements in (USABLE, TABLES, JOBS, USAGE, CALLS, LEFT_OUT, TICK, DIFFERENCES, GRANTS):
        op.execute(statements)
