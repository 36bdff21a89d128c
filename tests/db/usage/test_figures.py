"""The figures of Usage & credits equal plain SQL on the product's tables, and hand-made rows counted by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from actions.accounts import summary
from core.database import rows
from core.thresholds import Thresholds
from demo.databases import Database
from queries import overview
from queries.accounts import listing as account_list
from queries.accounts.filters import AccountFilter
from queries.sql.whose import PLANS
from queries.usage import accounts, anomalies, figures, month_end, reconciliation
from queries.usage.filters import FEATURES, Feature, UsageFilter
from tests.support import clock, factories
from tests.support.clock import today

DONE = {
    "analysis": "SELECT coalesce(analyzed_at, a.created_at) AS at, analysis_cost_credits AS credits, p.account_id"
    " FROM content_analysis a LEFT JOIN content_pieces p ON p.id = a.content_piece_id",
    "scripts": "SELECT coalesce(generated_at, created_at) AS at, generation_cost_credits AS credits, account_id"
    " FROM generated_scripts",
    "voice": "SELECT coalesce(processing_completed_at, created_at) AS at, generation_cost_credits AS credits,"
    " account_id FROM generated_content WHERE content_type = 'audio'",
    "avatar": "SELECT coalesce(processing_completed_at, created_at) AS at, generation_cost_credits AS credits,"
    " account_id FROM generated_content WHERE content_type = 'video'",
}


def month() -> date:
    """Its first day."""
    return today().replace(day=1)


def last_30_days() -> UsageFilter:
    """Everybody's use until yesterday."""
    return UsageFilter(today() - timedelta(days=30), today())


@pytest.fixture
def plain(database: Database) -> Iterator[psycopg.Cursor[dict[str, Any]]]:
    with psycopg.connect(database.owner_url) as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("SET timezone = 'UTC'")
        yield cursor


def whose(plain: psycopg.Cursor[dict[str, Any]]) -> list[UsageFilter]:
    """The fleet, its three largest accounts, and a plan."""
    top = plain.execute(
        "SELECT account_id FROM account_usage_stats WHERE account_id IS NOT NULL GROUP BY 1"
        " ORDER BY sum(total_credits_used) DESC LIMIT 3"
    ).fetchall()
    one = [UsageFilter(last_30_days().since, last_30_days().until, account_id=row["account_id"]) for row in top]
    return [last_30_days(), *one, UsageFilter(last_30_days().since, last_30_days().until, plan="team")]


def owned(where: UsageFilter, column: str = "account_id") -> tuple[str, list[object]]:
    """The filter as plain SQL."""
    if where.account_id:
        return f" AND {column} = %s", [where.account_id]
    if where.plan:
        return f" AND {column} IN (SELECT id FROM accounts WHERE plan_type = %s)", [where.plan]
    return "", []


def asked(plain: psycopg.Cursor[dict[str, Any]], statement: str, *values: object) -> list[dict[str, Any]]:
    return plain.execute(statement.encode(), values).fetchall()


def test_features_and_counters_equal_plain_sql(plain: psycopg.Cursor[dict[str, Any]]) -> None:
    for where in whose(plain):
        told = rows(figures.credits_by_feature(where, "day"))
        assert [row["bucket"] for row in told] == [where.since + timedelta(days=n) for n in range(30)]
        for feature in FEATURES:
            mine, values = owned(where)
            expected = asked(
                plain,
                f"SELECT at::date AS day, sum(credits) AS n FROM ({DONE[feature]}) d"
                f" WHERE at >= %s AND at < %s{mine} GROUP BY 1",
                where.since, where.until, *values,
            )  # fmt: skip
            by_day = {row["day"]: row["n"] or 0 for row in expected}
            assert [row[feature] for row in told] == [by_day.get(row["bucket"], 0) for row in told], feature
        mine, values = owned(where)
        weeks = asked(
            plain,
            "SELECT date_trunc('week', stat_date)::date AS bucket, sum(total_credits_used) AS credits,"
            " sum(projects_created) AS projects, sum(content_pieces_added) AS pieces,"
            " sum(scripts_generated) AS scripts,"
            " sum(voice_generations) AS voice, sum(avatar_generations) AS avatar FROM account_usage_stats"
            f" WHERE stat_date >= %s AND stat_date < %s{mine} GROUP BY 1 ORDER BY 1",
            where.since, where.until, *values,
        )  # fmt: skip
        made_per_week = rows(figures.counters(where, "week"))
        assert [{name: row[name] for name in weeks[0]} for row in made_per_week] == weeks


