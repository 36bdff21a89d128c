-- Custom plans, and no long wait for a lock, as for roll_api_services.
CREATE OR REPLACE FUNCTION dashboard.roll_jobs(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off'
SET work_mem = '64MB' AS $$
BEGIN
    IF (since, until) <> (
        date_bin('1 hour', since, timestamptz 'epoch'), date_bin('1 hour', until, timestamptz 'epoch')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'A roll-up takes whole hours.';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.jobs')) THEN
        RETURN NULL;
    END IF;
    WITH source AS MATERIALIZED (SELECT * FROM dashboard.job_rows(since, until)),
    vanished AS (
        DELETE FROM dashboard.job_hour AS o
        WHERE o.bucket >= since AND o.bucket < until AND NOT EXISTS (
            SELECT FROM source AS s WHERE s.bucket = o.bucket AND s.job_type = o.job_type AND s.status = o.status
        )
    )
    INSERT INTO dashboard.job_hour (
        bucket, job_type, status, jobs, credits, wait_n, wait_ms, wait_hb, wait_hn, run_n, run_ms, run_hb, run_hn,
        left_out
    )
    SELECT * FROM (
        SELECT bucket, job_type, status, jobs, credits, wait_n, wait_ms, wait_hb, wait_hn, run_n, run_ms, run_hb,
            run_hn, left_out
        FROM source
        EXCEPT ALL
        SELECT bucket, job_type, status, jobs, credits, wait_n, wait_ms, wait_hb, wait_hn, run_n, run_ms, run_hb,
            run_hn, left_out
        FROM dashboard.job_hour WHERE bucket >= since AND bucket < until
    ) AS difference
    ORDER BY bucket, job_type, status
    ON CONFLICT (bucket, job_type, status) DO UPDATE SET (
        jobs, credits, wait_n, wait_ms, wait_hb, wait_hn, run_n, run_ms, run_hb, run_hn, left_out
    ) = ROW (
        excluded.jobs, excluded.credits, excluded.wait_n, excluded.wait_ms, excluded.wait_hb, excluded.wait_hn,
        excluded.run_n, excluded.run_ms, excluded.run_hb, excluded.run_hn, excluded.left_out
    );
    RETURN (SELECT coalesce(sum(h.jobs), 0) FROM dashboard.job_hour AS h WHERE h.bucket >= since AND h.bucket < until);
END
$$;
COMMENT ON FUNCTION dashboard.roll_jobs IS 'Roll up these whole hours again; the jobs in them, NULL when locked.';
