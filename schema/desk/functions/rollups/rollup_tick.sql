-- Custom plans, and no long wait for a lock, as for roll_api_services.
CREATE OR REPLACE FUNCTION dashboard.rollup_tick(
    wanted text,
    OUT since timestamptz, OUT until timestamptz, OUT counted bigint, OUT is_current boolean
) LANGUAGE plpgsql
SET search_path = '' SET lock_timeout = '300ms' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off'
SET work_mem = '64MB' AS $$
DECLARE
    began timestamptz := clock_timestamp();
    open_hour timestamptz := date_bin('1 hour', now(), timestamptz 'epoch');
    mark timestamptz := open_hour;
    -- The product writes a day's statistics once the day is over, and may correct them: three days are looked at again.
    back interval := CASE wanted WHEN 'usage' THEN interval '2 days' ELSE interval '2 hours' END;
    reached timestamptz;
    next_row timestamptz;
    hours timestamptz[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('aicon-desk.rollup.' || wanted)) THEN
        RETURN;
    END IF;
    SELECT greatest(date_bin('1 hour', s.watermark, timestamptz 'epoch'), dashboard.earliest()) INTO STRICT reached
    FROM dashboard.rollup_state AS s WHERE s.source = wanted;
    -- Far behind, a tick takes the next day that has rows, else the open hour and two before it.
    IF reached < open_hour - interval '1 day' THEN
        IF wanted = 'api_usage' THEN
            SELECT min(l.created_at) INTO next_row FROM public.api_usage_logs AS l WHERE l.created_at >= reached;
        ELSIF wanted = 'usage' THEN
            SELECT min(u.stat_date)::timestamp AT TIME ZONE 'UTC' INTO next_row FROM public.account_usage_stats AS u
            WHERE u.stat_date >= (reached AT TIME ZONE 'UTC')::date
                AND u.stat_date <= (open_hour AT TIME ZONE 'UTC')::date;
        ELSE
            SELECT min(coalesce(q.completed_at, q.updated_at)) INTO next_row FROM public.processing_queue AS q
            WHERE coalesce(q.completed_at, q.updated_at) >= reached
                AND q.status IN ('completed', 'failed', 'cancelled');
        END IF;
        next_row := least(coalesce(next_row, open_hour), open_hour);
        reached := greatest(reached, date_bin('1 day', next_row, timestamptz 'epoch'));
    END IF;
    is_current := open_hour - reached <= interval '1 day';
    -- Calls are written when they are over: those of the last minute are left to reads, what is later to the next tick.
    -- Jobs and daily statistics change long after: reads take their open hour and days from the product's rows.
    IF is_current AND wanted = 'api_usage' THEN
        mark := date_bin('1 minute', now(), timestamptz 'epoch') - interval '1 minute';
        since := least(reached, open_hour) - back;
        until := mark;
    ELSIF is_current THEN
        since := least(reached, open_hour) - back;
        until := open_hour + interval '1 hour';
    ELSE
        since := greatest(date_bin('1 day', reached, timestamptz 'epoch'), reached - back);
        until := date_bin('1 day', reached, timestamptz 'epoch') + interval '1 day';
    END IF;
    counted := CASE wanted
        WHEN 'api_usage' THEN dashboard.roll_api_usage(since, until)
        WHEN 'usage' THEN dashboard.roll_usage(since, until)
        ELSE dashboard.roll_jobs(since, until)
    END;
    -- What is marked: hours of jobs that the Desk changed itself, days of calls that a revision wants made again, the
    -- newest first. Marks of the range above go with it.
    WITH marked AS (
        DELETE FROM dashboard.rollup_mark AS m WHERE m.source = wanted AND m.bucket IN (
            SELECT DISTINCT o.bucket FROM dashboard.rollup_mark AS o WHERE o.source = wanted
            ORDER BY o.bucket DESC LIMIT CASE wanted WHEN 'jobs' THEN 48 ELSE 1 END
        ) RETURNING m.bucket
    )
    SELECT array_agg(DISTINCT marked.bucket) FILTER (WHERE marked.bucket < rollup_tick.since) INTO hours FROM marked;
    IF wanted = 'jobs' THEN
        PERFORM dashboard.roll_jobs(hour, hour + interval '1 hour') FROM unnest(hours) AS hour;
    ELSIF wanted = 'api_usage' THEN
        PERFORM dashboard.roll_api_usage(day, least(day + interval '1 day', rollup_tick.since))
        FROM unnest(hours) AS day;
    END IF;
    UPDATE dashboard.rollup_state AS s
    SET watermark = least(until, mark), refreshed_at = clock_timestamp(), left_out = dashboard.left_out(wanted),
        last_error = s.audit_error,
        failing_since = CASE WHEN s.audit_error IS NOT NULL THEN s.failing_since END,
        last_ms = 1000 * extract(epoch FROM clock_timestamp() - began)
    WHERE s.source = wanted;
END
$$;
COMMENT ON FUNCTION dashboard.rollup_tick IS 'Refresh one source; NULLs when somebody else is at it.';
