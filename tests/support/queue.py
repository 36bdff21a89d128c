"""Workers as the product has them: claim, hold, complete, and notice when anybody touches what they hold."""

from __future__ import annotations

import threading
from uuid import UUID

import psycopg

CLAIM = """
UPDATE processing_queue SET status = 'processing', started_at = now(), attempts = COALESCE(attempts, 0) + 1
WHERE id = (SELECT id FROM processing_queue WHERE status = 'queued' AND scheduled_at <= now()
            AND attempts < max_attempts ORDER BY scheduled_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def work(url: str, stop: threading.Event, claimed: list[UUID], disturbed: list[UUID]) -> None:
    """Claim, hold a while, look whether anybody touched what is held, complete."""
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.is_set():
            row = connection.execute(CLAIM).fetchone()
            if row is None:
                stop.wait(0.002)
                continue
            claimed.append(row[0])
            stop.wait(0.003)
            kept = connection.execute(
                "UPDATE processing_queue SET status = 'completed', completed_at = now()"
                " WHERE id = %s AND status = 'processing'",
                row,
            ).rowcount
            if not kept:
                disturbed.append(row[0])
