"""Roll-ups: the product's logs and jobs counted by hour and day, refreshed by functions that desk_writer may call."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0003"
down_revision = "0002"

# Narrow histograms on purpose: bucket numbers end near 540, and no bucket of a day counts two thousand million calls.
TABLES: Final = """
CREATE TABLE dashboard.api_usage_hour (
    bucket       timestamptz NOT NULL,
    service      text NOT NULL,
    endpoint     text NOT NULL,
    request_type text NOT NULL,
    requests     bigint NOT NULL,
    errors       bigint NOT NULL,
    errors_429   bigint NOT NULL,
    errors_5xx   bigint NOT NULL,
    unknown      bigint NOT NULL,
    tokens       bigint NOT NULL,
    credits      bigint NOT NULL,
    lat_n        bigint NOT NULL,
    lat_sum      bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-int
    lat_max      integer,
    -- squawk-ignore prefer-bigint-over-smallint
    hb           smallint[],
    -- squawk-ignore prefer-bigint-over-int
    hn           integer[],
    PRIMARY KEY (bucket, service, endpoint, request_type)
);
COMMENT ON TABLE dashboard.api_usage_hour IS 'API calls by hour; a NULL endpoint or request type is the empty string.';
COMMENT ON COLUMN dashboard.api_usage_hour.hb IS 'Latency histogram: bucket numbers, see dashboard.latency_bucket.';
COMMENT ON COLUMN dashboard.api_usage_hour.hn IS 'Latency histogram: calls in each bucket of hb.';

CREATE TABLE dashboard.api_usage_day (
    bucket       date NOT NULL,
    service      text NOT NULL,
    endpoint     text NOT NULL,
    request_type text NOT NULL,
    requests     bigint NOT NULL,
    errors       bigint NOT NULL,
    errors_429   bigint NOT NULL,
    errors_5xx   bigint NOT NULL,
    unknown      bigint NOT NULL,
    tokens       bigint NOT NULL,
    credits      bigint NOT NULL,
    lat_n        bigint NOT NULL,
    lat_sum      bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-int
    lat_max      integer,
    -- squawk-ignore prefer-bigint-over-smallint
    hb           smallint[],
    -- squawk-ignore prefer-bigint-over-int
    hn           integer[],
    PRIMARY KEY (bucket, service, endpoint, request_type)
);
COMMENT ON TABLE dashboard.api_usage_day IS 'The hours merged into UTC days.';

CREATE TABLE dashboard.account_api_hour (
    bucket     timestamptz NOT NULL,
    account_id uuid NOT NULL,
    service    text NOT NULL,
    requests   bigint NOT NULL,
    errors     bigint NOT NULL,
    tokens     bigint NOT NULL,
    credits    bigint NOT NULL,
    PRIMARY KEY (bucket, account_id, service)
);
COMMENT ON TABLE dashboard.account_api_hour IS 'By account and hour, for eight days; no account is the zero uuid.';

CREATE TABLE dashboard.account_api_day (
    bucket     date NOT NULL,
    account_id uuid NOT NULL,
    service    text NOT NULL,
    requests   bigint NOT NULL,
    errors     bigint NOT NULL,
    tokens     bigint NOT NULL,
    credits    bigint NOT NULL,
    PRIMARY KEY (bucket, account_id, service)
);
CREATE INDEX account_api_day_account_idx ON dashboard.account_api_day (account_id, bucket);

CREATE TABLE dashboard.job_hour (
    bucket   timestamptz NOT NULL,
    job_type text NOT NULL,
    status   text NOT NULL,
    jobs     bigint NOT NULL,
    credits  bigint NOT NULL,
    wait_n   bigint NOT NULL,
    wait_ms  bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-smallint
    wait_hb  smallint[],
    -- squawk-ignore prefer-bigint-over-int
    wait_hn  integer[],
    run_n    bigint NOT NULL,
    run_ms   bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-smallint
    run_hb   smallint[],
    -- squawk-ignore prefer-bigint-over-int
    run_hn   integer[],
    PRIMARY KEY (bucket, job_type, status)
);
COMMENT ON TABLE dashboard.job_hour IS 'Jobs that are over, by the hour they ended in; histograms in milliseconds.';

