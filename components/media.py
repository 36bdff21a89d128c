"""Customers' pictures, sounds and films: the one place that hands an address to a player.

Streamlit opens a string that is no web address as a file of this machine. Nothing but a link that Storage signed just
now gets as far as a player, whatever a column holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

import streamlit as st

from components import feedback
from components import format as written
from components.links import web
from core import storage
from core.settings import settings
from core.storage import Demo, Stored

PLAYER_PX: Final = 300


class File(NamedTuple):
    """What the columns of a record say about a file, and the bucket where its kind lies."""

    url: str | None
    path: str | None
    bucket: Literal["content", "media", "voices", "avatars", "photos", "thumbnails"]


def links(files: Sequence[File]) -> list[str | None]:
    """For each file the signed link that opens it for some minutes; None where it names nothing in our Storage."""
    places = [storage.place(*file) for file in files]
    wanted = dict.fromkeys(one for one in places if one)
    signed: dict[Stored, str | None] = storage.storage().signed(wanted) if wanted else {}
    return [is_ours(signed.get(one)) if one else None for one in places]


def is_ours(link: str | None) -> str | None:
    """The link if a browser may load it here: https on Storage's own host, or the demo's samples on this origin."""
    try:
        parts = urlsplit(link or "")
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    if settings().auth_mode == "demo" and origin == settings().public_url and parts.path.startswith(f"{Demo.path}/"):
        return link
    supabase = settings().supabase_url
    return link if supabase and parts.scheme == "https" and origin == supabase.rstrip("/") else None


def player(
    content_type: str,
    file: File,
    *,
    alt: str,
    thumbnail: str | None = None,
    source: str | None = None,
    is_expired: bool = False,
) -> None:
    """The file playing, or why it cannot be played, with its thumbnail and the way to its source."""
    link, picture = links([file, File(thumbnail, None, "thumbnails")])
    if is_expired or link is None:
        _absent(picture, alt, source, "Storage has deleted this file." if is_expired else _why_not(file))
    elif content_type == "video":
        st.video(link, alt=alt, width=PLAYER_PX)
        st.caption("Speed is in the player's ⋮ menu.")
    elif content_type == "audio":
        st.audio(link, alt=alt)
        st.caption("Speed is in the player's ⋮ menu.")
    else:
        st.image(link, alt=alt, width=PLAYER_PX)


def picture(link: str | None, alt: str, width: int) -> None:
    """A signed picture, or an icon where there is none."""
    if link := is_ours(link):
        st.image(link, alt=alt, width=width)
    else:
        st.markdown(":gray[:material/hide_image:]", width="content")


def _absent(thumbnail: str | None, alt: str, source: str | None, why: str) -> None:
    if thumbnail:
        st.image(thumbnail, alt=alt, width=PLAYER_PX // 2)
    feedback.empty(why, "See it at its source." if web(source) else "There is nothing to play.", "videocam_off")


def _why_not(file: File) -> str:
    said = file.url or file.path
    return f"This is no file of ours: {written.plain(said)[:120]}" if said else "There is no file."
