"""One item of a canvas in a drawer: a piece with its transcript, a folder with its pieces, a chat."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import streamlit as st

from actions.projects import chats
from components.ui import destinations, feedback, fmt, gate, media, records, url
from components.ui.details import facts, passage, seconds, size
from components.ui.theme import badge
from core import jsontext
from core.database import rows
from core.identity import Viewer
from queries.projects import canvas_items
from queries.projects.canvas_items import CanvasPiece, Chat, FolderItem

WIDTH_PX: Final = 560
TURNS_SHOWN: Final = 200
_REVEALED: Final = "projects_revealed_chat"


def drawer(project_id: UUID | None, viewer: Viewer) -> None:
    """The item that the URL names beside the project, if it names one."""
    if "item" not in st.query_params or project_id is None:
        return
    item_id = url.uuid("item")

    @st.dialog("Canvas item", width=WIDTH_PX, position="right", on_dismiss=_close)
    def opened() -> None:
        viewer = gate.require("read")
        if item_id is None:
            feedback.empty("That is not a valid item id.", "Close this and click an item on the canvas.", "link_off")
            return
        with feedback.error_boundary("Canvas item"):
            _item(project_id, item_id, viewer)

    opened()


def _close() -> None:
    url.write(item=None)
    st.session_state.pop(_REVEALED, None)


def _item(project_id: UUID, item_id: UUID, viewer: Viewer) -> None:
    # One of three tables: three reads by primary key, of which two find nothing.
    if found := rows(canvas_items.one_piece(item_id)):
        _piece(found[0])
    elif found := rows(canvas_items.one_chat(item_id)):
        _chat(item_id, found[0], viewer)
    elif found := rows(canvas_items.one_folder(item_id)):
        _folder(found)
    else:
        feedback.empty("This item does not exist.", "The customer may have removed it. Close this.", "link_off")
        return
    if found[0]["project_id"] != str(project_id):
        st.info("This item belongs to another project.", icon=":material/call_split:")


def _piece(piece: CanvasPiece) -> None:
    st.markdown(f"**{fmt.literal(piece['title'] or 'Untitled')}**")
    kind = fmt.literal(f"{piece['platform']} {piece['content_type']}")
    st.markdown(f"{badge(piece['status'] or 'unknown')} {kind}")
    st.code(piece["id"], language=None)
    home = destinations.of("content_pieces", {"id": piece["id"]})
    with st.container(horizontal=True):
        if home and home.page != "pages/projects.py":
            st.page_link(home.page, label="Open in Content", icon=":material/movie:", query_params=home.query)
        if address := media.web(piece["source_url"]):
            st.link_button("Open the source", address, icon=":material/open_in_new:", type="tertiary")
    facts(
        {
            "Length": seconds(piece["duration_seconds"]),
            "Size": size(piece["file_size_bytes"]),
            "Remix": "yes" if piece["is_remix"] else "no",
            "Added by": fmt.literal(piece["uploaded_by"] or fmt.EMPTY),
            "Added": fmt.dated(piece["created_at"]),
            "Changed": fmt.dated(piece["updated_at"]),
            "File kept until": fmt.dated(piece["storage_expires_at"]),
        }
    )
    if piece["description"]:
        passage("Description", piece["description"], None)
    if piece["transcript"]:
        passage("Transcript", piece["transcript"], piece["transcript_length"])


def _folder(pieces: list[FolderItem]) -> None:
    folder = pieces[0]
    st.markdown(f":material/folder: **{fmt.literal(folder['name'])}**")
    st.code(folder["id"], language=None)
    facts(
        {
            "Collapsed": "yes" if folder["is_collapsed"] else "no",
            "Colour": fmt.literal(folder["color"] or fmt.EMPTY),
            "Created by": fmt.literal(folder["created_by"] or fmt.EMPTY),
            "Created": fmt.dated(folder["created_at"]),
            "Changed": fmt.dated(folder["updated_at"]),
        }
    )
    held = [piece for piece in pieces if piece["piece_id"]]
    st.markdown(f"**Pieces** :gray[· {fmt.total(held)}]")
    for piece in held:
        st.button(
            fmt.literal((piece["title"] or "Untitled")[:200]),
            icon=":material/movie:",
            type="tertiary",
            on_click=_open,
            args=(piece["piece_id"],),
            key=records.key("projects_piece", piece["piece_id"]),
        )
    if not held:
        st.caption("The folder is empty.")


def _open(item_id: str) -> None:
    url.write(item=item_id)
    st.rerun()  # the whole page, so that the canvas shows what the drawer does


def _chat(chat_id: UUID, chat: Chat, viewer: Viewer) -> None:
    st.markdown(f":material/forum: **{fmt.literal(chat['name'] or 'Untitled chat')}**")
    st.code(str(chat_id), language=None)
    facts(
        {
            "Model": fmt.literal(chat["model"] or fmt.EMPTY),
            "Messages": fmt.EMPTY if chat["messages"] is None else f"{chat['messages']:,}",
            "Created by": fmt.literal(chat["created_by"] or fmt.EMPTY),
            "Created": fmt.dated(chat["created_at"]),
            "Changed": fmt.dated(chat["updated_at"]),
        }
    )
    st.markdown(f"**History** :gray[· {chat['history_bytes'] or 0:,} bytes]")
    if not chat["messages"]:
        st.caption("No messages yet." if chat["messages"] == 0 else "No history.")
    elif not chats.may_reveal(viewer):
        st.caption("Hidden: it holds what a customer wrote.")
    elif st.session_state.get(_REVEALED) == chat_id:
        _history(chat_id)
    else:
        st.button(
            f"Show {fmt.plural(chat['messages'], 'message')}",
            icon=":material/visibility:",
            help="It holds what a customer wrote. Reading it is recorded in the audit log.",
            on_click=_reveal,
            args=(chat_id,),
            key=records.key("projects_reveal_chat", chat_id),
        )


def _reveal(chat_id: UUID) -> None:
    with feedback.flash_errors():
        chats.reveal_history(chat_id, gate.require("read"))
        st.session_state[_REVEALED] = chat_id


def _history(chat_id: UUID) -> None:
    [stored] = rows(canvas_items.history(chat_id))
    turns: list[Any] = jsontext.loads(stored["chat_history"])
    if len(turns) > TURNS_SHOWN:
        st.caption(f"The newest {TURNS_SHOWN} of {len(turns):,}.")
    for turn in turns[-TURNS_SHOWN:]:
        said: dict[str, Any] = turn if isinstance(turn, dict) else {"content": turn}
        is_user = said.get("role") == "user"
        avatar = ":material/person:" if is_user else ":material/smart_toy:"
        with st.chat_message("user" if is_user else "assistant", avatar=avatar):
            content = said.get("content")
            st.text(fmt.plain(content if isinstance(content, str) else jsontext.dumps(content)))
            if said.get("at"):
                st.caption(fmt.literal(str(said["at"])[:40]))
