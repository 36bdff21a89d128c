"""Accounts as listed: filters, orders and pages told by hand, and 50,000 of them in any order within a glance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, select

from actions.accounts import summary as account_summary
from core.database import driver_url, rows
from demo.databases import Database
from queries import notes
from queries.accounts import detail, listing, lookup, quotas, recent
from queries.accounts.filters import SORTS, AccountFilter, Sort
from queries.sql.keyset import Cursor
from queries.tables import account_summary as summary
from queries.tables.base import Rows
from tests.support import factories
from tests.support.factories import at
from tests.support.plans import plan, scanned

MANY = 50_000
BUFFERS = 8_000
"""Of 8 kB: a scan of the summary is some 5,000 here. What it takes in time, the benchmark tells."""
ID = UUID(int=7)
PRESENT = (*quotas.USED.values(), *quotas.LIMITS.values(), *(f"{q}_band" for q in quotas.QUOTAS), "worst_band")
GROWING = {"processing_queue", "api_usage_logs", "content_pieces", "account_usage_stats", "audit_log", "users"}

# Accounts with limits and use of every kind, and members to search; what a refresh would write is tested elsewhere.
GENERATED = f"""
INSERT INTO accounts (id, name, subscription_status, plan_type, billing_email, created_at)
SELECT md5(n::text)::uuid, 'Account ' || md5('n' || n),
    (ARRAY['active', 'past_due', 'cancelled', 'trialing'])[1 + n % 4],
    (ARRAY['individual', 'team', 'agency'])[1 + n % 3], 'billing@b' || n || '.example', now()
FROM generate_series(1, {MANY}) AS n;
INSERT INTO users (account_id, email)
SELECT md5(n::text)::uuid, md5('u' || n || k) || '@m' || n || '.example'
FROM generate_series(1, {MANY}) AS n, generate_series(1, 3) AS k;
INSERT INTO dashboard.account_summary (account_id, name, plan_type, status, creator_limit, user_limit,
    voice_model_limit, storage_limit_gb, creators_used, users_used, voice_models_used, storage_used_gb, storage_on,
    storage_rate_7, storage_rate_28, credits_month, credits_previous, credits_projected, credits_course, is_quiet,
    last_active_at, search_text)
SELECT id, name, plan_type, subscription_status, 5 + n % 20, 1 + n % 5, 10, 20 + n % 80, n % 25, n % 4, n % 12,
    10 + n % 100, current_date, CASE WHEN n % 7 > 0 THEN n % 5 END, 0.2 + n % 3, n % 9999, n % 9000,
    CASE WHEN n % 11 > 0 THEN n % 12000 END, array_fill(n::bigint, ARRAY[30]), n % 50 = 0,
    CASE WHEN n % 13 > 0 THEN now() - n * interval '1 minute' END,
    lower(concat_ws(E'\\n', name, billing_email, (SELECT string_agg(email, E'\\n') FROM users WHERE account_id = id)))
