-- Statistics may be corrected at any age, and an account's deletion takes all of its own: every day is compared, by
-- count and credits from the index alone, deep by all figures.
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
COMMENT ON FUNCTION dashboard.rollup_differences IS 'Hours whose roll-up is not what raw rows say; may repeat some.';
