-- Custom plans, and no long wait for a lock, as for roll_api_services.
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
COMMENT ON FUNCTION dashboard.roll_usage IS 'Roll up these hours'' days again; the rows in them, NULL when locked.';
