"""Endpoints, what they cost and who calls them."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from actions.policy import flags
from components.api_usage import filters
from components.api_usage.filters import DOMAIN, View, named, option
from components.ui import feedback, fmt, records, url
from components.ui.freshness import TTL_S
from core.database import load
from queries.api_usage import figures

_STATES: Final = {"failing": "red", "ok": "gray"}


def endpoints(view: View) -> None:
    """Every endpoint: how often called, how often failed, how slow; pressing one narrows the page to it."""
    if view.is_by_service:
        _services(view)
        return
    rows = load(figures.endpoints(view.listed, flags()), ttl_s=TTL_S, domain=DOMAIN)
    if rows.empty:
        _nothing("api")
        return
    config = st.column_config
    targets = list(zip(rows["service"], rows["endpoint"], strict=True))

    def narrow(target: tuple[str, str]) -> None:
        service, endpoint = target
        filters.restart()
        url.write(api_usage_service=option(service), api_usage_endpoint=option(endpoint))
        st.rerun()  # the whole page: in a card, only the card would run again

    states = [_state(*row) for row in zip(rows["is_flagged"], rows["is_as_usual"], rows["base"], strict=True)]
    table = pd.DataFrame(
        {
            "Endpoint": [fmt.plain(_name(*target)) for target in targets],
            "State": [[state] for state in states],
            "Calls": rows["calls"],
            "Errors": [_errors(share, base) for share, base in zip(rows["share"], rows["base"], strict=True)],
            "429": rows["errors_429"],
            "5xx": rows["errors_5xx"],
            **_unknown(rows),
            **{name.removesuffix("_ms"): rows[name].round() for name in ("p50_ms", "p95_ms", "p99_ms")},
        }
    )
    st.dataframe(
        table,
        key=records.key("api_usage_endpoints", targets),
        hide_index=True,
        column_config={
            "Endpoint": records.opener("api_usage_endpoints", targets, narrow, "Endpoint", 310, alignment="left"),
            "State": config.MultiselectColumn(
                "State",
                options=list(dict.fromkeys(states)),
                color=[_STATES.get(state, "orange") for state in dict.fromkeys(states)],
                width=120,
                help="As usual: more errors than an endpoint should have, and no more than in the week before",
            ),
            "Calls": config.NumberColumn("Calls", width=85, format="localized"),
            "Errors": config.TextColumn(
                "Errors", width=165, alignment="right", help="Share that failed, and in the seven days before the range"
            ),
            "429": config.NumberColumn("429", width=65, format="localized", help="Rate limited"),
            "5xx": config.NumberColumn("5xx", width=65, format="localized", help="The provider's own failures"),
            "Unknown": _unknown_config(),
            "p50": config.NumberColumn("p50 ms", width=80, format="localized"),
            "p95": config.NumberColumn("p95 ms", width=80, format="localized", help="Needs 20 timed calls"),
            "p99": config.NumberColumn("p99 ms", width=80, format="localized", help="Needs 100 timed calls"),
        },
        height="content",
        placeholder=fmt.EMPTY,
        alt=f"Endpoints of {view.words}",
    )


def _name(service: str, endpoint: str) -> str:
    return f"{named(service)} {named(endpoint)}"


def costs(view: View) -> None:
    """Where tokens and credits go, by service and endpoint."""
    if view.is_by_service:
        found = load(figures.services(view.listed), ttl_s=TTL_S, domain=DOMAIN)
        found["name"] = found["service"].map(named)
    else:
        found = load(figures.endpoints(view.listed, flags()), ttl_s=TTL_S, domain=DOMAIN)
        found["name"] = [_name(*target) for target in zip(found["service"], found["endpoint"], strict=True)]
    found = found[(found["tokens"] > 0) | (found["credits"] > 0)].sort_values(["credits", "tokens"], ascending=False)
    if found.empty:
        _nothing("payments")
        return
    config = st.column_config
    part = found["credits"] / max(1, found["credits"].sum()) * 100
    table = pd.DataFrame(
        {
            "What": found["name"].map(fmt.plain),
            "Tokens": [fmt.compact(tokens) if tokens else None for tokens in found["tokens"]],
            "Credits": found["credits"],
            "Share": part,
            "Per 1k": found["credits"] / found["calls"] * 1000,
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "What": config.TextColumn("Service and endpoint", width=180),
            "Tokens": config.TextColumn("Tokens", width=70, alignment="right"),
            "Credits": config.NumberColumn("Credits", width=75, format="localized"),
            "Share": config.ProgressColumn("Share", width=90, format="%.1f%%", min_value=0, max_value=100),
            "Per 1k": config.NumberColumn("Per 1k calls", width=80, format="%,.0f", help="Credits per 1,000 calls"),
        },
        placeholder=fmt.EMPTY,
        alt=f"Tokens and credits of {view.words}",
    )


def top_accounts(view: View) -> None:
    """Who calls most; pressing one narrows the page to it."""
    rows = load(figures.top_accounts(view.listed), ttl_s=TTL_S, domain=DOMAIN)
    if rows.empty:
        _nothing("groups")
        return
    config = st.column_config
    identities = [str(one) for one in rows["account_id"]]

    def narrow(chosen: str) -> None:
        if chosen != figures.NOBODY:
            filters.restart()
            url.write(api_usage_account=chosen)
        st.rerun()  # the whole page: in a card, only the card would run again

    table = pd.DataFrame(
        {
            "Account": [_account(*pair) for pair in zip(identities, rows["name"], strict=True)],
            "Calls": rows["calls"],
            "Part": rows["part"] * 100,
            "Errors": rows["share"] * 100,
            **_unknown(rows),
            "Credits": rows["credits"],
        }
    )
    st.dataframe(
        table,
        key=records.key("api_usage_accounts", identities),
        hide_index=True,
        column_config={
            "Account": records.opener("api_usage_accounts", identities, narrow, "Account", 165, alignment="left"),
            "Calls": config.NumberColumn("Calls", width=75, format="localized"),
            "Part": config.ProgressColumn("Share", width=100, format="%.1f%%", min_value=0, max_value=100),
            "Errors": config.NumberColumn("Errors", width=70, format="%.1f%%"),
            "Unknown": _unknown_config(),
            "Credits": config.NumberColumn("Credits", width=75, format="localized"),
        },
        height=312 if len(rows) > 8 else "content",
        placeholder=fmt.EMPTY,
        alt=f"Accounts by {view.words}",
    )
    if view.where.endpoint is not None or view.where.request_type is not None:
        st.caption("Accounts are kept by service, so endpoint and type do not narrow this table.")


def _services(view: View) -> None:
    rows = load(figures.services(view.listed), ttl_s=TTL_S, domain=DOMAIN)
    if rows.empty:
        _nothing("api")
        return
    config = st.column_config
    columns: dict[str, Any] = {
        "Service": rows["service"],
        "Calls": rows["calls"],
        "Errors": rows["errors"],
        "Share": rows["share"] * 100,
        **_unknown(rows),
    }
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        column_config={
            "Service": config.TextColumn("Service", width=200),
            "Calls": config.NumberColumn("Calls", width=100, format="localized"),
            "Errors": config.NumberColumn("Errors", width=100, format="localized"),
            "Share": config.NumberColumn("Error rate", width=100, format="%.1f%%"),
            "Unknown": _unknown_config(),
        },
        placeholder=fmt.EMPTY,
        alt=f"Services of {view.words}",
    )
    st.caption("A plan's calls are kept by service. Choose one account to see its endpoints and latency.")


def _unknown(rows: pd.DataFrame) -> dict[str, pd.Series[int]]:
    """The column of calls that are in no rate, where there are any."""
    return {"Unknown": rows["unknown"]} if rows["unknown"].any() else {}


def _unknown_config() -> Any:
    said = "Neither status nor message: in no error rate"
    return st.column_config.NumberColumn("Unknown", width=80, format="localized", help=said)


def _account(identity: str, name: object) -> str:
    if identity == figures.NOBODY:
        return "(no account)"
    return fmt.plain(name) if isinstance(name, str) else "(deleted account)"


def _state(is_flagged: bool, is_as_usual: bool, base: float | None) -> str:
    if is_flagged:
        return "failing"
    return f"as usual, {fmt.percent(base)}" if is_as_usual else "ok"


def _errors(share: float, base: float) -> str:
    usual = "" if pd.isna(base) else f" (usual {fmt.percent(base)})"
    return f"{fmt.percent(None if pd.isna(share) else share)}{usual}"


def _nothing(icon: str) -> None:
    feedback.empty("No calls in this range.", "Widen the range, or clear a filter.", icon)
