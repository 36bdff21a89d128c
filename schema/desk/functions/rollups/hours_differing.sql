-- Counting reads an index alone; the deep comparison makes every row of the range and compares it whole, by its key.
CREATE OR REPLACE FUNCTION dashboard.hours_differing(
    wanted text, since timestamptz, until timestamptz, is_deep boolean
) RETURNS TABLE (bucket timestamptz) LANGUAGE plpgsql STABLE SET search_path = '' SET jit = 'off' AS $$
BEGIN
    IF wanted = 'jobs' THEN
        RETURN QUERY
        SELECT DISTINCT coalesce(r.bucket, h.bucket) FROM (
            SELECT date_bin('1 hour', coalesce(q.completed_at, q.updated_at), timestamptz 'epoch') AS bucket,
                q.job_type::text AS job_type, q.status::text AS status, count(*) AS jobs,
                coalesce(sum(q.actual_credits), 0) AS credits
            FROM public.processing_queue AS q
            WHERE coalesce(q.completed_at, q.updated_at) >= since AND coalesce(q.completed_at, q.updated_at) < until
                AND q.status IN ('completed', 'failed', 'cancelled')
            GROUP BY 1, 2, 3
            UNION ALL
            SELECT date_bin('1 hour', f.ended_at, timestamptz 'epoch'), f.job_type, 'retried', count(*), 0
            FROM dashboard.job_failure AS f WHERE f.ended_at >= since AND f.ended_at < until
            GROUP BY 1, 2
        ) AS r
        FULL JOIN (SELECT * FROM dashboard.job_hour AS j WHERE j.bucket >= since AND j.bucket < until) AS h
            USING (bucket, job_type, status)
        WHERE (r.jobs, r.credits) IS DISTINCT FROM (h.jobs, h.credits);
        -- Whole rows, histograms too: two times that changed places keep every sum.
        RETURN QUERY
        SELECT DISTINCT coalesce(r.bucket, h.bucket) FROM dashboard.job_rows(since, until) AS r
        FULL JOIN (SELECT * FROM dashboard.job_hour AS j WHERE j.bucket >= since AND j.bucket < until) AS h
            USING (bucket, job_type, status)
        WHERE is_deep AND r IS DISTINCT FROM h;
        RETURN QUERY
        SELECT DISTINCT date_bin('1 hour', coalesce(q.completed_at, q.updated_at), timestamptz 'epoch')
        FROM public.processing_queue AS q
        WHERE coalesce(q.completed_at, q.updated_at) < (SELECT min(j.bucket) FROM dashboard.job_hour AS j)
            AND coalesce(q.completed_at, q.updated_at) >= dashboard.earliest()
            AND q.status IN ('completed', 'failed', 'cancelled');
        RETURN;
    END IF;
    IF is_deep THEN
        RETURN QUERY
        SELECT coalesce(r.bucket, h.bucket) FROM dashboard.api_usage_rows(since, until) AS r
        FULL JOIN (SELECT * FROM dashboard.api_usage_hour AS a WHERE a.bucket >= since AND a.bucket < until) AS h
            USING (bucket, service, endpoint, request_type)
        WHERE r IS DISTINCT FROM h;
        -- A call that moved to another account keeps every figure above.
        RETURN QUERY
        SELECT coalesce(r.bucket, h.bucket)
        FROM dashboard.account_api_rows(greatest(since, dashboard.kept_from('account_api_hour')), until) AS r
        FULL JOIN (
            SELECT * FROM dashboard.account_api_hour AS a
            WHERE a.bucket >= greatest(since, dashboard.kept_from('account_api_hour')) AND a.bucket < until
        ) AS h USING (bucket, account_id, service)
        WHERE r IS DISTINCT FROM h;
    ELSE
        RETURN QUERY
        SELECT coalesce(r.bucket, h.bucket) FROM (
            SELECT date_bin('1 hour', l.created_at, timestamptz 'epoch') AS bucket, count(*) AS requests
            FROM public.api_usage_logs AS l WHERE l.created_at >= since AND l.created_at < until GROUP BY 1
        ) AS r
        FULL JOIN (
            SELECT a.bucket, sum(a.requests) AS requests
            FROM dashboard.api_usage_hour AS a WHERE a.bucket >= since AND a.bucket < until GROUP BY 1
        ) AS h USING (bucket)
        WHERE r.requests IS DISTINCT FROM h.requests;
    END IF;
    -- An account's deletion takes its calls with it, however old they are.
    RETURN QUERY
    SELECT DISTINCT d.bucket::timestamp AT TIME ZONE 'UTC' FROM dashboard.account_api_day AS d
    WHERE d.account_id <> '00000000-0000-0000-0000-000000000000'
        AND NOT EXISTS (SELECT FROM public.accounts AS a WHERE a.id = d.account_id);
    -- Calls from before the first hour known: no range that starts there would be looked at otherwise.
    RETURN QUERY
    SELECT DISTINCT date_bin('1 hour', l.created_at, timestamptz 'epoch') FROM public.api_usage_logs AS l
    WHERE l.created_at < (SELECT min(a.bucket) FROM dashboard.api_usage_hour AS a)
        AND l.created_at >= dashboard.earliest();
END
$$;
COMMENT ON FUNCTION dashboard.hours_differing IS 'The part of rollup_differences that compares calls and jobs.';
