"""Notes: everybody but a mere viewer writes, only the author rewrites, all of it on record."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from actions import notes as verbs
from core.database import rows
from core.errors import Forbidden, Invalid, NotFound
from demo.databases import Database
from queries import notes
from tests.support import factories

ACCOUNT = UUID(int=5)


def bodies() -> list[str]:
    """The notes about the account as listed."""
    return [row["body"] for row in rows(notes.about("account", ACCOUNT))]


def test_notes_are_added_rewritten_and_pinned(fresh_database: Database) -> None:
    mona, sam = factories.viewer("account_manager"), factories.viewer("support")
    first = verbs.add("account", ACCOUNT, " <b>calls</b> at nine ", mona, account_id=ACCOUNT)
    verbs.add("account", ACCOUNT, "prefers mail", sam, account_id=ACCOUNT)
    assert bodies() == ["prefers mail", "<b>calls</b> at nine"]
    verbs.pin(first, True, sam, account_id=ACCOUNT)
    verbs.edit(first, "calls at ten", mona, account_id=ACCOUNT)
    assert bodies() == ["calls at ten", "prefers mail"]
    verbs.pin(first, False, mona, account_id=ACCOUNT)
    assert bodies() == ["prefers mail", "calls at ten"]
    assert factories.values(fresh_database.owner_url, "SELECT action FROM dashboard.audit_log ORDER BY id") == [
        "note.add", "note.add", "note.pin", "note.edit", "note.pin",
    ]  # fmt: skip
    [edit] = factories.values(
        fresh_database.owner_url,
        "SELECT json_build_array(before, after, account_id) FROM dashboard.audit_log WHERE action = 'note.edit'",
    )
    assert edit == [{"note": "<b>calls</b> at nine"}, {"note": "calls at ten"}, str(ACCOUNT)]


def test_nobody_rewrites_anothers_note(fresh_database: Database) -> None:
    note = verbs.add("account", ACCOUNT, "mine", factories.viewer("support"))
    with pytest.raises(Forbidden, match="Only its author"):
        verbs.edit(note, "yours", factories.viewer("admin"))
    assert bodies() == ["mine"]


def test_a_viewer_reads_only(fresh_database: Database) -> None:
    note = verbs.add("account", ACCOUNT, "mine", factories.viewer("support"))
    viewer = factories.viewer("viewer")
    for attempt in (
        lambda: verbs.add("account", ACCOUNT, "x", viewer),
        lambda: verbs.edit(note, "x", viewer),
        lambda: verbs.pin(note, True, viewer),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert bodies() == ["mine"]


@pytest.mark.parametrize("body", ["", " \n", "\x00", "x" * 4001])
def test_empty_and_endless_notes_are_refused(fresh_database: Database, body: str) -> None:
    with pytest.raises(Invalid):
        verbs.add("account", ACCOUNT, body, factories.viewer("support"))
    assert bodies() == []


def test_a_note_that_is_gone(fresh_database: Database) -> None:
    with pytest.raises(NotFound):
        verbs.edit(uuid4(), "x", factories.viewer("support"))
