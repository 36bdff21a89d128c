"""Customers' pictures, sounds and films: the one place that hands an address to a player.

Streamlit opens a string that is no web address as a file of this machine. Nothing but a link that Storage signed just
now gets as far as a player, whatever a column holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

import streamlit as st

from components.ui import browser, feedback, fmt, records
from core import storage
from core.settings import LOOPBACK, settings
from core.storage import Demo
from core.storage_types import Failure, SignedUrl

PLAYER_PX: Final = 300


class File(NamedTuple):
    """What the columns of a record say about a file, and the bucket where its kind lies."""

    url: str | None
    path: str | None
    bucket: Literal["content", "media", "voices", "avatars", "photos", "thumbnails"]


_WORDS: Final[dict[Failure, tuple[str, str]]] = {
    "missing": ("Storage does not have this file.", "It was deleted, or never uploaded."),
    "unnamed": (
        "This file's bucket, {}, is not in the settings.",
        "Ask an admin to add it to STORAGE_BUCKETS, such as uploads={}.",
    ),
    "no bucket": ("The bucket that should hold this file does not exist.", "Ask an admin to set STORAGE_BUCKETS."),
    "forbidden": ("Storage refuses the Desk's key.", "Ask an admin to replace SUPABASE_SECRET_KEY."),
    "no key": ("The Desk has no key to Storage.", "Ask an admin to set SUPABASE_SECRET_KEY."),
    "down": ("Storage does not answer.", "The file is not lost. Try again in a moment."),
}
"""What is said for each reason, and what to do about it; {} is the file's bucket."""


def answers(files: Sequence[File]) -> list[SignedUrl | None]:
    """For each file what Storage says, which is not asked about one on a host of `MEDIA_HOSTS`; None where the file
    names nothing in our Storage."""
    opened = [storage.external_url(file.url) for file in files]
    places = [None if link else storage.parse_object(*file) for link, file in zip(opened, files, strict=True)]
    answered = storage.answers(dict.fromkeys(one for one in places if one))
    asked = [answered.get(one) if one else None for one in places]
    return [SignedUrl(link) if link else answer for link, answer in zip(opened, asked, strict=True)]


def links(files: Sequence[File]) -> list[str | None]:
    """For each file the signed link that opens it for some minutes, or None; says so when Storage itself fails."""
    found = answers(files)
    failed: dict[str, Failure] = {}
    for file, answer in zip(files, found, strict=True):
        if answer and answer.why and answer.why != "missing":
            failed.setdefault(" ".join(_said(answer.why, file)), answer.why)
    for sentence, why in failed.items():
        feedback.problem(sentence, is_outage=why == "down")
    return [is_ours(answer.link) if answer else None for answer in found]


def is_ours(link: str | None) -> str | None:
    """The link if a browser may load it here: https on Storage's own host or one of `MEDIA_HOSTS`, or the demo's
    samples on this origin."""
    try:
        parts = urlsplit(link or "")
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    if settings().auth_mode == "demo" and origin == settings().public_url and parts.path.startswith(f"{Demo.path}/"):
        return link
    supabase = settings().supabase_url
    is_safe = parts.scheme == "https" or parts.hostname in LOOPBACK
    is_signed = bool(supabase) and is_safe and origin == str(supabase).rstrip("/")
    return link if is_signed else storage.external_url(link)


def player(
    content_type: str,
    file: File,
    *,
    alt: str,
    record: object,
    thumbnail: str | None = None,
    source: str | None = None,
    is_expired: bool = False,
) -> None:
    """The file playing, or why it cannot be played, with its thumbnail and the way to its source."""
    # What the product has deleted is not asked for.
    answer, poster = answers([File(None, None, "content") if is_expired else file, File(thumbnail, None, "thumbnails")])
    link = is_ours(answer.link) if answer else None
    if link is None:
        picture = is_ours(poster.link) if poster else None
        _absent(picture, alt, source, *_why_not(file, answer, is_expired=is_expired))
        return
    if content_type in {"video", "audio"}:
        playing(content_type, link, alt, record)
    else:
        st.image(link, alt=alt, width=PLAYER_PX)
    if file.url and not storage.external_url(file.url) and not storage.parse_object(file.url, None, file.bucket):
        st.caption(f"The file at its path. Its address is not in our Storage: {fmt.literal(file.url[:120])}")


def playing(kind: str, link: str | None, alt: str, record: object) -> None:
    """A record's signed film (`video`) or sound with its speed in view; nothing where there is no link that is ours."""
    if link := is_ours(link):
        key = records.key("player", record, link)
        browser.part("player", css=True)(key=key, data={"kind": kind, "link": link, "alt": alt})


def picture(link: str | None, alt: str, width: int) -> None:
    """A signed picture, or an icon where there is none."""
    if link := is_ours(link):
        st.image(link, alt=alt, width=width)
    else:
        st.markdown(":gray[:material/hide_image:]", width="content")


def _absent(thumbnail: str | None, alt: str, source: str | None, why: str, next_step: str) -> None:
    if thumbnail:
        st.image(thumbnail, alt=alt, width=PLAYER_PX // 2)
    feedback.empty(why, f"{next_step} See it at its source." if web(source) else next_step, "videocam_off")


def _why_not(file: File, answer: SignedUrl | None, *, is_expired: bool) -> tuple[str, str]:
    """Why there is no link, and what to do about it."""
    if is_expired:
        return "This file has expired.", "Storage has deleted it."
    if answer and answer.why:
        return _said(answer.why, file)
    said = file.url or file.path
    if said:
        return f"This is not a file in our Storage: {fmt.plain(said)[:120]}", "It cannot be played here."
    return "Not generated yet.", "Come back when its job has completed."


def _said(why: Failure, file: File) -> tuple[str, str]:
    """What is said for the reason, with the file's bucket, and what to do about it."""
    place = storage.parse_object(*file)
    bucket = fmt.plain(place.bucket)[:100] if place else ""
    sentence, next_step = _WORDS[why]
    return sentence.replace("{}", bucket), next_step.replace("{}", bucket)


def web(address: str | None) -> str | None:
    """The address if it is one of the web; None for `javascript:`, files and whatever else a browser might run."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def images(addresses: Iterable[str | None]) -> list[str | None]:
    """For each address itself, if the browser may load it as an image: https on the project's own Supabase host."""
    own = urlsplit(settings().supabase_url or "")
    return [address if own.hostname and _is_at(address, own.netloc) else None for address in addresses]


def _is_at(address: str | None, host: str) -> bool:
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host
