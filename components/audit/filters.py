"""What the audit log is narrowed to, in the URL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from components.ui import fields, fmt, url
from core.database import rows
from queries.audit import log
from queries.audit.log import AuditFilter
from queries.sql.keyset import Place

OPTIONS_TTL_S: Final = 30
RANGES: Final = {"7d": "Last 7 days", "30d": "Last 30 days", "90d": "Last 90 days", "all": "All time"}
_DAYS: Final = {"7d": 7, "30d": 30, "90d": 90, "all": 90}
_ANY: Final = "any"
FIELDS: Final = ("audit_words", "audit_actor", "audit_action", "audit_type", "audit_account", "audit_range")
KEYS: Final = (*FIELDS, "audit_day", "audit_object", "audit_request", "audit_after")


@dataclass(frozen=True, slots=True)
class View:
    """One page of the log: the filter, where it starts, and which days its chart has."""

    where: AuditFilter
    place: Place | None
    account: fields.Account
    first_day: datetime
    days: int
    span: str

    @property
    def words(self) -> str:
        """The view in words, as an export's header has it."""
        w = self.where
        parts = [f"by {w.actor_id}" if w.actor_id else "by operators" if w.is_operator else ""]
        parts += [w.action, w.object_type, w.object_id]
        parts.append(self.account.words)
        parts.append(f"of request {w.request_id}" if w.request_id else "")
        parts.append(f'with "{w.words}"' if w.words else "")
        parts.append(f"from {w.since:%Y-%m-%d}" if w.since else "")
        parts.append(f"before {w.until:%Y-%m-%d}" if w.until else "")
        return " ".join(filter(None, ["audit rows", *parts]))


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    span = url.value("audit_range", "30d", RANGES)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=_DAYS[span] - 1)
    day = _day()
    actor = url.value("audit_actor", "")
    account = fields.account("audit_account")
    where = AuditFilter(
        actor_id=url.uuid("audit_actor"),
        is_operator=actor == log.OPERATOR,
        action=_known("audit_action", _names(log.actions())),
        object_type=_known("audit_type", _names(log.object_types())),
        object_id=url.value("audit_object", "").strip()[:200],
        account_id=account.only,
        request_id=url.value("audit_request", "").strip()[:100],
        words=url.value("audit_words", "").strip()[:200],
        since=day or (None if span == "all" else first),
        until=day + timedelta(days=1) if day else None,
    )
    place = Place.decode(url.value("audit_after", ""))
    fits = place is not None and isinstance(place.value, datetime) and isinstance(place.id, int)
    noun = "the last 90 days of all" if span == "all" else RANGES[span].lower()
    return View(where, place if fits else None, account, first, _DAYS[span], f"{noun}, UTC days")


def drawn(shown: View) -> bool:
    """The filters in one row that wraps; whether the account that was typed, if any, is clear."""
    people = {row["user_id"]: row["email"] for row in rows(log.actors(), ttl_s=OPTIONS_TTL_S, domain="staff")}
    actors = {_ANY: "Anybody"} | people | {log.OPERATOR: "Operators (manage.py)"}
    actions = {_ANY: "Any action"} | {name: name for name in _names(log.actions())}
    types = {_ANY: "Any object"} | {name: name.replace("_", " ") for name in _names(log.object_types())}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("audit_words", "Words", "Words in reason or values", "search", 195, _first_page)
            fields.choice("audit_actor", "Who", actors, _ANY, 150, _first_page)
            fields.choice("audit_action", "Action", actions, _ANY, 130, _first_page)
            fields.choice("audit_type", "Object", types, _ANY, 120, _first_page)
            fields.text("audit_account", "Account", "Account: name, e-mail or id", "apartment", 190, _first_page)
            fields.choice("audit_range", "Time", RANGES, "30d", 128, _range_changed)
        fields.clear(KEYS)
    _narrowed(shown)
    return fields.which_account("audit_account", shown.account)


def _narrowed(shown: View) -> None:
    """What a link or the chart narrowed the log to, each with its way back."""
    w = shown.where
    chips = {
        "audit_day": f"Only {w.since:%-d %b %Y} (UTC)" if w.since and w.until else "",
        "audit_object": f"Only {fmt.short_id(w.object_id)}" if w.object_id else "",
        "audit_request": "Only one request" if w.request_id else "",
    }
    if any(chips.values()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for key, label in chips.items():
                if label:
                    st.button(
                        fmt.literal(label),
                        icon=":material/close:",
                        on_click=url.write,
                        kwargs={key: None, "audit_after": None},
                        key=f"{key}_chip",
                        help="Show all again",
                    )


def _first_page() -> None:
    url.write(audit_after=None)


def _range_changed() -> None:
    url.write(audit_after=None, audit_day=None)


def _names(question: log.Rows) -> list[str]:
    return [row["name"] for row in rows(question, ttl_s=OPTIONS_TTL_S, domain="audit")]


def _known(key: str, names: list[str]) -> str:
    said = url.value(key, "")
    return said if said in names else ""


def _day() -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(url.value("audit_day", ""), "%Y-%m-%d").replace(tzinfo=UTC)
    return None
