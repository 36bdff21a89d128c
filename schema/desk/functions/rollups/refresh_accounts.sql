-- Quotas and the month's end have functions of their own. Quiet are three recorded days of at most `quiet_share` of
-- what 28 before let expect, if that is at least `quiet_credits`. Days are complete UTC days.
-- `factors` is how heavy each weekday is, Monday first; `high` NULL is up to the last account.
-- Nothing is written where nothing changed.
-- Custom plans, as for roll_api_services: a generic one does not know how few accounts the range holds.
CREATE OR REPLACE FUNCTION dashboard.refresh_accounts(
    low uuid, high uuid, factors double precision[], quiet_share double precision, quiet_credits double precision
) RETURNS bigint LANGUAGE plpgsql
SET search_path = '' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off' AS $$
DECLARE
    -- Complete days without which "quiet" is not told.
    needed_days CONSTANT bigint := 14;
    written bigint;
BEGIN
    WITH clock AS (
        SELECT (now() AT TIME ZONE 'UTC')::date AS today
    ),
    -- Of the 62 complete UTC days before today those that are recorded. `ago` counts recorded days back, since a day
    -- nobody recorded says nothing.
    recorded AS MATERIALIZED (
        SELECT r.day, row_number() OVER (ORDER BY r.day DESC) AS ago
        FROM clock, dashboard.recorded_days(today - 62, today) AS r
    ),
    day AS MATERIALIZED (
        SELECT d.day, factors[extract(isodow FROM d.day)::integer] AS factor, r.ago IS NOT NULL AS is_recorded,
            r.ago IS NOT NULL AND d.day >= today - 30 AS is_drawn,
            dashboard.month_to_date(d.day, today) AS month,
            r.ago <= 3 AND d.day >= today - 7 AS is_latest,
            r.ago IS NOT NULL AND d.day < third.day AND d.day >= third.day - 28 AS is_before
        FROM clock CROSS JOIN LATERAL (SELECT today - n AS day FROM generate_series(1, 62) AS n) AS d
        LEFT JOIN recorded AS r ON r.day = d.day LEFT JOIN recorded AS third ON third.ago = 3
    ),
    fresh AS (
        SELECT a.id AS account_id, a.name::text AS name, a.plan_type::text AS plan_type,
            a.subscription_status::text AS status,
            a.creator_limit, a.user_limit, a.voice_model_limit, a.storage_limit_gb,
            used.creators_used, used.users_used, used.voice_models_used, used.storage_used_gb, used.storage_on,
            over_7.rate AS storage_rate_7, over_28.rate AS storage_rate_28,
            credit.this_month::bigint AS credits_month, credit.last_month::bigint AS credits_previous,
            round(credit.this_month + credit.rest)::bigint AS credits_projected,
            coalesce(credit.course, '{}') AS credits_course,
            quiet.is_so AS is_quiet, CASE WHEN quiet.is_so THEN credit.latest_from END AS quiet_since,
            CASE WHEN quiet.is_so THEN credit.latest END::bigint AS quiet_actual,
            CASE WHEN quiet.is_so THEN credit.median * credit.latest_factor END AS quiet_expected,
            greatest(member.last_login_at, credit.last_used_on::timestamp AT TIME ZONE 'UTC') AS last_active_at,
            lower(concat_ws(E'\n', a.name, a.billing_email, member.emails)) AS search_text,
            jsonb_strip_nulls(jsonb_build_object(
                'accounts.created_at',
                CASE WHEN dashboard.usable_time(a.created_at) IS NULL AND a.created_at IS NOT NULL THEN 1 END,
                'users.last_login_at', nullif(member.left_out, 0),
                'account_usage_stats.storage_used_gb', nullif(recent.numbers, 0),
                'account_usage_stats.stat_date', nullif(recent.ahead + early.long_ago, 0)
            )) AS left_out
        FROM public.accounts AS a CROSS JOIN clock
        CROSS JOIN LATERAL dashboard.account_use(a.id) AS used
        LEFT JOIN LATERAL (
            SELECT max(dashboard.usable_time(u.last_login_at)) AS last_login_at,
                count(u.last_login_at) - count(dashboard.usable_time(u.last_login_at)) AS left_out,
                string_agg(u.email, E'\n' ORDER BY u.email) AS emails
            FROM public.users AS u WHERE u.account_id = a.id
        ) AS member ON true
        -- Statistics that no figure above can use, of the days that the figures below look at or of none that there
        -- can be.
        LEFT JOIN LATERAL (
            SELECT count(x.storage_used_gb) - count(dashboard.usable_number(x.storage_used_gb)) AS numbers,
                count(*) FILTER (WHERE x.stat_date > clock.today + 1) AS ahead
            FROM public.account_usage_stats AS x WHERE x.account_id = a.id AND x.stat_date >= clock.today - 62
        ) AS recent ON true
        LEFT JOIN LATERAL (
            SELECT count(*) AS long_ago FROM public.account_usage_stats AS x
            WHERE x.account_id = a.id AND x.stat_date < (dashboard.earliest() AT TIME ZONE 'UTC')::date
        ) AS early ON true
        -- The gauge before a window of so many days, at most three days older: a rate over a gap would be another rate.
        LEFT JOIN LATERAL (
            SELECT ((used.storage_used_gb - x.storage_used_gb) / (used.storage_on - x.stat_date))::double precision
                AS rate
            FROM public.account_usage_stats AS x
            WHERE x.account_id = a.id AND dashboard.known_gb(x.account_id, x.stat_date, x.storage_used_gb) IS NOT NULL
                AND x.stat_date BETWEEN used.storage_on - 7 - 3 AND used.storage_on - 7
            ORDER BY x.stat_date DESC LIMIT 1
        ) AS over_7 ON true
        LEFT JOIN LATERAL (
            SELECT ((used.storage_used_gb - x.storage_used_gb) / (used.storage_on - x.stat_date))::double precision
                AS rate
            FROM public.account_usage_stats AS x
            WHERE x.account_id = a.id AND dashboard.known_gb(x.account_id, x.stat_date, x.storage_used_gb) IS NOT NULL
                AND x.stat_date BETWEEN used.storage_on - 28 - 3 AND used.storage_on - 28
            ORDER BY x.stat_date DESC LIMIT 1
        ) AS over_28 ON true
        -- A missing row is 0: the account used nothing on a day that is recorded, once it was there. On another day its
        -- row counts where credits are added up, and says nothing about what is usual.
        LEFT JOIN LATERAL (
            SELECT
                coalesce(sum(x.credits) FILTER (WHERE x.month = 0), 0) AS this_month,
                coalesce(sum(x.credits) FILTER (WHERE x.month = 1), 0) AS last_month,
                dashboard.forecast(
                    array_agg(x.day), array_agg(CASE WHEN x.is_recorded THEN x.credits::double precision END),
                    clock.today,
                    (date_trunc('month', clock.today::timestamp) + interval '1 month')::date - clock.today
                ) AS rest,
                array_agg(x.credits::bigint ORDER BY x.day) FILTER (WHERE x.is_drawn) AS course,
                count(*) FILTER (WHERE x.is_before) AS days_before,
                count(*) FILTER (WHERE x.is_latest) AS days_latest,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY x.credits / x.factor) FILTER (WHERE x.is_before) AS median,
                max(x.credits / x.factor) FILTER (WHERE x.is_latest) AS most,
                min(x.factor) FILTER (WHERE x.is_latest) AS least_factor,
                min(x.day) FILTER (WHERE x.is_latest) AS latest_from,
                sum(x.credits) FILTER (WHERE x.is_latest) AS latest,
                sum(x.factor) FILTER (WHERE x.is_latest) AS latest_factor,
                max(x.day) FILTER (WHERE x.credits > 0) AS last_used_on
            FROM (
                SELECT day.*, coalesce(had.total_credits_used, 0) AS credits
                FROM day LEFT JOIN (
                    SELECT stat_date, total_credits_used FROM public.account_usage_stats
                    WHERE account_id = a.id AND stat_date >= clock.today - 62
                ) AS had ON had.stat_date = day.day
                WHERE had.stat_date IS NOT NULL
                    OR day.day >= coalesce((dashboard.usable_time(a.created_at) AT TIME ZONE 'UTC')::date, '-infinity')
            ) AS x
        ) AS credit ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(
                credit.days_before >= needed_days AND credit.days_latest = 3
                AND credit.median * credit.least_factor >= quiet_credits AND credit.most <= quiet_share * credit.median,
                false
            ) AS is_so
        ) AS quiet
        WHERE a.id >= low AND (high IS NULL OR a.id < high)
    ),
    gone AS (
        DELETE FROM dashboard.account_summary AS o
        WHERE o.account_id >= low AND (high IS NULL OR o.account_id < high)
            AND NOT EXISTS (SELECT FROM public.accounts AS a WHERE a.id = o.account_id)
    )
    INSERT INTO dashboard.account_summary (
        account_id, name, plan_type, status, creator_limit, user_limit, voice_model_limit, storage_limit_gb,
        creators_used, users_used, voice_models_used, storage_used_gb, storage_on, storage_rate_7, storage_rate_28,
        credits_month, credits_previous, credits_projected, credits_course, is_quiet, quiet_since, quiet_actual,
        quiet_expected, last_active_at, search_text, left_out
    )
    SELECT * FROM (
        SELECT * FROM fresh
        EXCEPT ALL
        SELECT account_id, name, plan_type, status, creator_limit, user_limit, voice_model_limit, storage_limit_gb,
            creators_used, users_used, voice_models_used, storage_used_gb, storage_on, storage_rate_7, storage_rate_28,
            credits_month, credits_previous, credits_projected, credits_course, is_quiet, quiet_since, quiet_actual,
            quiet_expected, last_active_at, search_text, left_out
        FROM dashboard.account_summary WHERE account_id >= low AND (high IS NULL OR account_id < high)
    ) AS difference
    ON CONFLICT (account_id) DO UPDATE SET (
        name, plan_type, status, creator_limit, user_limit, voice_model_limit, storage_limit_gb,
        creators_used, users_used, voice_models_used, storage_used_gb, storage_on, storage_rate_7, storage_rate_28,
        credits_month, credits_previous, credits_projected, credits_course, is_quiet, quiet_since, quiet_actual,
        quiet_expected, last_active_at, search_text, left_out
    ) = ROW (
        excluded.name, excluded.plan_type, excluded.status, excluded.creator_limit, excluded.user_limit,
        excluded.voice_model_limit, excluded.storage_limit_gb, excluded.creators_used, excluded.users_used,
        excluded.voice_models_used, excluded.storage_used_gb, excluded.storage_on, excluded.storage_rate_7,
        excluded.storage_rate_28, excluded.credits_month, excluded.credits_previous, excluded.credits_projected,
        excluded.credits_course, excluded.is_quiet, excluded.quiet_since, excluded.quiet_actual,
        excluded.quiet_expected, excluded.last_active_at, excluded.search_text, excluded.left_out
    );
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;
COMMENT ON FUNCTION dashboard.refresh_accounts IS 'Bring the summary of low <= id < high up to date; the rows written.';