FROM (SELECT a.*, row_number() OVER (ORDER BY id)::integer AS n FROM accounts AS a) AS numbered;
"""


@pytest.fixture(scope="session")
def many(postgresql: Any, empty_template: str) -> Iterator[Connection]:
    """A reader's connection to a Desk with 50,000 accounts."""
    from demo import databases

    copy = databases.copy(postgresql, empty_template, "many_accounts")
    with psycopg.connect(copy.owner_url, autocommit=True) as owner:
        owner.execute(f"SET session_replication_role = replica; {GENERATED}".encode())
        owner.execute("VACUUM ANALYZE accounts, users, dashboard.account_summary")
    engine = create_engine(driver_url(copy.reader_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    databases.drop(postgresql, "many_accounts")


def test_50_000_accounts_in_any_order_and_searched_cost_one_scan_of_the_summary(many: Connection) -> None:
    everything = AccountFilter()
    asked = {
        f"{sort}, {down}": listing.page(everything, sort, down, None, 50) for sort in SORTS for down in (False, True)
    }
    for text in ("Account 1a2b", "m4711.example", "b123", "example", "account", "ac", "nobody", str(ID)):
        where = AccountFilter(search=text)
        asked |= {f"{text} listed": listing.page(where, "urgency", True, None, 50)}
        asked |= {f"{text} counted": listing.bands(where), f"{text} drawn": listing.distribution(where)}
    for name, statement in asked.items():
        found = plan(many, statement, "ANALYZE, BUFFERS, TIMING OFF")
        assert list(scanned(found)) == ["account_summary"], name
        assert found["Shared Hit Blocks"] + found["Shared Read Blocks"] < BUFFERS, name


def test_text_that_every_account_holds_is_answered_from_the_first_that_do(many: Connection) -> None:
    for text in ("example", "account", "ac"):
        found = plan(many, lookup.matching(text), "ANALYZE, BUFFERS, TIMING OFF")
        assert found["Shared Hit Blocks"] + found["Shared Read Blocks"] < BUFFERS, text
        assert found["Actual Rows"] == lookup.MATCHES + 1


@pytest.fixture
def few(fresh_database: Database) -> dict[str, UUID]:
    """Accounts by name: over its users, near its storage, at its creators, without limits."""
    url = fresh_database.owner_url
    ids = {
        "over": factories.row(
            url, "accounts", name="over", plan_type="team", user_limit=1, billing_email="pay@over.example"
        ),
        "near": factories.row(url, "accounts", name="near", subscription_status="past_due", storage_limit_gb=10),
        "at": factories.row(url, "accounts", name='=HYPERLINK("x")', creator_limit=0),
        "unset": factories.row(
            url, "accounts", name="חשבון", subscription_status="cancelled",
            **dict.fromkeys(("creator_limit", "user_limit", "voice_model_limit", "storage_limit_gb")),
        ),
    }  # fmt: skip
    factories.rows(url, "users", [
        {"account_id": ids["over"], "email": f"jane.doe{n}@over.example", "last_login_at": at(f"-{n} days")}
        for n in range(1, 3)
    ])  # fmt: skip
    factories.row(url, "users", account_id=ids["near"], email="n@near.example", last_login_at=at("-1 hour"))
    [today] = factories.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date")
    factories.row(url, "account_usage_stats", account_id=ids["near"], stat_date=today, storage_used_gb=9)
    assert account_summary.refresh()
    return ids


def listed(where: AccountFilter, ids: dict[str, UUID], sort: Sort = "name") -> list[str]:
    """Which of the few are listed."""
    names = {str(identity): name for name, identity in ids.items()}
    return [names[row["account_id"]] for row in rows(listing.page(where, sort, sort == "urgency", None))]


def test_filters(few: dict[str, UUID]) -> None:
    def found(**narrowed: Any) -> set[str]:
        return set(listed(AccountFilter(**narrowed), few))

    assert found() == set(few)
    assert found(band="over") == {"over"}
    assert found(band="near") == {"near"}
    assert found(band="at limit") == {"at"}
    assert found(band="unknown") == {"unset"}
    assert found(band="ok", quota="voice_models") == {"over", "near", "at"}
    assert found(band="over", quota="users") == {"over"}
    assert found(plan="team") == {"over"}
    assert found(status="past_due") == {"near"}
    assert found(only="past_due") == {"near"}
    assert found(only="quiet") == found(only="filling") == set()
    assert found(search="JANE.DOE1") == found(search="pay@over") == found(search=str(few["over"])) == {"over"}
    assert found(search="hyperlink") == {"at"}
    assert found(search="חשב") == {"unset"}
    assert found(search="%") == found(search="nobody") == set()


def test_most_urgent_first(few: dict[str, UUID]) -> None:
    assert listed(AccountFilter(), few, "urgency") == ["over", "at", "near", "unset"]


def test_bands_count_what_the_tiles_lead_to(few: dict[str, UUID]) -> None:
    for quota in ("", *quotas.QUOTAS):
        where = AccountFilter(quota=quota, band="over")
        [counts] = rows(listing.bands(where))
        for band in quotas.BANDS:
            assert counts[band.replace(" ", "_")] == len(listed(replace(where, band=band), few))


def test_the_distribution_tells_bands_and_tenths(few: dict[str, UUID]) -> None:
    found = {(row["quota"], row["bin"]): row["accounts"] for row in rows(listing.distribution(AccountFilter()))}
    assert found == {
        ("creators", 0): 2, ("creators", 10): 1,
        ("users", 11): 1, ("users", 10): 1, ("users", 0): 1,
        ("voice_models", 0): 3,
        ("storage", 9): 1,
    }  # fmt: skip


def test_pages_join_up_in_both_directions(database: Database) -> None:
    for sort in SORTS:
        for descending in (True, False):
            whole = [row["account_id"] for row in rows(listing.page(AccountFilter(), sort, descending, None, 500))]
            place: Cursor | None = None
            walked: list[str] = []
            while True:
                part = rows(listing.page(AccountFilter(), sort, descending, place, 17))
                walked += [row["account_id"] for row in part]
                if not part or not part[0]["has_more"]:
                    break
                place = Cursor.of(part[-1]["sort_key"], part[-1]["account_id"], True)
            assert walked == whole
            if place:
                back = rows(listing.page(AccountFilter(), sort, descending, Cursor(place.value, place.id, False), 9))
                at_place = whole.index(str(place.id))
                assert [row["account_id"] for row in back] == whole[max(at_place - 9, 0) : at_place]


def test_a_listed_account_shows_what_it_uses_now(few: dict[str, UUID], fresh_database: Database) -> None:
    def shown() -> dict[str, Any]:
        [row] = rows(listing.page(AccountFilter(search="hyperlink", band="at limit"), "name", False, None))
        return row

    [kept] = rows(select(summary).where(summary.c.account_id == few["at"]))
    assert shown().items() >= {name: value for name, value in kept.items() if name != "search_text"}.items()
    url = fresh_database.owner_url
    creator = factories.row(url, "creators", platform="tiktok", username="x", profile_url="https://t.example/x")
    factories.row(url, "account_followed_creators", account_id=few["at"], creator_id=creator)
    factories.rows(url, "users", [{"account_id": few["at"], "email": f"{n}@at.example"} for n in range(2)])
    with psycopg.connect(url) as owner:
        owner.execute("UPDATE accounts SET user_limit = 2 WHERE id = %s", [few["at"]])
    now = shown()
    assert (now["creators_used"], quotas.BANDS[now["creators_band"]]) == (1, "over")
    assert (now["users_used"], now["user_limit"], quotas.BANDS[now["users_band"]]) == (2, 2, "at limit")
    assert quotas.BANDS[now["worst_band"]] == "over"
    account_summary.refresh()
    [kept] = rows(select(summary).where(summary.c.account_id == few["at"]))
    assert {name: kept[name] for name in PRESENT} == {name: now[name] for name in PRESENT}


def test_the_work_list_names_the_worst(few: dict[str, UUID]) -> None:
    [found] = rows(listing.worth_work(AccountFilter(band="over"), "urgency", True))
    assert (found["name"], found["accounts"]) == ("over", 1)
    assert rows(listing.worth_work(AccountFilter(only="quiet"), "urgency", True)) == []


DETAILS: dict[str, Rows] = {
    "one": detail.one(ID),
    "pulse": detail.pulse(ID),
    "course": detail.course(ID),
    "members": detail.members(ID),
    "followed": detail.followed(ID),
    "projects": recent.recent_projects(ID),
    "content": recent.content(ID),
    "media": recent.media(ID),
    "models": recent.models(ID),
    "api errors": recent.api_errors(ID),
    "timeline": recent.timeline(ID),
    "notes": notes.about("account", ID),
    "quotas": quotas.current(ID),
}


@pytest.mark.parametrize("name", DETAILS)
def test_one_account_scans_nothing_that_grows(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, DETAILS[name]))) & GROWING == set()


def test_every_block_answers_for_accounts_with_and_without_anything(database: Database) -> None:
    [busiest] = factories.values(
        database.owner_url, "SELECT account_id FROM processing_queue GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    for account in (busiest, ID):
        answers = {
            "members": rows(detail.members(account)),
            "followed": rows(detail.followed(account)),
            "content": rows(recent.content(account)),
            "models": rows(recent.models(account)),
            "api errors": rows(recent.api_errors(account)),
        }
        assert all(answers.values()) is (account == busiest)
        assert len(rows(detail.course(account))) == detail.COURSE_DAYS
        assert len(rows(detail.pulse(account))) == 1
