-- Usual is the median of the 28 days before that have rows; a product without any day before is recorded as it is.
-- Counts are the roll-up's; days that it does not close (two before its watermark's, as for reads) are counted here.
CREATE OR REPLACE FUNCTION dashboard.recorded_days(first date, beyond date) RETURNS TABLE (day date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH edge AS (
        SELECT coalesce((SELECT min(d.bucket) FROM dashboard.usage_day AS d), 'infinity') AS begun,
            coalesce((s.watermark AT TIME ZONE 'UTC')::date, '-infinity') - 2 AS reached
        FROM dashboard.rollup_state AS s WHERE s.source = 'usage'
    ), counted AS MATERIALIZED (
        SELECT d.bucket AS day, d.accounts FROM edge, dashboard.usage_day AS d
        WHERE d.bucket >= first - 28 AND d.bucket < least(beyond, edge.reached)
        UNION ALL
        SELECT u.stat_date, count(*)
        FROM edge, LATERAL (VALUES
            (first - 28, least(beyond, edge.begun)), (greatest(first - 28, edge.begun, edge.reached), beyond)
        ) AS span (since, until), public.account_usage_stats AS u
        WHERE u.stat_date >= span.since AND u.stat_date < span.until
        GROUP BY u.stat_date
    )
    SELECT c.day FROM counted AS c
    WHERE c.day >= first AND 2 * c.accounts >= coalesce((
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY b.accounts) FROM counted AS b
        WHERE b.day < c.day AND b.day >= c.day - 28
    ), 0)
$$;
COMMENT ON FUNCTION dashboard.recorded_days IS 'Days for which at least half of the usual accounts have statistics.';
