"""What every account used and where it stands: the definition of `dashboard.account_summary` and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Double, TextClause, bindparam, select, text

from queries.tables import account_summary as s
from queries.tables import accounts
from queries.tables.base import Rows

NEEDED_DAYS: Final = 14
"""Complete days without which neither a projection nor "quiet" is told."""

# One weekday's share of the fleet's use: the median over 56 complete days by the mean of the medians.
_FACTORS: Final = """
WITH total AS (
    SELECT stat_date AS day, sum(total_credits_used) AS credits
    FROM public.account_usage_stats, (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS clock
    WHERE stat_date >= today - 56 AND stat_date < today
    GROUP BY 1
), median AS (
    SELECT extract(isodow FROM day)::integer AS weekday, percentile_cont(0.5) WITHIN GROUP (ORDER BY credits) AS m
    FROM total GROUP BY 1
), factor AS (
    SELECT weekday, greatest(coalesce(m / nullif(avg(m) OVER (), 0), 1), 0.05)::double precision AS f FROM median
)
SELECT array_agg(coalesce(f, 1.0) ORDER BY weekday) AS factors
FROM generate_series(1, 7) AS weekday LEFT JOIN factor USING (weekday)
"""

# The 62 complete UTC days before today that have statistics at all. `remaining` is how often the day's weekday is still
# to come this month, today included; `ago` counts recorded days back, since a day nobody recorded says nothing.
_DAYS: Final = """
clock AS (
    SELECT today, date_trunc('month', today)::date AS month, (date_trunc('month', today) - interval '1 month')::date
        AS last_month
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS now
), recorded AS MATERIALIZED (
    SELECT today - n AS day, row_number() OVER (ORDER BY n) AS ago
    FROM clock, generate_series(1, 62) AS n
    WHERE EXISTS (SELECT FROM public.account_usage_stats AS x WHERE x.stat_date = today - n)
), day AS MATERIALIZED (
    SELECT r.day, (CAST(:factors AS double precision[]))[extract(isodow FROM r.day)::integer] AS factor,
        extract(isodow FROM r.day) AS weekday,
        r.day >= today - 28 AS is_recent, r.day >= today - 30 AS is_drawn, r.day >= month AS is_this_month,
        r.day >= last_month AND r.day < least(last_month + (today - month), month) AS is_last_month,
        r.ago <= 3 AND r.day >= today - 7 AS is_latest,
        r.day < third.day AND r.day >= third.day - 28 AS is_before,
        (SELECT count(*) FROM generate_series(today, month + interval '1 month - 1 day', interval '1 day') AS to_come
         WHERE extract(isodow FROM to_come) = extract(isodow FROM r.day)) AS remaining
    FROM clock CROSS JOIN recorded AS r LEFT JOIN recorded AS third ON third.ago = 3
)
"""

_USED: Final = """
LEFT JOIN LATERAL (
    SELECT count(*) AS used FROM public.account_followed_creators AS f
    WHERE f.account_id = a.id AND f.is_active IS NOT FALSE
) AS followed ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE u.is_active IS NOT FALSE) AS used,
        max(dashboard.usable_time(u.last_login_at)) AS last_login_at,
        count(u.last_login_at) - count(dashboard.usable_time(u.last_login_at)) AS left_out,
        string_agg(u.email, E'\\n' ORDER BY u.email) AS emails
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
"""

# Statistics that no figure above can use, of the days that the figures below look at or of none that there can be.
_LEFT_OUT: Final = """
LEFT JOIN LATERAL (
    SELECT count(x.storage_used_gb) - count(dashboard.usable_number(x.storage_used_gb)) AS numbers,
        count(*) FILTER (WHERE x.stat_date > clock.today + 1) AS ahead
    FROM public.account_usage_stats AS x WHERE x.account_id = a.id AND x.stat_date >= clock.today - 62
) AS recent ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS long_ago FROM public.account_usage_stats AS x
    WHERE x.account_id = a.id AND x.stat_date < (dashboard.earliest() AT TIME ZONE 'UTC')::date
) AS early ON true
"""

# The gauge before a window of so many days, at most three days older: a rate over a gap would be another rate.
_RATE: Final = """
LEFT JOIN LATERAL (
    SELECT ((gauge.storage_used_gb - x.storage_used_gb) / (gauge.stat_date - x.stat_date))::double precision AS rate
    FROM public.account_usage_stats AS x
    WHERE x.account_id = a.id AND dashboard.usable_number(x.storage_used_gb) IS NOT NULL
        AND x.stat_date BETWEEN gauge.stat_date - {days} - 3 AND gauge.stat_date - {days}
    ORDER BY x.stat_date DESC LIMIT 1
) AS over_{days} ON true
"""

# A missing row is 0: the account used nothing on a day for which others have statistics. `alike` is how many recent
# days of that weekday the account has lived through, so credits * remaining / alike adds up to the weekdays' means.
_CREDITS: Final = f"""
LEFT JOIN LATERAL (
    SELECT
        coalesce(sum(x.credits) FILTER (WHERE x.is_this_month), 0) AS this_month,
        coalesce(sum(x.credits) FILTER (WHERE x.is_last_month), 0) AS last_month,
        CASE WHEN count(*) FILTER (WHERE x.is_recent) >= {NEEDED_DAYS} THEN round(
            coalesce(sum(x.credits) FILTER (WHERE x.is_this_month), 0)
            + sum(x.credits::numeric * x.remaining / x.alike) FILTER (WHERE x.is_recent)
        ) END AS projected,
        array_agg(x.credits::bigint ORDER BY x.day) FILTER (WHERE x.is_drawn) AS course,
        count(*) FILTER (WHERE x.is_before) AS days_before, count(*) FILTER (WHERE x.is_latest) AS days_latest,
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
"""  # noqa: S608  # made of this module's own text

_FRESH: Final = f"""
SELECT a.id AS account_id, a.name::text AS name, a.plan_type::text AS plan_type, a.subscription_status::text AS status,
    a.creator_limit, a.user_limit, a.voice_model_limit, a.storage_limit_gb,
    followed.used AS creators_used, member.used AS users_used, voice.used AS voice_models_used,
    gauge.storage_used_gb, gauge.stat_date AS storage_on,
    over_7.rate AS storage_rate_7, over_28.rate AS storage_rate_28,
    credit.this_month::bigint AS credits_month, credit.last_month::bigint AS credits_previous,
    credit.projected::bigint AS credits_projected, coalesce(credit.course, '{{}}') AS credits_course,
    coalesce(
        credit.days_before >= {NEEDED_DAYS} AND credit.days_latest = 3
        AND credit.median * credit.least_factor >= :quiet_credits AND credit.latest <= :quiet_share * credit.median,
        false
    ) AS is_quiet,
    greatest(member.last_login_at, credit.last_used_on::timestamp AT TIME ZONE 'UTC') AS last_active_at,
    lower(concat_ws(E'\\n', a.name, a.billing_email, member.emails)) AS search_text,
    jsonb_strip_nulls(jsonb_build_object(
        'accounts.created_at', CASE WHEN dashboard.usable_time(a.created_at) IS NULL AND a.created_at IS NOT NULL
            THEN 1 END,
        'users.last_login_at', nullif(member.left_out, 0),
        'account_usage_stats.storage_used_gb', nullif(recent.numbers, 0),
        'account_usage_stats.stat_date', nullif(recent.ahead + early.long_ago, 0)
    )) AS left_out
FROM public.accounts AS a CROSS JOIN clock
{_USED}{_LEFT_OUT}{_RATE.format(days=7)}{_RATE.format(days=28)}{_CREDITS}
WHERE a.id >= :low AND (CAST(:high AS uuid) IS NULL OR a.id < :high)
"""  # noqa: S608  # made of this module's own text

_COLUMNS: Final = [column.name for column in s.columns if column.computed is None]
_RANGE: Final = "account_id >= :low AND (CAST(:high AS uuid) IS NULL OR account_id < :high)"


def weekday_factors() -> TextClause:
    """How heavy each weekday is, Monday first; 1 where nothing is known. One row, column: factors."""
    return text(_FACTORS)


def batch_end(low: UUID, size: int) -> Rows:
    """Where a batch of that many accounts from `low` on ends; no row when it is the last. Column: id."""
    return select(accounts.c.id).where(accounts.c.id >= low).order_by(accounts.c.id).offset(size).limit(1)


def members(low: UUID, high: UUID | None) -> Rows:
    """The accounts `low` ≤ id < `high`, in that order. Column: id."""
    found = select(accounts.c.id).where(accounts.c.id >= low).order_by(accounts.c.id)
    return found if high is None else found.where(accounts.c.id < high)


def kept(
    low: UUID, high: UUID | None, factors: Sequence[float], quiet_share: float = 0.1, quiet_credits: int = 20
) -> TextClause:
    """Bring the summary of the accounts `low` ≤ id < `high` up to date; nothing is written where nothing changed.

    Column: written (rows). Formulas: quotas and storage rates, credits by complete UTC days, the month's end by weekday
    means of 28 days, quiet as three recorded days of at most `quiet_share` of what 28 before let expect, if that is at
    least `quiet_credits`.
    """
    columns = ", ".join(_COLUMNS)
    others = ", ".join(_COLUMNS[1:])
    statement = f"""
        WITH {_DAYS}, fresh AS ({_FRESH}),
        gone AS (
            DELETE FROM dashboard.account_summary AS o
            WHERE o.{_RANGE} AND NOT EXISTS (SELECT FROM public.accounts AS a WHERE a.id = o.account_id)
        ), written AS (
            INSERT INTO dashboard.account_summary ({columns})
            SELECT * FROM (
                SELECT {columns} FROM fresh
                EXCEPT ALL SELECT {columns} FROM dashboard.account_summary WHERE {_RANGE}
            ) AS difference
            ON CONFLICT (account_id) DO UPDATE SET ({others}) = ROW ({", ".join(f"excluded.{c}" for c in _COLUMNS[1:])})
            RETURNING 1
        )
        SELECT count(*) AS written FROM written
    """  # noqa: S608  # made of this module's own text
    return text(statement).bindparams(
        bindparam("factors", list(factors), ARRAY(Double)), bindparam("low", low), bindparam("high", high),
        bindparam("quiet_share", quiet_share, Double), bindparam("quiet_credits", quiet_credits, Double),
    )  # fmt: skip