CREATE TABLE dashboard.rollup_state (
    source       text PRIMARY KEY,
    watermark    timestamptz,
    refreshed_at timestamptz,
    audited_at   timestamptz,
    last_ms      bigint,
    last_error   text
);
COMMENT ON COLUMN dashboard.rollup_state.watermark IS 'Hours before it are complete; from it on, read raw rows.';
INSERT INTO dashboard.rollup_state (source) VALUES ('api_usage'), ('jobs');
"""

# Buckets grow by 1.02 / 0.98, so that a bucket's middle is at most 2 % from whatever fell into it.
# What is not plpgsql carries no SET clause: PostgreSQL could not inline it, and a read would not see its range.
READS: Final = """
CREATE FUNCTION dashboard.latency_bucket(ms double precision) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN ms > 1 THEN ceil(ln(ms) / 0.0400053346136991)::smallint WHEN ms IS NOT NULL THEN 0::smallint END
$$;
COMMENT ON FUNCTION dashboard.latency_bucket IS 'The histogram bucket of a duration; up to 1 ms and negative is 0.';

CREATE FUNCTION dashboard.latency_ms(bucket double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 0.98 * power(1.02::double precision / 0.98, bucket)
$$;
COMMENT ON FUNCTION dashboard.latency_ms IS 'The middle of a bucket: within 2 % of every duration in it.';

CREATE FUNCTION dashboard.is_error(status_code integer, error_message text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN status_code IS NULL THEN coalesce(error_message, '') <> '' ELSE status_code >= 400 END
$$;
COMMENT ON FUNCTION dashboard.is_error IS 'Whether a call failed: status 400 and up, or a message without a status.';

CREATE FUNCTION dashboard.api_usage_rows(since timestamptz, until timestamptz) RETURNS TABLE (
    bucket timestamptz, service text, endpoint text, request_type text, requests bigint, errors bigint,
    errors_429 bigint, errors_5xx bigint, unknown bigint, tokens bigint, credits bigint,
    lat_n bigint, lat_sum bigint, lat_max integer, hb smallint[], hn integer[]
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        c.bucket, c.service, c.endpoint, c.request_type, sum(c.n)::bigint, sum(c.errors)::bigint,
        sum(c.errors_429)::bigint, sum(c.errors_5xx)::bigint, sum(c.unknown)::bigint,
        sum(c.tokens)::bigint, sum(c.credits)::bigint,
        coalesce(sum(c.n) FILTER (WHERE c.b IS NOT NULL), 0)::bigint,
        coalesce(sum(c.lat_sum), 0)::bigint, max(c.lat_max),
        array_agg(c.b ORDER BY c.b) FILTER (WHERE c.b IS NOT NULL),
        array_agg(c.n::integer ORDER BY c.b) FILTER (WHERE c.b IS NOT NULL)
    FROM (
        SELECT
            l.bucket, l.service, l.endpoint, l.request_type, l.b,
            count(*) AS n,
            count(*) FILTER (WHERE dashboard.is_error(l.status_code, l.error_message)) AS errors,
            count(*) FILTER (WHERE l.status_code = 429) AS errors_429,
            count(*) FILTER (WHERE l.status_code >= 500) AS errors_5xx,
            count(*) FILTER (WHERE l.status_code IS NULL AND coalesce(l.error_message, '') = '') AS unknown,
            coalesce(sum(l.tokens_used), 0) AS tokens,
            coalesce(sum(l.credits_cost), 0) AS credits,
            sum(l.response_time_ms) AS lat_sum,
            max(l.response_time_ms) AS lat_max
        FROM (
            SELECT
                date_bin('1 hour', r.created_at, timestamptz 'epoch') AS bucket,
                r.service_name::text AS service,
                coalesce(r.endpoint, '')::text AS endpoint,
                coalesce(r.request_type, '')::text AS request_type,
                dashboard.latency_bucket(r.response_time_ms) AS b,
                r.tokens_used, r.credits_cost, r.response_time_ms, r.status_code, r.error_message
            FROM public.api_usage_logs AS r
            WHERE r.created_at >= since AND r.created_at < until
            -- Else the planner, seeing created_at itself, expects a group per row and sorts them all.
            OFFSET 0
        ) AS l
        GROUP BY 1, 2, 3, 4, 5
    ) AS c
    GROUP BY c.bucket, c.service, c.endpoint, c.request_type
$$;
COMMENT ON FUNCTION dashboard.api_usage_rows IS 'Rows of api_usage_hour made from raw calls: the tail of every read.';

CREATE FUNCTION dashboard.account_api_rows(
    since timestamptz, until timestamptz, width interval DEFAULT '1 hour'
) RETURNS TABLE (
    bucket timestamptz, account_id uuid, service text, requests bigint, errors bigint, tokens bigint, credits bigint
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        date_bin(width, l.created_at, timestamptz 'epoch'),
        coalesce(l.account_id, '00000000-0000-0000-0000-000000000000'),
        l.service_name::text,
        count(*),
        count(*) FILTER (WHERE dashboard.is_error(l.status_code, l.error_message)),
        coalesce(sum(l.tokens_used), 0)::bigint,
        coalesce(sum(l.credits_cost), 0)::bigint
    FROM public.api_usage_logs AS l
    WHERE l.created_at >= since AND l.created_at < until
    GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION dashboard.account_api_rows IS 'Rows of account_api_hour made from raw calls.';

CREATE FUNCTION dashboard.job_rows(since timestamptz, until timestamptz) RETURNS TABLE (
    bucket timestamptz, job_type text, status text, jobs bigint, credits bigint,
    wait_n bigint, wait_ms bigint, wait_hb smallint[], wait_hn integer[],
    run_n bigint, run_ms bigint, run_hb smallint[], run_hn integer[]
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH job AS (
        SELECT
            date_bin('1 hour', coalesce(q.completed_at, q.updated_at), timestamptz 'epoch') AS bucket,
            q.job_type::text AS job_type, q.status::text AS status, coalesce(q.actual_credits, 0) AS credits,
            CASE WHEN isfinite(q.started_at) AND isfinite(coalesce(q.scheduled_at, q.created_at)) THEN
                round(1000 * extract(epoch FROM q.started_at - coalesce(q.scheduled_at, q.created_at)))::bigint
            END AS wait_ms,
            CASE WHEN isfinite(q.started_at) THEN
                round(1000 * extract(epoch FROM coalesce(q.completed_at, q.updated_at) - q.started_at))::bigint
            END AS run_ms
        FROM public.processing_queue AS q
        WHERE coalesce(q.completed_at, q.updated_at) >= since AND coalesce(q.completed_at, q.updated_at) < until
            AND q.status IN ('completed', 'failed', 'cancelled')
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
            coalesce(sum(job.wait_ms), 0)::bigint AS wait_ms, coalesce(sum(job.run_ms), 0)::bigint AS run_ms
        FROM job GROUP BY 1, 2, 3
    )
    SELECT c.bucket, c.job_type, c.status, c.jobs, c.credits,
        coalesce(waited.n, 0), c.wait_ms, waited.hb, waited.hn, coalesce(ran.n, 0), c.run_ms, ran.hb, ran.hn
    FROM counted AS c
    LEFT JOIN waited USING (bucket, job_type, status)
    LEFT JOIN ran USING (bucket, job_type, status)
$$;
COMMENT ON FUNCTION dashboard.job_rows IS 'Rows of job_hour made from jobs; an end is completed_at, else updated_at.';
"""

GRANTS: Final = """
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA dashboard FROM PUBLIC;
GRANT SELECT ON dashboard.api_usage_hour, dashboard.api_usage_day, dashboard.account_api_hour,
    dashboard.account_api_day, dashboard.job_hour, dashboard.rollup_state TO desk_reader, desk_writer;
GRANT INSERT, UPDATE, DELETE ON dashboard.api_usage_hour, dashboard.api_usage_day, dashboard.account_api_hour,
    dashboard.account_api_day, dashboard.job_hour TO desk_writer;
GRANT UPDATE ON dashboard.rollup_state TO desk_writer;
GRANT EXECUTE ON FUNCTION dashboard.latency_bucket, dashboard.latency_ms, dashboard.is_error,
    dashboard.api_usage_rows, dashboard.account_api_rows, dashboard.job_rows TO desk_reader, desk_writer;
"""


def upgrade() -> None:
    """Create the tables, what reads them, and who may; the next revision refreshes them."""
    for statements in (TABLES, READS, GRANTS):
        op.execute(statements)
