-- The gauge of a day that is not over counts too.
-- No SET clause: PostgreSQL could not inline it, and would count what a read does not ask for.
CREATE OR REPLACE FUNCTION dashboard.account_use(account uuid) RETURNS TABLE (
    creators_used bigint, users_used bigint, voice_models_used bigint, storage_used_gb numeric, storage_on date,
    creators_added bigint, users_added bigint, voice_models_added bigint
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT followed.used, member.used, voice.used, gauge.storage_used_gb, gauge.stat_date,
        followed.added, member.added, voice.added
    FROM (SELECT now() - interval '30 days' AS month_ago) AS clock
    CROSS JOIN LATERAL (
        SELECT count(*) AS used,
            count(*) FILTER (WHERE dashboard.usable_time(f.followed_at) >= clock.month_ago) AS added
        FROM public.account_followed_creators AS f WHERE f.account_id = account AND f.is_active IS NOT FALSE
    ) AS followed
    CROSS JOIN LATERAL (
        SELECT count(*) AS used,
            count(*) FILTER (WHERE dashboard.usable_time(u.created_at) >= clock.month_ago) AS added
        FROM public.users AS u WHERE u.account_id = account AND u.is_active IS NOT FALSE
    ) AS member
    CROSS JOIN LATERAL (
        SELECT count(*) AS used,
            count(*) FILTER (WHERE dashboard.usable_time(v.created_at) >= clock.month_ago) AS added
        FROM public.voice_models AS v
        WHERE v.account_id = account AND v.is_active IS NOT FALSE AND v.training_status IS DISTINCT FROM 'failed'
    ) AS voice
    LEFT JOIN LATERAL dashboard.latest_gauge(account, (now() AT TIME ZONE 'UTC')::date) AS gauge ON true
$$;
COMMENT ON FUNCTION dashboard.account_use IS 'What an account uses of its quotas now, and added in 30 days.';
