"""What the queue asks of a person: jobs that failed."""

from __future__ import annotations

from typing import Any

from components.ui import fmt
from components.ui.params import Signature
from components.ui.work_item import TTL_S, Work
from core.database import rows
from queries.jobs import groups


def failed_jobs() -> list[Work]:
    """Jobs that failed in the last day, with their most frequent cause."""
    return [_failed(row) for row in rows(groups.failed_recently(), ttl_s=TTL_S, domain="jobs")]


def _failed(row: dict[str, Any]) -> Work:
    accounts = fmt.plural(row["accounts"], "account", is_floor=row["is_window_full"])
    last = fmt.age(row["last_at"])
    return Work(
        severity="red",
        reach=row["accounts"],
        icon="error",
        headline=f"{fmt.plural(row['failed'], 'job', is_floor=row['is_capped'])} failed in 24 h and were not retried, "
        f"{fmt.count(row['jobs'], row['jobs'], is_floor=row['is_window_full'])} with the same error",
        detail=f"{row['signature']} · {accounts} · last {last}",
        page="pages/jobs.py",
        label="Open the group",
        query={"jobs_state": "failed", "jobs_signature": str(Signature(row["hash"], row["signature"]))},
    )
