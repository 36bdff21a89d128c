"""The files that pages offer: each run of a page offers new ones, and those of the run before are kept for a moment.

A browser that was told of the new ones late asks for an old one; Streamlit has forgotten it by then. What a file holds
is read, and who may have it is asked, when it is made: an old one is no other than the new.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager

KEPT_S: Final = 30
_FORGETS: Final = "_remove_orphaned_deferred_callables"
_SINCE: Final = "_desk_orphaned_since"


def keep_for_a_moment() -> None:
    """Have Streamlit forget a file that no page offers any more `KEPT_S` later, or with its tab."""
    setattr(MediaFileManager, _FORGETS, _forget_old)


def _forget_old(manager: MediaFileManager) -> None:
    """What Streamlit calls with the manager's lock held."""
    now, known = monotonic(), manager._deferred_callables  # pyright: ignore[reportPrivateUsage]
    by_tab = manager._files_by_session_and_coord.values()  # pyright: ignore[reportPrivateUsage]
    offered = {file for files in by_tab for file in files.values()}
    before: dict[str, float] = getattr(manager, _SINCE, {})
    since = {file: before.get(file, now) for file in known if file not in offered}
    for file in [one for one, at in since.items() if now - at >= KEPT_S or not _is_open(known[one]["session_id"])]:
        manager._drop_deferred_id(file)  # pyright: ignore[reportPrivateUsage]
        del since[file]
    setattr(manager, _SINCE, since)


def _is_open(tab: str) -> bool:
    """Whether anybody can still ask; what a file is made from holds everything that its tab held."""
    return runtime.get_instance().is_active_session(tab)
