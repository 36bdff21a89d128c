-- Starts and due times are measured by the job's own end, so that an hour rolled up later says the same. Where clocks
-- disagree, there is no such duration, as in queries/jobs/timings.py.
-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.job_rows(since timestamptz, until timestamptz) RETURNS TABLE (
    bucket timestamptz, job_type text, status text, jobs bigint, credits bigint,
    wait_n bigint, wait_ms bigint, wait_hb smallint[], wait_hn integer[],
    run_n bigint, run_ms bigint, run_hb smallint[], run_hn integer[], left_out bigint
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH ended AS (
        SELECT q.job_type::text AS job_type, q.status::text AS status, coalesce(q.actual_credits, 0) AS credits,
            coalesce(q.completed_at, q.updated_at) AS ended_at, q.started_at,
            coalesce(q.scheduled_at, q.created_at) AS due_at
        FROM public.processing_queue AS q
        WHERE coalesce(q.completed_at, q.updated_at) >= since AND coalesce(q.completed_at, q.updated_at) < until
            AND q.status IN ('completed', 'failed', 'cancelled')
    ), told AS (
        SELECT e.*,
            e.started_at >= dashboard.earliest() AND e.started_at <= e.ended_at + interval '1 day' AS has_start,
            e.due_at >= dashboard.earliest() AND e.due_at <= e.ended_at + interval '1 day' AS has_due
        FROM ended AS e
    ), job AS (
        SELECT
            date_bin('1 hour', t.ended_at, timestamptz 'epoch') AS bucket, t.job_type, t.status, t.credits,
            CASE WHEN t.has_start AND t.has_due AND t.due_at <= t.started_at THEN
                round(1000 * extract(epoch FROM t.started_at - t.due_at))::bigint
            END AS wait_ms,
            CASE WHEN t.has_start AND t.started_at <= t.ended_at THEN
                round(1000 * extract(epoch FROM t.ended_at - t.started_at))::bigint
            END AS run_ms,
            NOT t.has_start OR t.has_start AND NOT t.has_due AS is_left_out
        FROM told AS t
        UNION ALL
        -- Failures that staff retried since: how long those tries waited and ran went with them.
        SELECT date_bin('1 hour', f.ended_at, timestamptz 'epoch'), f.job_type, 'retried', 0, NULL, NULL, false
        FROM dashboard.job_failure AS f WHERE f.ended_at >= since AND f.ended_at < until
    ), waited AS (
        SELECT w.bucket, w.job_type, w.status,
            sum(w.n)::bigint AS n, array_agg(w.b ORDER BY w.b) AS hb, array_agg(w.n::integer ORDER BY w.b) AS hn
        FROM (
            SELECT job.bucket, job.job_type, job.status, dashboard.latency_bucket(job.wait_ms) AS b, count(*) AS n
            FROM job WHERE job.wait_ms IS NOT NULL GROUP BY 1, 2, 3, 4
        ) AS w
        GROUP BY 1, 2, 3
    ), ran AS (
        SELECT r.bucket, r.job_type, r.status,
            sum(r.n)::bigint AS n, array_agg(r.b ORDER BY r.b) AS hb, array_agg(r.n::integer ORDER BY r.b) AS hn
        FROM (
            SELECT job.bucket, job.job_type, job.status, dashboard.latency_bucket(job.run_ms) AS b, count(*) AS n
            FROM job WHERE job.run_ms IS NOT NULL GROUP BY 1, 2, 3, 4
        ) AS r
        GROUP BY 1, 2, 3
    ), counted AS (
        SELECT job.bucket, job.job_type, job.status, count(*) AS jobs, sum(job.credits)::bigint AS credits,
            coalesce(sum(job.wait_ms), 0)::bigint AS wait_ms, coalesce(sum(job.run_ms), 0)::bigint AS run_ms,
            count(*) FILTER (WHERE job.is_left_out) AS left_out
        FROM job GROUP BY 1, 2, 3
    )
    SELECT c.bucket, c.job_type, c.status, c.jobs, c.credits,
        coalesce(waited.n, 0), c.wait_ms, waited.hb, waited.hn,
        coalesce(ran.n, 0), c.run_ms, ran.hb, ran.hn, c.left_out
    FROM counted AS c
    LEFT JOIN waited USING (bucket, job_type, status)
    LEFT JOIN ran USING (bucket, job_type, status)
$$;
COMMENT ON FUNCTION dashboard.job_rows IS 'Rows of job_hour made from jobs; an end is completed_at, else updated_at.';
