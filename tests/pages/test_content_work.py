"""Every line of work about content opens exactly the rows that it counts."""

from __future__ import annotations

from typing import Any

from components.content import work as content_work
from demo.databases import Database
from tests.support import factories
from tests.support.app import App

COUNTED = {"failed": 2, "stuck": 3, "expiring": 4, "waiting": 5}


def pieces(database: Database, number: int, **more: Any) -> None:
    for _ in range(number):
        known = {"source_url": "https://x", "platform": "tiktok", "content_type": "video"}
        factories.row(database.owner_url, "content_pieces", **(known | more))


def test_the_list_behind_each_line_has_as_many_rows(app: App, fresh_database: Database) -> None:
    old = factories.at("-40 days")
    pieces(fresh_database, 2, processing_status="failed", created_at=factories.at("-23 hours"))
    pieces(fresh_database, 3, processing_status="failed", created_at=factories.at("-25 hours"))
    pieces(fresh_database, 2, processing_status="processing", created_at=old, updated_at=factories.at("-3 hours"))
    pieces(fresh_database, 1, processing_status="pending", created_at=factories.at("-3 hours"), updated_at=None)
    pieces(fresh_database, 2, processing_status="processing", created_at=old, updated_at=factories.at("-1 hour"))
    pieces(fresh_database, 4, processing_status="completed", created_at=old, storage_expires_at=factories.at("6 days"))
    pieces(fresh_database, 2, processing_status="completed", created_at=old, storage_expires_at=factories.at("8 days"))
    pieces(fresh_database, 5, processing_status="completed", created_at=factories.at("-29 days"))
    found = [*content_work.failed(), *content_work.stuck(), *content_work.expiring(), *content_work.unreviewed()]
    for work, number in zip(found, COUNTED.values(), strict=True):
        assert work.headline.startswith(f"{number} content piece"), work.headline
        listed = app("rita", "content", **work.query)
        assert not listed.exception
        assert any(f"**{number}** " in str(element.value) for element in listed.markdown), work.headline
