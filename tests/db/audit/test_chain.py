"""The audit log's chain of hashes: every committed row is in it, and what was changed or removed is found."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors

from actions import audit
from core.database import transaction
from core.errors import Invalid
from demo.databases import Database
from demo.places import ROOT
from ops import chain
from tests.support import factories

ADA = factories.viewer("admin")


def write(count: int) -> None:
    """So many deeds in one transaction."""
    with transaction() as connection:
        for n in range(count):
            before, after = {"status": "failed", "cost": 1.50}, {"status": "queued", "note": 'a "é" \\u0001 🙂'}
            audit.record(connection, ADA, "job.retry", "job", str(n), reason=f"no. {n}", before=before, after=after)


TRIGGERS = {"audit_log": ("audit_log_chain", "audit_log_append_only"), "audit_chain": ("audit_chain_append_only",)}


def tamper(database: Database, *statements: str) -> None:
    """Do what an owner can who switches the triggers off."""
    with psycopg.connect(database.owner_url) as connection:
        for mode in ("DISABLE", "ENABLE ALWAYS"):
            for table, names in TRIGGERS.items():
                for name in names:
                    connection.execute(f"ALTER TABLE dashboard.{table} {mode} TRIGGER {name}".encode())
            if mode == "DISABLE":
                for statement in statements:
                    connection.execute(statement.encode())


def restore(database: Database) -> None:
    """Put back what was copied before the tampering."""
    tamper(
        database,
        *(f"DELETE FROM dashboard.{table}" for table in TRIGGERS),
        *(f"INSERT INTO dashboard.{table} OVERRIDING SYSTEM VALUE SELECT * FROM {table}_kept" for table in TRIGGERS),
    )


def test_what_was_written_is_what_is_there(fresh_database: Database) -> None:
    assert chain.verify().head.position == 0
    write(3)
    write(1)
    verdict = chain.verify()
    assert (verdict.head.position, verdict.faults) == (4, [])


def test_the_hash_depends_on_no_setting_of_the_session(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.writer_url) as connection:
        connection.execute("SET TimeZone = 'Asia/Kathmandu'")
        connection.execute("SET DateStyle = 'German, DMY'")
        connection.execute("SET IntervalStyle = 'sql_standard'")
        connection.execute("INSERT INTO dashboard.audit_log (action, object_type, after) VALUES ('x', 'y', '1.10')")
    assert chain.verify().faults == []


def test_a_row_is_chained_when_it_is_committed_and_not_when_it_is_not(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.writer_url) as connection:
        connection.execute("INSERT INTO dashboard.audit_log (action, object_type) VALUES ('x', 'y')")
        assert chain.head().position == 0
        connection.rollback()
    write(1)
    assert chain.verify().head.position == 1


TAMPERINGS = [
    ("UPDATE dashboard.audit_log SET reason = 'another' WHERE object_id = '4'", "Row 5 or its entry 5 was changed"),
    ("UPDATE dashboard.audit_log SET at = at + interval '1 us' WHERE id = 5", "Row 5 or its entry 5 was changed"),
    ("UPDATE dashboard.audit_log SET before = NULL WHERE id = 5", "Row 5 or its entry 5 was changed"),
    ("UPDATE dashboard.audit_log SET after = '{}' WHERE id = 5", "Row 5 or its entry 5 was changed"),
    ("UPDATE dashboard.audit_log SET actor_email = 'b@c' WHERE id = 5", "Row 5 or its entry 5 was changed"),
    ("DELETE FROM dashboard.audit_log WHERE id = 5", "Row 5 was removed (entry 5)"),
    ("DELETE FROM dashboard.audit_log WHERE id = 9", "Row 9 was removed (entry 9)"),
    ("DELETE FROM dashboard.audit_chain WHERE position = 5", "Entry 5 of the chain was removed"),
    (
        "DELETE FROM dashboard.audit_log WHERE id = 5; DELETE FROM dashboard.audit_chain WHERE position = 5",
        "Entry 5 of the chain was removed",
    ),
    (
        "DELETE FROM dashboard.audit_log WHERE id = 5; DELETE FROM dashboard.audit_chain WHERE position = 5;"
        "UPDATE dashboard.audit_chain SET position = position - 1 WHERE position > 5",
        "Row 6 or its entry 5 was changed",
    ),
    ("DELETE FROM dashboard.audit_chain WHERE position = 9", "Row 9 has no entry in the chain"),
    ("INSERT INTO dashboard.audit_log (action, object_type) VALUES ('x', 'y')", "Row 10 has no entry"),
    ("UPDATE dashboard.audit_chain SET hash = sha256('x') WHERE position = 0", "Row 1 or its entry 1 was changed"),
    ("UPDATE dashboard.audit_chain SET hash = sha256('x') WHERE position = 5", "Row 5 or its entry 5 was changed"),
]


def test_what_was_tampered_with_is_found_and_nothing_else(fresh_database: Database) -> None:
    write(9)
    tamper(fresh_database, *(f"CREATE TABLE {table}_kept AS TABLE dashboard.{table}" for table in TRIGGERS))
    for statement, finding in TAMPERINGS:
        tamper(fresh_database, statement)
        faults = chain.verify().faults
        assert finding in " ".join(faults), statement
        assert len(faults) <= 2, statement
        restore(fresh_database)
        assert chain.verify().faults == []


def test_a_tail_cut_off_whole_is_found_by_the_head_noted_before(fresh_database: Database) -> None:
    write(9)
    noted = chain.head()
    tamper(
        fresh_database,
        "DELETE FROM dashboard.audit_log WHERE id > 7; DELETE FROM dashboard.audit_chain WHERE position > 7",
    )
    assert chain.verify().faults == [], "the chain alone cannot know what came after its end"
    assert "entry 9, noted earlier, is missing" in chain.verify(noted).faults[0]
    write(5)
    assert "not the one noted earlier" in chain.verify(noted).faults[0]
    assert chain.verify(chain.head()).faults == []


def test_a_chain_made_anew_from_the_first_row_is_found_by_the_head_noted_before(fresh_database: Database) -> None:
    write(3)
    noted = chain.head()
    relink = """
        UPDATE dashboard.audit_chain c SET hash = dashboard.audit_link(p.hash, r)
        FROM dashboard.audit_chain p, dashboard.audit_log r
        WHERE p.position = c.position - 1 AND r.id = c.audit_id AND c.position = """
    tamper(
        fresh_database,
        "UPDATE dashboard.audit_log SET reason = 'a lie' WHERE id = 2",
        *(relink + str(position) for position in (2, 3)),
    )
    assert chain.verify().faults == []
    assert "not the one noted earlier" in chain.verify(noted).faults[0]


REWRITES = [
    "UPDATE dashboard.audit_chain SET hash = sha256('x')",
    "DELETE FROM dashboard.audit_chain",
    "TRUNCATE dashboard.audit_chain",
    "SET session_replication_role = replica; DELETE FROM dashboard.audit_chain",
    "SET session_replication_role = replica; DELETE FROM dashboard.audit_log",
]


def test_nobody_rewrites_the_chain_by_accident(fresh_database: Database) -> None:
    write(1)
    refused = (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)
    for url in (fresh_database.reader_url, fresh_database.writer_url, fresh_database.owner_url):
        for statement in REWRITES:
            with pytest.raises(refused), psycopg.connect(url) as connection:
                connection.execute(statement.encode())
    assert chain.verify().head.position == 1


def test_the_desks_roles_can_neither_add_an_entry_nor_hold_the_chain(fresh_database: Database) -> None:
    for url in (fresh_database.reader_url, fresh_database.writer_url):
        for statement in (
            "INSERT INTO dashboard.audit_chain (position, audit_id, hash) VALUES (1, 1, sha256('x'))",
            "SELECT FROM dashboard.audit_chain WHERE position = 0 FOR UPDATE",
            "LOCK TABLE dashboard.audit_chain",
        ):
            with psycopg.connect(url) as connection:
                connection.execute("SET TRANSACTION READ WRITE")
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


@pytest.mark.usefixtures("waits_for_locks")
def test_writers_at_once_make_one_chain_and_never_wait_for_each_other_in_a_circle(fresh_database: Database) -> None:
    def work(_: int) -> None:
        for _ in range(5):
            write(20)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    verdict = chain.verify()
    assert (verdict.head.position, verdict.faults) == (800, [])


def test_a_writer_that_has_not_committed_holds_nobody_up(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.writer_url) as slow:
        slow.execute("INSERT INTO dashboard.audit_log (action, object_type) VALUES ('slow', 'job')")
        write(3)  # would run into the role's lock_timeout
        slow.commit()
    with psycopg.connect(fresh_database.owner_url) as connection:
        order = connection.execute("SELECT audit_id FROM dashboard.audit_chain WHERE position > 0 ORDER BY position")
        assert [row[0] for row in order] == [2, 3, 4, 1], "in the order of the commits"
    assert chain.verify().faults == []


def test_long_logs_are_looked_at_in_parts(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    write(9)
    tamper(fresh_database, "UPDATE dashboard.audit_log SET reason = 'x' WHERE id IN (1, 4, 9)")
    monkeypatch.setattr(chain, "BATCH", 2)
    assert [fault.split()[1] for fault in chain.verify().faults] == ["1", "4", "9"]
    assert [fault.split()[1] for fault in chain.verify(newest=5).faults] == ["9"]


def test_the_command_tells_by_its_exit_code(fresh_database: Database) -> None:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "audit", "verify", *more]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    write(3)
    well = run()
    head = str(chain.head())
    assert well.returncode == 0, well.stderr
    assert head in well.stdout
    assert run("--head", head).returncode == 0
    unreadable = run("--head", "3:x")
    assert (unreadable.returncode, "not a valid head" in unreadable.stderr) == (1, True)
    tamper(fresh_database, "DELETE FROM dashboard.audit_log WHERE id = 2")
    ill = run("--head", head)
    assert ill.returncode == 1
    assert "Row 2 was removed" in ill.stdout


@pytest.mark.parametrize("text", ["", "1", "1:", ":ab", "x:" + "0" * 64, "-1:" + "0" * 64, "1:" + "g" * 64])
def test_only_a_head_is_read_as_one(text: str) -> None:
    with pytest.raises(Invalid):
        chain.Head.parse(text)
