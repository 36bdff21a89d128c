"""Stands in for the product's workers: claims due jobs, works a few seconds, completes most and fails some."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import class_row

ROLE: Final = "demo_worker"
TICK_S: Final = 1.0
"""One claim a tick: slow enough that a backlog stays visible for minutes, quick enough to see a retry taken."""
CONCURRENCY: Final = 4
WORK_S: Final = (1.0, 6.0)
RECONNECT_S: Final = 2.0
FAILURE_SHARE: Final = 0.08
ENQUEUE_SHARE: Final = 0.25
"""New jobs per tick: a quarter of what can be claimed, so the queue drains slowly and never dries up."""
BACKOFF_S: Final = 20

FAULTS: Final = {
    "content_analysis": "anthropic.APIStatusError: Error code: 529 - overloaded_error: Overloaded ('req_{key}')",
    "script_generation": "openai.APITimeoutError: Request timed out after {seconds}.0 s (attempt 3 of 3)",
    "voice_generation": 'ElevenLabs 400 voice_not_found: A voice with voice_id "{key}" was not found.',
    "avatar_generation": 'HeyGen video {id} failed: code 40119 "Video rendering failed" after {seconds} s',
    "content_scraping": 'Apify run "{key}" of actor "apify/instagram-scraper" timed out after {seconds} s',
    "file_processing": "ffmpeg exited with code 1: moov atom not found: /tmp/aicon/{id}/input.mp4",
}

CLAIM: Final = """
    UPDATE processing_queue
    SET status = 'processing', attempts = coalesce(attempts, 0) + 1,
        started_at = now(), completed_at = NULL, updated_at = now()
    WHERE id = (
        SELECT id FROM processing_queue
        WHERE status = 'queued' AND scheduled_at <= now() AND coalesce(attempts, 0) < coalesce(max_attempts, 3)
        ORDER BY priority DESC NULLS LAST, scheduled_at LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, job_type, attempts, started_at"""
# What other workers of the product had in hand when the data were made, or this one before it was killed.
ADOPT: Final = """
    SELECT id, job_type, attempts, started_at FROM processing_queue
    WHERE status = 'processing' AND attempts IS NOT NULL AND started_at > now() - interval '20 minutes'"""
COMPLETE: Final = """
    UPDATE processing_queue
    SET status = 'completed', completed_at = now(), updated_at = now(), error_message = NULL,
        actual_credits = estimated_credits"""
RETRY: Final = """
    UPDATE processing_queue
    SET status = 'queued', scheduled_at = now() + %(backoff_s)s * interval '1 second', started_at = NULL,
        error_message = %(error)s, updated_at = now()"""
FAIL: Final = """
    UPDATE processing_queue
    SET status = 'failed', completed_at = now(), error_message = %(error)s, updated_at = now()"""
RELEASE: Final = """
    UPDATE processing_queue SET status = 'queued', attempts = attempts - 1, started_at = NULL, updated_at = now()"""
# Whoever changed the job meanwhile has the last word.
HELD: Final = " WHERE id = %(id)s AND status = 'processing' AND attempts = %(attempts)s AND started_at = %(started_at)s"
MORE: Final = " AND attempts < max_attempts"
ENQUEUE: Final = """
    INSERT INTO processing_queue (account_id, user_id, job_type, job_data, priority, estimated_credits)
    SELECT account_id, user_id, job_type, job_data, greatest(priority, 0), estimated_credits
    FROM (
        SELECT * FROM processing_queue WHERE status = 'completed' ORDER BY created_at DESC, id DESC LIMIT 200
    ) AS recent
    ORDER BY random() LIMIT 1"""

_chance = secrets.SystemRandom()


@dataclass(frozen=True)
class Job:
    """A job in hand, as it was claimed."""

    id: UUID
    job_type: str
    attempts: int
    started_at: datetime


def run(url: str, stop: threading.Event, *, enqueues: bool = True) -> None:
    """Work until `stop` is set, whatever happens to the server meanwhile; `url` is the owner's, to set up the role.

    With `enqueues`, new jobs like recent ones arrive too. Jobs in hand at the end go back to the queue.
    """
    worker: _Worker | None = None
    while not stop.is_set():
        with suppress(psycopg.OperationalError, psycopg.InterfaceError), _hired(url) as connection:
            worker = worker or _Worker(connection)
            while not stop.wait(TICK_S):
                worker.tick(connection, enqueues)
            worker.release(connection)
        stop.wait(RECONNECT_S)


def _hired(url: str) -> psycopg.Connection[Any]:
    """A connection as `demo_worker`, who acts as `service_role` and has a new password each time."""
    password = secrets.token_urlsafe(24)
    role = sql.Identifier(ROLE)
    with psycopg.connect(url, connect_timeout=5) as owner:
        if owner.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
            owner.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE service_role").format(role))
        owner.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
    as_worker = make_conninfo(
        url, user=ROLE, password=password, options="-c role=service_role", application_name=ROLE, connect_timeout=5
    )
    return psycopg.connect(as_worker, autocommit=True)


class _Worker:
    """The jobs in hand and the moment each is done; they outlive a lost connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._done_at = {job: _later() for job in _jobs(connection, ADOPT)}

    def tick(self, connection: psycopg.Connection[Any], enqueues: bool) -> None:
        """Finish what is done, claim one more, and sometimes enqueue one."""
        for job in [job for job, done_at in self._done_at.items() if done_at <= time.monotonic()]:
            _finish(connection, job)
            del self._done_at[job]
        if len(self._done_at) < CONCURRENCY:
            self._done_at |= {job: _later() for job in _jobs(connection, CLAIM)}
        if enqueues and _chance.random() < ENQUEUE_SHARE:
            connection.execute(ENQUEUE)

    def release(self, connection: psycopg.Connection[Any]) -> None:
        """Put what is in hand back into the queue, the attempt not counted."""
        for job in self._done_at:
            _settle(connection, job, RELEASE)


def _jobs(connection: psycopg.Connection[Any], statement: str) -> list[Job]:
    with connection.cursor(row_factory=class_row(Job)) as cursor:
        return cursor.execute(statement.encode()).fetchall()


def _finish(connection: psycopg.Connection[Any], job: Job) -> None:
    if _chance.random() >= FAILURE_SHARE:
        _settle(connection, job, COMPLETE)
        return
    template = FAULTS.get(job.job_type, "The provider did not answer within {seconds} s")
    error = template.format(id=job.id, key=secrets.token_hex(6), seconds=_chance.randint(30, 300))
    if not _settle(connection, job, RETRY, MORE, error=error, backoff_s=BACKOFF_S * 2**job.attempts):
        _settle(connection, job, FAIL, error=error)


def _settle(connection: psycopg.Connection[Any], job: Job, change: str, also: str = "", **values: object) -> bool:
    return connection.execute((change + HELD + also).encode(), vars(job) | values).rowcount == 1


def _later() -> float:
    return time.monotonic() + _chance.uniform(*WORK_S)
