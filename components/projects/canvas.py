"""A project's canvas drawn to scale, what is wrong with it, and the same as a table."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pandas as pd
import streamlit as st

from components.projects.canvas_items import NOUNS, Item
from components.projects.canvas_scene import Scene, scene
from components.ui import browser, feedback, fmt, records, url
from components.ui.media import images
from core.database import rows
from queries.projects import canvas

HEIGHT_PX: Final = 620
FINDINGS_SHOWN: Final = 200
_KEY: Final = "projects_canvas"
_HOW: Final = f"""Drag to move, Ctrl + wheel or the buttons to zoom, click an item to open it. By keyboard: Tab to an
item, arrow keys to the next, Enter to open. Drawn are the oldest {canvas.ITEMS_CAP:,} folders, pieces and chats each,
and {canvas.LINKS_CAP:,} connections."""
_TINTS: Final = {"folder": "gray", "content_piece": "blue", "chat_interface": "primary"}
_CUT: Final = {
    "folder": "folders", "content_piece": "pieces", "chat_interface": "chats", "connection": "connections",
    "membership": "pieces in folders",
}  # fmt: skip
_TYPE_TINTS: Final = {"video": "blue", "image": "violet", "text": "gray", "audio": "green"}
_TYPE_ICONS: Final = {"video": "movie", "image": "image", "text": "article", "audio": "graphic_eq"}
_CHIPS: Final = {
    "failed": ("error", "red"),
    "processing": ("autorenew", "blue"),
    "pending": ("hourglass_empty", "gray"),
}


def load(project_id: UUID) -> Scene:
    """The canvas as it is stored now."""
    return scene(
        rows(canvas.items(project_id)), rows(canvas.memberships(project_id)), rows(canvas.connections(project_id))
    )


def card(project_id: UUID, scene: Scene) -> None:
    """The drawing with its title and, behind one click, its table; an item opens by a click."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Canvas** :gray[· {words(scene)}]", width="content")
        if scene.items:
            with st.popover("Table", icon=":material/table_rows:", type="tertiary", key="projects_items"):
                _table(scene)
    if not scene.items:
        feedback.empty("The canvas is empty.", "The customer has not added anything yet.", "space_dashboard")
        return

    def opened() -> None:
        url.write(item=str(st.session_state[_KEY].opened))

    browser.part("canvas", css=True)(
        key=_KEY, data=_drawing(project_id, scene), height=HEIGHT_PX, on_opened_change=opened
    )
    st.caption(_HOW)
    _cut(scene)


def words(scene: Scene) -> str:
    """What is on the canvas: `4 folders, 26 pieces, 1 chat, 3 connections`."""
    counts = {kind: sum(item.kind == kind for item in scene.items) for kind in NOUNS}
    counts["connection"] = len(scene.lines)
    return ", ".join(
        fmt.plural(number, NOUNS.get(kind, kind).lower(), is_floor=kind in scene.cut) for kind, number in counts.items()
    )


def findings(scene: Scene) -> None:
    """What is wrong with the canvas, the worst first; a row opens the item."""
    found = scene.findings[:FINDINGS_SHOWN]
    st.markdown(f"**Findings** :gray[· {len(scene.findings)}]")
    if not found:
        st.caption(":green[:material/task_alt:] Every connection is valid, and no items hide or overlap.")
        return

    def open_row(item: str | None) -> None:
        url.write(item=item)

    config = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Show": ["Show" if finding.item else None for finding in found],
                "What": [finding.what for finding in found],
                "Detail": [fmt.plain(finding.detail) for finding in found],
            }
        ),
        key="projects_findings",
        hide_index=True,
        column_config={
            "Show": records.opener("projects_findings", [finding.item for finding in found], open_row, "Show", 64),
            "What": config.TextColumn("What", width=185),
            "Detail": config.TextColumn("Detail", width=370),
        },
        height="content" if len(found) < 9 else 330,
        alt=f"{len(found)} findings about the canvas",
    )
    if len(scene.findings) > len(found):
        st.caption(f"The first {len(found)} of {len(scene.findings):,}.")


def _drawing(project_id: UUID, scene: Scene) -> dict[str, Any]:
    """What the browser draws; every word in it is set as text there."""
    flagged = {finding.item for finding in scene.findings}
    visible = [item for item in scene.items if not item.is_hidden]
    thumbnails = images([item.stored["thumbnail_url"] for item in visible])
    return {
        "project": str(project_id),
        "focus": st.query_params.get("item"),
        "height": HEIGHT_PX,
        "view": scene.view,
        "label": f"Canvas with {words(scene)}. Arrow keys move it, plus and minus zoom, 0 fits it. "
        "Tab leads to an item, arrow keys from there to the next, Enter opens it. The table lists the same items.",
        "items": [
            {
                "id": item.id,
                "kind": item.kind,
                "title": fmt.plain(item.title) or "Untitled",
                "x": item.x,
                "y": item.y,
                "w": item.width,
                "h": item.height,
                "color": item.color or _css(_tint(item)),
                "collapsed": item.is_collapsed,
                "far": item.is_far,
                "turned": item.is_turned,
                "flagged": item.id in flagged,
                "icon": _TYPE_ICONS.get(item.stored["content_type"], "draft"),
                "chip": _chip(item),
                "thumb": thumbnail,
                "count": item.stored["amount"] or 0,
                "foot": _foot(item, scene),
                "tip": _tip(item, scene),
            }
            for item, thumbnail in zip(visible, thumbnails, strict=True)
        ],
        "lines": [
            {"from": line.source, "to": line.target, "color": line.color, "width": line.width, "dashed": line.is_dashed}
            for line in scene.lines
        ],
        "legend": _legend(scene),
    }


