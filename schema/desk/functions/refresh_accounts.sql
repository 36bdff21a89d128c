-- Formulas: quotas and storage rates, credits by complete UTC days, the month's end by weekday means of 28 days, quiet
-- as three recorded days of at most `quiet_share` of what 28 before let expect, if that is at least `quiet_credits`.
-- `factors` is how heavy each weekday is, Monday first; `high` NULL is up to the last account.
-- Nothing is written where nothing changed.
-- Custom plans, as for roll_api_services: a generic one does not know how few accounts the range holds.
CREATE OR REPLACE FUNCTION dashboard.refresh_accounts(
    low uuid, high uuid, factors double precision[], quiet_share double precision, quiet_credits double precision
) RETURNS bigint LANGUAGE plpgsql
SET search_path = '' SET plan_cache_mode = 'force_custom_plan' SET jit = 'off' AS $$
DECLARE
    -- Complete days without which neither a projection nor "quiet" is told.
    needed_days CONSTANT bigint := 14;
    written bigint;
BEGIN
    WITH clock AS (
        SELECT today, date_trunc('month', today)::date AS month,
            (date_trunc('month', today) - interval '1 month')::date AS last_month
        FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS now
    ),
    -- The 62 complete UTC days before today that have statistics at all. `ago` counts recorded days back, since a day
    -- nobody recorded says nothing.
    recorded AS MATERIALIZED (
        SELECT today - n AS day, row_number() OVER (ORDER BY n) AS ago
        FROM clock, generate_series(1, 62) AS n
        WHERE EXISTS (SELECT FROM public.account_usage_stats AS x WHERE x.stat_date = today - n)
    ),
    -- `remaining` is how often the day's weekday is still to come this month, today included.
    day AS MATERIALIZED (
        SELECT r.day, factors[extract(isodow FROM r.day)::integer] AS factor, extract(isodow FROM r.day) AS weekday,
            r.day >= today - 28 AS is_recent, r.day >= today - 30 AS is_drawn, r.day >= month AS is_this_month,
            r.day >= last_month AND r.day < least(last_month + (today - month), month) AS is_last_month,
            r.ago <= 3 AND r.day >= today - 7 AS is_latest,
            r.day < third.day AND r.day >= third.day - 28 AS is_before,
            (SELECT count(*)
             FROM generate_series(today, month + interval '1 month - 1 day', interval '1 day') AS to_come
             WHERE extract(isodow FROM to_come) = extract(isodow FROM r.day)) AS remaining
        FROM clock CROSS JOIN recorded AS r LEFT JOIN recorded AS third ON third.ago = 3
    ),
    fresh AS (
        SELECT a.id AS account_id, a.name::text AS name, a.plan_type::text AS plan_type,
            a.subscription_status::text AS status,
            a.creator_limit, a.user_limit, a.voice_model_limit, a.storage_limit_gb,
            followed.used AS creators_used, member.used AS users_used, voice.used AS voice_models_used,
            gauge.storage_used_gb, gauge.stat_date AS storage_on,
            over_7.rate AS storage_rate_7, over_28.rate AS storage_rate_28,
            credit.this_month::bigint AS credits_month, credit.last_month::bigint AS credits_previous,
            credit.projected::bigint AS credits_projected, coalesce(credit.course, '{}') AS credits_course,
            coalesce(
                credit.days_before >= needed_days AND credit.days_latest = 3
                AND credit.median * credit.least_factor >= quiet_credits
                AND credit.latest <= quiet_share * credit.median,
                false
            ) AS is_quiet,
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
        LEFT JOIN LATERAL (
            SELECT count(*) AS used FROM public.account_followed_creators AS f
            WHERE f.account_id = a.id AND f.is_active IS NOT FALSE
        ) AS followed ON true
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE u.is_active IS NOT FALSE) AS used,
                max(dashboard.usable_time(u.last_login_at)) AS last_login_at,
                count(u.last_login_at) - count(dashboard.usable_time(u.last_login_at)) AS left_out,
                string_agg(u.email, E'\n' ORDER BY u.email) AS emails
            FROM public.users AS u WHERE u.account_id = a.id
        ) AS member ON true
        LEFT JOIN LATERAL (
            SELECT count(*) AS used FROM public.voice_models AS v
            WHERE v.account_id = a.id AND v.is_active IS NOT FALSE AND v.training_status IS DISTINCT FROM 'failed'
        ) AS voice ON true
        LEFT JOIN LATERAL (
            SELECT x.stat_date, x.storage_used_gb FROM public.account_usage_stats AS x
            WHERE x.account_id = a.id AND dashboard.usable_number(x.storage_used_gb) IS NOT NULL
                AND x.stat_date <= clock.today AND x.stat_date >= (dashboard.earliest() AT TIME ZONE 'UTC')::date
            ORDER BY x.stat_date DESC LIMIT 1
        ) AS gauge ON true
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
            SELECT ((gauge.storage_used_gb - x.storage_used_gb) / (gauge.stat_date - x.stat_date))::double precision
                AS rate
            FROM public.account_usage_stats AS x
            WHERE x.account_id = a.id AND dashboard.usable_number(x.storage_used_gb) IS NOT NULL
                AND x.stat_date BETWEEN gauge.stat_date - 7 - 3 AND gauge.stat_date - 7
            ORDER BY x.stat_date DESC LIMIT 1
        ) AS over_7 ON true
        LEFT JOIN LATERAL (
            SELECT ((gauge.storage_used_gb - x.storage_used_gb) / (gauge.stat_date - x.stat_date))::double precision
                AS rate
            FROM public.account_usage_stats AS x
            WHERE x.account_id = a.id AND dashboard.usable_number(x.storage_used_gb) IS NOT NULL
                AND x.stat_date BETWEEN gauge.stat_date - 28 - 3 AND gauge.stat_date - 28
            ORDER BY x.stat_date DESC LIMIT 1
        ) AS over_28 ON true
        -- A missing row is 0: the account used nothing on a day for which others have statistics. `alike` is how many
        -- recent days of that weekday the account has lived through, so credits * remaining / alike adds up to the
        -- weekdays' means.
        LEFT JOIN LATERAL (
            SELECT
                coalesce(sum(x.credits) FILTER (WHERE x.is_this_month), 0) AS this_month,
                coalesce(sum(x.credits) FILTER (WHERE x.is_last_month), 0) AS last_month,
                CASE WHEN count(*) FILTER (WHERE x.is_recent) >= needed_days THEN round(
                    coalesce(sum(x.credits) FILTER (WHERE x.is_this_month), 0)
                    + sum(x.credits::numeric * x.remaining / x.alike) FILTER (WHERE x.is_recent)
                ) END AS projected,
                array_agg(x.credits::bigint ORDER BY x.day) FILTER (WHERE x.is_drawn) AS course,
                count(*) FILTER (WHERE x.is_before) AS days_before,
                count(*) FILTER (WHERE x.is_latest) AS days_latest,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY x.credits / x.factor) FILTER (WHERE x.is_before) AS median,
                max(x.credits / x.factor) FILTER (WHERE x.is_latest) AS latest,
                min(x.factor) FILTER (WHERE x.is_latest) AS least_factor,
                max(x.day) FILTER (WHERE x.credits > 0) AS last_used_on
            FROM (
                SELECT day.*, coalesce(had.total_credits_used, 0) AS credits,
                    count(*) OVER (PARTITION BY day.is_recent, day.weekday) AS alike
                FROM day LEFT JOIN (
                    SELECT stat_date, total_credits_used FROM public.account_usage_stats
                    WHERE account_id = a.id AND stat_date >= clock.today - 62
                ) AS had ON had.stat_date = day.day
                WHERE day.day >= coalesce((dashboard.usable_time(a.created_at) AT TIME ZONE 'UTC')::date, '-infinity')
            ) AS x
        ) AS credit ON true
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
        credits_month, credits_previous, credits_projected, credits_course, is_quiet, last_active_at, search_text,
        left_out
    )
    SELECT * FROM (
        SELECT * FROM fresh
        EXCEPT ALL
        SELECT account_id, name, plan_type, status, creator_limit, user_limit, voice_model_limit, storage_limit_gb,
            creators_used, users_used, voice_models_used, storage_used_gb, storage_on, storage_rate_7, storage_rate_28,
            credits_month, credits_previous, credits_projected, credits_course, is_quiet, last_active_at, search_text,
            left_out
        FROM dashboard.account_summary WHERE account_id >= low AND (high IS NULL OR account_id < high)
    ) AS difference
    ON CONFLICT (account_id) DO UPDATE SET (
        name, plan_type, status, creator_limit, user_limit, voice_model_limit, storage_limit_gb,
        creators_used, users_used, voice_models_used, storage_used_gb, storage_on, storage_rate_7, storage_rate_28,
        credits_month, credits_previous, credits_projected, credits_course, is_quiet, last_active_at, search_text,
        left_out
    ) = ROW (
        excluded.name, excluded.plan_type, excluded.status, excluded.creator_limit, excluded.user_limit,
        excluded.voice_model_limit, excluded.storage_limit_gb, excluded.creators_used, excluded.users_used,
        excluded.voice_models_used, excluded.storage_used_gb, excluded.storage_on, excluded.storage_rate_7,
        excluded.storage_rate_28, excluded.credits_month, excluded.credits_previous, excluded.credits_projected,
        excluded.credits_course, excluded.is_quiet, excluded.last_active_at, excluded.search_text, excluded.left_out
    );
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;
COMMENT ON FUNCTION dashboard.refresh_accounts IS 'Bring the summary of low <= id < high up to date; the rows written.';
