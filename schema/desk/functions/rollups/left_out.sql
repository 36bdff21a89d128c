-- Each count is a range of an index. What is dated ahead is counted when its hour comes; an infinite hour never does.
CREATE OR REPLACE FUNCTION dashboard.left_out(wanted text) RETURNS jsonb LANGUAGE plpgsql STABLE
SET search_path = '' SET timezone = 'UTC' SET jit = 'off' SET plan_cache_mode = 'force_custom_plan' AS $$
DECLARE
    early timestamptz := dashboard.earliest();
    late timestamptz := now() + interval '1 day';
    dated bigint;
    ahead bigint;
    other bigint;
BEGIN
    IF wanted = 'api_usage' THEN
        SELECT count(*) INTO ahead FROM public.api_usage_logs AS l WHERE l.created_at > late;
        SELECT (SELECT count(*) FROM public.api_usage_logs AS l WHERE l.created_at < early)
            + (SELECT count(*) FROM public.api_usage_logs AS l WHERE l.created_at IS NULL) INTO dated;
        RETURN jsonb_strip_nulls(jsonb_build_object(
            'api_usage_logs.created_at', nullif(dated + ahead, 0), 'ahead', nullif(ahead, 0)
        ));
    ELSIF wanted = 'usage' THEN
        SELECT count(*) INTO ahead FROM public.account_usage_stats AS u WHERE u.stat_date > late::date;
        SELECT count(*) INTO dated FROM public.account_usage_stats AS u WHERE u.stat_date < early::date;
        SELECT sum(d.left_out) INTO other FROM dashboard.usage_day AS d WHERE d.left_out > 0;
        RETURN jsonb_strip_nulls(jsonb_build_object(
            'account_usage_stats.stat_date', nullif(dated + ahead, 0), 'account_usage_stats.storage_used_gb', other,
            'ahead', nullif(ahead, 0)
        ));
    END IF;
    SELECT count(*) INTO ahead FROM public.processing_queue AS q
    WHERE coalesce(q.completed_at, q.updated_at) > late AND q.status IN ('completed', 'failed', 'cancelled');
    SELECT count(*) INTO dated FROM (
        SELECT q.status FROM public.processing_queue AS q WHERE coalesce(q.completed_at, q.updated_at) < early
        UNION ALL
        SELECT q.status FROM public.processing_queue AS q WHERE coalesce(q.completed_at, q.updated_at) IS NULL
    ) AS q WHERE q.status IN ('completed', 'failed', 'cancelled');
    SELECT sum(j.left_out) INTO other FROM dashboard.job_hour AS j WHERE j.left_out > 0;
    RETURN jsonb_strip_nulls(jsonb_build_object(
        'processing_queue.completed_at', nullif(dated + ahead, 0), 'processing_queue.started_at', other,
        'ahead', nullif(ahead, 0)
    ));
END
$$;
COMMENT ON FUNCTION dashboard.left_out IS 'Rows that a source counts out, by table.column; of them those dated ahead.';
