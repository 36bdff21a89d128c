"""One row of the audit log in a drawer: who did what to which object, field by field, and its place in the chain."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import streamlit as st

from components.ui import destinations, feedback, fmt, gate, records, url
from core import jsontext
from core.database import rows
from queries.audit import log
from queries.audit.log import Entry

WIDTH_PX: Final = 640
_SHOWN: Final = 2_000
_KINDS: Final = {
    "job": "processing_queue",
    "creator": "creators",
    "category": "creator_categories",
    "account": "accounts",
    "project": "projects",
    "chat": "chat_interfaces",
    "piece": "content_pieces",
    "script": "generated_scripts",
    "media": "generated_content",
}
"""What the log calls an object, to the table whose records have a page."""


def drawer() -> None:
    """The row that the URL names, if it names one."""
    if "entry" not in st.query_params:
        return
    said = url.value("entry", "")

    @st.dialog("Audit row", width=WIDTH_PX, position="right", on_dismiss=_close)
    def opened() -> None:
        gate.require("audit")
        with feedback.error_boundary("Audit row"):
            # A bigint has at most 19 digits.
            found = rows(log.one(int(said))) if said.isdecimal() and len(said) < 19 else []
            if found:
                _entry(found[0])
            else:
                feedback.empty("This audit row does not exist.", "Close this and open one from the list.", "link_off")

    opened()


def _close() -> None:
    url.write(entry=None)


def _entry(entry: Entry) -> None:
    what = f"{entry['object_type'].replace('_', ' ')} {entry['object_id'] or ''}".strip()
    st.markdown(f"**{fmt.literal(entry['action'])}** :gray[on] {fmt.literal(what)}")
    _links(entry)
    role = fmt.literal(_words(entry["actor_role"]))
    st.table(
        {
            "When": f"{fmt.utc(entry['at'])} UTC :gray[{fmt.age(entry['at'])}]",
            "Who": f"{fmt.literal(entry['actor_email'] or fmt.EMPTY)} :gray[{role}]",
            "Account": fmt.literal(entry["account_name"] or fmt.EMPTY),
            "Why": fmt.literal(entry["reason"] or fmt.EMPTY),
        },
        border="horizontal",
    )
    _difference(jsontext.fields(entry["before"]), jsontext.fields(entry["after"]))
    _provenance(entry)


def _links(entry: Entry) -> None:
    """The object itself, and what else is on record about it and from the same request."""
    home = _home(entry)
    with st.container(horizontal=True, vertical_alignment="center"):
        if home:
            st.page_link(home.page, label="Open", icon=":material/open_in_new:", query_params=home.query)
        if entry["object_id"]:
            st.button(
                "Everything about this object",
                icon=":material/history:",
                type="tertiary",
                on_click=_show,
                kwargs={"audit_type": entry["object_type"], "audit_object": entry["object_id"]},
                key=records.key("entry_object", entry["id"]),
            )
        if entry["of_request"] > 1:
            st.button(
                f"{fmt.count(entry['of_request'], 1_000)} rows of this request",
                icon=":material/account_tree:",
                type="tertiary",
                on_click=_show,
                kwargs={"audit_request": entry["request_id"]},
                key=records.key("entry_request", entry["id"]),
            )


def _home(entry: Entry) -> destinations.Destination | None:
    identity = entry["object_id"]
    if entry["object_type"] == "staff":
        return destinations.Destination("pages/staff.py", {"person": str(identity)})
    try:
        known = str(UUID(identity or ""))
    except ValueError:
        return None
    row = {"id": known, "account_id": entry["account_id"]}
    return destinations.of(_KINDS.get(entry["object_type"], ""), row)


def _show(**query: str) -> None:
    """The log narrowed to this, whatever it was narrowed to before."""
    cleared = dict.fromkeys(key for key in st.query_params if key.startswith("audit_"))
    url.write(entry=None, **(cleared | {"audit_range": "all"} | query))
    st.rerun()  # the whole page: pressed in a drawer, only the drawer would run again


def _difference(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Each field with what it was and what it became; told by sign and colour."""
    names = [*before, *(name for name in after if name not in before)]
    if not names:
        st.caption("No values changed.")
        return
    st.markdown("**What changed**" if before and after else "**Recorded**")
    with st.container(border=True):
        for name in names:
            st.markdown(f":gray[{fmt.literal(name.replace('_', ' '))}]")
            was, became = before.get(name), after.get(name)
            if name in before and name in after and was == became:
                st.text(f"  {_value(was)}")
                continue
            if name in before:
                _line("red", "-", was)
            if name in after:
                _line("green", "+", became)


def _line(color: str, sign: str, value: object) -> None:
    left, right = st.columns([1, 24], gap="xsmall")
    left.markdown(f":{color}[**{fmt.literal(sign)}**]")
    right.text(_value(value))


def _provenance(entry: Entry) -> None:
    if entry["position"] is None or entry["hash"] is None:
        st.warning(
            "This row bypassed the chain. Run `python manage.py audit verify`.",
            icon=":material/link_off:",
        )
    else:
        st.caption(
            f":material/link: Entry {entry['position']:,} of the chain, {fmt.literal(entry['hash'][:16])}… · "
            f"row {entry['id']:,} · request {fmt.literal(entry['request_id'] or fmt.EMPTY)}"
        )


def _value(value: object) -> str:
    if value is None:
        return fmt.EMPTY
    text = value if isinstance(value, str) else jsontext.dumps(value, indent=1)
    return fmt.cut(fmt.plain(text), _SHOWN)


def _words(role: str | None) -> str:
    return (role or "").replace("_", " ")
