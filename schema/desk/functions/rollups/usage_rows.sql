-- A 0 that nobody measured does not lower the sum: what the account stored before counts.
-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.usage_rows(first date, beyond date) RETURNS SETOF dashboard.usage_day
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.stat_date, count(*), coalesce(sum(u.total_credits_used), 0), coalesce(sum(u.projects_created), 0),
        coalesce(sum(u.content_pieces_added), 0), coalesce(sum(u.scripts_generated), 0),
        coalesce(sum(u.voice_generations), 0), coalesce(sum(u.avatar_generations), 0),
        sum(CASE WHEN u.storage_used_gb = 0 THEN (
            SELECT g.storage_used_gb FROM dashboard.latest_gauge(u.account_id, u.stat_date) AS g
        ) ELSE dashboard.usable_number(u.storage_used_gb) END),
        count(u.storage_used_gb) - count(dashboard.usable_number(u.storage_used_gb))
    FROM public.account_usage_stats AS u WHERE u.stat_date >= first AND u.stat_date < beyond GROUP BY u.stat_date
$$;
COMMENT ON FUNCTION dashboard.usage_rows IS 'Rows of usage_day made from daily statistics.';
