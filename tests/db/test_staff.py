"""Who may use the Desk is decided by admins, never about themselves, and one admin always remains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from actions import staff
from core import sessions
from core.database import rows
from core.errors import DeskError, Forbidden, Invalid, NotFound
from core.identity import Operator, Viewer
from demo.databases import Database
from demo.personas import PERSONAS
from queries import staff as reads

VERA, SAM, MONA, RITA, ADA = PERSONAS
BEA = Viewer(uuid4(), "bea@desk.example", "Bea", "admin")
OPERATOR = Operator("root")
IDLE = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _no_answers_from_before() -> Iterator[None]:
    sessions.forget()
    yield
    sessions.forget()
    staff.use_invitations(None)


def two_admins() -> None:
    """Bea stands beside Ada."""
    staff.add(BEA.user_id, BEA.email, BEA.name, "admin", OPERATOR)


def people(state: reads.State = "all") -> dict[str, tuple[str, bool]]:
    """Name to role and whether active."""
    return {row["name"]: (row["role"], row["is_active"]) for row in rows(reads.people("", "", state, IDLE))}


def recorded(database: Database) -> list[tuple[object, ...]]:
    """The audit rows in order."""
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(
            "SELECT actor_email, action, object_id, reason, before, after FROM dashboard.audit_log ORDER BY id"
        ).fetchall()


def test_a_role_changes_on_record_and_for_sessions_that_are_open(fresh_database: Database) -> None:
    session = sessions.reference(sessions.start(SAM.user_id))
    assert sessions.find(session) == SAM
    said = staff.change_role(SAM.user_id, "support", "reviewer", ADA, "moves to content")
    assert "reviewer" in said
    found = sessions.find(session)
    assert found is not None
    assert (found.role, found.can("jobs")) == ("reviewer", False)
    assert recorded(fresh_database) == [
        (ADA.email, "staff.role", str(SAM.user_id), "moves to content", {"role": "support"}, {"role": "reviewer"})
    ]


def test_whoever_is_deactivated_is_out_everywhere_and_comes_back_by_signing_in(fresh_database: Database) -> None:
    held = [sessions.reference(sessions.start(SAM.user_id)) for _ in range(3)]
    other = sessions.reference(sessions.start(VERA.user_id))
    assert all(map(sessions.find, held))
    assert "3 of their sessions ended" in staff.deactivate(SAM.user_id, ADA, "left")
    assert [sessions.find(session) for session in held] == [None] * 3
    assert sessions.find(other) == VERA
    assert people("deactivated") == {"Sam": ("support", False)}
    with pytest.raises(DeskError, match="may not use the Desk"):
        sessions.start(SAM.user_id)
    staff.reactivate(SAM.user_id, ADA)
    assert [sessions.find(session) for session in held] == [None] * 3, "old sessions stay ended"
    assert sessions.find(sessions.reference(sessions.start(SAM.user_id))) == SAM
    assert [row[1] for row in recorded(fresh_database)] == ["staff.deactivate", "staff.reactivate"]


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: staff.change_role(ADA.user_id, "admin", "viewer", ADA), "your own role"),
    (lambda: staff.deactivate(ADA.user_id, ADA), "your own role"),
    (lambda: staff.change_role(ADA.user_id, "admin", "viewer", OPERATOR), "last active admin"),
    (lambda: staff.deactivate(ADA.user_id, OPERATOR), "last active admin"),
    (lambda: staff.change_role(SAM.user_id, "viewer", "reviewer", ADA), "is now support"),
    (lambda: staff.change_role(SAM.user_id, "support", "support", ADA), "already"),
    (lambda: staff.change_role(SAM.user_id, "support", "root", ADA), "is not a valid role"),  # pyright: ignore[reportArgumentType]  # on purpose
    (lambda: staff.change_role(uuid4(), "support", "viewer", ADA), "not on the staff"),
    (lambda: staff.reactivate(SAM.user_id, ADA), "already active"),
    (lambda: staff.deactivate(SAM.user_id, ADA, "x" * 501), "501 characters"),
    (lambda: staff.add(uuid4(), "SAM@desk.example", "Sam 2", "viewer", ADA), "already"),
    (lambda: staff.add(SAM.user_id, "new@desk.example", "New", "viewer", ADA), "already"),
    (lambda: staff.add(uuid4(), "\u0430da@desk.example", "Ada", "admin", ADA), "ASCII"),
    (lambda: staff.add(uuid4(), "nobody", "N", "viewer", ADA), "not a valid e-mail address"),
    (lambda: staff.add(uuid4(), "a@b@c.example", "N", "viewer", ADA), "not a valid e-mail address"),
    (lambda: staff.add(uuid4(), "a@b.example\n", " ", "viewer", ADA), "1 to 200"),
    (lambda: staff.add(uuid4(), "a\x00@b.example", "N", "viewer", ADA), "not a valid e-mail address"),
    (lambda: staff.invite("a@b.example", "N", "viewer", ADA), "Invitations need"),
]


def test_what_must_not_be_is_refused_in_a_sentence_and_changes_nothing(fresh_database: Database) -> None:
    before = people()
    for verb, sentence in REFUSED:
        with pytest.raises((Invalid, NotFound), match=sentence):
            verb()
    assert people() == before
    assert recorded(fresh_database) == []


def test_only_admins_decide(fresh_database: Database) -> None:
    for somebody in (VERA, SAM, MONA, RITA):
        refuses_everything(somebody)


def refuses_everything(somebody: Viewer) -> None:
    """No verb works for this person."""
    verbs: list[Callable[[], object]] = [
        lambda: staff.change_role(VERA.user_id, "viewer", "admin", somebody),
        lambda: staff.deactivate(ADA.user_id, somebody),
        lambda: staff.reactivate(ADA.user_id, somebody),
        lambda: staff.add(uuid4(), "x@y.example", "X", "admin", somebody),
        lambda: staff.invite("x@y.example", "X", "admin", somebody),
        lambda: staff.revoke([], somebody),
    ]
    for verb in verbs:
        with pytest.raises(Forbidden):
            verb()


def test_an_admin_of_a_page_that_is_old_is_asked_anew(fresh_database: Database) -> None:
    two_admins()
    staff.change_role(ADA.user_id, "admin", "viewer", BEA)
    with pytest.raises(Forbidden, match="no longer an admin"):
        staff.deactivate(SAM.user_id, ADA)
    assert people()["Sam"] == ("support", True)


@pytest.mark.usefixtures("waits_for_locks")
@pytest.mark.parametrize("verb", ["demote", "deactivate"])
def test_of_two_admins_who_remove_each_other_at_once_one_remains(fresh_database: Database, verb: str) -> None:
    two_admins()

    def remove(actor: Viewer, other: Viewer) -> str:
        together.wait()
        try:
            if verb == "demote":
                return staff.change_role(other.user_id, "admin", "viewer", actor)
            return staff.deactivate(other.user_id, actor)
        except Forbidden as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            together = Barrier(2)
            said = list(pool.map(remove, (ADA, BEA), (BEA, ADA)))
            assert sum("no longer an admin" in each for each in said) == 1, said
            admins = {name for name, (role, active) in people().items() if role == "admin" and active}
            assert len(admins) == 1
            fallen = BEA if admins == {"Ada"} else ADA
            if verb == "demote":
                staff.change_role(fallen.user_id, "viewer", "admin", OPERATOR)
            else:
                staff.reactivate(fallen.user_id, OPERATOR)


def test_the_database_itself_keeps_the_last_admin(fresh_database: Database) -> None:
    two_admins()
    for url in (fresh_database.writer_url, fresh_database.owner_url):
        for statement in (
            b"UPDATE dashboard.staff SET role = 'viewer' WHERE role = 'admin'",
            b"UPDATE dashboard.staff SET is_active = false",
            b"DELETE FROM dashboard.staff",
        ):
            with pytest.raises(errors.IntegrityError, match="last active admin"), psycopg.connect(url) as connection:
                connection.execute(statement)
    assert {name for name, (role, _) in people("active").items() if role == "admin"} == {"Ada", "Bea"}


@pytest.mark.usefixtures("waits_for_locks")
def test_in_the_database_two_statements_that_leave_none_cannot_both_win(fresh_database: Database) -> None:
    two_admins()

    def demote(who: UUID) -> bool:
        with psycopg.connect(fresh_database.writer_url) as connection:
            together.wait()
            try:
                connection.execute("UPDATE dashboard.staff SET role = 'viewer' WHERE user_id = %s", [who])
            except errors.IntegrityError:
                connection.rollback()
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            together = Barrier(2)
            assert sorted(pool.map(demote, (ADA.user_id, BEA.user_id))) == [False, True]
            with psycopg.connect(fresh_database.writer_url) as connection:
                connection.execute("UPDATE dashboard.staff SET role = 'admin' WHERE name IN ('Ada', 'Bea')")


def test_sessions_are_listed_and_revoked_one_by_one(fresh_database: Database) -> None:
    kept = sessions.reference(sessions.start(SAM.user_id, user_agent="Firefox", address="192.0.2.1"))
    lost = sessions.reference(sessions.start(SAM.user_id, user_agent="Chromium", address="192.0.2.2"))
    mine = sessions.reference(sessions.start(ADA.user_id))
    listed = rows(reads.open_sessions(IDLE, SAM.user_id))
    assert {(row["reference"], row["user_agent"], row["address"]) for row in listed} == {
        (kept, "Firefox", "192.0.2.1"),
        (lost, "Chromium", "192.0.2.2"),
    }
    assert {row["reference"] for row in rows(reads.open_sessions(IDLE))} == {kept, lost, mine}
    assert {row["name"]: row["sessions"] for row in rows(reads.people("", "", "all", IDLE))}["Sam"] == 2
    assert sessions.find(lost) == SAM
    assert staff.revoke([lost], ADA, "a stolen laptop") == 1
    assert sessions.find(lost) is None
    assert sessions.find(kept) == SAM
    assert staff.revoke([lost], ADA) == 0
    [(who, action, whose, reason, before, after)] = recorded(fresh_database)
    assert (who, action, whose, reason, after) == (
        ADA.email, "staff.revoke", str(SAM.user_id), "a stolen laptop", None,
    )  # fmt: skip
    assert isinstance(before, dict)
    assert before["address"] == "192.0.2.2"
    assert lost not in str(before)


def test_a_session_that_moves_is_listed_with_its_addresses(fresh_database: Database) -> None:
    session = sessions.reference(sessions.start(SAM.user_id, address="192.0.2.1"))
    for address in ("192.0.2.1", "198.51.100.7", "198.51.100.7", *(f"203.0.113.{n}" for n in range(5)), ""):
        sessions.touch(session, address)
    [listed] = rows(reads.open_sessions(IDLE, SAM.user_id))
    assert listed["address"] == "192.0.2.1"
    assert listed["other_addresses"] == [f"203.0.113.{n}" for n in range(5)], "the latest five"


def test_ended_sessions_are_not_open(fresh_database: Database) -> None:
    for column, age in (("expires_at", "1 second"), ("last_seen_at", "31 minutes")):
        session = sessions.reference(sessions.start(SAM.user_id))
        with psycopg.connect(fresh_database.owner_url) as connection:
            connection.execute(
                f"UPDATE dashboard.staff_session SET {column} = now() - interval '{age}' WHERE id_hash = %s".encode(),
                [bytes.fromhex(session)],
            )
        assert rows(reads.open_sessions(IDLE)) == []


def test_people_are_found_by_name_role_and_state(fresh_database: Database) -> None:
    staff.deactivate(RITA.user_id, ADA)
    assert [row["name"] for row in rows(reads.people("", "", "all", IDLE))] == ["Ada", "Mona", "Sam", "Vera", "Rita"]
    assert [row["name"] for row in rows(reads.people("A@DESK", "", "all", IDLE))] == ["Ada", "Mona", "Vera", "Rita"]
    assert [row["name"] for row in rows(reads.people("%", "", "all", IDLE))] == []
    assert [row["name"] for row in rows(reads.people("", "admin", "active", IDLE))] == ["Ada"]
    assert [row["email"] for row in rows(reads.one(SAM.user_id))] == [SAM.email]


def test_an_invitation_is_sent_once_and_its_person_is_staff(fresh_database: Database) -> None:
    sent: list[str] = []
    new = uuid4()

    def send(address: str) -> UUID:
        sent.append(address)
        return new

    staff.use_invitations(send)
    assert staff.can_invite()
    with pytest.raises(Invalid, match="already"):
        staff.invite("Sam@desk.example", "Sam", "viewer", ADA)
    assert staff.invite(" nora@desk.example ", " Nora ", "support", ADA) == new
    assert sent == ["nora@desk.example"]
    assert people()["Nora"] == ("support", True)
    assert [row[1] for row in recorded(fresh_database)] == ["staff.add"]
