"""A session lives as long as its person uses it and may, and not half a minute longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from core import database as core_database
from core import sessions
from core.errors import DatabaseDown, SignedOut
from core.settings import settings
from demo.databases import Database
from demo.personas import PERSONAS

VERA, ADA = PERSONAS[0], PERSONAS[4]


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The sessions' own clock, which only says how old a remembered answer is."""
    moved = Clock()
    sessions.forget()
    monkeypatch.setattr(sessions, "monotonic", moved)
    yield moved
    sessions.forget()


def change(database: Database, statement: str, *values: object) -> int:
    """Change something as the owner; how many rows."""
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(statement.encode(), values).rowcount


def begun(user_id: UUID = VERA.user_id) -> str:
    """The reference of a new session."""
    return sessions.reference(sessions.start(user_id))


def test_a_started_session_names_its_person(fresh_database: Database, clock: Clock) -> None:
    assert sessions.find(begun(ADA.user_id)) == ADA


def test_tokens_are_new_each_time_and_kept_only_as_hashes(fresh_database: Database, clock: Clock) -> None:
    first, second = sessions.start(VERA.user_id), sessions.start(VERA.user_id)
    assert first != second
    with psycopg.connect(fresh_database.owner_url) as connection:
        rows = connection.execute("SELECT id_hash, to_jsonb(s)::text FROM dashboard.staff_session s").fetchall()
    assert {bytes(row[0]).hex() for row in rows} == {sessions.reference(first), sessions.reference(second)}
    assert not any(first in row[1] or second in row[1] for row in rows)


@pytest.mark.parametrize("name", ["", "x", "ab" * 32, "ab" * 31, "00", "é" * 64])
def test_an_unknown_reference_names_nobody(fresh_database: Database, clock: Clock, name: str) -> None:
    assert sessions.find(name) is None


def test_nobody_who_is_not_active_staff_can_start(fresh_database: Database, clock: Clock) -> None:
    change(fresh_database, "UPDATE dashboard.staff SET is_active = false WHERE user_id = %s", VERA.user_id)
    for user_id in (VERA.user_id, uuid4()):
        with pytest.raises(SignedOut):
            sessions.start(user_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dashboard.staff SET is_active = false WHERE role <> 'admin'",
        "DELETE FROM dashboard.staff WHERE role <> 'admin'",
        "DELETE FROM dashboard.staff_session",
        "UPDATE dashboard.staff_session SET expires_at = now() - interval '1 second'",
        "UPDATE dashboard.staff_session SET last_seen_at = now() - interval '31 minutes'",
    ],
)
def test_what_ends_a_session_elsewhere_ends_it_here_within_half_a_minute(
    fresh_database: Database, clock: Clock, statement: str
) -> None:
    session = begun()
    assert sessions.find(session) == VERA
    assert change(fresh_database, statement) >= 1
    clock.now += sessions.CHECK_S - 1
    assert sessions.find(session) == VERA, "an answer is remembered for a moment"
    clock.now += 1
    assert sessions.find(session) is None
    assert sessions.CHECK_S < 30


def test_a_new_role_arrives(fresh_database: Database, clock: Clock) -> None:
    session = begun()
    sessions.find(session)
    change(fresh_database, "UPDATE dashboard.staff SET role = 'support' WHERE user_id = %s", VERA.user_id)
    clock.now += sessions.CHECK_S
    found = sessions.find(session)
    assert found is not None
    assert found.role == "support"


def test_signing_out_is_immediate_and_ends_one_session(fresh_database: Database, clock: Clock) -> None:
    one, other = begun(), begun()
    sessions.find(one)
    sessions.end(one)
    assert sessions.find(one) is None
    assert sessions.find(other) == VERA


def test_use_keeps_a_session_alive_but_not_beyond_its_end(fresh_database: Database, clock: Clock) -> None:
    session = begun()
    change(fresh_database, "UPDATE dashboard.staff_session SET last_seen_at = now() - interval '29 minutes'")
    sessions.touch(session)
    with psycopg.connect(fresh_database.owner_url) as connection:
        row = connection.execute(
            "SELECT now() - s.last_seen_at < interval '1 minute', now() - f.last_seen_at < interval '1 minute', "
            "expires_at - s.created_at FROM dashboard.staff_session s JOIN dashboard.staff f USING (user_id)"
        ).fetchone()
    assert row is not None
    assert row[:2] == (True, True)
    assert row[2].total_seconds() == settings().session_max_hours * 3600


def test_use_is_written_once_a_minute(fresh_database: Database, clock: Clock) -> None:
    session = begun()
    sessions.touch(session)
    change(fresh_database, "UPDATE dashboard.staff_session SET last_seen_at = now() - interval '5 minutes'")
    clock.now += sessions.TOUCH_S - 1
    assert not sessions.is_touch_due(session)
    sessions.touch(session)
    old = "SELECT FROM dashboard.staff_session WHERE last_seen_at < now() - interval '4 minutes'"
    assert change(fresh_database, old) == 1
    clock.now += 1
    sessions.touch(session)
    assert change(fresh_database, old) == 0


def test_use_does_not_revive_an_idle_session(fresh_database: Database, clock: Clock) -> None:
    session = begun()
    change(fresh_database, "UPDATE dashboard.staff_session SET last_seen_at = now() - interval '31 minutes'")
    sessions.touch(session)
    assert sessions.find(session) is None


def test_a_sign_in_sweeps_dead_sessions_and_no_others(fresh_database: Database, clock: Clock) -> None:
    dead, idle, alive = begun(), begun(), begun()
    expired = "UPDATE dashboard.staff_session SET expires_at = now() - interval '1 second' WHERE id_hash = %s"
    unused = "UPDATE dashboard.staff_session SET last_seen_at = now() - interval '31 minutes' WHERE id_hash = %s"
    change(fresh_database, expired, bytes.fromhex(dead))
    change(fresh_database, unused, bytes.fromhex(idle))
    fresh = begun()
    with psycopg.connect(fresh_database.owner_url) as connection:
        kept = connection.execute("SELECT encode(id_hash, 'hex') FROM dashboard.staff_session").fetchall()
    assert {row[0] for row in kept} == {alive, fresh}


def test_an_outage_signs_nobody_out_for_five_minutes_and_nobody_in(
    fresh_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, unknown = begun(), begun()
    sessions.find(known)
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk_writer@127.0.0.1:1/desk")
    settings.cache_clear()
    core_database.reset()
    clock.now += sessions.OUTAGE_S - 1
    assert sessions.find(known) == VERA
    with pytest.raises(DatabaseDown):
        sessions.find(unknown)
    clock.now += 1
    with pytest.raises(DatabaseDown):
        sessions.find(known)


def test_nothing_is_remembered_of_a_session_that_ended_elsewhere(fresh_database: Database, clock: Clock) -> None:
    session = sessions.reference(sessions.start(VERA.user_id))
    assert sessions.find(session)
    for number in range(3):
        sessions.touch(session, f"198.51.100.{number}")
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("DELETE FROM dashboard.staff_session")
    clock.now += sessions.CHECK_S
    assert sessions.find(session) is None
    assert not sessions._known  # pyright: ignore[reportPrivateUsage]  # what grows unless it is forgotten
    assert not sessions._touched  # pyright: ignore[reportPrivateUsage]
