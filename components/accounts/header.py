"""Who the customer is, in words and in the four quotas."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import streamlit as st

from components.accounts import limits, quota_cells, summary_text
from components.accounts.filters import DOMAIN, QUOTAS
from components.ui import cards, feedback, fmt, gate, page, records, url
from components.ui.theme import SUBSCRIPTIONS
from core.database import rows
from core.identity import Viewer
from queries.accounts import detail, listing
from queries.accounts import quotas as quota_queries
from queries.accounts.detail import Account
from queries.accounts.filters import AccountFilter
from queries.accounts.quotas import ADDED, BANDS, LIMITS, USED, Quota, Quotas, band

QUOTA_PX = 116
DRIFT = 0.1
"""Storage that is counted this much higher than the gauge is worth a look."""


def opened(question: str | None, viewer: Viewer) -> Account | None:
    """The account that the URL names, under its name; None, and the reason is said, when there is none to show."""
    top = st.container()
    account: Account | None = None
    with feedback.error_boundary("Account"):
        account = _found(url.uuid("account"))
    with top:
        name = fmt.plain(str(account["name"])) if account else "Account"
        page.header(name, question, aside=lambda: verbs(account, gate.viewer()))
    return account


def _found(account_id: UUID | None) -> Account | None:
    if account_id is None:
        _urgent()
    elif account := rows(detail.one(account_id)):
        return account[0]
    else:
        feedback.empty("This account does not exist.", "It may have been deleted. Go back to the list.", "link_off")
    st.page_link("pages/accounts.py", label="All accounts", icon=":material/arrow_back:")
    return None


def _urgent() -> None:
    """The accounts that one most likely came for, where none is named."""
    found = rows(listing.worth_work(AccountFilter(), "urgency", descending=True))
    st.caption("Choose an account. The most urgent ones:" if found else "There are no accounts yet.")
    for row in found:
        st.page_link(
            "pages/account.py",
            label=fmt.literal(row["name"]),
            icon=":material/apartment:",
            query_params={"account": row["account_id"]},
        )


def verbs(account: Account | None, viewer: Viewer) -> None:
    """What may be done to the account."""
    if account and viewer.can("limits"):
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                "Edit limits",
                icon=":material/tune:",
                on_click=limits.ask,
                args=(UUID(account["id"]),),
                key=records.key("account_limits", account["id"]),
            )


def facts(account: Account) -> None:
    """Plan, subscription, who pays, since when."""
    status = account["status"]
    badges = [f":gray-badge[{fmt.literal(account['plan_type'])}]"] if account["plan_type"] else []
    if status:
        badges.append(f":{SUBSCRIPTIONS.get(status, 'gray')}-badge[{fmt.literal(status.replace('_', ' '))}]")
    told = [
        _since(account["created_at"]),
        f"billing {account['billing_email']}" if account["billing_email"] else "no billing e-mail",
        f"owner {account['owner_email']}" if account["owner_email"] else "no owner",
    ]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(" ".join(badges), width="content")
        # As text: Markdown would make mail links of the addresses.
        st.text(fmt.plain(" · ".join(part for part in told if part)), width="content")


def summary(account: Account) -> None:
    """The account in a few sentences."""
    account_id = UUID(account["id"])
    current = rows(quota_queries.current(account_id))
    [pulse] = rows(detail.pulse(account_id))
    told = summary_text.of(account, current[0], pulse) if current else []
    st.markdown("  \n".join(f"{fmt.literal(sentence)}." for sentence in told))


def quotas(account: Account) -> None:
    """The four quotas side by side."""
    cards.row({label: _drawn(account, quota) for quota, label in QUOTAS.items()}, height=QUOTA_PX)


def _drawn(account: Account, name: str) -> Any:
    quota: Quota = next(one for one in LIMITS if one == name)

    def draw() -> None:
        current = rows(quota_queries.current(UUID(account["id"])), ttl_s=5, domain=DOMAIN)
        if current:
            _quota(account, current[0], quota)

    return draw


def _quota(account: Account, current: Quotas, quota: Quota) -> None:
    used, limit = current[USED[quota]], current[LIMITS[quota]]
    unit = " GB" if quota == "storage" else ""
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.markdown(f"**{QUOTAS[quota]}** {quota_cells.badge(band(used, limit))}")
        on = f" :gray[on {fmt.day(current['storage_on'])}]" if unit and current["storage_on"] else ""
        st.markdown(f"**{quota_cells.amount(used)}** of {quota_cells.amount(limit)}{unit}{on}")
        quota_cells.bar(used, limit)
        st.caption(" · ".join(_notes(account, current, quota)))


def _notes(account: Account, current: Quotas, quota: Quota) -> list[str]:
    used, limit = current[USED[quota]], current[LIMITS[quota]]
    told: list[str] = []
    if used is not None and limit is not None:
        left = limit - used
        told.append(f"{quota_cells.amount(abs(left))} {'left' if left >= 0 else 'over'}")
    if quota in ADDED:
        told.append(f"+{current[ADDED[quota]]:,} in 30 days")
        return told
    rates = account["storage_rate_7"], account["storage_rate_28"]
    full = quota_cells.days_to_full(
        account["full_soonest_days"],
        account["full_latest_days"],
        rates_known=None not in rates,
        is_full=band(used, limit) in BANDS[3:],
        has_limit=limit is not None,
    )
    if full and full != "full":
        told.append(full if full in {"not growing", "no limit"} else f"full in {full}")
    if current["storage_left_out"]:
        told.append(f"{fmt.plural(current['storage_left_out'], 'newer row')} left out: no usable number")
    live = current["live_gb"]
    if live and live > (used or 0) * (1 + DRIFT) + 0.01:
        told.append(f"but {quota_cells.amount(live)} GB of files are listed")
    return told


def _since(created_at: datetime | None) -> str:
    if created_at is None:
        return ""
    if fmt.is_far(created_at):
        return f"created {fmt.day(created_at)}"
    days = (datetime.now(UTC) - created_at).days
    if days < 0:
        return f"created {created_at:%-d %b %Y}"
    age = f"{days // 365} y {days % 365 // 30} mo" if days >= 365 else f"{days} d"
    return f"customer since {created_at:%-d %b %Y} ({age})"
