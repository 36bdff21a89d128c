-- Each statement deletes what its source no longer has and writes what differs, in the key's order, as reads want
-- neighbours on one page.
-- Custom plans: a generic one knows neither the range's width nor how few of a year's rows it holds.
-- lock_timeout: a migration waits for a refresh no longer than this, as a refresh that waits makes others wait.
CREATE OR REPLACE FUNCTION dashboard.roll_api_services(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off'
SET work_mem = '64MB' AS $$
DECLARE
    first date;
    beyond date;
    first_at timestamptz;
    beyond_at timestamptz;
    counted bigint;
BEGIN
    -- It may end at a minute within the hour that is open, or has just closed.
    IF since <> date_bin('1 hour', since, timestamptz 'epoch')
        OR until <> date_bin('1 hour', until, timestamptz 'epoch') AND until < now() - interval '2 hours'
    THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'A roll-up takes whole hours.';
    END IF;
    -- Of the transaction, not of the session: a session's lock is lost behind a pooler in transaction mode.
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.api_usage')) THEN
        RETURN NULL;
    END IF;
    first := (since AT TIME ZONE 'UTC')::date;
    beyond := ((until - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1;
    first_at := first::timestamp AT TIME ZONE 'UTC';
    beyond_at := beyond::timestamp AT TIME ZONE 'UTC';
    -- Without their hours by account, older days can only be made as a whole.
    IF since < dashboard.kept_from('account_api_hour') THEN
        since := first_at;
        until := beyond_at;
    END IF;

    WITH source AS MATERIALIZED (SELECT * FROM dashboard.api_usage_rows(since, until)),
    vanished AS (
        DELETE FROM dashboard.api_usage_hour AS o
        WHERE o.bucket >= since AND o.bucket < until AND NOT EXISTS (
            SELECT FROM source AS s
            WHERE s.bucket = o.bucket AND s.service = o.service AND s.endpoint = o.endpoint
                AND s.request_type = o.request_type
        )
    )
    INSERT INTO dashboard.api_usage_hour (
        bucket, service, endpoint, request_type, requests, errors, errors_429, errors_5xx, unknown, tokens, credits,
        lat_n, lat_sum, lat_max, hb, hn
    )
    SELECT * FROM (
        SELECT bucket, service, endpoint, request_type, requests, errors, errors_429, errors_5xx, unknown, tokens,
            credits, lat_n, lat_sum, lat_max, hb, hn
        FROM source
        EXCEPT ALL
        SELECT bucket, service, endpoint, request_type, requests, errors, errors_429, errors_5xx, unknown, tokens,
            credits, lat_n, lat_sum, lat_max, hb, hn
        FROM dashboard.api_usage_hour WHERE bucket >= since AND bucket < until
    ) AS difference
    ORDER BY bucket, service, endpoint, request_type
    ON CONFLICT (bucket, service, endpoint, request_type) DO UPDATE SET (
        requests, errors, errors_429, errors_5xx, unknown, tokens, credits, lat_n, lat_sum, lat_max, hb, hn
    ) = ROW (
        excluded.requests, excluded.errors, excluded.errors_429, excluded.errors_5xx, excluded.unknown,
        excluded.tokens, excluded.credits, excluded.lat_n, excluded.lat_sum, excluded.lat_max, excluded.hb,
        excluded.hn
    );

    SELECT coalesce(sum(h.requests), 0) INTO counted FROM dashboard.api_usage_hour AS h
    WHERE h.bucket >= since AND h.bucket < until;

    WITH hours AS MATERIALIZED (
        SELECT (h.bucket AT TIME ZONE 'UTC')::date AS day, h.*
        FROM dashboard.api_usage_hour AS h WHERE h.bucket >= first_at AND h.bucket < beyond_at
    ), histogram AS (
        SELECT b.day, b.service, b.endpoint, b.request_type,
            array_agg(b.bin ORDER BY b.bin) AS hb, array_agg(b.n ORDER BY b.bin) AS hn
        FROM (
            SELECT h.day, h.service, h.endpoint, h.request_type, u.bin, sum(u.n)::integer AS n
            FROM hours AS h, unnest(h.hb, h.hn) AS u (bin, n) GROUP BY 1, 2, 3, 4, 5
        ) AS b
        GROUP BY 1, 2, 3, 4
    ), counted AS (
        SELECT h.day, h.service, h.endpoint, h.request_type,
            sum(h.requests)::bigint AS requests, sum(h.errors)::bigint AS errors,
            sum(h.errors_429)::bigint AS errors_429, sum(h.errors_5xx)::bigint AS errors_5xx,
            sum(h.unknown)::bigint AS unknown, sum(h.tokens)::bigint AS tokens, sum(h.credits)::bigint AS credits,
            sum(h.lat_n)::bigint AS lat_n, sum(h.lat_sum)::bigint AS lat_sum, max(h.lat_max) AS lat_max
        FROM hours AS h GROUP BY 1, 2, 3, 4
    ), source AS MATERIALIZED (
        SELECT c.day AS bucket, c.*, g.hb, g.hn
        FROM counted AS c LEFT JOIN histogram AS g USING (day, service, endpoint, request_type)
    ), vanished AS (
        DELETE FROM dashboard.api_usage_day AS o
        WHERE o.bucket >= first AND o.bucket < beyond AND NOT EXISTS (
            SELECT FROM source AS s
            WHERE s.bucket = o.bucket AND s.service = o.service AND s.endpoint = o.endpoint
                AND s.request_type = o.request_type
        )
    )
    INSERT INTO dashboard.api_usage_day (
        bucket, service, endpoint, request_type, requests, errors, errors_429, errors_5xx, unknown, tokens, credits,
        lat_n, lat_sum, lat_max, hb, hn
    )
    SELECT * FROM (
        SELECT bucket, service, endpoint, request_type, requests, errors, errors_429, errors_5xx, unknown, tokens,
            credits, lat_n, lat_sum, lat_max, hb, hn
        FROM source
        EXCEPT ALL
        SELECT bucket, service, endpoint, request_type, requests, errors, errors_429, errors_5xx, unknown, tokens,
            credits, lat_n, lat_sum, lat_max, hb, hn
        FROM dashboard.api_usage_day WHERE bucket >= first AND bucket < beyond
    ) AS difference
    ORDER BY bucket, service, endpoint, request_type
    ON CONFLICT (bucket, service, endpoint, request_type) DO UPDATE SET (
        requests, errors, errors_429, errors_5xx, unknown, tokens, credits, lat_n, lat_sum, lat_max, hb, hn
    ) = ROW (
        excluded.requests, excluded.errors, excluded.errors_429, excluded.errors_5xx, excluded.unknown,
        excluded.tokens, excluded.credits, excluded.lat_n, excluded.lat_sum, excluded.lat_max, excluded.hb,
        excluded.hn
    );

    IF until <= dashboard.kept_from('account_api_hour') THEN
        WITH days AS MATERIALIZED (
            SELECT (r.bucket AT TIME ZONE 'UTC')::date AS bucket, r.account_id, r.service,
                r.requests, r.errors, r.tokens, r.credits, r.unknown
            FROM dashboard.account_api_rows(since, until, '1 day') AS r
        ), vanished AS (
            DELETE FROM dashboard.account_api_day AS o
            WHERE o.bucket >= first AND o.bucket < beyond AND NOT EXISTS (
                SELECT FROM days AS s
                WHERE s.bucket = o.bucket AND s.account_id = o.account_id AND s.service = o.service
            )
        )
        INSERT INTO dashboard.account_api_day (bucket, account_id, service, requests, errors, tokens, credits, unknown)
        SELECT * FROM (
            SELECT bucket, account_id, service, requests, errors, tokens, credits, unknown FROM days
            EXCEPT ALL
            SELECT bucket, account_id, service, requests, errors, tokens, credits, unknown
            FROM dashboard.account_api_day WHERE bucket >= first AND bucket < beyond
        ) AS difference
        ORDER BY bucket, account_id, service
        ON CONFLICT (bucket, account_id, service) DO UPDATE SET (requests, errors, tokens, credits, unknown)
            = ROW (excluded.requests, excluded.errors, excluded.tokens, excluded.credits, excluded.unknown);
        RETURN counted;
    END IF;

    WITH source AS MATERIALIZED (SELECT * FROM dashboard.account_api_rows(since, until)),
    recent AS (SELECT * FROM source WHERE bucket >= dashboard.kept_from('account_api_hour')),
    vanished_hours AS (
        DELETE FROM dashboard.account_api_hour AS o
        WHERE o.bucket >= since AND o.bucket < until AND NOT EXISTS (
            SELECT FROM recent AS s
            WHERE s.bucket = o.bucket AND s.account_id = o.account_id AND s.service = o.service
        )
    ), changed_hours AS (
        INSERT INTO dashboard.account_api_hour (bucket, account_id, service, requests, errors, tokens, credits, unknown)
        SELECT * FROM (
            SELECT bucket, account_id, service, requests, errors, tokens, credits, unknown FROM recent
            EXCEPT ALL
            SELECT bucket, account_id, service, requests, errors, tokens, credits, unknown
            FROM dashboard.account_api_hour WHERE bucket >= since AND bucket < until
        ) AS difference
        ORDER BY bucket, account_id, service
        ON CONFLICT (bucket, account_id, service) DO UPDATE SET (requests, errors, tokens, credits, unknown)
            = ROW (excluded.requests, excluded.errors, excluded.tokens, excluded.credits, excluded.unknown)
    ), days AS MATERIALIZED (
        SELECT (h.bucket AT TIME ZONE 'UTC')::date AS bucket, h.account_id, h.service,
            sum(h.requests)::bigint AS requests, sum(h.errors)::bigint AS errors,
            sum(h.tokens)::bigint AS tokens, sum(h.credits)::bigint AS credits,
            sum(h.unknown)::bigint AS unknown
        FROM (
            SELECT * FROM source
            UNION ALL
            SELECT * FROM dashboard.account_api_hour WHERE bucket >= first_at AND bucket < since
            UNION ALL
            SELECT * FROM dashboard.account_api_hour WHERE bucket >= until AND bucket < beyond_at
        ) AS h
        GROUP BY 1, 2, 3
    ), vanished_days AS (
        DELETE FROM dashboard.account_api_day AS o
        WHERE o.bucket >= first AND o.bucket < beyond AND NOT EXISTS (
            SELECT FROM days AS s
            WHERE s.bucket = o.bucket AND s.account_id = o.account_id AND s.service = o.service
        )
    )
    INSERT INTO dashboard.account_api_day (bucket, account_id, service, requests, errors, tokens, credits, unknown)
    SELECT * FROM (
        SELECT bucket, account_id, service, requests, errors, tokens, credits, unknown FROM days
        EXCEPT ALL
        SELECT bucket, account_id, service, requests, errors, tokens, credits, unknown
        FROM dashboard.account_api_day WHERE bucket >= first AND bucket < beyond
    ) AS difference
    ORDER BY bucket, account_id, service
    ON CONFLICT (bucket, account_id, service) DO UPDATE SET (requests, errors, tokens, credits, unknown)
        = ROW (excluded.requests, excluded.errors, excluded.tokens, excluded.credits, excluded.unknown);

    DELETE FROM dashboard.account_api_hour WHERE bucket < dashboard.kept_from('account_api_hour');
    RETURN counted;
END
$$;
COMMENT ON FUNCTION dashboard.roll_api_services IS 'The part of roll_api_usage that reads raw calls.';
