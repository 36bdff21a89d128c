-- Functions are everybody's by default, and Supabase's default privileges could hand its API roles whatever appears in
-- a new schema.
REVOKE ALL ON SCHEMA dashboard FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA dashboard FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA dashboard FROM PUBLIC;
DO $$
DECLARE
    api_role text;
BEGIN
    FOR api_role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
        EXECUTE format('REVOKE ALL ON SCHEMA dashboard FROM %I', api_role);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA dashboard FROM %I', api_role);
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA dashboard FROM %I', api_role);
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public, dashboard TO desk_reader, desk_writer;

-- The reader reads everything but known_browser, of which no page tells.
GRANT SELECT ON
    dashboard.account_api_day, dashboard.account_api_hour, dashboard.account_call_day, dashboard.account_summary,
    dashboard.alembic_version, dashboard.api_usage_day, dashboard.api_usage_hour, dashboard.attempt,
    dashboard.audit_chain, dashboard.audit_log, dashboard.bulk_run, dashboard.creator_draft, dashboard.job_failure,
    dashboard.job_hour, dashboard.review, dashboard.review_verdict, dashboard.rollup_mark, dashboard.rollup_state,
    dashboard.staff, dashboard.staff_note, dashboard.staff_session, dashboard.usage_day
TO desk_reader, desk_writer;

GRANT SELECT ON dashboard.known_browser TO desk_writer;
GRANT INSERT, UPDATE, DELETE ON
    dashboard.account_api_day, dashboard.account_api_hour, dashboard.account_call_day, dashboard.account_summary,
    dashboard.api_usage_day, dashboard.api_usage_hour, dashboard.attempt, dashboard.creator_draft, dashboard.job_hour,
    dashboard.known_browser, dashboard.staff, dashboard.staff_session, dashboard.usage_day
TO desk_writer;
GRANT INSERT, UPDATE ON dashboard.bulk_run, dashboard.review TO desk_writer;
GRANT UPDATE ON dashboard.rollup_state TO desk_writer;
-- What was written once stays: of these only the named columns change.
GRANT INSERT ON
    dashboard.audit_log, dashboard.job_failure, dashboard.review_verdict, dashboard.staff_note
TO desk_writer;
GRANT INSERT, DELETE ON dashboard.rollup_mark TO desk_writer;
GRANT UPDATE (undone_at) ON dashboard.review_verdict TO desk_writer;
GRANT UPDATE (body, is_pinned, updated_at) ON dashboard.staff_note TO desk_writer;

GRANT EXECUTE ON FUNCTION
    dashboard.account_api_rows, dashboard.account_use, dashboard.api_call_rows, dashboard.api_usage_rows,
    dashboard.audit_words, dashboard.days_to_full, dashboard.earliest, dashboard.forecast, dashboard.is_alone,
    dashboard.is_error, dashboard.job_rows, dashboard.kept_from, dashboard.known_gb, dashboard.latency_bucket,
    dashboard.latency_ms, dashboard.latest_gauge, dashboard.month_to_date, dashboard.quota_band, dashboard.quota_use,
    dashboard.recorded_days, dashboard.usable_number, dashboard.usable_time, dashboard.usage_rows,
    dashboard.worst_band, dashboard.zero_gb
TO desk_reader, desk_writer;
GRANT EXECUTE ON FUNCTION
    dashboard.hours_differing, dashboard.left_out, dashboard.refresh_accounts, dashboard.roll_api_services,
    dashboard.roll_api_usage, dashboard.roll_jobs, dashboard.roll_usage, dashboard.rollup_differences,
    dashboard.rollup_tick
TO desk_writer;
