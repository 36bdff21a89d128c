"""What a browser test is about: records of its own, since the tests of a process share one running Desk.

A test changes nothing else, and counts nothing that another test may add to.
"""

from __future__ import annotations

import secrets
from string import ascii_lowercase
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from actions.accounts import summary
from core import cache, database
from core.identity import Role, Viewer
from queries.jobs import groups
from tests.support import factories
from tests.support.site import Site

LETTERS: Final = 12


FAILED = "/jobs?jobs_state=failed&jobs_range=all&refresh=off&jobs_charts=off"


def mark() -> str:
    """A word that only this test's records hold: letters, which are left in an error's signature."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(LETTERS))


def person(site: Site, role: Role) -> Viewer:
    """Somebody on the staff, who signs in by name."""
    name = mark()
    found = Viewer(uuid4(), f"{name}@desk.example", name.capitalize(), role)
    with psycopg.connect(site.database.owner_url) as owner:
        owner.execute(
            "INSERT INTO dashboard.staff (user_id, email, name, role) VALUES (%s, %s, %s, %s)",
            [found.user_id, found.email, found.name, found.role],
        )
    return found


def account(site: Site, name: str, *, users: int = 1, **columns: Any) -> UUID:
    """An account with so many users, summarised as a minute later."""
    url = site.database.owner_url
    found = factories.row(url, "accounts", name=name, **columns)
    factories.rows(url, "users", [{"account_id": found, "email": f"{mark()}@customer.example"} for _ in range(users)])
    with site.inside():
        summary.refresh_one(found)
    return found


def failed_jobs(site: Site, count: int, error: str, **columns: Any) -> list[UUID]:
    """So many jobs that failed with this error in the last minutes, the last to fail first."""
    alike = factories.job(status="failed", error_message=error, attempts=3, estimated_credits=1, **columns)
    ended = [factories.at(f"-{second} seconds") for second in range(count)]
    ids = factories.rows(
        site.database.owner_url,
        "processing_queue",
        [{**alike, "created_at": factories.at("-1 hour"), "started_at": at, "completed_at": at} for at in ended],
    )
    with site.inside():
        cache.invalidate("jobs")
    return ids


def jobs_of_a_day(site: Site, account_id: UUID) -> None:
    """A job of the account's completed in each of the last 24 hours."""
    alike = factories.job(status="completed", account_id=account_id)
    ended = [factories.at(f"-{hour} hours") for hour in range(24)]
    times = [{"created_at": at, "started_at": at, "completed_at": at} for at in ended]
    factories.rows(site.database.owner_url, "processing_queue", [{**alike, **at} for at in times])


def content(site: Site, account_id: UUID, count: int) -> list[UUID]:
    """So many pieces of the account's that wait for a verdict, the newest first."""
    alike = {"account_id": account_id, "source_url": "https://example.com/clip", "platform": "tiktok"}
    alike |= {"content_type": "video", "processing_status": "completed", "transcript": "Said."}
    many = [
        {**alike, "title": f"Clip {number}", "created_at": factories.at(f"-{number} seconds")}
        for number in range(count)
    ]
    return factories.rows(site.database.owner_url, "content_pieces", many)


def outage(site: Site) -> tuple[str, list[UUID]]:
    """An error more frequent today than any other, and its jobs: what the Overview says of failed jobs."""
    with site.inside():
        most = sum(row["jobs"] for row in database.rows(groups.failed_recently()))
    error = f"{mark()} does not answer"
    return error, failed_jobs(site, most + 1, error)


def last(site: Site, table: str) -> int:
    """The highest number in a log of the Desk's: what a test adds is above it."""
    with psycopg.connect(site.database.reader_url) as reader:
        [[found]] = reader.execute(f"SELECT coalesce(max(id), 0) FROM dashboard.{table}".encode()).fetchall()
    return int(found)


def failed(site: Site, count: int) -> tuple[str, list[UUID]]:
    """A list of so many failed jobs that only this test knows, and their ids in its order."""
    error = mark()
    return f"{FAILED}&jobs_error={error}", failed_jobs(site, count, error)
