-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.account_api_rows(
    since timestamptz, until timestamptz, width interval DEFAULT '1 hour'
) RETURNS TABLE (
    bucket timestamptz, account_id uuid, service text, requests bigint, errors bigint, tokens bigint, credits bigint,
    unknown bigint
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        date_bin(width, l.created_at, timestamptz 'epoch'),
        coalesce(l.account_id, '00000000-0000-0000-0000-000000000000'),
        l.service_name::text,
        count(*),
        count(*) FILTER (WHERE dashboard.is_error(l.status_code, l.error_message)),
        coalesce(sum(l.tokens_used), 0)::bigint,
        coalesce(sum(l.credits_cost), 0)::bigint,
        count(*) FILTER (WHERE l.status_code IS NULL AND coalesce(l.error_message, '') = '')
    FROM public.api_usage_logs AS l
    WHERE l.created_at >= since AND l.created_at < until
    GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION dashboard.account_api_rows IS 'Rows of account_api_hour made from raw calls.';
