-- Days by account, whatever the service, are made of the rows that roll_api_services has just made.
CREATE OR REPLACE FUNCTION dashboard.roll_api_usage(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan'
SET jit = 'off' AS $$
DECLARE
    counted bigint := dashboard.roll_api_services(since, until);
    first date := (since AT TIME ZONE 'UTC')::date;
    beyond date := ((until - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1;
BEGIN
    IF counted IS NULL THEN
        RETURN NULL;
    END IF;
    WITH days AS MATERIALIZED (
        SELECT d.bucket, d.account_id, sum(d.requests)::bigint AS requests, sum(d.errors)::bigint AS errors,
            sum(d.tokens)::bigint AS tokens, sum(d.credits)::bigint AS credits, sum(d.unknown)::bigint AS unknown
        FROM dashboard.account_api_day AS d WHERE d.bucket >= first AND d.bucket < beyond GROUP BY 1, 2
    ), vanished AS (
        DELETE FROM dashboard.account_call_day AS o
        WHERE o.bucket >= first AND o.bucket < beyond AND NOT EXISTS (
            SELECT FROM days AS s WHERE s.bucket = o.bucket AND s.account_id = o.account_id
        )
    )
    INSERT INTO dashboard.account_call_day (bucket, account_id, requests, errors, tokens, credits, unknown)
    SELECT * FROM (
        SELECT * FROM days
        EXCEPT ALL SELECT * FROM dashboard.account_call_day AS o WHERE o.bucket >= first AND o.bucket < beyond
    ) AS difference
    ORDER BY bucket, account_id
    ON CONFLICT (bucket, account_id) DO UPDATE SET (requests, errors, tokens, credits, unknown)
        = ROW (excluded.requests, excluded.errors, excluded.tokens, excluded.credits, excluded.unknown);
    RETURN counted;
END
$$;
COMMENT ON FUNCTION dashboard.roll_api_usage IS 'Roll up these whole hours again; the calls in them, NULL when locked.';
