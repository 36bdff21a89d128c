-- The product's gauge is DEFAULT 0, which a row has that was written before anybody measured. So 0 is taken for a gauge
-- where nothing else came before, or it has been 0 for a week; until then what was measured before goes on counting.
-- No SET clause: PostgreSQL could not inline it, and would call it for every row of a fleet.
CREATE OR REPLACE FUNCTION dashboard.latest_gauge(account uuid, day date) RETURNS TABLE (
    stat_date date, storage_used_gb numeric
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT x.stat_date, x.storage_used_gb FROM public.account_usage_stats AS x
    WHERE x.account_id = account AND x.stat_date <= day
        AND x.stat_date >= (dashboard.earliest() AT TIME ZONE 'UTC')::date
        AND dashboard.usable_number(x.storage_used_gb) IS NOT NULL
        AND (x.storage_used_gb <> 0 OR NOT EXISTS (
            SELECT FROM public.account_usage_stats AS w
            WHERE w.account_id = account AND w.stat_date > x.stat_date - 7 AND w.stat_date < x.stat_date
                AND dashboard.usable_number(w.storage_used_gb) <> 0
        ) AND coalesce((
            SELECT o.storage_used_gb FROM public.account_usage_stats AS o
            WHERE o.account_id = account AND o.stat_date <= x.stat_date - 7
                AND o.stat_date >= (dashboard.earliest() AT TIME ZONE 'UTC')::date
                AND dashboard.usable_number(o.storage_used_gb) IS NOT NULL
            ORDER BY o.stat_date DESC LIMIT 1
        ), 0) = 0)
    ORDER BY x.stat_date DESC LIMIT 1
$$;
COMMENT ON FUNCTION dashboard.latest_gauge IS 'The latest known storage of an account by the end of a UTC day.';
