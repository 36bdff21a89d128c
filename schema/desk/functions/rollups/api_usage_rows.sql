-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.api_usage_rows(since timestamptz, until timestamptz) RETURNS TABLE (
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
