"""What accounts need a person for, as rows of the work list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from components.accounts import quota_cells
from components.accounts.filters import DOMAIN, QUOTAS
from components.ui import fmt
from components.ui.work_item import Work
from core.database import rows
from queries.accounts import listing, summary_state
from queries.accounts.filters import FILLING_DAYS, AccountFilter, Sort
from queries.accounts.quotas import LIMITS, USED, Quota

TTL_S: Final = 15
_PAGE: Final = "pages/accounts.py"
_NAMED: Final = 3
"""Accounts that get a row of their own."""


def over_limits() -> list[Work]:
    """Accounts over a limit: how many, and the worst few by name."""
    found = _first(AccountFilter(band="over"), "urgency", descending=True)
    told = [_over(row) for row in found[:_NAMED]]
    if len(found) > 1:
        told.append(
            Work(
                severity="red",
                reach=found[0]["accounts"],
                icon="speed",
                headline=f"{fmt.plural(found[0]['accounts'], 'account')} over a limit",
                detail=_named([row["name"] for row in found], found),
                page=_PAGE,
                label="Open accounts",
                query={"accounts_band": "over"},
            )
        )
    return told


def filling() -> list[Work]:
    """Accounts whose storage is full within two weeks, if it goes on as now."""
    found = _first(AccountFilter(only="filling"), "full", descending=False)
    if not found:
        return []
    soonest = [f"{row['name']} in {row['full_soonest_days']} d" for row in found]
    return [
        Work(
            severity="orange",
            reach=found[0]["accounts"],
            icon="hard_drive",
            headline=f"Storage of {fmt.plural(found[0]['accounts'], 'account')} full within {FILLING_DAYS} days",
            detail=_named(soonest, found),
            page=_PAGE,
            label="Open accounts",
            query={"accounts_only": "filling", "accounts_sort": "full-asc"},
        )
    ]


def past_due() -> list[Work]:
    """Accounts that use the product though their payment is past due."""
    found = _first(AccountFilter(only="past_due"), "credits", descending=True)
    if not found:
        return []
    spent = [f"{row['name']} {fmt.compact(row['credits_month'])} credits" for row in found]
    return [
        Work(
            severity="yellow",
            reach=found[0]["accounts"],
            icon="credit_card_off",
            headline=f"{fmt.plural(found[0]['accounts'], 'account')} past due, still active",
            detail=_named(spent, found),
            page=_PAGE,
            label="Open accounts",
            query={"accounts_only": "past_due", "accounts_sort": "credits-desc"},
        )
    ]


def _first(where: AccountFilter, sort: Sort, *, descending: bool) -> list[dict[str, Any]]:
    return rows(listing.worth_work(where, sort, descending), ttl_s=TTL_S, domain=DOMAIN)


def _over(row: dict[str, Any]) -> Work:
    quotas: list[Quota] = [quota for quota in LIMITS if quota_cells.band_name(row[f"{quota}_band"]) == "over"]
    amounts = [
        f"{quota_cells.amount(float(row[USED[quota]]))} of {quota_cells.amount(float(row[LIMITS[quota]]))} "
        + ("GB" if quota == "storage" else QUOTAS[quota].lower())
        for quota in quotas
    ]
    limit = f"{QUOTAS[quotas[0]].lower().removesuffix('s')} limit" if len(quotas) == 1 else "limits"
    return Work(
        severity="red",
        reach=1,
        icon="speed",
        headline=f"{row['name']} is over its {limit}",
        detail=", ".join(amounts),
        page="pages/account.py",
        label="Open account",
        query={"account": row["account_id"]},
    )


def _named(told: Sequence[str], found: Sequence[dict[str, Any]]) -> str:
    more = found[0]["accounts"] - len(found)
    return ", ".join(told) + (f" and {more:,} more" if more else "")


def failing() -> list[Work]:
    """Accounts that cannot be added up: the worst few by name, since when, and why."""
    found = sorted(rows(summary_state.faults(), ttl_s=TTL_S, domain=DOMAIN), key=lambda row: row["since"])
    told = [
        Work(
            severity="red",
            reach=1,
            icon="sync_problem",
            headline=f"{row['name'] or 'A deleted account'}: its figures cannot be refreshed",
            detail=f"since {fmt.utc(row['since'])} UTC · {row['error']}",
            page="pages/account.py",
            label="Open account",
            query={"account": row["account_id"]},
        )
        for row in found[:_NAMED]
    ]
    if len(found) > _NAMED:
        told.append(
            Work(
                severity="red",
                reach=len(found),
                icon="sync_problem",
                headline=f"{fmt.plural(len(found), 'account')} cannot be refreshed",
                detail=f"the first one since {fmt.utc(found[0]['since'])} UTC",
                page=_PAGE,
                label="Open accounts",
            )
        )
    return told
