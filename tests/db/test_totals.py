"""A list with a limit tells how many records there are beyond it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from actions import notes
from actions.accounts import summary
from components.usage import work as usage_work
from core.database import rows
from core.thresholds import Thresholds
from demo.databases import Database
from queries import staff
from queries.content import detail as content_detail
from queries.content import generated, reviews
from queries.creators import detail as creator_detail
from queries.jobs import links
from queries.models import figures
from queries.projects import canvas_items, listing
from queries.tables.base import Rows
from queries.usage import anomalies
from tests.support import factories

MOST = "SELECT {0} FROM {1} WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY count(*) DESC LIMIT 1"
OF_RECORD: dict[str, tuple[str, str, Callable[[UUID], Rows]]] = {
    "scripts": ("content_piece_id", "generated_scripts", generated.scripts_of),
    "media": ("script_id", "generated_content", lambda one: generated.media_of(script_id=one)),
    "jobs": (
        "(job_data->>'content_piece_id')::uuid", "processing_queue",
        lambda one: links.jobs_of("content_piece_id", one),
    ),
    "collaborators": ("project_id", "project_collaborators", listing.collaborators),
    "folder": ("folder_id", "canvas_folder_items", canvas_items.one_folder),
    "followers": ("creator_id", "account_followed_creators WHERE is_active", creator_detail.followers),
}  # fmt: skip


def total_is_right(statement: Rows) -> None:
    everything, [first] = rows(statement.limit(None)), rows(statement.limit(1))
    assert first["total"] == len(everything) > 1


@pytest.mark.parametrize("name", OF_RECORD)
def test_lists_about_a_record(database: Database, name: str) -> None:
    column, table, statement = OF_RECORD[name]
    most = MOST.format(column, table).replace("WHERE is_active WHERE", "WHERE is_active AND")
    [busiest] = factories.values(database.owner_url, most)
    total_is_right(statement(busiest))


def test_lists_about_what_few_records_have(fresh_database: Database) -> None:
    url, sam = fresh_database.owner_url, factories.viewer("support")
    account = factories.row(url, "accounts", name="One")
    piece = factories.row(url, "content_pieces", source_url="x", platform="upload", content_type="video")
    for number in range(3):
        factories.row(url, "voice_models", account_id=account, name="Ada", version_number=number)
        factories.row(url, "content_annotations", content_piece_id=piece, annotation_text="x")
        notes.add("piece", piece, f"note {number}", sam)
    total_is_right(figures.versions(account, "Ada"))
    total_is_right(content_detail.notes_on("piece", piece))
    total_is_right(content_detail.annotations_of(piece))


def test_spikes_and_silence_are_counted_beyond_the_list(demo_copy: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    today, low = (
        datetime.now(UTC).date(),
        Thresholds(spike_z=1, spike_ratio=1, spike_credits=1, quiet_share=0.9, quiet_credits=1),
    )
    monkeypatch.setattr(usage_work, "thresholds", lambda: low)
    monkeypatch.setattr(summary, "thresholds", lambda: low)
    assert summary.refresh()
    total_is_right(anomalies.spikes(today, low))
    total_is_right(anomalies.gone_quiet())
    lines = [*usage_work.spikes(), *usage_work.gone_quiet()]
    everything = [len(rows(read.limit(None))) for read in (anomalies.spikes(today, low), anomalies.gone_quiet())]
    monkeypatch.setattr(anomalies, "LISTED", 1)
    cut: list[Any] = [*usage_work.spikes(), *usage_work.gone_quiet()]
    assert [work.reach for work in cut] == [work.reach for work in lines] == everything
    assert cut[0].detail.endswith(f"{everything[0] - 1:,} more accounts far above usual")
    assert cut[1].headline == f"{everything[1]:,} accounts have gone quiet"
    assert cut[0].query == cut[1].query == {}


def test_sessions_and_verdicts(fresh_database: Database) -> None:
    url, one = fresh_database.owner_url, UUID(int=6)
    person = factories.values(url, "SELECT user_id FROM dashboard.staff LIMIT 1")[0]
    for number in range(3):
        factories.values(
            url,
            "INSERT INTO dashboard.staff_session (id_hash, user_id, expires_at) "
            "VALUES (%s, %s, now() + interval '1 h') RETURNING 1",
            bytes([number]) * 32,
            person,
        )
        factories.values(
            url,
            "INSERT INTO dashboard.review_verdict (kind, object_id, reviewer_id, reviewer_email, verdict) "
            "VALUES ('piece', %s, %s, 'x@x', 'skip') RETURNING 1",
            one,
            person,
        )
    total_is_right(staff.open_sessions(timedelta(hours=1), person))
    total_is_right(reviews.history("piece", one))