@pytest.mark.parametrize("feature", [None, *FEATURES])
def test_accounts_plans_and_comparison_equal_plain_sql(
    plain: psycopg.Cursor[dict[str, Any]], feature: Feature | None
) -> None:
    source = (
        f"SELECT account_id, at::date AS day, credits FROM ({DONE[feature]}) d"
        if feature
        else "SELECT account_id, stat_date AS day, total_credits_used AS credits FROM account_usage_stats"
    )
    for base in whose(plain):
        where = UsageFilter(base.since, base.until, base.account_id, base.plan, feature)
        mine, values = owned(where)
        bounds = (where.since, where.until, *values)
        expected = asked(
            plain,
            f"SELECT account_id, sum(credits) AS n FROM ({source}) s WHERE day >= %s AND day < %s{mine} GROUP BY 1"
            " HAVING sum(credits) > 0 ORDER BY 2 DESC, 1 LIMIT 20",
            *bounds,
        )
        users = rows(accounts.users(where))
        told, plans = ([row for row in users if row["is_plan"] is kind] for kind in (False, True))
        assert [(row["account_id"], row["credits"]) for row in told] == [
            (str(row["account_id"]), row["n"]) for row in expected
        ]
        assert all(sum(row["series"]) == row["credits"] for row in told)
        total = f"SELECT sum(credits) AS n FROM ({source}) s WHERE day >= %s AND day < %s{mine}"
        [whole] = asked(plain, total, *bounds)
        [compared] = rows(figures.comparison(where))
        assert compared["value"] == (whole["n"] or 0)
        [before] = asked(plain, total, where.before.since, where.before.until, *values)
        assert compared["previous"] == (before["n"] or 0)
        assert sum(row["credits"] for row in plans) == (whole["n"] or 0)
        assert told[0]["share"] == pytest.approx(told[0]["credits"] / float(whole["n"]))


def test_the_records_equal_plain_sql(plain: psycopg.Cursor[dict[str, Any]]) -> None:
    for where in whose(plain):
        [told] = rows(reconciliation.recorded_where(where))
        mine, values = owned(where)
        bounds = (where.since, where.until, *values)
        sources = {
            "stats": "SELECT account_id, stat_date AS at, total_credits_used AS credits FROM account_usage_stats",
            "artefacts": " UNION ALL ".join(
                f"SELECT account_id, at, credits FROM ({part}) p" for part in DONE.values()
            ),
            "jobs": "SELECT account_id, coalesce(completed_at, updated_at) AS at, actual_credits AS credits"
            " FROM processing_queue WHERE status IN ('completed', 'failed', 'cancelled')",
            "logs": "SELECT account_id, created_at AS at, credits_cost AS credits FROM api_usage_logs",
        }
        for name, source in sources.items():
            [expected] = asked(
                plain, f"SELECT sum(credits) AS n FROM ({source}) s WHERE at >= %s AND at < %s{mine}", *bounds
            )
            assert told[name] == (expected["n"] or 0), name


def test_the_month_equals_plain_sql(plain: psycopg.Cursor[dict[str, Any]]) -> None:
    statement = """
        WITH d AS (
            SELECT g::date AS day, coalesce(sum(s.total_credits_used), 0)::float AS c
            FROM generate_series(%s::date, %s::date - 1, interval '1 day') g
            LEFT JOIN account_usage_stats s ON s.stat_date = g::date {mine} GROUP BY 1
        ), means AS (SELECT extract(isodow FROM day) AS w, avg(c) AS m FROM d WHERE day >= %s::date - 28 GROUP BY 1)
        SELECT (SELECT coalesce(sum(c), 0) FROM d WHERE day >= date_trunc('month', %s::date)) AS so_far,
            (SELECT sum(m) FROM generate_series(%s::date, date_trunc('month', %s::date) + interval '1 month - 1 day',
                interval '1 day') g JOIN means ON w = extract(isodow FROM g)) AS rest
    """
    for where in whose(plain):
        [told] = rows(month_end.month_end(where, today()))
        mine, values = owned(where, "s.account_id")
        since = today() - timedelta(days=60)
        [expected] = asked(plain, statement.replace("{mine}", mine), since, today(), *values, *[today()] * 4)
        assert told["value"] == expected["so_far"]
        assert told["projected"] == pytest.approx(expected["so_far"] + expected["rest"])
        assert told["low"] <= told["projected"] <= told["high"]