def _legend(scene: Scene) -> list[dict[str, str]]:
    """Only what is on this canvas."""
    parts = [
        {"text": NOUNS[kind], "shape": "box", "color": _css(tint)}
        for kind, tint in _TINTS.items()
        if any(item.kind == kind for item in scene.items)
    ]
    if any(line.source and line.target for line in scene.lines):
        parts.append({"text": "Connection", "shape": "line", "color": _css("gray")})
    if any(not (line.source and line.target) for line in scene.lines):
        parts.append({"text": "Leads to nothing here", "shape": "cut", "color": _css("red")})
    if any(finding.item for finding in scene.findings):
        parts.append({"text": "Finding", "shape": "flag", "color": _css("orange")})
    return parts


def _tint(item: Item) -> str:
    return _TYPE_TINTS.get(item.stored["content_type"] or "", _TINTS[item.kind])


def _css(name: str) -> str:
    return f"var(--st-{name}-color)"


def _chip(item: Item) -> dict[str, str] | None:
    status = item.stored["status"]
    if item.kind != "content_piece" or status == "completed":
        return None
    icon, tint = _CHIPS.get(status, ("help", "gray"))
    return {"text": str(status or "unknown").capitalize(), "icon": icon, "color": _css(tint)}


def _foot(item: Item, scene: Scene) -> str:
    row = item.stored
    if item.kind == "folder":
        return str(len(scene.members.get(item.id, ())))
    if item.kind == "chat_interface":
        said = "no history" if row["amount"] is None else fmt.plural(row["amount"], "message")
        return f"{said} · {fmt.plain(row['detail'] or 'no model')}"
    length = fmt.duration(row["amount"]) if row["amount"] else row["content_type"]
    return " · ".join(filter(None, (row["platform"], length, "remix" if row["is_remix"] else None)))


def _tip(item: Item, scene: Scene) -> list[str]:
    told = [f"{NOUNS[item.kind]}{' (collapsed)' if item.is_collapsed else ''} · {_foot(item, scene)}"]
    if item.kind == "folder":
        told[0] += " piece" if len(scene.members.get(item.id, ())) == 1 else " pieces"
    if item.kind == "content_piece":
        told.append(f"Status: {item.stored['status'] or 'unknown'}")
    size = "" if item.kind == "content_piece" else f" · {item.width:,.0f} by {item.height:,.0f}"
    told.append(f"At {item.x:,.0f}, {item.y:,.0f}{size}")
    return told + [finding.what for finding in scene.findings if finding.item == item.id][:3]


def _table(scene: Scene) -> None:
    folder_of = {piece: folder for folder, pieces in scene.members.items() for piece in pieces}
    titles = {item.id: item.title for item in scene.items}

    def open_row(item: str) -> None:
        url.write(item=item)

    config = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Open": [fmt.short_id(item.id) for item in scene.items],
                "Kind": [NOUNS[item.kind] for item in scene.items],
                "Title": [fmt.plain(item.title) for item in scene.items],
                "Folder": [fmt.plain(titles.get(folder_of.get(item.id, ""), "")) for item in scene.items],
                "Status": [item.stored["status"] for item in scene.items],
                "X": [item.x for item in scene.items],
                "Y": [item.y for item in scene.items],
            }
        ),
        key="projects_item_rows",
        hide_index=True,
        column_config={
            "Open": records.opener("projects_items", [item.id for item in scene.items], open_row, "Item", 84),
            "Kind": config.TextColumn("Kind", width=58),
            "Title": config.TextColumn("Title", width=170),
            "Folder": config.TextColumn("Folder", width=100),
            "Status": config.TextColumn("Status", width=80),
            **{side: config.NumberColumn(side, format="%.0f", width=56) for side in ("X", "Y")},
        },
        placeholder=fmt.EMPTY,
        height="content" if len(scene.items) < 12 else 420,
        width=606,
        alt="Everything on the canvas",
    )


def _cut(scene: Scene) -> None:
    """Say what the caps left out, where they did."""
    if scene.cut:
        kinds = " and ".join(_CUT[kind] for kind in scene.cut)
        st.caption(f":orange[:material/content_cut:] There are more {kinds} than are drawn.")
