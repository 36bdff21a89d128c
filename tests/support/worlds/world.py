"""A small product with hostile data: NULLs, rows of the future, missing and begun days, gauges that nobody measured,
odd services, clocks that disagree."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pandas as pd
import psycopg
from psycopg import sql

DAYS: Final = 70
PLANS: Final = ("individual", "team", "agency", None)
SERVICES: Final = ("anthropic", "openai", "eleven labs", "-", "ä/b")
ENDPOINTS: Final = ("/v1/messages", "/v1/audio", "", None, "-")
JOB_TYPES: Final = ("content_analysis", "script_generation", "content_scraping")
STATUSES: Final = ("queued", "processing", "completed", "failed", "cancelled", None)


@dataclass(frozen=True)
class World:
    """Its rows by table, each with every column that a figure looks at."""

    seed: int
    now: datetime
    accounts: pd.DataFrame
    stats: pd.DataFrame
    logs: pd.DataFrame
    jobs: pd.DataFrame
    retried: pd.DataFrame
    """What jobs were before staff retried them."""

    def store(self, owner_url: str) -> None:
        """Write it into an empty product."""
        tables = {
            "accounts": self.accounts, "account_usage_stats": self.stats, "api_usage_logs": self.logs,
            "processing_queue": self.jobs,
        }  # fmt: skip
        with psycopg.connect(owner_url) as owner:
            for table, frame in tables.items():
                names = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
                copied = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
                with owner.cursor().copy(copied) as copy:
                    for row in frame.itertuples(index=False):
                        copy.write_row(row)
            owner.execute("ANALYZE")

    def with_retries(self) -> World:
        """What it is once staff retried every third job that failed: the jobs wait again, what they were is kept."""
        failed = self.jobs[self.jobs["status"] == "failed"].iloc[::3]
        jobs = self.jobs.copy()
        attempts = failed["attempts"].fillna(0).astype(int)
        again = failed.assign(
            status="queued", scheduled_at=self.now, updated_at=self.now, started_at=None, completed_at=None,
            max_attempts=failed["max_attempts"].fillna(3).astype(int).clip(lower=attempts + 1),
        )  # fmt: skip
        jobs.loc[failed.index, again.columns] = again
        return replace(self, jobs=jobs, retried=failed)


def made(seed: int, now: datetime) -> World:
    """The world of a seed, seen at a moment."""
    told = random.Random(seed)  # noqa: S311  # made-up rows

    def identity() -> UUID:
        return UUID(int=told.getrandbits(128), version=4)

    def some(value: Any, none: float = 0.1) -> Any:
        return None if told.random() < none else value

    accounts = pd.DataFrame(
        (
            {
                "id": identity(),
                "name": f"Account {number}",
                "plan_type": told.choice(PLANS),
                "storage_limit_gb": some(told.choice((0, 1, 10, 50))),
                "created_at": some(now - timedelta(days=told.choice((1, 20, 40, 400)), hours=told.randrange(24))),
            }
            for number in range(told.randrange(3, 9))
        ),
        dtype=object,
    )
    return World(
        seed, now, accounts, _stats(told, now, accounts, identity), _logs(told, now, accounts, identity),
        jobs := _jobs(told, now, accounts, identity), jobs.iloc[:0],
    )  # fmt: skip


def _stats(told: random.Random, now: datetime, accounts: pd.DataFrame, identity: Any) -> pd.DataFrame:
    today = now.astimezone(UTC).date()
    missing, begun = ({today - timedelta(days=told.randrange(DAYS)) for _ in range(5)} for _ in range(2))
    early = told.choice(list(accounts["id"]))
    rows: list[dict[str, Any]] = []
    for account in accounts["id"]:
        usual, gauge = told.choice((0, 3, 40, 900)), Decimal(told.randrange(0, 2_000)) / 100
        is_empty, cleared = told.random() < 0.2, range(*sorted(told.sample(range(DAYS), 2)))
        for ago in range(-2, DAYS):  # two of them ahead
            day = today - timedelta(days=ago)
            if day in missing or (day in begun and account != early) or told.random() < 0.08:
                continue
            gauge += Decimal(told.randrange(-5, 20)) / 100
            rows.append(
                {
                    "id": identity(),
                    "account_id": account,
                    "stat_date": day,
                    "total_credits_used": None if told.random() < 0.05 else int(usual * told.uniform(0.3, 1.7)),
                    "projects_created": told.choice((0, 0, 1, None)),
                    "content_pieces_added": told.choice((0, 2, 9, None)),
                    "scripts_generated": told.choice((0, 1, None)),
                    "voice_generations": told.choice((0, 1, None)),
                    "avatar_generations": told.choice((0, 1, None)),
                    "storage_used_gb": _gauge(told, gauge, is_zero=is_empty or ago in cleared),
                }
            )
    return pd.DataFrame(rows, dtype=object)


def _gauge(told: random.Random, gauge: Decimal, *, is_zero: bool) -> Decimal | None:
    return told.choices((None, Decimal(0), Decimal(0) if is_zero else gauge), (10, 15, 75))[0]


def _logs(told: random.Random, now: datetime, accounts: pd.DataFrame, identity: Any) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    owners = [*accounts["id"], None]
    for _ in range(told.randrange(400, 1_500)):
        status = told.choice((200, 200, 200, 201, 400, 404, 429, 500, 529, None))
        # The last minute is left to the next tick, and days of the far past to the roll-up.
        at = now - timedelta(minutes=told.choice((told.randrange(2, 3_000), told.randrange(2, 100_000))))
        rows.append(
            {
                "id": identity(),
                "account_id": told.choice(owners),
                "service_name": told.choice(SERVICES),
                "endpoint": told.choice(ENDPOINTS),
                "request_type": told.choice(("chat", None, "")),
                "tokens_used": told.choice((None, 0, told.randrange(10_000))),
                "credits_cost": told.choice((None, 0, 1, 7)),
                "response_time_ms": told.choice((None, 0, 1, told.randrange(1, 60_000))),
                "status_code": status,
                "error_message": told.choice((None, None, "Overloaded")) if status in {None, 529} else None,
                "created_at": told.choice((at,) * 60 + (None, now + timedelta(days=40), now + timedelta(minutes=9))),
            }
        )
    return pd.DataFrame(rows, dtype=object)


def _jobs(told: random.Random, now: datetime, accounts: pd.DataFrame, identity: Any) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    owners = [*accounts["id"], None]
    for _ in range(told.randrange(300, 900)):
        status = told.choice(STATUSES + ("completed", "failed") * 4)
        made_at = now - timedelta(seconds=told.randrange(10, 86_400 * told.choice((1, 3, 35))))
        due = made_at + timedelta(seconds=told.choice((0, 0, 60, 4_000)))
        began = due + timedelta(seconds=told.choice((1, 9, 300, -40)))
        ended = min(began + timedelta(seconds=told.choice((0.2, 4, 700, -3))), now - timedelta(seconds=1))
        is_over = status in {"completed", "failed", "cancelled"}
        ahead = now + timedelta(days=40), now + timedelta(minutes=9)
        rows.append(
            {
                "id": identity(),
                "account_id": told.choice(owners),
                "job_type": told.choice(JOB_TYPES),
                "job_data": "{}",
                "status": status,
                "priority": told.choice((0, 0, None, 5, -5)),
                "attempts": told.choice((0, 1, 3, None)),
                "max_attempts": told.choice((3, 3, None)),
                "created_at": told.choice((made_at,) * 30 + (None,)),
                "scheduled_at": told.choice((due,) * 8 + (None, now + timedelta(hours=2))),
                "started_at": None if status in {"queued", None} else told.choice((began,) * 12 + (None,)),
                "completed_at": told.choice((ended,) * 20 + (None, *ahead)) if is_over else None,
                "updated_at": told.choice((ended, ended, None)),
                "actual_credits": told.choice((None, 0, 3)),
                "error_message": "boom" if status == "failed" else None,
            }
        )
    return pd.DataFrame(rows, dtype=object)