def spent(url: str, account: UUID, per_day: dict[date, int]) -> None:
    """Daily statistics of an account."""
    factories.rows(url, "account_usage_stats", [
        {"account_id": account, "stat_date": day, "total_credits_used": credits} for day, credits in per_day.items()
    ])  # fmt: skip


def days(first: int, last: int) -> list[date]:
    """The days so many to so many ago."""
    return [today() - timedelta(days=ago) for ago in range(first, last - 1, -1)]


def test_the_month_end_of_a_regular_account_is_known_to_the_credit(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a", created_at=factories.at("-1 year"))
    by_weekday = [10, 20, 30, 40, 50, 6, 7]
    spent(url, account, {day: by_weekday[day.weekday()] for day in days(200, 1)})
    [told] = rows(month_end.month_end(UsageFilter(today(), today(), account_id=account), today()))
    next_month = (month() + timedelta(days=32)).replace(day=1)
    whole = sum(by_weekday[(month() + timedelta(days=n)).weekday()] for n in range((next_month - month()).days))
    assert told["projected"] == told["low"] == told["high"] == pytest.approx(whole)
    assert told["trials"] == month_end.BACKTEST_DAYS - told["rest_days"] + 1


def test_the_projection_is_the_middle_of_its_band(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a", created_at=factories.at("-1 year"))
    for growing in (lambda ago: 1_000 - ago, lambda ago: 1_000 + ago, lambda ago: 1_000 + 300 * (ago % 2)):
        with psycopg.connect(url) as owner:
            owner.execute("DELETE FROM account_usage_stats")
        spent(url, account, {day: growing((today() - day).days) for day in days(260, 1)})
        [told] = rows(month_end.month_end(UsageFilter(today(), today(), account_id=account), today()))
        assert told["low"] < told["projected"] < told["high"]
        assert told["projected"] - told["low"] == pytest.approx(told["high"] - told["projected"])
        assert told["low"] >= told["value"]


def test_what_is_recorded_before_an_account_was_made_counts_everywhere(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a", created_at=clock.now())
    spent(url, account, {today() - timedelta(days=ago): 10 + ago for ago in range(1, 41)})
    where, alone = UsageFilter(month(), today()), UsageFilter(month(), today(), account_id=account)
    [fleet], [own] = (rows(month_end.month_end(one, today())) for one in (where, alone))
    [tile] = rows(overview.credits_this_month(today()))
    assert summary.refresh()
    [listed] = rows(account_list.page(AccountFilter(), "name", False, None))
    expected = sum(10 + (today() - month()).days - n for n in range((today() - month()).days))
    told = [fleet["value"], own["value"], tile["value"], listed["credits_month"]]
    assert told == [expected] * len(told)
    thirty = alone.over(today() - timedelta(days=30), today())
    days_told = sum(row["credits"] for row in rows(figures.counters(thirty, "day")))
    assert rows(figures.comparison(thirty))[0]["value"] == days_told == sum(own["series"])
    assert own["previous"] == fleet["previous"] == listed["credits_previous"]
    assert own["projected"] == pytest.approx(fleet["projected"])
    assert listed["credits_projected"] == round(own["projected"])


def test_a_months_first_day_has_a_projection_and_nothing_yet(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a", created_at=factories.at("-1 year"))
    spent(url, account, dict.fromkeys(days(70, 1), 10))
    [told] = rows(month_end.month_end(UsageFilter(month(), month()), month()))
    assert (told["value"], told["through"], told["growth"]) == (0, None, None)
    days_of_month = ((month() + timedelta(days=32)).replace(day=1) - month()).days
    assert told["projected"] == pytest.approx(10 * days_of_month)
    [none] = rows(figures.comparison(UsageFilter(month(), month())))
    assert (none["value"], none["days"], list(none["series"])) == (0, 0, [])
    assert rows(figures.counters(UsageFilter(month(), month()), "day")) == []
    assert rows(accounts.users(UsageFilter(month(), month()))) == []


def test_thirteen_days_make_no_projection_and_few_trials_no_band(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a", created_at=factories.at("-1 year"))
    spent(url, account, dict.fromkeys(days(13, 1), 10))
    [told] = rows(month_end.month_end(UsageFilter(today(), today()), today()))
    assert (told["projected"], told["low"], told["trials"]) == (None, None, 0)
    spent(url, account, dict.fromkeys(days(14, 14), 10))
    [told] = rows(month_end.month_end(UsageFilter(today(), today()), today()))
    assert told["projected"] is not None
    assert told["low"] is None


def test_a_day_without_statistics_is_unknown_and_not_zero(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    a, b = (factories.row(url, "accounts", name=name, created_at=factories.at("-1 year")) for name in "ab")
    spent(url, a, {day: 10 for day in days(5, 1) if day != today() - timedelta(days=3)})
    spent(url, b, {today() - timedelta(days=1): 4})
    where = UsageFilter(today() - timedelta(days=5), today())
    told = rows(figures.counters(where, "day"))
    assert [row["credits"] for row in told] == [10, 10, None, 10, 14]
    # b has no row on the days before, but others do: that is 0.
    of_b = rows(figures.counters(UsageFilter(where.since, where.until, account_id=b), "day"))
    assert [row["credits"] for row in of_b] == [0, 0, None, 0, 4]
    [compared] = rows(figures.comparison(where))
    assert (compared["value"], compared["recorded"], compared["previous_recorded"]) == (44, 4, 0)


def test_storage_is_the_latest_gauge_and_never_a_sum_over_days(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    a, b = (factories.row(url, "accounts", name=name, storage_limit_gb=10) for name in "ab")
    for account, ago, gb in ((a, 3, 1.5), (a, 1, 2.5), (b, 2, 4), (b, 1, None)):
        factories.row(
            url, "account_usage_stats", account_id=account, stat_date=today() - timedelta(days=ago), storage_used_gb=gb
        )
    [told] = rows(figures.storage(last_30_days(), today()))
    assert (told["used_gb"], told["limit_gb"], told["accounts"]) == (6.5, 20, 2)
    assert (told["oldest"], told["newest"]) == (today() - timedelta(days=2), today() - timedelta(days=1))


def test_a_spike_stands_out_of_its_own_past_and_weekday(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    fleet, spiky, calm, young = (
        factories.row(url, "accounts", name=name, created_at=factories.at(born))
        for name, born in (("fleet", "-1 year"), ("spiky", "-1 year"), ("calm", "-1 year"), ("young", "-9 days"))
    )
    spent(url, fleet, {day: 1000 if day.weekday() < 5 else 500 for day in days(56, 1)})
    usual = dict.fromkeys(days(56, 2), 10)
    spent(url, spiky, usual | {today() - timedelta(days=1): 100})
    spent(url, calm, usual | {today() - timedelta(days=1): 25})
    spent(url, young, dict.fromkeys(days(8, 2), 0) | {today() - timedelta(days=1): 500})
    [told] = rows(anomalies.spikes(today(), Thresholds()))
    assert (told["name"], told["actual"], told["day"]) == ("spiky", 100, today() - timedelta(days=1))
    assert rows(anomalies.spikes(today(), Thresholds(spike_credits=200))) == []
    assert rows(anomalies.spikes(today(), Thresholds(), account_id=calm)) == []


def test_the_demos_spikes_equal_the_reference_sql(plain: psycopg.Cursor[dict[str, Any]]) -> None:
    expected = asked(plain, REFERENCE)
    told = rows(anomalies.spikes(today(), Thresholds()))
    assert [(row["name"], row["actual"], round(row["expected"], 1)) for row in told][: len(expected)] == [
        (row["name"], row["actual"], float(row["expected"])) for row in expected
    ]
    assert told


def test_who_has_gone_quiet(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    silent, slower, small, gone = (
        factories.row(url, "accounts", name=name, created_at=factories.at("-1 year"))
        for name in ("silent", "slower", "small", "gone")
    )
    for account, before, after in ((silent, 100, 3), (slower, 100, 20), (small, 10, 0), (gone, 100, 0)):
        spent(url, account, dict.fromkeys(days(40, 4), before) | dict.fromkeys(days(3, 1), after))
    with psycopg.connect(url) as owner:
        owner.execute("DELETE FROM accounts WHERE id = %s", [gone])
    assert summary.refresh()
    told = rows(anomalies.gone_quiet())
    assert [(row["name"], row["actual"], row["since"]) for row in told] == [("silent", 9, today() - timedelta(days=3))]


def test_an_empty_product(fresh_database: Database) -> None:
    [told] = rows(month_end.month_end(last_30_days(), today()))
    assert (told["value"], told["projected"], told["low"], told["trials"]) == (0, None, None, 0)
    assert {row["analysis"] for row in rows(figures.credits_by_feature(last_30_days(), "day"))} == {0}
    assert {row["credits"] for row in rows(figures.counters(last_30_days(), "month"))} == {None}
    [stored] = rows(figures.storage(last_30_days(), today()))
    assert (stored["used_gb"], stored["accounts"], stored["series"]) == (None, 0, None)
    assert rows(anomalies.spikes(today(), Thresholds())) == rows(anomalies.gone_quiet()) == []
    [last] = rows(figures.last_recorded(today()))
    assert last == {"last_day": None, "complete_day": None}
    [records] = rows(reconciliation.recorded_where(last_30_days()))
    assert records == {"stats": 0, "artefacts": 0, "jobs": 0, "logs": 0}


def test_the_plans_are_the_products(database: Database) -> None:
    [said] = factories.values(
        database.owner_url,
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'accounts'::regclass"
        " AND pg_get_constraintdef(oid) LIKE '%%plan_type%%'",
    )
    assert set(re.findall(r"'(\w+)'", said)) == set(PLANS)


REFERENCE = """
    WITH p AS (SELECT (now() AT TIME ZONE 'utc')::date today),
     live AS (SELECT DISTINCT stat_date d FROM account_usage_stats, p WHERE stat_date BETWEEN today-56 AND today-1),
     tot AS (SELECT stat_date d, sum(total_credits_used) t FROM account_usage_stats
       WHERE stat_date IN (SELECT d FROM live) GROUP BY 1),
     wf0 AS (SELECT extract(isodow FROM d) w, percentile_cont(.5) WITHIN GROUP (ORDER BY t) m FROM tot GROUP BY 1),
     wf AS (SELECT w, greatest(coalesce(m/nullif(avg(m) OVER (),0),1), .05) f FROM wf0),
     x AS (SELECT a.id, a.name, l.d, coalesce(s.total_credits_used,0) c, wf.f FROM accounts a CROSS JOIN live l
       CROSS JOIN p JOIN wf ON wf.w=extract(isodow FROM l.d)
       LEFT JOIN account_usage_stats s ON s.account_id=a.id AND s.stat_date=l.d
       WHERE l.d>=greatest(a.created_at::date, today-29)),
     h AS (SELECT id, percentile_cont(.5) WITHIN GROUP (ORDER BY c/f) med, count(*) n FROM x, p WHERE d<today-1
       GROUP BY 1),
     m AS (SELECT x.id, percentile_cont(.5) WITHIN GROUP (ORDER BY abs(c/f-med)) mad FROM x JOIN h USING(id), p
       WHERE d<today-1 GROUP BY 1)
    SELECT name, c actual, round((med*f)::numeric,1) expected FROM x JOIN h USING(id) JOIN m USING(id), p
    WHERE d=today-1 AND n>=14 AND (c/f-med)/greatest(1.4826*mad, sqrt(med), 1)>=5 AND c/f>=2*med AND c-med*f>=20
    ORDER BY c-med*f DESC, id LIMIT 20
"""
"""The design's own statement, tried before there was a Desk."""
