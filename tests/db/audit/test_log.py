"""The audit log is found by each of its filters, counted by UTC day, and read along indexes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection

from core.database import load, rows
from demo.databases import Database
from demo.personas import PERSONAS
from queries import staff
from queries.audit import chain, log
from queries.audit.log import AuditFilter
from queries.sql.keyset import Cursor
from queries.tables.base import Rows
from tests.support.plans import plan, scanned

ADA, SAM = PERSONAS[4], PERSONAS[1]
ID, NOW, MIDNIGHT = UUID(int=7), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
GROWING = {"audit_log", "audit_chain"}
FILTERS = {
    "all": AuditFilter(),
    "actor": AuditFilter(actor_id=ID),
    "operator": AuditFilter(is_operator=True),
    "action": AuditFilter(action="job.retry"),
    "type": AuditFilter(object_type="job"),
    "object": AuditFilter(object_type="job", object_id="7"),
    "account": AuditFilter(account_id=ID),
    "request": AuditFilter(request_id="7"),
    "words": AuditFilter(words="outage"),
    "time": AuditFilter(since=MIDNIGHT, until=NOW),
}
READS: dict[str, Rows] = {
    **{f"page, {name}": log.page(where, None) for name, where in FILTERS.items()},
    "page, after": log.page(AuditFilter(), Cursor.of(MIDNIGHT, 7, True)),
    "page, before": log.page(AuditFilter(), Cursor.of(MIDNIGHT, 7, False)),
    **{f"total, {name}": log.total(where) for name, where in FILTERS.items()},
    **{f"per day, {name}": log.per_day(where, MIDNIGHT, 30) for name, where in FILTERS.items()},
    "export": log.export(FILTERS["time"]),
    "one": log.one(7),
    "actions": log.actions(),
    "types": log.object_types(),
    "history": log.history("staff", "7"),
    "head": chain.head(),
    "entry": chain.at(7),
    "faults": chain.faults(0, 50),
    "unchained": chain.unchained(0, 50),
    "reach": chain.reach(),
    "actors": log.actors(),
    "people": staff.people("a", "admin", "active", timedelta(minutes=30)),
    "person": staff.one(ID),
    "sessions": staff.open_sessions(timedelta(minutes=30), ID),
}


@pytest.mark.parametrize("name", READS)
def test_no_sequential_scan_of_the_log(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) & GROWING == set()


def record(database: Database, **columns: object) -> None:
    """One row of the log."""
    values = {"action": "job.retry", "object_type": "job", **columns}
    names, slots = ", ".join(values), ", ".join(["%s"] * len(values))
    with psycopg.connect(database.owner_url) as connection:
        statement = f"INSERT INTO dashboard.audit_log ({names}) VALUES ({slots})"
        connection.execute(statement.encode(), list(values.values()))


def ids(where: AuditFilter) -> list[int]:
    """The rows that match, newest first; the count and the export must say the same."""
    found = [row["id"] for row in rows(log.page(where, None))]
    assert rows(log.total(where)) == [{"entries": len(found)}]
    assert [row["id"] for row in rows(log.export(where))] == found
    return found


def test_each_filter_finds_its_rows(fresh_database: Database) -> None:
    account = uuid4()
    record(fresh_database, actor_id=SAM.user_id, object_id="a", reason="The outage, is over", request_id="r1")
    record(fresh_database, actor_id=ADA.user_id, action="staff.role", object_type="staff", after='{"role": "viewer"}')
    record(fresh_database, actor_role="operator", action="staff.add", object_type="staff", before='{"x_y": [1.50]}')
    record(fresh_database, account_id=account, at=NOW - timedelta(days=3), actor_email="old@desk.example")
    assert ids(AuditFilter()) == [3, 2, 1, 4]
    assert ids(AuditFilter(actor_id=SAM.user_id)) == [1]
    assert ids(AuditFilter(is_operator=True)) == [3]
    assert ids(AuditFilter(action="staff.role")) == [2]
    assert ids(AuditFilter(object_type="staff")) == [3, 2]
    assert ids(AuditFilter(object_type="job", object_id="a")) == [1]
    assert ids(AuditFilter(account_id=account)) == [4]
    assert ids(AuditFilter(request_id="r1")) == [1]
    assert ids(AuditFilter(words="OUTAGE over")) == [1]
    assert ids(AuditFilter(words='"is over"')) == [1]
    assert ids(AuditFilter(words="viewer")) == [2]
    assert ids(AuditFilter(words="old@desk.example")) == [4]
    assert ids(AuditFilter(words="'(&|!:*")) == []
    assert ids(AuditFilter(since=NOW - timedelta(days=4), until=NOW - timedelta(days=2))) == [4]
    assert [row["name"] for row in rows(log.actions())] == ["job.retry", "staff.add", "staff.role"]
    assert [row["name"] for row in rows(log.object_types())] == ["job", "staff"]


def test_days_are_utc_and_none_is_left_out(fresh_database: Database) -> None:
    for at in (MIDNIGHT, MIDNIGHT - timedelta(microseconds=1), MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(1)):
        record(fresh_database, at=at)
    found = load(log.per_day(AuditFilter(), MIDNIGHT - timedelta(days=2), 3))
    assert list(found["entries"]) == [0, 2, 1]
    assert [at.to_pydatetime() for at in found["day"]] == [MIDNIGHT - timedelta(days=n) for n in (2, 1, 0)]


def test_pages_neither_repeat_nor_miss_rows_of_one_moment(fresh_database: Database) -> None:
    for _ in range(7):
        record(fresh_database, at=MIDNIGHT)
    first = rows(log.page(AuditFilter(), None, 3))
    assert [row["id"] for row in first] == [7, 6, 5]
    assert first[0]["has_more"]
    place = Cursor.decode(Cursor.of(first[-1]["sort_key"], first[-1]["id"], True).encode())
    second = rows(log.page(AuditFilter(), place, 3))
    assert [row["id"] for row in second] == [4, 3, 2]
    back = rows(log.page(AuditFilter(), Cursor.of(second[0]["sort_key"], second[0]["id"], False), 3))
    assert [row["id"] for row in back] == [7, 6, 5]


def test_a_very_long_value_is_recorded_all_the_same(fresh_database: Database) -> None:
    long = json.dumps({"text": " ".join(f"word{n}" for n in range(200_000))})
    record(fresh_database, after=long, reason="long")
    assert ids(AuditFilter(words="long word7")) == [1]
    [one] = rows(log.one(1))
    assert (one["position"], len(one["hash"] or ""), one["of_request"]) == (1, 64, 0)
